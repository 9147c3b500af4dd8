use chainrule::graph;

graph! {
    struct (x, y) { x * y }
}

fn main() {}
