use chainrule::graph;

graph! {
    struct Total(x: [f64; 3]) { x.sum() }
}

fn main() {}
