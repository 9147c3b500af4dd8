//! Model to shapes: sizes that were left out are inferred, and every layer is
//! held against the one before it.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use crate::chain::Turn;
use crate::model::{Layer, Model};
use crate::report::Report;
use crate::size::Size;
use crate::table::Role;
use crate::tokens::source;

/// What goes into and comes out of a layer. `None` where a mistake, already
/// reported, leaves it unknown.
#[derive(Clone, Default)]
pub(crate) struct Shape {
    pub(crate) inputs: Option<Size>,
    pub(crate) outputs: Option<Size>,
}

/// Two sizes that must be equal, at least one of which only the compiler knows.
pub(crate) struct Link {
    /// What to underline.
    pub(crate) place: TokenStream,
    /// What the layer takes, and what comes before it.
    pub(crate) takes: Size,
    pub(crate) produces: Size,
    /// The message before, between and after the two numbers.
    pub(crate) words: [String; 3],
}

/// The shapes of a network.
pub(crate) struct Shapes {
    /// One for each layer of the model.
    pub(crate) layers: Vec<Shape>,
    /// What is left for the compiler to check.
    pub(crate) links: Vec<Link>,
    /// The outputs that a softmax takes, where only the compiler knows them.
    pub(crate) classes: Option<Classes>,
}

/// The outputs of a network that ends with a softmax, of which one is refused.
pub(crate) struct Classes {
    /// What to underline.
    pub(crate) place: TokenStream,
    pub(crate) outputs: Size,
    /// The message, should it be one.
    pub(crate) message: String,
}

/// Infers and checks all shapes.
pub(crate) fn infer(runtime: &TokenStream, model: &Model, report: &mut Report) -> Shapes {
    let mut shapes = Shapes { layers: Vec::new(), links: Vec::new(), classes: None };
    let mut before = match &model.input {
        Some(size) => Before::Known(size.clone(), format!("`Input({size})` before it has")),
        None if model.begins_with_mistake => Before::Mistake,
        None => Before::Nothing,
    };
    for layer in &model.layers {
        let Some(layer) = layer else {
            shapes.layers.push(Shape::default());
            before = Before::Mistake;
            continue;
        };
        // What a layer is told from its third turn on, it was told before.
        let (mut silent, mut unchecked) = (Report::default(), Vec::new());
        let (report, links) = match layer.call.turn {
            Some(Turn::Later) => (&mut silent, &mut unchecked),
            _ => (&mut *report, &mut shapes.links),
        };
        let shape = match layer.row.role {
            Role::Layer { .. } => sized(layer, &before, links, report),
            Role::Own => own(runtime, layer, &before, links),
            Role::Activation | Role::Loss => kept(layer, &before, report),
        };
        before = match &shape.outputs {
            Some(size) => {
                Before::Known(size.clone(), format!("`{}` before it produces", layer.describe()))
            }
            None => Before::Mistake,
        };
        shapes.layers.push(shape);
    }
    shapes.classes = classes(model, &shapes.layers);
    if let Some(classes) = shapes.classes.take_if(|classes| classes.outputs.value.is_some())
        && classes.outputs.value == Some(1)
    {
        report.error(classes.place, classes.message);
    }
    shapes
}

/// The outputs that a softmax takes.
fn classes(model: &Model, shapes: &[Shape]) -> Option<Classes> {
    let loss = model.loss.as_ref().filter(|loss| loss.path.is_ident("SoftmaxWithLoss"))?;
    let outputs = shapes.last()?.outputs.clone()?;
    let mut layers = model.layers.iter().rev();
    let last = layers.find_map(|layer| layer.as_ref().filter(|layer| layer.row.role.is_field()));
    let repair = match last.map(|layer| (layer.row.role, &layer.sizes[..])) {
        Some((Role::Layer { .. }, [Some(inputs), _])) => format!("write `Affine({inputs}, 2)`"),
        Some((Role::Layer { .. }, [_])) => "write `Affine(2)`".to_owned(),
        _ => "let 2 numbers come out of the last layer".to_owned(),
    };
    let message = format!(
        "softmax of one output is always 1, so nothing is learnt\n\
         help: {repair} for two classes, or end with `=> IdentityWithLoss` for a number"
    );
    Some(Classes { place: loss.tokens.clone(), outputs, message })
}

/// What is known of the features that come into a layer.
#[expect(clippy::large_enum_variant, reason = "it lives for one turn of a loop")]
enum Before {
    /// How many, and the words for where they come from.
    Known(Size, String),
    /// The layer is the first one, and there is no `Input`.
    Nothing,
    /// Unknown because of a mistake, already reported.
    Mistake,
}

/// The shape of a layer with parameters.
fn sized(layer: &Layer, before: &Before, links: &mut Vec<Link>, report: &mut Report) -> Shape {
    match (&layer.sizes[..], before) {
        ([takes, outputs], before) => {
            if let (Some(takes), Before::Known(produces, producer)) = (takes, before) {
                check(layer, takes, produces, producer, links, report);
            }
            check_memory(layer, takes.as_ref(), outputs.as_ref(), report);
            Shape { inputs: takes.clone(), outputs: outputs.clone() }
        }
        ([outputs], Before::Known(inputs, _)) => {
            check_memory(layer, Some(inputs), outputs.as_ref(), report);
            Shape { inputs: Some(inputs.clone()), outputs: outputs.clone() }
        }
        ([Some(outputs)], Before::Nothing) => {
            let message = format!(
                "nothing tells how many inputs `{0}` has\n\
                 help: write `{1}(784, {2})`, or begin with `Input(784) ->`, for 784 features",
                layer.call.source(),
                layer.row.name,
                outputs,
            );
            report.error(&layer.call.tokens, message);
            Shape { inputs: None, outputs: Some(outputs.clone()) }
        }
        _ => Shape { inputs: None, outputs: layer.sizes.last().cloned().flatten() },
    }
}

/// The shape of a layer of the user's own, which its type tells.
fn own(runtime: &TokenStream, layer: &Layer, before: &Before, links: &mut Vec<Link>) -> Shape {
    let Some(ty) = layer.own_type(&quote!(f32)) else {
        return Shape::default();
    };
    let written = layer.call.source();
    let size = |which: &str| {
        let constant = format_ident!("{which}");
        let tokens = quote!(<#ty as #runtime::layers::Layer<f32>>::#constant);
        Size::evaluated(tokens, format!("{written}::{which}"))
    };
    let (inputs, outputs) = (size("INPUTS"), size("OUTPUTS"));
    if let Before::Known(produces, producer) = before {
        links.push(Link {
            place: layer.call.tokens.clone(),
            takes: inputs.clone(),
            produces: produces.clone(),
            words: [
                format!("`{}` takes ", layer.describe()),
                format!(" inputs, but {producer} "),
                String::new(),
            ],
        });
    }
    Shape { inputs: Some(inputs), outputs: Some(outputs) }
}

/// The shape of a layer that keeps what comes in.
fn kept(layer: &Layer, before: &Before, report: &mut Report) -> Shape {
    match before {
        Before::Known(size, _) => Shape { inputs: Some(size.clone()), outputs: Some(size.clone()) },
        Before::Nothing => {
            let message = format!(
                "nothing tells how many inputs `{0}` has\n\
                 help: begin with `Input(784) -> {0}`, for 784 features",
                source(&layer.call.path_with_map())
            );
            report.error(&layer.call.tokens, message);
            Shape::default()
        }
        Before::Mistake => Shape::default(),
    }
}

/// Holds what a layer takes against what comes before it.
fn check(
    layer: &Layer,
    takes: &Size,
    produces: &Size,
    producer: &str,
    links: &mut Vec<Link>,
    report: &mut Report,
) {
    if takes.is_same(produces) {
        return;
    }
    let begin = format!("`{}` takes ", layer.describe());
    let middle = format!(" inputs, but {producer} ");
    let outputs = layer.sizes.last().cloned().flatten();
    let outputs = outputs.map_or("outputs".to_owned(), |size| size.to_string());
    let end = if layer.call.turn == Some(Turn::Second) {
        format!("\nhelp: let what is repeated end with {takes} features, as it begins")
    } else if produces.is_written() {
        format!("\nhelp: write `{}({produces}, {outputs})`", layer.row.name)
    } else {
        String::new()
    };
    match (takes.value, produces.value) {
        (Some(taken), Some(produced)) => {
            report.error(takes.shown(), format!("{begin}{taken}{middle}{produced}{end}"));
        }
        _ => links.push(Link {
            place: takes.shown().to_token_stream(),
            takes: takes.clone(),
            produces: produces.clone(),
            words: [begin, middle, end],
        }),
    }
}

/// Refuses weights that no memory could hold.
fn check_memory(layer: &Layer, inputs: Option<&Size>, outputs: Option<&Size>, report: &mut Report) {
    let (Some(inputs), Some(outputs)) =
        (inputs.and_then(|s| s.value), outputs.and_then(|s| s.value))
    else {
        return;
    };
    /// A terabyte of `f64`.
    const MOST: u64 = 1 << 37;
    if inputs.saturating_mul(outputs) > MOST {
        let message = format!(
            "`{}` would have {inputs} × {outputs} weights, more than a terabyte\n\
             help: check the sizes",
            layer.describe()
        );
        report.error(&layer.call.tokens, message);
    }
}
