//! The parentheses after a layer's name.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Token};

use super::ast::Arguments;
use crate::common::nesting::is_too_long;
use crate::common::report::Report;
use crate::common::tokens::{Tokens, ends, is_mark, source};
use crate::network::registry::{self, LayerSpec, Role, Setting};

/// Parses the sizes in parentheses; `written` is the source of the call so far.
pub(crate) fn parse_arguments(
    tokens: &mut Tokens,
    name: &str,
    written: &mut TokenStream,
    report: &mut Report,
) -> Arguments {
    if tokens.is_punct(0, '!') && tokens.group(1).is_some() {
        let message = format!("unexpected `!` after `{name}`\nhelp: remove the `!`");
        report.error(tokens.next(), message);
    }
    let turbofish = if tokens.is_path_separator(0) && tokens.is_punct(2, '<') { 2 } else { 0 };
    if turbofish > 0 {
        tokens.take(turbofish);
    }
    if let Some(count) = tokens.angles() {
        let angles: Vec<TokenTree> = tokens.take(count).into_iter().collect();
        if takes_nothing(name) {
            written.extend(angles);
            return Arguments::Mistaken;
        }
        let inside = angles.get(1..count.saturating_sub(1)).unwrap_or_default();
        let stream: TokenStream = inside.iter().cloned().collect();
        if registry::find(name).is_none() && name != "Input" {
            let trees = angles.clone();
            written.extend(angles);
            return parse_angles(tokens, name, stream, ends(&trees), report);
        }
        report.error(ends(&angles), parentheses(name, &stream, "angle brackets"));
        // Brackets that follow were meant as something else, and are skipped.
        if tokens.group(0).is_some() {
            tokens.next();
        }
        return parse_sizes(&Group::new(Delimiter::Parenthesis, stream))
            .map_or(Arguments::Mistaken, Arguments::Given);
    }
    let Some(group) = tokens.group(0).cloned() else {
        return Arguments::Absent;
    };
    tokens.next();
    group.to_tokens(written);
    if takes_nothing(name) {
        return Arguments::Mistaken;
    }
    if group.delimiter() != Delimiter::Parenthesis {
        let found = match group.delimiter() {
            Delimiter::Brace => "braces",
            _ => "brackets",
        };
        report.error(&group, parentheses(name, &group.stream(), found));
        let mut sizes = Group::new(Delimiter::Parenthesis, group.stream());
        sizes.set_span(group.span());
        return parse_sizes(&sizes).map_or(Arguments::Mistaken, Arguments::Given);
    }
    if is_too_long(group.stream()) {
        report.error(
            &group,
            "expression is too long for sizes\nhelp: define a constant, and write its name",
        );
        return Arguments::Mistaken;
    }
    match parse_sizes(&group) {
        Ok(sizes) => Arguments::Given(sizes),
        Err(error) => {
            let repair = repaired(name, &group.stream());
            let what = describe(name);
            let message = match named_size(&group.stream()) {
                Some(size) if what == "sizes" => {
                    format!("sizes have no names, found `{size}`\nhelp: write {repair}")
                }
                _ => format!("expected {what} separated by commas\nhelp: write {repair}"),
            };
            report.push(syn::Error::new(error.span(), message));
            Arguments::Mistaken
        }
    }
}

/// Parses the arguments of a layer with parameters, which are `inside` of `<` and `>`.
fn parse_angles(
    tokens: &mut Tokens,
    name: &str,
    inside: TokenStream,
    place: TokenStream,
    report: &mut Report,
) -> Arguments {
    if let Some(group) = tokens.group(0).cloned() {
        let shown = source(&group);
        let message = format!(
            "unexpected `{shown}` after `{name}<{0}>`\n\
             help: write `{name}<{0}>` for a `layer` with parameters, or `{name}({0})` for a type of \
             your own",
            source(&inside)
        );
        report.error(&group, message);
        tokens.next();
        return Arguments::Mistaken;
    }
    match parse_sizes(&Group::new(Delimiter::Parenthesis, inside)) {
        Ok(sizes) if !sizes.is_empty() => Arguments::Angles(sizes),
        _ => {
            let message = format!(
                "expected the sizes of `{name}` between `<` and `>`\n\
                 help: write them with commas between, for example `{name}<16>`"
            );
            report.error(place, message);
            Arguments::Mistaken
        }
    }
}

/// The message for sizes in other brackets.
fn parentheses(name: &str, inside: &TokenStream, found: &str) -> String {
    format!(
        "expected parentheses around {}, found {found}\nhelp: write {}",
        describe(name),
        repaired(name, inside)
    )
}

/// The first size with a name in front of a colon, `inputs: 784`; not a size with a type.
fn named_size(inside: &TokenStream) -> Option<String> {
    let trees: Vec<TokenTree> = inside.clone().into_iter().collect();
    trees.windows(3).find_map(|three| match three {
        [TokenTree::Ident(name), mark, TokenTree::Literal(size)] if is_mark(mark, ':') => {
            Some(format!("{name}: {size}"))
        }
        _ => None,
    })
}

/// Describes the expected contents of the parentheses.
fn describe(name: &str) -> &'static str {
    match registry::find(name).and_then(LayerSpec::example) {
        Some(_) => "settings",
        None => "sizes",
    }
}

/// Returns whether a layer or loss takes no arguments. In that case any arguments are reported
/// later.
fn takes_nothing(name: &str) -> bool {
    let takes_nothing = |spec: &registry::LayerSpec| {
        let has_sizes = match spec.role {
            Role::Layer { .. } | Role::Window(..) => true,
            Role::Sequence(kind) => kind.sizes().2 > 0,
            _ => false,
        };
        !has_sizes && matches!(spec.setting, Setting::None)
    };
    registry::find(name).is_some_and(takes_nothing)
}

/// Parses expressions separated by commas.
fn parse_sizes(group: &Group) -> syn::Result<Vec<Expr>> {
    if is_too_long(group.stream()) {
        return Err(syn::Error::new(group.span(), "too long"));
    }
    let parser = |input: ParseStream<'_>| {
        let content;
        syn::parenthesized!(content in input);
        content.parse_terminated(<Expr as syn::parse::Parse>::parse, Token![,])
    };
    Ok(parser.parse2(group.to_token_stream())?.into_iter().collect())
}

/// The call that was probably meant, after "write": `Affine(784, 50)` for `784 50`, `784; 50`, `784:
/// usize, 50` or `inputs: 784, outputs: 50`.
fn repaired(name: &str, inside: &TokenStream) -> String {
    let known = registry::find(name);
    if let Some(LayerSpec { setting: Setting::Number(_), .. }) = known
        && let [number] = &meant_sizes(inside)[..]
        && syn::parse2::<syn::LitFloat>(number.clone()).is_ok()
    {
        return format!("`{name}({number})`");
    }
    if let Some(example) = known.and_then(LayerSpec::example) {
        return format!("them in parentheses, for example `{example}`");
    }
    let most = match registry::find(name) {
        Some(_) => 2,
        None if name == "Input" => 1,
        None => usize::MAX,
    };
    let sizes = if is_too_long(inside.clone()) { Vec::new() } else { meant_sizes(inside) };
    let is_size = |size: &TokenStream| syn::parse2::<Expr>(size.clone()).is_ok();
    if !sizes.is_empty() && sizes.iter().all(is_size) {
        let sizes: Vec<String> = sizes.iter().take(most).map(source).collect();
        return format!("`{name}({})`", sizes.join(", "));
    }
    match most {
        1 => format!("`{name}(784)`, for 784 features"),
        2 => format!("`{name}(inputs, outputs)`, for example `{name}(784, 50)`"),
        _ => format!("`{name}`, or its sizes with commas between"),
    }
}

/// The sizes that were probably meant.
fn meant_sizes(inside: &TokenStream) -> Vec<TokenStream> {
    let mut tokens = Tokens::new(inside.clone());
    let mut sizes = vec![TokenStream::new()];
    let mut after_operand = false;
    while let (Some(size), false) = (sizes.last_mut(), tokens.is_empty()) {
        let is_operand =
            matches!(tokens.peek(0), Some(TokenTree::Literal(_) | TokenTree::Ident(_)));
        if let Some(count) = separator(&tokens) {
            tokens.take(count);
            sizes.push(TokenStream::new());
        } else if tokens.is_path_separator(0) {
            size.extend(tokens.take(2));
        } else if tokens.is_punct(0, ':') && tokens.ident(1).is_some_and(is_number_type) {
            tokens.take(2);
        } else if tokens.is_punct(0, ':') || tokens.is_punct(0, '=') {
            // The tokens before are the name of an argument.
            tokens.next();
            *size = TokenStream::new();
        } else if after_operand && tokens.ident(0).is_some_and(|word| word == "x") {
            // `28 x 28`
            tokens.next();
            size.extend(quote!(*));
            after_operand = false;
            continue;
        } else if is_operand && after_operand {
            sizes.push(tokens.take(1));
        } else {
            size.extend(tokens.take(1));
        }
        after_operand = is_operand;
    }
    sizes.retain(|size| !size.is_empty());
    sizes
}

/// The length of the separator between two sizes, if it follows.
fn separator(tokens: &Tokens) -> Option<usize> {
    let arrow = tokens.arrow().map(|_| 2);
    arrow.or_else(|| (tokens.is_punct(0, ',') || tokens.is_punct(0, ';')).then_some(1))
}

/// Returns whether a name is that of a numeric type.
fn is_number_type(name: &Ident) -> bool {
    ["usize", "isize", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64"]
        .iter()
        .any(|ty| name == ty)
}
