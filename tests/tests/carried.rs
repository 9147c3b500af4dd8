//! Recurrent layers that continue from batch to batch: truncated backpropagation through time.

use chainrule::{Batch, Error, Init, Network, Parts, Rng, Sgd, Trainer, Workspace, network};

network! {
    /// Windows of three steps, each of which continues the one before.
    struct Windows = Input(3, of = 9) -> Embedding(4) -> Lstm(3, carry = true) -> Gru(4, carry = true)
        -> Rnn(3, carry = true) -> Affine(9) => SoftmaxWithLoss;
}

network! {
    /// The same layers on all steps at once.
    struct Whole = Input(9, of = 9) -> Embedding(4) -> Lstm(3) -> Gru(4) -> Rnn(3) -> Affine(9)
        => SoftmaxWithLoss;
}

network! {
    /// The same layers on each window alone.
    struct Apart = Input(3, of = 9) -> Embedding(4) -> Lstm(3) -> Gru(4) -> Rnn(3) -> Affine(9)
        => SoftmaxWithLoss;
}

network! {
    /// The first of the layers sees numbers, and the input is not differentiated.
    struct Numbers = Input(2, 3) -> Gru(4, carry = true) -> Affine(2) => IdentityWithLoss;
}

/// Two texts, and the letters after each.
const TEXT: [[u8; 9]; 2] = [[3, 1, 4, 1, 5, 8, 2, 6, 5], [2, 7, 1, 8, 2, 8, 1, 8, 2]];
const NEXT: [[u8; 9]; 2] = [[1, 4, 1, 5, 8, 2, 6, 5, 3], [7, 1, 8, 2, 8, 1, 8, 2, 8]];

/// Three steps of each text.
fn window(text: &[[u8; 9]; 2], at: usize) -> [[u8; 3]; 2] {
    text.each_ref().map(|text| *text[3 * at..].first_chunk().unwrap())
}

fn drawn<N: Network<Scalar = f64>>(seed: u64) -> Box<N> {
    let mut rng = Rng::seed(seed);
    let mut net = N::new(Init::Auto, &mut rng);
    for number in net.parameters_mut() {
        *number += 0.3 * rng.normal();
    }
    net
}

/// Steps on windows, without updates.
struct Steps {
    net: Box<Windows<f64>>,
    workspace: Workspace<f64>,
    grads: Box<Windows<f64>>,
}

impl Steps {
    fn new(seed: u64) -> Steps {
        Steps { net: drawn(seed), workspace: Workspace::new(), grads: Windows::<f64>::zeros() }
    }

    fn loss(&mut self, at: usize) -> f64 {
        let (x, t) = (window(&TEXT, at), window(&NEXT, at));
        self.net.gradient_in(&x, &t, &mut self.workspace, &mut self.grads).unwrap()
    }
}

#[test]
fn windows_are_the_whole_text() {
    let mut steps = Steps::new(1);
    let mut whole = Whole::<f64>::zeros();
    whole.parameters_mut().copy_from_slice(steps.net.parameters());
    let of_windows = (0..3).map(|at| steps.loss(at)).sum::<f64>() / 3.0;
    let of_whole = whole.loss(&TEXT, &NEXT).unwrap();
    assert!((of_windows - of_whole).abs() < 1e-14, "{of_windows} {of_whole}");

    // Without the state, the second window has another loss.
    let second = Steps::new(1).loss(1);
    steps.workspace.forget();
    let (first, continued) = (steps.loss(0), steps.loss(1));
    assert_eq!(first, Steps::new(1).loss(0));
    assert!((second - continued).abs() > 1e-3, "{second} {continued}");
}

/// The state before a window is a constant: only its own steps are differentiated.
#[test]
fn gradients_end_at_the_first_step_of_a_window() {
    let mut steps = Steps::new(2);
    steps.loss(0);
    steps.loss(1);
    let grads = steps.grads.clone();
    let mut of_second = |place: usize, more: f64| {
        steps.workspace.forget();
        steps.loss(0);
        steps.net.parameters_mut()[place] += more;
        let loss = steps.loss(1);
        steps.net.parameters_mut()[place] -= more;
        loss
    };
    const STEP: f64 = 1e-4;
    let largest = grads.parameters().iter().fold(0.0, |most: f64, g| most.max(g.abs()));
    for (place, &analytic) in grads.parameters().iter().enumerate() {
        // The error of central differences is of the fourth order with these weights.
        let near = of_second(place, STEP) - of_second(place, -STEP);
        let far = of_second(place, 2.0 * STEP) - of_second(place, -2.0 * STEP);
        let numerical = (8.0 * near - far) / (12.0 * STEP);
        let error = (analytic - numerical).abs() / largest;
        assert!(error < 1e-9, "parameter {place}: {analytic} and {numerical}");
    }
}

#[test]
fn a_gradient_check_begins_anew() {
    let check =
        drawn::<Windows<f64>>(3).gradient_check(&window(&TEXT, 0), &window(&NEXT, 0)).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
    let (x, t) = ([[0.5, -1.0, 2.0, 1.0, 0.0, -0.5]; 2], [[1.0, 0.0, 0.5, -1.0]; 2]);
    let check = drawn::<Numbers<f64>>(4).gradient_check(&x, &t).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
}

#[test]
fn predictions_begin_with_nothing() {
    let net = drawn::<Windows<f64>>(5);
    let mut whole = Whole::<f64>::zeros();
    whole.parameters_mut().copy_from_slice(net.parameters());
    let (short, long) = (net.predict(&window(&TEXT, 0)).unwrap(), whole.predict(&TEXT).unwrap());
    assert_eq!(short, long.slice(chainrule::ndarray::s![.., ..27]));
    let (mut state, mut of_whole) = (net.start(), whole.start());
    for index in TEXT[0].map(usize::from) {
        assert_eq!(net.step(&mut state, index), whole.step(&mut of_whole, index));
    }
}

/// What a step must not continue: a prediction in the same workspace, other samples, a step that failed.
#[test]
fn a_state_that_is_lost_begins_anew() {
    let first = Steps::new(6).loss(1);
    let between: [fn(&mut Steps); 4] = [
        |steps| {
            steps.net.predict_in(&window(&TEXT, 0), &mut steps.workspace).unwrap();
        },
        |steps| {
            let (x, t) = ([window(&TEXT, 0)[0]], [window(&NEXT, 0)[0]]);
            steps.net.gradient_in(&x, &t, &mut steps.workspace, &mut steps.grads).unwrap();
        },
        |steps| {
            let weight = std::mem::replace(&mut steps.net.parameters_mut()[0], f64::NAN);
            let (x, t) = ([[0_u8; 3]; 2], [[0_u8; 3]; 2]);
            steps.net.gradient_in(&x, &t, &mut steps.workspace, &mut steps.grads).unwrap_err();
            steps.net.parameters_mut()[0] = weight;
        },
        |steps| steps.workspace = steps.workspace.clone(),
    ];
    for (case, between) in between.into_iter().enumerate() {
        let mut steps = Steps::new(6);
        steps.loss(0);
        between(&mut steps);
        assert_eq!(steps.loss(1), first, "case {case}");
    }
}

#[test]
fn a_rejected_batch_loses_nothing() {
    let mut steps = Steps::new(7);
    steps.loss(0);
    let want = steps.loss(1);
    steps.workspace.forget();
    steps.loss(0);
    let Steps { net, workspace, grads } = &mut steps;
    let error = net.gradient_in(&window(&TEXT, 0), &[[9_u8; 3]; 2], workspace, grads).unwrap_err();
    assert!(matches!(error, Error::StepLabel { .. }), "{error}");
    assert_eq!(steps.loss(1), want);
}

#[test]
fn each_way_to_train_continues() {
    let mut sgd = Sgd::new(0.1).unwrap();
    let (mut one, mut other) = (Steps::new(8), Steps::new(8));
    for at in [0, 1, 2, 0, 1] {
        let (x, t) = (window(&TEXT, at), window(&NEXT, at));
        let Steps { net, workspace, grads } = &mut one;
        let loss = net.train_step(&x, &t, &mut sgd, workspace, grads).unwrap();
        assert_eq!(loss, other.loss(at));
        let Steps { net, grads, .. } = &mut other;
        net.update(&mut sgd, grads);
    }
    assert_eq!(one.net.parameters(), other.net.parameters());
}

/// The windows of an epoch.
fn batches() -> impl Iterator<Item = Batch<Windows<f64>>> {
    (0..3).map(|at| {
        let mut batch = Batch::new();
        for (text, next) in window(&TEXT, at).iter().zip(&window(&NEXT, at)) {
            batch.features_mut().extend(text.iter().map(|&index| f64::from(index)));
            batch.push_labels(*next).unwrap();
        }
        batch
    })
}

#[test]
fn a_trainer_continues_within_an_epoch() {
    let mut trainer = Trainer::new(drawn::<Windows<f64>>(9), Sgd::new(0.1).unwrap()).epochs(2);
    trainer.fit_batches(|_| batches()).unwrap();
    let (mut steps, mut sgd) = (Steps::new(9), Sgd::new(0.1).unwrap());
    for at in [0, 1, 2, 0, 1, 2] {
        if at == 0 {
            steps.workspace.forget();
        }
        steps.loss(at);
        let Steps { net, grads, .. } = &mut steps;
        net.update(&mut sgd, grads);
    }
    assert_eq!(trainer.network().parameters(), steps.net.parameters());
}

#[test]
fn batches_that_do_not_continue_are_errors() {
    let trainer = || Trainer::new(drawn::<Windows<f64>>(9), Sgd::new(0.1).unwrap()).epochs(1);
    let error = trainer().fit((&[[0_u8; 3]; 4], &[[0_u8; 3]; 4])).unwrap_err().to_string();
    let want = "`Windows` carries its state from batch to batch: \
                expected `fit_batches`, found samples in random order";
    assert!(error.contains(want), "{error}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.checkpoint");
    let error =
        trainer().checkpoint(&path).checkpoint_every(2).fit_batches(|_| batches()).unwrap_err();
    assert!(error.to_string().contains("found `checkpoint_every`"), "{error}");

    let Steps { net, mut workspace, mut grads } = Steps::new(1);
    let (x, t) = (window(&TEXT, 0), window(&NEXT, 0));
    let error =
        net.gradient_in_parts(&x, &t, Parts::of(1), &mut workspace, &mut grads).unwrap_err();
    assert!(matches!(error, Error::Carries { network: "Windows", .. }), "{error}");
    net.gradient_in_parts(&x, &t, Parts::of(2), &mut workspace, &mut grads).unwrap();
}

/// A file does not depend on what is carried.
#[test]
fn files_are_the_same() {
    let net = drawn::<Windows<f64>>(10);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    net.save(&path).unwrap();
    assert_eq!(Apart::<f64>::load(&path).unwrap().parameters(), net.parameters());
}
