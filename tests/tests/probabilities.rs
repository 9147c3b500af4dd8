//! Probabilities and classes of predictions: their values, one sample and a batch, several inputs
//! and outputs, every loss, and that only the first call allocates.

use chainrule::losses::{Loss, Targets};
use chainrule::{
    Batch, Error, Init, Network, NetworkExt, Numbers, Rng, Scalar, Workspace, network,
};
use ndarray::{Array1, array};

network! { struct Softmax = Affine(2, 3) => SoftmaxWithLoss; }
network! { struct Smoothed = Affine(2, 3) => SoftmaxWithLoss(smoothing = 0.1); }
network! { struct Binary = Affine(2, 1) => BinaryCrossEntropy; }
network! { struct MultiLabel = Affine(2, 3) => BinaryCrossEntropy; }
network! { struct Rare = Affine(2, 1) => BinaryCrossEntropy(pos_weight = 3.0); }
network! { struct Shares = Affine(2, 3) => KlDivergence; }
network! { struct Numbers3 = Affine(2, 3) => IdentityWithLoss; }
network! { struct Robust = Affine(2, 1) => Huber(2.0); }

network! {
    struct TwoInputs {
        input left: [2];
        input right: [1];
        concat(left, right) -> Affine(2) => SoftmaxWithLoss
    }
}

network! {
    struct TwoHeads {
        input x: [2];
        let a = x -> Affine(3);
        let b = x -> Affine(2);
        (a, b) => TwoSoftmaxes
    }
}

network! {
    struct PolicyAndValue {
        input x: [2];
        let policy = x -> Affine(3);
        let value = x -> Affine(1);
        (policy, value) => TwoSoftmaxes
    }
}

/// A loss of several heads of its own: a softmax for the first three scores, and one for the rest.
/// Only its probabilities are of interest here.
#[derive(Default)]
struct TwoSoftmaxes;

impl<T: Scalar> Loss<T> for TwoSoftmaxes {
    fn forward(&self, _values: &mut [T], _targets: Targets<'_, T>, _batch: usize) -> T {
        T::zero()
    }

    fn backward(&self, values: &mut [T], _targets: Targets<'_, T>, _batch: usize, _dout: T) {
        values.fill(T::zero());
    }

    fn probabilities(&self, scores: &mut [T], outputs: usize) -> bool {
        for row in scores.chunks_exact_mut(outputs) {
            for head in row.chunks_mut(3) {
                chainrule::losses::SoftmaxWithLoss.probabilities(head, head.len());
            }
        }
        true
    }
}

/// The scores of a network without weights are its biases.
fn with_biases<N: Network<Scalar = f64>>(biases: &[f64]) -> Box<N> {
    let mut net = N::zeros();
    let mut biases = biases.iter();
    for tensor in N::TENSORS.iter().filter(|tensor| tensor.shape.len() == 1) {
        for bias in tensor.of_mut(net.parameters_mut()) {
            *bias = *biases.next().unwrap();
        }
    }
    net
}

#[track_caller]
fn assert_close(found: &Array1<f64>, expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-15, "{found} {expected}");
    }
}

// import numpy as np
// x = np.array([1.0, -2.0, 0.5]); e = np.exp(x - x.max()); print(list(e / e.sum()))
const SOFTMAX: [f64; 3] = [0.6037488961486258, 0.030058887569574023, 0.3661922162818002];
// print(list(1 / (1 + np.exp(-x))))
const SIGMOIDS: [f64; 3] = [0.7310585786300049, 0.11920292202211755, 0.6224593312018546];

#[test]
fn a_softmax_gives_its_outputs_and_the_largest() {
    let x = [[0.0, 0.0], [5.0, -5.0]];
    let net = with_biases::<Softmax<f64>>(&[1.0, -2.0, 0.5]);
    let probabilities = net.predict_proba(&x).unwrap();
    assert_eq!(probabilities.dim(), (2, 3));
    assert_close(&probabilities.row(0).to_owned(), &SOFTMAX);
    assert_eq!(net.classes(&x).unwrap(), [0, 0]);
    assert_close(&net.probabilities_of(&[0.0, 0.0]).unwrap(), &SOFTMAX);
    assert_eq!(net.class_of(&[0.0, 0.0]).unwrap(), 0);
    let net = with_biases::<Shares<f64>>(&[1.0, -2.0, 0.5]);
    assert_close(&net.probabilities_of(&[0.0, 0.0]).unwrap(), &SOFTMAX);
    // Smoothing and weights change targets, not outputs.
    let net = with_biases::<Smoothed<f64>>(&[1.0, -2.0, 0.5]);
    assert_close(&net.probabilities_of(&[0.0, 0.0]).unwrap(), &SOFTMAX);
}

#[test]
fn probabilities_and_classes_are_of_the_scores_of_each_sample() {
    let net = Softmax::<f64>::new(Init::Normal(1.0), &mut Rng::seed(3));
    let x: Vec<[f64; 2]> = (0..40).map(|i| [f64::from(i) / 7.0 - 3.0, f64::from(i % 5)]).collect();
    let (scores, probabilities) = (net.predict(&x).unwrap(), net.predict_proba(&x).unwrap());
    let classes = net.classes(&x).unwrap();
    for (sample, &class) in classes.iter().enumerate() {
        let exps = scores.row(sample).mapv(f64::exp);
        let expected = &exps / exps.sum();
        assert_close(&probabilities.row(sample).to_owned(), expected.as_slice().unwrap());
        assert!(scores.row(sample).iter().all(|&score| score <= scores[(sample, class)]));
        assert_eq!(net.class_of(&x[sample]).unwrap(), class);
    }
    assert!(classes.iter().any(|&class| class != classes[0]), "the test needs several classes");
}

#[test]
fn the_first_of_equal_scores_is_the_class() {
    let net = with_biases::<Softmax<f64>>(&[1.0, 2.0, 2.0]);
    assert_eq!(net.class_of(&[0.0, 0.0]).unwrap(), 1);
}

#[test]
fn scores_that_are_far_apart_do_not_overflow() {
    let net = with_biases::<Softmax<f64>>(&[1e4, -1e4, 1e4]);
    assert_close(&net.probabilities_of(&[0.0, 0.0]).unwrap(), &[0.5, 0.0, 0.5]);
    let net = with_biases::<MultiLabel<f64>>(&[1e4, -1e4, -700.0]);
    let expected = [1.0, 0.0, f64::exp(-700.0)];
    assert_eq!(net.probabilities_of(&[0.0, 0.0]).unwrap().to_vec(), expected);
}

#[test]
fn binary_outputs_give_sigmoids_and_one_of_two_classes() {
    for (bias, probability) in [1.0, -2.0, 0.5].into_iter().zip(SIGMOIDS) {
        let net = with_biases::<Binary<f64>>(&[bias]);
        assert_close(&net.probabilities_of(&[0.0, 0.0]).unwrap(), &[probability]);
        assert_eq!(net.class_of(&[0.0, 0.0]).unwrap(), usize::from(probability > 0.5));
    }
    // Weights change the loss, not the outputs.
    let net = with_biases::<Rare<f64>>(&[1.0]);
    assert_close(&net.probabilities_of(&[0.0, 0.0]).unwrap(), &SIGMOIDS[..1]);
    assert_eq!(net.class_of(&[0.0, 0.0]).unwrap(), 1);
    // Half is not more than half, as for `accuracy`.
    assert_eq!(with_biases::<Binary<f64>>(&[0.0]).class_of(&[0.0, 0.0]).unwrap(), 0);
}

#[test]
fn several_binary_outputs_have_probabilities_but_no_class() {
    let net = with_biases::<MultiLabel<f64>>(&[1.0, -2.0, 0.5]);
    assert_close(&net.probabilities_of(&[0.0, 0.0]).unwrap(), &SIGMOIDS);
    let error = net.classes(&[[0.0, 0.0]]).unwrap_err();
    let (network, loss) = ("MultiLabel", "BinaryCrossEntropy");
    assert_eq!(error, Error::NoClasses { network, output: 0, numbers: 3, loss });
    assert_eq!(
        error.to_string(),
        "output 0 of MultiLabel chooses no class: it has 3 independent numbers, and the loss is \
         `BinaryCrossEntropy`\nhelp: `predict_proba` returns a probability for each"
    );
}

#[test]
fn regressions_have_no_probabilities() {
    let net = with_biases::<Robust<f64>>(&[1.0]);
    let error = net.predict_proba(&[[0.0, 0.0]]).unwrap_err();
    assert_eq!(error, Error::NoProbabilities { network: "Robust", loss: "Huber(2.0)" });
    assert_eq!(
        error.to_string(),
        "the outputs of Robust are not probabilities: its loss is `Huber(2.0)`\n\
         help: `predict` returns the outputs; a loss of your own returns probabilities from \
         `Loss::probabilities`"
    );
    assert_eq!(
        net.class_of(&[0.0, 0.0]).unwrap_err().to_string(),
        "output 0 of Robust chooses no class: it is a single number, and the loss is \
         `Huber(2.0)`\nhelp: `predict` returns the number"
    );
    // As for `accuracy`: least squares on one-hot rows choose a class.
    let net = with_biases::<Numbers3<f64>>(&[0.1, 0.7, 0.2]);
    assert!(matches!(net.predict_proba(&[[0.0; 2]]), Err(Error::NoProbabilities { .. })));
    assert_eq!(net.classes(&[[0.0; 2]]).unwrap(), [1]);
}

#[test]
fn a_sample_is_any_row_of_numbers() {
    let net = Softmax::<f64>::new(Init::Normal(1.0), &mut Rng::seed(3));
    let row = array![0.3, -1.0];
    let expected = net.probabilities_of(&[0.3, -1.0]).unwrap();
    for found in [
        net.probabilities_of(&row),
        net.probabilities_of(row.view()),
        net.probabilities_of(&row.to_vec()),
        net.probabilities_of(&row.to_vec()[..]),
    ] {
        assert_eq!(found.unwrap(), expected);
    }
    let error = net.class_of(&[0.3, 1.0, 2.0][..]).unwrap_err();
    assert_eq!(error, Error::Features { network: "Softmax", expected: 2, found: 3 });
}

#[test]
fn several_inputs_are_a_tuple() {
    let net = TwoInputs::<f64>::new(Init::Normal(1.0), &mut Rng::seed(1));
    let (left, right) = ([[0.3, -1.0], [2.0, 0.5]], [[1.0], [-1.0]]);
    let probabilities = net.predict_proba((&left, &right)).unwrap();
    let classes = net.classes((&left, &right)).unwrap();
    for sample in 0..2 {
        let one = net.probabilities_of((&left[sample], &right[sample])).unwrap();
        assert_close(&one, probabilities.row(sample).as_slice().unwrap());
        assert_eq!(net.class_of((&left[sample], &right[sample])).unwrap(), classes[sample]);
    }
}

#[test]
fn several_outputs_are_a_tuple() {
    let net = with_biases::<TwoHeads<f64>>(&[1.0, -2.0, 0.5, 0.0, 3.0_f64.ln()]);
    let x = [[0.0, 0.0]; 4];
    let (a, b) = net.predict_proba(&x).unwrap();
    assert_eq!((a.dim(), b.dim()), ((4, 3), (4, 2)));
    assert_close(&a.row(3).to_owned(), &SOFTMAX);
    assert_close(&b.row(3).to_owned(), &[0.25, 0.75]);
    assert_eq!(net.classes(&x).unwrap(), (vec![0; 4], vec![1; 4]));
    assert_eq!(net.class_of(&x[0]).unwrap(), (0, 1));
    let (mut workspace, mut a, mut b) = (Workspace::new(), vec![7], vec![]);
    net.classes_in(&x, &mut workspace, (&mut a, &mut b)).unwrap();
    assert_eq!((a, b), (vec![0; 4], vec![1; 4]));
    let (a, b) = net.probabilities_of_in(&x[0], &mut workspace).unwrap();
    assert_close(&a.to_owned(), &SOFTMAX);
    assert_close(&b.to_owned(), &[0.25, 0.75]);
}

#[test]
fn an_output_without_classes_is_named() {
    let net = PolicyAndValue::<f64>::zeros();
    let error = net.classes(&[[0.0, 0.0]]).unwrap_err();
    assert!(matches!(error, Error::NoClasses { output: 1, numbers: 1, .. }), "{error}");
}

#[test]
fn a_batch_gives_the_same() {
    let net = with_biases::<TwoHeads<f64>>(&[1.0, -2.0, 0.5, 0.0, 3.0_f64.ln()]);
    let mut batch = Batch::<TwoHeads<f64>>::new();
    batch.features_mut().extend([0.0; 4]);
    let (mut workspace, mut classes) = (Workspace::new(), Vec::new());
    batch.classes(&net, 1, &mut workspace, &mut classes).unwrap();
    assert_eq!(classes, [1, 1]);
    let probabilities = batch.predict_proba(&net, &mut workspace).unwrap();
    assert_eq!(probabilities.dim(), (2, 5));
    assert!((probabilities[(1, 4)] - 0.75).abs() < 1e-15);
}

#[test]
fn data_that_cannot_be_right_is_reported_as_by_predict() {
    let net = Softmax::<f64>::zeros();
    let empty = ndarray::Array2::<f64>::zeros((0, 2));
    assert_eq!(net.classes(&empty).unwrap_err(), Error::EmptyBatch);
    assert!(matches!(net.predict_proba(&[[f64::NAN, 0.0]]), Err(Error::NotFinite { .. })));
    let net = with_biases::<Softmax<f64>>(&[f64::INFINITY, 0.0, 0.0]);
    assert!(matches!(net.predict_proba(&[[0.0, 0.0]]), Err(Error::Parameter { .. })));
}
