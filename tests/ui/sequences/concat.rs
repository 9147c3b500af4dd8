use chainrule::network;

network! {
    struct Net {
        input x: [64, 8];
        input y: [32, 8];
        concat(x, y) -> Last -> Affine(10) => SoftmaxWithLoss
    }
}

fn main() {
    println!("{}", Net::PARAMS);
}
