use chainrule::network;

network! {
    struct Net = Input(8, 7, 7) -> ConvTranspose2d(4, 3, stride = 2, output_padding = 2) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
