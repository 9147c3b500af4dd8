//! Names of layers.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt;

use crate::network::syntax::ast::{Arguments, Call};

/// The names assigned so far.
#[derive(Default)]
pub(crate) struct Names {
    /// The number of layers with each prefix.
    counts: HashMap<String, usize>,
    /// How often each name was assigned to a layer of a `repeat`.
    given: HashMap<String, usize>,
    /// The numbered names of those layers, and the default names assigned so far. They are not used
    /// as default names again.
    taken: HashSet<String>,
    /// The names of unknown layers.
    pub(crate) unknown_layers: Vec<Ident>,
}

impl Names {
    /// Creates the names of a network. `repeated` are the names of layers in a `repeat`, each as
    /// often as its layer has copies.
    pub(crate) fn new<'c>(repeated: impl Iterator<Item = &'c Ident>) -> Names {
        let mut names = Names::default();
        for name in repeated {
            let numbered = names.numbered(name).unraw().to_string();
            names.taken.insert(numbered);
        }
        names.given.clear();
        names
    }

    /// Returns `block2` for the second copy of a layer `block` in a `repeat`.
    pub(super) fn numbered(&mut self, name: &Ident) -> Ident {
        let count = self.given.entry(name.unraw().to_string()).or_default();
        *count += 1;
        format_ident!("{}{count}", name.unraw(), span = name.span())
    }

    /// Returns the name of a user-defined layer: its type's name in snake case, numbered. A
    /// network, which has no sizes, gets no number unless it is in a `repeat`.
    pub(super) fn own(&mut self, call: &Call) -> Ident {
        let ty = call.path.segments.last().map(|last| last.ident.unraw().to_string());
        let prefix = snake_case(&ty.unwrap_or_default());
        let has_no_sizes = matches!(call.arguments, Arguments::Absent);
        let is_network = has_no_sizes && call.map.is_none() && call.turn.is_none();
        if is_network && syn::parse_str::<Ident>(&prefix).is_ok() {
            return format_ident!("{prefix}", span = Span::mixed_site());
        }
        self.next(&prefix, call.name.is_some())
    }

    /// Returns `affine2` for the second layer with the prefix `affine`, or the next free number. A
    /// layer that `has_name` also counts, so that naming one layer does not rename the others.
    pub(super) fn next(&mut self, prefix: &str, has_name: bool) -> Ident {
        let count = self.counts.entry(prefix.to_owned()).or_default();
        *count += 1;
        let mut names = (*count..).map(|number| format!("{prefix}{number}"));
        let name = names.find(|name| !self.taken.contains(name)).unwrap_or_default();
        if !has_name {
            self.taken.insert(name.clone());
        }
        Ident::new(&name, Span::mixed_site())
    }
}

/// Converts `PRelu` to `p_relu`.
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let after_small = place > 0 && !letters[place - 1].is_uppercase();
        let before_small = letters.get(place + 1).is_some_and(|next| next.is_lowercase());
        let begins_word = letter.is_uppercase() && place > 0 && (after_small || before_small);
        if begins_word && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
