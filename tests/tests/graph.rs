//! `graph!` reproduces the book's outputs for the shopping examples of chapter 5, bit for bit.

mod graph_difference;

use chainrule::graph;
use graph_difference::{gradient, relative_error};

graph! {
    /// Two apples and the consumption tax: `buy_apple.py`.
    pub struct Apples(apple, apple_num, tax) {
        let apple_price = apple * apple_num;
        apple_price * tax
    }
}

graph! {
    /// Two apples, three oranges and the tax: `buy_apple_orange.py`.
    pub struct Purchase(apple, apple_num, orange, orange_num, tax) {
        let apple_price = apple * apple_num;
        let orange_price = orange * orange_num;
        let all_price = apple_price + orange_price;
        all_price * tax
    }
}

/// Asserts bitwise equality.
fn assert_bits<const N: usize>(got: [f64; N], expected: [f64; N]) {
    assert_eq!(got.map(f64::to_bits), expected.map(f64::to_bits), "{got:?} {expected:?}");
}

#[test]
fn two_apples() {
    let apples = Apples::forward(100.0, 2.0, 1.1);
    let grads = apples.backward(1.0);
    assert_bits([apples.apple_price, apples.output], [200.0, 220.00000000000003]);
    assert_bits([grads.apple, grads.apple_num, grads.tax], [2.2, 110.00000000000001, 200.0]);
    assert_bits([grads.apple_price, grads.output], [1.1, 1.0]);
}

#[test]
fn two_apples_and_three_oranges() {
    let purchase = Purchase::forward(100.0, 2.0, 150.0, 3.0, 1.1);
    let grads = purchase.backward(1.0);
    assert_bits([purchase.all_price, purchase.output], [650.0, 715.0000000000001]);
    assert_bits(
        [grads.apple_num, grads.apple, grads.orange, grads.orange_num, grads.tax],
        [110.00000000000001, 2.2, 3.3000000000000003, 165.0, 650.0],
    );
}

#[test]
fn shopping_in_f32() {
    // In f32, 1.1 is 1.10000002384…: 650 times that is nearest to 715.
    let purchase = Purchase::<f32>::forward(100.0, 2.0, 150.0, 3.0, 1.1);
    let grads = purchase.backward(1.0);
    assert_eq!(purchase.output, 715.0);
    assert_eq!(
        [grads.apple_num, grads.apple, grads.orange, grads.orange_num, grads.tax],
        [110.0, 2.2, 3.3000002, 165.0, 650.0]
    );
}

/// A constant whose type differs from the graph's scalar type.
const RATE: f32 = 0.25;
const CUBE: i32 = 3;

mod nodes {
    use super::{CUBE, RATE, graph};

    graph! { pub(crate) struct Add(x, y) { x + y } }
    graph! { pub(crate) struct Sub(x, y) { x - y } }
    graph! { pub(crate) struct Mul(x, y) { x * y } }
    graph! { pub(crate) struct Div(x, y) { x / y } }
    graph! { pub(crate) struct Neg(x, y) { -x * y } }
    graph! { pub(crate) struct Square(x, y) { (x + y).powi(2) } }
    graph! { pub(crate) struct Cube(x, y) { x.powi(CUBE) / y.powi(-2) } }
    graph! { pub(crate) struct Zeroth(x, y) { x.powi(0) + y.powi(1) } }
    graph! { pub(crate) struct Powf(x, y) { x.powf(y) } }
    graph! { pub(crate) struct PowfOfConstant(x, y) { powf(2.0, x) * y.powf(-1.5) } }
    graph! { pub(crate) struct Exp(x, y) { x.exp() * y } }
    graph! { pub(crate) struct Ln(x, y) { x.ln() * y } }
    graph! { pub(crate) struct Sqrt(x, y) { x.sqrt() * y } }
    graph! { pub(crate) struct Sin(x, y) { x.sin() * y } }
    graph! { pub(crate) struct Cos(x, y) { x.cos() * y } }
    graph! { pub(crate) struct Tanh(x, y) { x.tanh() * y } }
    graph! { pub(crate) struct Sigmoid(x, y) { x.sigmoid() * sigmoid(-y) } }
    graph! { pub(crate) struct Relu(x, y) { x.relu() * y + relu(-y) } }
    graph! { pub(crate) struct Max(x, y) { x.max(y) * max(x * 0.5, -1.0) } }
    graph! { pub(crate) struct Constants(x, y) { let two = 2.0; two * x - RATE / y + std::f64::consts::PI * x.powi(2) } }
    graph! { pub(crate) struct Shared(x, y) { let s = x * y; let t = s + x; s * t + t / s - t } }
}

/// The largest relative error of the gradient of a graph with two inputs, compared with differences
/// at several points.
fn worst(forward: impl Fn(f64, f64) -> f64, backward: impl Fn(f64, f64) -> [f64; 2]) -> f64 {
    let points = [[1.3, 0.7], [0.4, 2.1], [2.5, 1.9], [0.9, 0.2]];
    let error = |[x, y]: [f64; 2]| {
        relative_error(&backward(x, y), &gradient(|x| forward(x[0], x[1]), &[x, y]))
    };
    points.into_iter().map(error).fold(0.0, f64::max)
}

/// `n · xⁿ⁻¹`, even if `n - 1` overflows `i32`.
#[test]
fn the_largest_exponents() {
    graph! { struct Smallest(x) { x.powi(-2147483648) } }
    graph! { struct Largest(x) { x.powi(2147483647) } }
    let step = 2_f64.powi(-31);
    for x in [1.0 - step, 1.0, 1.0 + step] {
        let (smallest, largest) = (Smallest::forward(x), Largest::forward(x));
        let results = [
            (f64::from(i32::MIN), smallest.output, smallest.backward(1.0).x),
            (f64::from(i32::MAX), largest.output, largest.backward(1.0).x),
        ];
        for (n, value, slope) in results {
            // Each of the 31 squarings doubles the previous relative rounding error.
            let expected = (n * (x - 1.0).ln_1p()).exp();
            assert!((value / expected - 1.0).abs() <= 1e-6, "{x}: {value} for {expected}");
            let expected = n * expected / x;
            assert!((slope / expected - 1.0).abs() <= 1e-6, "{x}: {slope} for {expected}");
        }
        // For a single `x` both have the same rounding error, so an exponent that is off by one is
        // detected.
        let slope = smallest.backward(1.0).x / smallest.output;
        assert!((slope * x / f64::from(i32::MIN) - 1.0).abs() <= 1e-15, "{x}: {slope}");
    }
    assert_eq!(Smallest::forward(-1.0).backward(1.0).x, 2_147_483_648.0);
    assert_eq!(Smallest::forward(2.0).backward(1.0).x, 0.0);
}

#[test]
fn every_node_against_differences() {
    macro_rules! check {
        ($($graph:ident),*) => {$(
            let error = worst(
                |x, y| nodes::$graph::forward(x, y).output,
                |x, y| {
                    let grads = nodes::$graph::forward(x, y).backward(-1.5);
                    [grads.x / -1.5, grads.y / -1.5]
                },
            );
            println!("{:16} {error:.1e}", stringify!($graph));
            assert!(error < 1e-9, "{}: {error:e}", stringify!($graph));
        )*};
    }
    check!(
        Add,
        Sub,
        Mul,
        Div,
        Neg,
        Square,
        Cube,
        Zeroth,
        Powf,
        PowfOfConstant,
        Exp,
        Ln,
        Sqrt,
        Sin,
        Cos,
        Tanh,
        Sigmoid,
        Relu,
        Max,
        Constants,
        Shared
    );
}

#[test]
fn at_the_edges() {
    let relu = |x: f64| nodes::Relu::forward(x, 1.0);
    assert_eq!((relu(0.0).output, relu(0.0).backward(1.0).x), (0.0, 0.0));
    assert!(relu(f64::NAN).output.is_nan());
    // If both are equal, the second operand gets the gradient.
    let max = nodes::Max::forward(2.0, 2.0).backward(1.0);
    assert_eq!((max.x, max.y), (1.0, 1.0));
    assert!(nodes::Max::forward(f64::NAN, 1.0).output.is_nan());
    assert!(nodes::Max::forward(1.0, f64::NAN).output.is_nan());
    let zeroth = nodes::Zeroth::forward(0.0, 0.0).backward(1.0);
    assert_eq!((zeroth.x, zeroth.y), (0.0, 1.0));
    let power = nodes::Powf::forward(0.0, 2.0).backward(1.0);
    assert_eq!((power.x, power.y), (0.0, 0.0));
    let sigmoid = nodes::Sigmoid::forward(-1000.0, 1000.0);
    assert_eq!((sigmoid.output, sigmoid.backward(1.0).x), (0.0, 0.0));
}

graph! {
    /// A value that is used twice.
    struct Twice(x) { x * x + x }
}

graph! {
    /// The result is a `let`.
    struct Named(x, y) {
        /// The sum of both inputs.
        let both = x + y;
        both
    }
}

graph! { struct Same(x) { x } }

#[test]
fn a_value_that_is_used_twice_collects_both_derivatives() {
    let twice = Twice::forward(3.0);
    assert_eq!((twice.output, twice.mul1, twice.backward(1.0).x), (12.0, 9.0, 7.0));
}

#[test]
fn results_with_a_name() {
    let named = Named::forward(1.0, 2.0);
    assert_eq!((named.both, named.output), (3.0, 3.0));
    assert_eq!((named.backward(5.0).both, named.backward(5.0).y), (5.0, 5.0));
    assert_eq!(Same::forward(4.0).output, 4.0);
    assert_eq!(Same::forward(4.0).backward(2.0).x, 2.0);
}

graph! {
    /// Figure 5-19: the sigmoid, split into nodes.
    struct Sigmoid(x) { 1.0 / (1.0 + (-x).exp()) }
}

#[test]
fn the_derivative_of_the_sigmoid_is_y_times_1_minus_y() {
    for x in [-3.0_f64, -0.5, 0.0, 1.0, 4.0] {
        let y = Sigmoid::forward(x);
        let dx = y.backward(1.0).x;
        assert!((dx - y.output * (1.0 - y.output)).abs() < 1e-16, "{x}");
        assert_eq!(y.exp1, (-x).exp());
    }
}
