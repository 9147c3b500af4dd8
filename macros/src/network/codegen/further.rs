//! The further parameters of layers with parameters, and the types of user-defined layers.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::spanned::Spanned;

use crate::common::generated;
use crate::network::model::{Layer, Model};
use crate::network::size::Size;

/// The parameters that the struct of a layer has besides the declared ones. Their names are
/// placeholders.
#[derive(Default)]
pub(super) struct Further {
    /// The sizes that are computed from parameters, with their names.
    pub(super) sizes: Vec<(Ident, Size)>,
    /// The layers in it whose arguments depend on parameters: the names, and their declarations.
    pub(super) layers: Vec<(Ident, usize)>,
}

/// The type of a user-defined layer; `None` for other layers.
pub(super) fn custom_type(
    model: &Model,
    layer: &Layer,
    scalar: &TokenStream,
) -> Option<TokenStream> {
    if !layer.is_block {
        return layer.own_type(scalar);
    }
    if layer.has_parameters() {
        return Some(type_parameter(layer).to_token_stream());
    }
    let (name, place) = (alias_name(model, layer), layer.call.path.span());
    Some(quote_spanned!(place=> #name<#scalar>))
}

/// The placeholder for the type of a layer whose arguments depend on parameters.
pub(super) fn type_parameter(layer: &Layer) -> Ident {
    generated::placeholder('B', &layer.call.source())
}

/// The name of the type of `Mlp<128>` in the network `Net`: `__Net_Mlp_128`.
pub(super) fn alias_name(model: &Model, layer: &Layer) -> Ident {
    let written = layer.call.source();
    let is_plain = |letter: char| letter.is_alphanumeric() || "<>, _".contains(letter);
    let letters = written.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' });
    let letters: String = letters.collect();
    let mut name = letters.split('_').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    if !written.chars().all(is_plain) {
        name += &format!("_{:x}", generated::hash(&written));
    }
    format_ident!("__{}_{name}", model.name(), span = Span::call_site())
}
