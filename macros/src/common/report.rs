//! The errors of one declaration, collected so that all are reported at once.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The errors found so far.
#[derive(Default)]
pub(crate) struct Report {
    errors: Vec<syn::Error>,
}

/// The errors in the form that the compiler prints.
pub(crate) struct Mistakes {
    pub(crate) first: TokenStream,
    pub(crate) rest: Vec<TokenStream>,
}

impl Report {
    /// Adds an error that underlines `tokens`, or the whole macro call if there are none. The first
    /// line is the message; further lines are help and notes.
    pub(crate) fn error(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.errors.push(syn::Error::new_spanned(tokens, message));
    }

    /// The same, unless an error with this message was reported: once is enough for a mistake that
    /// is repeated throughout a declaration.
    pub(crate) fn error_once(&mut self, tokens: impl ToTokens, message: impl Display) {
        let message = message.to_string();
        if !self.errors.iter().any(|error| error.to_string() == message) {
            self.error(tokens, message);
        }
    }

    /// Adds an error from `syn`.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.errors.push(error);
    }

    /// The number of errors so far.
    pub(crate) fn count(&self) -> usize {
        self.errors.len()
    }

    /// Returns the errors in source order, or `None` if there are none.
    pub(crate) fn into_mistakes(mut self) -> Option<Mistakes> {
        self.errors.sort_by_key(|error| position(error.span()));
        let mut errors = self.errors.iter().map(syn::Error::to_compile_error);
        Some(Mistakes { first: errors.next()?, rest: errors.collect() })
    }
}

/// The line and column of a span. Outside of the compiler, in tests, spans have none.
fn position(span: Span) -> (usize, usize) {
    if !proc_macro::is_available() {
        return (0, 0);
    }
    let start = span.unwrap().start();
    (start.line(), start.column())
}
