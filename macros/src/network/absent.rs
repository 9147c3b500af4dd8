//! Layers and losses of other libraries that are absent here, each with a repair. Left out are names
//! that are as likely those of a network or layer of the user's own, such as `Residual`.

use crate::common::tokens::source;
use crate::network::syntax::ast::{Arguments, Call};

/// A group of names with the same repair.
pub(crate) struct Absent {
    /// The names, compared without regard to case.
    names: &'static [&'static str],
    kind: Kind,
    repair: Repair,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Layer,
    /// A function of each number. In Rust's spelling and with sizes, such as `PRelu(8)`, it is
    /// the user's own layer.
    Activation,
    Loss,
}

#[derive(Clone, Copy)]
enum Repair {
    /// The whole help.
    Help(&'static str),
    /// A layer of the user's own. The text says what is not built in.
    OwnLayer(&'static str),
    /// A loss of the user's own.
    OwnLoss,
}

/// How a sequence is read in both directions.
pub(crate) const BOTH_DIRECTIONS: &str = "name both directions in a network with lines: `let back = x -> Reverse -> Lstm(64) -> \
     Reverse;`, and `concat(forth, back)`";

const fn layers(names: &'static [&'static str], repair: Repair) -> Absent {
    Absent { names, kind: Kind::Layer, repair }
}

const fn activations(names: &'static [&'static str], help: &'static str) -> Absent {
    Absent { names, kind: Kind::Activation, repair: Repair::Help(help) }
}

const fn losses(names: &'static [&'static str], repair: Repair) -> Absent {
    Absent { names, kind: Kind::Loss, repair }
}

const TABLE: &[Absent] = &[
    layers(
        &["Conv3d", "ConvTranspose1d", "ConvTranspose3d"],
        Repair::OwnLayer("such convolutions"),
    ),
    layers(
        &["DepthwiseConv2D"],
        Repair::Help(
            "write `Conv2d(C, 3, groups = C)`, where `C` is the number of channels before it",
        ),
    ),
    layers(
        &["SeparableConv2D"],
        Repair::Help(
            "write `Conv2d(C, 3, groups = C) -> Conv2d(8, 1)`, where `C` is the number of channels \
             before it",
        ),
    ),
    layers(
        &["MaxPool3d", "AvgPool3d", "LpPool2d", "AdaptiveMaxPool2d", "GlobalMaxPooling2D"],
        Repair::OwnLayer("such poolings"),
    ),
    layers(&["Bidirectional", "BiLstm", "BiGru"], Repair::Help(BOTH_DIRECTIONS)),
    layers(
        &["TransformerEncoder", "TransformerEncoderLayer", "TransformerDecoderLayer"],
        Repair::Help(
            "write its lines: `let a = x + (x -> LayerNorm -> Attention(4));`, then \
             `a + (a -> LayerNorm -> Affine(512) -> Gelu -> Affine(128))`",
        ),
    ),
    layers(
        &["RmsNorm"],
        Repair::Help("use `LayerNorm`, over the features of a sample, or `BatchNorm`"),
    ),
    layers(
        &["InstanceNorm", "InstanceNorm1d", "InstanceNorm2d"],
        Repair::Help("use `GroupNorm`, with as many groups as channels"),
    ),
    layers(&["EmbeddingBag"], Repair::Help("use `Embedding(128) -> Mean`")),
    layers(&["Bilinear"], Repair::Help("use `*` between two values, and `Affine`")),
    layers(
        &["Unflatten", "Squeeze", "Unsqueeze"],
        Repair::Help("write `Reshape(1, 28, 28)`, or `Flatten` for flat features"),
    ),
    layers(
        &["Permute"],
        Repair::Help("remove it, and permute the weights: axes are channels, height and width"),
    ),
    layers(
        &["Identity", "Noop"],
        Repair::Help("remove it: the next layer reads the same values without it"),
    ),
    layers(
        &["Cat", "Concatenate"],
        Repair::Help("name the values in a network with lines: `concat(h, x) -> …`"),
    ),
    layers(
        &["Lambda"],
        Repair::Help(
            "implement `chainrule::layers::Activation` for a type of your own, and write \
             `map self::Double`, for example",
        ),
    ),
    layers(
        &["InputLayer", "Placeholder"],
        Repair::Help("begin the network with `Input(features) ->`"),
    ),
    activations(&["Selu", "Celu"], "use `Elu`, or `Gelu`"),
    activations(&["PRelu", "RRelu"], "use `LeakyRelu(0.25)`, with a fixed slope"),
    activations(&["Relu6", "HardSigmoid", "HardSwish"], "use `Relu`, or `HardTanh` for bounds"),
    activations(&["Softsign", "LogSigmoid", "TanhShrink"], "use `Tanh` or `Softplus`"),
    activations(&["Softmin"], "use `SoftmaxWithLoss` as the loss"),
    activations(&["Glu", "SwiGlu"], "use `*` between two values, one of them after `Sigmoid`"),
    activations(&["Maxout"], "use `Relu` or `LeakyRelu`"),
    losses(
        &[
            "CosineEmbeddingLoss",
            "CosineSimilarity",
            "CtcLoss",
            "FocalLoss",
            "GaussianNllLoss",
            "HingeEmbeddingLoss",
            "MarginRankingLoss",
            "PoissonNllLoss",
            "TripletMarginLoss",
        ],
        Repair::OwnLoss,
    ),
];

/// Finds the name that a call uses, `word`, if it is absent here.
pub(crate) fn find(word: &str, call: &Call) -> Option<&'static Absent> {
    let has_sizes = matches!(&call.arguments, Arguments::Given(sizes) if !sizes.is_empty());
    TABLE.iter().find(|absent| {
        let is_own = absent.kind == Kind::Activation && has_sizes && absent.names.contains(&word);
        !is_own && absent.names.iter().any(|name| name.eq_ignore_ascii_case(word))
    })
}

impl Absent {
    pub(crate) fn is_loss(&self) -> bool {
        self.kind == Kind::Loss
    }

    /// The help for a call that uses the name `word`.
    pub(crate) fn help(&self, word: &str, call: &Call) -> String {
        let own = match &call.arguments {
            Arguments::Given(sizes) if !sizes.is_empty() => {
                let sizes: Vec<String> = sizes.iter().map(source).collect();
                format!("{word}({})", sizes.join(", "))
            }
            _ => word.to_owned(),
        };
        match self.repair {
            Repair::Help(help) => help.to_owned(),
            Repair::OwnLayer(what) => format!(
                "{what} are not built in: implement `chainrule::layers::Layer` for a type of your \
                 own, and write its path, `self::{own}`"
            ),
            Repair::OwnLoss => format!(
                "implement `chainrule::losses::Loss` for a type of your own, and write its path, \
                 `self::{word}`"
            ),
        }
    }
}
