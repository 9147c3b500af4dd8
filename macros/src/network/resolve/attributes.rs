//! The attributes of a declaration, which are copied to the struct.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Meta};

use crate::common::report::Report;

/// Rejects attributes that conflict with the generated code, and removes them.
pub(crate) fn check(attributes: &mut Vec<Attribute>, report: &mut Report) {
    attributes.retain(|attribute| {
        let is_repr = attribute.path().is_ident("repr");
        if is_repr {
            let message = "the layout of a network cannot be changed: it is `repr(C)`\n\
                           help: remove the attribute";
            report.error(attribute, message);
        }
        !is_repr
    });
    for attribute in attributes {
        if let Meta::List(list) = &mut attribute.meta
            && list.path.is_ident("derive")
        {
            list.tokens = check_derives(list.tokens.clone(), report);
        }
    }
}

/// Returns the traits of a `derive` that are allowed.
fn check_derives(traits: TokenStream, report: &mut Report) -> TokenStream {
    let traits: Vec<TokenTree> = traits.into_iter().collect();
    let is_comma =
        |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',');
    let mut saved = TokenStream::new();
    for path in traits.split_inclusive(is_comma) {
        // The name is the last segment of the path; a comma may follow it.
        let name = path.iter().rev().find(|tree| matches!(tree, TokenTree::Ident(_)));
        let name = name.map(TokenTree::to_string).unwrap_or_default();
        let Some(why) = reason(&name) else {
            saved.extend(path.iter().cloned());
            continue;
        };
        let path = path.iter().filter(|tree| !is_comma(tree)).cloned();
        report.error(
            path.collect::<TokenStream>(),
            format!("{why}\nhelp: remove `{name}` from the `derive`"),
        );
    }
    saved
}

/// The reason why a trait cannot be derived; `None` if the compiler reports it.
fn reason(name: &str) -> Option<String> {
    let reason = match name {
        "Debug" => return Some("`Debug` is already implemented for networks".to_owned()),
        "Clone" => "`Box<_>` implements it, and a large network would overflow the stack",
        "Copy" => "a large network would overflow the stack",
        "Default" => "`new` draws its parameters, and `zeros` sets them to zero",
        "Eq" | "Ord" | "Hash" => "its parameters are floating-point numbers",
        _ => return None,
    };
    Some(format!("`{name}` cannot be derived for a network: {reason}"))
}
