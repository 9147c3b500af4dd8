//! A graph as SVG: nodes as circles, values above the arrows, derivatives below
//! them, from left to right.

use core::fmt::Write;

use super::canvas::{BACK, FONT, MARGIN, SMALL, begin, line, path, text, text_width};
use super::graph::{Drawing, Node};
use super::layout::{Item, Kind, Layout, Slot};
use super::rows::Rows;
use super::text::escaped;

/// The radius of a circle.
const RADIUS: f64 = 20.0;
/// The least space between a column's labels and the next column.
const GAP: f64 = 28.0;

/// The horizontal extent of a column.
struct Column {
    /// The middle of the circles.
    middle: f64,
    /// The end of the labels.
    end: f64,
}

/// A drawing whose nodes are placed.
struct Picture<'a> {
    drawing: &'a Drawing,
    layout: Layout,
    rows: Rows,
    columns: Vec<Column>,
}

impl Drawing {
    /// The drawing as the text of an SVG file. A drawing that is wider than 1300 pixels
    /// is broken into rows.
    #[must_use]
    pub fn svg(&self) -> String {
        let items: Vec<Item> = self.nodes.iter().map(Node::item).collect();
        let layout = Layout::new(&items, |slot| self.room(slot));
        let sizes: Vec<Size> = (0..layout.columns.len()).map(|c| self.size(&layout, c)).collect();
        let widths: Vec<f64> = sizes.iter().map(Size::width).collect();
        let rows = Rows::new(&layout, &items, &widths, MARGIN, |slot| self.room(slot));
        let columns = place(&sizes, &rows);
        let right = columns.iter().map(|column| column.end).fold(0.0, f64::max);
        let (width, height) = (right + rows.turn_width() + MARGIN, rows.bottom() + MARGIN);
        let picture = Picture { drawing: self, layout, rows, columns };

        let mut svg = String::new();
        begin(&mut svg, width, height, self.title);
        for node in 0..self.nodes.len() {
            picture.flow(&mut svg, node);
        }
        for node in 0..self.nodes.len() {
            picture.node(&mut svg, node);
        }
        svg += "</svg>\n";
        svg
    }

    /// The space that a slot takes above and below its middle.
    fn room(&self, slot: Slot) -> (f64, f64) {
        let Slot::Node(node) = slot else { return (12.0, 12.0) };
        let above = match self.nodes[node].kind {
            Kind::Function if self.nodes[node].is_named => 42.0,
            _ => 28.0,
        };
        (above, if self.derivatives[node].is_some() { 32.0 } else { 26.0 })
    }

    /// The size of a column.
    fn size(&self, layout: &Layout, column: usize) -> Size {
        let nodes = layout.columns[column].iter().filter_map(|slot| match slot {
            Slot::Node(node) => Some(*node),
            Slot::Pass(_) => None,
        });
        let widest = |width: &dyn Fn(usize) -> f64| nodes.clone().map(width).fold(0.0, f64::max);
        let name = widest(&|node| match self.nodes[node].kind {
            Kind::Function => 2.0 * RADIUS,
            _ => text_width(self.nodes[node].name, FONT) + 8.0,
        });
        let label = widest(&|node| {
            let (value, derivative) = (self.value(node), self.derivative(node).unwrap_or_default());
            let name = self.nodes[node].label().map_or(0.0, |name| text_width(name, SMALL));
            text_width(&value, FONT).max(text_width(&derivative, FONT)).max(name)
        });
        Size { name, label, gap: self.gap(layout, column) }
    }

    /// The space between a column and the next, which limits the slope of arrows.
    fn gap(&self, layout: &Layout, column: usize) -> f64 {
        let mut steepest = 0.0_f64;
        for &slot in layout.columns.get(column + 1).map_or(&[][..], Vec::as_slice) {
            let sources = match slot {
                Slot::Node(node) => self.nodes[node].operands,
                Slot::Pass(_) => &[slot.source()],
            };
            for &source in sources {
                let from = layout.place_of(column, source).map(|p| layout.heights[column][p]);
                let rise = layout.height(column + 1, slot) - from.unwrap_or_default();
                steepest = steepest.max(rise.abs());
            }
        }
        (steepest * 0.7).clamp(GAP, 160.0)
    }
}

/// The widths of the parts of a column.
struct Size {
    /// The circles, or the names of inputs and constants.
    name: f64,
    label: f64,
    /// The space before the next column.
    gap: f64,
}

impl Size {
    /// The distance from the middle of the circles to the end of the labels.
    fn after_middle(&self) -> f64 {
        (self.name / 2.0).max(RADIUS) + self.label + 16.0
    }

    fn width(&self) -> f64 {
        self.name / 2.0 + self.after_middle() + self.gap
    }
}

/// Places columns from left to right, row by row.
fn place(sizes: &[Size], rows: &Rows) -> Vec<Column> {
    let mut left = MARGIN;
    let mut columns = Vec::new();
    for (column, size) in sizes.iter().enumerate() {
        if rows.begins_row(column) {
            left = rows.left(column) + GAP;
        }
        let middle = left + size.name / 2.0;
        let end = middle + size.after_middle();
        columns.push(Column { middle, end });
        left = end + size.gap;
    }
    columns
}

impl Picture<'_> {
    fn y(&self, column: usize, slot: Slot) -> f64 {
        self.layout.height(column, slot) + self.rows.offset(column)
    }

    /// The point where the arrow of a node begins.
    fn begin(&self, node: usize) -> f64 {
        let middle = self.columns[self.layout.column_of[node]].middle;
        match self.drawing.nodes[node].kind {
            Kind::Function => middle + RADIUS,
            _ => middle + text_width(self.drawing.nodes[node].name, FONT) / 2.0 + 4.0,
        }
    }

    /// A node's circle with its symbol, or its name.
    fn node(&self, svg: &mut String, place: usize) {
        let node = &self.drawing.nodes[place];
        let column = self.layout.column_of[place];
        let (x, y) = (self.columns[column].middle, self.y(column, Slot::Node(place)));
        if node.kind != Kind::Function {
            text(svg, (x, y + 5.0), r#"text-anchor="middle""#, node.name);
            return;
        }
        let size = match node.symbol.chars().count() {
            1 => 20,
            2 | 3 => 14,
            _ => 12,
        };
        let title = escaped(&format!("{} = {}", node.name, node.source));
        _ = writeln!(
            svg,
            r##"<circle cx="{x:.1}" cy="{y:.1}" r="{RADIUS}" fill="#fff" stroke="#222" stroke-width="1.5"><title>{title}</title></circle>"##
        );
        let style = format!(r#"text-anchor="middle" font-size="{size}""#);
        text(svg, (x, y + f64::from(size) * 0.35), &style, node.symbol);
    }

    /// The arrows from a node to all users of its value, with the value and the
    /// derivative.
    fn flow(&self, svg: &mut String, node: usize) {
        let column = self.layout.column_of[node];
        let (begin, end) = (self.begin(node), self.columns[column].end);
        let y = self.y(column, Slot::Node(node));
        let users: Vec<usize> = (0..self.drawing.nodes.len())
            .filter(|&user| self.drawing.nodes[user].operands.contains(&node))
            .collect();
        self.label(svg, node, (begin, end), y);
        line(svg, (begin, y), (end, y), users.is_empty());
        let last = users.iter().map(|&user| self.layout.column_of[user]).max().unwrap_or(column);
        let mut at = (end, y);
        for column in column + 1..=last {
            if self.rows.begins_row(column) {
                let turn = self.rows.turn(column, node, at);
                path(svg, &turn, "");
                at = turn[turn.len() - 1];
            }
            for &user in users.iter().filter(|&&user| self.layout.column_of[user] == column) {
                self.arrows(svg, node, user, at);
            }
            if column < last {
                let y = self.y(column, Slot::Pass(node));
                let enters = (self.columns[column].middle - RADIUS, y);
                line(svg, at, enters, false);
                at = (self.columns[column].end, y);
                line(svg, enters, at, false);
            }
        }
    }

    /// The arrows from a point to a node: two where it reads a value twice.
    fn arrows(&self, svg: &mut String, node: usize, user: usize, from: (f64, f64)) {
        let column = self.layout.column_of[user];
        let middle = (self.columns[column].middle, self.y(column, Slot::Node(user)));
        let operands = self.drawing.nodes[user].operands;
        let count = operands.iter().filter(|&&operand| operand == node).count();
        let mut spread = if count > 1 { -0.45 } else { 0.0 };
        for (place, _) in operands.iter().enumerate().filter(|(_, operand)| **operand == node) {
            let angle = (middle.1 - from.1).atan2(middle.0 - from.0) - spread;
            spread = -spread;
            let at = |distance: f64| {
                (middle.0 - distance * angle.cos(), middle.1 - distance * angle.sin())
            };
            line(svg, from, at(RADIUS), true);
            if self.drawing.nodes[user].is_ordered() {
                // Next to the head of the arrow, away from the other operand.
                let (x, y) = at(RADIUS + 9.0);
                let letter = ["a", "b"][place.min(1)];
                let up = if from.1 <= middle.1 { 8.0 } else { -8.0 };
                let (x, y) = (x + up * angle.sin(), y - up * angle.cos() + 4.0);
                let style = format!(r##"text-anchor="middle" font-size="{SMALL}" fill="#666""##);
                text(svg, (x, y), &style, letter);
            }
        }
    }

    /// The value above an arrow, the derivative below it, with its own arrow.
    fn label(&self, svg: &mut String, place: usize, (begin, end): (f64, f64), y: f64) {
        let node = &self.drawing.nodes[place];
        let middle = f64::midpoint(begin, end);
        text(svg, (middle, y - 6.0), r#"text-anchor="middle""#, &self.drawing.value(place));
        if let Some(name) = node.label() {
            let style = format!(r##"text-anchor="middle" font-size="{SMALL}" fill="#666""##);
            text(svg, (middle, y - 22.0), &style, name);
        }
        let Some(derivative) = self.drawing.derivative(place) else { return };
        let (from, to, below) = (end - 4.0, begin + 4.0, y + 8.0);
        _ = writeln!(
            svg,
            r#"<path d="M{from:.1},{below:.1} L{to:.1},{below:.1}" stroke="{BACK}" stroke-width="1.5" marker-end="url(#back)"/>"#
        );
        let style = format!(r#"text-anchor="middle" fill="{BACK}""#);
        text(svg, (middle, y + 25.0), &style, &derivative);
    }
}
