use chainrule::network;

network! {
    struct Net = Input(20, 8) -> LSTM(8, 64, num_layers = 2, batch_first = True) -> Last -> Affine(2) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
