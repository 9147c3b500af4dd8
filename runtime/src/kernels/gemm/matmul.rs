//! The matrix products of layers.

use super::epilogue::{Epilogue, Step};
use super::matrix::Matrix;
use super::operands::Operands;
use super::parallel;
use crate::kernels::scalar::Scalar;

/// `out = a · b`, plus `bias` (a row) if there is one.
///
/// Shapes: `a: m × k`, `b: k × n`, `bias: n`, `out: m × n`, row-major.
///
/// # Panics
///
/// If the shapes do not match.
#[inline(always)]
pub(crate) fn matmul<T: Scalar>(
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    bias: Option<&[T]>,
    out: &mut [T],
) {
    checked(a, b, bias, Epilogue::Store, out);
}

/// `out = a · b`, where the rows of `out` are `stride` numbers apart: some columns of a wider matrix.
///
/// # Panics
///
/// If the shapes do not match.
#[inline(always)]
pub(crate) fn matmul_part<T: Scalar>(
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    out: &mut [T],
    stride: usize,
) {
    parallel::matmul(&mut Operands::strided(a, b, out, stride));
}

/// `out = max(a · b + bias, 0)`, with the shapes of [`matmul`]. NaN stays NaN.
///
/// # Panics
///
/// If the shapes do not match.
#[inline(always)]
pub(crate) fn matmul_relu<T: Scalar>(
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    bias: Option<&[T]>,
    out: &mut [T],
) {
    checked(a, b, bias, Epilogue::Relu, out);
}

/// `weights ← weights - η (a · b + λ weights)`, without storing the product.
///
/// # Panics
///
/// If the shapes do not match, or the product does not satisfy [`can_descend`].
#[inline(always)]
pub(crate) fn matmul_descend<T: Scalar>(
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    step: Step<T>,
    weights: &mut [T],
) {
    assert!(can_descend::<T>(a.rows(), a.columns()), "a product of {} rows", a.rows());
    assert!(a.strides().0 == 1 && b.strides().1 == 1, "the factors of a gradient");
    checked(a, b, None, Epilogue::Descend(step), weights);
}

/// Whether weights with `rows` rows can be updated along `Xᵀ·dY` in the epilogue, for a batch of
/// `k` samples. This requires that each tile is complete after one block, and that a kernel for
/// several rows computes it.
pub(crate) fn can_descend<T: Scalar>(rows: usize, k: usize) -> bool {
    rows > 1 && fits_block::<T>(k)
}

/// Whether `k` steps of the inner dimension fit one block of `B`, so that each tile is complete
/// after one block.
pub(crate) fn fits_block<T: Scalar>(k: usize) -> bool {
    k <= T::machine().max_block_k()
}

/// `out = row · matrix + bias`, with the same bits as [`matmul`], or as [`matmul_relu`] if `RELU`.
/// For sizes that are [`is_small`](super::select::is_small), the kernel is selected at compile
/// time.
#[inline]
pub(crate) fn small_matmul<
    T: Scalar,
    const INPUTS: usize,
    const OUTPUTS: usize,
    const RELU: bool,
>(
    row: &[T; INPUTS],
    matrix: &[[T; OUTPUTS]; INPUTS],
    bias: &[T; OUTPUTS],
    out: &mut [T; OUTPUTS],
) {
    T::small_matmul::<INPUTS, OUTPUTS, RELU>(row, matrix, bias, out);
}

#[inline(always)]
fn checked<T: Scalar>(
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    bias: Option<&[T]>,
    epilogue: Epilogue<T>,
    out: &mut [T],
) {
    let is_empty = out.is_empty();
    let mut operands = Operands::new(a, b, bias, epilogue, out);
    if !is_empty {
        parallel::matmul(&mut operands);
    }
}
