//! Graphs of arrays: their gradients compared with differences, the book's numbers for `Affine`,
//! and the errors for mismatched shapes.

mod graph_difference;

use chainrule::ndarray::{Array1, Array2, array};
use chainrule::{Error, Rng, graph};
use graph_difference::{gradient, relative_error};

graph! {
    /// Section 5.6.2: the affine layer for a batch.
    pub struct Affine(x: [_, _], w: [_, _], b: [_]) { x.dot(w) + b }
}

#[test]
fn affine_is_the_layer_of_the_book() {
    let (x, w) =
        (array![[1.0, 2.0], [3.0, -1.0], [0.5, 0.0]], array![[1.0, 0.0, 2.0], [-1.0, 3.0, 1.0]]);
    let b = array![0.5, 0.25, -1.0];
    let affine = Affine::forward(x.clone(), w.clone(), b.clone()).unwrap();
    assert_eq!(affine.dot1, x.dot(&w));
    assert_eq!(affine.output, x.dot(&w) + &b);

    let dout = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]];
    let grads = affine.backward(dout.clone()).unwrap();
    assert_eq!(grads.x, dout.dot(&w.t()));
    assert_eq!(grads.w, x.t().dot(&dout));
    assert_eq!(grads.b, array![12.0, 15.0, 18.0]);
}

/// Numbers that are not near a kink of any graph below.
fn positive(count: usize, rng: &mut Rng) -> Vec<f64> {
    (0..count).map(|_| 0.5 + rng.normal().abs()).collect()
}

fn matrix(values: &[f64], rows: usize) -> Array2<f64> {
    Array2::from_shape_vec((rows, values.len() / rows), values.to_vec()).unwrap()
}

/// A graph of `x: 2 × 3`, `y: 2 × 3`, `b: 3` and `s`, whose result is a number.
macro_rules! elementwise {
    ($($name:ident { $($body:tt)* })*) => {
        mod graphs {
            $(chainrule::graph! { pub(crate) struct $name(x: [_, _], y: [_, _], b: [_], s) { $($body)* } })*
        }

        #[test]
        fn nodes_against_differences() {
            let mut rng = Rng::seed(5);
            let forward = |v: &[f64]| (
                matrix(&v[..6], 2), matrix(&v[6..12], 2), Array1::from(v[12..15].to_vec()), v[15],
            );
            $(
                let at = positive(16, &mut rng);
                let value = |v: &[f64]| {
                    let (x, y, b, s) = forward(v);
                    graphs::$name::forward(x, y, b, s).unwrap().output
                };
                let (x, y, b, s) = forward(&at);
                let grads = graphs::$name::forward(x, y, b, s).unwrap().backward(-2.0);
                let mut got: Vec<f64> = grads.x.iter().chain(&grads.y).chain(&grads.b).copied().collect();
                got.push(grads.s);
                let got: Vec<f64> = got.iter().map(|d| d / -2.0).collect();
                let error = relative_error(&got, &gradient(value, &at));
                println!("{:12} {error:.1e}", stringify!($name));
                assert!(error < 1e-9, "{}: {error:e}", stringify!($name));
            )*
        }
    };
}

elementwise! {
    Add { ((x + y) * (b + s) + (s + x) + (b + y)).sum() }
    Sub { ((x - y) * (b - s) - (s - x) * (b - y) - (y - b)).sum() }
    Mul { (x * y * b * s + s * (b * x)).sum() }
    Div { (x / y + b / x + s / y + y / b + y / s).sum() }
    Neg { (-x * y + -b * -s).sum() }
    Powi { (x.powi(2) * y.powi(-1) + b.powi(3) * s).sum() }
    Powf { (x.powf(y) + x.powf(b) + y.powf(s) + b.powf(x) + s.powf(b) + x.powf(1.5)).sum() }
    Exp { (x.exp() * y + b.exp() * s).sum() }
    Ln { (x.ln() * y + b.ln() * s).sum() }
    Sqrt { (x.sqrt() * y + b.sqrt() * s).sum() }
    Sin { (x.sin() * y + b.sin() * s).sum() }
    Cos { (x.cos() * y + b.cos() * s).sum() }
    Tanh { (x.tanh() * y + b.tanh() * s).sum() }
    Sigmoid { (x.sigmoid() * y + b.sigmoid() * s).sum() }
    Relu { (x.relu() * y + (b - 4.0).relu() * s).sum() }
    Max { (x.max(y) + y.max(b) + b.max(s) + max(1.0, x)).sum() }
    Sum { x.sum() * y.sum() / b.sum() + (x * y.sum()).sum() * s }
    Shared { let h = x * b; let g = h + x; (h * g + h.sum() * g - h * h).sum() * s + b.sum() * y.sum() }
    DotVectors { b.dot(b) * s + b.dot(y.dot(b).sum() * b) * x.sum() }
    DotMatrices { let v = x.dot(b); v.dot(y).dot(b) * s + v.dot(v) }
}

graph! {
    /// Every kind of product: matrix by matrix, row by matrix, matrix by column.
    struct Products(x: [_, _], w: [_, _], v: [_]) {
        let h = x.dot(w).tanh();
        let row = v.dot(h);
        h.dot(row).sum() + row.dot(row)
    }
}

#[test]
fn products_against_differences() {
    let at: Vec<f64> = (0..6 + 12 + 2).map(|i| f64::from(i * 7 % 11) / 10.0 - 0.45).collect();
    let split =
        |v: &[f64]| (matrix(&v[..6], 2), matrix(&v[6..18], 3), Array1::from(v[18..].to_vec()));
    let value = |v: &[f64]| {
        let (x, w, v) = split(v);
        Products::forward(x, w, v).unwrap().output
    };
    let (x, w, v) = split(&at);
    let grads = Products::forward(x, w, v).unwrap().backward(1.0);
    let got: Vec<f64> = grads.x.iter().chain(&grads.w).chain(&grads.v).copied().collect();
    let error = relative_error(&got, &gradient(value, &at));
    println!("products {error:.1e}");
    assert!(error < 1e-9, "{error:e}");
}

#[test]
fn shapes_that_do_not_fit_are_errors_that_name_the_node() {
    let (x, w, b) = (Array2::<f64>::zeros((2, 3)), Array2::zeros((4, 5)), Array1::zeros(5));
    let error = Affine::forward(x.clone(), w, b).unwrap_err();
    assert_eq!(
        error.to_string(),
        "dot1 = x.dot(w): expected the last axis of the left array to be as long as the first axis \
         of the right array, found the shapes [2, 3] and [4, 5]"
    );
    let w = Array2::zeros((3, 5));
    let error = Affine::forward(x.clone(), w.clone(), Array1::zeros(4)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "output = x.dot(w) + b: expected a row as long as the last axis of the array, found the \
         shapes [4] and [2, 5]"
    );
    let affine = Affine::forward(x, w, Array1::zeros(5)).unwrap();
    let error = affine.backward(Array2::zeros((5, 2))).unwrap_err();
    assert_eq!(error, Error::Shapes { node: "dout", left: vec![2, 5], right: vec![5, 2] });
}

graph! { struct Sum2(x: [_, _], y: [_, _]) { let h = x + y; h.sum() } }

#[test]
fn arrays_are_not_stretched() {
    let error = Sum2::forward(Array2::<f32>::zeros((2, 3)), Array2::zeros((1, 3))).unwrap_err();
    assert_eq!(error, Error::Shapes { node: "h = x + y", left: vec![2, 3], right: vec![1, 3] });
    let empty = Sum2::forward(Array2::<f32>::zeros((0, 3)), Array2::zeros((0, 3))).unwrap();
    assert_eq!(empty.backward(1.0).x.shape(), [0, 3]);
}
