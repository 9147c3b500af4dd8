use chainrule::network;

network! {
    struct Net = Input(20, 8) -> LSTM(8, 64, bidirectional = True) -> Last -> Affine(2) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
