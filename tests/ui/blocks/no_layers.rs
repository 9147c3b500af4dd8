use chainrule::network;

network! { layer Block = ; }

fn main() {}
