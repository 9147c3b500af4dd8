use chainrule::network;

fn main() {
    let hidden = 50;
    let net = network!(Affine(784, hidden) -> Relu -> Affine(10) => SoftmaxWithLoss);
    println!("{net}");
}
