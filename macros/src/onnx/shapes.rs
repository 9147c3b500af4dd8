//! Axes of values: their order and sizes, parts of them, and values side by side.

use chainrule_onnx::NodeProto;

use super::fold::{axes, lengths, order, parts, ranges};
use super::layout::{Layout, Piece};
use super::messages::{self, about};
use super::parameters::product;
use super::reader::{Found, Problem, Reader, sample};
use super::settings::Settings;
use super::tensor::Tensor;
use super::value::{Form, Value};

/// The same numbers with other axes.
pub(super) fn view(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let x = reader.operand(node, 0)?;
    let dims = x.layout.dims();
    let axis_list = axes(node, reader.constant(node, 1));
    let unknown =
        || about(node, "its sizes or axes are not known", "export the model with fixed sizes");
    if node.op_type != "Transpose" && reader.has(node, 1) && reader.constant(node, 1).is_none() {
        return Err(unknown().into());
    }
    let layout: Option<Layout> = match &*node.op_type {
        "Transpose" => order(node, dims.len()).map(|order| x.layout.transposed(&order)),
        "Squeeze" => {
            let axes: Option<Vec<usize>> = match &axis_list {
                Some(axes) => axes.iter().map(|&axis| x.layout.axis(axis)).collect(),
                None => Some((0..dims.len()).filter(|&axis| dims[axis] == 1).collect()),
            };
            axes.and_then(|axes| x.layout.without(&axes))
        }
        "Unsqueeze" => axis_list.and_then(|axes| {
            let rank = (dims.len() + axes.len()) as i64;
            let mut axes: Vec<i64> =
                axes.iter().map(|&axis| if axis < 0 { axis + rank } else { axis }).collect();
            axes.sort_unstable();
            let mut layout = x.layout.clone();
            for axis in axes {
                layout = layout.with_axis(usize::try_from(axis).ok()?);
            }
            Some(layout)
        }),
        "Flatten" => {
            let axis = node.integer("axis").unwrap_or(1);
            let axis = if axis < 0 { axis + dims.len() as i64 } else { axis };
            let at = (axis as usize).min(dims.len());
            x.layout.reshaped(&[product(&dims[..at]), product(&dims[at..])])
        }
        _ => {
            let wanted = reader.weight(node, 1)?.integers();
            lengths(&wanted, &dims, node.is_set("allowzero"))
                .and_then(|dims| x.layout.reshaped(&dims))
        }
    };
    let layout = layout.ok_or_else(|| {
        let problem = format!(
            "values of shape {} do not get that shape without mixing samples",
            messages::shape(&dims)
        );
        about(node, &problem, "keep the samples apart")
    })?;
    Ok(x.with_layout(layout))
}

/// A part of an axis, with a step.
struct Part {
    axis: usize,
    from: usize,
    count: usize,
}

/// `Gather` of one place of an axis, or of neighbours.
pub(super) fn gather(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let x = reader.operand(node, 0)?;
    let axis = x.layout.axis(node.integer("axis").unwrap_or(0));
    let at = reader.constant(node, 1).cloned();
    let (Some(axis), Some(at)) = (axis, at) else {
        return Err(about(node, "its places are not constants", "choose by constants").into());
    };
    let size = x.layout.dims()[axis];
    let places: Vec<usize> = at
        .integers()
        .iter()
        .map(|&at| if at < 0 { (at + size as i64) as usize } else { at as usize })
        .collect();
    let is_run =
        places.windows(2).all(|two| two[1] == two[0] + 1) && places.iter().all(|&at| at < size);
    let (true, Some(&from)) = (is_run && at.shape.len() <= 1, places.first()) else {
        return Err(about(node, "its places are not neighbours", "choose a part of an axis").into());
    };
    let chosen = chosen(reader, node, &x, &Part { axis, from, count: places.len() })?;
    match at.shape.len() {
        0 => {
            let layout = chosen.layout.without(&[axis]);
            layout.map(|layout| chosen.with_layout(layout)).ok_or_else(|| lost(node))
        }
        _ => Ok(chosen),
    }
}

fn lost(node: &NodeProto) -> Problem {
    about(node, "it chooses samples", "keep the samples").into()
}

pub(super) fn slice(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let x = reader.operand(node, 0)?;
    let operands: Vec<Option<&Tensor>> =
        (0..node.input.len()).map(|at| reader.constant(node, at)).collect();
    let ranges = ranges(node, &operands, &x.layout.dims());
    let ranges =
        ranges.ok_or_else(|| about(node, "its places are not constants", "choose by constants"))?;
    let mut value = x;
    for range in ranges {
        let axis = range.axis as usize;
        let size = value.layout.dims()[axis];
        value = match range.step {
            1 => chosen(
                reader,
                node,
                &value,
                &Part { axis, from: range.from as usize, count: range.count },
            )?,
            -1 if range.count == size && value.layout.axes[axis][..] == [Piece::Part(0)] => {
                reversed(reader, node, &value, size)?
            }
            _ if range.count == 1 => {
                chosen(reader, node, &value, &Part { axis, from: range.from as usize, count: 1 })?
            }
            _ => return Err(about(node, "it leaves places out", "choose neighbours").into()),
        };
    }
    Ok(value)
}

fn reversed(reader: &mut Reader<'_>, node: &NodeProto, value: &Value, time: usize) -> Found {
    let shape = vec![time, value.features() / time];
    let name = reader.layered(node, value, &shape, "Reverse")?;
    Ok(Value {
        is_signal: false,
        is_shared: false,
        ..Value::named(name, shape, value.layout.clone())
    })
}

/// The parts of a `Split`.
pub(super) fn split(reader: &mut Reader<'_>, node: &NodeProto) -> Result<Vec<Value>, Problem> {
    let x = reader.operand(node, 0)?;
    let operands = [None, reader.constant(node, 1)];
    let axis = x.layout.axis(node.integer("axis").unwrap_or(0));
    let sizes = axis.and_then(|axis| parts(node, &operands, x.layout.dims()[axis]));
    let (Some(axis), Some(sizes)) = (axis, sizes) else {
        return Err(about(node, "its sizes are not known", "split by constants").into());
    };
    let mut from = 0;
    let parts = sizes.into_iter().map(|count| {
        let part = chosen(reader, node, &x, &Part { axis, from, count });
        from += count;
        part
    });
    parts.collect()
}

/// A part of an axis.
fn chosen(reader: &mut Reader<'_>, node: &NodeProto, value: &Value, part: &Part) -> Found {
    let Part { axis, from, count } = *part;
    let value = &value.with_layout(match value.layout.axes[axis].len() {
        0 | 1 => value.layout.clone(),
        _ => value.layout.merged(),
    });
    let size = value.layout.dims()[axis];
    if from == 0 && count == size {
        return Ok(value.clone());
    }
    let refused = || -> Problem {
        let problem = format!(
            "it chooses {count} of {} numbers, from number {from} on, of an axis that is not divided here",
            messages::size(size)
        );
        about(
            node,
            &problem,
            "choose outputs of a layer, the first or last step, or a value that was concatenated",
        )
        .into()
    };
    let [Piece::Part(at)] = value.layout.axes[axis][..] else { return Err(refused()) };
    if count == 0 || from + count > size {
        return Err(refused());
    }
    let layout = value.layout.with_size(axis, count, false).ok_or_else(refused)?;
    let rest = value.layout.pieces.len();
    match &value.form {
        Form::Joined { parts, lengths, is_innermost }
            if at == if *is_innermost { rest - 1 } else { 0 } =>
        {
            let (mut before, mut kept) = (0, Vec::new());
            for (part, &length) in parts.iter().zip(lengths) {
                let (start, end) = (before.max(from), (before + length).min(from + count));
                if start < end {
                    if end - start != length {
                        return Err(refused());
                    }
                    kept.push((part.clone(), length));
                }
                before += length;
            }
            match &kept[..] {
                [(only, _)] => Ok(Value { layout, is_shared: value.is_shared, ..only.clone() }),
                _ => {
                    let (parts, lengths): (Vec<_>, Vec<_>) = kept.into_iter().unzip();
                    let mut shape = value.shape.clone();
                    let place = if *is_innermost { shape.len() - 1 } else { 0 };
                    shape[place] = shape[place] / size * count;
                    let form = Form::Joined { parts, lengths, is_innermost: *is_innermost };
                    Ok(Value { form, shape, layout, ..value.clone() })
                }
            }
        }
        Form::Pending(layer)
            if matches!(layer.call, super::value::Call::Affine)
                && layer
                    .channels
                    .is_multiple_of(size * product(&value.layout.pieces[at + 1..])) =>
        {
            let inner = product(&value.layout.pieces[at + 1..]);
            let kept: Vec<usize> = (0..layer.channels)
                .filter(|c| (from..from + count).contains(&(c / inner % size)))
                .collect();
            let mut shape = value.shape.clone();
            if let Some(last) = shape.last_mut() {
                *last = kept.len();
            }
            Ok(Value::pending(layer.with_outputs(&kept), shape, layout))
        }
        _ if at == 0 && count == 1 && (from == 0 || from + 1 == size) => {
            let shape = vec![size, value.features() / size];
            let layer = if from == 0 { "Reverse -> Last" } else { "Last" };
            let name = reader.layered(node, value, &shape, layer)?;
            Ok(Value::named(name, vec![shape[1]], layout))
        }
        _ => Err(refused()),
    }
}

/// Values side by side.
pub(super) fn concat(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let operands = (0..node.input.len()).map(|at| reader.operand(node, at));
    let operands = operands.collect::<Result<Vec<Value>, Problem>>()?;
    let axis =
        operands.first().and_then(|first| first.layout.axis(node.integer("axis").unwrap_or(1)));
    let Some(axis) = axis else {
        return Err(
            about(node, "it has no operands, or no such axis", "export the model again").into()
        );
    };
    joined(operands, axis).ok_or_else(|| {
        let problem =
            "it does not join channels, steps or features of values with the same other axes";
        about(node, problem, "join those").into()
    })
}

/// Values along an axis, as one that is not written yet.
pub(super) fn joined(operands: Vec<Value>, axis: usize) -> Option<Value> {
    let operands: Vec<Value> =
        operands.into_iter().map(|value| value.with_layout(value.layout.merged())).collect();
    let first = operands.first()?;
    let outermost = |layout: &Layout| matches!(layout.axes[axis][..], [] | [Piece::Part(0)]);
    let innermost = |layout: &Layout| match layout.axes[axis][..] {
        [] => true,
        [Piece::Part(at)] => at + 1 == layout.pieces.len(),
        _ => false,
    };
    let fits = operands.iter().all(|value| {
        value.layout.axes.len() == first.layout.axes.len()
            && value.layout.axes[axis].iter().all(|piece| *piece != Piece::Batch)
            && value.layout.reduced(&[axis]).merged() == first.layout.reduced(&[axis]).merged()
    });
    let is_outermost = operands.iter().all(|value| outermost(&value.layout));
    let is_innermost = !is_outermost && operands.iter().all(|value| innermost(&value.layout));
    if !fits || !(is_outermost || is_innermost) {
        return None;
    }
    let lengths: Vec<usize> = operands.iter().map(|value| value.layout.dims()[axis]).collect();
    let layout = first.layout.with_size(axis, lengths.iter().sum(), is_innermost)?;
    let features = layout.features();
    let rank = first.shape.len();
    let are_images = !is_innermost
        && operands.iter().all(|value| {
            let sample = value.layout.sample();
            let is_kind = match rank {
                3 => true,
                2 => value.is_signal,
                _ => false,
            };
            is_kind && sample.as_ref() == Some(&value.shape) && value.shape[1..] == first.shape[1..]
        })
        && rank > 1;
    let shape = if are_images {
        let mut shape = first.shape.clone();
        shape[0] = operands.iter().map(|value| value.shape[0]).sum();
        shape
    } else {
        let rest = layout.reduced(&[axis]).features();
        if is_innermost && rest > 1 { vec![rest, features / rest] } else { vec![features] }
    };
    let is_signal = are_images && rank == 2;
    let form = Form::Joined { parts: operands, lengths, is_innermost };
    Some(Value { form, shape, is_signal, is_shared: false, layout })
}

/// The mean, largest number or sum along axes.
pub(super) fn reduced(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let x = reader.operand(node, 0)?;
    let rank = x.layout.axes.len();
    let is_global = node.op_type.starts_with("Global");
    // No axes are all axes, unless the node says otherwise.
    let listed = axes(node, reader.constant(node, 1)).unwrap_or_default();
    let axes: Option<Vec<usize>> = match &listed[..] {
        _ if is_global => Some((2..rank).collect()),
        [] if !node.is_set("noop_with_empty_axes") => Some((0..rank).collect()),
        axes => axes.iter().map(|&axis| x.layout.axis(axis)).collect(),
    };
    if !is_global && reader.has(node, 1) && reader.constant(node, 1).is_none() {
        return Err(about(node, "its axes are not constants", "use constants").into());
    }
    let parts = axes.as_ref().and_then(|axes| x.layout.parts_of(axes));
    let (Some(axes), Some(parts)) = (axes, parts) else {
        return Err(about(node, "it reduces samples", "reduce the axes of samples").into());
    };
    let keeps = is_global || node.integer("keepdims").unwrap_or(1) != 0;
    let mut layout = x.layout.reduced(&axes);
    if !keeps {
        layout = layout.without(&axes).ok_or_else(|| lost(node))?;
    }
    let count: usize = parts.iter().map(|&at| x.layout.pieces[at]).product();
    let rest = x.features() / count;
    let total = x.layout.pieces.len();
    let is_max = node.op_type.ends_with("Max") || node.op_type.ends_with("MaxPool");
    let value = if count == 1 {
        x.with_layout(layout)
    } else if parts.iter().copied().eq(total - parts.len()..total) {
        let name = match is_max {
            false => {
                let shape = match &x.shape[..] {
                    [channels, _, _] if *channels == rest => x.shape.clone(),
                    _ => vec![rest, 1, count],
                };
                reader.layered(node, &x, &shape, "GlobalAvgPool")?
            }
            true => {
                let layer = format!("MaxPool2d((1, {count})) -> Flatten");
                reader.layered(node, &x, &[rest, 1, count], &layer)?
            }
        };
        Value::named(name, vec![rest], layout)
    } else if parts.iter().copied().eq(0..parts.len()) {
        let layer = if is_max { "Max" } else { "Mean" };
        let name = reader.layered(node, &x, &[count, rest], layer)?;
        Value::named(name, vec![rest], layout)
    } else {
        return Err(about(
            node,
            "it reduces axes between others",
            "reduce steps, channels or features",
        )
        .into());
    };
    match &*node.op_type {
        "ReduceSum" => {
            let (scale, shift) = (Tensor::scalar(count as f64, false), Tensor::scalar(0.0, false));
            super::dense::scaled(reader, node, &value, (&scale, &shift), "")
        }
        _ => Ok(value),
    }
}

/// The value of an output, in the shape of the model.
pub(super) fn output(
    reader: &mut Reader<'_>,
    value: &Value,
    name: &str,
) -> Result<String, Problem> {
    let node = NodeProto {
        op_type: "the output".to_owned(),
        name: name.to_owned(),
        ..NodeProto::default()
    };
    if !value.layout.is_in_order() {
        let problem = "the axes of a sample are in another order";
        return Err(about(&node, problem, "reorder them back with `Transpose`").into());
    }
    let layout = value.layout.merged();
    let is_first = value.layout.axes.first().is_some_and(|axis| axis[..] == [Piece::Batch]);
    let sizes: Vec<usize> = match is_first {
        true => value.layout.dims()[1..].to_vec(),
        false => layout.pieces.clone(),
    };
    let sizes = match sizes.len() {
        0 => vec![1],
        1..=3 => sizes,
        _ => vec![product(&sizes)],
    };
    let written = sample(value, reader.name(&node, value)?, value.shape.clone());
    let written = Value { is_signal: value.is_signal, ..written };
    let (from, flow) = match value.is_signal && value.shape == sizes {
        true => return reader.name(&node, &written),
        false => reader.flow(&node, &written, &sizes)?,
    };
    Ok(if from == flow { from } else { reader.line(&[from], flow) })
}
