//! Arguments of a layer or loss besides sizes: a number, the initialization of weights, or the
//! settings of a softmax.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprArray, ExprAssign, ExprLit, ExprUnary, Lit, UnOp};

use crate::common::report::Report;
use crate::common::spelling::is_like;
use crate::common::tokens::source;
use crate::network::model::LossSettings;
use crate::network::registry::{LayerSpec, Number, Role, SequenceKind, Setting};
use crate::network::size::{self, Depends, Size, plain};
use crate::network::syntax::ast::Arguments;
use crate::network::syntax::ast::Call;

/// The initializations without an argument.
const INITS: [&str; 6] = ["Auto", "Xavier", "He", "XavierUniform", "HeUniform", "Zeros"];

/// Returns the numeric argument of a layer or loss; `None` if it is absent or invalid, which is
/// reported.
pub(crate) fn number(call: &Call, spec: &LayerSpec, report: &mut Report) -> Option<TokenStream> {
    let Setting::Number(number) = spec.setting else { return None };
    let Number { what, is_optional, example, .. } = number;
    let found = match &call.arguments {
        Arguments::Given(given) => match &given[..] {
            [given] => return read_number(given, spec.name, number, report),
            given => given.len(),
        },
        Arguments::Absent if !is_optional => 0,
        Arguments::Absent | Arguments::Angles(_) | Arguments::Mistaken => return None,
    };
    let message = format!(
        "`{0}` takes one number, found {found}\n\
         help: write the {what}, for example `{0}({example})`",
        spec.name
    );
    report.error(&call.tokens, message);
    None
}

/// Reads a number and checks its range. If only the compiler knows the number, the compiler checks
/// it.
fn read_number(
    expression: &Expr,
    name: &str,
    number: Number,
    report: &mut Report,
) -> Option<TokenStream> {
    let Number { what, accepts, expected, example, .. } = number;
    let written = source(expression);
    match literal(expression) {
        Ok(Some(value)) if accepts(value) => return Some(as_float(expression, value)),
        Ok(None) => match size::check_names(expression.to_token_stream()) {
            Ok(()) => return Some(expression.to_token_stream()),
            Err(message) => report.error(expression, message.replace("a size", "a setting")),
        },
        _ => {
            let help = match meant_number(expression).filter(|(value, _)| accepts(*value)) {
                Some((_, number)) => format!("write `{name}({number})`"),
                None => format!("write the {what}, for example `{name}({example})`"),
            };
            let message = format!("expected a number {expected}, found `{written}`\nhelp: {help}");
            report.error(expression, message);
        }
    }
    None
}

/// The value of a literal. `None` if only the compiler knows it; an error if it is not a number.
fn literal(expression: &Expr) -> Result<Option<f64>, ()> {
    match plain(expression) {
        Expr::Lit(ExprLit { lit: Lit::Float(float), .. })
            if matches!(float.suffix(), "" | "f64" | "f32") =>
        {
            float.base10_parse().map(Some).map_err(|_| ())
        }
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) if int.suffix().is_empty() => {
            int.base10_parse().map(Some).map_err(|_| ())
        }
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => {
            Ok(literal(expr)?.map(|value| -value))
        }
        Expr::Path(_)
        | Expr::Binary(_)
        | Expr::Call(_)
        | Expr::Field(_)
        | Expr::Block(_)
        | Expr::Cast(_)
        | Expr::MethodCall(_)
        | Expr::Index(_)
        | Expr::Macro(_) => Ok(None),
        _ => Err(()),
    }
}

/// Returns whether a number is known and accepted as a setting.
pub(super) fn is_accepted(expression: &Expr, number: Number) -> bool {
    matches!(literal(expression), Ok(Some(value)) if (number.accepts)(value))
}

/// The number that was meant by `p = 0.25`, or by `40` in percent, with its source.
fn meant_number(expression: &Expr) -> Option<(f64, String)> {
    match plain(expression) {
        Expr::Assign(assign) => Some((literal(&assign.right).ok()??, source(&assign.right))),
        expression => {
            let part = literal(expression).ok()?.filter(|percent| *percent > 1.0)? / 100.0;
            Some((part, part.to_string()))
        }
    }
}

/// Converts a literal to one of type `f64`, with the user's span.
fn as_float(expression: &Expr, value: f64) -> TokenStream {
    let mut literal = Literal::f64_unsuffixed(value.abs());
    literal.set_span(expression.span());
    if value < 0.0 { quote!(-#literal) } else { literal.to_token_stream() }
}

/// An expression that constructs a value of type `path` from a number with `new`. It is evaluated
/// at compile time, so that a number out of range is a compile error.
pub(crate) fn made_from(path: &TokenStream, number: &TokenStream) -> TokenStream {
    let place = number.span();
    quote_spanned!(place=> const { #path::new(#number) })
}

/// Removes `init = …` from the arguments of a layer, and returns the initialization as a path
/// relative to the runtime's `Init`.
pub(crate) fn take_init(call: &mut Call, report: &mut Report) -> Option<TokenStream> {
    let written = call.source();
    let Arguments::Given(arguments) = &mut call.arguments else { return None };
    let mut inits = Vec::new();
    arguments.retain(|argument| {
        let init = named(argument).filter(|(name, value)| *name == "init" || is_init(value));
        inits.extend(init.map(|(name, value)| (name.clone(), value.clone())));
        init.is_none()
    });
    let mut init = None;
    for (place, (name, value)) in inits.iter().enumerate() {
        if name != "init" {
            let message = format!(
                "unknown setting `{name}` in `{written}`\nhelp: write `init = {}`",
                source(value)
            );
            report.error(name, message);
        } else if place > 0 {
            let message =
                format!("duplicate setting `init` in `{written}`\nhelp: remove one of the two");
            report.error(name, message);
        }
        init = init.or(read_init(value, report));
    }
    init
}

/// A setting that is `true` or `false`.
struct Flag {
    name: &'static str,
    /// Its name in other libraries.
    alias: &'static str,
    /// Its value if it is absent.
    default: bool,
    /// Whether a layer has it.
    is_of: fn(Role) -> bool,
    /// An example of the other value, and the layer that it is.
    example: &'static str,
    effect: &'static str,
}

/// Whether a layer has biases.
const BIAS: Flag = Flag {
    name: "bias",
    alias: "use_bias",
    default: true,
    is_of: may_have_bias,
    example: "Affine(64, bias = false)",
    effect: "a layer without biases",
};

/// Whether a layer carries its state from batch to batch.
const CARRY: Flag = Flag {
    name: "carry",
    alias: "stateful",
    default: false,
    is_of: |role| matches!(role, Role::Sequence(SequenceKind::Recurrent { .. })),
    example: "Lstm(128, carry = true)",
    effect: "a layer that continues from batch to batch",
};

/// Removes `bias = …` from the arguments of a layer, and returns whether the layer has biases.
pub(crate) fn take_bias(call: &mut Call, spec: &LayerSpec, report: &mut Report) -> bool {
    take_flag(&BIAS, call, spec, report)
}

/// Removes `carry = …` from the arguments of a layer, and returns whether it carries its state.
pub(crate) fn take_carry(call: &mut Call, spec: &LayerSpec, report: &mut Report) -> bool {
    take_flag(&CARRY, call, spec, report)
}

/// Removes a flag from the arguments of a layer, and returns its value.
fn take_flag(flag: &Flag, call: &mut Call, spec: &LayerSpec, report: &mut Report) -> bool {
    let Flag { name: title, alias, default, is_of, example, effect } = flag;
    let written = source(&call.path);
    let Arguments::Given(arguments) = &mut call.arguments else { return *default };
    let is_flag = |argument: &Expr| {
        named(argument)
            .is_some_and(|(name, _)| name == title || (name == alias && is_of(spec.role)))
    };
    let (settings, others): (Vec<_>, Vec<_>) = arguments.drain(..).partition(is_flag);
    *arguments = others;
    let mut is_set = *default;
    for (place, (name, value)) in settings.iter().filter_map(named).enumerate() {
        if !is_of(spec.role) {
            let message = format!(
                "`{title}` is not a setting of `{written}`\n\
                 help: remove it; `{example}` is {effect}"
            );
            report.error(name, message);
        } else if name == alias {
            let message = format!(
                "unknown setting `{alias}` in `{written}`\n\
                 help: write `{title} = {}`",
                source(value).to_lowercase()
            );
            report.error(name, message);
        } else if place > 0 {
            let message =
                format!("`{title}` is set twice in `{written}`\nhelp: remove one of the two");
            report.error(name, message);
        } else if let Expr::Lit(ExprLit { lit: Lit::Bool(flag), .. }) = plain(value) {
            is_set = flag.value;
        } else {
            let message = format!(
                "`{title}` is `true` or `false`, found `{}`\n\
                 help: write `{title} = {}` for {effect}",
                source(value),
                !default
            );
            report.error(value, message);
        }
    }
    is_set
}

/// Returns whether a layer has biases unless it has a setting.
fn may_have_bias(role: Role) -> bool {
    match role {
        Role::Layer { .. } => true,
        Role::Window(kind, _) => kind.has_filters(),
        _ => false,
    }
}

/// `name = value`
pub(super) fn named(argument: &Expr) -> Option<(&Ident, &Expr)> {
    let Expr::Assign(ExprAssign { left, right, .. }) = argument else { return None };
    let Expr::Path(path) = plain(left) else { return None };
    Some((path.path.get_ident()?, right))
}

/// The last segment of an initialization's path, which is significant: `He` for `Init::He`.
fn init_name(value: &Expr) -> Option<&Ident> {
    let path = match plain(value) {
        Expr::Path(path) => path,
        Expr::Call(call) => match plain(&call.func) {
            Expr::Path(path) => path,
            _ => return None,
        },
        _ => return None,
    };
    Some(&path.path.segments.last()?.ident)
}

/// Returns whether a value is an initialization.
pub(super) fn is_init(value: &Expr) -> bool {
    init_name(value).is_some_and(|name| name == "Normal" || INITS.iter().any(|init| name == init))
}

/// Reads an initialization.
fn read_init(value: &Expr, report: &mut Report) -> Option<TokenStream> {
    let written = source(value);
    let name = init_name(value).filter(|_| is_init(value));
    let message = match (plain(value), name) {
        (Expr::Path(_), Some(name)) if name != "Normal" => return Some(quote!(#name)),
        (Expr::Call(call), Some(name)) if name == "Normal" && call.args.len() == 1 => {
            let std_dev = call.args.first()?;
            let std_dev = match literal(std_dev) {
                Ok(Some(value)) if value >= 0.0 => as_float(std_dev, value),
                Ok(None) => std_dev.to_token_stream(),
                _ => {
                    let message = format!(
                        "expected a standard deviation of at least 0, found `{}`\n\
                         help: write a number, for example `init = Normal(0.01)`",
                        source(std_dev)
                    );
                    report.error(std_dev, message);
                    return None;
                }
            };
            return Some(quote!(#name(#std_dev)));
        }
        (_, Some(name)) if name == "Normal" => {
            format!(
                "expected one number, the standard deviation, found `{written}`\n\
                 help: write one, for example `init = Normal(0.01)`"
            )
        }
        (Expr::Call(_), Some(name)) => {
            format!("`{name}` takes no arguments\nhelp: write `init = {name}`")
        }
        _ => {
            let help = match meant_init(value) {
                Some(init) => format!("did you mean `init = {init}`?"),
                None => {
                    let all: Vec<String> = INITS.iter().map(|init| format!("`{init}`")).collect();
                    format!("write one of {} or `Normal(0.01)`", all.join(", "))
                }
            };
            format!("unknown initialization `{written}`\nhelp: {help}")
        }
    };
    report.error(value, message);
    None
}

/// The initialization that was meant by a name of another library, or by a misspelling.
fn meant_init(value: &Expr) -> Option<&'static str> {
    let name = match plain(value) {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.value(),
        value => init_name(value)?.to_string(),
    };
    let name = name.to_lowercase().replace(['_', '-'], "");
    let known = match name.as_str() {
        "kaiming" | "kaimingnormal" | "henormal" => Some("He"),
        "kaiminguniform" => Some("HeUniform"),
        "glorot" | "glorotnormal" | "xaviernormal" => Some("Xavier"),
        "glorotuniform" => Some("XavierUniform"),
        "zero" => Some("Zeros"),
        "gaussian" | "randomnormal" | "normal" => Some("Normal(0.01)"),
        _ => None,
    };
    let is_known = |init: &&str| init.eq_ignore_ascii_case(&name);
    known
        .or_else(|| INITS.into_iter().find(is_known))
        .or_else(|| INITS.into_iter().find(|init| is_like(&name, init)))
}

/// The setting of a softmax that was meant by a name.
fn meant_setting(name: &Ident) -> Option<&'static str> {
    let name = name.to_string();
    match name.as_str() {
        "weight" | "class_weight" | "class_weights" => Some("weights"),
        "label_smoothing" => Some("smoothing"),
        _ => ["weights", "smoothing"].into_iter().find(|known| is_like(&name, known)),
    }
}

/// The settings of a loss that are meant by arguments of another library: `smoothing = 0.1` for
/// `label_smoothing=0.1`.
pub(super) fn meant_settings(setting: Setting, arguments: &[Expr]) -> Vec<String> {
    let meant = |(name, value): (&Ident, &Expr)| {
        let meant = match setting {
            Setting::Classes => meant_setting(name)?,
            _ => Some("pos_weight").filter(|known| name == known)?,
        };
        Some(format!("{meant} = {}", source(value)))
    };
    arguments.iter().filter_map(named).filter_map(meant).collect()
}

/// Reports an argument that is not a setting of a softmax.
fn reject_setting(argument: &Expr, report: &mut Report) {
    const LOSS: &str = "SoftmaxWithLoss";
    let both = format!("write `{LOSS}(smoothing = 0.1)` or `{LOSS}(weights = [1.0, 2.0])`");
    let (place, fact, help) = match named(argument) {
        Some((name, value)) => {
            let help = match meant_setting(name) {
                Some(meant) => format!("write `{LOSS}({meant} = {})`", source(value)),
                None => both,
            };
            (name.to_token_stream(), format!("unknown setting `{name}` in `{LOSS}`"), help)
        }
        None => {
            let written = source(argument);
            let fact = format!("expected `smoothing = …` or `weights = …`, found `{written}`");
            let help = match literal(argument) {
                Ok(Some(value)) if (0.0..1.0).contains(&value) => {
                    format!("write `{LOSS}(smoothing = {written})`")
                }
                _ => both,
            };
            (argument.to_token_stream(), fact, help)
        }
    };
    report.error(place, format!("{fact}\nhelp: {help}"));
}

/// Reads the settings of a softmax; `None` if it has none.
pub(super) fn classes(call: &Call, report: &mut Report) -> Option<LossSettings> {
    let Arguments::Given(arguments) = &call.arguments else { return None };
    let mut constructor = quote_spanned!(call.path.span()=> ::new());
    let mut weights = None;
    let mut seen: Vec<&Ident> = Vec::new();
    for argument in arguments {
        let Some((name, value)) =
            named(argument).filter(|(name, _)| ["smoothing", "weights"].iter().any(|n| name == n))
        else {
            reject_setting(argument, report);
            continue;
        };
        if seen.contains(&name) {
            let message = format!(
                "duplicate setting `{name}` in `SoftmaxWithLoss`\nhelp: remove one of the two"
            );
            report.error(name, message);
            continue;
        }
        seen.push(name);
        if name == "smoothing" {
            let smoothing = read_smoothing(value, report);
            constructor.extend(
                smoothing
                    .map(|smoothing| quote_spanned!(value.span()=> .with_smoothing(#smoothing))),
            );
        } else if let Some((list, count)) = read_weights(value, report) {
            constructor.extend(quote_spanned!(value.span()=> .with_weights(&#list)));
            weights = Some(count);
        }
    }
    let ty = "AdjustedSoftmaxWithLoss";
    (!arguments.is_empty()).then_some(LossSettings { ty, constructor, weights })
}

fn read_smoothing(value: &Expr, report: &mut Report) -> Option<TokenStream> {
    let written = source(value);
    match literal(value) {
        Ok(Some(smoothing)) if (0.0..1.0).contains(&smoothing) => Some(as_float(value, smoothing)),
        Ok(None) => Some(value.to_token_stream()),
        _ => {
            let message = format!(
                "expected a number of at least 0 and below 1, found `{written}`\n\
                 help: write the smoothing, for example `smoothing = 0.1`"
            );
            report.error(value, message);
            None
        }
    }
}

/// Reads the weights of classes, and returns them with their number.
fn read_weights(value: &Expr, report: &mut Report) -> Option<(TokenStream, Size)> {
    let count =
        |count: TokenStream| Size::evaluated(count, "a number of".to_owned(), Depends::Constants);
    match plain(value) {
        Expr::Array(ExprArray { elems, .. }) if !elems.is_empty() => {
            let weights: Option<Vec<TokenStream>> =
                elems.iter().map(|weight| read_weight(weight, report)).collect();
            let weights = weights?;
            let size = Size::known(weights.len() as u64);
            Some((quote!([#(#weights),*]), size))
        }
        Expr::Path(path) => Some((quote!(#path), count(quote!(#path.len())))),
        _ => {
            let message = format!(
                "expected a list with a weight for each class, found `{}`\n\
                 help: write a list or the name of a constant, for example `weights = [1.0, 2.0]`",
                source(value)
            );
            report.error(value, message);
            None
        }
    }
}

fn read_weight(weight: &Expr, report: &mut Report) -> Option<TokenStream> {
    match literal(weight) {
        Ok(Some(value)) if value >= 0.0 && value.is_finite() => Some(as_float(weight, value)),
        Ok(None) => Some(weight.to_token_stream()),
        _ => {
            let message = format!(
                "expected a weight of at least 0, found `{}`\n\
                 help: write a number, for example `1.0`",
                source(weight)
            );
            report.error(weight, message);
            None
        }
    }
}

/// Reads the settings of a binary cross entropy; `None` if it has none.
pub(super) fn pos_weight(call: &Call, report: &mut Report) -> Option<LossSettings> {
    let Arguments::Given(arguments) = &call.arguments else { return None };
    let mut settings = None;
    for (place, argument) in arguments.iter().enumerate() {
        let Some((name, value)) = named(argument).filter(|(name, _)| *name == "pos_weight") else {
            let message = format!(
                "`{}` is not a setting of `BinaryCrossEntropy`\n\
                 help: write `BinaryCrossEntropy(pos_weight = 3.0)`",
                source(argument)
            );
            report.error(argument, message);
            continue;
        };
        if place > 0 {
            let message = "`pos_weight` is set twice\nhelp: remove one of the two";
            report.error(name, message);
            continue;
        }
        settings = read_pos_weight(value, report).map(|(list, weights)| LossSettings {
            ty: "WeightedBinaryCrossEntropy",
            constructor: quote_spanned!(value.span()=> ::new(&#list)),
            weights,
        });
    }
    settings
}

/// Reads a weight for all outputs, or a list with one for each, and returns the list with its
/// length.
fn read_pos_weight(value: &Expr, report: &mut Report) -> Option<(TokenStream, Option<Size>)> {
    let read = |weight: &Expr| match literal(weight) {
        Ok(Some(number)) if number >= 0.0 && number.is_finite() => Some(as_float(weight, number)),
        Ok(None) => Some(weight.to_token_stream()),
        _ => None,
    };
    let list = match plain(value) {
        Expr::Array(ExprArray { elems, .. }) if !elems.is_empty() => {
            let weights: Option<Vec<TokenStream>> = elems.iter().map(read).collect();
            weights.map(|weights| {
                let count = Size::known(weights.len() as u64);
                (quote!([#(#weights),*]), (weights.len() > 1).then_some(count))
            })
        }
        Expr::Path(path) => {
            let words = "a number of".to_owned();
            let count = Size::evaluated(quote!(#path.len()), words, Depends::Constants);
            Some((quote!(#path), Some(count)))
        }
        weight => read(weight).map(|weight| (quote!([#weight]), None)),
    };
    if list.is_none() {
        let message = format!(
            "`pos_weight` is a number, 0 or above, or a list of them; found `{}`\n\
             help: write `pos_weight = 3.0`, or `pos_weight = [1.0, 3.0]` with a number for each \
             output",
            source(value)
        );
        report.error(value, message);
    }
    list
}

/// Reads the weight of a head.
pub(super) fn head_weight(weight: &Expr, loss: &Call, report: &mut Report) -> Option<TokenStream> {
    match literal(weight) {
        Ok(Some(value)) if value >= 0.0 && value.is_finite() => Some(as_float(weight, value)),
        Ok(None) if size::check_names(weight.to_token_stream()).is_ok() => {
            Some(weight.to_token_stream())
        }
        _ => {
            let message = format!(
                "the weight of a loss is a number, 0 or above; found `{}`\n\
                 help: write `0.5 * {}`, for example",
                source(weight),
                loss.source()
            );
            report.error(weight, message);
            None
        }
    }
}
