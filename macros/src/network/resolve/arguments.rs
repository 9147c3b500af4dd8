//! Arguments of a layer with parameters that are not two sizes.

use syn::{Expr, ExprUnary, UnOp};

use super::sequence_meant;
use super::settings::{is_init, named};
use crate::common::report::Report;
use crate::common::tokens::source;
use crate::network::registry;
use crate::network::size::plain;
use crate::network::syntax::ast::Call;

/// Names of the inputs of a layer in other libraries.
const INPUTS: [&str; 7] =
    ["inputs", "in_features", "input_dim", "input_size", "input_shape", "in_dim", "fan_in"];

/// Names of the outputs.
const OUTPUTS: [&str; 7] =
    ["outputs", "out_features", "units", "output_dim", "output_size", "out_dim", "fan_out"];

/// The call that was meant: the sizes without names, `Affine(784, 50)`, and an activation that is
/// an argument after the layer, `Affine(10) -> Relu`. `None` without sizes.
pub(super) fn meant_sizes(name: &str, arguments: &[Expr]) -> Option<String> {
    let (mut inputs, mut sizes, mut activation) = (None, Vec::new(), None);
    for argument in arguments {
        match named(argument) {
            Some((name, value)) if INPUTS.iter().any(|known| name == known) => inputs = Some(value),
            Some((name, value)) if OUTPUTS.iter().any(|known| name == known) => sizes.push(value),
            Some((name, value)) if name == "activation" => activation = activation_of(value),
            Some(_) => {}
            None => match activation_of(argument) {
                Some(found) => activation = Some(found),
                None if !is_init(argument) => sizes.push(argument),
                None => {}
            },
        }
    }
    let sizes: Vec<String> = inputs.into_iter().chain(sizes).take(2).map(source).collect();
    if sizes.is_empty() {
        return None;
    }
    let after = activation.map(|activation| format!(" -> {activation}")).unwrap_or_default();
    Some(format!("{name}({}){after}", sizes.join(", ")))
}

/// The activation that an argument names: `Relu`, `"relu"`.
pub(super) fn activation_of(argument: &Expr) -> Option<String> {
    let name = match plain(argument) {
        // In single quotes, the compiler itself reports the quotes.
        Expr::Lit(literal) => source(literal).trim_matches(['"', '\'']).to_owned(),
        Expr::Path(path) => path.path.segments.last()?.ident.to_string(),
        _ => return None,
    };
    let spec = registry::known(&name).filter(|spec| !spec.role.is_field() && !spec.role.is_loss());
    spec.map(registry::LayerSpec::signature)
}

/// Reports arguments that are no sizes, the first of them. `meant` is the help for one with a name, if
/// it is not the sizes alone. Returns whether there was one.
pub(super) fn reject(
    call: &Call,
    name: &str,
    arguments: &[Expr],
    meant: Option<String>,
    report: &mut Report,
) -> bool {
    let Some((at, message)) = arguments.iter().find_map(|argument| {
        let written = source(argument);
        let fact = match (named(argument), plain(argument)) {
            (Some((name, _)), _) if is_size(&name.to_string()) => {
                format!("sizes have no names, found `{written}`")
            }
            (Some((setting, _)), _) => {
                format!("unknown setting `{setting}` in `{}`", call.source())
            }
            (None, _) if is_init(argument) => format!("missing name of the setting `{written}`"),
            (None, _) if activation_of(argument).is_some() => {
                format!("expected a size, found layer `{written}`")
            }
            (None, Expr::Tuple(_)) if arguments.len() == 1 => {
                format!("expected sizes, found a tuple `{written}`")
            }
            _ => return None,
        };
        Some((argument, fact))
    }) else {
        return reject_inferred(name, arguments, report);
    };
    let help = match (at, arguments) {
        (Expr::Tuple(tuple), [_]) => {
            meant_sizes(name, &tuple.elems.iter().cloned().collect::<Vec<_>>())
        }
        _ if is_init(at) => meant_sizes(name, arguments)
            .map(|call| format!("{}, init = {})", call.trim_end_matches(')'), source(at))),
        _ => meant_sizes(name, arguments),
    };
    let sizes = || format!("write `{}`", help.unwrap_or(format!("{name}(inputs, outputs)")));
    let help = meant.filter(|_| named(at).is_some()).unwrap_or_else(sizes);
    report.error(at, format!("{message}\nhelp: {help}"));
    true
}

/// Returns whether the name in front of a `=` is that of a size.
fn is_size(name: &str) -> bool {
    INPUTS.contains(&name) || OUTPUTS.contains(&name) || sequence_meant::is_size(name)
}

/// Reports `-1` or `None` in place of inputs that are to be inferred.
fn reject_inferred(name: &str, arguments: &[Expr], report: &mut Report) -> bool {
    let [inputs, outputs] = arguments else { return false };
    let is_inferred = match plain(inputs) {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => source(expr) == "1",
        Expr::Path(path) => path.path.is_ident("None"),
        Expr::Infer(_) => true,
        _ => false,
    };
    if is_inferred {
        let message = format!(
            "expected a number of inputs, found `{}`\n\
             help: write `{name}({})` to infer the inputs",
            source(inputs),
            source(outputs)
        );
        report.error(inputs, message);
    }
    is_inferred
}
