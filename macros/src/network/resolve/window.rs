//! The arguments of layers with a kernel that moves over an image, `Conv2d(8, 3, padding = 1)`, and of
//! others with an integer, `GroupNorm(8)`.

use proc_macro2::Ident;
use syn::{Expr, ExprAssign, Lit};

use crate::common::report::Report;
use crate::common::spelling::is_like;
use crate::common::tokens::source;
use crate::network::model::{Padding, Window};
use crate::network::registry::{ChannelKind, LayerSpec, Role, Setting, WindowKind};
use crate::network::size::{Size, plain};
use crate::network::syntax::ast::{Arguments, Call};

/// Reads the arguments of such a layer; `None` if they were reported as invalid.
pub(super) fn read(
    call: &Call,
    spec: &LayerSpec,
    (kind, axes): (WindowKind, usize),
    report: &mut Report,
) -> Option<Window> {
    let arguments = match &call.arguments {
        Arguments::Given(arguments) => &arguments[..],
        Arguments::Absent => &[],
        Arguments::Mistaken => return None,
    };
    let is_setting = |argument: &&Expr| matches!(argument, Expr::Assign(_));
    let (settings, positional): (Vec<&Expr>, Vec<&Expr>) = arguments.iter().partition(is_setting);
    let (filters, kernel) = match (kind, &positional[..]) {
        (kind, [filters, kernel]) if kind.has_filters() => (Some(*filters), *kernel),
        (WindowKind::MaxPool | WindowKind::AvgPool, [kernel]) => (None, *kernel),
        (kind, [_, filters, kernel]) if kind.has_filters() => {
            let what = if axes == 1 { "sequence" } else { "image" };
            let message = format!(
                "`{0}` takes filters and kernel, since its channels are those of the {what}\n\
                 help: write `{0}({1}, {2})`",
                spec.name,
                source(filters),
                source(kernel)
            );
            report.error(&call.tokens, message);
            return None;
        }
        (kind, _) if kind.has_filters() => {
            wrong_count(call, "two numbers, filters and kernel", positional.len(), spec, report);
            return None;
        }
        _ => {
            wrong_count(
                call,
                "one number, the size of its windows",
                positional.len(),
                spec,
                report,
            );
            return None;
        }
    };
    let filters = match filters {
        Some(filters) => Some(Size::read(filters, report)?),
        None => None,
    };
    let kernel = along(axes, kernel, 1, report)?;
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
        is_valid &= set(&mut window, setting, (spec, kind, axes), &mut seen, report).is_some();
    }
    is_valid.then_some(window)
}

fn wrong_count(call: &Call, expected: &str, found: usize, spec: &LayerSpec, report: &mut Report) {
    let message = format!(
        "`{}` takes {expected}, found {found}\nhelp: write `{}`",
        spec.name,
        spec.signature()
    );
    report.error(&call.tokens, message);
}

/// Reads `name = value` into the window.
fn set<'e>(
    window: &mut Window,
    setting: &'e Expr,
    (spec, kind, axes): (&LayerSpec, WindowKind, usize),
    seen: &mut Vec<&'e Ident>,
    report: &mut Report,
) -> Option<()> {
    let Expr::Assign(ExprAssign { left, right, .. }) = setting else { return None };
    let Some(name) = setting_name(left) else {
        report.error(left, "expected the name of a setting\nhelp: write `stride = 2`");
        return None;
    };
    let known: &[&str] = match kind {
        WindowKind::Conv => &["stride", "padding", "dilation", "groups"],
        WindowKind::ConvTranspose => &["stride", "padding", "dilation", "groups", "output_padding"],
        WindowKind::MaxPool | WindowKind::AvgPool => &["stride", "padding"],
    };
    if !known.iter().any(|known| name == known) {
        let meant = known.iter().find(|known| is_like(&name.to_string(), known));
        let repair = match meant {
            Some(meant) => format!("write `{meant} = {}`", source(right)),
            None => {
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
        window.stride = along(axes, right, 1, report)?;
    } else if name == "dilation" {
        window.dilation = along(axes, right, 1, report)?;
    } else if name == "output_padding" {
        window.output_padding = along(axes, right, 0, report)?;
    } else if name == "groups" {
        window.groups = Size::read(right, report)?;
    } else if is_same(right) {
        if kind != WindowKind::Conv {
            let message = format!("`{}` has no padding `same`\nhelp: write a number", spec.name);
            report.error(right, message);
            return None;
        }
        window.padding = Padding::Same;
    } else {
        window.padding = Padding::Pair(along(axes, right, 0, report)?);
    }
    Some(())
}

fn setting_name(expression: &Expr) -> Option<&Ident> {
    match plain(expression) {
        Expr::Path(path) => path.path.get_ident(),
        _ => None,
    }
}

/// `same`, as a name or a string.
fn is_same(expression: &Expr) -> bool {
    match plain(expression) {
        Expr::Path(path) => path.path.is_ident("same"),
        Expr::Lit(literal) => matches!(&literal.lit, Lit::Str(text) if text.value() == "same"),
        _ => false,
    }
}

/// The sizes along two axes: `3`, or `(3, 5)` for height and width. Along one axis, a number, with
/// `least` along the other. `least` is 0 or 1.
fn along(axes: usize, expression: &Expr, least: u64, report: &mut Report) -> Option<[Size; 2]> {
    let read = |expression: &Expr, report: &mut Report| match least == 0 && is_zero(expression) {
        true => Some(Size::known(0)),
        false => Size::read(expression, report),
    };
    match axes {
        1 => Some([Size::known(least), read(expression, report)?]),
        _ => each_of_pair(expression, report, read),
    }
}

/// Reads the integer of `GroupNorm(8)`, or the one or two of `Upsample(2)`.
pub(super) fn read_size(call: &Call, spec: &LayerSpec, report: &mut Report) -> Vec<Option<Size>> {
    let Setting::Size { what, .. } = spec.setting else { return Vec::new() };
    let arguments = match &call.arguments {
        Arguments::Given(arguments) => &arguments[..],
        Arguments::Absent => &[],
        Arguments::Mistaken => return vec![None],
    };
    match arguments {
        [pair @ (Expr::Tuple(_) | Expr::Array(_))]
            if matches!(spec.role, Role::Channels(ChannelKind::Upsample)) =>
        {
            match along(2, pair, 1, report) {
                Some(pair) => pair.map(Some).to_vec(),
                None => vec![None],
            }
        }
        [argument] => vec![Size::read(argument, report)],
        _ => {
            let expected = format!("one number, {what}");
            wrong_count(call, &expected, arguments.len(), spec, report);
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
