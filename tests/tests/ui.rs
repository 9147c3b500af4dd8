//! The compiler's output for declarations: an error message for each error, recorded next to its
//! source in `tests/ui`, and no message if there is none.
//!
//! After changing messages, record them with `TRYBUILD=overwrite`, and read them as a user would:
//! is the right token underlined, and is the help correct?

use trybuild::TestCases;

/// A separate test, since `trybuild` runs `cargo check` if all cases fail: sizes that only the
/// compiler knows must also be checked there.
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
        "absent",
        "graph",
        "images",
        "blocks",
        "data",
        "elsewhere",
        "weights",
        "onnx",
        "sequences",
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
