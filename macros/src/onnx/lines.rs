//! A network that was read: its lines in the language of `network!`, and the items with its
//! parameters.

use std::str::FromStr;

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::LitStr;

use super::parameters::{Parameter, file};
use super::place::resolved;

/// A network that was read.
pub(super) struct Network {
    /// Lines before the last one.
    pub(super) lines: Vec<String>,
    /// The last line, without the loss.
    pub(super) outputs: String,
    /// The loss, if none is written.
    pub(super) loss: String,
    pub(super) parameters: Vec<Parameter>,
    /// The files with numbers of the model, besides its own.
    pub(super) files: Vec<String>,
}

impl Network {
    /// The lines as tokens, all with the place of the path.
    pub(super) fn lines(&self, path: &LitStr, loss: Option<&TokenStream>) -> TokenStream {
        let lines = format!("{}\n{}", self.lines.join("\n"), self.outputs);
        let lines = TokenStream::from_str(&lines).unwrap_or_default();
        let default = TokenStream::from_str(&self.loss).unwrap_or_default();
        let (lines, default) = (placed(lines, path.span()), placed(default, path.span()));
        let loss = loss.unwrap_or(&default);
        let arrow = quote_spanned!(path.span()=> =>);
        quote!(#lines #arrow #loss)
    }

    /// The parameters, and that the compiler reads the file again if it changes.
    pub(super) fn items(
        &self,
        runtime: &TokenStream,
        (name, conditions): (&Ident, TokenStream),
        path: &LitStr,
    ) -> TokenStream {
        let bytes = Literal::byte_string(&file(&self.parameters));
        let place = resolved(path);
        let beside = self.files.iter().map(|file| place.with_file_name(file));
        let tracked: Vec<String> = std::iter::once(place.clone())
            .chain(beside)
            .map(|file| file.display().to_string())
            .collect();
        let trained = format!("The network with the parameters of `{}`.", path.value());
        let boxed = format!("A network with the parameters of `{}`, to train.", path.value());
        quote! {
            #conditions
            impl #name {
                #[doc = #trained]
                #[allow(long_running_const_eval)]
                pub const TRAINED: #name = #runtime::__private::embedded::<#name>(
                    #bytes, #path, #runtime::saving::Layout::Chainrule,
                );

                #[doc = #boxed]
                #[must_use]
                pub fn trained() -> #runtime::__private::Box<#name> {
                    static TRAINED: #name = #name::TRAINED;
                    #runtime::__private::boxed_clone(&TRAINED)
                }
            }

            #(
                #conditions
                const _: &[u8] = ::core::include_bytes!(#tracked);
            )*
        }
    }
}

/// The tokens at another place.
fn placed(tokens: TokenStream, place: Span) -> TokenStream {
    let tokens = tokens.into_iter().map(|mut tree| {
        if let TokenTree::Group(group) = &tree {
            tree = Group::new(group.delimiter(), placed(group.stream(), place)).into();
        }
        tree.set_span(place);
        tree
    });
    tokens.collect()
}
