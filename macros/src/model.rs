//! Syntax tree to model: names are resolved, and every layer has the right
//! number of arguments.

use std::collections::HashMap;

use proc_macro2::{Ident, Span, TokenTree};
use quote::{ToTokens, format_ident};
use syn::Attribute;
use syn::ext::IdentExt;

use crate::parse::{Call, Chain, Declaration, Head};
use crate::report::Report;
use crate::size::Size;
use crate::table::{self, Role, Row};

/// A network whose names are known.
pub(crate) struct Model {
    /// What stands before the `=`; an anonymous network has none.
    pub(crate) head: Option<Head>,
    /// The features of the input, where `Input(features)` tells them.
    pub(crate) input: Option<Size>,
    /// The layers; `None` for those that were reported as wrong.
    pub(crate) layers: Vec<Option<Layer>>,
    /// The loss, `None` if it was reported as wrong.
    pub(crate) loss: Option<Call>,
}

/// A layer of the table, with its name in the network.
pub(crate) struct Layer {
    pub(crate) name: Ident,
    pub(crate) row: &'static Row,
    pub(crate) call: Call,
    /// As many as were written: for a layer with parameters inputs and
    /// outputs, or outputs alone; `None` for those reported as wrong.
    pub(crate) sizes: Vec<Option<Size>>,
}

impl Model {
    /// The network's name.
    pub(crate) fn name(&self) -> Ident {
        match &self.head {
            Some(head) => head.name.clone(),
            None => Ident::new("Network", Span::mixed_site()),
        }
    }
}

impl Layer {
    /// The layer's name without a leading `r#`.
    pub(crate) fn title(&self) -> String {
        self.name.unraw().to_string()
    }

    /// How messages speak of the layer: `affine2: Affine(60, 10)`.
    pub(crate) fn describe(&self) -> String {
        format!("{}: {}", self.title(), self.call.source())
    }
}

/// Resolves all names of a declaration.
pub(crate) fn resolve(declaration: Declaration, report: &mut Report) -> Model {
    let Declaration { head, chain } = declaration;
    if let Some(head) = &head {
        check_attributes(&head.attributes, report);
    }
    let Chain { layers: mut calls, loss, loss_is_reported, end } = chain;
    let input = take_input(&mut calls, report);
    let loss = match loss {
        Some(call) => resolve_loss(call, report),
        None if loss_is_reported => None,
        None => loss_among_layers(&mut calls, end, report),
    };
    let mut counts = HashMap::new();
    let layers: Vec<_> =
        calls.into_iter().map(|call| resolve_layer(call?, &mut counts, report)).collect();
    if layers.is_empty() {
        let message = "a network needs at least one layer\nhelp: begin with `Affine(784, 50)`, say";
        report.error_at(end, message);
    }
    check_names(&layers, report);
    Model { head, input, layers, loss }
}

/// Refuses attributes that clash with what is generated.
fn check_attributes(attributes: &[Attribute], report: &mut Report) {
    for attribute in attributes {
        if attribute.path().is_ident("repr") {
            report.error(attribute, "a network is `repr(C)`: its layout cannot be chosen");
        }
        let syn::Meta::List(list) = &attribute.meta else {
            continue;
        };
        if !list.path.is_ident("derive") {
            continue;
        }
        for token in list.tokens.clone() {
            let TokenTree::Ident(name) = &token else {
                continue;
            };
            let why = if name == "Debug" {
                "`Debug` is implemented for every network: it prints the layer table"
            } else if name == "Clone" || name == "Copy" {
                "a network is copied in its box, which implements `Clone`: a large one would \
                 not fit on the stack"
            } else {
                continue;
            };
            report.error(&token, format!("{why}\nhelp: take `{name}` out of the `derive`"));
        }
    }
}

/// Takes off the `Input(features)` at the beginning of a chain.
fn take_input(calls: &mut Vec<Option<Call>>, report: &mut Report) -> Option<Size> {
    let is_input = |call: &Option<Call>| call.as_ref().is_some_and(|c| c.path.is_ident("Input"));
    for call in calls.iter_mut().skip(1) {
        if is_input(call) {
            let Some(call) = call.take() else { continue };
            report.error(&call.tokens, "`Input` stands at the beginning of a network, once");
        }
    }
    if !calls.first().is_some_and(is_input) {
        return None;
    }
    let call = calls.remove(0)?;
    if let Some(name) = &call.name {
        report.error(name, "`Input` is not a layer and has no name\nhelp: leave the name out");
    }
    match call.arguments.as_deref() {
        Some([size]) => Size::read(size, &call, report),
        _ => {
            let message = format!(
                "`Input` takes one size, the features of a sample; found {}\n\
                 help: write `Input(784)`",
                call.arguments.as_deref().map_or(0, <[_]>::len)
            );
            report.error(&call.tokens, message);
            None
        }
    }
}

fn resolve_loss(call: Call, report: &mut Report) -> Option<Call> {
    if let Some(name) = &call.name {
        report.error(name, "the loss has no name\nhelp: leave the name out");
    }
    let row = lookup(&call, Role::is_loss, "loss", report)?;
    if !row.role.is_loss() {
        let message = format!(
            "`{0}` is a layer, but the loss follows `=>`\nhelp: write `-> {0} => SoftmaxWithLoss`",
            call.source()
        );
        report.error(&call.tokens, message);
        return None;
    }
    no_arguments(&call, row, report);
    Some(call)
}

/// The loss of a chain without `=>`: perhaps it follows `->`.
fn loss_among_layers(
    calls: &mut Vec<Option<Call>>,
    end: Span,
    report: &mut Report,
) -> Option<Call> {
    let is_loss = |call: &Call| {
        let row = call.ident().and_then(|name| table::find(&name.to_string()));
        row.is_some_and(|row| row.role.is_loss())
    };
    match calls.last() {
        Some(Some(call)) if is_loss(call) => {
            let message = format!(
                "`{0}` is a loss, which follows `=>` and not `->`\nhelp: write `=> {0}`",
                call.source()
            );
            report.error(&call.tokens, message);
            calls.pop();
        }
        // It was reported as wrong, and may have been meant as the loss.
        Some(None) => {}
        _ => {
            let message = "a loss is missing at the end of the network\n\
                           help: add `=> SoftmaxWithLoss` to classify, or `=> IdentityWithLoss` \
                           for numbers";
            report.error_at(end, message);
        }
    }
    None
}

fn resolve_layer(
    call: Call,
    counts: &mut HashMap<&'static str, usize>,
    report: &mut Report,
) -> Option<Layer> {
    let row = lookup(&call, |role| !role.is_loss(), "layer", report)?;
    let sizes = match row.role {
        Role::Layer { .. } => read_sizes(&call, row, report),
        Role::Activation => {
            no_arguments(&call, row, report);
            Vec::new()
        }
        Role::Loss => {
            let message = format!(
                "`{0}` is a loss: it stands at the end of a network, after `=>`\n\
                 help: put layers before it, and end with `=> {0}`",
                call.source()
            );
            report.error(&call.tokens, message);
            return None;
        }
    };
    // Counted also where the user gives a name, so that to name one layer does
    // not rename the others.
    let count = counts.entry(row.prefix).or_default();
    *count += 1;
    let default = format_ident!("{}{}", row.prefix, *count, span = Span::mixed_site());
    Some(Layer { name: call.name.clone().unwrap_or(default), row, call, sizes })
}

/// The table's row of a call, with hints where there is none.
fn lookup(
    call: &Call,
    wanted: fn(Role) -> bool,
    what: &str,
    report: &mut Report,
) -> Option<&'static Row> {
    let name = call.path.to_token_stream().to_string().replace(' ', "");
    if let Some(row) = call.ident().and_then(|_| table::find(&name)) {
        return Some(row);
    }
    let mut message = format!("there is no {what} `{name}`");
    match table::closest(&name) {
        Some(row) => message += &format!("\nhelp: did you mean `{}`?", row.signature()),
        None if name == "Input" => {
            message += "\nhelp: `Input(features)` stands at the beginning, before the first `->`";
        }
        None => {}
    }
    message += &format!("\nnote: the {} are {}", plural(what), table::names(wanted));
    report.error(&call.path, message);
    None
}

fn plural(what: &str) -> String {
    if what == "loss" { "losses".to_owned() } else { format!("{what}s") }
}

/// The sizes of a layer with parameters: inputs and outputs, or outputs alone.
fn read_sizes(call: &Call, row: &Row, report: &mut Report) -> Vec<Option<Size>> {
    let arguments = call.arguments.as_deref().unwrap_or_default();
    if matches!(arguments.len(), 1 | 2) {
        return arguments.iter().map(|size| Size::read(size, call, report)).collect();
    }
    let message = format!(
        "`{0}` takes two sizes, found {1}\nhelp: write `{2}`, or `{0}(outputs)` where the inputs \
         are known",
        row.name,
        arguments.len(),
        row.signature(),
    );
    report.error(&call.tokens, message);
    vec![None, None]
}

fn no_arguments(call: &Call, row: &Row, report: &mut Report) {
    if call.arguments.is_some() {
        let message = format!(
            "`{0}` takes no arguments: it keeps the size of what comes in\nhelp: write `{0}`",
            row.name
        );
        report.error(&call.tokens, message);
    }
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
        let message = format!(
            "two layers are called `{}`: `{}` and `{}`\nhelp: give this one another name",
            layer.title(),
            first.call.source(),
            layer.call.source(),
        );
        match &culprit.call.name {
            Some(name) => report.error(name, message),
            None => report.error(&culprit.call.tokens, message),
        }
    }
}
