//! Nodes whose operands are all known: what models compute about shapes, before they use it.

use chainrule_onnx::NodeProto;

use super::settings::Settings;
use super::tensor::{Tensor, broadcast, place};

/// The size of a batch that may have any: a prime number that no size of a model has as a factor.
pub(super) const ANY_BATCH: usize = 1_000_003;

/// The most sizes in one tensor.
const MOST_SIZES: usize = 64;

/// What a known node computes: one tensor for each output, or `None` for an operator that is not
/// computed here.
pub(super) fn folded(
    node: &NodeProto,
    operands: &[Option<&Tensor>],
    version: i64,
) -> Option<Vec<Tensor>> {
    if node.op_type == "Split" {
        return split(node, operands);
    }
    let one = operands.first().copied().flatten();
    let other = operands.get(1).copied().flatten();
    let tensor = match &*node.op_type {
        "Identity" | "Dropout" => one?.clone(),
        "Cast" => cast(one?, node.integer("to")?)?,
        "CastLike" => match other?.is_integer {
            true => one?.map(f64::trunc, true),
            false => one?.map(|value| value, false),
        },
        "Shape" => {
            let of = &one?.shape;
            let bound = |name: &str, usual: usize| {
                let at = node.integer(name).unwrap_or(usual as i64);
                let at = if at < 0 { at + of.len() as i64 } else { at };
                at.clamp(0, of.len() as i64) as usize
            };
            let (from, to) = (bound("start", 0), bound("end", of.len()));
            Tensor::list(of.get(from..to)?.iter().copied())
        }
        "Size" => Tensor::scalar(one?.count() as f64, true),
        "Gather" => gather(one?, other?, node.integer("axis").unwrap_or(0))?,
        "Slice" => slice(node, operands)?,
        "Concat" => concat(operands, node.integer("axis")?)?,
        "Unsqueeze" => {
            let axes = axes(node, other)?;
            let rank = (one?.shape.len() + axes.len()) as i64;
            let mut axes: Vec<i64> =
                axes.iter().map(|&axis| if axis < 0 { axis + rank } else { axis }).collect();
            axes.sort_unstable();
            let mut shape = one?.shape.clone();
            for axis in axes {
                let axis = usize::try_from(axis).ok().filter(|&axis| axis <= shape.len())?;
                shape.insert(axis, 1);
            }
            one?.reshaped(shape)?
        }
        "Squeeze" => {
            let rank = one?.shape.len() as i64;
            let axes: Option<Vec<i64>> = axes(node, other).map(|axes| {
                axes.iter().map(|&axis| if axis < 0 { axis + rank } else { axis }).collect()
            });
            let kept = one?.shape.iter().enumerate().filter(|(at, size)| match &axes {
                Some(axes) => !axes.contains(&(*at as i64)),
                None => **size != 1,
            });
            one?.reshaped(kept.map(|(_, &size)| size).collect())?
        }
        "Flatten" => {
            let axis = node.integer("axis").unwrap_or(1).max(0) as usize;
            let (rows, columns) = one?.shape.split_at_checked(axis)?;
            one?.reshaped(vec![rows.iter().product(), columns.iter().product()])?
        }
        "Reshape" => {
            let dims = lengths(&other?.integers(), &one?.shape, node.is_set("allowzero"))?;
            one?.reshaped(dims)?
        }
        "Transpose" => {
            let order = order(node, one?.shape.len())?;
            let shape: Vec<usize> =
                order.iter().map(|&axis| one.map(|one| one.shape[axis])).collect::<Option<_>>()?;
            let of = one?.shape.clone();
            one?.picked(shape, |places| {
                let mut from = vec![0; of.len()];
                for (&axis, &at) in order.iter().zip(places) {
                    from[axis] = at;
                }
                place(&of, &from)
            })?
        }
        "Expand" => {
            let wanted: Vec<usize> =
                other?.integers().iter().map(|&length| length.max(0) as usize).collect();
            let mut shape = broadcast(&one?.shape, &wanted)?;
            let of = one?.clone();
            // An axis of samples stays 1, since it is broadcast wherever it is used.
            let missing = shape.len() - of.shape.len();
            for (at, size) in shape.iter_mut().enumerate() {
                let before = at.checked_sub(missing).map_or(1, |at| of.shape[at]);
                if before == 1 && size.is_multiple_of(ANY_BATCH) && of.only().is_none() {
                    *size = 1;
                }
            }
            of.picked(shape.clone(), |places| broadcast_place(&of.shape, places))?
        }
        "ConstantOfShape" => {
            let shape = one?.integers().iter().map(|&length| length.max(0) as usize).collect();
            let value =
                super::settings::attribute(node, "value").and_then(|value| value.t.as_ref());
            let value = match value {
                Some(tensor) => Tensor::read(tensor, std::path::Path::new("")).ok()?,
                None => Tensor::scalar(0.0, false),
            };
            Tensor::new(shape, vec![value.only()?], value.is_integer)?
        }
        "Range" => {
            let (from, to) = (one?.only()?, other?.only()?);
            let step = operands.get(2).copied().flatten()?.only()?;
            let count = ((to - from) / step).ceil().max(0.0);
            if !count.is_finite() || count > 1e7 {
                return None;
            }
            let values: Vec<f64> = (0..count as usize).map(|at| from + step * at as f64).collect();
            Tensor::new(vec![values.len()], values, one?.is_integer)?
        }
        "Where" => {
            let (yes, no) = (other?, operands.get(2).copied().flatten()?);
            let shape = broadcast(&broadcast(&one?.shape, &yes.shape)?, &no.shape)?;
            let condition = one?;
            computed(
                shape,
                yes.is_integer,
                |places| {
                    let chosen = if condition.broadcast(places) != 0.0 { yes } else { no };
                    chosen.broadcast(places)
                },
                condition.only().is_some() && yes.only().is_some() && no.only().is_some(),
            )?
        }
        "Trilu" => {
            let k = other.and_then(Tensor::only).unwrap_or(0.0) as i64;
            let is_upper = node.integer("upper").unwrap_or(1) != 0;
            let of = one?;
            computed(
                of.shape.clone(),
                of.is_integer,
                |places| {
                    let [.., row, column] = places else { return 0.0 };
                    let beyond = *column as i64 - *row as i64 - k;
                    let is_kept = if is_upper { beyond >= 0 } else { beyond <= 0 };
                    if is_kept { of.broadcast(places) } else { 0.0 }
                },
                false,
            )?
        }
        "Tile" => {
            let counts = other?.integers();
            let of = one?;
            let shape: Vec<usize> = of
                .shape
                .iter()
                .zip(&counts)
                .map(|(&size, &count)| size * count.max(0) as usize)
                .collect();
            of.picked(shape, |places| {
                let places: Vec<usize> =
                    places.iter().zip(&of.shape).map(|(&at, &size)| at % size.max(1)).collect();
                place(&of.shape, &places)
            })?
        }
        "ReduceProd" | "ReduceSum" | "ReduceMax" | "ReduceMin" => {
            let all = one?.all()?;
            let value = match &*node.op_type {
                "ReduceProd" => all.iter().product(),
                "ReduceSum" => all.iter().sum(),
                "ReduceMax" => all.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                _ => all.iter().copied().fold(f64::INFINITY, f64::min),
            };
            let axes = axes(node, other).filter(|axes| !axes.is_empty());
            if axes.is_some_and(|axes| axes.len() != one.map_or(0, |one| one.shape.len())) {
                return None;
            }
            let rank = one?.shape.len();
            let shape =
                if node.integer("keepdims").unwrap_or(1) != 0 { vec![1; rank] } else { vec![] };
            Tensor::new(shape, vec![value], one?.is_integer)?
        }
        "Clip" if version >= 11 => {
            let bound = |at: usize, usual: f64| {
                operands.get(at).copied().flatten().map_or(Some(usual), Tensor::only)
            };
            let (least, most) = (bound(1, f64::NEG_INFINITY)?, bound(2, f64::INFINITY)?);
            one?.map(|value| value.max(least).min(most), one?.is_integer)
        }
        operator => match (function(operator), pair_function(operator)) {
            (Some(function), _) => {
                let is_integer = one?.is_integer && matches!(operator, "Neg" | "Abs" | "Not");
                one?.map(function, is_integer || operator == "Not")
            }
            (_, Some(function)) => {
                let (one, other) = (one?, other?);
                if operands.len() > 2 {
                    return None;
                }
                let are_integers = one.is_integer && other.is_integer;
                let shape = broadcast(&one.shape, &other.shape)?;
                let value = |places: &[usize]| {
                    let value = function(one.broadcast(places), other.broadcast(places));
                    if are_integers { value.trunc() } else { value }
                };
                let are_all_equal = one.only().is_some() && other.only().is_some();
                let is_logical = matches!(
                    operator,
                    "Equal" | "Greater" | "Less" | "GreaterOrEqual" | "LessOrEqual" | "And" | "Or"
                );
                computed(shape, are_integers || is_logical, value, are_all_equal)?
            }
            _ => return None,
        },
    };
    Some(vec![tensor])
}

/// A tensor whose numbers are a function of their places; of any, if all are equal.
fn computed(
    shape: Vec<usize>,
    is_integer: bool,
    value: impl Fn(&[usize]) -> f64,
    are_all_equal: bool,
) -> Option<Tensor> {
    let zeros = vec![0; shape.len()];
    if are_all_equal {
        return Tensor::new(shape, vec![value(&zeros)], is_integer);
    }
    let count = super::parameters::product(&shape);
    if count > 1 << 26 {
        return None;
    }
    let values = (0..count).map(|at| value(&super::tensor::places(&shape, at))).collect();
    Tensor::new(shape, values, is_integer)
}

fn function(operator: &str) -> Option<fn(f64) -> f64> {
    Some(match operator {
        "Sqrt" => f64::sqrt,
        "Reciprocal" => |x| 1.0 / x,
        "Neg" => |x| -x,
        "Abs" => f64::abs,
        "Floor" => f64::floor,
        "Ceil" => f64::ceil,
        "Exp" => f64::exp,
        "Log" => f64::ln,
        "Sin" => f64::sin,
        "Cos" => f64::cos,
        "Not" => |x| f64::from(x == 0.0),
        _ => return None,
    })
}

fn pair_function(operator: &str) -> Option<fn(f64, f64) -> f64> {
    Some(match operator {
        "Add" => |a, b| a + b,
        "Sub" => |a, b| a - b,
        "Mul" => |a, b| a * b,
        "Div" => |a, b| a / b,
        "Pow" => f64::powf,
        "Mod" => f64::rem_euclid,
        "Min" => f64::min,
        "Max" => f64::max,
        "Equal" => |a, b| f64::from(a == b),
        "Greater" => |a, b| f64::from(a > b),
        "Less" => |a, b| f64::from(a < b),
        "GreaterOrEqual" => |a, b| f64::from(a >= b),
        "LessOrEqual" => |a, b| f64::from(a <= b),
        "And" => |a, b| f64::from(a != 0.0 && b != 0.0),
        "Or" => |a, b| f64::from(a != 0.0 || b != 0.0),
        _ => return None,
    })
}

/// The axes of a node: an operand, or a setting in older versions.
pub(super) fn axes(node: &NodeProto, operand: Option<&Tensor>) -> Option<Vec<i64>> {
    operand.map(Tensor::integers).or_else(|| node.integers("axes").map(<[i64]>::to_vec))
}

/// The order of axes of a `Transpose`; reversed if it is left out.
pub(super) fn order(node: &NodeProto, rank: usize) -> Option<Vec<usize>> {
    let order: Vec<usize> = match node.integers("perm") {
        Some(order) => order.iter().map(|&axis| axis.max(0) as usize).collect(),
        None => (0..rank).rev().collect(),
    };
    let mut sorted = order.clone();
    sorted.sort_unstable();
    sorted.into_iter().eq(0..rank).then_some(order)
}

/// The sizes that a `Reshape` asks for: 0 is the size before it, -1 what is left.
pub(super) fn lengths(wanted: &[i64], before: &[usize], is_zero: bool) -> Option<Vec<usize>> {
    let sizes = wanted.iter().enumerate().map(|(at, &length)| match length {
        0 if !is_zero => before.get(at).copied(),
        -1 => Some(1),
        length => usize::try_from(length).ok(),
    });
    let mut sizes = sizes.collect::<Option<Vec<usize>>>()?;
    let (count, known) = (super::parameters::product(before), super::parameters::product(&sizes));
    match wanted.iter().position(|&length| length == -1) {
        Some(open) => sizes[open] = count.checked_div(known)?,
        None if count != known => return None,
        None => {}
    }
    (super::parameters::product(&sizes) == count).then_some(sizes)
}

/// The place in a smaller shape that is broadcast.
fn broadcast_place(shape: &[usize], places: &[usize]) -> usize {
    let places = &places[places.len() - shape.len()..];
    let places: Vec<usize> =
        places.iter().zip(shape).map(|(&at, &size)| if size == 1 { 0 } else { at }).collect();
    place(shape, &places)
}

fn cast(tensor: &Tensor, to: i64) -> Option<Tensor> {
    Some(match to {
        1 | 10 | 11 | 16 => {
            // A number of samples that is computed with would be part of the network.
            let is_size = |at| tensor.at(at) != 0.0 && tensor.at(at) % ANY_BATCH as f64 == 0.0;
            if tensor.is_integer && (0..tensor.count().min(MOST_SIZES)).any(is_size) {
                return None;
            }
            tensor.map(|value| value, false)
        }
        9 => tensor.map(|value| f64::from(value != 0.0), true),
        _ => tensor.map(f64::trunc, true),
    })
}

fn axis_of(tensor: &Tensor, axis: i64) -> Option<usize> {
    let rank = tensor.shape.len() as i64;
    let axis = if axis < 0 { axis + rank } else { axis };
    (0..rank).contains(&axis).then_some(axis as usize)
}

fn gather(table: &Tensor, indices: &Tensor, axis: i64) -> Option<Tensor> {
    let axis = axis_of(table, axis)?;
    let size = table.shape[axis] as i64;
    let indices_at: Vec<i64> = indices.integers();
    let rows = indices_at.iter().map(|&at| if at < 0 { at + size } else { at });
    let rows: Vec<usize> =
        rows.map(|at| (0..size).contains(&at).then_some(at as usize)).collect::<Option<_>>()?;
    let rank = indices.shape.len();
    let mut shape = table.shape[..axis].to_vec();
    shape.extend(&indices.shape);
    shape.extend(&table.shape[axis + 1..]);
    table.picked(shape, |places| {
        let index = place(&indices.shape, &places[axis..axis + rank]);
        let mut from = places[..axis].to_vec();
        from.push(rows[index]);
        from.extend(&places[axis + rank..]);
        place(&table.shape, &from)
    })
}

/// A part of an axis: its first place, the step to the next, and how many.
pub(super) struct Range {
    pub(super) axis: i64,
    pub(super) from: i64,
    pub(super) step: i64,
    pub(super) count: usize,
}

/// The parts of axes that a `Slice` keeps, of a value with these sizes.
pub(super) fn ranges(
    node: &NodeProto,
    operands: &[Option<&Tensor>],
    dims: &[usize],
) -> Option<Vec<Range>> {
    let list = |at: usize, name: &str| {
        let operand = operands.get(at).copied().flatten().map(Tensor::integers);
        operand.or_else(|| node.integers(name).map(<[i64]>::to_vec))
    };
    let (starts, ends) = (list(1, "starts")?, list(2, "ends")?);
    let axes = list(3, "axes").unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = list(4, "steps").unwrap_or_else(|| vec![1; starts.len()]);
    if starts.len() != ends.len() || starts.len() != axes.len() || starts.len() != steps.len() {
        return None;
    }
    let parts = (0..starts.len()).map(|at| {
        let axis = if axes[at] < 0 { axes[at] + dims.len() as i64 } else { axes[at] };
        let size = *dims.get(usize::try_from(axis).ok()?)? as i64;
        let step = steps[at];
        let (least, most) = if step < 0 { (-1, size - 1) } else { (0, size) };
        let clamped = |place: i64| {
            let place = if place < 0 { place.saturating_add(size) } else { place };
            place.clamp(least, most)
        };
        let (from, to) = (clamped(starts[at]), clamped(ends[at]));
        let count = match step {
            0 => return None,
            step if step > 0 => ((to - from).max(0) as u64).div_ceil(step.unsigned_abs()),
            step => ((from - to).max(0) as u64).div_ceil(step.unsigned_abs()),
        };
        Some(Range { axis, from, step, count: count as usize })
    });
    parts.collect()
}

fn slice(node: &NodeProto, operands: &[Option<&Tensor>]) -> Option<Tensor> {
    let tensor = operands.first().copied().flatten()?;
    let ranges = ranges(node, operands, &tensor.shape)?;
    let mut shape = tensor.shape.clone();
    for range in &ranges {
        shape[range.axis as usize] = range.count;
    }
    tensor.picked(shape, |places| {
        let mut from = places.to_vec();
        for Range { axis, from: first, step, .. } in &ranges {
            let at = &mut from[*axis as usize];
            *at = (first + step * *at as i64) as usize;
        }
        place(&tensor.shape, &from)
    })
}

fn split(node: &NodeProto, operands: &[Option<&Tensor>]) -> Option<Vec<Tensor>> {
    let tensor = operands.first().copied().flatten()?;
    let axis = axis_of(tensor, node.integer("axis").unwrap_or(0))?;
    let sizes = parts(node, operands, tensor.shape[axis])?;
    let mut first = 0;
    let parts = sizes.into_iter().map(|size| {
        let mut shape = tensor.shape.clone();
        shape[axis] = size;
        let part = tensor.picked(shape, |places| {
            let mut from = places.to_vec();
            from[axis] += first;
            place(&tensor.shape, &from)
        });
        first += size;
        part
    });
    parts.collect()
}

/// The sizes of the parts of a `Split` of an axis.
pub(super) fn parts(
    node: &NodeProto,
    operands: &[Option<&Tensor>],
    size: usize,
) -> Option<Vec<usize>> {
    let given = operands.get(1).copied().flatten().map(Tensor::integers);
    let given = given.or_else(|| node.integers("split").map(<[i64]>::to_vec));
    let sizes: Vec<usize> = match given {
        Some(sizes) => sizes.iter().map(|&size| size.max(0) as usize).collect(),
        None => {
            let count = node.output.len();
            let part = size.div_ceil(count.max(1));
            (0..count).map(|at| part.min(size.saturating_sub(at * part))).collect()
        }
    };
    (sizes.iter().sum::<usize>() == size).then_some(sizes)
}

fn concat(operands: &[Option<&Tensor>], axis: i64) -> Option<Tensor> {
    let operands = operands.iter().copied().collect::<Option<Vec<&Tensor>>>()?;
    let first = operands.first()?;
    let axis = axis_of(first, axis)?;
    let mut shape = first.shape.clone();
    shape[axis] = operands.iter().map(|operand| operand.shape.get(axis)).sum::<Option<usize>>()?;
    let only = first.only().filter(|only| operands.iter().all(|part| part.only() == Some(*only)));
    computed(
        shape,
        first.is_integer,
        |places| {
            let mut from = places.to_vec();
            for operand in &operands {
                match from[axis].checked_sub(operand.shape[axis]) {
                    Some(rest) => from[axis] = rest,
                    None => return operand.at(place(&operand.shape, &from)),
                }
            }
            0.0
        },
        only.is_some(),
    )
}
