use chainrule::graph;

graph! {
    fn area(x, y) { x * y }
}

fn main() {
    let graph = area::forward(1.0, 2.0);
    let grads = graph.backward(1.0);
    println!("{} {}", graph.output, grads.x);
}
