//! The addition and multiplication nodes of a computational graph (section 5.4
//! of the book), for numbers and arrays.

use core::ops;

use ndarray::{Array, Dimension, LinalgScalar};

use crate::error::Error;

/// A value in a graph: a number, or an array of numbers.
pub trait Operand: Clone {
    /// The length of each axis; empty for a number.
    fn shape(&self) -> &[usize];

    /// The elementwise sum of two values of the same shape.
    fn plus(&self, other: &Self) -> Self;

    /// The elementwise product of two values of the same shape.
    fn times(&self, other: &Self) -> Self;
}

/// Implements [`Operand`] for a type of numbers.
macro_rules! number {
    ($($number:ty),*) => {$(
        impl Operand for $number {
            fn shape(&self) -> &[usize] {
                &[]
            }

            fn plus(&self, other: &Self) -> Self {
                self + other
            }

            fn times(&self, other: &Self) -> Self {
                self * other
            }
        }
    )*};
}

number!(f32, f64);

impl<T, D> Operand for Array<T, D>
where
    T: LinalgScalar,
    D: Dimension,
    for<'a> &'a Array<T, D>: ops::Add<Output = Array<T, D>> + ops::Mul<Output = Array<T, D>>,
{
    fn shape(&self) -> &[usize] {
        (**self).shape()
    }

    fn plus(&self, other: &Self) -> Self {
        self + other
    }

    fn times(&self, other: &Self) -> Self {
        self * other
    }
}

/// Checks that two operands have the same shape.
fn same_shape<V: Operand>(node: &'static str, x: &V, y: &V) -> Result<(), Error> {
    if x.shape() == y.shape() {
        return Ok(());
    }
    Err(Error::Shapes { node, left: x.shape().to_vec(), right: y.shape().to_vec() })
}

/// The addition node, `z = x + y`. Backward returns `dx = dz` and `dy = dz`.
///
/// ```
/// use chainrule::layers::Add;
///
/// let (sum, add) = Add::forward(200.0, 450.0)?;
/// assert_eq!(sum, 650.0);
/// assert_eq!(add.backward(&1.1)?, (1.1, 1.1));
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Add<V> {
    sum: V,
}

impl<V: Operand> Add<V> {
    /// Returns `x + y`, and the node for [`backward`](Add::backward).
    ///
    /// # Errors
    ///
    /// [`Error::Shapes`] if `x` and `y` are arrays of different shapes.
    pub fn forward(x: V, y: V) -> Result<(V, Add<V>), Error> {
        same_shape("Add", &x, &y)?;
        let sum = x.plus(&y);
        Ok((sum.clone(), Add { sum }))
    }

    /// Returns the derivatives `(dx, dy)`; `dout` is the derivative of the sum.
    ///
    /// # Errors
    ///
    /// [`Error::Shapes`] if `dout` does not have the shape of the sum.
    pub fn backward(&self, dout: &V) -> Result<(V, V), Error> {
        same_shape("Add", &self.sum, dout)?;
        Ok((dout.clone(), dout.clone()))
    }
}

/// The elementwise multiplication node, `z = x · y`. Backward multiplies by the
/// other factor: `dx = dz · y`, `dy = dz · x`.
///
/// ```
/// use chainrule::layers::Mul;
///
/// let (apple_price, mul_apple) = Mul::forward(100.0, 2.0)?;
/// assert_eq!(apple_price, 200.0);
/// assert_eq!(mul_apple.backward(&1.1)?, (2.2, 110.00000000000001));
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Mul<V> {
    x: V,
    y: V,
}

impl<V: Operand> Mul<V> {
    /// Returns `x · y`, and the node, which stores both factors for
    /// [`backward`](Mul::backward).
    ///
    /// # Errors
    ///
    /// [`Error::Shapes`] if `x` and `y` are arrays of different shapes.
    pub fn forward(x: V, y: V) -> Result<(V, Mul<V>), Error> {
        same_shape("Mul", &x, &y)?;
        Ok((x.times(&y), Mul { x, y }))
    }

    /// Returns the derivatives `(dx, dy)`; `dout` is the derivative of the product.
    ///
    /// # Errors
    ///
    /// [`Error::Shapes`] if `dout` does not have the shape of the product.
    pub fn backward(&self, dout: &V) -> Result<(V, V), Error> {
        same_shape("Mul", &self.x, dout)?;
        Ok((dout.times(&self.y), dout.times(&self.x)))
    }
}
