//! A single row times a small matrix whose sizes are constants. The kernel is selected at compile
//! time; selecting it at run time would take longer than the product.

use num_traits::Zero;

use super::epilogue::Epilogue;
use super::machine::Machine;
use super::matrix::Matrix;
use super::microkernel::MicroTile;
use super::operands::Operands;
use super::select::small_row_registers;
use super::split::split_sums;
use crate::kernels::simd::vector::{MAX_LANES, Vector};

/// The variant of [`small_matmul`](super::matmul::small_matmul) with registers `V`. Sizes without a
/// specialized form are passed to `otherwise`, the general product with these registers.
///
/// # Safety
///
/// The processor must have the feature of `V`, and all requirements of `otherwise` must be
/// satisfied.
#[inline(always)]
pub(super) unsafe fn small_row<
    V: Vector,
    const INPUTS: usize,
    const OUTPUTS: usize,
    const RELU: bool,
>(
    row: &[V::Element; INPUTS],
    matrix: &[[V::Element; OUTPUTS]; INPUTS],
    bias: &[V::Element; OUTPUTS],
    out: &mut [V::Element; OUTPUTS],
    otherwise: unsafe fn(&mut Operands<'_, V::Element>),
) {
    let epilogue = if RELU { Epilogue::Relu } else { Epilogue::Store };
    let is_whole = const { OUTPUTS.is_multiple_of(V::LANES) };
    let tile = MicroTile {
        a: row.as_ptr(),
        a_strides: (INPUTS, 1),
        b: matrix.as_ptr().cast(),
        b_stride: OUTPUTS,
        start: bias.as_ptr(),
        start_stride: 0,
        c: out.as_mut_ptr(),
        c_stride: OUTPUTS,
        k: INPUTS,
        epilogue: &epilogue,
        ahead: None,
    };
    // SAFETY: the caller guarantees the feature, and the types that `tile` is valid for `1 ×
    // OUTPUTS`, which are as many registers as each arm computes.
    unsafe {
        // A constant, so that only one arm is compiled.
        match const { small_row_registers(INPUTS, OUTPUTS, Machine::of::<V>(4)) } {
            // A partial load is slower if it crosses a cache line.
            1 if const { OUTPUTS == V::Half::LANES } => {
                split::<V::Half, true, OUTPUTS>(tile, out);
            }
            1 if is_whole => split::<V, true, OUTPUTS>(tile, out),
            1 => split::<V, false, OUTPUTS>(tile, out),
            2 if is_whole => tile.compute::<V, 1, 2, false, false>(0),
            3 if is_whole => tile.compute::<V, 1, 3, false, false>(0),
            4 if is_whole => tile.compute::<V, 1, 4, false, false>(0),
            2 => tile.compute::<V, 1, 2, true, false>(const { last_lanes::<V>(OUTPUTS) }),
            3 => tile.compute::<V, 1, 3, true, false>(const { last_lanes::<V>(OUTPUTS) }),
            4 => tile.compute::<V, 1, 4, true, false>(const { last_lanes::<V>(OUTPUTS) }),
            _ => {
                let a = Matrix::new(row, 1, INPUTS);
                let b = Matrix::new(matrix.as_flattened(), INPUTS, OUTPUTS);
                otherwise(&mut Operands::new(a, b, Some(bias), epilogue, out));
            }
        }
    }
}

/// Computes a row that fits a register, or fills it if `WHOLE`.
///
/// # Safety
///
/// The processor must have the feature of `V`, and `tile` must be valid for `1 × OUTPUTS`,
/// which is at most `V::LANES`, and `V::LANES` if `WHOLE`.
#[inline(always)]
unsafe fn split<V: Vector, const WHOLE: bool, const OUTPUTS: usize>(
    tile: MicroTile<'_, V::Element>,
    out: &mut [V::Element; OUTPUTS],
) {
    // A partial store is not forwarded to the loads of the next layer, which follow immediately.
    // They would wait until the data is in the cache.
    let mut whole = [V::Element::zero(); MAX_LANES];
    // SAFETY: the caller guarantees the feature and a valid tile; `whole` has room for the
    // longest register.
    unsafe {
        let [sums] = split_sums::<V, 1, WHOLE>(tile, OUTPUTS);
        tile.epilogue.apply_to(whole.as_ptr(), V::LANES, sums).store(whole.as_mut_ptr());
    }
    out.copy_from_slice(&whole[..OUTPUTS]);
}

/// Number of lanes used in the last register.
const fn last_lanes<V: Vector>(outputs: usize) -> usize {
    (outputs - 1) % V::LANES + 1
}

#[cfg(test)]
mod tests {
    use super::super::matmul::{matmul, matmul_relu, small_matmul};
    use super::*;
    use crate::kernels::scalar::Scalar;
    use crate::kernels::simd::processor::tests::on_each;

    fn numbers<T: Scalar>(count: usize) -> Vec<T> {
        let mut rng = crate::Rng::seed(count as u64);
        (0..count).map(|_| T::from_f64(rng.normal())).collect()
    }

    /// For constant sizes a different kernel is used, with the same bits.
    #[test]
    fn a_small_product_is_a_product() {
        fn assert_same<T: Scalar, const INPUTS: usize, const OUTPUTS: usize>() {
            let [row, matrix, bias] = [INPUTS, INPUTS * OUTPUTS, OUTPUTS].map(|n| numbers::<T>(n));
            let (rows, matrices) = (row.as_chunks::<INPUTS>().0, matrix.as_chunks::<OUTPUTS>().0);
            on_each(|processor| {
                let (mut small, mut out) = ([T::nan(); OUTPUTS], [T::nan(); OUTPUTS]);
                let matrix = matrices.try_into().expect("a row for each input");
                let bias: &[T; OUTPUTS] = bias[..].try_into().expect("a number for each output");
                small_matmul::<T, INPUTS, OUTPUTS, false>(&rows[0], matrix, bias, &mut small);
                let (a, b) = (
                    Matrix::new(&row, 1, INPUTS),
                    Matrix::new(matrix.as_flattened(), INPUTS, OUTPUTS),
                );
                matmul(a, b, Some(bias), &mut out);
                assert!(small == out, "{INPUTS} × {OUTPUTS}, {processor:?}");
                small_matmul::<T, INPUTS, OUTPUTS, true>(&rows[0], matrix, bias, &mut small);
                matmul_relu(a, b, Some(bias), &mut out);
                assert!(small == out, "{INPUTS} × {OUTPUTS}, {processor:?}, ReLU");
            });
        }
        macro_rules! sizes {
            ($($inputs:literal x $outputs:literal),*) => {$(
                assert_same::<f32, $inputs, $outputs>();
                assert_same::<f64, $inputs, $outputs>();
            )*};
        }
        sizes!(1 x 1, 6 x 64, 64 x 8, 8 x 4, 64 x 64, 128 x 32, 128 x 3, 65 x 1, 100 x 2, 50 x 10);
        sizes!(33 x 17, 7 x 100, 16 x 16, 15 x 15, 17 x 130, 3 x 4, 64 x 4, 32 x 1, 1 x 70);
    }
}
