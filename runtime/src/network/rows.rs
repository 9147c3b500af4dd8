//! Rows of numbers or integers, in a slice or in an array of any layout.

#[cfg(feature = "std")]
use ndarray::ArrayView2;

/// A borrowed batch of rows of equal length.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum RowView<'a, I> {
    /// One after the other in memory.
    #[non_exhaustive]
    Packed {
        /// All rows.
        items: &'a [I],
        /// The number of rows.
        rows: usize,
        /// The length of each.
        columns: usize,
    },
    /// In any memory layout.
    #[cfg(feature = "std")]
    View(ArrayView2<'a, I>),
}

impl<'a, I> RowView<'a, I> {
    /// The rows of nested arrays.
    pub fn of<const N: usize>(rows: &'a [[I; N]]) -> RowView<'a, I> {
        RowView::Packed { items: rows.as_flattened(), rows: rows.len(), columns: N }
    }

    /// One row.
    pub fn one(row: &'a [I]) -> RowView<'a, I> {
        RowView::Packed { items: row, rows: 1, columns: row.len() }
    }

    /// Rows of one item.
    pub fn column(items: &'a [I]) -> RowView<'a, I> {
        RowView::Packed { items, rows: items.len(), columns: 1 }
    }

    /// The number of rows.
    pub(crate) fn count(&self) -> usize {
        match self {
            RowView::Packed { rows, .. } => *rows,
            #[cfg(feature = "std")]
            RowView::View(rows) => rows.nrows(),
        }
    }

    /// The length of a row.
    pub(crate) fn columns(&self) -> usize {
        match self {
            RowView::Packed { columns, .. } => *columns,
            #[cfg(feature = "std")]
            RowView::View(rows) => rows.ncols(),
        }
    }

    /// All rows, if they are one after the other in memory.
    pub(crate) fn to_slice(&self) -> Option<&'a [I]> {
        match self {
            RowView::Packed { items, .. } => Some(items),
            #[cfg(feature = "std")]
            RowView::View(rows) => rows.to_slice(),
        }
    }
}

impl<I: Copy> RowView<'_, I> {
    /// The item at a place. `None` if there is none.
    pub(crate) fn get(&self, row: usize, column: usize) -> Option<I> {
        match self {
            RowView::Packed { items, columns, .. } => items.get(row * columns + column).copied(),
            #[cfg(feature = "std")]
            RowView::View(rows) => rows.get((row, column)).copied(),
        }
    }

    /// Calls `see` with each item of a row, in order.
    pub(crate) fn each_of(&self, row: usize, see: impl FnMut(I)) {
        match self {
            RowView::Packed { items, columns, .. } => {
                items[row * columns..][..*columns].iter().copied().for_each(see);
            }
            #[cfg(feature = "std")]
            RowView::View(rows) => rows.row(row).iter().copied().for_each(see),
        }
    }
}

#[cfg(feature = "std")]
impl<'a, I> From<ArrayView2<'a, I>> for RowView<'a, I> {
    fn from(rows: ArrayView2<'a, I>) -> RowView<'a, I> {
        RowView::View(rows)
    }
}
