use chainrule::network;

network! {
    pub struct Net = Affine(784, 50) -> Relu -> Affine(50, 10) => CrossEntropyLoss(label_smoothing = 0.1);
}

fn main() {
    println!("{}", Net::PARAMS);
}
