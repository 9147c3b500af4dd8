//! Tables of rows, and recurrent layers.

use chainrule_onnx::NodeProto;

use super::dense::{owner, pending};
use super::layout::Piece;
use super::messages::about;
use super::parameters::Parameter;
use super::reader::{Found, Input, Problem, Reader};
use super::settings::Settings;
use super::shapes::joined;
use super::tensor::Tensor;
use super::value::{Call, Form, Value};

/// Rows of a table, which indices choose.
pub(super) fn embedding(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let (table, x) = (reader.weight(node, 0)?, reader.operand(node, 1)?);
    let name = reader.name(node, &x)?;
    let [rows, features] = table.shape[..] else {
        return Err(about(node, "its table is not a matrix", "export the model again").into());
    };
    let (Some(input), 0) = (input(reader, &x), node.integer("axis").unwrap_or(0)) else {
        return Err(
            about(node, "its indices are not an input", "let an input be the indices").into()
        );
    };
    let below = *input.below.get_or_insert(rows);
    if below != rows || x.layout.sample().is_none() {
        let problem = format!("it chooses among {rows} rows, another node among {below}");
        return Err(about(node, &problem, "use an input for each table").into());
    }
    let values = reader.numbers(node, 0)?;
    let mut layout = x.layout.clone();
    layout.push(features);
    let shape = vec![x.features(), features];
    let call = Call::Whole(format!("Embedding({features})"));
    let mut layer = pending(
        (name.clone(), name),
        call,
        ("embedding", &node.input[..1]),
        (vec![rows, features], values),
    );
    // Its rows are not scaled: the same table may be read by other nodes.
    layer.channels = features;
    Ok(Value { is_shared: true, ..Value::pending(layer, shape, layout) })
}

/// How the format has a recurrent layer.
struct Cell {
    layer: &'static str,
    /// The gates of the library in its order: their numbers in the order of the format.
    gates: &'static [usize],
    functions: &'static [&'static str],
}

fn cell(operator: &str) -> Cell {
    match operator {
        // The library has `i`, `f`, `g`, `o`; the format `i`, `o`, `f`, `c`.
        "LSTM" => {
            Cell { layer: "Lstm", gates: &[0, 2, 3, 1], functions: &["Sigmoid", "Tanh", "Tanh"] }
        }
        // The library has `r`, `z`, `n`; the format `z`, `r`, `h`.
        "GRU" => Cell { layer: "Gru", gates: &[1, 0, 2], functions: &["Sigmoid", "Tanh"] },
        _ => Cell { layer: "Rnn", gates: &[0], functions: &["Tanh"] },
    }
}

/// What a recurrent node has that the layers of the library do not.
fn refused(
    reader: &Reader<'_>,
    node: &NodeProto,
    cell: &Cell,
    directions: usize,
) -> Option<&'static str> {
    let is_zero = |at: usize| {
        !reader.has(node, at) || reader.constant(node, at).and_then(Tensor::only) == Some(0.0)
    };
    let functions = node.texts("activations").filter(|functions| !functions.is_empty());
    let usual: Vec<&str> = (0..directions).flat_map(|_| cell.functions.iter().copied()).collect();
    let reads_cells = node.output.get(2).is_some_and(|name| reader.uses.contains_key(&**name));
    if functions.is_some_and(|functions| functions != usual) {
        Some("it has other activations")
    } else if node.number("clip").is_some() {
        Some("it has a clip")
    } else if node.is_set("input_forget") {
        Some("it couples its gates")
    } else if node.op_type == "GRU" && !node.is_set("linear_before_reset") {
        Some("it resets the hidden state before the product: `linear_before_reset` is 0")
    } else if reader.has(node, 4) {
        Some("it has lengths of sequences")
    } else if !is_zero(5) || !is_zero(6) {
        Some("its initial state is not zero")
    } else if reader.has(node, 7) && !is_zero(7) {
        Some("it has peepholes")
    } else if reads_cells {
        Some("its cells are read")
    } else {
        None
    }
}

/// `LSTM`, `GRU` and `RNN`: their outputs of all steps and of the last one.
pub(super) fn recurrent(reader: &mut Reader<'_>, node: &NodeProto) -> Result<Vec<Value>, Problem> {
    let cell = cell(&node.op_type);
    let x = reader.operand(node, 0)?;
    let (weight, recurrence) = (reader.weight(node, 1)?, reader.weight(node, 2)?);
    let direction = node.text("direction").unwrap_or_else(|| "forward".to_owned());
    let directions = if direction == "bidirectional" { 2 } else { 1 };
    if let Some(problem) = refused(reader, node, &cell, directions) {
        return Err(
            about(node, problem, "use the layer as PyTorch has it, with its defaults").into()
        );
    }
    let is_batch_first = node.is_set("layout");
    let layout = x.layout.merged();
    let (batch_at, time_at) = if is_batch_first { (0, 1) } else { (1, 0) };
    let is_sequence = layout.axes.len() == 3
        && layout.axes[batch_at][..] == [Piece::Batch]
        && layout.is_in_order()
        && layout.outside_of_last(2).is_some();
    if !is_sequence {
        let problem =
            "its operand is not a sequence: its steps are not the first axis, or are samples";
        return Err(about(node, problem, "read steps × samples × features").into());
    }
    let (time, inputs) = (layout.dims()[time_at], layout.dims()[2]);
    let [of, rows, columns] = weight.shape[..] else {
        return Err(about(node, "its weight has other axes", "export the model again").into());
    };
    let gates = cell.gates.len();
    let hidden = rows / gates;
    let fits =
        of == directions && columns == inputs && recurrence.shape == [directions, rows, hidden];
    if !fits || rows % gates != 0 {
        return Err(
            about(node, "its weights do not fit its operand", "export the model again").into()
        );
    }
    let before = reader.flow(node, &x, &[time, inputs])?;
    let source = if before.0 == before.1 { before.0 } else { reader.line(&[before.0], before.1) };
    let bias = match reader.has(node, 3) {
        true => reader.numbers(node, 3)?,
        false => vec![0.0; directions * 2 * rows],
    };
    if bias.len() != directions * 2 * rows {
        return Err(about(node, "its bias has another size", "export the model again").into());
    }
    let (weight, recurrence) = (reader.numbers(node, 1)?, reader.numbers(node, 2)?);
    let mut states = Vec::new();
    for at in 0..directions {
        let is_reverse = at == 1 || direction == "reverse";
        let flow = if is_reverse { format!("{source} -> Reverse") } else { source.clone() };
        let part = |values: &[f64], size: usize| values[at * size..][..size].to_vec();
        let weights = Weights { gates: cell.gates, hidden };
        let call = Call::Whole(format!("{}({hidden})", cell.layer));
        let names = &node.input[1..2];
        let prefix = match cell.layer {
            "Lstm" => "lstm",
            "Gru" => "gru",
            _ => "rnn",
        };
        let of_input = weights.of(&part(&weight, rows * inputs), inputs);
        let mut layer = pending((source.clone(), flow), call, (prefix, names), of_input);
        layer.owner = owner(&node.input[1]);
        layer.weight.name = "weight_ih".to_owned();
        layer.key = format!("{} {at}", node.input[1..4.min(node.input.len())].join(" "));
        let (shape, values) = weights.of(&part(&recurrence, rows * hidden), hidden);
        layer.others.push(Parameter { name: "weight_hh".to_owned(), shape, values });
        for (half, field) in ["bias_ih", "bias_hh"].into_iter().enumerate() {
            let (mut shape, values) = weights.of(&part(&bias, 2 * rows)[half * rows..][..rows], 1);
            shape.remove(0);
            layer.others.push(Parameter { name: field.to_owned(), shape, values });
        }
        let steps = Value::pending(layer, vec![time, hidden], x.layout.of_samples(&[time, hidden]));
        states.push((reader.name(node, &steps)?, is_reverse));
    }
    let mut all = Vec::new();
    let mut last = Vec::new();
    let reads = |at: usize| node.output.get(at).is_some_and(|name| !name.is_empty());
    for (name, is_reverse) in states {
        let steps = match is_reverse && reads(0) {
            true => reader.line(std::slice::from_ref(&name), format!("{name} -> Reverse")),
            false => name.clone(),
        };
        all.push(Value::named(steps, vec![time, hidden], x.layout.of_samples(&[time, hidden])));
        let state = reader.line(std::slice::from_ref(&name), format!("{name} -> Last"));
        let layout = x.layout.of_samples(&[1, hidden]);
        last.push(Value::named(state, vec![hidden], layout));
    }
    // The axes of the format: steps, directions, samples and features, or samples first.
    let order_all: &[usize] = if is_batch_first { &[0, 1, 2, 3] } else { &[1, 2, 0, 3] };
    let order_last: &[usize] = if is_batch_first { &[0, 1, 2] } else { &[1, 0, 2] };
    let mut outputs = Vec::new();
    for (parts, order, dims) in [
        (all, order_all, vec![time, directions, hidden]),
        (last, order_last, vec![directions, hidden]),
    ] {
        let layout = x.layout.of_samples(&dims).transposed(order);
        let value = match parts.len() {
            1 => parts.into_iter().next(),
            _ => {
                let axis = parts[0].layout.axes.len() - if dims.len() == 3 { 1 } else { 2 };
                joined(parts, axis)
            }
        };
        let value = value.ok_or_else(|| about(node, "its directions differ", "export it again"))?;
        outputs.push(value.with_layout(layout));
    }
    Ok(outputs)
}

/// Weights of the format: gates × hidden × inputs.
struct Weights {
    gates: &'static [usize],
    hidden: usize,
}

impl Weights {
    /// In the layout of the library, inputs × gates × hidden, with its shape; without the axis of gates
    /// if there is one.
    fn of(&self, values: &[f64], inputs: usize) -> (Vec<usize>, Vec<f64>) {
        let mut found = Vec::with_capacity(values.len());
        for input in 0..inputs {
            for gate in self.gates {
                let unit = |unit: usize| values[(gate * self.hidden + unit) * inputs + input];
                found.extend((0..self.hidden).map(unit));
            }
        }
        let shape = match self.gates.len() {
            1 => vec![inputs, self.hidden],
            gates => vec![inputs, gates, self.hidden],
        };
        (shape, found)
    }
}

/// The input that a value is, if it is one.
pub(super) fn input<'r>(reader: &'r mut Reader<'_>, value: &Value) -> Option<&'r mut Input> {
    let Form::Named(name) = &value.form else { return None };
    reader.inputs.iter_mut().find(|input| input.name == *name)
}
