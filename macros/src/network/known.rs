//! What is known about a value and the layer that reads it, and checks of two sizes.

use proc_macro2::TokenStream;

use crate::common::report::Report;
use crate::network::checks::{Check, DeferredCheck};
use crate::network::model::Layer;
use crate::network::size::Size;

/// The inputs and outputs of a layer: of one step, if a sequence passes through it step by step.
/// `None` if unknown because of an error that was already reported.
#[derive(Clone, Default)]
pub(crate) struct Shape {
    pub(crate) inputs: Option<Size>,
    pub(crate) outputs: Option<Size>,
}

/// What is known about the features before a layer.
#[expect(clippy::large_enum_variant, reason = "there are two or three at a time")]
pub(crate) enum Before {
    /// Their number, and a description of their source.
    Known(Size, String),
    /// The layer is the first one, and there is no `Input`.
    Nothing,
    /// Unknown because of an error, already reported.
    Mistake,
}

impl Before {
    pub(crate) fn size(&self) -> Option<Size> {
        match self {
            Before::Known(size, _) => Some(size.clone()),
            Before::Nothing | Before::Mistake => None,
        }
    }

    /// The same features without a shape.
    pub(crate) fn flat(&self) -> Before {
        match self {
            Before::Known(size, words) => Before::Known(size.flat(), words.clone()),
            Before::Nothing => Before::Nothing,
            Before::Mistake => Before::Mistake,
        }
    }

    /// The number of steps of a sequence, or of indices, if it may be one.
    pub(crate) fn steps(&self) -> Option<Size> {
        self.size()?.steps()
    }

    /// What is known about each step of a sequence; otherwise the same.
    pub(crate) fn of_step(&self) -> Before {
        match self {
            Before::Known(size, words) => Before::Known(size.of_step(), words.clone()),
            Before::Nothing => Before::Nothing,
            Before::Mistake => Before::Mistake,
        }
    }
}

/// Checks that two sizes are equal, or leaves that to the compiler. `words` are the parts of the
/// message before, between and after the sizes.
pub(crate) fn check_equal(
    place: TokenStream,
    one: &Size,
    other: &Size,
    words: [String; 3],
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) {
    if one.is_same(other) {
        return;
    }
    if one.open_shape().is_some() || other.open_shape().is_some() {
        let check = Check::Same { words, one: one.clone(), other: other.clone() };
        links.push(DeferredCheck { place, check });
        return;
    }
    let have_other_ranks = one.dims().len() != other.dims().len();
    if have_other_ranks || (one.value.is_some() && other.value.is_some()) {
        let [begin, middle, end] = words;
        let (one, other) = (one.evaluated_or_shape(), other.evaluated_or_shape());
        report.error(place, format!("{begin}{one}{middle}{other}{end}"));
    } else if one.dims().is_empty() {
        let check = Check::Equal { words, takes: one.clone(), produces: other.clone() };
        links.push(DeferredCheck { place, check });
    } else {
        let check = Check::Same { words, one: one.clone(), other: other.clone() };
        links.push(DeferredCheck { place, check });
    }
}

/// Rejects weights that exceed any memory.
pub(crate) fn check_memory(
    layer: &Layer,
    inputs: Option<&Size>,
    outputs: Option<&Size>,
    report: &mut Report,
) {
    let (Some(inputs), Some(outputs)) =
        (inputs.and_then(|s| s.value), outputs.and_then(|s| s.value))
    else {
        return;
    };
    /// One terabyte of `f64`.
    const MOST: u64 = 1 << 37;
    if inputs.saturating_mul(outputs) > MOST {
        let message = format!(
            "`{}` needs {inputs} × {outputs} weights, more than a terabyte\n\
             help: use smaller sizes",
            layer.describe()
        );
        report.error(&layer.call.tokens, message);
    }
}
