//! The layer table that a network prints.

use core::fmt::{self, Display, Write};

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

    let rows = 0..N::LAYERS.len();
    let widest = rows.map(|row| printed_width(&outputs::<N>(row))).fold(9, usize::max);

    writeln!(f, "{}<{scalar}>: {} -> {}", N::NAME, N::INPUT_SHAPE, N::OUTPUT_SHAPE)?;
    writeln!(
        f,
        "  {:names$}  {:layers$}  {:>widest$}  {:>12}",
        "name", "layer", "outputs", "parameters"
    )?;
    for (row, info) in N::LAYERS.iter().enumerate() {
        write!(f, "  {:names$}  {:layers$}  ", info.name, info.layer)?;
        right_aligned(f, &outputs::<N>(row), widest)?;
        f.write_str("  ")?;
        right_aligned(f, &thousands(info.parameters), 12)?;
        f.write_char('\n')?;
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
fn outputs<N: Network>(row: usize) -> impl Display {
    let shape = N::SHAPES.iter().find(|(of, shape)| *of == row && shape.sizes().len() > 1);
    fmt::from_fn(move |f| match shape {
        Some((_, shape)) => shape.fmt(f),
        None => thousands(N::LAYERS[row].outputs).fmt(f),
    })
}

/// Formats `39760` as `39,760`.
fn thousands(number: usize) -> impl Display {
    fmt::from_fn(move |f| {
        let mut scale = 1;
        while number / scale >= 1000 {
            scale *= 1000;
        }
        write!(f, "{}", number / scale)?;
        while scale > 1 {
            scale /= 1000;
            write!(f, ",{:03}", number / scale % 1000)?;
        }
        Ok(())
    })
}

/// Writes `value` after spaces, in at least `width` characters.
fn right_aligned(f: &mut fmt::Formatter<'_>, value: &impl Display, width: usize) -> fmt::Result {
    for _ in printed_width(value)..width {
        f.write_char(' ')?;
    }
    value.fmt(f)
}

/// The number of characters that `value` prints.
fn printed_width(value: &impl Display) -> usize {
    /// Counts characters.
    struct Counter(usize);

    impl Write for Counter {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 += text.chars().count();
            Ok(())
        }
    }

    let mut counter = Counter(0);
    // A counter does not fail, and neither does a number.
    let _ = write!(counter, "{value}");
    counter.0
}
