//! Networks with a loss for each output: the loss is the weighted sum of the losses, gradients match
//! numerical differentiation, targets are given as a tuple wherever targets are, and probabilities,
//! classes and metrics are those of each output.

use chainrule::losses::{Huber, Loss, SoftmaxWithLoss, Targets};
use chainrule::metrics::OutputAccuracy;
use chainrule::saving::{Layout, read, write};
use chainrule::trainer::{confusion, confusion_of_output, evaluate, measure};
use chainrule::{
    Batch, Error, Init, Network, NetworkExt, Rng, Scalar, Sgd, Trainer, Weighted, Workspace,
    network,
};
use chainrule_tests::random::{normals, one_hot, probabilities};
use ndarray::{Array2, Axis, array};

network! {
    /// A policy and the value of a state.
    struct Actor {
        input x: [4];
        let h = x -> Affine(8) -> Tanh;
        let policy = h -> Affine(3);
        let value = h -> Affine(1);
        (policy, value) => (SoftmaxWithLoss, 0.5 * Huber(1.0))
    }
}

/// `ln cosh`, a loss of one's own.
#[derive(Default)]
struct LogCosh;

impl<T: Scalar> Loss<T> for LogCosh {
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        let Targets::Rows(rows) = targets else { unreachable!("labels need a `ClassLoss`") };
        let errors = values.iter().zip(rows).map(|(&y, &t)| (y - t).cosh().ln().as_f64());
        T::from_f64(errors.sum::<f64>() / batch as f64)
    }

    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        let Targets::Rows(rows) = targets else { unreachable!("labels need a `ClassLoss`") };
        for (y, &t) in values.iter_mut().zip(rows) {
            *y = dout * (*y - t).tanh() / T::from_f64(batch as f64);
        }
    }
}

const THIRD: f64 = 1.0 / 3.0;

network! {
    struct Many {
        input x: [4];
        let h = x -> Affine(6) -> Sigmoid;
        (
            h -> Affine(3),
            h -> Affine(2) -> Tanh,
            h -> Affine(3),
            h -> Affine(2),
        ) => (
            2.0 * SoftmaxWithLoss(smoothing = 0.1, weights = [1.0, 0.5, 2.0]),
            THIRD * LogCosh,
            BinaryCrossEntropy(pos_weight = 3.0),
            0.25 * KlDivergence,
        )
    }
}

fn numbers<T: Scalar>(batch: usize, rng: &mut Rng) -> Array2<T> {
    normals(batch, 1, rng).mapv(T::from_f64)
}

#[test]
fn the_loss_is_the_weighted_sum() {
    fn check<T: Scalar>(tolerance: f64) {
        let mut rng = Rng::seed(1);
        let net = <Actor<T> as Network>::new(Init::Xavier, &mut rng);
        let x = normals(5, 4, &mut rng).mapv(T::from_f64);
        let (labels, values) = ([0_u8, 2, 1, 1, 0], numbers::<T>(5, &mut rng));
        let (mut policy, mut value) = net.predict(&x).unwrap();
        let classes = labels.map(usize::from);
        let of_policy =
            SoftmaxWithLoss.forward(policy.as_slice_mut().unwrap(), Targets::Labels(&classes), 5);
        let of_value = Huber::new(1.0).forward(
            value.as_slice_mut().unwrap(),
            Targets::Rows(values.as_slice().unwrap()),
            5,
        );
        let want = of_policy.as_f64() + 0.5 * of_value.as_f64();
        let got = net.loss(&x, (&labels, &values)).unwrap().as_f64();
        assert!((got - want).abs() <= tolerance * want, "{got} for {want}");
        // Labels are one-hot rows.
        let rows = Array2::from_shape_fn((5, 3), |(sample, class)| {
            T::from_f64(f64::from(u8::from(classes[sample] == class)))
        });
        assert_eq!(net.loss(&x, (&rows, &values)).unwrap().as_f64(), got);
    }
    check::<f64>(1e-14);
    check::<f32>(1e-6);
}

#[test]
fn gradients_follow_numerical_differentiation() {
    for seed in 0..4 {
        let mut rng = Rng::seed(seed);
        let x = normals(5, 4, &mut rng);
        let (labels, values) = ([0, 2, 1, 1, 0], numbers::<f64>(5, &mut rng));
        let weights = [1.0, 0.5, 0.0, 2.0, 1.0];
        let actor = Actor::<f64>::new(Init::Xavier, &mut rng);
        let many = Many::<f64>::new(Init::Xavier, &mut rng);
        let (pairs, decisions, shares) =
            (normals(5, 2, &mut rng), probabilities(5, 3, &mut rng), probabilities(5, 2, &mut rng));
        let targets = (&labels, &pairs, &decisions, &shares);
        let checks = [
            actor.gradient_check(&x, (&labels, &values)).unwrap(),
            actor.gradient_check(&x, (&one_hot(5, 3, &mut rng), &values)).unwrap(),
            actor.gradient_check(&x, Weighted::new((&labels, &values), &weights)).unwrap(),
            many.gradient_check(&x, targets).unwrap(),
            many.gradient_check(&x, Weighted::new(targets, &weights)).unwrap(),
        ];
        for check in checks {
            assert!(check.max_relative() < 1e-7, "seed {seed}:\n{check}");
        }
    }
}

#[test]
fn equal_losses_are_one_loss_of_all() {
    network! { struct One { input x: [4]; let h = x -> Affine(6) -> Relu; (h -> Affine(3), h -> Affine(2)) => IdentityWithLoss } }
    network! { struct Each { input x: [4]; let h = x -> Affine(6) -> Relu; (h -> Affine(3), h -> Affine(2)) => (IdentityWithLoss, IdentityWithLoss) } }
    let mut rng = Rng::seed(2);
    let (x, t) = (normals(7, 4, &mut rng), normals(7, 5, &mut rng));
    let one = One::<f64>::new(Init::He, &mut rng);
    let mut each = Each::<f64>::zeros();
    each.parameters_mut().copy_from_slice(one.parameters());
    let (left, right) = t.view().split_at(Axis(1), 3);
    let (want, got) = (one.loss(&x, &t).unwrap(), each.loss(&x, (left, right)).unwrap());
    assert!((want - got).abs() < 1e-14, "{got} for {want}");
    let want = one.gradient(&x, &t).unwrap();
    let got = each.gradient(&x, (left, right)).unwrap();
    for (got, want) in got.parameters().iter().zip(want.parameters()) {
        assert!((got - want).abs() < 1e-14, "{got} for {want}");
    }
}

#[test]
fn a_weight_of_0_leaves_a_head_untrained() {
    network! { struct Net { input x: [4]; let h = x -> Affine(6) -> Relu; (h -> Affine(3), h -> still: Affine(2)) => (SoftmaxWithLoss, 0 * Huber) } }
    let mut rng = Rng::seed(3);
    let net = Net::<f64>::new(Init::He, &mut rng);
    let grads = net.gradient(&[[1.0, -2.0, 0.5, 3.0]], (&[1], &[[5.0, 5.0]])).unwrap();
    assert_eq!((grads.still.weight, grads.still.bias), ([[0.0; 2]; 6], [0.0; 2]));
    assert!(grads.affine2.bias.iter().all(|&d| d != 0.0));
}

#[test]
fn a_training_step_is_a_gradient_and_an_update() {
    let mut rng = Rng::seed(4);
    let (x, labels, values) = (normals(6, 4, &mut rng), [0, 1, 2, 0, 1, 2], numbers(6, &mut rng));
    let mut stepped = Actor::<f64>::new(Init::Xavier, &mut rng);
    let (mut updated, mut batched) = (stepped.clone(), stepped.clone());
    let mut sgd = Sgd::new(0.5).unwrap();
    let (mut workspace, mut grads) = (Workspace::new(), Actor::<f64>::zeros());
    let targets = (&labels, &values);
    let loss = stepped.train_step(&x, targets, &mut sgd, &mut workspace, &mut grads).unwrap();
    updated.gradient_in(&x, targets, &mut workspace, &mut grads).unwrap();
    updated.update(&mut sgd, &grads);
    assert_eq!(stepped.parameters(), updated.parameters());

    // A `Batch` has the targets of all heads in one row.
    let mut batch = Batch::<Actor<f64>>::new();
    batch.features_mut().extend(&x);
    for (label, value) in labels.into_iter().zip(&values) {
        let class = |class| f64::from(u8::from(label == class));
        batch.push_row([class(0), class(1), class(2), *value]).unwrap();
    }
    let of_batch = batch.train_step(&mut *batched, &mut sgd, &mut workspace, &mut grads).unwrap();
    assert_eq!((of_batch, batched.parameters()), (loss, stepped.parameters()));
}

#[test]
fn accuracy_is_that_of_each_head() {
    let mut net = Actor::<f64>::zeros();
    net.affine2.bias = [0.0, 1.0, 0.5];
    let x = [[0.0; 4]; 4];
    let targets = (&[1_u8, 1, 2, 1], &[[0.0], [1.0], [2.0], [3.0]]);
    assert_eq!(net.accuracies(&x, targets).unwrap(), [Some(0.75), None]);
    // A head with a single number is not judged.
    assert_eq!(net.accuracy(&x, targets).unwrap(), 0.75);

    let mut net = Many::<f64>::zeros();
    net.affine2.bias = [0.0, 1.0, 0.0];
    net.affine3.bias = [1.0, 0.0];
    net.affine4.bias = [1.0, -1.0, 1.0];
    let decisions = [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]];
    let targets = (&[1_u8, 0], &[[1.0, 0.0], [0.0, 1.0]], &decisions, &[[0.5, 0.5], [0.0, 1.0]]);
    let accuracies = net.accuracies(&x[..2], targets).unwrap();
    assert_eq!(accuracies, [Some(0.5), Some(0.5), Some(0.5), Some(0.5)]);
    assert_eq!(net.accuracy(&x[..2], targets).unwrap(), 0.5);
}

#[test]
fn a_trainer_takes_targets_of_each_head() {
    let mut rng = Rng::seed(5);
    let x = normals(60, 4, &mut rng);
    let labels: Vec<u8> = x.rows().into_iter().map(|row| u8::from(row[0] > 0.0)).collect();
    let values = Array2::from_shape_fn((60, 1), |(sample, _)| x[(sample, 1)]);
    let net = Actor::<f64>::new(Init::Xavier, &mut rng);
    let data = (&x, (&labels, &values));
    let before = evaluate(&*net, data).unwrap();
    let want = net.loss(&x, (&labels, &values)).unwrap();
    assert!((before.loss - want).abs() < 1e-14);
    assert_eq!(before.accuracy, Some(net.accuracy(&x, (&labels, &values)).unwrap()));
    let mut trainer = Trainer::new(net, Sgd::new(0.5).unwrap()).batch_size(7).epochs(60);
    let history = trainer.fit(data).unwrap();
    assert!(history.last().unwrap().train.loss < want / 4.0);
    assert!(evaluate(trainer.network(), data).unwrap().accuracy > Some(0.9));

    // Weights of samples go around the tuple.
    let weights = vec![2.0; 60];
    let weighted = (&x, Weighted::new((&labels, &values), &weights));
    let (plain, weighted) = (
        evaluate(trainer.network(), data).unwrap(),
        evaluate(trainer.network(), weighted).unwrap(),
    );
    assert!((plain.loss - weighted.loss).abs() < 1e-14);
}

#[test]
fn targets_that_do_not_fit_are_rejected() {
    let net = Actor::<f64>::new(Init::Xavier, &mut Rng::seed(0));
    let x = [[0.0; 4]; 2];
    let error = net.loss(&x, (&[0, 3], &[[0.0], [1.0]])).unwrap_err();
    assert_eq!(error, Error::Label { sample: 1, label: 3, classes: 3 });
    let error = net.loss(&x, (&[0, 1], &[[0.0]])).unwrap_err();
    assert_eq!(error, Error::BatchSizes { samples: 2, targets: 1 });
    let error = net.loss(&x[..1], (&[0, 1], &[[0.0], [0.0]])).unwrap_err();
    assert_eq!(error, Error::BatchSizes { samples: 1, targets: 2 });
    let error = net.loss(&x, (&[0, 1], &Array2::zeros((2, 2)))).unwrap_err();
    assert_eq!(error, Error::TargetColumns { network: "Actor", expected: 1, found: 2 });
    let error = net.loss(&x, (&[[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]], &[[0.0], [0.0]])).unwrap_err();
    let inner = Error::TargetRow { sample: 1, sum: 2.0 };
    assert_eq!(error, Error::Head { head: 0, error: Box::new(inner) });
    assert!(
        error.to_string().starts_with("the targets of output 0: expected probabilities"),
        "{error}"
    );
    let inner = Error::TargetRow { sample: 9, sum: 2.0 };
    assert_eq!(error.map_sample(|_| 9), Error::Head { head: 0, error: Box::new(inner) });

    let error = evaluate(&*net, (&x[..], (&[0, 1], &[[0.0]]))).unwrap_err();
    assert!(error.to_string().contains("2 samples and 1 target"), "{error}");
    let error = evaluate(&*net, (&x[..], (&[0, 3], &[[0.0], [0.0]]))).unwrap_err();
    assert!(error.to_string().contains("sample 1"), "{error}");
}

#[test]
fn tables_files_and_signatures() {
    let net = Actor::<f32>::new(Init::Xavier, &mut Rng::seed(6));
    let table = net.to_string();
    assert!(table.contains("(SoftmaxWithLoss, 0.5 * Huber(1.0))"), "{table}");
    let mut file = Vec::new();
    write(&*net, &mut file, Layout::Chainrule).unwrap();
    let mut loaded = Actor::<f32>::zeros();
    read(&mut *loaded, &file[..], Layout::Chainrule).unwrap();
    assert_eq!(loaded.parameters(), net.parameters());

    // Weights are settings, which do not change the architecture; the losses do.
    macro_rules! signature {
        ($($losses:tt)*) => {{
            network! { struct Net { input x: [4]; (x -> Affine(3), x -> Affine(1)) => ($($losses)*) } }
            Net::<f32>::SIGNATURE
        }};
    }
    let plain = signature!(SoftmaxWithLoss, Huber);
    assert_eq!(plain, signature!(2.0 * SoftmaxWithLoss(smoothing = 0.1), 0.5 * Huber(2.0)));
    assert_ne!(plain, signature!(SoftmaxWithLoss, MeanAbsolute));

    let trace = net.trace(&[[0.5; 4]], (&[1], &[[0.0]])).unwrap();
    let loss = net.loss(&[[0.5; 4]], (&[1], &[[0.0]])).unwrap();
    assert!((trace.loss - f64::from(loss)).abs() < 1e-6);
}

#[test]
fn probabilities_and_classes_are_those_of_each_loss() {
    let mut net = Many::<f64>::zeros();
    net.affine2.bias = [0.0, 1.0, 0.5];
    net.affine3.bias = [3.0, -1.0];
    net.affine4.bias = [0.0, 3.0_f64.ln(), -5.0];
    net.affine5.bias = [0.0, 3.0_f64.ln()];
    let x = [[0.0; 4]; 2];
    let (a, b, c, d) = net.predict_proba(&x).unwrap();
    let exps = [1.0, f64::exp(1.0), f64::exp(0.5)];
    for (got, exp) in a.row(1).iter().zip(exps) {
        assert!((got - exp / exps.iter().sum::<f64>()).abs() < 1e-15);
    }
    // `LogCosh` has no probabilities.
    assert_eq!(b, net.predict(&x).unwrap().1);
    assert!((c[(0, 1)] - 0.75).abs() < 1e-15 && (c[(1, 0)] - 0.5).abs() < 1e-15);
    assert!((d[(0, 1)] - 0.75).abs() < 1e-15 && (d[(0, 0)] - 0.25).abs() < 1e-15);

    assert_eq!(net.classes_of_output(&x, 0).unwrap(), [1, 1]);
    assert_eq!(net.classes_of_output(&x, 1).unwrap(), [0, 0]);
    assert_eq!(net.classes_of_output(&x, 3).unwrap(), [1, 1]);
    let error = net.classes(&x).unwrap_err();
    assert!(matches!(error, Error::NoClasses { output: 2, numbers: 3, .. }), "{error}");
    let error = net.classes_of_output(&x, 4).unwrap_err();
    assert_eq!(error, Error::NoOutput { network: "Many", output: 4, outputs: 4 });
    assert_eq!(
        error.to_string(),
        "expected an output below 4, the number of outputs of `Many`, found 4"
    );
    let error = Actor::<f64>::zeros().class_of(&x[0]).unwrap_err().to_string();
    assert!(
        error.ends_with("`classes_of_output` returns the classes of another output"),
        "{error}"
    );

    network! { struct Regressions { input x: [4]; (x -> Affine(2), x -> Affine(1)) => (Huber, MeanAbsolute) } }
    let error = Regressions::<f64>::zeros().predict_proba(&x).unwrap_err();
    assert!(matches!(error, Error::NoProbabilities { .. }), "{error}");

    network! { struct Decisions { input x: [4]; (x -> Affine(3), x -> Affine(1)) => (SoftmaxWithLoss, BinaryCrossEntropy) } }
    let mut net = Decisions::<f64>::zeros();
    (net.affine1.bias, net.affine2.bias) = ([0.0, 0.0, 1.0], [0.1]);
    assert_eq!(net.class_of(&x[0]).unwrap(), (2, 1));
}

#[test]
fn metrics_of_one_output() {
    let mut net = Many::<f64>::zeros();
    net.affine2.bias = [0.0, 1.0, 0.5];
    net.affine3.bias = [1.0, 0.0];
    net.affine4.bias = [1.0, -1.0, 1.0];
    let x = [[0.0; 4]; 4];
    let labels = [1_u8, 2, 0, 1];
    let (pairs, decisions) =
        ([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]], [[1.0, 0.0, 0.0]; 4]);
    let targets = (&labels, &pairs, &decisions, &[[0.5, 0.5]; 4]);
    let data = (&x, targets);
    let matrix = confusion_of_output(&*net, data, 0).unwrap();
    assert_eq!(matrix.counts, array![[0, 1, 0], [0, 2, 0], [0, 1, 0]]);
    let matrix = confusion_of_output(&*net, data, 1).unwrap();
    assert_eq!(matrix.counts, array![[1, 0], [3, 0]]);
    let error = confusion_of_output(&*net, data, 3).unwrap_err().to_string();
    assert!(error.contains("expected a class in the target row of sample 0"), "{error}");
    let error = confusion(&*net, data).unwrap_err().to_string();
    assert!(error.contains("`confusion_of_output` counts the classes of one"), "{error}");

    let measured = |metric: OutputAccuracy| measure(&*net, data, &metric).unwrap();
    assert_eq!(measured(OutputAccuracy::new(0)), Some(0.5));
    assert_eq!(measured(OutputAccuracy::top_k(0, 2)), Some(0.75));
    assert_eq!(measured(OutputAccuracy::top_k(0, 3)), Some(1.0));
    assert_eq!(measured(OutputAccuracy::new(1)), Some(0.25));
    // Independent decisions: the fraction of correct numbers.
    assert_eq!(measured(OutputAccuracy::new(2)), Some(2.0 / 3.0));
    for without in [(0, 0), (0, 4), (2, 1), (4, 1)] {
        assert_eq!(measured(OutputAccuracy::top_k(without.0, without.1)), None, "{without:?}");
    }
    assert_eq!(measured(OutputAccuracy::new(4)), None);
    // The mean over the heads that choose a class.
    let found = evaluate(&*net, data).unwrap().accuracy.unwrap();
    assert!((found - (0.5 + 0.25 + 2.0 / 3.0 + 1.0) / 4.0).abs() < 1e-15, "{found}");

    network! { struct Decision { input x: [4]; (x -> Affine(2), x -> Affine(1)) => (Huber, BinaryCrossEntropy) } }
    let mut net = Decision::<f64>::zeros();
    net.affine2.bias = [1.0];
    let data = (&x, (&pairs, &[[1.0], [0.0], [0.0], [1.0]]));
    assert_eq!(confusion_of_output(&*net, data, 1).unwrap().counts, array![[0, 2], [0, 2]]);
    let actor = Actor::<f64>::zeros();
    let error = confusion_of_output(&*actor, (&x, (&labels, &[[0.0]; 4])), 1).unwrap_err();
    assert!(error.to_string().contains("output 1 of Actor chooses no class"), "{error}");
}

#[test]
fn a_trainer_measures_each_output() {
    let mut rng = Rng::seed(7);
    let x = normals(40, 4, &mut rng);
    let labels: Vec<u8> = x.rows().into_iter().map(|row| u8::from(row[0] > 0.0)).collect();
    let values = Array2::from_shape_fn((40, 1), |(sample, _)| x[(sample, 1)]);
    let data = (&x, (&labels, &values));
    let trainer = |net| {
        let trainer = Trainer::new(net, Sgd::new(0.5).unwrap()).epochs(5).validation(data).top_k(2);
        trainer.metric(OutputAccuracy::top_k(0, 3))
    };
    let mut trainer = trainer(Actor::<f64>::new(Init::Xavier, &mut rng));
    trainer.fit(data).unwrap();
    let last = trainer.history().last().unwrap();
    let accuracy = last.metric("accuracy_0").unwrap().validation;
    let net = trainer.network();
    assert_eq!(accuracy, net.accuracies(&x, (&labels, &values)).unwrap()[0]);
    assert_eq!(accuracy, last.validation.unwrap().accuracy);
    assert_eq!(last.metric("top_3_accuracy_0").unwrap().validation, Some(1.0));
    assert!(last.validation.unwrap().top_k > accuracy);
    assert_eq!(last.metrics.len(), 2, "a value is not judged");
    let table = trainer.history().csv();
    assert!(table.lines().next().unwrap().contains(",train_accuracy_0,validation_accuracy_0,"));

    let before = net.loss(&x, (&labels, &values)).unwrap();
    let gradient = net.input_gradient(&x, (&labels, &values)).unwrap();
    let moved = &x - &(gradient * 1e-3);
    assert!(net.loss(&moved, (&labels, &values)).unwrap() < before);
}
