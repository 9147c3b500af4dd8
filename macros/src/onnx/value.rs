//! Values of a model while lines are written.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::layout::Layout;
use super::parameters::{Parameter, product};

/// A value that depends on the inputs.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) form: Form,
    /// The shape of a sample in the library.
    pub(super) shape: Vec<usize>,
    /// Whether a shape of two sizes is channels × length.
    pub(super) is_signal: bool,
    /// Whether several nodes read it, so that its parameters are not changed for one of them.
    pub(super) is_shared: bool,
    /// The axes in the model.
    pub(super) layout: Layout,
}

/// How far a value is computed. Lines are written when a layer needs their value: until then, nodes
/// change the parameters of a layer, or choose some of its outputs.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// A line has this name.
    Named(String),
    /// The output of a layer whose parameters can change.
    Pending(Rc<Pending>),
    /// `scale · x + shift` of each number of a line.
    Scaled { of: String, scale: Vec<f64>, shift: Vec<f64> },
    /// Values side by side, along an axis that is the innermost of the sample, or the outermost. The
    /// lengths are theirs along it.
    Joined { parts: Vec<Value>, lengths: Vec<usize>, is_innermost: bool },
    /// An image or signal with zeros around it, for a convolution.
    Padded { of: String, padding: Vec<(usize, usize)> },
    /// Products of queries and keys.
    Scores(Rc<Scores>),
    /// Nothing, because of these problems.
    Failed(BTreeSet<usize>),
}

/// A layer before it is written.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    /// The names before it, and what is written before it.
    pub(super) from: Vec<String>,
    pub(super) flow: String,
    pub(super) call: Call,
    /// The name of its weight or bias in the file, and what it is called without one.
    pub(super) owner: String,
    pub(super) prefix: &'static str,
    /// The names of its parameters in the file: a layer with the same ones is the same.
    pub(super) key: String,
    pub(super) weight: Parameter,
    /// The outputs that are scaled together, with how many numbers of the weight after another.
    pub(super) channels: usize,
    pub(super) inner: usize,
    /// Whether the channels are the innermost axis of the output, or the outermost.
    pub(super) is_innermost: bool,
    /// Its name, and its values if it has one.
    pub(super) bias: (&'static str, Option<Vec<f64>>),
    /// Further parameters.
    pub(super) others: Vec<Parameter>,
}

/// How a layer is written.
#[derive(Clone, Debug)]
pub(super) enum Call {
    /// `Affine(3)`, with as many outputs as the weight has.
    Affine,
    /// A layer with a setting for its bias: without the closing parenthesis.
    Open(String),
    /// A layer that always has a bias.
    Whole(String),
    /// An attention whose projection at the end is the identity, until a product with its weight comes.
    Unprojected(String),
}

impl Pending {
    /// As it is declared.
    pub(super) fn call(&self) -> String {
        let bias = if self.bias.1.is_some() { "" } else { ", bias = false" };
        match &self.call {
            Call::Affine => format!("Affine({}{bias})", self.channels),
            Call::Open(call) => format!("{call}{bias})"),
            Call::Whole(call) | Call::Unprojected(call) => call.clone(),
        }
    }

    /// The number for each channel, of numbers for each feature of a sample; `None` if they differ
    /// within a channel.
    pub(super) fn of_channels(&self, numbers: &[f64]) -> Option<Vec<f64>> {
        let inner = if self.is_innermost { 1 } else { numbers.len() / self.channels };
        let channel = |at: usize| at / inner % self.channels;
        let found: Vec<f64> = (0..self.channels).map(|at| numbers[at * inner]).collect();
        numbers.iter().enumerate().all(|(at, value)| *value == found[channel(at)]).then_some(found)
    }

    /// The same layer with outputs multiplied.
    pub(super) fn scaled(&self, scale: &[f64]) -> Pending {
        let mut layer = self.clone();
        for (at, value) in layer.weight.values.iter_mut().enumerate() {
            *value *= scale[at / self.inner % self.channels];
        }
        if let Some(bias) = &mut layer.bias.1 {
            bias.iter_mut().zip(scale).for_each(|(bias, scale)| *bias *= scale);
        }
        layer
    }

    /// The same layer with numbers added to its outputs.
    pub(super) fn shifted(&self, shift: &[f64]) -> Pending {
        let mut layer = self.clone();
        let bias = layer.bias.1.get_or_insert_with(|| vec![0.0; shift.len()]);
        bias.iter_mut().zip(shift).for_each(|(bias, shift)| *bias += shift);
        layer
    }

    /// An `Affine` with some of the outputs.
    pub(super) fn with_outputs(&self, kept: &[usize]) -> Pending {
        let mut layer = self.clone();
        let rows = self.weight.values.chunks_exact(self.channels);
        layer.weight.values = rows.flat_map(|row| kept.iter().map(|&at| row[at])).collect();
        layer.weight.shape = vec![self.weight.shape[0], kept.len()];
        layer.bias.1 = self.bias.1.as_ref().map(|bias| kept.iter().map(|&at| bias[at]).collect());
        layer.channels = kept.len();
        layer.key = format!("{} {kept:?}", self.key);
        layer
    }
}

/// `softmax(scale · q·kᵀ)` of each head, or what is before the softmax.
#[derive(Clone, Debug)]
pub(super) struct Scores {
    pub(super) queries: Rc<Pending>,
    pub(super) keys: Rc<Pending>,
    pub(super) heads: usize,
    pub(super) width: usize,
    /// The steps of queries and of keys.
    pub(super) steps: (usize, usize),
    pub(super) scale: f64,
    pub(super) is_causal: bool,
    pub(super) are_probabilities: bool,
}

impl Value {
    /// The line with a name, in the library's order of axes.
    pub(super) fn named(name: String, shape: Vec<usize>, layout: Layout) -> Value {
        Value { form: Form::Named(name), shape, is_signal: false, is_shared: false, layout }
    }

    /// The output of a layer.
    pub(super) fn pending(layer: Pending, shape: Vec<usize>, layout: Layout) -> Value {
        let form = Form::Pending(Rc::new(layer));
        Value { form, shape, is_signal: false, is_shared: false, layout }
    }

    /// The same numbers with other axes.
    pub(super) fn with_layout(&self, layout: Layout) -> Value {
        Value { layout, ..self.clone() }
    }

    pub(super) fn features(&self) -> usize {
        product(&self.shape)
    }

    /// The layer, if its parameters can change.
    pub(super) fn layer(&self) -> Option<&Rc<Pending>> {
        match &self.form {
            Form::Pending(layer) if !self.is_shared => Some(layer),
            _ => None,
        }
    }
}
