use chainrule::network;

fn main() {
    let net = network!(struct Net = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;);
    println!("{:?}", net.predict(&[[0.0; 784]]));
}
