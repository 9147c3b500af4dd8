//! The steps of the backward pass, in reverse order.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use super::idents::names;
use super::network::{Member, Network};
use super::split::{Body, Method, Pass};
use crate::network::plan::{Backward, Contribution, How};
use crate::network::plan::{Operation, Place, Source};

/// The step of a ReLU before a layer.
#[derive(Clone, Copy)]
enum Relu<'a> {
    /// Not part of the layer's.
    None,
    /// Part of it.
    Before(&'a Backward),
    /// Computed later, with the layer's: see [`is_in_groups`](Network::is_in_groups).
    Later,
}

impl Network<'_> {
    /// The backward pass, in reverse order.
    pub(super) fn backward(&self) -> Method {
        let runtime = self.runtime;
        // The last step that uses the gradient of the input may take it by value; the others borrow
        // it.
        let borrowed = self.steps_back(&quote!(dinput.as_deref_mut()));
        let mentions: usize =
            borrowed.iter().filter_map(|step| names(step).get("dinput").copied()).sum();
        let steps = if mentions == 1 { self.steps_back(&quote!(dinput)) } else { borrowed };
        let Body { saved, body, parts, uses } = self.body(
            Pass {
                name: "backward",
                schedule: &self.plan.training,
                parameters: vec![
                    ("input", quote!(&[__T])),
                    ("dout", quote!(&mut [__T])),
                    ("grads", quote!(&mut Self)),
                    ("dinput", quote!(::core::option::Option<&mut [__T]>)),
                    ("observer", quote!(&mut impl #runtime::__private::Observer<__T>)),
                    ("weight_grads", quote!(&mut impl #runtime::__private::WeightGradients<__T>)),
                ],
                steps,
            },
            &self.gradients(),
        );
        let dinput = match uses.get("dinput") {
            None => quote!(_dinput),
            Some(1) => quote!(dinput),
            Some(_) => quote!(mut dinput),
        };
        let grads = self.fields().next().map_or(quote!(_grads), |_| quote!(grads));
        let weight_grads = if uses.contains_key("weight_grads") {
            quote!(weight_grads)
        } else {
            quote!(_weight_grads)
        };
        let (name, more) = match self.model.is_layer() {
            true => (format_ident!("backward"), None),
            false => (
                format_ident!("backward_with"),
                Some(quote! {
                    observer: &mut impl #runtime::__private::Observer<__T>,
                    #weight_grads: &mut impl #runtime::__private::WeightGradients<__T>,
                }),
            ),
        };
        let method = quote! {
            fn #name(
                &self,
                input: &[__T],
                #saved: &mut [__T],
                dout: &mut [__T],
                #grads: &mut Self,
                #dinput: ::core::option::Option<&mut [__T]>,
                #more
            ) {
                #body
            }
        };
        Method { method, parts }
    }

    /// All backward steps. `dinput` is the buffer for the gradient of the input, if the caller
    /// requests it.
    fn steps_back(&self, dinput: &TokenStream) -> Vec<TokenStream> {
        let schedule = &self.plan.training;
        let last = self.gradient(self.nodes.len() - 1);
        let mut begin = Some(quote!(let #last = dout;));
        let steps = schedule.backward.iter().enumerate().map(|(at, step)| {
            let begin = begin.take();
            let next = schedule.backward.get(at + 1);
            let relu = next.filter(|next| self.is_fused_relu_back(step, next));
            if at > 0 && self.is_fused_relu_back(&schedule.backward[at - 1], step) {
                let (target, dout) = (self.target(step.node, 0), self.gradient(step.node));
                return quote!(let #target = #dout;);
            }
            let after = (at > 1).then(|| &schedule.backward[at - 2..=at]);
            let after = after.filter(|steps| self.is_in_groups(steps)).map(|steps| &steps[0]);
            let groups = schedule.backward.get(at..at + 3);
            let is_later = groups.is_some_and(|steps| self.is_in_groups(steps));
            let relu = if is_later { Relu::Later } else { relu.map_or(Relu::None, Relu::Before) };
            let row = self.observed_row(step.node).filter(|_| !step.only_for_input_grad);
            // Stored after it is computed.
            let row = row.filter(|_| after.is_none());
            let observed = row.map(|row| {
                let gradient = self.gradient(step.node);
                quote!(observer.gradient(#row, #gradient);)
            });
            let step = match self.nodes[step.node].operation {
                Operation::Layer(_) => self.backward_layer(step, (relu, after), dinput),
                Operation::Activation | Operation::TrainOnly => {
                    self.backward_activation(step, dinput)
                }
                _ => self.backward_combine(step, dinput),
            };
            quote!(#begin #observed #step)
        });
        steps.collect()
    }

    /// Returns whether a step is that of a layer that takes a ReLU before it, and the next one that of
    /// the ReLU, in place of the only gradient that it gets. The gradient of the ReLU's input is then
    /// computed at once.
    fn is_fused_relu_back(&self, step: &Backward, next: &Backward) -> bool {
        let traits = |step: &Backward| self.member(step.node).map(|it| it.layer.spec.traits);
        let (Some(layer), Some(relu)) = (traits(step), traits(next)) else { return false };
        let ([assigned], [in_place]) = (&step.operands[..], &next.operands[..]) else {
            return false;
        };
        layer.takes_relu_back
            && relu.is_relu
            && self.nodes[step.node].sources[..] == [Source::Node(next.node)]
            && self.observed_row(next.node).is_some()
            && assigned.how == How::Assign
            && in_place.how == How::InPlace
            && !step.only_for_input_grad
            && !assigned.only_for_input_grad
            && !next.only_for_input_grad
            && !in_place.only_for_input_grad
            && !self.is_in_callers_buffer(step.node, 0)
    }

    /// Returns whether three steps are that of a layer without parameters that takes a ReLU before it, that
    /// of the ReLU, and that of the layer before the ReLU, which is divided into groups of samples. The
    /// first two are then computed with the third one, for each group. The memory of the plan suffices,
    /// because the third one reads the input and assigns no other gradient.
    fn is_in_groups(&self, steps: &[Backward]) -> bool {
        let [after, relu, step] = steps else { return false };
        let (Some(member_after), Some(member)) = (self.member(after.node), self.member(step.node))
        else {
            return false;
        };
        let [contribution] = &step.operands[..] else { return false };
        self.is_fused_relu_back(after, relu)
            && !member_after.has_parameters()
            && member.layer.spec.traits.takes_groups
            && self.nodes[relu.node].sources[..] == [Source::Node(step.node)]
            && self.nodes[step.node].sources[..] == [Source::Input]
            && contribution.how == How::Assign
            && step.parameters == Some(How::Assign)
            && !step.only_for_input_grad
    }

    /// The call that computes the steps of [`is_in_groups`](Self::is_in_groups).
    fn backward_in_groups(
        &self,
        after: &Backward,
        step: &Backward,
        grads: &TokenStream,
        dinput: &TokenStream,
    ) -> Option<TokenStream> {
        let (schedule, runtime) = (&self.plan.training, self.runtime);
        let (member, member_after) = (self.member(step.node)?, self.member(after.node)?);
        let Source::Node(relu) = self.nodes[after.node].sources[0] else { return None };
        let (row, row_of_relu) = (self.row(step.node)?, self.row(relu)?);
        let (of, of_after) = (self.layer_value(member), self.layer_value(member_after));
        let grads_after = self.layer_grads(member_after);
        let (from, saved) = (self.operand(schedule, step.node, 0), self.saved(schedule, step.node));
        let (dout, dafter) = (self.gradient(step.node), self.gradient(after.node));
        let values = self.output_of(schedule, relu);
        Some(quote! {
            #runtime::__private::backward_in_groups(
                #of,
                (#from, #saved, #dout),
                #grads,
                #dinput,
                (#of_after, #grads_after, #values, #dafter),
                ((#row_of_relu, #row), observer),
            );
        })
    }

    /// The backward step of a layer, with that of a ReLU before it, or with the steps after it that are
    /// computed in the same groups.
    fn backward_layer(
        &self,
        step: &Backward,
        (relu, after): (Relu<'_>, Option<&Backward>),
        dinput: &TokenStream,
    ) -> TokenStream {
        let (schedule, node) = (&self.plan.training, step.node);
        let (Some(member), [contribution]) = (self.member(node), &step.operands[..]) else {
            return TokenStream::new();
        };
        let layer = self.layer_trait(member);
        let (of, of_grads) = (self.layer_value(member), self.layer_grads(member));
        let (from, saved, dout) =
            (self.operand(schedule, node, 0), self.saved(schedule, node), self.gradient(node));
        let input = match self.nodes[node].sources[0] {
            Source::Input => TokenStream::new(),
            Source::Node(source) => {
                let output = self.output_of(schedule, source);
                quote!(let #from = #output;)
            }
        };
        let buffer = self.gradient_buffer(node, 0, contribution);
        let argument = self.gradient_argument(node, contribution, dinput);
        let add = match contribution.how {
            How::Accumulate => {
                let (runtime, target) = (self.runtime, self.target(node, 0));
                let add = quote!(#runtime::merge::add(#target, more););
                self.guarded(self.is_in_callers_buffer(node, 0), contribution, add, dinput)
            }
            How::Assign | How::InPlace => TokenStream::new(),
        };
        let (grads, add_grads) =
            if step.parameters == Some(How::Accumulate) && member.has_parameters() {
                // The scratch fits the largest shared layer; each layer slices its own part.
                let field = member.name();
                let (runtime, ty) = (self.runtime, self.field_type(member, &quote!(__T)));
                let numbers = quote!(#runtime::Numbers::<__T>);
                let part = quote!(<#ty as #runtime::Numbers<__T>>::of_mut(scratch));
                let add = quote! {
                    #runtime::merge::add(
                        #numbers::numbers_mut(&mut grads.#field),
                        #numbers::numbers(#part),
                    );
                };
                (part, add)
            } else {
                (of_grads, TokenStream::new())
            };
        if let Relu::Later = relu {
            return buffer;
        }
        let relu = if let Relu::Before(relu) = relu { self.row(relu.node) } else { None };
        let in_groups =
            after.and_then(|after| self.backward_in_groups(after, step, &grads, &argument));
        let call = if let Some(call) = in_groups {
            call
        } else if let Some(row) = relu {
            let (runtime, target) = (self.runtime, self.target(node, 0));
            quote! {
                #runtime::__private::backward_relu(
                    #of, #from, #saved, #dout, #grads, #target, (#row, observer),
                );
            }
        } else if self.is_deferred(node) {
            quote!(weight_grads.backward(#of, #from, #dout, #grads, #argument);)
        } else {
            quote!(#layer::backward(#of, #from, #saved, #dout, #grads, #argument);)
        };
        let reports = !self.model.is_layer() && self.is_last_use(node);
        let computed = reports.then(|| {
            let field = member.name();
            quote!(weight_grads.computed(&mut grads.#field);)
        });
        quote! {
            #input
            #buffer
            #call
            #add_grads
            #computed
            #add
        }
    }

    /// Returns whether the gradients of a layer are complete after the backward step of a node, and
    /// its parameters are not reported by `WeightGradients::backward`.
    fn is_last_use(&self, node: usize) -> bool {
        let layer = |node: usize| self.member(node).map(Member::name);
        let mut uses = self.plan.training.backward.iter().rev();
        let last = uses.find(|step| layer(step.node) == layer(node));
        let has_parameters = self.member(node).is_some_and(Member::has_parameters);
        has_parameters && !self.is_deferred(node) && last.is_some_and(|last| last.node == node)
    }

    /// The updates that can be deferred until after the backward pass: of layers whose input and
    /// output gradient survive it.
    pub(super) fn deferred_updates(&self) -> TokenStream {
        let (runtime, schedule) = (self.runtime, &self.plan.training);
        // In reverse order, since the weights that were read last are still in the cache.
        let deferred = || (0..self.nodes.len()).rev().filter(|&node| self.is_deferred(node));
        let fields = deferred().filter_map(|node| {
            let member = self.member(node)?;
            let (field, ty) = (member.name(), self.field_type(member, &quote!(__T)));
            let offset = quote!(::core::mem::offset_of!(Self, #field));
            Some(quote!(#runtime::__private::span::<__T, #ty>(#offset)))
        });
        let fields: Vec<_> = fields.collect();
        if fields.is_empty() {
            return TokenStream::new();
        }
        let steps = deferred().filter_map(|node| {
            let field = self.member(node)?.name();
            let input = match self.nodes[node].sources[0] {
                Source::Input => quote!(input),
                Source::Node(source) => self.output_of(schedule, source),
            };
            let dout = match schedule.gradients[node]? {
                Place::Slot(slot) => {
                    let slice = self.slice(schedule, slot, &self.nodes[node].width);
                    quote!(&#slice)
                }
                Place::Output | Place::Input => quote!(dout),
            };
            Some(quote! {
                #runtime::__private::apply_deferred(
                    &mut self.#field, &grads.#field, #input, #dout, step,
                );
            })
        });
        let pass =
            Pass { name: "apply_deferred", schedule, parameters: vec![], steps: steps.collect() };
        let Body { saved, body, uses, .. } = self.body(pass, &self.gradients());
        let [input, dout] = ["input", "dout"].map(|name| {
            let is_used =
                uses.contains_key(name) || name == "input" && saved.to_string() == "saved";
            if is_used { format_ident!("{name}") } else { format_ident!("_{name}") }
        });
        quote! {
            const DEFERRED: &'static [::core::ops::Range<usize>] = &[#(#fields),*];

            fn apply_deferred(
                &mut self,
                #input: &[__T],
                #saved: &mut [__T],
                #dout: &mut [__T],
                grads: &Self,
                step: &#runtime::SgdStep,
            ) {
                #body
            }
        }
    }

    /// Returns whether the update of a layer can be deferred: whether its input and the gradient of
    /// its output survive the backward pass.
    fn is_deferred(&self, node: usize) -> bool {
        let defers = self.member(node).is_some_and(|member| member.layer.spec.traits.defers_update);
        defers && !self.model.is_layer() && self.plan.training.survives_backward[node]
    }

    /// The destination of the gradient of a layer's input.
    fn gradient_argument(
        &self,
        node: usize,
        contribution: &Contribution,
        dinput: &TokenStream,
    ) -> TokenStream {
        let buffer = match contribution.how {
            How::Accumulate => quote!(more),
            _ if self.is_in_callers_buffer(node, 0) => return dinput.clone(),
            _ => self.target(node, 0),
        };
        if contribution.only_for_input_grad {
            quote!(dinput.is_some().then_some(&mut *#buffer))
        } else {
            quote!(::core::option::Option::Some(#buffer))
        }
    }

    /// The backward step of an activation.
    fn backward_activation(&self, step: &Backward, dinput: &TokenStream) -> TokenStream {
        let (schedule, node, runtime) = (&self.plan.training, step.node, self.runtime);
        let [contribution] = &step.operands[..] else { return TokenStream::new() };
        let own_in_callers_buffer = schedule.gradients[node] == Some(Place::Input);
        let dout =
            if own_in_callers_buffer { quote!(dx) } else { self.gradient(node).to_token_stream() };
        let call = match (schedule.saved[node], &self.nodes[node].saved) {
            (Some(Place::Slot(slot)), Some(saved)) => {
                let slopes = self.slice(schedule, slot, &saved.training);
                quote!(#runtime::merge::multiply(#dout, &#slopes);)
            }
            _ => {
                let output = self.output_of(schedule, node);
                self.activation_call(node, "backward", quote!(#output, #dout))
            }
        };
        let target = self.target(node, 0);
        let then = match contribution.how {
            How::InPlace => {
                let call = self.guarded(own_in_callers_buffer, contribution, call, dinput);
                let name = (!own_in_callers_buffer).then(|| quote!(let #target = #dout;));
                return quote!(#call #name);
            }
            How::Assign => quote!(#target.copy_from_slice(#dout);),
            How::Accumulate => quote!(#runtime::merge::add(#target, #dout);),
        };
        let body = quote!(#call #then);
        self.guarded(self.is_in_callers_buffer(node, 0), contribution, body, dinput)
    }

    /// The backward step of a sum, product, concatenation, or one of several inputs.
    fn backward_combine(&self, step: &Backward, dinput: &TokenStream) -> TokenStream {
        let contributions = step.operands.iter().enumerate();
        let (in_place, others): (Vec<_>, Vec<_>) =
            contributions.partition(|(_, contribution)| contribution.how == How::InPlace);
        // A gradient that becomes another one in place is not read afterwards.
        let steps = others.into_iter().chain(in_place).map(|(operand, contribution)| {
            let buffer = self.gradient_buffer(step.node, operand, contribution);
            let body = self.contribution(step.node, operand, contribution.how);
            let in_callers_buffer = self.is_in_callers_buffer(step.node, operand);
            let body = self.guarded(in_callers_buffer, contribution, body, dinput);
            let (dout, target) = (self.gradient(step.node), self.target(step.node, operand));
            let name = (contribution.how == How::InPlace).then(|| quote!(let #target = #dout;));
            quote!(#buffer #body #name)
        });
        steps.collect()
    }

    /// The contribution of a join to the gradient of one of its operands.
    fn contribution(&self, node: usize, operand: usize, how: How) -> TokenStream {
        let runtime = self.runtime;
        let (dout, target) = (self.gradient(node), self.target(node, operand));
        match (self.nodes[node].operation, how) {
            (Operation::Sum, How::Assign) => quote!(#target.copy_from_slice(#dout);),
            (Operation::Sum, How::Accumulate) => quote!(#runtime::merge::add(#target, #dout);),
            (Operation::Product, how) => {
                let other = match self.nodes[node].sources[1 - operand] {
                    Source::Input => quote!(input),
                    Source::Node(other) => self.output_of(&self.plan.training, other),
                };
                match how {
                    How::Assign => quote!(#runtime::merge::product(#dout, #other, #target);),
                    How::Accumulate => {
                        quote!(#runtime::merge::add_product(#target, #dout, #other);)
                    }
                    How::InPlace => quote!(#runtime::merge::multiply(#dout, #other);),
                }
            }
            (Operation::Concat, how) => {
                let (from, rows) = (self.columns_before(node, operand), self.rows_of(node));
                let take = if how == How::Accumulate { "add_columns" } else { "take_columns" };
                let take = format_ident!("{take}");
                quote!(#runtime::merge::#take(#dout, #target, #from, #rows);)
            }
            (Operation::Part, _) => {
                let from = self.columns_before_part(node);
                quote!(#runtime::merge::put_columns(#dout, #target, #from, batch);)
            }
            _ => TokenStream::new(),
        }
    }

    /// The buffer for a gradient that is assigned, or for a term that is added to one.
    fn gradient_buffer(
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
                    How::Accumulate => quote!(more),
                    How::Assign | How::InPlace => self.target(node, operand),
                };
                quote!(let #name = &mut #slice;)
            }
            _ => TokenStream::new(),
        }
    }

    /// Returns whether the gradient of an operand is stored in the buffer for that of the input.
    fn is_in_callers_buffer(&self, node: usize, operand: usize) -> bool {
        match self.nodes[node].sources[operand] {
            Source::Input => true,
            Source::Node(source) => self.plan.training.gradients[source] == Some(Place::Input),
        }
    }

    /// The gradient of an operand; `dx` if it is in the caller's buffer.
    fn target(&self, node: usize, operand: usize) -> TokenStream {
        match self.nodes[node].sources[operand] {
            Source::Node(source) if !self.is_in_callers_buffer(node, operand) => {
                self.gradient(source).to_token_stream()
            }
            _ => quote!(dx),
        }
    }

    /// Code for gradients that only an enclosing network reads runs only if it requests them.
    fn guarded(
        &self,
        in_callers_buffer: bool,
        contribution: &Contribution,
        body: TokenStream,
        dinput: &TokenStream,
    ) -> TokenStream {
        if body.is_empty() || !contribution.only_for_input_grad {
            return body;
        }
        if in_callers_buffer {
            quote!(if let ::core::option::Option::Some(dx) = #dinput { #body })
        } else {
            quote!(if dinput.is_some() { #body })
        }
    }
}
