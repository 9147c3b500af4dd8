//! The passes: forward unrolled, backward in reverse order, and the constants
//! of the `Network` implementation.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::{Member, Network, Schedule, Source, largest, need_gradient, sum};
use crate::plan::Step;

impl Network<'_> {
    /// `impl Network`.
    pub(super) fn implementation(&self) -> TokenStream {
        let Network { runtime, name, .. } = self;
        let (loss, title) = (self.loss_path(), name.to_string());
        let constants = self.constants();
        let (infer, forward, backward) = (self.infer(), self.forward(), self.backward());
        quote! {
            impl<T: #runtime::Scalar> #runtime::Network for #name<T> {
                type Scalar = T;
                type Loss = #loss;
                type Of<U: #runtime::Scalar> = #name<U>;

                const NAME: &'static str = #title;
                #constants

                #infer

                #forward

                #backward
            }
        }
    }

    fn constants(&self) -> TokenStream {
        let runtime = self.runtime;
        let (inputs, outputs) = (&self.input, self.output());
        let layer_const = |member: &Member<'_>, name: &str| {
            let ty = self.field_type(member, &quote!(T));
            let name = format_ident!("{name}");
            quote!(<#ty as #runtime::layers::Layer<T>>::#name)
        };
        let with_parameters = || self.layers.iter().filter(|member| member.has_parameters());
        let flops = sum(with_parameters().map(|member| layer_const(member, "FLOPS")).collect());
        let input_flops = self.layers_with_input_gradient();
        let input_flops = input_flops.map(|member| layer_const(member, "FLOPS"));
        let training_flops =
            sum(std::iter::once(quote!(2 * Self::FLOPS)).chain(input_flops).collect());
        let tensors = with_parameters().map(|member| {
            let title = member.layer.title();
            let field = member.name();
            let tensors = layer_const(member, "TENSORS");
            quote!((#title, ::core::mem::offset_of!(Self, #field), #tensors))
        });
        let counts = with_parameters().map(|member| {
            let ty = self.field_type(member, &quote!(f32));
            quote!(<#ty as #runtime::layers::Layer<f32>>::TENSORS.len())
        });
        let count = sum(counts.collect());
        let layers = self.layer_infos();
        let training = self.workspace(&self.plan.training);
        let inference = self.workspace(&self.plan.inference);
        quote! {
            const INPUTS: usize = #inputs;
            const OUTPUTS: usize = #outputs;
            const PARAMS: usize = ::core::mem::size_of::<Self>() / ::core::mem::size_of::<T>();
            const FLOPS: usize = #flops;
            const TRAINING_FLOPS: usize = #training_flops;
            const WORKSPACE_PER_SAMPLE: usize = #training;
            const INFERENCE_WORKSPACE_PER_SAMPLE: usize = #inference;
            const TENSORS: &'static [#runtime::TensorInfo] =
                &#runtime::__private::tensors::<T, { #count }>(&[#(#tensors),*]);
            const LAYERS: &'static [#runtime::LayerInfo] = &[#(#layers),*];
        }
    }

    /// The layers that compute the gradient of their input.
    fn layers_with_input_gradient(&self) -> impl Iterator<Item = &Member<'_>> {
        let needed = need_gradient(&self.nodes);
        self.layers.iter().zip(&self.nodes).filter_map(move |(member, node)| match node.source {
            Source::Node(source) if member.has_parameters() && needed[source] => Some(member),
            _ => None,
        })
    }

    fn layer_infos(&self) -> impl Iterator<Item = TokenStream> {
        let runtime = self.runtime;
        let rows = self.layers.iter().map(move |member| {
            let (title, source) = (member.layer.title(), member.declaration());
            let outputs = &member.outputs;
            let parameters = if member.has_parameters() {
                let ty = self.field_type(member, &quote!(T));
                quote!(::core::mem::size_of::<#ty>() / ::core::mem::size_of::<T>())
            } else {
                quote!(0)
            };
            quote! {
                #runtime::LayerInfo {
                    name: #title,
                    layer: #source,
                    outputs: #outputs,
                    parameters: #parameters,
                }
            }
        });
        let (loss, outputs) = (self.loss.to_string(), self.output());
        rows.chain([quote! {
            #runtime::LayerInfo { name: "loss", layer: #loss, outputs: #outputs, parameters: 0 }
        }])
    }

    /// The numbers of workspace per sample.
    fn workspace(&self, schedule: &Schedule) -> TokenStream {
        sum(schedule.slots.iter().map(|sizes| largest(self.runtime, sizes)).collect())
    }

    /// The pass that only predicts.
    fn infer(&self) -> TokenStream {
        let body = self.forward_body(&self.plan.inference);
        quote! {
            fn infer<'a>(&self, input: &[T], arena: &'a mut [T], batch: usize) -> &'a mut [T] {
                #body
            }
        }
    }

    /// The pass that keeps what `backward` needs.
    fn forward(&self) -> TokenStream {
        let body = self.forward_body(&self.plan.training);
        quote! {
            fn forward<'a>(&self, input: &[T], arena: &'a mut [T], batch: usize) -> &'a mut [T] {
                #body
            }
        }
    }

    fn forward_body(&self, schedule: &Schedule) -> TokenStream {
        let runtime = self.runtime;
        let mut used = vec![false; schedule.slots.len()];
        let mut steps = TokenStream::new();
        for step in &schedule.forward {
            let (node, in_place) = match *step {
                Step::Forward { node } => (node, false),
                Step::Activate { node, copy } => (node, !copy),
                Step::Backward { .. } | Step::Deactivate { .. } => continue,
            };
            let member = &self.layers[node];
            let (name, from) = (value(member), self.source(node));
            used[schedule.outputs[node]] = true;
            let room = if in_place {
                quote!(#from)
            } else {
                self.slice(schedule, schedule.outputs[node], node, &quote!(&mut))
            };
            let layer = self.layer_path(member);
            let call = match step {
                Step::Forward { .. } => {
                    let field = member.name();
                    quote!(#runtime::layers::Layer::forward(&self.#field, #from, #name);)
                }
                Step::Activate { copy: true, .. } => quote! {
                    #name.copy_from_slice(#from);
                    #runtime::layers::Activation::forward(&#layer, #name);
                },
                _ => quote!(#runtime::layers::Activation::forward(&#layer, #name);),
            };
            steps.extend(quote!(let #name = #room; #call));
        }
        let last = self.layers.len() - 1;
        let mut result = value(&self.layers[last]).to_token_stream();
        if schedule.copy_outputs {
            let slot = schedule.gradients[last];
            used[slot] = true;
            let room = self.slice(schedule, slot, last, &quote!(&mut));
            steps.extend(quote! {
                let scores = #room;
                scores.copy_from_slice(#result);
            });
            result = quote!(scores);
        }
        let slots = self.slots(schedule, &used);
        quote!(#slots #steps #result)
    }

    /// The pass back, in reverse order.
    fn backward(&self) -> TokenStream {
        let runtime = self.runtime;
        let schedule = &self.plan.training;
        let mut used = vec![false; schedule.slots.len()];
        let mut steps = TokenStream::new();
        if !schedule.backward.is_empty() {
            let last = self.layers.len() - 1;
            let slot = schedule.gradients[last];
            used[slot] = true;
            let (name, room) =
                (gradient(&self.layers[last]), self.slice(schedule, slot, last, &quote!(&mut)));
            steps.extend(quote!(let #name = #room;));
        }
        for step in &schedule.backward {
            match *step {
                Step::Backward { node, input } => {
                    let (from, bind) = self.kept_source(schedule, node, &mut used);
                    steps.extend(bind);
                    steps.extend(self.backward_step(schedule, node, input, &from, &mut used));
                }
                Step::Deactivate { node } => {
                    let slot = schedule.outputs[node];
                    used[slot] = true;
                    let output = self.slice(schedule, slot, node, &quote!(&));
                    let layer = self.layer_path(&self.layers[node]);
                    let dout = gradient(&self.layers[node]);
                    steps.extend(quote! {
                        #runtime::layers::Activation::backward(&#layer, #output, #dout);
                    });
                    if let Source::Node(source) = self.nodes[node].source {
                        let din = gradient(&self.layers[source]);
                        steps.extend(quote!(let #din = #dout;));
                    }
                }
                Step::Forward { .. } | Step::Activate { .. } => {}
            }
        }
        let slots = self.slots(schedule, &used);
        let signature = if steps.is_empty() {
            quote!(_input: &[T], _arena: &mut [T], _batch: usize, _grads: &mut Self)
        } else {
            quote!(input: &[T], arena: &mut [T], batch: usize, grads: &mut Self)
        };
        let slots = if steps.is_empty() { TokenStream::new() } else { slots };
        quote!(fn backward(&self, #signature) { #slots #steps })
    }

    /// The call of one layer's `backward`.
    fn backward_step(
        &self,
        schedule: &Schedule,
        node: usize,
        input: bool,
        from: &TokenStream,
        used: &mut [bool],
    ) -> TokenStream {
        let runtime = self.runtime;
        let (field, dout) = (self.layers[node].name(), gradient(&self.layers[node]));
        let call = |din: TokenStream| {
            quote! {
                #runtime::layers::Layer::backward(&self.#field, #from, #dout, &mut grads.#field, #din);
            }
        };
        match self.nodes[node].source {
            Source::Node(source) if input => {
                let slot = schedule.gradients[source];
                used[slot] = true;
                let din = gradient(&self.layers[source]);
                let room = self.slice(schedule, slot, source, &quote!(&mut));
                let call = call(quote!(::core::option::Option::Some(#din)));
                quote!(let #din = #room; #call)
            }
            _ => call(quote!(::core::option::Option::None)),
        }
    }

    /// The input that a layer had on the way forward, and where to find it.
    fn kept_source(
        &self,
        schedule: &Schedule,
        node: usize,
        used: &mut [bool],
    ) -> (TokenStream, TokenStream) {
        let from = self.source(node);
        let Source::Node(source) = self.nodes[node].source else {
            return (from, TokenStream::new());
        };
        let slot = schedule.outputs[source];
        used[slot] = true;
        let room = self.slice(schedule, slot, source, &quote!(&));
        (from.clone(), quote!(let #from = #room;))
    }

    /// The variable that a node reads.
    fn source(&self, node: usize) -> TokenStream {
        match self.nodes[node].source {
            Source::Input => quote!(input),
            Source::Node(source) => value(&self.layers[source]).to_token_stream(),
        }
    }

    /// The part of a slot that a node's value takes up.
    fn slice(
        &self,
        schedule: &Schedule,
        slot: usize,
        node: usize,
        reference: &TokenStream,
    ) -> TokenStream {
        let (name, width) = (slot_name(slot), &self.nodes[node].width);
        match &schedule.slots[slot][..] {
            [only] if only.is_same(width) => quote!(#reference #name[..]),
            _ => quote!(#reference #name[..batch * #width]),
        }
    }

    /// Cuts the arena into slots.
    fn slots(&self, schedule: &Schedule, used: &[bool]) -> TokenStream {
        let runtime = self.runtime;
        let names = used.iter().enumerate().map(|(slot, &used)| {
            let name = slot_name(slot);
            if used { quote!(#name) } else { quote!(_) }
        });
        let widths = schedule.slots.iter().map(|sizes| largest(runtime, sizes));
        quote! {
            let [#(#names),*] = #runtime::__private::slots(arena, batch, [#(#widths),*]);
        }
    }
}

/// The variable that holds a layer's output.
fn value(member: &Member<'_>) -> Ident {
    member.name().clone()
}

/// The variable that holds the gradient of a layer's output.
fn gradient(member: &Member<'_>) -> Ident {
    format_ident!("d_{}", member.name(), span = Span::mixed_site())
}

fn slot_name(slot: usize) -> Ident {
    format_ident!("slot{slot}", span = Span::mixed_site())
}
