use chainrule::network;

fn main() {
    let net = network!(Affine(784, 50) -> Relu -> Affine(60, 10) => SoftmaxWithLoss);
    println!("{:?}", net.predict(&[[0.0; 784]]));
}
