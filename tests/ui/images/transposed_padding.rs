use chainrule::network;

network! {
    struct Net = Input(8, 1, 1) -> ConvTranspose2d(4, 2, padding = 1) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
