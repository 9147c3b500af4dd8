use chainrule::network;

network! {
    pub struct Net<T> where T: Float = Affine(784, 50) -> Relu -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
