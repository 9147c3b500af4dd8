//! The traits that a network implements, with their constants: its layers, its memory layout, and
//! its passes as a layer, whose bodies come from `forward` and `backward`.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::idents::names;
use super::network::{Member, Network, largest, number, sum};
use super::split::Method;
use crate::common::tokens::source;
use crate::network::model::{self, Losses};
use crate::network::plan::{Schedule, Source};
use crate::network::registry::{ChannelKind, LayerSpec, Role, Setting};
use crate::network::resolve::settings;
use crate::network::size::Size;

impl Network<'_> {
    /// `impl Network`: properties of the network as a whole.
    pub(super) fn network(&self, passes: &[Method]) -> TokenStream {
        let Network { runtime, name, .. } = self;
        let ((loss, made_loss), title) = (self.loss(), self.model.title());
        let layers = self.layer_infos();
        let (widths, inputs, outputs) = (self.widths(), self.input_parts(), self.output_parts());
        let (values, shapes) = (self.named_rows(), self.shaped_rows());
        let (index_inputs, padded_inputs) = (self.index_inputs(), self.padded_inputs());
        let passes = passes.iter().map(|pass| &pass.method);
        let deferred_updates = self.deferred_updates();
        quote! {
            impl<__T: #runtime::Scalar> #runtime::Network for #name<__T> {
                type Scalar = __T;
                type Loss = #loss;
                type Of<__U: #runtime::Scalar> = #name<__U>;
                #widths

                const NAME: &'static str = #title;
                #inputs
                #outputs
                #values
                #shapes
                #index_inputs
                #padded_inputs
                const LAYERS: &'static [#runtime::LayerInfo] = &[#(#layers),*];

                fn loss_function() -> Self::Loss {
                    #made_loss
                }

                #(#passes)*

                #deferred_updates
            }
        }
    }

    /// `impl AsRef` and `impl AsMut`: with them, a function can take the network or a box of it.
    pub(super) fn references(&self) -> [TokenStream; 2] {
        let Network { runtime, name, .. } = self;
        let shared = quote! {
            impl<__T: #runtime::Scalar> ::core::convert::AsRef<#name<__T>> for #name<__T> {
                fn as_ref(&self) -> &Self {
                    self
                }
            }
        };
        let mutable = quote! {
            impl<__T: #runtime::Scalar> ::core::convert::AsMut<#name<__T>> for #name<__T> {
                fn as_mut(&mut self) -> &mut Self {
                    self
                }
            }
        };
        [shared, mutable]
    }

    /// The types of inputs, outputs and target rows.
    fn widths(&self) -> TokenStream {
        let inputs = self.input_widths().unwrap_or_else(|| self.width_type(&self.input));
        let targets = self.width_type(self.output());
        let outputs = self.widths_of(&self.outputs.iter().collect::<Vec<_>>());
        let outputs = outputs.unwrap_or_else(|| targets.clone());
        quote! {
            type Inputs = #inputs;
            type Outputs = #outputs;
            type Targets = #targets;
        }
    }

    /// The types of several inputs, as a tuple.
    pub(super) fn input_widths(&self) -> Option<TokenStream> {
        let parts: Vec<&Size> = self.parts().into_iter().map(|(_, size)| size).collect();
        self.widths_of(&parts)
    }

    /// The types of several inputs or outputs, as a tuple.
    fn widths_of(&self, sizes: &[&Size]) -> Option<TokenStream> {
        match sizes {
            [] | [_] => None,
            sizes => {
                let widths = sizes.iter().map(|size| self.width_type(size));
                Some(quote!((#(#widths),*)))
            }
        }
    }

    /// The type of one input or output.
    fn width_type(&self, size: &Size) -> TokenStream {
        let runtime = self.runtime;
        let kind = match size.below() {
            Some(_) if size.is_length() => "LengthWidth",
            Some(_) => "IndexWidth",
            None => "Width",
        };
        let (kind, size) = (format_ident!("{kind}"), size.as_argument());
        quote!(#runtime::#kind<#size>)
    }

    /// The names and features of named inputs.
    fn input_parts(&self) -> Option<TokenStream> {
        let parts = self.parts();
        let entries = parts.iter().map(|(name, size)| {
            let name = name.unraw().to_string();
            quote!((#name, #size))
        });
        let mut constant =
            quote!(const INPUT_PARTS: &'static [(&'static str, usize)] = &[#(#entries),*];);
        if parts.len() > 1 {
            let runtime = self.runtime;
            let shapes = parts.iter().map(|(_, size)| size.shape(runtime));
            let shape = quote!(#runtime::layers::Shape);
            constant.extend(quote!(const INPUT_SHAPES: &'static [#shape] = &[#(#shapes),*];));
        }
        (!parts.is_empty()).then_some(constant)
    }

    /// The features of each output, if there are several.
    fn output_parts(&self) -> Option<TokenStream> {
        let sizes = &self.outputs;
        let constant = quote!(const OUTPUT_PARTS: &'static [usize] = &[#(#sizes),*];);
        (sizes.len() > 1).then_some(constant)
    }

    /// The `let` names of a network in lines, with the rows of `LAYERS` that they name.
    fn named_rows(&self) -> Option<TokenStream> {
        let rows = self.model.values.iter().filter_map(|(name, node)| {
            let (name, row) = (name.unraw().to_string(), self.row(*node)?);
            Some(quote!((#name, #row)))
        });
        let rows: Vec<_> = rows.collect();
        let constant = quote!(const VALUES: &'static [(&'static str, usize)] = &[#(#rows),*];);
        (!rows.is_empty()).then_some(constant)
    }

    /// The shapes of outputs that are not flat, or may not be, with their rows of `LAYERS`.
    fn shaped_rows(&self) -> Option<TokenStream> {
        let runtime = self.runtime;
        let rows = self.shaped_entries();
        let shape = quote!(#runtime::layers::Shape);
        let constant = quote!(const SHAPES: &'static [(usize, #shape)] = &[#(#rows),*];);
        (!rows.is_empty()).then_some(constant)
    }

    /// Each row of a node whose output may not be flat, with its shape.
    fn shaped_entries(&self) -> Vec<TokenStream> {
        let rows = self.nodes.iter().enumerate().filter(|(_, node)| !node.width.is_flat());
        let rows = rows.filter_map(|(at, node)| {
            let (row, shape) = (self.row(at)?, node.width.shape(self.runtime));
            Some(quote!((#row, #shape)))
        });
        rows.collect()
    }

    /// The shapes of input and output, unless they are flat. A layer always states them.
    fn shapes(&self) -> TokenStream {
        let (runtime, is_layer) = (self.runtime, self.model.is_layer());
        let shapes = [("INPUT_SHAPE", &self.input), ("OUTPUT_SHAPE", self.output())];
        let shapes = shapes.into_iter().filter(|(_, size)| is_layer || !size.is_flat());
        let constants = shapes.map(|(name, size)| {
            let (name, shape) = (format_ident!("{name}"), size.shape(runtime));
            quote!(const #name: #runtime::layers::Shape = #shape;)
        });
        constants.collect()
    }

    /// `impl Tensors`: the memory layout.
    pub(super) fn tensors(&self) -> TokenStream {
        let Network { runtime, name, .. } = self;
        let tensors = self.fields().map(|member| {
            let (title, field) = (member.layer.title(), member.name());
            let tensors = self.tensors_of(member, &quote!(__T));
            quote!((#title, ::core::mem::offset_of!(Self, #field), #tensors))
        });
        let counts = self.fields().map(|member| {
            let tensors = self.tensors_of(member, &quote!(f32));
            quote!(#tensors.len())
        });
        let count = sum(self.runtime, counts.collect());
        quote! {
            impl<__T: #runtime::Scalar> #runtime::Tensors<__T> for #name<__T> {
                const TENSORS: &'static [#runtime::TensorInfo] =
                    &#runtime::__private::tensors::<__T, { #count }>(&[#(#tensors),*]);
            }
        }
    }

    /// The tensors of a layer. For a user-defined type the trait is `Layer`, so that the compiler
    /// reports no other missing trait.
    pub(super) fn tensors_of(&self, member: &Member<'_>, scalar: &TokenStream) -> TokenStream {
        let (runtime, ty) = (self.runtime, self.field_type(member, scalar));
        if member.layer.spec.is_own() {
            let place = member.layer.call.path.span();
            quote_spanned!(place=> <#ty as #runtime::layers::Layer<#scalar>>::LAYER_TENSORS)
        } else {
            quote!(<#ty as #runtime::Tensors<#scalar>>::TENSORS)
        }
    }

    /// `impl Layer`: the passes. A network is itself a layer, whose passes are observed; those of a
    /// layer are `passes`.
    pub(super) fn layer(&self, passes: &[Method]) -> TokenStream {
        let runtime = self.runtime;
        let (generics, ty) = (self.impl_generics(), self.self_type(&quote!(__T)));
        let place = self.name.span();
        let checked =
            self.model.parameters().map(|_| quote_spanned!(place=> let () = Self::__CHECKED;));
        let (inputs, outputs) = (&self.input, self.output());
        let (shapes, constants) = (self.shapes(), self.costs());
        let (saved, inference_saved) =
            (self.width(&self.plan.training), self.width(&self.plan.inference));
        let (scratch, operation) = (self.scratch(), self.own_operation());
        let takes_integers = self.index_inputs().is_some() || self.padded_inputs().is_some();
        let takes_numbers = takes_integers.then(|| {
            quote!(
                const TAKES_NUMBERS: bool = false;
            )
        });
        let carries = self.model.layers.iter().any(|layer| layer.carries).then(|| {
            quote!(
                const CARRIES: bool = true;
            )
        });
        let inits: TokenStream = self.inits().collect();
        let spoken_of = names(&inits);
        let named = |name: &str| {
            let hidden = if spoken_of.contains_key(name) { "" } else { "_" };
            format_ident!("{hidden}{name}")
        };
        let (init, rng) = (named("init"), named("rng"));
        let init = quote!(#init: #runtime::Init, #rng: &mut #runtime::Rng);
        let update_buffers = self.update_buffers();
        let inputs = match checked {
            Some(checked) => quote!({ #checked #inputs }),
            None => inputs.to_token_stream(),
        };
        let passes = match self.model.is_layer() {
            true => passes.iter().map(|pass| pass.method.clone()).collect(),
            false => self.observed_passes(),
        };
        quote! {
            impl #generics #runtime::layers::Layer<__T> for #ty {
                const INPUTS: usize = #inputs;
                const OUTPUTS: usize = #outputs;
                #shapes
                #takes_numbers
                #carries
                #operation
                #constants
                const SAVED: usize = #saved;
                const INFERENCE_SAVED: usize = #inference_saved;
                #scratch

                fn init(&mut self, #init) {
                    #inits
                }

                #passes

                #update_buffers
            }
        }
    }

    /// What the declared type computes: its graph.
    fn own_operation(&self) -> TokenStream {
        let (runtime, title) = (self.runtime, self.model.title());
        let layers = quote!(#runtime::layers);
        let operation = quote!(const OPERATION: #layers::Operation);
        if !self.model.is_layer() {
            return quote!(#operation = #layers::Operation::Nested(&<Self as #runtime::Network>::GRAPH););
        }
        let parts = self.parts();
        let inputs = match &parts[..] {
            [] => vec![("input".to_owned(), &self.input)],
            parts => parts.iter().map(|(name, size)| (name.unraw().to_string(), *size)).collect(),
        };
        let (names, sizes): (Vec<_>, Vec<_>) = inputs.into_iter().unzip();
        let shapes = sizes.iter().map(|size| size.shape(runtime));
        let rows = (0..self.nodes.len()).filter_map(|node| self.layer_info(node));
        let shaped = self.shaped_entries();
        quote! {
            #operation = #layers::Operation::Nested(&#layers::Graph {
                name: #title,
                inputs: &[#((#names, #sizes)),*],
                input_shapes: &[#(#shapes),*],
                layers: &[#(#rows),*],
                values: &[],
                shapes: &[#(#shaped),*],
                output: <Self as #layers::Layer<__T>>::OUTPUT_SHAPE,
            });
        }
    }

    /// The passes of a network as a layer.
    fn observed_passes(&self) -> TokenStream {
        let runtime = self.runtime;
        quote! {
            fn forward(
                &self,
                input: &[__T],
                output: &mut [__T],
                saved: &mut [__T],
                rng: &mut #runtime::Rng,
            ) {
                #runtime::Network::forward_observed(self, input, output, saved, rng, &mut ());
            }

            fn infer(&self, input: &[__T], output: &mut [__T], scratch: &mut [__T]) {
                #runtime::Network::infer_observed(self, input, output, scratch, &mut ());
            }

            fn backward(
                &self,
                input: &[__T],
                saved: &mut [__T],
                dout: &mut [__T],
                grads: &mut Self,
                dinput: ::core::option::Option<&mut [__T]>,
            ) {
                #runtime::Network::backward_with(
                    self, input, saved, dout, grads, dinput, &mut (),
                    &mut #runtime::__private::Stored,
                );
            }
        }
    }

    /// The initialization of each layer: the declared one, or the one that suits the next layers if
    /// the caller chooses `Auto`.
    fn inits(&self) -> impl Iterator<Item = TokenStream> {
        let runtime = self.runtime;
        let before_rectifier = self.before_rectifiers();
        let is_same =
            |member: &Member<'_>| matches!(member.layer.spec.role, Role::ShapePreserving { .. });
        let layers = self.layers.iter().enumerate();
        layers.filter(|(_, member)| member.has_parameters()).map(move |(at, member)| {
            let (field, layer) = (member.name(), self.layer_trait(member));
            let init = match &member.layer.init {
                Some(init) => quote!(#runtime::Init::#init),
                None if before_rectifier[at] && !is_same(member) => {
                    quote!(#runtime::Init::or_auto(init, #runtime::Init::He))
                }
                None => quote!(init),
            };
            quote!(#layer::init(&mut self.#field, #init, rng);)
        })
    }

    /// For each layer, whether one of the activations after it is a rectifier. Normalization, noise
    /// and joins in between are skipped.
    fn before_rectifiers(&self) -> Vec<bool> {
        let mut of_layers = vec![false; self.layers.len()];
        let mut of_nodes = vec![false; self.nodes.len()];
        for node in (0..self.nodes.len()).rev() {
            let shows_through = match self.member(node).map(|member| member.layer.spec) {
                Some(spec) if spec.traits.prefers_he => true,
                Some(LayerSpec {
                    role:
                        Role::ShapePreserving { .. }
                        | Role::Channels(ChannelKind::GroupNorm)
                        | Role::TrainOnly,
                    ..
                })
                | None => of_nodes[node],
                Some(_) => false,
            };
            if let Some(layer) = self.model.nodes[node].layer() {
                of_layers[layer] |= of_nodes[node];
            }
            for source in &self.nodes[node].sources {
                if let Source::Node(source) = source {
                    of_nodes[*source] |= shows_through;
                }
            }
        }
        of_layers
    }

    /// Updates the buffers of layers that may have some.
    fn update_buffers(&self) -> Option<TokenStream> {
        let layers = self.fields().filter(|member| member.layer.spec.role.may_have_buffers());
        let updates = layers.map(|member| {
            let (layer, field) = (self.layer_trait(member), member.name());
            quote!(#layer::update_buffers(&mut self.#field, &grads.#field);)
        });
        let updates: Vec<_> = updates.collect();
        let pass = quote!(fn update_buffers(&mut self, grads: &Self) { #(#updates)* });
        (!updates.is_empty()).then_some(pass)
    }

    /// The floating-point operations: per layer, times the number of its uses.
    fn costs(&self) -> TokenStream {
        let uses = || (0..self.nodes.len()).filter(|&node| self.nodes[node].is_layer());
        let total = |constant: &str, nodes: Vec<usize>| {
            let members = nodes.into_iter().filter_map(|node| {
                let flops = self.constant_of(self.member(node)?, constant);
                Some(match &self.shapes.steps[node] {
                    Some(steps) => quote!(#steps * #flops),
                    None => flops,
                })
            });
            members.collect::<Vec<_>>()
        };
        let (inner, outer): (Vec<_>, Vec<_>) =
            uses().partition(|&node| !self.is_only_for_input_grad(node));
        let flops = sum(self.runtime, total("FLOPS", uses().collect()));
        let mut training = total("TRAINING_FLOPS", uses().collect());
        training.extend(total("INPUT_GRADIENT_FLOPS", inner));
        let training = sum(self.runtime, training);
        let input = sum(self.runtime, total("INPUT_GRADIENT_FLOPS", outer));
        quote! {
            const FLOPS: usize = #flops;
            const TRAINING_FLOPS: usize = #training;
            const INPUT_GRADIENT_FLOPS: usize = #input;
        }
    }

    /// Returns whether a layer's node computes the gradient of its input only for an enclosing
    /// network.
    fn is_only_for_input_grad(&self, node: usize) -> bool {
        let step = self.plan.training.backward.iter().find(|step| step.node == node);
        step.is_none_or(|step| step.operands.iter().all(|operand| operand.only_for_input_grad))
    }

    /// The scratch memory that does not grow with the batch.
    fn scratch(&self) -> TokenStream {
        let passes =
            [("SCRATCH", &self.training_extra), ("INFERENCE_SCRATCH", &self.inference_extra)];
        let constants = passes.into_iter().filter(|(_, extra)| !extra.is_empty());
        let constants = constants.map(|(name, extra)| {
            let name = format_ident!("{name}");
            let total = sum(self.runtime, extra.iter().map(|(_, length)| length.clone()).collect());
            quote!(const #name: usize = #total;)
        });
        constants.collect()
    }

    /// The layers with a field in the struct.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Member<'_>> {
        self.layers.iter().filter(|member| member.has_parameters())
    }

    /// A constant of a layer's type.
    pub(super) fn constant_of(&self, member: &Member<'_>, constant: &str) -> TokenStream {
        let (runtime, ty) = (self.runtime, self.field_type(member, &quote!(__T)));
        let constant = format_ident!("{constant}");
        quote!(<#ty as #runtime::layers::Layer<__T>>::#constant)
    }

    /// The trait that a layer's passes belong to. A user-defined type is qualified with it, at the
    /// user's span, so that the compiler reports there if the type is not a layer.
    pub(super) fn layer_trait(&self, member: &Member<'_>) -> TokenStream {
        let runtime = self.runtime;
        match self.model.custom_type(member.layer, &quote!(__T)) {
            Some(ty) => {
                let place = member.layer.call.path.span();
                quote_spanned!(place=> <#ty as #runtime::layers::Layer<__T>>)
            }
            None => quote!(#runtime::layers::Layer),
        }
    }

    fn layer_infos(&self) -> impl Iterator<Item = TokenStream> {
        let infos = (0..self.nodes.len()).filter_map(|node| self.layer_info(node));
        let runtime = self.runtime;
        let (loss, outputs) = (self.losses.map(Losses::source), self.output());
        let from = match self.titles.last() {
            Some(last) if self.outputs.len() > 1 => quote!(&[#last]),
            _ => self.names_of(&self.model.outputs),
        };
        infos.chain([quote! {
            #runtime::LayerInfo {
                name: "loss", layer: #loss, from: #from, outputs: #outputs, parameters: 0,
                operation: #runtime::layers::Operation::LossFunction,
            }
        }])
    }

    /// The row of a node; inputs have none.
    fn layer_info(&self, node: usize) -> Option<TokenStream> {
        let Network { runtime, model, .. } = self;
        let of = &model.nodes[node];
        let (written, parameters) = match of.operation {
            model::Operation::Part(_) => return None,
            model::Operation::Layer(layer) => {
                let member = &self.layers[layer];
                let before = self.views_before(node);
                (format!("{before}{}", member.declaration()), self.parameters_of(member))
            }
            model::Operation::Again(_) => {
                (format!("{}{}", self.views_before(node), source(&of.tokens)), number(0))
            }
            _ if self.outputs.len() > 1 && node + 1 == self.nodes.len() => {
                ("outputs, side by side".to_owned(), number(0))
            }
            _ => (source(&of.tokens), number(0)),
        };
        let (title, operation) = (&self.titles[node], self.operation_of(node));
        let (from, outputs) = (self.names_of(&of.operands), &self.nodes[node].width);
        Some(quote! {
            #runtime::LayerInfo {
                name: #title,
                layer: #written,
                from: #from,
                outputs: #outputs,
                parameters: #parameters,
                operation: #operation,
            }
        })
    }

    /// What a node computes, as an expression of the runtime's `Operation`.
    fn operation_of(&self, node: usize) -> TokenStream {
        let runtime = self.runtime;
        let operation = quote!(#runtime::layers::Operation);
        match self.model.nodes[node].operation {
            model::Operation::Layer(layer) => self.layer_operation(&self.layers[layer]),
            model::Operation::Again(layer) => {
                let title = self.layers[layer].layer.title();
                quote!(#operation::Again(#title))
            }
            model::Operation::Sum => quote!(#operation::Sum),
            model::Operation::Product => quote!(#operation::Product),
            model::Operation::Concat | model::Operation::Part(_)
                if self.outputs.len() > 1 && node + 1 == self.nodes.len() =>
            {
                quote!(#operation::Outputs)
            }
            model::Operation::Concat if self.nodes[node].width.sequence().is_some() => {
                quote!(#operation::ConcatSteps)
            }
            model::Operation::Concat | model::Operation::Part(_) => quote!(#operation::Concat),
            model::Operation::Join(_) => quote!(#operation::Joined),
        }
    }

    /// What a layer computes: that of its type says so, or an activation's name.
    fn layer_operation(&self, member: &Member<'_>) -> TokenStream {
        let runtime = self.runtime;
        let operation = quote!(#runtime::layers::Operation);
        match member.layer.spec.role {
            Role::Activation if member.layer.spec.is_own() => quote!(#operation::Own),
            Role::Activation => {
                let (path, name) =
                    (self.layer_path(member), format_ident!("{}Layer", member.layer.spec.name));
                match (&member.layer.number, member.layer.spec.setting) {
                    (Some(number), _) => {
                        let value = settings::made_from(&path, number);
                        quote!(#operation::#name(#value))
                    }
                    (None, Setting::Number(_)) => quote!(#operation::#name(#path::DEFAULT)),
                    (None, _) => quote!(#operation::#name),
                }
            }
            Role::TrainOnly => quote!(#operation::DropoutLayer),
            _ => self.constant_of(member, "OPERATION"),
        }
    }

    /// `Flatten -> ` before a layer that reads its input in another shape.
    pub(super) fn views_before(&self, node: usize) -> String {
        let operands = self.model.nodes[node].operands.iter();
        operands.filter_map(|operand| Some(format!("{} -> ", self.view(operand)?))).collect()
    }

    /// `Flatten` or `Reshape(…)`, if a value is read in another shape.
    pub(super) fn view(&self, operand: &model::Operand) -> Option<String> {
        Some(match operand.view? {
            model::View::Flat => "Flatten".to_owned(),
            model::View::Reshaped(at) => source(&self.model.reshapes[at].tokens),
        })
    }

    /// The number of a layer's parameters, as an expression.
    pub(super) fn parameters_of(&self, member: &Member<'_>) -> TokenStream {
        if !member.has_parameters() {
            return number(0);
        }
        if member.layer.spec.role.may_have_buffers() {
            let (runtime, tensors) = (self.runtime, self.tensors_of(member, &quote!(__T)));
            return quote!(#runtime::__private::trained(#tensors));
        }
        self.numbers_of(member)
    }

    /// The number of values in a layer, as an expression.
    pub(super) fn numbers_of(&self, member: &Member<'_>) -> TokenStream {
        let ty = self.field_type(member, &quote!(__T));
        quote!(::core::mem::size_of::<#ty>() / ::core::mem::size_of::<__T>())
    }

    /// The row names of the nodes that values come from.
    fn names_of(&self, operands: &[model::Operand]) -> TokenStream {
        let names = operands.iter().map(|operand| match operand.source {
            model::Source::Node(node) => self.titles[node].clone(),
            _ => self.model.inputs.first().map_or("input".to_owned(), |x| x.name.to_string()),
        });
        quote!(&[#(#names),*])
    }

    /// The numbers per sample in all slots.
    fn width(&self, schedule: &Schedule) -> TokenStream {
        sum(self.runtime, schedule.slots.iter().map(|sizes| largest(self.runtime, sizes)).collect())
    }
}
