//! The chain: layers joined by arrows, and the loss at its end.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Path, Token};

use crate::parse::parse_name;
use crate::report::Report;
use crate::table::{self, Role};
use crate::tokens::{ArrowKind, Tokens, ends, source};

/// `layer -> layer -> … => loss`
pub(crate) struct Chain {
    pub(crate) segments: Vec<Segment>,
    /// Whether it was reported that the chain is empty, or ends too early.
    pub(crate) end_is_reported: bool,
}

/// A layer or the loss, with the arrow before it.
pub(crate) struct Segment {
    pub(crate) arrow: Option<Arrow>,
    /// `None` if it was reported as wrong.
    pub(crate) call: Option<Call>,
}

/// An arrow; without tokens where it was missing.
pub(crate) struct Arrow {
    pub(crate) kind: ArrowKind,
    pub(crate) tokens: TokenStream,
}

/// `name: Path(arguments)`
pub(crate) struct Call {
    pub(crate) name: Option<Ident>,
    pub(crate) path: Path,
    pub(crate) arguments: Arguments,
    /// The path and the arguments, to be underlined.
    pub(crate) tokens: TokenStream,
}

/// What stands in the parentheses.
pub(crate) enum Arguments {
    /// There are no parentheses.
    Absent,
    Given(Vec<Expr>),
    /// It was reported as wrong.
    Mistaken,
}

impl Call {
    /// The path as one name, `None` if it has several segments.
    pub(crate) fn ident(&self) -> Option<&Ident> {
        self.path.get_ident()
    }

    /// Whether the path goes on after a name that the macro knows: `Affine::new`.
    pub(crate) fn begins_with_ours(&self) -> bool {
        let first = self.path.segments.first().filter(|_| self.path.leading_colon.is_none());
        let is_ours = |name: &str| name == "Input" || table::find(name).is_some();
        self.path.segments.len() > 1 && first.is_some_and(|first| is_ours(&first.ident.to_string()))
    }

    /// The call as it was written, `Affine(784, 50)`.
    pub(crate) fn source(&self) -> String {
        source(&self.tokens)
    }
}

/// Parses all that is left. `before` is where layers are missed if none follow:
/// `None` for a chain that cannot be empty, no tokens if that was reported.
pub(crate) fn parse_chain(
    tokens: &mut Tokens,
    before: Option<TokenStream>,
    report: &mut Report,
) -> Chain {
    let mut chain = Chain { segments: Vec::new(), end_is_reported: false };
    if tokens.is_empty() {
        if let Some(before) = before.filter(|before| !before.is_empty()) {
            let message = "the layers are missing\n\
                           help: write `= Affine(784, 50) -> Relu -> Affine(50, 10) => \
                           SoftmaxWithLoss`";
            report.error(before, message);
        }
        chain.end_is_reported = true;
        return chain;
    }
    let mut arrow = leading_arrow(tokens, report);
    loop {
        arrow = doubled_arrows(tokens, arrow, report);
        if tokens.is_empty() {
            chain.end_is_reported = true;
            report_trailing(arrow.as_ref(), &chain, report);
            return chain;
        }
        let call = parse_call(tokens, report);
        chain.segments.push(Segment { arrow, call });
        arrow = parse_arrow(tokens, report);
        if arrow.is_none() {
            return chain;
        }
    }
}

/// An arrow before the first layer, which is dropped; `=>` may be the arrow of
/// a network without layers, and is kept.
fn leading_arrow(tokens: &mut Tokens, report: &mut Report) -> Option<Arrow> {
    let kind = tokens.arrow()?;
    let arrow = take_arrow(tokens, kind, report);
    if kind == ArrowKind::Loss {
        return Some(arrow);
    }
    let message = "a network begins with a layer, not with an arrow\nhelp: take `->` out";
    report.error(&arrow.tokens, message);
    None
}

/// Refuses arrows that follow on `arrow`; the last one counts.
fn doubled_arrows(
    tokens: &mut Tokens,
    mut arrow: Option<Arrow>,
    report: &mut Report,
) -> Option<Arrow> {
    while let (Some(first), Some(kind)) = (&arrow, tokens.arrow()) {
        let second = take_arrow(tokens, kind, report);
        let (one, other) = (&first.tokens, &second.tokens);
        let message = format!(
            "a layer is missing between `{}` and `{}`\n\
             help: take one of the two out, or write a layer between them",
            first.kind.text(),
            kind.text()
        );
        report.error(quote!(#one #other), message);
        arrow = Some(second);
    }
    arrow
}

/// Reports that nothing follows the last arrow.
fn report_trailing(arrow: Option<&Arrow>, chain: &Chain, report: &mut Report) {
    let Some(arrow) = arrow else { return };
    let is_after = |segment: &Segment| {
        segment.arrow.as_ref().is_some_and(|arrow| arrow.kind == ArrowKind::Loss)
    };
    let message = if chain.segments.iter().any(is_after) {
        format!("nothing follows `{0}`\nhelp: take `{0}` out", arrow.kind.text())
    } else {
        format!(
            "nothing follows `{}`: a network ends with its loss\n\
             help: end with `=> SoftmaxWithLoss` to classify, or with `=> IdentityWithLoss` for \
             numbers",
            arrow.kind.text()
        )
    };
    report.error(&arrow.tokens, message);
}

/// Takes the arrow that stands here.
fn take_arrow(tokens: &mut Tokens, kind: ArrowKind, report: &mut Report) -> Arrow {
    let spaced =
        tokens.punct(0).is_some_and(|first| first.spacing() == proc_macro2::Spacing::Alone);
    let arrow = Arrow { kind, tokens: tokens.take(2) };
    if spaced {
        let message = format!("an arrow has no space in it\nhelp: write `{}`", kind.text());
        report.error(&arrow.tokens, message);
    }
    arrow
}

/// What joins a layer to the next segment. `None` at the end of the chain.
fn parse_arrow(tokens: &mut Tokens, report: &mut Report) -> Option<Arrow> {
    refuse_keyword(tokens, report);
    if let Some(kind) = tokens.arrow() {
        return Some(take_arrow(tokens, kind, report));
    }
    let found = match tokens.peek(0)? {
        TokenTree::Ident(_) => 0,
        TokenTree::Punct(_) if tokens.is_path_separator(0) => 0,
        TokenTree::Punct(_) => tokens.marks(),
        TokenTree::Group(_) | TokenTree::Literal(_) => 1,
    };
    let marks = tokens.take(found);
    // Groups and numbers are no arrow: they are passed over.
    while found > 0 && matches!(tokens.peek(0), Some(TokenTree::Group(_) | TokenTree::Literal(_))) {
        tokens.next();
    }
    report_arrow(tokens, &marks, report);
    if tokens.is_empty() {
        return None;
    }
    if let Some(kind) = tokens.arrow() {
        return Some(take_arrow(tokens, kind, report));
    }
    Some(Arrow { kind: meant_arrow(tokens), tokens: marks })
}

/// Refuses `where`, `as` and the like, with all up to the next arrow.
fn refuse_keyword(tokens: &mut Tokens, report: &mut Report) {
    let Some(word) = tokens.ident(0).map(ToString::to_string) else {
        return;
    };
    let is_name = syn::parse_str::<Ident>(&word).is_ok() || word == "_";
    if is_name || ["crate", "self", "super", "Self"].contains(&word.as_str()) {
        return;
    }
    // `fn: Relu` is a layer with a name, though a wrong one.
    if tokens.is_punct(1, ':') {
        return;
    }
    let skipped = skip_to_arrow(tokens);
    let found = source(&skipped.iter().cloned().collect::<TokenStream>());
    let message = format!("`{found}` is not expected here\nhelp: take it out");
    report.error(ends(&skipped), message);
}

/// Reports `marks`, which stand where an arrow should: perhaps none.
fn report_arrow(tokens: &Tokens, marks: &TokenStream, report: &mut Report) {
    let found = source(marks);
    if tokens.is_empty() && found == ">" {
        let message = "this `>` closes nothing\nhelp: take it out, or begin the network with `<`";
        report.error(marks, message);
    } else if tokens.is_empty() || tokens.arrow().is_some() {
        let message = format!("`{found}` is not expected here\nhelp: take it out");
        report.error(marks, message);
    } else if let (true, Some(next)) = (marks.is_empty(), tokens.peek(0)) {
        let arrow = meant_arrow(tokens).text();
        let message = format!("an arrow is missing before `{next}`\nhelp: write `{arrow} {next}`");
        report.error(next, message);
    } else {
        let message = format!(
            "expected an arrow, found `{found}`\n\
             help: write `{}`: layers are joined by `->`, and the loss follows `=>`",
            meant_arrow(tokens).text()
        );
        report.error(marks, message);
    }
}

/// The arrow that should stand before what follows: only a loss has `=>`.
fn meant_arrow(tokens: &Tokens) -> ArrowKind {
    let is_loss = tokens
        .ident(0)
        .and_then(|name| table::find(&name.to_string()))
        .is_some_and(|row| row.role.is_loss());
    if is_loss { ArrowKind::Loss } else { ArrowKind::Layer }
}

/// A layer or the loss. `None` if it was reported as wrong; the next token is
/// then an arrow or none.
fn parse_call(tokens: &mut Tokens, report: &mut Report) -> Option<Call> {
    let name = parse_label(tokens, report);
    let Some((path, mut written)) = parse_path(tokens) else {
        let place: Vec<TokenTree> = skip_to_arrow(tokens);
        let found = place.iter().cloned().collect::<TokenStream>();
        let message = match place.first() {
            Some(first) => format!(
                "expected a layer, found `{}`\nhelp: write `Affine(784, 50)` or `Relu`, say",
                source(first)
            ),
            None => format!(
                "a layer is missing after its name\nhelp: write `{}: Relu`, say",
                source(&name)
            ),
        };
        report.error(if found.is_empty() { name.to_token_stream() } else { ends(&place) }, message);
        return None;
    };
    let arguments = parse_arguments(tokens, &source(&path), &mut written, report);
    Some(Call { name, path, arguments, tokens: written })
}

/// `name:`, if it stands here.
fn parse_label(tokens: &mut Tokens, report: &mut Report) -> Option<Ident> {
    if !is_label(tokens) {
        return None;
    }
    let name = parse_name(tokens, "a layer", report);
    tokens.next();
    while tokens.ident(0).is_some() && is_label(tokens) {
        let other = tokens.take(2);
        let message = format!("a layer has one name\nhelp: take `{}` out", source(&other));
        report.error(other, message);
    }
    name.and_then(Result::ok)
}

/// Whether a `:` follows the next token.
fn is_label(tokens: &Tokens) -> bool {
    tokens.is_punct(1, ':') && !tokens.is_path_separator(1)
}

/// Takes all up to the next arrow or comma.
fn skip_to_arrow(tokens: &mut Tokens) -> Vec<TokenTree> {
    let mut skipped = Vec::new();
    while tokens.arrow().is_none() && !tokens.is_punct(0, ',') {
        let Some(tree) = tokens.next() else { break };
        skipped.push(tree);
    }
    skipped
}

/// `Relu`, `my::Layer`, `::other::Layer`.
fn parse_path(tokens: &mut Tokens) -> Option<(Path, TokenStream)> {
    let mut count = if tokens.is_path_separator(0) { 2 } else { 0 };
    while tokens.ident(count).is_some() {
        count += 1;
        if !(tokens.is_path_separator(count) && tokens.ident(count + 2).is_some()) {
            break;
        }
        count += 2;
    }
    let written: TokenStream = tokens.rest().iter().take(count).cloned().collect();
    let path = Path::parse_mod_style.parse2(written.clone()).ok()?;
    tokens.take(count);
    Some((path, written))
}

/// The sizes in parentheses; `written` is all that was read of the call.
fn parse_arguments(
    tokens: &mut Tokens,
    name: &str,
    written: &mut TokenStream,
    report: &mut Report,
) -> Arguments {
    if tokens.is_punct(0, '!') && tokens.group(1).is_some() {
        let message = format!("`{name}` is no macro\nhelp: take the `!` out");
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
        report.error(ends(&angles), parentheses(name, &stream));
        // What stands behind was meant as something else, and is not read.
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
        report.error(&group, parentheses(name, &group.stream()));
        let mut sizes = Group::new(Delimiter::Parenthesis, group.stream());
        sizes.set_span(group.span());
        return parse_sizes(&sizes).map_or(Arguments::Mistaken, Arguments::Given);
    }
    if is_too_long(group.stream()) {
        report.error(&group, "this is too long for sizes\nhelp: name a constant, and write that");
        return Arguments::Mistaken;
    }
    match parse_sizes(&group) {
        Ok(sizes) => Arguments::Given(sizes),
        Err(error) => {
            let repair = repaired(name, &group.stream());
            let message = format!("expected sizes separated by commas\nhelp: write {repair}");
            report.push(syn::Error::new(error.span(), message));
            Arguments::Mistaken
        }
    }
}

/// The message for sizes in other brackets.
fn parentheses(name: &str, inside: &TokenStream) -> String {
    format!("sizes stand in parentheses\nhelp: write {}", repaired(name, inside))
}

/// Whether a layer or loss takes no arguments, for which it is reported later,
/// whatever they are.
fn takes_nothing(name: &str) -> bool {
    table::find(name).is_some_and(|row| !matches!(row.role, Role::Layer { .. }))
}

/// Expressions separated by commas.
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

/// Whether an expression is so long, or so deep, that reading it could exhaust
/// the stack.
fn is_too_long(stream: TokenStream) -> bool {
    const MOST_TOKENS: usize = 1000;
    const DEEPEST: usize = 50;
    let mut count = 0;
    let mut open = vec![(stream, 0)];
    while let Some((stream, depth)) = open.pop() {
        for tree in stream {
            count += 1;
            if count > MOST_TOKENS || depth > DEEPEST {
                return true;
            }
            if let TokenTree::Group(group) = tree {
                open.push((group.stream(), depth + 1));
            }
        }
    }
    false
}

/// How a layer was probably meant, in quotes: `Affine(784, 50)` for `784 50`,
/// `784; 50`, `784: usize, 50` or `inputs: 784, outputs: 50`.
fn repaired(name: &str, inside: &TokenStream) -> String {
    let most = match table::find(name) {
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
        2 => format!("`{name}(784, 50)`, say, for `{name}(inputs, outputs)`"),
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
            // What stands before is the name of an argument.
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

/// The length of what separates two sizes, should it follow.
fn separator(tokens: &Tokens) -> Option<usize> {
    let arrow = tokens.arrow().map(|_| 2);
    arrow.or_else(|| (tokens.is_punct(0, ',') || tokens.is_punct(0, ';')).then_some(1))
}

/// Whether a name is that of a type of numbers.
fn is_number_type(name: &Ident) -> bool {
    ["usize", "isize", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64"]
        .iter()
        .any(|ty| name == ty)
}
