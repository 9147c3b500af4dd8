//! Images as nested arrays and as arrays of four axes in any layout give what flat rows give, in every
//! operation; other shapes are errors that name both.

use chainrule::trainer::{Error as TrainerError, confusion, evaluate};
use chainrule::{Error, Init, NetworkExt, Rng, Sgd, Trainer, Workspace, network};
use chainrule_tests::random::normals;
use ndarray::{Array2, Array3, Array4, ArrayView4, Axis, s};

network! {
    struct Net = Input(2, 5, 4) -> Conv2d(3, 3) -> Relu -> Flatten -> Affine(3) => SoftmaxWithLoss;
}

network! { struct Flat = Affine(40, 3) => SoftmaxWithLoss; }

network! {
    struct Signal = Input(2, 9) -> Conv1d(3, 3) -> Relu -> Flatten -> Affine(3) => SoftmaxWithLoss;
}

network! {
    struct Sequence { input x: [5, 4]; x -> Affine(3) -> Mean -> Affine(3) => SoftmaxWithLoss }
}

type Image = [[[f64; 4]; 5]; 2];

const LABELS: [u8; 6] = [0, 1, 2, 1, 0, 2];

fn net() -> Box<Net<f64>> {
    Net::<f64>::new(Init::Auto, &mut Rng::seed(1))
}

fn rows() -> Array2<f64> {
    normals(6, 40, &mut Rng::seed(2))
}

fn images() -> Array4<f64> {
    rows().into_shape_with_order((6, 2, 5, 4)).unwrap()
}

fn nested() -> Vec<Image> {
    let images = images();
    let pixel = |n, c, y, x| images[[n, c, y, x]];
    let image = |n| {
        std::array::from_fn(|c| std::array::from_fn(|y| std::array::from_fn(|x| pixel(n, c, y, x))))
    };
    (0..6).map(image).collect()
}

/// The results of every operation that takes a batch, as bits.
macro_rules! results {
    ($x:expr) => {{
        let (mut net, mut grads) = (net(), Net::<f64>::zeros());
        let (mut workspace, mut sgd) = (Workspace::new(), Sgd::new(0.1).unwrap());
        let mut results: Vec<f64> = net.predict($x).unwrap().into_iter().collect();
        results.push(net.loss($x, &LABELS).unwrap());
        results.push(net.accuracy($x, &LABELS).unwrap());
        results.extend(net.gradient($x, &LABELS).unwrap().parameters());
        results.extend(net.predict_proba($x).unwrap());
        results.extend(net.classes($x).unwrap().into_iter().map(|class| class as f64));
        results.extend(net.input_gradient($x, &LABELS).unwrap());
        net.train_step($x, &LABELS, &mut sgd, &mut workspace, &mut grads).unwrap();
        results.extend(net.parameters());
        results
    }};
}

/// The results of the trainer and of what evaluates a network.
macro_rules! trained {
    ($x:expr) => {{
        let mut trainer = Trainer::new(net(), Sgd::new(0.1).unwrap())
            .epochs(3)
            .batch_size(2)
            .validation(($x, &LABELS));
        trainer.fit(($x, &LABELS)).unwrap();
        let net = trainer.network();
        let mut results = net.parameters().to_vec();
        results.push(evaluate(net, ($x, &LABELS)).unwrap().loss);
        results.push(confusion(net, ($x, &LABELS)).unwrap().accuracy());
        results
    }};
}

#[test]
fn nested_arrays() {
    let (rows, nested) = (rows(), nested());
    let array: [Image; 6] = nested.clone().try_into().unwrap();
    assert_eq!(results!(&nested), results!(&rows));
    assert_eq!(results!(&nested[..]), results!(&rows));
    assert_eq!(results!(&array), results!(&rows));
    assert_eq!(trained!(&nested), trained!(&rows));
    assert_eq!(trained!(&nested[..]), trained!(&rows));
    assert_eq!(trained!(&array), trained!(&rows));
}

#[test]
fn views_in_any_layout() {
    let (rows, images) = (rows(), images());
    let same = |x: ArrayView4<'_, f64>| {
        assert_eq!(results!(x), results!(&rows));
        assert_eq!(trained!(x), trained!(&rows));
    };
    same(images.view());
    // Channels last, as of most image files.
    let last = images.view().permuted_axes([0, 2, 3, 1]).as_standard_layout().into_owned();
    same(last.view().permuted_axes([0, 3, 1, 2]));
    // Samples last.
    let last = images.view().permuted_axes([1, 2, 3, 0]).as_standard_layout().into_owned();
    same(last.view().permuted_axes([3, 0, 1, 2]));
    // Rows from bottom to top.
    let mut upside_down = images.clone();
    upside_down.invert_axis(Axis(2));
    let upside_down = upside_down.as_standard_layout().into_owned();
    same(upside_down.slice(s![.., .., ..;-1, ..]));
    // Every second column of wider images.
    let mut wide = Array4::zeros((6, 2, 5, 8));
    wide.slice_mut(s![.., .., .., ..;2]).assign(&images);
    same(wide.slice(s![.., .., .., ..;2]));

    assert_eq!(results!(&images), results!(&rows));
    assert_eq!(results!(&images.view()), results!(&rows));
    assert_eq!(trained!(&images), trained!(&rows));
}

#[test]
fn single_images() {
    let (net, rows, images, nested) = (net(), rows(), images(), nested());
    let image = images.index_axis(Axis(0), 3);
    let want = net.probabilities_of(&rows.row(3)).unwrap();
    assert_eq!(net.probabilities_of(image).unwrap(), want);
    assert_eq!(net.probabilities_of(&image.to_owned()).unwrap(), want);
    assert_eq!(net.probabilities_of(&nested[3]).unwrap(), want);
    assert_eq!(net.class_of(&nested[3]).unwrap(), net.class_of(&rows.row(3)).unwrap());
    let transposed = image.permuted_axes([0, 2, 1]);
    assert_eq!(
        net.class_of(transposed).unwrap_err().to_string(),
        "expected samples of 2×5×4 for `Net`, found 2×4×5; \
         pass an array of shape `batch × 2 × 5 × 4`, or flat rows",
    );
}

#[test]
fn signals_and_sequences() {
    let net = Signal::<f64>::new(Init::Auto, &mut Rng::seed(1));
    let rows = normals(3, 18, &mut Rng::seed(2));
    let signals = rows.clone().into_shape_with_order((3, 2, 9)).unwrap();
    let nested =
        [0, 1, 2].map(|n| [0, 1].map(|c| std::array::from_fn::<_, 9, _>(|x| signals[[n, c, x]])));
    let want = net.predict(&rows).unwrap();
    assert_eq!(net.predict(&signals).unwrap(), want);
    assert_eq!(net.predict(&nested).unwrap(), want);
    assert_eq!(
        net.probabilities_of(&nested[1]).unwrap(),
        net.probabilities_of(&rows.row(1)).unwrap()
    );
    let t = [0, 1, 2];
    assert_eq!(evaluate(&*net, (&nested, &t)).unwrap(), evaluate(&*net, (&rows, &t)).unwrap());

    let net = Sequence::<f64>::new(Init::Auto, &mut Rng::seed(1));
    let rows = normals(3, 20, &mut Rng::seed(2));
    let steps = rows.clone().into_shape_with_order((3, 5, 4)).unwrap();
    assert_eq!(net.predict(&steps).unwrap(), net.predict(&rows).unwrap());
    assert_eq!(
        net.predict(steps.permuted_axes([0, 2, 1]).view()).unwrap_err().to_string(),
        "expected samples of 5×4 for `Sequence`, found 4×5; \
         pass an array of shape `batch × 5 × 4`, or flat rows",
    );
}

/// As before there were shapes, flat networks take images with the right number of pixels.
#[test]
fn flat_networks_take_images() {
    let net = Flat::<f64>::new(Init::Auto, &mut Rng::seed(1));
    assert_eq!(net.predict(&images()).unwrap(), net.predict(&rows()).unwrap());
    assert_eq!(net.predict(&nested()).unwrap(), net.predict(&rows()).unwrap());
    assert_eq!(
        net.predict(&Array4::zeros((2, 2, 5, 5))).unwrap_err(),
        Error::Features { network: "Flat", expected: 40, found: 50 },
    );
}

#[test]
fn other_shapes_are_errors() {
    let net = net();
    let message = |error: Error| error.to_string();
    let found = |shape: &str| {
        format!(
            "expected samples of 2×5×4 for `Net`, found {shape}; \
             pass an array of shape `batch × 2 × 5 × 4`, or flat rows"
        )
    };
    let last = Array4::<f64>::zeros((3, 5, 4, 2));
    assert_eq!(message(net.predict(&last).unwrap_err()), found("5×4×2"));
    assert_eq!(message(net.loss(&last, &[0; 3]).unwrap_err()), found("5×4×2"));
    assert_eq!(message(net.predict_proba(&last).unwrap_err()), found("5×4×2"));
    // The number of pixels is right, and the rank is not.
    let gray = Array3::<f64>::zeros((3, 10, 4));
    assert_eq!(message(net.predict(&gray).unwrap_err()), found("10×4"));
    let large = Array4::<f64>::zeros((3, 2, 6, 4));
    assert_eq!(message(net.predict(&large).unwrap_err()), found("2×6×4"));
    assert_eq!(message(net.predict(&[[[[0.0; 5]; 4]; 2]]).unwrap_err()), found("2×4×5"));
    // Of flat rows, only the number of pixels is compared.
    assert_eq!(message(net.predict(&Array2::zeros((3, 39))).unwrap_err()), found("39"));

    let cause = |error: TrainerError| match error {
        TrainerError::Samples { cause, .. } => message(cause),
        other => panic!("{other:?}"),
    };
    let t = [0; 3];
    assert_eq!(cause(evaluate(&*net, (&last, &t)).unwrap_err()), found("5×4×2"));
    let mut trainer = Trainer::new(net, Sgd::new(0.1).unwrap());
    assert_eq!(cause(trainer.fit((&gray, &t)).unwrap_err()), found("10×4"));
}

#[test]
fn a_number_that_is_not_finite_has_its_place() {
    let mut images = images();
    images[[4, 1, 2, 3]] = f64::NAN;
    let (flat, shaped) = (
        net().predict(images.to_shape((6, 40)).unwrap().view()).unwrap_err(),
        net().predict(images.view().permuted_axes([0, 1, 2, 3])).unwrap_err(),
    );
    // NaN is not equal to itself.
    assert_eq!(flat.to_string(), shaped.to_string());
    assert!(shaped.to_string().contains("sample 4"), "{shaped}");
}
