//! What declarations compile to: an error message for each mistake, which
//! `tests/ui` holds beside its cause, and no error where there is none.
//!
//! After a change of messages, write them with `TRYBUILD=overwrite`, and read
//! them as a user would: is the right token underlined, is the repair right?

use trybuild::TestCases;

/// By themselves, since `trybuild` runs `cargo check` if all cases fail: sizes
/// that the compiler alone knows are to be checked there too.
#[test]
fn mistakes() {
    let cases = TestCases::new();
    for theme in [
        "syntax",
        "names",
        "arity",
        "settings",
        "sizes",
        "shapes",
        "loss",
        "attributes",
        "types",
        "layers",
        "derive",
        "repeat",
        "paths",
        "graph",
    ] {
        cases.compile_fail(format!("ui/{theme}/*.rs"));
    }
}

#[test]
fn sound_declarations() {
    let cases = TestCases::new();
    cases.pass("ui/pass/*.rs");
    cases.pass("ui/graph/pass/*.rs");
}
