use chainrule::network;

network! {
    pub struct Net = Affine(inputs: 784, outputs: 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
