use chainrule::network;

network! {
    struct Net = Input(8, 7, 7) -> ConvTranspose2d(4, 3, padding = same) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
