//! What recurrent layers have in common. The products with the inputs of all steps are one matrix product; what depends
//! on the step before is computed step by step, for all samples at once.
//!
//! Rows are `batch × time`, those of a sample follow each other. The hidden state before the first
//! step is 0, unless it is that of a step that is given.

use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::{Matrix, matmul};

/// The sizes of a recurrent layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps {
    pub(crate) batch: usize,
    pub(crate) time: usize,
    pub(crate) hidden: usize,
    /// The gates of each hidden number.
    pub(crate) gates: usize,
    /// The first step to compute. The states of a step before it are given.
    pub(crate) first: usize,
}

impl Steps {
    /// The numbers of all gates of a step.
    pub(super) fn width(self) -> usize {
        self.gates * self.hidden
    }

    /// The rows of step `step` of all samples, in rows of `width` numbers for each step.
    pub(super) fn at<T>(self, values: &[T], step: usize, width: usize) -> Matrix<'_, T> {
        Matrix::part(&values[step * width..], self.batch, width, self.time * width)
    }

    /// The rows of all steps of all samples.
    pub(crate) fn rows(self) -> usize {
        self.batch * self.time
    }

    /// Copies the rows of the steps that are given.
    ///
    /// # Panics
    ///
    /// If the lengths differ.
    pub(crate) fn copy_given<T: Scalar>(self, values: &[T], to: &mut [T]) {
        assert_eq!(values.len(), to.len(), "the states of the same steps");
        let given = self.first * self.hidden;
        let samples = self.time * self.hidden;
        for (values, to) in values.chunks_exact(samples).zip(to.chunks_exact_mut(samples)) {
            to[..given].copy_from_slice(&values[..given]);
        }
    }

    /// Sets the gradients of the steps that are given to 0.
    pub(super) fn clear_given<T: Scalar>(self, gradients: &mut [T]) {
        let width = gradients.len() / self.rows();
        for sample in gradients.chunks_exact_mut(self.time * width) {
            sample[..self.first * width].fill(T::zero());
        }
    }

    /// `recurrent = h·W + bias` with the hidden states of the step before `step`; `bias` alone at the
    /// first step.
    pub(super) fn recurrent<T: Scalar>(
        self,
        output: &[T],
        step: usize,
        weight: &[T],
        bias: &[T],
        recurrent: &mut [T],
    ) {
        let width = self.width();
        if step == 0 {
            recurrent.chunks_exact_mut(width).for_each(|row| row.copy_from_slice(bias));
            return;
        }
        let hidden = self.at(output, step - 1, self.hidden);
        matmul(hidden, Matrix::new(weight, self.hidden, width), Some(bias), recurrent);
    }

    /// The gradient of the weights of the hidden states, `Σ h·dgates` with the state of the step
    /// before each. Sets the gradients of step 0 to 0, since the state before it is.
    ///
    /// # Panics
    ///
    /// If the lengths do not match.
    pub(crate) fn weight_gradient<T: Scalar>(
        self,
        states: &[T],
        dgates: &mut [T],
        dweight: &mut [T],
    ) {
        let (width, rows) = (self.width(), self.rows());
        for sample in dgates.chunks_exact_mut(self.time * width) {
            sample[..width].fill(T::zero());
        }
        if rows == 1 {
            return dweight.fill(T::zero());
        }
        // Row `i` of the states belongs to row `i + 1` of the gradients.
        let states = Matrix::new(&states[..(rows - 1) * self.hidden], rows - 1, self.hidden);
        let dgates = Matrix::new(&dgates[width..], rows - 1, width);
        matmul(states.transposed(), dgates, None, dweight);
    }
}

/// `transposed = weightᵀ`, for a weight of rows of `width` numbers.
///
/// # Panics
///
/// If the lengths differ.
#[inline(never)]
pub(crate) fn transpose<T: Scalar>(weight: &[T], width: usize, transposed: &mut [T]) {
    assert_eq!(weight.len(), transposed.len(), "a transposed weight");
    let rows = weight.len() / width;
    for (column, transposed) in transposed.chunks_exact_mut(rows).enumerate() {
        for (row, to) in transposed.iter_mut().enumerate() {
            *to = weight[row * width + column];
        }
    }
}

instantiate!(fn(&[T], usize, &mut [T]) = transpose::<T>);

/// The rows of a step of all samples, in rows of `width` numbers for each step.
macro_rules! rows_at {
    ($values:expr, $steps:expr, $step:expr, $width:expr) => {
        $values.chunks_exact($steps.time * $width).map(|sample| &sample[$step * $width..][..$width])
    };
    (mut $values:expr, $steps:expr, $step:expr, $width:expr) => {
        $values
            .chunks_exact_mut($steps.time * $width)
            .map(|sample| &mut sample[$step * $width..][..$width])
    };
}

pub(super) use rows_at;

/// `σ(x)`.
#[inline(always)]
pub(super) fn sigmoid<T: Scalar>(x: T) -> T {
    let exponential = (-x.abs()).exponential();
    let numerator = if x < T::zero() { exponential } else { T::one() };
    numerator / (T::one() + exponential)
}
