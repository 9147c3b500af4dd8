//! Layers without a loss, `layer Mlp<const D: usize> { … }`, and their use as `Mlp<128>`.
//!
//! A generic argument of a field's type can be a parameter, but not an expression of parameters. For
//! each such expression, the struct gets a further parameter; for each layer with such arguments in the
//! layer, it gets a type parameter. The runtime's module `layers::block` describes how the declaration
//! that uses the layer fills them.

use std::collections::HashSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::checks::{call, checks_in, checks_of_items};
use super::idents::names;
use super::network::{Further, Member, Network};
use crate::common::generated;
use crate::common::tokens::source;
use crate::network::registry::Role;
use crate::network::size::{Depends, Size};

/// The most further parameters, those of the runtime's `SizeList`.
const MOST_SIZES: usize = 24;

impl Network<'_> {
    /// All items of a layer, in reading order.
    pub(super) fn layer_items(&self) -> TokenStream {
        let conditions = &self.conditions;
        let conditions = quote!(#(#conditions)*);
        let passes = [self.forward(), self.infer(), self.backward()];
        let tensors = match self.model.parameters() {
            Some(_) => self.tensor_table(),
            None => self.tensors(),
        };
        let items = [
            self.structure(),
            self.layer(&passes),
            self.parts_of_passes(&passes),
            tensors,
            self.numbers(),
            self.layout_check(),
            self.layer_debug(),
            self.layer_steps(),
        ];
        let items = items.into_iter().filter(|item| !item.is_empty());
        let items = items.chain(self.block_impls()).chain(self.windows()).chain(self.aliases());
        let items = items.chain(self.checked_blocks());
        let items = items.chain(checks_of_items(self.runtime, self.model, self.shapes));
        self.named(quote!(#(#conditions #items)*))
    }

    /// Finds the further parameters of the struct, from the types of its fields.
    pub(super) fn find_further(&self) -> Further {
        let mut further = Further::default();
        if self.model.parameters().is_none() {
            return further;
        }
        let mut seen = HashSet::new();
        for (at, member) in self.layers.iter().enumerate() {
            let used = match member.layer.block_type() {
                Some(block) if member.layer.is_block => names(&block),
                _ if member.layer.spec.role.is_layer() => {
                    names(&self.field_type(member, &quote!(__T)))
                }
                _ => continue,
            };
            for size in sizes_of(member) {
                let Some(name) = size.further_parameter() else { continue };
                if used.contains_key(&name.to_string()) && seen.insert(name.to_string()) {
                    further.sizes.push((name, size));
                }
            }
            let name = member.layer.type_parameter();
            if self.is_type_parameter(member) && seen.insert(name.to_string()) {
                further.layers.push((name, at));
            }
        }
        further
    }

    /// Returns whether the type of a layer is a type parameter of the struct.
    pub(super) fn is_type_parameter(&self, member: &Member<'_>) -> bool {
        member.layer.is_block && member.layer.has_parameters()
    }

    /// The generic parameters of an implementation.
    pub(super) fn impl_generics(&self) -> TokenStream {
        let runtime = self.runtime;
        let declared = self.declared_parameters();
        let sizes = self.further.sizes.iter().map(|(name, _)| name);
        let layers = self.further.layers.iter().map(|(name, _)| name);
        quote! {
            <
                #(const #declared: usize,)* __T: #runtime::Scalar,
                #(const #sizes: usize,)* #(#layers: #runtime::layers::Layer<__T>,)*
            >
        }
    }

    /// The declared type.
    pub(super) fn self_type(&self, scalar: &TokenStream) -> TokenStream {
        let (name, declared) = (&self.name, self.declared_parameters());
        let sizes = self.further.sizes.iter().map(|(name, _)| name);
        let layers = self.further.layers.iter().map(|(name, _)| name);
        quote!(#name<#(#declared,)* #scalar #(, #sizes)* #(, #layers)*>)
    }

    /// The generic parameters of the struct, with defaults.
    pub(super) fn struct_generics(&self) -> TokenStream {
        let declared = self.declared_parameters();
        let sizes = self.further.sizes.iter().map(|(name, _)| name);
        let layers = self.further.layers.iter().map(|(name, _)| name);
        quote! {
            <#(const #declared: usize,)* __T = f32 #(, const #sizes: usize = 0)* #(, #layers = ())*>
        }
    }

    /// The parameters and arguments of the types with the sizes of moving kernels.
    pub(super) fn window_generics(&self) -> (TokenStream, TokenStream) {
        let sizes = self.further.sizes.iter().map(|(name, _)| name);
        let all: Vec<&Ident> = self.declared_parameters().iter().chain(sizes).collect();
        match &all[..] {
            [] => (TokenStream::new(), TokenStream::new()),
            all => (quote!(<#(const #all: usize),*>), quote!(<#(#all),*>)),
        }
    }

    fn declared_parameters(&self) -> &[Ident] {
        self.model.parameters().map_or(&[], |parameters| &parameters.0)
    }

    /// `impl Tensors` of a layer with parameters, on which the number of tensors can depend.
    fn tensor_table(&self) -> TokenStream {
        let (runtime, generics) = (self.runtime, self.impl_generics());
        let ty = self.self_type(&quote!(__T));
        let table = quote!(#runtime::__private::TensorTable);
        let tensors = self.fields().map(|member| {
            let (title, field) = (member.layer.title(), member.name());
            let tensors = self.tensors_of(member, &quote!(__T));
            quote!((#title, ::core::mem::offset_of!(Self, #field), #tensors, #runtime::__private::Field::Trained))
        });
        quote! {
            impl #generics #ty {
                #[doc(hidden)]
                const __TENSOR_TABLE: &'static #table<128> =
                    &#table::new::<__T>(&[#(#tensors),*]);
            }

            impl #generics #runtime::Tensors<__T> for #ty {
                const TENSORS: &'static [#runtime::TensorInfo] = Self::__TENSOR_TABLE.as_slice();
            }
        }
    }

    /// `impl Debug`: the name, since numbers would be unreadable.
    fn layer_debug(&self) -> TokenStream {
        let (generics, ty, title) =
            (self.impl_generics(), self.self_type(&quote!(__T)), self.model.title());
        quote! {
            impl #generics ::core::fmt::Debug for #ty {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct(#title).finish_non_exhaustive()
                }
            }
        }
    }

    /// For a layer with parameters: the sizes that follow from them, the complete type, and the
    /// checks.
    fn block_impls(&self) -> Vec<TokenStream> {
        let Some(parameters) = self.model.parameters() else { return Vec::new() };
        let (runtime, name, visibility) = (self.runtime, &self.name, &self.visibility);
        let (private, declared) = (quote!(#runtime::__private), &parameters.0);
        let zeros: Vec<TokenStream> = declared.iter().map(|_| quote!(0)).collect();
        let count = Literal::usize_unsuffixed(declared.len());
        let sizes = parameters.replaced(self.all_sizes(), &mut |at| {
            let at = Literal::usize_unsuffixed(at);
            quote!(sizes[#at])
        });
        let (further, rest) = self.filled();
        let (generics, ty) = (self.impl_generics(), self.self_type(&quote!(__T)));
        let checked = checks_in(runtime, self.model, self.shapes);
        let filled = self.check_filled();
        let further_names: Vec<&Ident> = self.further.sizes.iter().map(|(name, _)| name).collect();
        let list = further_names
            .iter()
            .rev()
            .fold(quote!(__R), |rest, name| quote!(#private::Cons<#name, #rest>));
        let (bounds, layers): (Vec<_>, Vec<_>) = further.into_iter().unzip();
        vec![
            quote! {
                impl #name<#(#zeros),*> {
                    /// The sizes that follow from the parameters.
                    #[doc(hidden)]
                    #[must_use]
                    #visibility const fn __sizes(sizes: [usize; #count]) -> #private::BlockSizes {
                        #sizes
                    }
                }
            },
            quote! {
                impl<#(const #declared: usize),*> #private::Block for #name<#(#declared),*> {
                    const SIZES: #private::BlockSizes = #name::<#(#zeros),*>::__sizes([#(#declared),*]);
                }
            },
            quote! {
                impl<#(const #declared: usize,)* #(const #further_names: usize,)* __R>
                    #private::Filled<#list> for #name<#(#declared),*>
                where
                    #(#bounds,)*
                {
                    type Of<__T> = #name<#(#declared,)* __T #(, #further_names)* #(, #layers)*>;
                    type Rest = #rest;
                }
            },
            quote! {
                impl #generics #ty {
                    #[doc(hidden)]
                    const __CHECKED: () = { #filled #checked };
                }
            },
        ]
    }

    /// Checks the values of the further parameters.
    fn check_filled(&self) -> Option<TokenStream> {
        let (runtime, title) = (self.runtime, self.model.title());
        let (declared, sizes) = (self.declared_parameters(), &self.further.sizes);
        let (given, computed): (Vec<_>, Vec<_>) = sizes.iter().cloned().unzip();
        let arguments = quote!(#title, &[#(#declared),*], &[#(#given),*], &[#(#computed),*]);
        let call = call(runtime, "check_filled", self.name.to_token_stream(), arguments);
        (!sizes.is_empty()).then(|| quote!({ #call }))
    }

    /// The body of the function `__sizes`, in terms of the parameters.
    fn all_sizes(&self) -> TokenStream {
        let runtime = self.runtime;
        let [input, output] = [&self.input, self.output()].map(|size| match size.depends {
            Depends::Types => quote!(#runtime::layers::Shape::UNKNOWN),
            _ => size.shape(runtime),
        });
        let mut sizes = quote!(#runtime::__private::BlockSizes::new(#input, #output));
        for (_, size) in &self.further.sizes {
            sizes.extend(quote!(.with(#size)));
        }
        for (_, at) in &self.further.layers {
            let inner = self.layers[*at].layer.block_sizes(runtime);
            sizes.extend(quote!(.with_all(#inner)));
        }
        sizes
    }

    /// For each type parameter, the bound and the type that fill it; and the sizes that are left.
    fn filled(&self) -> (Vec<(TokenStream, TokenStream)>, TokenStream) {
        let filled = quote!(__private::Filled);
        let (runtime, mut rest) = (self.runtime, quote!(__R));
        let layers = self.further.layers.iter().map(|(_, at)| {
            let layer = self.layers[*at].layer;
            let (ty, place) = (layer.block_type(), layer.call.path.span());
            let bound = quote_spanned!(place=> #ty: #runtime::#filled<#rest>);
            let filled = quote!(<#ty as #runtime::#filled<#rest>>);
            rest = quote!(#filled::Rest);
            (bound, quote!(#filled::Of<__T>))
        });
        let layers = layers.collect();
        (layers, rest)
    }

    /// For each `Mlp<128>` with constant arguments, the complete type.
    pub(super) fn aliases(&self) -> impl Iterator<Item = TokenStream> {
        let mut seen = HashSet::new();
        let layers = self.layers.iter().map(|member| member.layer);
        let blocks = layers.filter(|layer| layer.is_block && !layer.has_parameters());
        blocks.filter_map(move |layer| {
            let (name, ty) = (self.model.alias(layer), layer.block_type()?);
            if !seen.insert(name.to_string()) {
                return None;
            }
            let (runtime, visibility, place) =
                (self.runtime, &self.visibility, layer.call.path.span());
            let private = quote!(#runtime::__private);
            let sizes = layer.block_sizes(runtime)?;
            let list = (0..MOST_SIZES).map(|at| {
                let at = Literal::usize_unsuffixed(at);
                quote!({ #sizes.at(#at) })
            });
            let documentation = format!("The type of `{}`.", source(&layer.call.tokens));
            let of =
                quote_spanned!(place=> <#ty as #private::Filled<#private::SizeList<#(#list),*>>>);
            Some(quote! {
                #[doc = #documentation]
                #[doc(hidden)]
                #[allow(non_camel_case_types)]
                #visibility type #name<__T> = #of::Of<__T>;
            })
        })
    }

    /// For each such layer, that it is checked with its sizes: the compiler reports there where a
    /// layer is used that does not fit them.
    pub(super) fn checked_blocks(&self) -> impl Iterator<Item = TokenStream> {
        let mut seen = HashSet::new();
        let layers = self.layers.iter().map(|member| member.layer);
        let blocks = layers.filter(|layer| layer.is_block && !layer.has_parameters());
        blocks.filter_map(move |layer| {
            let name = self.model.alias(layer);
            if !seen.insert(name.to_string()) {
                return None;
            }
            let (runtime, place) = (self.runtime, layer.call.path.span());
            let inputs =
                quote_spanned!(place=> <#name<f32> as #runtime::layers::Layer<f32>>::INPUTS);
            Some(quote!(const _: usize = #inputs;))
        })
    }

    /// Replaces the placeholders of further parameters: sizes are called `N1`, `N2`, and types `B1`,
    /// `B2`, with numbers that the declaration does not use.
    fn named(&self, items: TokenStream) -> TokenStream {
        let taken = names(&items);
        let free = |letter: char| {
            let names = (1..).map(move |number| format!("{letter}{number}"));
            names.filter(|name| !taken.contains_key(name))
        };
        let sizes = self.further.sizes.iter().map(|(name, _)| name).zip(free('N'));
        let layers = self.further.layers.iter().map(|(name, _)| name).zip(free('B'));
        let renamed: Vec<_> =
            sizes.chain(layers).map(|(name, new)| (name.to_string(), new)).collect();
        if renamed.is_empty() {
            return items;
        }
        generated::renamed(items, &|name| {
            let new = renamed.iter().find(|(old, _)| name == old);
            new.map(|(_, new)| new.clone())
        })
    }
}

/// The sizes that may be arguments of a layer's type.
fn sizes_of(member: &Member<'_>) -> Vec<Size> {
    let layer = member.layer;
    let mut sizes: Vec<Size> = layer.sizes.iter().flatten().cloned().collect();
    for size in [&member.inputs, &member.outputs].into_iter().chain(&member.memory) {
        sizes.push(size.clone());
        sizes.extend(size.dims().iter().cloned());
    }
    if let (Some(window), Role::Window(..)) = (&layer.window, layer.spec.role) {
        sizes.extend(window.kernel.iter().cloned());
        let channels = [&member.inputs, &member.outputs].map(|size| size.dims().first());
        sizes.extend(channels.into_iter().flatten().map(|size| window.group_channels(size)));
    }
    sizes
}
