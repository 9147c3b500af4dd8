//! Layers that see the shape of an image: their types. Where a kernel moves over the image, the sizes
//! that the parameters do not show, such as those of the image, are in a type of their own, one for each
//! layer.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::network::{Member, Network};
use crate::network::registry::{ChannelKind, Role, WindowKind};
use crate::network::size::Size;

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
        let (Role::Window(kind, axes), ([channels, ..], [filters, ..], Some(window))) =
            (member.layer.spec.role, dims)
        else {
            return quote!(#path<#name>);
        };
        let kernel = window.kernel[2 - axes..].iter().map(Size::as_argument);
        let no_bias = (!member.layer.has_bias).then(|| quote!(, 0));
        match kind {
            WindowKind::Conv => {
                let channels = window.group_channels(channels).as_argument();
                let filters = filters.as_argument();
                quote!(#path<#filters, #channels, #(#kernel,)* #name, #scalar #no_bias>)
            }
            WindowKind::ConvTranspose => {
                let (channels, of_group) =
                    (channels.as_argument(), window.group_channels(filters).as_argument());
                let filters = filters.as_argument();
                let biases = no_bias.unwrap_or_else(|| quote!(, #filters));
                quote!(#path<#channels, #of_group, #(#kernel,)* #name, #scalar #biases>)
            }
            WindowKind::MaxPool | WindowKind::AvgPool => quote!(#path<#name>),
        }
    }

    /// The sizes in the type of a layer without filters: those of its image, with its own before or
    /// after them, or its features.
    pub(super) fn size_arguments(&self, member: &Member<'_>) -> TokenStream {
        let own = member.layer.sizes.iter().flatten().map(Size::as_argument);
        let own: Vec<TokenStream> = own.collect();
        let image = member.image().map(|size| size.as_argument());
        let [channels, height, width] = image;
        let image = quote!(#channels, #height, #width);
        match member.layer.spec.role {
            Role::Channels(ChannelKind::Average) => image,
            Role::Channels(ChannelKind::GroupNorm) => quote!(#(#own,)* #image),
            Role::Channels(ChannelKind::Upsample) => match &own[..] {
                [factor] if member.inputs.dims().len() == 2 => quote!(#image, 1, #factor),
                [factor] => quote!(#image, #factor, #factor),
                factors => quote!(#image #(, #factors)*),
            },
            _ if member.image_type().is_some() => image,
            _ => member.inputs.as_argument(),
        }
    }

    /// The types with the sizes of all such layers.
    pub(super) fn windows(&self) -> impl Iterator<Item = TokenStream> {
        self.layers.iter().filter(|member| member.is_window()).filter_map(|member| {
            let (runtime, visibility) = (self.runtime, &self.visibility);
            let (name, window) = (self.window_name(member), member.layer.window.as_ref()?);
            // A transposed convolution has the sizes of the convolution that leads back.
            let (from, to) = match member.layer.spec.role {
                Role::Window(WindowKind::ConvTranspose, _) => (&member.outputs, &member.inputs),
                _ => (&member.inputs, &member.outputs),
            };
            let [channels, height, width] = from.as_image()?;
            let [filters, ..] = to.dims() else { return None };
            let [[top, bottom], [left, right]] = window.pads();
            let ([kernel_height, kernel_width], [down, across], [rows, columns], groups) =
                (&window.kernel, &window.stride, &window.dilation, &window.groups);
            let documentation = format!("The sizes of `{}`.", member.layer.title());
            let (parameters, arguments) = self.window_generics();
            Some(quote! {
                #[doc = #documentation]
                #[doc(hidden)]
                #[allow(non_camel_case_types)]
                #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
                #visibility enum #name #parameters {}

                impl #parameters #runtime::layers::Window for #name #arguments {
                    const SHAPE: #runtime::layers::Conv2dShape = #runtime::layers::Conv2dShape {
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
                    };
                }
            })
        })
    }
}
