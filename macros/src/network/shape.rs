//! Model to shapes: infers sizes that were left out, and checks that consecutive layers match.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;

use crate::common::report::Report;
use crate::common::tokens::source;
use crate::network::model::{Layer, Loss, Losses, Model, Node, Operand, Operation, Source, View};
use crate::network::registry::{self, ChannelKind, Role, Setting};
use crate::network::size::Size;
use crate::network::syntax::ast::RepeatCopy;
use crate::network::window;

/// The inputs and outputs of a layer. `None` if unknown because of an error that was already
/// reported.
#[derive(Clone, Default)]
pub(crate) struct Shape {
    pub(crate) inputs: Option<Size>,
    pub(crate) outputs: Option<Size>,
}

/// Two sizes that must be equal. The compiler compares them, since only it knows at least one.
pub(crate) struct DeferredCheck {
    /// The tokens to underline.
    pub(crate) place: TokenStream,
    /// The size that the layer expects, and the size before it.
    pub(crate) takes: Size,
    pub(crate) produces: Size,
    /// The parts of the message before, between and after the two numbers.
    pub(crate) words: [String; 3],
}

/// The shapes of a network.
pub(crate) struct Shapes {
    /// One per layer of the model, at its declaration.
    pub(crate) layers: Vec<Shape>,
    /// The output features of each node.
    pub(crate) nodes: Vec<Option<Size>>,
    /// The features of a sample.
    pub(crate) input: Option<Size>,
    /// The checks that are left to the compiler.
    pub(crate) links: Vec<DeferredCheck>,
    /// The outputs of a network whose loss chooses a class, if only the compiler knows their number.
    pub(crate) classes: Vec<Classes>,
}

/// The outputs of a network whose loss chooses a class. A single one is rejected.
pub(crate) struct Classes {
    /// The tokens to underline.
    pub(crate) place: TokenStream,
    pub(crate) outputs: Size,
    /// The message if there is only one.
    pub(crate) message: String,
}

/// Infers and checks all shapes.
pub(crate) fn infer(runtime: &TokenStream, model: &Model, report: &mut Report) -> Shapes {
    let mut shapes = Shapes {
        layers: vec![Shape::default(); model.layers.len()],
        nodes: Vec::new(),
        input: model.input.clone(),
        links: Vec::new(),
        classes: Vec::new(),
    };
    for node in &model.nodes {
        let before: Vec<Before> =
            node.operands.iter().map(|operand| before(model, &shapes, operand)).collect();
        // From the third copy of a repeated layer on, errors would be the same again.
        let (mut silent, mut unchecked) = (Report::default(), Vec::new());
        let (report, links) = match node.turn {
            Some(RepeatCopy::Later) => (&mut silent, &mut unchecked),
            _ => (&mut *report, &mut shapes.links),
        };
        let width = match (node.operation, &before[..]) {
            (Operation::Layer(at), [before]) => {
                let shape = declared(runtime, &model.layers[at], before, links, report);
                let outputs = shape.outputs.clone();
                shapes.layers[at] = shape;
                outputs
            }
            (Operation::Again(at), [before]) => {
                again(&model.layers[at], &shapes.layers[at], before, node, links, report)
            }
            (Operation::Part(at), _) => model.inputs.get(at).and_then(|input| input.size.clone()),
            (Operation::Concat, before) => concatenated(node, before, report),
            (_, before) => combined(node, before, links, report),
        };
        shapes.nodes.push(width);
    }
    check_reshapes(model, &mut shapes, report);
    if shapes.input.is_none() {
        shapes.input = first_inputs(model, &shapes);
    }
    weigh_classes(model, &mut shapes, report);
    for classes in classes(model, &shapes) {
        match classes.outputs.value {
            Some(1) => report.error(classes.place, classes.message),
            Some(_) => {}
            None => shapes.classes.push(classes),
        }
    }
    shapes
}

/// The inputs of a chain that does not begin with `Input`.
fn first_inputs(model: &Model, shapes: &Shapes) -> Option<Size> {
    match model.nodes.first()?.operation {
        Operation::Layer(at) => shapes.layers[at].inputs.clone(),
        _ => None,
    }
}

/// What is known about a value that a node reads, in the shape in which it reads it.
fn before(model: &Model, shapes: &Shapes, operand: &Operand) -> Before {
    let before = value(model, shapes, operand);
    let (Before::Known(size, _), Some(view)) = (&before, operand.view) else { return before };
    match view {
        View::Flat => Before::Known(size.flat(), "`Flatten` produces".to_owned()),
        View::Reshaped(at) => match &model.reshapes[at].size {
            Some(size) => {
                Before::Known(size.clone(), format!("`Reshape({})` produces", list(size)))
            }
            None => Before::Mistake,
        },
    }
}

/// The dimensions of a size as they are written.
fn list(size: &Size) -> String {
    match size.dims() {
        [] => size.to_string(),
        dims => dims.iter().map(Size::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// Checks that values have as many features before as after `Reshape`.
fn check_reshapes(model: &Model, shapes: &mut Shapes, report: &mut Report) {
    for reshape in &model.reshapes {
        let before = value(model, shapes, &reshape.operand);
        let (Before::Known(before, producer), Some(size)) = (before, &reshape.size) else {
            continue;
        };
        let written = list(size);
        let words = [
            format!("`Reshape({written})` expects "),
            format!(" features, but {producer} "),
            "\nhelp: let the product of the sizes be the number of features".to_owned(),
        ];
        let (takes, produces) = (size.flat(), before.flat());
        check_equal(reshape.tokens.clone(), &takes, &produces, words, &mut shapes.links, report);
    }
}

/// What is known about a value as it was computed.
fn value(model: &Model, shapes: &Shapes, operand: &Operand) -> Before {
    let named = operand.name.as_ref().map(|name| format!("`{}` has", name.unraw()));
    let known = |size: &Size, words: String| Before::Known(size.clone(), named.unwrap_or(words));
    match operand.source {
        Source::Mistake => Before::Mistake,
        Source::Input => match &model.input {
            Some(size) => known(size, format!("`Input({})` has", list(size))),
            None if model.begins_with_mistake => Before::Mistake,
            None => Before::Nothing,
        },
        Source::Node(at) => match (&shapes.nodes[at], &model.nodes[at]) {
            (
                Some(size),
                Node { operation: Operation::Layer(layer) | Operation::Again(layer), .. },
            ) => {
                let producer = model.layers[*layer].describe();
                known(size, format!("`{producer}` produces"))
            }
            (Some(size), node) => known(size, format!("`{}` has", source(&node.tokens))),
            (None, _) => Before::Mistake,
        },
    }
}

/// The shape of a layer at its declaration.
fn declared(
    runtime: &TokenStream,
    layer: &Layer,
    before: &Before,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Shape {
    match layer.spec.role {
        Role::Layer { .. } => sized(layer, before, links, report),
        Role::Custom => own(runtime, layer, before, links),
        Role::Window(_, axes) => windowed(runtime, layer, (before, axes), report),
        Role::Channels(kind) => of_channels(kind, layer, before, report),
        Role::ShapePreserving { .. } | Role::Activation | Role::TrainOnly | Role::Loss => {
            preserved(layer, before, report)
        }
    }
}

/// The outputs of a layer that is used again.
fn again(
    layer: &Layer,
    shape: &Shape,
    before: &Before,
    node: &Node,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Option<Size> {
    let Before::Known(produces, producer) = before else { return shape.outputs.clone() };
    if !layer.spec.role.is_layer() {
        return Some(produces.clone());
    }
    let takes = shape.inputs.as_ref()?;
    let words = [
        format!("`{}` takes ", layer.describe()),
        format!(" inputs, but {producer} "),
        format!("\nhelp: pass a value with {takes} features, or define another layer"),
    ];
    check_equal(node.tokens.clone(), takes, produces, words, links, report);
    shape.outputs.clone()
}

/// The features of a sum or product, whose operands must have equally many.
fn combined(
    node: &Node,
    before: &[Before],
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Option<Size> {
    let [Before::Known(left, left_words), Before::Known(right, right_words)] = before else {
        return before.iter().find_map(Before::size);
    };
    let what = if node.operation == Operation::Sum { "adding" } else { "multiplying" };
    let name = node.operands.last().and_then(|operand| operand.name.as_ref());
    let example = match name {
        _ if !left.is_written() => String::new(),
        _ if !left.dims().is_empty() => image_example(left, right),
        Some(name) => format!(", for example by `{} -> Affine({left})`", name.unraw()),
        None => format!(", for example by `Affine({left})`"),
    };
    let words = [
        format!("{left_words} "),
        format!(" features, but {right_words} "),
        format!("\nhelp: make both equal before {what}{example}"),
    ];
    check_equal(node.tokens.clone(), left, right, words, links, report);
    Some(left.clone())
}

/// How two images can be made equal.
fn image_example(left: &Size, right: &Size) -> String {
    match (left.dims(), right.dims()) {
        ([channels, area @ ..], [_, other @ ..]) if area.len() == other.len() => {
            let is_equal = area.iter().zip(other).all(|(one, other)| one.is_same(other));
            let name = if area.len() == 1 { "Conv1d" } else { "Conv2d" };
            match is_equal {
                true => format!(", for example by `{name}({channels}, 1)`"),
                false => ", for example by the same padding and strides".to_owned(),
            }
        }
        _ => ", for example by `Flatten`".to_owned(),
    }
}

/// The shape of concatenated values: images are concatenated along their channels.
fn concatenated(node: &Node, before: &[Before], report: &mut Report) -> Option<Size> {
    let sizes: Vec<Size> = before.iter().map(Before::size).collect::<Option<_>>()?;
    let [first, rest @ ..] = &sizes[..] else { return None };
    let [_, area @ ..] = first.dims() else {
        if let Some(image) = rest.iter().find(|size| !size.dims().is_empty()) {
            report.error(&node.tokens, unlike(first, image));
            return None;
        }
        return Some(Size::sum(sizes));
    };
    let is_like = |size: &&Size| match size.dims() {
        [_, other @ ..] => {
            area.len() == other.len() && area.iter().zip(other).all(|(a, b)| a.is_same(b))
        }
        [] => false,
    };
    if let Some(other) = rest.iter().find(|size| !is_like(size)) {
        report.error(&node.tokens, unlike(first, other));
        return None;
    }
    let channels = sizes.iter().filter_map(|size| size.dims().first().cloned()).collect();
    let dims = [Size::sum(channels)].into_iter().chain(area.iter().cloned());
    Some(Size::shaped(dims.collect()))
}

fn unlike(one: &Size, other: &Size) -> String {
    format!(
        "cannot concatenate {one} and {other}: images need the same height and width\n\
         help: write `Flatten` after each image to concatenate their features"
    )
}

/// Checks that two sizes are equal, or leaves that to the compiler. `words` are the parts of the
/// message before, between and after the sizes.
fn check_equal(
    place: TokenStream,
    one: &Size,
    other: &Size,
    words: [String; 3],
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) {
    if one.is_same(other) {
        return;
    }
    let have_other_ranks = one.dims().len() != other.dims().len();
    if have_other_ranks || (one.value.is_some() && other.value.is_some()) {
        let [begin, middle, end] = words;
        let (one, other) = (one.evaluated_or_shape(), other.evaluated_or_shape());
        report.error(place, format!("{begin}{one}{middle}{other}{end}"));
    } else if one.dims().is_empty() {
        links.push(DeferredCheck { place, takes: one.clone(), produces: other.clone(), words });
    } else {
        for (one, other) in one.dims().iter().zip(other.dims()) {
            check_equal(place.clone(), one, other, words.clone(), links, report);
        }
    }
}

/// Each loss with the output that it is of: the only one, or that of its head.
fn losses_with_outputs(model: &Model) -> Vec<(&Loss, &Operand)> {
    match (&model.losses, &model.outputs[..]) {
        (Some(Losses { heads, are_listed: true, .. }), outputs) => {
            heads.iter().zip(outputs).collect()
        }
        (Some(Losses { heads, .. }), [output]) => heads.iter().map(|loss| (loss, output)).collect(),
        _ => Vec::new(),
    }
}

/// The numbers of outputs of losses that choose a class.
fn classes(model: &Model, shapes: &Shapes) -> Vec<Classes> {
    let of_loss = |(loss, output): (&Loss, &Operand)| {
        let of_one = loss.spec.traits.needs_classes?;
        let outputs = before(model, shapes, output).size()?;
        let last = model.layers.iter().rev().find(|layer| layer.spec.role.is_field());
        let repair = match last.map(|layer| (layer.spec.role, &layer.sizes[..])) {
            Some((Role::Layer { .. }, [Some(inputs), _])) => format!("write `Affine({inputs}, 2)`"),
            Some((Role::Layer { .. }, [_])) => "write `Affine(2)`".to_owned(),
            _ => "produce two outputs".to_owned(),
        };
        let repair = match model.outputs.len() {
            1 => repair,
            _ => "give this output 2 features".to_owned(),
        };
        let message = format!(
            "`{}` needs at least 2 outputs, found 1: {of_one}\n\
             help: {repair}, or use `BinaryCrossEntropy`, or `IdentityWithLoss` for regression",
            loss.spec.name
        );
        Some(Classes { place: loss.call.tokens.clone(), outputs, message })
    };
    losses_with_outputs(model).into_iter().filter_map(of_loss).collect()
}

/// Checks that the number of weights of a loss matches the outputs.
fn weigh_classes(model: &Model, shapes: &mut Shapes, report: &mut Report) {
    for (loss, output) in losses_with_outputs(model) {
        let weights = loss.settings.as_ref().and_then(|settings| settings.weights.clone());
        let Some(weights) = weights else { continue };
        let Before::Known(outputs, producer) = before(model, shapes, output) else { continue };
        let (one, several) = match loss.spec.setting {
            Setting::Classes => ("class", "classes"),
            _ => ("output", "outputs"),
        };
        let words = [
            format!("`{}` has ", loss.spec.name),
            format!(" weights of {several}, but {producer} "),
            format!("\nhelp: write one weight for each {one}"),
        ];
        check_equal(loss.call.tokens.clone(), &weights, &outputs, words, &mut shapes.links, report);
    }
}

/// What is known about the features before a layer.
#[expect(clippy::large_enum_variant, reason = "there are two or three at a time")]
enum Before {
    /// Their number, and a description of their source.
    Known(Size, String),
    /// The layer is the first one, and there is no `Input`.
    Nothing,
    /// Unknown because of an error, already reported.
    Mistake,
}

impl Before {
    fn size(&self) -> Option<Size> {
        match self {
            Before::Known(size, _) => Some(size.clone()),
            Before::Nothing | Before::Mistake => None,
        }
    }
}

/// The shape of a layer with parameters.
fn sized(
    layer: &Layer,
    before: &Before,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Shape {
    if reject_image(layer, before, report) {
        return Shape { inputs: None, outputs: layer.sizes.last().cloned().flatten() };
    }
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
                "cannot infer the number of inputs of `{0}`\n\
                 help: write `{1}(784, {2})`, or begin with `Input(784) ->`, for 784 features",
                layer.call.source(),
                layer.spec.name,
                outputs,
            );
            report.error(&layer.call.tokens, message);
            Shape { inputs: None, outputs: Some(outputs.clone()) }
        }
        _ => Shape { inputs: None, outputs: layer.sizes.last().cloned().flatten() },
    }
}

/// The shape of a layer with a kernel that moves over an image or a sequence.
fn windowed(
    runtime: &TokenStream,
    layer: &Layer,
    (before, axes): (&Before, usize),
    report: &mut Report,
) -> Shape {
    let Some(window) = &layer.window else { return Shape::default() };
    let Some(image) = image(layer, before, &[axes + 1], report) else { return Shape::default() };
    let outputs = window::outputs(runtime, layer, window, image, report);
    Shape { inputs: Some(image.clone()), outputs }
}

/// The shape of a layer that computes something of each channel.
fn of_channels(kind: ChannelKind, layer: &Layer, before: &Before, report: &mut Report) -> Shape {
    let Some(image) = image(layer, before, &[2, 3], report) else { return Shape::default() };
    let inputs = Some(image.clone());
    let [channels, area @ ..] = image.dims() else { return Shape::default() };
    let outputs = match kind {
        ChannelKind::Average => Some(channels.clone()),
        ChannelKind::Upsample => enlarged(layer, channels, area, report),
    };
    Shape { inputs, outputs }
}

/// The output of `Upsample`: each dimension but the channels, times its factor.
fn enlarged(layer: &Layer, channels: &Size, area: &[Size], report: &mut Report) -> Option<Size> {
    let factors: Vec<&Size> = layer.sizes.iter().flatten().collect();
    let factors = match (area, &factors[..]) {
        ([_], [_, _]) => {
            let message = format!(
                "`{}` has factors for height and width, but its input is a sequence\n\
                 help: write one factor",
                layer.describe()
            );
            report.error(&layer.call.tokens, message);
            return None;
        }
        (area, [factor]) => vec![*factor; area.len()],
        (_, factors) => factors.to_vec(),
    };
    if factors.is_empty() {
        return None;
    }
    let times = |(size, factor): (&Size, &Size)| {
        window::computed(
            [size, factor],
            |[size, factor]| size.checked_mul(factor),
            || quote!(#size * #factor),
            || format!("{size} * {factor}"),
        )
    };
    let area = area.iter().zip(factors).map(times);
    Some(Size::shaped([channels.clone()].into_iter().chain(area).collect()))
}

/// The repair of a layer along two axes that reads a sequence, or along one that reads an image.
fn other_axes(layer: &Layer, size: &Size) -> Option<String> {
    let (from, to) = if size.dims().len() == 2 { ("2d", "1d") } else { ("1d", "2d") };
    let other = registry::find(&layer.spec.name.replace(from, to))?;
    if size.dims().is_empty() || other.name == layer.spec.name {
        return None;
    }
    Some(match from {
        "1d" => format!("write `{}` for an image", other.name),
        _ => format!(
            "write `Reshape(1, {}) ->` before it for an image, or `{}` for a sequence",
            list(size),
            other.name
        ),
    })
}

/// The image or sequence before a layer. Reports a value with another number of dimensions than one
/// of `dims`.
fn image<'b>(
    layer: &Layer,
    before: &'b Before,
    dims: &[usize],
    report: &mut Report,
) -> Option<&'b Size> {
    let (what, its_dims, example) = match dims {
        [2] => ("sequence", "channels × length", "8, 64"),
        _ => ("image", "channels × height × width", "1, 28, 28"),
    };
    let message = match before {
        Before::Mistake => return None,
        Before::Known(size, _) if dims.contains(&size.dims().len()) => return Some(size),
        Before::Known(size, producer) => {
            let article = if what == "image" { "an" } else { "a" };
            let repair = other_axes(layer, size).unwrap_or_else(|| {
                format!("begin with `Input({example})`, or write `Reshape({example}) ->` before it")
            });
            format!(
                "`{}` takes {article} {what}, {its_dims}, but {producer} {size}\n\
                 help: {repair}",
                layer.describe()
            )
        }
        Before::Nothing => format!(
            "the {what} that `{}` takes is unknown\n\
             help: begin with `Input({example}) ->`, for {}",
            layer.call.source(),
            if what == "image" { "channels, height and width" } else { "channels and length" },
        ),
    };
    report.error(&layer.call.tokens, message);
    None
}

/// The shape of a user-defined layer, which its type determines.
fn own(
    runtime: &TokenStream,
    layer: &Layer,
    before: &Before,
    links: &mut Vec<DeferredCheck>,
) -> Shape {
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
        links.push(DeferredCheck {
            place: layer.call.tokens.clone(),
            takes: inputs.clone(),
            produces: produces.flat(),
            words: [
                format!("`{}` takes ", layer.describe()),
                format!(" inputs, but {producer} "),
                "\nhelp: change one of the two".to_owned(),
            ],
        });
    }
    Shape { inputs: Some(inputs), outputs: Some(outputs) }
}

/// The shape of a layer with as many outputs as inputs.
fn preserved(layer: &Layer, before: &Before, report: &mut Report) -> Shape {
    match before {
        Before::Known(size, producer) if !fits_channels(layer, size, producer, report) => {
            Shape::default()
        }
        Before::Known(size, _) => Shape { inputs: Some(size.clone()), outputs: Some(size.clone()) },
        Before::Nothing => {
            let written = match layer.spec.setting {
                Setting::Size { .. } => layer.call.source(),
                _ => source(&layer.call.path_with_map()),
            };
            let message = format!(
                "cannot infer the number of inputs of `{written}`\n\
                 help: begin with `Input(784) -> {written}`, for 784 features",
            );
            report.error(&layer.call.tokens, message);
            Shape::default()
        }
        Before::Mistake => Shape::default(),
    }
}

/// Returns whether the groups of a `GroupNorm` divide its channels, and a dropout of channels has
/// some; reports if not.
fn fits_channels(layer: &Layer, size: &Size, producer: &str, report: &mut Report) -> bool {
    match (layer.spec.role, &layer.sizes[..]) {
        (Role::TrainOnly, _) if layer.spec.traits.is_per_channel && size.dims().is_empty() => {
            let ratio = layer.number.as_ref().map_or("0.5".to_owned(), source);
            let message = format!(
                "`{}` drops channels of an image, but {producer} {size}\n\
                 help: write `Dropout({ratio})`, which drops features",
                layer.describe()
            );
            report.error(&layer.call.tokens, message);
            false
        }
        (Role::ShapePreserving { .. }, [Some(groups)]) => {
            let channels = size.dims().first().unwrap_or(size);
            window::divides(layer, groups, (channels, "channels"), report)
        }
        (Role::ShapePreserving { .. }, [None]) => false,
        _ => true,
    }
}

/// Reports an image before a layer that takes flat features. Returns whether there is one.
fn reject_image(layer: &Layer, before: &Before, report: &mut Report) -> bool {
    let Before::Known(produces, producer) = before else { return false };
    if produces.dims().is_empty() {
        return false;
    }
    let message = format!(
        "`{}` takes flat features, but {producer} {produces}\n\
         help: write `Flatten ->` before it",
        layer.describe()
    );
    report.error(&layer.call.tokens, message);
    true
}

/// Checks a layer's inputs against the features before it.
fn check(
    layer: &Layer,
    takes: &Size,
    produces: &Size,
    producer: &str,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) {
    if takes.is_same(produces) {
        return;
    }
    let begin = format!("`{}` takes ", layer.describe());
    let middle = format!(" inputs, but {producer} ");
    let outputs = layer.sizes.last().cloned().flatten();
    let outputs = outputs.map_or("outputs".to_owned(), |size| size.to_string());
    let end = if layer.call.turn == Some(RepeatCopy::Second) {
        format!("\nhelp: end the repeated layers with {takes} features, as they begin")
    } else if produces.is_written() {
        let bias = if layer.has_bias { "" } else { ", bias = false" };
        format!("\nhelp: write `{}({produces}, {outputs}{bias})`", layer.spec.name)
    } else {
        "\nhelp: change one of the two".to_owned()
    };
    let place = takes.shown().to_token_stream();
    check_equal(place, takes, produces, [begin, middle, end], links, report);
}

/// Rejects weights that exceed any memory.
fn check_memory(layer: &Layer, inputs: Option<&Size>, outputs: Option<&Size>, report: &mut Report) {
    let (Some(inputs), Some(outputs)) =
        (inputs.and_then(|s| s.value), outputs.and_then(|s| s.value))
    else {
        return;
    };
    /// One terabyte of `f64`.
    const MOST: u64 = 1 << 37;
    if inputs.saturating_mul(outputs) > MOST {
        let message = format!(
            "`{}` needs {inputs} × {outputs} weights, more than a terabyte\n\
             help: use smaller sizes",
            layer.describe()
        );
        report.error(&layer.call.tokens, message);
    }
}
