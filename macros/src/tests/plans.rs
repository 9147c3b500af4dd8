//! The memory plan: every network's plan is correct, and the verifier detects errors in a plan.

use std::collections::BTreeMap;
use std::str::FromStr;

use proc_macro2::TokenStream;
use quote::quote;

use crate::common::report::Report;
use crate::network::codegen::network::Network;
use crate::network::plan::verify::{Fault, Violation, verify};
use crate::network::plan::{How, Node, Operation, Pass, Place, Plan, Source};
use crate::network::size::Size;
use crate::network::syntax::declaration;
use crate::network::{resolve, shape};

#[allow(dead_code, reason = "another test writes the networks to a file")]
#[path = "../../../tests/tests/network_random/generator.rs"]
mod generator;

/// A network with its plan.
struct Planned {
    text: String,
    nodes: Vec<Node>,
    input: Size,
    plan: Plan,
}

/// Plans a declaration.
fn planned(text: &str) -> Planned {
    let runtime = quote!(::chainrule);
    let mut report = Report::default();
    let tokens = TokenStream::from_str(text).expect("a declaration is tokens");
    let mut declarations = declaration::parse(tokens, &mut report).into_iter();
    let declaration = declarations.next().expect("a network is declared");
    let model = resolve::resolve(declaration, &mut report);
    let shapes = shape::infer(&runtime, &model, &mut report);
    assert!(report.into_mistakes().is_none(), "a mistake in `{text}`");
    let network = Network::new(&runtime, &model, &shapes).expect("a network without mistakes");
    let Network { nodes, input, plan, .. } = network;
    Planned { text: text.to_owned(), nodes, input, plan }
}

/// Random networks, and networks nested in them.
fn random(seeds: std::ops::Range<u64>) -> impl Iterator<Item = Planned> {
    let declared = seeds.flat_map(|seed| generator::network(seed).bodies);
    declared.map(|body| planned(&body))
}

impl Planned {
    /// The verifier's result for a mutated plan.
    fn violation(&self, broken: &Plan, what: &str) -> Violation {
        match verify(&self.nodes, &self.input, broken) {
            Ok(()) => panic!("{what}: not noticed in {}", self.text),
            Err(violation) => violation,
        }
    }
}

/// Mutates a plan in one place.
type Break = fn(&Planned) -> Vec<Plan>;

/// What is broken, how, and which faults the checker may report for it.
type Mutation = (&'static str, Break, fn(&Fault) -> bool);

/// Possible errors of a planner, with the fault that the verifier reports.
const MUTATIONS: &[Mutation] = &[
    ("a value dies one step early", dies_early, |fault| {
        matches!(fault, Fault::SharesMemory { .. } | Fault::Reads { .. })
    }),
    ("a step works in place of a value that is read later", in_place_of_live_value, |fault| {
        matches!(fault, Fault::Reads { .. } | Fault::NotInPlace { .. })
    }),
    ("a layer or a concatenation works in place", in_place_of_other_width, |fault| {
        matches!(fault, Fault::NotInPlace { .. })
    }),
    ("a step that could work in place does not", never_in_place, |fault| {
        matches!(fault, Fault::SharesMemory { .. })
    }),
    ("a result is stored in an operand's slot", result_in_operand, |fault| {
        matches!(fault, Fault::SharesMemory { .. })
    }),
    ("operands are swapped", swapped_operands, |fault| matches!(fault, Fault::Reads { .. })),
    ("a gradient is accumulated before it is assigned", accumulate_first, |fault| {
        matches!(
            fault,
            Fault::AccumulatedUnassigned { .. }
                | Fault::NoBuffer { .. }
                | Fault::SharesMemory { .. }
        )
    }),
    ("a gradient is assigned twice", assign_again, |fault| {
        matches!(fault, Fault::AssignedTwice { .. } | Fault::NoBuffer { .. })
    }),
    ("a gradient in place is copied to itself", assign_in_place, |fault| {
        matches!(fault, Fault::SharesMemory { .. } | Fault::NoBuffer { .. })
    }),
    ("a contribution is missing", missing_contribution, |fault| {
        matches!(fault, Fault::WrongNumberOfOperands { .. })
    }),
    ("a step back is missing", missing_step, |fault| {
        matches!(
            fault,
            Fault::Reads { .. }
                | Fault::WrongNumberOfSteps { .. }
                | Fault::Parameters { .. }
                | Fault::AccumulatedUnassigned { .. }
                | Fault::NoBuffer { .. }
        )
    }),
    ("a step forward is missing", missing_forward, |fault| {
        matches!(fault, Fault::Reads { .. } | Fault::WrongNumberOfSteps { .. })
    }),
    ("steps back are swapped", swapped_steps_back, |_| true),
    ("steps forward are swapped", swapped_steps_forward, |fault| {
        matches!(fault, Fault::Reads { .. } | Fault::NotComputed { .. })
    }),
    (
        "gradients of parameters are assigned and accumulated the other way round",
        parameters,
        |fault| matches!(fault, Fault::Parameters { .. }),
    ),
    ("a claim that values survive is wrong", survives, |fault| {
        matches!(fault, Fault::SurvivesBackward { .. } | Fault::Reads { .. })
    }),
    ("a condition is wrong", condition, |fault| matches!(fault, Fault::WrongCondition { .. })),
    ("outputs are copied to themselves, or not at all", copy_outputs, |fault| {
        matches!(fault, Fault::SharesMemory { .. } | Fault::Reads { .. })
    }),
    ("a slot is too narrow", narrow_slot, |fault| matches!(fault, Fault::TooNarrow { .. })),
    ("nothing is saved for the way back", nothing_saved, |fault| {
        matches!(fault, Fault::NoBuffer { .. })
    }),
    ("a prediction reads noise", reads_noise, |fault| {
        matches!(fault, Fault::NotComputed { .. } | Fault::Reads { .. })
    }),
];

/// One plan for each site where `change` can mutate the training pass of a network. `change`
/// receives indices, and returns false if there is no such site.
fn changed(of: &Planned, sites: usize, change: impl Fn(&mut Plan, usize) -> bool) -> Vec<Plan> {
    let plans = (0..sites).filter_map(|site| {
        let mut plan = of.plan.clone();
        change(&mut plan, site).then_some(plan)
    });
    plans.collect()
}

/// One plan for each mutation of a contribution.
fn contributions(of: &Planned, change: fn(&Planned, &mut Plan, usize, usize) -> bool) -> Vec<Plan> {
    let mut plans = Vec::new();
    for (at, step) in of.plan.training.backward.iter().enumerate() {
        plans.extend(changed(of, step.operands.len(), |plan, operand| {
            change(of, plan, at, operand)
        }));
    }
    plans
}

fn dies_early(of: &Planned) -> Vec<Plan> {
    let count = Pass::new(&of.nodes, &of.input, true).values.0.len();
    changed(of, count, |plan, value| {
        let mut pass = Pass::new(&of.nodes, &of.input, true);
        let lifetime = &mut pass.values.0[value];
        if lifetime.death == lifetime.birth {
            return false;
        }
        lifetime.death -= 1;
        let training = pass.placed(&of.nodes);
        let old = std::mem::replace(&mut plan.training, training);
        let new = &plan.training;
        let is_same = (&old.outputs, &old.gradients, &old.saved, &old.backward)
            == (&new.outputs, &new.gradients, &new.saved, &new.backward);
        !is_same
    })
}

fn in_place_of_live_value(of: &Planned) -> Vec<Plan> {
    changed(of, of.nodes.len(), |plan, at| {
        let step = &mut plan.training.forward[at];
        let node = &of.nodes[step.node];
        let is_free = step.in_place_operand.is_none() && is_elementwise(node);
        let Some(Source::Node(source)) = node.sources.first().filter(|_| is_free) else {
            return false;
        };
        step.in_place_operand = Some(0);
        plan.training.outputs[step.node] = plan.training.outputs[*source];
        true
    })
}

fn is_elementwise(node: &Node) -> bool {
    use Operation::{Activation, Product, Sum, TrainOnly};
    matches!(node.operation, Activation | TrainOnly | Sum | Product)
}

fn in_place_of_other_width(of: &Planned) -> Vec<Plan> {
    changed(of, of.nodes.len(), |plan, at| {
        let step = &mut plan.training.forward[at];
        step.in_place_operand = Some(0);
        !is_elementwise(&of.nodes[step.node])
    })
}

fn never_in_place(of: &Planned) -> Vec<Plan> {
    changed(of, of.nodes.len(), |plan, at| {
        plan.training.forward[at].in_place_operand.take().is_some()
    })
}

fn result_in_operand(of: &Planned) -> Vec<Plan> {
    changed(of, of.nodes.len(), |plan, at| {
        let step = &plan.training.forward[at];
        let is_free = step.in_place_operand.is_none();
        let Some(Source::Node(source)) = of.nodes[step.node].sources.first() else { return false };
        plan.training.outputs[step.node] = plan.training.outputs[*source];
        is_free
    })
}

fn swapped_operands(of: &Planned) -> Vec<Plan> {
    changed(of, 2 * of.nodes.len(), |plan, at| {
        let schedule = if at % 2 == 0 { &mut plan.training } else { &mut plan.inference };
        let sources = &mut schedule.sources[at / 2];
        let before = sources.clone();
        sources.reverse();
        let is_noise = |source: &Source| matches!(source, Source::Node(node) if of.nodes[*node].operation == Operation::TrainOnly);
        // In a prediction, a value and noise on it are equal.
        *sources != before && !of.nodes[at / 2].sources.iter().any(is_noise)
    })
}

fn accumulate_first(of: &Planned) -> Vec<Plan> {
    contributions(of, |of, plan, at, operand| {
        let step = &mut plan.training.backward[at];
        let is_first = step.operands[operand].how == How::Assign;
        step.operands[operand].how = How::Accumulate;
        is_first && of.nodes[step.node].operation != Operation::Part
    })
}

fn assign_again(of: &Planned) -> Vec<Plan> {
    contributions(of, |of, plan, at, operand| {
        let gradients = plan.training.gradients.clone();
        let step = &mut plan.training.backward[at];
        let contribution = &mut step.operands[operand];
        let is_later = contribution.how == How::Accumulate;
        contribution.how = How::Assign;
        contribution.place = match of.nodes[step.node].sources[operand] {
            Source::Input => None,
            Source::Node(source) => gradients[source],
        };
        is_later
    })
}

fn assign_in_place(of: &Planned) -> Vec<Plan> {
    contributions(of, |_, plan, at, operand| {
        let step = &mut plan.training.backward[at];
        let own = plan.training.gradients[step.node];
        let contribution = &mut step.operands[operand];
        let was_in_place = contribution.how == How::InPlace;
        contribution.how = How::Assign;
        contribution.place = own;
        was_in_place
    })
}

fn missing_contribution(of: &Planned) -> Vec<Plan> {
    contributions(of, |_, plan, at, operand| {
        plan.training.backward[at].operands.remove(operand);
        true
    })
}

fn missing_step(of: &Planned) -> Vec<Plan> {
    changed(of, of.nodes.len(), |plan, at| {
        plan.training.backward.remove(at);
        true
    })
}

fn missing_forward(of: &Planned) -> Vec<Plan> {
    changed(of, of.nodes.len(), |plan, at| {
        plan.training.forward.remove(at);
        true
    })
}

/// Adjacent steps, one of which reads the other's value, swapped.
fn swapped_steps_back(of: &Planned) -> Vec<Plan> {
    changed(of, of.nodes.len() - 1, |plan, at| {
        let steps = &mut plan.training.backward;
        let (reader, read) = (steps[at].node, steps[at + 1].node);
        steps.swap(at, at + 1);
        of.nodes[reader].sources.contains(&Source::Node(read))
    })
}

fn swapped_steps_forward(of: &Planned) -> Vec<Plan> {
    changed(of, of.nodes.len() - 1, |plan, at| {
        let steps = &mut plan.training.forward;
        let (read, reader) = (steps[at].node, steps[at + 1].node);
        steps.swap(at, at + 1);
        of.nodes[reader].sources.contains(&Source::Node(read))
    })
}

fn parameters(of: &Planned) -> Vec<Plan> {
    changed(of, of.nodes.len(), |plan, at| {
        let how = &mut plan.training.backward[at].parameters;
        match how {
            Some(How::Assign) => *how = Some(How::Accumulate),
            Some(_) => *how = Some(How::Assign),
            None => return false,
        }
        true
    })
}

fn survives(of: &Planned) -> Vec<Plan> {
    changed(of, of.nodes.len(), |plan, at| {
        let claim = &mut plan.training.survives_backward[at];
        *claim = !*claim;
        true
    })
}

fn condition(of: &Planned) -> Vec<Plan> {
    let mut plans = contributions(of, |_, plan, at, operand| {
        let condition = &mut plan.training.backward[at].operands[operand].only_for_input_grad;
        *condition = !*condition;
        true
    });
    plans.extend(changed(of, of.nodes.len(), |plan, at| {
        let condition = &mut plan.training.backward[at].only_for_input_grad;
        *condition = !*condition;
        true
    }));
    plans
}

fn copy_outputs(of: &Planned) -> Vec<Plan> {
    changed(of, 2, |plan, at| {
        let schedule = if at == 0 { &mut plan.training } else { &mut plan.inference };
        schedule.copy_outputs = !schedule.copy_outputs;
        true
    })
}

fn narrow_slot(of: &Planned) -> Vec<Plan> {
    let slots = of.plan.training.slots.iter().enumerate();
    let widths = slots.flat_map(|(slot, widths)| (0..widths.len()).map(move |at| (slot, at)));
    let plans = widths.map(|(slot, at)| {
        let mut plan = of.plan.clone();
        plan.training.slots[slot].remove(at);
        plan
    });
    plans.collect()
}

fn nothing_saved(of: &Planned) -> Vec<Plan> {
    changed(of, of.nodes.len(), |plan, at| plan.training.saved[at].take().is_some())
}

fn reads_noise(of: &Planned) -> Vec<Plan> {
    changed(of, of.nodes.len(), |plan, at| {
        let sources = &mut plan.inference.sources[at];
        let before = sources.clone();
        sources.clone_from(&of.nodes[at].sources);
        let is_last_noise =
            of.nodes[at].operation == Operation::TrainOnly && at + 1 < of.nodes.len();
        *sources != before && !is_last_noise
    })
}

/// The verifier detects every mutation, in every network that it applies to.
#[test]
fn broken_plans_are_noticed() {
    let networks: Vec<Planned> = random(0..60).collect();
    for (what, change, is_expected) in MUTATIONS {
        let mut count = 0;
        for network in &networks {
            for plan in change(network) {
                let violation = network.violation(&plan, what);
                let text = &network.text;
                assert!(is_expected(&violation.fault), "{what}: {violation} in {text}");
                count += 1;
            }
        }
        println!("{what}: {count} plans");
        assert!(count >= 10, "{what}: there are only {count} such plans");
    }
}

/// The features of a plan, to check that each case occurs.
fn cases(of: &Planned) -> Vec<(&'static str, bool)> {
    let Planned { nodes, plan, .. } = of;
    let training = &plan.training;
    let is_function =
        |node: &Node| matches!(node.operation, Operation::Activation | Operation::TrainOnly);
    let is_any = |operation: Operation| nodes.iter().any(|node| node.operation == operation);
    let reads_of = |value: Source| {
        nodes.iter().flat_map(|node| &node.sources).filter(|source| **source == value).count()
    };
    let two_functions = nodes.iter().any(|node| {
        matches!(node.sources[..], [Source::Node(source)] if is_function(node) && is_function(&nodes[source]))
    });
    let contributions: Vec<_> = training
        .backward
        .iter()
        .flat_map(|step| step.operands.iter().map(move |contribution| (step, contribution)))
        .collect();
    let is_contribution = |how: How, of_layer: bool| {
        contributions.iter().any(|(step, contribution)| {
            contribution.how == how && nodes[step.node].is_layer() == of_layer
        })
    };
    let layers = (0..nodes.len()).filter(|&node| nodes[node].is_layer());
    let survives: Vec<bool> = layers.map(|layer| training.survives_backward[layer]).collect();
    vec![
        ("sum", is_any(Operation::Sum)),
        ("product", is_any(Operation::Product)),
        ("concatenation", is_any(Operation::Concat)),
        ("noise", is_any(Operation::TrainOnly)),
        ("several inputs", is_any(Operation::Part)),
        ("two activations in a row", two_functions),
        (
            "activation on the input",
            nodes.iter().any(|node| is_function(node) && node.sources == [Source::Input]),
        ),
        ("activation last", nodes.last().is_some_and(is_function)),
        (
            "value that is read by several",
            (0..nodes.len()).any(|node| reads_of(Source::Node(node)) > 1),
        ),
        ("input that is read by several", reads_of(Source::Input) > 1),
        ("no layer", survives.is_empty()),
        ("something saved", nodes.iter().any(|node| node.saved.is_some())),
        ("result in place", training.forward.iter().any(|step| step.in_place_operand.is_some())),
        ("gradient in place", is_contribution(How::InPlace, false)),
        ("gradient accumulated", is_contribution(How::Accumulate, false)),
        ("gradient accumulated by a layer", is_contribution(How::Accumulate, true)),
        (
            "layer used again",
            training.backward.iter().any(|step| step.parameters == Some(How::Accumulate)),
        ),
        ("gradient in the caller's buffer", training.gradients.contains(&Some(Place::Input))),
        (
            "gradient only for that of the input",
            training.backward.iter().any(|step| step.only_for_input_grad),
        ),
        ("outputs copied", training.copy_outputs),
        ("outputs not copied", !training.copy_outputs),
        ("survives", survives.contains(&true)),
        ("does not survive", survives.contains(&false)),
        ("slot of several widths", training.slots.iter().any(|widths| widths.len() > 1)),
        ("width that only the compiler knows", nodes.iter().any(|node| node.width.value.is_none())),
    ]
}

/// Networks that the generator writes rarely or never: activations on the input of which
/// one is read by several nodes, with layers and without.
const RARE: &[&str] = &[
    "struct Net { input x: [4]; let a = x -> Relu; let b = a -> Tanh;
     ((a -> Affine(3)) + (b -> Affine(3))) => IdentityWithLoss }",
    "struct Net { input x: [4]; let a = x -> Relu; let b = a -> Tanh;
     ((b -> Affine(3)) + (a -> Affine(3))) => IdentityWithLoss }",
    "struct Net { input x: [4]; let a = x -> Relu; concat(a, a) => IdentityWithLoss }",
    "struct Net { input x: [4]; let a = x -> Relu; let b = a -> Tanh; (a * b) => IdentityWithLoss }",
    "struct Net { input x: [4]; let a = x -> Dropout(0.5); (x + a) => IdentityWithLoss }",
    "struct Net = Input(4) -> Dropout(0.5) -> Dropout(0.5) => IdentityWithLoss;",
    CARRIES,
];

/// Layers that keep what they save from batch to batch.
const CARRIES: &str = "struct Net { input x: [4, 3]; let h = x -> Tanh -> Lstm(5, carry = true);
     let g = concat(h, h -> Affine(4) -> Tanh) -> Gru(2, carry = true);
     g -> Affine(3) -> Mish -> Gru(3) -> Affine(3) => IdentityWithLoss }";

#[test]
fn rare_plans_are_correct() {
    // Every plan is verified when it is created.
    for text in RARE {
        assert!(!planned(text).nodes.is_empty());
    }
}

#[test]
fn a_slot_that_is_not_kept_is_noticed() {
    // The last layer is the first that runs backward. One of the gradients could follow in its memory.
    let of = planned(
        "struct Net { input x: [4, 3]; concat(x -> Lstm(2), x -> Lstm(3), x -> Lstm(4), x -> Lstm(5)) -> Rnn(2, carry = true) => IdentityWithLoss }",
    );
    let mut nodes = of.nodes.clone();
    nodes.iter_mut().filter_map(|node| node.saved.as_mut()).for_each(|saved| saved.is_kept = false);
    let plan = Plan::new(&nodes, &of.input);
    let Violation { fault, .. } = of.violation(&plan, "memory that is not kept");
    assert!(matches!(fault, Fault::Reads { .. }), "{fault:?}");
}

#[test]
fn plans_of_layers_are_correct() {
    let mut count = 0;
    for body in (0..600).flat_map(|seed| generator::network(seed).bodies) {
        // A network with one output, without its loss.
        let Some((layer, _)) = body.rsplit_once("=>") else { continue };
        let layer = layer.replacen("struct", "layer", 1);
        if layer.rsplit(';').next().is_some_and(|last| last.trim_start().starts_with('(')) {
            continue;
        }
        let end = if layer.contains("input ") { "}" } else { ";" };
        assert!(!planned(&format!("{layer}{end}")).nodes.is_empty());
        count += 1;
    }
    assert!(count > 300, "there are only {count} layers");
    // Sizes that depend on parameters share slots if they are certainly the same.
    let text = "layer Mlp<const D: usize> {
        input x: [D];
        let h = x -> Affine(4 * D) -> Tanh -> Block<4 * D> -> Affine(4 * D) -> Gelu;
        let g = h -> Affine(D) -> Dropout(0.5);
        concat(x + g, g * x) -> Affine(D)
    }";
    let Planned { plan, .. } = planned(text);
    assert!(plan.training.slots.iter().any(|slot| slot.len() == 1));
}

#[test]
fn random_plans_are_correct() {
    let mut count = 0;
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    // Every plan is verified when it is created.
    for network in random(0..3000) {
        count += 1;
        for (case, is_there) in cases(&network) {
            *seen.entry(case).or_default() += usize::from(is_there);
        }
    }
    println!("{count} networks, {seen:#?}");
    assert!(count > 3000, "there are only {count} networks");
    for (case, count) in seen {
        assert!(count >= 10, "{case}: in {count} networks only");
    }
}
