//! The layer table that a network prints.

use core::fmt;

use super::declared::Network;
use crate::layers::LayerInfo;

/// The table that `Display` of a declared network prints.
#[doc(hidden)]
pub fn summary<N: Network>(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let scalar = core::any::type_name::<N::Scalar>();
    let width = |column: fn(&LayerInfo) -> &str, title: &str| {
        let rows = N::LAYERS.iter().map(|layer| column(layer).chars().count());
        rows.chain([title.len()]).max().unwrap_or_default()
    };
    let (names, layers) = (width(|l| l.name, "name"), width(|l| l.layer, "layer"));

    let outputs: Vec<String> = (0..N::LAYERS.len()).map(|row| shape::<N>(row)).collect();
    let widest = outputs.iter().map(|output| output.chars().count()).max().unwrap_or_default();
    let widest = widest.max(9);

    writeln!(f, "{}<{scalar}>: {} -> {}", N::NAME, N::INPUT_SHAPE, N::OUTPUT_SHAPE)?;
    writeln!(
        f,
        "  {:names$}  {:layers$}  {:>widest$}  {:>12}",
        "name", "layer", "outputs", "parameters"
    )?;
    for (info, outputs) in N::LAYERS.iter().zip(outputs) {
        let parameters = thousands(info.parameters);
        writeln!(
            f,
            "  {:names$}  {:layers$}  {outputs:>widest$}  {parameters:>12}",
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

/// The shape of the outputs of a row: `8×26×26`, or `1,000` flat features.
fn shape<N: Network>(row: usize) -> String {
    match N::SHAPES.iter().find(|(of, shape)| *of == row && shape.sizes().len() > 1) {
        Some((_, shape)) => shape.to_string(),
        None => thousands(N::LAYERS[row].outputs),
    }
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
