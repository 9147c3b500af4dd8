//! The syntax tree of a chain.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Expr, Path};

use crate::common::tokens::{ArrowKind, source};
use crate::network::registry;

/// What is declared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// `struct Net`: it ends with a loss.
    Network,
    /// `layer Block`: it has no loss.
    Layer,
}

/// `layer -> layer -> … => loss`
pub(crate) struct Chain {
    pub(crate) segments: Vec<Segment>,
    /// Whether a missing layer or loss at the end was already reported.
    pub(crate) end_is_reported: bool,
}

/// A layer or the loss, with the arrow before it.
#[derive(Clone)]
pub(crate) struct Segment {
    pub(crate) arrow: Option<Arrow>,
    /// `None` if it was reported as invalid, and for losses in parentheses.
    pub(crate) call: Option<Call>,
    /// Losses in parentheses, `(SoftmaxWithLoss, 0.5 * Huber)`.
    pub(crate) heads: Option<HeadCalls>,
}

/// A loss for each output.
#[derive(Clone)]
pub(crate) struct HeadCalls {
    /// `None` for those reported as invalid.
    pub(crate) heads: Vec<Option<HeadCall>>,
    /// The parentheses, to be underlined.
    pub(crate) tokens: TokenStream,
}

/// `0.5 * Huber(1.0)`
#[derive(Clone)]
pub(crate) struct HeadCall {
    pub(crate) weight: Option<Expr>,
    pub(crate) call: Call,
}

/// An arrow; without tokens if it is missing.
#[derive(Clone)]
pub(crate) struct Arrow {
    pub(crate) kind: ArrowKind,
    pub(crate) tokens: TokenStream,
}

/// `name: Path(arguments)`, or `name: map Path`.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) name: Option<Ident>,
    /// The `map` before a user-defined activation.
    pub(crate) map: Option<Ident>,
    pub(crate) path: Path,
    pub(crate) arguments: Arguments,
    /// The path and the arguments, to be underlined.
    pub(crate) tokens: TokenStream,
    /// `None` outside `repeat`.
    pub(crate) turn: Option<RepeatCopy>,
}

/// Which copy of a repeated layer this is. All copies have the same source, so errors in a single
/// copy are reported for the first, and errors between consecutive copies for the second.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum RepeatCopy {
    First,
    Second,
    Later,
}

impl Segment {
    /// A layer or loss.
    pub(crate) fn new(arrow: Option<Arrow>, call: Option<Call>) -> Segment {
        Segment { arrow, call, heads: None }
    }

    /// The source of the arrow and the call.
    pub(crate) fn written(&self) -> TokenStream {
        let arrow = self.arrow.as_ref().map(|arrow| &arrow.tokens);
        let call = self.call.as_ref().map(|call| &call.tokens);
        let heads = self.heads.as_ref().map(|heads| &heads.tokens);
        quote!(#arrow #call #heads)
    }
}

impl Call {
    /// The path as a single name; `None` if it has several segments.
    pub(crate) fn ident(&self) -> Option<&Ident> {
        self.path.get_ident()
    }

    /// The name to look up: a single name, or the last one of a path into another library, such as
    /// `Linear` in `nn::Linear`.
    pub(crate) fn word(&self) -> Option<String> {
        let segments = &self.path.segments;
        let is_foreign = segments.first().is_some_and(|first| {
            self.path.leading_colon.is_none() && is_library(&first.ident.to_string())
        });
        let last = segments.last().filter(|_| segments.len() == 1 || is_foreign)?;
        Some(last.ident.to_string())
    }

    /// Returns whether the first segment of a longer path is a built-in name: `Affine::new`.
    pub(crate) fn begins_with_ours(&self) -> bool {
        let first = self.path.segments.first().filter(|_| self.path.leading_colon.is_none());
        let is_ours = |name: &str| name == "Input" || registry::find(name).is_some();
        self.path.segments.len() > 1 && first.is_some_and(|first| is_ours(&first.ident.to_string()))
    }

    /// The source of the call, `Affine(784, 50)`.
    pub(crate) fn source(&self) -> String {
        source(&self.tokens)
    }

    /// The call without arguments: `Relu`, `map my::Gelu`.
    pub(crate) fn path_with_map(&self) -> TokenStream {
        let (map, path) = (&self.map, &self.path);
        quote!(#map #path)
    }

    /// Returns whether it is the first copy, for which errors are reported.
    pub(crate) fn is_first(&self) -> bool {
        matches!(self.turn, None | Some(RepeatCopy::First))
    }
}

/// Returns whether a path that begins with `name` is one into another library.
pub(crate) fn is_library(name: &str) -> bool {
    let libraries = [
        "nn",
        "F",
        "torch",
        "keras",
        "tf",
        "tensorflow",
        "jax",
        "flax",
        "burn",
        "candle_nn",
        "tch",
    ];
    libraries.contains(&name)
}

/// The contents of the parentheses.
#[derive(Clone)]
pub(crate) enum Arguments {
    /// There are no parentheses.
    Absent,
    Given(Vec<Expr>),
    /// `<16, 28>` instead, of a layer with parameters.
    Angles(Vec<Expr>),
    /// They were reported as invalid.
    Mistaken,
}
