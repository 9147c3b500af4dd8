//! Errors of a trainer for invalid settings, samples and data sets, with the position in the data;
//! and divergence.

use chainrule::data::{Dataset, Failure};
use chainrule::schedule::Plateau;
use chainrule::trainer::{Error, FirstNotFinite, confusion, evaluate};
use chainrule::{Batch, Init, LearningRate, Network, Optimizer, Rng, Sgd, Trainer, network};
use ndarray::{Array2, ArrayView2};

network! { struct Net = Affine(2, 8) -> Relu -> Affine(8, 3) => SoftmaxWithLoss; }

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

/// The error message of a trainer with these data and settings.
fn complaint(data: impl Dataset<Net>, set: impl Fn(Made) -> Made) -> String {
    let mut trainer = set(Trainer::new(net(0), Sgd::new(0.1).unwrap()).epochs(1));
    trainer.fit(data).unwrap_err().to_string()
}

type Made = Trainer<'static, Net, Sgd>;

fn plateau(rate: f64) -> Plateau {
    Plateau::new(rate, 0.5, 1).unwrap()
}

network! { struct Answers = Affine(2, 4) => BinaryCrossEntropy; }
network! { struct Line = Affine(1, 1) => IdentityWithLoss; }

#[test]
fn there_are_classes_to_be_among_the_first() {
    let (x, t) = rings(10);
    for k in 1..=3 {
        let mut trainer = Trainer::new(net(0), Sgd::new(0.1).unwrap()).epochs(1).top_k(k);
        assert!(trainer.fit((&x, &t)).unwrap()[0].train.top_k.is_some());
    }
    let none = "invalid `k` of `top_k`: expected none, because the network has no classes, found 1";
    let mut trainer = Trainer::new(Line::zeros(), Sgd::new(0.1).unwrap()).top_k(1);
    assert_eq!(trainer.fit((&[[1.0]], &[[1.0]])).unwrap_err().to_string(), none);
    let mut trainer = Trainer::new(Answers::zeros(), Sgd::new(0.1).unwrap()).top_k(1);
    assert_eq!(trainer.fit((&[[1.0; 2]], &[[1.0; 4]])).unwrap_err().to_string(), none);
}

/// An optimizer that stores its rate in single precision.
struct Single(f32);

impl<N: Network<Scalar = f32>> Optimizer<N> for Single {
    fn update(&mut self, network: &mut N, grads: &N) {
        for (w, g) in network.parameters_mut().iter_mut().zip(grads.parameters()) {
            *w -= self.0 * g;
        }
    }
}

impl LearningRate for Single {
    fn learning_rate(&self) -> f64 {
        self.0.into()
    }
    fn set_learning_rate(&mut self, rate: f64) -> Result<(), chainrule::Error> {
        self.0 = rate as f32;
        Ok(())
    }
}

#[test]
fn a_plateau_never_raises_the_rate() {
    let (x, t) = rings(40);
    let mut trainer = Trainer::new(net(0), Single(1.5)).plateau(plateau(1.5)).epochs(30);
    trainer.fit((&x, &t)).unwrap();
    let mut trainer = Trainer::new(net(0), Single(0.1)).plateau(plateau(0.1)).epochs(5);
    trainer.fit((&x, &t)).unwrap();
    // Again, from the current rate.
    let mut trainer = trainer.epochs(20);
    let history = trainer.fit((&x, &t)).unwrap();
    assert!(history.is_sorted_by(|a, b| a.learning_rate >= b.learning_rate));
}

#[test]
fn settings_that_cannot_be() {
    let (x, t) = rings(10);
    for (set, expected) in [
        (
            (|made| made.batch_size(0)) as fn(Made) -> Made,
            "invalid batch size: expected at least 1, found 0",
        ),
        (
            |made| made.clip_norm(f64::NAN),
            "invalid maximum gradient norm: expected a number above 0, found NaN",
        ),
        (
            |made| made.clip_norm(0.0),
            "invalid maximum gradient norm: expected a number above 0, found 0",
        ),
        (
            |made| made.validation_split(1.0),
            "invalid validation split: expected a number above 0 and below 1, found 1",
        ),
        (
            |made| made.validation_split(f64::NAN),
            "invalid validation split: expected a number above 0 and below 1, found NaN",
        ),
        (
            |made| made.validation_split(0.01),
            "expected at least one validation sample, found none in",
        ),
        (
            |made| made.validation_split(0.99),
            "expected at least one training sample, found none in a data set of 10",
        ),
        (
            |made| made.checkpoint("/nowhere").checkpoint_every(0),
            "invalid number of steps between checkpoints: expected at least 1, found 0",
        ),
        (
            |made| made.checkpoint_every(7),
            "invalid number of steps between checkpoints: expected none without `checkpoint`, found 7",
        ),
        (
            |made| made.top_k(4),
            "invalid `k` of `top_k`: expected from 1 to the number of classes, found 4",
        ),
        (
            |made| made.top_k(0),
            "invalid `k` of `top_k`: expected from 1 to the number of classes, found 0",
        ),
        (
            |made| made.plateau(plateau(0.2)),
            "invalid initial rate of the plateau: expected the rate of the optimizer, found 0.2",
        ),
        (
            |made| made.plateau(plateau(0.05)),
            "invalid initial rate of the plateau: expected the rate of the optimizer, found 0.05",
        ),
    ] {
        let found = complaint((&x, &t), set);
        assert!(found.starts_with(expected), "{found}");
    }
    let empty: (&[[f32; 2]], &[u8]) = (&[], &[]);
    let expected = "expected at least one training sample, found none in a data set of 0 samples";
    assert_eq!(complaint(empty, |made| made), expected);
    let mut trainer = Trainer::new(net(0), Sgd::new(0.1).unwrap()).validation(empty);
    let error = trainer.fit((&x, &t)).unwrap_err();
    let expected = "expected at least one validation sample, found none in a data set of 0 samples";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn samples_that_are_invalid_are_reported_by_their_place_in_the_data() {
    let (x, t) = rings(50);
    let mut broken = x.clone();
    broken[37][1] = f32::NAN;
    assert_eq!(
        complaint((&broken, &t), |made| made.batch_size(7)),
        "epoch 1: expected finite inputs, found NaN in sample 37, column 1"
    );
    let error = evaluate(&*net(0), (&broken, &t)).unwrap_err().to_string();
    assert_eq!(error, "expected finite inputs, found NaN in sample 37, column 1");
    let mut labels = t.clone();
    labels[41] = 3;
    assert_eq!(
        complaint((&x, &labels), |made| made),
        "epoch 1: expected a label from 0 to 2 for sample 41, found 3"
    );
    let mut rows = Array2::from_elem((50, 3), 1.0 / 3.0);
    rows[(13, 0)] = 1.0;
    assert!(complaint((&x, &rows), |made| made).contains("in the target row of sample 13, found"));
    let labels = &t[1..];
    assert!(complaint((&x, labels), |made| made).contains("found 50 samples and 49 targets"));
    let wide = Array2::<f32>::zeros((50, 3));
    assert!(
        complaint((&wide, &t), |made| made)
            .contains("expected 2 features per sample for `Net`, found 3")
    );
    let narrow = Array2::<f32>::zeros((50, 2));
    assert!(
        complaint((&x, &narrow), |made| made)
            .contains("expected target rows of 3 numbers for the outputs of `Net`, found 2")
    );
    let nothing: ArrayView2<'_, f32> = ArrayView2::from_shape((50, 0), &[]).unwrap();
    assert!(
        complaint((nothing, &t), |made| made)
            .contains("expected 2 features per sample for `Net`, found 0")
    );

    struct Refusing;
    impl Dataset<Net> for Refusing {
        fn len(&self) -> usize {
            3
        }
        fn gather(&self, _indices: &[usize], _batch: &mut Batch<Net>) -> Result<(), Failure> {
            Err("the cat sits on them".into())
        }
    }
    assert_eq!(complaint(Refusing, |made| made), "epoch 1: the cat sits on them");

    /// A data set that returns no targets, or half of the features.
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
    assert!(
        complaint(Short(true), |made| made)
            .contains("expected 2 features per sample for `Net`, found 1")
    );
    assert!(
        complaint(Short(false), |made| made.batch_size(2)).contains("found 1 sample and 0 targets")
    );
}

/// A data set that returns more samples than requested, or fewer.
struct Other(isize);

impl Dataset<Net> for Other {
    fn len(&self) -> usize {
        700
    }
    fn gather(&self, indices: &[usize], batch: &mut Batch<Net>) -> Result<(), Failure> {
        for _ in 0..indices.len().saturating_add_signed(self.0) {
            batch.features_mut().extend([1.0, 2.0]);
            batch.push_label(1)?;
        }
        Ok(())
    }
}

#[test]
fn data_sets_that_give_another_number_of_samples() {
    for (more, found) in [(1, 33), (-31, 1), (-32, 0)] {
        let expected = format!("epoch 1: expected 32 samples from the data set, found {found}");
        assert_eq!(complaint(Other(more), |made| made), expected);
    }
    let expected = Error::Gathered { epoch: None, found: 502, expected: 500 };
    let found = evaluate(&*net(0), Other(2)).unwrap_err();
    assert_eq!(found.to_string(), expected.to_string());
    assert_eq!(confusion(&*net(0), Other(2)).unwrap_err().to_string(), expected.to_string());
    let (x, t) = rings(32);
    let mut trainer = Trainer::new(net(0), Sgd::new(0.1).unwrap()).validation(Other(-1));
    let found = trainer.fit((&x, &t)).unwrap_err().to_string();
    assert_eq!(found, "epoch 1: expected 500 samples from the data set, found 499");
}

/// Every error about a sample reports its index in the data set, in training, validation and
/// metrics.
#[test]
fn all_errors_tell_the_place_in_the_data() {
    let x = vec![[0.5, -0.5]; 1300];
    let rows = |broken: usize, value: f32| {
        let mut rows = vec![[0.0, 1.0, 0.0, 0.0]; 1300];
        rows[broken][2] = value;
        rows
    };
    let places = [0, 33, 499, 500, 700, 1299];
    for (place, seed) in places.into_iter().zip(0..) {
        let t = rows(place, 1.5);
        let expected = format!("in the target row of sample {place}, found 1.5 in column 2");
        let found = |error: Error| assert!(error.to_string().contains(&expected), "{error}");
        let answers = Answers::zeros();
        found(evaluate(&*answers, (&x, &t)).unwrap_err());
        found(confusion(&*answers, (&x, &t)).unwrap_err());
        // In either part of the validation split.
        for part in [0.1, 0.9] {
            let mut trainer = Trainer::new(Answers::zeros(), Sgd::new(0.1).unwrap())
                .seed(seed)
                .validation_split(part);
            found(trainer.fit((&x, &t)).unwrap_err());
        }

        let t = rows(place, f32::NAN);
        let expected = format!("expected finite targets, found NaN in sample {place}, column 2");
        let found = |error: Error| assert!(error.to_string().contains(&expected), "{error}");
        found(Trainer::new(Answers::zeros(), Sgd::new(0.1).unwrap()).fit((&x, &t)).unwrap_err());
        found(evaluate(&*answers, (&x, &t)).unwrap_err());
    }
}

#[test]
fn an_overflow_is_reported_with_its_place_in_the_data() {
    let mut steep = net(0);
    steep.affine1.weight = [[1e20; 8], [0.0; 8]];
    steep.affine2.weight = [[1.0, 0.0, 0.0]; 8];
    for (place, seed) in [3, 33, 499, 500, 700, 1299].into_iter().zip(0..) {
        let (mut x, t) = (vec![[0.0, 0.0]; 1300], vec![1_u8; 1300]);
        x[place][0] = 1e30;
        let expected = format!("found inf as output 0 of sample {place};");
        let found = |error: Error| assert!(error.to_string().contains(&expected), "{error}");
        found(evaluate(&*steep, (&x, &t)).unwrap_err());
        found(confusion(&*steep, (&x, &t)).unwrap_err());
        for part in [0.1, 0.9] {
            let mut trainer = Trainer::new(steep.clone(), Sgd::new(0.0).unwrap())
                .seed(seed)
                .validation_split(part);
            let error = trainer.fit((&x, &t)).unwrap_err();
            assert!(matches!(error, Error::Diverged { .. }), "{error}");
            found(error);
        }
    }
}

#[test]
fn divergence_is_reported_with_the_place_it_began_at() {
    let (x, t) = rings(50);
    let mut trainer = Trainer::new(net(0), Sgd::new(1e30).unwrap());
    let error = trainer.fit((&x, &t)).unwrap_err();
    let Error::Diverged { epoch: 1, steps, first: Some(first), checkpoint: None, .. } = error
    else {
        panic!("{error}");
    };
    assert!(steps >= 1);
    assert!(matches!(first, FirstNotFinite::Outputs("affine1" | "affine2")), "{first}");

    // The outputs are finite, but the backward pass computes 3e38 + 3e38 for each hidden unit.
    let mut steep = net(0);
    steep.affine1.weight = [[1e-38; 8]; 2];
    steep.affine2.weight = [[3e38, -3e38, 0.0]; 8];
    let mut trainer = Trainer::new(steep, Sgd::new(0.1).unwrap());
    let error = trainer.fit((&[[1.0, 1.0]], &[1])).unwrap_err();
    let message = error.to_string();
    let begin = "training diverged in epoch 1 after 0 steps: the gradients of the outputs of `relu1` \
                 are the first values that are not finite; expected finite gradients, found";
    assert!(message.starts_with(begin), "{message}");

    // A parameter that is not finite after the last step, which no later step detects.
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
