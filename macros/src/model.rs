//! Syntax tree to model: names are resolved, and every layer has the right
//! number of arguments.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::arguments::Arguments;
use crate::chain::{Call, Turn};
use crate::parse::{Body, Declaration, Head};
use crate::report::Report;
use crate::size::Size;
use crate::table::{self, Role, Row, Setting};
use crate::tokens::source;
use crate::{attribute, generated, settings, wiring};

/// A network whose names are known.
pub(crate) struct Model {
    /// What stands before the `=`; an anonymous network has none.
    pub(crate) head: Option<Head>,
    /// Where the layers begin.
    pub(crate) place: Span,
    /// The inputs that have names; none of a chain.
    pub(crate) inputs: Vec<Input>,
    /// The features of a sample, where `Input(features)` or the inputs tell them.
    pub(crate) input: Option<Size>,
    /// Whether the first layer's inputs are unknown because of a mistake.
    pub(crate) begins_with_mistake: bool,
    /// The layers that were not reported as wrong.
    pub(crate) layers: Vec<Layer>,
    /// What is computed, each node from those before.
    pub(crate) nodes: Vec<Node>,
    /// What comes out; of a network of several outputs one after the other.
    pub(crate) outputs: Vec<Operand>,
    /// The names of layers that are not in the table, which was reported.
    pub(crate) strangers: Vec<Ident>,
    /// The loss, `None` if it was reported as wrong.
    pub(crate) loss: Option<Call>,
    /// The lines as they were written; none of a chain.
    pub(crate) lines: Vec<String>,
}

/// `input x: [784];`
pub(crate) struct Input {
    pub(crate) name: Ident,
    /// `None` if it was reported as wrong.
    pub(crate) size: Option<Size>,
}

/// One step of the computation.
pub(crate) struct Node {
    pub(crate) operation: Operation,
    pub(crate) operands: Vec<Operand>,
    /// As it was written, to be underlined.
    pub(crate) tokens: TokenStream,
    /// Which copy of a repeated one it is.
    pub(crate) turn: Option<Turn>,
}

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operation {
    /// A layer where it is declared, by its place among the layers.
    Layer(usize),
    /// A layer that was declared before.
    Again(usize),
    /// `a + b`
    Sum,
    /// `a * b`
    Product,
    /// `concat(a, b, …)`
    Concat,
    /// One of several inputs.
    Part(usize),
}

/// A value that a node reads, by the name that the user gave it.
#[derive(Clone)]
pub(crate) struct Operand {
    pub(crate) source: Source,
    pub(crate) name: Option<Ident>,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    /// The network's input.
    Input,
    /// A node.
    Node(usize),
    /// Nowhere: it was reported as wrong.
    Mistake,
}

/// A layer with its name in the network.
pub(crate) struct Layer {
    pub(crate) name: Ident,
    pub(crate) row: &'static Row,
    pub(crate) call: Call,
    /// As many as were written: for a layer with parameters inputs and
    /// outputs, or outputs alone; for a layer of the user's own what its type
    /// takes; `None` for those reported as wrong.
    pub(crate) sizes: Vec<Option<Size>>,
    /// How its weights are drawn, if that was written: `He`.
    pub(crate) init: Option<TokenStream>,
    /// The number that it was told, as `0.5` in `Dropout(0.5)`.
    pub(crate) number: Option<TokenStream>,
}

impl Node {
    /// The place of the layer that it is.
    pub(crate) fn layer(&self) -> Option<usize> {
        match self.operation {
            Operation::Layer(layer) | Operation::Again(layer) => Some(layer),
            _ => None,
        }
    }
}

impl Model {
    /// Whether it has a name that others can use.
    pub(crate) fn is_named(&self) -> bool {
        self.head.as_ref().is_some_and(|head| head.name.is_some())
    }

    /// The network's name, as it shows.
    pub(crate) fn title(&self) -> String {
        let name = self.head.as_ref().and_then(|head| head.name.as_ref());
        name.map_or("Network".to_owned(), |name| name.unraw().to_string())
    }

    /// The network's name.
    pub(crate) fn name(&self) -> Ident {
        let name = self.head.as_ref().and_then(|head| head.name.clone());
        name.unwrap_or_else(|| Ident::new(generated::NETWORK, Span::mixed_site()))
    }
}

impl Layer {
    /// The layer's name without a leading `r#`.
    pub(crate) fn title(&self) -> String {
        self.name.unraw().to_string()
    }

    /// The type of a layer of the user's own: its sizes are const parameters
    /// before the scalar type. `None` for a layer of the table, and if a size was
    /// reported as wrong.
    pub(crate) fn own_type(&self, scalar: &TokenStream) -> Option<TokenStream> {
        let Role::Own = self.row.role else { return None };
        let path = &self.call.path;
        let sizes = self.sizes.iter().map(|size| Some(size.as_ref()?.as_argument()));
        let sizes = sizes.collect::<Option<Vec<_>>>()?;
        // All at the place of the path, so that the compiler underlines that if
        // the type is no layer.
        let place = path.span();
        let scalar = scalar.clone().into_iter().map(|mut token| {
            token.set_span(place);
            token
        });
        Some(quote_spanned!(place=> #path<#(#sizes,)* #(#scalar)*>))
    }

    /// How messages speak of the layer: `affine2: Affine(60, 10)`.
    pub(crate) fn describe(&self) -> String {
        format!("{}: {}", self.title(), self.call.source())
    }
}

/// Resolves all names of a declaration.
pub(crate) fn resolve(declaration: Declaration, report: &mut Report) -> Model {
    let Declaration { mut head, body } = declaration;
    if let Some(head) = &mut head {
        attribute::check(&mut head.attributes, report);
    }
    let model = match body {
        Body::Chain(chain) => wiring::chain(chain, head, report),
        Body::Block(block) => wiring::block(block, head, report),
    };
    check_names(&model.layers, report);
    model
}

/// The names given out so far.
#[derive(Default)]
pub(crate) struct Names {
    /// How many layers there are of each prefix.
    counts: HashMap<String, usize>,
    /// How often each name was given to a layer of a `repeat`.
    given: HashMap<String, usize>,
    /// The numbered names of those layers, and those given out by default, which no other
    /// takes by default.
    taken: HashSet<String>,
    /// Those of unknown layers.
    pub(crate) strangers: Vec<Ident>,
}

impl Names {
    /// The names of a network in which `repeated` are given to layers of a `repeat`, each as
    /// often as there are copies of its layer.
    pub(crate) fn new<'c>(repeated: impl Iterator<Item = &'c Ident>) -> Names {
        let mut names = Names::default();
        for name in repeated {
            let numbered = names.numbered(name).unraw().to_string();
            names.taken.insert(numbered);
        }
        names.given.clear();
        names
    }

    /// `block2` for the second layer that is called `block` in a `repeat`.
    fn numbered(&mut self, name: &Ident) -> Ident {
        let count = self.given.entry(name.unraw().to_string()).or_default();
        *count += 1;
        format_ident!("{}{count}", name.unraw(), span = name.span())
    }

    /// The name of a layer of the user's own: its type's in snake case,
    /// numbered; that of a network, which has no sizes, as it is if it stands
    /// once.
    fn own(&mut self, call: &Call) -> Ident {
        let ty = call.path.segments.last().map(|last| last.ident.unraw().to_string());
        let prefix = snake_case(&ty.unwrap_or_default());
        let has_no_sizes = matches!(call.arguments, Arguments::Absent);
        let is_network = has_no_sizes && call.map.is_none() && call.turn.is_none();
        if is_network && syn::parse_str::<Ident>(&prefix).is_ok() {
            return format_ident!("{prefix}", span = Span::mixed_site());
        }
        self.next(&prefix, call.name.is_some())
    }

    /// `affine2` for the second layer with the prefix `affine`, or the next number that is
    /// free. One that `has_name` is counted, so that to name one layer does not rename the
    /// others.
    fn next(&mut self, prefix: &str, has_name: bool) -> Ident {
        let count = self.counts.entry(prefix.to_owned()).or_default();
        *count += 1;
        let mut names = (*count..).map(|number| format!("{prefix}{number}"));
        let name = names.find(|name| !self.taken.contains(name)).unwrap_or_default();
        if !has_name {
            self.taken.insert(name.clone());
        }
        Ident::new(&name, Span::mixed_site())
    }
}

/// A call as a layer; `None` if it was reported as wrong.
pub(crate) fn resolve_layer(
    mut call: Call,
    names: &mut Names,
    report: &mut Report,
) -> Option<Layer> {
    let mut silent = Report::default();
    let report = if call.is_first() { report } else { &mut silent };
    let Some(row) = lookup(&call, "layer", report) else {
        let prefix = call.path.segments.last().map(|last| last.ident.unraw().to_string());
        let prefix = prefix.unwrap_or_default().to_lowercase();
        let default = names.next(&prefix, call.name.is_some());
        names.strangers.push(call.name.unwrap_or(default));
        return None;
    };
    let init = match row.role {
        Role::Layer { .. } | Role::Own => settings::take_init(&mut call, report),
        _ => None,
    };
    // What is told to a name that is wrong is left alone until that is right.
    let is_misspelt = !row.is_own() && call.ident().is_none_or(|name| name != row.name);
    let mut unread = Report::default();
    let report = if is_misspelt { &mut unread } else { report };
    let number = settings::number(&call, row, report).filter(|_| !is_misspelt);
    let sizes = match (row.role, &call.arguments) {
        (Role::Layer { .. }, _) => read_sizes(&call, row, report),
        (Role::Own, Arguments::Given(sizes)) => {
            sizes.iter().map(|size| Size::read(size, &call.source(), report)).collect()
        }
        (Role::Own, Arguments::Mistaken) => return None,
        (Role::Own, Arguments::Absent) => Vec::new(),
        _ => {
            no_arguments(&call, row, report);
            Vec::new()
        }
    };
    let default = match row.is_own() {
        true => names.own(&call),
        false => names.next(row.prefix, call.name.is_some()),
    };
    let name = match (&call.name, call.turn) {
        (Some(name), None) => name.clone(),
        (Some(name), Some(_)) => names.numbered(name),
        (None, _) => default,
    };
    Some(Layer { name, row, call, sizes, init, number })
}

/// The table's row of a call. Where there is none, that is reported, and the
/// row that was probably meant is used.
pub(crate) fn lookup(call: &Call, what: &str, report: &mut Report) -> Option<&'static Row> {
    let name = source(&call.path);
    if let Some(map) = &call.map {
        return Some(lookup_mapped(map, &name, what, report));
    }
    if let Some(row) = table::find(&name) {
        return Some(row);
    }
    if let Some(first) = call.path.segments.first().filter(|_| call.begins_with_ours()) {
        let repair = own_name(call, &first.ident);
        let message = format!(
            "`{name}` cannot stand in a network, which makes what it needs\n\
             help: write `{repair}`"
        );
        report.error(&call.path, message);
        return table::find(&first.ident.to_string());
    }
    let wants_loss = what == "loss";
    let meant = table::closest(&name, wants_loss);
    let is_path = call.ident().is_none();
    let is_like_ours = !is_path && (meant.is_some() || table::is_like(&name, "Input"));
    let ends_with_keyword =
        call.path.segments.last().is_some_and(|last| is_keyword(&last.ident.to_string()));
    if !(is_like_ours || ends_with_keyword) {
        return Some(&table::OWN);
    }
    let mut message = format!("there is no {what} `{name}`");
    match meant {
        Some(row) if row.role.is_loss() && !wants_loss => {
            message += &format!("\nhelp: take it out: that is done by `{}`, after `=>`", row.name);
        }
        Some(row) => message += &format!("\nhelp: did you mean `{}`?", suggestion(call, row)),
        None if ends_with_keyword => message += "\nhelp: write `Affine(784, 50)` or `Relu`, say",
        None => message += "\nhelp: did you mean `Input(features)`, at the beginning?",
    }
    report.error(&call.path, message);
    meant
}

/// The row of what stands behind a `map`: an activation of the user's own.
fn lookup_mapped(map: &Ident, name: &str, what: &str, report: &mut Report) -> &'static Row {
    let row = table::find(name);
    if row.is_some() || what == "loss" {
        let message = format!(
            "`map` stands before an activation of your own, which `{name}` is not\n\
             help: write `{name}`, without `map`"
        );
        report.error(map, message);
    }
    row.unwrap_or(if what == "loss" { &table::OWN } else { &table::OWN_ACTIVATION })
}

/// How `Affine::new(4, 8)` is written: `Affine(4, 8)`.
fn own_name(call: &Call, name: &Ident) -> String {
    match &call.arguments {
        Arguments::Given(sizes) if !sizes.is_empty() => {
            let sizes: Vec<_> = sizes.iter().map(source).collect();
            format!("{name}({})", sizes.join(", "))
        }
        _ => table::find(&name.to_string()).map_or("Input(784)".to_owned(), Row::signature),
    }
}

/// How `call` is written with the name of `row`.
fn suggestion(call: &Call, row: &Row) -> String {
    match (&call.arguments, row.role) {
        (Arguments::Given(sizes), Role::Layer { .. }) if matches!(sizes.len(), 1 | 2) => {
            let sizes: Vec<_> = sizes.iter().map(source).collect();
            format!("{}({})", row.name, sizes.join(", "))
        }
        _ => row.signature(),
    }
}

/// Whether a name is one of the words that paths begin with.
fn is_keyword(name: &str) -> bool {
    ["crate", "self", "super", "Self"].contains(&name)
}

/// `p_relu` for `PRelu`.
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let after_small = place > 0 && !letters[place - 1].is_uppercase();
        let before_small = letters.get(place + 1).is_some_and(|next| next.is_lowercase());
        let begins_word = letter.is_uppercase() && place > 0 && (after_small || before_small);
        if begins_word && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// The sizes of a layer with parameters: inputs and outputs, or outputs alone.
fn read_sizes(call: &Call, row: &Row, report: &mut Report) -> Vec<Option<Size>> {
    let found = match &call.arguments {
        Arguments::Given(sizes) if matches!(sizes.len(), 1 | 2) => {
            return sizes.iter().map(|size| Size::read(size, &call.source(), report)).collect();
        }
        Arguments::Mistaken => return vec![None, None],
        Arguments::Given(sizes) => sizes.len(),
        Arguments::Absent => 0,
    };
    let message = format!(
        "`{0}` takes two sizes, found {found}\n\
         help: write `{1}`, or `{0}(outputs)` to have the inputs inferred",
        row.name,
        row.signature(),
    );
    report.error(&call.tokens, message);
    vec![None, None]
}

/// Refuses arguments of a layer or loss that has none.
pub(crate) fn no_arguments(call: &Call, row: &Row, report: &mut Report) {
    let has_none = matches!(call.arguments, Arguments::Absent);
    if has_none || call.begins_with_ours() || !matches!(row.setting, Setting::None) {
        return;
    }
    let message = format!(
        "`{0}` takes no arguments: it has as many outputs as inputs\nhelp: write `{0}`",
        source(&call.path_with_map())
    );
    report.error(&call.tokens, message);
}

/// Refuses two layers of one name.
fn check_names(layers: &[Layer], report: &mut Report) {
    let mut seen: HashMap<String, &Layer> = HashMap::new();
    for layer in layers {
        let Some(first) = seen.insert(layer.title(), layer) else {
            continue;
        };
        // Where only one of the two was named by the user, that name is the one to change.
        let culprit =
            if layer.call.name.is_none() && first.call.name.is_some() { first } else { layer };
        let title = layer.title();
        let by_default = if first.call.name.is_some() == layer.call.name.is_some() {
            String::new()
        } else {
            let unnamed = if layer.call.name.is_none() { layer } else { first };
            format!("; `{}` has that name by default", unnamed.call.source())
        };
        let message = format!(
            "two layers are called `{title}`: `{}` and `{}`{by_default}\n\
             help: give this one another name, `{title}_` say",
            first.call.source(),
            layer.call.source(),
        );
        match &culprit.call.name {
            Some(name) => report.error(name, message),
            None => report.error(&culprit.call.tokens, message),
        }
    }
}
