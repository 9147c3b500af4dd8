//! Names of layers.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt;

use crate::network::syntax::ast::{Arguments, Call};

/// The names given out so far.
#[derive(Default)]
pub(crate) struct Names {
    /// How many layers there are of each prefix.
    counts: HashMap<String, usize>,
    /// How often each name was given to a layer of a `repeat`.
    given: HashMap<String, usize>,
    /// The numbered names of those layers, and those given out by default, which no other
    /// takes by default.
    taken: HashSet<String>,
    /// Those of unknown layers.
    pub(crate) strangers: Vec<Ident>,
}

impl Names {
    /// The names of a network in which `repeated` are given to layers of a `repeat`, each as
    /// often as there are copies of its layer.
    pub(crate) fn new<'c>(repeated: impl Iterator<Item = &'c Ident>) -> Names {
        let mut names = Names::default();
        for name in repeated {
            let numbered = names.numbered(name).unraw().to_string();
            names.taken.insert(numbered);
        }
        names.given.clear();
        names
    }

    /// `block2` for the second layer that is called `block` in a `repeat`.
    pub(super) fn numbered(&mut self, name: &Ident) -> Ident {
        let count = self.given.entry(name.unraw().to_string()).or_default();
        *count += 1;
        format_ident!("{}{count}", name.unraw(), span = name.span())
    }

    /// The name of a layer of the user's own: its type's in snake case,
    /// numbered; that of a network, which has no sizes, as it is if it stands
    /// once.
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

    /// `affine2` for the second layer with the prefix `affine`, or the next number that is
    /// free. One that `has_name` is counted, so that to name one layer does not rename the
    /// others.
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

/// `p_relu` for `PRelu`.
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
