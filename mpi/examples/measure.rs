//! Measures the step of a network on the ranks of a run: `measure NETWORK BATCH SECONDS`.
//!
//! Prints the seconds of a step, with the sum of the gradients at the end and
//! overlapped, and those of the gradient alone, without other ranks. The batch is that of one rank.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use chainrule::{
    Batch, Error, Init, Network, Optimizer, Parts, Ranks, Rng, Scalar, Sgd, Workspace, check_ranks,
    network,
};
use chainrule_mpi::World;

network! { struct Chapter = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss; }
network! {
    struct Wide = Affine(784, 512) -> Relu -> Affine(512, 512) -> Relu -> Affine(512, 10)
        => SoftmaxWithLoss;
}
network! {
    /// The deep network of chapter 8, without dropout.
    struct Deep = Input(1, 28, 28)
        -> Conv2d(16, 3, padding = 1) -> Relu -> Conv2d(16, 3, padding = 1) -> Relu -> MaxPool2d(2)
        -> Conv2d(32, 3, padding = 1) -> Relu -> Conv2d(32, 3, padding = 2) -> Relu -> MaxPool2d(2)
        -> Conv2d(64, 3, padding = 1) -> Relu -> Conv2d(64, 3, padding = 1) -> Relu -> MaxPool2d(2)
        -> Flatten -> Affine(50) -> Relu -> Affine(10) => SoftmaxWithLoss;
}
network! {
    struct Narrow = Affine(784, 128) -> Relu -> repeat 8 { Affine(128, 128) -> Relu }
        -> Affine(128, 10) => SoftmaxWithLoss;
}
network! {
    struct Best = Affine(784, 512) -> Relu -> Affine(512, 256) -> Relu -> Affine(256, 10)
        => SoftmaxWithLoss;
}

network! {
    /// 4 blocks of width 128: the transformer of the example `shakespeare`, with 0.8 million
    /// parameters.
    struct Gpt {
        input text: [64] of 65;
        let x0 = text -> Embedding(128) -> Positions;
        let a1 = x0 + (x0 -> LayerNorm -> CausalAttention(4));
        let x1 = a1 + (a1 -> LayerNorm -> Affine(512) -> Gelu -> Affine(128));
        let a2 = x1 + (x1 -> LayerNorm -> CausalAttention(4));
        let x2 = a2 + (a2 -> LayerNorm -> Affine(512) -> Gelu -> Affine(128));
        let a3 = x2 + (x2 -> LayerNorm -> CausalAttention(4));
        let x3 = a3 + (a3 -> LayerNorm -> Affine(512) -> Gelu -> Affine(128));
        let a4 = x3 + (x3 -> LayerNorm -> CausalAttention(4));
        let x4 = a4 + (a4 -> LayerNorm -> Affine(512) -> Gelu -> Affine(128));
        x4 -> LayerNorm -> Affine(65) => SoftmaxWithLoss
    }
}

/// Of some times, the fastest tenth, which other programs on the machine delay least.
fn typical(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 10]
}

/// The seconds of a step, of as many as fit in the time.
fn seconds_of(time: Duration, mut step: impl FnMut()) -> f64 {
    for _ in 0..5 {
        step();
    }
    let begin = Instant::now();
    let mut times = Vec::new();
    while times.len() < 2000 && (times.len() < 20 || begin.elapsed() < time) {
        let begin = Instant::now();
        step();
        times.push(begin.elapsed().as_secs_f64());
    }
    typical(times)
}

/// The seconds of a fixed number of steps, so that all ranks take as many.
fn seconds(steps: usize, mut step: impl FnMut() -> Result<(), Error>) -> Result<f64, Error> {
    let mut times = Vec::new();
    for _ in 0..steps {
        let begin = Instant::now();
        step()?;
        times.push(begin.elapsed().as_secs_f64());
    }
    Ok(typical(times))
}

fn measure<N: Network>(
    world: &World,
    name: &str,
    samples: usize,
    classes: usize,
    time: Duration,
) -> Result<(), Error>
where
    World: Ranks<N::Scalar>,
{
    let mut net = N::new(Init::He, &mut Rng::seed(0));
    check_ranks(world, &*net, samples)?;
    let mut rng = Rng::seed(world.rank() as u64 + 1);
    let mut batch = Batch::<N>::new();
    for _ in 0..samples {
        // Valid as numbers and as indices.
        batch
            .features_mut()
            .extend((0..N::INPUTS).map(|_| N::Scalar::from_f64(rng.below(2) as f64)));
        // The class 0, in each step of a sequence.
        let is_first = |output: usize| u8::from(output.is_multiple_of(classes));
        batch
            .push_row((0..N::OUTPUTS).map(|output| N::Scalar::from_f64(is_first(output).into())))?;
    }
    let (mut workspace, mut grads) = (Workspace::new(), N::zeros());
    let mut sgd = Sgd::new(0.001)?;
    let alone = seconds_of(time, || {
        let loss = batch.gradient(&net, &mut workspace, &mut grads);
        assert!(loss.is_ok(), "a gradient");
    });
    let mut sums = [alone];
    Ranks::<N::Scalar>::sum(world, &mut sums).map_err(|cause| Error::Ranks { cause })?;
    let steps =
        (time.as_secs_f64() / (sums[0] / world.count() as f64 * 1.5)).clamp(20.0, 3000.0) as usize;
    let mut found = Vec::new();
    for parts in [Parts::on(world), Parts::on(world).overlapped()] {
        found.push(seconds(steps, || {
            batch.gradient_in_parts(&net, parts, &mut workspace, &mut grads)?;
            sgd.step(&mut *net, &grads);
            Ok(())
        })?);
    }
    let update = seconds_of(time / 4, || sgd.step(&mut *net, &grads));
    let mut numbers = vec![0.0_f64; 22];
    let small = seconds(steps, || {
        Ranks::<f64>::sum(world, &mut numbers).map_err(|cause| Error::Ranks { cause })
    })?;
    let reduce = seconds(steps, || {
        let sum = Ranks::<N::Scalar>::sum_gradients(world, grads.numbers_mut());
        sum.map_err(|cause| Error::Ranks { cause })
    })?;
    if world.rank() == 0 {
        println!(
            "{name} ranks {} batch {samples} parameters {} flop {} gradient {alone:.6} update \
             {update:.6} small {small:.6} reduce {reduce:.6} step {:.6} overlapped {:.6}",
            world.count(),
            N::PARAMS,
            samples * N::TRAINING_FLOPS,
            found[0],
            found[1],
        );
    }
    Ok(())
}

fn main() -> ExitCode {
    chainrule_mpi::run(|world| {
        let mut arguments = std::env::args().skip(1);
        let name = arguments.next().unwrap_or_default();
        let samples = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(128);
        let time = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(2);
        let time = Duration::from_secs(time);
        match &name[..] {
            "chapter" => measure::<Chapter>(world, &name, samples, 10, time),
            "wide" => measure::<Wide>(world, &name, samples, 10, time),
            "deep" => measure::<Deep>(world, &name, samples, 10, time),
            "narrow" => measure::<Narrow>(world, &name, samples, 10, time),
            "best" => measure::<Best>(world, &name, samples, 10, time),
            "gpt" => measure::<Gpt>(world, &name, samples, 65, time),
            _ => {
                eprintln!(
                    "expected `chapter`, `wide`, `deep`, `narrow`, `best` or `gpt`, found `{name}`"
                );
                Ok(())
            }
        }
    })
}
