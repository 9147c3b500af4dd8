//! Section 5.5.2 of the book: the sigmoid as a graph of elementary nodes, whose derivative equals
//! `y · (1 - y)`.
//!
//! ```text
//! cargo run --release --example sigmoid
//! ```

use chainrule::graph;

graph! {
    /// The sigmoid function, `y = 1 / (1 + e⁻ˣ)`.
    struct Sigmoid(x) {
        let exp = (-x).exp();
        1.0 / (1.0 + exp)
    }
}

fn main() {
    println!("    x  exp(-x)         y     dy/dx  y·(1-y)");
    for x in [-4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0] {
        let sigmoid = Sigmoid::forward(x);
        let grads = sigmoid.backward(1.0);
        let y: f64 = sigmoid.output;
        let formula = y * (1.0 - y);
        println!("{x:5.1} {:8.5} {y:9.6} {:9.6} {formula:8.6}", sigmoid.exp, grads.x);
        assert!((grads.x - formula).abs() < 1e-15);
    }
}
