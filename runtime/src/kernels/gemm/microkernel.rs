//! The microkernel: accumulates one tile of `C` in registers, over the steps of the inner
//! dimension.
//!
//! A register holds adjacent columns of `C`, and each number of `A` is broadcast to a whole
//! register. Every number of `C` is a single sum in the order of the inner dimension, whatever tile
//! it is in. Results therefore do not depend on how a product is divided.

use num_traits::Float;

use super::epilogue::Epilogue;
use super::machine::LINE_BYTES;
use super::prefetch::{Ahead, prefetch_now};
use crate::kernels::simd::opaque::opaque_ptr;
use crate::kernels::simd::vector::Vector;

/// Pointers to the first rows of `C`, and to the parts of `A` and `B` that they are computed from.
///
/// It is *valid for `rows × width`* if, for each `row < rows`, `column < width` and `step < k`,
///
/// - `a + row * a_strides.0 + step * a_strides.1` can be read,
/// - `b + step * b_stride + column` can be read,
/// - `start + row * start_stride + column` can be read, unless `start` is null,
/// - `c + row * c_stride + column` can be read and written, and does not overlap `A` or `B`;
///
/// and if, where there is an `ahead`, it was made for `k` steps.
#[derive(Clone, Copy)]
pub(super) struct MicroTile<'f, T> {
    pub(super) a: *const T,
    /// The row stride, and the stride between steps of the inner dimension.
    pub(super) a_strides: (usize, usize),
    pub(super) b: *const T,
    pub(super) b_stride: usize,
    /// Initial values of the sums; null for zero.
    pub(super) start: *const T,
    /// 0 if all rows have the same initial values.
    pub(super) start_stride: usize,
    pub(super) c: *mut T,
    pub(super) c_stride: usize,
    /// Steps of the inner dimension.
    pub(super) k: usize,
    pub(super) epilogue: &'f Epilogue<T>,
    /// The data to prefetch, and the row of the product at which this tile begins.
    pub(super) ahead: Option<(&'f Ahead<T>, usize)>,
}

/// The accumulators of a tile.
type Sums<V, const ROWS: usize, const VECTORS: usize> = [[V; VECTORS]; ROWS];

impl<T: Float> MicroTile<'_, T> {
    /// The tile `rows` further down, which is valid for that many rows fewer.
    #[inline(always)]
    pub(super) fn down_by(self, rows: usize) -> Self {
        MicroTile {
            a: self.a.wrapping_add(rows * self.a_strides.0),
            c: self.c.wrapping_add(rows * self.c_stride),
            start: moved(self.start, rows * self.start_stride),
            ahead: self.ahead.map(|(ahead, row)| (ahead, row + rows)),
            ..self
        }
    }

    /// The tile `columns` further to the right, which is valid for that many columns fewer.
    #[inline(always)]
    pub(super) fn right_by(self, columns: usize) -> Self {
        MicroTile {
            b: self.b.wrapping_add(columns),
            c: self.c.wrapping_add(columns),
            start: moved(self.start, columns),
            ..self
        }
    }

    /// Computes `c[r][j] = start[r][j] + Σ_d a[r][d] · b[d][j]`, with the epilogue, for `ROWS` rows
    /// and `VECTORS` registers of columns. If `PART`, the last register has only `lanes` columns.
    /// Prefetches if `AHEAD`.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. The tile must be valid for `ROWS` rows and
    /// `VECTORS * V::LANES` columns; if `PART`, `lanes` must be in `1..=V::LANES`, and the tile
    /// valid for `V::LANES - lanes` columns fewer.
    #[inline(always)]
    pub(super) unsafe fn compute<
        V: Vector<Element = T>,
        const ROWS: usize,
        const VECTORS: usize,
        const PART: bool,
        const AHEAD: bool,
    >(
        self,
        lanes: usize,
    ) {
        // SAFETY: the caller guarantees for these rows and columns what each of the four needs.
        unsafe {
            let mut sums = [[V::zero(); VECTORS]; ROWS];
            self.load_start::<V, ROWS, VECTORS, PART>(&mut sums, lanes);
            self.accumulate::<V, ROWS, VECTORS, PART, AHEAD>(&mut sums, lanes);
            self.apply_epilogue::<V, ROWS, VECTORS, PART>(&mut sums, lanes);
            self.store::<V, ROWS, VECTORS, PART>(&sums, lanes);
        }
    }

    /// `sums[r][j] = start[r][j]`.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`, and `start` must be null, or readable for
    /// `ROWS` rows of `VECTORS` registers, the last with only `lanes` columns if `PART`.
    #[inline(always)]
    unsafe fn load_start<
        V: Vector<Element = T>,
        const ROWS: usize,
        const VECTORS: usize,
        const PART: bool,
    >(
        &self,
        sums: &mut Sums<V, ROWS, VECTORS>,
        lanes: usize,
    ) {
        if self.start.is_null() {
            return;
        }
        for (row, sums) in sums.iter_mut().enumerate() {
            // SAFETY: `row < ROWS` and `vector < VECTORS`, for which the caller guarantees that
            // `start` can be read.
            unsafe {
                let start = self.start.add(row * self.start_stride);
                for (vector, sum) in sums.iter_mut().enumerate() {
                    *sum = load::<V, VECTORS, PART>(start, vector, lanes);
                }
            }
        }
    }

    /// `sums[r][j] += Σ_d a[r][d] · b[d][j]`.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. `A` must be readable for `ROWS` rows and
    /// `k` steps, `B` for `k` steps of `VECTORS` registers, the last with only `lanes` columns
    /// if `PART`; an `ahead` must have been made for `k` steps.
    #[inline(always)]
    unsafe fn accumulate<
        V: Vector<Element = T>,
        const ROWS: usize,
        const VECTORS: usize,
        const PART: bool,
        const AHEAD: bool,
    >(
        &self,
        sums: &mut Sums<V, ROWS, VECTORS>,
        lanes: usize,
    ) {
        let ahead = self.ahead.filter(|_| AHEAD).map(|(ahead, row)| ahead.share(row));
        let mut next = self.a;
        for step in 0..self.k {
            // SAFETY: `step < k`, `row < ROWS` and `vector < VECTORS`, for which the caller
            // guarantees that `A` and `B` can be read, and that there is a line to prefetch.
            unsafe {
                if let Some(ahead) = &ahead {
                    ahead.prefetch_line_of(step);
                }
                let b = self.b.add(step * self.b_stride);
                if const { is_streamed(ROWS, VECTORS) } {
                    let soon = b.wrapping_add(STEPS_AHEAD * self.b_stride);
                    for column in (0..VECTORS * V::LANES).step_by(LINE_BYTES / size_of::<T>()) {
                        prefetch_now(soon.wrapping_add(column));
                    }
                }
                let mut columns = [V::zero(); VECTORS];
                for (vector, column) in columns.iter_mut().enumerate() {
                    *column = load::<V, VECTORS, PART>(b, vector, lanes);
                }
                let a = opaque_ptr(next);
                for (row, sums) in sums.iter_mut().enumerate() {
                    let a = V::splat(core::ptr::read(a.add(row * self.a_strides.0)));
                    for (sum, &column) in sums.iter_mut().zip(&columns) {
                        *sum = sum.mul_add(a, column);
                    }
                }
            }
            next = next.wrapping_add(self.a_strides.1);
        }
    }

    /// Applies the epilogue to all sums.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`, and `C` must be readable for `ROWS` rows of
    /// `VECTORS` registers, the last with only `lanes` columns if `PART`.
    #[inline(always)]
    unsafe fn apply_epilogue<
        V: Vector<Element = T>,
        const ROWS: usize,
        const VECTORS: usize,
        const PART: bool,
    >(
        &self,
        sums: &mut Sums<V, ROWS, VECTORS>,
        lanes: usize,
    ) {
        // SAFETY: `row < ROWS` and `vector < VECTORS`, for which the caller guarantees that the
        // weights in `C` can be read.
        unsafe {
            match *self.epilogue {
                Epilogue::Store => {}
                Epilogue::Relu => {
                    for sum in sums.as_flattened_mut() {
                        *sum = sum.relu();
                    }
                }
                Epilogue::Descend(step) => {
                    for (row, sums) in sums.iter_mut().enumerate() {
                        let weights = self.c.add(row * self.c_stride).cast_const();
                        for (vector, sum) in sums.iter_mut().enumerate() {
                            let weights = load::<V, VECTORS, PART>(weights, vector, lanes);
                            *sum = step.taken_by(weights, *sum);
                        }
                    }
                }
            }
        }
    }

    /// `c[r][j] = sums[r][j]`.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`, and `C` must be writable for `ROWS` rows of
    /// `VECTORS` registers, the last with only `lanes` columns if `PART`.
    #[inline(always)]
    unsafe fn store<
        V: Vector<Element = T>,
        const ROWS: usize,
        const VECTORS: usize,
        const PART: bool,
    >(
        &self,
        sums: &Sums<V, ROWS, VECTORS>,
        lanes: usize,
    ) {
        for (row, sums) in sums.iter().enumerate() {
            // SAFETY: `row < ROWS` and `vector < VECTORS`, for which the caller guarantees that
            // `C` can be written.
            unsafe {
                let c = self.c.add(row * self.c_stride);
                for (vector, sum) in sums.iter().enumerate() {
                    let c = c.add(vector * V::LANES);
                    if PART && vector + 1 == VECTORS {
                        sum.store_part(c, lanes);
                    } else {
                        sum.store(c);
                    }
                }
            }
        }
    }
}

/// Whether each number of `B` is used once, so that its loads take most of the time. The part of a
/// row that is read is then followed by a gap, which the processor's own prefetching does not
/// bridge. With weights in the third-level cache, products of one row took 0.92 of the time.
const fn is_streamed(rows: usize, vectors: usize) -> bool {
    rows == 1 && vectors >= 8
}

/// The number of steps by which these loads are prefetched.
const STEPS_AHEAD: usize = 3;

/// Loads register `vector` of the `VECTORS` registers from `from` on. If `PART`, the last one has
/// only `lanes` numbers.
///
/// # Safety
///
/// The processor must have the feature of `V`, and the numbers of that register must be
/// readable; if `PART`, `lanes` must be in `1..=V::LANES`.
#[inline(always)]
unsafe fn load<V: Vector, const VECTORS: usize, const PART: bool>(
    from: *const V::Element,
    vector: usize,
    lanes: usize,
) -> V {
    // SAFETY: the caller guarantees the feature and the numbers of the register.
    unsafe {
        let from = from.add(vector * V::LANES);
        if PART && vector + 1 == VECTORS { V::load_part(from, lanes) } else { V::load(from) }
    }
}

/// A pointer advanced by `by` numbers; null stays null.
#[inline(always)]
fn moved<T>(pointer: *const T, by: usize) -> *const T {
    if pointer.is_null() { pointer } else { pointer.wrapping_add(by) }
}
