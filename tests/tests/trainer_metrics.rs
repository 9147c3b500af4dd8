//! The trainer's metrics equal those of the network's methods.

use chainrule::data::Dataset;
use chainrule::losses::{ClassLoss, Loss, Targets};
use chainrule::metrics::{ConfusionMatrix, MacroF1, OutputAccuracy};
use chainrule::trainer::{confusion, confusion_of_output, evaluate, measure};
use chainrule::{Init, Network, Rng, Scalar, Sgd, Trainer, network};
use ndarray::array;

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

    // The class of a row of probabilities is its argmax.
    let mut rng = Rng::seed(2);
    let mut row = || {
        let parts = [0; 3].map(|_| 1.0 + rng.below(9) as f32);
        parts.map(|part| part / parts.iter().sum::<f32>())
    };
    let rows: Vec<_> = (0..1203).map(|_| row()).collect();
    let measured = evaluate(&*net, (&x, &rows)).unwrap();
    assert_eq!(measured.accuracy, Some(net.accuracy(&x, &rows).unwrap()));
}

network! { struct Steps = Input(5, of = 6) -> Embedding(8) -> Affine(3) => SoftmaxWithLoss; }

network! {
    struct PaddedSteps {
        input x: [5] of 6;
        input n: lengths of x;
        x -> Embedding(8) -> Affine(3) => SoftmaxWithLoss
    }
}

network! { struct Tags = Input(5, of = 6) -> Embedding(8) -> Affine(1) => BinaryCrossEntropy; }

/// Sequences, a class for each step, and lengths.
fn sequences() -> (Vec<[u8; 5]>, Vec<[u8; 5]>, Vec<u8>) {
    let mut rng = Rng::seed(3);
    let mut draw = |below: usize| rng.below(below) as u8;
    let x: Vec<_> = (0..40).map(|_| [0; 5].map(|_| draw(6))).collect();
    let t = (0..40).map(|_| [0; 5].map(|_| draw(3))).collect();
    let n = (0..40).map(|_| 1 + draw(5)).collect();
    (x, t, n)
}

#[test]
fn each_step_of_a_sequence_has_a_class() {
    let (x, t, n) = sequences();
    let net = Steps::new(Init::He, &mut Rng::seed(0));
    let expected = ConfusionMatrix::of(3, t.as_flattened(), &net.classes(&x).unwrap()).unwrap();
    let rows: Vec<[f32; 15]> = t
        .iter()
        .map(|t| core::array::from_fn(|at| f32::from(u8::from(usize::from(t[at / 3]) == at % 3))))
        .collect();
    assert_eq!(confusion(&net, (&x, &t)).unwrap(), expected);
    assert_eq!(confusion(&net, (&x, &rows)).unwrap(), expected);
    assert_eq!(confusion_of_output(&net, (&x, &t), 0).unwrap(), expected);
    assert_eq!(Some(expected.accuracy()), evaluate(&net, (&x, &t)).unwrap().accuracy);
    assert_eq!(measure(&net, (&x, &t), &MacroF1).unwrap(), Some(expected.macro_f1()));

    // Steps beyond the length do not count.
    let padded = PaddedSteps::new(Init::He, &mut Rng::seed(0));
    let matrix = confusion(&padded, ((&x, &n), &t)).unwrap();
    assert_eq!(matrix.samples(), n.iter().map(|&n| u64::from(n)).sum());
    assert_eq!(confusion(&padded, ((&x, &n), &rows)).unwrap(), matrix);
    assert_eq!(matrix.accuracy(), padded.accuracy((&x, &n), &t).unwrap());

    let tags = Tags::new(Init::He, &mut Rng::seed(0));
    let yes: Vec<[f32; 5]> = t.iter().map(|t| t.map(|t| f32::from(t.min(1)))).collect();
    let matrix = confusion(&tags, (&x, &yes)).unwrap();
    assert_eq!((matrix.classes(), matrix.samples()), (2, 200));
    assert!((matrix.accuracy() - tags.accuracy(&x, &yes).unwrap()).abs() < 1e-12);
}

#[test]
fn top_k_of_each_step() {
    let (x, t, _) = sequences();
    let rows: Vec<[f32; 15]> = t
        .iter()
        .map(|t| core::array::from_fn(|at| f32::from(u8::from(usize::from(t[at / 3]) == at % 3))))
        .collect();
    let still = || Sgd::new(0.0).unwrap();
    let net = Steps::new(Init::He, &mut Rng::seed(0));
    let scores = net.predict(&x).unwrap();
    // The class of a step is among the first two unless both others exceed it.
    let steps = scores.as_slice().unwrap().chunks(3).zip(t.as_flattened());
    let right = steps.filter(|(scores, t)| {
        scores.iter().filter(|score| **score > scores[usize::from(**t)]).count() < 2
    });
    let expected = right.count() as f64 / 200.0;
    let top_2 = OutputAccuracy::top_k(0, 2);
    let mut trainer = Trainer::new(net, still()).epochs(2).top_k(2).metric(top_2);
    trainer.fit((&x, &t)).unwrap();
    let labels = trainer.history().last().unwrap().train.top_k;
    assert!((labels.unwrap() - expected).abs() < 1e-12, "{labels:?}, expected {expected}");

    let top_2 = OutputAccuracy::top_k(0, 2);
    let mut trainer =
        Trainer::new(trainer.into_network(), still()).epochs(1).top_k(2).metric(top_2);
    let last = trainer.fit((&x, &rows)).unwrap().last().unwrap().clone();
    assert!((last.train.top_k.unwrap() - expected).abs() < 1e-12);
    let metric = last.metric("top_2_accuracy_0").unwrap().train;
    assert!((metric.unwrap() - expected).abs() < 1e-12);

    let mut trainer = Trainer::new(trainer.into_network(), still()).top_k(4);
    assert_eq!(
        trainer.fit((&x, &t)).unwrap_err().to_string(),
        "invalid `k` of `top_k`: expected from 1 to the number of classes, found 4",
    );
}

network! {
    /// A class of each step, and one of the whole sequence.
    struct StepsAndWhole {
        input x: [5] of 6;
        let h = x -> Embedding(8);
        (h -> Affine(3), h -> Mean -> Affine(2)) => (SoftmaxWithLoss, SoftmaxWithLoss)
    }
}

#[test]
fn steps_beside_another_output() {
    let (x, t, n) = sequences();
    let whole: Vec<_> = n.iter().map(|n| n % 2).collect();
    let net = StepsAndWhole::new(Init::He, &mut Rng::seed(0));
    let matrix = confusion_of_output(&net, (&x, (&t, &whole)), 0).unwrap();
    let accuracies = net.accuracies(&x, (&t, &whole)).unwrap();
    assert_eq!(matrix.samples(), 200);
    assert!((matrix.accuracy() - accuracies[0].unwrap()).abs() < 1e-12);

    // The first of one is the class itself.
    let mut trainer = Trainer::new(net, Sgd::new(0.0).unwrap()).epochs(1).top_k(1);
    let last = trainer.fit((&x, (&t, &whole))).unwrap().last().unwrap().train;
    assert!((last.top_k.unwrap() - last.accuracy.unwrap()).abs() < 1e-12, "{last}");
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
    let last = trainer.history().last().unwrap().clone();
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

network! { struct Rare = Affine(2, 2) => SoftmaxWithLoss(weights = [1.0, 9.0]); }

/// The loss with class weights is a single weighted mean, for any order and batching of the
/// samples.
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
network! { struct Answer = Affine(2, 1) => BinaryCrossEntropy; }
network! { struct Regression = Affine(2, 3) => IdentityWithLoss; }
/// One output, which the macro does not know, so that the network has an `accuracy`.
const ONE: usize = 1;
network! { struct Number = Affine(2, ONE) => IdentityWithLoss; }

#[test]
fn answers_are_right_one_by_one() {
    let mut net = Answers::<f64>::zeros();
    net.affine1.bias = [2.0, 3.0, -9.0];
    let x = [[0.0; 3]; 2];
    assert_eq!(net.accuracy(&x, &[[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]).unwrap(), 0.5);
    let mut net = Answer::<f64>::zeros();
    net.affine1.bias = [1.0];
    assert_eq!(net.accuracy(&[[0.0; 2]; 2], &[[1.0], [0.0]]).unwrap(), 0.5);
}

/// Asserts that training, validation, `evaluate` and the network compute the same metrics.
macro_rules! agree {
    ($net:ty, $x:expr, $t:expr) => {{
        let net = <$net>::new(Init::Normal(1.0), &mut Rng::seed(7));
        let accuracy = net.accuracy($x, $t).ok();
        assert_eq!(evaluate(&*net, ($x, $t)).unwrap().accuracy, accuracy);
        // A rate of 0 leaves the network unchanged.
        let mut trainer =
            Trainer::new(net, Sgd::new(0.0).unwrap()).epochs(1).batch_size(7).validation(($x, $t));
        let epoch = &trainer.fit(($x, $t)).unwrap()[0];
        assert_eq!(epoch.validation.unwrap().accuracy, accuracy);
        match (epoch.train.accuracy, accuracy) {
            // The training metrics are summed in another order.
            (Some(train), Some(accuracy)) => assert!((train - accuracy).abs() < 1e-12),
            (train, accuracy) => assert_eq!(train, accuracy),
        }
        let shown = trainer.history().csv().lines().nth(1).unwrap().to_owned();
        let shown = shown.split(',').nth(6 + 1).unwrap().to_owned();
        assert_eq!(shown, accuracy.map_or(String::new(), |part| part.to_string()));
        accuracy
    }};
}

#[test]
fn a_trainer_and_a_network_agree() {
    let (x, t) = rings(1203);
    let wide: Vec<_> = x.iter().map(|&[a, b]| [a, b, a * b]).collect();
    let one_hot: Vec<_> =
        t.iter().map(|&t| [0, 1, 2].map(|class| f32::from(u8::from(class == t)))).collect();
    let answer: Vec<_> = x.iter().map(|[a, _]| [f32::from(u8::from(*a > 0.0))]).collect();
    for accuracy in [
        agree!(Net, &x, &t),
        agree!(Net, &x, &one_hot),
        agree!(Answers, &wide, &one_hot),
        agree!(Answer, &x, &answer),
        agree!(Regression, &x, &one_hot),
    ] {
        assert!(accuracy.is_some_and(|part| part > 0.1 && part < 0.9), "{accuracy:?}");
    }
    assert_eq!(agree!(Number, &x, &answer), None);
    assert_eq!(agree!(Net, &x, &t), agree!(Net, &x, &one_hot));
}

#[test]
fn one_hot_rows_are_among_the_first_as_labels_are() {
    let (x, t) = rings(100);
    let rows: Vec<_> =
        t.iter().map(|&t| [0, 1, 2].map(|class| f32::from(u8::from(class == t)))).collect();
    let train = |data: &dyn Dataset<Net>| {
        let mut trainer = Trainer::new(net(1), Sgd::new(0.1).unwrap()).epochs(1).top_k(2);
        trainer.fit(data).unwrap()[0].train
    };
    let (labelled, one_hot) = (train(&(&x, &t)), train(&(&x, &rows)));
    assert_eq!((labelled.accuracy, labelled.top_k), (one_hot.accuracy, one_hot.top_k));
}

/// The error message of a confusion matrix.
fn complaint<N: Network>(net: &N, data: impl Dataset<N>) -> String {
    confusion(net, data).unwrap_err().to_string()
}

#[test]
fn a_confusion_matrix_of_rows() {
    let (x, t) = rings(1203);
    let mut rows: Vec<_> =
        t.iter().map(|&t| [0, 1, 2].map(|class| f32::from(u8::from(class == t)))).collect();
    let labelled = confusion(&*net(4), (&x, &t)).unwrap();
    assert_eq!(labelled.counts.sum(), 1203);
    assert_eq!(confusion(&*net(4), (&x, &rows)).unwrap(), labelled);
    let regression = Regression::new(Init::Normal(1.0), &mut Rng::seed(0));
    let matrix = confusion(&*regression, (&x, &rows)).unwrap();
    assert_eq!(matrix.accuracy(), regression.accuracy(&x, &rows).unwrap());

    rows[702] = [0.5, 0.25, 0.25];
    let expected = "expected a class in the target row of sample 702: one-hot, or 0 or 1 for a \
                    single output";
    assert_eq!(complaint(&*net(4), (&x, &rows)), expected);
    let number = Number::zeros();
    let expected = "expected a network with classes, found the single output of `Number`, which is a \
                    number";
    assert_eq!(complaint(&*number, (&[[0.0; 2]], &[[1.0]])), expected);
}

#[test]
fn a_confusion_matrix_of_yes_and_no() {
    let mut net = Answer::zeros();
    net.affine1.weight = [[1.0], [0.0]];
    let x = [[1.0, 0.0], [2.0, 0.0], [-1.0, 0.0], [3.0, 0.0], [-4.0, 0.0], [0.0, 0.0]];
    let t = [[1.0], [1.0], [1.0], [0.0], [0.0], [0.0]];
    let matrix = confusion(&*net, (&x, &t)).unwrap();
    assert_eq!(matrix.counts, array![[2, 1], [1, 2]]);
    assert_eq!(matrix.accuracy(), net.accuracy(&x, &t).unwrap());
    let t = [[1.0], [1.0], [0.5], [0.0], [0.0], [0.0]];
    assert!(
        complaint(&*net, (&x, &t)).starts_with("expected a class in the target row of sample 2")
    );
}

/// Half of the squared error to the rows; labels count as one-hot rows.
#[derive(Default)]
pub struct Squares;

impl<T: Scalar> Loss<T> for Squares {
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        self.backward(values, targets, batch, T::one());
        values.iter().map(|&error| error * error).sum::<T>() / T::from_f64(2.0)
    }

    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, _dout: T) {
        let outputs = values.len() / batch;
        for (at, value) in values.iter_mut().enumerate() {
            *value -= match targets {
                Targets::Rows(rows) => rows[at],
                Targets::Labels(labels) => {
                    T::from_f64(f64::from(u8::from(labels[at / outputs] == at % outputs)))
                }
            };
        }
    }
}

impl ClassLoss for Squares {}

network! {
    /// Two classifications, and a number.
    struct Heads {
        input x: [2];
        (x -> Affine(2), x -> Affine(1), x -> Affine(3)) => Squares
    }
}

#[test]
fn several_outputs_are_looked_at_one_by_one() {
    let mut net = Heads::zeros();
    net.affine1.bias = [0.0, 1.0];
    net.affine2.bias = [9.0];
    net.affine3.bias = [3.0, 2.0, 1.0];
    let x = [[0.0; 2]; 3];
    // Both correct, one, none; never the argmax over all outputs, which is the number.
    let t = [
        [0.0, 1.0, 0.0, 1.0, 0.0, 0.0],
        [0.0, 1.0, 9.0, 0.0, 1.0, 0.0],
        [1.0, 0.0, 9.0, 0.0, 0.0, 1.0],
    ];
    assert_eq!(net.accuracy(&x[..1], &t[..1]).unwrap(), 1.0);
    assert_eq!(net.accuracy(&x, &t).unwrap(), 0.5);
    assert_eq!(agree!(Heads, &x, &t), agree!(Heads, &x, &t));
    let mut trainer = Trainer::new(net.clone(), Sgd::new(0.0).unwrap()).epochs(1).top_k(2);
    let train = trainer.fit((&x, &t)).unwrap()[0].train;
    // Of the classifications with two classes all are in the top 2; of those with three, all but
    // the last.
    assert_eq!((train.accuracy, train.top_k), (Some(0.5), Some(5.0 / 6.0)));
    let mut trainer = Trainer::new(net.clone(), Sgd::new(0.0).unwrap()).top_k(3);
    let error = trainer.fit((&x, &t)).unwrap_err().to_string();
    assert!(error.ends_with("from 1 to the number of classes, found 3"), "{error}");

    let labels = [1_u8, 0, 5];
    let expected = "expected a network with a single output head, found several in `Heads`; its \
                    accuracy needs target rows instead of labels, and `confusion_of_output` \
                    counts the classes of one";
    assert_eq!(net.accuracy(&x, &labels).unwrap_err().to_string(), expected);
    assert_eq!(agree!(Heads, &x, &labels), None);
    assert_eq!(complaint(&*net, (&x, &t)), expected);
}
