//! Declarations encoded as bytes. Each byte encodes one or more tokens, and brackets always match,
//! so that the fuzzer quickly reaches near-valid declarations and token soup.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The tokens that each byte encodes. Append new ones: any other change alters the meaning of
/// stored inputs.
const WORDS: &[&str] = &[
    "struct Net =",
    "pub struct Net =",
    "-> Affine(3, 3)",
    "Affine(3, 3)",
    "-> Affine(5)",
    "-> Relu",
    "-> Sigmoid",
    "=> SoftmaxWithLoss",
    "=> IdentityWithLoss",
    ";",
    "Input(3) ->",
    "hidden:",
    "affine2:",
    "->",
    "=>",
    "Affine",
    "Relu",
    "Sigmoid",
    "SoftmaxWithLoss",
    "IdentityWithLoss",
    "Input",
    "repeat",
    "map",
    "-> repeat 3",
    "-> map my::Gelu",
    "my::Gelu",
    "PRelu",
    "Encoder",
    "self::Rleu",
    "Linear",
    "Affine::new",
    "3",
    "0",
    "1",
    "784",
    "1_000",
    "99999999999999999999",
    "28x28",
    "1.5",
    "50u32",
    "'a'",
    "\"x\"",
    "HIDDEN",
    "2 * a::B",
    "f(1)[0]",
    "T",
    "Self::N",
    "_",
    "usize::MAX",
    "<u8 as Trait>::N",
    "if A < B { 1 } else { 2 }",
    "|x| x",
    ",",
    ":",
    "::",
    "-",
    "+",
    "*",
    "/",
    "=",
    "<",
    ">",
    "!",
    "#",
    "$",
    "&",
    ".",
    "..",
    "?",
    "'a",
    "struct",
    "pub",
    "fn",
    "mod",
    "let",
    "mut",
    "where",
    "unsafe",
    "as",
    "self",
    "Self",
    "crate",
    "super",
    "r#fn",
    "r#type",
    "dyn",
    "async",
    "const",
    "enum",
    "ü",
    "#[derive(PartialEq)]",
    "#[derive(Debug, Clone)]",
    "#[cfg(test)]",
    "#[repr(C)]",
    "#![inner]",
    "/// A network.\n",
    "repeat 2 { Affine(3, 3) -> Relu }",
    "repeat N { Affine(3, 3) -> Relu }",
    "blocks: repeat 2 { Affine(3, 3) -> Relu }",
    "-> Affine(3, 4)",
    "-> Affine(N, 3)",
    "<T, const N: usize>",
    ": f64",
    "-> repeat 3 { Affine(3, 3) -> map my::Gelu }",
    "-> repeat 2 { hidden: Affine(3) -> Relu }",
    "map",
    "{ slope: 0.1 }",
    "struct Net",
    "input x: [3];",
    "input y: [5];",
    "let h = x",
    "let y = h -> embed: Affine(3);",
    "h",
    "x",
    "y",
    "embed",
    "(h + y)",
    "h * x",
    "concat(h, x)",
    "concat",
    "let",
    "input",
    "-> Dropout(0.5)",
    "-> BatchNorm",
    "-> LayerNorm",
    "-> Gelu",
    "-> LeakyRelu(0.2)",
    "-> Elu(ALPHA)",
    "Dropout",
    "init = He",
    "init = Normal(0.01)",
    "-> Affine(3, 3, init = Zeros)",
    "=> Huber(1.0)",
    "=> (SoftmaxWithLoss, 0.5 * Huber)",
    "Affine(3, bias = false)",
    "=> BinaryCrossEntropy",
    "=> SoftmaxWithLoss(smoothing = 0.1)",
    "=> SoftmaxWithLoss(weights = [1.0, 2.0, 3.0])",
    "smoothing = 0.1",
    "weights = WEIGHTS",
    "0.5",
    "-0.5",
    "He",
    "Normal",
];

/// The first byte that opens a bracket. The last bracket is the invisible one that `macro_rules!`
/// puts around a fragment.
const BRACKETS: u8 = 250;
const DELIMITERS: [Delimiter; 4] =
    [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];
/// Closes the innermost open bracket.
const CLOSE: u8 = 254;

/// Decodes `bytes` to tokens. Brackets that are still open are closed at the end.
pub fn spelt(bytes: &[u8]) -> TokenStream {
    let mut open: Vec<(Delimiter, TokenStream)> = Vec::new();
    let mut tokens = TokenStream::new();
    for &byte in bytes {
        if byte >= CLOSE {
            tokens = close(&mut open, tokens);
        } else if byte >= BRACKETS {
            let delimiter = DELIMITERS[usize::from(byte - BRACKETS)];
            open.push((delimiter, std::mem::take(&mut tokens)));
        } else {
            let word = WORDS[usize::from(byte) % WORDS.len()];
            tokens.extend(TokenStream::from_str(word).expect("words are tokens"));
        }
    }
    while !open.is_empty() {
        tokens = close(&mut open, tokens);
    }
    tokens
}

/// Adds `tokens` to the innermost open bracket, if there is one.
fn close(open: &mut Vec<(Delimiter, TokenStream)>, tokens: TokenStream) -> TokenStream {
    let Some((delimiter, mut before)) = open.pop() else {
        return tokens;
    };
    before.extend([TokenTree::from(Group::new(delimiter, tokens))]);
    before
}
