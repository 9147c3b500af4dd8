//! A network without errors, and its layers in generated code.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Visibility};

use crate::network::model::{self, Layer, Loss, LossSettings, Losses, Model, Operand, View};
use crate::network::plan::{Node, Operation, Plan, Saved, Source};
use crate::network::registry::{ChannelKind, Role, SequenceKind};
use crate::network::resolve::settings;
use crate::network::shape::Shapes;
use crate::network::size::{Depends, Size};

/// A network without errors, ready for code generation.
pub(crate) struct Network<'a> {
    /// The path of the runtime crate.
    pub(super) runtime: &'a TokenStream,
    pub(super) name: Ident,
    pub(super) visibility: Visibility,
    pub(super) attributes: &'a [Attribute],
    /// `cfg` attributes, which every generated item must have.
    pub(super) conditions: Vec<&'a Attribute>,
    pub(crate) input: Size,
    pub(super) layers: Vec<Member<'a>>,
    /// `None` for a layer.
    pub(super) losses: Option<&'a Losses>,
    pub(super) model: &'a Model,
    pub(super) shapes: &'a Shapes,
    pub(crate) plan: Plan,
    pub(crate) nodes: Vec<Node>,
    /// The name of each node in generated code.
    pub(super) titles: Vec<String>,
    /// The features of each output.
    pub(super) outputs: Vec<Size>,
    /// Memory in training that does not grow with the batch.
    pub(super) training_extra: Vec<(Extra, TokenStream)>,
    /// The same in predictions.
    pub(super) inference_extra: Vec<(Extra, TokenStream)>,
    /// The parameters of the struct of a layer besides those declared.
    pub(super) further: Further,
}

/// What memory that does not grow with the batch is for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Extra {
    /// The layer that saves values in a slot.
    Slot(usize),
    /// The gradients of a layer that is used several times.
    Gradients,
    /// The layers whose kernel moves over an image, one after the other.
    Windows,
}

/// The parameters that the struct of a layer has besides the declared ones. Their names are
/// placeholders.
#[derive(Default)]
pub(super) struct Further {
    /// The sizes that are computed from parameters, with their names.
    pub(super) sizes: Vec<(Ident, Size)>,
    /// The layers in it whose arguments depend on parameters: the names, and their declarations.
    pub(super) layers: Vec<(Ident, usize)>,
}

/// A layer with its shape.
pub(super) struct Member<'a> {
    pub(super) layer: &'a Layer,
    /// The other sequence that an attention reads.
    pub(super) memory: Option<Size>,
    pub(super) inputs: Size,
    pub(super) outputs: Size,
}

impl Member<'_> {
    pub(super) fn has_parameters(&self) -> bool {
        self.layer.spec.role.is_field()
    }

    pub(super) fn name(&self) -> &Ident {
        &self.layer.name
    }

    /// Returns whether its kernel moves over an image.
    pub(super) fn is_window(&self) -> bool {
        matches!(self.layer.spec.role, Role::Window(..))
    }

    /// The numbers that it saves between the forward and the backward pass: as declared by its
    /// type, unless known here.
    pub(super) fn saved(
        &self,
        runtime: &TokenStream,
        model: &Model,
        width: &Size,
    ) -> Option<Saved> {
        let only_training =
            |training| Some(Saved { training, inference: Size::known(0), is_kept: false });
        // A type with parameters is known for the scalar type of the layer only.
        let sizes = [&self.inputs, &self.outputs].into_iter().chain(&self.memory);
        let of_sequence = sizes.filter(|size| {
            matches!(self.layer.spec.role, Role::Sequence(_)) && size.depends != Depends::Constants
        });
        let has_parameters = self.layer.has_parameters() || of_sequence.count() > 0;
        let (scalar, depends) = match has_parameters {
            true => (quote!(__T), Depends::Types),
            false => (quote!(f32), Depends::Constants),
        };
        let ty = match self.layer.spec.role {
            Role::Custom => model.custom_type(self.layer, &scalar)?,
            Role::Sequence(SequenceKind::Embedding) => return None,
            Role::Sequence(kind) => self.sequence_type(runtime, kind, &scalar),
            // Nothing per sample, but memory that does not grow with the batch.
            Role::ShapePreserving { parameters: 1.., .. }
            | Role::Channels(ChannelKind::GroupNorm) => return only_training(Size::known(0)),
            Role::Activation if self.layer.spec.traits.saves_slope => {
                return only_training(width.clone());
            }
            _ => return None,
        };
        let size = |constant: &str| {
            let words = format!("{}::{constant}", self.layer.call.source());
            let constant = format_ident!("{constant}");
            let constant = quote!(<#ty as #runtime::layers::Layer<#scalar>>::#constant);
            Size::evaluated(constant, words, depends)
        };
        Some(Saved {
            training: size("SAVED"),
            inference: size("INFERENCE_SAVED"),
            is_kept: self.layer.carries,
        })
    }

    /// Channels, height and width of its input; flat features are channels.
    pub(super) fn image(&self) -> [Size; 3] {
        let flat = || [self.inputs.clone(), Size::known(1), Size::known(1)];
        self.inputs.as_image().unwrap_or_else(flat)
    }

    /// The name of the type of a normalization after an image; a signal is one if there are statistics
    /// of its channels.
    pub(super) fn image_type(&self) -> Option<&'static str> {
        let is_image = match self.inputs.dims().len() {
            2 => self.inputs.is_signal() && self.layer.spec.traits.is_per_channel,
            dims => dims == 3,
        };
        self.layer.spec.traits.image_type.filter(|_| is_image)
    }

    /// The layer with all its sizes, `Affine(784, 50)`, including inferred ones.
    pub(super) fn declaration(&self) -> String {
        if let (Role::Layer { .. }, true) = (self.layer.spec.role, self.inputs.is_written()) {
            let bias = if self.layer.has_bias { "" } else { ", bias = false" };
            format!("{}({}, {}{bias})", self.layer.spec.name, self.inputs, self.outputs)
        } else {
            self.layer.call.source()
        }
    }
}

impl<'a> Network<'a> {
    /// Collects the results of resolution. `None` if an error left something unknown.
    pub(crate) fn new(
        runtime: &'a TokenStream,
        model: &'a Model,
        shapes: &'a Shapes,
    ) -> Option<Network<'a>> {
        let mut layers = Vec::new();
        for ((layer, shape), memory) in
            model.layers.iter().zip(&shapes.layers).zip(&shapes.memories)
        {
            layers.push(Member {
                layer,
                memory: memory.clone(),
                inputs: shape.inputs.clone()?,
                outputs: shape.outputs.clone()?,
            });
        }
        let input = shapes.input.clone()?;
        let mut nodes = Vec::new();
        for (at, node) in model.nodes.iter().enumerate() {
            let member = node.layer().map(|layer| &layers[layer]);
            let width = shapes.nodes[at].clone()?;
            nodes.push(Node {
                operation: operation(model, at, member),
                sources: node.operands.iter().map(source).collect::<Option<_>>()?,
                saved: member.and_then(|member| member.saved(runtime, model, &width)),
                width,
            });
        }
        let output = |operand: &Operand| {
            let size = match source(operand)? {
                Source::Input => input.clone(),
                Source::Node(node) => nodes[node].width.clone(),
            };
            viewed(model, size, operand)
        };
        let outputs = model.outputs.iter().map(output).collect::<Option<_>>()?;
        let attributes = model.head.as_ref().map_or(&[][..], |head| &head.attributes);
        let mut network = Network {
            runtime,
            name: model.name(),
            visibility: visibility(model),
            attributes,
            conditions: conditions(attributes),
            plan: Plan::new(&nodes, &input),
            input,
            losses: if model.is_layer() { None } else { Some(model.losses.as_ref()?) },
            titles: titles(model),
            model,
            shapes,
            nodes,
            layers,
            outputs,
            training_extra: Vec::new(),
            inference_extra: Vec::new(),
            further: Further::default(),
        };
        network.further = network.find_further();
        network.training_extra = network.plan_extra(&network.plan.training);
        network.inference_extra = network.plan_extra(&network.plan.inference);
        Some(network)
    }

    /// The type of a layer: `Affine<784, 50, T>`.
    pub(super) fn field_type(&self, member: &Member<'_>, scalar: &TokenStream) -> TokenStream {
        if let Some(own) = self.model.custom_type(member.layer, scalar) {
            return own;
        }
        if member.is_window() {
            return self.window_type(member, scalar);
        }
        if let Role::Sequence(kind) = member.layer.spec.role {
            return member.sequence_type(self.runtime, kind, scalar);
        }
        if let Role::ShapePreserving { .. } | Role::Channels(_) = member.layer.spec.role {
            let (path, sizes) = (self.layer_path(member), self.size_arguments(member));
            let scalar = member.has_parameters().then(|| quote!(, #scalar));
            return quote!(#path<#sizes #scalar>);
        }
        let layer = self.layer_path(member);
        let (inputs, outputs) = (member.inputs.as_argument(), member.outputs.as_argument());
        quote!(#layer<#inputs, #outputs, #scalar>)
    }

    /// The path of a layer's type. Its last segment has the user's span, so that editors link from
    /// there to the layer's documentation.
    pub(super) fn layer_path(&self, member: &Member<'_>) -> TokenStream {
        let (runtime, path) = (self.runtime, &member.layer.call.path);
        match member.layer.spec.role {
            _ if member.layer.spec.is_own() => quote!(#path),
            Role::Layer { without_bias, .. } if !member.layer.has_bias => {
                let name = Ident::new(without_bias, path.span());
                quote!(#runtime::layers::#name)
            }
            _ => match member.image_type() {
                Some(name) => {
                    let name = Ident::new(name, path.span());
                    quote!(#runtime::layers::#name)
                }
                None => quote!(#runtime::layers::#path),
            },
        }
    }

    /// The type of the loss, and its constructor.
    pub(super) fn loss(&self) -> (TokenStream, TokenStream) {
        let runtime = self.runtime;
        let heads = self.losses.map_or(&[][..], |losses| &losses.heads);
        match heads {
            [loss] if !self.has_loss_for_each() => match &self.outputs[..] {
                [outputs] => self.loss_of_steps(loss, outputs),
                _ => self.loss_of(loss),
            },
            heads => {
                let heads = heads.iter().zip(&self.outputs).map(|(loss, outputs)| {
                    let (ty, value) = self.loss_of_steps(loss, outputs);
                    let outputs = outputs.as_argument();
                    let weight_type = quote!(#runtime::losses::HeadWeight);
                    let weight = match &loss.weight {
                        Some(weight) => settings::made_from(&weight_type, weight),
                        None => quote!(#weight_type::ONE),
                    };
                    let ty = quote!(#runtime::losses::Head<#ty, #outputs>);
                    (ty, quote!(#runtime::losses::Head::new(#value, #weight)))
                });
                let (types, values): (Vec<_>, Vec<_>) = heads.unzip();
                let heads = quote!(#runtime::losses::Heads);
                (quote!(#heads<(#(#types),*)>), quote!(#heads::new((#(#values),*))))
            }
        }
    }

    /// Returns whether each output has a loss.
    pub(super) fn has_loss_for_each(&self) -> bool {
        self.losses.is_some_and(|losses| losses.are_listed)
    }

    /// The type of the loss of an output, and its constructor: for a sequence, of each step.
    fn loss_of_steps(&self, loss: &Loss, outputs: &Size) -> (TokenStream, TokenStream) {
        let (ty, value) = self.loss_of(loss);
        let runtime = self.runtime;
        if let (Some(shape), Some(time)) = (outputs.open_shape(), outputs.steps()) {
            let time = time.as_argument();
            let steps = quote!(#runtime::__private::Steps<{ #shape.is_sequence() }, #time>);
            let of_steps = quote!(<#steps as #runtime::__private::OfSteps<#ty>>);
            return (quote!(#of_steps::Loss), quote!(#of_steps::of_steps(#value)));
        }
        let Some((time, _)) = outputs.sequence() else { return (ty, value) };
        let time = time.as_argument();
        let steps = quote!(#runtime::losses::EachStep);
        (quote!(#steps<#ty, #time>), quote!(#steps::new(#value)))
    }

    /// The type of one loss, and its constructor.
    fn loss_of(&self, loss: &Loss) -> (TokenStream, TokenStream) {
        let (ty, path) = (loss.ty(self.runtime), &loss.call.path);
        let default = quote!(::core::default::Default::default());
        if loss.spec.is_own() {
            return (path.to_token_stream(), default);
        }
        if let Some(LossSettings { constructor, .. }) = &loss.settings {
            return (ty.clone(), quote!(const { #ty #constructor }));
        }
        let number = loss.number.as_ref();
        let value = number.map_or(default, |number| settings::made_from(&ty, number));
        (ty, value)
    }

    /// The features of the network's output, all of them concatenated.
    pub(super) fn output(&self) -> &Size {
        self.nodes.last().map_or(&self.input, |node| &node.width)
    }

    /// The rows of a node's operands that it joins one by one: for sequences those of all steps.
    pub(super) fn rows_of(&self, node: usize) -> TokenStream {
        let width = &self.nodes[node].width;
        let is_sequence = width.sequence().is_some() || width.open_shape().is_some();
        match width.steps().filter(|_| is_sequence) {
            Some(time) => quote!((batch * #time)),
            None => quote!(batch),
        }
    }

    /// The named inputs with their features.
    pub(super) fn parts(&self) -> Vec<(&Ident, &Size)> {
        let inputs = self.model.inputs.iter();
        inputs.filter_map(|input| Some((&input.name, input.size.as_ref()?))).collect()
    }

    /// The layer that a node applies.
    pub(super) fn member(&self, node: usize) -> Option<&Member<'a>> {
        self.model.nodes[node].layer().map(|layer| &self.layers[layer])
    }
}

/// The node as the plan needs it; `member` is its layer, if it is one.
fn operation(model: &Model, at: usize, member: Option<&Member<'_>>) -> Operation {
    match model.nodes[at].operation {
        model::Operation::Layer(layer) | model::Operation::Again(layer) => {
            match member.map(|member| member.layer.spec.role) {
                Some(Role::TrainOnly) => Operation::TrainOnly,
                Some(role) if role.is_layer() => Operation::Layer(layer),
                _ => Operation::Activation,
            }
        }
        model::Operation::Sum => Operation::Sum,
        model::Operation::Product => Operation::Product,
        model::Operation::Concat | model::Operation::Join(_) => Operation::Concat,
        model::Operation::Part(_) => Operation::Part,
    }
}

/// The size of a value in the shape in which it is read.
pub(super) fn viewed(model: &Model, size: Size, operand: &Operand) -> Option<Size> {
    match operand.view {
        None => Some(size),
        Some(View::Flat) => Some(size.flat()),
        Some(View::Reshaped(at)) => model.reshapes[at].size.clone(),
    }
}

/// Where a value comes from; `None` after an error.
fn source(operand: &Operand) -> Option<Source> {
    match operand.source {
        model::Source::Input => Some(Source::Input),
        model::Source::Node(node) => Some(Source::Node(node)),
        model::Source::Mistake => None,
    }
}

/// The names of nodes: a layer's or input's own name; for other nodes their operation, with a
/// number.
fn titles(model: &Model) -> Vec<String> {
    let mut taken: HashSet<String> = model.layers.iter().map(Layer::title).collect();
    let mut counts: HashMap<String, usize> = HashMap::new();
    let titles = model.nodes.iter().map(|node| {
        let prefix = match node.operation {
            model::Operation::Layer(layer) => return model.layers[layer].title(),
            model::Operation::Again(layer) => format!("{}_", model.layers[layer].title()),
            model::Operation::Sum => "sum".to_owned(),
            model::Operation::Product => "product".to_owned(),
            model::Operation::Concat => "concat".to_owned(),
            model::Operation::Join(_) => "join".to_owned(),
            model::Operation::Part(input) => {
                let name = model.inputs.get(input).map(|input| input.name.unraw().to_string());
                let name = name.unwrap_or_default();
                if taken.insert(name.clone()) {
                    return name;
                }
                format!("{name}_")
            }
        };
        let count = counts.entry(prefix.clone()).or_insert(usize::from(prefix.ends_with('_')));
        loop {
            *count += 1;
            let title = format!("{prefix}{count}");
            if taken.insert(title.clone()) {
                return title;
            }
        }
    });
    titles.collect()
}

/// The visibility of a declaration; an anonymous network is private.
pub(super) fn visibility(model: &Model) -> Visibility {
    model.head.as_ref().map_or(Visibility::Inherited, |head| head.visibility.clone())
}

/// The `cfg` attributes among `attributes`.
pub(super) fn conditions(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}

/// The largest of several sizes: a literal if all are known.
pub(super) fn largest(runtime: &TokenStream, sizes: &[Size]) -> TokenStream {
    match sizes {
        [size] => size.to_token_stream(),
        sizes => match sizes.iter().map(|size| size.value).collect::<Option<Vec<_>>>() {
            Some(values) => number(values.into_iter().max().unwrap_or(0)),
            None => quote!(#runtime::__private::largest(&[#(#sizes),*])),
        },
    }
}

/// An integer literal without a suffix.
pub(super) fn number(value: u64) -> TokenStream {
    Literal::u64_unsuffixed(value).to_token_stream()
}

/// `a + b + c`, or 0 if empty. A long sum is a list, since the compiler parses `a + b` as nested
/// expressions, one level per term.
pub(super) fn sum(runtime: &TokenStream, terms: Vec<TokenStream>) -> TokenStream {
    match terms.len() {
        0 => quote!(0),
        1..=20 => quote!(#(#terms)+*),
        _ => quote!(#runtime::__private::total(&[#(#terms),*])),
    }
}
