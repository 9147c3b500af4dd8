//! Finding the row of a name, and suggestions for unknown names.

use proc_macro2::{Ident, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, ExprLit, Lit};

use super::arguments::meant_sizes;
use super::sequence_meant::{self, both_directions};
use super::settings::{is_accepted, meant_settings, named};
use super::window_meant;
use crate::common::report::Report;
use crate::common::spelling::is_like;
use crate::common::tokens::source;
use crate::network::absent;
use crate::network::registry::{self, LayerSpec, Role, Setting};
use crate::network::syntax::ast::{Arguments, Call};
use crate::network::syntax::functional;

/// Returns the table's row for a call. If there is none, reports that, and returns the row that was
/// probably meant.
pub(crate) fn lookup(call: &Call, what: &str, report: &mut Report) -> Option<&'static LayerSpec> {
    let name = source(&call.path);
    if let Some(map) = &call.map {
        return Some(lookup_mapped(map, &name, what, report));
    }
    if let Some(spec) = registry::find(&name) {
        return Some(spec);
    }
    if let Some(first) = call.path.segments.first().filter(|_| call.begins_with_ours()) {
        let repair = own_name(call, &first.ident);
        let message = format!(
            "expected a {what}, found `{name}`\n\
             help: write `{repair}`"
        );
        report.error(&call.path, message);
        return registry::find(&first.ident.to_string());
    }
    let wants_loss = what == "loss";
    let meant = meant(call, wants_loss);
    let ends_with_keyword =
        call.path.segments.last().is_some_and(|last| is_keyword(&last.ident.to_string()));
    let help = match &meant {
        Some(Meant::Ours(spec)) if spec.role.is_loss() && !wants_loss => {
            format!("remove it: `=> {}` includes it", spec.name)
        }
        Some(Meant::Ours(spec)) => match (&call.arguments, spec.role) {
            (Arguments::Given(given), Role::Sequence(kind)) => both_directions(spec, kind, given),
            _ => None,
        }
        .unwrap_or_else(|| format!("did you mean `{}`?", suggestion(call, spec))),
        Some(Meant::Absent(help, _)) => help.clone(),
        None if ends_with_keyword => {
            "write a layer, for example `Affine(784, 50)` or `Relu`".to_owned()
        }
        None if call.ident().is_some() && is_like(&name, "Input") => {
            "did you mean `Input(features)`, at the beginning?".to_owned()
        }
        None => return Some(&registry::OWN),
    };
    report.error(&call.path, format!("cannot find {what} `{name}`\nhelp: {help}"));
    match meant {
        Some(Meant::Ours(spec)) => Some(spec),
        _ => None,
    }
}

/// What the user meant by a name that is not in the table.
enum Meant {
    /// A row of the table.
    Ours(&'static LayerSpec),
    /// A layer or loss of another library: the help, and whether it is a loss.
    Absent(String, bool),
}

/// What the user meant by the name of a call; `None` if it may be the user's own type.
fn meant(call: &Call, wants_loss: bool) -> Option<Meant> {
    let word = call.word()?;
    if let Some(help) = container(&word, call) {
        return Some(Meant::Absent(help, false));
    }
    let absent = absent::find(&word, call);
    let fits = absent.filter(|absent| absent.is_loss() == wants_loss);
    if let (Some(absent), true) =
        (fits.or(absent), fits.is_some() || registry::known(&word).is_none())
    {
        return Some(Meant::Absent(absent.help(&word, call), absent.is_loss()));
    }
    let similar = || registry::similar(&word, wants_loss).filter(|_| call.ident().is_some());
    registry::known(&word).or_else(similar).map(Meant::Ours)
}

/// The help for layers that contain others in other libraries.
fn container(word: &str, call: &Call) -> Option<String> {
    let Arguments::Given(arguments) = &call.arguments else { return None };
    match word.to_ascii_lowercase().as_str() {
        "sequential" | "modulelist" => {
            let layers = match &arguments[..] {
                [Expr::Array(list)] => functional::list(list.elems.to_token_stream()),
                _ => functional::list(quote!(#(#arguments),*)),
            };
            let layers = layers.unwrap_or("Affine(784, 50) -> Relu".to_owned());
            Some(format!("join the layers with arrows: `{layers}`"))
        }
        "activation" => {
            let [Expr::Lit(ExprLit { lit: Lit::Str(name), .. })] = &arguments[..] else {
                return None;
            };
            let spec = registry::known(&name.value())?;
            Some(format!("write `{}`", spec.signature()))
        }
        _ => None,
    }
}

/// Returns whether a call is a loss, or was probably meant as one.
pub(crate) fn is_loss(call: &Call) -> bool {
    match registry::find(&source(&call.path)) {
        Some(spec) => spec.role.is_loss(),
        None => match meant(call, true) {
            Some(Meant::Ours(spec)) => spec.role.is_loss(),
            Some(Meant::Absent(_, is_loss)) => is_loss,
            None => false,
        },
    }
}

/// Returns whether a call is a layer, or was probably meant as one.
pub(crate) fn is_layer(call: &Call) -> bool {
    match registry::find(&source(&call.path)) {
        Some(spec) => !spec.role.is_loss(),
        None => match meant(call, false) {
            Some(Meant::Ours(spec)) => !spec.role.is_loss(),
            Some(Meant::Absent(..)) | None => false,
        },
    }
}

/// Returns the row for the name after a `map`: a user-defined activation.
fn lookup_mapped(map: &Ident, name: &str, what: &str, report: &mut Report) -> &'static LayerSpec {
    let spec = registry::find(name);
    if spec.is_some() || what == "loss" {
        let message = format!(
            "unexpected `map` before `{name}`: it is for activations of your own\n\
             help: write `{name}`, without `map`"
        );
        report.error(map, message);
    }
    spec.unwrap_or(if what == "loss" { &registry::OWN } else { &registry::OWN_ACTIVATION })
}

/// Rewrites `Affine::new(4, 8)` as `Affine(4, 8)`.
fn own_name(call: &Call, name: &Ident) -> String {
    match &call.arguments {
        Arguments::Given(sizes) if !sizes.is_empty() => {
            let sizes: Vec<_> = sizes.iter().map(source).collect();
            format!("{name}({})", sizes.join(", "))
        }
        _ => {
            registry::find(&name.to_string()).map_or("Input(784)".to_owned(), LayerSpec::signature)
        }
    }
}

/// Rewrites `call` with the name of `spec`.
fn suggestion(call: &Call, spec: &LayerSpec) -> String {
    match (&call.arguments, spec.role, spec.setting) {
        (Arguments::Given(sizes), Role::Layer { .. }, _) => {
            meant_sizes(spec.name, sizes).unwrap_or_else(|| spec.signature())
        }
        (Arguments::Given(given), Role::Window(kind, _), _) => {
            window_meant::meant(spec, kind, given).unwrap_or_else(|| spec.signature())
        }
        (Arguments::Given(given), Role::Sequence(kind), _) => {
            sequence_meant::meant(spec, kind, given).unwrap_or_else(|| spec.signature())
        }
        (Arguments::Given(given), _, Setting::Classes | Setting::PosWeight) => {
            let settings = meant_settings(spec.setting, given);
            let settings = (!settings.is_empty()).then(|| format!("({})", settings.join(", ")));
            format!("{}{}", spec.name, settings.unwrap_or_default())
        }
        (Arguments::Given(given), _, Setting::Number(number)) => match &given[..] {
            [given] => {
                let value = named(given).map_or(given, |(_, value)| value);
                match is_accepted(value, number) {
                    true => format!("{}({})", spec.name, source(value)),
                    false => spec.signature(),
                }
            }
            _ => spec.signature(),
        },
        _ => spec.signature(),
    }
}

/// Returns whether a name is a keyword that begins a path.
fn is_keyword(name: &str) -> bool {
    ["crate", "self", "super", "Self"].contains(&name)
}

/// Rejects empty parentheses. Returns whether there were any.
pub(crate) fn no_parentheses(call: &Call, report: &mut Report) -> bool {
    let last = call.tokens.clone().into_iter().last();
    let are_empty = matches!(last, Some(TokenTree::Group(group)) if group.stream().is_empty());
    if are_empty {
        let name = source(&call.path_with_map());
        let message = format!("unexpected parentheses after `{name}`\nhelp: write `{name}`");
        report.error(&call.tokens, message);
    }
    are_empty
}

/// Rejects arguments of a layer or loss that takes none. Returns whether they contain other layers.
pub(crate) fn no_arguments(call: &Call, spec: &LayerSpec, report: &mut Report) -> bool {
    let has_none = matches!(call.arguments, Arguments::Absent);
    if has_none || call.begins_with_ours() || !matches!(spec.setting, Setting::None) {
        return false;
    }
    if no_parentheses(call, report) {
        return false;
    }
    let name = source(&call.path_with_map());
    let chain = functional::chain(call.tokens.clone()).filter(|chain| chain.contains(" -> "));
    let help = chain.as_ref().unwrap_or(&name);
    let reason = match spec.role {
        Role::Loss => "",
        Role::Custom => ": a loss of your own is a `Default`",
        Role::Channels(_) => ": its sizes are those of the image",
        _ => ": it has as many outputs as inputs",
    };
    let message = format!("`{name}` takes no arguments{reason}\nhelp: write `{help}`");
    report.error(&call.tokens, message);
    chain.is_some()
}
