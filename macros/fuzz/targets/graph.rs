//! Graphs as text.

#![no_main]

use chainrule_fuzz::{check, typed};
use front_end::graph_expansion;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Some(declaration) = typed(bytes) else {
        return Corpus::Reject;
    };
    check(graph_expansion, &declaration);
    Corpus::Keep
});
