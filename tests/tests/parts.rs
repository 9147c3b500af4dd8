//! Batches in parts: accumulated one after the other, and on ranks that are threads. Gradients,
//! losses and metrics are those of the whole batch to rounding, and errors are the same everywhere.

use chainrule::data::{Dataset, Failure};
use chainrule::losses::Targets;
use chainrule::metrics::{BalancedAccuracy, MeanAbsoluteError, Metric, R2};
use chainrule::trainer::{self, Epoch};
use chainrule::{
    Adam, Batch, Error, Init, Momentum, Network, NetworkExt, Numbers, Parts, RankError, Ranks, Rng,
    Scalar, Sgd, Trainer, Weighted, Workspace, network, share,
};
use chainrule_tests::allocations::{self, Recording};
use chainrule_tests::ranks::on;
use ndarray::{Array2, ArrayView2, Axis, s};

#[global_allocator]
static ALLOCATOR: Recording = Recording;

network! { struct Plain = Affine(3, 8) -> Tanh -> Affine(8, 4) => SoftmaxWithLoss; }
network! {
    struct Classes = Affine(3, 8) -> Tanh -> Affine(8, 4)
        => SoftmaxWithLoss(smoothing = 0.1, weights = [1.0, 0.0, 2.5, 0.5]);
}
network! {
    struct Several {
        input x: [3];
        let h = x -> shared: Affine(3) -> Tanh -> shared -> Tanh;
        (h -> Affine(4), h -> LayerNorm -> Affine(2) -> Tanh -> Affine(1))
            => (SoftmaxWithLoss(weights = [1.0, 0.5, 2.5, 0.0]), 0.5 * Huber)
    }
}
network! {
    /// A sequence, whose loss is that of each step.
    struct Text {
        input text: [4] of 6;
        let x = text -> Embedding(6) -> Positions;
        let a = x + (x -> LayerNorm -> CausalAttention(2));
        a -> Affine(6) => SoftmaxWithLoss
    }
}
network! { struct Encoder = Affine(3, 6) -> Relu => IdentityWithLoss; }
network! {
    struct Norm = Encoder -> BatchNorm -> Affine(4) -> BatchNorm -> Tanh -> Affine(4)
        => SoftmaxWithLoss;
}
network! { struct Line = Affine(3, 1) => IdentityWithLoss; }
network! { struct Dropping = Affine(3, 8) -> Dropout(0.5) -> Affine(8, 4) => SoftmaxWithLoss; }

type Samples = (Array2<f64>, Vec<usize>, Vec<f64>, Array2<f64>);

/// Features, labels, weights of samples, and values.
fn samples(count: usize) -> Samples {
    let mut rng = Rng::seed(count as u64);
    let x = Array2::from_shape_simple_fn((count, 3), || rng.normal());
    let t = (0..count).map(|_| rng.below(4)).collect();
    let w = (0..count).map(|_| rng.below(3) as f64).collect();
    let y = x.map_axis(Axis(1), |x| x[0] - x[1] * x[2]).insert_axis(Axis(1));
    (x, t, w, y)
}

fn rows(x: &Array2<f64>, share: std::ops::Range<usize>) -> ArrayView2<'_, f64> {
    x.slice(s![share, ..])
}

/// The largest difference between two networks.
fn distance<N: Network>(a: &N, b: &N) -> f64 {
    let pairs = a.parameters().iter().zip(b.parameters());
    pairs.map(|(&a, &b)| (a.as_f64() - b.as_f64()).abs()).fold(0.0, f64::max)
}

const BOUND: f64 = 1e-14;

/// Compares the gradient of a network in parts of each size, and on ranks, with that of the batch.
/// The expressions give features and targets of a range of samples.
macro_rules! as_the_batch {
    ($network:ident, |$range:ident| $x:expr, $t:expr) => {{
        let net = $network::<f64>::new(Init::Xavier, &mut Rng::seed(1));
        let (mut workspace, mut grads, mut whole) =
            (Workspace::new(), $network::<f64>::zeros(), $network::<f64>::zeros());
        let $range = 0..13;
        let loss = net.gradient_in($x, $t, &mut workspace, &mut whole).unwrap();
        assert!(whole.parameters().iter().any(|g| g.abs() > 1e-3));
        for size in [1, 5, 12, 13, 99] {
            let parts = Parts::of(size);
            let $range = 0..13;
            let found = net.gradient_in_parts($x, $t, parts, &mut workspace, &mut grads).unwrap();
            assert!((found - loss).abs() < BOUND, "{found} {loss}");
            assert!(distance(&*grads, &*whole) < BOUND, "parts of {size}");
        }
        for (count, size) in [(1, 99), (2, 99), (3, 2), (4, 3), (20, 99)] {
            for overlapped in [false, true] {
                let all = on(count, |ranks| {
                    let (mut workspace, mut grads) = (Workspace::new(), $network::<f64>::zeros());
                    let parts = Parts::on(ranks).at_most(size);
                    let parts = if overlapped { parts.overlapped() } else { parts };
                    let $range = share(Ranks::<f64>::rank(ranks), count, 13);
                    let loss =
                        net.gradient_in_parts($x, $t, parts, &mut workspace, &mut grads).unwrap();
                    (loss, grads)
                });
                for (found, grads) in &all {
                    assert!((found - loss).abs() < BOUND, "{found} {loss}");
                    assert!(distance(&**grads, &*whole) < BOUND, "{count} ranks");
                    assert_eq!(grads.parameters(), all[0].1.parameters());
                }
            }
        }
    }};
}

#[test]
fn gradients_are_those_of_the_batch() {
    let (x, t, w, y) = samples(13);
    as_the_batch!(Plain, |range| &rows(&x, range.clone()), &t[range]);
    as_the_batch!(Classes, |range| &rows(&x, range.clone()), &t[range]);
    as_the_batch!(Several, |range| &rows(&x, range.clone()), (&t[range.clone()], &rows(&y, range)));
    as_the_batch!(
        Plain,
        |range| &rows(&x, range.clone()),
        Weighted::new(&t[range.clone()], &w[range])
    );
    as_the_batch!(
        Classes,
        |range| &rows(&x, range.clone()),
        Weighted::new(&t[range.clone()], &w[range])
    );
    as_the_batch!(
        Several,
        |range| &rows(&x, range.clone()),
        Weighted::new((&t[range.clone()], &rows(&y, range.clone())), &w[range])
    );
    as_the_batch!(Line, |range| &rows(&x, range.clone()), &rows(&y, range));
}

#[test]
fn gradients_of_sequences() {
    let mut rng = Rng::seed(5);
    let mut text = |_| [0; 4].map(|_| rng.below(6));
    let (x, t): (Vec<_>, Vec<_>) = (0..13).map(|at| (text(at), text(at))).unzip();
    let w: Vec<_> = (0..13).map(|at| f64::from(at % 3)).collect();
    as_the_batch!(Text, |range| &x[range.clone()], &t[range]);
    as_the_batch!(Text, |range| &x[range.clone()], Weighted::new(&t[range.clone()], &w[range]));
}

/// Every statistic of a `BatchNorm` is that of a part; the buffers of the gradients are the means by
/// samples.
#[test]
fn a_batch_norm_sees_parts() {
    let (x, t, ..) = samples(13);
    let net = Norm::<f64>::new(Init::Xavier, &mut Rng::seed(1));
    let (mut expected, mut part) = (Norm::<f64>::zeros(), Norm::<f64>::zeros());
    let mut workspace = Workspace::new();
    for range in [0..5, 5..10, 10..13] {
        let share = range.len() as f64 / 13.0;
        let x = rows(&x, range.clone());
        net.gradient_in(&x, &t[range], &mut workspace, &mut part).unwrap();
        for (sum, &of_part) in expected.parameters_mut().iter_mut().zip(part.parameters()) {
            *sum += share * of_part;
        }
    }
    let mut grads = Norm::<f64>::zeros();
    net.gradient_in_parts(&x, &t, Parts::of(5), &mut workspace, &mut grads).unwrap();
    assert!(distance(&*grads, &*expected) < BOUND);
    assert_eq!(grads.batch_norm1.batches, [1.0]);

    // The mean is that of the batch.
    let whole = net.gradient(&x, &t).unwrap();
    for (a, b) in whole.batch_norm1.running_mean.iter().zip(grads.batch_norm1.running_mean) {
        assert!((a - b).abs() < BOUND);
    }
    // Ranks compute the same parts: 4, 4 and 5 samples.
    let in_order = on(3, |ranks| {
        let (mut workspace, mut grads) = (Workspace::new(), Norm::<f64>::zeros());
        let range = share(Ranks::<f64>::rank(ranks), 3, 13);
        let x = rows(&x, range.clone());
        let parts = Parts::on(ranks).overlapped();
        net.gradient_in_parts(&x, &t[range], parts, &mut workspace, &mut grads).unwrap();
        grads
    });
    let mut expected = Norm::<f64>::zeros();
    for range in [0..4, 4..8, 8..13] {
        let share = range.len() as f64 / 13.0;
        net.gradient_in(&rows(&x, range.clone()), &t[range], &mut workspace, &mut part).unwrap();
        for (sum, &of_part) in expected.parameters_mut().iter_mut().zip(part.parameters()) {
            *sum += share * of_part;
        }
    }
    assert!(distance(&*in_order[2], &*expected) < BOUND);
}

#[test]
fn weights_of_zero_and_empty_batches() {
    let (x, t, ..) = samples(4);
    let net = Plain::<f64>::new(Init::Xavier, &mut Rng::seed(1));
    let (mut workspace, mut grads) = (Workspace::new(), Plain::<f64>::zeros());
    let unweighted = Weighted::new(&t, &[0.0; 4]);
    let parts = Parts::of(3);
    let loss = net.gradient_in_parts(&x, unweighted, parts, &mut workspace, &mut grads).unwrap();
    assert!(loss == 0.0 && grads.parameters().iter().all(|&g| g == 0.0));

    let none = Array2::<f64>::zeros((0, 3));
    let error = net.gradient_in_parts(&none, &[0; 0], parts, &mut workspace, &mut grads);
    assert_eq!(error, Err(Error::EmptyBatch));
    let errors = on(2, |ranks| {
        let (mut workspace, mut grads) = (Workspace::new(), Plain::<f64>::zeros());
        net.gradient_in_parts(&none, &[0; 0], Parts::on(ranks), &mut workspace, &mut grads)
    });
    assert_eq!(errors, [Err(Error::EmptyBatch), Err(Error::EmptyBatch)]);

    let error = net.gradient_in_parts(&x, &t, Parts::of(0), &mut workspace, &mut grads);
    let message = error.unwrap_err().to_string();
    assert_eq!(message, "invalid samples of a part: expected at least 1, found 0");
}

#[test]
fn accumulating_needs_the_memory_of_a_part_and_does_not_allocate() {
    let (x, t, ..) = samples(1000);
    let net = Plain::<f64>::new(Init::Xavier, &mut Rng::seed(1));
    let (mut whole, mut workspace) = (Workspace::new(), Workspace::new());
    let mut grads = Plain::<f64>::zeros();
    net.gradient_in(&x, &t, &mut whole, &mut grads).unwrap();
    net.gradient_in_parts(&x, &t, Parts::of(10), &mut workspace, &mut grads).unwrap();
    assert!(workspace.bytes() < whole.bytes() / 20, "{} {}", workspace.bytes(), whole.bytes());
    let before = allocations::count();
    for _ in 0..5 {
        net.gradient_in_parts(&x, &t, Parts::of(10), &mut workspace, &mut grads).unwrap();
    }
    assert_eq!(allocations::count(), before);
}

/// Rank 1 has an invalid sample: it returns its own error, and the others return its text.
#[test]
fn an_error_of_one_rank_is_that_of_all() {
    let (x, _, _, y) = samples(9);
    let mut net = Line::<f64>::new(Init::Xavier, &mut Rng::seed(1));
    net.affine1.weight[0][0] = 10.0;
    // The second value overflows in the second part of rank 1.
    for (value, place, own) in [
        (f64::NAN, (4, 2), "expected finite inputs, found NaN in sample 1, column 2"),
        (f64::MAX, (5, 0), ""),
    ] {
        let mut x = x.clone();
        x[place] = value;
        let errors = on(3, |ranks| {
            let (mut workspace, mut grads) = (Workspace::new(), Line::<f64>::zeros());
            let range = share(Ranks::<f64>::rank(ranks), 3, 9);
            let (x, parts) = (rows(&x, range.clone()), Parts::on(ranks).at_most(2));
            let y = rows(&y, range);
            net.gradient_in_parts(&x, &y, parts, &mut workspace, &mut grads).unwrap_err()
        });
        let text = errors[1].to_string();
        assert!(text.starts_with(own), "{text}");
        assert!(text.contains("sample") && !text.contains("sample 0"), "{text}");
        let cause = RankError::Failed { rank: 1, message: text };
        assert_eq!(errors[0], Error::Ranks { cause });
        assert_eq!(errors[0], errors[2]);
    }
}

/// The numbers of an epoch.
fn numbers(epoch: &Epoch) -> Vec<f64> {
    let validation = epoch.validation.unwrap_or_default();
    let added = epoch.metrics.iter().flat_map(|m| [m.train, m.validation]).map(Option::unwrap);
    let of = |m: trainer::Metrics| [m.loss, m.accuracy.unwrap_or(0.0)];
    [epoch.train, validation].into_iter().flat_map(of).chain(added).collect()
}

fn assert_close(found: &[Epoch], expected: &[Epoch], bound: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!((found.steps, found.learning_rate), (expected.steps, expected.learning_rate));
        for (a, b) in numbers(found).into_iter().zip(numbers(expected)) {
            assert!((a - b).abs() < bound, "{a} {b} in epoch {}", found.epoch);
        }
    }
}

/// A training with everything that ranks have to agree on; `$divide` adds the parts.
macro_rules! training {
    ($data:expr, |$trainer:ident| $divide:expr) => {{
        let (x, t, w, _) = $data;
        let net = Classes::<f64>::new(Init::Xavier, &mut Rng::seed(2));
        let $trainer = Trainer::new(net, Momentum::new(0.2, 0.9).unwrap())
            .batch_size(10)
            .epochs(12)
            .seed(4)
            .clip_norm(0.3)
            .validation_split(0.3)
            .plateau(chainrule::schedule::Plateau::new(0.2, 0.5, 1).unwrap())
            .metric(BalancedAccuracy)
            .early_stopping(3);
        let mut trainer = $divide;
        let targets = Weighted::new(&t[..], &w[..]);
        trainer.fit((&rows(x, 0..x.nrows()), targets)).unwrap();
        (trainer.history().to_vec(), trainer.into_network())
    }};
}

#[test]
fn a_trainer_in_parts_and_on_ranks() {
    // 47 training samples in batches of 10: the last has 7, fewer than the 8 ranks at the end.
    let data = &samples(67);
    let (expected, whole) = training!(data, |trainer| trainer);
    assert!(expected.len() < 12, "stopped early");
    let (found, net) = training!(data, |trainer| trainer.parts(Parts::of(3)));
    assert_close(&found, &expected, 1e-12);
    assert!(distance(&*net, &*whole) < 1e-12);
    for count in [1, 2, 3, 8] {
        let all = on(count, |ranks| {
            training!(data, |trainer| trainer.parts(Parts::on(ranks).at_most(2)))
        });
        for (history, net) in &all {
            assert_close(history, &expected, 1e-12);
            assert!(distance(&**net, &*whole) < 1e-12, "{count} ranks");
            assert_eq!(net.parameters(), all[0].1.parameters());
            assert_eq!(history, &all[0].0);
        }
    }
}

#[test]
fn metrics_of_values_are_merged() {
    let (x, _, _, mut y) = samples(40);
    y += 1e6;
    let run = |parts: Option<Parts<'_, f64>>| {
        let net = Line::<f64>::new(Init::Xavier, &mut Rng::seed(2));
        let trainer = Trainer::new(net, Sgd::new(0.0).unwrap()).epochs(1).batch_size(7);
        let trainer = trainer.validation_split(0.25).metric(R2).metric(MeanAbsoluteError);
        let mut trainer = match parts {
            Some(parts) => trainer.parts(parts),
            None => trainer,
        };
        trainer.fit((&x, &y)).unwrap();
        trainer.history().to_vec()
    };
    let expected = run(None);
    for history in on(3, |ranks| run(Some(Parts::on(ranks)))) {
        for (found, expected) in numbers(&history[0]).into_iter().zip(numbers(&expected[0])) {
            assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{found} {expected}");
        }
    }
    // Sums of no samples change nothing.
    let (mut sums, none) = (vec![0.0; 6], vec![0.0; 6]);
    let targets = [3.0, 5.0];
    let scores = ndarray::array![[2.0], [7.0]];
    Metric::<Line<f64>>::add(&R2, scores.view(), Targets::Rows(&targets), &mut sums);
    let before = sums.clone();
    Metric::<Line<f64>>::merge(&R2, &mut sums, &none);
    assert_eq!(sums, before);
}

#[test]
fn ranks_drop_different_values_and_give_the_same_bits_again() {
    let (x, t, ..) = samples(24);
    let run = |ranks: &chainrule_tests::ranks::Rank<'_>| {
        let net = Dropping::<f64>::new(Init::Xavier, &mut Rng::seed(2));
        let mut trainer = Trainer::new(net, Adam::new(0.01).unwrap())
            .epochs(3)
            .batch_size(8)
            .augment(|x, rng| x[0] += rng.normal())
            .parts(Parts::on(ranks));
        trainer.fit((&x, &t)).unwrap();
        (trainer.history().to_vec(), trainer.into_network())
    };
    let (first, again, of_three) = (on(2, run), on(2, run), on(3, run));
    assert_eq!(first[0].0, again[1].0);
    assert_eq!(first[0].1.parameters(), again[1].1.parameters());
    assert_ne!(first[0].0, of_three[0].0);
}

#[test]
fn a_checkpoint_is_resumed_on_another_number_of_ranks() {
    let (x, t, ..) = samples(50);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let run = |parts: Option<Parts<'_, f64>>, stop: Option<u64>, resume: bool| {
        let net = Plain::<f64>::new(Init::Xavier, &mut Rng::seed(2));
        let trainer = Trainer::new(net, Adam::new(0.01).unwrap())
            .batch_size(8)
            .epochs(4)
            .checkpoint(&path)
            .checkpoint_every(1)
            .on_step(move |step, _| match Some(step.step) == stop {
                true => std::ops::ControlFlow::Break(()),
                false => std::ops::ControlFlow::Continue(()),
            });
        let mut trainer = match parts {
            Some(parts) => trainer.parts(parts),
            None => trainer,
        };
        if resume {
            trainer.resume(&path).unwrap();
        }
        trainer.fit((&x, &t)).unwrap();
        (trainer.history().to_vec(), trainer.into_network())
    };
    let (expected, net) = run(None, None, false);
    // In the middle of an epoch of 7 steps.
    on(3, |ranks| run(Some(Parts::on(ranks)), Some(10), false));
    on(2, |ranks| run(Some(Parts::on(ranks)), Some(18), true));
    let (history, resumed) = run(None, None, true);
    assert_close(&history, &expected, 1e-12);
    assert!(distance(&*resumed, &*net) < 1e-12);
}

/// The error of each rank; `$trainer` and `$samples` depend on the rank.
macro_rules! errors {
    ($count:expr, |$rank:ident, $trainer:ident| $change:expr, $samples:expr) => {
        on($count, |ranks| {
            let $rank = Ranks::<f64>::rank(ranks);
            let (x, t, ..) = samples($samples);
            let net = Plain::<f64>::new(Init::Xavier, &mut Rng::seed(2));
            let $trainer =
                Trainer::new(net, Adam::new(0.01).unwrap()).batch_size(8).parts(Parts::on(ranks));
            let mut trainer = $change;
            trainer.fit((&x, &t)).map(|_| ()).unwrap_err().to_string()
        })
    };
}

#[test]
fn ranks_that_differ_are_errors_on_all() {
    let found = errors!(3, |rank, trainer| trainer, if rank == 2 { 31 } else { 30 });
    let expected = "expected training samples 30 on every rank, as on rank 0, found 31 on rank 2";
    assert_eq!(found, [expected; 3]);
    let found = errors!(2, |rank, trainer| trainer.seed(rank as u64 + 5), 30);
    assert_eq!(found, ["expected seed 5 on every rank, as on rank 0, found 6 on rank 1"; 2]);
    let found = errors!(2, |rank, trainer| trainer.batch_size(8 + rank), 30);
    assert_eq!(found, ["expected batch size 8 on every rank, as on rank 0, found 9 on rank 1"; 2]);

    let found = on(2, |ranks| {
        let (x, t, ..) = samples(20);
        let net = Plain::<f64>::new(Init::Xavier, &mut Rng::seed(Ranks::<f64>::rank(ranks) as u64));
        let mut trainer = Trainer::new(net, Adam::new(0.01).unwrap()).parts(Parts::on(ranks));
        trainer.fit((&x, &t)).map(|_| ()).unwrap_err().to_string()
    });
    assert!(found[0].starts_with("expected parameters of hash "), "{}", found[0]);
    assert_eq!(found[0], found[1]);
}

/// A data set that fails on one rank, in the third batch of the first epoch.
struct Failing<'d> {
    samples: &'d Samples,
    fails: bool,
    batches: std::cell::Cell<usize>,
}

impl Dataset<Plain<f64>> for Failing<'_> {
    fn len(&self) -> usize {
        self.samples.0.nrows()
    }

    fn gather(&self, indices: &[usize], batch: &mut Batch<Plain<f64>>) -> Result<(), Failure> {
        self.batches.set(self.batches.get() + 1);
        if self.fails && self.batches.get() == 3 {
            return Err("the disk is gone".into());
        }
        for &index in indices {
            batch.features_mut().extend(self.samples.0.row(index));
            batch.push_label(self.samples.1[index])?;
        }
        Ok(())
    }
}

#[test]
fn a_rank_whose_data_fails_ends_the_training() {
    let data = samples(30);
    let found = on(3, |ranks| {
        let fails = Ranks::<f64>::rank(ranks) == 1;
        let data = Failing { samples: &data, fails, batches: 0.into() };
        let net = Plain::<f64>::new(Init::Xavier, &mut Rng::seed(2));
        let mut trainer =
            Trainer::new(net, Adam::new(0.01).unwrap()).batch_size(6).parts(Parts::on(ranks));
        trainer.fit(data).map(|_| ()).unwrap_err().to_string()
    });
    let own = "epoch 1: the disk is gone";
    let of_others = format!("rank 1 failed: {own}");
    assert_eq!(found, [&of_others[..], own, &of_others]);
}

#[test]
fn batches_of_an_iterator_on_ranks() {
    let (x, t, ..) = samples(45);
    let batches = |steps: usize| {
        let (x, t) = (&x, &t);
        move |_epoch: u64| {
            (0..steps).map(move |step| {
                let range = step * 10..(step * 10 + 10).min(45);
                let mut batch = Batch::<Plain<f64>>::new();
                batch.features_mut().extend(rows(x, range.clone()));
                t[range].iter().for_each(|&label| batch.push_label(label).unwrap());
                batch
            })
        }
    };
    fn trainer<'a>() -> Trainer<'a, Plain<f64>, Adam<Plain<f64>>> {
        let net = Plain::<f64>::new(Init::Xavier, &mut Rng::seed(2));
        Trainer::new(net, Adam::new(0.01).unwrap()).epochs(3)
    }
    let mut whole = trainer();
    whole.fit_batches(batches(5)).unwrap();
    for history in on(3, |ranks| {
        let mut trainer = trainer().parts(Parts::on(ranks));
        trainer.fit_batches(batches(5)).unwrap().to_vec()
    }) {
        assert_close(&history, whole.history(), 1e-12);
    }
    let found = on(2, |ranks| {
        let mut trainer = trainer().parts(Parts::on(ranks));
        let steps = 4 + Ranks::<f64>::rank(ranks);
        trainer.fit_batches(batches(steps)).map(|_| ()).unwrap_err().to_string()
    });
    let expected =
        "expected as many batches on every rank, found 1 of 2 ranks without a further one";
    assert_eq!(found, [expected; 2]);
}
