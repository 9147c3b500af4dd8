//! Draws computational graphs with their values and derivatives, and networks with the norms of
//! their gradients.
//!
//! ```text
//! cargo run --release --example draw              # prints one, as Mermaid text
//! cargo run --release --example draw -- FOLDER    # writes SVG, DOT and Mermaid files
//! ```

use std::error::Error;
use std::fs;
use std::path::Path;

use chainrule::graph::{Drawing, NetworkDrawing};
use chainrule::ndarray::{Array2, array};
use chainrule::{Init, Rng, graph, network};

graph! {
    /// Figure 5-14 of the book: two apples and the consumption tax.
    struct Apples(apple, apple_num, tax) {
        let apple_price = apple * apple_num;
        apple_price * tax
    }
}

graph! {
    /// Figure 5-17: two apples, three oranges and the tax.
    struct Purchase(apple, apple_num, orange, orange_num, tax) {
        let apple_price = apple * apple_num;
        let orange_price = orange * orange_num;
        let all_price = apple_price + orange_price;
        all_price * tax
    }
}

graph! {
    /// Figure 5-7.
    struct Square(x, y) {
        let t = x + y;
        t.powi(2)
    }
}

graph! {
    /// Figure 5-19: the sigmoid as elementary nodes.
    struct Sigmoid(x) { 1.0 / (1.0 + (-x).exp()) }
}

graph! {
    /// Values that are used more than once.
    struct Shared(x, y, z) {
        let s = x * y;
        let t = s + z;
        let u = (s * t).tanh();
        let v = (t - x) / (u + 2.0);
        let w = v.max(s);
        (w * w + u).sqrt() * z
    }
}

graph! {
    /// Section 5.6.2: the affine layer for a batch.
    struct Affine(x: [_, _], w: [_, _], b: [_]) { x.dot(w) + b }
}

network! {
    /// The two-layer network of chapter 5.
    struct TwoLayerNet = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
}

network! {
    /// Two paths that are joined, and two inputs.
    struct Residual {
        input pixels: [784];
        input size: [2];
        let h = pixels -> embed: Affine(32) -> Relu;
        let y = h -> Affine(32) -> Relu -> Affine(32);
        concat(h + y, size) -> Relu -> Affine(10) => SoftmaxWithLoss
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let Some(folder) = std::env::args().nth(1) else {
        let apples = Apples::forward(100.0, 2.0, 1.1);
        print!("{}", apples.drawing_with(&apples.backward(1.0)).mermaid());
        println!("\npass a folder to write this and other drawings to it");
        return Ok(());
    };
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    for (name, drawing) in drawings()? {
        fs::write(folder.join(format!("{name}.svg")), drawing.svg())?;
        fs::write(folder.join(format!("{name}.dot")), drawing.dot())?;
        fs::write(folder.join(format!("{name}.mmd")), drawing.mermaid())?;
    }
    for (name, drawing) in networks()? {
        fs::write(folder.join(format!("{name}.svg")), drawing.svg())?;
        fs::write(folder.join(format!("{name}.dot")), drawing.dot())?;
        fs::write(folder.join(format!("{name}.mmd")), drawing.mermaid())?;
    }
    println!("wrote the drawings to {}", folder.display());
    Ok(())
}

/// All graphs, each with a name for its files.
fn drawings() -> Result<[(&'static str, Drawing); 6], chainrule::Error> {
    let apples = Apples::forward(100.0, 2.0, 1.1);
    let purchase = Purchase::forward(100.0, 2.0, 150.0, 3.0, 1.1);
    let square = Square::forward(3.0, 4.0);
    let sigmoid = Sigmoid::forward(1.0);
    let shared = Shared::forward(0.8, 1.5, -0.25);
    let (x, w) = (array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], Array2::from_elem((3, 4), 0.5));
    let affine = Affine::forward(x, w, array![0.1, 0.2, 0.3, 0.4])?;
    Ok([
        ("apples", apples.drawing_with(&apples.backward(1.0))),
        ("apples_and_oranges", purchase.drawing_with(&purchase.backward(1.0))),
        ("square", square.drawing_with(&square.backward(1.0))),
        ("sigmoid", sigmoid.drawing_with(&sigmoid.backward(1.0))),
        ("shared", shared.drawing_with(&shared.backward(1.0))),
        ("affine", affine.drawing_with(&affine.backward(Array2::ones((2, 4)))?)),
    ])
}

/// Networks: one as it is declared, the others after a forward and a backward pass.
fn networks() -> Result<[(&'static str, NetworkDrawing); 3], chainrule::Error> {
    let (pixels, size, t) = ([[0.5; 784], [0.1; 784]], [[1.0, 0.5], [0.2, 0.3]], [3, 7]);
    let two_layers = TwoLayerNet::new(Init::He, &mut Rng::seed(0));
    let residual = Residual::new(Init::He, &mut Rng::seed(0));
    let x = (&pixels, &size);
    Ok([
        ("network", NetworkDrawing::new(&*two_layers)),
        (
            "two_layers",
            NetworkDrawing::new(&two_layers)
                .with_gradients(&two_layers.gradient(&pixels, &t)?)
                .with_trace(&two_layers.trace(&pixels, &t)?),
        ),
        (
            "residual",
            NetworkDrawing::new(&residual)
                .with_gradients(&residual.gradient(x, &t)?)
                .with_trace(&residual.trace(x, &t)?),
        ),
    ])
}
