use chainrule::network;

network! {
    pub struct Net = Affine(784, 50) -> Lambda(|x| x * 2.0) -> Affine(50, 10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
