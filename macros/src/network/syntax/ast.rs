//! A chain as it was written.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Expr, Path};

use crate::common::tokens::{ArrowKind, source};
use crate::network::registry;

/// `layer -> layer -> … => loss`
pub(crate) struct Chain {
    pub(crate) segments: Vec<Segment>,
    /// Whether it was reported that the chain is empty, or ends too early.
    pub(crate) end_is_reported: bool,
}

/// A layer or the loss, with the arrow before it.
#[derive(Clone)]
pub(crate) struct Segment {
    pub(crate) arrow: Option<Arrow>,
    /// `None` if it was reported as wrong.
    pub(crate) call: Option<Call>,
}

/// An arrow; without tokens where it was missing.
#[derive(Clone)]
pub(crate) struct Arrow {
    pub(crate) kind: ArrowKind,
    pub(crate) tokens: TokenStream,
}

/// `name: Path(arguments)`, or `name: map Path`.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) name: Option<Ident>,
    /// The `map` before an activation of the user's own.
    pub(crate) map: Option<Ident>,
    pub(crate) path: Path,
    pub(crate) arguments: Arguments,
    /// The path and the arguments, to be underlined.
    pub(crate) tokens: TokenStream,
    /// `None` outside of `repeat`.
    pub(crate) turn: Option<Turn>,
}

/// Which copy of a repeated layer this is. They are all written at one place,
/// so what is wrong with each by itself is told of the first, and what is wrong
/// with how they follow on one another of the second.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Turn {
    First,
    Second,
    Later,
}

impl Segment {
    /// The arrow and the call.
    pub(crate) fn written(&self) -> TokenStream {
        let arrow = self.arrow.as_ref().map(|arrow| &arrow.tokens);
        let call = self.call.as_ref().map(|call| &call.tokens);
        quote!(#arrow #call)
    }
}

impl Call {
    /// The path as one name, `None` if it has several segments.
    pub(crate) fn ident(&self) -> Option<&Ident> {
        self.path.get_ident()
    }

    /// Whether the path goes on after a name that the macro knows: `Affine::new`.
    pub(crate) fn begins_with_ours(&self) -> bool {
        let first = self.path.segments.first().filter(|_| self.path.leading_colon.is_none());
        let is_ours = |name: &str| name == "Input" || registry::find(name).is_some();
        self.path.segments.len() > 1 && first.is_some_and(|first| is_ours(&first.ident.to_string()))
    }

    /// The call as it was written, `Affine(784, 50)`.
    pub(crate) fn source(&self) -> String {
        source(&self.tokens)
    }

    /// The call without arguments: `Relu`, `map my::Gelu`.
    pub(crate) fn path_with_map(&self) -> TokenStream {
        let (map, path) = (&self.map, &self.path);
        quote!(#map #path)
    }

    /// Whether it is the first at its place, for which mistakes are told.
    pub(crate) fn is_first(&self) -> bool {
        matches!(self.turn, None | Some(Turn::First))
    }
}

/// What stands in the parentheses.
#[derive(Clone)]
pub(crate) enum Arguments {
    /// There are no parentheses.
    Absent,
    Given(Vec<Expr>),
    /// It was reported as wrong.
    Mistaken,
}
