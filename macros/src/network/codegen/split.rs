//! The bodies of passes. A long pass is split into methods, since the compile time of a function
//! more than doubles with twice its length.

use std::collections::{BTreeSet, HashMap, HashSet};

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::idents::names;
use super::network::Network;
use super::storage::Variables;
use crate::network::plan::Schedule;

/// The maximum number of steps in one method.
const MOST_STEPS: usize = 100;

/// A pass, as steps that share variables.
pub(super) struct Pass<'a> {
    pub(super) name: &'static str,
    pub(super) schedule: &'a Schedule,
    /// The parameters of its method besides `self` and `saved`, with types.
    pub(super) parameters: Vec<(&'static str, TokenStream)>,
    pub(super) steps: Vec<TokenStream>,
}

/// A pass as generated code.
pub(super) struct Method {
    /// The trait method.
    pub(super) method: TokenStream,
    /// The methods that it calls, if it is long.
    pub(super) parts: TokenStream,
}

/// The body of a pass.
pub(super) struct Body {
    /// The name of the buffer for saved values.
    pub(super) saved: TokenStream,
    pub(super) body: TokenStream,
    /// The methods that it calls.
    pub(super) parts: TokenStream,
    /// How often it uses each name.
    pub(super) uses: HashMap<String, usize>,
}

impl Network<'_> {
    /// The methods that long passes are split into.
    pub(super) fn parts_of_passes(&self, passes: &[Method]) -> TokenStream {
        let (generics, ty) = (self.impl_generics(), self.self_type(&quote!(__T)));
        let parts: TokenStream = passes.iter().map(|pass| pass.parts.clone()).collect();
        let parts = (!parts.is_empty()).then(|| quote!(impl #generics #ty { #parts }));
        parts.unwrap_or_default()
    }

    /// Generates the body of a pass.
    pub(super) fn body(
        &self,
        pass: Pass<'_>,
        variables: &Variables<impl Fn(usize) -> TokenStream>,
    ) -> Body {
        if pass.steps.len() > MOST_STEPS {
            return self.divided(&pass, variables);
        }
        let steps: TokenStream = pass.steps.into_iter().collect();
        let uses = names(&steps);
        let slots = self.slots(pass.schedule);
        let uses_slots = slots.iter().any(|(name, _)| uses.contains_key(&name.to_string()));
        let batch = (uses_slots || uses.contains_key("batch")).then(|| self.batch());
        let saved = if uses_slots { quote!(saved) } else { quote!(_saved) };
        let cut = uses_slots.then(|| self.cut(&slots, &pattern(&slots, &uses)));
        Body { saved, body: quote!(#batch #cut #steps), parts: TokenStream::new(), uses }
    }

    /// The number of samples.
    fn batch(&self) -> TokenStream {
        let inputs = &self.input;
        quote!(let batch = input.len() / #inputs;)
    }

    /// Splits the buffer of saved values into slots.
    fn cut(&self, slots: &[(Ident, TokenStream)], pattern: &TokenStream) -> TokenStream {
        let runtime = self.runtime;
        let lengths = slots.iter().map(|(_, length)| length);
        quote!(let #pattern = #runtime::__private::slots(saved, [#(#lengths),*]);)
    }

    /// A pass that calls one method per part of its steps.
    fn divided(
        &self,
        pass: &Pass<'_>,
        variables: &Variables<impl Fn(usize) -> TokenStream>,
    ) -> Body {
        let slots = self.slots(pass.schedule);
        let parts = self.parts_of(pass, variables, &slots);
        let mut uses = HashMap::new();
        for name in parts.iter().flat_map(|part| &part.parameters) {
            *uses.entry((*name).to_owned()).or_insert(0) += 1;
        }
        let calls = parts.iter().map(|Part { name, parameters, has_self, uses_slots, .. }| {
            let arguments = parameters.iter().map(|&name| match name {
                "dinput" if uses[name] > 1 => quote!(dinput.as_deref_mut()),
                _ => format_ident!("{name}").to_token_stream(),
            });
            let receiver = if *has_self { quote!(self.) } else { quote!(Self::) };
            let slots = uses_slots.then(|| quote!(slots));
            quote!(#receiver #name(#(#arguments,)* #slots);)
        });
        let calls: TokenStream = calls.collect();
        let methods = parts.iter().map(|part| part.method.clone()).collect();
        if slots.is_empty() {
            return Body { saved: quote!(_saved), body: calls, parts: methods, uses };
        }
        let (batch, cut) = (self.batch(), self.cut(&slots, &quote!(mut slots)));
        let body = quote!(#batch #cut let slots = &mut slots[..]; #calls);
        Body { saved: quote!(saved), body, parts: methods, uses }
    }

    /// The parts of a long pass.
    fn parts_of(
        &self,
        pass: &Pass<'_>,
        variables: &Variables<impl Fn(usize) -> TokenStream>,
        slots: &[(Ident, TokenStream)],
    ) -> Vec<Part> {
        let titles = self.titles.iter().enumerate();
        let nodes: HashMap<&str, usize> = titles.map(|(node, title)| (&**title, node)).collect();
        let node_of = |name: &String| nodes.get(name.strip_prefix(variables.prefix)?).copied();
        let mut made = HashSet::new();
        let parts = pass.steps.chunks(MOST_STEPS).enumerate().map(|(at, steps)| {
            let steps = quote!(#(#steps)*);
            let mut uses = names(&steps);
            // In the order of the nodes; a hash table's order would vary.
            let read: BTreeSet<usize> = uses.keys().filter_map(node_of).collect();
            let again = read.iter().filter(|node| made.contains(*node));
            let again: TokenStream = again.map(|&node| (variables.made)(node)).collect();
            made.extend(read);
            uses.extend(names(&again));
            self.part(pass, at, slots, &quote!(#again #steps), &uses)
        });
        parts.collect()
    }

    /// The method for some steps of a pass. Its parameters are the names that they use.
    fn part(
        &self,
        pass: &Pass<'_>,
        at: usize,
        slots: &[(Ident, TokenStream)],
        steps: &TokenStream,
        uses: &HashMap<String, usize>,
    ) -> Part {
        let runtime = self.runtime;
        let is_used = |(name, _): &(Ident, TokenStream)| uses.contains_key(&name.to_string());
        let ends = slots.iter().position(is_used).zip(slots.iter().rposition(is_used));
        let cut = ends.map(|(first, last)| {
            let pattern = pattern(&slots[first..=last], uses);
            quote!(let #pattern = #runtime::__private::slots_from(slots, #first);)
        });
        let uses = |name: &str| uses.contains_key(name);
        let batch = uses("batch").then(|| self.batch());
        let taken: Vec<_> = pass
            .parameters
            .iter()
            .filter(|(name, _)| uses(name) || (*name == "input" && batch.is_some()))
            .collect();
        let parameters = taken.iter().map(|(name, ty)| {
            let mutable = (*name == "dinput" && uses("as_deref_mut")).then(|| quote!(mut));
            let name = format_ident!("{name}");
            quote!(#mutable #name: #ty)
        });
        let receiver = uses("self").then(|| quote!(&self,));
        let slots = cut.is_some().then(|| quote!(slots: &mut [&mut [__T]]));
        let name = format_ident!("__{}_{at}", pass.name);
        // Not inlined, since that would make it one long function again.
        let method = quote! {
            #[inline(never)]
            fn #name(#receiver #(#parameters,)* #slots) {
                #batch
                #cut
                #steps
            }
        };
        Part {
            name,
            method,
            parameters: taken.iter().map(|(name, _)| *name).collect(),
            has_self: receiver.is_some(),
            uses_slots: slots.is_some(),
        }
    }
}

/// The pattern that binds the slots in use to their names.
fn pattern(slots: &[(Ident, TokenStream)], uses: &HashMap<String, usize>) -> TokenStream {
    let names = slots.iter().map(|(name, _)| {
        if uses.contains_key(&name.to_string()) { name.to_token_stream() } else { quote!(_) }
    });
    quote!([#(#names),*])
}

/// Some steps of a pass, as a method.
struct Part {
    name: Ident,
    method: TokenStream,
    parameters: Vec<&'static str>,
    has_self: bool,
    uses_slots: bool,
}
