//! The passes: a line for each node, forward and in reverse order.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;

use super::calculus::{self, Rule};
use super::expand::{Graph, value_type};
use super::function::Function;
use super::resolve::{Node, Operation, plain};

impl Graph<'_> {
    /// `forward`: a line for each node, in the order in which they are written.
    pub(super) fn forward(&self) -> TokenStream {
        let Graph { runtime, model, library, .. } = self;
        let visibility = &model.visibility;
        let inputs = model.inputs.iter().map(|&input| {
            let node = self.node(input);
            let (name, ty) = (local(&node.name), value_type(runtime, node.axes));
            quote!(#name: #ty)
        });
        let lines = self.fields().filter(|(_, node)| !matches!(node.operation, Operation::Input));
        let lines = lines.map(|(_, node)| {
            let (name, value) = (local(&node.name), self.line(node));
            quote!(let #name = #value;)
        });
        let result = self.has_named_result().then(|| {
            let node = self.node(self.output);
            let name = local(&node.name);
            if node.axes > 0 {
                quote!(output: #library::copy(&#name),)
            } else {
                quote!(output: #name,)
            }
        });
        let fields = self.fields().map(|(_, node)| local(&node.name));
        let values = quote!(Self { #result #(#fields),* });
        let (output, values, errors) = if self.has_arrays() {
            let errors = quote! {
                ///
                /// # Errors
                ///
                /// `Error::Shapes` and `Error::Dot`, which name the node, for arrays whose shapes
                /// do not fit.
            };
            let result = quote!(::core::result::Result<Self, #runtime::Error>);
            (result, quote!(::core::result::Result::Ok(#values)), errors)
        } else {
            (quote!(Self), values, TokenStream::new())
        };
        let must_use = (!self.has_arrays()).then(|| quote!(#[must_use]));
        quote! {
            /// Computes the output, and keeps all values on the way.
            #errors
            #must_use
            #visibility fn forward(#(#inputs),*) -> #output {
                #(#lines)*
                #values
            }
        }
    }

    /// The value of an operand in `forward`.
    fn operand(&self, node: usize) -> TokenStream {
        let node = self.node(node);
        if node.is_field { local(&node.name).to_token_stream() } else { self.constant(node) }
    }

    /// The value of a node in `backward`.
    pub(super) fn kept(&self, node: usize) -> TokenStream {
        let node = self.node(node);
        let name = &node.name;
        if node.is_field { quote!(self.#name) } else { self.constant(node) }
    }

    /// A constant as a number of type `T`.
    fn constant(&self, node: &Node) -> TokenStream {
        let library = &self.library;
        match &node.operation {
            Operation::Literal(number) => quote!(__T::from_f64(#number)),
            Operation::Constant(path) => quote!(__T::from_f64(#library::constant(#path))),
            _ => TokenStream::new(),
        }
    }

    /// What a node computes, with the second operand of a power.
    fn function<'n>(&self, node: &'n Node) -> Option<(Function, Option<&'n TokenStream>)> {
        match &node.operation {
            Operation::Function(function) => Some((*function, None)),
            Operation::Power(exponent) => Some((Function::Powi, Some(exponent))),
            _ => None,
        }
    }

    /// The right-hand side of a node's line in `forward`.
    fn line(&self, node: &Node) -> TokenStream {
        let Some((function, exponent)) = self.function(node) else {
            return self.constant(node);
        };
        let library = &self.library;
        let operands: Vec<TokenStream> =
            node.operands.iter().map(|&operand| self.operand(operand)).collect();
        let nothing = TokenStream::new();
        let a = operands.first().unwrap_or(&nothing);
        let b = exponent.or(operands.get(1)).unwrap_or(&nothing);
        let title = format!("{} = {}", plain(&node.name), node.source);
        match function {
            Function::Dot => {
                let are_vectors = node.operands.iter().all(|&place| self.node(place).axes == 1);
                let dot = if are_vectors { quote!(inner) } else { quote!(dot) };
                return quote!(#library::#dot(#title, &#a, &#b)?);
            }
            Function::Sum => return quote!(#library::sum(&#a)),
            _ => {}
        }
        let value = calculus::value(library, function, a, b);
        let mut arrays: Vec<usize> = node.operands.clone();
        arrays.retain(|&operand| self.node(operand).axes > 0);
        arrays.dedup();
        // The one with more axes first: its shape is that of the result.
        arrays.sort_by_key(|&operand| std::cmp::Reverse(self.node(operand).axes));
        let names: Vec<Ident> =
            arrays.iter().map(|&operand| local(&self.node(operand).name)).collect();
        match &names[..] {
            [] => value,
            [array] => quote!(#library::map(&#array, |#array| #value)),
            _ => quote!(#library::elementwise(#title, #(&#names),*, |#(#names),*| #value)?),
        }
    }

    /// `backward`: a line for each node, in reverse order.
    pub(super) fn backward(&self) -> TokenStream {
        let Graph { runtime, model, grads, library, .. } = self;
        let visibility = &model.visibility;
        let axes = self.node(self.output).axes;
        let (dout, dout_type) = (Ident::new("dout", Span::mixed_site()), value_type(runtime, axes));
        let check =
            (axes > 0).then(|| quote!(#library::same_shape("dout", &self.output, &#dout)?;));
        let lines = self.variables().rev().map(|(place, node)| {
            let name = derivative(node);
            let value = if place == self.output { quote!(#dout) } else { self.collected(place) };
            quote!(let #name = #value;)
        });
        let fields = self.variables().map(|(_, node)| {
            let (field, value) = (&node.name, derivative(node));
            quote!(#field: #value)
        });
        let values = quote!(#grads { #(#fields),* });
        let panics = self.has_arrays().then(|| {
            quote! {
                ///
                /// # Panics
                ///
                /// If an array among the values was replaced by one of another shape.
            }
        });
        let (output, values, errors) = if axes > 0 {
            let errors = quote! {
                ///
                /// # Errors
                ///
                /// `Error::Shapes` if `dout` is not of the output's shape.
            };
            let result = quote!(::core::result::Result<#grads<__T>, #runtime::Error>);
            (result, quote!(::core::result::Result::Ok(#values)), errors)
        } else {
            (quote!(#grads<__T>), values, TokenStream::new())
        };
        let must_use = (axes == 0).then(|| quote!(#[must_use]));
        quote! {
            /// The derivatives of the output with respect to all values, times `dout`: 1, or what
            /// flows back to the output from whatever comes after it.
            #errors
            #panics
            #must_use
            #visibility fn backward(&self, #dout: #dout_type) -> #output {
                #check
                #(#lines)*
                #values
            }
        }
    }

    /// The derivative of a node: the sum of what flows back from all who use
    /// its value, the last of them first.
    fn collected(&self, place: usize) -> TokenStream {
        let mut terms = Vec::new();
        for user in self.model.nodes.iter().rev() {
            for (operand, &used) in user.operands.iter().enumerate() {
                if used == place {
                    terms.push(self.flow(user, operand));
                }
            }
        }
        quote!(#(#terms)+*)
    }

    /// What flows back from a node to one of its operands.
    fn flow(&self, user: &Node, operand: usize) -> TokenStream {
        let Some((function, exponent)) = self.function(user) else {
            return TokenStream::new();
        };
        match function {
            Function::Dot => self.flow_of_dot(user, operand),
            Function::Sum => {
                let (array, d) = (self.kept(user.operands[0]), derivative(user));
                let library = &self.library;
                quote!(#library::map(&#array, |_| #d))
            }
            _ if user.axes == 0 => {
                let kept: Vec<TokenStream> =
                    user.operands.iter().map(|&operand| self.kept(operand)).collect();
                let (name, nothing) = (&user.name, TokenStream::new());
                let rule = Rule {
                    nodes: &self.library,
                    d: &derivative(user).to_token_stream(),
                    a: kept.first().unwrap_or(&nothing),
                    b: exponent.or(kept.get(1)).unwrap_or(&nothing),
                    y: &quote!(self.#name),
                };
                calculus::derivative(function, operand == 1, &rule)
            }
            _ => self.flow_of_arrays(user, function, exponent, operand),
        }
    }

    /// The same for arrays, element by element. Where the operand has fewer
    /// axes, it went into many elements, whose derivatives are added up.
    fn flow_of_arrays(
        &self,
        user: &Node,
        function: Function,
        exponent: Option<&TokenStream>,
        operand: usize,
    ) -> TokenStream {
        let library = &self.library;
        let d = derivative(user);
        // An element of an array has the name of the array; numbers are as they are.
        let element = |place: usize| {
            let node = self.node(place);
            if node.axes > 0 { local(&node.name).to_token_stream() } else { self.kept(place) }
        };
        let operands: Vec<TokenStream> =
            user.operands.iter().map(|&place| element(place)).collect();
        let (y, nothing) = (local(&user.name), TokenStream::new());
        let rule = Rule {
            nodes: library,
            d: &d.to_token_stream(),
            a: operands.first().unwrap_or(&nothing),
            b: exponent.or(operands.get(1)).unwrap_or(&nothing),
            y: &y.to_token_stream(),
        };
        let formula = calculus::derivative(function, operand == 1, &rule);
        let mut arrays = Vec::new();
        for &place in &user.operands {
            let node = self.node(place);
            let name = local(&node.name);
            if node.axes > 0 && mentions(&formula, &name) && !arrays.iter().any(|(n, _)| *n == name)
            {
                arrays.push((name, self.kept(place)));
            }
        }
        if mentions(&formula, &y) {
            let name = &user.name;
            arrays.push((y, quote!(self.#name)));
        }
        let (names, kept): (Vec<Ident>, Vec<TokenStream>) = arrays.into_iter().unzip();
        let flow = match names.len() {
            // As it is: what is added up need not be copied.
            0 if d == formula.to_string() => quote!(#d),
            0 => quote!(#library::map(&#d, |#d| #formula)),
            1 => quote!(#library::chain(&#d, #(&#kept)*, |#d, #(#names)*| #formula)),
            _ => quote!(#library::chain2(&#d, #(&#kept),*, |#d, #(#names),*| #formula)),
        };
        match (user.axes, self.node(user.operands[operand]).axes) {
            (_, 0) => quote!(#library::sum(&#flow)),
            (2, 1) => quote!(#library::sum_of_rows(&#flow)),
            _ if d == flow.to_string() => quote!(#library::copy(&#d)),
            _ => flow,
        }
    }

    /// The products of matrices and vectors that are the derivatives of one.
    fn flow_of_dot(&self, user: &Node, operand: usize) -> TokenStream {
        let library = &self.library;
        let d = derivative(user);
        let (left, right) = (self.kept(user.operands[0]), self.kept(user.operands[1]));
        let axes = (self.node(user.operands[0]).axes, self.node(user.operands[1]).axes);
        let element = Ident::new("element", Span::mixed_site());
        match (axes, operand) {
            // y = Σ left · right
            ((1, 1), 0) => quote!(#library::map(&#right, |#element| #d * #element)),
            ((1, 1), _) => quote!(#library::map(&#left, |#element| #d * #element)),
            ((1, _), 0) => quote!(#library::product(&#right, &#d)),
            ((1, _), _) => quote!(#library::outer(&#left, &#d)),
            ((_, 1), 0) => quote!(#library::outer(&#d, &#right)),
            // dX = dY · Wᵀ, dW = Xᵀ · dY
            (_, 0) => quote!(#library::product_transposed(&#d, &#right)),
            _ => quote!(#library::transposed_product(&#left, &#d)),
        }
    }
}

/// The local variable of a node's derivative: `d_apple_price`.
fn derivative(node: &Node) -> Ident {
    format_ident!("d_{}", node.name.unraw(), span = Span::mixed_site().located_at(node.name.span()))
}

/// The local variable of a name.
fn local(name: &Ident) -> Ident {
    let mut local = name.clone();
    local.set_span(Span::mixed_site().located_at(name.span()));
    local
}

/// Whether a local variable is mentioned.
fn mentions(stream: &TokenStream, name: &Ident) -> bool {
    stream.clone().into_iter().any(|tree| match tree {
        proc_macro2::TokenTree::Ident(ident) => ident == *name,
        proc_macro2::TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}
