//! The inputs in parentheses: `(x, w: [_, _])`.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::attributes::documentation;
use crate::common::names::parse_name;
use crate::common::report::Report;
use crate::common::tokens::{Tokens, ends, is_mark, source};
use crate::graph::ast::Input;

/// Parses the inputs of the graph `name`. `None` if there are none, which is then reported.
pub(super) fn parse(tokens: &mut Tokens, name: &str, report: &mut Report) -> Option<Vec<Input>> {
    skip_to_inputs(tokens, name, report)?;
    let group = tokens.group(0).cloned()?;
    let help = format!("help: write `struct {name}(x, y) {{ … }}`");
    if group.delimiter() == Delimiter::Brace {
        report.error(group, format!("missing inputs before the braces\n{help}"));
        return None;
    }
    tokens.next();
    if group.delimiter() == Delimiter::Bracket {
        report.error(&group, format!("expected inputs in parentheses, found brackets\n{help}"));
    } else if group.stream().is_empty() {
        let help = format!("help: write `struct {name}(x) {{ … }}`");
        report.error(&group, format!("a graph needs at least one input\n{help}"));
    }
    Some(read_inputs(&group, report))
}

/// Reports tokens before the inputs. `None` if no brackets follow.
fn skip_to_inputs(tokens: &mut Tokens, name: &str, report: &mut Report) -> Option<()> {
    let is_group = |tree: &TokenTree| matches!(tree, TokenTree::Group(_));
    let is_network = tokens.is_punct(0, '=');
    let end = tokens.rest().iter().position(is_group);
    let before: Vec<TokenTree> =
        tokens.take(end.unwrap_or(tokens.rest().len())).into_iter().collect();
    let help = format!("help: write `struct {name}(x, y) {{ x * y }}`");
    if is_network {
        tokens.take(tokens.rest().len());
        let message = format!(
            "expected inputs in parentheses, found `=`\n{help}; to declare a network, use \
             `network!`"
        );
        report.error(before.first(), message);
        return None;
    }
    if let Some(first) = before.first() {
        let found = source(first);
        let message = format!("expected inputs in parentheses, found `{found}`\n{help}");
        report.error(ends(&before), message);
    } else if end.is_none() {
        report.error(tokens.last(), format!("missing inputs and expression\n{help}"));
    }
    end.map(|_| ())
}

/// The inputs, separated by commas.
fn read_inputs(group: &Group, report: &mut Report) -> Vec<Input> {
    let trees: Vec<TokenTree> = Tokens::new(group.stream()).rest().to_vec();
    let parts = trees.split(|tree| is_mark(tree, ','));
    let count = parts.clone().count();
    let mut inputs = Vec::new();
    for (index, part) in parts.enumerate() {
        // A trailing comma is allowed.
        if part.is_empty() && index + 1 == count {
            continue;
        }
        if part.is_empty() {
            report.error(group, "missing input between two commas\nhelp: remove one comma");
            continue;
        }
        inputs.extend(read_input(part, report));
    }
    inputs
}

/// `x`, `x: [_]`, `x: [_, _]`.
fn read_input(part: &[TokenTree], report: &mut Report) -> Option<Input> {
    let mut tokens = Tokens::new(part.iter().cloned().collect());
    let documentation = documentation(&mut tokens, "an input", report);
    if tokens.ident(0).is_some_and(|word| word == "mut") && tokens.ident(1).is_some() {
        let word = tokens.take(1);
        let message = "`mut` is not supported in `graph!`: values do not change\nhelp: remove it";
        report.error(word, message);
    }
    let Some(name) = parse_name(&mut tokens, "an input", report) else {
        let found = source(&tokens.rest().iter().cloned().collect::<TokenStream>());
        let message = format!(
            "expected an input, found `{found}`\n\
             help: write `x` for a number or `x: [_, _]` for an array"
        );
        report.error(ends(part), message);
        return None;
    };
    let written = name.as_ref().map_or_else(ToString::to_string, ToString::to_string);
    let axes = parse_axes(&mut tokens, &written, report);
    if !tokens.is_empty() {
        let found = source(&tokens.rest().iter().cloned().collect::<TokenStream>());
        let message = format!(
            "expected `,` after the input `{written}`, found `{found}`\n\
             help: separate inputs with commas"
        );
        report.error(ends(tokens.rest()), message);
    }
    Some(Input { documentation, name, axes })
}

/// The axes after the name of an input, `: [_]` or `: [_, _]`.
fn parse_axes(tokens: &mut Tokens, name: &str, report: &mut Report) -> usize {
    if !tokens.is_punct(0, ':') {
        return 0;
    }
    let colon = tokens.next();
    let ty = tokens.rest().to_vec();
    tokens.take(ty.len());
    let text = source(&ty.iter().cloned().collect::<TokenStream>());
    let text = text.replace(" < ", "<").replace(" >", ">");
    match text.as_str() {
        "[_]" => return 1,
        "[_, _]" => return 2,
        _ => {}
    }
    let axes = meant_axes(&ty, &text);
    let help = match axes {
        1 => format!("write `{name}: [_]`"),
        2 => format!("write `{name}: [_, _]`"),
        _ => format!("write `{name}` for a number, `{name}: [_]` or `{name}: [_, _]` for an array"),
    };
    let fact = if ["f32", "f64", "T"].contains(&text.as_str()) {
        format!("unexpected type `{text}`: the scalar type is inferred where the graph is used")
    } else if ty.is_empty() {
        "missing axes after `:`".to_owned()
    } else if (1..=2).contains(&axes) {
        format!("expected only the number of axes, found `{text}`")
    } else {
        format!("expected a number or an array with one or two axes, found `{text}`")
    };
    let at = if ty.is_empty() { colon.into_iter().collect() } else { ends(&ty) };
    report.error(at, format!("{fact}\nhelp: {help}"));
    axes.min(2)
}

/// The number of axes of a likely intended type, such as `Array2<T>` or `[3, 4]`.
fn meant_axes(ty: &[TokenTree], text: &str) -> usize {
    if text.contains("Array1") || text.starts_with("Vec<") {
        return 1;
    }
    if text.contains("Array2") {
        return 2;
    }
    match ty {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => {
            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
            let commas = inside.iter().filter(|tree| is_mark(tree, ',')).count();
            if inside.is_empty() { 0 } else { commas + 1 }
        }
        _ => 0,
    }
}
