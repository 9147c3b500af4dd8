//! The microkernel: accumulates one tile of sums in registers.
//!
//! As in `gemm::microkernel`, a register holds adjacent columns of `C`, and each number of `A` is
//! broadcast. The difference is that a table says where the numbers of each step are, so that
//! neither factor has to be copied into the shape of a matrix.

use num_traits::{Float, One};

use crate::kernels::gemm::prefetch::prefetch_now;
use crate::kernels::simd::vector::Vector;

/// Rows in the highest tile of any processor.
pub(super) const ROWS: usize = 10;

/// Rows in the highest tile. Six rows of two registers leave AVX2 four for the factors, and are
/// enough sums to hide the latency of the additions. With 32 registers, ten rows are as many as
/// there are addresses for. A step of five or six rows has at least as many loads as fit into the
/// cycles of its multiply-adds, since most registers of `B` are in two lines of the cache: 16 filters
/// of 3 × 3 on 28 × 28 took 1.05 times as long with six, and 128 filters 1.03 (Zen 5, AVX-512).
const fn highest<V: Vector>() -> usize {
    if V::REGISTERS >= 32 { ROWS } else { 6 }
}

/// Registers in the widest tile.
pub(super) const VECTORS: usize = 2;

/// Registers in a tile of a single row: with fewer, its sums would wait for each other.
pub(super) const WIDE: usize = 8;

/// Registers in a tile of two or three rows, likewise.
pub(super) const MIDDLE: usize = 4;

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
    /// The tile `rows` further down, which is valid for that many rows fewer.
    #[inline(always)]
    pub(super) fn down_by(self, rows: usize) -> Self {
        Tile {
            c: self.c.wrapping_add(rows * self.c_stride),
            start: match self.start {
                Start::Bias(bias) => Start::Bias(bias.wrapping_add(rows)),
                start => start,
            },
            ..self
        }
    }

    /// The tile `columns` further to the right, which is valid for that many columns fewer.
    #[inline(always)]
    pub(super) fn right_by(self, columns: usize) -> Self {
        Tile { b: self.b.wrapping_add(columns), c: self.c.wrapping_add(columns), ..self }
    }

    /// Requests the first two registers of `rows` rows of `C`.
    #[inline(always)]
    pub(super) fn prefetch<V: Vector<Element = T>>(&self, rows: usize) {
        for row in 0..rows {
            let c = self.c.wrapping_add(row * self.c_stride);
            prefetch_now(c);
            prefetch_now(c.wrapping_add(V::LANES));
        }
    }

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
                if ROWS < VECTORS {
                    // The fewer factors stay in registers.
                    let mut factors = [V::zero(); ROWS];
                    for (row, factor) in rows.iter().zip(&mut factors) {
                        *factor = V::splat(core::ptr::read(row.add(step.a)));
                    }
                    for vector in 0..VECTORS {
                        let column = V::load(b.add(vector * V::LANES));
                        for (sums, &factor) in sums.iter_mut().zip(&factors) {
                            sums[vector] = sums[vector].mul_add(factor, column);
                        }
                    }
                    continue;
                }
                let mut columns = [V::zero(); VECTORS];
                for (vector, column) in columns.iter_mut().enumerate() {
                    *column = V::load(b.add(vector * V::LANES));
                }
                for (row, sums) in rows.iter().zip(&mut sums) {
                    let a = V::splat(core::ptr::read(row.add(step.a)));
                    for (sum, &column) in sums.iter_mut().zip(&columns) {
                        *sum = sum.mul_add(a, column);
                    }
                }
            }
            self.store(sums);
        }
    }

    /// Computes `c[r][j] = start[r][j] + Σ_s a[s · ROWS + r] · b[steps[s].b + j]`: the rows of `A` are
    /// packed.
    ///
    /// # Safety
    ///
    /// As for [`compute`](Tile::compute), with the rows of `A` at `a`, which must be valid for reading
    /// `ROWS` numbers for each step.
    #[inline(always)]
    pub(super) unsafe fn compute_packed<
        V: Vector<Element = T>,
        const ROWS: usize,
        const VECTORS: usize,
    >(
        &self,
        mut a: *const T,
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
                for (row, sums) in sums.iter_mut().enumerate() {
                    let a = V::splat(core::ptr::read(a.add(row)));
                    for (sum, &column) in sums.iter_mut().zip(&columns) {
                        *sum = sum.mul_add(a, column);
                    }
                }
                a = a.add(ROWS);
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
            for (row, sums) in sums.iter().enumerate() {
                let c = self.c.add(row * self.c_stride);
                for (vector, sum) in sums.iter().enumerate() {
                    sum.store(c.add(vector * V::LANES));
                }
            }
        }
    }
}

/// Maximum number of rows of a [`column_of_tiles`].
pub(super) const MAX_ROWS: usize = 192;

/// Registers in the widest tile of this number of rows.
#[inline(always)]
pub(super) const fn most_vectors(rows: usize) -> usize {
    match rows {
        1 => WIDE,
        2 | 3 => MIDDLE,
        _ => VECTORS,
    }
}

/// [`column_of_tiles`] as a function of its own, for which the compiler enables the feature of the
/// registers: the tiles are compiled only once.
pub(super) trait Tiles: Vector {
    /// Computes tiles that cover these rows of up to [`VECTORS`] registers.
    ///
    /// # Safety
    ///
    /// As for [`column_of_tiles`].
    unsafe fn column_of_tiles(
        first: &Tile<'_, Self::Element>,
        rows: &[*const Self::Element],
        vectors: usize,
    );

    /// Computes a tile whose rows of `A` are packed.
    ///
    /// # Safety
    ///
    /// As for [`packed_tile`].
    unsafe fn packed_tile(
        tile: &Tile<'_, Self::Element>,
        a: *const Self::Element,
        rows: usize,
        vectors: usize,
    );
}

/// Rows in the highest packed tile of any processor.
pub(super) const PACKED_ROWS: usize = 14;

/// Minimum number of packed rows: with fewer, there would be lower tiles than are compiled.
pub(super) const MIN_PACKED_ROWS: usize = 7;

/// The packed tiles that cover `rows` rows, about equally high: the first row of each, and their
/// number. Fourteen rows of two registers leave four of 32 for the factors.
pub(super) fn packed_tiles<V: Vector>(rows: usize) -> impl Iterator<Item = (usize, usize)> {
    let highest = if V::REGISTERS >= 32 { PACKED_ROWS } else { 6 };
    let tiles = rows.div_ceil(highest).max(1);
    let (height, higher) = (rows / tiles, rows % tiles);
    (0..tiles)
        .map(move |tile| (tile * height + tile.min(higher), height + usize::from(tile < higher)))
}

/// Computes a tile whose `rows` rows of `A` are packed: one of [`packed_tiles`], of at least
/// [`MIN_PACKED_ROWS`] rows.
///
/// # Safety
///
/// The processor must have the feature of `V`. `tile` must be valid for `rows × vectors`, where
/// `vectors` must be in `1..=VECTORS`, and `a` for reading `rows` numbers for each step.
#[inline(always)]
pub(super) unsafe fn packed_tile<V: Vector>(
    tile: &Tile<'_, V::Element>,
    a: *const V::Element,
    rows: usize,
    vectors: usize,
) {
    macro_rules! tile {
        ($($rows:literal)*) => {
            match (rows, vectors) {
                $(($rows, 1) => {
                    // SAFETY: the caller guarantees the feature, and these rows and registers.
                    unsafe { tile.compute_packed::<V, $rows, 1>(a) }
                }
                ($rows, _) => {
                    // SAFETY: as above.
                    unsafe { tile.compute_packed::<V, $rows, VECTORS>(a) }
                })*
                _ => unreachable!("a packed tile of {rows} rows"),
            }
        };
    }
    // Compiles no other tiles than there are.
    if const { V::REGISTERS >= 32 } {
        tile!(14 13 12 11 10 9 8 7);
    } else {
        tile!(6 5 4 3);
    }
}

/// Computes tiles, about equally high, that cover these rows of up to [`VECTORS`] registers. `rows`
/// says where the rows of `A` begin.
///
/// # Safety
///
/// The processor must have the feature of `V`. `vectors` must be in `1..=VECTORS`, or
/// [`most_vectors`] of the rows, and `first`, as the tile of all rows, must be valid for
/// `rows.len() × vectors`.
#[inline(always)]
pub(super) unsafe fn column_of_tiles<V: Vector>(
    first: &Tile<'_, V::Element>,
    rows: &[*const V::Element],
    vectors: usize,
) {
    let tiles = rows.len().div_ceil(highest::<V>()).max(1);
    let (height, higher) = (rows.len() / tiles, rows.len() % tiles);
    let mut row = 0;
    for tile in 0..tiles {
        let here = first.down_by(row);
        let rows = &rows[row..][..height + usize::from(tile < higher)];
        macro_rules! tile {
            ($($rows:literal)*) => {
                match (rows.len(), vectors) {
                    (1, WIDE) => {
                        // SAFETY: the caller guarantees the feature, and that the tile is valid for
                        // these registers of its only row.
                        unsafe { here.compute::<V, 1, WIDE>([rows[0]]) }
                    }
                    (2, MIDDLE) => {
                        // SAFETY: as above.
                        unsafe { here.compute::<V, 2, MIDDLE>([rows[0], rows[1]]) }
                    }
                    (3, MIDDLE) => {
                        // SAFETY: as above.
                        unsafe { here.compute::<V, 3, MIDDLE>([rows[0], rows[1], rows[2]]) }
                    }
                    $(($rows, 1) => {
                        // SAFETY: the caller guarantees the feature, and that the tile is valid for
                        // these of its rows.
                        unsafe { here.compute::<V, $rows, 1>(core::array::from_fn(|at| rows[at])) }
                    }
                    ($rows, _) => {
                        // SAFETY: as above.
                        unsafe {
                            here.compute::<V, $rows, VECTORS>(core::array::from_fn(|at| rows[at]));
                        }
                    })*
                    _ => {}
                }
            };
        }
        // Compiles no higher tiles than there are.
        if const { highest::<V>() == ROWS } {
            tile!(10 9 8 7 6 5 4 3 2 1);
        } else {
            tile!(6 5 4 3 2 1);
        }
        row += rows.len();
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
