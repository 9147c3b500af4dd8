//! The input of a network: `Input(784)`, or the sizes of an `input` line.

use syn::Expr;

use crate::common::report::Report;
use crate::common::tokens::source;
use crate::network::parameters::Parameters;
use crate::network::size::{MOST_DIMS, Size};
use crate::network::syntax::ast::{Arguments, Call, Segment};

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
    read_shape(&call, "Input", parameters, report)
}

/// Reads the features of a sample: one number, or channels, height and width.
pub(super) fn read_shape(
    call: &Call,
    name: &str,
    parameters: &Parameters,
    report: &mut Report,
) -> Option<Size> {
    let sizes = match &call.arguments {
        Arguments::Given(sizes) if matches!(sizes.len(), 1 | 3..=MOST_DIMS) => {
            return shape_of(sizes, parameters, report);
        }
        Arguments::Mistaken | Arguments::Angles(_) => return None,
        Arguments::Given(sizes) => &sizes[..],
        Arguments::Absent => &[],
    };
    let help = match (sizes, product(sizes)) {
        ([height, width], Some(product)) => {
            let (height, width) = (source(height), source(width));
            format!("write `{name}({product})`, or `{name}(1, {height}, {width})` for an image")
        }
        (_, Some(product)) => format!("write `{name}({product})`"),
        _ => format!("write the number of features, for example `{name}(784)`"),
    };
    let message = format!(
        "`{name}` takes one size, or channels, height and width; found {}\nhelp: {help}",
        match sizes.len() {
            1 => "1 size".to_owned(),
            count => format!("{count} sizes"),
        }
    );
    report.error(&call.tokens, message);
    None
}

/// Reads one size as flat features, and several as dimensions, such as those of an image.
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
