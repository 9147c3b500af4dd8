//! The steps: forward unrolled, backward in reverse order.

use std::collections::HashMap;

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{Network, Operation, Place, Schedule, Source, largest};
use crate::plan::{Backward, Contribution, Forward, How};
use crate::size::Size;

impl Network<'_> {
    /// The passes of training, which show what they compute to whoever watches.
    pub(super) fn watched_passes(&self) -> TokenStream {
        let runtime = self.runtime;
        let schedule = &self.plan.training;
        let steps = self.steps_forward(schedule, true);
        let (kept, slots) = self.slots(schedule, &steps);
        let backward = self.backward();
        quote! {
            fn forward_watched(
                &self,
                input: &[T],
                output: &mut [T],
                #kept: &mut [T],
                watch: &mut impl #runtime::Watch<T>,
            ) {
                #slots
                #steps
            }

            #backward
        }
    }

    /// The pass forward where no pass back follows.
    pub(super) fn infer(&self) -> TokenStream {
        let schedule = &self.plan.inference;
        let steps = self.steps_forward(schedule, false);
        let (kept, slots) = self.slots(schedule, &steps);
        quote! {
            fn infer(&self, input: &[T], output: &mut [T], #kept: &mut [T]) {
                #slots
                #steps
            }
        }
    }

    fn steps_forward(&self, schedule: &Schedule, training: bool) -> TokenStream {
        let pass = format_ident!("{}", if training { "forward" } else { "infer" });
        let mut steps = TokenStream::new();
        for step in &schedule.forward {
            steps.extend(match self.nodes[step.node].operation {
                Operation::Layer { .. } => self.forward_layer(schedule, step.node, &pass),
                Operation::Activation => self.forward_activation(schedule, step),
                Operation::Sum => self.forward_join(schedule, step, "add", "sum"),
                Operation::Product => self.forward_join(schedule, step, "multiply", "product"),
                Operation::Concat => self.forward_concat(schedule, step.node),
                Operation::Part => self.forward_part(schedule, step.node),
            });
            if let (true, Some(row)) = (training, self.row(step.node)) {
                let value = self.value(step.node);
                steps.extend(quote!(watch.value(#row, #value);));
            }
        }
        if schedule.copy_outputs {
            let last = self.value(self.nodes.len() - 1);
            steps.extend(quote!(output.copy_from_slice(#last);));
        }
        steps
    }

    /// The row of a node among the `LAYERS`; inputs have none.
    fn row(&self, node: usize) -> Option<Literal> {
        // Where there are several inputs, they are the first nodes.
        let parts = self.nodes.iter().take_while(|node| node.operation == Operation::Part).count();
        node.checked_sub(parts).map(Literal::usize_unsuffixed)
    }

    /// A layer on the way forward.
    fn forward_layer(&self, schedule: &Schedule, node: usize, pass: &Ident) -> TokenStream {
        let Some(member) = self.member(node) else { return TokenStream::new() };
        let layer = self.layer_trait(member);
        let (name, from, field) = (self.value(node), self.operand(node, 0), member.name());
        let room = self.room(schedule, schedule.outputs[node], node);
        let kept = self.kept(schedule, node);
        quote! {
            let #name = #room;
            #layer::#pass(&self.#field, #from, #name, #kept);
        }
    }

    /// An activation on the way forward, in place, or on a copy.
    fn forward_activation(&self, schedule: &Schedule, step: &Forward) -> TokenStream {
        let node = step.node;
        let (name, from) = (self.value(node), self.operand(node, 0));
        let begin = if step.into.is_none() {
            let room = self.room(schedule, schedule.outputs[node], node);
            quote!(let #name = #room; #name.copy_from_slice(#from);)
        } else {
            quote!(let #name = #from;)
        };
        let call = self.activation_call(node, "forward", quote!(#name));
        quote!(#begin #call)
    }

    /// A call of an activation. One of the user's own has the user's place: what is
    /// no activation is reported there.
    fn activation_call(&self, node: usize, pass: &str, arguments: TokenStream) -> TokenStream {
        let Some(member) = self.member(node) else { return TokenStream::new() };
        let (runtime, layer) = (self.runtime, self.layer_path(member));
        let pass = format_ident!("{pass}");
        if !member.layer.row.is_own() {
            return quote!(#runtime::layers::Activation::<T>::#pass(&#layer, #arguments););
        }
        let place = member.layer.call.path.span();
        quote_spanned!(place=> #runtime::layers::Activation::<T>::#pass(&#layer, #arguments);)
    }

    /// A sum or product on the way forward: `in_place` of one operand, or `apart`.
    fn forward_join(
        &self,
        schedule: &Schedule,
        step: &Forward,
        in_place: &str,
        apart: &str,
    ) -> TokenStream {
        let (runtime, node) = (self.runtime, step.node);
        let (in_place, apart) = (format_ident!("{in_place}"), format_ident!("{apart}"));
        let name = self.value(node);
        let (left, right) = (self.operand(node, 0), self.operand(node, 1));
        match step.into {
            Some(0) => quote!(let #name = #left; #runtime::join::#in_place(#name, #right);),
            Some(_) => quote!(let #name = #right; #runtime::join::#in_place(#name, #left);),
            None => {
                let room = self.room(schedule, schedule.outputs[node], node);
                quote!(let #name = #room; #runtime::join::#apart(#left, #right, #name);)
            }
        }
    }

    /// Values side by side.
    fn forward_concat(&self, schedule: &Schedule, node: usize) -> TokenStream {
        let (runtime, name) = (self.runtime, self.value(node));
        let room = self.room(schedule, schedule.outputs[node], node);
        let parts = (0..self.nodes[node].sources.len()).map(|operand| {
            let (part, from) = (self.operand(node, operand), self.columns_before(node, operand));
            quote!(#runtime::join::put_columns(#part, #name, #from, batch);)
        });
        quote!(let #name = #room; #(#parts)*)
    }

    /// One of several inputs.
    fn forward_part(&self, schedule: &Schedule, node: usize) -> TokenStream {
        let (runtime, name) = (self.runtime, self.value(node));
        let room = self.room(schedule, schedule.outputs[node], node);
        let from = self.columns_before_part(node);
        quote! {
            let #name = #room;
            #runtime::join::take_columns(input, #name, #from, batch);
        }
    }

    /// The pass back, in reverse order.
    fn backward(&self) -> TokenStream {
        let schedule = &self.plan.training;
        // The last to speak of the gradient of the input can have it, the others
        // borrow it.
        let borrowed = self.steps_back(&quote!(dinput.as_deref_mut()));
        let (steps, dinput) = match names(&borrowed).get("dinput") {
            None => (borrowed, quote!(_dinput)),
            Some(1) => (self.steps_back(&quote!(dinput)), quote!(dinput)),
            _ => (borrowed, quote!(mut dinput)),
        };
        let (kept, slots) = self.slots(schedule, &steps);
        let grads = self.fields().next().map_or(quote!(_grads), |_| quote!(grads));
        let runtime = self.runtime;
        quote! {
            fn backward_watched(
                &self,
                input: &[T],
                #kept: &mut [T],
                dout: &mut [T],
                #grads: &mut Self,
                #dinput: ::core::option::Option<&mut [T]>,
                watch: &mut impl #runtime::Watch<T>,
            ) {
                #slots
                #steps
            }
        }
    }

    /// All steps back; `dinput` is where the gradient of the input goes, if it is
    /// asked for.
    fn steps_back(&self, dinput: &TokenStream) -> TokenStream {
        let schedule = &self.plan.training;
        let last = self.gradient(self.nodes.len() - 1);
        let mut steps = quote!(let #last = dout;);
        for step in &schedule.backward {
            if let (false, Some(row)) = (step.if_asked, self.row(step.node)) {
                let gradient = self.gradient(step.node);
                steps.extend(quote!(watch.gradient(#row, #gradient);));
            }
            steps.extend(match self.nodes[step.node].operation {
                Operation::Layer { shared } => self.backward_layer(step, shared, dinput),
                Operation::Activation => self.backward_activation(step, dinput),
                _ => self.backward_join(step, dinput),
            });
        }
        steps
    }

    /// A layer on the way back.
    fn backward_layer(&self, step: &Backward, shared: bool, dinput: &TokenStream) -> TokenStream {
        let (schedule, node) = (&self.plan.training, step.node);
        let (Some(member), [Some(contribution)]) = (self.member(node), &step.operands[..]) else {
            return TokenStream::new();
        };
        let (layer, field) = (self.layer_trait(member), member.name());
        let (from, kept, dout) =
            (self.operand(node, 0), self.kept(schedule, node), self.gradient(node));
        let input = match self.nodes[node].sources[0] {
            Source::Input => TokenStream::new(),
            Source::Node(source) => {
                let output = self.output_of(schedule, source);
                quote!(let #from = #output;)
            }
        };
        let room = self.gradient_room(node, 0, contribution);
        let argument = self.gradient_argument(node, contribution, dinput);
        let add = match contribution.how {
            How::Add => {
                let (runtime, target) = (self.runtime, self.target(node, 0));
                let add = quote!(#runtime::join::add(#target, more););
                self.guarded(self.is_in_callers_room(node, 0), contribution, add, dinput)
            }
            How::Begin | How::Become => TokenStream::new(),
        };
        let (grads, add_grads) = if shared {
            let (runtime, ty) = (self.runtime, self.field_type(member, &quote!(T)));
            let numbers = quote!(#runtime::Numbers::<T>);
            (
                quote!(<#ty as #runtime::Numbers<T>>::of_mut(scratch)),
                quote!(#runtime::join::add(#numbers::numbers_mut(&mut grads.#field), scratch);),
            )
        } else {
            (quote!(&mut grads.#field), TokenStream::new())
        };
        quote! {
            #input
            #room
            #layer::backward(&self.#field, #from, #kept, #dout, #grads, #argument);
            #add_grads
            #add
        }
    }

    /// Where a layer puts the gradient of its input.
    fn gradient_argument(
        &self,
        node: usize,
        contribution: &Contribution,
        dinput: &TokenStream,
    ) -> TokenStream {
        let room = match contribution.how {
            How::Add => quote!(more),
            _ if self.is_in_callers_room(node, 0) => return dinput.clone(),
            _ => self.target(node, 0),
        };
        if contribution.if_asked {
            quote!(dinput.is_some().then_some(&mut *#room))
        } else {
            quote!(::core::option::Option::Some(#room))
        }
    }

    /// An activation on the way back.
    fn backward_activation(&self, step: &Backward, dinput: &TokenStream) -> TokenStream {
        let (schedule, node, runtime) = (&self.plan.training, step.node, self.runtime);
        let [Some(contribution)] = &step.operands[..] else { return TokenStream::new() };
        let output = self.output_of(schedule, node);
        let own_in_callers_room = schedule.gradients[node] == Some(Place::Input);
        let dout =
            if own_in_callers_room { quote!(dx) } else { self.gradient(node).to_token_stream() };
        let call = self.activation_call(node, "backward", quote!(#output, #dout));
        let target = self.target(node, 0);
        let then = match contribution.how {
            How::Become => {
                let call = self.guarded(own_in_callers_room, contribution, call, dinput);
                let name = (!own_in_callers_room).then(|| quote!(let #target = #dout;));
                return quote!(#call #name);
            }
            How::Begin => quote!(#target.copy_from_slice(#dout);),
            How::Add => quote!(#runtime::join::add(#target, #dout);),
        };
        let body = quote!(#call #then);
        self.guarded(self.is_in_callers_room(node, 0), contribution, body, dinput)
    }

    /// A sum, product or concatenation on the way back, or one of several inputs.
    fn backward_join(&self, step: &Backward, dinput: &TokenStream) -> TokenStream {
        let contributions = step.operands.iter().enumerate();
        let (heirs, others): (Vec<_>, Vec<_>) = contributions
            .filter_map(|(operand, contribution)| Some((operand, contribution.as_ref()?)))
            .partition(|(_, contribution)| contribution.how == How::Become);
        // What becomes another gradient is read by nobody afterwards.
        let steps = others.into_iter().chain(heirs).map(|(operand, contribution)| {
            let room = self.gradient_room(step.node, operand, contribution);
            let body = self.contribution(step.node, operand, contribution.how);
            let in_callers_room = self.is_in_callers_room(step.node, operand);
            let body = self.guarded(in_callers_room, contribution, body, dinput);
            let (dout, target) = (self.gradient(step.node), self.target(step.node, operand));
            let is_heir = contribution.how == How::Become;
            let name = is_heir.then(|| quote!(let #target = #dout;));
            quote!(#room #body #name)
        });
        steps.collect()
    }

    /// What a node that joins values does to the gradient of one of them.
    fn contribution(&self, node: usize, operand: usize, how: How) -> TokenStream {
        let runtime = self.runtime;
        let (dout, target) = (self.gradient(node), self.target(node, operand));
        match (self.nodes[node].operation, how) {
            (Operation::Sum, How::Begin) => quote!(#target.copy_from_slice(#dout);),
            (Operation::Sum, How::Add) => quote!(#runtime::join::add(#target, #dout);),
            (Operation::Product, how) => {
                let other = match self.nodes[node].sources[1 - operand] {
                    Source::Input => quote!(input),
                    Source::Node(other) => self.output_of(&self.plan.training, other),
                };
                match how {
                    How::Begin => quote!(#runtime::join::product(#dout, #other, #target);),
                    How::Add => quote!(#runtime::join::add_product(#target, #dout, #other);),
                    How::Become => quote!(#runtime::join::multiply(#dout, #other);),
                }
            }
            (Operation::Concat, how) => {
                let from = self.columns_before(node, operand);
                let take = if how == How::Add { "add_columns" } else { "take_columns" };
                let take = format_ident!("{take}");
                quote!(#runtime::join::#take(#dout, #target, #from, batch);)
            }
            (Operation::Part, _) => {
                let from = self.columns_before_part(node);
                quote!(#runtime::join::put_columns(#dout, #target, #from, batch);)
            }
            _ => TokenStream::new(),
        }
    }

    /// Room for a gradient that begins, or for what is added to one.
    fn gradient_room(
        &self,
        node: usize,
        operand: usize,
        contribution: &Contribution,
    ) -> TokenStream {
        let width = match self.nodes[node].sources[operand] {
            Source::Input => &self.input,
            Source::Node(source) => &self.nodes[source].width,
        };
        match contribution.place {
            Some(Place::Slot(slot)) => {
                let slice = self.slice(&self.plan.training, slot, width);
                let name = match contribution.how {
                    How::Add => quote!(more),
                    How::Begin | How::Become => self.target(node, operand),
                };
                quote!(let #name = &mut #slice;)
            }
            _ => TokenStream::new(),
        }
    }

    /// Whether the gradient of an operand lies in the room for that of the input.
    fn is_in_callers_room(&self, node: usize, operand: usize) -> bool {
        match self.nodes[node].sources[operand] {
            Source::Input => true,
            Source::Node(source) => self.plan.training.gradients[source] == Some(Place::Input),
        }
    }

    /// The gradient of an operand; in the caller's room it is `dx`.
    fn target(&self, node: usize, operand: usize) -> TokenStream {
        match self.nodes[node].sources[operand] {
            Source::Node(source) if !self.is_in_callers_room(node, operand) => {
                self.gradient(source).to_token_stream()
            }
            _ => quote!(dx),
        }
    }

    /// What only a network around this one reads is computed if it asks for it.
    fn guarded(
        &self,
        in_callers_room: bool,
        contribution: &Contribution,
        body: TokenStream,
        dinput: &TokenStream,
    ) -> TokenStream {
        if body.is_empty() || !contribution.if_asked {
            return body;
        }
        if in_callers_room {
            quote!(if let ::core::option::Option::Some(dx) = #dinput { #body })
        } else {
            quote!(if dinput.is_some() { #body })
        }
    }

    /// The variable that holds a node's output. With a prefix, since a variable
    /// cannot have the name of a constant or a static of the user's.
    fn value(&self, node: usize) -> Ident {
        format_ident!("y_{}", self.titles[node], span = Span::mixed_site())
    }

    /// The variable that holds the gradient of a node's output.
    fn gradient(&self, node: usize) -> Ident {
        format_ident!("d_{}", self.titles[node], span = Span::mixed_site())
    }

    /// The variable that a node reads.
    fn operand(&self, node: usize, operand: usize) -> TokenStream {
        match self.nodes[node].sources[operand] {
            Source::Input => quote!(input),
            Source::Node(source) => self.value(source).to_token_stream(),
        }
    }

    /// The columns of a concatenation before one of its operands.
    fn columns_before(&self, node: usize, operand: usize) -> TokenStream {
        let before = self.nodes[node].sources[..operand].iter().map(|source| match source {
            Source::Input => &self.input,
            Source::Node(source) => &self.nodes[*source].width,
        });
        columns(before)
    }

    /// The columns of the input before one of several.
    fn columns_before_part(&self, node: usize) -> TokenStream {
        let parts = self.nodes[..node].iter().filter(|node| node.operation == Operation::Part);
        columns(parts.map(|node| &node.width))
    }

    /// Room for a node's value.
    fn room(&self, schedule: &Schedule, place: Place, node: usize) -> TokenStream {
        match place {
            Place::Slot(slot) => {
                let slice = self.slice(schedule, slot, &self.nodes[node].width);
                quote!(&mut #slice)
            }
            Place::Output | Place::Input => quote!(&mut *output),
        }
    }

    /// A node's output as it was kept on the way forward.
    fn output_of(&self, schedule: &Schedule, node: usize) -> TokenStream {
        match schedule.outputs[node] {
            Place::Slot(slot) => {
                let slice = self.slice(schedule, slot, &self.nodes[node].width);
                quote!(&#slice)
            }
            Place::Output | Place::Input => quote!(&*output),
        }
    }

    /// What a layer keeps between forward and backward.
    fn kept(&self, schedule: &Schedule, node: usize) -> TokenStream {
        let (Some(Place::Slot(slot)), Some(kept)) = (schedule.kept[node], &self.nodes[node].kept)
        else {
            return quote!(&mut []);
        };
        let (name, is_training) = (slot_name(slot), self.is_training(schedule));
        let width = if is_training { &kept.training } else { &kept.inference };
        match self.member(node).filter(|_| is_training) {
            Some(member) => {
                let more = self.constant_of(member, "SCRATCH");
                quote!(&mut #name[..batch * #width + #more])
            }
            None => {
                let slice = self.slice(schedule, slot, width);
                quote!(&mut #slice)
            }
        }
    }

    fn is_training(&self, schedule: &Schedule) -> bool {
        std::ptr::eq(schedule, &self.plan.training)
    }

    /// The part of a slot that a value takes up.
    fn slice(&self, schedule: &Schedule, slot: usize, width: &Size) -> TokenStream {
        let name = slot_name(slot);
        let has_more = self.is_training(schedule)
            && self.extra_room.iter().any(|(extra, _)| *extra == Some(slot));
        match &schedule.slots[slot][..] {
            [only] if only.is_same(width) && !has_more => quote!(#name[..]),
            _ => quote!(#name[..batch * #width]),
        }
    }

    /// Room in training that does not grow with the batch: the slot that it
    /// belongs to, `None` for that of shared layers' gradients.
    pub(super) fn plan_extra_room(&self) -> Vec<(Option<usize>, TokenStream)> {
        let kept = self.plan.training.kept.iter().enumerate();
        let mut rooms: Vec<_> = kept
            .filter_map(|(node, place)| match place {
                Some(Place::Slot(slot)) => {
                    Some((Some(*slot), self.constant_of(self.member(node)?, "SCRATCH")))
                }
                _ => None,
            })
            .collect();
        let is_shared =
            |node: &usize| self.nodes[*node].operation == Operation::Layer { shared: true };
        let shared = (0..self.nodes.len()).filter(is_shared);
        let sizes: Vec<_> =
            shared.filter_map(|node| Some(self.parameters_of(self.member(node)?))).collect();
        if !sizes.is_empty() {
            let runtime = self.runtime;
            rooms.push((None, quote!(#runtime::__private::largest(&[#(#sizes),*]))));
        }
        rooms
    }

    /// The name of the room for what is kept, and its cut into slots, those that
    /// `steps` speak of.
    fn slots(&self, schedule: &Schedule, steps: &TokenStream) -> (TokenStream, TokenStream) {
        let extra = if self.is_training(schedule) { &self.extra_room[..] } else { &[] };
        let lengths = schedule.slots.iter().enumerate().map(|(slot, widths)| {
            let width = largest(self.runtime, widths);
            let more = extra.iter().filter(|(of, _)| *of == Some(slot)).map(|(_, room)| room);
            (slot_name(slot), quote!(batch * #width #(+ #more)*))
        });
        let scratch = extra.iter().filter(|(of, _)| of.is_none());
        let scratch = scratch.map(|(_, room)| (format_ident!("scratch"), room.clone()));
        let slots: Vec<(Ident, TokenStream)> = lengths.chain(scratch).collect();
        let spoken_of = names(steps);
        let is_used = |name: &Ident| spoken_of.contains_key(&name.to_string());
        let uses_slots = slots.iter().any(|(name, _)| is_used(name));
        let batch = (uses_slots || spoken_of.contains_key("batch")).then(|| {
            let inputs = &self.input;
            quote!(let batch = input.len() / #inputs;)
        });
        if !uses_slots {
            return (quote!(_kept), quote!(#batch));
        }
        let names =
            slots.iter().map(|(name, _)| if is_used(name) { quote!(#name) } else { quote!(_) });
        let lengths = slots.iter().map(|(_, length)| length);
        let runtime = self.runtime;
        let cut = quote! {
            #batch
            let [#(#names),*] = #runtime::__private::slots(kept, [#(#lengths),*]);
        };
        (quote!(kept), cut)
    }
}

/// The sum of some widths.
fn columns<'a>(widths: impl Iterator<Item = &'a Size>) -> TokenStream {
    let widths: Vec<Size> = widths.cloned().collect();
    if widths.is_empty() { quote!(0) } else { Size::sum(widths).to_token_stream() }
}

fn slot_name(slot: usize) -> Ident {
    format_ident!("slot{slot}", span = Span::mixed_site())
}

/// The names among the tokens, and how often each stands there.
fn names(tokens: &TokenStream) -> HashMap<String, usize> {
    let (mut open, mut names) = (vec![tokens.clone()], HashMap::new());
    while let Some(stream) = open.pop() {
        for tree in stream {
            match tree {
                TokenTree::Group(group) => open.push(group.stream()),
                TokenTree::Ident(ident) => *names.entry(ident.to_string()).or_insert(0) += 1,
                _ => {}
            }
        }
    }
    names
}
