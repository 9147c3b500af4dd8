//! The `cargo doc` page of a declared network: drawing, layer table, totals.

use syn::Attribute;

use super::network::{Member, Network};
use crate::common::tokens::source;
use crate::network::model::{self, Losses, Operand, View};
use crate::network::registry::{ChannelKind, Role, WindowKind};
use crate::network::size::Size;

impl Network<'_> {
    /// The lines of documentation after the user's own.
    pub(super) fn documentation(&self) -> Vec<String> {
        let is_documentation = |attribute: &Attribute| attribute.path().is_ident("doc");
        let mut lines = Vec::new();
        if !self.attributes.iter().any(is_documentation) {
            let what = if self.model.is_layer() { "A layer" } else { "A network" };
            lines.push(match (counted(&self.input, "input"), counted(self.output(), "output")) {
                (Some(inputs), Some(outputs)) => format!("{what} of {inputs} and {outputs}."),
                (Some(one), None) | (None, Some(one)) => format!("{what} of {one}."),
                (None, None) => format!("{what}."),
            });
        }
        lines.extend([String::new(), "```text".to_owned()]);
        lines.extend(self.drawing());
        lines.extend(["```".to_owned(), String::new()]);
        lines.extend(self.table());
        lines.push(String::new());
        if self.model.is_layer() {
            lines.extend(
                self.known_total().map(|total| format!("{} parameters.", thousands(total))),
            );
            return lines;
        }
        if lines.iter().any(|line| line.contains(OPEN)) {
            lines.push(format!(
                "Sizes written as `{OPEN}` are defined by the types of the layers; \
                 [`INPUTS`](Self::INPUTS) and [`OUTPUTS`](Self::OUTPUTS) are those of the network."
            ));
            lines.push(String::new());
        }
        lines.push(match self.known_total() {
            Some(total) => format!("{} parameters.", thousands(total)),
            None => "[`PARAMS`](Self::PARAMS) is the number of all parameters.".to_owned(),
        });
        lines
    }

    /// A row per layer.
    fn table(&self) -> Vec<String> {
        let mut lines = vec![
            "| name | layer | outputs | parameters |".to_owned(),
            "|---|---|---:|---:|".to_owned(),
        ];
        for (at, node) in self.model.nodes.iter().enumerate() {
            let (name, written, parameters) = match node.operation {
                model::Operation::Part(_) => continue,
                model::Operation::Layer(layer) => {
                    let member = &self.layers[layer];
                    let written = format!("{}{}", self.views_before(at), member.declaration());
                    (member.layer.title(), written, parameters(member))
                }
                model::Operation::Again(_) => {
                    let written = format!("{}{}", self.views_before(at), source(&node.tokens));
                    (self.titles[at].clone(), written, "0".to_owned())
                }
                _ => (self.titles[at].clone(), source(&node.tokens), "0".to_owned()),
            };
            let outputs = &self.nodes[at].width;
            let outputs = match outputs.value {
                Some(count) if outputs.dims().is_empty() => thousands(count),
                _ => shown(outputs),
            };
            lines.push(format!("| `{name}` | `{written}` | {outputs} | {parameters} |"));
        }
        let loss = self.losses.map(Losses::source);
        let row = loss.map(|loss| format!("| | `{loss}` | {} | 0 |", shown(self.output())));
        lines.extend(row);
        lines
    }

    /// `(784)--[Affine]--(50)--[Relu]--(50)==[SoftmaxWithLoss]`; for a network with several paths,
    /// its lines.
    fn drawing(&self) -> Vec<String> {
        if !self.model.lines.is_empty() {
            return self.model.lines.clone();
        }
        let mut drawing = format!("({})", shown(&self.input));
        for (node, width) in self.model.nodes.iter().zip(&self.nodes) {
            node.operands.iter().for_each(|operand| drawing += &self.view_drawing(operand));
            let layer = match node.operation {
                model::Operation::Layer(layer) => source(&self.layers[layer].layer.call.path),
                _ => source(&node.tokens),
            };
            drawing += &format!("--[{layer}]--({})", shown(&width.width));
        }
        self.model.outputs.iter().for_each(|output| drawing += &self.view_drawing(output));
        if let Some(losses) = self.losses {
            drawing += &format!("==[{}]", losses.source());
        }
        vec![drawing]
    }

    /// `--[Flatten]--(784)`, if a value is read in another shape.
    fn view_drawing(&self, operand: &Operand) -> String {
        let Some(view) = self.view(operand) else { return String::new() };
        let size = match operand.view {
            Some(View::Reshaped(at)) => self.model.reshapes[at].size.clone(),
            _ => match operand.source {
                model::Source::Node(node) => Some(self.nodes[node].width.flat()),
                _ => Some(self.input.flat()),
            },
        };
        let size = size.as_ref().map(shown).unwrap_or_default();
        format!("--[{view}]--({size})")
    }

    /// The number of parameters, if all sizes are known to the macro.
    fn known_total(&self) -> Option<u64> {
        self.layers.iter().map(known_parameters).sum()
    }
}

/// A size that only the type of a layer defines.
const OPEN: &str = "…";

/// A size as it is written in the declaration, or [`OPEN`].
fn shown(size: &Size) -> String {
    if size.is_written() { size.to_string() } else { OPEN.to_owned() }
}

/// `1 input`, `784 inputs`; `None` if the size is not in the declaration.
fn counted(size: &Size, noun: &str) -> Option<String> {
    let plural = if size.value == Some(1) { "" } else { "s" };
    size.is_written().then(|| format!("{size} {noun}{plural}"))
}

/// The number of a layer's parameters, as a number or a formula.
fn parameters(member: &Member<'_>) -> String {
    match (member.layer.spec.role, known_parameters(member)) {
        (_, Some(count)) => thousands(count),
        (Role::Layer { formula, .. }, None) => {
            formula(&shown(&member.inputs), &shown(&member.outputs), member.layer.has_bias)
        }
        (Role::ShapePreserving { parameters, .. }, None) => {
            format!("{parameters} · {}", shown(normalised(member)))
        }
        _ => String::new(),
    }
}

/// The channels or features that a normalization has parameters for.
fn normalised<'m>(member: &'m Member<'_>) -> &'m Size {
    let is_per_channel = member.layer.spec.traits.is_per_channel
        || matches!(member.layer.spec.role, Role::Channels(_));
    match member.inputs.dims() {
        [channels, ..] if is_per_channel => channels,
        _ => &member.inputs,
    }
}

/// The number of a layer's parameters, if all its sizes are known to the macro.
fn known_parameters(member: &Member<'_>) -> Option<u64> {
    match member.layer.spec.role {
        Role::Layer { parameters, .. } => {
            Some(parameters(member.inputs.value?, member.outputs.value?, member.layer.has_bias))
        }
        Role::Custom => None,
        Role::Sequence(kind) => member.sequence_parameters(kind),
        Role::Window(kind, _) if kind.has_filters() => {
            let [channels, ..] = member.inputs.dims() else { return None };
            let [filters, ..] = member.outputs.dims() else { return None };
            let window = member.layer.window.as_ref()?;
            let [height, width] = &window.kernel;
            let taps = height.value?.checked_mul(width.value?)?;
            let (whole, of_group) = match kind {
                WindowKind::ConvTranspose => (channels, filters),
                _ => (filters, channels),
            };
            let weights = whole.value?.checked_mul(window.group_channels(of_group).value?)?;
            let biases = if member.layer.has_bias { filters.value? } else { 0 };
            weights.checked_mul(taps)?.checked_add(biases)
        }
        Role::Channels(ChannelKind::GroupNorm) => normalised(member).value?.checked_mul(2),
        Role::ShapePreserving { parameters: 0, .. }
        | Role::Activation
        | Role::Window(..)
        | Role::Channels(_)
        | Role::TrainOnly
        | Role::Loss => Some(0),
        Role::ShapePreserving { parameters, .. } => {
            normalised(member).value?.checked_mul(parameters)
        }
    }
}

/// Formats `39760` as `39,760`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
