//! The layers and losses of `network!`: one row each.

use crate::common::spelling::is_like;

/// The kind of a name in a chain.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    /// A layer with parameters, from `inputs` to `outputs` features: `Name(inputs, outputs)`, or
    /// `Name(outputs)` if the inputs are known.
    Layer {
        /// The number of parameters, with or without biases.
        parameters: fn(u64, u64, bool) -> u64,
        /// The same as a formula, for sizes that only the compiler knows.
        formula: fn(&str, &str, bool) -> String,
        /// The name of its type for `bias = false`.
        without_bias: &'static str,
    },
    /// A layer with as many outputs as inputs, `Name`. `parameters` is their number per feature;
    /// `has_statistics` if it also stores statistics of the data. With either, it has a field.
    ShapePreserving { parameters: u64, has_statistics: bool },
    /// An elementwise function, whose backward pass reads its output or the derivative that it
    /// saved: `Name`, or `map path::Name` for a user-defined one.
    Activation,
    /// An activation that is the identity in predictions.
    TrainOnly,
    /// A layer with a kernel that moves over an image, along two axes, or over a signal, along one:
    /// `Conv2d(filters, kernel)`.
    Window(WindowKind, usize),
    /// A layer that computes something of the channels of an image or a signal: `GroupNorm(8)`.
    Channels(ChannelKind),
    /// A layer of sequences: `Lstm(128)`.
    Sequence(SequenceKind),
    /// A user-defined layer, given by its path. It has no row in the table.
    Custom,
    /// The end of a chain: `Name`.
    Loss,
}

/// What a moving kernel computes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum WindowKind {
    /// `Conv2d(filters, kernel)`
    Conv,
    /// `ConvTranspose2d(filters, kernel)`
    ConvTranspose,
    /// `MaxPool2d(size)`
    MaxPool,
    /// `AvgPool2d(size)`
    AvgPool,
}

impl WindowKind {
    /// Returns whether it has filters, the parameters of a convolution.
    pub(crate) fn has_filters(self) -> bool {
        matches!(self, WindowKind::Conv | WindowKind::ConvTranspose)
    }
}

/// What a layer computes of channels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ChannelKind {
    /// `GlobalAvgPool`, which produces a feature of each.
    Average,
    /// `Upsample(factor)`
    Upsample,
    /// `GroupNorm(groups)`, the only one with parameters.
    GroupNorm,
}

/// What a layer of sequences computes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum SequenceKind {
    /// `Embedding(vocabulary, features)`, or `Embedding(features)`: a row for each index.
    Embedding,
    /// `Positions`: a learnt row for each step, added to the features.
    Positions,
    /// The same with rows that are computed.
    SinusoidalPositions,
    /// `Lstm(features)`, with this number of gates.
    Recurrent { gates: u64 },
    /// `Attention(heads)`
    Attention,
    /// `Last`: one row of the features of all steps.
    OverTime,
    /// `Reverse`: the steps in reverse order.
    Reverse,
}

/// One layer or loss.
#[derive(Debug)]
pub(crate) struct LayerSpec {
    /// The name in the declaration, and of the type in the runtime.
    pub(crate) name: &'static str,
    /// The prefix of field names: `affine` for `affine1`, `affine2`.
    pub(crate) prefix: &'static str,
    pub(crate) role: Role,
    /// The arguments that it accepts besides sizes.
    pub(crate) setting: Setting,
    /// Its names in other libraries, for hints.
    pub(crate) aliases: &'static [&'static str],
    pub(crate) traits: Traits,
}

/// Properties of a layer or loss for code generation and initialization.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traits {
    /// Its forward pass can include a ReLU after it: `FusedRelu`.
    pub(crate) takes_relu: bool,
    /// Its backward pass can include that of a ReLU before it: `FusedReluBack`.
    pub(crate) takes_relu_back: bool,
    /// Its backward pass can be divided into groups of samples: `InGroups`.
    pub(crate) takes_groups: bool,
    /// It is the ReLU that another layer can include.
    pub(crate) is_relu: bool,
    /// Its weights can be updated without storing their gradient: `DeferredUpdate`.
    pub(crate) defers_update: bool,
    /// `He` is the default initialization of weights before it.
    pub(crate) prefers_he: bool,
    /// It saves its derivative for the backward pass: `Sloped`.
    pub(crate) saves_slope: bool,
    /// Its statistics or its noise are those of channels, not of features.
    pub(crate) is_per_channel: bool,
    /// The name of its type after an image, whose sizes are that type's arguments.
    pub(crate) image_type: Option<&'static str>,
    /// It is a loss that chooses one of several classes. The text says why one is not enough.
    pub(crate) needs_classes: Option<&'static str>,
    /// It is a loss of numbers: a single output chooses no class.
    pub(crate) is_of_numbers: bool,
}

impl Traits {
    const NONE: Traits = Traits {
        takes_relu: false,
        takes_relu_back: false,
        takes_groups: false,
        is_relu: false,
        defers_update: false,
        prefers_he: false,
        saves_slope: false,
        is_per_channel: false,
        image_type: None,
        needs_classes: None,
        is_of_numbers: false,
    };
    const AFFINE: Traits = Traits { takes_relu: true, defers_update: true, ..Traits::NONE };
    const RELU: Traits = Traits { is_relu: true, prefers_he: true, ..Traits::NONE };
    const RECTIFIER: Traits = Traits { prefers_he: true, ..Traits::NONE };
    const SLOPED: Traits = Traits { saves_slope: true, ..Traits::NONE };
    const SLOPED_RECTIFIER: Traits = Traits { saves_slope: true, ..Traits::RECTIFIER };
    const CONV: Traits = Traits { takes_relu: true, takes_groups: true, ..Traits::NONE };
    const TAKES_RELU_BACK: Traits = Traits { takes_relu_back: true, ..Traits::NONE };
    const OF_NUMBERS: Traits = Traits { is_of_numbers: true, ..Traits::NONE };
    const SOFTMAX: Traits = Traits::classifier("softmax of one output is always 1");

    const fn classifier(of_one: &'static str) -> Traits {
        Traits { needs_classes: Some(of_one), ..Traits::NONE }
    }
}

/// The arguments of a layer or loss besides sizes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Setting {
    None,
    /// A number, `Name(0.5)`.
    Number(Number),
    /// An integer, `Name(8)`.
    Size {
        /// Its name in messages.
        what: &'static str,
        example: &'static str,
    },
    /// The settings of a softmax, by name.
    Classes,
    /// The weights of a binary cross entropy, by name.
    PosWeight,
}

/// A numeric setting of a layer or loss.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number {
    /// Its name in messages.
    pub(crate) what: &'static str,
    /// Whether `Name` without it is allowed.
    pub(crate) is_optional: bool,
    pub(crate) accepts: fn(f64) -> bool,
    /// The accepted range, in words.
    pub(crate) expected: &'static str,
    pub(crate) example: &'static str,
}

/// A row without settings.
const fn spec(
    name: &'static str,
    prefix: &'static str,
    role: Role,
    aliases: &'static [&'static str],
) -> LayerSpec {
    LayerSpec { name, prefix, role, setting: Setting::None, aliases, traits: Traits::NONE }
}

impl LayerSpec {
    const fn with(self, traits: Traits) -> LayerSpec {
        LayerSpec { traits, ..self }
    }
}

/// The probability of a dropout.
const RATIO: Number = Number {
    what: "dropout ratio",
    is_optional: false,
    accepts: |ratio| (0.0..1.0).contains(&ratio),
    expected: "of at least 0 and below 1",
    example: "0.5",
};

/// All layers and losses.
pub(crate) const TABLE: &[LayerSpec] = &[
    spec(
        "Affine",
        "affine",
        Role::Layer {
            parameters: |inputs, outputs, has_bias| {
                let biases = if has_bias { outputs } else { 0 };
                inputs.saturating_mul(outputs).saturating_add(biases)
            },
            formula: |inputs, outputs, has_bias| match has_bias {
                true => format!("{inputs} · {outputs} + {outputs}"),
                false => format!("{inputs} · {outputs}"),
            },
            without_bias: "Linear",
        },
        &["Linear", "LazyLinear", "Dense", "FullyConnected", "Fc"],
    )
    .with(Traits::AFFINE),
    spec(
        "Conv2d",
        "conv",
        Role::Window(WindowKind::Conv, 2),
        &["Convolution", "Conv", "Convolution2d"],
    )
    .with(Traits::CONV),
    spec("Conv1d", "conv", Role::Window(WindowKind::Conv, 1), &["Convolution1d"])
        .with(Traits::CONV),
    spec(
        "ConvTranspose2d",
        "conv_transpose",
        Role::Window(WindowKind::ConvTranspose, 2),
        &["Conv2DTranspose", "ConvTranspose", "Deconvolution"],
    ),
    spec(
        "MaxPool2d",
        "pool",
        Role::Window(WindowKind::MaxPool, 2),
        &["Pooling", "MaxPool", "MaxPooling2d"],
    )
    .with(Traits::TAKES_RELU_BACK),
    spec(
        "AvgPool2d",
        "pool",
        Role::Window(WindowKind::AvgPool, 2),
        &["AvgPool", "AveragePooling2d"],
    ),
    spec("MaxPool1d", "pool", Role::Window(WindowKind::MaxPool, 1), &["MaxPooling1d"])
        .with(Traits::TAKES_RELU_BACK),
    spec("AvgPool1d", "pool", Role::Window(WindowKind::AvgPool, 1), &["AveragePooling1d"]),
    spec(
        "GlobalAvgPool",
        "global_pool",
        Role::Channels(ChannelKind::Average),
        &["GlobalAvgPool2d", "AdaptiveAvgPool2d", "GlobalAveragePooling2d"],
    ),
    LayerSpec {
        name: "Upsample",
        prefix: "upsample",
        role: Role::Channels(ChannelKind::Upsample),
        setting: Setting::Size { what: "the factor", example: "2" },
        aliases: &["UpSampling2d", "UpsamplingNearest2d"],
        traits: Traits::NONE,
    },
    spec(
        "Embedding",
        "embedding",
        Role::Sequence(SequenceKind::Embedding),
        &["TimeEmbedding", "TokenEmbedding", "WordEmbedding"],
    ),
    spec(
        "Positions",
        "positions",
        Role::Sequence(SequenceKind::Positions),
        &["PositionEmbedding", "PositionalEmbedding", "LearnedPositions"],
    ),
    spec(
        "SinusoidalPositions",
        "positions",
        Role::Sequence(SequenceKind::SinusoidalPositions),
        &["PositionalEncoding", "SinusoidalEncoding", "SinePositionEncoding"],
    ),
    spec(
        "Rnn",
        "rnn",
        Role::Sequence(SequenceKind::Recurrent { gates: 1 }),
        &["SimpleRnn", "RnnCell", "TimeRnn"],
    ),
    spec(
        "Gru",
        "gru",
        Role::Sequence(SequenceKind::Recurrent { gates: 3 }),
        &["GruCell", "TimeGru"],
    ),
    spec(
        "Lstm",
        "lstm",
        Role::Sequence(SequenceKind::Recurrent { gates: 4 }),
        &["LstmCell", "TimeLstm"],
    ),
    spec(
        "Attention",
        "attention",
        Role::Sequence(SequenceKind::Attention),
        &["SelfAttention", "MultiHeadAttention"],
    ),
    spec(
        "CausalAttention",
        "attention",
        Role::Sequence(SequenceKind::Attention),
        &["CausalSelfAttention", "MaskedAttention"],
    ),
    spec("Last", "last", Role::Sequence(SequenceKind::OverTime), &["LastStep"]),
    spec("Mean", "mean", Role::Sequence(SequenceKind::OverTime), &["GlobalAveragePooling1D"]),
    spec("Max", "max", Role::Sequence(SequenceKind::OverTime), &["GlobalMaxPooling1D"]),
    spec("Reverse", "reverse", Role::Sequence(SequenceKind::Reverse), &[]),
    spec("Relu", "relu", Role::Activation, &["Rectifier"]).with(Traits::RELU),
    spec("Sigmoid", "sigmoid", Role::Activation, &["Logistic"]).with(Traits::SLOPED),
    spec("Tanh", "tanh", Role::Activation, &[]).with(Traits::SLOPED),
    spec("HardTanh", "hard_tanh", Role::Activation, &["ClippedLinear"]),
    spec("Softplus", "softplus", Role::Activation, &["SmoothRelu"]).with(Traits::RECTIFIER),
    LayerSpec {
        name: "LeakyRelu",
        prefix: "leaky_relu",
        role: Role::Activation,
        setting: Setting::Number(Number {
            what: "slope",
            is_optional: true,
            accepts: |slope| (0.0..=1.0).contains(&slope),
            expected: "from 0 to 1",
            example: "0.01",
        }),
        aliases: &[],
        traits: Traits::RECTIFIER,
    },
    LayerSpec {
        name: "Elu",
        prefix: "elu",
        role: Role::Activation,
        setting: Setting::Number(Number {
            what: "alpha",
            is_optional: true,
            accepts: |alpha| alpha > 0.0 && alpha.is_finite(),
            expected: "above 0",
            example: "1.0",
        }),
        aliases: &["ExponentialLinear"],
        traits: Traits::SLOPED_RECTIFIER,
    },
    spec("Gelu", "gelu", Role::ShapePreserving { parameters: 0, has_statistics: false }, &[])
        .with(Traits::RECTIFIER),
    spec(
        "Silu",
        "silu",
        Role::ShapePreserving { parameters: 0, has_statistics: false },
        &["Swish"],
    )
    .with(Traits::RECTIFIER),
    spec("Mish", "mish", Role::ShapePreserving { parameters: 0, has_statistics: false }, &[])
        .with(Traits::RECTIFIER),
    spec(
        "BatchNorm",
        "batch_norm",
        Role::ShapePreserving { parameters: 2, has_statistics: true },
        &["BatchNorm1d", "BatchNorm2d", "BatchNormalization"],
    )
    .with(Traits { is_per_channel: true, image_type: Some("BatchNorm2d"), ..Traits::NONE }),
    spec(
        "LayerNorm",
        "layer_norm",
        Role::ShapePreserving { parameters: 2, has_statistics: false },
        &["LayerNormalization"],
    )
    .with(Traits { image_type: Some("ImageLayerNorm"), ..Traits::NONE }),
    LayerSpec {
        name: "GroupNorm",
        prefix: "group_norm",
        role: Role::Channels(ChannelKind::GroupNorm),
        setting: Setting::Size { what: "the number of groups", example: "8" },
        aliases: &["GroupNormalization"],
        traits: Traits::NONE,
    },
    spec(
        "Standardise",
        "standardise",
        Role::ShapePreserving { parameters: 0, has_statistics: true },
        &[
            "Standardize",
            "StandardScaler",
            "Scaler",
            "ZScore",
            "Normalization",
            "Normalize",
            "Normalise",
        ],
    ),
    LayerSpec {
        name: "Dropout",
        prefix: "dropout",
        role: Role::TrainOnly,
        setting: Setting::Number(RATIO),
        aliases: &["AlphaDropout", "GaussianDropout"],
        traits: Traits::NONE,
    },
    LayerSpec {
        name: "Dropout2d",
        prefix: "dropout",
        role: Role::TrainOnly,
        setting: Setting::Number(RATIO),
        aliases: &["Dropout1d", "SpatialDropout1d", "SpatialDropout2d"],
        traits: Traits { is_per_channel: true, ..Traits::NONE },
    },
    LayerSpec {
        name: "SoftmaxWithLoss",
        prefix: "loss",
        role: Role::Loss,
        setting: Setting::Classes,
        aliases: &[
            "Softmax",
            "LogSoftmax",
            "CrossEntropy",
            "CrossEntropyLoss",
            "CrossEntropyError",
            "CategoricalCrossEntropy",
            "SparseCategoricalCrossEntropy",
            "SoftmaxCrossEntropy",
            "Nll",
            "NllLoss",
        ],
        traits: Traits::SOFTMAX,
    },
    spec("HingeLoss", "loss", Role::Loss, &["MultiMargin", "MultiMarginLoss", "MultiClassHinge"])
        .with(Traits::classifier("the hinge loss of one output is always 0")),
    spec(
        "IdentityWithLoss",
        "loss",
        Role::Loss,
        &["Identity", "MeanSquaredError", "Mse", "MseLoss", "L2Loss", "SumSquaredError"],
    )
    .with(Traits::OF_NUMBERS),
    spec("KlDivergence", "loss", Role::Loss, &["KlDiv", "KlDivLoss", "KullbackLeibler"])
        .with(Traits::SOFTMAX),
    LayerSpec {
        name: "BinaryCrossEntropy",
        prefix: "loss",
        role: Role::Loss,
        setting: Setting::PosWeight,
        aliases: &[
            "Bce",
            "BceLoss",
            "BceWithLogitsLoss",
            "BinaryCrossEntropyWithLogits",
            "SigmoidWithLoss",
            "LogisticLoss",
        ],
        traits: Traits::NONE,
    },
    spec("MeanAbsolute", "loss", Role::Loss, &["MeanAbsoluteError", "Mae", "L1", "L1Loss"])
        .with(Traits::OF_NUMBERS),
    LayerSpec {
        name: "Huber",
        prefix: "loss",
        role: Role::Loss,
        setting: Setting::Number(Number {
            what: "delta",
            is_optional: true,
            accepts: |delta| delta > 0.0 && delta.is_finite(),
            expected: "above 0",
            example: "1.0",
        }),
        aliases: &["HuberLoss", "SmoothL1Loss"],
        traits: Traits::OF_NUMBERS,
    },
];

/// The row for a user-defined layer.
pub(crate) static OWN: LayerSpec = spec("", "", Role::Custom, &[]);

/// The row for a user-defined activation.
pub(crate) static OWN_ACTIVATION: LayerSpec = spec("", "", Role::Activation, &[]);

impl Role {
    /// Returns whether it is a field of the network.
    pub(crate) fn is_field(self) -> bool {
        match self {
            Role::Layer { .. } | Role::Custom => true,
            Role::Window(kind, _) => kind.has_filters(),
            Role::Channels(kind) => kind == ChannelKind::GroupNorm,
            Role::Sequence(kind) => kind.has_parameters(),
            Role::ShapePreserving { parameters, has_statistics } => {
                parameters > 0 || has_statistics
            }
            Role::Activation | Role::TrainOnly | Role::Loss => false,
        }
    }

    /// Returns whether its type is a `Layer`, whose backward pass reads its input.
    pub(crate) fn is_layer(self) -> bool {
        matches!(
            self,
            Role::Layer { .. }
                | Role::ShapePreserving { .. }
                | Role::Custom
                | Role::Window(..)
                | Role::Channels(_)
                | Role::Sequence(_)
        )
    }

    /// Returns whether a sequence passes through it step by step, each like a sample of its own.
    pub(crate) fn is_per_step(self) -> bool {
        matches!(
            self,
            Role::Layer { .. }
                | Role::ShapePreserving { parameters: 1.., has_statistics: false }
                | Role::Sequence(SequenceKind::Embedding)
        )
    }

    /// Returns whether its type may have tensors that are not trained.
    pub(crate) fn may_have_buffers(self) -> bool {
        matches!(self, Role::ShapePreserving { has_statistics: true, .. } | Role::Custom)
    }

    /// Returns whether it ends a chain.
    pub(crate) fn is_loss(self) -> bool {
        matches!(self, Role::Loss)
    }
}

impl SequenceKind {
    /// Returns whether it is a field of the network.
    pub(crate) fn has_parameters(self) -> bool {
        match self {
            SequenceKind::Embedding
            | SequenceKind::Positions
            | SequenceKind::Recurrent { .. }
            | SequenceKind::Attention => true,
            SequenceKind::SinusoidalPositions | SequenceKind::OverTime | SequenceKind::Reverse => {
                false
            }
        }
    }

    /// The sizes in its parentheses in messages, and the fewest and most of them.
    pub(crate) fn sizes(self) -> (&'static str, usize, usize) {
        match self {
            SequenceKind::Embedding => {
                ("one size, its features, or two, vocabulary and features", 1, 2)
            }
            SequenceKind::Recurrent { .. } => ("one size, its features", 1, 1),
            SequenceKind::Attention => ("one number, its heads", 1, 1),
            SequenceKind::Positions
            | SequenceKind::SinusoidalPositions
            | SequenceKind::OverTime
            | SequenceKind::Reverse => ("no sizes", 0, 0),
        }
    }
}

impl LayerSpec {
    /// Returns whether it represents a user-defined type.
    pub(crate) fn is_own(&self) -> bool {
        self.name.is_empty()
    }

    /// Its name, and its names in other libraries.
    fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// An example with its setting, if it has one.
    pub(crate) fn example(&self) -> Option<String> {
        match self.setting {
            Setting::None | Setting::Size { .. } => None,
            Setting::Number(number) => Some(format!("{}({})", self.name, number.example)),
            Setting::Classes => Some(format!("{}(smoothing = 0.1)", self.name)),
            Setting::PosWeight => Some(format!("{}(pos_weight = 3.0)", self.name)),
        }
    }

    /// The form of a call: `Affine(inputs, outputs)`, `Dropout(0.5)`.
    pub(crate) fn signature(&self) -> String {
        match (self.role, self.setting) {
            (Role::Layer { .. }, _) => format!("{}(inputs, outputs)", self.name),
            (Role::Window(kind, _), _) if kind.has_filters() => format!("{}(8, 3)", self.name),
            (_, Setting::Size { example, .. }) => format!("{}({example})", self.name),
            (Role::Window(..), _) => format!("{}(2)", self.name),
            (Role::Sequence(SequenceKind::Attention), _) => format!("{}(4)", self.name),
            (Role::Sequence(SequenceKind::Embedding | SequenceKind::Recurrent { .. }), _) => {
                format!("{}(128)", self.name)
            }
            (_, Setting::Number(Number { is_optional: false, example, .. })) => {
                format!("{}({example})", self.name)
            }
            _ => self.name.to_owned(),
        }
    }
}

/// Finds a row by name.
pub(crate) fn find(name: &str) -> Option<&'static LayerSpec> {
    TABLE.iter().find(|spec| spec.name == name)
}

/// Names that resemble a row's name, but are treated as user-defined.
const OTHERS: &[&str] = &["Selu", "Celu", "Glu", "PRelu", "RRelu", "Tan"];

/// Finds a row by its name or by that in another library, without regard to case. A function of
/// another library has the same name in snake case: `mse_loss`.
pub(crate) fn known(name: &str) -> Option<&'static LayerSpec> {
    let is_snake_case = !name.starts_with('_') && !name.ends_with('_');
    let word = if is_snake_case { name.replace('_', "") } else { name.to_owned() };
    TABLE.iter().find(|spec| spec.names().any(|known| known.eq_ignore_ascii_case(&word)))
}

/// The row of which a name is a misspelling; a loss if one is expected.
pub(crate) fn similar(name: &str, wants_loss: bool) -> Option<&'static LayerSpec> {
    if OTHERS.contains(&name) {
        return None;
    }
    TABLE.iter().find(|spec| spec.role.is_loss() == wants_loss && is_like(name, spec.name))
}
