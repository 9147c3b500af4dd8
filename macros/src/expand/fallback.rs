//! What a declaration with mistakes expands to besides the messages: the same
//! items, which take anything, so that the rest of the user's file is not
//! drowned in errors about a network that does not exist.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::visibility;
use crate::model::Model;
use crate::shape::Shapes;
use crate::table::Role;

/// The items of a network with mistakes.
pub(crate) fn fallback(runtime: &TokenStream, model: &Model, shapes: &Shapes) -> TokenStream {
    let name = model.name();
    let structure = structure(runtime, model, shapes);
    let items = [
        structure,
        inherent_f32(runtime, model),
        inherent(runtime, model),
        implementations(runtime, model),
        quote! {
            impl<T: #runtime::Scalar> ::core::clone::Clone for #runtime::__private::Box<#name<T>> {
                fn clone(&self) -> Self {
                    #runtime::__private::mistake()
                }
            }
        },
    ];
    quote!(#(#items)*)
}

/// The struct with the fields whose types are known.
fn structure(runtime: &TokenStream, model: &Model, shapes: &Shapes) -> TokenStream {
    let (name, visibility) = (model.name(), visibility(model));
    let fields = model.layers.iter().zip(&shapes.layers).filter_map(|(layer, shape)| {
        let layer = layer.as_ref()?;
        let Role::Layer { .. } = layer.row.role else {
            return None;
        };
        let (inputs, outputs) =
            (shape.inputs.as_ref()?.as_argument(), shape.outputs.as_ref()?.as_argument());
        let (field, path) = (&layer.name, &layer.call.path);
        Some(quote!(#visibility #field: #runtime::layers::#path<#inputs, #outputs, T>))
    });
    quote! {
        #[allow(missing_docs, dead_code)]
        #[repr(C)]
        #visibility struct #name<T = f32> {
            #(#fields,)*
            scalar: ::core::marker::PhantomData<T>,
        }
    }
}

fn inherent_f32(runtime: &TokenStream, model: &Model) -> TokenStream {
    let (name, visibility) = (model.name(), visibility(model));
    let constants =
        ["INPUTS", "OUTPUTS", "PARAMS", "FLOPS", "TRAINING_FLOPS", "WORKSPACE_PER_SAMPLE"]
            .map(|constant| format_ident!("{constant}"));
    quote! {
        #[allow(missing_docs, dead_code)]
        impl #name<f32> {
            #(#visibility const #constants: usize = 0;)*
            #visibility const TENSORS: &'static [#runtime::TensorInfo] = &[];

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
    let (array, scalar, part) =
        (result(quote!(#private::Array2<T>)), result(quote!(T)), result(quote!(f64)));
    let (grads, check) =
        (result(quote!(#private::Box<Self>)), result(quote!(#runtime::GradientCheck)));
    let view = result(quote!(#private::ArrayView2<'static, T>));
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
            #visibility fn numerical_gradient<X, Y>(&self, _: X, _: Y) -> #grads #mistake
            #visibility fn gradient_check<X, Y>(&self, _: X, _: Y) -> #check #mistake
            #visibility fn update<O>(&mut self, _: O, _: &Self) #mistake
            #visibility fn init<I, R>(&mut self, _: I, _: R) #mistake
            #visibility fn parameters(&self) -> &[T] #mistake
            #visibility fn parameters_mut(&mut self) -> &mut [T] #mistake
            #visibility fn cast<U>(&self) -> #private::Box<#name<U>> #mistake
        }
    }
}

fn implementations(runtime: &TokenStream, model: &Model) -> TokenStream {
    let (name, visibility) = (model.name(), visibility(model));
    let mistake = quote!({ #runtime::__private::mistake() });
    let constants = [
        "INPUTS",
        "OUTPUTS",
        "PARAMS",
        "FLOPS",
        "TRAINING_FLOPS",
        "WORKSPACE_PER_SAMPLE",
        "INFERENCE_WORKSPACE_PER_SAMPLE",
    ]
    .map(|constant| format_ident!("{constant}"));
    quote! {
        // SAFETY: the struct is `repr(C)`, and each of its fields is made of `T`s alone.
        unsafe impl<T: #runtime::Scalar> #runtime::Numbers<T> for #name<T> {}

        impl<T: #runtime::Scalar> #runtime::Network for #name<T> {
            type Scalar = T;
            type Loss = #runtime::losses::SoftmaxWithLoss;
            type Of<U: #runtime::Scalar> = #name<U>;
            const NAME: &'static str = "";
            #(const #constants: usize = 0;)*
            const TENSORS: &'static [#runtime::TensorInfo] = &[];
            const LAYERS: &'static [#runtime::LayerInfo] = &[];
            fn infer<'a>(&self, _: &[T], _: &'a mut [T], _: usize) -> &'a mut [T] #mistake
            fn forward<'a>(&self, _: &[T], _: &'a mut [T], _: usize) -> &'a mut [T] #mistake
            fn backward(&self, _: &[T], _: &mut [T], _: usize, _: &mut Self) #mistake
        }

        impl<T> ::core::fmt::Display for #name<T> {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result #mistake
        }

        impl<T> ::core::fmt::Debug for #name<T> {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result #mistake
        }

        #[doc(hidden)]
        #[allow(unused_imports)]
        #visibility use #runtime::Network as _;
    }
}
