use chainrule::network;

network! {
    struct Net {
        input x: [4, 8, 8];
        let a = x -> Conv2d(4, 3);
        let b = x -> Conv2d(4, 3, padding = 1);
        (a + b) -> Flatten -> Affine(10) => SoftmaxWithLoss
    }
}

fn main() {
    println!("{}", Net::PARAMS);
}
