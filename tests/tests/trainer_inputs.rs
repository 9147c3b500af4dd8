//! The trainer takes a tuple of arrays for a network with several inputs.

use chainrule::trainer::{Error, confusion, evaluate};
use chainrule::{Adam, Error as DataError, Init, Network, Rng, Trainer, network};
use chainrule_tests::random::normals;
use ndarray::{Array2, Axis, concatenate};

network! {
    struct Same {
        input left: [3];
        input right: [2];
        let a = left -> Affine(8) -> Tanh;
        let b = right -> Affine(8) -> Tanh;
        (a * b) -> Affine(2) => SoftmaxWithLoss
    }
}

network! { struct Chain = Affine(5, 2) => SoftmaxWithLoss; }

/// Two inputs, and whether their first features have the same sign.
fn data() -> (Array2<f64>, Array2<f64>, Vec<u8>) {
    let mut rng = Rng::seed(0);
    let (left, right) = (normals(200, 3, &mut rng), normals(200, 2, &mut rng));
    let t = (0..200).map(|sample| u8::from(left[(sample, 0)] * right[(sample, 0)] > 0.0)).collect();
    (left, right, t)
}

fn trainer() -> Trainer<'static, Same<f64>, Adam<Same<f64>>> {
    let net = Same::<f64>::new(Init::Xavier, &mut Rng::seed(1));
    Trainer::new(net, Adam::new(0.02).unwrap()).epochs(40).validation_split(0.2)
}

#[test]
fn several_inputs_are_a_tuple() {
    let (left, right, t) = data();
    let mut trainer = trainer();
    trainer.fit(((&left, right.view()), &t)).unwrap();
    let net = trainer.network();
    let metrics = evaluate(net, ((&left, &right), &t)).unwrap();
    assert_eq!(metrics.accuracy.unwrap(), net.accuracy((&left, &right), &t).unwrap());
    assert!(metrics.accuracy.unwrap() > 0.9, "{metrics}");
    let matrix = confusion(net, ((&left, &right), &t)).unwrap();
    assert!((matrix.accuracy() - metrics.accuracy.unwrap()).abs() < 1e-15);
}

#[test]
fn concatenated_inputs_train_alike() {
    let (left, right, t) = data();
    let together = concatenate(Axis(1), &[left.view(), right.view()]).unwrap();
    let (mut one, mut other) = (trainer(), trainer());
    one.fit(((&left, &right), &t)).unwrap();
    other.fit((&together, &t)).unwrap();
    assert_eq!(one.network().parameters(), other.network().parameters());
}

/// Why a network is not evaluated on this data.
#[track_caller]
fn cause(result: Result<impl std::fmt::Debug, Error>) -> DataError {
    match result.unwrap_err() {
        Error::Samples { cause, .. } => cause,
        error => panic!("{error:?}"),
    }
}

#[test]
fn inputs_that_do_not_match_are_reported() {
    let (left, right, t) = data();
    let net = Same::<f64>::new(Init::Xavier, &mut Rng::seed(1));
    let swapped = cause(evaluate(&*net, ((&right, &left), &t)));
    assert_eq!(swapped, DataError::InputFeatures { input: "left", expected: 3, found: 2 });
    let short = right.slice(ndarray::s![..150, ..]);
    let shorter = cause(evaluate(&*net, ((&left, short), &t)));
    assert_eq!(shorter, DataError::InputBatch { input: "right", expected: 200, found: 150 });
    let three = cause(evaluate(&*net, ((&left, &right, &right), &t)));
    assert_eq!(three, DataError::InputCount { network: "Same", expected: 2, found: 3 });
    assert_eq!(three.to_string(), "expected 2 inputs for Same, found 3");
    let one = cause(evaluate(&*net, (&left, &t)));
    assert_eq!(one, DataError::Features { network: "Same", expected: 5, found: 3 });
    let targets = cause(evaluate(&*net, ((&left, &right), &t[..100])));
    assert_eq!(targets, DataError::BatchSizes { samples: 200, targets: 100 });
    let chain = Chain::<f64>::new(Init::Xavier, &mut Rng::seed(1));
    let two = cause(evaluate(&*chain, ((&left, &right), &t)));
    assert_eq!(two, DataError::InputCount { network: "Chain", expected: 1, found: 2 });
}
