//! What the macros do with their tokens, for programs that call them outside of a
//! compiler: a crate of procedural macros exports nothing else.

// What the derive uses, or the tests, is not used here.
#![allow(dead_code)]

extern crate proc_macro;

include!(concat!(env!("OUT_DIR"), "/front_end.rs"));

/// What `network!` makes of a declaration.
pub fn network_expansion(declaration: TokenStream) -> TokenStream {
    expand_network(&quote!(::chainrule), declaration)
}

/// What `graph!` makes of a declaration.
pub fn graph_expansion(declaration: TokenStream) -> TokenStream {
    graph::expand_graph(&quote!(::chainrule), declaration)
}
