//! Measures training steps and predictions, and the layers and losses that they consist
//! of: `cargo bench -p chainrule-bench`, optionally with part of a name.
//!
//! An item is a floating-point operation of a matrix product, where a multiply-add counts
//! as two. For other benchmarks an item is a number. All run on one thread: the pool has
//! a single one.

#[path = "../src/works.rs"]
mod works;

use chainrule::layers::{Activation, Affine, Layer, Relu, Sigmoid};
use chainrule::losses::{Loss, SoftmaxWithLoss, Targets};
use chainrule::{Rng, Scalar};
use divan::Bencher;
use divan::counter::ItemsCount;

/// Runs a workload once.
type Step = Box<dyn FnMut() + Send>;

fn main() {
    let alone = rayon_core::ThreadPoolBuilder::new().num_threads(1).build_global();
    alone.expect("the pool was not asked for before");
    divan::main();
}

/// The workloads of `chainrule-bench`.
#[divan::bench(args = ["W1", "W3", "W4", "W5b1", "W5b100", "W5tiny"])]
fn work(bencher: Bencher<'_, '_>, name: &str) {
    bencher.bench_local(works::work(name).expect("the works are sound"));
}

/// `count` numbers of the standard normal distribution.
fn normal<T: Scalar>(count: usize) -> Vec<T> {
    let mut rng = Rng::seed(count as u64);
    (0..count).map(|_| T::from_f64(rng.normal())).collect()
}

/// A layer `Affine(INPUTS, OUTPUTS)`, a batch, and the buffers for its results.
struct Drawn<const INPUTS: usize, const OUTPUTS: usize, T> {
    layer: Box<Affine<INPUTS, OUTPUTS, T>>,
    input: Vec<T>,
    output: Vec<T>,
}

impl<const INPUTS: usize, const OUTPUTS: usize, T: Scalar> Drawn<INPUTS, OUTPUTS, T> {
    fn new(batch: usize) -> Self {
        let mut layer =
            Box::new(Affine { weight: [[T::zero(); OUTPUTS]; INPUTS], bias: [T::zero(); OUTPUTS] });
        layer.weight.as_flattened_mut().copy_from_slice(&normal(INPUTS * OUTPUTS));
        Drawn { layer, input: normal(batch * INPUTS), output: normal(batch * OUTPUTS) }
    }
}

/// Forward, and backward with and without the gradient of the input.
fn affine<const INPUTS: usize, const OUTPUTS: usize, T: Scalar>(
    bencher: Bencher<'_, '_>,
    pass: &str,
    batch: usize,
) {
    let Drawn { layer, input, mut output } = Drawn::<INPUTS, OUTPUTS, T>::new(batch);
    let (mut grads, mut dinput) = (layer.clone(), input.clone());
    let flops = 2 * batch * INPUTS * OUTPUTS;
    match pass {
        "forward" => bencher
            .counter(ItemsCount::new(flops))
            .bench_local(|| layer.infer(&input, &mut output, &mut [])),
        "parameters" => bencher.counter(ItemsCount::new(flops)).bench_local(|| {
            layer.backward(&input, &mut [], &mut output, &mut grads, None);
        }),
        _ => bencher.counter(ItemsCount::new(2 * flops)).bench_local(|| {
            layer.backward(&input, &mut [], &mut output, &mut grads, Some(&mut dinput));
        }),
    }
}

/// The passes of an affine layer of these sizes.
macro_rules! affine {
    ($($name:ident = $inputs:literal, $outputs:literal, $batch:literal, $number:ty;)*) => {$(
        #[divan::bench(args = ["forward", "parameters", "backward"])]
        fn $name(bencher: Bencher<'_, '_>, pass: &str) {
            affine::<$inputs, $outputs, $number>(bencher, pass, $batch);
        }
    )*};
}

affine! {
    affine_784_50_batch_100 = 784, 50, 100, f32;
    affine_784_50_batch_100_f64 = 784, 50, 100, f64;
    affine_784_50_batch_1 = 784, 50, 1, f32;
    affine_512_512_batch_128 = 512, 512, 128, f32;
    affine_64_64_batch_32 = 64, 64, 32, f32;
    affine_50_10_batch_100 = 50, 10, 100, f32;
    affine_256_1_batch_64 = 256, 1, 64, f32;
}

/// The number of elements for the activations.
const NUMBERS: usize = 128 * 512;

#[divan::bench]
fn relu(bencher: Bencher<'_, '_>) {
    let mut values = normal::<f32>(NUMBERS);
    bencher.counter(ItemsCount::new(NUMBERS)).bench_local(|| Relu.forward(&mut values));
}

#[divan::bench]
fn sigmoid(bencher: Bencher<'_, '_>) {
    let mut values = normal::<f32>(NUMBERS);
    bencher.counter(ItemsCount::new(NUMBERS)).bench_local(|| Sigmoid.forward(&mut values));
}

/// The loss and its gradient, for ten classes.
#[divan::bench(args = [1, 100])]
fn softmax_with_loss(bencher: Bencher<'_, '_>, batch: usize) {
    let labels: Vec<usize> = (0..batch).map(|sample| sample % 10).collect();
    let mut values = normal::<f32>(batch * 10);
    bencher.counter(ItemsCount::new(batch * 10)).bench_local(|| {
        let targets = Targets::Labels(&labels);
        let loss = SoftmaxWithLoss.forward(&mut values, targets, batch);
        SoftmaxWithLoss.backward(&mut values, targets, batch, 1.0);
        loss
    });
}
