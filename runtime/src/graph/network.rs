//! The layers of a declared network as boxes in a row.

use std::fmt::Write;

use super::drawing::significant;
use super::svg::{begin, escaped, line, text};
use super::text::quoted;
use crate::network::{LayerInfo, Network};
use crate::scalar::Scalar;
use crate::tensor::TensorInfo;

/// A network to be drawn: its layers with the shapes of their outputs, their
/// parameters, and the norms of those and of their gradients.
///
/// ```
/// use chainrule::graph::NetworkDrawing;
/// use chainrule::{Init, Rng, network};
///
/// network! { struct Net = Affine(2, 8) -> Relu -> Affine(8, 2) => SoftmaxWithLoss; }
///
/// let net = Net::new(Init::He, &mut Rng::seed(0));
/// let grads = net.gradient(&[[0.5, -1.0]], &[1])?;
/// let drawing = NetworkDrawing::new(&*net).with_gradients(&*grads);
/// assert!(drawing.svg().contains("batch × 8"));
/// assert!(drawing.mermaid().contains("24 parameters"));
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct NetworkDrawing {
    title: &'static str,
    inputs: usize,
    layers: Vec<Layer>,
}

/// A layer with what stands in its box.
#[derive(Clone, Debug)]
struct Layer {
    info: LayerInfo,
    tensors: Vec<Tensor>,
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
            Layer { info, tensors: tensors.collect() }
        });
        NetworkDrawing { title: N::NAME, inputs: N::INPUTS, layers: layers.collect() }
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

    /// The drawing as the text of an SVG file.
    #[must_use]
    pub fn svg(&self) -> String {
        const HEAD: f64 = 46.0;
        const LINE: f64 = 18.0;
        const GAP: f64 = 110.0;
        let boxes: Vec<Vec<String>> = self.layers.iter().map(Layer::lines).collect();
        let width_of = |lines: &Vec<String>| {
            let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
            longest as f64 * 8.0 + 24.0
        };
        let tallest = boxes.iter().map(Vec::len).max().unwrap_or(0) as f64 * LINE + 20.0;
        let width = boxes.iter().map(|lines| width_of(lines) + GAP).sum::<f64>() + GAP + 32.0;
        let mut svg = String::new();
        begin(&mut svg, width, tallest + HEAD + 32.0, self.title);
        text(&mut svg, (16.0, 30.0), r#"font-size="18" font-weight="bold""#, self.title);
        let middle = HEAD + 16.0 + tallest / 2.0;
        let mut left = 16.0;
        let mut features = self.inputs;
        for (layer, lines) in self.layers.iter().zip(&boxes) {
            let shape = format!("batch × {features}");
            line(&mut svg, (left, middle), (left + GAP, middle), true);
            let centre = (left + GAP / 2.0, middle - 8.0);
            text(&mut svg, centre, r#"text-anchor="middle""#, &shape);
            left += GAP;
            let (wide, tall) = (width_of(lines), lines.len() as f64 * LINE + 20.0);
            let top = middle - tall / 2.0;
            _ = writeln!(
                svg,
                r##"<rect x="{left:.1}" y="{top:.1}" width="{wide:.1}" height="{tall:.1}" rx="8" fill="#f2f5fa" stroke="#222" stroke-width="1.5"/>"##
            );
            for (place, words) in lines.iter().enumerate() {
                let style = match place {
                    0 => r#"text-anchor="middle" font-weight="bold""#,
                    _ => r##"text-anchor="middle" fill="#444""##,
                };
                let y = top + 24.0 + place as f64 * LINE;
                text(&mut svg, (left + wide / 2.0, y), style, words);
            }
            left += wide;
            features = layer.info.outputs;
        }
        line(&mut svg, (left, middle), (left + GAP, middle), true);
        text(&mut svg, (left + GAP / 2.0, middle - 8.0), r#"text-anchor="middle""#, "loss");
        svg += "</svg>\n";
        svg
    }

    /// The drawing in the language of Graphviz.
    #[must_use]
    pub fn dot(&self) -> String {
        let mut dot = format!("digraph {} {{\n  rankdir=LR;\n", quoted(self.title));
        dot += "  node [shape=box, style=rounded, fontname=Helvetica];\n";
        dot += "  input [shape=plaintext];\n  loss [shape=plaintext];\n";
        for (place, layer) in self.layers.iter().enumerate() {
            let label = quoted(&layer.lines().join("\\n"));
            _ = writeln!(dot, "  layer{place} [label={label}];");
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
        for (place, layer) in self.layers.iter().enumerate() {
            let lines: Vec<String> = layer.lines().iter().map(|line| escaped(line)).collect();
            _ = writeln!(mermaid, "  layer{place}({})", quoted(&lines.join("<br>")));
        }
        for (from, to, label) in self.arrows() {
            _ = writeln!(mermaid, "  {from} -->|{}| {to}", quoted(&label));
        }
        mermaid
    }

    /// What leads where, with the shape of what flows.
    fn arrows(&self) -> Vec<(String, String, String)> {
        let mut arrows = Vec::new();
        let (mut from, mut features) = ("input".to_owned(), self.inputs);
        for (place, layer) in self.layers.iter().enumerate() {
            let to = format!("layer{place}");
            arrows.push((from, to.clone(), format!("batch × {features}")));
            (from, features) = (to, layer.info.outputs);
        }
        arrows.push((from, "loss".to_owned(), String::from("1")));
        arrows
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
    values.iter().map(|value| value.as_f64() * value.as_f64()).sum::<f64>().sqrt()
}

/// A norm with three digits, which is all that one looks for.
fn rounded(norm: f64) -> String {
    significant(format!("{norm:.2e}").parse().unwrap_or(norm))
}
