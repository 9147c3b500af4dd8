//! A network as SVG: layers as boxes, from left to right.

use core::fmt::Write;

use super::canvas::{BACK, FONT, MARGIN, SMALL, begin, line, path, text, text_width};
use super::layout::{Item, Kind, Layout, Slot};
use super::network::NetworkDrawing;
use super::rows::Rows;
use super::text::three_digits;

/// The height of the title.
const HEAD: f64 = 44.0;
/// The height of a line of text.
const LINE: f64 = 18.0;
/// The space between the labels and the next column, for arrows that go up or down.
const GAP: f64 = 36.0;
/// The least width of the labels after a column.
const LABEL: f64 = 104.0;

/// The horizontal extent of a column.
struct Column {
    left: f64,
    /// The end of the labels.
    end: f64,
    /// The width of the labels.
    label: f64,
}

/// A drawing whose boxes are placed.
struct Picture<'a> {
    drawing: &'a NetworkDrawing,
    items: Vec<Item>,
    boxes: Vec<Vec<String>>,
    layout: Layout,
    rows: Rows,
    columns: Vec<Column>,
}

impl NetworkDrawing {
    /// The drawing as the text of an SVG file. A drawing that is wider than 1300 pixels
    /// is broken into rows.
    #[must_use]
    pub fn svg(&self) -> String {
        let items = self.items();
        let boxes: Vec<Vec<String>> = (0..items.len()).map(|place| self.words(place)).collect();
        let layout = Layout::new(&items, |slot| room(&boxes, slot));
        let labels: Vec<f64> = layout.columns.iter().map(|slots| self.label_width(slots)).collect();
        let widths = layout.columns.iter().zip(&labels);
        let widths: Vec<f64> =
            widths.map(|(slots, label)| widest(&boxes, slots) + label + GAP).collect();
        let rows = Rows::new(&layout, &items, &widths, HEAD, |slot| room(&boxes, slot));
        let columns = place(&widths, &labels, &rows);
        let right = columns.iter().map(|column| column.end).fold(0.0, f64::max);
        let right = right + rows.turn_width().max(GAP);
        let least = 2.0 * MARGIN + text_width(self.graph.name, 18.0);
        let (width, height) = (right.max(least), rows.bottom() + MARGIN);
        let picture = Picture { drawing: self, items, boxes, layout, rows, columns };

        let mut svg = String::new();
        begin(&mut svg, width, height, self.graph.name);
        text(&mut svg, (MARGIN, 28.0), r#"font-size="18" font-weight="bold""#, self.graph.name);
        for place in 0..picture.items.len() {
            picture.arrows(&mut svg, place);
        }
        for place in 0..picture.items.len() {
            picture.words(&mut svg, place);
        }
        svg += "</svg>\n";
        svg
    }

    /// The width of the widest label after a column.
    fn label_width(&self, slots: &[Slot]) -> f64 {
        let labels = slots.iter().map(|slot| match slot {
            Slot::Node(place) => text_width(&self.label(*place), FONT),
            Slot::Pass(_) => 0.0,
        });
        labels.fold(LABEL, f64::max)
    }
}

/// The width and height of the box of some lines.
fn extent(words: &[String]) -> (f64, f64) {
    let widest = words.iter().map(|words| text_width(words, FONT)).fold(0.0, f64::max);
    (widest + 20.0, words.len() as f64 * LINE + 16.0)
}

/// The space that a slot takes above and below its middle.
fn room(boxes: &[Vec<String>], slot: Slot) -> (f64, f64) {
    let Slot::Node(place) = slot else { return (14.0, 14.0) };
    let half = extent(&boxes[place]).1 / 2.0 + 10.0;
    (half.max(30.0), half.max(36.0))
}

/// The width of the widest box in a column.
fn widest(boxes: &[Vec<String>], slots: &[Slot]) -> f64 {
    let widths = slots.iter().map(|slot| match slot {
        Slot::Node(place) => extent(&boxes[*place]).0,
        Slot::Pass(_) => 0.0,
    });
    widths.fold(0.0, f64::max)
}

/// Places columns from left to right, row by row.
fn place(widths: &[f64], labels: &[f64], rows: &Rows) -> Vec<Column> {
    let mut left = MARGIN;
    let mut columns = Vec::new();
    for (column, (width, label)) in widths.iter().zip(labels).enumerate() {
        if rows.begins_row(column) {
            left = rows.left(column) + GAP;
        }
        columns.push(Column { left, end: left + width - GAP, label: *label });
        left += width;
    }
    columns
}

impl Picture<'_> {
    fn y(&self, column: usize, slot: Slot) -> f64 {
        self.layout.height(column, slot) + self.rows.offset(column)
    }

    /// The box of a layer, or the name of an input.
    fn words(&self, svg: &mut String, place: usize) {
        let column = self.layout.column_of[place];
        let (left, y) = (self.columns[column].left, self.y(column, Slot::Node(place)));
        let (wide, tall) = extent(&self.boxes[place]);
        let is_layer = self.items[place].kind == Kind::Function;
        if is_layer {
            let top = y - tall / 2.0;
            _ = writeln!(
                svg,
                r##"<rect x="{left:.1}" y="{top:.1}" width="{wide:.1}" height="{tall:.1}" rx="8" fill="#f2f5fa" stroke="#222" stroke-width="1.5"/>"##
            );
        }
        let first = y - (self.boxes[place].len() as f64 - 1.0) * LINE / 2.0 + 5.0;
        for (row, words) in self.boxes[place].iter().enumerate() {
            let style = match row {
                0 if is_layer => r#"text-anchor="middle" font-weight="bold""#,
                0 => r#"text-anchor="middle""#,
                _ => r##"text-anchor="middle" fill="#444""##,
            };
            text(svg, (left + wide / 2.0, first + row as f64 * LINE), style, words);
        }
    }

    /// The arrows from a box to all users of its output, with the shape of the output.
    fn arrows(&self, svg: &mut String, place: usize) {
        let column = self.layout.column_of[place];
        let y = self.y(column, Slot::Node(place));
        let begin = self.columns[column].left + extent(&self.boxes[place]).0;
        let Column { end, label, .. } = self.columns[column];
        self.label(svg, place, end - label / 2.0, y);
        let users: Vec<usize> = (0..self.items.len())
            .filter(|&user| self.items[user].operands.contains(&place))
            .collect();
        line(svg, (begin, y), (end, y), users.is_empty());
        let last = users.iter().map(|&user| self.layout.column_of[user]).max().unwrap_or(column);
        let mut at = (end, y);
        for column in column + 1..=last {
            if self.rows.begins_row(column) {
                let turn = self.rows.turn(column, place, at);
                path(svg, &turn, "");
                at = turn[turn.len() - 1];
            }
            let left = self.columns[column].left;
            for &user in users.iter().filter(|&&user| self.layout.column_of[user] == column) {
                line(svg, at, (left, self.y(column, Slot::Node(user))), true);
            }
            if column < last {
                let y = self.y(column, Slot::Pass(place));
                line(svg, at, (left, y), false);
                at = (self.columns[column].end, y);
                line(svg, (left, y), at, false);
            }
        }
    }

    /// The shape above an arrow, the sizes of values and gradients below it.
    fn label(&self, svg: &mut String, place: usize, middle: f64, y: f64) {
        let centred = r#"text-anchor="middle""#;
        text(svg, (middle, y - 6.0), centred, &self.drawing.label(place));
        let Some(trace) = self.drawing.layer(place).and_then(|layer| layer.trace.as_ref()) else {
            return;
        };
        let style = format!(r##"text-anchor="middle" font-size="{SMALL}" fill="#444""##);
        text(svg, (middle, y + 14.0), &style, &format!("size {}", three_digits(trace.value)));
        let style = format!(r#"text-anchor="middle" font-size="{SMALL}" fill="{BACK}""#);
        let gradient = format!("gradient {}", three_digits(trace.gradient));
        text(svg, (middle, y + 28.0), &style, &gradient);
    }
}
