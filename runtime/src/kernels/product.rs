//! The matrix product, one function for all that layers multiply.
//!
//! A product is computed tile by tile: a tile of the result stays in registers
//! while the inner dimension runs past it. Two forms cover every layer:
//!
//! - `B` row by row: a register holds neighbouring columns of the result, and
//!   each number of `A` is broadcast (`X·W`, and `Xᵀ·dY`);
//! - `B` transposed: a register runs along the inner dimension, and is summed
//!   at the end (`dY·Wᵀ`).

use super::vector::{Portable, Vector};
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{__m256, __m256d, __m512, __m512d};

use crate::scalar::{Scalar, compiled_here};

/// A borrowed matrix: element `(i, j)` is `data[i * row_stride + j * column_stride]`.
#[derive(Clone, Copy)]
pub struct Matrix<'a, T> {
    data: &'a [T],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a, T> Matrix<'a, T> {
    /// `data` read row by row.
    ///
    /// # Panics
    ///
    /// If `data` does not hold `rows × columns` numbers: the kernels below
    /// trust it.
    pub(crate) fn new(data: &'a [T], rows: usize, columns: usize) -> Matrix<'a, T> {
        assert_eq!(rows.checked_mul(columns), Some(data.len()), "{rows} × {columns} numbers");
        Matrix { data, rows, columns, row_stride: columns, column_stride: 1 }
    }

    /// The same numbers, rows and columns exchanged.
    pub(crate) fn transposed(self) -> Matrix<'a, T> {
        Matrix {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }
}

/// `out = a · b`, plus `bias` (a row) where one is given.
///
/// Shapes: `a: m × k`, `b: k × n`, `bias: n`, `out: m × n`, row by row.
///
/// # Panics
///
/// If the shapes do not fit.
pub(crate) fn product<T: Scalar>(
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    bias: Option<&[T]>,
    out: &mut [T],
) {
    assert_eq!(a.columns, b.rows, "the inner dimensions of a product");
    assert_eq!(a.rows.checked_mul(b.columns), Some(out.len()), "the result of a product");
    assert!(bias.is_none_or(|bias| bias.len() == b.columns), "the bias of a product");
    if out.is_empty() {
        return;
    }
    T::product(a, b, bias, out);
}

/// `sums = Σ rows`, the sum of a row-by-row matrix over its rows.
#[inline(never)]
pub(crate) fn add_rows<T: Scalar>(rows: &[T], sums: &mut [T]) {
    sums.fill(T::zero());
    for row in rows.chunks_exact(sums.len()) {
        for (sum, &value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
}

compiled_here!(fn(&[T], &mut [T]) = add_rows::<T>);

/// The product for one number type, by what this processor can do.
pub trait Product: Sized {
    /// As [`product`], whose checks have been made.
    #[doc(hidden)]
    fn product(a: Matrix<'_, Self>, b: Matrix<'_, Self>, bias: Option<&[Self]>, out: &mut [Self]);
}

/// Implements [`Product`] for a number type from its registers.
macro_rules! dispatch {
    ($element:ty, $avx512:ty, $avx2:ty) => {
        impl Product for $element {
            fn product(
                a: Matrix<'_, Self>,
                b: Matrix<'_, Self>,
                bias: Option<&[Self]>,
                out: &mut [Self],
            ) {
                #[cfg(target_arch = "x86_64")]
                {
                    #[target_feature(enable = "avx512f")]
                    fn avx512(
                        a: Matrix<'_, $element>,
                        b: Matrix<'_, $element>,
                        bias: Option<&[$element]>,
                        out: &mut [$element],
                    ) {
                        // SAFETY: this function has the feature; `product` checked the shapes.
                        // 6 × 4 sums, 4 columns and a broadcast fill 29 of 32 registers.
                        unsafe { tiles::<$avx512, 6, 4, 4>(a, b, bias, out) }
                    }
                    #[target_feature(enable = "avx2,fma")]
                    fn avx2(
                        a: Matrix<'_, $element>,
                        b: Matrix<'_, $element>,
                        bias: Option<&[$element]>,
                        out: &mut [$element],
                    ) {
                        // SAFETY: as above; 4 × 3 sums fill the 16 registers.
                        unsafe { tiles::<$avx2, 4, 3, 3>(a, b, bias, out) }
                    }
                    if is_x86_feature_detected!("avx512f") {
                        // SAFETY: the feature was just detected.
                        return unsafe { avx512(a, b, bias, out) };
                    }
                    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                        // SAFETY: the features were just detected.
                        return unsafe { avx2(a, b, bias, out) };
                    }
                }
                // SAFETY: `Portable` needs no feature; `product` checked the shapes.
                unsafe { tiles::<Portable<$element>, 4, 2, 3>(a, b, bias, out) }
            }
        }
    };
}

dispatch!(f32, __m512, __m256);
dispatch!(f64, __m512d, __m256d);

/// Chooses the form by how `b` lies in memory. `ROWS × VECTORS` is the tile of
/// the broadcast form in rows and registers, `SIDE × SIDE` that of the other.
///
/// # Safety
///
/// The processor must have the feature behind `V`, and the shapes must fit.
#[inline(always)]
unsafe fn tiles<V: Vector, const ROWS: usize, const VECTORS: usize, const SIDE: usize>(
    a: Matrix<'_, V::Element>,
    b: Matrix<'_, V::Element>,
    bias: Option<&[V::Element]>,
    out: &mut [V::Element],
) {
    if b.column_stride == 1 {
        // SAFETY: handed on from the caller.
        unsafe { broadcast::<V, ROWS, VECTORS>(a, b, bias, out) }
    } else {
        assert!(a.column_stride == 1 && b.row_stride == 1 && bias.is_none());
        // SAFETY: handed on from the caller; both run along the inner dimension.
        unsafe { inner::<V, SIDE>(a, b, out) }
    }
}

/// `b` row by row: goes over the result in tiles of `ROWS × VECTORS` registers,
/// with narrower ones for what is left at the right and at the bottom.
///
/// # Safety
///
/// As [`tiles`].
#[inline(always)]
unsafe fn broadcast<V: Vector, const ROWS: usize, const VECTORS: usize>(
    a: Matrix<'_, V::Element>,
    b: Matrix<'_, V::Element>,
    bias: Option<&[V::Element]>,
    out: &mut [V::Element],
) {
    let (rows, columns) = (a.rows, b.columns);
    let bias = bias.map_or(std::ptr::null(), |bias| bias.as_ptr());
    let mut column = 0;
    while column < columns {
        let width = (columns - column).min(VECTORS * V::LANES);
        let mut row = 0;
        while row < rows {
            let height = (rows - row).min(ROWS);
            // SAFETY: the tile starts inside all matrices, and `width` and
            // `height` end it inside them.
            unsafe {
                let tile = Tile {
                    a: a.data.as_ptr().add(row * a.row_stride),
                    a_strides: (a.row_stride, a.column_stride),
                    b: b.data.as_ptr().add(column),
                    b_stride: b.row_stride,
                    bias: if bias.is_null() { bias } else { bias.add(column) },
                    out: out.as_mut_ptr().add(row * columns + column),
                    out_stride: columns,
                    depth: a.columns,
                };
                if height == ROWS {
                    tile.of_width::<V, ROWS, VECTORS>(width);
                } else {
                    tile.of_height::<V, VECTORS>(height, width);
                }
            }
            row += height;
        }
        column += width;
    }
}

/// Where one tile of the result and what it is made of begin.
#[derive(Clone, Copy)]
struct Tile<T> {
    a: *const T,
    a_strides: (usize, usize),
    b: *const T,
    b_stride: usize,
    /// Null where there is none.
    bias: *const T,
    out: *mut T,
    out_stride: usize,
    depth: usize,
}

impl<T> Tile<T> {
    /// The last rows, one at a time.
    ///
    /// # Safety
    ///
    /// As [`tiles`]; the tile must lie inside the matrices.
    #[inline(always)]
    unsafe fn of_height<V: Vector<Element = T>, const VECTORS: usize>(
        self,
        height: usize,
        width: usize,
    ) {
        for row in 0..height {
            // SAFETY: `row < height` rows lie inside `a` and `out`.
            unsafe {
                Tile {
                    a: self.a.add(row * self.a_strides.0),
                    out: self.out.add(row * self.out_stride),
                    ..self
                }
                .of_width::<V, 1, VECTORS>(width);
            }
        }
    }

    /// Takes as many registers as `width` columns need.
    ///
    /// # Safety
    ///
    /// As [`tiles`]; the tile must lie inside the matrices.
    #[inline(always)]
    unsafe fn of_width<V: Vector<Element = T>, const ROWS: usize, const VECTORS: usize>(
        self,
        width: usize,
    ) {
        // SAFETY: handed on from the caller; `width` is at most `VECTORS` registers.
        unsafe {
            if width == VECTORS * V::LANES {
                self.compute::<V, ROWS, VECTORS, false>(0);
            } else {
                let lanes = width % V::LANES;
                match width.div_ceil(V::LANES) {
                    1 => self.compute_last::<V, ROWS, 1>(lanes),
                    2 => self.compute_last::<V, ROWS, 2>(lanes),
                    3 => self.compute_last::<V, ROWS, 3>(lanes),
                    _ => self.compute_last::<V, ROWS, 4>(lanes),
                }
            }
        }
    }

    /// `lanes` is how many lanes of the last register are used, 0 for all.
    ///
    /// # Safety
    ///
    /// As [`tiles`]; the tile must lie inside the matrices.
    #[inline(always)]
    unsafe fn compute_last<V: Vector<Element = T>, const ROWS: usize, const VECTORS: usize>(
        self,
        lanes: usize,
    ) {
        // SAFETY: handed on from the caller.
        unsafe {
            if lanes == 0 {
                self.compute::<V, ROWS, VECTORS, false>(0);
            } else {
                self.compute::<V, ROWS, VECTORS, true>(lanes);
            }
        }
    }

    /// `out[r][c] = bias[c] + Σ_d a[r][d] · b[d][c]` for `ROWS` rows and
    /// `VECTORS` registers of columns, the last of them with only `lanes`
    /// columns if `PART`.
    ///
    /// # Safety
    ///
    /// As [`tiles`]; the tile must lie inside the matrices.
    #[inline(always)]
    unsafe fn compute<
        V: Vector<Element = T>,
        const ROWS: usize,
        const VECTORS: usize,
        const PART: bool,
    >(
        self,
        lanes: usize,
    ) {
        let load = |from: *const T, vector: usize| {
            // SAFETY: the register lies inside the tile's columns.
            unsafe {
                let from = from.add(vector * V::LANES);
                if PART && vector + 1 == VECTORS {
                    V::load_part(from, lanes)
                } else {
                    V::load(from)
                }
            }
        };
        // SAFETY: every row and register lies inside the tile.
        unsafe {
            let mut start = [V::zero(); VECTORS];
            if !self.bias.is_null() {
                for (vector, start) in start.iter_mut().enumerate() {
                    *start = load(self.bias, vector);
                }
            }
            let mut sums = [start; ROWS];
            for step in 0..self.depth {
                let b = self.b.add(step * self.b_stride);
                let mut columns = [V::zero(); VECTORS];
                for (vector, column) in columns.iter_mut().enumerate() {
                    *column = load(b, vector);
                }
                let a = self.a.add(step * self.a_strides.1);
                for (row, sums) in sums.iter_mut().enumerate() {
                    let a = V::splat(std::ptr::read(a.add(row * self.a_strides.0)));
                    for (sum, &column) in sums.iter_mut().zip(&columns) {
                        *sum = sum.plus_product(a, column);
                    }
                }
            }
            for (row, sums) in sums.iter().enumerate() {
                let out = self.out.add(row * self.out_stride);
                for (vector, sum) in sums.iter().enumerate() {
                    let out = out.add(vector * V::LANES);
                    if PART && vector + 1 == VECTORS {
                        sum.store_part(out, lanes);
                    } else {
                        sum.store(out);
                    }
                }
            }
        }
    }
}

/// `b` transposed: each number of the result is an inner product of a row of
/// `a` and a row of `bᵀ`; `SIDE × SIDE` of them share their loads.
///
/// # Safety
///
/// As [`tiles`].
#[inline(always)]
unsafe fn inner<V: Vector, const SIDE: usize>(
    a: Matrix<'_, V::Element>,
    b: Matrix<'_, V::Element>,
    out: &mut [V::Element],
) {
    let (rows, columns, depth) = (a.rows, b.columns, a.columns);
    let whole = depth - depth % V::LANES;
    for row in (0..rows).step_by(SIDE) {
        for column in (0..columns).step_by(SIDE) {
            // The last tile reads its last row or column again rather than
            // past the end, and does not store it.
            let at = |tile: usize, from: usize, end: usize| (from + tile).min(end - 1);
            // SAFETY: `at` keeps rows inside the matrices, and `whole` and
            // `depth` the steps inside the rows.
            unsafe {
                let left: [_; SIDE] =
                    std::array::from_fn(|r| a.data.as_ptr().add(at(r, row, rows) * a.row_stride));
                let right: [_; SIDE] = std::array::from_fn(|c| {
                    b.data.as_ptr().add(at(c, column, columns) * b.column_stride)
                });
                let mut sums = [[V::zero(); SIDE]; SIDE];
                for step in (0..whole).step_by(V::LANES) {
                    add_products(&mut sums, left, right, |p| V::load(p.add(step)));
                }
                if whole < depth {
                    let lanes = depth - whole;
                    add_products(&mut sums, left, right, |p| V::load_part(p.add(whole), lanes));
                }
                for (r, sums) in sums.iter().enumerate().take(rows - row) {
                    for (c, sum) in sums.iter().enumerate().take(columns - column) {
                        *out.get_unchecked_mut((row + r) * columns + column + c) = sum.sum();
                    }
                }
            }
        }
    }
}

/// `sums[r][c] += left[r] · right[c]`, lane by lane.
///
/// # Safety
///
/// The processor must have the feature behind `V`, and `load` must be able to
/// read at every pointer.
#[inline(always)]
unsafe fn add_products<V: Vector, const SIDE: usize>(
    sums: &mut [[V; SIDE]; SIDE],
    left: [*const V::Element; SIDE],
    right: [*const V::Element; SIDE],
    load: impl Fn(*const V::Element) -> V,
) {
    let right = right.map(&load);
    for (sums, left) in sums.iter_mut().zip(left) {
        let left = load(left);
        for (sum, &right) in sums.iter_mut().zip(&right) {
            // SAFETY: the caller vouches for the processor feature.
            *sum = unsafe { sum.plus_product(left, right) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: u64) -> Vec<f64> {
        let mut rng = crate::Rng::seed(seed);
        (0..count).map(|_| rng.normal()).collect()
    }

    /// The definition: `out[i][j] = bias[j] + Σ_d a[i][d] · b[d][j]`.
    fn by_definition(a: Matrix<'_, f64>, b: Matrix<'_, f64>, bias: Option<&[f64]>) -> Vec<f64> {
        let at = |m: Matrix<'_, f64>, i, j| m.data[i * m.row_stride + j * m.column_stride];
        let mut out = Vec::new();
        for i in 0..a.rows {
            for j in 0..b.columns {
                let sum: f64 = (0..a.columns).map(|d| at(a, i, d) * at(b, d, j)).sum();
                out.push(sum + bias.map_or(0.0, |bias| bias[j]));
            }
        }
        out
    }

    type Tiles = unsafe fn(Matrix<'_, f64>, Matrix<'_, f64>, Option<&[f64]>, &mut [f64]);

    /// Every form that this processor can run.
    fn forms() -> Vec<(&'static str, Tiles)> {
        let mut forms: Vec<(&'static str, Tiles)> =
            vec![("portable", tiles::<Portable<f64>, 4, 2, 3>)];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                forms.push(("avx2", tiles::<__m256d, 4, 3, 3>));
            }
            if is_x86_feature_detected!("avx512f") {
                forms.push(("avx512", tiles::<__m512d, 6, 4, 4>));
            }
        }
        forms
    }

    #[test]
    fn every_form_agrees_with_the_definition_at_every_edge() {
        for (form, tiles) in forms() {
            for (m, k, n) in [
                (1, 1, 1),
                (1, 784, 50),
                (6, 9, 32),
                (7, 8, 33),
                (13, 17, 50),
                (5, 3, 66),
                (12, 16, 10),
                (3, 40, 7),
                (100, 30, 50),
                (2, 5, 95),
                (2, 5, 31),
            ] {
                let (a, b) = (numbers(m * k, 1), numbers(k * n, 2));
                let bias = numbers(n, 3);
                let cases = [
                    (Matrix::new(&a, m, k), Matrix::new(&b, k, n), Some(&bias[..])),
                    (Matrix::new(&a, k, m).transposed(), Matrix::new(&b, k, n), None),
                    (Matrix::new(&a, m, k), Matrix::new(&b, n, k).transposed(), None),
                ];
                for (case, (a, b, bias)) in cases.into_iter().enumerate() {
                    let mut out = vec![f64::NAN; m * n];
                    // SAFETY: the shapes fit, and the features were detected.
                    unsafe { tiles(a, b, bias, &mut out) };
                    for (got, want) in out.iter().zip(by_definition(a, b, bias)) {
                        assert!(
                            (got - want).abs() <= 1e-12 * (k as f64),
                            "{form}, case {case}, {m} × {k} · {k} × {n}: {got} for {want}"
                        );
                    }
                }
            }
        }
    }
}
