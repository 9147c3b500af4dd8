//! The steps of the forward pass, unrolled.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::network::{Member, Network};
use super::split::{Body, Method, Pass};
use crate::network::plan::Forward;
use crate::network::plan::{Operation, Schedule, Source};
use crate::network::registry::{Role, Setting};
use crate::network::resolve::settings;

impl Network<'_> {
    /// The forward pass in training, whose values are passed to an observer.
    pub(super) fn forward(&self) -> Method {
        let runtime = self.runtime;
        let schedule = &self.plan.training;
        let Body { saved, body, parts, uses } = self.body(
            Pass {
                name: "forward",
                schedule,
                parameters: vec![
                    ("input", quote!(&[__T])),
                    ("output", quote!(&mut [__T])),
                    ("rng", quote!(&mut #runtime::Rng)),
                    ("observer", quote!(&mut impl #runtime::__private::Observer<__T>)),
                ],
                steps: self.steps_forward(schedule, true),
            },
            &self.values(schedule),
        );
        let rng = if uses.contains_key("rng") { quote!(rng) } else { quote!(_rng) };
        let (name, observer) = self.observed("forward");
        let method = quote! {
            fn #name(
                &self,
                input: &[__T],
                output: &mut [__T],
                #saved: &mut [__T],
                #rng: &mut #runtime::Rng,
                #observer
            ) {
                #body
            }
        };
        Method { method, parts }
    }

    /// The forward pass without a backward pass, whose values are passed to an observer.
    pub(super) fn infer(&self) -> Method {
        let (runtime, schedule) = (self.runtime, &self.plan.inference);
        let Body { saved, body, parts, .. } = self.body(
            Pass {
                name: "infer",
                schedule,
                parameters: vec![
                    ("input", quote!(&[__T])),
                    ("output", quote!(&mut [__T])),
                    ("observer", quote!(&mut impl #runtime::__private::Observer<__T>)),
                ],
                steps: self.steps_forward(schedule, false),
            },
            &self.values(schedule),
        );
        let (name, observer) = self.observed("infer");
        let method = quote! {
            fn #name(
                &self,
                input: &[__T],
                output: &mut [__T],
                #saved: &mut [__T],
                #observer
            ) {
                #body
            }
        };
        Method { method, parts }
    }

    /// The name of a pass, and its observer. The passes of a layer have none.
    fn observed(&self, pass: &str) -> (Ident, Option<TokenStream>) {
        let runtime = self.runtime;
        match self.model.is_layer() {
            true => (format_ident!("{pass}"), None),
            false => {
                let observer = quote!(&mut impl #runtime::__private::Observer<__T>);
                (format_ident!("{pass}_observed"), Some(quote!(observer: #observer,)))
            }
        }
    }

    fn steps_forward(&self, schedule: &Schedule, training: bool) -> Vec<TokenStream> {
        let mut steps = Vec::new();
        if !training {
            let noise = self.observe_noise(schedule, Source::Input);
            steps.extend((!noise.is_empty()).then_some(noise));
        }
        for (at, step) in schedule.forward.iter().enumerate() {
            let next = schedule.forward.get(at + 1);
            if next.is_some_and(|next| self.is_fused_relu(step, next)) {
                steps.push(self.forward_relu(schedule, step.node));
                continue;
            }
            let is_fused = at > 0 && self.is_fused_relu(&schedule.forward[at - 1], step);
            let mut tokens = match self.nodes[step.node].operation {
                Operation::Layer(_) => self.forward_layer(schedule, step.node, training),
                Operation::Activation if is_fused => {
                    let (name, from) =
                        (self.value(step.node), self.operand(schedule, step.node, 0));
                    quote!(let #name = #from;)
                }
                Operation::Activation | Operation::TrainOnly => {
                    self.forward_activation(schedule, step, training)
                }
                Operation::Sum => self.forward_combine(schedule, step, "add", "sum"),
                Operation::Product => self.forward_combine(schedule, step, "multiply", "product"),
                Operation::Concat => self.forward_concat(schedule, step.node),
                Operation::Part => self.forward_part(schedule, step.node),
            };
            if let Some(row) = self.observed_row(step.node) {
                let value = self.value(step.node);
                tokens.extend(quote!(observer.value(#row, #value);));
            }
            if !training {
                tokens.extend(self.observe_noise(schedule, Source::Node(step.node)));
            }
            steps.push(tokens);
        }
        if schedule.copy_outputs {
            let last = self.value(self.nodes.len() - 1);
            steps.push(quote!(output.copy_from_slice(#last);));
        }
        steps
    }

    /// In a prediction, passes the value of `source` to the observer as that of the noise after it,
    /// which has no step.
    fn observe_noise(&self, schedule: &Schedule, source: Source) -> TokenStream {
        let value = match source {
            Source::Input => quote!(input),
            Source::Node(node) => self.value(node).to_token_stream(),
        };
        let has_step = |node: usize| schedule.forward.iter().any(|step| step.node == node);
        let noise = (0..self.nodes.len()).filter(|&node| {
            self.nodes[node].operation == Operation::TrainOnly
                && self.before_noise(node) == source
                && !has_step(node)
        });
        let rows = noise.filter_map(|node| self.observed_row(node));
        rows.map(|row| quote!(observer.value(#row, #value);)).collect()
    }

    /// The source of noise, or of the first of several in a row.
    fn before_noise(&self, node: usize) -> Source {
        match self.nodes[node].sources[0] {
            Source::Node(before) if self.nodes[before].operation == Operation::TrainOnly => {
                self.before_noise(before)
            }
            source => source,
        }
    }

    /// The row of a node in `LAYERS`; inputs have none.
    pub(super) fn row(&self, node: usize) -> Option<Literal> {
        // If there are several inputs, they are the first nodes.
        let parts = self.nodes.iter().take_while(|node| node.operation == Operation::Part).count();
        node.checked_sub(parts).map(Literal::usize_unsuffixed)
    }

    /// The row of a node whose value is passed to an observer: not in a layer.
    pub(super) fn observed_row(&self, node: usize) -> Option<Literal> {
        self.row(node).filter(|_| !self.model.is_layer())
    }

    /// The forward step of a layer.
    fn forward_layer(&self, schedule: &Schedule, node: usize, training: bool) -> TokenStream {
        let Some(member) = self.member(node) else { return TokenStream::new() };
        let layer = self.layer_trait(member);
        let (name, from) = (self.value(node), self.operand(schedule, node, 0));
        let buffer = self.buffer(schedule, schedule.outputs[node], node);
        let (of, saved) = (self.layer_value(member), self.saved(schedule, node));
        let call = if training {
            quote!(#layer::forward(#of, #from, #name, #saved, rng);)
        } else {
            quote!(#layer::infer(#of, #from, #name, #saved);)
        };
        quote!(let #name = #buffer; #call)
    }

    /// Returns whether a step is a layer that takes a ReLU and the next is one in place of its outputs.
    /// The ReLU is then applied before the outputs are stored.
    fn is_fused_relu(&self, step: &Forward, next: &Forward) -> bool {
        let spec = |step: &Forward| self.member(step.node).map(|member| member.layer.spec);
        let takes_relu = spec(step).is_some_and(|spec| spec.traits.takes_relu);
        let is_relu = spec(next).is_some_and(|spec| spec.traits.is_relu);
        let is_its_output = self.nodes[next.node].sources[..] == [Source::Node(step.node)];
        takes_relu && is_relu && is_its_output && next.in_place_operand == Some(0)
    }

    /// The fused forward step of a layer and the ReLU after it.
    fn forward_relu(&self, schedule: &Schedule, node: usize) -> TokenStream {
        let (Some(member), Some(row)) = (self.member(node), self.row(node)) else {
            return TokenStream::new();
        };
        let (name, from) = (self.value(node), self.operand(schedule, node, 0));
        let buffer = self.buffer(schedule, schedule.outputs[node], node);
        let (runtime, of) = (self.runtime, self.layer_value(member));
        let saved = self.saved(schedule, node);
        let observer = if self.model.is_layer() { quote!(&mut ()) } else { quote!(observer) };
        quote! {
            let #name = #buffer;
            #runtime::__private::forward_relu(#of, #from, #name, #saved, #row, #observer);
        }
    }

    /// The forward step of an activation, in place or on a copy.
    fn forward_activation(
        &self,
        schedule: &Schedule,
        step: &Forward,
        training: bool,
    ) -> TokenStream {
        let node = step.node;
        let (name, from) = (self.value(node), self.operand(schedule, node, 0));
        let begin = if step.in_place_operand.is_none() {
            let buffer = self.buffer(schedule, schedule.outputs[node], node);
            quote!(let #name = #buffer; #name.copy_from_slice(#from);)
        } else {
            quote!(let #name = #from;)
        };
        let is_noise = self.nodes[node].operation == Operation::TrainOnly;
        let is_own = self.member(node).is_some_and(|member| member.layer.spec.is_own());
        let call = match (training, is_noise || is_own) {
            (true, false) if schedule.saved[node].is_some() => {
                let slopes = self.saved(schedule, node);
                self.sloped_call(node, quote!(#name, #slopes))
            }
            (true, true) => self.activation_call(node, "forward_training", quote!(#name, rng)),
            (false, _) if is_noise => TokenStream::new(),
            _ => self.activation_call(node, "forward", quote!(#name)),
        };
        quote!(#begin #call)
    }

    /// A layer as an expression to read: its field, or a value for a layer without one.
    pub(super) fn layer_value(&self, member: &Member<'_>) -> TokenStream {
        if member.has_parameters() {
            let field = member.name();
            return quote!(&self.#field);
        }
        let value = self.value_without_field(member);
        quote!(&#value)
    }

    /// The gradients of a layer, as an expression to write to.
    pub(super) fn layer_grads(&self, member: &Member<'_>) -> TokenStream {
        if member.has_parameters() {
            let field = member.name();
            return quote!(&mut grads.#field);
        }
        let value = self.value_without_field(member);
        quote!(&mut #value)
    }

    /// The value of a layer without parameters: `Gelu::<50>`.
    fn value_without_field(&self, member: &Member<'_>) -> TokenStream {
        let path = self.layer_path(member);
        if member.is_window() {
            let window = self.window_path(member);
            return quote!(#path::<#window>::NEW);
        }
        if let Role::Sequence(kind) = member.layer.spec.role {
            return member.sequence_value(self.runtime, kind);
        }
        let sizes = self.size_arguments(member);
        quote!(#path::<#sizes>)
    }

    /// A call of an activation that saves its derivatives.
    fn sloped_call(&self, node: usize, arguments: TokenStream) -> TokenStream {
        let Some(member) = self.member(node) else { return TokenStream::new() };
        let (runtime, value) = (self.runtime, self.activation_value(member));
        quote!(#runtime::layers::Sloped::<__T>::forward_sloped(&#value, #arguments);)
    }

    /// A call of an activation. For a user-defined type it has the user's span, so that the
    /// compiler reports there if the type is not an activation.
    pub(super) fn activation_call(
        &self,
        node: usize,
        pass: &str,
        arguments: TokenStream,
    ) -> TokenStream {
        let Some(member) = self.member(node) else { return TokenStream::new() };
        let (runtime, value) = (self.runtime, self.activation_value(member));
        let pass = format_ident!("{pass}");
        if !member.layer.spec.is_own() {
            return quote!(#runtime::layers::Activation::<__T>::#pass(&#value, #arguments););
        }
        let place = member.layer.call.path.span();
        quote_spanned!(place=> #runtime::layers::Activation::<__T>::#pass(&#value, #arguments);)
    }

    /// The value of an activation, with its setting.
    fn activation_value(&self, member: &Member<'_>) -> TokenStream {
        let layer = self.layer_path(member);
        match (&member.layer.number, member.layer.spec.setting) {
            _ if member.layer.spec.is_own() => layer,
            (Some(number), _) if member.layer.spec.traits.is_per_channel => {
                let [_, height, width] = member.image();
                let made = settings::made_from(&layer, number);
                quote!(#made.over(#height * #width))
            }
            (Some(number), _) => settings::made_from(&layer, number),
            (None, Setting::Number(_)) => {
                quote!(<#layer as ::core::default::Default>::default())
            }
            (None, _) => layer,
        }
    }

    /// The forward step of a sum or product: `in_place` of one operand, or `apart`.
    fn forward_combine(
        &self,
        schedule: &Schedule,
        step: &Forward,
        in_place: &str,
        apart: &str,
    ) -> TokenStream {
        let (runtime, node) = (self.runtime, step.node);
        let (in_place, apart) = (format_ident!("{in_place}"), format_ident!("{apart}"));
        let name = self.value(node);
        let (left, right) = (self.operand(schedule, node, 0), self.operand(schedule, node, 1));
        match step.in_place_operand {
            Some(0) => quote!(let #name = #left; #runtime::merge::#in_place(#name, #right);),
            Some(_) => quote!(let #name = #right; #runtime::merge::#in_place(#name, #left);),
            None => {
                let buffer = self.buffer(schedule, schedule.outputs[node], node);
                quote!(let #name = #buffer; #runtime::merge::#apart(#left, #right, #name);)
            }
        }
    }

    /// The forward step of a concatenation.
    fn forward_concat(&self, schedule: &Schedule, node: usize) -> TokenStream {
        let (runtime, name) = (self.runtime, self.value(node));
        let (buffer, rows) =
            (self.buffer(schedule, schedule.outputs[node], node), self.rows_of(node));
        let parts = (0..self.nodes[node].sources.len()).map(|operand| {
            let (part, from) =
                (self.operand(schedule, node, operand), self.columns_before(node, operand));
            quote!(#runtime::merge::put_columns(#part, #name, #from, #rows);)
        });
        quote!(let #name = #buffer; #(#parts)*)
    }

    /// The forward step of one of several inputs.
    fn forward_part(&self, schedule: &Schedule, node: usize) -> TokenStream {
        let (runtime, name) = (self.runtime, self.value(node));
        let buffer = self.buffer(schedule, schedule.outputs[node], node);
        let from = self.columns_before_part(node);
        quote! {
            let #name = #buffer;
            #runtime::merge::take_columns(input, #name, #from, batch);
        }
    }
}
