//! What the layers of a network compute, as data: for drawings of a network, and for other formats.

use super::elu::Elu;
use super::leaky_relu::LeakyRelu;
use super::shape::Shape;
use crate::kernels::conv::Conv2dShape;

/// A network, or a layer that consists of others, as a graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Graph {
    /// The name of its type.
    pub name: &'static str,
    /// The inputs in order, with their features. They have no rows in `layers`.
    pub inputs: &'static [(&'static str, usize)],
    /// The shapes of the inputs.
    pub input_shapes: &'static [Shape],
    /// The computation, in order. The last row of a network is its loss.
    pub layers: &'static [LayerInfo],
    /// The names that `let` gives to values, with their rows of `layers`.
    pub values: &'static [(&'static str, usize)],
    /// The shapes of outputs of rows that are not flat.
    pub shapes: &'static [(usize, Shape)],
    /// The shape of the output.
    pub output: Shape,
}

impl Graph {
    /// The shape of the output of a row.
    #[must_use]
    pub fn shape(&self, row: usize) -> Shape {
        let shape = self.shapes.iter().find(|(of, _)| *of == row);
        shape.map_or_else(|| Shape::flat(self.layers[row].outputs), |(_, shape)| *shape)
    }
}

/// A row of the layer table of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerInfo {
    /// The layer's name, such as `affine1`.
    pub name: &'static str,
    /// The layer as declared, such as `Affine(784, 50)`.
    pub layer: &'static str,
    /// The names of the rows whose outputs the layer reads, such as `relu1`. An input has no row;
    /// the input of a chain is called `input`.
    pub from: &'static [&'static str],
    /// Number of output features per sample.
    pub outputs: usize,
    /// Number of trained parameters.
    pub parameters: usize,
    /// What it computes.
    pub operation: Operation,
}

/// What a row of the layer table computes. The variants are named after the layers in `network!`; the
/// parameters of a layer are the tensors whose names begin with that of its row.
///
/// A layer of one's own is [`Own`](Operation::Own), unless its
/// [`OPERATION`](super::Layer::OPERATION) says that it computes one of the others.
// The compiler writes the path of a type in its messages if a variant has the same name, so they end in
// `Layer`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Operation {
    /// A layer or activation of one's own.
    Own,
    /// Another use of the layer in the row with this name.
    Again(&'static str),
    /// A layer that consists of others.
    Nested(&'static Graph),
    /// `a + b`
    Sum,
    /// `a * b`
    Product,
    /// `concat(a, b)`, of the first axes.
    Concat,
    /// The same for sequences: of the features of each step.
    ConcatSteps,
    /// What the layer of sequences after it reads, one value after the other: the sequence, for an attention
    /// to another one also that, and the lengths of the samples if it is padded.
    Joined,
    /// Several outputs side by side.
    Outputs,
    /// The loss, which a prediction does not compute.
    LossFunction,
    /// `max(x, 0)`
    ReluLayer,
    /// With its slope.
    LeakyReluLayer(LeakyRelu),
    /// With its alpha.
    EluLayer(Elu),
    /// See [`Gelu`](super::Gelu).
    GeluLayer,
    /// See [`Silu`](super::Silu).
    SiluLayer,
    /// See [`Mish`](super::Mish).
    MishLayer,
    /// See [`Softplus`](super::Softplus).
    SoftplusLayer,
    /// See [`Sigmoid`](super::Sigmoid).
    SigmoidLayer,
    /// See [`Tanh`](super::Tanh).
    TanhLayer,
    /// See [`HardTanh`](super::HardTanh).
    HardTanhLayer,
    /// The identity in predictions, also of channels.
    DropoutLayer,
    /// `x·W + b`, or `x·W` without a tensor `bias`.
    AffineLayer {
        /// Features before.
        inputs: usize,
        /// Features after it.
        outputs: usize,
    },
    /// Of features or of the channels of an image.
    BatchNormLayer(Shape),
    /// Of features or of an image.
    LayerNormLayer(Shape),
    /// Of the channels of an image.
    GroupNormLayer {
        /// The groups.
        groups: usize,
        /// Channels × height × width.
        image: Shape,
    },
    /// With the number of features.
    StandardiseLayer(usize),
    /// Of an image or, with a height of 1, of a signal.
    ConvLayer(Conv2dShape),
    /// The shape is that of the convolution which leads back: from the output to the input.
    ConvTransposeLayer(Conv2dShape),
    /// With as many filters and groups as channels.
    MaxPoolLayer(Conv2dShape),
    /// Zeros around the image count.
    AvgPoolLayer(Conv2dShape),
    /// Of an image with this shape, or a signal.
    GlobalAvgPoolLayer(Shape),
    /// Each number becomes a rectangle.
    UpsampleLayer {
        /// Channels × height × width.
        image: Shape,
        /// The factors of height and width.
        factors: (usize, usize),
    },
    /// Rows of a table.
    EmbeddingLayer {
        /// The number of rows.
        vocabulary: usize,
        /// The numbers in a row.
        features: usize,
    },
    /// Adds a learnt row to each step.
    PositionsLayer(Sequence),
    /// Adds a computed row to each step.
    SinusoidalPositionsLayer(Sequence),
    /// See [`Rnn`](super::Rnn).
    RnnLayer(Sequence, usize),
    /// See [`Gru`](super::Gru), with the number of hidden features.
    GruLayer(Sequence, usize),
    /// See [`Lstm`](super::Lstm), with the number of hidden features.
    LstmLayer(Sequence, usize),
    /// Self-attention.
    AttentionLayer {
        /// Its input.
        steps: Sequence,
        /// The number of heads, each with a part of the features.
        heads: usize,
        /// Whether a step sees only those before it and itself.
        is_causal: bool,
    },
    /// Attention to another sequence.
    CrossAttentionLayer {
        /// The number of steps that attend.
        queries: usize,
        /// The other sequence.
        memory: Sequence,
        /// The number of heads, each with a part of the features.
        heads: usize,
    },
    /// The features of the last step.
    LastLayer(Sequence),
    /// The mean of the steps.
    MeanLayer(Sequence),
    /// The largest of the steps, for each feature.
    MaxLayer(Sequence),
    /// The steps in reverse order.
    ReverseLayer(Sequence),
}

/// The shape of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// The number of steps.
    pub time: usize,
    /// The features of each.
    pub features: usize,
}
