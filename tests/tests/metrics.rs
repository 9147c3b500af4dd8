//! Metrics have the values of scikit-learn, also where a divisor is 0, with a trainer and without.
//!
//! The reference values are from scikit-learn 1.9.1:
//!
//! ```text
//! from sklearn.metrics import *
//! t, y = [0,0,0,1,1,2,2,2,2,4], [0,1,0,1,1,2,2,0,4,2]
//! precision_recall_fscore_support(t, y, labels=range(5), zero_division=0)
//! precision_recall_fscore_support(t, y, labels=range(5), zero_division=np.nan)
//! precision_recall_fscore_support(t, y, labels=range(5), average='macro', zero_division=0)
//! precision_recall_fscore_support(t, y, labels=range(5), average='weighted', zero_division=0)
//! accuracy_score(t, y), balanced_accuracy_score(t, y)
//! classification_report(t, y, labels=range(5), zero_division=0, target_names=[...])
//! [f(T, Y) for f in (r2_score, mean_absolute_error, mean_squared_error, root_mean_squared_error)]
//! ```

use chainrule::losses::Targets;
use chainrule::metrics::{
    Averages, BalancedAccuracy, ConfusionMatrix, MacroF1, MeanAbsoluteError, Metric, R2,
    Regression, RootMeanSquaredError,
};
use chainrule::trainer::{confusion, measure};
use chainrule::{Error, Init, Network, NetworkExt, Rng, Sgd, Trainer, network};
use ndarray::{Array2, ArrayView2, array};

const TARGETS: [u8; 10] = [0, 0, 0, 1, 1, 2, 2, 2, 2, 4];
const PREDICTIONS: [usize; 10] = [0, 1, 0, 1, 1, 2, 2, 0, 4, 2];

fn matrix() -> ConfusionMatrix {
    ConfusionMatrix::of(5, &TARGETS, &PREDICTIONS).unwrap()
}

#[track_caller]
fn assert_close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 || found.is_nan() && expected.is_nan(), "{found}");
}

#[test]
fn precision_recall_and_f1_of_each_class() {
    let (matrix, undefined) = (matrix(), f64::NAN);
    let precision = [0.6666666666666666, 0.6666666666666666, 0.6666666666666666, undefined, 0.0];
    let recall = [0.6666666666666666, 1.0, 0.5, undefined, 0.0];
    let f1 = [0.6666666666666666, 0.8, 0.5714285714285714, undefined, 0.0];
    for class in 0..5 {
        assert_close(matrix.precision(class), precision[class]);
        assert_close(matrix.recall(class), recall[class]);
        assert_close(matrix.f1(class), f1[class]);
        assert_eq!(matrix.support(class), [3, 2, 4, 0, 1][class]);
        let scores = &matrix.report().classes[class];
        // The table has 0 where scikit-learn's default has it.
        assert_close(scores.precision, if class == 3 { 0.0 } else { precision[class] });
        assert_close(scores.recall, if class == 3 { 0.0 } else { recall[class] });
        assert_close(scores.f1, if class == 3 { 0.0 } else { f1[class] });
    }
}

#[test]
fn averages_over_classes() {
    let (matrix, report) = (matrix(), matrix().report());
    assert_close(matrix.accuracy(), 0.6);
    assert_close(matrix.balanced_accuracy(), 0.5416666666666666);
    assert_close(matrix.macro_precision(), 0.4);
    assert_close(matrix.macro_recall(), 0.4333333333333333);
    assert_close(matrix.macro_f1(), 0.4076190476190476);
    let Averages { precision, recall, f1 } = report.macro_average;
    assert_eq!(precision, matrix.macro_precision());
    assert_eq!(recall, matrix.macro_recall());
    assert_eq!(f1, matrix.macro_f1());
    let Averages { precision, recall, f1 } = report.weighted_average;
    assert_close(precision, 0.6);
    assert_close(recall, 0.6);
    assert_close(f1, 0.5885714285714286);
}

#[test]
fn without_samples_nothing_is_defined() {
    let matrix = ConfusionMatrix::new(Array2::zeros((2, 2)));
    for undefined in [matrix.accuracy(), matrix.balanced_accuracy(), matrix.f1(0)] {
        assert!(undefined.is_nan());
    }
    assert_eq!((matrix.macro_f1(), matrix.report().weighted_average.f1), (0.0, 0.0));
}

#[test]
fn the_report_is_that_of_scikit_learn() {
    let names = ["a", "bb", "a rather long name", "d", "e"];
    let expected = "
                    precision    recall  f1-score   support

                 a       0.67      0.67      0.67         3
                bb       0.67      1.00      0.80         2
a rather long name       0.67      0.50      0.57         4
                 d       0.00      0.00      0.00         0
                 e       0.00      0.00      0.00         1

          accuracy                           0.60        10
         macro avg       0.40      0.43      0.41        10
      weighted avg       0.60      0.60      0.59        10
";
    let report = matrix().with_names(names).unwrap().report();
    assert_eq!(format!("\n{report}"), expected);
    assert!(matrix().report().to_string().contains("\n           4       0.00"));
}

#[test]
fn the_matrix_prints_names_or_indices() {
    assert_eq!(
        ConfusionMatrix::new(array![[100, 2], [1, 9]]).to_string(),
        "true \\ predicted    0    1\n               0  100    2\n               1    1    9"
    );
    let long = ["a name that is longer than the corner", "ß"];
    let printed = ConfusionMatrix::new(array![[1, 2], [3, 4]]).with_names(long).unwrap();
    let lines: Vec<_> = printed.to_string().lines().map(|line| line.chars().count()).collect();
    assert_eq!(lines, [3 * 37 + 4; 3]);
}

#[test]
fn classes_and_names_that_do_not_fit_are_rejected() {
    let of = ConfusionMatrix::of::<u8, i32>;
    assert_eq!(of(2, &[0], &[0, 1]), Err(Error::BatchSizes { samples: 2, targets: 1 }));
    assert_eq!(of(2, &[0, 2], &[0, 1]), Err(Error::Label { sample: 1, label: 2, classes: 2 }));
    assert_eq!(of(2, &[0, 1], &[-1, 1]), Err(Error::Label { sample: 0, label: -1, classes: 2 }));
    let error = matrix().with_names(["a"]).unwrap_err();
    assert_eq!(error, Error::ClassNames { expected: 5, found: 1 });
    assert_eq!(
        error.to_string(),
        "1 class name for 5 classes\nhelp: give one name for each class, in order"
    );
}

/// R², the mean absolute, the mean squared and the root mean squared error.
fn errors(errors: &Regression) -> [f64; 4] {
    [
        errors.r2(),
        errors.mean_absolute_error(),
        errors.mean_squared_error(),
        errors.root_mean_squared_error(),
    ]
}

#[track_caller]
fn assert_errors(t: &[f64], y: &[f64], expected: [f64; 4]) {
    let found = errors(&Regression::of_slices(t, y).unwrap());
    found.into_iter().zip(expected).for_each(|(found, expected)| assert_close(found, expected));
}

#[test]
fn errors_of_one_column() {
    let (t, y) = ([3.0, -0.5, 2.0, 7.0, 1e6], [2.5, 0.0, 2.0, 8.0, 999999.0]);
    assert_errors(&t, &y, [0.9999999999968749, 0.6, 0.5, std::f64::consts::FRAC_1_SQRT_2]);
    // A large mean does not cost the variance its digits.
    let (t, y) = ([1e8 + 1.0, 1e8 + 2.0, 1e8 + 4.0], [1e8 + 1.5, 1e8 + 2.0, 1e8 + 3.0]);
    assert_errors(&t, &y, [0.7321428571428571, 0.5, 1.25 / 3.0, 0.6454972243679028]);
}

#[test]
fn errors_where_the_targets_are_equal() {
    assert_errors(&[1.0; 3], &[1.0; 3], [1.0, 0.0, 0.0, 0.0]);
    let (third, root) = (0.3333333333333333, 0.5773502691896257);
    assert_errors(&[1.0; 3], &[1.0, 2.0, 1.0], [0.0, third, third, root]);
    // `r2_score` of one sample is NaN, with a warning.
    assert_errors(&[1.0], &[2.0], [f64::NAN, 1.0, 1.0, 1.0]);
    assert_errors(&[], &[], [f64::NAN; 4]);
}

#[test]
fn errors_of_several_columns_are_averaged() {
    let t = array![[0.5, 1.0], [-1.0, 1.0], [7.0, -6.0]];
    let y = array![[0.0, 2.0], [-1.0, 2.0], [8.0, -5.0]];
    let found = errors(&Regression::of(t.view(), y.view()).unwrap());
    let expected = [0.9368005266622779, 0.75, 0.7083333333333334, 0.8227486121839513];
    found.into_iter().zip(expected).for_each(|(found, expected)| assert_close(found, expected));
    let error = Regression::of(t.view(), y.slice(ndarray::s![..2, ..])).unwrap_err();
    assert!(matches!(error, Error::Shapes { .. }), "{error}");
}

network! { struct Three = Affine(2, 3) => SoftmaxWithLoss; }
network! { struct Binary = Affine(2, 1) => BinaryCrossEntropy; }
network! { struct Line = Affine(2, 2) => IdentityWithLoss; }

fn data(samples: usize) -> (Vec<[f32; 2]>, Vec<u8>) {
    let mut rng = Rng::seed(7);
    let x: Vec<_> = (0..samples).map(|_| [0; 2].map(|_| rng.normal() as f32)).collect();
    let t = x.iter().map(|[a, b]| u8::from(*a > 0.0) + u8::from(*b > 0.5)).collect();
    (x, t)
}

#[test]
fn a_network_has_the_metrics_of_its_classes() {
    // More samples than are evaluated at once.
    let (x, t) = data(1201);
    let net = Three::new(Init::Normal(1.0), &mut Rng::seed(1));
    let expected = ConfusionMatrix::of(3, &t, &net.classes(&x).unwrap()).unwrap();
    assert_eq!(confusion(&*net, (&x, &t)).unwrap(), expected);
    let of = |metric: &dyn Metric<Three>| measure(&*net, (&x, &t), metric).unwrap();
    assert_eq!(of(&MacroF1), Some(expected.macro_f1()));
    assert_eq!(of(&BalancedAccuracy), Some(expected.balanced_accuracy()));
    for without in [&R2 as &dyn Metric<Three>, &MeanAbsoluteError, &RootMeanSquaredError] {
        assert_eq!(of(without), None, "labels are no numbers");
    }
}

#[test]
fn yes_or_no_are_classes_too() {
    let (x, t) = data(90);
    let rows: Vec<_> = t.iter().map(|&t| [f32::from(t.min(1))]).collect();
    let labels: Vec<_> = t.iter().map(|&t| t.min(1)).collect();
    let net = Binary::new(Init::Normal(1.0), &mut Rng::seed(1));
    let expected = ConfusionMatrix::of(2, &labels, &net.classes(&x).unwrap()).unwrap();
    assert_eq!(measure(&*net, (&x, &rows), &MacroF1).unwrap(), Some(expected.macro_f1()));
    // Targets between 0 and 1 name no class.
    let rows = vec![[0.5_f32]; 90];
    assert_eq!(measure(&*net, (&x, &rows), &MacroF1).unwrap(), None);
}

#[test]
fn a_network_has_the_errors_of_its_outputs() {
    let (x, _) = data(700);
    let t: Vec<_> = x.iter().map(|[a, b]| [a + b, a * b]).collect();
    let net = Line::new(Init::Normal(1.0), &mut Rng::seed(1));
    let rows = Array2::from_shape_fn((700, 2), |(sample, column)| t[sample][column]);
    let expected = Regression::of(rows.view(), net.predict(&x).unwrap().view()).unwrap();
    let of = |metric: &dyn Metric<Line>| measure(&*net, (&x, &t), metric).unwrap().unwrap();
    assert_close(of(&R2), expected.r2());
    assert_close(of(&MeanAbsoluteError), expected.mean_absolute_error());
    assert_close(of(&RootMeanSquaredError), expected.root_mean_squared_error());
    assert_eq!(measure(&*net, (&x[..1], &t[..1]), &R2).unwrap(), None);
}

/// The number of samples, to see which were added.
struct Count;

impl<N: Network> Metric<N> for Count {
    fn name(&self) -> &str {
        "count"
    }

    fn sums(&self) -> usize {
        1
    }

    fn add(&self, scores: ArrayView2<'_, N::Scalar>, _: Targets<'_, N::Scalar>, sums: &mut [f64]) {
        sums[0] += scores.nrows() as f64;
    }

    fn value(&self, sums: &[f64]) -> Option<f64> {
        Some(sums[0])
    }
}

fn trainer<'a>(epochs: u64) -> Trainer<'a, Three, Sgd> {
    let net = Three::new(Init::Normal(1.0), &mut Rng::seed(1));
    Trainer::new(net, Sgd::new(0.1).unwrap())
        .epochs(epochs)
        .batch_size(7)
        .metric(Count)
        .metric(MacroF1)
        .metric(R2)
}

#[test]
fn a_trainer_measures_in_each_epoch() {
    let (x, t) = data(50);
    let mut trainer = trainer(3).validation_split(0.2);
    trainer.fit((&x, &t)).unwrap();
    for epoch in trainer.history().iter() {
        let [count, f1, r2] = &epoch.metrics[..] else { panic!("three metrics") };
        assert_eq!(
            (count.name.as_str(), count.train, count.validation),
            ("count", Some(40.0), Some(10.0))
        );
        assert!(f1.train.is_some_and(|f1| f1 > 0.0) && f1.validation.is_some());
        assert_eq!((r2.train, r2.validation), (None, None));
    }
    let csv = trainer.history().csv();
    assert!(csv.lines().next().unwrap().contains(",train_macro F1,validation_macro F1,train_R²,"));
    assert!(csv.lines().nth(3).unwrap().ends_with(",,"), "{csv}");
}

#[test]
fn without_validation_only_training_is_measured() {
    let (x, t) = data(50);
    let mut trainer = trainer(1);
    trainer.fit((&x, &t)).unwrap();
    let epoch = trainer.history().last().unwrap();
    assert_eq!((epoch.metrics[0].train, epoch.metrics[0].validation), (Some(50.0), None));
}

#[test]
fn a_step_that_is_not_taken_is_not_counted() {
    let (mut x, t) = data(50);
    let valid = x[49];
    x[49] = [f32::NAN; 2];
    let mut trainer = trainer(1);
    assert!(trainer.fit((&x, &t)).is_err());
    x[49] = valid;
    trainer.fit((&x, &t)).unwrap();
    assert_eq!(trainer.history().last().unwrap().metrics[0].train, Some(50.0));
}

#[test]
fn a_resumed_training_has_the_same_metrics() {
    let (x, t) = data(50);
    let mut whole = trainer(3);
    whole.fit((&x, &t)).unwrap();

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let mut first = trainer(3).checkpoint(&path).checkpoint_every(1).on_step(|step, _| {
        // In the middle of the second epoch.
        if step.step == 12 {
            std::ops::ControlFlow::Break(())
        } else {
            std::ops::ControlFlow::Continue(())
        }
    });
    first.fit((&x, &t)).unwrap();
    let mut second = trainer(3);
    second.resume(&path).unwrap();
    second.fit((&x, &t)).unwrap();
    assert_eq!(second.history(), whole.history());

    let mut other =
        Trainer::new(Three::zeros(), Sgd::new(0.1).unwrap()).batch_size(7).metric(MacroF1);
    let error = other.resume(&path).unwrap_err().to_string();
    assert!(error.contains("setting \"trainer/metrics\": expected"), "{error}");
}
