//! Expands a long chain, `expansion LAYERS TIMES`, and prints the number of tokens. The
//! caller measures the time.

use std::env;
use std::hint::black_box;
use std::str::FromStr;

use front_end::network_expansion;
use proc_macro2::{TokenStream, TokenTree};

fn main() {
    let numbers: Vec<usize> = env::args().skip(1).flat_map(|number| number.parse()).collect();
    let [layers, times] = numbers[..] else { panic!("expected two numbers, layers and times") };
    let chain = chain(layers);
    println!("{}", count(network_expansion(chain.clone())));
    for _ in 0..times {
        black_box(network_expansion(black_box(chain.clone())));
    }
}

/// `Affine(64, 64) -> Relu -> Affine(64, 64) -> …`, with `layers` layers.
fn chain(layers: usize) -> TokenStream {
    let layers: Vec<&str> = ["Affine(64, 64)", "Relu"].into_iter().cycle().take(layers).collect();
    let text = format!("struct Net = {} => SoftmaxWithLoss;", layers.join(" -> "));
    TokenStream::from_str(&text).expect("these are tokens")
}

/// The number of tokens, including those in brackets.
fn count(stream: TokenStream) -> usize {
    let within = |tree| match tree {
        TokenTree::Group(group) => 2 + count(group.stream()),
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => 1,
    };
    stream.into_iter().map(within).sum()
}
