//! The arguments of layers with a kernel that moves over an image, `Conv2d(8, 3, padding = 1)`, and of
//! others with an integer, `GroupNorm(8)`.

use proc_macro2::Ident;
use syn::{Expr, ExprAssign, Lit};

use super::settings::named;
use super::window_meant;
use crate::common::report::Report;
use crate::common::tokens::source;
use crate::network::model::{Padding, Window};
use crate::network::parameters::Parameters;
use crate::network::registry::{ChannelKind, LayerSpec, Role, Setting, WindowKind};
use crate::network::size::{Size, plain};
use crate::network::syntax::ast::{Arguments, Call};

/// Reads the arguments of such a layer; `None` if they were reported as invalid.
pub(super) fn read(
    call: &Call,
    spec: &LayerSpec,
    (kind, axes): (WindowKind, usize),
    parameters: &Parameters,
    report: &mut Report,
) -> Option<Window> {
    let arguments = match &call.arguments {
        Arguments::Given(arguments) => &arguments[..],
        Arguments::Absent => &[],
        Arguments::Mistaken | Arguments::Angles(_) => return None,
    };
    let is_setting = |argument: &&Expr| matches!(argument, Expr::Assign(_));
    let (settings, positional): (Vec<&Expr>, Vec<&Expr>) = arguments.iter().partition(is_setting);
    let (filters, kernel) = match (kind, &positional[..]) {
        _ if arguments.iter().any(has_name) => {
            wrong_count(call, arguments, (spec, kind, axes), positional.len(), report);
            return None;
        }
        (kind, [filters, kernel]) if kind.has_filters() => (Some(*filters), *kernel),
        (WindowKind::MaxPool | WindowKind::AvgPool, [kernel]) => (None, *kernel),
        _ => {
            wrong_count(call, arguments, (spec, kind, axes), positional.len(), report);
            return None;
        }
    };
    let filters = match filters {
        Some(filters) => Some(Size::read(filters, parameters, report)?),
        None => None,
    };
    let kernel = along(axes, kernel, 1, parameters, report)?;
    let default_stride = match kind.has_filters() {
        true => [Size::known(1), Size::known(1)],
        false => kernel.clone(),
    };
    let mut window = Window {
        filters,
        kernel,
        stride: default_stride,
        padding: Padding::Pair([Size::known(0), Size::known(0)]),
        dilation: [Size::known(1), Size::known(1)],
        groups: Size::known(1),
        output_padding: [Size::known(0), Size::known(0)],
    };
    let mut seen: Vec<&Ident> = Vec::new();
    let mut is_valid = true;
    for setting in settings {
        let spec = (spec, (kind, axes), arguments);
        is_valid &= set(&mut window, setting, spec, parameters, &mut seen, report).is_some();
    }
    is_valid.then_some(window)
}

/// Reports another number of sizes than filters and kernel, or sizes with names.
fn wrong_count(
    call: &Call,
    arguments: &[Expr],
    (spec, kind, axes): (&LayerSpec, WindowKind, usize),
    found: usize,
    report: &mut Report,
) {
    let repair = window_meant::meant(spec, kind, arguments).unwrap_or_else(|| spec.signature());
    if let Some(size) = arguments.iter().find(|argument| has_name(argument)) {
        let message =
            format!("sizes have no names, found `{}`\nhelp: write `{repair}`", source(size));
        report.error(size, message);
        return;
    }
    let fact = match (kind, found) {
        (kind, 3..) if kind.has_filters() => {
            let what = if axes == 1 { "signal" } else { "image" };
            format!("takes filters and kernel, since its channels are those of the {what}")
        }
        (kind, _) if kind.has_filters() => {
            format!("takes two numbers, filters and kernel, found {found}")
        }
        _ => format!("takes one number, the size of its windows, found {found}"),
    };
    report.error(&call.tokens, format!("`{}` {fact}\nhelp: write `{repair}`", spec.name));
}

/// Returns whether an argument is a size with a name, as in other libraries.
fn has_name(argument: &Expr) -> bool {
    named(argument).is_some_and(|(name, _)| window_meant::is_size(&name.to_string()))
}

/// Reads `name = value` into the window.
fn set<'e>(
    window: &mut Window,
    setting: &'e Expr,
    (spec, (kind, axes), arguments): (&LayerSpec, (WindowKind, usize), &[Expr]),
    parameters: &Parameters,
    seen: &mut Vec<&'e Ident>,
    report: &mut Report,
) -> Option<()> {
    let Expr::Assign(ExprAssign { left, right, .. }) = setting else { return None };
    let Some(name) = setting_name(left) else {
        report.error(left, "expected the name of a setting\nhelp: write `stride = 2`");
        return None;
    };
    let known = window_meant::settings(kind);
    if !known.iter().any(|known| name == known) {
        let word = name.to_string();
        let whole = window_meant::meant(spec, kind, arguments);
        let repair = match (window_meant::setting(&word, kind), whole) {
            (Some(meant), _) => format!("write `{meant} = {}`", source(right)),
            (None, Some(whole)) if word == "activation" && whole.contains(" -> ") => {
                format!("write `{whole}`")
            }
            (None, _) => {
                let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                format!("the settings of `{}` are {}", spec.name, known.join(", "))
            }
        };
        report.error(name, format!("`{}` has no setting `{name}`\nhelp: {repair}", spec.name));
        return None;
    }
    if seen.contains(&name) {
        report.error(name, format!("duplicate setting `{name}`\nhelp: remove one of them"));
        return None;
    }
    seen.push(name);
    if name == "stride" {
        window.stride = along(axes, right, 1, parameters, report)?;
    } else if name == "dilation" {
        window.dilation = along(axes, right, 1, parameters, report)?;
    } else if name == "output_padding" {
        window.output_padding = along(axes, right, 0, parameters, report)?;
    } else if name == "groups" {
        window.groups = Size::read(right, parameters, report)?;
    } else if is_same(right) {
        if kind != WindowKind::Conv {
            let message = format!("`{}` has no padding `same`\nhelp: write a number", spec.name);
            report.error(right, message);
            return None;
        }
        window.padding = Padding::Same;
    } else if let Some(padding) = window_meant::padding(right) {
        let message = format!(
            "expected an integer or `same`, found `{}`\nhelp: write `{padding}`",
            source(right)
        );
        report.error(right, message);
        return None;
    } else {
        window.padding = Padding::Pair(along(axes, right, 0, parameters, report)?);
    }
    Some(())
}

fn setting_name(expression: &Expr) -> Option<&Ident> {
    match plain(expression) {
        Expr::Path(path) => path.path.get_ident(),
        _ => None,
    }
}

/// `same`, as a name or a string. In single quotes, the compiler itself reports the quotes.
fn is_same(expression: &Expr) -> bool {
    window_meant::word(expression).is_some_and(|word| word == "same")
}

/// The sizes along two axes: `3`, or `(3, 5)` for height and width. Along one axis, a number, with
/// `least` along the other. `least` is 0 or 1.
fn along(
    axes: usize,
    expression: &Expr,
    least: u64,
    parameters: &Parameters,
    report: &mut Report,
) -> Option<[Size; 2]> {
    let read = |expression: &Expr, report: &mut Report| match least == 0 && is_zero(expression) {
        true => Some(Size::known(0)),
        false => Size::read(expression, parameters, report),
    };
    match axes {
        1 => Some([Size::known(least), read(expression, report)?]),
        _ => each_of_pair(expression, report, read),
    }
}

/// Reads the integer of `GroupNorm(8)`, or the one or two of `Upsample(2)`.
pub(super) fn read_size(
    call: &Call,
    spec: &LayerSpec,
    parameters: &Parameters,
    report: &mut Report,
) -> Vec<Option<Size>> {
    let Setting::Size { what, .. } = spec.setting else { return Vec::new() };
    let arguments = match &call.arguments {
        Arguments::Given(arguments) => &arguments[..],
        Arguments::Absent => &[],
        Arguments::Mistaken | Arguments::Angles(_) => return vec![None],
    };
    match arguments {
        [pair @ (Expr::Tuple(_) | Expr::Array(_))]
            if matches!(spec.role, Role::Channels(ChannelKind::Upsample)) =>
        {
            match along(2, pair, 1, parameters, report) {
                Some(pair) => pair.map(Some).to_vec(),
                None => vec![None],
            }
        }
        [argument] => vec![Size::read(argument, parameters, report)],
        _ => {
            let message = format!(
                "`{}` takes one number, {what}, found {}\nhelp: write `{}`",
                spec.name,
                arguments.len(),
                spec.signature()
            );
            report.error(&call.tokens, message);
            vec![None]
        }
    }
}

fn each_of_pair(
    expression: &Expr,
    report: &mut Report,
    read: impl Fn(&Expr, &mut Report) -> Option<Size>,
) -> Option<[Size; 2]> {
    let pair = match expression {
        Expr::Tuple(tuple) => Some(&tuple.elems),
        Expr::Array(array) => Some(&array.elems),
        _ => None,
    };
    let Some(pair) = pair else {
        let size = read(expression, report)?;
        return Some([size.clone(), size]);
    };
    let [height, width] = &pair.iter().collect::<Vec<_>>()[..] else {
        let message = format!(
            "expected one number or two, for height and width; found {}\nhelp: write `(3, 5)`",
            pair.len()
        );
        report.error(expression, message);
        return None;
    };
    Some([read(height, report)?, read(width, report)?])
}

fn is_zero(expression: &Expr) -> bool {
    match plain(expression) {
        Expr::Lit(literal) => {
            matches!(&literal.lit, Lit::Int(int) if int.base10_parse::<u64>().is_ok_and(|v| v == 0))
        }
        _ => false,
    }
}
