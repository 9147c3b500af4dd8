//! The expansion functions of the macros, for programs that call them outside of a compiler. A
//! procedural macro crate cannot export them.

// Code that only the derive or the tests use is unused here.
#![allow(dead_code)]

extern crate proc_macro;

include!(concat!(env!("OUT_DIR"), "/front_end.rs"));

/// Returns the expansion of `network!` for a declaration.
pub fn network_expansion(declaration: TokenStream) -> TokenStream {
    expand_network(&quote!(::chainrule), declaration)
}

/// Returns the expansion of `graph!` for a declaration.
pub fn graph_expansion(declaration: TokenStream) -> TokenStream {
    graph::expand_graph(&quote!(::chainrule), declaration)
}
