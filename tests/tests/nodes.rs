//! The nodes of a computational graph reproduce the book's outputs for the shopping examples of
//! chapter 5, bit for bit, on numbers and on arrays. They reject arrays of different shapes.

use chainrule::Error;
use chainrule::layers::{Add, Mul};
use ndarray::{Array1, Array2, ArrayD, IxDyn, array};

/// The value of a graph, and its derivatives with respect to the inputs.
#[derive(Debug, PartialEq)]
struct Bought<V, const INPUTS: usize> {
    price: V,
    derivatives: [V; INPUTS],
}

/// Two apples and the consumption tax: `buy_apple.py`.
fn apples() -> Result<Bought<f64, 3>, Error> {
    let (apples, mul_apple) = Mul::forward(100.0, 2.0)?;
    let (price, mul_tax) = Mul::forward(apples, 1.1)?;

    let (d_apples, d_tax) = mul_tax.backward(&1.0)?;
    let (d_apple, d_count) = mul_apple.backward(&d_apples)?;
    Ok(Bought { price, derivatives: [d_apple, d_count, d_tax] })
}

#[test]
fn two_apples() {
    let bought = apples().unwrap();
    assert_eq!(bought.price.to_bits(), 220.00000000000003_f64.to_bits());
    assert_eq!(bought.derivatives, [2.2, 110.00000000000001, 200.0]);
}

/// Two apples, three oranges and the tax: `buy_apple_orange.py`. The inputs are
/// the apple's price and count, the orange's price and count, and the tax.
fn apples_and_oranges<V>([apple, apples, orange, oranges, tax, one]: [V; 6]) -> [V; 7]
where
    V: chainrule::layers::Operand,
{
    let graph = || -> Result<[V; 7], Error> {
        let (apple_price, mul_apple) = Mul::forward(apple, apples)?;
        let (orange_price, mul_orange) = Mul::forward(orange, oranges)?;
        let (fruit_price, add) = Add::forward(apple_price, orange_price)?;
        let (price, mul_tax) = Mul::forward(fruit_price.clone(), tax)?;

        let (d_fruit, d_tax) = mul_tax.backward(&one)?;
        let (d_apple_price, d_orange_price) = add.backward(&d_fruit)?;
        let (d_orange, d_oranges) = mul_orange.backward(&d_orange_price)?;
        let (d_apple, d_apples) = mul_apple.backward(&d_apple_price)?;
        Ok([price, d_apples, d_apple, d_orange, d_oranges, d_tax, fruit_price])
    };
    graph().unwrap()
}

/// Price; derivatives by apple count, apple, orange, orange count, tax; price
/// before tax.
const APPLES_AND_ORANGES: [f64; 7] =
    [715.0000000000001, 110.00000000000001, 2.2, 3.3000000000000003, 165.0, 650.0, 650.0];

#[test]
fn two_apples_and_three_oranges() {
    let got = apples_and_oranges([100.0, 2.0, 150.0, 3.0, 1.1, 1.0]);
    assert_eq!(got.map(f64::to_bits), APPLES_AND_ORANGES.map(f64::to_bits));
}

#[test]
fn shopping_in_f32() {
    // In f32, 1.1 is 1.10000002384…: 650 times that is nearest to 715.
    let got = apples_and_oranges([100.0_f32, 2.0, 150.0, 3.0, 1.1, 1.0]);
    assert_eq!(got, [715.0, 110.0, 2.2, 3.3000002, 165.0, 650.0, 650.0]);
}

#[test]
fn shopping_with_arrays_of_any_dimension() {
    let inputs = [100.0, 2.0, 150.0, 3.0, 1.1, 1.0];
    let one = apples_and_oranges(inputs.map(|v| Array1::from_elem(4, v)));
    assert_eq!(one, APPLES_AND_ORANGES.map(|v| Array1::from_elem(4, v)));
    let two = apples_and_oranges(inputs.map(|v| Array2::from_elem((2, 3), v)));
    assert_eq!(two, APPLES_AND_ORANGES.map(|v| Array2::from_elem((2, 3), v)));
    let any = apples_and_oranges(inputs.map(|v| ArrayD::from_elem(IxDyn(&[2, 1, 2]), v)));
    assert_eq!(any, APPLES_AND_ORANGES.map(|v| ArrayD::from_elem(IxDyn(&[2, 1, 2]), v)));
}

#[test]
fn arrays_are_taken_element_by_element() {
    let (x, y) = (array![[1.0, 2.0], [3.0, 4.0]], array![[10.0, -1.0], [0.5, 0.0]]);
    let dout = array![[1.0, 10.0], [100.0, 1000.0]];

    let (product, mul) = Mul::forward(x.clone(), y.clone()).unwrap();
    assert_eq!(product, array![[10.0, -2.0], [1.5, 0.0]]);
    let (dx, dy) = mul.backward(&dout).unwrap();
    assert_eq!(dx, array![[10.0, -10.0], [50.0, 0.0]]);
    assert_eq!(dy, array![[1.0, 20.0], [300.0, 4000.0]]);

    let (sum, add) = Add::forward(x, y).unwrap();
    assert_eq!(sum, array![[11.0, 1.0], [3.5, 4.0]]);
    assert_eq!(add.backward(&dout).unwrap(), (dout.clone(), dout));
}

#[test]
fn a_number_that_goes_in_twice_collects_both_derivatives() {
    // f(x) = x · x + x at 3: f = 12, f' = 2x + 1 = 7.
    let x = 3.0;
    let (square, mul) = Mul::forward(x, x).unwrap();
    let (f, add) = Add::forward(square, x).unwrap();
    let (d_square, d_direct) = add.backward(&1.0).unwrap();
    let (d_left, d_right) = mul.backward(&d_square).unwrap();
    assert_eq!((f, d_left + d_right + d_direct), (12.0, 7.0));
}

#[test]
fn arrays_of_different_shapes_are_rejected() {
    let (wide, tall) = (Array2::<f64>::zeros((2, 3)), Array2::<f64>::zeros((3, 2)));
    let rejected = |node, left: &[usize], right: &[usize]| Error::Shapes {
        node,
        left: left.to_vec(),
        right: right.to_vec(),
    };
    let add = Add::forward(wide.clone(), tall.clone()).unwrap_err();
    assert_eq!(add, rejected("Add", &[2, 3], &[3, 2]));
    let mul = Mul::forward(tall.clone(), wide.clone()).unwrap_err();
    assert_eq!(mul, rejected("Mul", &[3, 2], &[2, 3]));

    let (_, add) = Add::forward(wide.clone(), wide.clone()).unwrap();
    assert_eq!(add.backward(&tall).unwrap_err(), rejected("Add", &[2, 3], &[3, 2]));
    let (_, mul) = Mul::forward(wide.clone(), wide).unwrap();
    assert_eq!(mul.backward(&tall).unwrap_err(), rejected("Mul", &[2, 3], &[3, 2]));
}

#[test]
fn arrays_are_not_stretched() {
    // ndarray would broadcast these, and their gradients would need sums.
    let (row, rows) = (Array2::<f64>::ones((1, 3)), Array2::<f64>::ones((2, 3)));
    assert!(Add::forward(rows.clone(), row.clone()).is_err());
    assert!(Mul::forward(row, rows).is_err());
    let (scalar, vector) = (ArrayD::<f64>::ones(IxDyn(&[])), ArrayD::<f64>::ones(IxDyn(&[2])));
    let error = Add::forward(vector, scalar).unwrap_err();
    assert_eq!(error.to_string(), "Add: expected arrays of the same shape, found [2] and []");
}

#[test]
fn empty_arrays_are_arrays() {
    let empty = Array1::<f64>::zeros(0);
    let (product, mul) = Mul::forward(empty.clone(), empty.clone()).unwrap();
    assert_eq!(mul.backward(&product).unwrap(), (empty.clone(), empty));
}
