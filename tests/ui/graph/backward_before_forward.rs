use chainrule::graph;

graph! {
    struct Area(x, y) { x * y }
}

fn main() {
    let grads = Area::backward(1.0);
    println!("{}", grads.x);
}
