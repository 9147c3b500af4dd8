//! The layer table that a network prints.

use std::fmt;

use super::declared::Network;
use super::info::{Extent, LayerInfo};

/// The table that `Display` of a declared network prints. `input` is the shape of a sample, empty for
/// flat features.
#[doc(hidden)]
pub fn summary<N: Network>(f: &mut fmt::Formatter<'_>, input: &'static [usize]) -> fmt::Result {
    let scalar = std::any::type_name::<N::Scalar>();
    let width = |column: &dyn Fn(&LayerInfo) -> usize, least: usize| {
        N::LAYERS.iter().map(column).chain([least]).max().unwrap_or_default()
    };
    let names = width(&|layer| layer.name.chars().count(), "name".len());
    let layers = width(&|layer| layer.layer.chars().count(), "layer".len());
    let extents = width(&|layer| outputs(layer).chars().count(), 9);

    let input = Extent { shape: input, features: N::INPUTS };
    let output = N::LAYERS.last().map(LayerInfo::extent);
    let output = output.unwrap_or(Extent { shape: &[], features: N::OUTPUTS });
    writeln!(f, "{}<{scalar}>: {input} -> {output}", N::NAME)?;
    writeln!(
        f,
        "  {:names$}  {:layers$}  {:>extents$}  {:>12}",
        "name", "layer", "outputs", "parameters"
    )?;
    for info in N::LAYERS {
        let (outputs, parameters) = (outputs(info), thousands(info.parameters));
        writeln!(
            f,
            "  {:names$}  {:layers$}  {outputs:>extents$}  {parameters:>12}",
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

/// The shape of a layer's outputs, or their number: `8×26×26`, `39,760`.
fn outputs(info: &LayerInfo) -> String {
    match info.shape {
        [] => thousands(info.outputs),
        _ => info.extent().to_string(),
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
