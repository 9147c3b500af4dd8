use chainrule::graph;

graph! {
    struct Area { x * y }
}

fn main() {}
