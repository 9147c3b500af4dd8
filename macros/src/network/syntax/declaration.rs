//! Tokens to syntax tree: the parts around and before the chain. Layers and sizes are not
//! interpreted here. Spans are kept, and parsing continues after an error wherever possible.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Token, Visibility};

use crate::common::items::{parse_attributes, parse_visibility};
use crate::common::names::parse_name;
use crate::common::report::Report;
use crate::common::tokens::{Tokens, ends, is_mark, source};
use crate::network::parameters::Parameters;
use crate::network::registry;
use crate::network::syntax::ast::{Chain, Kind};
use crate::network::syntax::block::{Block, is_block, parse_block};
use crate::network::syntax::chain::parse_chain;
use crate::network::syntax::parameters::{check_used, parse_parameters};

/// The syntax tree of a declaration.
pub(crate) struct Declaration {
    pub(crate) head: Option<Head>,
    pub(crate) body: Body,
}

/// The computation of a network.
pub(crate) enum Body {
    /// `layer -> layer -> … => loss`
    Chain(Chain),
    /// `{ input x: [784]; … }`
    Block(Block),
}

/// The parts before the `=`; an anonymous network has none.
pub(crate) struct Head {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) kind: Kind,
    /// `None` if it was reported as missing or invalid; the same for the name. For a layer it has the
    /// span of `layer`.
    pub(crate) keyword: Option<Token![struct]>,
    pub(crate) name: Option<Ident>,
    /// The parameters of a layer.
    pub(crate) parameters: Parameters,
}

/// Parses a declaration, in item or expression form, with or without `<` `>` around it. Returns
/// more than one only if it reports an error.
pub(crate) fn parse(tokens: TokenStream, report: &mut Report) -> Vec<Declaration> {
    let trees = unwrap_angles(Tokens::new(tokens), report);
    let all = Tokens::new(trees.iter().cloned().collect());
    if all.ident(0).is_some_and(|word| word == "input") && all.ident(1).is_some() {
        // The lines of an anonymous network, whose braces belong to the macro call.
        let block = parse_block(&all, &ends(&trees), Kind::Network, report);
        return vec![Declaration { head: None, body: Body::Block(block) }];
    }
    let trees = join_layers(trees, report);
    let is_semicolon = |tree: &TokenTree| is_mark(tree, ';');
    let parts: Vec<_> =
        trees.split(is_semicolon).enumerate().filter(|(_, part)| !part.is_empty()).collect();
    if parts.is_empty() {
        report.error(
            ends(&trees),
            "`network!` is empty\n\
             help: write `struct Name = Affine(784, 50) -> Relu -> Affine(50, 10) => \
             SoftmaxWithLoss;`",
        );
    }
    for (_, part) in parts.iter().skip(1) {
        let begin = part.get(..2).unwrap_or(part);
        let found = source(&begin.iter().cloned().collect::<TokenStream>());
        let message = format!(
            "expected the end of the network after `;`, found `{found}`\n\
             help: declare each network in its own `network!`"
        );
        report.error(ends(begin), message);
    }
    parts.into_iter().map(|(_, part)| parse_declaration(part, report)).collect()
}

/// Replaces `;` between layers by arrows, and reports it.
fn join_layers(trees: Vec<TokenTree>, report: &mut Report) -> Vec<TokenTree> {
    let mut joined: Vec<TokenTree> = Vec::with_capacity(trees.len());
    for (at, tree) in trees.iter().enumerate() {
        let next = trees.get(at + 1).filter(|_| at > 0 && is_mark(tree, ';'));
        let is_layer = matches!(next, Some(TokenTree::Ident(name))
            if registry::find(&name.to_string()).is_some());
        let is_arrow = next.is_some()
            && Tokens::new(trees.iter().skip(at + 1).take(3).cloned().collect()).arrow().is_some();
        if !is_layer && !is_arrow {
            joined.push(tree.clone());
            continue;
        }
        let message = "expected an arrow, found `;`\n\
                       help: write `->` before a layer, and `=>` before the loss";
        report.error_once(tree, message);
        if is_layer {
            joined.extend(quote_spanned!(tree.span()=> ->));
        }
    }
    joined
}

fn parse_declaration(trees: &[TokenTree], report: &mut Report) -> Declaration {
    let mut tokens = Tokens::new(trees.iter().cloned().collect());
    if !is_item(&tokens) {
        return Declaration {
            head: None,
            body: Body::Chain(parse_chain(&mut tokens, None, Kind::Network, report)),
        };
    }
    let (head, before) = parse_head(&mut tokens, report);
    if head.kind == Kind::Layer {
        check_used(&head.parameters, tokens.rest(), report);
    }
    let body = match block_of(&tokens) {
        Some(group) => {
            if before.clone().into_iter().any(|tree| is_mark(&tree, '=')) {
                let message = "unexpected `=` before braces\nhelp: remove the `=`";
                report.error(&before, message);
            }
            let lines = Tokens::new(group.stream());
            Body::Block(parse_block(&lines, &group.to_token_stream(), head.kind, report))
        }
        None => Body::Chain(parse_chain(&mut tokens, Some(before), head.kind, report)),
    };
    Declaration { head: Some(head), body }
}

/// The braces with the lines of a network, if no other tokens remain.
fn block_of(tokens: &Tokens) -> Option<Group> {
    let group = tokens.group(0).filter(|group| group.delimiter() == Delimiter::Brace)?;
    let is_all = tokens.rest().len() == 1 && is_block(&Tokens::new(group.stream()));
    is_all.then(|| group.clone())
}

/// Returns whether the tokens begin like an item, valid or not.
fn is_item(tokens: &Tokens) -> bool {
    if tokens.is_punct(0, '#') {
        return true;
    }
    let Some(first) = tokens.ident(0) else {
        return false;
    };
    let keyword = ["pub", "struct", "enum", "union", "fn", "type", "mod", "let", "const", "static"]
        .iter()
        .any(|keyword| first == keyword);
    // `unsafe struct Net = …`, `Net = …` and `strcut Net = …`.
    keyword
        || (first == "layer" && tokens.ident(1).is_some())
        || words_before_struct(tokens) > 0
        || is_equals(tokens, 1)
        || (tokens.ident(1).is_some() && is_equals(tokens, 2))
}

/// The number of words before a `struct`; 0 if none follows.
fn words_before_struct(tokens: &Tokens) -> usize {
    let words = tokens.rest().iter().map_while(|tree| match tree {
        TokenTree::Ident(word) => Some(word),
        _ => None,
    });
    words.take(4).position(|word| word == "struct").unwrap_or(0)
}

/// Returns whether an `=` follows that is not the beginning of `=>` or `==`.
fn is_equals(tokens: &Tokens, ahead: usize) -> bool {
    tokens.is_punct(ahead, '=')
        && !tokens.is_punct(ahead + 1, '>')
        && !tokens.is_punct(ahead + 1, '=')
}

/// Removes the optional `<` and `>` around a declaration.
fn unwrap_angles(tokens: Tokens, report: &mut Report) -> Vec<TokenTree> {
    let trees = tokens.rest();
    let is =
        |tree: Option<&TokenTree>, character| tree.is_some_and(|tree| is_mark(tree, character));
    if !is(trees.first(), '<') {
        return trees.to_vec();
    }
    let inside = trees.get(1..).unwrap_or_default();
    // A semicolon may be before or after the `>`.
    let closed = match inside {
        [before @ .., last] if is(Some(last), ';') => before,
        all => all,
    };
    match closed.split_last() {
        Some((last, before))
            if is(Some(last), '>') && !is(before.last(), '-') && !is(before.last(), '=') =>
        {
            before.to_vec()
        }
        _ => {
            let message = "unmatched `<`\n\
                           help: end the network with `>`, or remove the `<`";
            report.error(trees.first(), message);
            inside.to_vec()
        }
    }
}

/// Parses `attributes visibility struct Name =`. Also returns the last of these tokens, where
/// missing layers are reported.
fn parse_head(tokens: &mut Tokens, report: &mut Report) -> (Head, TokenStream) {
    let attributes = parse_attributes(tokens, report);
    let visibility = parse_visibility(tokens, report);
    reject_words(tokens, report);
    let begun = !attributes.is_empty() || !matches!(visibility, Visibility::Inherited);
    let mut head = Head {
        attributes,
        visibility,
        kind: Kind::Network,
        keyword: None,
        name: None,
        parameters: Parameters::default(),
    };
    if !parse_keyword(tokens, &mut head, begun, report) {
        return (head, TokenStream::new());
    }
    let mut before = head.keyword.to_token_stream();
    let of = if head.kind == Kind::Layer { "the layer" } else { "the network" };
    if let Some(name) = parse_name(tokens, of, report) {
        before = name.as_ref().map_or_else(ToTokens::to_token_stream, ToTokens::to_token_stream);
        head.name = name.ok();
    } else {
        let message = format!(
            "missing name of {}\nhelp: write one, for example `{} = …`",
            of,
            item(&head, if head.kind == Kind::Layer { "Block" } else { "Net" })
        );
        report.error(&before, message);
    }
    let name = head.name.as_ref().map_or("Net".to_owned(), Ident::to_string);
    if head.kind == Kind::Layer
        && let Some(count) = tokens.angles()
    {
        let angles: Vec<TokenTree> = tokens.take(count).into_iter().collect();
        head.parameters = parse_parameters(&angles, report);
    }
    reject_generics(tokens, &mut head, &name, report);
    if block_of(tokens).is_some() {
        return (head, before);
    }
    reject_scalar(tokens, &head, &name, report);
    if head.name.is_none() && tokens.is_empty() {
        // Do not report missing layers as well: one error is enough.
        return (head, TokenStream::new());
    }
    if let Some(equals) = parse_equals(tokens, &item(&head, &name), report) {
        before = equals;
    }
    (head, before)
}

/// `struct Net` or `layer Net`, in help.
fn item(head: &Head, name: &str) -> String {
    match head.kind {
        Kind::Network => format!("struct {name}"),
        Kind::Layer => format!("layer {name}"),
    }
}

/// Rejects `unsafe` and other words before the `struct`.
fn reject_words(tokens: &mut Tokens, report: &mut Report) {
    let words = words_before_struct(tokens);
    if words > 0 {
        let words = tokens.take(words);
        let found = source(&words);
        let message = format!("unexpected `{found}` before `struct`\nhelp: remove it");
        report.error(words, message);
    }
}

/// Parses `struct`. Returns false if no head follows: the chain may begin there.
fn parse_keyword(tokens: &mut Tokens, head: &mut Head, begun: bool, report: &mut Report) -> bool {
    let first = tokens.peek(0).cloned();
    let Some(TokenTree::Ident(word)) = &first else {
        let fact = match &first {
            Some(found) => format!("expected a network, found `{}`", source(found)),
            None => "missing network after this".to_owned(),
        };
        let help = "write `struct Net = Affine(784, 50) -> Relu -> …`";
        report.error(first.or_else(|| last_of(head)), format!("{fact}\nhelp: {help}"));
        return false;
    };
    if word == "struct" {
        head.keyword = syn::parse2(tokens.take(1)).ok();
        return true;
    }
    if word == "layer" {
        head.keyword = Some(Token![struct](word.span()));
        head.kind = Kind::Layer;
        tokens.next();
        return true;
    }
    if word == "fn" || word == "mod" {
        let message = format!(
            "expected a network, found `{word}`\n\
             help: write `struct Net = …`, and move other items outside of `network!`"
        );
        report.error(word, message);
        tokens.take(tokens.rest().len());
        return false;
    }
    let ahead = if tokens.ident(1).is_some_and(|ident| ident == "mut") { 2 } else { 1 };
    if let Some(name) = tokens.ident(ahead).cloned() {
        let repair = if word == "let" {
            format!("`let {name} = network!(…);`, with the layers and the loss in it")
        } else {
            format!("`struct {name} = …`")
        };
        let message = format!("expected `struct`, found `{word}`\nhelp: write {repair}");
        report.error(word, message);
        tokens.take(ahead);
        return true;
    }
    if is_equals(tokens, 1) || !begun {
        let message = format!("missing `struct` before `{word}`\nhelp: write `struct {word} = …`");
        report.error(word, message);
        return true;
    }
    report.error(word, "missing `struct Name =` before the layers\nhelp: write `struct Net = …`");
    false
}

/// The last token of the attributes and visibility.
fn last_of(head: &Head) -> Option<TokenTree> {
    let (attributes, visibility) = (&head.attributes, &head.visibility);
    quote!(#(#attributes)* #visibility).into_iter().last()
}

/// Rejects parts that other items allow between the name and the `=`.
fn reject_generics(tokens: &mut Tokens, head: &mut Head, name: &str, report: &mut Report) {
    let item = item(head, name);
    if let (Some(count), Kind::Network) = (tokens.angles(), head.kind) {
        let angles = tokens.take(count);
        let is_size = angles.clone().into_iter().any(|tree| tree.to_string() == "const");
        let more = match is_size {
            true => "and constants for its sizes, or declare a `layer` with parameters",
            false => &format!("`{name}<f64>` computes in `f64`"),
        };
        let mark = if is_size { "," } else { ";" };
        let message = format!(
            "generic parameters are not supported in `network!`: the scalar type is added to the \
             struct\n\
             help: write `struct {name} = …`{mark} {more}"
        );
        if is_size {
            // Sizes may contain them nonetheless, so that they are not reported as unknown.
            let trees: Vec<TokenTree> = angles.clone().into_iter().collect();
            head.parameters = parse_parameters(&trees, &mut Report::default());
        }
        report.error(angles, message);
        skip_where(tokens);
        return;
    }
    let Some(group) = tokens.group(0).cloned() else {
        return;
    };
    if block_of(tokens).is_some() {
        return;
    }
    tokens.next();
    if tokens.is_empty() && group.stream().is_empty() {
        // Missing layers are reported in any case.
        let equals = Punct::new('=', Spacing::Alone).into_token_stream();
        *tokens = Tokens::new(equals);
    } else if tokens.is_empty() && has_fields(&group) {
        report.error(&group, fields(&item));
        // Any network, so that missing layers are not reported as well.
        *tokens = Tokens::new(quote!(= Affine(1, 1) => IdentityWithLoss));
    } else if tokens.is_empty() {
        let brackets = match group.delimiter() {
            Delimiter::Brace => "braces",
            Delimiter::Parenthesis => "parentheses",
            _ => "brackets",
        };
        let message = format!(
            "expected `=` after `{name}`, found {brackets}\n\
             help: write `{item} = …;`, without the {brackets}"
        );
        report.error(&group, message);
        let equals = Punct::new('=', Spacing::Alone).into_token_stream();
        *tokens = Tokens::new(equals.into_iter().chain(group.stream()).collect());
    } else {
        report.error(group, fields(&item));
    }
}

/// Skips a `where` clause before the `=`.
fn skip_where(tokens: &mut Tokens) {
    if tokens.ident(0).is_some_and(|word| word == "where") {
        while !tokens.is_empty() && !is_equals(tokens, 0) && block_of(tokens).is_none() {
            tokens.next();
        }
    }
}

/// The message for fields, as a struct without `network!` has them.
fn fields(item: &str) -> String {
    format!(
        "unexpected fields: those of a network are its layers\n\
         help: write `{item} = Affine(784, 50) -> Relu -> …`"
    )
}

/// Returns whether braces begin like fields, `{ hidden: 50 }`, and contain no arrow.
fn has_fields(group: &Group) -> bool {
    let tokens = Tokens::new(group.stream());
    let is_field = tokens.ident(0).is_some() && tokens.is_punct(1, ':');
    let has_arrow = tokens.rest().iter().any(|tree| is_mark(tree, '>'));
    group.delimiter() == Delimiter::Brace && is_field && !tokens.is_path_separator(1) && !has_arrow
}

/// Rejects a scalar type, or anything else after a `:`, before the `=`.
fn reject_scalar(tokens: &mut Tokens, head: &Head, name: &str, report: &mut Report) {
    if !tokens.is_punct(0, ':') || tokens.is_path_separator(0) {
        return;
    }
    let ends = |ahead: &usize| tokens.peek(*ahead).is_some() && !is_equals(tokens, *ahead);
    let count = (0..).take_while(ends).count();
    let is_chain = tokens.rest().iter().take(count).any(|tree| matches!(tree, TokenTree::Group(_)));
    if count < 2 || !is_equals(tokens, count) || is_chain {
        return;
    }
    let words = tokens.take(count);
    let found = source(&words.clone().into_iter().skip(1).collect::<TokenStream>());
    let item = item(head, name);
    let message = if ["f32", "f64"].contains(&found.as_str()) && head.kind == Kind::Network {
        format!(
            "unexpected scalar type `{found}` in a declaration\n\
             help: write `{item} = …`, and `{name}::<{found}>` where you use it"
        )
    } else {
        format!("unexpected `: {found}` after `{name}`\nhelp: write `{item} = …`")
    };
    report.error(words, message);
}

/// Parses `=` and returns its token; `None` if there is nothing like it.
fn parse_equals(tokens: &mut Tokens, item: &str, report: &mut Report) -> Option<TokenStream> {
    if is_equals(tokens, 0) {
        return Some(tokens.take(1));
    }
    let first = tokens.peek(0).cloned()?;
    let arrow = tokens.arrow().map_or(0, |_| 2);
    let count = tokens.marks().max(arrow);
    if count == 0 || tokens.is_path_separator(0) {
        let message = format!("missing `=` before the layers\nhelp: write `{item} = …`");
        report.error(first, message);
        return None;
    }
    let marks = tokens.take(count);
    let found = source(&marks);
    let message = format!("expected `=`, found `{found}`\nhelp: write `{item} = …`");
    report.error(&marks, message);
    Some(marks)
}
