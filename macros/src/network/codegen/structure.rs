//! The struct that a declaration expands to.

use proc_macro2::TokenStream;
use quote::quote;

use super::network::{Member, Network};

impl Network<'_> {
    /// The struct, with one field for each layer with parameters.
    pub(super) fn structure(&self) -> TokenStream {
        let Network { name, visibility, attributes, .. } = self;
        let documentation = self.documentation();
        // The user's own `struct` token: the compiler underlines it where only an expression is
        // allowed.
        let keyword = self.model.head.as_ref().and_then(|head| head.keyword).unwrap_or_default();
        let fields = self.layers.iter().filter(|member| member.has_parameters()).map(|member| {
            let (field, ty) = (member.name(), self.field_type(member, &quote!(__T)));
            let documentation = format!("`{}`.", member.declaration());
            quote!(#[doc = #documentation] #visibility #field: #ty)
        });
        // A network without parameters still has a scalar type.
        let marker = (!self.layers.iter().any(Member::has_parameters))
            .then(|| quote!(scalar: ::core::marker::PhantomData<__T>));
        let fields = fields.chain(marker);
        quote! {
            #(#attributes)*
            #(#[doc = #documentation])*
            #[repr(C)]
            #visibility #keyword #name<__T = f32> {
                #(#fields,)*
            }
        }
    }

    /// Imports the traits that provide `Name::<f64>::new` and `Name::<f64>::zeros`.
    pub(super) fn import(&self) -> TokenStream {
        let Network { runtime, visibility, .. } = self;
        quote! {
            #[doc(hidden)]
            #[allow(unused_imports)]
            #visibility use #runtime::{
                Network as _, NetworkExt as _, Numbers as _, Tensors as _, layers::Layer as _,
            };
        }
    }
}
