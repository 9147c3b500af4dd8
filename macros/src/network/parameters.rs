//! The const parameters of a layer: `layer Residual<const C: usize, const S: usize>`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;

use crate::common::tokens::is_mark;

/// The parameters, in order. A network has none.
#[derive(Clone, Default)]
pub(crate) struct Parameters(pub(crate) Vec<Ident>);

impl Parameters {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The index of the parameter of this name.
    pub(crate) fn place(&self, name: &Ident) -> Option<usize> {
        self.0.iter().position(|parameter| parameter.unraw() == name.unraw())
    }

    /// Returns whether an expression contains a parameter.
    pub(crate) fn are_in(&self, expression: TokenStream) -> bool {
        let mut is_in = false;
        self.replaced(expression, &mut |_| {
            is_in = true;
            TokenStream::new()
        });
        is_in
    }

    /// The expression with each parameter replaced by what `of` returns for its index. A name after
    /// `::` or `.`, or before `::`, is not a parameter.
    pub(crate) fn replaced(
        &self,
        expression: TokenStream,
        of: &mut impl FnMut(usize) -> TokenStream,
    ) -> TokenStream {
        let mut replaced = TokenStream::new();
        let mut is_path = false;
        let mut trees = expression.into_iter().peekable();
        while let Some(tree) = trees.next() {
            let begins_path = trees.peek().is_some_and(|next| is_mark(next, ':'));
            let is_after_path = std::mem::replace(&mut is_path, ends_path(&tree));
            match tree {
                TokenTree::Ident(name)
                    if !is_after_path && !begins_path && self.place(&name).is_some() =>
                {
                    replaced.extend(self.place(&name).map(&mut *of));
                }
                TokenTree::Group(group) => {
                    let inside = self.replaced(group.stream(), of);
                    let mut inside = proc_macro2::Group::new(group.delimiter(), inside);
                    inside.set_span(group.span());
                    replaced.extend([TokenTree::Group(inside)]);
                }
                tree => replaced.extend([tree]),
            }
        }
        replaced
    }
}

/// Returns whether a name after this token belongs to a path or is a field.
fn ends_path(tree: &TokenTree) -> bool {
    is_mark(tree, ':') || is_mark(tree, '.')
}
