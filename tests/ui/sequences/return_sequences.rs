use chainrule::network;

network! {
    struct Net = Input(20, 8) -> Lstm(units = 64, return_sequences = False) -> Affine(2) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
