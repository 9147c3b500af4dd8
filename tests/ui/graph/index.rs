use chainrule::graph;

graph! {
    struct First(x: [_]) { x[0] }
}

fn main() {}
