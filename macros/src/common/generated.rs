//! The names of what is generated: of type parameters, and of a network without a name of
//! its own. They hide whatever has the same name outside, so they differ from all names of
//! the declaration.

use std::collections::HashSet;

use proc_macro2::{Group, Ident, TokenStream, TokenTree};

/// What the type of a network without a name is called until it is named.
pub(crate) const NETWORK: &str = "__Network";

/// What has a name that is generated is called so until it is named.
const UNNAMED: [&str; 9] = [NETWORK, "__T", "__U", "__I", "__O", "__R", "__W", "__X", "__Y"];

/// Names what is generated: `__T` is called `T`, or `T1` and so on where the declaration
/// itself has a `T`.
pub(crate) fn named(expansion: TokenStream, declaration: TokenStream) -> TokenStream {
    let mut taken = HashSet::new();
    collect(declaration, &mut taken);
    let names = UNNAMED.map(|unnamed| {
        let name = unnamed.trim_start_matches('_');
        let numbered = (1..).map(|number| format!("{name}{number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        names.find(|name| !taken.contains(name)).unwrap_or_default()
    });
    replaced(expansion, &names)
}

/// The names among the tokens, without a leading `r#`.
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

fn replaced(tokens: TokenStream, names: &[String; UNNAMED.len()]) -> TokenStream {
    let trees = tokens.into_iter().map(|tree| match tree {
        TokenTree::Group(group) => {
            let mut inside = Group::new(group.delimiter(), replaced(group.stream(), names));
            inside.set_span(group.span());
            TokenTree::Group(inside)
        }
        TokenTree::Ident(name) => {
            let unnamed = UNNAMED.iter().position(|unnamed| name == unnamed);
            let named = unnamed.map(|place| Ident::new(&names[place], name.span()));
            TokenTree::Ident(named.unwrap_or(name))
        }
        tree => tree,
    });
    trees.collect()
}
