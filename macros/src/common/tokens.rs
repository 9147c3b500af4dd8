//! Reading tokens one by one, and printing them in conventional formatting.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};

/// The remaining tokens of a declaration, read from the front.
pub(crate) struct Tokens {
    trees: Vec<TokenTree>,
    at: usize,
}

/// The arrow between two layers, or between the last layer and the loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ArrowKind {
    /// `->`
    Layer,
    /// `=>`
    Loss,
}

impl ArrowKind {
    /// The arrow as source text.
    pub(crate) fn text(self) -> &'static str {
        match self {
            ArrowKind::Layer => "->",
            ArrowKind::Loss => "=>",
        }
    }
}

impl Tokens {
    pub(crate) fn new(stream: TokenStream) -> Tokens {
        let mut trees = Vec::new();
        flatten(stream, &mut trees);
        Tokens { trees, at: 0 }
    }

    /// Like `new`, but keeps the invisible brackets that `macro_rules!` puts around expressions.
    pub(crate) fn with_brackets(stream: TokenStream) -> Tokens {
        Tokens { trees: stream.into_iter().collect(), at: 0 }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.at >= self.trees.len()
    }

    /// Returns the token `ahead` positions further on; 0 is the next one.
    pub(crate) fn peek(&self, ahead: usize) -> Option<&TokenTree> {
        self.trees.get(self.at.saturating_add(ahead))
    }

    pub(crate) fn next(&mut self) -> Option<TokenTree> {
        let tree = self.trees.get(self.at).cloned()?;
        self.at += 1;
        Some(tree)
    }

    /// Takes the next `count` tokens.
    pub(crate) fn take(&mut self, count: usize) -> TokenStream {
        (0..count).map_while(|_| self.next()).collect()
    }

    /// The number of tokens read so far.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// The tokens read since `position`.
    pub(crate) fn since(&self, position: usize) -> &[TokenTree] {
        self.trees.get(position..self.at).unwrap_or_default()
    }

    /// The last token read.
    pub(crate) fn last(&self) -> Option<&TokenTree> {
        self.trees.get(self.at.checked_sub(1)?)
    }

    /// The remaining tokens.
    pub(crate) fn rest(&self) -> &[TokenTree] {
        self.trees.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn ident(&self, ahead: usize) -> Option<&Ident> {
        match self.peek(ahead) {
            Some(TokenTree::Ident(ident)) => Some(ident),
            _ => None,
        }
    }

    pub(crate) fn group(&self, ahead: usize) -> Option<&Group> {
        match self.peek(ahead) {
            Some(TokenTree::Group(group)) => Some(group),
            _ => None,
        }
    }

    pub(crate) fn punct(&self, ahead: usize) -> Option<&Punct> {
        match self.peek(ahead) {
            Some(TokenTree::Punct(punct)) => Some(punct),
            _ => None,
        }
    }

    pub(crate) fn is_punct(&self, ahead: usize, character: char) -> bool {
        self.punct(ahead).is_some_and(|punct| punct.as_char() == character)
    }

    /// Returns whether `::` follows.
    pub(crate) fn is_path_separator(&self, ahead: usize) -> bool {
        let joint = self.punct(ahead).is_some_and(|punct| punct.spacing() == Spacing::Joint);
        joint && self.is_punct(ahead, ':') && self.is_punct(ahead + 1, ':')
    }

    /// Returns the next arrow, also one that contains a space.
    pub(crate) fn arrow(&self) -> Option<ArrowKind> {
        self.arrow_at(0)
    }

    /// Returns the arrow `ahead` positions further on.
    pub(crate) fn arrow_at(&self, ahead: usize) -> Option<ArrowKind> {
        // `->>` and the like are not arrows.
        let longer = |head: &Punct| {
            head.spacing() == Spacing::Joint
                && self.punct(ahead + 2).is_some_and(|next| ">=".contains(next.as_char()))
        };
        let head = self.punct(ahead + 1).filter(|head| head.as_char() == '>' && !longer(head));
        match (self.punct(ahead)?.as_char(), head) {
            ('-', Some(_)) => Some(ArrowKind::Layer),
            ('=', Some(_)) => Some(ArrowKind::Loss),
            _ => None,
        }
    }

    /// The number of adjacent punctuation characters without a space, up to a `::`.
    pub(crate) fn marks(&self) -> usize {
        let mut count = 0;
        while let Some(punct) = self.punct(count) {
            if count > 0 && self.is_path_separator(count) {
                break;
            }
            count += 1;
            if punct.spacing() == Spacing::Alone {
                break;
            }
        }
        count
    }

    /// The length of `<…>`, if it follows.
    pub(crate) fn angles(&self) -> Option<usize> {
        if !self.is_punct(0, '<') {
            return None;
        }
        let (mut depth, mut count) = (0_usize, 0);
        while let Some(tree) = self.peek(count) {
            if let TokenTree::Punct(punct) = tree {
                let is_arrow =
                    count > 0 && (self.is_punct(count - 1, '-') || self.is_punct(count - 1, '='));
                match punct.as_char() {
                    '<' => depth += 1,
                    '>' if !is_arrow => depth -= 1,
                    _ => {}
                }
            }
            count += 1;
            if depth == 0 {
                return Some(count);
            }
        }
        None
    }
}

/// Removes the invisible brackets that `macro_rules!` puts around fragments.
fn flatten(stream: TokenStream, trees: &mut Vec<TokenTree>) {
    for tree in stream {
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                flatten(group.stream(), trees);
            }
            tree => trees.push(tree),
        }
    }
}

/// Makes fragments of `macro_rules!` visible: those with an operator get parentheses, others lose
/// their brackets.
fn visible(stream: TokenStream) -> Vec<TokenTree> {
    let mut trees = Vec::new();
    let alone = stream.clone().into_iter().nth(1).is_none();
    for tree in stream {
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                let inside = visible(group.stream());
                let is_operator =
                    |tree: &TokenTree| matches!(tree, TokenTree::Punct(_)) && !is_mark(tree, ':');
                if alone || !inside.iter().any(is_operator) {
                    trees.extend(inside);
                } else {
                    let inside = inside.into_iter().collect();
                    trees.push(Group::new(Delimiter::Parenthesis, inside).into());
                }
            }
            tree => trees.push(tree),
        }
    }
    trees
}

/// Formats tokens conventionally, such as `Affine(2 * sizes::HIDDEN, 50)`.
pub(crate) fn source(tokens: &impl ToTokens) -> String {
    let mut writer = Writer::default();
    writer.stream(tokens.to_token_stream());
    writer.text
}

/// Writes tokens with conventional spacing.
#[derive(Default)]
struct Writer {
    text: String,
    /// The number of open `<` of generic arguments.
    angles: usize,
}

impl Writer {
    fn stream(&mut self, stream: TokenStream) {
        let trees = visible(stream);
        for (place, tree) in trees.iter().enumerate() {
            if self.has_space(&trees[..place], tree) {
                self.text.push(' ');
            }
            self.tree(tree);
            if is_mark(tree, '<') && (opens_angle(&trees[..place]) || self.angles > 0) {
                self.angles += 1;
            } else if is_mark(tree, '>') {
                self.angles = self.angles.saturating_sub(1);
            }
        }
    }

    fn tree(&mut self, tree: &TokenTree) {
        let TokenTree::Group(group) = tree else {
            self.text += &tree.to_string();
            return;
        };
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace if group.stream().is_empty() => ("{", "}"),
            Delimiter::Brace => ("{ ", " }"),
            Delimiter::None => ("", ""),
        };
        self.text += open;
        let angles = std::mem::take(&mut self.angles);
        self.stream(group.stream());
        self.angles = angles;
        self.text += close;
    }

    /// Returns whether a space belongs between `before` and `tree`.
    fn has_space(&self, before: &[TokenTree], tree: &TokenTree) -> bool {
        let Some((last, earlier)) = before.split_last() else {
            return false;
        };
        if is_glued(last, earlier) {
            return false;
        }
        let after_name = matches!(last, TokenTree::Ident(_)) || is_mark(last, '>');
        match tree {
            TokenTree::Punct(punct) => match punct.as_char() {
                ',' | ';' | '.' | '?' => false,
                ':' => !after_name,
                '!' => !after_name || punct.spacing() == Spacing::Joint,
                '<' | '>' => self.angles == 0,
                _ => true,
            },
            TokenTree::Group(group) if group.delimiter() != Delimiter::Brace => {
                let after_angle = self.angles > 0 && is_mark(last, '<');
                !after_name
                    && !after_angle
                    && !matches!(last, TokenTree::Group(_))
                    && !is_mark(last, '!')
            }
            _ => self.angles == 0 || !is_mark(last, '<'),
        }
    }
}

/// Returns whether `last`, which follows `earlier`, is joined to the next token: it is the first
/// character of a longer operator, or a prefix operator.
fn is_glued(last: &TokenTree, earlier: &[TokenTree]) -> bool {
    let TokenTree::Punct(punct) = last else {
        return false;
    };
    let previous = earlier.last();
    match punct.as_char() {
        _ if punct.spacing() == Spacing::Joint => true,
        '.' => true,
        ':' => previous.is_some_and(|previous| is_mark(previous, ':')),
        '<' => opens_angle(earlier),
        '&' if previous.is_some_and(|previous| is_mark(previous, '&')) => earlier.len() == 1,
        '-' | '!' | '&' | '*' => match previous {
            None => true,
            Some(TokenTree::Punct(previous)) => !matches!(previous.as_char(), '>' | '?'),
            Some(_) => false,
        },
        _ => false,
    }
}

/// Returns whether a `<` after `before` is a bracket: it has no left operand, or that is the name of a
/// type, such as `Mlp`.
fn opens_angle(before: &[TokenTree]) -> bool {
    match before.split_last() {
        None => true,
        Some((TokenTree::Ident(name), _)) => {
            let name = name.to_string();
            name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
        }
        // The second `<` of `1 << 2`, or of `<<A as B>::C>::D`.
        Some((TokenTree::Punct(last), earlier))
            if last.as_char() == '<' && last.spacing() == Spacing::Joint =>
        {
            opens_angle(earlier)
        }
        Some((last, _)) => matches!(last, TokenTree::Punct(_)) && !is_mark(last, '>'),
    }
}

pub(crate) fn is_mark(tree: &TokenTree, character: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == character)
}

/// The first and the last of the tokens. Together they give a message the span to underline.
pub(crate) fn ends(trees: &[TokenTree]) -> TokenStream {
    match trees {
        [] => TokenStream::new(),
        [only] => quote!(#only),
        [first, .., last] => quote!(#first #last),
    }
}

/// Splits at commas; a trailing comma is ignored.
pub(crate) fn split_at_commas(tokens: &Tokens) -> Vec<&[TokenTree]> {
    let is_comma = |tree: &TokenTree| is_mark(tree, ',');
    let mut parts: Vec<_> = tokens.rest().split(is_comma).collect();
    if parts.last().is_some_and(|last| last.is_empty()) {
        parts.pop();
    }
    parts
}
