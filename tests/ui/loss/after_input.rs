use chainrule::network;

network! {
    pub struct Net = Input(784) => SoftmaxWithLoss;
}

fn main() {}
