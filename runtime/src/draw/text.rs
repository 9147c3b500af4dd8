//! Numbers and names as they appear in drawings.

/// A text in quotation marks, as Graphviz and Mermaid expect it.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "'"))
}

/// A text with the characters replaced that are markup in XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A number with at most six digits: `715` for 715.0000000000001.
pub(super) fn six_digits(number: f64) -> String {
    let rounded: f64 = format!("{number:.5e}").parse().unwrap_or(number);
    if rounded == 0.0 {
        return "0".to_owned();
    }
    let is_plain = (1e-4..1e7).contains(&rounded.abs()) || !rounded.is_finite();
    if is_plain { rounded.to_string() } else { format!("{rounded:e}") }
}

/// A number with at most three digits.
pub(super) fn three_digits(number: f64) -> String {
    six_digits(format!("{number:.2e}").parse().unwrap_or(number))
}
