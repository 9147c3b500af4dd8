use chainrule::graph;

graph! {
    struct Area(x y) { x * x }
}

fn main() {
    let graph = Area::forward(1.0);
    let grads = graph.backward(1.0);
    println!("{} {}", graph.output, grads.x);
}
