//! The expansion of a declaration with errors, besides the messages: the same items, which accept
//! any arguments, so that the rest of the user's file causes no errors about a missing network.
//!
//! Its constants are the first error itself: the compiler reports it once, and reports no errors
//! that result from it. Therefore every size in the struct is such a constant, and matches any
//! array.

use std::collections::HashSet;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use super::checks::checks_of_items;
use super::network::{conditions, visibility};
use crate::common::report::Mistakes;
use crate::network::model::Model;
use crate::network::shape::Shapes;

/// The numeric constants of a network.
const CONSTANTS: [&str; 7] = [
    "INPUTS",
    "OUTPUTS",
    "PARAMS",
    "FLOPS",
    "TRAINING_FLOPS",
    "WORKSPACE_PER_SAMPLE",
    "INFERENCE_WORKSPACE_PER_SAMPLE",
];

/// The items of networks with errors, and the errors.
pub(crate) fn recover(
    runtime: &TokenStream,
    networks: &[(Model, Shapes)],
    mistakes: &Mistakes,
) -> TokenStream {
    let Mistakes { first, rest } = mistakes;
    match networks {
        // An error alone is valid as an item and as an expression.
        [(model, _)] if model.head.is_none() && rest.is_empty() => first.clone(),
        [(model, shapes)] if model.head.is_none() => {
            let checks = checks_of_items(runtime, model, shapes);
            quote_spanned!(model.place=> { #(#checks)* #first #(#rest)* })
        }
        [(model, shapes)] if model.is_named() => {
            let items = items(runtime, model, shapes, first);
            // A network that a `cfg` removes reports no errors either.
            let conditions = conditions(model.head.as_ref().map_or(&[], |head| &head.attributes));
            let conditions = quote!(#(#conditions)*);
            quote!(#(#conditions #items)* #(#conditions #rest)*)
        }
        networks => {
            let named = networks.iter().filter(|(model, _)| model.is_named());
            let items = named.flat_map(|(model, shapes)| items(runtime, model, shapes, first));
            quote!(#first #(#rest)* #(#items)*)
        }
    }
}

fn items(
    runtime: &TokenStream,
    model: &Model,
    shapes: &Shapes,
    mistake: &TokenStream,
) -> Vec<TokenStream> {
    if model.is_layer() {
        return layer(runtime, model, mistake).into();
    }
    let mut items = vec![
        structure(runtime, model),
        inherent_f32(runtime, model, mistake),
        allocating(runtime, model),
        inherent(runtime, model),
    ];
    items.extend(implementations(runtime, model));
    items.extend(checks_of_items(runtime, model, shapes));
    items
}

/// The items of a layer: a struct without fields, whose sizes are the mistake.
fn layer(runtime: &TokenStream, model: &Model, mistake: &TokenStream) -> [TokenStream; 6] {
    let (name, visibility) = (model.name(), visibility(model));
    let attributes = model.head.iter().flat_map(|head| &head.attributes);
    let parameters = model.parameters().map_or(&[][..], |parameters| &parameters.0);
    let zeros: Vec<TokenStream> = parameters.iter().map(|_| quote!(0)).collect();
    let private = quote!(#runtime::__private);
    let generics = quote!(<#(const #parameters: usize,)* __T: #runtime::Scalar>);
    let ty = quote!(#name<#(#parameters,)* __T>);
    let size = quote!(<#name<#(#zeros,)* f32>>::__MISTAKE);
    let mistaken = quote!({ #private::mistake() });
    let flat = quote!(#runtime::layers::Shape::flat(#size));
    let count = Literal::usize_unsuffixed(parameters.len());
    let block = (!parameters.is_empty()).then(|| quote! {
        impl<#(const #parameters: usize),*> #private::Block for #name<#(#parameters),*> {
            const SIZES: #private::BlockSizes =
                #name::<#(#zeros),*>::__sizes([#(#parameters),*]);
        }

        impl<#(const #parameters: usize,)* __R> #private::Filled<__R> for #name<#(#parameters),*> {
            type Of<__T> = #name<#(#parameters,)* __T>;
            type Rest = __R;
        }
    });
    [
        quote! {
            #(#attributes)*
            #[allow(missing_docs, dead_code)]
            #[repr(C)]
            #visibility struct #name<#(const #parameters: usize,)* __T = f32> {
                __scalar: ::core::marker::PhantomData<__T>,
            }
        },
        quote! {
            #[allow(missing_docs, dead_code)]
            impl #name<#(#zeros,)* f32> {
                const __MISTAKE: usize = #mistake;

                #[doc(hidden)]
                #visibility const fn __sizes(_: [usize; #count]) -> #private::BlockSizes {
                    #private::BlockSizes::new(#flat, #flat)
                }
            }
        },
        quote! {
            // SAFETY: the struct has no fields but a marker.
            unsafe impl #generics #runtime::Numbers<__T> for #ty {}
        },
        quote! {
            impl #generics #runtime::Tensors<__T> for #ty {
                const TENSORS: &'static [#runtime::TensorInfo] = &[];
            }
        },
        quote! {
            impl #generics #runtime::layers::Layer<__T> for #ty {
                const INPUTS: usize = #size;
                const OUTPUTS: usize = #size;

                fn forward(&self, _: &[__T], _: &mut [__T], _: &mut [__T], _: &mut #runtime::Rng)
                #mistaken

                fn backward(
                    &self,
                    _: &[__T],
                    _: &mut [__T],
                    _: &mut [__T],
                    _: &mut Self,
                    _: ::core::option::Option<&mut [__T]>,
                ) #mistaken
            }
        },
        quote!(#block),
    ]
}

/// The struct, with a field for each layer that has or may have parameters.
fn structure(runtime: &TokenStream, model: &Model) -> TokenStream {
    let (name, visibility) = (model.name(), visibility(model));
    let attributes = model.head.iter().flat_map(|head| &head.attributes);
    let layers = model.layers.iter().filter(|layer| layer.spec.role.is_field());
    let mut seen = HashSet::new();
    let names = layers.map(|layer| &layer.name).chain(&model.unknown_layers);
    let fields = names.filter(|name| seen.insert(name.unraw().to_string())).map(|field| {
        let size = quote!({ #name::<f32>::__MISTAKE });
        quote!(#visibility #field: #runtime::layers::Affine<#size, #size, __T>)
    });
    quote! {
        #(#attributes)*
        #[allow(missing_docs, dead_code)]
        #[repr(C)]
        #visibility struct #name<__T = f32> {
            #(#fields,)*
            __scalar: ::core::marker::PhantomData<__T>,
        }
    }
}

fn inherent_f32(runtime: &TokenStream, model: &Model, mistake: &TokenStream) -> TokenStream {
    let (name, visibility) = (model.name(), visibility(model));
    let constants = CONSTANTS.map(|constant| format_ident!("{constant}"));
    quote! {
        #[allow(missing_docs, dead_code)]
        impl #name<f32> {
            const __MISTAKE: usize = #mistake;
            #(#visibility const #constants: usize = Self::__MISTAKE;)*
            #visibility const TENSORS: &'static [#runtime::TensorInfo] =
                [[].as_slice()][Self::__MISTAKE];
        }
    }
}

/// What allocates.
fn allocating(runtime: &TokenStream, model: &Model) -> TokenStream {
    let (name, visibility) = (model.name(), visibility(model));
    let private = quote!(#runtime::__private);
    let mistake = quote!({ #private::mistake() });
    let result = |ok: TokenStream| quote!(::core::result::Result<#ok, #runtime::Error>);
    let outputs = |one: TokenStream| match model.outputs.len() {
        0 | 1 => one,
        several => {
            let all = vec![one; several];
            quote!((#(#all),*))
        }
    };
    let (array, scalar, part) =
        (result(outputs(quote!(#private::Array2<__T>))), result(quote!(__T)), result(quote!(f64)));
    let (grads, check) =
        (result(quote!(#private::Box<Self>)), result(quote!(#runtime::GradientCheck)));
    let view = result(outputs(quote!(#private::ArrayView2<'static, __T>)));
    let trace = result(quote!(#runtime::Trace));
    let accuracies = (model.outputs.len() > 1).then(|| {
        let heads = Literal::usize_unsuffixed(model.outputs.len());
        let parts = result(quote!([::core::option::Option<f64>; #heads]));
        quote!(#visibility fn accuracies<__X, __Y>(&self, _: __X, _: __Y) -> #parts #mistake)
    });
    quote! {
        #runtime::__if_std! {
            #[allow(missing_docs, dead_code)]
            impl #name<f32> {
                #visibility fn new<__I, __R>(_: __I, _: __R) -> #runtime::__private::Box<Self> {
                    #runtime::__private::mistake()
                }

                #visibility fn zeros() -> #runtime::__private::Box<Self> {
                    #runtime::__private::mistake()
                }

                #visibility fn load<__P>(
                    _: __P,
                ) -> ::core::result::Result<#runtime::__private::Box<Self>, #runtime::saving::Error> {
                    #runtime::__private::mistake()
                }
            }

            #[allow(missing_docs, dead_code)]
            impl<__T: #runtime::Scalar> #name<__T> {
                #visibility fn predict<__X>(&self, _: __X) -> #array #mistake
                #visibility fn predict_in<__X, __W>(&self, _: __X, _: __W) -> #view #mistake
                #visibility fn loss<__X, __Y>(&self, _: __X, _: __Y) -> #scalar #mistake
                #visibility fn accuracy<__X, __Y>(&self, _: __X, _: __Y) -> #part #mistake
                #accuracies
                #visibility fn gradient<__X, __Y>(&self, _: __X, _: __Y) -> #grads #mistake
                #visibility fn gradient_of<__X>(
                    &self,
                    _: __X,
                    _: impl ::core::ops::FnOnce(#private::ArrayViewMut2<'_, __T>) -> __T,
                    _: &mut #runtime::Workspace<__T>,
                    _: &mut Self,
                ) -> #scalar #mistake
                #visibility fn trace<__X, __Y>(&self, _: __X, _: __Y) -> #trace #mistake
                #visibility fn numerical_gradient<__X, __Y>(&self, _: __X, _: __Y) -> #grads #mistake
                #visibility fn gradient_check<__X, __Y>(&self, _: __X, _: __Y) -> #check #mistake
                #visibility fn cast<__U>(&self) -> #private::Box<#name<__U>> #mistake
            }

            impl<__T: #runtime::Scalar> ::core::clone::Clone for #private::Box<#name<__T>> {
                fn clone(&self) -> Self #mistake
            }
        }
    }
}

fn inherent(runtime: &TokenStream, model: &Model) -> TokenStream {
    let (name, visibility) = (model.name(), visibility(model));
    let mistake = quote!({ #runtime::__private::mistake() });
    let result = |ok: TokenStream| quote!(::core::result::Result<#ok, #runtime::Error>);
    let (scalar, part) = (result(quote!(__T)), result(quote!(f64)));
    quote! {
        #[allow(missing_docs, dead_code)]
        impl<__T: #runtime::Scalar> #name<__T> {
            #visibility fn loss_in<__X, __Y, __W>(&self, _: __X, _: __Y, _: __W) -> #scalar #mistake
            #visibility fn accuracy_in<__X, __Y, __W>(&self, _: __X, _: __Y, _: __W) -> #part #mistake
            #visibility fn gradient_in<__X, __Y>(
                &self, _: __X, _: __Y, _: &mut impl #runtime::Memory<__T>, _: &mut Self,
            ) -> #scalar #mistake
            #visibility fn train_step<__X, __Y, __O>(
                &mut self, _: __X, _: __Y, _: __O, _: &mut impl #runtime::Memory<__T>, _: &mut Self,
            ) -> #scalar #mistake
            #visibility fn update<__O>(&mut self, _: __O, _: &Self) #mistake
            #visibility fn init<__I, __R>(&mut self, _: __I, _: __R) #mistake
            #visibility fn parameters(&self) -> &[__T] #mistake
            #visibility fn parameters_mut(&mut self) -> &mut [__T] #mistake
        }
    }
}

fn implementations(runtime: &TokenStream, model: &Model) -> [TokenStream; 9] {
    let (name, visibility) = (model.name(), visibility(model));
    let any = quote!(#runtime::__private::AnyWidth);
    let outputs = match model.outputs.len() {
        0 | 1 => any.clone(),
        several => {
            let widths = vec![quote!(#runtime::Width<1>); several];
            quote!((#(#widths),*))
        }
    };
    let mistake = quote!({ #runtime::__private::mistake() });
    [
        quote! {
        // SAFETY: the struct is `repr(C)`, and each of its fields consists of `T`s only.
        unsafe impl<__T: #runtime::Scalar> #runtime::Numbers<__T> for #name<__T> {}
        },
        quote! {
        impl<__T: #runtime::Scalar> #runtime::Network for #name<__T> {
            type Scalar = __T;
            type Loss = #runtime::losses::SoftmaxWithLoss;
            type Of<__U: #runtime::Scalar> = #name<__U>;
            type Inputs = #any;
            type Outputs = #outputs;
            type Targets = #any;
            const NAME: &'static str = "";
            const PARAMS: usize = #name::<f32>::__MISTAKE;
            const WORKSPACE_PER_SAMPLE: usize = #name::<f32>::__MISTAKE;
            const INFERENCE_WORKSPACE_PER_SAMPLE: usize = #name::<f32>::__MISTAKE;
            const LAYERS: &'static [#runtime::LayerInfo] = &[];
            const VALUES: &'static [(&'static str, usize)] =
                [[].as_slice()][#name::<f32>::__MISTAKE];
            fn loss_function() -> Self::Loss #mistake
            fn forward_observed(
                &self,
                _: &[__T],
                _: &mut [__T],
                _: &mut [__T],
                _: &mut #runtime::Rng,
                _: &mut impl #runtime::__private::Observer<__T>,
            ) #mistake
            fn backward_with(
                &self,
                _: &[__T],
                _: &mut [__T],
                _: &mut [__T],
                _: &mut Self,
                _: ::core::option::Option<&mut [__T]>,
                _: &mut impl #runtime::__private::Observer<__T>,
                _: &mut impl #runtime::__private::WeightGradients<__T>,
            ) #mistake
        }
        },
        quote! {
        impl<__T: #runtime::Scalar> ::core::convert::AsRef<#name<__T>> for #name<__T> {
            fn as_ref(&self) -> &Self #mistake
        }
        },
        quote! {
        impl<__T: #runtime::Scalar> ::core::convert::AsMut<#name<__T>> for #name<__T> {
            fn as_mut(&mut self) -> &mut Self #mistake
        }
        },
        quote! {
        impl<__T: #runtime::Scalar> #runtime::Tensors<__T> for #name<__T> {
            const TENSORS: &'static [#runtime::TensorInfo] = &[];
        }
        },
        quote! {
        impl<__T: #runtime::Scalar> #runtime::layers::Layer<__T> for #name<__T> {
            const INPUTS: usize = #name::<f32>::__MISTAKE;
            const OUTPUTS: usize = #name::<f32>::__MISTAKE;
            const FLOPS: usize = #name::<f32>::__MISTAKE;
            fn forward(
                &self,
                _: &[__T],
                _: &mut [__T],
                _: &mut [__T],
                _: &mut #runtime::Rng,
            ) #mistake
            fn backward(
                &self,
                _: &[__T],
                _: &mut [__T],
                _: &mut [__T],
                _: &mut Self,
                _: ::core::option::Option<&mut [__T]>,
            ) #mistake
        }
        },
        quote! {
        impl<__T> ::core::fmt::Display for #name<__T> {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result #mistake
        }
        },
        quote! {
        impl<__T> ::core::fmt::Debug for #name<__T> {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result #mistake
        }
        },
        quote! {
        #[doc(hidden)]
        #[allow(unused_imports)]
        #visibility use #runtime::__private::scope::*;
        },
    ]
}
