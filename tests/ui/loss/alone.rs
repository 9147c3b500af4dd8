use chainrule::network;

network! {
    pub struct Net = SoftmaxWithLoss;
}

fn main() {}
