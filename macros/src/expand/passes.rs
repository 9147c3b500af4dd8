//! The passes: forward unrolled, backward in reverse order, and the constants
//! that go with them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{Member, Network, Place, Schedule, Source, largest, need_gradient, sum};
use crate::plan::Step;

impl Network<'_> {
    /// `impl Network`: what is told of the network as a whole.
    pub(super) fn network(&self) -> TokenStream {
        let Network { runtime, name, .. } = self;
        let (loss, title) = (self.loss_path(), name.unraw().to_string());
        let layers = self.layer_infos();
        quote! {
            impl<T: #runtime::Scalar> #runtime::Network for #name<T> {
                type Scalar = T;
                type Loss = #loss;
                type Of<U: #runtime::Scalar> = #name<U>;

                const NAME: &'static str = #title;
                const PARAMS: usize = ::core::mem::size_of::<Self>() / ::core::mem::size_of::<T>();
                const LAYERS: &'static [#runtime::LayerInfo] = &[#(#layers),*];
            }
        }
    }

    /// `impl Tensors`: what lies where.
    pub(super) fn tensors(&self) -> TokenStream {
        let Network { runtime, name, .. } = self;
        let tensors = self.fields().map(|member| {
            let (title, field) = (member.layer.title(), member.name());
            let tensors = self.tensors_of(member, &quote!(T));
            quote!((#title, ::core::mem::offset_of!(Self, #field), #tensors))
        });
        let counts = self.fields().map(|member| {
            let tensors = self.tensors_of(member, &quote!(f32));
            quote!(#tensors.len())
        });
        let count = sum(counts.collect());
        quote! {
            impl<T: #runtime::Scalar> #runtime::Tensors<T> for #name<T> {
                const TENSORS: &'static [#runtime::TensorInfo] =
                    &#runtime::__private::tensors::<T, { #count }>(&[#(#tensors),*]);
            }
        }
    }

    /// The tensors of a layer. A type of the user's own is asked for them as the
    /// layer that it should be, so that nothing else is said to be missing.
    fn tensors_of(&self, member: &Member<'_>, scalar: &TokenStream) -> TokenStream {
        let (runtime, ty) = (self.runtime, self.field_type(member, scalar));
        if member.layer.row.is_own() {
            let place = member.layer.call.path.span();
            quote_spanned!(place=> <#ty as #runtime::layers::Layer<#scalar>>::LAYER_TENSORS)
        } else {
            quote!(<#ty as #runtime::Tensors<#scalar>>::TENSORS)
        }
    }

    /// `impl Layer`: the passes. A network is itself a layer.
    pub(super) fn layer(&self) -> TokenStream {
        let Network { runtime, name, .. } = self;
        let (inputs, outputs) = (&self.input, self.output());
        let flops = self.fields().map(|member| self.constant_of(member, "FLOPS"));
        let flops = sum(flops.collect());
        let training = self.fields().map(|member| self.constant_of(member, "TRAINING_FLOPS"));
        let gradients = self.layers_with_input_gradient();
        let gradients = gradients.map(|member| self.constant_of(member, "INPUT_GRADIENT_FLOPS"));
        let training_flops = sum(training.chain(gradients).collect());
        let first = self.fields().next();
        let input_flops =
            first.map_or(quote!(0), |member| self.constant_of(member, "INPUT_GRADIENT_FLOPS"));
        let (kept, room) = (self.width(&self.plan.training), self.width(&self.plan.inference));
        let inits = self.fields().map(|member| {
            let field = member.name();
            let layer = self.layer_trait(member);
            quote!(#layer::init(&mut self.#field, init, rng);)
        });
        let init = if self.fields().next().is_none() {
            quote!(_init: #runtime::Init, _rng: &mut #runtime::Rng)
        } else {
            quote!(init: #runtime::Init, rng: &mut #runtime::Rng)
        };
        let forward = self.forward(&self.plan.training, "forward");
        let infer = self.forward(&self.plan.inference, "infer");
        let backward = self.backward();
        quote! {
            impl<T: #runtime::Scalar> #runtime::layers::Layer<T> for #name<T> {
                const INPUTS: usize = #inputs;
                const OUTPUTS: usize = #outputs;
                const FLOPS: usize = #flops;
                const TRAINING_FLOPS: usize = #training_flops;
                const INPUT_GRADIENT_FLOPS: usize = #input_flops;
                const KEPT: usize = #kept;
                const INFERENCE_KEPT: usize = #room;

                fn init(&mut self, #init) {
                    #(#inits)*
                }

                #forward

                #infer

                #backward
            }
        }
    }

    /// The layers that are fields of the struct.
    fn fields(&self) -> impl Iterator<Item = &Member<'_>> {
        self.layers.iter().filter(|member| member.has_parameters())
    }

    /// A constant of a layer's type.
    fn constant_of(&self, member: &Member<'_>, constant: &str) -> TokenStream {
        let (runtime, ty) = (self.runtime, self.field_type(member, &quote!(T)));
        let constant = format_ident!("{constant}");
        quote!(<#ty as #runtime::layers::Layer<T>>::#constant)
    }

    /// The trait that a layer's passes belong to. For a type of the user's own it
    /// is named together with the type, at the user's place, so that a type that
    /// is no layer is reported there.
    fn layer_trait(&self, member: &Member<'_>) -> TokenStream {
        let runtime = self.runtime;
        match member.layer.own_type(&quote!(T)) {
            Some(ty) => {
                let place = member.layer.call.path.span();
                quote_spanned!(place=> <#ty as #runtime::layers::Layer<T>>)
            }
            None => quote!(#runtime::layers::Layer),
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
        let (loss, outputs) = (self.loss.source(), self.output());
        rows.chain([quote! {
            #runtime::LayerInfo { name: "loss", layer: #loss, outputs: #outputs, parameters: 0 }
        }])
    }

    /// The numbers per sample in all slots.
    fn width(&self, schedule: &Schedule) -> TokenStream {
        sum(schedule.slots.iter().map(|sizes| largest(self.runtime, sizes)).collect())
    }

    /// The pass forward: `forward`, which keeps what `backward` needs, or
    /// `infer`, which does not.
    fn forward(&self, schedule: &Schedule, pass: &str) -> TokenStream {
        let pass = format_ident!("{pass}");
        let mut steps = TokenStream::new();
        for step in &schedule.forward {
            match *step {
                Step::Forward { node } => steps.extend(self.forward_step(schedule, node, &pass)),
                Step::Activate { node, copy } => {
                    steps.extend(self.activation_step(schedule, node, copy));
                }
                Step::Backward { .. } | Step::Deactivate { .. } => {}
            }
        }
        if schedule.copy_outputs {
            let last = self.value(self.layers.len() - 1);
            steps.extend(quote!(output.copy_from_slice(#last);));
        }
        let (kept, slots) = self.slots(schedule, &steps);
        quote! {
            fn #pass(&self, input: &[T], output: &mut [T], #kept: &mut [T]) {
                #slots
                #steps
            }
        }
    }

    /// A layer on the way forward.
    fn forward_step(&self, schedule: &Schedule, node: usize, pass: &Ident) -> TokenStream {
        let layer = self.layer_trait(&self.layers[node]);
        let (name, from, field) = (self.value(node), self.source(node), self.layers[node].name());
        let room = self.room(schedule, schedule.outputs[node], node);
        let kept = self.kept(schedule, node);
        quote! {
            let #name = #room;
            #layer::#pass(&self.#field, #from, #name, #kept);
        }
    }

    /// An activation on the way forward.
    fn activation_step(&self, schedule: &Schedule, node: usize, copy: bool) -> TokenStream {
        let (name, from) = (self.value(node), self.source(node));
        let begin = if copy {
            let room = self.room(schedule, schedule.outputs[node], node);
            quote!(let #name = #room; #name.copy_from_slice(#from);)
        } else {
            quote!(let #name = #from;)
        };
        let call = self.activation_call(node, "forward", quote!(#name));
        quote!(#begin #call)
    }

    /// A call of an activation, at the user's place: what is no activation is
    /// reported there.
    fn activation_call(&self, node: usize, pass: &str, arguments: TokenStream) -> TokenStream {
        let (runtime, layer) = (self.runtime, self.layer_path(&self.layers[node]));
        let place = self.layers[node].layer.call.path.span();
        let pass = format_ident!("{pass}");
        quote_spanned!(place=> #runtime::layers::Activation::<T>::#pass(&#layer, #arguments);)
    }

    /// The pass back, in reverse order.
    fn backward(&self) -> TokenStream {
        let schedule = &self.plan.training;
        let last = self.gradient(self.layers.len() - 1);
        let mut steps = quote!(let #last = dout;);
        for step in &schedule.backward {
            match *step {
                Step::Backward { node } => steps.extend(self.backward_step(schedule, node)),
                Step::Deactivate { node } => steps.extend(self.deactivation_step(schedule, node)),
                Step::Forward { .. } | Step::Activate { .. } => {}
            }
        }
        let (kept, slots) = self.slots(schedule, &steps);
        let grads = self.fields().next().map_or(quote!(_grads), |_| quote!(grads));
        // Layers without parameters at the beginning share the caller's room.
        let dinput = match (self.layers.first(), self.fields().next()) {
            (Some(first), Some(_)) if !first.has_parameters() => quote!(mut dinput),
            _ => quote!(dinput),
        };
        quote! {
            fn backward(
                &self,
                input: &[T],
                #kept: &mut [T],
                dout: &mut [T],
                #grads: &mut Self,
                #dinput: ::core::option::Option<&mut [T]>,
            ) {
                #slots
                #steps
            }
        }
    }

    /// A layer on the way back.
    fn backward_step(&self, schedule: &Schedule, node: usize) -> TokenStream {
        let layer = self.layer_trait(&self.layers[node]);
        let (field, from, dout) =
            (self.layers[node].name(), self.source(node), self.gradient(node));
        let kept = self.kept(schedule, node);
        let mut begin = TokenStream::new();
        let dinput = match self.nodes[node].source {
            Source::Input => quote!(dinput),
            Source::Node(source) => {
                let output = self.output_of(schedule, source);
                begin.extend(quote!(let #from = #output;));
                match schedule.gradients[source] {
                    Some(place) => {
                        let (name, room) =
                            (self.gradient(source), self.room(schedule, place, source));
                        begin.extend(quote!(let #name = #room;));
                        quote!(::core::option::Option::Some(#name))
                    }
                    None => quote!(dinput.as_deref_mut()),
                }
            }
        };
        quote! {
            #begin
            #layer::backward(
                &self.#field, #from, #kept, #dout, &mut grads.#field, #dinput,
            );
        }
    }

    /// An activation on the way back.
    fn deactivation_step(&self, schedule: &Schedule, node: usize) -> TokenStream {
        let (output, dout) = (self.output_of(schedule, node), self.gradient(node));
        let call =
            |dout: TokenStream| self.activation_call(node, "backward", quote!(#output, #dout));
        if schedule.gradients[node].is_none() {
            // Nobody in the network reads it, perhaps a network around it does.
            let call = call(quote!(dinput));
            return quote! {
                if let ::core::option::Option::Some(dinput) = dinput.as_deref_mut() { #call }
            };
        }
        let call = call(dout.to_token_stream());
        match self.nodes[node].source {
            Source::Node(source) => {
                let din = self.gradient(source);
                quote!(#call let #din = #dout;)
            }
            Source::Input => quote! {
                if let ::core::option::Option::Some(dinput) = dinput {
                    #call
                    dinput.copy_from_slice(#dout);
                }
            },
        }
    }

    /// The variable that holds a layer's output. With a prefix, since a variable
    /// cannot have the name of a constant or a static of the user's.
    fn value(&self, node: usize) -> Ident {
        format_ident!("y_{}", self.layers[node].name(), span = Span::mixed_site())
    }

    /// The variable that holds the gradient of a layer's output.
    fn gradient(&self, node: usize) -> Ident {
        format_ident!("d_{}", self.layers[node].name(), span = Span::mixed_site())
    }

    /// The variable that a node reads.
    fn source(&self, node: usize) -> TokenStream {
        match self.nodes[node].source {
            Source::Input => quote!(input),
            Source::Node(source) => self.value(source).to_token_stream(),
        }
    }

    /// Room for a node's value.
    fn room(&self, schedule: &Schedule, place: Place, node: usize) -> TokenStream {
        match place {
            Place::Slot(slot) => {
                let slice = self.slice(schedule, slot, &self.nodes[node].width);
                quote!(&mut #slice)
            }
            Place::Output => quote!(&mut *output),
        }
    }

    /// A node's output as it was kept on the way forward.
    fn output_of(&self, schedule: &Schedule, node: usize) -> TokenStream {
        match schedule.outputs[node] {
            Place::Slot(slot) => {
                let slice = self.slice(schedule, slot, &self.nodes[node].width);
                quote!(&#slice)
            }
            Place::Output => quote!(&*output),
        }
    }

    /// What a layer keeps between forward and backward.
    fn kept(&self, schedule: &Schedule, node: usize) -> TokenStream {
        match (schedule.kept[node], &self.nodes[node].kept) {
            (Some(Place::Slot(slot)), Some(kept)) => {
                let is_training = std::ptr::eq(schedule, &self.plan.training);
                let width = if is_training { &kept.training } else { &kept.inference };
                let slice = self.slice(schedule, slot, width);
                quote!(&mut #slice)
            }
            _ => quote!(&mut []),
        }
    }

    /// The part of a slot that a value takes up.
    fn slice(&self, schedule: &Schedule, slot: usize, width: &crate::size::Size) -> TokenStream {
        let name = slot_name(slot);
        match &schedule.slots[slot][..] {
            [only] if only.is_same(width) => quote!(#name[..]),
            _ => quote!(#name[..batch * #width]),
        }
    }

    /// The name of the room for what is kept, and its cut into slots, those that
    /// `steps` speak of.
    fn slots(&self, schedule: &Schedule, steps: &TokenStream) -> (TokenStream, TokenStream) {
        let count = schedule.slots.len();
        let used: Vec<bool> = (0..count).map(|slot| mentions(steps, &slot_name(slot))).collect();
        if !used.contains(&true) {
            return (quote!(_kept), TokenStream::new());
        }
        let (runtime, inputs) = (self.runtime, &self.input);
        let names = used.iter().enumerate().map(|(slot, &used)| {
            let name = slot_name(slot);
            if used { quote!(#name) } else { quote!(_) }
        });
        let widths = schedule.slots.iter().map(|sizes| largest(runtime, sizes));
        let cut = quote! {
            let batch = input.len() / #inputs;
            let [#(#names),*] = #runtime::__private::slots(kept, batch, [#(#widths),*]);
        };
        (quote!(kept), cut)
    }
}

fn slot_name(slot: usize) -> Ident {
    format_ident!("slot{slot}", span = Span::mixed_site())
}

/// Whether `name` stands among the tokens.
fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    let mut open = vec![tokens.clone()];
    while let Some(stream) = open.pop() {
        for tree in stream {
            match tree {
                proc_macro2::TokenTree::Group(group) => open.push(group.stream()),
                proc_macro2::TokenTree::Ident(ident) if ident == *name => return true,
                _ => {}
            }
        }
    }
    false
}
