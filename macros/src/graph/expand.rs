//! Nodes to tokens: the struct of the values and that of the derivatives; the
//! methods are in `passes` and `drawing`.
//!
//! Local variables have mixed-site spans, so that they meet no name of the
//! user's; every other path begins at the runtime crate or at `::core`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Attribute, Path, Token};

use super::drawing::drawing;
use super::resolve::{Model, Node, OUTPUT, Operation, plain};

/// A graph without mistakes, ready to be written out.
pub(super) struct Graph<'a> {
    pub(super) runtime: &'a TokenStream,
    /// Where the functions are that expansions call.
    pub(super) library: TokenStream,
    pub(super) model: &'a Model,
    pub(super) name: Ident,
    pub(super) grads: Ident,
    /// The node of the result.
    pub(super) output: usize,
}

/// All items of a declaration.
pub(super) fn expand(runtime: &TokenStream, model: &Model) -> TokenStream {
    let (Some(name), Some(output)) = (model.name.clone(), model.output) else {
        return TokenStream::new();
    };
    let graph = Graph {
        runtime,
        library: quote!(#runtime::__private::nodes),
        model,
        grads: grads_name(&name),
        name,
        output,
    };
    let conditions = conditions(&model.attributes);
    let conditions = quote!(#(#conditions)*);
    let items = [graph.values(), graph.derivatives(), graph.methods()];
    quote!(#(#conditions #items)*)
}

/// `PurchaseGrads` of `Purchase`.
pub(super) fn grads_name(name: &Ident) -> Ident {
    format_ident!("{}Grads", name.unraw(), span = name.span())
}

/// The `cfg` attributes among `attributes`.
pub(super) fn conditions(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}

/// The type of a value with so many axes.
pub(super) fn value_type(runtime: &TokenStream, axes: usize) -> TokenStream {
    match axes {
        0 => quote!(__T),
        1 => quote!(#runtime::ndarray::Array1<__T>),
        _ => quote!(#runtime::ndarray::Array2<__T>),
    }
}

impl Graph<'_> {
    pub(super) fn node(&self, node: usize) -> &Node {
        &self.model.nodes[node]
    }

    /// The nodes that are fields, in the order in which they are computed.
    pub(super) fn fields(&self) -> impl DoubleEndedIterator<Item = (usize, &Node)> {
        self.model.nodes.iter().enumerate().filter(|(_, node)| node.is_field)
    }

    /// The nodes with a derivative that can be read.
    pub(super) fn variables(&self) -> impl DoubleEndedIterator<Item = (usize, &Node)> {
        self.fields().filter(|(_, node)| !node.is_constant)
    }

    /// Whether the result has a name of its own, and `output` is another.
    pub(super) fn has_named_result(&self) -> bool {
        self.node(self.output).name != OUTPUT
    }

    pub(super) fn has_arrays(&self) -> bool {
        self.model.inputs.iter().any(|&input| self.node(input).axes > 0)
    }

    /// The struct of the values.
    fn values(&self) -> TokenStream {
        let Graph { runtime, model, name, .. } = self;
        let Model { visibility, attributes, .. } = model;
        let keyword = model.keyword.unwrap_or_default();
        let derives = derives(attributes);
        let documentation = self.documentation();
        let fields = self.fields().map(|(_, node)| {
            let (field, ty) = (&node.name, value_type(runtime, node.axes));
            let documentation = field_documentation(node);
            quote!(#documentation #visibility #field: #ty)
        });
        let result = self.has_named_result().then(|| {
            let node = self.node(self.output);
            let ty = value_type(runtime, node.axes);
            let documentation = format!("The result, `{}`.", node.name);
            quote!(#[doc = #documentation] #visibility output: #ty)
        });
        let fields = fields.chain(result);
        quote! {
            #(#attributes)*
            #(#[doc = #documentation])*
            #derives
            #[allow(dead_code)]
            #visibility #keyword #name<__T = ::core::primitive::f64> {
                #(#fields,)*
            }
        }
    }

    /// The struct of the derivatives.
    fn derivatives(&self) -> TokenStream {
        let Graph { runtime, model, name, grads, .. } = self;
        let visibility = &model.visibility;
        let derives = derives(&[]);
        let documentation =
            format!("The derivatives of the output of [`{name}`], each with respect to one value.");
        let fields = self.variables().map(|(_, node)| {
            let (field, ty) = (&node.name, value_type(runtime, node.axes));
            let documentation = format!("The derivative with respect to `{}`.", plain(field));
            quote!(#[doc = #documentation] #visibility #field: #ty)
        });
        quote! {
            #[doc = #documentation]
            #derives
            #[allow(dead_code)]
            #visibility struct #grads<__T = ::core::primitive::f64> {
                #(#fields,)*
            }
        }
    }

    /// What `cargo doc` shows below the user's own words: the expressions.
    fn documentation(&self) -> Vec<String> {
        let mut lines = vec!["```text".to_owned()];
        if self.model.attributes.iter().any(|attribute| attribute.path().is_ident("doc")) {
            lines.insert(0, String::new());
        }
        for (_, node) in self.fields() {
            if node.is_let || node.name == OUTPUT {
                lines.push(format!("{} = {}", plain(&node.name), node.source));
            }
        }
        if self.has_named_result() {
            lines.push(format!("output = {}", plain(&self.node(self.output).name)));
        }
        lines.push("```".to_owned());
        lines
    }

    fn methods(&self) -> TokenStream {
        let Graph { runtime, name, .. } = self;
        let (forward, backward, drawing) = (self.forward(), self.backward(), drawing(self));
        quote! {
            #[allow(dead_code, clippy::too_many_arguments, clippy::many_single_char_names)]
            impl<__T: #runtime::Scalar> #name<__T> {
                #forward
                #backward
                #drawing
            }
        }
    }
}

/// The documentation of a field: the user's own, or the expression.
fn field_documentation(node: &Node) -> TokenStream {
    if !node.documentation.is_empty() {
        let documentation = &node.documentation;
        return quote!(#(#documentation)*);
    }
    let documentation = match node.operation {
        Operation::Input => format!("The input `{}`.", plain(&node.name)),
        _ => format!("`{}`.", node.source),
    };
    quote!(#[doc = #documentation])
}

/// What values and derivatives implement, except for what the user derives.
pub(super) fn derives(attributes: &[Attribute]) -> TokenStream {
    let derived: Vec<Ident> = attributes.iter().flat_map(derived_traits).collect();
    let traits = [
        ("Clone", quote!(::core::clone::Clone)),
        ("Debug", quote!(::core::fmt::Debug)),
        ("PartialEq", quote!(::core::cmp::PartialEq)),
    ];
    let missing = traits.iter().filter(|(name, _)| !derived.iter().any(|other| other == name));
    let missing: Vec<&TokenStream> = missing.map(|(_, path)| path).collect();
    if missing.is_empty() { TokenStream::new() } else { quote!(#[derive(#(#missing),*)]) }
}

/// The names of the traits that an attribute derives.
pub(super) fn derived_traits(attribute: &Attribute) -> Vec<Ident> {
    let paths = Punctuated::<Path, Token![,]>::parse_terminated;
    let paths = match attribute.path().is_ident("derive") {
        true => attribute.parse_args_with(paths).unwrap_or_default(),
        false => Punctuated::new(),
    };
    paths.iter().filter_map(|path| path.segments.last()).map(|last| last.ident.clone()).collect()
}
