//! Checks of sizes that only the compiler knows. They are items, so that `cargo check` evaluates
//! them and the compiler underlines the user's code.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::network::checks::{Check, DeferredCheck};
use crate::network::model::{Loss, Model};
use crate::network::registry::Role;
use crate::network::shape::Shapes;
use crate::network::size::{Size, spans};

/// One item per check, except those that depend on the parameters of a layer.
pub(super) fn checks_of_items(
    runtime: &TokenStream,
    model: &Model,
    shapes: &Shapes,
) -> Vec<TokenStream> {
    let (own, deferred) =
        (own_checks(runtime, model, shapes), shapes.links.iter().chain(&shapes.classes));
    let deferred = own.iter().chain(deferred).filter(|deferred| !deferred.check.has_parameters());
    let items = deferred.map(|DeferredCheck { place, check: to_check }| {
        let (function, arguments) = to_check.call(runtime);
        check(runtime, &format!("check_{function}"), place.clone(), arguments)
    });
    let settings = numbers(runtime, model).chain(loss_settings(runtime, model));
    items.chain(settings).collect()
}

/// The checks that depend on the parameters of a layer, as statements.
pub(super) fn checks_in(runtime: &TokenStream, model: &Model, shapes: &Shapes) -> TokenStream {
    let (title, parameters) = (model.title(), model.parameters());
    let parameters = parameters.map_or(&[][..], |parameters| &parameters.0);
    let (own, links) = (own_checks(runtime, model, shapes), shapes.links.iter());
    let deferred = own.iter().chain(links).filter(|deferred| deferred.check.has_parameters());
    let statements = deferred.map(|DeferredCheck { place, check }| {
        let (function, arguments) = check.call(runtime);
        let function = format_ident!("{function}");
        let fault = quote!(#runtime::__private::faults::#function(#arguments));
        let arguments = quote!(#title, &[#(#parameters),*], #fault);
        let call = call(runtime, "check_in", place.clone(), arguments);
        quote!({ #call })
    });
    statements.collect()
}

/// The checks of single sizes and types.
fn own_checks(runtime: &TokenStream, model: &Model, shapes: &Shapes) -> Vec<DeferredCheck> {
    zeros(model).into_iter().chain(stated(runtime, model, shapes)).collect()
}

/// For each type of the user's own, that it takes any numbers, and that its shapes have its numbers of
/// features.
fn stated(runtime: &TokenStream, model: &Model, shapes: &Shapes) -> Vec<DeferredCheck> {
    let mut seen = HashSet::new();
    let layers = model.layers.iter().zip(&shapes.layers);
    let own = layers.filter(|(layer, _)| {
        let is_type = matches!(layer.spec.role, Role::Custom) && !layer.is_block;
        is_type && seen.insert(layer.call.source())
    });
    let checks = own.filter_map(|(layer, shape)| {
        let (inputs, outputs) = (shape.inputs.clone()?, shape.outputs.clone()?);
        let ty = model.custom_type(layer, &quote!(f32))?;
        let ty = quote!(<#ty as #runtime::layers::Layer<f32>>);
        let check = Check::Stated { layer: layer.call.source(), ty, inputs, outputs };
        Some(DeferredCheck { place: layer.call.tokens.clone(), check })
    });
    checks.collect()
}

/// The checks that no size is 0.
fn zeros(model: &Model) -> Vec<DeferredCheck> {
    let mut unknown: Vec<(&Size, String)> = Vec::new();
    let chain_input = model.input.iter().filter(|_| model.inputs.is_empty());
    let input = chain_input.map(|size| (size, format!("Input({size})")));
    let named = model.inputs.iter().filter_map(|input| {
        let size = input.size.as_ref()?;
        Some((size, format!("input {}: [{size}]", input.name)))
    });
    let layers = model
        .layers
        .iter()
        .flat_map(|layer| layer.sizes.iter().flatten().map(|size| (size, layer.describe())));
    for (size, of) in input.chain(named).chain(layers) {
        if size.value.is_none() && !unknown.iter().any(|(other, _)| other.is_same(size)) {
            unknown.push((size, of));
        }
    }
    let zeros = unknown.into_iter().map(|(size, of)| {
        let message = format!(
            "expected a size of at least 1, but `{size}` in `{of}` is 0\n\
             help: set it to 1 or more"
        );
        let check = Check::Not { message, rejected: 0, size: size.clone() };
        DeferredCheck { place: size.shown().to_token_stream(), check }
    });
    zeros.collect()
}

/// Settings that are constructed from a number are also constructed in an item, for `cargo check`.
fn numbers(runtime: &TokenStream, model: &Model) -> impl Iterator<Item = TokenStream> {
    let layers = model.layers.iter().filter_map(move |layer| {
        let path = &layer.call.path;
        Some((layer.number.clone()?, quote!(#runtime::layers::#path)))
    });
    let losses = losses(model).flat_map(move |loss| {
        let number = loss.number.clone().map(|number| (number, loss.ty(runtime)));
        let weight = loss.weight.clone();
        number
            .into_iter()
            .chain(weight.map(|weight| (weight, quote!(#runtime::losses::HeadWeight))))
    });
    layers.chain(losses).map(|(number, ty)| {
        let (first, last) = spans(number.clone());
        let mut call = Group::new(Delimiter::Parenthesis, number.clone());
        call.set_span(last);
        made_here(&ty, first, &quote_spanned!(first=> ::new #call))
    })
}

/// The same for settings of losses by name.
fn loss_settings(runtime: &TokenStream, model: &Model) -> impl Iterator<Item = TokenStream> {
    losses(model).filter_map(move |loss| {
        let settings = loss.settings.as_ref()?;
        Some(made_here(&loss.ty(runtime), loss.call.path.span(), &settings.constructor))
    })
}

/// The losses of all heads.
fn losses(model: &Model) -> impl Iterator<Item = &Loss> {
    model.losses.iter().flat_map(|losses| &losses.heads)
}

/// Constructs a value of type `ty` at compile time. The compiler reports errors at `place`: the
/// type is imported under a name with that span.
fn made_here(ty: &TokenStream, place: Span, made: &TokenStream) -> TokenStream {
    let name = format_ident!("__chainrule_setting", span = place);
    quote! {
        const _: () = {
            use #ty as #name;
            let _ = #name #made;
        };
    }
}

/// Calls a function of the runtime at compile time. The compiler underlines the call, from the
/// first token of `place` to the last: the function is imported under a name with the span of the
/// first.
pub(super) fn check(
    runtime: &TokenStream,
    function: &str,
    place: TokenStream,
    arguments: TokenStream,
) -> TokenStream {
    let call = call(runtime, function, place, arguments);
    quote!(const _: () = { #call };)
}

/// The same as statements.
pub(super) fn call(
    runtime: &TokenStream,
    function: &str,
    place: TokenStream,
    arguments: TokenStream,
) -> TokenStream {
    let (first, last) = spans(place);
    let name = Ident::new(&format!("__chainrule_{function}"), first);
    let function = format_ident!("{function}");
    let mut call = Group::new(Delimiter::Parenthesis, arguments);
    call.set_span(last);
    quote! {
        use #runtime::__private::#function as #name;
        #name #call
    }
}
