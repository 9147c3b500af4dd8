use chainrule::network;

network! {
    pub struct Net = Affine(30, 16) -> Relu -> Affine(16, 1) -> Sigmoid => BinaryCrossEntropy;
}

fn main() {
    println!("{}", Net::PARAMS);
}
