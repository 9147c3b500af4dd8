//! The call that was meant by a convolution or pooling in the style of another library.

use syn::{Expr, Lit};

use super::arguments::activation_of;
use super::settings::named;
use crate::common::spelling::is_like;
use crate::common::tokens::source;
use crate::network::registry::{LayerSpec, WindowKind};
use crate::network::size::plain;

/// Names of the filters in other libraries.
const FILTERS: [&str; 2] = ["filters", "out_channels"];

/// Names of the channels, which are those of the image.
const CHANNELS: [&str; 3] = ["in_channels", "channels", "input_shape"];

/// Names of the kernel.
const KERNEL: [&str; 5] = ["kernel_size", "kernel", "pool_size", "window_size", "size"];

/// Names of the settings here that a setting of another library may resemble.
pub(super) fn settings(kind: WindowKind) -> &'static [&'static str] {
    match kind {
        WindowKind::Conv => &["stride", "padding", "dilation", "groups"],
        WindowKind::ConvTranspose => &["stride", "padding", "dilation", "groups", "output_padding"],
        WindowKind::MaxPool | WindowKind::AvgPool => &["stride", "padding"],
    }
}

/// Whether a name in front of a `=` is that of a size.
pub(super) fn is_size(name: &str) -> bool {
    FILTERS.iter().chain(&CHANNELS).chain(&KERNEL).any(|known| name == *known)
}

/// The setting here that a name resembles.
pub(super) fn setting(name: &str, kind: WindowKind) -> Option<&'static str> {
    let known = match name {
        "dilation_rate" => "dilation",
        "strides" => "stride",
        _ => name,
    };
    settings(kind).iter().copied().find(|setting| is_like(known, setting))
}

/// The call with the names of this library: `Conv2d(8, 3, stride = 2) -> Relu` for
/// `Conv2D(8, kernel_size=3, strides=2, activation="relu")`. `None` without a kernel.
pub(super) fn meant(spec: &LayerSpec, kind: WindowKind, arguments: &[Expr]) -> Option<String> {
    let (mut filters, mut kernel, mut rest, mut after) = (None, None, Vec::new(), None);
    let mut positional = Vec::new();
    for argument in arguments {
        let Some((name, value)) = named(argument) else {
            positional.push(argument);
            continue;
        };
        let name = name.to_string();
        if FILTERS.iter().any(|known| name == *known) {
            filters = Some(value);
        } else if KERNEL.iter().any(|known| name == *known) {
            kernel = Some(value);
        } else if name == "activation" {
            after = activation_of(value);
        } else if let Some(setting) = setting(&name, kind) {
            rest.push(format!("{setting} = {}", setting_value(value)));
        }
    }
    let mut positional = positional.into_iter();
    if kind.has_filters() && filters.is_none() {
        let is_after_channels = match kernel {
            // `Conv2d(1, 8, kernel_size=3)`
            Some(_) => positional.len() > 1,
            None => is_after_channels(positional.as_slice()),
        };
        if is_after_channels {
            positional.next();
        }
        filters = Some(positional.next()?);
    }
    let kernel = kernel.or_else(|| positional.next())?;
    let has_default = !kind.has_filters();
    for (setting, value) in ["stride", "padding"].iter().zip(positional) {
        if !(has_default && source(value) == source(kernel)) {
            rest.insert(0, format!("{setting} = {}", setting_value(value)));
        }
    }
    let sizes = filters.into_iter().chain([kernel]).map(source);
    let call = format!("{}({})", spec.name, sizes.chain(rest).collect::<Vec<_>>().join(", "));
    Some(after.map(|activation| format!("{call} -> {activation}")).unwrap_or(call))
}

/// Whether the first of three numbers are channels, as in PyTorch: `Conv2d(1, 8, 3)`. In Keras, the
/// third is a stride, `Conv2D(8, 3, 1)`, and the second a kernel, which is small.
fn is_after_channels(positional: &[&Expr]) -> bool {
    let [first, second, third, ..] = positional else { return false };
    let number = |expression: &Expr| match plain(expression) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse::<u64>().ok(),
            _ => None,
        },
        _ => None,
    };
    let is_pair = |expression: &Expr| matches!(plain(expression), Expr::Tuple(_) | Expr::Array(_));
    match (number(first), number(second), number(third)) {
        (Some(first), Some(second), Some(third)) => !(second <= 7 && third <= 2 && first >= second),
        _ => !is_pair(second),
    }
}

/// `same` for `"same"` and `'same'`, and `0` for `"valid"`.
fn setting_value(value: &Expr) -> String {
    padding(value).map_or_else(|| source(value), str::to_owned)
}

/// The padding here for `"valid"`, and for other spellings of `same`.
pub(super) fn padding(value: &Expr) -> Option<&'static str> {
    match source(plain(value)).trim_matches(['"', '\'']).to_ascii_lowercase().as_str() {
        "same" => Some("same"),
        "valid" => Some("0"),
        _ => None,
    }
}

/// A word as a name or between quotes, of either kind.
pub(super) fn word(value: &Expr) -> Option<String> {
    let written = source(plain(value));
    let word = written.trim_matches(['"', '\'']);
    word.chars().all(|c| c.is_ascii_lowercase()).then(|| word.to_owned())
}
