//! What a declaration with mistakes expands to besides the messages: the same
//! items, which take anything, so that the rest of the user's file is not
//! drowned in errors about a network that does not exist.
//!
//! Its constants are the first mistake itself: the compiler reports it once,
//! and is silent about whatever comes of them. So every size in the struct is
//! such a constant, and fits any array.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use super::{checks, conditions, visibility};
use crate::model::Model;
use crate::report::Mistakes;
use crate::shape::Shapes;

/// The numbers that a network tells of itself.
const CONSTANTS: [&str; 7] = [
    "INPUTS",
    "OUTPUTS",
    "PARAMS",
    "FLOPS",
    "TRAINING_FLOPS",
    "WORKSPACE_PER_SAMPLE",
    "INFERENCE_WORKSPACE_PER_SAMPLE",
];

/// The items of networks with mistakes, and the mistakes.
pub(crate) fn fallback(
    runtime: &TokenStream,
    networks: &[(Model, Shapes)],
    mistakes: &Mistakes,
) -> TokenStream {
    let Mistakes { first, rest } = mistakes;
    match networks {
        // By itself, a mistake is an item as well as an expression.
        [(model, _)] if model.head.is_none() && rest.is_empty() => first.clone(),
        [(model, shapes)] if model.head.is_none() => {
            let checks = checks(runtime, model, shapes);
            quote_spanned!(model.place=> { #(#checks)* #first #(#rest)* })
        }
        [(model, shapes)] if model.is_named() => {
            let items = items(runtime, model, shapes, first);
            // What is switched off has no mistakes either.
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
    let mut items = vec![
        structure(runtime, model),
        inherent_f32(runtime, model, mistake),
        inherent(runtime, model),
    ];
    items.extend(implementations(runtime, model));
    items.extend(checks(runtime, model, shapes));
    items
}

/// The struct with a field for each layer that has parameters, or may have.
fn structure(runtime: &TokenStream, model: &Model) -> TokenStream {
    let (name, visibility) = (model.name(), visibility(model));
    let attributes = model.head.iter().flat_map(|head| &head.attributes);
    let layers = model.layers.iter().filter(|layer| layer.row.role.is_field());
    let mut seen = HashSet::new();
    let names = layers.map(|layer| &layer.name).chain(&model.strangers);
    let fields = names.filter(|name| seen.insert(name.unraw().to_string())).map(|field| {
        let size = quote!({ #name::<f32>::__MISTAKE });
        quote!(#visibility #field: #runtime::layers::Affine<#size, #size, T>)
    });
    quote! {
        #(#attributes)*
        #[allow(missing_docs, dead_code)]
        #[repr(C)]
        #visibility struct #name<T = f32> {
            #(#fields,)*
            __scalar: ::core::marker::PhantomData<T>,
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

            #visibility fn new<I, R>(_: I, _: R) -> #runtime::__private::Box<Self> {
                #runtime::__private::mistake()
            }

            #visibility fn zeros() -> #runtime::__private::Box<Self> {
                #runtime::__private::mistake()
            }
        }
    }
}

fn inherent(runtime: &TokenStream, model: &Model) -> TokenStream {
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
        (result(outputs(quote!(#private::Array2<T>))), result(quote!(T)), result(quote!(f64)));
    let (grads, check) =
        (result(quote!(#private::Box<Self>)), result(quote!(#runtime::GradientCheck)));
    let view = result(outputs(quote!(#private::ArrayView2<'static, T>)));
    let trace = result(quote!(#runtime::Trace));
    quote! {
        #[allow(missing_docs, dead_code)]
        impl<T: #runtime::Scalar> #name<T> {
            #visibility fn predict<X>(&self, _: X) -> #array #mistake
            #visibility fn predict_in<X, W>(&self, _: X, _: W) -> #view #mistake
            #visibility fn loss<X, Y>(&self, _: X, _: Y) -> #scalar #mistake
            #visibility fn loss_in<X, Y, W>(&self, _: X, _: Y, _: W) -> #scalar #mistake
            #visibility fn accuracy<X, Y>(&self, _: X, _: Y) -> #part #mistake
            #visibility fn accuracy_in<X, Y, W>(&self, _: X, _: Y, _: W) -> #part #mistake
            #visibility fn gradient<X, Y>(&self, _: X, _: Y) -> #grads #mistake
            #visibility fn gradient_in<X, Y>(
                &self, _: X, _: Y, _: &mut #runtime::Workspace<T>, _: &mut Self,
            ) -> #scalar #mistake
            #visibility fn gradient_of<X>(
                &self,
                _: X,
                _: impl ::core::ops::FnOnce(#private::ArrayViewMut2<'_, T>) -> T,
                _: &mut #runtime::Workspace<T>,
                _: &mut Self,
            ) -> #scalar #mistake
            #visibility fn trace<X, Y>(&self, _: X, _: Y) -> #trace #mistake
            #visibility fn numerical_gradient<X, Y>(&self, _: X, _: Y) -> #grads #mistake
            #visibility fn gradient_check<X, Y>(&self, _: X, _: Y) -> #check #mistake
            #visibility fn train_step<X, Y, O>(
                &mut self, _: X, _: Y, _: O, _: &mut #runtime::Workspace<T>, _: &mut Self,
            ) -> #scalar #mistake
            #visibility fn update<O>(&mut self, _: O, _: &Self) #mistake
            #visibility fn init<I, R>(&mut self, _: I, _: R) #mistake
            #visibility fn parameters(&self) -> &[T] #mistake
            #visibility fn parameters_mut(&mut self) -> &mut [T] #mistake
            #visibility fn cast<U>(&self) -> #private::Box<#name<U>> #mistake
        }
    }
}

fn implementations(runtime: &TokenStream, model: &Model) -> [TokenStream; 8] {
    let (name, visibility) = (model.name(), visibility(model));
    let mistake = quote!({ #runtime::__private::mistake() });
    [
        quote! {
        // SAFETY: the struct is `repr(C)`, and each of its fields is made of `T`s alone.
        unsafe impl<T: #runtime::Scalar> #runtime::Numbers<T> for #name<T> {}
        },
        quote! {
        impl<T: #runtime::Scalar> ::core::clone::Clone for #runtime::__private::Box<#name<T>> {
            fn clone(&self) -> Self #mistake
        }
        },
        quote! {
        impl<T: #runtime::Scalar> #runtime::Network for #name<T> {
            type Scalar = T;
            type Loss = #runtime::losses::SoftmaxWithLoss;
            type Of<U: #runtime::Scalar> = #name<U>;
            const NAME: &'static str = "";
            const PARAMS: usize = #name::<f32>::__MISTAKE;
            const WORKSPACE_PER_SAMPLE: usize = #name::<f32>::__MISTAKE;
            const INFERENCE_WORKSPACE_PER_SAMPLE: usize = #name::<f32>::__MISTAKE;
            const LAYERS: &'static [#runtime::LayerInfo] = &[];
            fn loss_function() -> Self::Loss #mistake
            fn forward_observed(
                &self,
                _: &[T],
                _: &mut [T],
                _: &mut [T],
                _: &mut #runtime::Rng,
                _: &mut impl #runtime::__private::Observer<T>,
            ) #mistake
            fn backward_with(
                &self,
                _: &[T],
                _: &mut [T],
                _: &mut [T],
                _: &mut Self,
                _: ::core::option::Option<&mut [T]>,
                _: &mut impl #runtime::__private::Observer<T>,
                _: &mut impl #runtime::__private::WeightGradients<T>,
            ) #mistake
        }
        },
        quote! {
        impl<T: #runtime::Scalar> #runtime::Tensors<T> for #name<T> {
            const TENSORS: &'static [#runtime::TensorInfo] = &[];
        }
        },
        quote! {
        impl<T: #runtime::Scalar> #runtime::layers::Layer<T> for #name<T> {
            const INPUTS: usize = #name::<f32>::__MISTAKE;
            const OUTPUTS: usize = #name::<f32>::__MISTAKE;
            const FLOPS: usize = #name::<f32>::__MISTAKE;
            fn forward(
                &self,
                _: &[T],
                _: &mut [T],
                _: &mut [T],
                _: &mut #runtime::Rng,
            ) #mistake
            fn backward(
                &self,
                _: &[T],
                _: &mut [T],
                _: &mut [T],
                _: &mut Self,
                _: ::core::option::Option<&mut [T]>,
            ) #mistake
        }
        },
        quote! {
        impl<T> ::core::fmt::Display for #name<T> {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result #mistake
        }
        },
        quote! {
        impl<T> ::core::fmt::Debug for #name<T> {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result #mistake
        }
        },
        quote! {
        #[doc(hidden)]
        #[allow(unused_imports)]
        #visibility use #runtime::{
            Network as _, Numbers as _, Tensors as _, layers::Layer as _,
        };
        },
    ]
}
