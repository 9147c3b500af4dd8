use chainrule::graph;

graph! {
    struct T(x, y) { x * y }
}

fn main() {}
