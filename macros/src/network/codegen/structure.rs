//! The struct that a declaration expands to.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Attribute;

use super::checks::check;
use super::network::{Member, Network};

impl Network<'_> {
    /// The struct, with one field for each layer with parameters.
    pub(super) fn structure(&self) -> TokenStream {
        let Network { name, visibility, attributes, .. } = self;
        let (documentation, generics) = (self.documentation(), self.struct_generics());
        // The user's own `struct` token: the compiler underlines it where only an expression is
        // allowed.
        let keyword = self.model.head.as_ref().and_then(|head| head.keyword).unwrap_or_default();
        let fields = self.fields().map(|member| {
            let (field, ty) = (member.name(), self.field_type(member, &quote!(__T)));
            let documentation = format!("`{}`.", member.declaration());
            quote!(#[doc = #documentation] #visibility #field: #ty)
        });
        // A network without parameters still has a scalar type, and so does a layer whose fields are
        // type parameters.
        let mentions_scalar = |member: &Member<'_>| !self.is_type_parameter(member);
        let marker = (!self.fields().any(mentions_scalar))
            .then(|| quote!(scalar: ::core::marker::PhantomData<__T>));
        let fields = fields.chain(marker);
        quote! {
            #(#attributes)*
            #(#[doc = #documentation])*
            #[repr(C)]
            #visibility #keyword #name #generics {
                #(#fields,)*
            }
        }
    }

    /// Asserts that the struct is exactly its fields, where an attribute that the macro does not
    /// know could change that: `cfg_attr(…, repr(align(64)))` would add padding, which `Numbers`
    /// would read.
    pub(super) fn layout_check(&self) -> TokenStream {
        let Network { runtime, name, .. } = self;
        let Some(suspect) = self.attributes.iter().find(|attribute| !keeps_layout(attribute))
        else {
            return TokenStream::new();
        };
        let message = format!(
            "`{name}` is not exactly its parameters: an attribute changes its layout\n\
             help: remove the attribute, such as `repr(align(…))` in a `cfg_attr`"
        );
        let size = quote!(::core::mem::size_of);
        let align = quote!(::core::mem::align_of);
        let (ty, fields) = match self.model.parameters() {
            // With sizes of 0 it is empty.
            Some(parameters) => {
                let zeros = parameters.0.iter().map(|_| quote!(0));
                (quote!(#name<#(#zeros),*>), Vec::new())
            }
            None => {
                let fields = self.fields().map(|member| self.field_type(member, &quote!(f32)));
                (quote!(#name<f32>), fields.collect())
            }
        };
        let arguments = quote! {
            #message,
            #size::<#ty>(),
            &[#(#size::<#fields>()),*],
            #align::<#ty>() <= #align::<f32>(),
        };
        check(runtime, "check_layout", suspect.to_token_stream(), arguments)
    }

    /// Imports the traits that provide `Name::<f64>::new` and `Name::<f64>::zeros`.
    pub(super) fn import(&self) -> TokenStream {
        let Network { runtime, visibility, .. } = self;
        quote! {
            #[doc(hidden)]
            #[allow(unused_imports)]
            #visibility use #runtime::__private::scope::*;
        }
    }
}

/// Returns whether an attribute is one of the language's that cannot change a layout.
fn keeps_layout(attribute: &Attribute) -> bool {
    let known = ["allow", "cfg", "deny", "derive", "doc", "expect", "must_use", "warn"];
    known.iter().any(|name| attribute.path().is_ident(name))
}
