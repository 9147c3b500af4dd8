//! Replays the inputs stored by the fuzz targets, and those that once failed: `macros/fuzz`.

use std::path::Path;
use std::str::FromStr;
use std::{fs, str};

use proc_macro2::TokenStream;
use quote::quote;

use super::{expand, is_rust, messages};
use crate::graph::expand_graph;

#[allow(unreachable_pub, reason = "it is shared with the fuzz target")]
#[path = "../../fuzz/src/words.rs"]
mod words;

/// Expands every stored input of a target.
fn replay(
    target: &str,
    tokens: impl Fn(&[u8]) -> Option<TokenStream>,
    expand: impl Fn(TokenStream) -> TokenStream,
) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let files = fs::read_dir(&folder).expect("the corpus is there");
    let mut count = 0;
    for file in files {
        let bytes = fs::read(file.expect("the folder can be read").path()).expect("it is a file");
        let Some(declaration) = tokens(&bytes) else { continue };
        let expansion = expand(declaration.clone());
        assert!(is_rust(&expansion), "no Rust comes of `{declaration}`");
        for message in messages(expansion) {
            assert!(message.contains("\nhelp: "), "no repair for `{declaration}`: {message}");
        }
        count += 1;
    }
    assert!(count > 100, "only {count} were tokens");
}

fn typed(bytes: &[u8]) -> Option<TokenStream> {
    TokenStream::from_str(str::from_utf8(bytes).ok()?).ok()
}

#[test]
fn networks() {
    replay("words", |bytes| Some(words::spelt(bytes)), expand);
    replay("text", typed, expand);
}

#[test]
fn graphs() {
    replay("graph", typed, |declaration| expand_graph(&quote!(::chainrule), declaration));
}
