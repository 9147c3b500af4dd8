use chainrule::graph;

graph! {
    struct Larger(x, y) { if x > y { x } else { y } }
}

fn main() {
    let graph = Larger::forward(1.0, 2.0);
    let grads = graph.backward(1.0);
    println!("{} {}", graph.output, grads.x);
}
