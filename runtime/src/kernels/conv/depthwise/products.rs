//! The innermost loops: the products of a tile.

use num_traits::Float;

use super::kernel::{Column, MAX_TAPS, Phase};
use super::plan::{HIGH, LOW, REGISTERS};
use super::tiles::is_double;
use crate::kernels::conv::microkernel::added;
use crate::kernels::simd::opaque::opaque_ptr;
use crate::kernels::simd::vector::Vector;

/// Maximum number of rows that a strip meets.
const MET: usize = HIGH + MAX_TAPS - 1;

/// Calls a method with the number of taps of a strip as a constant.
macro_rules! with_taps {
    ($taps:expr, $N:ident => $call:expr) => {
        match $taps {
            1 => {
                const $N: usize = 1;
                $call
            }
            2 => {
                const $N: usize = 2;
                $call
            }
            3 => {
                const $N: usize = 3;
                $call
            }
            4 => {
                const $N: usize = 4;
                $call
            }
            _ => {
                const $N: usize = MAX_TAPS;
                $call
            }
        }
    };
}

/// The taps of a phase, and what they meet for a tile.
pub(crate) struct Products<'a, T> {
    pub(super) taps: Phase<'a>,
    /// The first number of the tile in the first copy.
    pub(super) first: *const T,
    /// From one register of the tile to the next.
    pub(super) distance: usize,
    /// Number of copies.
    pub(super) sources: usize,
    pub(super) copy_len: usize,
    pub(super) weights: *const T,
    /// Number of weights for each copy.
    pub(super) weights_len: usize,
    pub(super) bias: T,
    pub(super) is_rectified: bool,
}

impl<T: Float> Products<'_, T> {
    /// Computes the sums of a tile.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. What the taps meet, and their weights, must be
    /// readable, for as many registers as the halves of the tile have.
    #[inline(always)]
    pub(crate) unsafe fn sums<V: Vector<Element = T>>(
        &self,
        registers: usize,
        to: &mut [V; REGISTERS],
    ) {
        // SAFETY: the caller guarantees this.
        unsafe {
            if is_double::<V>() && registers > HIGH {
                to.copy_from_slice(self.sums_of::<V, HIGH, 2>().as_flattened());
            } else if registers > LOW {
                to[..HIGH].copy_from_slice(self.sums_of::<V, HIGH, 1>().as_flattened());
            } else {
                to[..LOW].copy_from_slice(self.sums_of::<V, LOW, 1>().as_flattened());
            }
        }
    }

    /// The sums of a tile of `H` halves of `R` registers.
    ///
    /// # Safety
    ///
    /// As for [`sums`](Products::sums).
    #[inline(always)]
    unsafe fn sums_of<V: Vector<Element = T>, const R: usize, const H: usize>(
        &self,
    ) -> [[V; R]; H] {
        // SAFETY: the caller guarantees this.
        unsafe {
            let mut sums = [[V::splat(self.bias); R]; H];
            for source in 0..self.sources {
                let first = self.first.wrapping_add(source * self.copy_len);
                let weights = self.weights.wrapping_add(source * self.weights_len);
                for strip in self.taps.strips {
                    let met = (first.add(strip.place), self.distance);
                    let weights = (weights.add(strip.weight), self.taps.weight_step);
                    with_taps!(strip.taps, N => {
                        for column in self.taps.columns {
                            sums = column.add::<V, R, H, N>(sums, met, weights);
                        }
                    });
                }
            }
            if self.is_rectified {
                for sum in sums.as_flattened_mut() {
                    *sum = sum.relu();
                }
            }
            sums
        }
    }

    /// Adds the products of a tile of the gradient of the output, and what each tap meets, to the sums
    /// of the taps: a register for each, in the order of strips, columns, and taps of a strip.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. What the taps meet must be readable, and their sums
    /// writable.
    #[inline(always)]
    pub(crate) unsafe fn add_gradients<V: Vector<Element = T>>(
        &self,
        registers: usize,
        d_output: &[V; REGISTERS],
        sums: *mut T,
    ) {
        // SAFETY: the caller guarantees this.
        unsafe {
            if is_double::<V>() && registers > HIGH {
                self.add_gradients_of::<V, HIGH, 2>(d_output, sums);
            } else if registers > LOW {
                self.add_gradients_of::<V, HIGH, 1>(d_output, sums);
            } else {
                self.add_gradients_of::<V, LOW, 1>(d_output, sums);
            }
        }
    }

    /// The same for a tile of `H` halves of `R` registers.
    ///
    /// # Safety
    ///
    /// As for [`add_gradients`](Products::add_gradients).
    #[inline(always)]
    unsafe fn add_gradients_of<V: Vector<Element = T>, const R: usize, const H: usize>(
        &self,
        values: &[V; REGISTERS],
        mut sums: *mut T,
    ) {
        // SAFETY: the caller guarantees the feature.
        let mut d_output = unsafe { [[V::zero(); R]; H] };
        d_output.as_flattened_mut().copy_from_slice(&values[..R * H]);
        for strip in self.taps.strips {
            // SAFETY: the caller guarantees this for all strips.
            unsafe {
                let met = (self.first.add(strip.place), self.distance);
                with_taps!(strip.taps, N => {
                    for column in self.taps.columns {
                        column.add_gradients::<V, R, H, N>(&d_output, met, sums);
                        sums = sums.add(N * V::LANES);
                    }
                });
            }
        }
    }
}

impl Column {
    /// [`Products::sums`] for a strip of `N` taps.
    ///
    /// # Safety
    ///
    /// As there.
    #[expect(clippy::needless_range_loop, reason = "adapters are not always inlined here")]
    #[inline(always)]
    unsafe fn add<V: Vector, const R: usize, const H: usize, const N: usize>(
        &self,
        mut sums: [[V; R]; H],
        (met, distance): (*const V::Element, usize),
        (weights, step): (*const V::Element, isize),
    ) -> [[V; R]; H] {
        // SAFETY: the caller guarantees this.
        unsafe {
            let mut factors = [V::zero(); N];
            for (tap, factor) in factors.iter_mut().enumerate() {
                *factor = V::splat(*weights.add(self.weight).offset(tap as isize * step));
            }
            let mut met = met.add(self.place);
            for half in 0..H {
                let rows = load_rows::<V>(met, distance, R + N - 1);
                for tap in 0..N {
                    for row in 0..R {
                        let sum = &mut sums[half][row];
                        *sum = sum.mul_add(factors[tap], rows[row + tap]);
                    }
                }
                met = met.wrapping_add(R * distance);
            }
            sums
        }
    }

    /// [`Products::add_gradients`] for a strip of `N` taps.
    ///
    /// # Safety
    ///
    /// As there.
    #[inline(always)]
    unsafe fn add_gradients<V: Vector, const R: usize, const H: usize, const N: usize>(
        &self,
        d_output: &[[V; R]; H],
        (met, distance): (*const V::Element, usize),
        to: *mut V::Element,
    ) {
        // SAFETY: the caller guarantees this.
        unsafe {
            // The sums of the halves do not wait for each other.
            let mut sums = [[V::zero(); N]; H];
            for (tap, sum) in sums[0].iter_mut().enumerate() {
                *sum = V::load(to.add(tap * V::LANES));
            }
            let mut met = met.add(self.place);
            for half in 0..H {
                let rows = load_rows::<V>(met, distance, R + N - 1);
                for row in 0..R {
                    for tap in 0..N {
                        let sum = &mut sums[half][tap];
                        *sum = sum.mul_add(d_output[half][row], rows[row + tap]);
                    }
                }
                met = met.wrapping_add(R * distance);
            }
            for tap in 0..N {
                let others = sums[1..].iter().map(|half| half[tap]);
                let sum = others.fold(sums[0][tap], |sum, other| added(other, sum));
                sum.store(to.add(tap * V::LANES));
            }
        }
    }
}

/// The rows that a strip of `count` rows and taps meets, at most [`MET`].
///
/// # Safety
///
/// The processor must have the feature of `V`. A register must be readable in each of these rows.
#[expect(clippy::needless_range_loop, reason = "adapters are not always inlined here")]
#[inline(always)]
unsafe fn load_rows<V: Vector>(
    mut from: *const V::Element,
    distance: usize,
    count: usize,
) -> [V; MET] {
    // In bytes, so that an address is a single addition.
    let distance = distance * size_of::<V::Element>();
    // SAFETY: the caller guarantees this.
    unsafe {
        let mut rows = [V::zero(); MET];
        for row in 0..count {
            rows[row] = V::load(from);
            // Otherwise, the compiler would keep a pointer to each row.
            from = opaque_ptr(from.wrapping_byte_add(distance));
        }
        rows
    }
}
