//! The layer table that a network prints.

use std::fmt;

use super::declared::Network;
use super::info::LayerInfo;

/// The table that `Display` of a declared network prints.
#[doc(hidden)]
pub fn summary<N: Network>(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let scalar = std::any::type_name::<N::Scalar>();
    let width = |column: fn(&LayerInfo) -> &str, title: &str| {
        let rows = N::LAYERS.iter().map(|layer| column(layer).chars().count());
        rows.chain([title.len()]).max().unwrap_or_default()
    };
    let (names, layers) = (width(|l| l.name, "name"), width(|l| l.layer, "layer"));

    writeln!(f, "{}<{scalar}>: {} -> {}", N::NAME, N::INPUTS, N::OUTPUTS)?;
    writeln!(
        f,
        "  {:names$}  {:layers$}  {:>9}  {:>12}",
        "name", "layer", "outputs", "parameters"
    )?;
    for info in N::LAYERS {
        let (outputs, parameters) = (thousands(info.outputs), thousands(info.parameters));
        writeln!(
            f,
            "  {:names$}  {:layers$}  {outputs:>9}  {parameters:>12}",
            info.name, info.layer
        )?;
    }
    write!(
        f,
        "  {} parameters ({} bytes); per sample {} FLOP forward, {} FLOP training",
        thousands(N::PARAMS),
        thousands(N::PARAMS * size_of::<N::Scalar>()),
        thousands(N::FLOPS),
        thousands(N::TRAINING_FLOPS),
    )
}

/// Formats `39760` as `39,760`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
