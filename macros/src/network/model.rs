//! A network with resolved names, whose layers have the right number of arguments.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::common::generated;
use crate::common::tokens::source;
use crate::network::parameters::Parameters;
use crate::network::registry::{LayerSpec, Role};
use crate::network::size::{Depends, Size};
use crate::network::syntax::ast::{Call, Kind, RepeatCopy};
use crate::network::syntax::declaration::Head;

/// A network with resolved names.
pub(crate) struct Model {
    /// The parts before the `=`; an anonymous network has none.
    pub(crate) head: Option<Head>,
    /// Where the layers begin.
    pub(crate) place: Span,
    /// The named inputs; empty for a chain.
    pub(crate) inputs: Vec<Input>,
    /// The features of a sample, if `Input(features)` or the inputs declare them.
    pub(crate) input: Option<Size>,
    /// Whether the first layer's inputs are unknown because of an error.
    pub(crate) begins_with_mistake: bool,
    /// The valid layers. Those reported as invalid are left out.
    pub(crate) layers: Vec<Layer>,
    /// The computation; each node reads the input and earlier nodes.
    pub(crate) nodes: Vec<Node>,
    /// The values that get another shape.
    pub(crate) reshapes: Vec<Reshape>,
    /// The outputs of the network, in order.
    pub(crate) outputs: Vec<Operand>,
    /// The names of layers that are not in the table, which was reported.
    pub(crate) unknown_layers: Vec<Ident>,
    /// The losses; `None` for a layer, and if one was reported as invalid.
    pub(crate) losses: Option<Losses>,
    /// The `let` names of nodes, in the order of the nodes; empty for a chain.
    pub(crate) values: Vec<(Ident, usize)>,
    /// The lines as source text; empty for a chain.
    pub(crate) lines: Vec<String>,
}

/// `input x: [784];`
pub(crate) struct Input {
    pub(crate) name: Ident,
    /// `None` if it was reported as invalid.
    pub(crate) size: Option<Size>,
    /// The input whose lengths it has.
    pub(crate) lengths_of: Option<usize>,
}

/// One step of the computation.
pub(crate) struct Node {
    pub(crate) operation: Operation,
    pub(crate) operands: Vec<Operand>,
    /// Its source, to be underlined.
    pub(crate) tokens: TokenStream,
    /// Which copy of a repeated node it is.
    pub(crate) turn: Option<RepeatCopy>,
}

/// The operation of a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operation {
    /// A layer at its declaration, by its index.
    Layer(usize),
    /// Another use of a layer that was declared before.
    Again(usize),
    /// `a + b`
    Sum,
    /// `a * b`
    Product,
    /// `concat(a, b, …)`
    Concat,
    /// What a layer reads besides the sequence before it: the memory of an attention, the lengths of a
    /// padded sequence, or both.
    Join(Join),
    /// One of several inputs.
    Part(usize),
}

/// What a layer reads besides the sequence before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Join {
    /// `(query, memory) -> Attention(4)`
    Memory,
    /// The same with a padded memory.
    PaddedMemory,
    /// The lengths of the sequence.
    Lengths,
}

/// A value that a node reads, with the user's name for it.
#[derive(Clone)]
pub(crate) struct Operand {
    pub(crate) source: Source,
    pub(crate) name: Option<Ident>,
    /// The shape in which it is read, if that is not the one in which it was computed.
    pub(crate) view: Option<View>,
    /// The input with the lengths of its samples, if it is a padded sequence.
    pub(crate) lengths: Option<usize>,
}

/// Another shape for the same numbers.
#[derive(Clone, Copy)]
pub(crate) enum View {
    /// `Flatten`
    Flat,
    /// `Reshape(…)`, by its index in the model.
    Reshaped(usize),
}

/// `Reshape(1, 28, 28)`
pub(crate) struct Reshape {
    /// The value that gets another shape.
    pub(crate) operand: Operand,
    /// The shape; `None` if it was reported as invalid.
    pub(crate) size: Option<Size>,
    pub(crate) tokens: TokenStream,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    /// The network's input.
    Input,
    /// A node.
    Node(usize),
    /// Unknown, since it was reported as invalid.
    Mistake,
}

/// A layer with its name in the network.
pub(crate) struct Layer {
    pub(crate) name: Ident,
    pub(crate) spec: &'static LayerSpec,
    pub(crate) call: Call,
    /// Whether it is a declared layer with const parameters, `Mlp<128>`.
    pub(crate) is_block: bool,
    /// The declared sizes: inputs and outputs, or outputs alone, for a layer with parameters; the
    /// arguments of the type for a user-defined layer; the integers in the parentheses of a layer with
    /// `Setting::Size`. `None` for those reported as invalid.
    pub(crate) sizes: Vec<Option<Size>>,
    /// The declared initialization, such as `He`.
    pub(crate) init: Option<TokenStream>,
    /// The kernel that moves over an image; `None` for other layers, and if it was reported as
    /// invalid.
    pub(crate) window: Option<Window>,
    /// Whether it has biases, if its kind of layer has some: not with `bias = false`.
    pub(crate) has_bias: bool,
    /// Whether it continues from batch to batch, if it is recurrent: with `carry = true`.
    pub(crate) carries: bool,
    /// Its numeric setting, such as `0.5` in `Dropout(0.5)`.
    pub(crate) number: Option<TokenStream>,
    /// What it reads besides the sequence before it.
    pub(crate) join: Option<Join>,
}

/// A kernel that moves over an image. Pairs are height and width.
pub(crate) struct Window {
    /// The number of filters of a convolution.
    pub(crate) filters: Option<Size>,
    pub(crate) kernel: [Size; 2],
    pub(crate) stride: [Size; 2],
    pub(crate) padding: Padding,
    pub(crate) dilation: [Size; 2],
    pub(crate) groups: Size,
    /// The rows and columns that a transposed convolution adds to its output.
    pub(crate) output_padding: [Size; 2],
}

/// The zeros around an image.
#[expect(clippy::large_enum_variant, reason = "there is one for each convolution")]
pub(crate) enum Padding {
    /// As many rows above as below, and columns left as right.
    Pair([Size; 2]),
    /// As many as keep the size of the image, with stride 1.
    Same,
}

/// The loss of all outputs, or one for each.
pub(crate) struct Losses {
    pub(crate) heads: Vec<Loss>,
    /// Whether they are in parentheses: one for each output.
    pub(crate) are_listed: bool,
    /// The source, to be underlined.
    pub(crate) tokens: TokenStream,
}

/// A loss with its settings.
pub(crate) struct Loss {
    pub(crate) call: Call,
    pub(crate) spec: &'static LayerSpec,
    /// The number in its parentheses, such as `0.5` in `Huber(0.5)`.
    pub(crate) number: Option<TokenStream>,
    /// The settings by name, of a softmax or a binary cross entropy.
    pub(crate) settings: Option<LossSettings>,
    /// The weight of a head: the number before `*`.
    pub(crate) weight: Option<TokenStream>,
}

/// Settings of a loss by name.
pub(crate) struct LossSettings {
    /// The type of a loss with these settings.
    pub(crate) ty: &'static str,
    /// The constructor call, after the path of its type.
    pub(crate) constructor: TokenStream,
    /// The number of outputs that have weights.
    pub(crate) weights: Option<Size>,
}

impl Losses {
    /// The source in messages and tables.
    pub(crate) fn source(&self) -> String {
        source(&self.tokens)
    }
}

impl Loss {
    /// The type of a built-in loss.
    pub(crate) fn ty(&self, runtime: &TokenStream) -> TokenStream {
        match &self.settings {
            Some(settings) => {
                let name = Ident::new(settings.ty, Span::mixed_site());
                quote!(#runtime::losses::#name)
            }
            None => {
                let path = &self.call.path;
                quote!(#runtime::losses::#path)
            }
        }
    }
}

impl Node {
    /// The index of the node's layer, if it is one.
    pub(crate) fn layer(&self) -> Option<usize> {
        match self.operation {
            Operation::Layer(layer) | Operation::Again(layer) => Some(layer),
            _ => None,
        }
    }
}

impl Model {
    /// Whether its name is accessible elsewhere.
    pub(crate) fn is_named(&self) -> bool {
        self.head.as_ref().is_some_and(|head| head.name.is_some())
    }

    /// Whether it is a layer, without a loss.
    pub(crate) fn is_layer(&self) -> bool {
        self.head.as_ref().is_some_and(|head| head.kind == Kind::Layer)
    }

    /// The const parameters of a layer.
    pub(crate) fn parameters(&self) -> Option<&Parameters> {
        let parameters = self.head.as_ref().map(|head| &head.parameters);
        parameters.filter(|parameters| !parameters.is_empty())
    }

    /// The type of a user-defined layer; `None` for other layers.
    pub(crate) fn custom_type(&self, layer: &Layer, scalar: &TokenStream) -> Option<TokenStream> {
        if !layer.is_block {
            return layer.own_type(scalar);
        }
        if layer.has_parameters() {
            return Some(layer.type_parameter().to_token_stream());
        }
        let (name, place) = (self.alias(layer), layer.call.path.span());
        Some(quote_spanned!(place=> #name<#scalar>))
    }

    /// The name of the complete type of `Mlp<128>` in the network `Net`: `__Net_Mlp_128`.
    pub(crate) fn alias(&self, layer: &Layer) -> Ident {
        let written = layer.call.source();
        let is_plain = |letter: char| letter.is_alphanumeric() || "<>, _".contains(letter);
        let letters = written.split(|letter: char| !letter.is_alphanumeric());
        let words: Vec<&str> = letters.filter(|word| !word.is_empty()).collect();
        let mut name = words.join("_");
        if !written.chars().all(is_plain) {
            name += &format!("_{:x}", generated::hash(&written));
        }
        format_ident!("__{}_{name}", self.name(), span = Span::call_site())
    }

    /// The network's name, as displayed.
    pub(crate) fn title(&self) -> String {
        let name = self.head.as_ref().and_then(|head| head.name.as_ref());
        name.map_or("Network".to_owned(), |name| name.unraw().to_string())
    }

    /// The network's name.
    pub(crate) fn name(&self) -> Ident {
        let name = self.head.as_ref().and_then(|head| head.name.clone());
        name.unwrap_or_else(|| Ident::new(generated::NETWORK, Span::mixed_site()))
    }
}

impl Layer {
    /// The layer's name without a leading `r#`.
    pub(crate) fn title(&self) -> String {
        self.name.unraw().to_string()
    }

    /// Whether its sizes depend on the parameters of the declaration.
    pub(crate) fn has_parameters(&self) -> bool {
        Depends::of(self.sizes.iter().flatten()) != Depends::Constants
    }

    /// The placeholder for the type of a layer whose arguments depend on parameters.
    pub(crate) fn type_parameter(&self) -> Ident {
        generated::placeholder('B', &self.call.source())
    }

    /// The name `Mlp<128>` of a declared layer with const parameters, as a type. Its further
    /// parameters are not filled. `None` if a size was reported as invalid.
    pub(crate) fn block_type(&self) -> Option<TokenStream> {
        let path = &self.call.path;
        let sizes = self.sizes.iter().map(|size| Some(size.as_ref()?.as_argument()));
        let sizes = sizes.collect::<Option<Vec<_>>>()?;
        let place = path.span();
        Some(quote_spanned!(place=> #path<#(#sizes),*>))
    }

    /// The sizes of such a layer, as an expression. A constant of its type has them, unless its
    /// arguments are computed from parameters: then its function is called.
    pub(crate) fn block_sizes(&self, runtime: &TokenStream) -> Option<TokenStream> {
        let place = self.call.path.span();
        if self.has_parameters() {
            let (path, sizes) = (&self.call.path, self.sizes.iter());
            let sizes = sizes.map(Option::as_ref).collect::<Option<Vec<_>>>()?;
            let zeros = sizes.iter().map(|_| quote!(0));
            return Some(quote_spanned!(place=> #path::<#(#zeros),*>::__sizes([#(#sizes),*])));
        }
        let ty = self.block_type()?;
        Some(quote_spanned!(place=> <#ty as #runtime::__private::Block>::SIZES))
    }

    /// The type of a user-defined layer: its sizes are const parameters before the scalar type.
    /// `None` for a built-in layer or one with const parameters, and if a size was reported as
    /// invalid.
    pub(crate) fn own_type(&self, scalar: &TokenStream) -> Option<TokenStream> {
        let Role::Custom = self.spec.role else { return None };
        if self.is_block {
            return None;
        }
        let path = &self.call.path;
        let sizes = self.sizes.iter().map(|size| Some(size.as_ref()?.as_argument()));
        let sizes = sizes.collect::<Option<Vec<_>>>()?;
        // All tokens have the span of the path, so that the compiler underlines it if the type is
        // not a layer.
        let place = path.span();
        let scalar = scalar.clone().into_iter().map(|mut token| {
            token.set_span(place);
            token
        });
        Some(quote_spanned!(place=> #path<#(#sizes,)* #(#scalar)*>))
    }

    /// The layer's description in messages: `affine2: Affine(60, 10)`.
    pub(crate) fn describe(&self) -> String {
        format!("{}: {}", self.title(), self.call.source())
    }
}
