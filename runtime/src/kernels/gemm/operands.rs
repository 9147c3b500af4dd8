//! The operands of a product, checked once.

use core::marker::PhantomData;

use super::epilogue::Epilogue;
use super::machine::LINE_BYTES;
use super::matrix::Matrix;
use super::select::Product;

/// The operands of `C = epilogue(A·B + bias)`: `A: m × k`, `B: k × n`, `bias: n` (added to
/// each row), `C: m × n`.
///
/// The fields are private to this file, whose constructors ensure the invariants that the kernels
/// rely on: the shapes match, and `C` is borrowed exclusively. Splitting the operands splits `C`,
/// as `split_at_mut` splits a slice.
///
/// Kernels take the operands by reference, because the cost of copying them is noticeable in the
/// smallest networks.
pub struct Operands<'a, T> {
    a: Matrix<'a, T>,
    b: Matrix<'a, T>,
    bias: Option<&'a [T]>,
    epilogue: Epilogue<T>,
    c: *mut T,
    /// The row stride of `C`. Rows are contiguous and may be part of the rows of a wider matrix.
    c_stride: usize,
    borrow: PhantomData<&'a mut [T]>,
}

// SAFETY: except for `C`, the fields are shared borrows and numbers. `C` is borrowed exclusively,
// as by `&mut [T]`, which is `Send` if `T` is.
unsafe impl<T: Send + Sync> Send for Operands<'_, T> {}

impl<'a, T: Copy> Operands<'a, T> {
    /// The operands of a product that is stored in `c`, row-major.
    ///
    /// # Panics
    ///
    /// If the shapes do not match.
    #[inline(always)]
    pub(super) fn new(
        a: Matrix<'a, T>,
        b: Matrix<'a, T>,
        bias: Option<&'a [T]>,
        epilogue: Epilogue<T>,
        c: &'a mut [T],
    ) -> Operands<'a, T> {
        assert_eq!(a.columns(), b.rows(), "the inner dimensions of a product");
        assert_eq!(a.rows().checked_mul(b.columns()), Some(c.len()), "the result of a product");
        assert!(bias.is_none_or(|bias| bias.len() == b.columns()), "the bias of a product");
        Operands {
            a,
            b,
            bias,
            epilogue,
            c: c.as_mut_ptr(),
            c_stride: b.columns(),
            borrow: PhantomData,
        }
    }

    /// The operands of a product whose rows are stored in `c`, each `c_stride` numbers after the one
    /// before.
    ///
    /// # Panics
    ///
    /// If the shapes do not match, if `c` ends before the last row, or if rows overlap.
    pub(super) fn strided(
        a: Matrix<'a, T>,
        b: Matrix<'a, T>,
        c: &'a mut [T],
        c_stride: usize,
    ) -> Operands<'a, T> {
        assert_eq!(a.columns(), b.rows(), "the inner dimensions of a product");
        assert!(b.columns() <= c_stride && a.rows() > 0, "the rows of a product");
        let end = (a.rows() - 1).checked_mul(c_stride).and_then(|to| to.checked_add(b.columns()));
        assert!(end.is_some_and(|end| end <= c.len()), "the result of a product");
        let (bias, epilogue) = (None, Epilogue::Store);
        Operands { a, b, bias, epilogue, c: c.as_mut_ptr(), c_stride, borrow: PhantomData }
    }

    #[inline(always)]
    pub(super) fn a(&self) -> Matrix<'a, T> {
        self.a
    }

    #[inline(always)]
    pub(super) fn b(&self) -> Matrix<'a, T> {
        self.b
    }

    #[inline(always)]
    pub(super) fn bias(&self) -> Option<&'a [T]> {
        self.bias
    }

    /// Number of rows of `A` and `C`.
    #[inline(always)]
    pub(super) fn m(&self) -> usize {
        self.a.rows()
    }

    /// The inner dimension: number of columns of `A` and rows of `B`.
    #[inline(always)]
    pub(super) fn k(&self) -> usize {
        self.a.columns()
    }

    /// Number of columns of `B` and `C`.
    #[inline(always)]
    pub(super) fn n(&self) -> usize {
        self.b.columns()
    }

    #[inline(always)]
    pub(super) fn epilogue(&self) -> &Epilogue<T> {
        &self.epilogue
    }

    /// The epilogue for `depth` steps of the inner dimension from `step` on. It is that of the
    /// product for the last steps; before them, incomplete sums are stored.
    #[inline(always)]
    pub(super) fn epilogue_of_block(&self, step: usize, depth: usize) -> &Epilogue<T> {
        if step + depth == self.k() { &self.epilogue } else { &Epilogue::Store }
    }

    /// A pointer to element `(row, column)` of `C`. It can be read and written if the element
    /// exists, while the operands are borrowed exclusively.
    #[inline(always)]
    pub(super) fn c_at(&self, row: usize, column: usize) -> *mut T {
        self.c.wrapping_add(row * self.c_stride + column)
    }

    #[inline(always)]
    pub(super) fn c_stride(&self) -> usize {
        self.c_stride
    }

    /// The properties that the choice of a kernel depends on.
    #[inline(always)]
    pub(super) fn product(&self) -> Product {
        Product {
            m: self.m(),
            k: self.k(),
            n: self.n(),
            a_strides: self.a.strides(),
            b_strides: self.b.strides(),
            has_bias: self.bias.is_some(),
            b_line_offset: self.b.ptr_at(0, 0).addr() % LINE_BYTES,
        }
    }

    /// Splits the product into the first `rows` rows and the others.
    pub(super) fn split_at_row(&mut self, rows: usize) -> (Operands<'_, T>, Operands<'_, T>) {
        let (above, below) = self.a.split_at_row(rows);
        let c = self.c_at(rows, 0);
        (Operands { a: above, ..*self }, Operands { a: below, c, ..*self })
    }

    /// Splits the product into the first `columns` columns and the others.
    pub(super) fn split_at_column(&mut self, columns: usize) -> (Operands<'_, T>, Operands<'_, T>) {
        let (left, right) = self.b.split_at_column(columns);
        let bias = self.bias.map(|bias| bias.split_at(columns));
        let c = self.c_at(0, columns);
        (
            Operands { b: left, bias: bias.map(|(left, _)| left), ..*self },
            Operands { b: right, bias: bias.map(|(_, right)| right), c, ..*self },
        )
    }

    /// Reborrows the operands.
    pub(super) fn reborrow(&mut self) -> Operands<'_, T> {
        Operands { ..*self }
    }

    /// Splits off and returns the first `rows` rows of the product, or all if there are fewer.
    /// `None` if there are none.
    #[inline]
    pub(super) fn take_rows(&mut self, rows: usize) -> Option<Operands<'a, T>> {
        if self.m() == 0 {
            return None;
        }
        let (a, others) = self.a.split_at_row(self.m().min(rows));
        let taken = Operands { a, ..*self };
        self.c = self.c_at(a.rows(), 0);
        self.a = others;
        Some(taken)
    }

    /// `Cᵀ = Bᵀ·Aᵀ`. In memory, a row of `C` is identical to a column of `Cᵀ`.
    ///
    /// # Panics
    ///
    /// If `A` is not a single row of contiguous numbers, or there is a bias.
    pub(super) fn transposed_row(&mut self) -> Operands<'_, T> {
        assert!(self.bias.is_none(), "a bias would be a column");
        Operands { a: self.b.transposed(), b: self.a.row_as_column(), c_stride: 1, ..*self }
    }
}
