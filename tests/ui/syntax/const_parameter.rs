use chainrule::network;

network! {
    pub struct Net<const H: usize> = Affine(784, H) -> Relu -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
