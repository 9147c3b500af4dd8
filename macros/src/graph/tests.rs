//! `graph!` as a library: it accepts any tokens, reports all errors at once, and
//! generates Rust.

use std::collections::BTreeSet;
use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;
use syn::{ImplItem, Item};

use super::expand_graph;
use crate::tests::{fragment, is_rust, messages};

fn expand(declaration: TokenStream) -> TokenStream {
    expand_graph(&quote!(::chainrule), declaration)
}

/// The first line of each message.
fn faults(declaration: TokenStream) -> Vec<String> {
    let messages = messages(expand(declaration));
    messages.iter().filter_map(|text| text.lines().next()).map(str::to_owned).collect()
}

/// The body of a generated method, as source text.
fn method(declaration: TokenStream, name: &str) -> Vec<String> {
    let file: syn::File = syn::parse2(expand(declaration)).expect("an expansion is Rust");
    let methods = file.items.into_iter().filter_map(|item| match item {
        Item::Impl(item) => Some(item.items),
        _ => None,
    });
    for item in methods.flatten() {
        if let ImplItem::Fn(item) = item
            && item.sig.ident == name
        {
            let lines = item.block.stmts.iter().map(crate::common::tokens::source);
            return lines.collect();
        }
    }
    Vec::new()
}

fn purchase() -> TokenStream {
    quote! {
        pub struct Purchase(apple, apple_num, orange, orange_num, tax) {
            let apple_price = apple * apple_num;
            let orange_price = orange * orange_num;
            let all_price = apple_price + orange_price;
            all_price * tax
        }
    }
}

#[test]
fn forward_has_a_line_for_each_node_in_the_order_written() {
    assert_eq!(
        method(purchase(), "forward")[..4],
        [
            "let apple_price = apple * apple_num;",
            "let orange_price = orange * orange_num;",
            "let all_price = apple_price + orange_price;",
            "let output = all_price * tax;",
        ]
    );
}

#[test]
fn backward_has_a_line_for_each_node_in_reverse_order() {
    assert_eq!(
        method(purchase(), "backward")[..9],
        [
            "let d_output = dout;",
            "let d_all_price = d_output * self.tax;",
            "let d_orange_price = d_all_price;",
            "let d_apple_price = d_all_price;",
            "let d_tax = d_output * self.all_price;",
            "let d_orange_num = d_orange_price * self.orange;",
            "let d_orange = d_orange_price * self.orange_num;",
            "let d_apple_num = d_apple_price * self.apple;",
            "let d_apple = d_apple_price * self.apple_num;",
        ]
    );
}

#[test]
fn constants_have_no_derivative() {
    let graph = quote!(struct Circle(r) { let twice = 2.0 * PI; twice * r });
    assert_eq!(
        method(graph, "backward")[..2],
        ["let d_output = dout;", "let d_r = d_output * self.twice;"]
    );
}

#[test]
fn all_errors_at_once() {
    let faults = faults(quote! {
        struct Wrong(x, x, y, unused) {
            let y = aple + 2;
            let s = x.dot(y).lgo();
            let t = if x > y { x } else { y };
            z = s ^ 2;
            let u = u + later;
            let later = x % y * u;
            t + later;
        }
    });
    assert_eq!(faults.len(), 14, "{faults:#?}");
}

/// Each declaration has one error.
#[test]
fn one_error_is_reported_once() {
    let once = [
        quote!(),
        quote!(struct),
        quote!(pub),
        quote!(struct Net = Affine(2, 3) -> Relu => SoftmaxWithLoss;),
        quote!(fn area(x, y) { x * y }),
        quote!(Area(x, y) { x * y }),
        quote!(strcut Area(x, y) { x * y }),
        quote!(pub unsafe struct Area(x, y) { x * y }),
        quote!(struct (x, y) { x * y }),
        quote!(struct Area<T>(x, y) { x * y }),
        quote!(struct Area { x * y }),
        quote!(struct Area[x, y] { x * y }),
        quote!(struct Area),
        quote!(struct Area(x, y)),
        quote!(struct Area(x, y) -> f64 { x * y }),
        quote!(struct Area(x, y) {}),
        quote!(struct Area(x, y) { x * y; }),
        quote!(struct Area(x, y) { x * y };),
        quote!(struct Area(x, y) { x * y } struct Other(x) { x }),
        quote!(struct Area() { 1.0 }),
        quote!(struct Area(x y) { x }),
        quote!(struct Area(x,, y) { x * y }),
        quote!(struct Area(x: f64, y) { x * y }),
        quote!(struct Area(x: Array2<f64>, y) { x.sum() * y }),
        quote!(struct Area(x, y, x) { x * y }),
        quote!(struct Area(x, y, z) { x * y }),
        quote!(struct Area(x, y) { let a = x; a * y }),
        quote!(struct Area(x, y) { let a = x * y }),
        quote!(struct Area(x, y) { let a = x * y; }),
        quote!(struct Area(x, y) { let a = x * y a * 2.0 }),
        quote!(struct Area(x, y) { let a; a * x * y }),
        quote!(struct Area(x, y) { let a = ; a * x * y }),
        quote!(struct Area(x, y) { let = x * y; x * y }),
        quote!(struct Area(x, y) { let a: f64 = x * y; a }),
        quote!(struct Area(x, y) { let mut a = x * y; a }),
        quote!(struct Area(x, y) { let x = x * y; x }),
        quote!(struct Area(x, y) { let output = x * y; output }),
        quote!(struct Area(x, y) { #[inline] let a = x * y; a }),
        quote!(struct Area(x, y) { let a = x * a; a * y }),
        quote!(struct Area(x, y) { let a = x * b; let b = y * y; a + b }),
        quote!(struct Area(x, y) { x * yy * y }),
        quote!(struct Area(x, y) { x * y * 2 }),
        quote!(struct Area(x, y) { x * y * 2.0f32 }),
        quote!(struct Area(x, y) { x * y * 1e999 }),
        quote!(struct Area(x, y) { x * y * "2" }),
        quote!(struct Area(x, y) { x.pow(2) * y }),
        quote!(struct Area(x, y) { x.powi(2.0) * y }),
        quote!(struct Area(x, y) { x.powi(y) }),
        quote!(struct Area(x, y) { x.powi(99999999999) * y }),
        quote!(struct Area(x, y) { x.powi(2147483648) * y }),
        quote!(struct Area(x, y) { x.powi(-2147483649) * y }),
        quote!(struct Area(x, y) { x.exp(2.0) * y }),
        quote!(struct Area(x, y) { x.max() * y }),
        quote!(struct Area(x, y: [_]) { x.dot(y) }),
        quote!(struct Area(x, y: [_]) { x * y.dott(y) }),
        quote!(struct Area(x, y) { (x * y).sum() }),
        quote!(struct Area(x, y) { frobnicate(x) * y }),
        quote!(struct Area(x, y) { &x * y }),
        quote!(struct Area(x, y) { *x * y }),
        quote!(struct Area(x, y) { x ^ y }),
        quote!(struct Area(x, y) { x % y }),
        quote!(struct Area(x, y) { x < y }),
        quote!(struct Area(x, y) { x as f64 * y }),
        quote!(struct Area(x, y) { x[0] * y }),
        quote!(struct Area(x, y) { x.0 * y }),
        quote!(struct Area(x, y) { if x > y { x } else { y } }),
        quote!(struct Area(x, y) { x * if x > y { x } else { y } }),
        quote!(struct Area(x, y) { for i in 0..3 { x += y; } x * y }),
        quote!(struct Area(x, y) { x += y; x * y }),
        quote!(struct Area(x, y) { x = y; x * y }),
        quote!(struct Area(x, y) { x.exp(); x * y }),
        quote!(struct Area(x, y) { (|t| t * x)(y) }),
        quote!(struct Area(x, y) { { x * y } }),
        quote!(struct Area(x, y) { exp!(x) * y }),
        quote!(struct Area(x, y) { return x * y }),
        quote!(struct Area(x, y) { (x, y) }),
        quote!(#[derive(Default)] struct Area(x, y) { x * y }),
        quote!(#![doc = "x"] struct Area(x, y) { x * y }),
        quote!(struct Area(#[inline] x, y) { x * y }),
        quote!(struct Area(fn, y) { y.exp() }),
        quote!(struct Area(mut x, y) { x * y }),
        quote!(struct Area(2.0, y) { y.exp() }),
    ];
    let mut wrong = Vec::new();
    for declaration in once {
        let faults = faults(declaration.clone());
        if faults.len() != 1 {
            wrong.push(format!("{declaration}: {faults:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fragments_of_macro_rules() {
    let (sum, name) = (fragment(quote!(x + y)), fragment(quote!(x)));
    let graph = quote!(struct Twice(x, y) { 2.0 * #sum * #name });
    let forward = method(graph, "forward");
    assert_eq!(forward[0], "let add1 = x + y;");
    assert_eq!(forward[1], "let mul1 = T::from_f64(2.0) * add1;");
}

/// The fields and methods of a graph.
fn members(declaration: TokenStream) -> BTreeSet<String> {
    let file: syn::File = syn::parse2(expand(declaration)).expect("an expansion is Rust");
    let mut members = BTreeSet::new();
    for item in file.items {
        match item {
            Item::Struct(item) => {
                let fields = item.fields.iter().filter_map(|field| field.ident.as_ref());
                members.extend(fields.map(|field| format!("{}.{field}", item.ident)));
            }
            Item::Impl(item) => members.extend(item.items.iter().flat_map(methods)),
            _ => {}
        }
    }
    members.retain(|name| !name.ends_with(".__scalar"));
    members
}

/// The names of the methods of an item, including those in `__if_draw!`.
fn methods(item: &ImplItem) -> Vec<String> {
    match item {
        ImplItem::Fn(item) => vec![item.sig.ident.to_string()],
        ImplItem::Macro(item) => {
            let inside = &item.mac.tokens;
            let block: syn::ItemImpl = syn::parse_quote!(impl Inside { #inside });
            block.items.iter().flat_map(methods).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn a_graph_with_errors_has_all_members() {
    let valid = members(quote!(struct G(x, y: [_]) { let a = x * 2.0; let b = y.sum(); a * b }));
    let wrong = members(quote!(struct G(x, y: [_]) { let a = x * 2; let b = y.smu(); a * b }));
    let named = |members: &BTreeSet<String>| {
        members.iter().filter(|name| !name.contains('1')).cloned().collect::<Vec<_>>()
    };
    assert_eq!(named(&valid), named(&wrong));
}

/// Valid declarations, with spaces between all tokens.
const DECLARATIONS: &[&str] = &[
    "pub struct Purchase ( apple , apple_num , tax ) { let apple_price = apple * apple_num ; \
     apple_price * tax }",
    "# [ derive ( Clone ) ] struct r#fn ( x : [ _ , _ ] , w : [ _ , _ ] , b : [ _ ] ) \
     { # [ doc = \"h\" ] let h = ( x . dot ( w ) + b ) . tanh ( ) ; h . sum ( ) / max ( 2.0 , h ) }",
    "struct S ( x ) { 1.0 / ( 1.0 + ( - x ) . powi ( - 2 ) ) - RATE * a :: B }",
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
    "exp",
    "x",
    "tax",
    "output",
    "struct",
    "pub",
    "fn",
    "self",
    "T",
    "( )",
    "( x , y )",
    "[ 3 ]",
    "[ _ ]",
    "{ }",
    "{ x }",
    "( ->",
    "r#fn",
    "where",
    "unsafe",
    "let",
    "let y =",
    "mut",
    "if x",
    "for i in x { }",
    "return",
    "const",
    "| x |",
    "+=",
    "..",
    "?",
    ". await",
    ": f64",
    "99999999999999999999999",
    "1e999",
    "as f32",
    "ü",
    "$",
    "x . y",
    "x . 0",
    "&",
    "*",
    "^",
];

fn check(declaration: &str) -> usize {
    // Text with unmatched brackets does not tokenize.
    let Ok(tokens) = TokenStream::from_str(declaration) else {
        return 0;
    };
    let expansion = expand(tokens.clone());
    assert!(!expansion.is_empty(), "`{declaration}` expands to nothing");
    assert!(is_rust(&expansion), "`{declaration}` expands to invalid Rust: {expansion}");
    assert_eq!(expansion.to_string(), expand(tokens).to_string(), "`{declaration}`");
    for message in messages(expansion) {
        assert!(message.contains("\nhelp: "), "no help for `{declaration}`: {message}");
    }
    1
}

#[test]
fn near_valid_declarations() {
    let mut count = 0;
    for declaration in DECLARATIONS {
        assert_eq!(messages(expand(TokenStream::from_str(declaration).unwrap())), [""; 0]);
        let tokens: Vec<&str> = declaration.split_whitespace().collect();
        for place in 0..tokens.len() {
            let (before, rest) = tokens.split_at(place);
            let (token, after) = rest.split_first().expect("place is below the length");
            let mut variants = vec![
                vec![],
                vec![*token, *token],
                after.first().map_or(vec![], |next| vec![*next, *token, *next]),
            ];
            variants.extend(STRANGERS.iter().map(|stranger| vec![*stranger]));
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
    for index in 0..6000 {
        let length = next(16);
        let text: Vec<&str> = (0..length).map(|_| words[next(words.len())]).collect();
        let text = text.join(" ");
        // Token soup alone, and token soup in the braces of a graph.
        count += check(&if index % 2 == 0 { text } else { format!("struct G(x, y) {{ {text} }}") });
    }
    assert!(count > 1000, "only {count} were tokens");
}

#[test]
fn deep_and_long() {
    for depth in [100, 2000] {
        for delimiter in [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket] {
            let nested = (0..depth)
                .fold(quote!(x), |inside, _| TokenTree::from(Group::new(delimiter, inside)).into());
            assert!(is_rust(&expand(quote!(struct Deep(x) { #nested }))));
            assert!(is_rust(&expand(quote!(struct Deep(x) { let y = #nested; y }))));
        }
    }
    for operator in ["- ", "x + ", "& ", "! ", "x as ", "|| ", "a :: ", "x . exp ( ) . "] {
        let long = TokenStream::from_str(&format!("{}x", operator.repeat(20_000)));
        let long = long.expect("these are tokens");
        assert!(is_rust(&expand(quote!(struct Long(x) { #long }))));
        assert!(is_rust(&expand(quote!(struct Long(#long) { x }))));
    }
    let lets: String = (1..=300).map(|i| format!("let v{i} = v{} * x;", i - 1)).collect();
    let long = TokenStream::from_str(&format!("struct Long(v0, x) {{ {lets} v300 }}"));
    let expansion = expand(long.expect("these are tokens"));
    assert_eq!(messages(expansion.clone()), [""; 0]);
    assert!(is_rust(&expansion));
}
