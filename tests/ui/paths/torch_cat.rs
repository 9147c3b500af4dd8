use chainrule::network;

network! {
    struct Net {
        input a: [10];
        input b: [20];
        torch.cat([a, b], dim=1) -> Affine(10) => SoftmaxWithLoss
    }
}

fn main() {
    println!("{}", Net::PARAMS);
}
