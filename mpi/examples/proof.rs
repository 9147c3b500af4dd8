//! The proofs that `mpi/test` runs, each on several numbers of ranks:
//!
//! ```text
//! mpirun -np 2 proof gradients
//! ```
//!
//! A proof compares what the ranks compute with one process, which every rank is for itself, and
//! ends with an error if they differ.

use std::error::Error;
use std::ops::{ControlFlow, Range};
use std::process::ExitCode;
use std::time::Duration;

use chainrule::ndarray::{Array2, ArrayView2, Axis, s};
use chainrule::schedule::{Cosine, Schedule};
use chainrule::trainer::Epoch;
use chainrule::{
    Adam, Init, LearningRate, Momentum, Network, NetworkExt, Numbers, Parts, Rng, Scalar, Trainer,
    Weighted, Workspace, check_ranks, network, share,
};
use chainrule_mpi::World;

network! { struct Plain = Affine(3, 16) -> Relu -> Affine(16, 4) => SoftmaxWithLoss; }
network! { struct Other = Affine(3, 16) -> Tanh -> Affine(16, 4) => SoftmaxWithLoss; }
network! {
    struct Classes = Affine(3, 16) -> Tanh -> Affine(16, 4)
        => SoftmaxWithLoss(smoothing = 0.1, weights = [1.0, 0.0, 2.5, 0.5]);
}
network! {
    struct Heads {
        input x: [3];
        let h = x -> shared: Affine(3) -> Tanh -> shared -> Tanh;
        (h -> Affine(4), h -> LayerNorm -> Affine(2) -> Tanh -> Affine(1))
            => (SoftmaxWithLoss(weights = [1.0, 0.5, 2.5, 0.0]), 0.5 * Huber)
    }
}
network! {
    struct Norm = Affine(3, 16) -> BatchNorm -> Relu -> Affine(16, 4) => SoftmaxWithLoss;
}
network! {
    struct Random = Affine(3, 16) -> BatchNorm -> Relu -> Dropout(0.3) -> Affine(16, 4)
        => SoftmaxWithLoss;
}

type Outcome = Result<(), Box<dyn Error>>;

/// Features, labels, weights of samples, and values.
struct Data {
    x: Array2<f64>,
    t: Vec<usize>,
    w: Vec<f64>,
    y: Array2<f64>,
}

impl Data {
    fn new(count: usize) -> Data {
        let mut rng = Rng::seed(count as u64);
        let x = Array2::from_shape_simple_fn((count, 3), || rng.normal());
        let t =
            x.rows().into_iter().map(|x| usize::from(x[0] > 0.0) + 2 * usize::from(x[1] > x[2]));
        let t = t.collect();
        let w = (0..count).map(|_| rng.below(3) as f64).collect();
        let y = x.map_axis(Axis(1), |x| x[0] - x[1] * x[2]).insert_axis(Axis(1));
        Data { x, t, w, y }
    }

    fn x(&self, samples: &Range<usize>) -> ArrayView2<'_, f64> {
        self.x.slice(s![samples.clone(), ..])
    }

    fn y(&self, samples: &Range<usize>) -> ArrayView2<'_, f64> {
        self.y.slice(s![samples.clone(), ..])
    }
}

fn check(is_right: bool, what: impl FnOnce() -> String) -> Outcome {
    if is_right { Ok(()) } else { Err(what().into()) }
}

/// The largest difference between two networks.
fn distance<N: Network>(a: &N, b: &N) -> f64 {
    let pairs = a.parameters().iter().zip(b.parameters());
    pairs.map(|(a, b)| (a.as_f64() - b.as_f64()).abs()).fold(0.0, f64::max)
}

fn check_close<N: Network>(what: &str, found: &N, expected: &N, bound: f64) -> Outcome {
    let apart = distance(found, expected);
    check(apart <= bound, || format!("{what}: {apart:e} apart, expected at most {bound:e}"))
}

/// The gradient of one network for batches that the ranks cannot divide evenly, one of them with
/// fewer samples than ranks; summed at the end, overlapped, and accumulated.
macro_rules! gradients {
    ($world:expr, $data:expr, $network:ident, |$range:ident| $x:expr, $t:expr) => {
        let net = $network::<f64>::new(Init::Xavier, &mut Rng::seed(1));
        check_ranks($world, &net, 13)?;
        for samples in [13, 6, 1] {
            let (mut workspace, mut grads, mut whole) =
                (Workspace::new(), $network::<f64>::zeros(), $network::<f64>::zeros());
            let $range = 0..samples;
            let expected = net.gradient_in(&$x, $t, &mut workspace, &mut whole)?;
            let of_rank = share($world.rank(), $world.count(), samples);
            for parts in
                [Parts::on($world), Parts::on($world).overlapped(), Parts::on($world).at_most(2)]
            {
                let $range = of_rank.clone();
                let loss = net.gradient_in_parts(&$x, $t, parts, &mut workspace, &mut grads)?;
                check((loss - expected).abs() < 1e-14, || format!("{loss} for {expected}"))?;
                check_close(stringify!($network), &*grads, &*whole, 1e-14)?;
            }
        }
    };
}

fn gradients(world: &World) -> Outcome {
    let data = Data::new(13);
    gradients!(world, data, Plain, |r| data.x(&r), &data.t[r.clone()]);
    gradients!(world, data, Classes, |r| data.x(&r), &data.t[r.clone()]);
    gradients!(
        world,
        data,
        Classes,
        |r| data.x(&r),
        Weighted::new(&data.t[r.clone()], &data.w[r.clone()])
    );
    gradients!(world, data, Heads, |r| data.x(&r), (&data.t[r.clone()], &data.y(&r)));
    gradients!(
        world,
        data,
        Heads,
        |r| data.x(&r),
        Weighted::new((&data.t[r.clone()], &data.y(&r)), &data.w[r.clone()])
    );
    Ok(())
}

/// 100 steps of a loop written by hand, with uneven batches, class weights and a schedule.
fn steps(world: &World) -> Outcome {
    let data = Data::new(230);
    let schedule = Cosine::new(0.05, 0.0, 100)?;
    let train = |divided: Option<(usize, usize)>, parts: Parts<'_, f64>| {
        let mut net = Classes::<f64>::new(Init::Xavier, &mut Rng::seed(1));
        let mut adam = Adam::new(0.05)?;
        let (mut workspace, mut grads) = (Workspace::new(), Classes::<f64>::zeros());
        let mut losses = Vec::new();
        for step in 0..100 {
            // The last of every ten batches has 5 samples.
            let begin = step % 10 * 25;
            let batch = begin..(begin + 25).min(230);
            let (rank, count) = divided.unwrap_or((0, 1));
            let own = share(rank, count, batch.len());
            let own = batch.start + own.start..batch.start + own.end;
            let (x, t) = (data.x(&own), &data.t[own.clone()]);
            losses.push(net.gradient_in_parts(&x, t, parts, &mut workspace, &mut grads)?);
            adam.set_learning_rate(schedule.rate(step as u64))?;
            net.update(&mut adam, &grads);
        }
        Ok::<_, chainrule::Error>((losses, net))
    };
    let (expected, whole) = train(None, Parts::of(usize::MAX))?;
    let of_rank = Some((world.rank(), world.count()));
    for parts in [Parts::on(world), Parts::on(world).overlapped(), Parts::on(world).at_most(3)] {
        let (losses, net) = train(of_rank, parts)?;
        for (step, (a, b)) in losses.iter().zip(&expected).enumerate() {
            check((a - b).abs() < 1e-12, || format!("step {step}: loss {a} for {b}"))?;
        }
        check_close("the network", &*net, &*whole, 1e-12)?;
    }
    Ok(())
}

/// Everything of a training that ranks have to agree on.
fn settings<'a, N>(net: Box<N>, epochs: u64) -> Trainer<'a, N, Momentum<N>>
where
    N: Network,
{
    Trainer::new(net, Momentum::new(0.1, 0.9).expect("valid settings"))
        .batch_size(24)
        .epochs(epochs)
        .seed(3)
        .clip_norm(1.0)
        .validation_split(0.2)
        .metric(chainrule::metrics::MacroF1)
        .top_k(2)
}

fn numbers(epoch: &Epoch) -> Vec<f64> {
    let validation = epoch.validation.unwrap_or_default();
    let of = |m: chainrule::trainer::Metrics| [Some(m.loss), m.accuracy, m.top_k];
    let added = epoch.metrics.iter().flat_map(|metric| [metric.train, metric.validation]);
    [epoch.train, validation].into_iter().flat_map(of).chain(added).flatten().collect()
}

fn check_histories(found: &[Epoch], expected: &[Epoch]) -> Outcome {
    check(found.len() == expected.len(), || format!("{} epochs", found.len()))?;
    for (found, expected) in found.iter().zip(expected) {
        let rates = (found.learning_rate, expected.learning_rate);
        check(rates.0 == rates.1, || format!("rates {rates:?}"))?;
        for (a, b) in numbers(found).into_iter().zip(numbers(expected)) {
            check((a - b).abs() < 1e-12, || format!("epoch {}: {a} for {b}", found.epoch))?;
        }
    }
    Ok(())
}

/// The trainer, for 110 steps of 11 epochs, with early stopping, a plateau and metrics.
fn trainer(world: &World) -> Outcome {
    let data = Data::new(275);
    let train = |parts: Option<Parts<'_, f64>>, patience| {
        let net = Classes::<f64>::new(Init::Xavier, &mut Rng::seed(1));
        let plateau = chainrule::schedule::Plateau::new(0.1, 0.5, 1)?;
        let trainer = settings(net, 11).plateau(plateau).early_stopping(patience);
        let mut trainer = match parts {
            Some(parts) => trainer.parts(parts),
            None => trainer,
        };
        trainer.fit((&data.x, Weighted::new(&data.t, &data.w)))?;
        Ok::<_, Box<dyn Error>>((trainer.history().to_vec(), trainer.into_network()))
    };
    for patience in [0, 11] {
        let (expected, whole) = train(None, patience)?;
        for parts in [Parts::on(world), Parts::on(world).overlapped(), Parts::on(world).at_most(5)]
        {
            let (history, net) = train(Some(parts), patience)?;
            check_histories(&history, &expected)?;
            check_close("the network", &*net, &*whole, 1e-12)?;
            // The ranks have the same bits: they compare hashes.
            check_ranks(world, &net, history.len())?;
        }
    }
    Ok(())
}

/// With a `BatchNorm`, ranks compute what one process accumulates from the same parts.
fn norm(world: &World) -> Outcome {
    // All batches have 24 samples, which 1, 2, 3 and 4 ranks divide evenly.
    let data = Data::new(240);
    let train = |parts| {
        let net = Norm::<f64>::new(Init::Xavier, &mut Rng::seed(1));
        let momentum = Momentum::new(0.1, 0.9)?;
        let mut trainer = Trainer::new(net, momentum).batch_size(24).epochs(10).parts(parts);
        trainer.fit((&data.x, &data.t))?;
        Ok::<_, Box<dyn Error>>((trainer.history().to_vec(), trainer.into_network()))
    };
    let (expected, whole) = train(Parts::of(24 / world.count()))?;
    for parts in [Parts::on(world), Parts::on(world).overlapped()] {
        let (history, net) = train(parts)?;
        check_histories(&history, &expected)?;
        check_close("the network", &*net, &*whole, 1e-12)?;
    }
    Ok(())
}

/// Prints the bits of a training in `f32` with a `BatchNorm`, a `Dropout` and augmentation.
fn bits(world: &World) -> Outcome {
    let data = Data::new(250);
    let x = data.x.mapv(|x| x as f32);
    for parts in [Parts::on(world), Parts::on(world).overlapped()] {
        let net = Random::new(Init::He, &mut Rng::seed(1));
        let mut trainer = Trainer::new(net, Adam::new(0.01)?)
            .batch_size(24)
            .epochs(10)
            .augment(|x, rng| x[0] += 0.1 * rng.normal() as f32)
            .parts(parts);
        trainer.fit((&x, &data.t))?;
        let bits = trainer.network().parameters().iter().fold(0_u64, |hash, parameter| {
            (hash ^ u64::from(parameter.to_bits())).wrapping_mul(0x0100_0000_01b3)
        });
        if world.rank() == 0 {
            let loss = trainer.history().last().map(|epoch| epoch.train.loss.to_bits());
            println!("bits {bits:016x} {loss:?}");
        }
    }
    Ok(())
}

/// The value after an option.
fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}

fn number(name: &str) -> Option<u64> {
    option(name)?.parse().ok()
}

/// A training with a checkpoint after each step, which stops, fails, panics, or goes on until it is
/// killed: `--path FILE`, `--stop STEP`, `--resume yes`, `--samples N`, `--fail RANK`,
/// `--panic RANK`, `--hang RANK`, `--epochs N`, `--timeout SECONDS`, `--expected yes`.
macro_rules! train {
    ($world:expr, $network:ident) => {{
        let world: &World = $world;
        let mut data = Data::new(number("--samples").unwrap_or(250) as usize);
        let is_this = |name| number(name) == Some(world.rank() as u64);
        if is_this("--fail") {
            data.x.slice_mut(s![100.., 1]).fill(f64::NAN);
        }
        if let Some(seconds) = number("--timeout") {
            world.set_timeout(Duration::from_secs(seconds));
        }
        let path = option("--path").ok_or("expected `--path`")?;
        let stop = number("--stop");
        let (panics, hangs) = (is_this("--panic"), is_this("--hang"));
        let trainer = || {
            let net = $network::<f64>::new(Init::Xavier, &mut Rng::seed(1));
            settings(net, number("--epochs").unwrap_or(5))
        };
        let mut divided = trainer()
            .checkpoint(&path)
            .checkpoint_every(1)
            .on_step(move |step, _| {
                assert!(!(panics && step.step == 9), "a panic in step 9");
                if hangs && step.step == 9 {
                    std::thread::sleep(Duration::from_secs(3600));
                }
                match Some(step.step) == stop {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            })
            .parts(Parts::on(world));
        if option("--resume").is_some() {
            divided.resume(&path)?;
        }
        divided.fit((&data.x, &data.t))?;
        if option("--expected").is_some() {
            let mut whole = trainer();
            whole.fit((&data.x, &data.t))?;
            check_histories(divided.history(), whole.history())?;
            check_close("the network", divided.network(), whole.network(), 1e-12)?;
        }
        Ok(())
    }};
}

/// Loads a checkpoint, which has to be complete: `--path FILE`.
fn whole() -> Outcome {
    let path = option("--path").ok_or("expected `--path`")?;
    let net = Plain::<f64>::new(Init::Xavier, &mut Rng::seed(1));
    settings(net, 1).resume(path)?;
    Ok(())
}

fn main() -> ExitCode {
    chainrule_mpi::run(|world| match std::env::args().nth(1).as_deref() {
        Some("gradients") => gradients(world),
        Some("steps") => steps(world),
        Some("trainer") => trainer(world),
        Some("norm") => norm(world),
        Some("bits") => bits(world),
        Some("train") if option("--network").is_some() => train!(world, Other),
        Some("train") => train!(world, Plain),
        Some("whole") => whole(),
        _ => Err("expected the name of a proof".into()),
    })
}
