//! Wide drawings are broken into rows, as text is into lines.

use core::ops::Range;

use super::canvas::MARGIN;
use super::layout::{Item, Layout, Slot, spread};

/// The maximum width of a row.
const MAX_WIDTH: f64 = 1300.0;
/// The distance between lines that lead from one row to the next.
const LINE: f64 = 12.0;
/// The least distance of such a line from the rows.
const PADDING: f64 = 18.0;
/// How far a row may be from the mean width to save one such line.
const LINE_COST: f64 = 100.0;

/// The rows of a drawing.
pub(super) struct Rows {
    /// The row of each column.
    row_of: Vec<usize>,
    rows: Vec<Row>,
}

struct Row {
    /// The values that lead here from the row above, from top to bottom, and the heights
    /// in the layout at which they enter.
    entering: Vec<(usize, f64)>,
    top: f64,
    bottom: f64,
    /// The difference between heights in the drawing and in the layout.
    offset: f64,
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
        let crossings: Vec<Vec<(usize, f64)>> =
            (0..widths.len()).map(|column| layout.entering(nodes, column)).collect();
        let mut rows = Rows { row_of: Vec::new(), rows: Vec::new() };
        for columns in break_columns(widths, &crossings) {
            let (mut upper, mut lower) = (f64::INFINITY, f64::NEG_INFINITY);
            for column in columns.clone() {
                for (&slot, height) in layout.columns[column].iter().zip(&layout.heights[column]) {
                    let (above, below) = room(slot);
                    upper = upper.min(height - above);
                    lower = lower.max(height + below);
                }
            }
            let (entering, top) = match rows.rows.last() {
                None => (Vec::new(), top),
                Some(last) => {
                    let entering = apart(&crossings[columns.start]);
                    let lines = LINE * (entering.len().max(1) - 1) as f64;
                    (entering, last.bottom + 2.0 * PADDING + lines)
                }
            };
            rows.row_of.extend(columns.map(|_| rows.rows.len()));
            let offset = top - upper;
            rows.rows.push(Row { entering, top, bottom: lower + offset, offset });
        }
        rows
    }

    /// The lower end of the last row.
    pub(super) fn bottom(&self) -> f64 {
        self.rows.last().map_or(0.0, |row| row.bottom)
    }

    /// The width that lines to the next row take to the right of the columns.
    pub(super) fn turn_width(&self) -> f64 {
        let most = self.rows.iter().map(|row| row.entering.len()).max();
        LINE * most.unwrap_or_default() as f64
    }

    /// Whether a column is the first of a row other than the first row.
    pub(super) fn begins_row(&self, column: usize) -> bool {
        column > 0 && self.row_of[column] != self.row_of[column - 1]
    }

    /// The difference between heights in the drawing and in the layout.
    pub(super) fn offset(&self, column: usize) -> f64 {
        self.row(column).offset
    }

    /// The left end of the row that a column is in, where values enter from above.
    pub(super) fn left(&self, column: usize) -> f64 {
        MARGIN + LINE * self.row(column).entering.len() as f64
    }

    /// The line of a value from `from`, at the end of a row, to the beginning of the row
    /// of `column`. Lines are nested, so that they do not cross.
    pub(super) fn turn(&self, column: usize, value: usize, from: (f64, f64)) -> [(f64, f64); 6] {
        let row = self.row(column);
        let count = row.entering.len() as f64;
        let index = row.entering.iter().position(|&(other, _)| other == value);
        let index = index.unwrap_or_default();
        let y = row.entering.get(index).map_or(from.1, |(_, height)| height + row.offset);
        let index = index as f64;
        let right = from.0 + LINE * (count - index);
        let between = row.top - PADDING - LINE * index;
        let left = MARGIN + LINE * (count - 1.0 - index);
        let end = (self.left(column), y);
        [from, (right, from.1), (right, between), (left, between), (left, y), end]
    }

    fn row(&self, column: usize) -> &Row {
        &self.rows[self.row_of[column]]
    }
}

/// Moves entering values apart, so that their lines do not touch.
fn apart(entering: &[(usize, f64)]) -> Vec<(usize, f64)> {
    let wanted: Vec<f64> = entering.iter().map(|&(_, height)| height).collect();
    let heights = spread(&wanted, &vec![(LINE, LINE); wanted.len()]);
    entering.iter().map(|&(value, _)| value).zip(heights).collect()
}

/// The columns of each row. Rows are about as wide as each other, and break where few
/// values lead on.
fn break_columns(widths: &[f64], crossings: &[Vec<(usize, f64)>]) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut first = 0;
    loop {
        let rest: f64 = widths[first..].iter().sum();
        if rest <= MAX_WIDTH || first + 1 == widths.len() {
            rows.push(first..widths.len());
            return rows;
        }
        let mean = rest / (rest / MAX_WIDTH).ceil();
        let (mut width, mut best) = (0.0, (f64::INFINITY, first + 1));
        for end in first + 1..widths.len() {
            width += widths[end - 1];
            if width > MAX_WIDTH {
                break;
            }
            let cost = (width - mean).abs() + LINE_COST * crossings[end].len() as f64;
            if cost < best.0 {
                best = (cost, end);
            }
        }
        rows.push(first..best.1);
        first = best.1;
    }
}
