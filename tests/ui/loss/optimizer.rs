use chainrule::network;

network! {
    pub struct Net = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss, Adam(0.001);
}

fn main() {
    println!("{}", Net::PARAMS);
}
