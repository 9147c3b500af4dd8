//! The trainer gives the same bits as a hand-written loop. Its metrics, stopping, best network and
//! reported errors are as documented, and a step does not allocate.

use std::cell::RefCell;
use std::ops::ControlFlow;

use chainrule::data::{Dataset, Failure, ImageSet};
use chainrule::schedule::{Cosine, Plateau, Schedule};
use chainrule::trainer::{Error, evaluate};
use chainrule::{
    Adam, Batch, Init, LearningRate, Momentum, Network, Rng, Sgd, Trainer, Workspace, clip_norm,
    network,
};
use chainrule_tests::allocations::{self, Recording};
use ndarray::{Array1, Array2, array};
use rayon_core::ThreadPoolBuilder;

#[global_allocator]
static ALLOCATOR: Recording = Recording;

network! { struct Net = Affine(2, 8) -> Relu -> Affine(8, 3) => SoftmaxWithLoss; }
network! { struct Line = Affine(1, 1) => IdentityWithLoss; }
network! {
    struct Two {
        input a: [1];
        input b: [2];
        concat(a, b) -> Affine(3) -> Relu -> Affine(2) => SoftmaxWithLoss
    }
}

/// Points in the plane, labeled with one of three rings.
fn rings(samples: usize) -> (Vec<[f32; 2]>, Vec<u8>) {
    let mut rng = Rng::seed(1);
    let x: Vec<_> = (0..samples).map(|_| [0; 2].map(|_| rng.normal() as f32)).collect();
    let ring = |[a, b]: &[f32; 2]| ((a * a + b * b) as u8).min(2);
    let t = x.iter().map(ring).collect();
    (x, t)
}

fn net(seed: u64) -> Box<Net> {
    Net::new(Init::He, &mut Rng::seed(seed))
}

fn bits(net: &Net) -> Vec<u32> {
    net.parameters().iter().map(|w| w.to_bits()).collect()
}

#[test]
fn as_a_loop_written_by_hand() {
    let (x, t) = rings(50);
    let schedule = Cosine::new(0.02, 0.0, 35).unwrap();

    let mut trainer = Trainer::new(net(0), Adam::new(0.02).unwrap())
        .batch_size(8)
        .epochs(5)
        .seed(3)
        .schedule(schedule)
        .clip_norm(0.5);
    trainer.fit((&x, &t)).unwrap();

    let mut net = net(0);
    let mut adam = Adam::new(0.02).unwrap();
    let (mut workspace, mut grads) = (Workspace::new(), Net::zeros());
    let (mut rng, mut step) = (Rng::seed(3), 0);
    for epoch in 0..5 {
        let mut order: Vec<_> = (0..50).collect();
        Rng::seed(rng.bits()).shuffle(&mut order);
        let mut loss = 0.0;
        for batch in order.chunks(8) {
            let x: Vec<_> = batch.iter().map(|&index| x[index]).collect();
            let t: Vec<_> = batch.iter().map(|&index| t[index]).collect();
            let mean = net.gradient_in(&x, &t, &mut workspace, &mut grads).unwrap();
            loss += f64::from(mean) * batch.len() as f64;
            clip_norm(&mut *grads, 0.5).unwrap();
            adam.set_learning_rate(schedule.rate(step)).unwrap();
            net.update(&mut adam, &grads);
            step += 1;
        }
        let seen = &trainer.history()[epoch];
        assert_eq!(seen.train.loss, loss / 50.0);
        assert_eq!((seen.steps, seen.learning_rate), (step, schedule.rate(step - 1)));
    }
    assert_eq!(bits(trainer.network()), bits(&net));
}

#[test]
fn the_seed_decides() {
    let (x, t) = rings(90);
    let train = |seed| {
        let mut trainer = Trainer::new(net(0), Momentum::new(0.05, 0.9).unwrap())
            .epochs(3)
            .seed(seed)
            .validation_split(0.3)
            .augment(|sample, rng| sample[0] += 0.1 * rng.normal() as f32);
        let history = trainer.fit((&x, &t)).unwrap().clone();
        (history, bits(trainer.network()))
    };
    assert_eq!(train(1), train(1));
    assert_ne!(train(1), train(2));
}

#[test]
fn the_number_of_threads_does_not() {
    network! {
        struct Large = Affine(256, 300) -> BatchNorm -> Relu -> Dropout(0.2) -> Affine(300, 10)
            => SoftmaxWithLoss;
    }
    let mut rng = Rng::seed(0);
    let x = Array2::from_shape_simple_fn((500, 256), || rng.normal() as f32);
    let t: Vec<_> = (0..500).map(|_| rng.below(10)).collect();
    let train = |threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let large = Large::new(Init::He, &mut Rng::seed(1));
            let mut trainer = Trainer::new(large, Adam::new(0.001).unwrap())
                .batch_size(200)
                .epochs(2)
                .validation_split(0.2);
            let history = trainer.fit((&x, &t)).unwrap().clone();
            let weights = trainer.network().parameters().iter().map(|w| w.to_bits());
            (history, weights.collect::<Vec<_>>())
        })
    };
    let alone = train(1);
    assert_eq!(train(2), alone);
    assert_eq!(train(3), alone);
}

/// A data set that records which samples were requested.
struct Noted(RefCell<Vec<usize>>);

impl<N: Network<Scalar = f32>> Dataset<N> for Noted {
    fn len(&self) -> usize {
        100
    }

    fn gather(&self, indices: &[usize], batch: &mut Batch<N>) -> Result<(), Failure> {
        self.0.borrow_mut().extend(indices);
        for &index in indices {
            batch.features_mut().push(index as f32 / 100.0);
            batch.push_row([1.0])?;
        }
        Ok(())
    }
}

#[test]
fn what_is_split_off_is_not_trained_on() {
    let noted = Noted(RefCell::default());
    let line = Line::new(Init::Zeros, &mut Rng::seed(0));
    let mut trainer = Trainer::new(line, Sgd::new(0.01).unwrap()).epochs(2).validation_split(0.25);
    trainer.fit(&noted).unwrap();
    let asked = noted.0.into_inner();
    let [first, second] = [&asked[..100], &asked[100..]];
    let (training, validation) = first.split_at(75);
    let mut all = first.to_vec();
    all.sort_unstable();
    assert!(all.into_iter().eq(0..100), "each sample once in an epoch");
    assert_ne!(training, &second[..75], "another order");
    assert_eq!(validation, &second[75..]);
    assert!(!validation.iter().copied().eq(75..100), "drawn by chance");
}

#[test]
fn the_best_network_is_kept() {
    let (x, t) = rings(60);
    let validation = rings(40);
    // A rate so high that the loss oscillates.
    let mut trainer = Trainer::new(net(0), Sgd::new(1.5).unwrap())
        .epochs(200)
        .batch_size(10)
        .validation((&validation.0, &validation.1))
        .early_stopping(7);
    trainer.fit((&x, &t)).unwrap();
    let losses: Vec<_> = trainer.history().iter().map(|epoch| epoch.watched_loss()).collect();
    let best = losses.iter().copied().fold(f64::MAX, f64::min);
    let place = losses.iter().position(|loss| *loss == best).unwrap();
    assert_eq!(losses.len(), place + 1 + 8, "stops after the eighth that is not better");
    assert!(losses.last() != Some(&best));
    let saved = evaluate(trainer.network(), (&validation.0, &validation.1)).unwrap();
    assert_eq!(saved.loss, best);
}

#[test]
fn a_plateau_listens_to_the_loss() {
    let (x, t) = rings(60);
    let mut trainer = Trainer::new(net(0), Sgd::new(1.5).unwrap())
        .epochs(40)
        .plateau(Plateau::new(1.5, 0.5, 0).unwrap().with_threshold(0.1).unwrap());
    trainer.fit((&x, &t)).unwrap();
    let mut plateau = Plateau::new(1.5, 0.5, 0).unwrap().with_threshold(0.1).unwrap();
    let mut rate = 1.5;
    for epoch in trainer.history().iter() {
        assert_eq!(epoch.learning_rate, rate);
        rate = plateau.observe(epoch.train.loss);
    }
    assert!(rate < 1.5);
}

#[test]
fn callbacks_see_and_stop() {
    let (x, t) = rings(60);
    let (steps, epochs) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    let mut trainer = Trainer::new(net(0), Sgd::new(0.1).unwrap())
        .batch_size(20)
        .on_step(|step, _| {
            steps.borrow_mut().push((step.epoch, step.step));
            ControlFlow::Continue(())
        })
        .on_epoch(|epoch, net| {
            epochs.borrow_mut().push((epoch.epoch, bits(net)));
            if epoch.epoch == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
    assert_eq!(trainer.fit((&x, &t)).unwrap().len(), 2);
    let last = bits(trainer.network());
    // Another call performs the remaining epochs.
    assert_eq!(trainer.fit((&x, &t)).unwrap().len(), 10);
    drop(trainer);
    let epochs = epochs.into_inner();
    assert_eq!(epochs[1], (2, last));
    assert_eq!(epochs.len(), 10);
    assert!(steps.into_inner().into_iter().eq((0..30).map(|step| (step / 3 + 1, step + 1))));
}

#[test]
fn batches_of_an_iterator() {
    let (x, t) = rings(40);
    let batches = |_epoch: u64| {
        x.chunks(10).zip(t.chunks(10)).map(|(x, t)| {
            let mut batch = Batch::<Net>::new();
            batch.features_mut().extend(x.as_flattened());
            t.iter().for_each(|label| batch.push_label(*label).unwrap());
            batch
        })
    };
    let mut trainer = Trainer::new(net(0), Sgd::new(0.1).unwrap()).epochs(3);
    assert_eq!(trainer.fit_batches(batches).unwrap().last().unwrap().steps, 12);

    let mut net = net(0);
    let mut sgd = Sgd::new(0.1).unwrap();
    for _ in 0..3 {
        for (x, t) in x.chunks(10).zip(t.chunks(10)) {
            let grads = net.gradient(x, t).unwrap();
            net.update(&mut sgd, &grads);
        }
    }
    assert_eq!(bits(trainer.network()), bits(&net));

    let error = Trainer::new(net, sgd).fit_batches(|_| std::iter::empty()).unwrap_err();
    assert!(matches!(error, Error::NoSamples { purpose: "training", .. }));
}

#[test]
fn all_forms_of_data() {
    let (x, t) = rings(9);
    let arrays = (Array2::from(x.clone()), Array1::from(t.clone()));
    let columns = arrays.0.t().as_standard_layout().into_owned();
    let rows = Array2::from_shape_fn((9, 3), |(i, j)| f32::from(u8::from(j == t[i] as usize)));
    let expected = evaluate(&*net(0), (&x, &t)).unwrap().loss;
    let nine: &[[f32; 2]; 9] = x.first_chunk().unwrap();
    let labels: [i64; 9] = std::array::from_fn(|at| i64::from(t[at]));
    for loss in [
        evaluate(&*net(0), (&x[..], &t[..])),
        evaluate(&*net(0), (nine, &labels)),
        evaluate(&*net(0), (&arrays.0, &arrays.1)),
        evaluate(&*net(0), (arrays.0.view(), arrays.1.view())),
        evaluate(&*net(0), (columns.t(), &rows)),
    ] {
        assert!((loss.unwrap().loss - expected).abs() < 1e-7);
    }

    let images = ImageSet::new(array![[0, 255], [51, 0]], vec![2, 1]).unwrap();
    let loss = evaluate(&*net(0), &images).unwrap().loss;
    assert_eq!(loss, evaluate(&*net(0), (&[[0.0, 1.0], [0.2, 0.0]], &[2, 1])).unwrap().loss);

    // Several inputs are concatenated.
    let two = Two::new(Init::He, &mut Rng::seed(0));
    let loss = two.loss((&[[1.0]], &[[2.0, 3.0]]), &[1]).unwrap();
    assert_eq!(evaluate(&*two, (&[[1.0, 2.0, 3.0]], &[1])).unwrap().loss, f64::from(loss));
}

#[test]
fn sizes_that_are_small_or_large() {
    let (x, t) = rings(10);
    let mut none = Trainer::new(net(0), Sgd::new(0.1).unwrap()).epochs(0);
    assert!(none.fit((&x, &t)).unwrap().is_empty());
    assert_eq!(bits(none.network()), bits(&net(0)));
    let mut large = Trainer::new(net(0), Sgd::new(0.1).unwrap()).epochs(2).batch_size(usize::MAX);
    assert_eq!(large.fit((&x, &t)).unwrap()[1].steps, 2);
    let mut single = Trainer::new(net(0), Sgd::new(0.1).unwrap()).epochs(2).batch_size(1);
    assert_eq!(single.fit((&x[..1], &t[..1])).unwrap()[1].steps, 2);
}

#[test]
fn a_step_allocates_nothing() {
    let (x, t) = rings(64);
    let counts = RefCell::new(Vec::with_capacity(1000));
    let mut trainer = Trainer::new(net(0), Adam::new(0.01).unwrap())
        .batch_size(8)
        .epochs(3)
        .top_k(2)
        .clip_norm(1.0)
        .schedule(Cosine::new(0.01, 0.0, 100).unwrap())
        .augment(|sample, rng| sample[0] += rng.normal() as f32)
        .on_step(|_, _| {
            counts.borrow_mut().push(allocations::count());
            ControlFlow::Continue(())
        });
    trainer.fit((&x, &t)).unwrap();
    drop(trainer);
    let counts = counts.into_inner();
    assert_eq!(counts.len(), 24);
    assert_ne!(counts[0], 0);
    for epoch in counts.chunks(8) {
        assert!(epoch.iter().all(|count| *count == epoch[0]), "{counts:?}");
    }
}
