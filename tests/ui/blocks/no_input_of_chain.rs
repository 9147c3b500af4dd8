use chainrule::network;

network! { layer Block = Conv2d(8, 3) -> Relu; }

fn main() {}
