use chainrule::graph;

graph! {
    struct Area(x, y) { x.min(y) }
}

fn main() {
    let graph = Area::forward(1.0, 2.0);
    let grads = graph.backward(1.0);
    println!("{} {}", graph.output, grads.x);
}
