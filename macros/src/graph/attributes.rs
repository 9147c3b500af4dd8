//! Attributes of a graph that change the expansion: `derive` and `cfg`.

use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::{Attribute, Path, Token};

/// The names of the traits that an attribute derives.
pub(super) fn derived_traits(attribute: &Attribute) -> Vec<Ident> {
    let paths = Punctuated::<Path, Token![,]>::parse_terminated;
    let paths = match attribute.path().is_ident("derive") {
        true => attribute.parse_args_with(paths).unwrap_or_default(),
        false => Punctuated::new(),
    };
    paths.iter().filter_map(|path| path.segments.last()).map(|last| last.ident.clone()).collect()
}

/// The `cfg` attributes among `attributes`.
pub(super) fn conditions(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}
