//! Syntax tree to model: resolves names, and checks that every layer has the right number of
//! arguments.

mod arguments;
mod attributes;
mod input;
mod layer;
mod lookup;
mod loss;
mod names;
mod sequence_meant;
pub(crate) mod settings;
mod window;
mod window_meant;
mod wiring;

use std::collections::HashMap;

use super::model::{Layer, Model};
use super::syntax::declaration::{Body, Declaration};
use crate::common::report::Report;

/// Resolves all names of a declaration.
pub(crate) fn resolve(declaration: Declaration, report: &mut Report) -> Model {
    let Declaration { mut head, body } = declaration;
    if let Some(head) = &mut head {
        attributes::check(&mut head.attributes, report);
    }
    let model = match body {
        Body::Chain(chain) => wiring::chain(chain, head, report),
        Body::Block(block) => wiring::block(block, head, report),
    };
    check_names(&model.layers, report);
    model
}

/// Rejects two layers with the same name.
fn check_names(layers: &[Layer], report: &mut Report) {
    let mut seen: HashMap<String, &Layer> = HashMap::new();
    for layer in layers {
        let Some(first) = seen.insert(layer.title(), layer) else {
            continue;
        };
        // If the user named only one of the two, that is the name to change.
        let culprit =
            if layer.call.name.is_none() && first.call.name.is_some() { first } else { layer };
        let title = layer.title();
        let by_default = if first.call.name.is_some() == layer.call.name.is_some() {
            String::new()
        } else {
            let unnamed = if layer.call.name.is_none() { layer } else { first };
            format!(": `{}` has that name by default", unnamed.call.source())
        };
        let message = format!(
            "duplicate layer name `{title}` of `{}` and `{}`{by_default}",
            first.call.source(),
            layer.call.source(),
        );
        match &culprit.call.name {
            Some(name) => {
                let help = format!("choose another name, for example `{title}_`");
                report.error(name, format!("{message}\nhelp: {help}"));
            }
            None => {
                let help = format!("name this layer: `{title}_: {}`", culprit.call.source());
                report.error(&culprit.call.tokens, format!("{message}\nhelp: {help}"));
            }
        }
    }
}
