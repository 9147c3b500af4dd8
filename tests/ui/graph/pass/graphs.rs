#![forbid(unsafe_code)]
#![deny(warnings, missing_docs)]
//! All that can be written.

use chainrule::graph;

const RATE: f64 = 0.1;

mod rates {
    pub const LOW: f32 = 0.5;
    pub const POWER: i32 = 3;
}

graph! {
    /// Documentation, also of inputs and values.
    #[derive(PartialOrd, Clone, Copy)]
    pub struct Everything(
        /// What is bought.
        apple,
        r#type,
        größe,
    ) {
        /// What it costs.
        let price = apple * r#type;
        let c = -1.5;
        let low = rates::LOW * 2.0;
        let p = price.powi(2) + price.powi(-1) + apple.powi(rates::POWER) + powi(größe, 2);
        let q = exp(-price) + ln(größe.max(1e-3)) + max(price, 2.0).sqrt() + p.sin() * cos(p);
        let s = (q / RATE).tanh() - sigmoid(q).relu() + q.powf(0.5) * powf(2., q);
        /// What comes of it.
        s * c + low - self::rates::LOW
    }
}

graph! {
    pub(crate) struct Layer(x: [_, _], w: [_, _], b: [_],) { (x.dot(w) + b).relu() }
}

graph! { struct r#Box(x) { x } }

// What is switched off is not looked at.
graph! {
    #[cfg(any())]
    struct Off(x) { y + 2 }
}

// The tokens that a macro of the user passes on are in invisible brackets.
macro_rules! scaled {
    ($vis:vis $name:ident, $factor:expr, $body:expr, $power:literal) => {
        graph! { $vis struct $name(x, y) { let scaled = ($factor * $body).powi($power); scaled } }
    };
}

scaled!(pub(crate) Scaled, 1.0 + 2.0, x + y, 1);

fn main() {
    let everything = Everything::forward(1.0, 2.0, 3.0);
    let grads = everything.backward(1.0);
    assert_eq!((everything.r#type, everything.price), (2.0, 2.0));
    assert!(grads.größe != 0.0 && everything == everything);
    let copy: Everything = everything;
    assert!(copy <= everything);
    let mut x = chainrule::ndarray::Array2::<f32>::ones((2, 3));
    let (w, b) = (chainrule::ndarray::Array2::ones((3, 4)), chainrule::ndarray::Array1::zeros(4));
    let layer: Layer<f32> = Layer::forward(x.clone(), w, b).unwrap();
    x.fill(4.0);
    let grads: LayerGrads<f32> = layer.backward(chainrule::ndarray::Array2::ones((2, 4))).unwrap();
    assert_eq!(grads.x, x);
    assert_eq!(Box::forward(1.0).backward(2.0).x, 2.0);
    let scaled = Scaled::forward(2.0, 3.0);
    assert_eq!((scaled.output, scaled.backward(1.0).y), (15.0, 3.0));
    graph! { struct Local(x) { x * x } }
    assert_eq!(Local::forward(3.0).backward(1.0).x, 6.0);
}
