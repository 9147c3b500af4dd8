use chainrule::graph;

graph! {
    struct Two() { 2.0 }
}

fn main() {}
