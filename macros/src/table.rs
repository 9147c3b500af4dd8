//! The layers and losses that `network!` knows: one row each.

/// What a name in a chain stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    /// A layer with parameters, from `inputs` to `outputs` features:
    /// `Name(inputs, outputs)`, or `Name(outputs)` where the inputs are known.
    Layer {
        /// How many parameters it has.
        parameters: fn(u64, u64) -> u64,
        /// The same for sizes that are only known to the compiler.
        formula: fn(&str, &str) -> String,
    },
    /// A function of each number by itself: `Name`, or `map path::Name` for one
    /// of the user's own.
    Activation,
    /// A layer of the user's own, by its path: not in the table.
    Own,
    /// The end of a chain: `Name`.
    Loss,
}

/// One layer or loss.
#[derive(Debug)]
pub(crate) struct Row {
    /// The name in the declaration, and of the type in the runtime.
    pub(crate) name: &'static str,
    /// What fields are called: `affine` for `affine1`, `affine2`.
    pub(crate) prefix: &'static str,
    pub(crate) role: Role,
    /// Names under which other libraries know it, for a hint.
    pub(crate) aliases: &'static [&'static str],
}

/// All layers and losses.
pub(crate) const TABLE: &[Row] = &[
    Row {
        name: "Affine",
        prefix: "affine",
        role: Role::Layer {
            parameters: |inputs, outputs| inputs.saturating_mul(outputs).saturating_add(outputs),
            formula: |inputs, outputs| format!("{inputs} · {outputs} + {outputs}"),
        },
        aliases: &["Linear", "Dense", "FullyConnected", "Fc"],
    },
    Row { name: "Relu", prefix: "relu", role: Role::Activation, aliases: &["Rectifier"] },
    Row { name: "Sigmoid", prefix: "sigmoid", role: Role::Activation, aliases: &["Logistic"] },
    Row {
        name: "SoftmaxWithLoss",
        prefix: "loss",
        role: Role::Loss,
        aliases: &["Softmax", "CrossEntropy", "CrossEntropyLoss", "CrossEntropyError"],
    },
    Row {
        name: "IdentityWithLoss",
        prefix: "loss",
        role: Role::Loss,
        aliases: &["Identity", "MeanSquaredError", "Mse", "MseLoss", "SumSquaredError"],
    },
];

/// What stands for a row where the user names a type of their own.
pub(crate) static OWN: Row = Row { name: "", prefix: "", role: Role::Own, aliases: &[] };

/// The same where the type is an activation.
pub(crate) static OWN_ACTIVATION: Row =
    Row { name: "", prefix: "", role: Role::Activation, aliases: &[] };

impl Role {
    /// Whether it is a field of the network.
    pub(crate) fn is_field(self) -> bool {
        matches!(self, Role::Layer { .. } | Role::Own)
    }

    /// Whether its type may have tensors that are not trained.
    pub(crate) fn may_have_buffers(self) -> bool {
        matches!(self, Role::Own)
    }

    /// Whether it ends a chain.
    pub(crate) fn is_loss(self) -> bool {
        matches!(self, Role::Loss)
    }
}

impl Row {
    /// Whether it stands for a type of the user's own.
    pub(crate) fn is_own(&self) -> bool {
        self.name.is_empty()
    }

    /// Its name, and those in other libraries.
    fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// How the layer is written: `Affine(inputs, outputs)`.
    pub(crate) fn signature(&self) -> String {
        match self.role {
            Role::Layer { .. } => format!("{}(inputs, outputs)", self.name),
            Role::Activation | Role::Own | Role::Loss => self.name.to_owned(),
        }
    }
}

/// The row of a name.
pub(crate) fn find(name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.name == name)
}

/// Layers that are none of ours, though a name is close: somebody's own, then.
const OTHERS: &[&str] = &["Elu", "Selu", "Gelu", "Silu", "Celu", "PRelu", "LeakyRelu"];

/// The row that a name was probably meant to be, a loss where one is wanted.
pub(crate) fn meant(name: &str, wants_loss: bool) -> Option<&'static Row> {
    find(name).or_else(|| closest(name, wants_loss))
}

/// The row that a name not in the table was probably meant to be.
pub(crate) fn closest(name: &str, wants_loss: bool) -> Option<&'static Row> {
    if OTHERS.iter().any(|other| other.eq_ignore_ascii_case(name)) {
        return None;
    }
    let known = |row: &&Row| row.names().any(|known| known.eq_ignore_ascii_case(name));
    let similar = |row: &&Row| {
        row.role.is_loss() == wants_loss && row.names().any(|known| is_like(name, known))
    };
    TABLE.iter().find(known).or_else(|| TABLE.iter().find(similar))
}

/// Whether `name` is `known` with a few letters wrong, a third at most.
pub(crate) fn is_like(name: &str, known: &str) -> bool {
    let (name, known) = (name.to_lowercase(), known.to_lowercase());
    let letters = name.chars().count().max(known.chars().count());
    3 * strsim::damerau_levenshtein(&name, &known) <= letters
}
