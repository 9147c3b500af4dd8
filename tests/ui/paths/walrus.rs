use chainrule::network;

network! {
    struct Net {
        input x: [784];
        let h := x -> Affine(50) -> Relu;
        h -> Affine(10) => SoftmaxWithLoss
    }
}

fn main() {
    println!("{}", Net::PARAMS);
}
