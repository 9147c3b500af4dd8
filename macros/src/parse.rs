//! Tokens to syntax tree. Nothing is known here of layers or sizes; spans are
//! kept, and parsing goes on after a mistake at the next arrow.

use proc_macro2::{Delimiter, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Path, Token, Visibility};

use crate::report::Report;

/// A declaration as it was written.
pub(crate) struct Declaration {
    pub(crate) head: Option<Head>,
    pub(crate) chain: Chain,
}

/// What stands before the `=`; an anonymous network has none.
pub(crate) struct Head {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
}

/// `layer -> layer -> … => loss`
pub(crate) struct Chain {
    /// `None` for a layer that was reported as wrong.
    pub(crate) layers: Vec<Option<Call>>,
    pub(crate) loss: Option<Call>,
    /// Whether it was reported already that there is no loss.
    pub(crate) loss_is_reported: bool,
    /// Where the loss is missed if there is none.
    pub(crate) end: Span,
}

/// `name: Path(arguments)`
pub(crate) struct Call {
    pub(crate) name: Option<Ident>,
    pub(crate) path: Path,
    /// `None` without parentheses.
    pub(crate) arguments: Option<Vec<Expr>>,
    /// The path and the arguments, to be underlined.
    pub(crate) tokens: TokenStream,
}

impl Call {
    /// The path as one name, `None` if it has several segments.
    pub(crate) fn ident(&self) -> Option<&Ident> {
        self.path.get_ident()
    }

    /// The call as it was written, `Affine(784, 50)`.
    pub(crate) fn source(&self) -> String {
        source(&self.tokens)
    }
}

/// Tokens as a person would write them.
pub(crate) fn source(tokens: &TokenStream) -> String {
    tokens
        .to_string()
        .replace(" :: ", "::")
        .replace(" (", "(")
        .replace(" ,", ",")
        .replace("( ", "(")
        .replace(" )", ")")
}

/// Parses a declaration, in item or expression form, with or without `<` `>`
/// around it. `None` if not even the chain can be told.
pub(crate) fn parse(tokens: TokenStream, report: &mut Report) -> Option<Declaration> {
    let tokens = unwrap_angles(tokens, report);
    if tokens.is_empty() {
        report.error_at(
            Span::call_site(),
            "a network is missing\n\
             help: write `struct Name = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss;`",
        );
        return None;
    }
    let (head, rest) = if is_item(&tokens) {
        let (head, rest) = parse_head.parse2(tokens).map_err(|error| report.push(error)).ok()?;
        (Some(head), rest)
    } else {
        (None, tokens)
    };
    let rest = until_semicolon(rest, report);
    Some(Declaration { head, chain: parse_chain(rest, report) })
}

/// Whether the tokens begin as an item does.
fn is_item(tokens: &TokenStream) -> bool {
    let mut tokens = tokens.clone().into_iter();
    match (tokens.next(), tokens.next(), tokens.next()) {
        (Some(TokenTree::Punct(first)), ..) => first.as_char() == '#',
        (Some(TokenTree::Ident(first)), second, third) => {
            let keyword = ["pub", "struct", "enum", "union", "fn", "type", "mod", "let", "const"]
                .iter()
                .any(|keyword| first == keyword);
            keyword || is_assignment(second.as_ref(), third.as_ref())
        }
        _ => false,
    }
}

/// Whether an `=` follows that does not begin a `=>`: `Name = Affine…`.
fn is_assignment(second: Option<&TokenTree>, third: Option<&TokenTree>) -> bool {
    let is = |token: Option<&TokenTree>, character: char| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character);
    is(second, '=') && !is(third, '>')
}

/// Takes off the `<` and `>` that may stand around a declaration.
fn unwrap_angles(tokens: TokenStream, report: &mut Report) -> TokenStream {
    let mut trees: Vec<TokenTree> = tokens.into_iter().collect();
    if !matches!(trees.first(), Some(TokenTree::Punct(punct)) if punct.as_char() == '<') {
        return trees.into_iter().collect();
    }
    let closed = match &trees[..] {
        [.., TokenTree::Punct(before), TokenTree::Punct(last)] => {
            last.as_char() == '>' && !is_arrow(before, last)
        }
        [.., TokenTree::Punct(last)] => last.as_char() == '>',
        _ => false,
    };
    let open = trees.remove(0);
    if closed {
        trees.pop();
    } else {
        report.error(
            open,
            "this `<` is not closed\nhelp: end the network with `>`, or leave out both",
        );
    }
    trees.into_iter().collect()
}

/// Whether two marks make `->` or `=>`, even with a space between.
fn is_arrow(first: &Punct, second: &Punct) -> bool {
    matches!(first.as_char(), '-' | '=') && second.as_char() == '>'
}

/// `attributes visibility struct Name =`, and what follows.
fn parse_head(input: ParseStream<'_>) -> syn::Result<(Head, TokenStream)> {
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility: Visibility = input.parse()?;
    if !input.peek(Token![struct]) {
        let message = "expected `struct`: a network is declared as `struct Name = layers => loss;`";
        return Err(input.error(message));
    }
    input.parse::<Token![struct]>()?;
    let name = parse_name(input, "the network")?;
    if input.peek(Token![<]) {
        let message = format!(
            "a network has no generics of its own: its one parameter, the scalar type, is added\n\
             help: write `struct {name} = …` and use `{name}<f64>` where `f32` is not wanted"
        );
        return Err(input.error(message));
    }
    if !input.peek(Token![=]) || input.peek(Token![=>]) {
        let message = format!("expected `=` and the layers: `struct {name} = layers => loss;`");
        return Err(input.error(message));
    }
    input.parse::<Token![=]>()?;
    Ok((Head { attributes, visibility, name }, input.parse()?))
}

/// A name that is no keyword.
fn parse_name(input: ParseStream<'_>, of: &str) -> syn::Result<Ident> {
    let name = input
        .call(Ident::parse_any)
        .map_err(|error| syn::Error::new(error.span(), format!("expected a name for {of}")))?;
    if syn::parse2::<Ident>(name.to_token_stream()).is_err() {
        let message = format!(
            "`{name}` is a keyword of Rust and cannot name {of}\nhelp: choose another name, `{name}_` say"
        );
        return Err(syn::Error::new(name.span(), message));
    }
    Ok(name)
}

/// What stands before the semicolon; nothing may stand behind it.
fn until_semicolon(tokens: TokenStream, report: &mut Report) -> TokenStream {
    let mut trees = tokens.into_iter();
    let is_semicolon =
        |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ';');
    let chain = trees.by_ref().take_while(|tree| !is_semicolon(tree)).collect();
    let rest: TokenStream = trees.collect();
    if !rest.is_empty() {
        report.error(
            rest,
            "a network ends at its `;`\nhelp: declare each network in a `network!` of its own",
        );
    }
    chain
}

/// What joins two segments of a chain.
#[derive(Clone, Copy, PartialEq)]
enum Arrow {
    /// `->`
    Layer,
    /// `=>`
    Loss,
}

/// Splits at the arrows and parses each segment by itself.
fn parse_chain(tokens: TokenStream, report: &mut Report) -> Chain {
    let (segments, arrows) = split(tokens, report);
    let end = segments.iter().flat_map(TokenStream::clone).last();
    let end = end.map_or_else(Span::call_site, |token| token.span());
    let mut chain = Chain { layers: Vec::new(), loss: None, loss_is_reported: false, end };
    let mut after_loss = false;
    for (place, segment) in segments.into_iter().enumerate() {
        let before = place.checked_sub(1).map(|place| &arrows[place]);
        let call = if segment.is_empty() {
            missing_segment(before, arrows.get(place), report);
            None
        } else {
            Call::parse.parse2(segment).map_err(|error| report.push(error)).ok()
        };
        if after_loss {
            after_the_loss(call, report);
        } else if matches!(before, Some((Arrow::Loss, _))) {
            after_loss = true;
            chain.loss_is_reported = call.is_none();
            chain.loss = call;
        } else {
            chain.layers.push(call);
        }
    }
    chain
}

/// Reports what follows the loss.
fn after_the_loss(call: Option<Call>, report: &mut Report) {
    let Some(call) = call else { return };
    let message = format!(
        "`{}` stands after the loss, which is the end of a network\nhelp: move it before the `=>`",
        call.source()
    );
    report.error(&call.tokens, message);
}

/// Reports that nothing stands between two arrows, or at an end of the chain.
fn missing_segment(
    before: Option<&(Arrow, TokenStream)>,
    after: Option<&(Arrow, TokenStream)>,
    report: &mut Report,
) {
    match (before, after) {
        (Some((Arrow::Loss, arrow)), _) => {
            report.error(arrow, "a loss is missing after `=>`\nhelp: write `=> SoftmaxWithLoss`");
        }
        (Some((Arrow::Layer, arrow)), _) => {
            report.error(arrow, "a layer is missing after `->`\nhelp: take the arrow out, or write a layer");
        }
        (None, Some((_, arrow))) => report.error(
            arrow,
            "a layer is missing before the arrow\nhelp: begin with a layer, `Affine(784, 50)` say",
        ),
        (None, None) => report.error_at(
            Span::call_site(),
            "the layers are missing\nhelp: write `Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss`",
        ),
    }
}

/// Cuts a chain at its arrows: one more segment than arrows.
fn split(
    tokens: TokenStream,
    report: &mut Report,
) -> (Vec<TokenStream>, Vec<(Arrow, TokenStream)>) {
    let (mut segments, mut arrows) = (Vec::new(), Vec::new());
    let mut segment = TokenStream::new();
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        match (&tree, trees.peek()) {
            (TokenTree::Punct(first), Some(TokenTree::Punct(second)))
                if is_arrow(first, second) =>
            {
                let kind = if first.as_char() == '-' { Arrow::Layer } else { Arrow::Loss };
                let arrow = quote!(#first #second);
                if first.spacing() == Spacing::Alone {
                    let joined = format!("{}>", first.as_char());
                    report.error(
                        &arrow,
                        format!("an arrow is written without a space\nhelp: write `{joined}`"),
                    );
                }
                segments.push(std::mem::take(&mut segment));
                arrows.push((kind, arrow));
                trees.next();
            }
            _ => segment.extend([tree]),
        }
    }
    segments.push(segment);
    (segments, arrows)
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Call> {
        let named = input.peek2(Token![:]) && !input.peek2(Token![::]);
        let name = if named {
            let name = parse_name(input, "a layer")?;
            input.parse::<Token![:]>()?;
            Some(name)
        } else {
            None
        };
        if !input.peek(syn::Ident)
            && !input.peek(Token![::])
            && !input.peek(Token![crate])
            && !input.peek(Token![self])
            && !input.peek(Token![super])
        {
            return Err(input.error("expected a layer, `Affine(784, 50)` or `Relu` say"));
        }
        let path = input.call(Path::parse_mod_style)?;
        let mut tokens = path.to_token_stream();
        let arguments = parse_arguments(input, &path, &mut tokens)?;
        if !input.is_empty() {
            return Err(unexpected(input.parse()?));
        }
        Ok(Call { name, path, arguments, tokens })
    }
}

/// The sizes in parentheses, `None` where there are no parentheses.
fn parse_arguments(
    input: ParseStream<'_>,
    path: &Path,
    tokens: &mut TokenStream,
) -> syn::Result<Option<Vec<Expr>>> {
    let name = source(&path.to_token_stream());
    if input.peek(Token![<]) {
        let message = format!(
            "sizes stand in parentheses\nhelp: write `{name}(…)`, with the sizes between the parentheses"
        );
        return Err(syn::Error::new(input.span(), message));
    }
    let Some(TokenTree::Group(group)) = input.fork().parse::<TokenTree>().ok() else {
        return Ok(None);
    };
    input.parse::<TokenTree>()?;
    if group.delimiter() != Delimiter::Parenthesis {
        let message =
            format!("sizes stand in parentheses\nhelp: write `{name}({})`", group.stream());
        return Err(syn::Error::new_spanned(group, message));
    }
    group.to_tokens(tokens);
    let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(group.stream());
    let arguments = arguments.map_err(|error| {
        let inside = if group.stream().is_empty() { group.span() } else { error.span() };
        let message =
            format!("expected sizes separated by commas: {error}\nhelp: write `{name}(784, 50)`");
        syn::Error::new(inside, message)
    })?;
    Ok(Some(arguments.into_iter().collect()))
}

/// The mistake of tokens that follow a complete layer.
fn unexpected(rest: TokenStream) -> syn::Error {
    let first = rest.clone().into_iter().next();
    let message = match &first {
        Some(TokenTree::Punct(punct)) if ",.|+&/>~-=".contains(punct.as_char()) => format!(
            "expected an arrow, found `{punct}`\n\
             help: layers are joined by `->`, and the loss follows `=>`"
        ),
        Some(TokenTree::Group(_)) => "expected an arrow, found more arguments\n\
             help: layers are joined by `->`, and the loss follows `=>`"
            .to_owned(),
        Some(token) => format!(
            "expected an arrow before `{token}`\n\
             help: layers are joined by `->`, and the loss follows `=>`"
        ),
        None => "expected an arrow".to_owned(),
    };
    match first {
        Some(first) => syn::Error::new(first.span(), message),
        None => syn::Error::new(rest.span(), message),
    }
}
