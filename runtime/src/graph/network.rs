//! The layers of a declared network as boxes, from left to right.

use std::fmt::Write;

use super::drawing::{Kind, significant};
use super::layout::{Item, Layout, Slot};
use super::svg::{BACK, FONT, MARGIN, SMALL, begin, escaped, line, text, text_width};
use super::text::quoted;
use crate::kernels::sum_of_squares;
use crate::network::declared::Network;
use crate::network::info::LayerInfo;
use crate::network::trace::{LayerTrace, Trace};
use crate::params::tensor::TensorInfo;
use crate::scalar::Scalar;

/// A network to be drawn: its layers with the shapes of their outputs, their
/// parameters, and the norms of those and of their gradients; where a
/// [`Trace`] is given, the sizes of what flows from layer to layer, forward above
/// the arrows and backward below them.
///
/// ```
/// use chainrule::graph::NetworkDrawing;
/// use chainrule::{Init, Rng, network};
///
/// network! { struct Net = Affine(2, 8) -> Relu -> Affine(8, 2) => SoftmaxWithLoss; }
///
/// let net = Net::new(Init::He, &mut Rng::seed(0));
/// let (x, t) = ([[0.5, -1.0]], [1]);
/// let drawing = NetworkDrawing::new(&*net)
///     .with_gradients(&*net.gradient(&x, &t)?)
///     .with_trace(&net.trace(&x, &t)?);
/// assert!(drawing.svg().contains("batch × 8"));
/// assert!(drawing.mermaid().contains("24 parameters"));
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct NetworkDrawing {
    title: &'static str,
    /// The inputs, and the features of each.
    inputs: &'static [(&'static str, usize)],
    layers: Vec<Layer>,
}

/// A layer with what stands in its box.
#[derive(Clone, Debug)]
struct Layer {
    info: LayerInfo,
    tensors: Vec<Tensor>,
    trace: Option<LayerTrace>,
}

/// A tensor of a layer with its norms.
#[derive(Clone, Debug)]
struct Tensor {
    info: TensorInfo,
    norm: f64,
    gradient: Option<f64>,
}

impl NetworkDrawing {
    /// The layers of a network with the norms of its parameters.
    #[must_use]
    pub fn new<N: Network>(network: &N) -> NetworkDrawing {
        let parameters = network.parameters();
        let layers = N::LAYERS.iter().map(|&info| {
            let belongs = |tensor: &&TensorInfo| {
                let name = tensor.to_string();
                name.strip_prefix(info.name).is_some_and(|rest| rest.starts_with('.'))
            };
            let tensors = N::TENSORS.iter().filter(belongs);
            let tensors = tensors.map(|&info| Tensor {
                info,
                norm: norm(info.of(parameters)),
                gradient: None,
            });
            Layer { info, tensors: tensors.collect(), trace: None }
        });
        NetworkDrawing { title: N::NAME, inputs: N::INPUT_PARTS, layers: layers.collect() }
    }

    /// The same with the norms of gradients of that network.
    #[must_use]
    pub fn with_gradients<N: Network>(mut self, grads: &N) -> NetworkDrawing {
        let gradients = grads.parameters();
        for tensor in self.layers.iter_mut().flat_map(|layer| &mut layer.tensors) {
            tensor.gradient = Some(norm(tensor.info.of(gradients)));
        }
        self
    }

    /// The same with the sizes of what flows between the layers.
    #[must_use]
    pub fn with_trace(mut self, trace: &Trace) -> NetworkDrawing {
        for (layer, trace) in self.layers.iter_mut().zip(&trace.layers) {
            layer.trace = Some(trace.clone());
        }
        self
    }

    /// What is placed: the inputs, then the layers, the last of which is the loss.
    fn items(&self) -> Vec<Item> {
        let inputs = self.inputs.iter().map(|_| Item { kind: Kind::Input, operands: Vec::new() });
        let layers = self.layers.iter().map(|layer| {
            let operands = layer.info.from.iter().filter_map(|from| self.place(from)).collect();
            Item { kind: Kind::Function, operands }
        });
        inputs.chain(layers).collect()
    }

    /// The place of what has a name among the inputs and layers.
    fn place(&self, name: &str) -> Option<usize> {
        let layers = self.layers.iter().map(|layer| layer.info.name);
        self.inputs.iter().map(|(input, _)| *input).chain(layers).position(|other| other == name)
    }

    /// The layer at a place, `None` for an input.
    fn layer(&self, place: usize) -> Option<&Layer> {
        self.layers.get(place.checked_sub(self.inputs.len())?)
    }

    /// The words in the box of a place; an input has its name.
    fn words(&self, place: usize) -> Vec<String> {
        match self.layer(place) {
            Some(layer) => layer.lines(),
            None => vec![self.inputs[place].0.to_owned()],
        }
    }

    /// What stands above the arrow from a place: what flows there.
    fn label(&self, place: usize) -> String {
        let is_loss = place + 1 == self.inputs.len() + self.layers.len();
        let features = self.layer(place).map(|layer| layer.info.outputs);
        match features {
            _ if is_loss => "loss".to_owned(),
            Some(features) => format!("batch × {features}"),
            None => format!("batch × {}", self.inputs[place].1),
        }
    }

    /// The drawing as the text of an SVG file.
    #[must_use]
    pub fn svg(&self) -> String {
        let items = self.items();
        let boxes: Vec<Vec<String>> = (0..items.len()).map(|place| self.words(place)).collect();
        let layout = Layout::new(&items, |slot| room(&boxes, slot));
        let heights = layout.columns.iter().zip(&layout.heights).flat_map(|(slots, heights)| {
            slots.iter().zip(heights).map(|(&slot, &height)| (height, room(&boxes, slot)))
        });
        let top = heights.clone().map(|(y, (above, _))| y - above).fold(f64::INFINITY, f64::min);
        let bottom = heights.map(|(y, (_, below))| y + below).fold(f64::NEG_INFINITY, f64::max);
        let top = HEAD - top;
        let lefts = lefts(&layout, &boxes);
        let right = lefts.last().copied().unwrap_or_default();
        let picture = Picture { drawing: self, items, boxes, layout, lefts, top };

        let mut svg = String::new();
        let least = 2.0 * MARGIN + text_width(self.title, 18.0);
        begin(&mut svg, right.max(least), bottom + top + MARGIN, self.title);
        text(&mut svg, (MARGIN, 28.0), r#"font-size="18" font-weight="bold""#, self.title);
        for place in 0..picture.items.len() {
            picture.arrows(&mut svg, place);
        }
        for place in 0..picture.items.len() {
            picture.words(&mut svg, place);
        }
        svg += "</svg>\n";
        svg
    }

    /// The drawing in the language of Graphviz.
    #[must_use]
    pub fn dot(&self) -> String {
        let mut dot = format!("digraph {} {{\n  rankdir=LR;\n", quoted(self.title));
        dot += "  node [shape=box, style=rounded, fontname=Helvetica];\n";
        dot += "  loss [shape=plaintext];\n";
        for (place, item) in self.items().iter().enumerate() {
            let label = quoted(&self.words(place).join("\\n"));
            let shape = if item.kind == Kind::Input { ", shape=plaintext" } else { "" };
            _ = writeln!(dot, "  n{place} [label={label}{shape}];");
        }
        for (from, to, label) in self.arrows() {
            _ = writeln!(dot, "  {from} -> {to} [label={}];", quoted(&label));
        }
        dot += "}\n";
        dot
    }

    /// The drawing in the language of Mermaid.
    #[must_use]
    pub fn mermaid(&self) -> String {
        let mut mermaid = "flowchart LR\n".to_owned();
        for (place, item) in self.items().iter().enumerate() {
            let lines: Vec<String> = self.words(place).iter().map(|line| escaped(line)).collect();
            let (open, close) = if item.kind == Kind::Input { ("[", "]") } else { ("(", ")") };
            _ = writeln!(mermaid, "  n{place}{open}{}{close}", quoted(&lines.join("<br>")));
        }
        for (from, to, label) in self.arrows() {
            _ = writeln!(mermaid, "  {from} -->|{}| {to}", quoted(&label));
        }
        mermaid
    }

    /// What leads where, with the shape of what flows.
    fn arrows(&self) -> Vec<(String, String, String)> {
        let items = self.items();
        let into = items
            .iter()
            .enumerate()
            .flat_map(|(to, item)| item.operands.iter().map(move |&from| (from, format!("n{to}"))));
        let out = items.len().checked_sub(1).map(|last| (last, "loss".to_owned()));
        let named = |(from, to): (usize, String)| (format!("n{from}"), to, self.label(from));
        into.chain(out).map(named).collect()
    }
}

/// The room above the picture, for its title.
const HEAD: f64 = 44.0;
/// The distance of lines.
const LINE: f64 = 18.0;
/// The room between the columns beside the labels: for arrows that go up or
/// down.
const GAP: f64 = 36.0;

/// How wide and tall the box of some words is.
fn extent(words: &[String]) -> (f64, f64) {
    let widest = words.iter().map(|words| text_width(words, FONT)).fold(0.0, f64::max);
    (widest + 20.0, words.len() as f64 * LINE + 16.0)
}

/// The room that a slot takes above and below its middle.
fn room(boxes: &[Vec<String>], slot: Slot) -> (f64, f64) {
    let Slot::Node(place) = slot else { return (14.0, 14.0) };
    let half = extent(&boxes[place]).1 / 2.0 + 10.0;
    (half.max(30.0), half.max(36.0))
}

/// How wide the labels behind a column are: as long as any can be.
const LABEL: f64 = 104.0;

/// Where each column begins, and where the last ends with its arrow.
fn lefts(layout: &Layout, boxes: &[Vec<String>]) -> Vec<f64> {
    let mut lefts = vec![MARGIN];
    for slots in &layout.columns {
        let widths = slots.iter().map(|slot| match slot {
            Slot::Node(place) => extent(&boxes[*place]).0,
            Slot::Pass(_) => 0.0,
        });
        let left = lefts.last().copied().unwrap_or_default();
        lefts.push(left + widths.fold(0.0, f64::max) + LABEL + GAP);
    }
    lefts
}

/// A drawing with all places known.
struct Picture<'a> {
    drawing: &'a NetworkDrawing,
    items: Vec<Item>,
    boxes: Vec<Vec<String>>,
    layout: Layout,
    lefts: Vec<f64>,
    /// What is added to heights, so that the first is on the page.
    top: f64,
}

impl Picture<'_> {
    fn y(&self, column: usize, slot: Slot) -> f64 {
        self.layout.height(column, slot) + self.top
    }

    /// The box of a layer, or the name of an input.
    fn words(&self, svg: &mut String, place: usize) {
        let column = self.layout.column_of[place];
        let (left, y) = (self.lefts[column], self.y(column, Slot::Node(place)));
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

    /// What goes out of a box: its arrows, with the shape of what flows.
    fn arrows(&self, svg: &mut String, place: usize) {
        let column = self.layout.column_of[place];
        let y = self.y(column, Slot::Node(place));
        let begin = self.lefts[column] + extent(&self.boxes[place]).0;
        let end = self.lefts[column + 1] - GAP;
        self.label(svg, place, f64::midpoint(end - LABEL, end), y);
        let users: Vec<usize> = (0..self.items.len())
            .filter(|&user| self.items[user].operands.contains(&place))
            .collect();
        line(svg, (begin, y), (end, y), users.is_empty());
        let column_of = |user: &usize| self.layout.column_of[*user];
        let last = users.iter().map(column_of).max().unwrap_or(column);
        let mut at = (end, y);
        for column in column + 1..=last {
            for user in users.iter().filter(|user| column_of(user) == column) {
                line(svg, at, (self.lefts[column], self.y(column, Slot::Node(*user))), true);
            }
            if column < last {
                let y = self.y(column, Slot::Pass(place));
                let enters = (self.lefts[column], y);
                line(svg, at, enters, false);
                at = (self.lefts[column + 1] - GAP, y);
                line(svg, enters, at, false);
            }
        }
    }

    /// The shape above an arrow, with the size of the values, and below it that
    /// of the derivatives.
    fn label(&self, svg: &mut String, place: usize, middle: f64, y: f64) {
        let centred = r#"text-anchor="middle""#;
        text(svg, (middle, y - 6.0), centred, &self.drawing.label(place));
        let Some(trace) = self.drawing.layer(place).and_then(|layer| layer.trace.as_ref()) else {
            return;
        };
        let style = format!(r##"text-anchor="middle" font-size="{SMALL}" fill="#444""##);
        text(svg, (middle, y + 14.0), &style, &format!("size {}", rounded(trace.value)));
        let style = format!(r#"text-anchor="middle" font-size="{SMALL}" fill="{BACK}""#);
        text(svg, (middle, y + 28.0), &style, &format!("gradient {}", rounded(trace.gradient)));
    }
}

impl Layer {
    /// The words in its box.
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.info.layer.to_owned()];
        if self.info.layer != self.info.name {
            lines.push(self.info.name.to_owned());
        }
        if self.info.parameters > 0 {
            lines.push(format!("{} parameters", self.info.parameters));
        }
        for tensor in &self.tensors {
            let name = tensor.info.to_string();
            let name = name.split_once('.').map_or(&*name, |(_, inner)| inner);
            lines.push(format!("‖{name}‖ = {}", rounded(tensor.norm)));
            if let Some(gradient) = tensor.gradient {
                lines.push(format!("‖d {name}‖ = {}", rounded(gradient)));
            }
        }
        lines
    }
}

/// The Euclidean norm.
fn norm<T: Scalar>(values: &[T]) -> f64 {
    sum_of_squares(values).sqrt()
}

/// A norm with three digits, which is all that one looks for.
fn rounded(norm: f64) -> String {
    significant(format!("{norm:.2e}").parse().unwrap_or(norm))
}
