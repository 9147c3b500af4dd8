//! Rewrites the root of `chainrule-macros` without the items that only a procedural macro crate may
//! contain.

use std::path::{Path, PathBuf};
use std::{env, fs};

use quote::quote;
use syn::{Attribute, Item};

fn main() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src");
    println!("cargo::rerun-if-changed={}", sources.display());
    let root = fs::read_to_string(sources.join("lib.rs")).expect("the macros crate has a root");
    let root = syn::parse_file(&root).expect("the root is Rust");
    let items = root.items.into_iter().filter_map(|item| as_library(item, &sources));
    let library = quote!(#(#items)*);
    let output = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(output.join("front_end.rs"), library.to_string()).expect("cargo made the folder");
}

/// Converts an item to its form in a library: modules with the paths of their files, macros as
/// plain functions, no tests.
fn as_library(mut item: Item, sources: &Path) -> Option<Item> {
    match &mut item {
        Item::Mod(module) if module.attrs.iter().any(|attribute| is(attribute, "cfg")) => {
            return None;
        }
        Item::Mod(module) if module.content.is_none() => {
            let file = sources.join(format!("{}.rs", module.ident));
            let folder = sources.join(module.ident.to_string()).join("mod.rs");
            let path = if file.exists() { file } else { folder };
            let path = path.to_str().expect("the path of the sources is UTF-8");
            module.attrs.push(syn::parse_quote!(#[path = #path]));
        }
        Item::Fn(function) => function.attrs.retain(|attribute| !makes_macro(attribute)),
        _ => {}
    }
    Some(item)
}

/// `#[proc_macro]` and `#[proc_macro_derive(…)]`.
fn makes_macro(attribute: &Attribute) -> bool {
    is(attribute, "proc_macro") || is(attribute, "proc_macro_derive")
}

fn is(attribute: &Attribute, name: &str) -> bool {
    attribute.path().is_ident(name)
}
