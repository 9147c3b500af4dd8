use chainrule::network;

network! {
    struct Net {
        input x: [64, 8];
        (x + (x -> Lstm(16))) -> Last -> Affine(10) => SoftmaxWithLoss
    }
}

fn main() {
    println!("{}", Net::PARAMS);
}
