//! The matrix product, one function for all that layers multiply.
//!
//! A product is computed tile by tile (see `tile`), over pieces of `B` (see `cut`) that
//! are copied into panels (see `panel`), which stay in the first-level cache.

use super::cut::{Cut, Piece};
use super::dots::{dotted_columns, last_columns};
use super::exponential::exponential;
use super::normal::{normal_f32, normal_f64};
use super::out::Out;
use super::panel::{Panel, pack, pack_transposed};
use super::prefetch::{Ahead, Part};
use super::processor::Processor;
use super::small::small;
use super::threads::{join, threads_for};
use super::tile::{Finish, Step, Tile, is_in_halves, most_rows};
use super::vector::{Portable, Vector};
use std::mem::MaybeUninit;

use crate::scalar::Scalar;

/// A borrowed matrix: element `(i, j)` is `data[i * row_stride + j * column_stride]`.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a, T> {
    pub(super) data: &'a [T],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row_stride: usize,
    pub(super) column_stride: usize,
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

    /// The first `rows` rows, and the others.
    fn split_at_row(self, rows: usize) -> (Matrix<'a, T>, Matrix<'a, T>) {
        let rest = &self.data[rows * self.row_stride..];
        (Matrix { rows, ..self }, Matrix { data: rest, rows: self.rows - rows, ..self })
    }

    /// The first `columns` columns, and the others.
    fn split_at_column(self, columns: usize) -> (Matrix<'a, T>, Matrix<'a, T>) {
        let (left, right) = self.transposed().split_at_row(columns);
        (left.transposed(), right.transposed())
    }

    /// How many bytes it takes.
    fn size(&self) -> usize {
        self.rows * self.columns * size_of::<T>()
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

/// `a · b`, plus `bias` (a row) where one is given, and what is done with it.
///
/// It is handed on by reference, since the smallest networks feel it being copied.
pub struct Factors<'a, T> {
    pub(super) a: Matrix<'a, T>,
    pub(super) b: Matrix<'a, T>,
    pub(super) bias: Option<&'a [T]>,
    /// Not every product can be a step: see [`can_descend`].
    pub(super) finish: Finish<T>,
}

impl<T: Copy> Factors<'_, T> {
    /// What is done with the sums when `depth` steps of the inner dimension from `step` on
    /// are added to them: something, if they are the last.
    #[inline(always)]
    pub(super) fn finish_of_block(&self, step: usize, depth: usize) -> &Finish<T> {
        if step + depth == self.a.columns { &self.finish } else { &Finish::Nothing }
    }
}

impl<'a, T: Scalar> Factors<'a, T> {
    /// The first `rows` rows of the product, and the others.
    fn split_at_row(&self, rows: usize) -> (Factors<'a, T>, Factors<'a, T>) {
        let (above, below) = self.a.split_at_row(rows);
        (Factors { a: above, ..*self }, Factors { a: below, ..*self })
    }

    /// The first `columns` columns of the product, and the others.
    fn split_at_column(&self, columns: usize) -> (Factors<'a, T>, Factors<'a, T>) {
        let (left, right) = self.b.split_at_column(columns);
        let bias = self.bias.map(|bias| bias.split_at(columns));
        (
            Factors { b: left, bias: bias.map(|(left, _)| left), ..*self },
            Factors { b: right, bias: bias.map(|(_, right)| right), ..*self },
        )
    }

    /// The next `rows` rows, or those that are left, with their part of the result; both
    /// are taken away.
    #[inline]
    fn next_rows(&mut self, out: &mut Out<T>, rows: usize) -> Option<(Factors<'a, T>, Out<T>)> {
        if self.a.rows == 0 {
            return None;
        }
        let (some, rest) = self.split_at_row(self.a.rows.min(rows));
        let some_out = *out;
        *out = out.behind(some.a.rows, 0);
        *self = rest;
        Some((some, some_out))
    }

    /// Whether `b` has its columns in the wrong direction, or so far apart that
    /// they push each other out of the cache, or some left over, or registers of them
    /// across lines of the cache, and there are rows enough to make up for the copying.
    #[inline(always)]
    fn pays_to_pack(&self) -> bool {
        let Factors { a, b, .. } = self;
        let has_rest = |least_rows| a.rows >= least_rows && b.columns > 1;
        let has_whole_registers = b.columns.is_multiple_of(T::lanes());
        b.column_stride != 1
            || (b.columns > 64 && a.rows >= self.least_rows_to_pack(has_whole_registers))
            || (has_rest(32) && a.column_stride == 1 && !has_whole_registers)
    }

    /// Whether there are columns for dot products, and rows enough, or other columns, to
    /// make up for the copying of those.
    #[inline(always)]
    fn pays_to_pack_last_columns(&self) -> bool {
        let Factors { a, b, .. } = self;
        let dotted = dotted_columns(self, T::lanes());
        dotted > 0 && b.columns > 1 && (a.rows > 3 || (a.rows > 1 && b.columns >= 8 * dotted))
    }

    /// How many rows make up for the copying of a wide `b`, by measurement: more than a tile
    /// is high, where the cache does not hold it, since it is then read more than once; more,
    /// where it does, and many, where not even registers lie across lines of it. Tiles that
    /// are half as wide would read it in place with twice as many rows.
    #[inline(always)]
    fn least_rows_to_pack(&self, has_whole_registers: bool) -> usize {
        let Factors { b, .. } = self;
        let is_aligned = b.data.as_ptr().addr().is_multiple_of(T::lanes() * size_of::<T>());
        if T::is_in_halves() && is_far(b.size()) {
            3
        } else if b.size() > CACHE {
            7
        } else if is_aligned && has_whole_registers {
            64
        } else {
            24
        }
    }

    /// Whether a single row is multiplied by columns that lie one behind the other, each
    /// long enough for a dot product.
    #[inline(always)]
    fn is_row_by_columns(&self) -> bool {
        let Factors { a, b, bias, .. } = self;
        a.rows == 1
            && (a.column_stride, b.row_stride) == (1, 1)
            && bias.is_none()
            && a.columns >= T::lanes()
    }
}

/// `out = a · b`, plus `bias` (a row) where one is given.
///
/// Shapes: `a: m × k`, `b: k × n`, `bias: n`, `out: m × n`, row by row.
///
/// # Panics
///
/// If the shapes do not fit.
#[inline(always)]
pub(crate) fn product<T: Scalar>(
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    bias: Option<&[T]>,
    out: &mut [T],
) {
    checked_product(&Factors { a, b, bias, finish: Finish::Nothing }, out);
}

/// As [`product`], where what is not above 0 is replaced by 0.
#[inline(always)]
pub(crate) fn rectified_product<T: Scalar>(
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    bias: Option<&[T]>,
    out: &mut [T],
) {
    checked_product(&Factors { a, b, bias, finish: Finish::Rectify }, out);
}

/// `weights ← weights - η (a · b + λ weights)`, without the product being stored.
///
/// # Panics
///
/// If the shapes do not fit, or the product is not one that [`can_descend`].
#[inline(always)]
pub(crate) fn descend_along_product<T: Scalar>(
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    step: Step<T>,
    weights: &mut [T],
) {
    assert!(can_descend::<T>(a.rows, a.columns), "a product of {} rows", a.rows);
    assert!(a.row_stride == 1 && b.column_stride == 1, "the factors of a gradient");
    checked_product(&Factors { a, b, bias: None, finish: Finish::Step(step) }, weights);
}

/// Whether weights with so many `rows` can take a step along `Xᵀ·dY` for a batch of
/// `steps` samples while it is computed: if each tile is computed in one go, and by one
/// of the kernels for several rows.
pub(crate) fn can_descend<T: Scalar>(rows: usize, steps: usize) -> bool {
    rows > 1 && is_in_one_go::<T>(steps)
}

/// Whether each tile of a product with so many steps of the inner dimension is computed in
/// one go.
pub(crate) fn is_in_one_go<T: Scalar>(steps: usize) -> bool {
    steps <= T::most_steps()
}

#[inline(always)]
fn checked_product<T: Scalar>(factors: &Factors<'_, T>, out: &mut [T]) {
    let Factors { a, b, bias, .. } = factors;
    assert_eq!(a.columns, b.rows, "the inner dimensions of a product");
    assert_eq!(a.rows.checked_mul(b.columns), Some(out.len()), "the result of a product");
    assert!(bias.is_none_or(|bias| bias.len() == b.columns), "the bias of a product");
    if out.is_empty() {
        return;
    }
    let flops = out.len().saturating_mul(2 * a.columns);
    let threads = threads_for(flops);
    let out = Out::new(out, b.columns);
    // SAFETY: this is the result, as was checked, and it is borrowed for as long.
    unsafe {
        if threads > 1 {
            divided_product(factors, out, threads);
        } else {
            undivided_product(factors, out);
        }
    }
}

/// The product, divided among threads: its columns, if there are enough of them, so that
/// each thread reads its own columns of `B`, and, if they are weights, those that it has
/// changed in the step before; or else its rows. No sum is divided, so that the number of
/// threads makes no difference to any bit.
///
/// # Safety
///
/// `out` must be the result, and nobody else's.
#[inline(never)]
unsafe fn divided_product<T: Scalar>(factors: &Factors<'_, T>, out: Out<T>, threads: usize) {
    // SAFETY: handed on from the caller.
    unsafe {
        if factors.b.columns / LEAST_COLUMNS >= threads {
            in_parts(factors, out, Division::Columns, threads);
        } else {
            let most = (factors.a.rows / LEAST_ROWS).max(1);
            in_parts(factors, out, Division::Rows, threads.min(most));
        }
    }
}

/// What of a product is divided.
#[derive(Clone, Copy)]
enum Division {
    Columns,
    Rows,
}

/// A thread gets so many rows at least, and all but the last a multiple of as
/// many: what tiles are high.
const LEAST_ROWS: usize = 4;

/// A thread gets so many columns at least: by fewer than fill a register some sums would
/// be taken in another order.
const LEAST_COLUMNS: usize = 128;

/// All but the last thread get a multiple of so many columns, which all tiles fit.
const TILE_COLUMNS: usize = 64;

/// The product in as many parts as there are `threads`.
///
/// # Safety
///
/// As [`divided_product`]; there must be rows or columns enough.
unsafe fn in_parts<T: Scalar>(
    factors: &Factors<'_, T>,
    out: Out<T>,
    division: Division,
    threads: usize,
) {
    if threads == 1 {
        // SAFETY: handed on from the caller.
        return unsafe { undivided_product(factors, out) };
    }
    let (some, others) = (threads / 2, threads - threads / 2);
    let share = |all: usize, unit: usize| {
        let share = (all * some / threads).next_multiple_of(unit);
        debug_assert!(0 < share && share < all, "{share} of {all}");
        share
    };
    let ((one, other), other_out) = match division {
        Division::Columns => {
            let columns = share(factors.b.columns, TILE_COLUMNS);
            (factors.split_at_column(columns), out.behind(0, columns))
        }
        Division::Rows => {
            let rows = share(factors.a.rows, LEAST_ROWS);
            (factors.split_at_row(rows), out.behind(rows, 0))
        }
    };
    // SAFETY: handed on from the caller; no number is in both parts.
    join(
        move || unsafe { in_parts(&one, out, division, some) },
        move || unsafe { in_parts(&other, other_out, division, others) },
    );
}

/// The product on this thread.
///
/// # Safety
///
/// `out` must be the result, and nobody else's.
#[inline]
unsafe fn undivided_product<T: Scalar>(factors: &Factors<'_, T>, out: Out<T>) {
    let Factors { a, b, .. } = factors;
    // SAFETY: handed on from the caller.
    unsafe {
        if factors.is_row_by_columns() {
            // The transposed result lies in memory as the result does, and `b` as it is
            // wanted there: a copy of it for a single row would take longer than the product.
            let a = Matrix::new(&a.data[..a.columns], a.columns, 1);
            let factors = Factors { a: b.transposed(), b: a, ..*factors };
            T::product(&factors, out.transposed_row(), None);
        } else if factors.pays_to_pack() || factors.pays_to_pack_last_columns() {
            packed_product(factors, out);
        } else {
            T::product(factors, out, None);
        }
    }
}

/// A product with room for a panel of `b` on the stack, which others do without.
///
/// # Safety
///
/// `out` must be the result, and nobody else's.
#[inline(never)]
unsafe fn packed_product<T: Scalar>(factors: &Factors<'_, T>, out: Out<T>) {
    // SAFETY: handed on from the caller.
    unsafe { T::product(factors, out, Some(&mut Panel::uninit())) };
}

/// The kernels that are not the same for all number types, by what this
/// processor can do.
pub trait Kernels: Sized {
    /// As [`product`], whose checks have been made; `b` is copied to `panel`, piece
    /// by piece, where there is one.
    ///
    /// # Safety
    ///
    /// The shapes must fit; `out` must be the result, and nobody else's.
    #[doc(hidden)]
    unsafe fn product(factors: &Factors<'_, Self>, out: Out<Self>, panel: Option<&mut Panel>);

    /// As [`small_product`](super::small::small_product).
    #[doc(hidden)]
    fn small_product<const INPUTS: usize, const OUTPUTS: usize, const RECTIFY: bool>(
        row: &[Self; INPUTS],
        matrix: &[[Self; OUTPUTS]; INPUTS],
        bias: &[Self; OUTPUTS],
        out: &mut [Self; OUTPUTS],
    );

    /// How many numbers a register of the product's holds.
    #[doc(hidden)]
    fn lanes() -> usize;

    /// Whether tiles of several rows are half as wide as a panel.
    #[doc(hidden)]
    fn is_in_halves() -> bool;

    /// Up to how many steps of the inner dimension each tile of a product is computed in
    /// one go.
    #[doc(hidden)]
    fn most_steps() -> usize;

    /// `eˣ`, as [`exponentials`](super::exponentials) computes it.
    #[doc(hidden)]
    fn exponential(self) -> Self;

    /// The distribution function and the density of the standard normal
    /// distribution.
    #[doc(hidden)]
    fn normal(self) -> (Self, Self);
}

/// The product as one kind of processor computes it.
pub(super) type Form<T> = unsafe fn(&Factors<'_, T>, Out<T>, Option<&mut Panel>);

/// The product in one form, for processors with `$feature`. What goes row by row is a
/// function of its own, which needs little of the stack.
macro_rules! form {
    ($element:ty, $register:ty, $vectors:literal $(, $feature:literal)?) => {
        $(#[target_feature(enable = $feature)])?
        pub(super) unsafe fn small<
            const INPUTS: usize,
            const OUTPUTS: usize,
            const RECTIFY: bool,
        >(
            row: &[$element; INPUTS],
            matrix: &[[$element; OUTPUTS]; INPUTS],
            bias: &[$element; OUTPUTS],
            out: &mut [$element; OUTPUTS],
        ) {
            // SAFETY: this function has the feature, and the types have the shapes.
            unsafe {
                super::small::<$register, INPUTS, OUTPUTS, RECTIFY>(row, matrix, bias, out, product)
            }
        }

        $(#[target_feature(enable = $feature)])?
        pub(super) unsafe fn product(
            factors: &Factors<'_, $element>,
            out: Out<$element>,
            panel: Option<&mut Panel>,
        ) {
            $(#[target_feature(enable = $feature)])?
            #[inline(never)]
            unsafe fn row(factors: &Factors<'_, $element>, out: Out<$element>) {
                // SAFETY: handed on from the caller.
                unsafe { single_row::<$register>(factors, out) }
            }

            $(#[target_feature(enable = $feature)])?
            #[inline(never)]
            unsafe fn rows_and_dots(factors: &Factors<'_, $element>, out: Out<$element>) {
                // SAFETY: handed on from the caller.
                unsafe { single_rows_and_dots::<$register>(factors, out) }
            }

            $(#[target_feature(enable = $feature)])?
            #[inline(never)]
            unsafe fn panels(
                factors: &Factors<'_, $element>,
                out: Out<$element>,
                panel: Option<&mut Panel>,
            ) {
                // SAFETY: handed on from the caller.
                unsafe { tiles::<$register, $vectors>(factors, out, panel) }
            }

            $(#[target_feature(enable = $feature)])?
            #[inline(never)]
            unsafe fn narrow(factors: &Factors<'_, $element>, out: Out<$element>) {
                // SAFETY: handed on from the caller.
                unsafe { narrow_rest::<$register, $vectors>(factors, out) }
            }

            // SAFETY: this function has the feature, and the caller checked the shapes.
            unsafe {
                if narrow_columns::<$register>(factors) > 0 {
                    // Some rows at a time, so that the cache holds those of `a`.
                    let mut left = Factors { ..*factors };
                    let (mut panel, mut out) = (panel, out);
                    while let Some((some, out)) = left.next_rows(&mut out, ROWS_AT_ONCE) {
                        narrow(&some, out);
                        panels(&some, out, panel.as_deref_mut());
                    }
                } else if panel.is_some() {
                    panels(factors, out, panel);
                } else if dotted_columns(factors, <$register>::LANES) > 0 {
                    rows_and_dots(factors, out);
                } else if is_single_row::<$register, $vectors>(factors) {
                    row(factors, out);
                } else {
                    panels(factors, out, None);
                }
            }
        }
    };
}

/// Implements [`Kernels`] for a number type from a table of forms: the processor, the
/// name of the form's module, a register, how many of them a tile is wide, and the
/// feature that the compiler is to enable.
macro_rules! kernels {
    ($element:ty, $exponential:expr, $normal:expr;
     $($(#[cfg($target:meta)])?
       $processor:ident = $form:ident: $register:ty, $vectors:literal $(, $feature:literal)?;)*) => {
        $($(#[cfg($target)])? mod $form {
            use super::*;

            form!($element, $register, $vectors $(, $feature)?);
        })*

        impl Kernels for $element {
            #[inline]
            fn small_product<const INPUTS: usize, const OUTPUTS: usize, const RECTIFY: bool>(
                row: &[Self; INPUTS],
                matrix: &[[Self; OUTPUTS]; INPUTS],
                bias: &[Self; OUTPUTS],
                out: &mut [Self; OUTPUTS],
            ) {
                // SAFETY: the processor has the feature.
                unsafe {
                    match Processor::detect() {
                        $($(#[cfg($target)])?
                        Processor::$processor => {
                            $form::small::<INPUTS, OUTPUTS, RECTIFY>(row, matrix, bias, out)
                        })*
                    }
                }
            }

            unsafe fn product(
                factors: &Factors<'_, Self>,
                out: Out<Self>,
                panel: Option<&mut Panel>,
            ) {
                // SAFETY: the processor has the feature; the rest is handed on.
                unsafe {
                    match Processor::detect() {
                        $($(#[cfg($target)])?
                        Processor::$processor => $form::product(factors, out, panel),)*
                    }
                }
            }

            fn lanes() -> usize {
                match Processor::detect() {
                    $($(#[cfg($target)])?
                    Processor::$processor => <$register>::LANES,)*
                }
            }

            fn is_in_halves() -> bool {
                match Processor::detect() {
                    $($(#[cfg($target)])?
                    Processor::$processor => is_in_halves::<$register>($vectors),)*
                }
            }

            fn most_steps() -> usize {
                match Processor::detect() {
                    $($(#[cfg($target)])?
                    Processor::$processor => most_steps::<$register, $vectors>(),)*
                }
            }

            #[inline(always)]
            fn exponential(self) -> Self {
                $exponential(self)
            }

            #[inline(always)]
            fn normal(self) -> (Self, Self) {
                $normal(self)
            }
        }
    };
}

kernels! {
    f32, exponential, normal_f32;
    Portable = portable_f32: Portable<f32>, 2;
    #[cfg(target_arch = "x86_64")]
    Avx2 = avx2_f32: std::arch::x86_64::__m256, 4, "avx2,fma";
    #[cfg(target_arch = "x86_64")]
    Avx512 = avx512_f32: std::arch::x86_64::__m512, 4, "avx512f";
    #[cfg(target_arch = "aarch64")]
    Neon = neon_f32: std::arch::aarch64::float32x4_t, 4, "neon";
}

kernels! {
    f64, f64::exp, normal_f64;
    Portable = portable_f64: Portable<f64>, 2;
    #[cfg(target_arch = "x86_64")]
    Avx2 = avx2_f64: std::arch::x86_64::__m256d, 4, "avx2,fma";
    #[cfg(target_arch = "x86_64")]
    Avx512 = avx512_f64: std::arch::x86_64::__m512d, 4, "avx512f";
    #[cfg(target_arch = "aarch64")]
    Neon = neon_f64: std::arch::aarch64::float64x2_t, 4, "neon";
}

/// Whether there is only one row, and no block of it to be added to another.
fn is_single_row<V: Vector, const VECTORS: usize>(factors: &Factors<'_, V::Element>) -> bool {
    let Factors { a, .. } = factors;
    a.rows == 1 && (!is_in_chains::<V>(factors) || a.columns <= most_steps::<V, VECTORS>())
}

/// The only row of the result.
///
/// # Safety
///
/// As [`tiles`], for shapes that are an [`is_single_row`].
#[inline(always)]
unsafe fn single_row<V: Vector>(factors: &Factors<'_, V::Element>, out: Out<V::Element>) {
    // SAFETY: handed on from the caller.
    unsafe {
        let tile = row_of(factors, out, 0);
        if is_in_chains::<V>(factors) {
            tile.compute_in_chains::<V, 1>(factors.b.columns);
        } else {
            tile.single_row::<V>(factors.b.columns);
        }
    }
}

/// Row by row, the last columns of each by dot products.
///
/// # Safety
///
/// As [`tiles`], for shapes with [`dotted_columns`].
#[inline(always)]
unsafe fn single_rows_and_dots<V: Vector>(factors: &Factors<'_, V::Element>, out: Out<V::Element>) {
    let dotted = dotted_columns(factors, V::LANES);
    if factors.b.columns == 1 {
        // SAFETY: handed on from the caller.
        return unsafe { last_columns::<V>(factors, out, 1, None) };
    }
    for row in 0..factors.a.rows {
        // SAFETY: handed on from the caller.
        unsafe {
            row_of(factors, out, row).single_row_and_dots::<V>(factors.b.columns - dotted, dotted);
        }
    }
}

/// A row of the result.
///
/// # Safety
///
/// The row must lie inside the matrices.
#[inline(always)]
unsafe fn row_of<'f, T: Copy>(factors: &'f Factors<'_, T>, out: Out<T>, row: usize) -> Tile<'f, T> {
    let Factors { a, b, bias, finish } = factors;
    Tile {
        // SAFETY: handed on from the caller.
        a: unsafe { a.data.as_ptr().add(row * a.row_stride) },
        a_strides: (a.row_stride, a.column_stride),
        b: b.data.as_ptr(),
        b_stride: b.row_stride,
        start: bias.map_or(std::ptr::null(), |bias| bias.as_ptr()),
        start_stride: 0,
        // SAFETY: as above.
        out: unsafe { out.at(row, 0) },
        out_stride: out.stride(),
        depth: a.columns,
        finish,
        ahead: None,
    }
}

/// Goes over the result by panels, and by itself over what does not fit them.
///
/// # Safety
///
/// The processor must have the feature behind `V`, the shapes must fit, and
/// there must be a `panel` if `b` does not lie row by row.
#[inline(always)]
unsafe fn tiles<V: Vector, const VECTORS: usize>(
    factors: &Factors<'_, V::Element>,
    out: Out<V::Element>,
    mut panel: Option<&mut Panel>,
) where
    V::Element: Scalar,
{
    let dotted = dotted_columns(factors, V::LANES);
    // SAFETY: handed on from the caller.
    unsafe {
        if dotted > 0 {
            // Some rows at a time, so that the second-level cache holds those of `a`.
            let row_bytes = factors.a.row_stride * size_of::<V::Element>();
            let rows = (CACHE / 2 / row_bytes.max(1)).next_multiple_of(8);
            let pays_to_pack = factors.pays_to_pack();
            let (mut left, mut out) = (Factors { ..*factors }, out);
            while let Some((some, out)) = left.next_rows(&mut out, rows) {
                last_columns::<V>(&some, out, dotted, panel.as_deref_mut());
                if some.b.columns > dotted {
                    let columns = some.b.columns - dotted;
                    let panel = panel.as_deref_mut().filter(|_| pays_to_pack);
                    panels::<V, VECTORS>(&some, out, columns, panel);
                }
            }
            return;
        }
        let columns = factors.b.columns - narrow_columns::<V>(factors);
        panels::<V, VECTORS>(factors, out, columns, panel);
    }
}

/// How many steps of the inner dimension a panel holds.
const fn most_steps<V: Vector, const VECTORS: usize>() -> usize {
    Panel::BYTES / (VECTORS * V::LANES * size_of::<V::Element>())
}

/// Whether a row of the result fits a register, so that a sum would wait for
/// itself in each step, and is taken as several. Decided by what no division of
/// the rows changes.
fn is_in_chains<V: Vector>(factors: &Factors<'_, V::Element>) -> bool {
    factors.a.column_stride == 1 && factors.b.columns <= V::LANES
}

/// How many columns would leave a register nearly empty, while `A` lies column by
/// column, so that they can be computed along its rows; which pays from about as many steps
/// on as a register holds numbers, by measurement. Those are less than a register
/// holds in none but the last rows, if there were enough of them before any division.
#[inline(always)]
fn narrow_columns<V: Vector>(factors: &Factors<'_, V::Element>) -> usize {
    let Factors { a, b, bias, .. } = factors;
    let rest = b.columns % V::LANES;
    let is_narrow = (1..=V::LANES / 4).contains(&rest)
        && a.row_stride == 1
        && a.column_stride >= V::LANES
        && a.columns > V::LANES
        && bias.is_none()
        && !is_in_chains::<V>(factors);
    if is_narrow { rest } else { 0 }
}

/// The first `columns` columns of the result, panel by panel: as many columns as
/// `VECTORS` registers hold, and as many steps of the inner dimension as the
/// first-level cache holds of `B` for them.
///
/// # Safety
///
/// As [`tiles`].
#[inline(always)]
unsafe fn panels<V: Vector, const VECTORS: usize>(
    factors: &Factors<'_, V::Element>,
    out: Out<V::Element>,
    columns: usize,
    mut panel: Option<&mut Panel>,
) {
    let Factors { a, b, bias, .. } = factors;
    let is_in_chains = is_in_chains::<V>(factors);
    let panel_width = VECTORS * V::LANES;
    let cut = Cut::new(factors, columns, (most_steps::<V, VECTORS>(), panel_width));
    debug_assert!(
        cut.block == a.columns || !matches!(factors.finish, Finish::Step(_)),
        "a step along part of a gradient"
    );
    let height = most_rows::<V, VECTORS>();
    let is_out_far = is_far(a.rows * b.columns * size_of::<V::Element>()) && a.rows >= a.columns;
    let is_b_far = is_far(b.size()) && panel.is_some();
    let mut next = cut.first();
    while let Some(piece) = next {
        let Piece { step, depth, column, width } = piece;
        next = cut.after(piece);
        // SAFETY: the columns from `column` on and the steps from `step` on lie inside
        // the matrices, and a panel has room for them.
        unsafe {
            let (out, out_stride) = (out.at(0, column), out.stride());
            let (start, start_stride) = match bias {
                _ if step > 0 => (out.cast_const(), out_stride),
                Some(bias) => (bias.as_ptr().add(column), 0),
                None => (std::ptr::null(), 0),
            };
            let from = piece.part_of(b);
            let (b_panel, b_stride) = match &mut panel {
                None => (from.from, b.row_stride),
                Some(panel) => {
                    let to = panel.numbers::<V::Element>();
                    let (from, size) = ((from.from, from.stride), (depth, width));
                    if b.column_stride == 1 {
                        pack::<V, VECTORS>(from, size, to);
                    } else {
                        pack_transposed::<V>(from, size, (to, panel_width));
                    }
                    (to.cast_const(), panel_width)
                }
            };
            // The result below each tile, or the next panel: what is more.
            let wanted = if is_out_far {
                let below = out.cast_const().wrapping_add(height * out_stride);
                Some(Part { from: below, stride: out_stride, rows: a.rows, width })
            } else if is_b_far {
                next.map(|next| next.part_of(b))
            } else {
                None
            };
            let ahead = wanted.and_then(|part| Ahead::new(part, (height, a.rows), depth));
            let tile = Tile {
                a: a.data.as_ptr().add(step * a.column_stride),
                a_strides: (a.row_stride, a.column_stride),
                b: b_panel,
                b_stride,
                start,
                start_stride,
                out,
                out_stride,
                depth,
                finish: factors.finish_of_block(step, depth),
                ahead: ahead.as_ref().map(|ahead| (ahead, 0)),
            };
            if is_in_chains {
                tile.rows_in_chains::<V>(a.rows, width);
            } else {
                tile.rows_of_width::<V, VECTORS>(a.rows, width);
            }
        }
    }
}

/// Whether so many bytes, which would fill half of the cache, have probably left it since
/// they were last used: they are fetched before they are wanted, by measurement.
#[inline(always)]
fn is_far(size: usize) -> bool {
    size >= CACHE / 2
}

/// Bytes, the smallest second-level cache in use where registers are long.
pub(super) const CACHE: usize = 1024 * 1024;

/// A quarter of the longest register times four of them.
const MOST_SUMS: usize = 4 * 64;

/// How many rows of a product with [`narrow_columns`] are computed together.
const ROWS_AT_ONCE: usize = 64;

/// The [`narrow_columns`], computed as rows of the transposed result, `Bᵀ·Aᵀ`:
/// registers then run along the rows of the result, of which there are more.
///
/// # Safety
///
/// As [`tiles`].
#[inline(always)]
unsafe fn narrow_rest<V: Vector, const VECTORS: usize>(
    factors: &Factors<'_, V::Element>,
    out: Out<V::Element>,
) {
    let Factors { a, b, .. } = factors;
    let columns = narrow_columns::<V>(factors);
    let column = b.columns - columns;
    let panel_width = VECTORS * V::LANES;
    let mut sums = [const { MaybeUninit::<V::Element>::uninit() }; MOST_SUMS];
    let sums = sums.as_mut_ptr().cast::<V::Element>();
    for row in (0..a.rows).step_by(panel_width) {
        let width = (a.rows - row).min(panel_width);
        // SAFETY: `columns` columns of `b` and `width` rows of `a` lie inside
        // them, and `sums` has room for their products.
        unsafe {
            Tile {
                a: b.data.as_ptr().add(column * b.column_stride),
                a_strides: (b.column_stride, b.row_stride),
                b: a.data.as_ptr().add(row),
                b_stride: a.column_stride,
                start: std::ptr::null(),
                start_stride: 0,
                out: sums,
                out_stride: panel_width,
                depth: a.columns,
                finish: &Finish::Nothing,
                ahead: None,
            }
            .few_rows::<V, VECTORS>(columns, width);
            // Column by column: the compiler would take the few of a row as part of a register,
            // whose store the next row's would have to wait for.
            for rest in 0..columns {
                let sums = std::slice::from_raw_parts(sums.add(rest * panel_width), width);
                for (row, &sum) in (row..).zip(sums) {
                    let y = out.at(row, column + rest);
                    *y = factors.finish.of(*y, sum);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
