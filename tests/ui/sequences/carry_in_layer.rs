use chainrule::network;

network! {
    layer Memory = Input(4, 3) -> Rnn(3, carry = true);
}

fn main() {}
