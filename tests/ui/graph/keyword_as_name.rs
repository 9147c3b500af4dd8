use chainrule::graph;

graph! {
    struct fn(x, y) { x * y }
}

fn main() {}
