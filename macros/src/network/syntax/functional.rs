//! Layers in the style of other languages, such as `relu(affine(x))` or `[Linear(4, 8), ReLU()]`,
//! rewritten as a chain for the help of messages.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprCall, Path, Token};

use crate::common::nesting::is_too_long;
use crate::common::tokens::source;
use crate::network::registry::{self, Role, Setting};
use crate::network::size::plain;
use crate::network::syntax::ast::is_library;

/// Rewrites nested calls: `x -> Affine(8) -> Relu` for `Relu(Affine(x, 8))`. `None` for other
/// tokens.
pub(crate) fn chain(tokens: TokenStream) -> Option<String> {
    if is_too_long(tokens.clone()) {
        return None;
    }
    let mut parts = Vec::new();
    unroll(&syn::parse2(tokens).ok()?, &mut parts)?;
    Some(parts.join(" -> "))
}

/// Rewrites a list of layers: `Affine(4, 8) -> Relu` for `Linear(4, 8), ReLU()`.
pub(crate) fn list(tokens: TokenStream) -> Option<String> {
    if is_too_long(tokens.clone()) {
        return None;
    }
    let layers = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens).ok()?;
    let layers: Option<Vec<String>> = layers.iter().map(single).collect();
    layers.filter(|layers| !layers.is_empty()).map(|layers| layers.join(" -> "))
}

/// A layer without a value that it reads: `Linear(4, 8)`, `ReLU()` or `Relu`.
fn single(layer: &Expr) -> Option<String> {
    match plain(layer) {
        Expr::Path(path) => layer_of(&path.path, &[]),
        Expr::Call(call) => match plain(&call.func) {
            Expr::Path(path) => layer_of(&path.path, &call.args.iter().collect::<Vec<_>>()),
            _ => None,
        },
        Expr::MethodCall(call) => {
            Some(layer_text(&call.method.to_string(), &call.args.iter().collect::<Vec<_>>()))
        }
        _ => None,
    }
}

/// Adds the value and the layers of nested calls, the innermost first.
fn unroll(expression: &Expr, parts: &mut Vec<String>) -> Option<()> {
    match plain(expression) {
        Expr::Path(path) => parts.push(source(path)),
        Expr::Call(call) => return unroll_call(call, parts),
        // `x.relu()`, or `F.relu(x)` and `self.relu(x)`.
        Expr::MethodCall(call) => {
            let is_function = matches!(plain(&call.receiver), Expr::Path(path)
            if path.path.get_ident().is_some_and(|name| {
                name == "self" || is_library(&name.to_string())
            }));
            let arguments: Vec<&Expr> = call.args.iter().collect();
            let rest = if is_function {
                let (value, rest) = arguments.split_first()?;
                unroll(value, parts)?;
                rest
            } else {
                unroll(&call.receiver, parts)?;
                &arguments[..]
            };
            parts.push(layer_text(&call.method.to_string(), rest));
        }
        _ => return None,
    }
    Some(())
}

fn unroll_call(call: &ExprCall, parts: &mut Vec<String>) -> Option<()> {
    let arguments: Vec<&Expr> = call.args.iter().collect();
    match plain(&call.func) {
        // `Dense(8)(x)`
        layer @ Expr::Call(_) => {
            unroll(arguments.first()?, parts)?;
            parts.push(single(layer)?);
        }
        Expr::Path(path) => match arguments.split_first() {
            Some((value, sizes)) if is_value(value) => {
                unroll(value, parts)?;
                parts.push(layer_of(&path.path, sizes)?);
            }
            _ => parts.push(layer_of(&path.path, &arguments)?),
        },
        _ => return None,
    }
    Some(())
}

/// Returns whether an argument is a value or a layer, not a size.
fn is_value(argument: &Expr) -> bool {
    match plain(argument) {
        Expr::Call(_) | Expr::MethodCall(_) => true,
        Expr::Path(path) => path.path.get_ident().is_some_and(|name| {
            let name = name.to_string();
            name.starts_with(char::is_lowercase) || registry::known(&name).is_some()
        }),
        _ => false,
    }
}

fn layer_of(path: &Path, sizes: &[&Expr]) -> Option<String> {
    Some(layer_text(&path.segments.last()?.ident.to_string(), sizes))
}

/// A layer with its name here.
fn layer_text(name: &str, arguments: &[&Expr]) -> String {
    let known = registry::known(name);
    let written: Vec<String> =
        arguments.iter().map(|size| source(&size.to_token_stream())).collect();
    let written = written.join(", ");
    match known.map(|spec| (spec, spec.role, spec.setting)) {
        Some((spec, Role::Layer { .. }, _)) if arguments.is_empty() => format!("{}(64)", spec.name),
        Some((spec, Role::Layer { .. }, _)) => format!("{}({written})", spec.name),
        Some((spec, _, Setting::Number(_))) if arguments.len() == 1 => {
            format!("{}({written})", spec.name)
        }
        Some((spec, ..)) => spec.signature(),
        // The attribute of a module, `self.fc1(x)`.
        None if arguments.is_empty() && name.starts_with("conv") => {
            format!("{name}: Conv2d(8, 3)")
        }
        None if arguments.is_empty() && name.starts_with(char::is_lowercase) => {
            format!("{name}: Affine(64)")
        }
        None if arguments.is_empty() => name.to_owned(),
        None => format!("{name}({written})"),
    }
}
