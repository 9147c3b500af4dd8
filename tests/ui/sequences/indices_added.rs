use chainrule::network;

network! {
    struct Net {
        input text: [64] of 65;
        input more: [64] of 65;
        (text + more) -> Affine(10) => SoftmaxWithLoss
    }
}

fn main() {
    println!("{}", Net::PARAMS);
}
