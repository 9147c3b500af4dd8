//! Declarations with tokens dropped, duplicated, swapped and replaced.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use super::{expand, is_rust, messages};

/// Valid declarations, with spaces between all tokens.
const DECLARATIONS: &[&str] = &[
    "pub struct Net = Affine ( 784 , 50 ) -> Relu -> Affine ( 50 , 10 ) => SoftmaxWithLoss ;",
    "< # [ derive ( PartialEq ) ] struct Net = Input ( 784 ) -> hidden : Affine ( H ) -> Sigmoid \
     -> Affine ( 10 ) => IdentityWithLoss >",
    "Affine ( 2 * H , a :: B ) -> Relu -> Affine ( { 1 } , f ( 3 ) [ 0 ] ) => SoftmaxWithLoss",
    "struct Deep = Affine ( 4 , 8 ) -> repeat 2 { block : Affine ( 8 , 8 ) -> map my :: Gelu -> \
     repeat 3 { Relu } } -> my :: Layer ( 8 ) => SoftmaxWithLoss",
    "struct Paths { input x : [ 4 ] ; input y : [ 2 * H ] ; let h = x -> mix : Affine ( 8 ) -> Relu \
     -> mix ; let g = ( h + h * h ) -> repeat 2 { mix } ; ( concat ( g , y , ( h -> Relu ) ) -> \
     Affine ( 2 ) , h ) => my :: Loss ; }",
    "input x : [ 4 ] ; let h = x -> Affine ( 8 , 8 ) ; ( h + x ) -> Relu => IdentityWithLoss",
    "struct Trained = Affine ( 4 , 8 , init = Normal ( 0.01 ) ) -> BatchNorm -> LeakyRelu ( 0.2 ) -> \
     Dropout ( RATIO ) -> Gelu -> Affine ( 3 , init = He ) => SoftmaxWithLoss ( smoothing = 0.1 , \
     weights = [ 1.0 , 2.0 , W ] )",
    "Input ( 4 ) -> Dropout ( 0.5 ) -> Affine ( 3 ) -> Dropout ( 0.1 ) => Huber ( 0.5 )",
    "struct Heads { input x : [ 4 ] ; ( x -> Affine ( 3 , bias = false ) , x -> Affine ( 2 ) ) => ( \
     SoftmaxWithLoss , 0.5 * Huber ( 1.0 ) ) ; }",
    "pub layer Mlp < const D : usize , const S : usize > { input x : [ D , S , S ] ; let h = x -> Conv2d \
     ( 2 * D , 3 , padding = 1 ) -> my :: Block < 2 * D , S / 2 > -> Flatten -> Affine ( D ) ; h + h }",
    "layer Chain < const D : usize > = Input ( D ) -> Affine ( 4 * D ) -> Relu -> repeat 2 { Mlp < D > } \
     -> PRelu ( D ) ;",
    "pub ( crate ) struct r#type = first : Affine ( 2 , 3 , ) => :: losses :: SoftmaxWithLoss ;",
];

/// Replacements for other tokens.
const STRANGERS: &[&str] = &[
    "->",
    "=>",
    "-",
    "=",
    ">",
    "<",
    ",",
    ";",
    ":",
    "::",
    "_",
    "!",
    "#",
    "'a",
    "0",
    "-1",
    "1.5",
    "\"x\"",
    "Relu",
    "Input",
    "SoftmaxWithLoss",
    "struct",
    "layer",
    "const",
    "< D >",
    "pub",
    "fn",
    "self",
    "T",
    "( )",
    "( 1 , 2 )",
    "[ 3 ]",
    "{ }",
    "( ->",
    "r#fn",
    "where",
    "unsafe",
    "28x28",
    "repeat",
    "input",
    "input z : [ 3 ] ;",
    "let",
    "let z = x ;",
    "concat",
    "( h , h )",
    "+",
    "*",
    "h",
    "x",
    "repeat 2 {",
    "map",
    "{ Relu }",
    "Affine :: new",
    ": f64",
    "1 - 2",
    "99999999999999999999999",
    "ü",
    "$",
    "Dropout",
    "BatchNorm",
    "Gelu",
    "init",
    "init = He",
    "smoothing",
    "0.5",
    "( 0.5 )",
    "Huber",
];

fn check(declaration: &str) -> usize {
    // Text with unmatched brackets does not tokenize.
    let Ok(tokens) = TokenStream::from_str(declaration) else {
        return 0;
    };
    let expansion = expand(tokens.clone());
    assert!(!expansion.is_empty(), "nothing comes of `{declaration}`");
    assert!(is_rust(&expansion), "no Rust comes of `{declaration}`");
    assert_eq!(expansion.to_string(), expand(tokens).to_string(), "`{declaration}`");
    for message in messages(expansion) {
        assert!(message.contains("\nhelp: "), "no repair for `{declaration}`: {message}");
    }
    1
}

#[test]
fn near_valid_declarations() {
    let mut count = 0;
    for declaration in DECLARATIONS {
        let tokens: Vec<&str> = declaration.split_whitespace().collect();
        for place in 0..tokens.len() {
            let (before, rest) = tokens.split_at(place);
            let (token, after) = rest.split_first().expect("place is below the length");
            let mut variants = vec![
                vec![],
                vec![*token, *token],
                after.first().map_or(vec![], |next| vec![*next, *token, *next]),
            ];
            // At each place a third of them, each of which covers a third of the places.
            let strangers = STRANGERS.iter().skip(place % 3).step_by(3);
            variants.extend(strangers.map(|stranger| vec![*stranger]));
            for variant in variants {
                count += check(&[before, &variant, after].concat().join(" "));
            }
            count += check(&before.join(" "));
            count += check(&rest.join(" "));
        }
    }
    assert!(count > 2500, "only {count} were tokens");
}

#[test]
fn soup() {
    let words: Vec<&str> = DECLARATIONS
        .iter()
        .flat_map(|text| text.split_whitespace())
        .chain(STRANGERS.to_vec())
        .collect();
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut count = 0;
    for _ in 0..3000 {
        let length = next(16);
        let text: Vec<&str> = (0..length).map(|_| words[next(words.len())]).collect();
        count += check(&text.join(" "));
    }
    assert!(count > 500, "only {count} were tokens");
}

/// `depth` brackets around a 1.
fn nested(delimiter: Delimiter, depth: usize) -> TokenStream {
    (0..depth).fold(quote!(1), |inside, _| TokenTree::from(Group::new(delimiter, inside)).into())
}

#[test]
fn deep_and_long() {
    for depth in [100, 2000] {
        for delimiter in [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket] {
            let size = nested(delimiter, depth);
            assert!(is_rust(&expand(quote!(struct Net = Affine(#size, 2) => SoftmaxWithLoss;))));
            assert!(is_rust(&expand(quote!(struct Net = Affine #size => SoftmaxWithLoss;))));
        }
    }
    for operator in ["- ", "1 + ", "& ", "! ", "1 as ", "|| ", "a :: ", "< "] {
        let size = TokenStream::from_str(&format!("{}1", operator.repeat(20_000)));
        let size = size.expect("these are tokens");
        assert!(is_rust(&expand(quote!(struct Net = Affine(#size, 2) => SoftmaxWithLoss;))));
        assert!(is_rust(&expand(quote!(struct Net = Affine<#size> => SoftmaxWithLoss;))));
        assert!(is_rust(&expand(quote!(struct Net = #size => SoftmaxWithLoss;))));
    }
    let layers = "Affine(3, 3) -> Relu -> ".repeat(300);
    let long = TokenStream::from_str(&format!("struct Net = {layers} Relu => SoftmaxWithLoss;"));
    let expansion = expand(long.expect("these are tokens"));
    assert!(messages(expansion.clone()).is_empty());
    assert!(is_rust(&expansion));
}
