//! Shapes of layers of sequences, and of values that are indices.

use quote::ToTokens;

use crate::common::report::Report;
use crate::common::tokens::source;
use crate::network::checks::{Check, DeferredCheck};
use crate::network::known::{Before, Shape, check_equal, check_memory, divisor, reshaped};
use crate::network::model::{Layer, Model, Node, Operation};
use crate::network::registry::{Role, SequenceKind};
use crate::network::size::Size;

/// The shape of a layer of sequences.
pub(crate) fn shape(
    layer: &Layer,
    kind: SequenceKind,
    before: &Before,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Shape {
    if kind == SequenceKind::Embedding {
        return embedding(layer, before, links, report);
    }
    let Some(size) = sequence(layer, before, links, report) else { return Shape::default() };
    let Some((time, features)) = size.sequence() else { return Shape::default() };
    let outputs = match kind {
        SequenceKind::Recurrent { .. } => match layer.sizes.first() {
            Some(Some(hidden)) => {
                check_memory(layer, Some(hidden), Some(hidden), report);
                check_memory(layer, Some(features), Some(hidden), report);
                Size::shaped(vec![time.clone(), hidden.clone()])
            }
            _ => return Shape::default(),
        },
        SequenceKind::Attention => match layer.sizes.first() {
            Some(Some(heads)) if divides(layer, heads, features, report) => size.clone(),
            _ => return Shape::default(),
        },
        SequenceKind::OverTime => features.clone(),
        SequenceKind::Embedding
        | SequenceKind::Positions
        | SequenceKind::SinusoidalPositions
        | SequenceKind::Reverse => size.clone(),
    };
    Shape { inputs: Some(size), outputs: Some(outputs) }
}

/// The shape of an embedding: the number of its rows, and their features.
fn embedding(
    layer: &Layer,
    before: &Before,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Shape {
    let written = layer.call.source();
    let (declared, features) = match &layer.sizes[..] {
        [features] => (None, features.clone()),
        [vocabulary, features] => (vocabulary.clone(), features.clone()),
        _ => return Shape::default(),
    };
    let message = match before {
        Before::Mistake => return Shape::default(),
        Before::Known(size, producer) => match (size.below(), features) {
            (Some(below), features) => {
                if let (Some(declared), Some(features)) = (&declared, &features) {
                    let words = [
                        format!("`{}` has ", layer.describe()),
                        format!(" rows, but {producer} indices below "),
                        format!("\nhelp: write `Embedding({features})`, which has a row for each"),
                    ];
                    let place = declared.shown().to_token_stream();
                    check_equal(place, declared, below, words, links, report);
                }
                check_memory(layer, Some(below), features.as_ref(), report);
                return Shape { inputs: Some(below.clone()), outputs: features };
            }
            (None, _) => {
                let below = declared.as_ref().map_or("65".to_owned(), Size::to_string);
                let steps = if size.is_flat() { size.to_string() } else { "64".to_owned() };
                let indices = match producer.starts_with("`Input(") {
                    true => format!("`Input({steps}, of = {below})`"),
                    false => format!("indices, such as `input text: [{steps}] of {below};`"),
                };
                format!(
                    "`{}` takes indices, but {producer} {size} numbers\n\
                     help: declare {indices}, or use `Affine`",
                    layer.describe()
                )
            }
        },
        Before::Nothing => {
            let below = declared.as_ref().and_then(|below| below.value).unwrap_or(65);
            format!(
                "the indices that `{written}` takes are unknown\n\
                 help: begin with `Input(64, of = {below}) ->`, for 64 indices from 0 to {}",
                below - 1
            )
        }
    };
    report.error(&layer.call.tokens, message);
    Shape::default()
}

/// The time and features before a layer of sequences; reports another value.
pub(crate) fn sequence(
    layer: &Layer,
    before: &Before,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Option<Size> {
    let written = layer.call.source();
    let message = match before {
        Before::Mistake => return None,
        Before::Known(size, _) if size.sequence().is_some() => return Some(size.clone()),
        Before::Known(size, producer) => {
            let takes = "takes a sequence, time × features, but";
            let begin = format!("`{}` {takes} {producer} ", layer.describe());
            let is_over_time = matches!(layer.spec.role, Role::Sequence(SequenceKind::OverTime));
            let help = match is_over_time && size.is_flat() && !producer.starts_with("`Input(") {
                true => "remove it: no steps are left".to_owned(),
                false => reshaped(size, producer, 2, "64, 8"),
            };
            let help = format!("\nhelp: {help}");
            if size.open_shape().is_some() {
                let check = Check::Sequence { words: [begin, help], size: size.clone() };
                links.push(DeferredCheck { place: layer.call.tokens.clone(), check });
                return Some(Size::shaped((0..2).map(|at| size.open_dim(at)).collect()));
            }
            format!("{begin}{size}{help}")
        }
        Before::Nothing => format!(
            "the sequence that `{written}` takes is unknown\n\
             help: begin with `Input(64, 8) ->`, for 64 steps of 8 features"
        ),
    };
    report.error(&layer.call.tokens, message);
    None
}

/// Returns whether the heads of an attention divide its features; reports if they do not.
fn divides(layer: &Layer, heads: &Size, features: &Size, report: &mut Report) -> bool {
    let (Some(count), Some(value)) = (heads.value, features.value) else { return true };
    if value.is_multiple_of(count) {
        return true;
    }
    let fitting = divisor(count, [value; 2]);
    let message = format!(
        "`{}` has {count} heads, which do not divide its {value} features\n\
         help: write `{}({fitting})`",
        layer.describe(),
        layer.spec.name
    );
    report.error(heads.shown(), message);
    false
}

/// Reports a node that reads indices as numbers. Returns whether it does.
pub(crate) fn reject_indices(
    model: &Model,
    node: &Node,
    before: &[Before],
    report: &mut Report,
) -> bool {
    let layer = node.layer().map(|at| &model.layers[at]);
    let takes_indices = layer
        .is_some_and(|layer| matches!(layer.spec.role, Role::Sequence(SequenceKind::Embedding)));
    if takes_indices || matches!(node.operation, Operation::Part(_) | Operation::Join(_)) {
        return false;
    }
    let indices = before.iter().find_map(|before| match before {
        Before::Known(size, producer) => Some((producer, size.below()?)),
        _ => None,
    });
    let Some((producer, below)) = indices else { return false };
    let what = match layer {
        Some(layer) => format!("`{}`", layer.describe()),
        None => format!("`{}`", source(&node.tokens)),
    };
    let message = format!(
        "{what} takes numbers, but {producer} indices below {below}\n\
         help: write `Embedding(128) ->` before it, for 128 numbers instead of each index"
    );
    report.error(node.tokens.clone(), message);
    true
}

/// The shape of sequences that are concatenated along their features.
pub(crate) fn concatenated(
    node: &Node,
    time: &Size,
    sizes: &[Size],
    report: &mut Report,
) -> Option<Size> {
    let is_like = |size: &&Size| size.sequence().is_some_and(|(other, _)| other.is_same(time));
    if let Some(other) = sizes.iter().find(|size| !is_like(size)) {
        let message = format!(
            "cannot concatenate {} and {other}: sequences need the same number of steps\n\
             help: write `Flatten` after each sequence to concatenate their features",
            sizes[0]
        );
        report.error(&node.tokens, message);
        return None;
    }
    let features = sizes.iter().map(Size::of_step).collect();
    Some(Size::shaped(vec![time.clone(), Size::sum(features)]))
}
