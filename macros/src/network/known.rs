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

/// Rejects weights that exceed any memory. Returns whether they do.
pub(crate) fn check_memory(
    layer: &Layer,
    inputs: Option<&Size>,
    outputs: Option<&Size>,
    report: &mut Report,
) -> bool {
    let (Some(inputs), Some(outputs)) =
        (inputs.and_then(|s| s.value), outputs.and_then(|s| s.value))
    else {
        return false;
    };
    /// One terabyte of `f64`.
    const MOST: u64 = 1 << 37;
    let exceeds = inputs.saturating_mul(outputs) > MOST;
    if exceeds {
        let message = format!(
            "`{}` needs {inputs} × {outputs} weights, more than a terabyte\n\
             help: use smaller sizes",
            layer.describe()
        );
        report.error(&layer.call.tokens, message);
    }
    exceeds
}

/// How to make a value one with `rank` dimensions, after "help:". `example` are such dimensions.
pub(crate) fn reshaped(size: &Size, producer: &str, rank: usize, example: &str) -> String {
    let is_input = producer.starts_with("`Input(");
    let dims = size.dims();
    // Three sizes before a sequence may as well be an image, whose channels are few.
    let is_batch = rank == 3 || dims.first().and_then(|size| size.value).is_some_and(|n| n > 4);
    if is_input && is_batch && dims.len() == rank + 1 {
        let sample: Vec<String> = dims[dims.len() - rank..].iter().map(Size::to_string).collect();
        return format!("leave out the batch: begin with `Input({})`", sample.join(", "));
    }
    let dims = size.value.map_or(example.to_owned(), |features| divided(features, rank));
    let reshape = format!("write `Reshape({dims}) ->` before it");
    if is_input { format!("begin with `Input({dims})`, or {reshape}") } else { reshape }
}

/// Dimensions of `features`: `20, 8` of 160, or `1, 28, 28` of 784.
pub(crate) fn divided(features: u64, rank: usize) -> String {
    /// Sides beyond this are not searched.
    const LONGEST: u64 = 1000;
    let area = |side: u64| if rank == 3 { side * side } else { side };
    let is_side = |side: &u64| side * side <= features && features.is_multiple_of(area(*side));
    let side = (1..=LONGEST).rev().find(is_side).unwrap_or(1);
    match rank {
        3 => format!("{}, {side}, {side}", features / area(side)),
        _ => format!("{}, {side}", features / side),
    }
}

/// The largest number up to `most` that divides both values, for the help of messages.
pub(crate) fn divisor(most: u64, [one, other]: [u64; 2]) -> u64 {
    /// Numbers beyond this are not searched.
    const LARGEST: u64 = 1 << 16;
    let divides = |n: &u64| one.is_multiple_of(*n) && other.is_multiple_of(*n);
    (1..=most.min(LARGEST)).rev().find(divides).unwrap_or(1)
}
