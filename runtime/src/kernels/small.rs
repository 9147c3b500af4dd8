//! A single row times a small matrix, of which the compiler knows the sizes: the choice of
//! a kernel, which would take longer than the product, is made while compiling.

use num_traits::Zero;

use super::dots::dotted_rest;
use super::out::Out;
use super::panel::Panel;
use super::product::{Factors, Form, Matrix};
use super::tile::{Finish, Tile};
use super::vector::{MOST_LANES, Vector};
use crate::scalar::Scalar;

/// Whether a single row times a matrix of these sizes takes so little time that it is
/// worth a function of its own.
pub(crate) const fn is_small(inputs: usize, outputs: usize) -> bool {
    // In a debug build of a user's program it would not be optimised.
    !cfg!(debug_assertions) && inputs * outputs <= 4096
}

/// `out = row · matrix + bias`, with the bits of [`product`](super::product()); or, to
/// `RECTIFY`, with those of [`rectified_product`](super::rectified_product).
#[inline]
pub(crate) fn small_product<
    T: Scalar,
    const INPUTS: usize,
    const OUTPUTS: usize,
    const RECTIFY: bool,
>(
    row: &[T; INPUTS],
    matrix: &[[T; OUTPUTS]; INPUTS],
    bias: &[T; OUTPUTS],
    out: &mut [T; OUTPUTS],
) {
    T::small_product::<INPUTS, OUTPUTS, RECTIFY>(row, matrix, bias, out);
}

/// As [`small_product`], on one kind of processor. What has no form here is left to
/// `product`, the general one of this processor.
///
/// # Safety
///
/// The processor must have the feature behind `V`.
#[inline(always)]
pub(super) unsafe fn small<
    V: Vector,
    const INPUTS: usize,
    const OUTPUTS: usize,
    const RECTIFY: bool,
>(
    row: &[V::Element; INPUTS],
    matrix: &[[V::Element; OUTPUTS]; INPUTS],
    bias: &[V::Element; OUTPUTS],
    out: &mut [V::Element; OUTPUTS],
    product: Form<V::Element>,
) {
    let finish = if RECTIFY { Finish::Rectify } else { Finish::Nothing };
    let is_whole = const { OUTPUTS.is_multiple_of(V::LANES) };
    let tile = Tile {
        a: row.as_ptr(),
        a_strides: (INPUTS, 1),
        b: matrix.as_ptr().cast(),
        b_stride: OUTPUTS,
        start: bias.as_ptr(),
        start_stride: 0,
        out: out.as_mut_ptr(),
        out_stride: OUTPUTS,
        depth: INPUTS,
        finish: &finish,
        ahead: None,
    };
    // SAFETY: the types have the shapes; for the rest as the caller.
    unsafe {
        // A constant, so that only one arm is compiled.
        match const { registers::<V>(INPUTS, OUTPUTS) } {
            // One that is read in part takes longer where it crosses a line.
            1 if const { OUTPUTS == V::Half::LANES } => {
                in_chains::<V::Half, true, OUTPUTS>(tile, out);
            }
            1 if is_whole => in_chains::<V, true, OUTPUTS>(tile, out),
            1 => in_chains::<V, false, OUTPUTS>(tile, out),
            2 if is_whole => tile.compute::<V, 1, 2, false, false>(0),
            3 if is_whole => tile.compute::<V, 1, 3, false, false>(0),
            4 if is_whole => tile.compute::<V, 1, 4, false, false>(0),
            2 => tile.compute::<V, 1, 2, true, false>(const { last_lanes::<V>(OUTPUTS) }),
            3 => tile.compute::<V, 1, 3, true, false>(const { last_lanes::<V>(OUTPUTS) }),
            4 => tile.compute::<V, 1, 4, true, false>(const { last_lanes::<V>(OUTPUTS) }),
            _ => {
                let factors = Factors {
                    a: Matrix::new(row, 1, INPUTS),
                    b: Matrix::new(matrix.as_flattened(), INPUTS, OUTPUTS),
                    bias: Some(bias),
                    finish,
                };
                product(&factors, Out::new(out, OUTPUTS), None);
            }
        }
    }
}

/// A row that fits a register, or fills it if that is `WHOLE`.
///
/// # Safety
///
/// The processor must have the feature behind `V`, and the tile such a row.
#[inline(always)]
unsafe fn in_chains<V: Vector, const WHOLE: bool, const OUTPUTS: usize>(
    tile: Tile<'_, V::Element>,
    out: &mut [V::Element; OUTPUTS],
) {
    // A register that is stored in part is not handed on to those who read it next, which
    // the layer behind this one does at once.
    let mut whole = [V::Element::zero(); MOST_LANES];
    // SAFETY: handed on from the caller; there is room for the longest register.
    unsafe {
        let [sums] = tile.sums_in_chains::<V, 1, WHOLE>(OUTPUTS);
        tile.finish.of_part(whole.as_ptr(), V::LANES, sums).store(whole.as_mut_ptr());
    }
    out.copy_from_slice(&whole[..OUTPUTS]);
}

/// How many registers the row of the result takes; 0 if there is no form for it.
const fn registers<V: Vector>(inputs: usize, outputs: usize) -> usize {
    // More steps than a block of the inner dimension has on any processor.
    let is_too_long = outputs <= V::LANES && inputs > Panel::BYTES / (4 * 64);
    if is_too_long || outputs > 4 * V::LANES || dotted_rest(inputs, outputs, V::LANES) > 0 {
        0
    } else {
        outputs.div_ceil(V::LANES)
    }
}

/// How many numbers the last of these registers holds.
const fn last_lanes<V: Vector>(outputs: usize) -> usize {
    (outputs - 1) % V::LANES + 1
}

#[cfg(test)]
mod tests {
    use super::super::processor::tests::on_each;
    use super::super::product::{product, rectified_product};
    use super::*;

    fn numbers<T: Scalar>(count: usize) -> Vec<T> {
        let mut rng = crate::Rng::seed(count as u64);
        (0..count).map(|_| T::from_f64(rng.normal())).collect()
    }

    /// Where the sizes are constants, the choice among kernels is another, and no bit.
    #[test]
    fn a_small_product_is_a_product() {
        fn assert_same<T: Scalar, const INPUTS: usize, const OUTPUTS: usize>() {
            let [row, matrix, bias] = [INPUTS, INPUTS * OUTPUTS, OUTPUTS].map(|n| numbers::<T>(n));
            let (rows, matrices) = (row.as_chunks::<INPUTS>().0, matrix.as_chunks::<OUTPUTS>().0);
            on_each(|processor| {
                let (mut small, mut out) = ([T::nan(); OUTPUTS], [T::nan(); OUTPUTS]);
                let matrix = matrices.try_into().expect("a row for each input");
                let bias: &[T; OUTPUTS] = bias[..].try_into().expect("a number for each output");
                small_product::<T, INPUTS, OUTPUTS, false>(&rows[0], matrix, bias, &mut small);
                let (a, b) = (
                    Matrix::new(&row, 1, INPUTS),
                    Matrix::new(matrix.as_flattened(), INPUTS, OUTPUTS),
                );
                product(a, b, Some(bias), &mut out);
                assert!(small == out, "{INPUTS} × {OUTPUTS}, {processor:?}");
                small_product::<T, INPUTS, OUTPUTS, true>(&rows[0], matrix, bias, &mut small);
                rectified_product(a, b, Some(bias), &mut out);
                assert!(small == out, "{INPUTS} × {OUTPUTS}, {processor:?}, rectified");
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
