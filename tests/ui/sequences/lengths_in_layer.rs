use chainrule::network;

network! {
    layer Encoder<const D: usize> {
        input x: [4, D];
        input n: lengths of x;
        x -> Lstm(8) -> Last
    }
}

fn main() {}
