//! Where a product is written to.

/// The rows of a result, `stride` numbers apart, whose columns may be some of those of a
/// wider matrix: so rows and columns can be divided among threads.
pub struct Out<T> {
    first: *mut T,
    stride: usize,
}

impl<T> Clone for Out<T> {
    fn clone(&self) -> Out<T> {
        *self
    }
}

impl<T> Copy for Out<T> {}

// SAFETY: it is a pointer, which nothing is done with but by those who declare that no
// other thread has a part in what they write.
unsafe impl<T: Send> Send for Out<T> {}

impl<T> Out<T> {
    /// All of `numbers`, rows of so many `columns`.
    pub(super) fn new(numbers: &mut [T], columns: usize) -> Out<T> {
        Out { first: numbers.as_mut_ptr(), stride: columns }
    }

    /// How many numbers a row is behind the row before.
    #[inline(always)]
    pub(super) fn stride(self) -> usize {
        self.stride
    }

    /// Where the number in this place is.
    ///
    /// # Safety
    ///
    /// The place must lie in the result.
    #[inline(always)]
    pub(super) unsafe fn at(self, row: usize, column: usize) -> *mut T {
        // SAFETY: handed on from the caller.
        unsafe { self.first.add(row * self.stride + column) }
    }

    /// What lies behind so many rows or columns of the result.
    #[inline(always)]
    pub(super) fn behind(self, rows: usize, columns: usize) -> Out<T> {
        // Behind the last row there may be nothing.
        Out { first: self.first.wrapping_add(rows * self.stride + columns), ..self }
    }

    /// A result of one row as one of one column.
    pub(super) fn transposed_row(self) -> Out<T> {
        Out { stride: 1, ..self }
    }
}
