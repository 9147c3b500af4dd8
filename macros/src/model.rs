//! Syntax tree to model: names are resolved, and every layer has the right
//! number of arguments.

use std::collections::HashMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::arguments::Arguments;
use crate::chain::{Call, Chain, Segment};
use crate::parse::{Declaration, Head};
use crate::report::Report;
use crate::size::Size;
use crate::table::{self, Role, Row};
use crate::tokens::source;
use crate::{attribute, loss};

/// A network whose names are known.
pub(crate) struct Model {
    /// What stands before the `=`; an anonymous network has none.
    pub(crate) head: Option<Head>,
    /// Where the chain begins.
    pub(crate) place: Span,
    /// The features of the input, where `Input(features)` tells them.
    pub(crate) input: Option<Size>,
    /// Whether the first layer's inputs are unknown because of a mistake.
    pub(crate) begins_with_mistake: bool,
    /// The layers; `None` for those that were reported as wrong.
    pub(crate) layers: Vec<Option<Layer>>,
    /// The names of layers that are not in the table, which was reported.
    pub(crate) strangers: Vec<Ident>,
    /// The loss, `None` if it was reported as wrong.
    pub(crate) loss: Option<Call>,
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
}

impl Model {
    /// Whether it has a name that others can use.
    pub(crate) fn is_named(&self) -> bool {
        self.head.as_ref().is_some_and(|head| head.name.is_some())
    }

    /// The network's name.
    pub(crate) fn name(&self) -> Ident {
        let name = self.head.as_ref().and_then(|head| head.name.clone());
        name.unwrap_or_else(|| Ident::new("Network", Span::mixed_site()))
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
    let Declaration { mut head, chain } = declaration;
    if let Some(head) = &mut head {
        attribute::check(&mut head.attributes, report);
    }
    let Chain { mut segments, end_is_reported } = chain;
    let is_silent = end_is_reported || segments.iter().any(|segment| segment.call.is_none());
    let underlined =
        segments.iter().rev().find_map(|segment| Some(segment.call.as_ref()?.tokens.clone()));
    let first = segments.iter().find_map(|segment| segment.call.as_ref());
    let place = first.map_or_else(Span::mixed_site, |call| call.path.span());
    let begins_with_mistake = segments
        .first()
        .is_none_or(|segment| segment.call.as_ref().is_none_or(|call| call.path.is_ident("Input")));
    let input = take_input(&mut segments, report);
    let loss = loss::take(&mut segments, end_is_reported, report);
    let mut names = Names::default();
    let layers: Vec<_> =
        segments.into_iter().map(|segment| resolve_layer(segment, &mut names, report)).collect();
    if let (true, false, Some(tokens)) = (layers.is_empty(), is_silent, underlined) {
        let message = "a network needs at least one layer before its loss\n\
                       help: write `Affine(784, 10) => SoftmaxWithLoss`, say";
        report.error(tokens, message);
    }
    check_names(&layers, report);
    Model { head, place, input, begins_with_mistake, layers, strangers: names.strangers, loss }
}

/// Takes off the `Input(features)` at the beginning of a chain.
fn take_input(segments: &mut Vec<Segment>, report: &mut Report) -> Option<Size> {
    let is_input =
        |segment: &Segment| segment.call.as_ref().is_some_and(|call| call.path.is_ident("Input"));
    let mut place = 0;
    let first_is_input = segments.first().is_some_and(is_input);
    segments.retain(|segment| {
        place += 1;
        let misplaced = place > 1 && is_input(segment);
        if let (true, Some(call)) = (misplaced, &segment.call)
            && call.is_first()
        {
            let repair = if first_is_input {
                "take it out: the sizes follow from the layers"
            } else {
                "take it out, or begin the network with `Input(features) ->`"
            };
            let message =
                format!("`Input` stands at the beginning of a network, once\nhelp: {repair}");
            report.error(&call.tokens, message);
        }
        !misplaced
    });
    if !first_is_input {
        return None;
    }
    let call = segments.remove(0).call?;
    if let Some(name) = &call.name {
        let message =
            format!("`Input` is not a layer and has no name\nhelp: write `{}`", call.source());
        report.error(name, message);
    }
    let found = match &call.arguments {
        Arguments::Given(sizes) if sizes.len() == 1 => {
            return sizes.first().and_then(|size| Size::read(size, &call, report));
        }
        Arguments::Mistaken => return None,
        Arguments::Given(sizes) => sizes.len(),
        Arguments::Absent => 0,
    };
    let message = format!(
        "`Input` takes one size, the features of a sample; found {found}\n\
         help: write `Input(784)`, for 784 features"
    );
    report.error(&call.tokens, message);
    None
}

/// The names given out so far.
#[derive(Default)]
struct Names {
    /// How many layers there are of each prefix.
    counts: HashMap<String, usize>,
    /// Those of unknown layers.
    strangers: Vec<Ident>,
}

impl Names {
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
        self.next(&prefix)
    }

    /// `affine2` for the second layer with the prefix `affine`.
    fn next(&mut self, prefix: &str) -> Ident {
        let count = self.counts.entry(prefix.to_owned()).or_default();
        *count += 1;
        format_ident!("{prefix}{count}", span = Span::mixed_site())
    }
}

fn resolve_layer(segment: Segment, names: &mut Names, report: &mut Report) -> Option<Layer> {
    let call = segment.call?;
    let mut silent = Report::default();
    let report = if call.is_first() { report } else { &mut silent };
    let Some(row) = lookup(&call, "layer", report) else {
        let prefix = call.path.segments.last().map(|last| last.ident.unraw().to_string());
        let default = names.next(&prefix.unwrap_or_default().to_lowercase());
        names.strangers.push(call.name.unwrap_or(default));
        return None;
    };
    let sizes = match (row.role, &call.arguments) {
        (Role::Layer { .. }, _) => read_sizes(&call, row, report),
        (Role::Own, Arguments::Given(sizes)) => {
            sizes.iter().map(|size| Size::read(size, &call, report)).collect()
        }
        (Role::Own, Arguments::Mistaken) => return None,
        (Role::Own, Arguments::Absent) => Vec::new(),
        (Role::Activation | Role::Loss, _) => {
            no_arguments(&call, report);
            Vec::new()
        }
    };
    // Counted also where the user gives a name, so that to name one layer does
    // not rename the others.
    let default = if row.is_own() { names.own(&call) } else { names.next(row.prefix) };
    let name = match (&call.name, call.turn) {
        (Some(name), None) => name.clone(),
        (Some(name), Some(_)) => {
            let mut numbered = names.next(&name.unraw().to_string());
            numbered.set_span(name.span());
            numbered
        }
        (None, _) => default,
    };
    Some(Layer { name, row, call, sizes })
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
            return sizes.iter().map(|size| Size::read(size, call, report)).collect();
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
pub(crate) fn no_arguments(call: &Call, report: &mut Report) {
    if matches!(call.arguments, Arguments::Absent) || call.begins_with_ours() {
        return;
    }
    let message = format!(
        "`{0}` takes no arguments: it has as many outputs as inputs\nhelp: write `{0}`",
        source(&call.path_with_map())
    );
    report.error(&call.tokens, message);
}

/// Refuses two layers of one name.
fn check_names(layers: &[Option<Layer>], report: &mut Report) {
    let mut seen: HashMap<String, &Layer> = HashMap::new();
    for layer in layers.iter().flatten() {
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
