//! `weights!`: a network with the parameters of a file. The runtime reads the file in a constant, so
//! that the macro needs to know neither the format nor the network.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Expr, Ident, Token, Type};

/// The layouts of files.
const LAYOUTS: [&str; 2] = ["Chainrule", "PyTorch"];

/// `Net, "net.safetensors", PyTorch`.
struct Weights {
    network: Type,
    path: Expr,
    layout: Option<Ident>,
}

impl Weights {
    fn network(input: ParseStream<'_>) -> syn::Result<Type> {
        let message =
            "expected the network's type\nhelp: write `weights!(Net, \"net.safetensors\")`";
        input.parse().map_err(|error| syn::Error::new(error.span(), message))
    }
}

impl Parse for Weights {
    fn parse(input: ParseStream<'_>) -> syn::Result<Weights> {
        let network = input.call(Weights::network)?;
        input.parse::<Token![,]>()?;
        let path = input.parse()?;
        let mut layout = None;
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let name: Ident = input.parse()?;
            if !LAYOUTS.iter().any(|layout| name == layout) {
                let message = format!(
                    "expected the layout of the file, found `{name}`\n\
                     help: write `PyTorch`, or nothing for a file that this crate saved"
                );
                return Err(syn::Error::new(name.span(), message));
            }
            layout = Some(name);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Weights { network, path, layout })
    }
}

/// The expansion: a constant expression of the network's type.
pub(crate) fn expand_weights(runtime: &TokenStream, tokens: TokenStream) -> TokenStream {
    let Weights { network, path, layout } = match syn::parse2(tokens) {
        Ok(weights) => weights,
        Err(error) => return complete(error).to_compile_error(),
    };
    let layout = layout.unwrap_or_else(|| Ident::new(LAYOUTS[0], Span::call_site()));
    // An error of the file underlines the call, which has the place of the path.
    let read = Ident::new("__chainrule_embedded", path.span());
    let file = quote!(
        ::core::include_bytes!(#path), #path, #runtime::saving::Layout::#layout,
    );
    let mut arguments = Group::new(Delimiter::Parenthesis, file);
    arguments.set_span(path.span());
    quote! {{
        #[allow(long_running_const_eval)]
        const __NETWORK: #network = {
            use #runtime::__private::embedded as #read;
            #read::<#network> #arguments
        };
        __NETWORK
    }}
}

/// An error of `syn`, with the repair if it has none.
fn complete(error: syn::Error) -> syn::Error {
    let message = error.to_string();
    match message.contains("help:") {
        true => error,
        false => syn::Error::new(
            error.span(),
            format!("{message}\nhelp: write `weights!(Net, \"net.safetensors\")`"),
        ),
    }
}
