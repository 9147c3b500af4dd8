//! Wide drawings are broken into rows, as text is into lines.

use super::layout::{Item, Layout, Slot};

/// The width that a row has at most, where it can be broken.
const MAX_WIDTH: f64 = 1200.0;

/// The height between two rows, for the line that leads from one to the next.
pub(super) const ROW_GAP: f64 = 36.0;

/// The rows of a drawing.
pub(super) struct Rows {
    /// The row of each column.
    row_of: Vec<usize>,
    /// The offset of each row, which is added to the heights of the layout.
    offsets: Vec<f64>,
    /// The upper end of each row.
    tops: Vec<f64>,
    /// The lower end of the last row.
    pub(super) bottom: f64,
}

impl Rows {
    /// Breaks columns with the given `widths` into rows, the first of which begins at
    /// `top`. A slot takes `room` above and below its middle.
    pub(super) fn new(
        layout: &Layout,
        nodes: &[Item],
        widths: &[f64],
        top: f64,
        room: impl Fn(Slot) -> (f64, f64),
    ) -> Rows {
        let row_of = break_columns(layout, nodes, widths);
        let count = row_of.last().map_or(0, |last| last + 1);
        let mut rows = Rows { row_of, offsets: Vec::new(), tops: Vec::new(), bottom: top };
        for row in 0..count {
            let (mut upper, mut lower) = (f64::INFINITY, f64::NEG_INFINITY);
            for column in (0..rows.row_of.len()).filter(|&column| rows.row_of[column] == row) {
                for (&slot, height) in layout.columns[column].iter().zip(&layout.heights[column]) {
                    let (above, below) = room(slot);
                    upper = upper.min(height - above);
                    lower = lower.max(height + below);
                }
            }
            let top = if row == 0 { top } else { rows.bottom + ROW_GAP };
            rows.tops.push(top);
            rows.offsets.push(top - upper);
            rows.bottom = lower + top - upper;
        }
        rows
    }

    /// The width to the right of all rows that lines to the next row take.
    pub(super) fn turn_width(&self) -> f64 {
        if self.offsets.len() > 1 { TURN } else { 0.0 }
    }

    /// Whether a column is the first of a row other than the first row.
    pub(super) fn begins_row(&self, column: usize) -> bool {
        column > 0 && self.row_of[column] != self.row_of[column - 1]
    }

    /// The offset of a column, which is added to the heights of the layout.
    pub(super) fn offset(&self, column: usize) -> f64 {
        self.offsets[self.row_of[column]]
    }

    /// The points of the line that leads from `from`, at the end of a row, to `to`, at
    /// the beginning of the row of `column`.
    pub(super) fn turn(&self, column: usize, from: (f64, f64), to: (f64, f64)) -> Vec<(f64, f64)> {
        let between = self.tops[self.row_of[column]] - ROW_GAP / 2.0;
        let (right, left) = (from.0 + TURN, to.0 - TURN);
        vec![from, (right, from.1), (right, between), (left, between), (left, to.1), to]
    }
}

/// The width that the line to the next row takes at both of its ends.
pub(super) const TURN: f64 = 12.0;

/// The row of each column. A row ends where a single value leads to the next column:
/// one line connects the rows.
fn break_columns(layout: &Layout, nodes: &[Item], widths: &[f64]) -> Vec<usize> {
    let mut row_of = vec![0; widths.len()];
    let (mut begin, mut possible) = (0, None);
    for column in 1..widths.len() {
        if layout.crosses_once(nodes, column) {
            possible = Some(column);
        }
        let width: f64 = widths[begin..=column].iter().sum();
        if let (true, Some(first)) = (width > MAX_WIDTH, possible) {
            row_of[first..].iter_mut().for_each(|row| *row += 1);
            (begin, possible) = (first, None);
        }
    }
    row_of
}
