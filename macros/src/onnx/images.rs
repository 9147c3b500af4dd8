//! Layers of images and signals.

use chainrule_onnx::NodeProto;

use super::dense::{pending, scaled};
use super::layout::Piece;
use super::messages::about;
use super::reader::{Found, Problem, Reader, sample};
use super::settings::Settings;
use super::tensor::Tensor;
use super::value::{Call, Form, Value};
use super::window::{Sides, Window, pair, written};

/// An image or signal of channels, with the zeros around it.
fn image(
    reader: &mut Reader<'_>,
    node: &NodeProto,
    x: &Value,
    axes: usize,
) -> Result<(Vec<usize>, Sides), Problem> {
    let sizes = reader.in_order(node, x)?;
    if !matches!(axes, 1 | 2) || sizes.len() != axes + 1 {
        return Err(about(node, "it is not one of images or signals", "use those").into());
    }
    let padding = match &x.form {
        Form::Padded { padding, .. } => padding.clone(),
        _ => vec![(0, 0); axes],
    };
    Ok((sizes, padding))
}

/// The value before zeros were put around it.
fn inner(x: &Value, padding: &[(usize, usize)]) -> Value {
    match &x.form {
        Form::Padded { of, .. } => {
            let mut shape = x.shape.clone();
            let sizes = shape[1..].iter_mut().zip(padding);
            sizes.for_each(|(size, (before, after))| *size -= before + after);
            let value = sample(x, of.clone(), shape);
            Value { is_signal: x.is_signal, ..value }
        }
        _ => x.clone(),
    }
}

/// Zeros around an image: part of the convolution after it.
pub(super) fn pad(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let x = reader.operand(node, 0)?;
    let pads = match reader.has(node, 1) {
        true => reader.weight(node, 1)?.integers(),
        false => node.integers("pads").unwrap_or_default().to_vec(),
    };
    if pads.iter().all(|&pad| pad == 0) {
        return Ok(x);
    }
    let mode = node.text("mode").unwrap_or_else(|| "constant".to_owned());
    let value = match reader.has(node, 2) {
        true => reader.weight(node, 2)?.only(),
        false => node.number("value").or(Some(0.0)),
    };
    let rank = x.layout.axes.len();
    let (sizes, _) = image(reader, node, &x, rank.saturating_sub(2))?;
    let fits = pads.len() == 2 * rank
        && pads[..2] == [0, 0]
        && pads[rank..rank + 2] == [0, 0]
        && pads.iter().all(|&pad| pad >= 0)
        && !reader.has(node, 3);
    if mode != "constant" || value != Some(0.0) || !fits {
        let problem = "it does not put zeros around an image";
        return Err(about(node, problem, "use the padding of a convolution").into());
    }
    let pairs = pads[2..rank].iter().zip(&pads[rank + 2..]);
    let padding: Sides = pairs.map(|(&before, &after)| (before as usize, after as usize)).collect();
    let (of, flow) = match x.is_signal && x.shape == sizes {
        true => {
            let name = reader.name(node, &x)?;
            (name.clone(), name)
        }
        false => reader.flow(node, &x, &sizes)?,
    };
    let of = if of == flow { of } else { reader.line(&[of], flow) };
    let mut shape = sizes;
    let sizes_with = shape[1..].iter_mut().zip(&padding);
    sizes_with.for_each(|(size, (before, after))| *size += before + after);
    let value = sample(&x, String::new(), shape);
    Ok(Value { form: Form::Padded { of, padding }, is_signal: x.is_signal, ..value })
}

pub(super) fn conv(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let (x, weight) = (reader.operand(node, 0)?, reader.weight(node, 1)?);
    let axes = weight.shape.len().saturating_sub(2);
    if axes == 1 && x.layout.sample().is_none() {
        return over_steps(reader, node, &x, &weight);
    }
    let (_, padding) = image(reader, node, &x, axes)?;
    let x = inner(&x, &padding);
    let sizes = reader.in_order(node, &x)?;
    let filters = weight.shape[0];
    let mut window = Window::of(node, &weight.shape[2..], &sizes[1..])?;
    add_padding(&mut window, &padding);
    let (window, weight) = window.widened(node, &weight)?;
    let mut shape = vec![filters];
    shape.extend(window.output(node, &sizes[1..])?);
    let call = format!("Conv{axes}d({filters}, {}", window.settings(true));
    filtered(reader, node, &x, (call, sizes, weight), shape)
}

/// Adds the zeros around an image to those of a kernel.
fn add_padding(window: &mut Window, padding: &[(usize, usize)]) {
    for (own, more) in window.padding.iter_mut().zip(padding) {
        *own = (own.0 + more.0, own.1 + more.1);
    }
}

/// A convolution of one axis over the steps of a sequence, whose features the model has as channels: a
/// convolution of an image of steps × features, with kernels as wide as these.
fn over_steps(reader: &mut Reader<'_>, node: &NodeProto, x: &Value, weight: &Tensor) -> Found {
    let layout = x.layout.merged();
    let [filters, channels, kernel] = weight.shape[..] else {
        return Err(about(node, "its weight has other axes", "export the model again").into());
    };
    let is_sequence = layout.axes.len() == 3
        && layout.axes[0][..] == [Piece::Batch]
        && layout.axes[1][..] == [Piece::Part(1)]
        && layout.axes[2][..] == [Piece::Part(0)];
    let groups = node.integer("group").unwrap_or(1);
    if !is_sequence || groups != 1 || layout.dims()[1] != channels {
        let problem = "the axes of its operand are in another order";
        return Err(about(node, problem, "let it read channels × length, without groups").into());
    }
    let time = layout.dims()[2];
    let narrow = Window::of(node, &[kernel], &[time])?;
    let (narrow, weight) = narrow.widened(node, weight)?;
    let kernel = narrow.kernel[0];
    let padding = narrow.even(node)?[0];
    let window = Window {
        kernel: vec![kernel, channels],
        stride: vec![narrow.stride[0], 1],
        padding: vec![(padding, padding), (0, 0)],
        dilation: vec![narrow.dilation[0], 1],
    };
    let out = narrow.output(node, &[time])?[0];
    let values = weight.all().unwrap_or_default();
    let values: Vec<f64> = values
        .chunks_exact(channels * kernel)
        .flat_map(|filter| super::parameters::transposed(filter, channels, kernel))
        .collect();
    let weight = Tensor::new(vec![filters, 1, kernel, channels], values, false);
    let weight = weight.ok_or_else(|| about(node, "its weight is absurd", "export it again"))?;
    let call = format!("Conv2d({filters}, {}", window.settings(true));
    let image = vec![1, time, channels];
    let y = filtered(reader, node, x, (call, image, weight), vec![filters, out, 1])?;
    Ok(y.with_layout(x.layout.of_samples(&[filters, out])))
}

/// A layer with filters, before it is written.
fn filtered(
    reader: &mut Reader<'_>,
    node: &NodeProto,
    x: &Value,
    (mut call, before, weight): (String, Vec<usize>, Tensor),
    shape: Vec<usize>,
) -> Found {
    let groups = node.integer("group").unwrap_or(1);
    let filters = shape[0];
    if groups > 1 {
        call += &format!(", groups = {groups}");
    }
    let is_transposed = call.starts_with("ConvT");
    let expected =
        if is_transposed { weight.shape[0] } else { weight.shape[1] * groups.max(1) as usize };
    if expected != before[0] {
        let problem =
            format!("its weight is of {expected} channels, but its operand has {}", before[0]);
        return Err(about(node, &problem, "export the model again").into());
    }
    let prefix = if is_transposed { "conv_transpose" } else { "conv" };
    let before = match x.is_signal && x.shape == before {
        true => {
            let name = reader.name(node, x)?;
            (name.clone(), name)
        }
        false => reader.flow(node, x, &before)?,
    };
    let Some(values) = weight.all() else {
        return Err(about(node, "its weight is absurdly large", "export the model again").into());
    };
    let rest = weight.shape[2..].iter().product::<usize>();
    let inner = if is_transposed { rest } else { rest * weight.shape[1] };
    let mut layer =
        pending(before, Call::Open(call), (prefix, &node.input[1..]), (weight.shape, values));
    (layer.channels, layer.inner, layer.is_innermost) = (filters, inner, false);
    if reader.has(node, 2) {
        let bias = reader.numbers(node, 2)?;
        if bias.len() != filters {
            return Err(about(node, "its bias has another length", "export the model again").into());
        }
        layer.bias.1 = Some(bias);
    }
    let layout = x.layout.of_samples(&shape);
    let is_signal = shape.len() == 2;
    let value = Value { is_signal, ..Value::pending(layer, shape, layout) };
    if !is_transposed || groups <= 1 {
        return Ok(value);
    }
    // Its channels are on two axes of the weight, so that they are not scaled.
    let name = reader.name(node, &value)?;
    Ok(Value { form: Form::Named(name), ..value })
}

pub(super) fn conv_transpose(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let (x, weight) = (reader.operand(node, 0)?, reader.weight(node, 1)?);
    let sizes = reader.in_order(node, &x)?;
    if weight.shape.len() != 4 || sizes.len() != 3 {
        return Err(about(node, "it is not one of images", "use those").into());
    }
    if node.integers("output_shape").is_some() {
        return Err(
            about(node, "its padding follows from the size of its output", "write `pads`").into()
        );
    }
    let groups = node.integer("group").unwrap_or(1);
    let filters = weight.shape[1] * groups.max(1) as usize;
    let mut window = Window::of(node, &weight.shape[2..], &sizes[1..])?;
    let more = pair(node.integers("output_padding"), 2, 0);
    let auto = node.text("auto_pad").filter(|pad| pad.starts_with("SAME"));
    for (at, size) in sizes[1..].iter().enumerate().filter(|_| auto.is_some()) {
        // The output is as many times larger as the stride.
        let (stride, covered) = (window.stride[at], window.covered(at));
        let output = size.saturating_sub(1).saturating_mul(stride).saturating_add(covered);
        let total = output.saturating_add(more[at]).checked_sub(size.saturating_mul(stride));
        let Some(total) = total else {
            let problem = "its stride exceeds its kernel, and its padding follows from that";
            return Err(about(node, problem, "write `pads`").into());
        };
        let (less, rest) = (total / 2, total - total / 2);
        let is_upper = auto.as_deref() == Some("SAME_UPPER");
        window.padding[at] = if is_upper { (less, rest) } else { (rest, less) };
    }
    let (window, weight) = window.widened(node, &weight)?;
    let mut shape = vec![filters];
    for (at, size) in sizes[1..].iter().enumerate() {
        let reach = size.saturating_sub(1).saturating_mul(window.stride[at]);
        let output = reach.saturating_add(window.covered(at)).saturating_add(more[at]);
        let (before, after) = window.padding[at];
        shape.push(output.saturating_sub(before.saturating_add(after)));
    }
    let mut call = format!("ConvTranspose2d({filters}, {}", window.settings(true));
    if more.iter().any(|&more| more > 0) {
        call += &format!(", output_padding = {}", written(&more));
    }
    filtered(reader, node, &x, (call, sizes, weight), shape)
}

pub(super) fn pool(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let x = reader.operand(node, 0)?;
    let kernel = node.integers("kernel_shape").unwrap_or_default();
    let kernel: Vec<usize> = kernel.iter().map(|&size| size.max(0) as usize).collect();
    let (sizes, padding) = image(reader, node, &x, kernel.len())?;
    let is_average = node.op_type == "AveragePool";
    let mut window = Window::of(node, &kernel, &sizes[1..])?;
    let output = window.output(node, &sizes[1..])?;
    let rounds_up = node.is_set("ceil_mode")
        && sizes[1..].iter().enumerate().any(|(at, &size)| {
            let (before, after) = window.padding[at];
            !(size + before + after - window.covered(at)).is_multiple_of(window.stride[at])
        });
    let is_padded = window.is_padded();
    let problem = if rounds_up {
        Some("it rounds its size up")
    } else if window.dilation.iter().any(|&dilation| dilation != 1) {
        Some("it has a dilation")
    } else if padding.iter().any(|&padding| padding != (0, 0)) && (!is_average || is_padded) {
        Some("it reads an image with zeros around it")
    } else {
        None
    };
    if let Some(problem) = problem {
        return Err(about(node, problem, "export the model without that").into());
    }
    let x = inner(&x, &padding);
    let counts = if is_average && is_padded && !node.is_set("count_include_pad") {
        Some(counts(&window, &sizes[1..], &output))
    } else {
        None
    };
    add_padding(&mut window, &padding);
    if window.even(node)?.iter().zip(&kernel).any(|(padding, kernel)| 2 * padding > *kernel) {
        return Err(about(node, "its padding exceeds half a window", "use less").into());
    }
    let mut shape = sizes[..1].to_vec();
    shape.extend(output);
    let before: Vec<usize> = reader.in_order(node, &x)?;
    let kind = if is_average { "Avg" } else { "Max" };
    let layer = format!("{kind}Pool{}d({})", kernel.len(), window.settings(false));
    let value = match x.is_signal && x.shape == before {
        true => on_signal(reader, node, &x, (&layer, shape))?,
        false => {
            let name = reader.layered(node, &x, &before, &layer)?;
            let is_signal = shape.len() == 2;
            Value { is_signal, ..sample(&x, name, shape) }
        }
    };
    match counts {
        None => Ok(value),
        Some(scale) => scaled(reader, node, &value, (&scale, &Tensor::scalar(0.0, false)), ""),
    }
}

/// What the means of windows are multiplied by if the zeros around an image do not count: the numbers of a
/// window, by those of the image in it.
fn counts(window: &Window, sizes: &[usize], output: &[usize]) -> Tensor {
    let along = |at: usize, place: usize| {
        let (from, before) = (place * window.stride[at], window.padding[at].0);
        let end = (from + window.kernel[at]).min(before + sizes[at]);
        window.kernel[at] as f64 / end.saturating_sub(from.max(before)).max(1) as f64
    };
    let count = super::parameters::product(output);
    let factor = |at: usize| -> f64 {
        let places = super::tensor::places(output, at);
        places.iter().enumerate().map(|(axis, &place)| along(axis, place)).product()
    };
    let factors = (0..count).map(factor).collect();
    Tensor::new(output.to_vec(), factors, false).unwrap_or_else(|| Tensor::scalar(1.0, false))
}

/// A layer after a signal, which a reshape would make a sequence.
fn on_signal(
    reader: &mut Reader<'_>,
    node: &NodeProto,
    x: &Value,
    (layer, shape): (&str, Vec<usize>),
) -> Found {
    let y = reader.applied(node, x, layer)?;
    let layout = x.layout.of_samples(&shape);
    Ok(Value { shape, layout, ..y })
}

/// `Resize` and `Upsample` by whole factors.
pub(super) fn resize(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let x = reader.operand(node, 0)?;
    let sizes = reader.in_order(node, &x)?;
    let dims = x.layout.dims();
    let scales_at = if node.op_type == "Upsample" || reader.version < 11 { 1 } else { 2 };
    let scales = reader.constant(node, scales_at).map(|scales| scales.all().unwrap_or_default());
    let scales = scales.or_else(|| node.numbers("scales")).filter(|scales| !scales.is_empty());
    let wanted = reader.constant(node, 3).map(Tensor::integers);
    let axes: Option<Vec<usize>> = node
        .integers("axes")
        .map(|axes| axes.iter().filter_map(|&axis| x.layout.axis(axis)).collect());
    let axes = axes.unwrap_or_else(|| (0..dims.len()).collect());
    let mut factors = vec![1.0; dims.len()];
    for (at, &axis) in axes.iter().enumerate() {
        factors[axis] = match (&scales, &wanted) {
            (Some(scales), _) => scales.get(at).copied().unwrap_or(0.0),
            (None, Some(wanted)) => {
                wanted.get(at).map_or(0.0, |&size| size as f64 / dims[axis] as f64)
            }
            (None, None) => 0.0,
        };
    }
    if factors.iter().all(|&factor| factor == 1.0) {
        return Ok(x);
    }
    let mode = node.text("mode").unwrap_or_else(|| "nearest".to_owned());
    let places = node.text("coordinate_transformation_mode").unwrap_or_default();
    let rounding = node.text("nearest_mode").unwrap_or_default();
    // Each of these chooses the number itself at all places, for whole factors.
    let is_plain = match &*places {
        "asymmetric" => node.op_type == "Resize" && rounding == "floor",
        "" | "half_pixel" | "half_pixel_symmetric" | "pytorch_half_pixel" => {
            matches!(&*rounding, "" | "round_prefer_floor" | "round_prefer_ceil")
        }
        _ => false,
    } || node.op_type == "Upsample";
    let is_whole = factors.iter().all(|&factor| factor >= 1.0 && factor.fract() == 0.0)
        && factors.iter().take(2).all(|&factor| factor == 1.0);
    let keeps_ratio =
        node.text("keep_aspect_ratio_policy").is_some_and(|policy| policy != "stretch");
    if keeps_ratio && scales.is_none() {
        let problem = "it keeps the ratio of height and width, whatever sizes it has";
        return Err(about(node, problem, "write the factors as `scales`").into());
    }
    let problem = match (mode == "nearest", is_plain, is_whole) {
        (false, _, _) => "it interpolates",
        (_, false, _) => "it rounds places in another way",
        (_, _, false) => "its factors are not whole",
        _ if matches!(sizes.len(), 2 | 3) => {
            let whole: Vec<usize> = factors[2..].iter().map(|&factor| factor as usize).collect();
            let mut shape = sizes.clone();
            shape[1..].iter_mut().zip(&whole).for_each(|(size, factor)| *size *= factor);
            let written = if whole.len() == 1 {
                whole[0].to_string()
            } else {
                format!("({}, {})", whole[0], whole[1])
            };
            let layer = format!("Upsample({written})");
            if x.is_signal && x.shape == sizes {
                return on_signal(reader, node, &x, (&layer, shape));
            }
            if sizes.len() == 3 {
                let name = reader.layered(node, &x, &sizes, &layer)?;
                return Ok(sample(&x, name, shape));
            }
            "it is not one of images or signals"
        }
        _ => "it is not one of images or signals",
    };
    Err(about(node, problem, "repeat each number a whole number of times: `mode=\"nearest\"`")
        .into())
}
