//! The syntax tree of a graph. Parts that were reported as invalid are left out.

use std::collections::HashSet;

use proc_macro2::Ident;
use syn::{Attribute, Expr, Token, Visibility};

/// A declaration, `struct Name(x, y) { … }`.
pub(super) struct Declaration {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    /// `None` if it was reported as missing or invalid; the same for the name.
    pub(super) keyword: Option<Token![struct]>,
    pub(super) name: Option<Ident>,
    /// `None` if they were reported as missing.
    pub(super) inputs: Option<Vec<Input>>,
    pub(super) body: Body,
}

/// An input: `x`, `x: [_]` or `x: [_, _]`.
pub(super) struct Input {
    pub(super) documentation: Vec<Attribute>,
    /// `Err` with the token if it was reported as invalid.
    pub(super) name: Result<Ident, Ident>,
    /// The number of axes; 0 for a number.
    pub(super) axes: usize,
}

/// The contents of the braces.
#[derive(Default)]
pub(super) struct Body {
    pub(super) lets: Vec<Let>,
    /// The result with its documentation; `None` if it was reported as missing or invalid.
    pub(super) result: Option<(Vec<Attribute>, Expr)>,
    /// The names in code that was reported as invalid. They count as used.
    pub(super) mentioned: HashSet<String>,
}

/// `let name = value;`
pub(super) struct Let {
    pub(super) documentation: Vec<Attribute>,
    pub(super) name: Ident,
    /// `None` if it was reported as invalid.
    pub(super) value: Option<Expr>,
}
