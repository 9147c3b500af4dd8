//! Tokens are printed in conventional formatting.

use std::str::FromStr;

use proc_macro2::TokenStream;
use quote::quote;

use crate::common::tokens::source;

#[test]
fn as_it_was_typed() {
    let texts = [
        "Affine(784, 50)",
        "Affine(2 * HIDDEN, a::b::C)",
        "Affine(-1, 1.5)",
        "Affine(2 * -1, !0 & 3)",
        "f(size_of::<f32>())",
        "size_of::<Vec<[u8; 3]>>()",
        "<u8 as Trait>::N",
        "WIDTHS[0] + table.rows",
        "A as usize",
        "{ 2 + 1 }",
        "if A < B { 1 } else { 2 }",
        "A == B && C != D",
        "include!(\"size\")",
        "0..3",
        "&x",
        "(1, 2)",
        "::a::B",
        "1 + ::a::B",
        "_",
        "->",
        "f()?",
        "'a'",
    ];
    for text in texts {
        let tokens = TokenStream::from_str(text).expect("these are tokens");
        assert_eq!(source(&tokens), text);
    }
}

#[test]
fn fragments_keep_their_meaning() {
    let size = super::fragment(quote!(1 + 1));
    assert_eq!(source(&quote!(2 * #size)), "2 * (1 + 1)");
    let name = super::fragment(quote!(HIDDEN));
    assert_eq!(source(&quote!(2 * #name)), "2 * HIDDEN");
}
