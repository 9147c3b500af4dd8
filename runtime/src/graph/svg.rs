//! A drawing as SVG: nodes as circles, values above the arrows, derivatives
//! below them, from left to right.

use std::fmt::Write;

use super::drawing::{Drawing, Kind, Node};
use super::layout::{Item, Layout, Slot};

/// Half the width of a circle.
const RADIUS: f64 = 20.0;
/// The size of values and symbols.
pub(super) const FONT: f64 = 14.0;
/// The size of names.
pub(super) const SMALL: f64 = 11.0;
/// The room around everything.
pub(super) const MARGIN: f64 = 16.0;
/// The colour of all that flows back.
pub(super) const BACK: &str = "#b3261e";

/// How wide a text is, at most: fonts differ.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * 0.65
}

/// A text without marks that mean something in XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The beginning of a picture: its size, arrow heads, a white ground.
pub(super) fn begin(svg: &mut String, width: f64, height: f64, title: &str) {
    let title = escaped(title);
    _ = write!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0}" height="{height:.0}" viewBox="0 0 {width:.0} {height:.0}" font-family="Helvetica, Arial, sans-serif" font-size="{FONT}">
<title>{title}</title>
<defs>
<marker id="forward" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0,1 L10,5 L0,9 z" fill="#222"/></marker>
<marker id="back" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="6" markerHeight="6" orient="auto"><path d="M0,0 L10,5 L0,10 z" fill="{BACK}"/></marker>
</defs>
<rect width="100%" height="100%" fill="#fff"/>
"##
    );
}

/// A text around or from a point.
pub(super) fn text(svg: &mut String, (x, y): (f64, f64), style: &str, text: &str) {
    let text = escaped(text);
    _ = writeln!(svg, r#"<text x="{x:.1}" y="{y:.1}" {style}>{text}</text>"#);
}

/// A drawing with all places known.
struct Picture<'a> {
    drawing: &'a Drawing,
    layout: Layout,
    /// Where the circles of each column have their middle.
    middles: Vec<f64>,
    /// Where the labels of each column end.
    ends: Vec<f64>,
    /// What is added to heights, so that the first is on the page.
    top: f64,
}

impl Drawing {
    /// The drawing as the text of an SVG file.
    #[must_use]
    pub fn svg(&self) -> String {
        let items: Vec<Item> = self.nodes.iter().map(Node::item).collect();
        let layout = Layout::new(&items, |slot| self.room(slot));
        let edges = |above: bool| {
            let layout = &layout;
            layout.columns.iter().zip(&layout.heights).flat_map(move |(slots, heights)| {
                slots.iter().zip(heights).map(move |(&slot, height)| {
                    let (over, under) = self.room(slot);
                    if above { height - over } else { height + under }
                })
            })
        };
        let top = MARGIN - edges(true).fold(f64::INFINITY, f64::min);
        let bottom = edges(false).fold(f64::NEG_INFINITY, f64::max) + top + MARGIN;
        let (middles, ends) = self.columns(&layout);
        let right = ends.last().copied().unwrap_or_default() + MARGIN;
        let picture = Picture { drawing: self, layout, middles, ends, top };

        let mut svg = String::new();
        begin(&mut svg, right, bottom, self.title);
        for node in 0..self.nodes.len() {
            picture.flow(&mut svg, node);
        }
        for node in 0..self.nodes.len() {
            picture.node(&mut svg, node);
        }
        svg += "</svg>\n";
        svg
    }

    /// The room that a slot takes above and below its middle.
    fn room(&self, slot: Slot) -> (f64, f64) {
        let Slot::Node(node) = slot else { return (12.0, 12.0) };
        let above = match self.nodes[node].kind {
            Kind::Function if self.nodes[node].is_named => 42.0,
            _ => 28.0,
        };
        (above, if self.derivatives[node].is_some() { 32.0 } else { 26.0 })
    }

    /// The middles of the columns, and where their labels end.
    fn columns(&self, layout: &Layout) -> (Vec<f64>, Vec<f64>) {
        let (mut middles, mut ends) = (Vec::new(), Vec::new());
        let mut left = MARGIN;
        for (column, slots) in layout.columns.iter().enumerate() {
            let nodes = slots.iter().filter_map(|slot| match slot {
                Slot::Node(node) => Some(*node),
                Slot::Pass(_) => None,
            });
            let widest =
                |width: &dyn Fn(usize) -> f64| nodes.clone().map(width).fold(0.0, f64::max);
            let name = widest(&|node| match self.nodes[node].kind {
                Kind::Function => 2.0 * RADIUS,
                _ => text_width(self.nodes[node].name, FONT) + 8.0,
            });
            let label = widest(&|node| {
                let (value, derivative) =
                    (self.value(node), self.derivative(node).unwrap_or_default());
                let named = self.nodes[node].is_named && self.nodes[node].kind == Kind::Function;
                let name = if named { text_width(self.nodes[node].name, SMALL) } else { 0.0 };
                text_width(&value, FONT).max(text_width(&derivative, FONT)).max(name)
            });
            let middle = left + name / 2.0;
            let end = middle + (name / 2.0).max(RADIUS) + label + 16.0;
            middles.push(middle);
            ends.push(end);
            left = end + self.gap(layout, column);
        }
        (middles, ends)
    }

    /// The room between a column and the next: arrows are not to be steep.
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
        (steepest * 0.7).clamp(28.0, 160.0)
    }
}

impl Picture<'_> {
    fn y(&self, column: usize, slot: Slot) -> f64 {
        self.layout.height(column, slot) + self.top
    }

    /// Where the arrow of a node begins.
    fn begin(&self, node: usize) -> f64 {
        let middle = self.middles[self.layout.column_of[node]];
        match self.drawing.nodes[node].kind {
            Kind::Function => middle + RADIUS,
            _ => middle + text_width(self.drawing.nodes[node].name, FONT) / 2.0 + 4.0,
        }
    }

    /// A node's circle with its symbol, or its name.
    fn node(&self, svg: &mut String, place: usize) {
        let node = &self.drawing.nodes[place];
        let column = self.layout.column_of[place];
        let (x, y) = (self.middles[column], self.y(column, Slot::Node(place)));
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

    /// What goes out of a node: its arrows, with the value and the derivative.
    fn flow(&self, svg: &mut String, node: usize) {
        let column = self.layout.column_of[node];
        let (begin, end) = (self.begin(node), self.ends[column]);
        let y = self.y(column, Slot::Node(node));
        let users: Vec<usize> = (0..self.drawing.nodes.len())
            .filter(|&user| self.drawing.nodes[user].operands.contains(&node))
            .collect();
        self.label(svg, node, (begin, end), y);
        if users.is_empty() {
            line(svg, (begin, y), (end, y), true);
            return;
        }
        line(svg, (begin, y), (end, y), false);
        let last = users.iter().map(|&user| self.layout.column_of[user]).max().unwrap_or(column);
        let mut at = (end, y);
        for column in column + 1..=last {
            for &user in users.iter().filter(|&&user| self.layout.column_of[user] == column) {
                self.arrows(svg, node, user, at);
            }
            if column < last {
                let y = self.y(column, Slot::Pass(node));
                let enters = (self.middles[column] - RADIUS, y);
                line(svg, at, enters, false);
                at = (self.ends[column], y);
                line(svg, enters, at, false);
            }
        }
    }

    /// The arrows from a point to a node: two where it takes a value twice.
    fn arrows(&self, svg: &mut String, node: usize, user: usize, from: (f64, f64)) {
        let column = self.layout.column_of[user];
        let middle = (self.middles[column], self.y(column, Slot::Node(user)));
        let operands = self.drawing.nodes[user].operands;
        let count = operands.iter().filter(|&&operand| operand == node).count();
        let mut turn = if count > 1 { -0.45 } else { 0.0 };
        for (place, _) in operands.iter().enumerate().filter(|(_, operand)| **operand == node) {
            let angle = (middle.1 - from.1).atan2(middle.0 - from.0) - turn;
            turn = -turn;
            let at = |distance: f64| {
                (middle.0 - distance * angle.cos(), middle.1 - distance * angle.sin())
            };
            line(svg, from, at(RADIUS), true);
            if self.drawing.nodes[user].is_ordered() {
                // Beside the head of the arrow, away from the other operand.
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
        if node.is_named && node.kind == Kind::Function {
            let style = format!(r##"text-anchor="middle" font-size="{SMALL}" fill="#666""##);
            text(svg, (middle, y - 22.0), &style, node.name);
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

/// A line, perhaps with a head at its end.
pub(super) fn line(svg: &mut String, from: (f64, f64), to: (f64, f64), has_head: bool) {
    let ((x1, y1), (x2, y2)) = (from, to);
    let head = if has_head { r#" marker-end="url(#forward)""# } else { "" };
    _ = writeln!(
        svg,
        r##"<path d="M{x1:.1},{y1:.1} L{x2:.1},{y2:.1}" stroke="#222" stroke-width="1.2" fill="none"{head}/>"##
    );
}
