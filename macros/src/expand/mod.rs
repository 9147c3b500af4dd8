//! Plan to tokens: one function for each generated item.
//!
//! Local variables have mixed-site spans, so that they meet no name of the
//! user's; every other path begins at the runtime crate or at `::core`.

mod checks;
mod documentation;
mod fallback;
mod methods;
mod passes;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, Visibility};

use self::checks::checks;
pub(crate) use self::fallback::fallback;
use crate::chain::Call;
use crate::model::{Layer, Model};
use crate::plan::{Kept, Node, Place, Plan, Schedule, Source, need_gradient};
use crate::shape::Shapes;
use crate::size::Size;
use crate::table::{self, Role};

/// A network without mistakes, ready to be written out.
pub(crate) struct Network<'a> {
    /// The path of the runtime crate.
    runtime: &'a TokenStream,
    name: Ident,
    visibility: Visibility,
    attributes: &'a [Attribute],
    /// `cfg` attributes, which every generated item must have.
    conditions: Vec<&'a Attribute>,
    input: Size,
    layers: Vec<Member<'a>>,
    loss: &'a Call,
    model: &'a Model,
    shapes: &'a Shapes,
    plan: Plan,
    nodes: Vec<Node>,
}

/// A layer with its shape.
struct Member<'a> {
    layer: &'a Layer,
    inputs: Size,
    outputs: Size,
}

impl Member<'_> {
    fn has_parameters(&self) -> bool {
        self.layer.row.role.is_field()
    }

    fn name(&self) -> &Ident {
        &self.layer.name
    }

    /// What it keeps between forward and backward: what a type of the user's
    /// own says, otherwise nothing.
    fn kept(&self, runtime: &TokenStream) -> Option<Kept> {
        let ty = self.layer.own_type(&quote!(f32))?;
        let size = |constant: &str| {
            let words = format!("{}::{constant}", self.layer.call.source());
            let constant = format_ident!("{constant}");
            Size::evaluated(quote!(<#ty as #runtime::layers::Layer<f32>>::#constant), words)
        };
        Some(Kept { training: size("KEPT"), inference: size("INFERENCE_KEPT") })
    }

    /// The layer with all its sizes, `Affine(784, 50)`, also where the inputs
    /// were inferred.
    fn declaration(&self) -> String {
        if let (Role::Layer { .. }, true) = (self.layer.row.role, self.inputs.is_written()) {
            format!("{}({}, {})", self.layer.row.name, self.inputs, self.outputs)
        } else {
            self.layer.call.source()
        }
    }
}

impl<'a> Network<'a> {
    /// Gathers what was resolved. `None` if a mistake left something unknown.
    pub(crate) fn new(
        runtime: &'a TokenStream,
        model: &'a Model,
        shapes: &'a Shapes,
    ) -> Option<Network<'a>> {
        let mut layers = Vec::new();
        for (layer, shape) in model.layers.iter().zip(&shapes.layers) {
            layers.push(Member {
                layer: layer.as_ref()?,
                inputs: shape.inputs.clone()?,
                outputs: shape.outputs.clone()?,
            });
        }
        let nodes: Vec<Node> = layers
            .iter()
            .enumerate()
            .map(|(place, member)| Node {
                source: place.checked_sub(1).map_or(Source::Input, Source::Node),
                width: member.outputs.clone(),
                has_parameters: member.has_parameters(),
                kept: member.kept(runtime),
            })
            .collect();
        let attributes = model.head.as_ref().map_or(&[][..], |head| &head.attributes);
        Some(Network {
            runtime,
            name: model.name(),
            visibility: visibility(model),
            attributes,
            conditions: conditions(attributes),
            input: layers.first()?.inputs.clone(),
            loss: model.loss.as_ref()?,
            model,
            shapes,
            plan: Plan::new(&nodes),
            nodes,
            layers,
        })
    }

    /// All items of the declaration, in the order in which a reader wants them.
    pub(crate) fn items(&self) -> TokenStream {
        let conditions = &self.conditions;
        let conditions = quote!(#(#conditions)*);
        let items = [
            self.structure(),
            self.inherent_f32(),
            self.inherent(),
            self.network(),
            self.layer(),
            self.tensors(),
            self.numbers(),
            self.boxed_clone(),
            self.display(),
            self.debug(),
            self.import(),
        ];
        let items = items.into_iter().chain(checks(self.runtime, self.model, self.shapes));
        quote!(#(#conditions #items)*)
    }

    /// The struct: one field for each layer with parameters.
    fn structure(&self) -> TokenStream {
        let Network { name, visibility, attributes, .. } = self;
        let documentation = self.documentation();
        // The user's own `struct` is what the compiler points to where only an
        // expression can stand.
        let keyword = self.model.head.as_ref().and_then(|head| head.keyword).unwrap_or_default();
        let fields = self.layers.iter().filter(|member| member.has_parameters()).map(|member| {
            let (field, ty) = (member.name(), self.field_type(member, &quote!(T)));
            let documentation = format!("`{}`.", member.declaration());
            quote!(#[doc = #documentation] #visibility #field: #ty)
        });
        // A network without parameters still has a scalar type.
        let marker = (!self.layers.iter().any(Member::has_parameters))
            .then(|| quote!(scalar: ::core::marker::PhantomData<T>));
        let fields = fields.chain(marker);
        quote! {
            #(#attributes)*
            #(#[doc = #documentation])*
            #[repr(C)]
            #visibility #keyword #name<T = f32> {
                #(#fields,)*
            }
        }
    }

    /// The type of a layer: `Affine<784, 50, T>`.
    fn field_type(&self, member: &Member<'_>, scalar: &TokenStream) -> TokenStream {
        if let Some(own) = member.layer.own_type(scalar) {
            return own;
        }
        let layer = self.layer_path(member);
        let (inputs, outputs) = (member.inputs.as_argument(), member.outputs.as_argument());
        quote!(#layer<#inputs, #outputs, #scalar>)
    }

    /// The path of a layer's type. Its last segment is the user's token, so that
    /// editors lead from there to the layer's documentation.
    fn layer_path(&self, member: &Member<'_>) -> TokenStream {
        let (runtime, path) = (self.runtime, &member.layer.call.path);
        if member.layer.row.is_own() { quote!(#path) } else { quote!(#runtime::layers::#path) }
    }

    fn loss_path(&self) -> TokenStream {
        let (runtime, path) = (self.runtime, &self.loss.path);
        match self.loss.ident().and_then(|name| table::find(&name.to_string())) {
            Some(_) => quote!(#runtime::losses::#path),
            None => path.to_token_stream(),
        }
    }

    /// The features of the network's output.
    fn output(&self) -> &Size {
        self.layers.last().map_or(&self.input, |member| &member.outputs)
    }

    /// The traits in scope through which `Name::<f64>::new` and
    /// `Name::<f64>::zeros` are found.
    fn import(&self) -> TokenStream {
        let Network { runtime, visibility, .. } = self;
        quote! {
            #[doc(hidden)]
            #[allow(unused_imports)]
            #visibility use #runtime::{
                Network as _, Numbers as _, Tensors as _, layers::Layer as _,
            };
        }
    }
}

/// The visibility of a declaration; an anonymous network is private.
fn visibility(model: &Model) -> Visibility {
    model.head.as_ref().map_or(Visibility::Inherited, |head| head.visibility.clone())
}

/// The `cfg` attributes among `attributes`.
fn conditions(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}

/// The largest of several sizes: a number where all are known.
fn largest(runtime: &TokenStream, sizes: &[Size]) -> TokenStream {
    match sizes {
        [size] => size.to_token_stream(),
        sizes => match sizes.iter().map(|size| size.value).collect::<Option<Vec<_>>>() {
            Some(values) => number(values.into_iter().max().unwrap_or(0)),
            None => quote!(#runtime::__private::largest(&[#(#sizes),*])),
        },
    }
}

/// A number without a suffix.
fn number(value: u64) -> TokenStream {
    Literal::u64_unsuffixed(value).to_token_stream()
}

/// `a + b + c`, 0 for nothing.
fn sum(terms: Vec<TokenStream>) -> TokenStream {
    if terms.is_empty() { quote!(0) } else { quote!(#(#terms)+*) }
}
