use chainrule::network;

network! {
    pub struct Net = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss with SGD(lr = 0.1);
}

fn main() {
    println!("{}", Net::PARAMS);
}
