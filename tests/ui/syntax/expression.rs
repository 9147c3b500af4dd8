use chainrule::network;

fn main() {
    let net = network!(Affine(784, 50) - > Rleu -> Affine(50 10) => SoftmaxWithLoss);
    println!("{:?}", net.predict(&[[0.0; 784]]));
}
