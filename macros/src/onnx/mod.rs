//! `struct Net = onnx("model.onnx");`: a network that another program wrote, read at compile time.
//!
//! The file becomes a declaration like one that is written by hand, and a file of parameters in the
//! format of the library, which the runtime reads in a constant as for `weights!`.

#[cfg(feature = "onnx")]
mod attention;
#[cfg(feature = "onnx")]
mod dense;
#[cfg(feature = "onnx")]
mod elementwise;
#[cfg(feature = "onnx")]
mod fold;
#[cfg(feature = "onnx")]
mod images;
#[cfg(feature = "onnx")]
mod layout;
#[cfg(feature = "onnx")]
mod lines;
#[cfg(feature = "onnx")]
mod messages;
#[cfg(feature = "onnx")]
mod norms;
#[cfg(feature = "onnx")]
mod operators;
#[cfg(feature = "onnx")]
mod parameters;
#[cfg(feature = "onnx")]
mod place;
#[cfg(feature = "onnx")]
mod read;
#[cfg(feature = "onnx")]
mod reader;
#[cfg(feature = "onnx")]
mod sequences;
#[cfg(feature = "onnx")]
mod settings;
#[cfg(feature = "onnx")]
mod shapes;
#[cfg(feature = "onnx")]
mod tables;
#[cfg(feature = "onnx")]
mod tensor;
#[cfg(feature = "onnx")]
mod value;
#[cfg(feature = "onnx")]
mod window;

#[cfg(feature = "onnx")]
use proc_macro2::Ident;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::common::report::Report;
use crate::common::tokens::is_mark;

/// `struct Net = onnx("model.onnx") => SoftmaxWithLoss`, as its parts.
struct Import {
    /// The tokens before the `=`.
    head: Vec<TokenTree>,
    /// The contents of the parentheses.
    arguments: Group,
    /// The tokens after them.
    #[cfg_attr(not(feature = "onnx"), expect(dead_code, reason = "the file is not read"))]
    rest: Vec<TokenTree>,
}

/// The same declaration with the layers of the file, and the items for its parameters. Other
/// declarations are returned as they are.
pub(crate) fn read_file(
    runtime: &TokenStream,
    tokens: TokenStream,
    report: &mut Report,
) -> (TokenStream, TokenStream) {
    match Import::find(&tokens) {
        Some(import) => import.read(runtime, report),
        None => (tokens, TokenStream::new()),
    }
}

impl Import {
    /// Finds `= onnx(…)`.
    fn find(tokens: &TokenStream) -> Option<Import> {
        let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let at = trees.windows(3).position(|trees| {
            let is_call = matches!(&trees[2], TokenTree::Group(group)
                if group.delimiter() == Delimiter::Parenthesis);
            is_mark(&trees[0], '=') && is_word(&trees[1], "onnx") && is_call
        })?;
        let TokenTree::Group(arguments) = &trees[at + 2] else { return None };
        Some(Import {
            head: trees[..at].to_vec(),
            arguments: arguments.clone(),
            rest: trees[at + 3..].to_vec(),
        })
    }

    /// The name of the network.
    #[cfg(feature = "onnx")]
    fn name(&self) -> Option<&Ident> {
        match self.head.last()? {
            TokenTree::Ident(name) => Some(name),
            _ => None,
        }
    }

    /// The `cfg` attributes, which every generated item must have.
    #[cfg(feature = "onnx")]
    fn conditions(&self) -> TokenStream {
        let pairs = self.head.windows(2).filter(|pair| {
            let is_condition = matches!(&pair[1], TokenTree::Group(group)
                if group.stream().into_iter().next().is_some_and(|first| is_word(&first, "cfg")));
            is_mark(&pair[0], '#') && is_condition
        });
        pairs.flatten().cloned().collect()
    }

    /// The tokens after the arrow before the loss; `None` without a loss.
    #[cfg(feature = "onnx")]
    fn loss(&self) -> Option<&[TokenTree]> {
        let end = self.rest.iter().position(|tree| is_mark(tree, ';')).unwrap_or(self.rest.len());
        self.rest[..end].get(2..).filter(|loss| !loss.is_empty())
    }

    /// A declaration in place of one whose file cannot be read, so that other uses of its name are no
    /// errors.
    fn placeholder(&self) -> TokenStream {
        let head = &self.head;
        quote!(#(#head)* = Affine(1, 1) => IdentityWithLoss;)
    }

    #[cfg(not(feature = "onnx"))]
    fn read(&self, _runtime: &TokenStream, report: &mut Report) -> (TokenStream, TokenStream) {
        let message = "`onnx(…)` needs the feature `onnx` of `chainrule`\n\
                       help: write `chainrule = { …, features = [\"onnx\"] }` in `Cargo.toml`";
        report.error(self.arguments.to_token_stream(), message);
        (self.placeholder(), TokenStream::new())
    }

    #[cfg(feature = "onnx")]
    fn read(&self, runtime: &TokenStream, report: &mut Report) -> (TokenStream, TokenStream) {
        let Ok(path) = syn::parse2::<syn::LitStr>(self.arguments.stream()) else {
            let message = "expected the path of a model\nhelp: write `onnx(\"model.onnx\")`";
            report.error(self.arguments.to_token_stream(), message);
            return (self.placeholder(), TokenStream::new());
        };
        let loss = self.loss().map(|loss| loss.iter().cloned().collect::<TokenStream>());
        match (read::file(&path, loss.as_ref()), self.name()) {
            (Ok(network), Some(name)) => {
                let (head, lines) = (&self.head, network.lines(&path, loss.as_ref()));
                let declaration = quote!(#(#head)* { #lines });
                (declaration, network.items(runtime, (name, self.conditions()), &path))
            }
            (Ok(_), None) => (self.placeholder(), TokenStream::new()),
            (Err(message), _) => {
                report.error(&path, message);
                (self.placeholder(), TokenStream::new())
            }
        }
    }
}

fn is_word(tree: &TokenTree, word: &str) -> bool {
    matches!(tree, TokenTree::Ident(name) if name == word)
}
