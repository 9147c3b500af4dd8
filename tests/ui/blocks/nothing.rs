use chainrule::network;

network! {
    layer Block {
        input x: [8];
        x
    }
}

fn main() {}
