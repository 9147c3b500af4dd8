use chainrule::graph;

graph! {
    struct Total(x: [_, _, _]) { x.sum() }
}

fn main() {}
