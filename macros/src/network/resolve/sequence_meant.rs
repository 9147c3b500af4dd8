//! The call that was meant by a layer of sequences in the style of another library.

use syn::{Expr, ExprLit, Lit};

use super::settings::named;
use crate::common::tokens::source;
use crate::network::absent;
use crate::network::registry::{LayerSpec, SequenceKind};
use crate::network::size::plain;

/// Names of the features that a recurrent layer produces.
const HIDDEN: [&str; 6] =
    ["hidden_size", "hidden_dim", "hidden", "units", "features", "output_size"];

/// Names of the heads of an attention.
const HEADS: [&str; 4] = ["num_heads", "n_heads", "nhead", "heads"];

/// Names of the indices of an embedding.
const VOCABULARY: [&str; 4] = ["num_embeddings", "vocab_size", "vocabulary", "input_dim"];

/// Names of the features of an embedding.
const FEATURES: [&str; 4] = ["embedding_dim", "embed_dim", "features", "output_dim"];

/// Names of the settings that leave out the steps beyond others.
const MASKS: [&str; 6] = ["causal", "is_causal", "use_causal_mask", "mask", "attn_mask", "masked"];

/// Returns whether the name in front of a `=` is that of a size.
pub(super) fn is_size(name: &str) -> bool {
    [&HIDDEN[..], &HEADS, &VOCABULARY, &FEATURES].iter().any(|names| names.contains(&name))
}

/// The help for a call with these arguments; `None` if they do not say the sizes.
pub(super) fn help(spec: &LayerSpec, kind: SequenceKind, arguments: &[Expr]) -> Option<String> {
    let written = || meant(spec, kind, arguments).map(|call| format!("write `{call}`"));
    both_directions(spec, kind, arguments).or_else(written)
}

/// The help for a recurrent layer that is to read both directions.
pub(super) fn both_directions(
    spec: &LayerSpec,
    kind: SequenceKind,
    arguments: &[Expr],
) -> Option<String> {
    let both = setting(arguments, &["bidirectional"]).is_some_and(|value| !is_off(value));
    let is_recurrent = matches!(kind, SequenceKind::Recurrent { .. });
    let call = (both && is_recurrent).then(|| layer(spec, kind, arguments))??;
    Some(absent::BOTH_DIRECTIONS.replace("Lstm(64)", &call))
}

/// The call in the style of this library: `repeat 2 { Lstm(64) } -> Last` for
/// `LSTM(8, 64, num_layers=2, return_sequences=False)`.
pub(super) fn meant(spec: &LayerSpec, kind: SequenceKind, arguments: &[Expr]) -> Option<String> {
    let call = layer(spec, kind, arguments)?;
    if !matches!(kind, SequenceKind::Recurrent { .. }) {
        return Some(call);
    }
    let third = positional(arguments).nth(2);
    let layers = setting(arguments, &["num_layers", "layers"]).or(third);
    let stacked = match layers.filter(|layers| is_several(layers)) {
        Some(layers) => format!("repeat {} {{ {call} }}", source(layers)),
        None => call,
    };
    Some(match setting(arguments, &["return_sequences"]) {
        Some(value) if is_off(value) => format!("{stacked} -> Last"),
        _ => stacked,
    })
}

/// The layer itself: `Lstm(64)`, `CausalAttention(8)`.
fn layer(spec: &LayerSpec, kind: SequenceKind, arguments: &[Expr]) -> Option<String> {
    let given: Vec<&Expr> = positional(arguments).collect();
    match kind {
        SequenceKind::Recurrent { .. } => {
            let hidden = setting(arguments, &HIDDEN).or(match given[..] {
                [hidden] => Some(hidden),
                // Those of PyTorch, inputs first.
                [_, hidden, ..] => Some(hidden),
                [] => None,
            })?;
            Some(format!("{}({})", spec.name, source(hidden)))
        }
        SequenceKind::Attention => {
            // PyTorch has the features before the heads, Keras the other way around.
            let fewer = given.iter().take(2).rev().min_by_key(|size| literal(size));
            let heads = setting(arguments, &HEADS).or(fewer.copied())?;
            let is_masked = setting(arguments, &MASKS).is_some_and(|value| !is_off(value));
            let name = if is_masked { "CausalAttention" } else { spec.name };
            Some(format!("{name}({})", source(heads)))
        }
        SequenceKind::Embedding => {
            let mut given = given.into_iter();
            let features = setting(arguments, &FEATURES);
            let vocabulary = setting(arguments, &VOCABULARY).or_else(|| match features {
                Some(_) => given.next(),
                None => given.next().filter(|_| given.len() > 0),
            });
            let features = features.or_else(|| positional(arguments).last())?;
            let sizes: Vec<String> = vocabulary.into_iter().chain([features]).map(source).collect();
            Some(format!("{}({})", spec.name, sizes.join(", ")))
        }
        SequenceKind::Positions
        | SequenceKind::SinusoidalPositions
        | SequenceKind::OverTime
        | SequenceKind::Reverse => Some(spec.name.to_owned()),
    }
}

/// The arguments without a name.
fn positional(arguments: &[Expr]) -> impl Iterator<Item = &Expr> {
    arguments.iter().filter(|argument| named(argument).is_none())
}

/// The value of the first argument with one of these names.
fn setting<'e>(arguments: &'e [Expr], names: &[&str]) -> Option<&'e Expr> {
    let is_one = |name: &str| names.contains(&name);
    let values = arguments.iter().filter_map(named);
    values.into_iter().find(|(name, _)| is_one(&name.to_string())).map(|(_, value)| value)
}

/// `false`, as Rust or Python write it, or `None`.
fn is_off(value: &Expr) -> bool {
    ["false", "False", "None"].contains(&source(value).as_str())
}

/// Returns whether a number of layers is a literal above 1.
fn is_several(layers: &Expr) -> bool {
    literal(layers).is_some_and(|count| count > 1)
}

/// The value of a literal.
fn literal(size: &Expr) -> Option<u64> {
    match plain(size) {
        Expr::Lit(ExprLit { lit: Lit::Int(size), .. }) => size.base10_parse().ok(),
        _ => None,
    }
}
