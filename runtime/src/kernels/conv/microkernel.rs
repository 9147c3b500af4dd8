//! The microkernel: accumulates one tile of sums in registers.
//!
//! As in `gemm::microkernel`, a register holds adjacent columns of `C`, and each number of `A` is
//! broadcast. The difference is that a table says where the numbers of each step are, so that
//! neither factor has to be copied into the shape of a matrix.

use num_traits::{Float, One};

use crate::kernels::simd::vector::Vector;

/// Rows in the highest tile. Six rows of two registers leave AVX2 four for the factors, and are
/// enough sums to hide the latency of the additions.
pub(super) const ROWS: usize = 6;

/// Registers in the widest tile.
pub(super) const VECTORS: usize = 2;

/// Where the numbers of a step are: distances from the first number of a row of `A`, and from the
/// first column of `B`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) a: usize,
    pub(super) b: usize,
}

/// The initial values of the sums of a tile.
#[derive(Clone, Copy)]
pub(super) enum Start<T> {
    Zero,
    /// A number for each row, at this address.
    Bias(*const T),
    /// The numbers in `C`.
    Sums,
}

/// A tile of `C`.
///
/// It is *valid for `ROWS × VECTORS`* if, for each `row < ROWS`, `column < VECTORS * V::LANES` and
/// `step` of `steps`,
///
/// - `rows[row] + step.a` can be read,
/// - `b + step.b + column` can be read,
/// - the bias of `row` can be read, if there is one,
/// - `c + row * c_stride + column` can be read and written, and overlaps none of the others.
#[derive(Clone, Copy)]
pub(super) struct Tile<'s, T> {
    pub(super) b: *const T,
    pub(super) steps: &'s [Step],
    pub(super) start: Start<T>,
    /// Whether negative sums are replaced by 0.
    pub(super) is_rectified: bool,
    pub(super) c: *mut T,
    pub(super) c_stride: usize,
}

impl<T: Float> Tile<'_, T> {
    /// Computes `c[r][j] = start[r][j] + Σ_s rows[r][s.a] · b[s.b + j]`.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`, and the tile must be valid for
    /// `ROWS × VECTORS`.
    #[inline(always)]
    pub(super) unsafe fn compute<
        V: Vector<Element = T>,
        const ROWS: usize,
        const VECTORS: usize,
    >(
        &self,
        rows: [*const T; ROWS],
    ) {
        // SAFETY: the caller guarantees for these rows and columns what each of them needs.
        unsafe {
            let mut sums = self.started::<V, ROWS, VECTORS>();
            for step in self.steps {
                let b = self.b.add(step.b);
                let mut columns = [V::zero(); VECTORS];
                for (vector, column) in columns.iter_mut().enumerate() {
                    *column = V::load(b.add(vector * V::LANES));
                }
                for (row, sums) in rows.iter().zip(&mut sums) {
                    let a = V::splat(std::ptr::read(row.add(step.a)));
                    for (sum, &column) in sums.iter_mut().zip(&columns) {
                        *sum = sum.mul_add(a, column);
                    }
                }
            }
            self.store(sums);
        }
    }

    /// The initial values.
    ///
    /// # Safety
    ///
    /// As for [`compute`](Tile::compute).
    #[inline(always)]
    unsafe fn started<V: Vector<Element = T>, const ROWS: usize, const VECTORS: usize>(
        &self,
    ) -> [[V; VECTORS]; ROWS] {
        // SAFETY: the caller guarantees the feature, and that `C` and the bias can be read for
        // these rows and columns.
        unsafe {
            let mut sums = [[V::zero(); VECTORS]; ROWS];
            match self.start {
                Start::Zero => {}
                Start::Bias(bias) => {
                    for (row, sums) in sums.iter_mut().enumerate() {
                        *sums = [V::splat(*bias.add(row)); VECTORS];
                    }
                }
                Start::Sums => {
                    for (row, sums) in sums.iter_mut().enumerate() {
                        let c = self.c.add(row * self.c_stride).cast_const();
                        for (vector, sum) in sums.iter_mut().enumerate() {
                            *sum = V::load(c.add(vector * V::LANES));
                        }
                    }
                }
            }
            sums
        }
    }

    /// Stores the sums.
    ///
    /// # Safety
    ///
    /// As for [`compute`](Tile::compute).
    #[inline(always)]
    unsafe fn store<V: Vector<Element = T>, const ROWS: usize, const VECTORS: usize>(
        &self,
        mut sums: [[V; VECTORS]; ROWS],
    ) {
        // SAFETY: the caller guarantees the feature, and that `C` can be written for these rows and
        // columns.
        unsafe {
            if self.is_rectified {
                for sum in sums.as_flattened_mut() {
                    *sum = sum.relu();
                }
            }
            for (row, sums) in sums.into_iter().enumerate() {
                let c = self.c.add(row * self.c_stride);
                for (vector, sum) in sums.into_iter().enumerate() {
                    sum.store(c.add(vector * V::LANES));
                }
            }
        }
    }
}

/// Computes tiles that cover `count` rows of up to [`VECTORS`] registers, about equally high. The
/// first number of each row of `A` is at `row_at`.
///
/// # Safety
///
/// The processor must have the feature of `V`. `vectors` must be in `1..=VECTORS`, and `first`, as
/// the tile of all `count` rows at `row_at(0..count)`, must be valid for `count × vectors`.
#[inline(always)]
pub(super) unsafe fn column_of_tiles<V: Vector>(
    first: Tile<'_, V::Element>,
    count: usize,
    vectors: usize,
    mut row_at: impl FnMut(usize) -> *const V::Element,
) {
    let tiles = count.div_ceil(ROWS);
    let (height, higher) = (count.checked_div(tiles).unwrap_or(0), count.checked_rem(tiles));
    let mut row = 0;
    for tile in 0..tiles {
        let rows = height + usize::from(higher.is_some_and(|higher| tile < higher));
        let here = Tile {
            c: first.c.wrapping_add(row * first.c_stride),
            start: match first.start {
                Start::Bias(bias) => Start::Bias(bias.wrapping_add(row)),
                other => other,
            },
            ..first
        };
        macro_rules! of_height {
            ($rows:literal) => {{
                let rows: [_; $rows] = std::array::from_fn(|index| row_at(row + index));
                // SAFETY: these are rows `row..row + $rows` of the `count` rows for which the caller
                // guarantees that the tile is valid, as for the feature.
                unsafe {
                    if vectors == 1 {
                        here.compute::<V, $rows, 1>(rows);
                    } else {
                        here.compute::<V, $rows, VECTORS>(rows);
                    }
                }
            }};
        }
        match rows {
            1 => of_height!(1),
            2 => of_height!(2),
            3 => of_height!(3),
            4 => of_height!(4),
            5 => of_height!(5),
            _ => of_height!(6),
        }
        row += rows;
    }
}

/// Adds two registers.
///
/// # Safety
///
/// The processor must have the feature of `V`.
#[inline(always)]
pub(super) unsafe fn added<V: Vector>(a: V, b: V) -> V {
    // SAFETY: the caller guarantees the feature.
    unsafe { a.mul_add(b, V::splat(V::Element::one())) }
}
