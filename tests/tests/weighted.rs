//! Samples with weights: the loss is the weighted mean, its gradients match numerical differentiation,
//! a weight of 2 is a second copy of the sample, and a weight of 0 leaves it out.

use chainrule::trainer::evaluate;
use chainrule::{Batch, Error, Init, Rng, Sgd, Trainer, Weighted, Workspace, network};
use chainrule_tests::random::{normals, probabilities};
use ndarray::{Array2, Axis};

network! { struct Softmax = Affine(4, 6) -> Sigmoid -> Affine(6, 3) => SoftmaxWithLoss; }
network! {
    struct Adjusted = Affine(4, 6) -> Sigmoid -> Affine(6, 3)
        => SoftmaxWithLoss(smoothing = 0.1, weights = [1.0, 0.5, 0.0]);
}
network! { struct Hinge = Affine(4, 6) -> Sigmoid -> Affine(6, 3) => HingeLoss; }
network! { struct Binary = Affine(4, 6) -> Sigmoid -> Affine(6, 3) => BinaryCrossEntropy; }
network! { struct Numbers = Affine(4, 6) -> Sigmoid -> Affine(6, 3) => Huber(0.5); }

const WEIGHTS: [f64; 5] = [1.0, 0.25, 3.0, 0.0, 2.0];
const LABELS: [u8; 5] = [0, 1, 2, 1, 0];

/// The loss of each sample by itself.
fn losses(loss: impl Fn(usize) -> f64) -> Vec<f64> {
    (0..5).map(loss).collect()
}

/// `Σ wᵢ Lᵢ / Σ wᵢ`
fn weighted_mean(losses: &[f64]) -> f64 {
    let sum: f64 = losses.iter().zip(WEIGHTS).map(|(loss, weight)| loss * weight).sum();
    sum / WEIGHTS.iter().sum::<f64>()
}

#[test]
fn the_loss_is_the_weighted_mean() {
    let mut rng = Rng::seed(1);
    let (x, t) = (normals(5, 4, &mut rng), probabilities(5, 3, &mut rng));
    let one = |rows: &Array2<f64>, sample| rows.select(Axis(0), &[sample]);

    let net = Softmax::<f64>::new(Init::Xavier, &mut rng);
    let want = weighted_mean(&losses(|i| net.loss(&one(&x, i), &[LABELS[i]]).unwrap()));
    let got = net.loss(&x, Weighted::new(&LABELS, &WEIGHTS)).unwrap();
    assert!((got - want).abs() < 1e-14, "{got} for {want}");
    let want = weighted_mean(&losses(|i| net.loss(&one(&x, i), &one(&t, i)).unwrap()));
    let got = net.loss(&x, Weighted::new(&t, &WEIGHTS)).unwrap();
    assert!((got - want).abs() < 1e-14, "{got} for {want}");

    let net = Numbers::<f64>::new(Init::Xavier, &mut rng);
    let want = weighted_mean(&losses(|i| net.loss(&one(&x, i), &one(&t, i)).unwrap()));
    let got = net.loss(&x, Weighted::new(&t, &WEIGHTS)).unwrap();
    assert!((got - want).abs() < 1e-14, "{got} for {want}");
}

#[test]
fn gradients_follow_numerical_differentiation() {
    for seed in 0..4 {
        let mut rng = Rng::seed(seed);
        let (x, t) = (normals(5, 4, &mut rng), probabilities(5, 3, &mut rng));
        let labels = Weighted::new(&LABELS, &WEIGHTS);
        let rows = Weighted::new(&t, &WEIGHTS);
        let checks = [
            Softmax::<f64>::new(Init::Xavier, &mut rng).gradient_check(&x, labels).unwrap(),
            Softmax::<f64>::new(Init::Xavier, &mut rng).gradient_check(&x, rows).unwrap(),
            Adjusted::<f64>::new(Init::Xavier, &mut rng).gradient_check(&x, labels).unwrap(),
            Adjusted::<f64>::new(Init::Xavier, &mut rng).gradient_check(&x, rows).unwrap(),
            Hinge::<f64>::new(Init::Xavier, &mut rng).gradient_check(&x, labels).unwrap(),
            Binary::<f64>::new(Init::Xavier, &mut rng).gradient_check(&x, rows).unwrap(),
            Numbers::<f64>::new(Init::Xavier, &mut rng).gradient_check(&x, rows).unwrap(),
        ];
        for check in checks {
            assert!(check.max_relative() < 1e-7, "seed {seed}:\n{check}");
        }
    }
}

#[test]
fn equal_weights_change_nothing() {
    let mut rng = Rng::seed(2);
    let x = normals(5, 4, &mut rng);
    // Class 2 has the weight 0, but its smoothed targets count for the others.
    let net = Adjusted::<f64>::new(Init::Xavier, &mut rng);
    let plain = net.gradient(&x, &LABELS).unwrap();
    let weighted = net.gradient(&x, Weighted::new(&LABELS, &[0.5; 5])).unwrap();
    for (plain, weighted) in plain.parameters().iter().zip(weighted.parameters()) {
        assert!((plain - weighted).abs() < 1e-14, "{weighted} for {plain}");
    }
    let (plain, weighted) =
        (net.loss(&x, &LABELS).unwrap(), net.loss(&x, Weighted::new(&LABELS, &[0.5; 5])).unwrap());
    assert!((plain - weighted).abs() < 1e-14, "{weighted} for {plain}");
}

#[test]
fn a_whole_weight_counts_copies() {
    let mut rng = Rng::seed(3);
    let x = normals(3, 4, &mut rng);
    let net = Softmax::<f64>::new(Init::Xavier, &mut rng);
    let weighted = net.gradient(&x, Weighted::new(&[2, 0, 1], &[2.0, 0.0, 3.0])).unwrap();
    let copies = net.gradient(&x.select(Axis(0), &[0, 0, 2, 2, 2]), &[2, 2, 1, 1, 1]).unwrap();
    for (weighted, copies) in weighted.parameters().iter().zip(copies.parameters()) {
        assert!((weighted - copies).abs() < 1e-15, "{weighted} for {copies}");
    }
}

#[test]
fn weights_that_are_all_zero_change_nothing() {
    let mut rng = Rng::seed(4);
    let (x, net) = (normals(2, 4, &mut rng), Softmax::<f64>::new(Init::Xavier, &mut rng));
    let targets = Weighted::new(&[2, 0], &[0.0, 0.0]);
    assert_eq!(net.loss(&x, targets).unwrap(), 0.0);
    assert!(net.gradient(&x, targets).unwrap().parameters().iter().all(|&d| d == 0.0));
}

#[test]
fn weights_that_do_not_fit_are_rejected() {
    let net = Softmax::<f64>::new(Init::Xavier, &mut Rng::seed(0));
    let x = [[0.0; 4]; 2];
    let error = net.loss(&x, Weighted::new(&[0, 1], &[1.0])).unwrap_err();
    assert_eq!(error, Error::SampleWeights { samples: 2, weights: 1 });
    assert_eq!(error.to_string(), "2 samples, but 1 weight of samples: each sample needs one");
    for value in [-1.0, f64::INFINITY] {
        let error = net.loss(&x, Weighted::new(&[0, 1], &[1.0, value])).unwrap_err();
        assert_eq!(error, Error::SampleWeight { sample: 1, value });
        let expected =
            format!("the weight of sample 1 is {value:?}: expected a finite number, 0 or above");
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.map_sample(|_| 7), Error::SampleWeight { sample: 7, value });
    }
    let error = evaluate(&*net, (&x[..], Weighted::new(&[0, 1], &[1.0]))).unwrap_err();
    assert!(error.to_string().contains("2 samples, but 1 weight"), "{error}");
}

#[test]
fn training_steps_and_batches_weigh_the_same() {
    let mut rng = Rng::seed(5);
    let x = normals(5, 4, &mut rng);
    let mut stepped = Softmax::<f64>::new(Init::Xavier, &mut rng);
    let (mut updated, mut batched) = (stepped.clone(), stepped.clone());
    let mut sgd = Sgd::new(0.5).unwrap();
    let (mut workspace, mut grads) = (Workspace::new(), Softmax::<f64>::zeros());
    let targets = Weighted::new(&LABELS, &WEIGHTS);
    let loss = stepped.train_step(&x, targets, &mut sgd, &mut workspace, &mut grads).unwrap();
    updated.gradient_in(&x, targets, &mut workspace, &mut grads).unwrap();
    updated.update(&mut sgd, &grads);
    assert_eq!(stepped.parameters(), updated.parameters());

    let mut batch = Batch::<Softmax<f64>>::new();
    batch.features_mut().extend(&x);
    for (label, weight) in LABELS.into_iter().zip(WEIGHTS) {
        batch.push_label(label).unwrap();
        batch.push_weight(weight);
    }
    assert_eq!(batch.weight(), 6.25);
    assert_eq!(batch.sample_weights(), Some(&WEIGHTS[..]));
    let of_batch =
        batch.clone().train_step(&mut *batched, &mut sgd, &mut workspace, &mut grads).unwrap();
    assert_eq!((of_batch, batched.parameters()), (loss, stepped.parameters()));
    batch.clear();
    assert_eq!(batch.sample_weights(), None);
}

#[test]
fn a_trainer_weighs_the_samples_of_a_data_set() {
    let mut rng = Rng::seed(6);
    let x = normals(40, 4, &mut rng);
    let labels: Vec<u8> = (0..40).map(|sample| sample % 3).collect();
    let weights: Vec<f64> = (0..40).map(|sample| f64::from(sample % 4)).collect();
    let net = Softmax::<f64>::new(Init::Xavier, &mut rng);
    let want = net.loss(&x, Weighted::new(&labels, &weights)).unwrap();
    let data = (&x, Weighted::new(&labels, &weights));
    assert!((evaluate(&*net, data).unwrap().loss - want).abs() < 1e-14);
    // Steps with a learning rate of 0, in batches of different weights.
    for batch_size in [1, 7, 40] {
        let mut trainer =
            Trainer::new(net.clone(), Sgd::new(0.0).unwrap()).batch_size(batch_size).epochs(1);
        let loss = trainer.fit(data).unwrap()[0].train.loss;
        assert!((loss - want).abs() < 1e-13, "batches of {batch_size}: {loss} for {want}");
    }
}

#[test]
fn input_gradients_are_weighted() {
    let mut rng = Rng::seed(3);
    let x = normals(5, 4, &mut rng);
    let net = Softmax::<f64>::new(Init::Xavier, &mut rng);
    let found = net.input_gradient(&x, Weighted::new(&LABELS, &WEIGHTS)).unwrap();
    for (sample, row) in found.rows().into_iter().enumerate() {
        let alone = x.select(Axis(0), &[sample]);
        let own = net.input_gradient(&alone, &[LABELS[sample]]).unwrap();
        let share = WEIGHTS[sample] / WEIGHTS.iter().sum::<f64>();
        for (found, own) in row.iter().zip(&own) {
            assert!((found - share * own).abs() < 1e-15);
        }
    }
}
