//! A borrowed matrix.

/// A borrowed matrix: element `(i, j)` is `data[i * row_stride + j * column_stride]`.
///
/// The fields are private to this file, whose constructors ensure the invariants that the kernels
/// rely on: every element is inside of `data`, and rows or columns are contiguous.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a, T> {
    data: &'a [T],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a, T> Matrix<'a, T> {
    /// A row-major matrix in `data`.
    ///
    /// # Panics
    ///
    /// If the length of `data` is not `rows × columns`.
    pub(crate) fn new(data: &'a [T], rows: usize, columns: usize) -> Matrix<'a, T> {
        assert_eq!(rows.checked_mul(columns), Some(data.len()), "{rows} × {columns} numbers");
        Matrix { data, rows, columns, row_stride: columns, column_stride: 1 }
    }

    /// Rows of `columns` numbers in `data`, each `row_stride` numbers after the one before: some
    /// columns of a wider matrix.
    ///
    /// # Panics
    ///
    /// If `data` ends before the last row, or if rows overlap.
    pub(crate) fn part(
        data: &'a [T],
        rows: usize,
        columns: usize,
        row_stride: usize,
    ) -> Matrix<'a, T> {
        assert!(columns <= row_stride && rows > 0, "{rows} rows of {columns} numbers");
        let end = (rows - 1).checked_mul(row_stride).and_then(|last| last.checked_add(columns));
        assert!(end.is_some_and(|end| end <= data.len()), "{rows} rows, {row_stride} apart");
        Matrix { data, rows, columns, row_stride, column_stride: 1 }
    }

    /// The transpose, without copying.
    pub(crate) fn transposed(self) -> Matrix<'a, T> {
        Matrix {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    /// Splits the matrix into the first `rows` rows and the others.
    ///
    /// # Panics
    ///
    /// If there are fewer rows.
    pub(super) fn split_at_row(self, rows: usize) -> (Matrix<'a, T>, Matrix<'a, T>) {
        assert!(rows <= self.rows, "{rows} of {} rows", self.rows);
        let others = &self.data[(rows * self.row_stride).min(self.data.len())..];
        (Matrix { rows, ..self }, Matrix { data: others, rows: self.rows - rows, ..self })
    }

    /// Splits the matrix into the first `columns` columns and the others.
    ///
    /// # Panics
    ///
    /// If there are fewer columns.
    pub(super) fn split_at_column(self, columns: usize) -> (Matrix<'a, T>, Matrix<'a, T>) {
        let (left, right) = self.transposed().split_at_row(columns);
        (left.transposed(), right.transposed())
    }

    /// Views a contiguous row as a column.
    ///
    /// # Panics
    ///
    /// If this is not a contiguous row.
    pub(super) fn row_as_column(self) -> Matrix<'a, T> {
        assert!(self.rows == 1 && self.column_stride == 1, "a row of contiguous numbers");
        Matrix::new(&self.data[..self.columns], self.columns, 1)
    }

    #[inline(always)]
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    #[inline(always)]
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// The row stride and the column stride.
    #[inline(always)]
    pub(super) fn strides(&self) -> (usize, usize) {
        (self.row_stride, self.column_stride)
    }

    /// Element `(row, column)`.
    #[cfg(test)]
    pub(super) fn get(&self, row: usize, column: usize) -> T
    where
        T: Copy,
    {
        assert!(row < self.rows && column < self.columns);
        self.data[row * self.row_stride + column * self.column_stride]
    }

    /// A pointer to element `(row, column)`, which can be read if the element exists. Up to the
    /// last row and column, every address that the strides lead to is an element.
    #[inline(always)]
    pub(super) fn ptr_at(&self, row: usize, column: usize) -> *const T {
        self.data.as_ptr().wrapping_add(row * self.row_stride + column * self.column_stride)
    }
}
