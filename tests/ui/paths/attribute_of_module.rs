use chainrule::network;

network! {
    struct Net {
        input x: [784];
        let h = F.relu(fc1(x));
        h -> Affine(10) => SoftmaxWithLoss
    }
}

fn main() {
    println!("{}", Net::PARAMS);
}
