use chainrule::network;

network! {
    #[cfg_attr(all(), repr(align(64)))]
    pub struct Net = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
