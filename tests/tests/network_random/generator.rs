//! Generates random networks: the source inside `network! { … }`.
//!
//! Besides the built-in layers, they use constants `N2` to `N12` with those values, the layers
//! `Glu` and `PRelu` of `my`, and the activation `Softsign`.

use std::fmt::Write;

/// A random network, with the networks nested in it.
pub(crate) struct Declared {
    /// The source inside the `network!` of each, nested networks first. The last is the network
    /// itself.
    pub(crate) bodies: Vec<String>,
    /// The name of its struct.
    pub(crate) name: String,
    /// Whether a prediction computes the same as training: whether there is no `Dropout` and no
    /// `BatchNorm`.
    pub(crate) is_same_in_prediction: bool,
}

/// The network for a seed, called `Net` and the seed.
pub(crate) fn network(seed: u64) -> Declared {
    let mut rng = Rng(seed);
    let mut bodies = Vec::new();
    let name = format!("Net{seed}");
    declare(&name, 2, &mut rng, &mut bodies);
    let bodies = used(bodies);
    let has = |word: &str| bodies.iter().any(|body| body.contains(word));
    let is_same_in_prediction = !has("Dropout") && !has("BatchNorm");
    Declared { bodies, name, is_same_in_prediction }
}

/// The last network, and the networks nested in it, directly or not.
fn used(bodies: Vec<String>) -> Vec<String> {
    let mut used: Vec<String> = Vec::new();
    for body in bodies.into_iter().rev() {
        let name = body.split([' ', '{']).nth(1).unwrap_or_default();
        let is_used = used.iter().any(|other| {
            let mut words = other.split(|c: char| !c.is_alphanumeric());
            words.any(|word| word == name)
        });
        if used.is_empty() || is_used {
            used.push(body);
        }
    }
    used.reverse();
    used
}

/// SplitMix64.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// A value of a network, a layer that can be used again, or a network that can be a layer.
#[derive(Clone)]
struct Named {
    name: String,
    inputs: usize,
    outputs: usize,
}

/// The state while a network is generated.
struct Writer<'a> {
    rng: &'a mut Rng,
    /// Few, so that widths are often equal.
    widths: Vec<usize>,
    /// The inputs, and the values of the lines so far.
    values: Vec<Named>,
    /// The names that were read.
    read: Vec<String>,
    /// The named layers.
    layers: Vec<Named>,
    /// Networks that can be layers.
    networks: Vec<Named>,
    /// The number of names so far.
    names: usize,
}

/// Generates a network called `name`, preceded by up to two networks for its layers.
fn declare(name: &str, depth: usize, rng: &mut Rng, bodies: &mut Vec<String>) -> Named {
    let inner = if depth == 0 { 0 } else { rng.below(3) };
    let networks = (0..inner)
        .map(|inner| declare(&format!("{name}Inner{inner}"), depth - 1, rng, bodies))
        .collect();
    let widths = (0..3).map(|_| 2 + rng.below(5)).collect();
    let mut writer = Writer {
        rng,
        widths,
        values: Vec::new(),
        read: Vec::new(),
        layers: Vec::new(),
        networks,
        names: 0,
    };
    let (body, inputs, outputs) =
        if writer.rng.one_in(3) { writer.chain(name) } else { writer.block(name) };
    bodies.push(body);
    Named { name: name.to_owned(), inputs, outputs }
}

impl Writer<'_> {
    /// A network as a chain.
    fn chain(&mut self, name: &str) -> (String, usize, usize) {
        let inputs = self.width();
        let count = 2 + self.rng.below(6);
        let (layers, outputs) = self.layers(inputs, count);
        let loss = self.loss(outputs, true);
        let text = format!("struct {name} = Input({inputs}){layers} => {loss};");
        (text, inputs, outputs)
    }

    /// A network with several lines.
    fn block(&mut self, name: &str) -> (String, usize, usize) {
        let mut text = format!("struct {name} {{\n");
        let mut inputs = 0;
        for at in 0..*self.rng.pick(&[1, 1, 2, 3]) {
            let width = self.width();
            inputs += width;
            let name = format!("x{at}");
            _ = writeln!(text, "    input {name}: [{width}];");
            self.values.push(Named { name, inputs: 0, outputs: width });
        }
        for at in 0..1 + self.rng.below(5) {
            let (value, width) = self.source();
            let count = 1 + self.rng.below(3);
            let (layers, width) = self.layers(width, count);
            let name = format!("v{at}");
            _ = writeln!(text, "    let {name} = {value}{layers};");
            self.values.push(Named { name, inputs: 0, outputs: width });
        }
        let (last, outputs) = self.last_line();
        _ = writeln!(text, "    {last}\n}}");
        (text, inputs, outputs)
    }

    /// The outputs, which use all unread values, and the loss.
    fn last_line(&mut self) -> (String, usize) {
        let read = self.read.clone();
        let unread = self.values.iter().filter(|value| !read.contains(&value.name));
        let unread: Vec<Named> = unread.cloned().collect();
        let count = if self.rng.one_in(4) { 2 + self.rng.below(2) } else { 1 };
        let (mut flows, mut widths, mut total) = (Vec::new(), Vec::new(), 0);
        for at in 0..count {
            let part: Vec<&Named> = unread.iter().skip(at).step_by(count).collect();
            let (value, width) = match &part[..] {
                [] => self.source(),
                [one] => (one.name.clone(), one.outputs),
                several => self.together(several),
            };
            let more = self.rng.below(3);
            // An output cannot be an input without a layer.
            let (layers, width) = self.layers(width, if count > 1 { 1 + more } else { more });
            flows.push(format!("{value}{layers}"));
            widths.push(width);
            total += width;
        }
        let loss = match count > 1 && self.rng.one_in(2) {
            true => self.losses(&widths),
            false => self.loss(total, count == 1),
        };
        match &flows[..] {
            [one] if !one.contains("->") && !one.contains('(') => {
                let (layers, width) = self.affine(total);
                let loss = self.loss(width, true);
                (format!("{one}{layers} => {loss}"), width)
            }
            [one] => (format!("{one} => {loss}"), total),
            several => (format!("({}) => {loss}", several.join(", ")), total),
        }
    }

    /// Joins several values: their sum if the widths are equal, otherwise their concatenation.
    fn together(&mut self, values: &[&Named]) -> (String, usize) {
        let names: Vec<&str> = values.iter().map(|value| &*value.name).collect();
        let width = values[0].outputs;
        if values.iter().all(|value| value.outputs == width) && self.rng.one_in(2) {
            return (format!("({})", names.join(" + ")), width);
        }
        let total = values.iter().map(|value| value.outputs).sum();
        (format!("concat({})", names.join(", ")), total)
    }

    fn width(&mut self) -> usize {
        *self.rng.pick(&self.widths)
    }

    /// A width, sometimes as a constant that only the compiler knows.
    fn written(&mut self, width: usize) -> String {
        let is_constant = (2..=12).contains(&width) && self.rng.one_in(8);
        if is_constant { format!("N{width}") } else { width.to_string() }
    }

    fn new_name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    /// A value at the beginning of a flow.
    fn source(&mut self) -> (String, usize) {
        match self.rng.below(7) {
            0..=2 => self.operand(None),
            3 => {
                let (a, width) = self.operand(None);
                let (b, _) = self.operand(Some(width));
                (format!("({a} + {b})"), width)
            }
            4 => {
                let (a, width) = self.operand(None);
                let (b, _) = self.operand(Some(width));
                (format!("({a} * {b})"), width)
            }
            5 => {
                let (a, width) = self.operand(None);
                let (b, _) = self.operand(Some(width));
                let (c, _) = self.operand(Some(width));
                (format!("({a} * {b} + {c})"), width)
            }
            _ => {
                let count = 2 + self.rng.below(2);
                let parts: Vec<_> = (0..count).map(|_| self.operand(None)).collect();
                let names: Vec<&str> = parts.iter().map(|(name, _)| &**name).collect();
                let width = parts.iter().map(|(_, width)| width).sum();
                (format!("concat({})", names.join(", ")), width)
            }
        }
    }

    /// A named value, or one with layers in parentheses, of the given width if there is one.
    fn operand(&mut self, width: Option<usize>) -> (String, usize) {
        let fits = |value: &&Named| width.is_none_or(|width| value.outputs == width);
        let fitting: Vec<Named> = self.values.iter().filter(fits).cloned().collect();
        if !fitting.is_empty() && !self.rng.one_in(5) {
            let Named { name, outputs, .. } = self.rng.pick(&fitting).clone();
            self.read.push(name.clone());
            return (name, outputs);
        }
        let values = self.values.clone();
        let Named { name, outputs, .. } = self.rng.pick(&values).clone();
        self.read.push(name.clone());
        let wanted = width.unwrap_or_else(|| self.width());
        let affine = self.affine_to(outputs, wanted);
        let more = if self.rng.one_in(2) { self.activation() } else { String::new() };
        (format!("({name}{affine}{more})"), wanted)
    }

    /// Some layers after a value.
    fn layers(&mut self, mut width: usize, count: usize) -> (String, usize) {
        let mut text = String::new();
        for _ in 0..count {
            let (layer, outputs) = self.layer(width);
            text += &layer;
            width = outputs;
        }
        (text, width)
    }

    fn layer(&mut self, width: usize) -> (String, usize) {
        match self.rng.below(21) {
            20 => self.image(width),
            0..=3 => self.affine(width),
            4..=6 => (self.activation(), width),
            7 => self.norm(width),
            8 => self.own(width),
            9 => self.repeated(width),
            10..=11 => self.network(width),
            12..=14 => self.named(width),
            _ => self.again(width),
        }
    }

    fn affine(&mut self, inputs: usize) -> (String, usize) {
        let outputs = self.width();
        (self.affine_to(inputs, outputs), outputs)
    }

    fn affine_to(&mut self, inputs: usize, outputs: usize) -> String {
        let out = self.written(outputs);
        match self.rng.below(3) {
            0 => format!(" -> Affine({}, {out})", self.written(inputs)),
            _ => format!(" -> Affine({out})"),
        }
    }

    fn activation(&mut self) -> String {
        const ACTIVATIONS: [&str; 13] = [
            "Relu",
            "LeakyRelu",
            "LeakyRelu(0.3)",
            "Elu",
            "Elu(0.6)",
            "Softplus",
            "Sigmoid",
            "Tanh",
            "HardTanh",
            "Gelu",
            "Silu",
            "map Softsign",
            "Dropout(0.25)",
        ];
        format!(" -> {}", self.rng.pick(&ACTIVATIONS))
    }

    /// A normalization. That of a sample needs more than two features: with two, they become ±1.
    fn norm(&mut self, width: usize) -> (String, usize) {
        let layer = if width > 2 && self.rng.one_in(2) { "LayerNorm" } else { "BatchNorm" };
        (format!(" -> {layer}"), width)
    }

    /// A user-defined layer.
    fn own(&mut self, width: usize) -> (String, usize) {
        if self.rng.one_in(2) {
            return (format!(" -> PRelu({})", self.written(width)), width);
        }
        let outputs = self.width();
        (format!(" -> Glu({}, {})", self.written(width), self.written(outputs)), outputs)
    }

    /// A value as an image or a signal, with layers that see its shape, and as features again.
    fn image(&mut self, width: usize) -> (String, usize) {
        let axes = *self.rng.pick(&[1, 2, 2]);
        let mut channels = 1 + self.rng.below(3);
        let mut area: Vec<usize> = (0..axes).map(|_| 2 + self.rng.below(2)).collect();
        let features = channels * area.iter().product::<usize>();
        let mut text = self.affine_to(width, features);
        let dims: Vec<String> = area.iter().map(ToString::to_string).collect();
        text += &format!(" -> Reshape({channels}, {})", dims.join(", "));
        // Two dimensions are those of a signal after a layer along one axis.
        text += &self.convolution(&mut channels, &mut area);
        for _ in 0..self.rng.below(4) {
            text += &self.image_layer(&mut channels, &mut area);
        }
        if self.rng.one_in(3) {
            return (text + " -> GlobalAvgPool", channels);
        }
        (text + " -> Flatten", channels * area.iter().product::<usize>())
    }

    fn image_layer(&mut self, channels: &mut usize, area: &mut [usize]) -> String {
        let numbers = *channels * area.iter().product::<usize>();
        let axes = area.len();
        match self.rng.below(12) {
            0..=2 => self.convolution(channels, area),
            3 if axes == 2 && numbers < 20 => self.transposed(channels, area),
            4..=5 if area.iter().all(|size| *size > 1) => {
                let stride = 1 + self.rng.below(2);
                area.iter_mut().for_each(|size| *size = (*size - 2) / stride + 1);
                let kind = self.rng.pick(&["Max", "Avg"]);
                format!(" -> {kind}Pool{axes}d(2, stride = {stride})")
            }
            6..=7 if numbers > 2 => {
                let groups = if channels.is_multiple_of(2) && numbers > 4 { 2 } else { 1 };
                let group = format!("GroupNorm({groups})");
                let norms = ["BatchNorm", "LayerNorm", &group];
                format!(" -> {}", self.rng.pick(&norms))
            }
            8 if numbers < 13 => {
                area.iter_mut().for_each(|size| *size *= 2);
                " -> Upsample(2)".to_owned()
            }
            9 => {
                let (name, act) = (self.new_name("image_"), self.activation());
                let filters = self.written_exactly(*channels);
                format!(" -> {name}: Conv{axes}d({filters}, 3, padding = same){act} -> {name}")
            }
            10 => " -> Dropout2d(0.25)".to_owned(),
            _ => self.activation(),
        }
    }

    /// A convolution with some of its settings.
    fn convolution(&mut self, channels: &mut usize, area: &mut [usize]) -> String {
        let axes = area.len();
        let least = area.iter().copied().min().unwrap_or(1);
        let kernel = 1 + self.rng.below(least.min(3));
        let padding = self.rng.below(2);
        let stride = 1 + self.rng.below(2);
        let groups = if self.rng.one_in(3) { *channels } else { 1 };
        let filters = groups * (1 + self.rng.below(if groups > 1 { 2 } else { 4 }));
        area.iter_mut().for_each(|size| *size = (*size + 2 * padding - kernel) / stride + 1);
        *channels = filters;
        let bias = if self.rng.one_in(3) { ", bias = false" } else { "" };
        let filters = self.written_exactly(filters);
        format!(
            " -> Conv{axes}d({filters}, {kernel}, stride = {stride}, padding = {padding}, \
             groups = {groups}{bias})"
        )
    }

    fn transposed(&mut self, channels: &mut usize, area: &mut [usize]) -> String {
        let (kernel, stride) = (1 + self.rng.below(3), 1 + self.rng.below(2));
        let more = self.rng.below(stride);
        let groups = if self.rng.one_in(3) { *channels } else { 1 };
        *channels = groups * (1 + self.rng.below(2));
        area.iter_mut().for_each(|size| *size = (*size - 1) * stride + kernel + more);
        format!(
            " -> ConvTranspose2d({channels}, {kernel}, stride = {stride}, \
             output_padding = {more}, groups = {groups})"
        )
    }

    /// A size, sometimes as an expression whose value the macro knows.
    fn written_exactly(&mut self, size: usize) -> String {
        if self.rng.one_in(4) { format!("{size} * 1") } else { size.to_string() }
    }

    /// Repeated layers, one of which sometimes has a name.
    fn repeated(&mut self, width: usize) -> (String, usize) {
        let affine = self.affine_to(width, width);
        let affine = affine.trim_start_matches(" -> ");
        let label = match self.rng.one_in(2) {
            true => format!("{}: ", self.new_name("turn_")),
            false => String::new(),
        };
        let act = self.activation();
        let again =
            self.layers.iter().find(|layer| (layer.inputs, layer.outputs) == (width, width));
        let again = again.map(|layer| format!(" -> {}", layer.name)).unwrap_or_default();
        let count = 1 + self.rng.below(3);
        (format!(" -> repeat {count} {{ {label}{affine}{act}{again} }}"), width)
    }

    /// A network as a layer, which can be used again.
    fn network(&mut self, width: usize) -> (String, usize) {
        if self.networks.is_empty() {
            return self.named(width);
        }
        let network = self.rng.pick(&self.networks).clone();
        let before = match network.inputs == width {
            true => String::new(),
            false => self.affine_to(width, network.inputs),
        };
        let name = self.new_name("net_");
        let text = format!("{before} -> {name}: {}", network.name);
        self.layers.push(Named { name, ..network.clone() });
        (text, network.outputs)
    }

    /// A named layer, which can be used again.
    fn named(&mut self, inputs: usize) -> (String, usize) {
        let outputs = if self.rng.one_in(2) { inputs } else { self.width() };
        let (layer, outputs) = match self.rng.below(8) {
            0..=2 => (self.affine_to(inputs, outputs), outputs),
            3..=4 => self.norm(inputs),
            5..=6 => self.own(inputs),
            _ => (self.activation(), inputs),
        };
        let name = self.new_name("layer_");
        let text = format!(" -> {name}: {}", layer.trim_start_matches(" -> "));
        self.layers.push(Named { name, inputs, outputs });
        (text, outputs)
    }

    /// Another use of a named layer.
    fn again(&mut self, width: usize) -> (String, usize) {
        if self.layers.is_empty() {
            return self.named(width);
        }
        let layer = self.rng.pick(&self.layers).clone();
        let before = match layer.inputs == width {
            true => String::new(),
            false => self.affine_to(width, layer.inputs),
        };
        (format!("{before} -> {}", layer.name), layer.outputs)
    }

    /// A loss for each output, with weights.
    fn losses(&mut self, widths: &[usize]) -> String {
        const WEIGHTS: [&str; 4] = ["", "", "0.5 * ", "2 * "];
        let heads: Vec<String> = widths
            .iter()
            .map(|&width| {
                let weight = *self.rng.pick(&WEIGHTS);
                format!("{weight}{}", self.loss(width, true))
            })
            .collect();
        format!("({})", heads.join(", "))
    }

    fn loss(&mut self, outputs: usize, is_one: bool) -> String {
        match self.rng.below(7) {
            0 => "IdentityWithLoss".to_owned(),
            1 => "BinaryCrossEntropy".to_owned(),
            2 => "Huber".to_owned(),
            3 => "Huber(0.4)".to_owned(),
            _ if outputs < 2 || !is_one => "IdentityWithLoss".to_owned(),
            4 => "SoftmaxWithLoss".to_owned(),
            5 => "SoftmaxWithLoss(smoothing = 0.2)".to_owned(),
            _ => {
                let weights: Vec<String> =
                    (0..outputs).map(|class| format!("{}.5", class % 3)).collect();
                format!("SoftmaxWithLoss(weights = [{}])", weights.join(", "))
            }
        }
    }
}

/// The contents of `networks.rs`.
pub(crate) fn file(networks: &[Declared]) -> String {
    let mut text = String::from(
        "//! Random networks, written by `generator.rs`: see `network_random.rs`.\n\n\
         use chainrule::network;\n\n\
         use super::my::{Glu, PRelu};\n\
         use super::{Case, Passes, Softsign};\n\n",
    );
    for width in 2..=12 {
        let name = format!("N{width}");
        let mut words = networks.iter().flat_map(|network| &network.bodies);
        if words.any(|body| body.contains(&name)) {
            _ = writeln!(text, "const {name}: usize = {width};");
        }
    }
    for body in networks.iter().flat_map(|network| &network.bodies) {
        _ = writeln!(text, "\nnetwork! {{");
        for line in body.lines() {
            _ = writeln!(text, "    {line}");
        }
        _ = writeln!(text, "}}");
    }
    text +=
        "\n/// All networks.\n#[rustfmt::skip]\npub(crate) fn cases() -> Vec<Case> {\n    vec![\n";
    for Declared { name, is_same_in_prediction, .. } in networks {
        _ = writeln!(
            text,
            "        Case {{ name: {name:?}, is_same_in_prediction: {is_same_in_prediction}, \
             passes: Passes::of::<{name}<f64>>() }},"
        );
    }
    text += "    ]\n}\n";
    text
}
