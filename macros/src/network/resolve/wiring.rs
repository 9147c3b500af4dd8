//! Flows to nodes: which value is the input of which layer. A chain is a single flow from the input
//! to the outputs. A network with named values has several flows, and can read each named value
//! more than once.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::input::{input_size, is_input, read_shape, take_input};
use super::layer::resolve_layer;
use super::lookup::no_parentheses;
use super::loss;
use super::names::Names;
use crate::common::report::Report;
use crate::common::spelling::is_like;
use crate::common::tokens::source;
use crate::network::model::{
    Input, Join, Layer, Losses, Model, Node, Operand, Operation, Reshape, Source, View,
};
use crate::network::parameters::Parameters;
use crate::network::registry::{self, Role, SequenceKind};
use crate::network::size::Size;
use crate::network::syntax::ast::Arguments;
use crate::network::syntax::ast::{Call, Chain, Kind, RepeatCopy, Segment};
use crate::network::syntax::block::{Block, InputSize, Line};
use crate::network::syntax::declaration::Head;
use crate::network::syntax::flow::{Combine, Flow, Value};

/// The nodes so far.
struct Wiring<'a> {
    layers: Vec<Layer>,
    nodes: Vec<Node>,
    reshapes: Vec<Reshape>,
    names: Names,
    /// The name of the declaration, and its parameters.
    name: Option<Ident>,
    parameters: Parameters,
    /// Whether it declares a layer, not a network.
    is_layer: bool,
    /// The layers by name.
    known_layers: HashMap<String, usize>,
    /// The values by name.
    values: HashMap<String, Named>,
    /// The names of values that are defined later.
    later: Vec<String>,
    /// The names that each `let` reads.
    reads: HashMap<String, Vec<String>>,
    /// The names of all labeled layers, including later ones.
    later_layers: HashSet<String>,
    /// The name that the current line defines.
    current: Option<String>,
    /// Whether every value is known, so that unused values can be reported.
    is_complete: bool,
    report: &'a mut Report,
}

/// A named value.
struct Named {
    name: Ident,
    operand: Operand,
    is_read: bool,
}

/// An operand for a value that could not be resolved.
const MISTAKE: Operand = Operand { source: Source::Mistake, name: None, view: None, lengths: None };

/// Resolves a chain.
pub(crate) fn chain(chain: Chain, head: Option<Head>, report: &mut Report) -> Model {
    let Chain { mut segments, end_is_reported } = chain;
    let is_silent = end_is_reported || segments.iter().any(|segment| segment.call.is_none());
    let calls = segments.iter().filter_map(|segment| segment.call.as_ref());
    let underlined = calls.clone().next_back().map(|call| call.tokens.clone());
    let place = calls.clone().next().map_or_else(Span::mixed_site, |call| call.path.span());
    let begins_with_mistake =
        segments.first().is_none_or(|segment| segment.call.as_ref().is_none_or(is_input));
    let input = take_input(&mut segments, &parameters_of(&head), report);
    let losses = match kind_of(&head) {
        Kind::Network => loss::take(&mut segments, end_is_reported, report),
        Kind::Layer => {
            loss::reject(&mut segments, report);
            None
        }
    };
    if let Some(losses) = &losses {
        loss::check_count(losses, 1, report);
    }
    if let (true, false, Some(tokens)) = (segments.is_empty(), is_silent, underlined) {
        let message = match kind_of(&head) {
            Kind::Network => {
                "missing layer before the loss\n\
                 help: write one, for example `Affine(784, 10) => SoftmaxWithLoss`"
            }
            Kind::Layer => "missing layer after the input\nhelp: write one, for example `Relu`",
        };
        report.error(tokens, message);
    }
    let mut wiring = Wiring::new(&segments.iter().collect::<Vec<_>>(), &head, report);
    let begin = Operand { source: Source::Input, name: None, view: None, lengths: None };
    let output = wiring.through(segments, begin);
    let Wiring { layers, nodes, reshapes, names, .. } = wiring;
    Model {
        head,
        place,
        inputs: Vec::new(),
        input,
        begins_with_mistake,
        layers,
        nodes,
        reshapes,
        outputs: vec![output],
        unknown_layers: names.unknown_layers,
        losses,
        values: Vec::new(),
        lines: Vec::new(),
    }
}

/// Resolves a network with named values.
pub(crate) fn block(block: Block, head: Option<Head>, report: &mut Report) -> Model {
    let Block { lines, outputs, end_is_reported, lacks_lines, written } = block;
    let place = written.first().map_or_else(Span::mixed_site, |line| line.span());
    let flows = lines.iter().filter_map(|line| match line {
        Line::Let { flow, .. } => Some(flow),
        Line::Input { .. } => None,
    });
    let segments: Vec<&Segment> = flows.chain(&outputs).flat_map(Flow::all_segments).collect();
    let mut wiring = Wiring::new(&segments, &head, report);
    wiring.later = lines.iter().filter_map(|line| Some(line.name()?.unraw().to_string())).collect();
    wiring.reads = lines
        .iter()
        .filter_map(|line| match line {
            Line::Let { name, flow } => {
                let reads = flow.names().iter().map(|name| name.unraw().to_string()).collect();
                Some((name.as_ref()?.unraw().to_string(), reads))
            }
            Line::Input { .. } => None,
        })
        .collect();
    let inputs = wiring.inputs(&lines);
    if matches!(kind_of(&head), Kind::Layer) {
        inputs.iter().for_each(|input| wiring.takes_numbers(input));
    }
    for line in lines {
        if let Line::Let { name, mut flow } = line {
            wiring.current = name.as_ref().map(|name| name.unraw().to_string());
            loss::report_losses(&mut flow.segments, wiring.report);
            let operand = wiring.flow(flow);
            wiring.give_name(name, operand);
        }
    }
    wiring.current = None;
    wiring.is_complete &= outputs.is_some() && !lacks_lines;
    let (outputs, losses) = match (outputs, kind_of(&head)) {
        (Some(flow), Kind::Network) => wiring.outputs(flow, end_is_reported),
        (Some(flow), Kind::Layer) => (vec![wiring.output(flow)], None),
        (None, _) => (vec![MISTAKE], None),
    };
    if wiring.is_complete {
        wiring.check_read();
    }
    let Wiring { layers, nodes, reshapes, names, values, .. } = wiring;
    let sizes: Option<Vec<Size>> = inputs.iter().map(|input| input.size.clone()).collect();
    let input = sizes.filter(|sizes| !sizes.is_empty()).map(Size::sum);
    Model {
        head,
        place,
        inputs,
        begins_with_mistake: input.is_none(),
        input,
        layers,
        nodes,
        reshapes,
        outputs,
        unknown_layers: names.unknown_layers,
        losses,
        values: named_nodes(values),
        lines: written.iter().map(source).collect(),
    }
}

/// What is declared.
fn kind_of(head: &Option<Head>) -> Kind {
    head.as_ref().map_or(Kind::Network, |head| head.kind)
}

/// The parameters of a declaration.
fn parameters_of(head: &Option<Head>) -> Parameters {
    head.as_ref().map_or_else(Parameters::default, |head| head.parameters.clone())
}

/// The names of nodes, in the order of the nodes.
fn named_nodes(values: HashMap<String, Named>) -> Vec<(Ident, usize)> {
    let node = |value: Named| match value.operand.source {
        Source::Node(node) => Some((value.name, node)),
        Source::Input | Source::Mistake => None,
    };
    let mut named: Vec<_> = values.into_values().filter_map(node).collect();
    named.sort_by_key(|(name, node)| (*node, name.to_string()));
    named
}

/// The name that a layer is given, if any.
fn label<'s>(segment: &&'s Segment) -> Option<&'s Ident> {
    segment.call.as_ref()?.name.as_ref()
}

/// Returns whether a layer is in a `repeat`.
fn is_repeated(segment: &&&Segment) -> bool {
    segment.call.as_ref().is_some_and(|call| call.turn.is_some())
}

/// Returns whether the first layer is an attention, which can read two sequences.
fn is_attended(segments: &[Segment]) -> bool {
    let call = segments.first().and_then(|segment| segment.call.as_ref());
    call.is_some_and(|call| call.map.is_none() && call.path.is_ident("Attention"))
}

/// Two outputs in parentheses are the two sequences of an attention if one follows.
fn as_pair(value: Value, segments: &[Segment]) -> Value {
    match value {
        Value::Combine(Combine::Outputs, flows, written)
            if flows.len() == 2 && is_attended(segments) =>
        {
            Value::Combine(Combine::Pair, flows, written)
        }
        value => value,
    }
}

/// Returns whether a layer reads the lengths of a padded sequence. What is computed from the first step
/// to the last needs none: it is the same within the length, whatever follows.
fn reads_lengths(layer: &Layer) -> bool {
    let Role::Sequence(kind) = layer.spec.role else { return false };
    match kind {
        SequenceKind::OverTime | SequenceKind::Reverse => true,
        SequenceKind::Attention => layer.spec.name == "Attention",
        SequenceKind::Embedding
        | SequenceKind::Positions
        | SequenceKind::SinusoidalPositions
        | SequenceKind::Recurrent { .. } => false,
    }
}

impl<'a> Wiring<'a> {
    /// Creates the state for a network with these layers, in source order.
    fn new(segments: &[&Segment], head: &Option<Head>, report: &'a mut Report) -> Wiring<'a> {
        let labels = segments.iter().filter_map(label);
        let repeated = segments.iter().filter(is_repeated).filter_map(label);
        Wiring {
            layers: Vec::new(),
            nodes: Vec::new(),
            reshapes: Vec::new(),
            names: Names::new(repeated),
            name: head.as_ref().and_then(|head| head.name.clone()),
            parameters: parameters_of(head),
            is_layer: matches!(kind_of(head), Kind::Layer),
            known_layers: HashMap::new(),
            values: HashMap::new(),
            later: Vec::new(),
            reads: HashMap::new(),
            later_layers: labels.map(|name| name.unraw().to_string()).collect(),
            current: None,
            is_complete: true,
            report,
        }
    }

    /// Resolves the inputs. A single one is the network's input; several are parts of it.
    fn inputs(&mut self, lines: &[Line]) -> Vec<Input> {
        let inputs: Vec<_> = lines
            .iter()
            .filter_map(|line| match line {
                Line::Input { name, size } => Some((name, size)),
                Line::Let { .. } => None,
            })
            .collect();
        // The input that each one has the lengths of.
        let of: Vec<Option<usize>> =
            inputs.iter().map(|(_, size)| self.lengths_of(size.as_ref()?, &inputs)).collect();
        let lengths_of = |at: usize| of.iter().position(|other| *other == Some(at));
        let mut named: Vec<Input> = Vec::new();
        for (at, (name, size)) in inputs.iter().enumerate() {
            let Some(name) = name else { continue };
            let size = size.as_ref().and_then(|size| match (&size.lengths_of, of[at]) {
                (None, _) => {
                    input_size(size, name.to_token_stream(), &self.parameters, self.report)
                }
                (Some(_), of) => {
                    let of = inputs[of?].1.as_ref()?;
                    let mut silent = Report::default();
                    let of = input_size(of, TokenStream::new(), &self.parameters, &mut silent)?;
                    of.steps().map(|steps| Size::length(&steps))
                }
            });
            let source = if inputs.len() == 1 {
                Source::Input
            } else {
                let operand =
                    Operand { source: Source::Input, name: None, view: None, lengths: None };
                self.node(Operation::Part(at), vec![operand], name.to_token_stream()).source
            };
            let operand =
                Operand { source, name: Some(name.clone()), view: None, lengths: lengths_of(at) };
            self.give_name(Some(name.clone()), operand);
            // Lengths are read by the layers of the sequence.
            let has_lengths = inputs[at].1.as_ref().is_some_and(|size| size.lengths_of.is_some());
            if let (true, Some(value)) =
                (has_lengths, self.values.get_mut(&name.unraw().to_string()))
            {
                value.is_read = true;
            }
            named.push(Input { name: name.clone(), size, lengths_of: of[at] });
        }
        named
    }

    /// Reports an input of a layer that is not numbers: only the inputs of a network are checked.
    fn takes_numbers(&mut self, input: &Input) {
        let is_indices = input.size.as_ref().is_some_and(|size| size.below().is_some());
        let (what, layers) = match (input.lengths_of, is_indices) {
            (Some(_), _) => ("lengths", "a padded sequence"),
            (None, true) => ("indices", "indices"),
            (None, false) => return,
        };
        let message = format!(
            "{what} are an input of a network, found in a layer\n\
             help: write the layers that read {layers} in the network"
        );
        self.report.error(&input.name, message);
    }

    /// The input whose lengths an input has. Reports an input that is not a sequence.
    fn lengths_of(
        &mut self,
        size: &InputSize,
        inputs: &[(&Option<Ident>, &Option<InputSize>)],
    ) -> Option<usize> {
        let of = size.lengths_of.as_ref()?;
        let is_it = |(name, _): &(&Option<Ident>, &Option<InputSize>)| name.as_ref() == Some(of);
        let found = inputs.iter().position(is_it);
        let size = found.and_then(|at| inputs[at].1.as_ref());
        let is_sequence = size.is_some_and(|size| match &size.below {
            Some(_) => size.sizes.len() == 1,
            None => size.sizes.len() == 2,
        });
        if is_sequence {
            return found;
        }
        let message = match found {
            Some(_) => format!(
                "`{of}` is not a sequence, and has no lengths\n\
                 help: declare `input {of}: [64, 8];`, or indices, `input {of}: [64] of 65;`"
            ),
            None => {
                let title = of.unraw().to_string();
                let mut names = inputs.iter().filter_map(|(name, _)| name.as_ref());
                let help = match names.find(|name| is_like(&title, &name.unraw().to_string())) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => "write the name of the padded input, such as `input text: [64] of 65;`"
                        .to_owned(),
                };
                format!("cannot find input `{of}`\nhelp: {help}")
            }
        };
        self.report.error(of, message);
        None
    }

    fn node(
        &mut self,
        operation: Operation,
        operands: Vec<Operand>,
        tokens: TokenStream,
    ) -> Operand {
        let lengths = operands.iter().find_map(|operand| operand.lengths);
        self.nodes.push(Node { operation, operands, tokens, turn: None });
        Operand { source: Source::Node(self.nodes.len() - 1), name: None, view: None, lengths }
    }

    /// Defines the name of a value.
    fn give_name(&mut self, name: Option<Ident>, operand: Operand) {
        let Some(name) = name else { return };
        let title = name.unraw().to_string();
        if self.parameters.place(&name).is_some() {
            let message = format!(
                "`{title}` is a parameter of the layer\n\
                 help: choose another name, for example `{title}_`"
            );
            self.report.error(&name, message);
        }
        if let Some(at) = self.later.iter().position(|later| *later == title) {
            self.later.remove(at);
        }
        if self.values.contains_key(&title) {
            let message = format!(
                "duplicate value `{title}`\nhelp: choose another name, for example `{title}_`"
            );
            self.report.error(&name, message);
            return;
        }
        let operand = Operand { name: Some(name.clone()), ..operand };
        self.values.insert(title, Named { name, operand, is_read: false });
    }

    fn flow(&mut self, flow: Flow) -> Operand {
        if let Value::Combine(Combine::Pair, _, written) = &flow.value
            && !is_attended(&flow.segments)
        {
            let found = source(written);
            let message = format!(
                "expected one value, found `{found}`\n\
                 help: write `concat{found}`, or add them"
            );
            self.report.error(written, message);
            self.is_complete = false;
            return MISTAKE;
        }
        let begin = self.value(flow.value);
        self.through(flow.segments, begin)
    }

    fn value(&mut self, value: Value) -> Operand {
        match value {
            Value::Name(name) => self.read(&name),
            Value::Inner(flow) => self.flow(*flow),
            Value::Combine(combine, flows, tokens) => self.combine(combine, flows, tokens),
            Value::Mistake => {
                self.is_complete = false;
                MISTAKE
            }
        }
    }

    fn combine(&mut self, combine: Combine, flows: Vec<Flow>, tokens: TokenStream) -> Operand {
        let written: Option<Vec<TokenStream>> = flows.iter().map(Flow::written).collect();
        let flows = flows.into_iter().map(|mut flow| {
            loss::report_losses(&mut flow.segments, self.report);
            flow
        });
        let flows: Vec<_> = flows.collect();
        let mut operands: Vec<Operand> = flows.into_iter().map(|flow| self.flow(flow)).collect();
        let operation = match combine {
            Combine::Sum => Operation::Sum,
            Combine::Product => Operation::Product,
            Combine::Concat | Combine::Outputs => {
                return self.node(Operation::Concat, operands, tokens);
            }
            Combine::Pair => {
                let [query, memory] = &operands[..] else { return MISTAKE };
                let (padded, lengths) = (memory.lengths, query.lengths);
                let join = if padded.is_some() { Join::PaddedMemory } else { Join::Memory };
                operands.extend(padded.map(|input| self.input_part(input)));
                let operand = self.node(Operation::Join(join), operands, tokens);
                return Operand { lengths, ..operand };
            }
        };
        // The joins are nested from the left.
        let mut rest = operands.split_off(1).into_iter();
        let first = operands.remove(0);
        let (count, mut joined) = (rest.len() + 1, 1);
        rest.try_fold(first, |left, right| {
            joined += 1;
            let tokens = match written.as_ref().filter(|_| joined < count) {
                Some(written) if operation == Operation::Sum => {
                    let operands = &written[..joined];
                    quote!(#(#operands)+*)
                }
                Some(written) => {
                    let (first, others) = (&written[0], &written[1..joined]);
                    quote!(#first #(* #others)*)
                }
                None => tokens.clone(),
            };
            Some(self.node(operation, vec![left, right], tokens))
        })
        .unwrap_or(MISTAKE)
    }

    /// Returns whether the definition of a value uses another, itself or by the values that it reads.
    fn uses(&self, value: &str, other: &str) -> bool {
        let (mut open, mut seen) = (vec![value], HashSet::new());
        while let Some(value) = open.pop() {
            let reads = self.reads.get(value).map_or(&[][..], Vec::as_slice);
            if reads.iter().any(|read| read == other) {
                return true;
            }
            open.extend(reads.iter().map(String::as_str).filter(|read| seen.insert(*read)));
        }
        false
    }

    /// Resolves a value by name.
    fn read(&mut self, name: &Ident) -> Operand {
        let title = name.unraw().to_string();
        if let Some(value) = self.values.get_mut(&title) {
            value.is_read = true;
            return Operand { name: Some(name.clone()), ..value.operand.clone() };
        }
        self.is_complete = false;
        let message = if self.current.as_ref() == Some(&title) {
            format!(
                "`{title}` is used in its own definition\n\
                 help: use a value from above, or choose another name"
            )
        } else if let Some(current) = self.current.as_ref().filter(|now| self.uses(&title, now)) {
            format!(
                "`{title}` is used before its definition, which uses `{current}`\n\
                 help: use a value from above: a network has no loops"
            )
        } else if self.later.contains(&title) {
            format!("`{title}` is used before its definition\nhelp: move its line above this one")
        } else if self.known_layers.contains_key(&title) {
            format!(
                "expected a value, found layer `{title}`\n\
                 help: pass a value through it, for example `x -> {title}`"
            )
        } else {
            let known = self.values.keys().filter(|known| is_like(&title, known)).min();
            let repair = match known {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("add `let {title} = …;` or `input {title}: [784];` above"),
            };
            format!("cannot find value `{title}`\nhelp: {repair}")
        };
        self.report.error(name, message);
        MISTAKE
    }

    /// Passes a value through layers.
    fn through(&mut self, segments: Vec<Segment>, begin: Operand) -> Operand {
        segments.into_iter().fold(begin, |operand, segment| match segment.call {
            Some(call) => self.layer(call, operand),
            None => MISTAKE,
        })
    }

    /// Passes a value through a layer, which may be one that was declared before.
    fn layer(&mut self, call: Call, operand: Operand) -> Operand {
        if let Some(known) = self.known(&call) {
            return self.layer_node(Operation::Again(known), operand, call.tokens, call.turn);
        }
        if is_input(&call) {
            let message = "`Input` is not supported in a network with lines\n\
                           help: write `input x: [784];` above, and begin with `x`";
            self.report.error(&call.tokens, message);
            return operand;
        }
        if self.reject_misuse(&call) || self.reject_recursion(&call) {
            return MISTAKE;
        }
        if let Some(operand) = self.reshaped(&call, &operand) {
            return operand;
        }
        let (tokens, turn) = (call.tokens.clone(), call.turn);
        let layer = resolve_layer(call, &mut self.names, &self.parameters, self.report);
        let Some(layer) = layer else {
            return MISTAKE;
        };
        let at = self.layers.len();
        self.check_carries(&layer, &operand);
        self.known_layers.insert(layer.title(), at);
        self.layers.push(layer);
        self.layer_node(Operation::Layer(at), operand, tokens, turn)
    }

    /// Reports a state that is carried where it cannot be: from a layer, whose memory is not kept, and
    /// from samples that end before the last step.
    fn check_carries(&mut self, layer: &Layer, operand: &Operand) {
        let (found, help) = match (layer.carries, operand.lengths) {
            (true, _) if self.is_layer => ("in a layer", "write this line in the network"),
            (true, Some(_)) => ("on a padded sequence", "remove `carry = true`"),
            _ => return,
        };
        let message = format!(
            "`{}` carries its state from batch to batch, found {found}\nhelp: {help}",
            layer.call.source()
        );
        self.report.error(&layer.call.tokens, message);
    }

    /// `Flatten` and `Reshape(…)`, which compute nothing: the same value in another shape.
    fn reshaped(&mut self, call: &Call, operand: &Operand) -> Option<Operand> {
        let view = if call.path.is_ident("Flatten") {
            if let Arguments::Given(sizes) = &call.arguments
                && !no_parentheses(call, self.report)
                && !sizes.is_empty()
            {
                self.report.error(&call.tokens, "`Flatten` takes no sizes\nhelp: write `Flatten`");
            }
            View::Flat
        } else if call.path.is_ident("Reshape") {
            let size = read_shape(call, "Reshape", &self.parameters, self.report);
            let (operand, tokens) = (operand.clone(), call.tokens.clone());
            self.reshapes.push(Reshape { operand, size, tokens });
            View::Reshaped(self.reshapes.len() - 1)
        } else {
            return None;
        };
        if operand.lengths.is_some() {
            let message = format!(
                "`{}` reads all steps of a padded sequence, also those beyond its length\n\
                 help: write `Last`, `Mean` or `Max`",
                call.source()
            );
            self.report.error(&call.tokens, message);
        }
        if let Some(name) = &call.name {
            let message =
                format!("`{0}` is not a layer and has no name\nhelp: write `{0}`", call.source());
            self.report.error(name, message);
        }
        Some(Operand { view: Some(view), lengths: None, ..operand.clone() })
    }

    fn layer_node(
        &mut self,
        operation: Operation,
        mut operand: Operand,
        tokens: TokenStream,
        turn: Option<RepeatCopy>,
    ) -> Operand {
        let (Operation::Layer(layer) | Operation::Again(layer)) = operation else { return MISTAKE };
        let lengths = operand.lengths;
        let mut join = match operand.source {
            Source::Node(node) => match self.nodes[node].operation {
                Operation::Join(join) => Some(join),
                _ => None,
            },
            _ => None,
        };
        if let (Some(lengths), None) = (lengths, join)
            && reads_lengths(&self.layers[layer])
        {
            join = Some(Join::Lengths);
            let part = self.input_part(lengths);
            let joined = vec![operand, part];
            operand = self.node(Operation::Join(Join::Lengths), joined, quote!(with lengths));
        }
        if !self.fits_join(operation, join, lengths.is_some(), &tokens) {
            return MISTAKE;
        }
        self.layers[layer].join = join;
        self.nodes.push(Node { operation, operands: vec![operand], tokens, turn });
        let is_sequence =
            !matches!(self.layers[layer].spec.role, Role::Sequence(SequenceKind::OverTime));
        Operand {
            source: Source::Node(self.nodes.len() - 1),
            name: None,
            view: None,
            lengths: lengths.filter(|_| is_sequence),
        }
    }

    /// The value of one of several inputs, whose nodes are the first ones.
    fn input_part(&self, input: usize) -> Operand {
        Operand { source: Source::Node(input), name: None, view: None, lengths: None }
    }

    /// Reports a layer that cannot read a padded sequence, or is used with and without lengths or a
    /// memory.
    fn fits_join(
        &mut self,
        operation: Operation,
        join: Option<Join>,
        is_padded: bool,
        tokens: &TokenStream,
    ) -> bool {
        let (Operation::Layer(at) | Operation::Again(at)) = operation else { return true };
        let layer = &self.layers[at];
        let name = layer.describe();
        let message = if is_padded && matches!(layer.spec.role, Role::Custom) {
            format!(
                "`{name}` reads a padded sequence, whose lengths it does not know\n\
                 help: write its layers here, or give it one value, after `Last`, `Mean` or `Max`"
            )
        } else if matches!(operation, Operation::Again(_))
            && (layer.join != join || matches!(join, Some(Join::Memory | Join::PaddedMemory)))
        {
            format!(
                "`{name}` is used with another memory, or without lengths\n\
                 help: define another layer"
            )
        } else {
            return true;
        };
        self.report.error(tokens, message);
        self.is_complete = false;
        false
    }

    /// Rejects a call that misuses the name of an existing layer.
    fn reject_misuse(&mut self, call: &Call) -> bool {
        // Copies of a repeated layer are treated like the first.
        let is_candidate = call.map.is_none() && call.is_first();
        let Some(word) = call.ident().filter(|_| is_candidate) else { return false };
        let title = word.unraw().to_string();
        if registry::find(&title).is_some() {
            return false;
        }
        let is_bare = matches!(call.arguments, Arguments::Absent);
        // `Part: Part` names a network after its type.
        let is_named_so = call.name.as_ref().is_some_and(|name| name == word);
        let message = if self.known_layers.contains_key(&title) {
            match &call.name {
                Some(name) => format!(
                    "layer `{title}` cannot have a second name, `{name}`\nhelp: remove `{name}:`"
                ),
                None => format!(
                    "layer `{title}` is already defined\nhelp: write `{title}` to use it again"
                ),
            }
        } else if self.known_layers.contains_key(&format!("{title}1")) && is_bare {
            format!(
                "cannot find layer `{title}`: layers of a `repeat` are numbered\n\
                 help: write `{title}1` for the first one"
            )
        } else if self.later_layers.contains(&title) && is_bare && !is_named_so {
            format!(
                "layer `{title}` is used before its definition\n\
                 help: move its definition here, and write `{title}` there"
            )
        } else {
            let known = self.known_layers.keys().filter(|known| is_like(&title, known)).min();
            let is_lower = title.starts_with(char::is_lowercase);
            match known {
                Some(known) if is_lower && is_bare => {
                    format!("cannot find layer `{title}`\nhelp: did you mean `{known}`?")
                }
                _ => return false,
            }
        };
        self.report.error(&call.tokens, message);
        true
    }

    /// Rejects the declaration in itself.
    fn reject_recursion(&mut self, call: &Call) -> bool {
        let is_itself = call.map.is_none()
            && self.name.as_ref().is_some_and(|name| call.path.is_ident(name))
            && registry::find(&source(&call.path)).is_none();
        if is_itself && call.is_first() {
            let message = format!(
                "`{}` contains itself\n\
                 help: repeat layers with `repeat 3 {{ … }}`, or write the name of another layer",
                source(&call.path)
            );
            self.report.error(&call.tokens, message);
        }
        is_itself
    }

    /// The existing layer that a call names, if any.
    fn known(&self, call: &Call) -> Option<usize> {
        let is_bare = matches!(call.arguments, Arguments::Absent);
        if !is_bare || call.name.is_some() || call.map.is_some() {
            return None;
        }
        self.known_layers.get(&call.ident()?.unraw().to_string()).copied()
    }

    /// The last line of a layer.
    fn output(&mut self, flow: Flow) -> Operand {
        let Flow { value, mut segments } = flow;
        let value = as_pair(value, &segments);
        loss::reject(&mut segments, self.report);
        let several = match &value {
            Value::Combine(Combine::Outputs, _, written) => Some(written.clone()),
            _ => None,
        };
        if let Some(written) = several {
            let message = format!(
                "a layer has one output, found `{0}`\nhelp: write `concat{0}`, or add them",
                source(&written)
            );
            self.report.error(written, message);
            self.is_complete = false;
            return MISTAKE;
        }
        let written = value.written();
        let begin = self.value(value);
        let output = self.through(segments, begin);
        if let (true, Some(written)) = (output.source == Source::Input, written) {
            let message = "the layer computes nothing\n\
                           help: pass its input through a layer, for example `x -> Relu`";
            self.report.error(written, message);
        }
        output
    }

    /// The last line.
    fn outputs(&mut self, flow: Flow, end_is_reported: bool) -> (Vec<Operand>, Option<Losses>) {
        let Flow { value, mut segments } = flow;
        let value = as_pair(value, &segments);
        if segments.is_empty() && !end_is_reported {
            if let Some(written) = value.written() {
                let message = format!(
                    "missing loss after `{}`\n\
                     help: add `=> SoftmaxWithLoss` for classification, or `=> IdentityWithLoss` \
                     for regression",
                    source(&written)
                );
                self.report.error(written, message);
            }
            return (vec![self.value(value)], None);
        }
        let losses = loss::take(&mut segments, end_is_reported, self.report);
        let has_layers = segments.iter().any(|segment| segment.call.is_some());
        let several = match &value {
            Value::Combine(Combine::Outputs, _, written) => Some(written.clone()),
            _ => None,
        };
        let begin = self.value(value);
        if let (Some(_), Some(Losses { heads, are_listed: false, .. }), false) =
            (&several, &losses, has_layers)
            && let Some(loss) = heads.iter().find(|loss| loss.spec.traits.needs_classes.is_some())
        {
            let message = format!(
                "`{0}` takes one output, found several\n\
                 help: write a loss for each, `=> ({0}, …)`, or `concat(…)` for one output",
                loss.call.source()
            );
            self.report.error(&loss.call.tokens, message);
        }
        if let (Some(written), true) = (&several, has_layers) {
            let found = source(written);
            let message = format!(
                "expected one value before the layers, found `{found}`\n\
                 help: write `concat{found}`, or add them"
            );
            self.report.error(written, message);
        }
        if self.layers.is_empty() && !has_layers && begin.source != Source::Mistake {
            let message = "missing layer before the loss\n\
                           help: write one, for example `x -> Affine(10) => SoftmaxWithLoss`";
            let losses = losses.as_ref().map(|losses| &losses.tokens);
            self.report.error(quote!(#losses), message);
        }
        let output = self.through(segments, begin);
        let combined = match output.source {
            Source::Node(node) if several.is_some() => self.nodes.get(node),
            _ => None,
        };
        let outputs = combined.map_or_else(|| vec![output.clone()], |node| node.operands.clone());
        if let [_, _, ..] = &outputs[..]
            && let Some(losses) = &losses
            && outputs.iter().any(|output| output.lengths.is_some())
        {
            let message = "one of several outputs is a padded sequence\n\
                           help: let it be the only output, or end it with `Last`, `Mean` or `Max`";
            self.report.error(losses.tokens.clone(), message);
        }
        if let (Some(losses), false) = (&losses, several.is_some() && has_layers) {
            loss::check_count(losses, outputs.len(), self.report);
        }
        (outputs, losses)
    }

    /// Reports unused values.
    fn check_read(&mut self) {
        let mut unread: Vec<_> = self.values.values().filter(|value| !value.is_read).collect();
        unread.sort_by_key(|value| match value.operand.source {
            Source::Input | Source::Mistake => 0,
            Source::Node(node) => node + 1,
        });
        for Named { name, operand, .. } in unread {
            if operand.source == Source::Mistake {
                continue;
            }
            let what = match operand.source {
                Source::Node(node) if !matches!(self.nodes[node].operation, Operation::Part(_)) => {
                    "value"
                }
                _ => "input",
            };
            let message = format!("unused {what} `{name}`\nhelp: use it or remove its line");
            self.report.error(name, message);
        }
    }
}
