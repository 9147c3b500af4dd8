//! The input of a network: `Input(784)`, or the sizes of an `input` line.

use proc_macro2::TokenStream;
use syn::Expr;

use super::settings::named;

use crate::common::report::Report;
use crate::common::tokens::source;
use crate::network::parameters::Parameters;
use crate::network::size::{MOST_DIMS, Size};
use crate::network::syntax::ast::{Arguments, Call, Segment};
use crate::network::syntax::block::InputSize;

/// Returns whether a call is `Input(…)`.
pub(super) fn is_input(call: &Call) -> bool {
    call.path.is_ident("Input")
}

/// Removes the `Input(features)` at the beginning of a chain.
pub(super) fn take_input(
    segments: &mut Vec<Segment>,
    parameters: &Parameters,
    report: &mut Report,
) -> Option<Size> {
    let is_input = |segment: &Segment| segment.call.as_ref().is_some_and(is_input);
    let mut place = 0;
    let first_is_input = segments.first().is_some_and(is_input);
    segments.retain(|segment| {
        place += 1;
        let misplaced = place > 1 && is_input(segment);
        if let (true, Some(call)) = (misplaced, &segment.call)
            && call.is_first()
        {
            let repair = if first_is_input {
                "remove it: the sizes follow from the layers"
            } else {
                "remove it, or begin the network with `Input(features) ->`"
            };
            let message =
                format!("unexpected `Input` after the beginning of the network\nhelp: {repair}");
            report.error(&call.tokens, message);
        }
        !misplaced
    });
    if !first_is_input {
        return None;
    }
    let call = segments.remove(0).call?;
    if let Some(name) = &call.name {
        let message = format!(
            "unexpected name `{name}`: `Input` is not a layer\nhelp: write `{}`",
            call.source()
        );
        report.error(name, message);
    }
    read_input(&call, parameters, report)
}

/// Reads `Input(784)`, or `Input(64, of = 65)` for indices.
fn read_input(call: &Call, parameters: &Parameters, report: &mut Report) -> Option<Size> {
    let Arguments::Given(arguments) = &call.arguments else {
        return read_shape(call, "Input", parameters, report);
    };
    let below = |argument: &Expr| named(argument).is_some_and(|(name, _)| name == "of");
    let (below, sizes): (Vec<Expr>, Vec<Expr>) = arguments.iter().cloned().partition(below);
    match &below[..] {
        [] => read_shape(call, "Input", parameters, report),
        [below] => {
            let below = named(below).map(|(_, value)| value.clone());
            let size = InputSize { sizes, below, lengths_of: None };
            input_size(&size, call.tokens.clone(), parameters, report)
        }
        [_, again, ..] => {
            report.error(again, "duplicate setting `of`\nhelp: remove one of them");
            None
        }
    }
}

/// The most different indices. All of them are exact as `f32`.
const MOST_INDICES: u64 = 1 << 24;

/// Reads the sizes of an input.
pub(super) fn input_size(
    size: &InputSize,
    place: TokenStream,
    parameters: &Parameters,
    report: &mut Report,
) -> Option<Size> {
    let of = size.sizes.iter().find_map(|size| named(size).filter(|(name, _)| *name == "of"));
    if let (Some((of, below)), [time, _]) = (of, &size.sizes[..]) {
        let message = format!(
            "`{of}` follows the brackets\nhelp: write `[{}] of {}`",
            source(time),
            source(below)
        );
        report.error(&size.sizes[1], message);
        return None;
    }
    let InputSize { sizes, below: Some(below), .. } = size else {
        return shape_of(&size.sizes, parameters, report);
    };
    let [_] = &sizes[..] else {
        let message = format!(
            "expected one size for indices, found {}\n\
             help: give their number alone, such as `input x: [64] of 65;`",
            sizes.len()
        );
        report.error(place, message);
        return None;
    };
    let time = shape_of(sizes, parameters, report);
    let below_size = Size::read(below, parameters, report)?;
    if below_size.value.is_some_and(|value| value > MOST_INDICES) {
        let message = format!(
            "`{below_size}` is too many different indices: at most 16777216 are exact as `f32`\n\
             help: use fewer"
        );
        report.error(below, message);
        return None;
    }
    Some(Size::indices(time?, below_size))
}

/// Reads the features of a sample: one number, time and features, or channels, height and width.
pub(super) fn read_shape(
    call: &Call,
    name: &str,
    parameters: &Parameters,
    report: &mut Report,
) -> Option<Size> {
    let sizes = match &call.arguments {
        Arguments::Given(sizes) if sizes.iter().any(is_inferred) => {
            reject_inferred(sizes, name, report);
            return None;
        }
        Arguments::Given(sizes) if matches!(sizes.len(), 1..=MOST_DIMS) => {
            return shape_of(sizes, parameters, report);
        }
        Arguments::Mistaken | Arguments::Angles(_) => return None,
        Arguments::Given(sizes) => &sizes[..],
        Arguments::Absent => &[],
    };
    let help = match product(sizes) {
        Some(product) => format!("write `{name}({product})`"),
        None => format!("write the number of features, for example `{name}(784)`"),
    };
    let message = format!(
        "`{name}` takes one size, time and features, or channels, height and width; found {}\nhelp: {help}",
        match sizes.len() {
            1 => "1 size".to_owned(),
            count => format!("{count} sizes"),
        }
    );
    report.error(&call.tokens, message);
    None
}

/// Returns whether a size is left to the library, as other libraries write it: `-1`, `None` or `_`.
fn is_inferred(size: &Expr) -> bool {
    matches!(source(size).as_str(), "-1" | "None" | "_")
}

/// Reports sizes that are left to the library.
fn reject_inferred(sizes: &[Expr], name: &str, report: &mut Report) {
    let known: Vec<String> = sizes.iter().filter(|size| !is_inferred(size)).map(source).collect();
    let help = match (name, known.is_empty()) {
        ("Input", false) => {
            format!("leave out the batch: write `Input({})`", known.join(", "))
        }
        ("Reshape", true) => "write `Flatten`".to_owned(),
        _ => "write the size itself".to_owned(),
    };
    let found = sizes.iter().find(|size| is_inferred(size));
    let message = format!(
        "expected a size in `{name}`, found `{}`\nhelp: {help}",
        found.map(source).unwrap_or_default()
    );
    report.error(found, message);
}

/// Reads one size as flat features, and several as dimensions: two of a sequence, three of an image.
pub(super) fn shape_of(
    sizes: &[Expr],
    parameters: &Parameters,
    report: &mut Report,
) -> Option<Size> {
    if let [size @ (Expr::Tuple(_) | Expr::Array(_))] = sizes {
        let inner = match size {
            Expr::Tuple(tuple) => &tuple.elems,
            Expr::Array(array) => &array.elems,
            _ => return None,
        };
        let written = inner.iter().map(source).collect::<Vec<_>>().join(", ");
        let message =
            format!("expected sizes, found `{}`\nhelp: write `Input({written})`", source(size));
        report.error(size, message);
        return None;
    }
    let mut dims = Vec::new();
    for size in sizes {
        dims.push(Size::read(size, parameters, report)?);
    }
    Some(if dims.len() == 1 { dims.remove(0) } else { Size::shaped(dims) })
}

/// `28 * 28` for the sizes 28 and 28; `None` if there are none.
fn product<'s>(sizes: impl IntoIterator<Item = &'s Expr>) -> Option<String> {
    let sizes: Vec<String> = sizes.into_iter().map(source).collect();
    (!sizes.is_empty()).then(|| sizes.join(" * "))
}
