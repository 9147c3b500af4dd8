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
    /// A function of each number by itself: `Name`.
    Activation,
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

impl Role {
    /// Whether it ends a chain.
    pub(crate) fn is_loss(self) -> bool {
        matches!(self, Role::Loss)
    }
}

impl Row {
    /// How the layer is written: `Affine(inputs, outputs)`.
    pub(crate) fn signature(&self) -> String {
        match self.role {
            Role::Layer { .. } => format!("{}(inputs, outputs)", self.name),
            Role::Activation | Role::Loss => self.name.to_owned(),
        }
    }
}

/// The row of a name.
pub(crate) fn find(name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.name == name)
}

/// The row that a name not in the table was probably meant to be.
pub(crate) fn closest(name: &str) -> Option<&'static Row> {
    let known = |row: &&Row| {
        row.name.eq_ignore_ascii_case(name)
            || row.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
    };
    TABLE.iter().find(known).or_else(|| {
        let (distance, row) = TABLE
            .iter()
            .map(|row| (strsim::damerau_levenshtein(name, row.name), row))
            .min_by_key(|(distance, _)| *distance)?;
        // Up to a third of the letters may be wrong.
        (3 * distance <= row.name.len().max(name.len())).then_some(row)
    })
}

/// The names of a role, for a message: "`Relu` and `Sigmoid`".
pub(crate) fn names(wanted: impl Fn(Role) -> bool) -> String {
    let names: Vec<_> =
        TABLE.iter().filter(|row| wanted(row.role)).map(|row| format!("`{}`", row.name)).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
