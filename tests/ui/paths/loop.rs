use chainrule::network;

network! {
    struct Net {
        input x: [784];
        let h = (x + y) -> Affine(784) -> Relu;
        let y = h -> Affine(784) -> Relu;
        y -> Affine(10) => SoftmaxWithLoss
    }
}

fn main() {
    println!("{}", Net::PARAMS);
}
