//! Random networks: several inputs and outputs, shared layers, nested networks. Their gradients, of
//! the parameters and of the input, match differences in `f64`, and training steps and predictions
//! compute the same as the passes of the layers. Some have a loss for each output.
//!
//! The networks are in `network_random/networks.rs`, which is generated. The test below compares
//! the file with the generator; with `NETWORK_RANDOM=overwrite`, it updates the file.

use std::ops::Range;

use chainrule::layers::Activation;
use chainrule::losses::{Loss, Targets};
use chainrule::{Batch, Init, Kind, Network, Optimizer, Rng, Scalar, Sgd, Workspace};

#[path = "network_random/generator.rs"]
mod generator;
#[allow(dead_code, reason = "other tests use the rest")]
mod my;
#[path = "network_random/networks.rs"]
mod networks;

/// The number of networks.
const COUNT: u64 = 80;
/// The largest error of a derivative, relative to the largest of its tensor.
const TOLERANCE: f64 = 1e-7;

fn declared() -> Vec<generator::Declared> {
    (0..COUNT).map(generator::network).collect()
}

#[test]
fn the_networks_are_those_of_the_generator() {
    let text = generator::file(&declared());
    if std::env::var_os("NETWORK_RANDOM").is_some_and(|word| word == "overwrite") {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/network_random/networks.rs");
        std::fs::write(path, &text).unwrap();
    } else {
        assert!(text == include_str!("network_random/networks.rs"), "write the file anew");
    }
}

/// `x / (1 + |x|)`
pub(crate) struct Softsign;

impl<T: Scalar> Activation<T> for Softsign {
    fn forward(&self, values: &mut [T]) {
        values.iter_mut().for_each(|x| *x /= T::one() + x.abs());
    }

    fn backward(&self, output: &[T], dout: &mut [T]) {
        for (d, y) in dout.iter_mut().zip(output) {
            let slope = T::one() - y.abs();
            *d *= slope * slope;
        }
    }
}

/// A network to check.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) is_same_in_prediction: bool,
    pub(crate) passes: Passes,
}

/// The functions to check of a network, independent of its type.
pub(crate) struct Passes {
    inputs: usize,
    outputs: usize,
    /// The number of outputs of each head.
    output_parts: &'static [usize],
    /// The name of the loss, as declared.
    loss_name: &'static str,
    /// The ranges of the trained parameters, with their names.
    tensors: Vec<(String, Range<usize>)>,
    new: fn(&mut Rng) -> Vec<f64>,
    loss: fn(&Sample) -> f64,
    gradients: fn(&Sample) -> Gradients,
    operations: fn(&Sample),
    predicted: fn(&Sample) -> Vec<f64>,
    outputs_of: fn(&Sample) -> Vec<f64>,
}

/// The point at which a network is checked.
#[derive(Clone)]
struct Sample {
    parameters: Vec<f64>,
    batch: usize,
    x: Vec<f64>,
    t: Vec<f64>,
    /// The seed for dropout.
    seed: u64,
}

struct Gradients {
    loss: f64,
    parameters: Vec<f64>,
    input: Vec<f64>,
}

impl Passes {
    pub(crate) fn of<N: Network<Scalar = f64>>() -> Passes {
        let trained = N::TENSORS.iter().filter(|tensor| tensor.kind != Kind::Buffer);
        let range = |offset, len| offset..offset + len;
        Passes {
            inputs: N::INPUTS,
            outputs: N::OUTPUTS,
            output_parts: N::OUTPUT_PARTS,
            loss_name: N::LAYERS[N::LAYERS.len() - 1].layer,
            tensors: trained.map(|t| (t.to_string(), range(t.offset, t.len()))).collect(),
            new: new::<N>,
            loss: |sample| forward::<N>(sample).1,
            gradients: gradients::<N>,
            operations: operations::<N>,
            predicted: predicted::<N>,
            outputs_of: |sample| forward::<N>(sample).0.outputs,
        }
    }
}

/// Weights with standard deviation 0.6; biases, and the scales of normalizations, near their
/// initial values.
fn new<N: Network<Scalar = f64>>(rng: &mut Rng) -> Vec<f64> {
    let mut network = N::new(Init::Normal(0.6), rng);
    for tensor in N::TENSORS.iter().filter(|tensor| tensor.kind == Kind::Bias) {
        tensor.of_mut(network.parameters_mut()).iter_mut().for_each(|b| *b += 0.3 * rng.normal());
    }
    network.parameters().to_vec()
}

fn network<N: Network<Scalar = f64>>(sample: &Sample) -> Box<N> {
    let mut network = N::zeros();
    network.parameters_mut().copy_from_slice(&sample.parameters);
    network
}

/// The results of the forward pass that the backward pass needs.
struct Kept {
    outputs: Vec<f64>,
    saved: Vec<f64>,
}

/// The forward pass in training, and the loss. The outputs are those before the loss.
fn forward<N: Network<Scalar = f64>>(sample: &Sample) -> (Kept, f64) {
    let network = network::<N>(sample);
    // The previous contents are unspecified. `repeat` copies blocks, which `vec!` does not in a debug
    // build.
    let unspecified = |len| [f64::NAN].repeat(len);
    let mut outputs = unspecified(sample.batch * N::OUTPUTS);
    let mut saved = unspecified(sample.batch * N::SAVED + N::SCRATCH);
    network.forward(&sample.x, &mut outputs, &mut saved, &mut Rng::seed(sample.seed));
    let mut values = outputs.clone();
    let loss = N::loss_function().forward(&mut values, Targets::Rows(&sample.t), sample.batch);
    (Kept { outputs, saved }, loss)
}

/// The gradients from the backward pass, as an enclosing network requests them.
fn gradients<N: Network<Scalar = f64>>(sample: &Sample) -> Gradients {
    let (Kept { mut outputs, mut saved }, loss) = forward::<N>(sample);
    let (function, targets) = (N::loss_function(), Targets::Rows(&sample.t[..]));
    function.forward(&mut outputs, targets, sample.batch);
    function.backward(&mut outputs, targets, sample.batch, 1.0);
    let mut grads = N::zeros();
    grads.parameters_mut().fill(f64::NAN);
    let mut input = vec![f64::NAN; sample.x.len()];
    let network = network::<N>(sample);
    network.backward(&sample.x, &mut saved, &mut outputs, &mut grads, Some(&mut input));
    Gradients { loss, parameters: grads.parameters().to_vec(), input }
}

fn batch<N: Network<Scalar = f64>>(sample: &Sample) -> Batch<N> {
    let mut batch = Batch::new();
    batch.features_mut().extend(&sample.x);
    for row in sample.t.chunks_exact(N::OUTPUTS) {
        batch.push_row(row.iter().copied()).unwrap();
    }
    batch
}

/// Asserts that the operations on a batch give the loss and the gradients of the passes, bit for
/// bit, and that a training step is a step along them.
fn operations<N: Network<Scalar = f64>>(sample: &Sample) {
    let (mut network, batch) = (network::<N>(sample), batch::<N>(sample));
    let expected = gradients::<N>(sample);
    let scratch = || Workspace::with_rng(Rng::seed(sample.seed));
    let mut grads = N::zeros();
    let loss = batch.gradient(&*network, &mut scratch(), &mut grads).unwrap();
    assert_eq!(loss.to_bits(), expected.loss.to_bits());
    assert!(grads.parameters() == expected.parameters, "without the gradient of the input");

    let mut stepped = self::network::<N>(sample);
    let mut sgd = Sgd::new(0.1).unwrap();
    let mut more = N::zeros();
    batch.train_step(&mut *stepped, &mut sgd, &mut scratch(), &mut more).unwrap();
    sgd.step(&mut *network, &grads);
    assert!(stepped.parameters() == network.parameters(), "a step of training");
}

fn predicted<N: Network<Scalar = f64>>(sample: &Sample) -> Vec<f64> {
    let mut workspace = Workspace::new();
    let batch = batch::<N>(sample);
    let scores = batch.predict(&*network::<N>(sample), &mut workspace).unwrap();
    scores.iter().copied().collect()
}

/// A random batch and parameters for a network.
fn sample(passes: &Passes, batch: usize, seed: u64) -> Sample {
    let mut rng = Rng::seed(seed);
    let parameters = (passes.new)(&mut rng);
    let x = (0..batch * passes.inputs).map(|_| rng.normal()).collect();
    let mut t: Vec<f64> = (0..batch * passes.outputs).map(|_| rng.normal()).collect();
    if passes.loss_name.starts_with('(') {
        // Probabilities, which any loss accepts.
        t.iter_mut().for_each(|t| *t = t.exp());
        let mut rest = &mut t[..];
        for &outputs in passes.output_parts.iter().cycle() {
            let Some((head, more)) = rest.split_at_mut_checked(outputs) else { break };
            let sum: f64 = head.iter().sum();
            head.iter_mut().for_each(|t| *t /= sum);
            rest = more;
        }
    } else if passes.loss_name.starts_with("Softmax") {
        for row in t.chunks_exact_mut(passes.outputs) {
            row.iter_mut().for_each(|t| *t = t.exp());
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|t| *t /= sum);
        }
    } else if passes.loss_name == "BinaryCrossEntropy" {
        t.iter_mut().for_each(|t| *t = 1.0 / (1.0 + t.exp()));
    }
    Sample { parameters, batch, x, t, seed }
}

/// `f′(0)` by fourth-order differences, `(8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h`. Shortens the
/// steps until two results agree to `precision`; `None` if none do, as near the kink of a ReLU.
fn slope(f: &mut dyn FnMut(f64) -> f64, precision: f64) -> Option<f64> {
    let mut longer = f64::NAN;
    for h in [1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6] {
        let (near, far) = (f(h) - f(-h), f(2.0 * h) - f(-2.0 * h));
        let slope = (8.0 * near - far) / (12.0 * h);
        if (slope - longer).abs() <= precision {
            return Some(slope);
        }
        longer = slope;
    }
    None
}

/// The number of derivatives compared, and of points too close to a kink.
#[derive(Default)]
struct Counts {
    compared: usize,
    left_out: usize,
    worst: f64,
}

/// The places of a tensor to compare: all of a small one; of a large one the corners, and others that
/// the seed chooses. A difference costs at least eight forward passes.
fn places(len: usize, rng: &mut Rng) -> Vec<usize> {
    const MOST: usize = 24;
    if len <= MOST {
        return (0..len).collect();
    }
    let mut places = vec![0, len - 1];
    places.extend((2..MOST).map(|_| rng.below(len)));
    places
}

/// Compares the derivatives of a group of numbers; `loss_moved` changes the one at a place.
fn compare(
    (name, what): (&str, &str),
    got: &[f64],
    scale: f64,
    rng: &mut Rng,
    counts: &mut Counts,
    loss_moved: &mut dyn FnMut(usize, f64) -> f64,
) {
    let scale = got.iter().fold(scale, |scale, d| scale.max(d.abs()));
    for place in places(got.len(), rng) {
        let got = got[place];
        let slope = slope(&mut |by| loss_moved(place, by), TOLERANCE / 4.0 * scale);
        let Some(slope) = slope else {
            counts.left_out += 1;
            continue;
        };
        let error = (got - slope).abs() / scale;
        assert!(error <= TOLERANCE, "{name}, {what}, {place}: {got} for {slope}");
        counts.compared += 1;
        counts.worst = counts.worst.max(error);
    }
}

/// Compares the gradients of a network at a point with differences.
fn examine(name: &str, passes: &Passes, sample: &Sample, counts: &mut Counts) {
    let gradients = (passes.gradients)(sample);
    assert_eq!(gradients.loss.to_bits(), (passes.loss)(sample).to_bits(), "{name}");
    let of_trained =
        passes.tensors.iter().flat_map(|(_, range)| &gradients.parameters[range.clone()]);
    let largest = of_trained.fold(0.0_f64, |largest, d| largest.max(d.abs()));
    // For a derivative near zero, a difference is mostly rounding error.
    let floor = (largest / 1000.0).max(gradients.loss.abs() / 1000.0);
    let mut moved = sample.clone();
    let rng = &mut Rng::seed(sample.seed);
    for (tensor, range) in &passes.tensors {
        let got = &gradients.parameters[range.clone()];
        compare((name, tensor), got, floor, rng, counts, &mut |place, by| {
            let place = range.start + place;
            moved.parameters[place] = sample.parameters[place] + by;
            let loss = (passes.loss)(&moved);
            moved.parameters[place] = sample.parameters[place];
            loss
        });
    }
    compare((name, "input"), &gradients.input, floor, rng, counts, &mut |place, by| {
        moved.x[place] = sample.x[place] + by;
        let loss = (passes.loss)(&moved);
        moved.x[place] = sample.x[place];
        loss
    });
}

#[test]
fn gradients_against_differences() {
    let cases = networks::cases();
    assert_eq!(cases.len() as u64, COUNT);
    let mut counts = Counts::default();
    for Case { name, passes, .. } in &cases {
        for (seed, batch) in [(1, 5), (2, 2)] {
            examine(name, passes, &sample(passes, batch, seed), &mut counts);
        }
    }
    let Counts { compared, left_out, worst } = counts;
    println!("{compared} derivatives, {left_out} left out, largest relative error {worst:.1e}");
    assert!(left_out * 100 < compared, "{left_out} of {compared} places are close to a kink");
    let have_heads = |case: &&Case| case.passes.loss_name.starts_with('(');
    assert!(cases.iter().filter(have_heads).count() > 5, "a loss for each output");
}

#[test]
fn operations_are_the_passes() {
    for Case { name, passes, .. } in networks::cases() {
        println!("{name}");
        for (seed, batch) in [(3, 6), (4, 1)] {
            (passes.operations)(&sample(&passes, batch, seed));
        }
    }
}

#[test]
fn predictions_are_the_outputs_of_training() {
    let cases = networks::cases().into_iter().filter(|case| case.is_same_in_prediction);
    let mut count = 0;
    for Case { name, passes, .. } in cases {
        for (seed, batch) in [(5, 7), (6, 1)] {
            let sample = sample(&passes, batch, seed);
            assert_eq!((passes.predicted)(&sample), (passes.outputs_of)(&sample), "{name}");
        }
        count += 1;
    }
    assert!(count > 10, "{count}");
}
