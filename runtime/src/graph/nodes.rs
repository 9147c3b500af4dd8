//! Functions that the expansion of `graph!` calls, in addition to operators and methods.

use ndarray::linalg::Dot;
use ndarray::{Array, Array1, Array2, ArrayRef, Axis, Dimension, Ix2, Zip};

use crate::error::Error;
use crate::kernels;
use crate::kernels::scalar::Scalar;

/// A constant in an expression of `graph!`, an `f32` or an `f64`.
#[diagnostic::on_unimplemented(
    message = "expected a constant of type `f32` or `f64`, found `{Self}`",
    label = "expected a constant of type `f64`"
)]
pub trait Constant {
    /// The same number as `f64`.
    fn widened(self) -> f64;
}

impl Constant for f32 {
    fn widened(self) -> f64 {
        self.into()
    }
}

impl Constant for f64 {
    fn widened(self) -> f64 {
        self
    }
}

/// The value of a constant of either type.
pub fn constant<C: Constant>(constant: C) -> f64 {
    constant.widened()
}

/// `1 / (1 + e⁻ˣ)`, from `e^-|x|`, which cannot overflow.
pub fn sigmoid<T: Scalar>(x: T) -> T {
    let exp = (-x.abs()).exp();
    let numerator = if x < T::zero() { exp } else { T::one() };
    numerator / (T::one() + exp)
}

/// The derivative of [`sigmoid`], `e / (1 + e)²` with `e = exp(-|x|)`. Computing it from the value
/// would lose digits where that is close to 1.
pub fn sigmoid_slope<T: Scalar>(x: T) -> T {
    let exp = (-x.abs()).exp();
    exp / ((T::one() + exp) * (T::one() + exp))
}

/// The derivative of `tanh`, `4 e / (1 + e)²` with `e = exp(-2 |x|)`, which keeps its digits too.
pub fn tanh_slope<T: Scalar>(x: T) -> T {
    T::from_f64(4.0) * sigmoid_slope(x + x)
}

/// `x` where it is positive, otherwise 0. NaN stays NaN.
pub fn relu<T: Scalar>(x: T) -> T {
    if x <= T::zero() { T::zero() } else { x }
}

/// The larger of two numbers; NaN if one of them is.
pub fn max<T: Scalar>(a: T, b: T) -> T {
    if a > b || a.is_nan() { a } else { b }
}

/// The derivative `d` if `on`, otherwise 0.
pub fn when<T: Scalar>(on: bool, d: T) -> T {
    if on { d } else { T::zero() }
}

/// The derivative of `xⁿ` with respect to `x`, `n · xⁿ⁻¹`.
pub fn powi_slope<T: Scalar>(x: T, n: i32) -> T {
    match n {
        0 => T::zero(),
        // `n - 1` would overflow.
        i32::MIN => T::from_f64(n.into()) * (x.powi(n) / x),
        n => T::from_f64(n.into()) * x.powi(n - 1),
    }
}

/// The derivative of `xᵖ` with respect to `x`, `p · xᵖ⁻¹`.
pub fn powf_slope<T: Scalar>(x: T, p: T) -> T {
    if p == T::zero() { T::zero() } else { p * x.powf(p - T::one()) }
}

/// The derivative of `xᵖ` with respect to `p`, `xᵖ · ln x`; its limit, 0, at 0.
pub fn powf_growth<T: Scalar>(x: T, p: T) -> T {
    if x == T::zero() && p >= T::zero() { T::zero() } else { x.powf(p) * x.ln() }
}

/// Checks that two arrays have the same shape.
pub fn same_shape<T, D: Dimension>(
    node: &'static str,
    left: &Array<T, D>,
    right: &Array<T, D>,
) -> Result<(), Error> {
    if left.shape() == right.shape() {
        return Ok(());
    }
    Err(Error::Shapes { node, left: left.shape().to_vec(), right: right.shape().to_vec() })
}

/// `f` of each element of `a` and the corresponding element of `b`. If `b` has fewer
/// axes, it is a row, which is broadcast to every row of `a`.
pub fn elementwise<T: Scalar, D: Dimension, E: Dimension>(
    node: &'static str,
    a: &Array<T, D>,
    b: &Array<T, E>,
    f: impl Fn(T, T) -> T,
) -> Result<Array<T, D>, Error> {
    let (left, right) = (a.shape(), b.shape());
    if left.len() == right.len() && left != right {
        return Err(Error::Shapes { node, left: left.to_vec(), right: right.to_vec() });
    }
    if !left.ends_with(right) {
        return Err(Error::Row { node, array: left.to_vec(), row: right.to_vec() });
    }
    Ok(chain(a, b, f))
}

/// The chain rule element by element: `f` of each derivative in `d` and the
/// corresponding value in `a`.
///
/// # Panics
///
/// If the shapes differ, which `forward` rules out; the same applies to [`chain2`].
pub fn chain<T: Scalar, D: Dimension, E: Dimension>(
    d: &Array<T, D>,
    a: &Array<T, E>,
    f: impl Fn(T, T) -> T,
) -> Array<T, D> {
    Zip::from(d).and_broadcast(a).map_collect(|&d, &a| f(d, a))
}

/// [`chain`] with two values.
pub fn chain2<T: Scalar, D: Dimension, E: Dimension, F: Dimension>(
    d: &Array<T, D>,
    a: &Array<T, E>,
    b: &Array<T, F>,
    f: impl Fn(T, T, T) -> T,
) -> Array<T, D> {
    Zip::from(d).and_broadcast(a).and_broadcast(b).map_collect(|&d, &a, &b| f(d, a, b))
}

/// `f` of each element.
pub fn map<T: Scalar, D: Dimension>(a: &Array<T, D>, f: impl Fn(T) -> T) -> Array<T, D> {
    a.mapv(f)
}

/// A copy of an array.
pub fn copy<T: Scalar, D: Dimension>(a: &Array<T, D>) -> Array<T, D> {
    a.clone()
}

/// The sum of all elements.
pub fn sum<T: Scalar, D: Dimension>(a: &Array<T, D>) -> T {
    let sum = match a.as_slice_memory_order() {
        Some(elements) => kernels::sum(elements),
        None => a.iter().map(|element| element.as_f64()).sum(),
    };
    T::from_f64(sum)
}

/// The sum of all rows of a matrix.
pub fn sum_of_rows<T: Scalar>(a: &Array2<T>) -> Array1<T> {
    let mut sums = Array1::zeros(a.ncols());
    match (a.as_slice(), sums.as_slice_mut()) {
        (Some(rows), Some(sums)) => kernels::add_rows(rows, sums),
        _ => sums = a.map_axis(Axis(0), |column| sum(&column.to_owned())),
    }
    sums
}

/// The sum of the products of two vectors, element by element.
pub fn inner<T: Scalar>(
    node: &'static str,
    left: &Array1<T>,
    right: &Array1<T>,
) -> Result<T, Error> {
    check_product(node, left.shape(), right.shape())?;
    let products = kernels::sum_of(left.len(), |at| left[at].as_f64() * right[at].as_f64());
    Ok(T::from_f64(products))
}

/// Rejects factors whose shapes do not match.
fn check_product(node: &'static str, left: &[usize], right: &[usize]) -> Result<(), Error> {
    if left.last() == right.first() {
        return Ok(());
    }
    Err(Error::Dot { node, left: left.to_vec(), right: right.to_vec() })
}

/// The product of matrices and vectors, except that of two vectors.
pub fn dot<T, D, E, O>(
    node: &'static str,
    left: &Array<T, D>,
    right: &Array<T, E>,
) -> Result<O, Error>
where
    D: Dimension,
    E: Dimension,
    ArrayRef<T, D>: Dot<ArrayRef<T, E>, Output = O>,
{
    check_product(node, left.shape(), right.shape())?;
    Ok(product(left, right))
}

/// [`dot`] of arrays whose shapes match, which the caller ensures; the same applies
/// to the two functions below.
pub fn product<T, D, E, O>(left: &Array<T, D>, right: &Array<T, E>) -> O
where
    D: Dimension,
    E: Dimension,
    ArrayRef<T, D>: Dot<ArrayRef<T, E>, Output = O>,
{
    left.dot(right)
}

/// `leftᵀ · right`
pub fn transposed_product<T: Scalar, E: Dimension, O>(left: &Array2<T>, right: &Array<T, E>) -> O
where
    ArrayRef<T, Ix2>: Dot<ArrayRef<T, E>, Output = O>,
{
    let transposed: &ArrayRef<T, Ix2> = &left.t();
    transposed.dot(right)
}

/// `left · rightᵀ`
pub fn product_transposed<T: Scalar>(left: &Array2<T>, right: &Array2<T>) -> Array2<T> {
    left.dot(&right.t())
}

/// The outer product, `left[row] · right[column]`.
pub fn outer<T: Scalar>(left: &Array1<T>, right: &Array1<T>) -> Array2<T> {
    Array2::from_shape_fn((left.len(), right.len()), |(row, column)| left[row] * right[column])
}
