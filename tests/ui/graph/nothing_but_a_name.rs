use chainrule::graph;

graph! {
    struct Area
}

fn main() {}
