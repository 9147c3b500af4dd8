use chainrule::network;

network! {
    #[derive(PartialEq)]
}

fn main() {}
