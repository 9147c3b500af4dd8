use chainrule::graph;

graph! {
    struct Total(x: Array2<f64>) { x.sum() }
}

fn main() {
    let graph = Total::forward(chainrule::ndarray::array![[1.0]]).unwrap();
    let grads = graph.backward(1.0);
    println!("{} {}", graph.output, grads.x);
}
