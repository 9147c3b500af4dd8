//! Graphs of random expressions: the values are bitwise equal to plain arithmetic, and the
//! derivatives match differences.
//!
//! The expressions are in `graph_random/expressions.rs`, which is generated. The test below
//! compares the file with the generator; with `GRAPH_RANDOM=overwrite`, it updates the file.

#[path = "graph_random/expressions.rs"]
mod expressions;
#[path = "graph_random/generator.rs"]
mod generator;
mod graph_difference;

use graph_difference::{gradient, relative_error};

#[test]
fn the_expressions_are_those_of_the_generator() {
    let text = generator::file(&generator::graphs());
    if std::env::var_os("GRAPH_RANDOM").is_some_and(|word| word == "overwrite") {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/graph_random/expressions.rs");
        std::fs::write(path, &text).unwrap();
    } else {
        assert!(text == include_str!("graph_random/expressions.rs"), "write the file anew");
    }
}

#[test]
fn derivatives_against_differences() {
    let graphs = generator::graphs();
    let cases = expressions::cases();
    assert_eq!(graphs.len(), cases.len());
    let mut worst = (0.0, "");
    for (graph, case) in graphs.iter().zip(&cases) {
        let value = (case.value)(graph.at);
        assert_eq!(value.to_bits(), graph.value(graph.at).to_bits(), "{}", case.name);
        let expected = gradient(|x| graph.value([x[0], x[1], x[2]]), &graph.at);
        let error = relative_error(&(case.gradient)(graph.at), &expected);
        assert!(error < 1e-8, "{}: {error:e}", case.name);
        if error > worst.0 {
            worst = (error, case.name);
        }
    }
    println!("{} graphs, largest relative error {:.1e} ({})", cases.len(), worst.0, worst.1);
}
