//! Syntax tree to model: names are resolved, and every layer has the right
//! number of arguments.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::common::generated;
use crate::network::registry::{Role, Row};
use crate::network::size::Size;
use crate::network::syntax::ast::{Call, Turn};
use crate::network::syntax::declaration::Head;

/// A network whose names are known.
pub(crate) struct Model {
    /// What stands before the `=`; an anonymous network has none.
    pub(crate) head: Option<Head>,
    /// Where the layers begin.
    pub(crate) place: Span,
    /// The inputs that have names; none of a chain.
    pub(crate) inputs: Vec<Input>,
    /// The features of a sample, where `Input(features)` or the inputs tell them.
    pub(crate) input: Option<Size>,
    /// Whether the first layer's inputs are unknown because of a mistake.
    pub(crate) begins_with_mistake: bool,
    /// The layers that were not reported as wrong.
    pub(crate) layers: Vec<Layer>,
    /// What is computed, each node from those before.
    pub(crate) nodes: Vec<Node>,
    /// What comes out; of a network of several outputs one after the other.
    pub(crate) outputs: Vec<Operand>,
    /// The names of layers that are not in the table, which was reported.
    pub(crate) strangers: Vec<Ident>,
    /// The loss, `None` if it was reported as wrong.
    pub(crate) loss: Option<Loss>,
    /// The lines as they were written; none of a chain.
    pub(crate) lines: Vec<String>,
}

/// `input x: [784];`
pub(crate) struct Input {
    pub(crate) name: Ident,
    /// `None` if it was reported as wrong.
    pub(crate) size: Option<Size>,
}

/// One step of the computation.
pub(crate) struct Node {
    pub(crate) operation: Operation,
    pub(crate) operands: Vec<Operand>,
    /// As it was written, to be underlined.
    pub(crate) tokens: TokenStream,
    /// Which copy of a repeated one it is.
    pub(crate) turn: Option<Turn>,
}

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operation {
    /// A layer where it is declared, by its place among the layers.
    Layer(usize),
    /// A layer that was declared before.
    Again(usize),
    /// `a + b`
    Sum,
    /// `a * b`
    Product,
    /// `concat(a, b, …)`
    Concat,
    /// One of several inputs.
    Part(usize),
}

/// A value that a node reads, by the name that the user gave it.
#[derive(Clone)]
pub(crate) struct Operand {
    pub(crate) source: Source,
    pub(crate) name: Option<Ident>,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    /// The network's input.
    Input,
    /// A node.
    Node(usize),
    /// Nowhere: it was reported as wrong.
    Mistake,
}

/// A layer with its name in the network.
pub(crate) struct Layer {
    pub(crate) name: Ident,
    pub(crate) row: &'static Row,
    pub(crate) call: Call,
    /// As many as were written: for a layer with parameters inputs and
    /// outputs, or outputs alone; for a layer of the user's own what its type
    /// takes; `None` for those reported as wrong.
    pub(crate) sizes: Vec<Option<Size>>,
    /// How its weights are drawn, if that was written: `He`.
    pub(crate) init: Option<TokenStream>,
    /// The number that it was told, as `0.5` in `Dropout(0.5)`.
    pub(crate) number: Option<TokenStream>,
}

/// The loss with its settings.
pub(crate) struct Loss {
    pub(crate) call: Call,
    pub(crate) row: &'static Row,
    /// The number in its parentheses, as `0.5` in `Huber(0.5)`.
    pub(crate) number: Option<TokenStream>,
    /// The settings of a softmax.
    pub(crate) classes: Option<ClassSettings>,
}

/// The settings of a softmax.
pub(crate) struct ClassSettings {
    /// What follows the path of its type to construct it.
    pub(crate) constructor: TokenStream,
    /// How many classes there are weights for.
    pub(crate) weights: Option<Size>,
}

impl Node {
    /// The place of the layer that it is.
    pub(crate) fn layer(&self) -> Option<usize> {
        match self.operation {
            Operation::Layer(layer) | Operation::Again(layer) => Some(layer),
            _ => None,
        }
    }
}

impl Model {
    /// Whether it has a name that others can use.
    pub(crate) fn is_named(&self) -> bool {
        self.head.as_ref().is_some_and(|head| head.name.is_some())
    }

    /// The network's name, as it shows.
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

    /// The type of a layer of the user's own: its sizes are const parameters
    /// before the scalar type. `None` for a layer of the table, and if a size was
    /// reported as wrong.
    pub(crate) fn own_type(&self, scalar: &TokenStream) -> Option<TokenStream> {
        let Role::Own = self.row.role else { return None };
        let path = &self.call.path;
        let sizes = self.sizes.iter().map(|size| Some(size.as_ref()?.as_argument()));
        let sizes = sizes.collect::<Option<Vec<_>>>()?;
        // All at the place of the path, so that the compiler underlines that if
        // the type is no layer.
        let place = path.span();
        let scalar = scalar.clone().into_iter().map(|mut token| {
            token.set_span(place);
            token
        });
        Some(quote_spanned!(place=> #path<#(#sizes,)* #(#scalar)*>))
    }

    /// How messages speak of the layer: `affine2: Affine(60, 10)`.
    pub(crate) fn describe(&self) -> String {
        format!("{}: {}", self.title(), self.call.source())
    }
}
