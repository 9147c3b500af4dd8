//! The trainer does what a loop written by hand does, bit for bit; it measures,
//! stops, keeps and tells what cannot be as it says; a step allocates nothing.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;

use chainrule::data::{Dataset, Failure, ImageSet};
use chainrule::schedule::{Cosine, Plateau, Schedule};
use chainrule::trainer::{Error, FirstNotFinite, confusion, evaluate};
use chainrule::{
    Adam, Batch, Init, LearningRate, Momentum, Network, Optimizer, Rng, Sgd, Trainer, Workspace,
    clip_norm, network,
};
use ndarray::{Array1, Array2, ArrayView2, array};
use rayon_core::ThreadPoolBuilder;

/// The system's allocator, with a count for each thread: tests run side by side.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: all is handed on to the system's allocator; counting does not allocate,
// since the count has a constant start and no destructor. `alloc_zeroed` and
// `realloc` come from the trait and go through `alloc`.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // While a thread ends, its count is gone; nobody reads it then.
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        // SAFETY: handed on from the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: handed on from the caller.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

network! { struct Net = Affine(2, 8) -> Relu -> Affine(8, 3) => SoftmaxWithLoss; }
network! { struct Line = Affine(1, 1) => IdentityWithLoss; }
network! {
    struct Two {
        input a: [1];
        input b: [2];
        concat(a, b) -> Affine(3) -> Relu -> Affine(2) => SoftmaxWithLoss
    }
}

/// Points in the plane, and in which of three rings each lies.
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
        let seen = trainer.history()[epoch];
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

#[test]
fn metrics_are_those_of_the_network() {
    let (x, t) = rings(1203);
    let net = net(4);
    let metrics = evaluate(&*net, (&x, &t)).unwrap();
    assert_eq!(metrics.accuracy, Some(net.accuracy(&x, &t).unwrap()));
    assert!((metrics.loss - f64::from(net.loss(&x, &t).unwrap())).abs() < 1e-6);
    assert_eq!(metrics.top_k, None);

    let matrix = confusion(&*net, (&x, &t)).unwrap();
    assert_eq!(Some(matrix.accuracy()), metrics.accuracy);
    for class in 0..3 {
        let samples = t.iter().filter(|label| usize::from(**label) == class).count();
        assert_eq!(matrix.counts.row(class).sum(), samples as u64);
    }

    // Rows have no class.
    let rows = Array2::from_elem((1203, 3), 1.0 / 3.0);
    assert_eq!(evaluate(&*net, (&x, &rows)).unwrap().accuracy, None);
}

#[test]
fn top_k_and_validation() {
    let (x, t) = rings(200);
    let validation = rings(300);
    let mut trainer = Trainer::new(net(0), Sgd::new(0.1).unwrap())
        .epochs(2)
        .top_k(2)
        .validation((&validation.0, &validation.1));
    trainer.fit((&x, &t)).unwrap();
    let last = *trainer.history().last().unwrap();
    let net = trainer.network();
    let scores = net.predict(&validation.0).unwrap();
    let among_two = |(row, &label): (ndarray::ArrayView1<'_, f32>, &u8)| {
        let score = row[usize::from(label)];
        row.iter().filter(|other| **other > score).count() < 2
    };
    let count = scores.rows().into_iter().zip(&validation.1).filter(|&item| among_two(item));
    let measured = last.validation.unwrap();
    assert_eq!(measured.top_k, Some(count.count() as f64 / 300.0));
    assert_eq!(measured.accuracy, Some(net.accuracy(&validation.0, &validation.1).unwrap()));
    assert!(last.train.top_k >= last.train.accuracy);
}

/// A data set that writes down which samples were asked for.
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
    // So large a rate that the loss goes up and down.
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
    let kept = evaluate(trainer.network(), (&validation.0, &validation.1)).unwrap();
    assert_eq!(kept.loss, best);
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
    // What is left is done by another call.
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

    // Several inputs lie side by side.
    let two = Two::new(Init::He, &mut Rng::seed(0));
    let loss = two.loss((&[[1.0]], &[[2.0, 3.0]]), &[1]).unwrap();
    assert_eq!(evaluate(&*two, (&[[1.0, 2.0, 3.0]], &[1])).unwrap().loss, f64::from(loss));
}

/// What a trainer says of these data and settings.
fn complaint(data: impl Dataset<Net>, set: impl Fn(Made) -> Made) -> String {
    let mut trainer = set(Trainer::new(net(0), Sgd::new(0.1).unwrap()).epochs(1));
    trainer.fit(data).unwrap_err().to_string()
}

type Made = Trainer<'static, Net, Sgd>;

#[test]
fn settings_that_cannot_be() {
    let (x, t) = rings(10);
    for (set, expected) in [
        ((|made| made.batch_size(0)) as fn(Made) -> Made, "the batch size is 0.0: expected 1"),
        (|made| made.clip_norm(f64::NAN), "the longest norm of the gradients is NaN: expected"),
        (|made| made.clip_norm(0.0), "the longest norm of the gradients is 0.0: expected"),
        (|made| made.validation_split(1.0), "the part of the samples for validation is 1.0"),
        (|made| made.validation_split(f64::NAN), "the part of the samples for validation is NaN"),
        (|made| made.validation_split(0.01), "there are no validation samples: the data set has"),
        (|made| made.validation_split(0.99), "there are no training samples: the data set has 10"),
        (
            |made| made.checkpoint("/nowhere").checkpoint_every(0),
            "the number of steps between two checkpoints is 0.0: expected 1 or more",
        ),
        (
            |made| made.checkpoint_every(7),
            "the number of steps between two checkpoints is 7.0: expected none, as long as",
        ),
    ] {
        let told = complaint((&x, &t), set);
        assert!(told.starts_with(expected), "{told}");
    }
    let empty: (&[[f32; 2]], &[u8]) = (&[], &[]);
    assert_eq!(complaint(empty, |made| made), "there are no training samples: the data set has 0");
    let mut trainer = Trainer::new(net(0), Sgd::new(0.1).unwrap()).validation(empty);
    let error = trainer.fit((&x, &t)).unwrap_err();
    assert_eq!(error.to_string(), "there are no validation samples: the data set has 0");
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
fn samples_that_cannot_be_are_told_by_their_place_in_the_data() {
    let (x, t) = rings(50);
    let mut broken = x.clone();
    broken[37][1] = f32::NAN;
    assert_eq!(
        complaint((&broken, &t), |made| made.batch_size(7)),
        "in epoch 1: NaN among the inputs, at sample 37, column 1: expected finite numbers"
    );
    let error = evaluate(&*net(0), (&broken, &t)).unwrap_err().to_string();
    assert_eq!(error, "NaN among the inputs, at sample 37, column 1: expected finite numbers");
    let mut labels = t.clone();
    labels[41] = 3;
    assert_eq!(
        complaint((&x, &labels), |made| made),
        "in epoch 1: the label of sample 41 is 3, but the classes are 0 to 2"
    );
    let mut rows = Array2::from_elem((50, 3), 1.0 / 3.0);
    rows[(13, 0)] = 1.0;
    assert!(
        complaint((&x, &rows), |made| made).starts_with("in epoch 1: the target row of sample 13")
    );
    let labels = &t[1..];
    assert!(complaint((&x, labels), |made| made).contains("50 samples, but 49 targets"));
    let wide = Array2::<f32>::zeros((50, 3));
    assert!(complaint((&wide, &t), |made| made).contains("the input has 3 features per sample"));
    let narrow = Array2::<f32>::zeros((50, 2));
    assert!(complaint((&x, &narrow), |made| made).contains("the targets have 2 columns"));
    let nothing: ArrayView2<'_, f32> = ArrayView2::from_shape((50, 0), &[]).unwrap();
    assert!(complaint((nothing, &t), |made| made).contains("the input has 0 features"));

    struct Refusing;
    impl Dataset<Net> for Refusing {
        fn len(&self) -> usize {
            3
        }
        fn gather(&self, _indices: &[usize], _batch: &mut Batch<Net>) -> Result<(), Failure> {
            Err("the cat sits on them".into())
        }
    }
    assert_eq!(complaint(Refusing, |made| made), "in epoch 1: the cat sits on them");

    /// Gives no targets, or half of the features.
    struct Short(bool);
    impl Dataset<Net> for Short {
        fn len(&self) -> usize {
            3
        }
        fn gather(&self, indices: &[usize], batch: &mut Batch<Net>) -> Result<(), Failure> {
            for _ in indices {
                batch.features_mut().push(1.0);
                if self.0 {
                    batch.push_label(1)?;
                }
            }
            Ok(())
        }
    }
    assert!(complaint(Short(true), |made| made).contains("the input has 1 feature per sample"));
    assert!(complaint(Short(false), |made| made.batch_size(2)).contains("1 sample, but 0 targets"));
}

#[test]
fn divergence_is_told_with_the_place_it_began_at() {
    let (x, t) = rings(50);
    let mut trainer = Trainer::new(net(0), Sgd::new(1e30).unwrap());
    let error = trainer.fit((&x, &t)).unwrap_err();
    let Error::Diverged { epoch: 1, steps, first: Some(first), checkpoint: None, .. } = error
    else {
        panic!("{error}");
    };
    assert!(steps >= 1);
    assert!(matches!(first, FirstNotFinite::Outputs("affine1" | "affine2")), "{first}");

    // Finite outputs, but not on the way back: 3e38 + 3e38 for each hidden unit.
    let mut steep = net(0);
    steep.affine1.weight = [[1e-38; 8]; 2];
    steep.affine2.weight = [[3e38, -3e38, 0.0]; 8];
    let mut trainer = Trainer::new(steep, Sgd::new(0.1).unwrap());
    let error = trainer.fit((&[[1.0, 1.0]], &[1])).unwrap_err();
    let message = error.to_string();
    let begin = "the training diverged in epoch 1 after 0 steps: the gradient of the outputs of \
                 `relu1` is the first that is not finite; the gradient of `affine1.weight` is";
    assert!(message.starts_with(begin), "{message}");

    // A parameter that is not finite after the last step, which no step sees.
    struct Breaks;
    impl<N: Network<Scalar = f32>> Optimizer<N> for Breaks {
        fn update(&mut self, network: &mut N, _grads: &N) {
            network.parameters_mut()[0] = f32::INFINITY;
        }
    }
    impl LearningRate for Breaks {
        fn learning_rate(&self) -> f64 {
            0.0
        }
        fn set_learning_rate(&mut self, _rate: f64) -> Result<(), chainrule::Error> {
            Ok(())
        }
    }
    let mut trainer = Trainer::new(net(0), Breaks).epochs(1).batch_size(50);
    let error = trainer.fit((&x, &t)).unwrap_err();
    let Error::Diverged { steps: 1, first, cause, .. } = error else { panic!("{error}") };
    assert_eq!(first, Some(FirstNotFinite::Outputs("affine1")));
    assert!(matches!(*cause, chainrule::Error::Parameter { place: 0, .. }));
    assert!(trainer.history().is_empty());
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
            counts.borrow_mut().push(ALLOCATIONS.get());
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

network! { struct Rare = Affine(2, 2) => SoftmaxWithLoss(weights = [1.0, 9.0]); }

/// The loss of classes that weigh differently is one mean, in whatever order and
/// batches the samples come.
#[test]
fn weighted_losses_do_not_depend_on_the_order() {
    let mut net = Rare::<f64>::zeros();
    net.affine1.bias = [0.0, 3.0];
    let sorted: Vec<u8> = (0..2000).map(|sample| u8::from(sample >= 1000)).collect();
    let x = vec![[0.0; 2]; 2000];
    let whole = net.loss(&x, &sorted).unwrap();
    let measured = chainrule::trainer::evaluate(&*net, (&x, &sorted)).unwrap().loss;
    assert!((measured - whole).abs() < 1e-12, "{measured} beside {whole}");
}

network! { struct Answers = Affine(3, 3) => BinaryCrossEntropy; }
network! { struct Answer = Affine(1, 1) => BinaryCrossEntropy; }

#[test]
fn answers_are_right_one_by_one() {
    let mut net = Answers::<f64>::zeros();
    net.affine1.bias = [2.0, 3.0, -9.0];
    let x = [[0.0; 3]; 2];
    assert_eq!(net.accuracy(&x, &[[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]).unwrap(), 0.5);
    let mut net = Answer::<f64>::zeros();
    net.affine1.bias = [1.0];
    assert_eq!(net.accuracy(&[[0.0], [0.0]], &[[1.0], [0.0]]).unwrap(), 0.5);
}
