//! Layers of images and of signals.

use chainrule_onnx::AttributeProto;

use super::place::Place;
use super::writer::{Value, Writer, float, int, ints, text};
use crate::kernels::NORMALISATION_EPSILON;
use crate::layers::{Conv2dShape, Operation, Padding, Shape};

/// The nodes of an operation on images; `None` for another one.
pub(super) fn layer(
    writer: &mut Writer,
    place: &Place,
    operation: Operation,
    x: &Value,
) -> Option<Value> {
    match operation {
        Operation::ConvLayer(shape) => conv(writer, place, x, &shape),
        Operation::ConvTransposeLayer(shape) => conv_transpose(writer, place, x, &shape),
        Operation::MaxPoolLayer(shape) => Some(pool(writer, place, x, &shape, "MaxPool")),
        Operation::AvgPoolLayer(shape) => Some(pool(writer, place, x, &shape, "AveragePool")),
        Operation::GlobalAvgPoolLayer(image) => Some(global_pool(writer, place, x, &image)),
        Operation::UpsampleLayer { image, factors } => {
            Some(upsample(writer, place, x, &image, factors))
        }
        Operation::GroupNormLayer { groups, image } => group_norm(writer, place, x, &image, groups),
        _ => None,
    }
}

/// The settings of a kernel along two axes, or along the second.
fn window(shape: &Conv2dShape, axes: usize) -> Vec<AttributeProto> {
    let pair =
        |(vertical, horizontal): (usize, usize)| [vertical, horizontal].into_iter().skip(2 - axes);
    let Padding { top, bottom, left, right } = shape.padding;
    vec![
        ints("kernel_shape", pair(shape.kernel)),
        ints("strides", pair(shape.stride)),
        ints("pads", pair((top, left)).chain(pair((bottom, right)))),
    ]
}

/// The settings of a convolution.
fn filters(shape: &Conv2dShape, axes: usize) -> Vec<AttributeProto> {
    let (rows, columns) = shape.dilation;
    let dilations = ints("dilations", [rows, columns].into_iter().skip(2 - axes));
    let mut attributes = window(shape, axes);
    attributes.extend([dilations, int("group", shape.groups as i64)]);
    attributes
}

/// Channels and the sizes along the axes that a kernel moves.
fn image([channels, height, width]: [usize; 3], axes: usize) -> Vec<usize> {
    let sizes = [height, width];
    [channels].into_iter().chain(sizes.into_iter().skip(2 - axes)).collect()
}

fn conv(writer: &mut Writer, place: &Place, x: &Value, shape: &Conv2dShape) -> Option<Value> {
    let weight = place.tensor("weight");
    let axes = writer.parameter(&weight)?.shape.len() - 2;
    let weight = writer.weight(&weight)?;
    let bias = writer.weight(&place.tensor("bias"));
    let x = writer.shaped(x, &image([shape.channels, shape.height, shape.width], axes));
    let operands: Vec<&str> = [&*x.name, &weight].into_iter().chain(bias.as_deref()).collect();
    let output = image([shape.filters, shape.output_height(), shape.output_width()], axes);
    Some(writer.node(&place.name, "Conv", &operands, filters(shape, axes), &output))
}

/// The shape leads from the output to the input. Rows and columns that it does not reach are those of
/// the output padding.
fn conv_transpose(
    writer: &mut Writer,
    place: &Place,
    x: &Value,
    shape: &Conv2dShape,
) -> Option<Value> {
    let weight = writer.weight(&place.tensor("weight"))?;
    let bias = writer.weight(&place.tensor("bias"));
    let (height, width) = (shape.output_height(), shape.output_width());
    let x = writer.shaped(x, &[shape.filters, height, width]);
    let Padding { top, bottom, left, right } = shape.padding;
    let reached = |count: usize, stride: usize, kernel: usize, dilation: usize| {
        (count - 1) * stride + (kernel - 1) * dilation + 1
    };
    let rows = reached(height, shape.stride.0, shape.kernel.0, shape.dilation.0);
    let columns = reached(width, shape.stride.1, shape.kernel.1, shape.dilation.1);
    let more = [shape.height + top + bottom - rows, shape.width + left + right - columns];
    let mut attributes = filters(shape, 2);
    attributes.push(ints("output_padding", more));
    let operands: Vec<&str> = [&*x.name, &weight].into_iter().chain(bias.as_deref()).collect();
    let output = [shape.channels, shape.height, shape.width];
    Some(writer.node(&place.name, "ConvTranspose", &operands, attributes, &output))
}

/// Its padding is the same on both sides.
fn pool(
    writer: &mut Writer,
    place: &Place,
    x: &Value,
    shape: &Conv2dShape,
    operator: &str,
) -> Value {
    let axes = place.output.len() - 1;
    let x = writer.shaped(x, &image([shape.channels, shape.height, shape.width], axes));
    let Padding { top, left, .. } = shape.padding;
    let shape = shape.padded(Padding::new(top, left));
    let mut attributes = window(&shape, axes);
    if operator == "AveragePool" {
        attributes.push(int("count_include_pad", 1));
    }
    writer.node(&place.name, operator, &[&x.name], attributes, &place.output)
}

fn global_pool(writer: &mut Writer, place: &Place, x: &Value, shape: &Shape) -> Value {
    let x = if x.shape.len() == 2 { x.clone() } else { writer.shaped(x, shape.sizes()) };
    let mut ones = vec![1; x.shape.len()];
    ones[0] = x.shape[0];
    let name = place.inner("means");
    let means = writer.node(&name, "GlobalAveragePool", &[&x.name], vec![], &ones);
    let axis = vec![int("axis", 1)];
    writer.node(&place.name, "Flatten", &[&means.name], axis, &ones[..1])
}

/// Each number becomes a rectangle: the nearest one to the left and above.
fn upsample(
    writer: &mut Writer,
    place: &Place,
    x: &Value,
    shape: &Shape,
    (rows, columns): (usize, usize),
) -> Value {
    let axes = place.output.len() - 1;
    let sizes = shape.sizes();
    let (x, scales) = match axes {
        // The only axis of a signal is that of the factor which is not 1.
        1 => (writer.shaped(x, &[sizes[0], sizes[1] * sizes[2]]), vec![rows * columns]),
        _ => (writer.shaped(x, sizes), vec![rows, columns]),
    };
    let scales: Vec<f32> = [1, 1].into_iter().chain(scales).map(|scale| scale as f32).collect();
    let scales = writer.constant(&place.inner("scales"), &[scales.len()], &scales);
    let attributes = vec![
        text("mode", "nearest"),
        text("coordinate_transformation_mode", "asymmetric"),
        text("nearest_mode", "floor"),
    ];
    writer.node(&place.name, "Resize", &[&x.name, "", &scales], attributes, &place.output)
}

/// Mean and variance of groups, then the weights of channels: an operator for both came with version
/// 21.
fn group_norm(
    writer: &mut Writer,
    place: &Place,
    x: &Value,
    image: &Shape,
    groups: usize,
) -> Option<Value> {
    let x = if x.shape.len() == 2 { x.clone() } else { writer.shaped(x, image.sizes()) };
    let of_group = writer.shaped(&x, &[groups, image.features() / groups]);
    let ones = writer.constant(&format!("ones.{groups}"), &[groups], &vec![1.0; groups]);
    let zeros = writer.constant(&format!("zeros.{groups}"), &[groups], &vec![0.0; groups]);
    let epsilon = vec![float("epsilon", NORMALISATION_EPSILON)];
    let operands = [&*of_group.name, &ones, &zeros];
    let (name, shape) = (place.inner("normalised"), of_group.shape.clone());
    let normalised = writer.node(&name, "InstanceNormalization", &operands, epsilon, &shape);
    let normalised = writer.shaped(&normalised, &x.shape);
    let mut channels = vec![1; x.shape.len()];
    channels[0] = x.shape[0];
    let weight = of_channels(writer, &place.tensor("weight"), &channels)?;
    let bias = of_channels(writer, &place.tensor("bias"), &channels)?;
    let (name, operands) = (place.inner("scaled"), [&*normalised.name, &weight]);
    let scaled = writer.node(&name, "Mul", &operands, vec![], &x.shape);
    Some(writer.node(&place.name, "Add", &[&scaled.name, &bias], vec![], &x.shape))
}

/// A tensor with an axis of length 1 for each axis after the channels.
fn of_channels(writer: &mut Writer, name: &str, shape: &[usize]) -> Option<String> {
    let values = writer.parameter(name)?.values.clone();
    Some(writer.constant(name, shape, &values))
}
