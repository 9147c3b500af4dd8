//! Attention of a sequence to itself or to another one.

use super::dense::projected;
use super::padded::within;
use super::place::Place;
use super::writer::{Value, Writer, int, transposed};
use crate::layers::Sequence;

/// The sizes of an attention.
#[derive(Clone, Copy)]
pub(super) struct Attended {
    /// The steps that attend.
    pub(super) queries: usize,
    /// The steps attended to.
    pub(super) memory: Sequence,
    pub(super) heads: usize,
}

/// The attention of a sequence to itself, of which the steps within the lengths count if there are some.
pub(super) fn to_itself(
    writer: &mut Writer,
    place: &Place,
    x: &Value,
    lengths: Option<&Value>,
    (sizes, is_causal): (Attended, bool),
) -> Option<Value> {
    let Sequence { time, features } = sizes.memory;
    let x = writer.sequence(x, sizes.memory);
    let [weight, bias] = weights(writer, place, features)?;
    let shape = [time, 3 * features];
    let qkv = place.with_name(place.inner("qkv"));
    let qkv = projected(writer, &qkv, &x, (&weight, Some(&bias)), &shape);
    let [queries, keys, values] = parts(writer, place, "qkv.parts", &qkv)?;
    let mask = match (lengths, is_causal) {
        (Some(lengths), _) => Some(Mask::Lengths(lengths)),
        (None, true) => Some(Mask::Causal),
        (None, false) => None,
    };
    attended(writer, place, [&queries, &keys, &values], (sizes, mask))
}

/// The attention to another sequence.
pub(super) fn to_another(
    writer: &mut Writer,
    place: &Place,
    [query, memory]: [&Value; 2],
    lengths: Option<&Value>,
    sizes: Attended,
) -> Option<Value> {
    let features = sizes.memory.features;
    let query = writer.sequence(query, Sequence { time: sizes.queries, features });
    let memory = writer.sequence(memory, sizes.memory);
    let [weight, bias] = weights(writer, place, features)?;
    // Constants, which a runtime divides when it loads the model.
    let columns = [features, 2 * features];
    let of_columns = columns.map(|columns| columns as i64);
    let of_columns = writer.integers(&format!("sizes.{features}.{}", columns[1]), &of_columns);
    let mut divided = |name: &str, tensor: &str, axis: i64| {
        let operands = [tensor, &of_columns];
        let shapes = columns.map(|columns| vec![columns]);
        let name = place.inner(name);
        writer.parts(&name, "Split", &operands, vec![int("axis", axis)], &shapes)
    };
    let (weights, biases) = (divided("weights", &weight, 1), divided("biases", &bias, 0));
    let ([of_query, of_memory], [query_bias, memory_bias]) = (&weights[..], &biases[..]) else {
        return None;
    };
    let parameters = (&*of_query.name, Some(&*query_bias.name));
    let projection = place.with_name(place.inner("query"));
    let queries = projected(writer, &projection, &query, parameters, &query.shape);
    let parameters = (&*of_memory.name, Some(&*memory_bias.name));
    let projection = place.with_name(place.inner("memory"));
    let shape = [sizes.memory.time, 2 * features];
    let memory = projected(writer, &projection, &memory, parameters, &shape);
    let [keys, values] = parts(writer, place, "memory.parts", &memory)?;
    attended(writer, place, [&queries, &keys, &values], (sizes, lengths.map(Mask::Lengths)))
}

/// The weights and biases of queries, keys and values, each with one axis for the three.
fn weights(writer: &mut Writer, place: &Place, features: usize) -> Option<[String; 2]> {
    let mut flat = |field: &str, shape: &[usize]| {
        let name = place.tensor(field);
        let values = writer.parameter(&name)?.values.clone();
        Some(writer.constant(&name, shape, &values))
    };
    let weight = flat("in_proj_weight", &[features, 3 * features])?;
    Some([weight, flat("in_proj_bias", &[3 * features])?])
}

/// The projections that are beside each other in each step.
fn parts<const PARTS: usize>(
    writer: &mut Writer,
    place: &Place,
    name: &str,
    joined: &Value,
) -> Option<[Value; PARTS]> {
    let [time, features] = joined.shape[..] else { return None };
    let features = features / PARTS;
    let name_of_sizes = format!("sizes.{}", vec![features.to_string(); PARTS].join("."));
    let sizes = writer.integers(&name_of_sizes, &[features as i64; PARTS]);
    let operands = [&*joined.name, &sizes];
    let shapes = vec![vec![time, features]; PARTS];
    let axis = vec![int("axis", 2)];
    writer.parts(&place.inner(name), "Split", &operands, axis, &shapes).try_into().ok()
}

/// Which steps are not seen.
enum Mask<'v> {
    /// Those after the step that attends.
    Causal,
    /// Those beyond the length of the sample.
    Lengths(&'v Value),
}

/// `softmax(q·kᵀ / √(D / heads)) · v` for each head, and the layer that mixes these.
fn attended(
    writer: &mut Writer,
    place: &Place,
    [queries, keys, values]: [&Value; 3],
    (sizes, mask): (Attended, Option<Mask<'_>>),
) -> Option<Value> {
    let Attended { queries: steps, memory: Sequence { time, features }, heads } = sizes;
    let width = features / heads;
    let mut of_heads = |name: &str, part: &Value, order: [usize; 4]| {
        let split = [part.shape[0], heads, width];
        let shape = [1, 2, 3].map(|at: usize| split[order[at] - 1]);
        let split = writer.shaped(part, &split);
        transposed(writer, &place.inner(name), &split.name, &order, &shape)
    };
    let queries = of_heads("queries", queries, [0, 2, 1, 3]);
    let keys = of_heads("keys", keys, [0, 2, 3, 1]);
    let values = of_heads("values", values, [0, 2, 1, 3]);

    let square = [heads, steps, time];
    let operands = [&*queries.name, &keys.name];
    let scores = writer.node(&place.inner("scores"), "MatMul", &operands, vec![], &square);
    let scale = writer.constant(&format!("scale.{width}"), &[], &[1.0 / (width as f32).sqrt()]);
    let operands = [&*scores.name, &scale];
    let mut scores = writer.node(&place.inner("scaled"), "Mul", &operands, vec![], &square);
    let name = place.inner("masked");
    match mask {
        Some(Mask::Causal) => {
            let cell = |at: usize| if at % time > at / time { f32::NEG_INFINITY } else { 0.0 };
            let mask: Vec<f32> = (0..time * time).map(cell).collect();
            let mask = writer.constant(&format!("causal.{time}"), &[time, time], &mask);
            let operands = [&*scores.name, &mask];
            scores = writer.node(&name, "Add", &operands, vec![], &square);
        }
        Some(Mask::Lengths(lengths)) => {
            let within = within(writer, place, lengths, &[1, 1, time]);
            let least = writer.number(f32::NEG_INFINITY);
            let operands = [&*within.name, &scores.name, &least];
            scores = writer.node(&name, "Where", &operands, vec![], &square);
        }
        None => {}
    }
    let name = place.inner("probabilities");
    let axis = vec![int("axis", -1)];
    let probabilities = writer.node(&name, "Softmax", &[&scores.name], axis, &square);
    let operands = [&*probabilities.name, &values.name];
    let shape = [heads, steps, width];
    let context = writer.node(&place.inner("context"), "MatMul", &operands, vec![], &shape);
    let (name, order) = (place.inner("context.steps"), [0, 2, 1, 3]);
    let context = transposed(writer, &name, &context.name, &order, &[steps, heads, width]);
    let context = writer.shaped(&context, &[steps, features]);
    let weight = writer.weight(&place.tensor("out_proj.weight"))?;
    let bias = writer.weight(&place.tensor("out_proj.bias"));
    Some(projected(writer, place, &context, (&weight, bias.as_deref()), &context.shape))
}
