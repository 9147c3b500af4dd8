use chainrule::network;

network! {
    struct Net = Input(4, 3) -> Gru(8, stateful = True) => IdentityWithLoss;
}

fn main() {}
