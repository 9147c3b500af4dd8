//! Layers whose kernel moves over an image: their types. The sizes that the parameters do not show,
//! such as those of the image, are in a type of their own, one for each layer.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::network::{Member, Network};
use crate::network::registry::Role;
use crate::network::registry::WindowKind;

impl Network<'_> {
    /// The name of the type with a layer's sizes.
    pub(super) fn window_name(&self, member: &Member<'_>) -> Ident {
        format_ident!("__{}_{}", self.name, member.layer.title(), span = Span::call_site())
    }

    /// The type with a layer's sizes.
    pub(super) fn window_path(&self, member: &Member<'_>) -> TokenStream {
        let (name, (_, arguments)) = (self.window_name(member), self.window_generics());
        quote!(#name #arguments)
    }

    /// The type of such a layer: `Conv2d<8, 1, 3, 3, __Net_conv1, T>`.
    pub(super) fn window_type(&self, member: &Member<'_>, scalar: &TokenStream) -> TokenStream {
        let (path, name) = (self.layer_path(member), self.window_path(member));
        let dims = (member.inputs.dims(), member.outputs.dims(), &member.layer.window);
        match (member.layer.spec.role, dims) {
            (Role::Window(WindowKind::Conv), ([channels, ..], [filters, ..], Some(window))) => {
                let channels = window.group_channels(channels).as_argument();
                let filters = filters.as_argument();
                let [height, width] = window.kernel.each_ref().map(|size| size.as_argument());
                quote!(#path<#filters, #channels, #height, #width, #name, #scalar>)
            }
            _ => quote!(#path<#name>),
        }
    }

    /// The types with the sizes of all such layers.
    pub(super) fn windows(&self) -> impl Iterator<Item = TokenStream> {
        self.layers.iter().filter(|member| member.is_window()).filter_map(|member| {
            let (runtime, visibility) = (self.runtime, &self.visibility);
            let (name, window) = (self.window_name(member), member.layer.window.as_ref()?);
            let [channels, height, width] = member.inputs.dims() else { return None };
            let [filters, ..] = member.outputs.dims() else { return None };
            let [[top, bottom], [left, right]] = window.pads();
            let ([kernel_height, kernel_width], [down, across], [rows, columns], groups) =
                (&window.kernel, &window.stride, &window.dilation, &window.groups);
            let documentation = format!("The sizes of `{}`.", member.layer.title());
            let (parameters, arguments) = self.window_generics();
            let shape = quote!(#runtime::layers::Conv2dShape);
            let checked = quote!(#runtime::__private::checked_window);
            Some(quote! {
                #[doc = #documentation]
                #[doc(hidden)]
                #[allow(non_camel_case_types)]
                #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
                #visibility enum #name #parameters {}

                impl #parameters #runtime::layers::Window for #name #arguments {
                    const SHAPE: #shape = #checked(#shape {
                        channels: #channels,
                        height: #height,
                        width: #width,
                        filters: #filters,
                        kernel: (#kernel_height, #kernel_width),
                        stride: (#down, #across),
                        padding: #runtime::layers::Padding {
                            top: #top, bottom: #bottom, left: #left, right: #right,
                        },
                        dilation: (#rows, #columns),
                        groups: #groups,
                    });
                }
            })
        })
    }
}
