//! Predictions step by step, of networks whose input is a sequence.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::network::{Network, sum};
use crate::network::model;
use crate::network::plan::{Operation, Source};
use crate::network::registry::{Role, SequenceKind};
use crate::network::size::Size;

impl Network<'_> {
    /// `start` and `step` of a network whose input is a sequence. If a part of it needs the whole
    /// sequence, a call of `start` is an error that names the part.
    pub(super) fn steps(&self) -> TokenStream {
        if step_size(&self.input).is_none() {
            return TokenStream::new();
        }
        match self.obstacle() {
            None => quote_all([self.stepped(), self.step_methods()]),
            Some(obstacle) => self.no_steps(&obstacle),
        }
    }

    /// The first part of the network that needs the whole sequence, if there is one.
    fn obstacle(&self) -> Option<String> {
        let nodes = self.model.nodes.iter().enumerate();
        let of_node = |(at, node): (usize, &model::Node)| {
            let mut sources = self.nodes[at].sources.iter();
            if !sources.any(|source| self.is_of_step(*source)) {
                return None;
            }
            if node.operands.iter().any(|operand| operand.view.is_some()) {
                return Some("`Flatten` and `Reshape` read all steps of a sequence".to_owned());
            }
            let layer = self.member(at)?.layer;
            let reads_all = match (layer.spec.role, layer.spec.name) {
                (Role::Sequence(SequenceKind::OverTime), "Last") => false,
                (Role::Sequence(SequenceKind::Attention), "CausalAttention") => false,
                (Role::Sequence(kind), _) => matches!(
                    kind,
                    SequenceKind::OverTime | SequenceKind::Reverse | SequenceKind::Attention
                ),
                (Role::ShapePreserving { has_statistics, .. }, _) => has_statistics,
                _ => false,
            };
            reads_all.then(|| format!("`{}` reads all steps of a sequence", layer.describe()))
        };
        let views = self.model.outputs.iter().any(|output| output.view.is_some());
        let of_views = || views.then(|| "its output is not one step".to_owned());
        nodes.into_iter().find_map(of_node).or_else(of_views)
    }

    /// Returns whether a step computes the part of a value that belongs to it. The value of `Last`, and what
    /// is computed from it, is one for the sequence.
    fn is_of_step(&self, source: Source) -> bool {
        let Source::Node(node) = source else { return step_size(&self.input).is_some() };
        let is_part = self.nodes[node].operation == Operation::Part;
        let is_over_time = self.member(node).is_some_and(|member| {
            matches!(member.layer.spec.role, Role::Sequence(SequenceKind::OverTime))
        });
        let mut sources = self.nodes[node].sources.iter();
        is_part || !is_over_time && sources.any(|source| self.is_of_step(*source))
    }

    /// Conditions that each of one's own layers that reads a sequence can compute one step.
    fn step_bounds(&self) -> Option<TokenStream> {
        let runtime = self.runtime;
        let own = self.layers.iter().enumerate().filter_map(|(at, member)| {
            let mut uses =
                (0..self.nodes.len()).filter(|node| self.model.nodes[*node].layer() == Some(at));
            let Role::Custom = member.layer.spec.role else { return None };
            if !uses.any(|node| self.carries(node)) {
                return None;
            }
            let ty = self.field_type(member, &quote!(__T));
            Some(quote!(#ty: #runtime::layers::StepLayer<__T>,))
        });
        let bounds: TokenStream = own.collect();
        (!bounds.is_empty()).then(|| quote!(where #bounds))
    }

    /// A `start` that cannot be called.
    fn no_steps(&self, obstacle: &str) -> TokenStream {
        let Network { runtime, name, visibility, .. } = self;
        let title = self.model.title();
        let message = format!("`{title}` cannot compute one step at a time: {obstacle}");
        let help = "use `predict` on whole sequences, or declare a network without it";
        let steps = format_ident!("__{}_steps", name);
        quote! {
            #[doc(hidden)]
            #[allow(non_camel_case_types)]
            #[diagnostic::on_unimplemented(message = #message, label = "needs a whole sequence", note = #help)]
            #visibility trait #steps {}

            impl<__T: #runtime::Scalar> #name<__T> {
                #[doc = #message]
                #visibility fn start(&self) -> ::core::convert::Infallible
                where
                    Self: #steps,
                {
                    #runtime::__private::mistake()
                }

                // There is no state that it could be called with, and no second error about it.
                #[doc(hidden)]
                #[allow(missing_docs, clippy::missing_errors_doc)]
                #visibility fn step<__X>(
                    &self,
                    state: &mut ::core::convert::Infallible,
                    _: __X,
                ) -> ::core::result::Result<&[__T], #runtime::Error> {
                    match *state {}
                }
            }
        }
    }

    /// `start` and `step`.
    fn step_methods(&self) -> TokenStream {
        let Network { runtime, name, visibility, .. } = self;
        let (argument, call) = match self.input.below() {
            Some(below) => (quote!(usize), quote!(step_of_index(self, input, #below))),
            None => {
                let features = self.input.of_step().as_argument();
                (quote!(&[__T; #features]), quote!(step(self, input)))
            }
        };
        let bounds = self.step_bounds();
        quote! {
            impl<__T: #runtime::Scalar> #name<__T> {
                /// The state before the first step of a sequence. Allocates it; `step` does not.
                #[must_use]
                #visibility fn start(&self) -> #runtime::StepState<Self> #bounds {
                    #runtime::StepState::start()
                }

                /// Computes one step of a sequence: the scores that `predict` returns for this step of
                /// the whole sequence, up to rounding. Several outputs are side by side.
                ///
                /// # Errors
                ///
                /// Returns an error for an invalid input, after the last step that the network can
                /// take, or if the outputs are not finite.
                #visibility fn step<'__s>(
                    &self,
                    state: &'__s mut #runtime::StepState<Self>,
                    input: #argument,
                ) -> ::core::result::Result<&'__s [__T], #runtime::Error>
                #bounds
                {
                    state.#call
                }
            }
        }
    }

    /// `impl Stepped`.
    fn stepped(&self) -> TokenStream {
        let Network { runtime, name, .. } = self;
        let Step { state, values, most, body } = self.step();
        let (inputs, outputs) = (self.input_step(), self.step_width(self.nodes.len() - 1));
        let bounds = self.step_bounds();
        quote! {
            impl<__T: #runtime::Scalar> #runtime::Stepped for #name<__T> #bounds {
                const STATE: usize = #state;
                const STEP_VALUES: usize = #values;
                const STEP_INPUTS: usize = #inputs;
                const STEP_OUTPUTS: usize = #outputs;
                const MOST_STEPS: usize = #most;

                #[allow(unused_variables)]
                fn compute_step(
                    &self,
                    step: usize,
                    input: &[__T],
                    state: &mut [__T],
                    values: &mut [__T],
                ) {
                    #body
                }
            }
        }
    }

    /// `impl StepLayer` of a declared layer whose input is a sequence, unless a part of it needs the whole
    /// sequence.
    pub(super) fn layer_steps(&self) -> TokenStream {
        let is_sequence = self.input.sequence().is_some() && self.model.inputs.len() < 2;
        if !is_sequence || self.nodes.is_empty() || self.obstacle().is_some() {
            return TokenStream::new();
        }
        let runtime = self.runtime;
        let (generics, ty) = (self.impl_generics(), self.self_type(&quote!(__T)));
        let Step { state, values, most, body } = self.step();
        let (bounds, last) = (self.step_bounds(), self.step_name("value", self.nodes.len() - 1));
        quote! {
            impl #generics #runtime::layers::StepLayer<__T> for #ty #bounds {
                const STATE: usize = #state;
                const STEP_SCRATCH: usize = #values;
                const MOST_STEPS: usize = #most;

                #[allow(unused_variables)]
                fn step(
                    &self,
                    step: usize,
                    input: &[__T],
                    output: &mut [__T],
                    state: &mut [__T],
                    values: &mut [__T],
                ) {
                    #body
                    output.copy_from_slice(#last);
                }
            }
        }
    }

    /// The computation of one step, and its memory.
    fn step(&self) -> Step {
        let runtime = self.runtime;
        let states: Vec<(usize, TokenStream)> = self.step_layers("STATE").collect();
        let scratch: Vec<(usize, TokenStream)> = self.scratches().collect();
        let most = self.step_layers("MOST_STEPS").map(|(_, most)| most);
        let widths = (0..self.nodes.len()).map(|node| self.step_width(node).to_token_stream());
        let widths: Vec<TokenStream> = widths.collect();
        let total = |sizes: Vec<TokenStream>| sum(runtime, sizes);
        let state = total(states.iter().map(|(_, size)| size.clone()).collect());
        let of_scratch = || scratch.iter().map(|(_, size)| size.clone());
        let values = total(of_scratch().chain(widths.iter().cloned()).collect());
        let scratch_names = scratch.iter().map(|(node, _)| self.step_name("scratch", *node));
        let value_names = (0..self.nodes.len()).map(|node| self.step_name("value", node));
        let names: Vec<Ident> = scratch_names.chain(value_names).collect();
        let lengths: Vec<TokenStream> = of_scratch().chain(widths.iter().cloned()).collect();
        let state_names: Vec<Ident> =
            states.iter().map(|(node, _)| self.step_name("state", *node)).collect();
        let state_lengths = states.iter().map(|(_, size)| size);
        let steps = (0..self.nodes.len()).map(|node| self.step_of(node));
        let slots = quote!(#runtime::__private::slots);
        Step {
            state,
            values,
            most: quote!(#runtime::__private::smallest(&[usize::MAX #(, #most)*])),
            body: quote! {
                let [#(#state_names),*] = #slots(state, [#(#state_lengths),*]);
                let [#(#names),*] = #slots(values, [#(#lengths),*]);
                #(#steps)*
            },
        }
    }

    /// The nodes whose layers carry a state, each with a constant of the layer.
    fn step_layers(&self, constant: &str) -> impl Iterator<Item = (usize, TokenStream)> {
        let runtime = self.runtime;
        let constant = format_ident!("{constant}");
        (0..self.nodes.len()).filter_map(move |node| {
            let member = self.member(node).filter(|_| self.carries(node))?;
            let ty = self.field_type(member, &quote!(__T));
            Some((node, quote!(<#ty as #runtime::layers::StepLayer<__T>>::#constant)))
        })
    }

    /// Returns whether a node is a layer of sequences, other than an embedding, or one of one's own that
    /// reads a sequence.
    fn carries(&self, node: usize) -> bool {
        self.member(node).is_some_and(|member| match member.layer.spec.role {
            Role::Sequence(kind) => kind != SequenceKind::Embedding,
            Role::Custom => self.is_of_step(self.nodes[node].sources[0]),
            _ => false,
        })
    }

    /// The nodes with scratch memory in a step, and how much.
    fn scratches(&self) -> impl Iterator<Item = (usize, TokenStream)> {
        let of_layers = self.step_layers("STEP_SCRATCH");
        let of_others = (0..self.nodes.len()).filter_map(|node| {
            let member = self.member(node).filter(|_| !self.carries(node))?;
            let Role::Custom = member.layer.spec.role else { return None };
            let [saved, scratch] = ["INFERENCE_SAVED", "INFERENCE_SCRATCH"]
                .map(|constant| self.constant_of(member, constant));
            Some((node, quote!(#saved + #scratch)))
        });
        of_layers.chain(of_others)
    }

    /// The numbers of a node's value in one step.
    fn step_width(&self, node: usize) -> Size {
        match self.model.outputs.len() {
            // The outputs side by side.
            2.. if node + 1 == self.nodes.len() => {
                let parts = self.nodes[node].sources.iter().map(|source| match source {
                    Source::Input => self.input_step(),
                    Source::Node(node) => self.step_width(*node),
                });
                Size::sum(parts.collect())
            }
            _ => {
                let width = &self.nodes[node].width;
                let is_of_step = self.is_of_step(Source::Node(node));
                step_size(width).filter(|_| is_of_step).unwrap_or_else(|| width.clone())
            }
        }
    }

    /// The numbers of the input in one step.
    fn input_step(&self) -> Size {
        step_size(&self.input).unwrap_or_else(|| self.input.clone())
    }

    fn step_name(&self, what: &str, node: usize) -> Ident {
        format_ident!("{what}_{}", self.titles[node], span = proc_macro2::Span::mixed_site())
    }

    /// The computation of one node.
    fn step_of(&self, node: usize) -> TokenStream {
        let runtime = self.runtime;
        let to = self.step_name("value", node);
        let from = |operand: usize| match self.nodes[node].sources[operand] {
            Source::Input => quote!(input),
            Source::Node(source) => {
                let name = self.step_name("value", source);
                quote!(&*#name)
            }
        };
        match (self.nodes[node].operation, self.member(node)) {
            (Operation::Layer(_), Some(member)) if self.carries(node) => {
                let (of, from) = (self.layer_value(member), from(0));
                let (state, scratch) =
                    (self.step_name("state", node), self.step_name("scratch", node));
                quote! {
                    #runtime::layers::StepLayer::step(#of, step, #from, #to, #state, #scratch);
                }
            }
            (Operation::Layer(_), Some(member)) => {
                let (layer, of, from) =
                    (self.layer_trait(member), self.layer_value(member), from(0));
                let scratch = match member.layer.spec.role {
                    Role::Custom => self.step_name("scratch", node).to_token_stream(),
                    _ => quote!(&mut []),
                };
                quote!(#layer::infer(#of, #from, #to, #scratch);)
            }
            (Operation::Activation, _) => {
                let (from, call) = (from(0), self.activation_call(node, "forward", quote!(#to)));
                quote!(#to.copy_from_slice(#from); #call)
            }
            (Operation::TrainOnly, _) => {
                let from = from(0);
                quote!(#to.copy_from_slice(#from);)
            }
            (Operation::Sum, _) => {
                let (left, right) = (from(0), from(1));
                quote!(#runtime::merge::sum(#left, #right, #to);)
            }
            (Operation::Product, _) => {
                let (left, right) = (from(0), from(1));
                quote!(#runtime::merge::product(#left, #right, #to);)
            }
            (Operation::Concat, _) => {
                let mut before = quote!(0);
                let parts = (0..self.nodes[node].sources.len()).map(|operand| {
                    let part = from(operand);
                    let put = quote!(#runtime::merge::put_columns(#part, #to, #before, 1););
                    before = quote!(#before + (#part).len());
                    put
                });
                parts.collect()
            }
            _ => TokenStream::new(),
        }
    }
}

/// The computation of one step.
struct Step {
    /// The numbers that layers carry.
    state: TokenStream,
    /// The numbers of all values and of scratch memory.
    values: TokenStream,
    /// The most steps.
    most: TokenStream,
    body: TokenStream,
}

/// The numbers of one step: the features of a sequence, or one index. `None` for a value that is
/// certainly something else.
fn step_size(size: &Size) -> Option<Size> {
    let may_be_sequence = size.sequence().is_some() || size.open_shape().is_some();
    match size.below() {
        Some(_) => Some(Size::known(1)),
        None => may_be_sequence.then(|| size.of_step()),
    }
}

fn quote_all<const N: usize>(items: [TokenStream; N]) -> TokenStream {
    items.into_iter().collect()
}
