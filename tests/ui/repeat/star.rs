use chainrule::network;

network! {
    pub struct Net = Input(64) -> [Affine(64) -> Relu] * 3 -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
