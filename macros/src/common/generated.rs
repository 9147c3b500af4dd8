//! Names in the expansion: of type parameters, and of an anonymous network. They shadow outer items
//! of the same name, so they must differ from all names in the declaration.

use std::collections::HashSet;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::format_ident;

/// The placeholder for the type of an anonymous network until it is renamed.
pub(crate) const NETWORK: &str = "__Network";

/// The placeholders of all generated names.
const UNNAMED: [&str; 9] = [NETWORK, "__T", "__U", "__I", "__O", "__R", "__W", "__X", "__Y"];

/// Renames placeholders: `__T` becomes `T`, or `T1` and so on if the declaration already contains
/// `T`.
pub(crate) fn named(expansion: TokenStream, declaration: TokenStream) -> TokenStream {
    let mut taken = HashSet::new();
    collect(declaration, &mut taken);
    let names = UNNAMED.map(|unnamed| {
        let name = unnamed.trim_start_matches('_');
        let numbered = (1..).map(|number| format!("{name}{number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        names.find(|name| !taken.contains(name)).unwrap_or_default()
    });
    renamed(expansion, &|name| {
        let unnamed = UNNAMED.iter().position(|unnamed| name == unnamed);
        unnamed.map(|place| names[place].clone())
    })
}

/// A placeholder for a name that is generated from source, the same for the same source.
pub(crate) fn placeholder(kind: char, written: &str) -> Ident {
    format_ident!("__{kind}_{:016x}", hash(written), span = Span::mixed_site())
}

/// FNV-1a.
pub(crate) fn hash(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

/// Collects the names among the tokens, without a leading `r#`.
fn collect(tokens: TokenStream, names: &mut HashSet<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => collect(group.stream(), names),
            TokenTree::Ident(name) => {
                names.insert(name.to_string().trim_start_matches("r#").to_owned());
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Replaces names by those that `new` returns.
pub(crate) fn renamed(tokens: TokenStream, new: &impl Fn(&Ident) -> Option<String>) -> TokenStream {
    let trees = tokens.into_iter().map(|tree| match tree {
        TokenTree::Group(group) => {
            let mut inside = Group::new(group.delimiter(), renamed(group.stream(), new));
            inside.set_span(group.span());
            TokenTree::Group(inside)
        }
        TokenTree::Ident(name) => {
            let named = new(&name).map(|new| Ident::new(&new, name.span()));
            TokenTree::Ident(named.unwrap_or(name))
        }
        tree => tree,
    });
    trees.collect()
}
