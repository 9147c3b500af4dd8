//! A declared network to draw: its layers, with norms and sizes.

use core::fmt::Write;

use super::layout::{Item, Kind};
use super::text::{escaped, quoted, three_digits};
use crate::kernels::scalar::Scalar;
use crate::kernels::sum_of_squares;
use crate::layers::{Graph, LayerInfo, Shape};
use crate::network::declared::Network;
use crate::network::trace::{LayerTrace, Trace};
use crate::params::tensor::{Kind as TensorKind, TensorInfo};

/// A drawing of a network: its layers with output shapes, parameter counts, and norms of parameters
/// and gradients. With a [`Trace`], the arrows also show the magnitudes of values and gradients
/// between layers.
///
/// ```
/// use chainrule::graph::NetworkDrawing;
/// use chainrule::{Init, Rng, network};
///
/// network! { struct Net = Affine(2, 8) -> Relu -> Affine(8, 2) => SoftmaxWithLoss; }
///
/// let net = Net::new(Init::He, &mut Rng::seed(0));
/// let (x, t) = ([[0.5, -1.0]], [1]);
/// let drawing = NetworkDrawing::new(&net)
///     .with_gradients(&net.gradient(&x, &t)?)
///     .with_trace(&net.trace(&x, &t)?);
/// assert!(drawing.svg().contains("batch × 8"));
/// assert!(drawing.mermaid().contains("24 parameters"));
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct NetworkDrawing {
    pub(super) graph: Graph,
    layers: Vec<Layer>,
}

/// A layer and the content of its box.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    info: LayerInfo,
    tensors: Vec<Tensor>,
    pub(super) trace: Option<LayerTrace>,
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
    pub fn new<N: Network>(network: &impl AsRef<N>) -> NetworkDrawing {
        let parameters = network.as_ref().parameters();
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
        NetworkDrawing { graph: N::GRAPH, layers: layers.collect() }
    }

    /// Adds the norms of the gradients of that network. Buffers have none.
    #[must_use]
    pub fn with_gradients<N: Network>(mut self, grads: &impl AsRef<N>) -> NetworkDrawing {
        let gradients = grads.as_ref().parameters();
        for tensor in self.layers.iter_mut().flat_map(|layer| &mut layer.tensors) {
            let is_trained = tensor.info.kind != TensorKind::Buffer;
            tensor.gradient = is_trained.then(|| norm(tensor.info.of(gradients)));
        }
        self
    }

    /// Adds the magnitudes of the values and gradients between the layers.
    #[must_use]
    pub fn with_trace(mut self, trace: &Trace) -> NetworkDrawing {
        for (layer, trace) in self.layers.iter_mut().zip(&trace.layers) {
            layer.trace = Some(trace.clone());
        }
        self
    }

    /// The nodes to place: the inputs, then the layers, the last of which is the loss.
    pub(super) fn items(&self) -> Vec<Item> {
        let inputs =
            self.graph.inputs.iter().map(|_| Item { kind: Kind::Input, operands: Vec::new() });
        let layers = self.layers.iter().map(|layer| {
            let operands = layer.info.from.iter().filter_map(|from| self.place(from)).collect();
            Item { kind: Kind::Function, operands }
        });
        inputs.chain(layers).collect()
    }

    /// The index of a name among the inputs and layers.
    fn place(&self, name: &str) -> Option<usize> {
        let layers = self.layers.iter().map(|layer| layer.info.name);
        self.graph
            .inputs
            .iter()
            .map(|(input, _)| *input)
            .chain(layers)
            .position(|other| other == name)
    }

    /// The layer at an index, `None` for an input.
    pub(super) fn layer(&self, place: usize) -> Option<&Layer> {
        self.layers.get(place.checked_sub(self.graph.inputs.len())?)
    }

    /// The lines in the box at an index; an input shows its name.
    pub(super) fn words(&self, place: usize) -> Vec<String> {
        match self.layer(place) {
            Some(layer) => layer.lines(),
            None => vec![self.graph.inputs[place].0.to_owned()],
        }
    }

    /// The label above the arrow from an index: the names of the value and its shape.
    pub(super) fn label(&self, place: usize) -> String {
        let is_loss = place + 1 == self.graph.inputs.len() + self.layers.len();
        match place.checked_sub(self.graph.inputs.len()) {
            _ if is_loss => "loss".to_owned(),
            Some(row) => {
                format!("{}batch × {}", self.names_of(place), spaced(&self.graph.shape(row)))
            }
            None if self.graph.inputs.len() == 1 => {
                format!("batch × {}", spaced(&self.graph.input_shapes[0]))
            }
            None => format!("batch × {}", self.graph.inputs[place].1),
        }
    }

    /// The names that `let` gives to the output of a layer, before its shape.
    fn names_of(&self, place: usize) -> String {
        let layer = place.checked_sub(self.graph.inputs.len());
        let names = self.graph.values.iter().filter(|(_, row)| Some(*row) == layer);
        names.map(|(name, _)| format!("{name}: ")).collect()
    }

    /// The drawing in the language of Graphviz.
    #[must_use]
    pub fn dot(&self) -> String {
        let mut dot = format!("digraph {} {{\n  rankdir=LR;\n", quoted(self.graph.name));
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

    /// All arrows: begin, end and the shape of the value.
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

impl Layer {
    /// The lines in its box.
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
            lines.push(format!("‖{name}‖ = {}", three_digits(tensor.norm)));
            if let Some(gradient) = tensor.gradient {
                lines.push(format!("‖d {name}‖ = {}", three_digits(gradient)));
            }
        }
        lines
    }
}

/// `8 × 26 × 26`
fn spaced(shape: &Shape) -> String {
    shape.sizes().iter().map(usize::to_string).collect::<Vec<_>>().join(" × ")
}

/// The Euclidean norm.
fn norm<T: Scalar>(values: &[T]) -> f64 {
    sum_of_squares(values).sqrt()
}
