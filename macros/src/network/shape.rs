//! Model to shapes: infers sizes that were left out, and checks that consecutive layers match.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::common::report::Report;
use crate::common::tokens::source;
use crate::network::channels;
use crate::network::checks::{Check, DeferredCheck};
use crate::network::known::{Before, Shape, check_equal, check_memory, divided};
use crate::network::model::{
    Join, Layer, Loss, Losses, Model, Node, Operand, Operation, Source, View,
};
use crate::network::registry::{Role, SequenceKind, Setting};
use crate::network::sequence;
use crate::network::size::{Depends, Size};
use crate::network::syntax::ast::RepeatCopy;

/// The shapes of a network.
pub(crate) struct Shapes {
    /// One per layer of the model, at its declaration.
    pub(crate) layers: Vec<Shape>,
    /// The output features of each node.
    pub(crate) nodes: Vec<Option<Size>>,
    /// The memory of each layer that is an attention to another sequence.
    pub(crate) memories: Vec<Option<Size>>,
    /// For each node whose layer a sequence passes through step by step, the number of steps.
    pub(crate) steps: Vec<Option<Size>>,
    /// The features of a sample.
    pub(crate) input: Option<Size>,
    /// The checks that are left to the compiler.
    pub(crate) links: Vec<DeferredCheck>,
    /// The outputs of a network whose loss chooses a class, if only the compiler knows their number.
    pub(crate) classes: Vec<DeferredCheck>,
}

/// The outputs of a network whose loss chooses a class. A single one is rejected.
struct Classes {
    /// The tokens to underline.
    place: TokenStream,
    outputs: Size,
    /// The message if there is only one.
    message: String,
}

/// Infers and checks all shapes.
pub(crate) fn infer(runtime: &TokenStream, model: &Model, report: &mut Report) -> Shapes {
    let mut shapes = Shapes {
        layers: vec![Shape::default(); model.layers.len()],
        memories: vec![None; model.layers.len()],
        nodes: Vec::new(),
        steps: Vec::new(),
        input: model.input.clone(),
        links: Vec::new(),
        classes: Vec::new(),
    };
    for node in &model.nodes {
        let before: Vec<Before> =
            node.operands.iter().map(|operand| before(model, &shapes, operand)).collect();
        let memory_before = before_memory(model, &shapes, node);
        // From the third copy of a repeated layer on, errors would be the same again.
        let (mut silent, mut unchecked) = (Report::default(), Vec::new());
        let (report, links) = match node.turn {
            Some(RepeatCopy::Later) => (&mut silent, &mut unchecked),
            _ => (&mut *report, &mut shapes.links),
        };
        let rejects = sequence::reject_indices(model, node, &before, report);
        let whole = match &before[..] {
            [before] => before.size(),
            _ => None,
        };
        let steps = node.layer().and_then(|at| match &before[..] {
            [before] if model.layers[at].spec.role.is_per_step() => before.steps(),
            _ => None,
        });
        let width = match (node.operation, &before[..]) {
            _ if rejects => None,
            (Operation::Layer(at), [before]) => {
                let of_memory = memory_before.as_ref();
                shapes.memories[at] = of_memory
                    .and_then(|other| memory(&model.layers[at], before, other, links, report));
                let shape = declared(runtime, model, &model.layers[at], before, links, report);
                let outputs = shape.outputs.clone();
                shapes.layers[at] = shape;
                spread(&model.layers[at], outputs, whole.as_ref())
            }
            (Operation::Again(at), [before]) => {
                let outputs =
                    again(&model.layers[at], &shapes.layers[at], before, node, links, report);
                spread(&model.layers[at], outputs, whole.as_ref())
            }
            (Operation::Join(_), before) => {
                let sizes: Option<Vec<Size>> = before.iter().map(Before::size).collect();
                sizes.map(|sizes| Size::sum(sizes.iter().map(Size::flat).collect()))
            }
            (Operation::Part(at), _) => model.inputs.get(at).and_then(|input| input.size.clone()),
            (Operation::Concat, before) if is_outputs(model, node) => {
                let sizes: Option<Vec<Size>> = before.iter().map(Before::size).collect();
                sizes.map(|sizes| Size::sum(sizes.iter().map(Size::flat).collect()))
            }
            (Operation::Concat, before) => concatenated(runtime, node, before, links, report),
            (_, before) => combined(node, before, links, report),
        };
        shapes.nodes.push(width);
        shapes.steps.push(steps);
    }
    check_reshapes(model, &mut shapes, report);
    if shapes.input.is_none() {
        shapes.input = first_inputs(model, &shapes);
    }
    weigh_classes(model, &mut shapes, report);
    for Classes { place, outputs, message } in classes(model, &shapes) {
        match outputs.value {
            Some(1) => report.error(place, message),
            Some(_) => {}
            None => {
                let check = Check::Not { message, rejected: 1, size: outputs };
                shapes.classes.push(DeferredCheck { place, check });
            }
        }
    }
    check_arguments(model, &shapes, report);
    shapes
}

/// Rejects sizes in the types of layers that follow from other types with parameters: the struct of a
/// layer with parameters cannot contain them.
fn check_arguments(model: &Model, shapes: &Shapes, report: &mut Report) {
    for (layer, shape) in model.layers.iter().zip(&shapes.layers) {
        let has_size = |size: &&Size| match layer.spec.role {
            Role::Layer { .. }
            | Role::ShapePreserving { .. }
            | Role::Channels(_)
            | Role::Sequence(_) => size.depends == Depends::Types,
            Role::Window(kind, _) if kind.has_filters() => {
                size.dims().first().is_some_and(|channels| channels.depends == Depends::Types)
            }
            _ => false,
        };
        if let Some(size) = shape.inputs.iter().find(has_size)
            && layer.call.is_first()
        {
            let repair = match (layer.spec.role, &layer.sizes[..]) {
                (Role::Layer { .. }, [Some(outputs)]) => {
                    format!("write its inputs, `{}(…, {outputs})`", layer.spec.name)
                }
                (Role::Window(..) | Role::Channels(_), _) => {
                    "write `Reshape(…, …, …) ->` before it".to_owned()
                }
                (Role::Sequence(_), _) => "write `Reshape(…, …) ->` before it".to_owned(),
                _ => "write `Reshape(…) ->` before it".to_owned(),
            };
            let message = format!(
                "the inputs of `{}` follow from `{size}`, which depends on a parameter\nhelp: {repair}",
                layer.call.source()
            );
            report.error(&layer.call.tokens, message);
        }
    }
}

/// Returns whether a node has the outputs of the network side by side, whatever their shapes.
fn is_outputs(model: &Model, node: &Node) -> bool {
    model.outputs.len() > 1 && model.nodes.last().is_some_and(|last| std::ptr::eq(last, node))
}

/// The output of a layer: of all steps, if a sequence passes through it step by step.
fn spread(layer: &Layer, outputs: Option<Size>, before: Option<&Size>) -> Option<Size> {
    match (layer.spec.role, before) {
        (Role::ShapePreserving { .. }, Some(before)) if layer.spec.role.is_per_step() => {
            outputs.map(|_| before.clone())
        }
        (role, Some(before)) if role.is_per_step() => Some(before.with_features(outputs?)),
        _ => outputs,
    }
}

/// The inputs of a chain that does not begin with `Input`.
fn first_inputs(model: &Model, shapes: &Shapes) -> Option<Size> {
    match model.nodes.first()?.operation {
        Operation::Layer(at) => shapes.layers[at].inputs.clone(),
        _ => None,
    }
}

/// The value that an attention reads besides the one before it.
fn before_memory(model: &Model, shapes: &Shapes, node: &Node) -> Option<Before> {
    let [Operand { source: Source::Node(joined), .. }] = &node.operands[..] else { return None };
    let joined = &model.nodes[*joined];
    match joined.operation {
        Operation::Join(Join::Memory | Join::PaddedMemory) => {
            Some(before(model, shapes, &joined.operands[1]))
        }
        _ => None,
    }
}

/// The memory of an attention. Reports one that has other features than the queries.
fn memory(
    layer: &Layer,
    query: &Before,
    memory: &Before,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Option<Size> {
    let Before::Known(_, producer) = memory else { return None };
    let query = sequence::sequence(layer, query, links, report)?;
    let memory = sequence::sequence(layer, memory, links, report)?;
    let (features, of_memory) = (query.of_step(), memory.of_step());
    let words = [
        format!("`{}` attends to a sequence with the features of its queries, ", layer.describe()),
        format!(", but {producer} "),
        format!("\nhelp: give both as many features, for example by `Affine({features})`"),
    ];
    check_equal(layer.call.tokens.clone(), &features, &of_memory, words, links, report);
    Some(memory)
}

/// What is known about a value that a node reads, in the shape in which it reads it.
fn before(model: &Model, shapes: &Shapes, operand: &Operand) -> Before {
    // What is joined with a sequence does not change its shape.
    if let Source::Node(node) = operand.source
        && let Operation::Join(_) = model.nodes[node].operation
    {
        return before(model, shapes, &model.nodes[node].operands[0]);
    }
    let before = value(model, shapes, operand);
    let (Before::Known(size, _), Some(view)) = (&before, operand.view) else { return before };
    if size.below().is_some() {
        return before;
    }
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
            match before.value.filter(|_| matches!(size.dims().len(), 2 | 3)) {
                Some(features) => {
                    let dims = divided(features, size.dims().len());
                    format!("\nhelp: write sizes whose product is that, such as `Reshape({dims})`")
                }
                None => "\nhelp: let the product of the sizes be the number of features".to_owned(),
            },
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
            Some(size) => {
                let of = size.below().map(|below| format!(", of = {below}")).unwrap_or_default();
                known(size, format!("`Input({}{of})` has", list(size)))
            }
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
    model: &Model,
    layer: &Layer,
    before: &Before,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Shape {
    match layer.spec.role {
        Role::Layer { .. } => sized(layer, before, links, report),
        Role::Custom => own(runtime, model, layer, before, links),
        Role::Window(_, axes) => channels::windowed(runtime, layer, (before, axes), links, report),
        Role::Channels(kind) => channels::shape(kind, layer, before, links, report),
        Role::Sequence(kind) => sequence::shape(layer, kind, before, links, report),
        Role::ShapePreserving { .. } | Role::Activation | Role::TrainOnly | Role::Loss => {
            preserved(layer, before, links, report)
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
    let produces = &match layer.spec.role {
        Role::Sequence(SequenceKind::Embedding) => produces.below()?.clone(),
        role if role.is_per_step() => produces.of_step(),
        _ => produces.clone(),
    };
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
    let features = left.of_step();
    let example = match name {
        _ if !left.is_written() => String::new(),
        _ if left.as_image().is_some() && left.sequence().is_none() => {
            channels::equalised(left, right)
        }
        Some(name) => format!(", for example by `{} -> Affine({features})`", name.unraw()),
        None => format!(", for example by `Affine({features})`"),
    };
    let words = [
        format!("{left_words} "),
        format!(" features, but {right_words} "),
        format!("\nhelp: make both equal before {what}{example}"),
    ];
    check_equal(node.tokens.clone(), left, right, words, links, report);
    Some(if left.open_shape().is_some() { right.clone() } else { left.clone() })
}

/// The shape of concatenated values: images are concatenated along their channels,
/// sequences along their features.
fn concatenated(
    runtime: &TokenStream,
    node: &Node,
    before: &[Before],
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Option<Size> {
    let sizes: Vec<Size> = before.iter().map(Before::size).collect::<Option<_>>()?;
    let [first, rest @ ..] = &sizes[..] else { return None };
    if sizes.iter().any(|size| size.open_shape().is_some()) {
        let shapes = sizes.iter().map(|size| size.shape(runtime));
        let joined = quote!(#runtime::__private::joined(&[#(#shapes),*]));
        let total = Size::sum(sizes.clone());
        let open = Size::open(total.to_token_stream(), joined, total.to_string(), total.depends);
        let place = node.tokens.clone();
        links.push(DeferredCheck { place, check: Check::Joins { sizes } });
        return Some(open);
    }
    if let Some((time, _)) = first.sequence() {
        return sequence::concatenated(node, time, &sizes, report);
    }
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
        let outputs = before(model, shapes, output).size()?.of_step();
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
        let outputs = outputs.of_step();
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

/// The shape of a layer with parameters.
fn sized(
    layer: &Layer,
    whole: &Before,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Shape {
    if let Before::Known(size, producer) = whole
        && size.open_shape().is_some()
    {
        let begin = format!("`{}` takes flat features, but {producer} ", layer.describe());
        let words = [begin, "\nhelp: write `Flatten ->` before it".to_owned()];
        let check = Check::PerStep { words, size: size.clone() };
        links.push(DeferredCheck { place: layer.call.tokens.clone(), check });
    }
    let before = &whole.of_step();
    if reject_image(layer, before, links, report) {
        return Shape { inputs: None, outputs: layer.sizes.last().cloned().flatten() };
    }
    let before = &before.flat();
    match (&layer.sizes[..], before) {
        ([takes, outputs], before) => {
            if let (Some(takes), Before::Known(produces, producer)) = (takes, before)
                && !lacks_flatten(layer, takes, whole, report)
            {
                check(layer, takes, produces, producer, links, report);
            }
            match check_memory(layer, takes.as_ref(), outputs.as_ref(), report) {
                true => Shape::default(),
                false => Shape { inputs: takes.clone(), outputs: outputs.clone() },
            }
        }
        ([outputs], Before::Known(inputs, _)) => {
            match check_memory(layer, Some(inputs), outputs.as_ref(), report) {
                true => Shape::default(),
                false => Shape { inputs: Some(inputs.clone()), outputs: outputs.clone() },
            }
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

/// The shape of a user-defined layer, which its type determines.
fn own(
    runtime: &TokenStream,
    model: &Model,
    layer: &Layer,
    before: &Before,
    links: &mut Vec<DeferredCheck>,
) -> Shape {
    let Some(shape) = own_shape(runtime, model, layer) else { return Shape::default() };
    if let (Before::Known(produces, producer), Some(takes)) = (before, &shape.inputs) {
        let begin = format!("`{}` takes ", layer.describe());
        let words = [begin, format!(", but {producer} ")];
        let check = Check::Takes { words, takes: takes.clone(), produces: produces.clone() };
        links.push(DeferredCheck { place: layer.call.tokens.clone(), check });
    }
    shape
}

/// The sizes that the type of a user-defined layer states.
fn own_shape(runtime: &TokenStream, model: &Model, layer: &Layer) -> Option<Shape> {
    let (written, place) = (layer.call.source(), layer.call.path.span());
    let depends = Depends::of(layer.sizes.iter().flatten());
    let size = |features: TokenStream, shape: TokenStream, name: &str, depends: Depends| {
        Some(Size::open(features, shape, format!("{written}::{name}"), depends))
    };
    if layer.is_block && depends != Depends::Constants {
        let sizes = layer.block_sizes(runtime)?;
        let (input, output) = (quote!(#sizes.input()), quote!(#sizes.output()));
        let inputs = size(quote!(#input.features()), input, "INPUTS", depends);
        let outputs = size(quote!(#output.features()), output, "OUTPUTS", depends);
        return Some(Shape { inputs, outputs });
    }
    let ty = model.custom_type(layer, &quote!(f32))?;
    let depends = if depends == Depends::Constants { depends } else { Depends::Types };
    let ty = quote_spanned!(place=> <#ty as #runtime::layers::Layer<f32>>);
    // The number of inputs of a block is that of its shape: the constant evaluates its checks, once.
    let features = |features: TokenStream, shape: &TokenStream| match layer.is_block {
        true => quote!(#ty::#shape.features()),
        false => quote!(#ty::#features),
    };
    let (input, output) = (quote!(INPUT_SHAPE), quote!(OUTPUT_SHAPE));
    let inputs = features(quote!(INPUTS), &input);
    let outputs = features(quote!(OUTPUTS), &output);
    Some(Shape {
        inputs: size(inputs, quote!(#ty::#input), "INPUTS", depends),
        outputs: size(outputs, quote!(#ty::#output), "OUTPUTS", depends),
    })
}

/// The shape of a layer with as many outputs as inputs.
fn preserved(
    layer: &Layer,
    before: &Before,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Shape {
    if !channels::fit(layer, before, links, report) {
        return Shape::default();
    }
    let is_batch_norm =
        matches!(layer.spec.role, Role::ShapePreserving { parameters: 1.., has_statistics: true });
    // An image, or a signal, has channels. If only the compiler knows the shape, it checks that there
    // are none.
    let has_none = |size: &Size| size.as_image().is_none() || size.sequence().is_some();
    let is_known = |size: &Size| size.open_shape().is_none();
    if is_batch_norm
        && before.size().is_some_and(|size| is_known(&size) && has_none(&size))
        && reject_image(layer, before, links, report)
    {
        return Shape::default();
    }
    match before {
        Before::Known(size, _) => {
            let size = if layer.spec.role.is_per_step() { size.of_step() } else { size.clone() };
            Shape { inputs: Some(size.clone()), outputs: Some(size) }
        }
        Before::Nothing => {
            let message = format!(
                "cannot infer the number of inputs of `{0}`\n\
                 help: begin with `Input(784) -> {1}`, for 784 features",
                source(&layer.call.path_with_map()),
                match layer.spec.is_own() {
                    true => source(&layer.call.path_with_map()),
                    false => layer.spec.name.to_owned(),
                }
            );
            report.error(&layer.call.tokens, message);
            Shape::default()
        }
        Before::Mistake => Shape::default(),
    }
}

/// Reports an image, or a sequence, before a layer that takes flat features. Returns whether there is one for
/// certain; otherwise the compiler may find one.
fn reject_image(
    layer: &Layer,
    before: &Before,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> bool {
    let Before::Known(produces, producer) = before else { return false };
    if produces.is_flat() {
        return false;
    }
    let begin = format!("`{}` takes flat features, but {producer} ", layer.describe());
    let help = "\nhelp: write `Flatten ->` before it".to_owned();
    if produces.open_shape().is_some() {
        let check = Check::Rank { words: [begin, help], rank: 1, size: produces.clone() };
        links.push(DeferredCheck { place: layer.call.tokens.clone(), check });
        return false;
    }
    report.error(&layer.call.tokens, format!("{begin}{produces}{help}"));
    true
}

/// Reports a layer that takes all features of a sequence, but gets those of each step. Returns whether
/// it does.
fn lacks_flatten(layer: &Layer, takes: &Size, whole: &Before, report: &mut Report) -> bool {
    let Before::Known(size, producer) = whole else { return false };
    let Some((_, features)) = size.sequence() else { return false };
    if takes.is_same(features) || !takes.is_same(&size.flat()) {
        return false;
    }
    let message = format!(
        "`{}` takes {takes} inputs, but {producer} {size}, and `{}` acts on each step of {features}\n\
         help: write `Flatten ->` before it",
        layer.describe(),
        layer.spec.name
    );
    report.error(takes.shown(), message);
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
