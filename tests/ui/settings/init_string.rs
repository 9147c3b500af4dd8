use chainrule::network;

network! {
    pub struct Net = Affine(784, 50, init = "he") -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
