//! The mistakes of one declaration, collected so that all are told at once.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// Mistakes found so far.
#[derive(Default)]
pub(crate) struct Report {
    errors: Vec<syn::Error>,
}

/// The mistakes as the compiler is to print them.
pub(crate) struct Mistakes {
    pub(crate) first: TokenStream,
    pub(crate) rest: Vec<TokenStream>,
}

impl Report {
    /// Adds a mistake, underlined at `tokens`; without tokens, the whole macro
    /// is. The lines of a message below the first are repairs and notes.
    pub(crate) fn error(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.errors.push(syn::Error::new_spanned(tokens, message));
    }

    /// Adds a mistake that `syn` found.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.errors.push(error);
    }

    /// How many mistakes were found so far.
    pub(crate) fn count(&self) -> usize {
        self.errors.len()
    }

    /// The mistakes, `None` if there are none.
    pub(crate) fn into_mistakes(self) -> Option<Mistakes> {
        let mut errors = self.errors.iter().map(syn::Error::to_compile_error);
        Some(Mistakes { first: errors.next()?, rest: errors.collect() })
    }
}
