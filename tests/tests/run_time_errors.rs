//! Every operation reports invalid data with the value, its position and what was expected. An
//! operation that returns an error changes neither the network nor the gradients.

use chainrule::layers::{Add, Mul};
use chainrule::{Error, Init, Numbers, Overflowed, Rng, Sgd, TensorInfo, Workspace, network};
use ndarray::{Array2, ArrayView2, arr1, array};

network! { struct Classes = Affine(2, 4) -> Relu -> Affine(4, 3) => SoftmaxWithLoss; }
network! { struct Regression = Affine(2, 3) => IdentityWithLoss; }
network! { struct Hidden = Affine(2, 1) -> Relu -> Affine(1, 1) => IdentityWithLoss; }

/// One output, which the macro does not know, so that the network has an `accuracy`.
const ONE: usize = 1;
network! { struct Single = Affine(2, ONE) => IdentityWithLoss; }

fn classes() -> Box<Classes> {
    Classes::new(Init::He, &mut Rng::seed(0))
}

fn regression() -> Box<Regression> {
    Regression::new(Init::He, &mut Rng::seed(0))
}

/// The error that all operations on `x` alone return. Asserts that the gradients and the network
/// are unchanged.
macro_rules! rejected_input {
    ($net:expr, $x:expr) => {{
        let (net, mut workspace) = ($net, Workspace::new());
        let before = bits(net.parameters());
        let mut grads = net.clone();
        grads.parameters_mut().fill(7.0);
        let error = net.predict($x).unwrap_err();
        assert_eq!(same(&net.predict_in($x, &mut workspace).unwrap_err()), same(&error));
        let gradient = net.gradient_of($x, |_| 0.0, &mut workspace, &mut grads);
        assert_eq!(same(&gradient.unwrap_err()), same(&error));
        assert!(grads.parameters().iter().all(|&d| d == 7.0));
        assert_eq!(bits(net.parameters()), before);
        error
    }};
}

/// The error that all operations on `x` and `t` return.
macro_rules! rejected {
    ($net:expr, $x:expr, $t:expr) => {{
        let error = rejected_loss!($net, $x, $t);
        let net = $net;
        assert_eq!(same(&net.accuracy($x, $t).unwrap_err()), same(&error));
        let in_workspace = net.accuracy_in($x, $t, &mut Workspace::new());
        assert_eq!(same(&in_workspace.unwrap_err()), same(&error));
        error
    }};
}

/// The error that the loss and all gradients return for `x` and `t`.
macro_rules! rejected_loss {
    ($net:expr, $x:expr, $t:expr) => {{
        let (net, mut workspace) = ($net, Workspace::new());
        let before = bits(net.parameters());
        let mut grads = net.clone();
        grads.parameters_mut().fill(7.0);
        let error = net.loss($x, $t).unwrap_err();
        assert_eq!(same(&net.loss_in($x, $t, &mut workspace).unwrap_err()), same(&error));
        assert_eq!(same(&net.gradient($x, $t).unwrap_err()), same(&error));
        let gradient = net.gradient_in($x, $t, &mut workspace, &mut grads);
        assert_eq!(same(&gradient.unwrap_err()), same(&error));
        assert_eq!(same(&net.numerical_gradient($x, $t).unwrap_err()), same(&error));
        assert_eq!(same(&net.gradient_check($x, $t).unwrap_err()), same(&error));
        assert!(grads.parameters().iter().all(|&d| d == 7.0));
        assert_eq!(bits(net.parameters()), before);
        error
    }};
}

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// An error as text, since an error that contains NaN is not equal to itself.
fn same(error: &Error) -> String {
    format!("{error:?}")
}

#[test]
fn features() {
    let (net, wide) = (classes(), Array2::<f32>::zeros((5, 3)));
    let error = Error::Features { network: "Classes", expected: 2, found: 3 };
    assert_eq!(rejected_input!(&net, &wide), error);
    assert_eq!(rejected!(&net, &wide, &[0_u8; 5]), error);
    assert_eq!(
        error.to_string(),
        "expected 2 features per sample for `Classes`, found 3; pass an array of shape `batch × 2`"
    );
    let one = Error::Features { network: "Classes", expected: 1, found: 2 }.to_string();
    assert!(one.starts_with("expected 1 feature per sample for `Classes`, found 2; "), "{one}");
    let none = Array2::<f32>::zeros((5, 0));
    let error = Error::Features { network: "Classes", expected: 2, found: 0 };
    assert_eq!(rejected_input!(&net, none.view()), error);
    // For an empty batch with the wrong width, the width is reported.
    let error = Error::Features { network: "Classes", expected: 2, found: 0 };
    assert_eq!(rejected_input!(&net, &Array2::<f32>::zeros((0, 0))), error);
}

#[test]
fn empty_batch() {
    let (net, none) = (classes(), Array2::<f32>::zeros((0, 2)));
    assert_eq!(rejected_input!(&net, &none), Error::EmptyBatch);
    assert_eq!(rejected_input!(&net, &[[0.0_f32; 2]; 0]), Error::EmptyBatch);
    assert_eq!(rejected!(&net, &none, &[0_u8; 0]), Error::EmptyBatch);
    assert_eq!(rejected!(&net, &none, &Vec::<[f32; 3]>::new()), Error::EmptyBatch);
    let message = "expected at least one sample in the batch, found none";
    assert_eq!(Error::EmptyBatch.to_string(), message);
}

#[test]
fn batch_sizes() {
    let (net, x) = (classes(), [[1.0, 2.0]; 4]);
    let error = Error::BatchSizes { samples: 4, targets: 3 };
    assert_eq!(rejected!(&net, &x, &[0_u8, 1, 2]), error);
    assert_eq!(rejected!(&net, &x, &[[0.0, 1.0, 0.0]; 3]), error);
    assert_eq!(rejected!(&net, &x, &arr1(&[0_i32, 1, 2])), error);
    assert_eq!(rejected!(&regression(), &x, &Array2::zeros((3, 3))), error);
    assert_eq!(
        error.to_string(),
        "expected one target for each sample, found 4 samples and 3 targets"
    );
    let one = Error::BatchSizes { samples: 1, targets: 0 }.to_string();
    assert_eq!(one, "expected one target for each sample, found 1 sample and 0 targets");
    let one = Error::BatchSizes { samples: 4, targets: 1 }.to_string();
    assert_eq!(one, "expected one target for each sample, found 4 samples and 1 target");
    let error = Error::BatchSizes { samples: 4, targets: 0 };
    assert_eq!(rejected!(&net, &x, &[0_u8; 0]), error);
    assert_eq!(rejected!(&net, &x, &[[0.0; 3]; 0]), error);
    let error = Error::BatchSizes { samples: 4, targets: 5 };
    assert_eq!(rejected!(&net, &x, &[0_u8; 5]), error);
}

#[test]
fn label() {
    let (net, x) = (classes(), [[1.0, 2.0]; 3]);
    let error = |sample, label| Error::Label { sample, label, classes: 3 };
    assert_eq!(rejected!(&net, &x, &[0_u8, 3, 9]), error(1, 3));
    assert_eq!(rejected!(&net, &x, &vec![0_i8, 1, -1]), error(2, -1));
    assert_eq!(rejected!(&net, &x, &[i64::MIN, 0, 0]), error(0, i64::MIN.into()));
    assert_eq!(rejected!(&net, &x, &arr1(&[u64::MAX, 0, 0])), error(0, u64::MAX.into()));
    assert_eq!(rejected!(&net, &x, &[usize::MAX; 3][..]), error(0, usize::MAX as i128));
    assert_eq!(rejected!(&net, &x, arr1(&[0_isize, 256, 0]).view()), error(1, 256));
    assert_eq!(error(2, -1).to_string(), "expected a label from 0 to 2 for sample 2, found -1");
}

#[test]
fn target_columns() {
    let (x, wide, narrow) = ([[1.0, 2.0]; 2], Array2::zeros((2, 4)), Array2::zeros((2, 1)));
    let error = |network, found| Error::TargetColumns { network, expected: 3, found };
    assert_eq!(rejected!(&classes(), &x, &wide), error("Classes", 4));
    assert_eq!(rejected!(&classes(), &x, narrow.view()), error("Classes", 1));
    assert_eq!(rejected!(&regression(), &x, &wide), error("Regression", 4));
    assert_eq!(
        error("Classes", 4).to_string(),
        "expected target rows of 3 numbers for the outputs of `Classes`, found 4; pass an array of \
         shape `batch × 3`"
    );
}

#[test]
fn target_row() {
    let (net, x) = (classes(), [[1.0, 2.0]; 2]);
    let good = [0.0, 1.0, 0.0];
    let error = |sample, sum| Error::TargetRow { sample, sum };
    assert_eq!(rejected!(&net, &x, &[good, [0.0; 3]]), error(1, 0.0));
    assert_eq!(rejected!(&net, &x, &[[1.0, 1.0, 0.0], good]), error(0, 2.0));
    assert_eq!(rejected!(&net, &x, &array![[0.0, 1.0, 0.0], [0.5, 0.25, 0.125]]), error(1, 0.875));
    // Their sum is 1, yet they are not probabilities.
    let negative = rejected!(&net, &x, &[good, [1.5, -0.5, 0.0]]);
    assert_eq!(negative, Error::NegativeTarget { sample: 1, column: 1, value: -0.5 });
    assert_eq!(
        negative.to_string(),
        "expected probabilities in the target row of sample 1, found -0.5 in column 1"
    );
    assert_eq!(
        error(1, 0.875).to_string(),
        "expected probabilities that sum to 1 in the target row of sample 1, found a sum of 0.875"
    );
    let large = error(0, 3e38).to_string();
    assert!(large.ends_with("in the target row of sample 0, found a sum of 3e38"), "{large}");
    // Regression accepts any row.
    assert!(regression().loss(&x, &[[5.0, -5.0, 0.0]; 2]).is_ok());
}

#[test]
fn numbers_that_are_not_finite() {
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let x = array![[1.0, 2.0], [3.0, value], [value, 0.0]];
        let inputs =
            Error::NotFinite { place: "inputs", sample: 1, column: 1, value: value.into() };
        assert_eq!(same(&rejected_input!(&classes(), &x)), same(&inputs));
        assert_eq!(same(&rejected!(&classes(), &x, &[0_u8; 3])), same(&inputs));
        // Also found in the contiguous copy of a view.
        let transposed = array![[1.0, 3.0, value], [2.0, value, 0.0]];
        assert_eq!(same(&rejected_input!(&regression(), transposed.t())), same(&inputs));

        let t = [[0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, value]];
        let targets =
            Error::NotFinite { place: "targets", sample: 2, column: 2, value: value.into() };
        let x = [[1.0, 2.0]; 3];
        assert_eq!(same(&rejected!(&classes(), &x, &t)), same(&targets));
        assert_eq!(same(&rejected!(&regression(), &x, &t)), same(&targets));
    }
    let error = Error::NotFinite { place: "inputs", sample: 1, column: 0, value: f64::INFINITY };
    assert_eq!(error.to_string(), "expected finite inputs, found inf in sample 1, column 0");
}

#[test]
fn the_last_of_many_numbers_is_looked_at() {
    let mut x = Array2::<f32>::zeros((1537, 2));
    x[[1536, 1]] = f32::NAN;
    let error = rejected_input!(&classes(), &x);
    assert!(matches!(error, Error::NotFinite { sample: 1536, column: 1, .. }), "{error}");
}

#[test]
fn parameters_that_are_not_finite() {
    let x = [[1.0, 2.0]; 2];
    for (place, tensor, at) in [
        (0, "affine1.weight", 0),
        (11, "affine1.bias", 3),
        (19, "affine2.weight", 7),
        (26, "affine2.bias", 2),
    ] {
        let mut net = classes();
        net.parameters_mut()[place] = f32::NAN;
        let tensor = Classes::TENSORS.iter().find(|info| info.to_string() == tensor).unwrap();
        let error = Error::Parameter { tensor, place: at, value: f64::NAN };
        assert_eq!(same(&rejected_input!(&net, &x)), same(&error));
        assert_eq!(same(&rejected!(&net, &x, &[0_u8; 2])), same(&error));
    }
    let mut net = classes();
    net.affine2.bias[1] = f32::INFINITY;
    let error = rejected!(&net, &x, &[0_u8; 2]);
    assert_eq!(
        error.to_string(),
        "expected finite parameters, found inf at index 1 of `affine2.bias`; if the training \
         diverged, use a smaller learning rate"
    );
}

#[test]
fn overflow_of_an_output() {
    let mut net = classes();
    net.parameters_mut().fill(1e30);
    let error = rejected_input!(&net, &[[0.0, 0.0], [1e10, 1.0]]);
    let output = Error::Overflow {
        what: Overflowed::Output { output: 0, sample: 0 },
        value: f64::INFINITY,
        scalar: "f32",
    };
    assert_eq!(error, output);
    assert_eq!(
        error.to_string(),
        "expected a finite number, found inf as output 0 of sample 0; inputs and parameters are \
         finite, but too large for `f32`"
    );
}

#[test]
fn overflow_of_a_running_variance() {
    network! { struct Normed = Input(1) -> BatchNorm -> Affine(1) => IdentityWithLoss; }
    let mut net = Normed::new(Init::Zeros, &mut Rng::seed(0));
    let before = bits(net.parameters());
    // (3e19)² is above the largest `f32`, 3.4e38.
    let (x, t) = ([[-3e19], [3e19]], [[0.0], [0.0]]);
    let error = net.gradient(&x, &t).unwrap_err();
    let is_variance = |tensor: &&TensorInfo| tensor.to_string() == "batch_norm1.running_var";
    let tensor = Normed::TENSORS.iter().find(is_variance).unwrap();
    assert_eq!(error, Error::Buffer { tensor, place: 0, value: f64::INFINITY });
    assert_eq!(
        error.to_string(),
        "expected finite statistics, found inf at index 0 of `batch_norm1.running_var`; the inputs \
         of that layer are too large, scale them down"
    );
    let (mut workspace, mut grads) = (Workspace::new(), Normed::zeros());
    let mut sgd = Sgd::new(0.1).unwrap();
    let same = net.train_step(&x, &t, &mut sgd, &mut workspace, &mut grads).unwrap_err();
    assert_eq!(same, error);
    assert_eq!(bits(net.parameters()), before);
}

#[test]
fn overflow_of_a_gradient() {
    // The output and the loss are finite, their product with the input is not.
    let net = Single::new(Init::Zeros, &mut Rng::seed(0));
    let error = net.gradient(&[[1e30, 0.0]], &[[1e15]]).unwrap_err();
    let gradient =
        Error::Gradient { tensor: &Single::TENSORS[0], place: 0, value: f64::NEG_INFINITY };
    assert_eq!(error, gradient);
    assert_eq!(
        error.to_string(),
        "expected finite gradients, found -inf at index 0 of `affine1.weight`, although the loss \
         is finite; the backward pass overflows"
    );
}

#[test]
fn overflow_of_the_loss() {
    // The outputs are finite, their squares are not.
    let mut net = regression();
    net.parameters_mut().fill(1e20);
    let (x, t) = ([[1.0, 1.0]], [[0.0; 3]]);
    assert!(net.predict(&x).is_ok());
    let error = Error::Overflow { what: Overflowed::Loss, value: f64::INFINITY, scalar: "f32" };
    assert_eq!(net.loss(&x, &t).unwrap_err(), error);
    let mut grads = net.clone();
    let gradient = net.gradient_in(&x, &t, &mut Workspace::new(), &mut grads);
    assert_eq!(gradient.unwrap_err(), error);
    assert_eq!(grads.parameters(), net.parameters());
    // f64 does not overflow.
    assert!(net.cast::<f64>().loss(&[[1.0, 1.0]], &[[0.0; 3]]).is_ok());
}

#[test]
fn a_loss_of_ones_own() {
    let (net, x, mut workspace) = (regression(), [[1.0, 2.0]; 2], Workspace::new());
    let mut grads = Regression::zeros();
    grads.parameters_mut().fill(7.0);
    let error = net.gradient_of(&x, |_| f32::NAN, &mut workspace, &mut grads).unwrap_err();
    assert_eq!(same(&error), same(&Error::ClosureLoss { value: f64::NAN }));
    assert_eq!(error.to_string(), "expected a finite loss from the closure, found NaN");
    // The closure is reported even if a parameter without effect is not finite.
    let mut hidden = Hidden::new(Init::Zeros, &mut Rng::seed(0));
    hidden.affine1.bias = [f32::NEG_INFINITY];
    let mut hidden_grads = Hidden::zeros();
    let error =
        hidden.gradient_of(&x, |_| f32::INFINITY, &mut workspace, &mut hidden_grads).unwrap_err();
    assert_eq!(error, Error::ClosureLoss { value: f64::INFINITY });
    let spoil = |mut y: ndarray::ArrayViewMut2<'_, f32>| {
        y[[1, 2]] = f32::NEG_INFINITY;
        1.0
    };
    let error = net.gradient_of(&x, spoil, &mut workspace, &mut grads).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected finite derivatives of the loss, found -inf in sample 1, column 2"
    );
    assert!(grads.parameters().iter().all(|&d| d == 7.0));
}

#[test]
fn a_batch_that_no_memory_holds() {
    let (net, row, mut workspace) = (classes(), arr1(&[1.0, 2.0]), Workspace::new());
    let mut grads = Classes::zeros();
    // For the last one, the number of bytes overflows `usize`.
    for samples in [1 << 50, 1 << 58, 1 << 60] {
        // A broadcast row takes no memory itself.
        let (x, label) = (row.broadcast((samples, 2)).unwrap(), arr1(&[0_u8]));
        let t = label.broadcast(samples).unwrap();
        for error in [
            net.predict(x).unwrap_err(),
            net.predict_in(x, &mut workspace).unwrap_err(),
            net.loss(x, t).unwrap_err(),
            net.accuracy(x, t).unwrap_err(),
            net.gradient_in(x, t, &mut workspace, &mut grads).unwrap_err(),
            net.gradient_of(x, |_| 0.0, &mut workspace, &mut grads).unwrap_err(),
            net.numerical_gradient(x, t).unwrap_err(),
            net.gradient_check(x, t).unwrap_err(),
            net.loss(&[[1.0, 2.0]], t).unwrap_err(),
        ] {
            assert!(matches!(error, Error::Memory { samples: found, .. } if found == samples));
        }
    }
    assert!(net.predict_in(&[[1.0, 2.0]], &mut workspace).is_ok());
    let error = Error::Memory { samples: 1 << 50, bytes: 1 << 56 };
    assert_eq!(
        error.to_string(),
        "not enough memory for a batch of 1125899906842624 samples, which needs \
         72057594037927936 bytes; pass smaller batches"
    );
}

#[test]
fn accuracy_of_a_single_output() {
    let net = Single::zeros();
    let error = Error::SingleOutput { network: "Single" };
    assert_eq!(net.accuracy(&[[1.0, 2.0]], &[[0.0]]).unwrap_err(), error);
    let in_workspace = net.accuracy_in(&[[1.0, 2.0]], &[[0.0]], &mut Workspace::new());
    assert_eq!(in_workspace.unwrap_err(), error);
    assert_eq!(
        error.to_string(),
        "expected a network with classes, found the single output of `Single`, which is a number"
    );
    assert!(net.loss(&[[1.0, 2.0]], &[[0.0]]).is_ok());
}

#[test]
fn learning_rates() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1e-300, -0.1] {
        let error = Sgd::new(value).unwrap_err();
        assert_eq!(same(&error), same(&Error::LearningRate { value }));
    }
    assert_eq!(
        Sgd::new(-0.5).unwrap_err().to_string(),
        "invalid learning rate: expected a finite number of at least 0, found -0.5"
    );
    assert!(Sgd::new(0.0).is_ok());
    assert!(Sgd::new(-0.0).is_ok());
}

#[test]
fn shapes_of_nodes() {
    let (x, y) = (arr1(&[1.0, 2.0]), arr1(&[1.0, 2.0, 3.0]));
    let shapes = |node| Error::Shapes { node, left: vec![2], right: vec![3] };
    assert_eq!(Add::forward(x.clone(), y.clone()).unwrap_err(), shapes("Add"));
    assert_eq!(Mul::forward(x, y).unwrap_err(), shapes("Mul"));
    assert_eq!(
        shapes("Mul").to_string(),
        "Mul: expected arrays of the same shape, found [2] and [3]"
    );
}

#[test]
fn after_an_error_a_workspace_is_as_good_as_before() {
    let net = classes();
    let (x, t) = ([[1.0, 2.0], [-3.0, 0.5]], [2_u8, 1]);
    let (mut workspace, mut grads) = (Workspace::new(), Classes::zeros());
    let want = net.gradient(&x, &t).unwrap();
    let bad = array![[f32::NAN, 1.0], [0.0, 0.0], [1.0, 1.0]];
    net.gradient_in(&bad, &[0_u8; 3], &mut workspace, &mut grads).unwrap_err();
    net.gradient_in(&x, &[0_u8, 77], &mut workspace, &mut grads).unwrap_err();
    net.gradient_in(&bad, &[0_u8; 2], &mut workspace, &mut grads).unwrap_err();
    assert!(grads.parameters().iter().all(|&d| d == 0.0));
    net.gradient_in(&x, &t, &mut workspace, &mut grads).unwrap();
    assert_eq!(bits(grads.parameters()), bits(want.parameters()));
}

#[test]
fn an_error_is_an_error() {
    fn report(x: ArrayView2<'_, f32>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        classes().predict(x)?;
        Ok(())
    }
    let error = report(Array2::zeros((1, 9)).view()).unwrap_err();
    let error = error.downcast_ref::<Error>().unwrap();
    let expected = Classes::INPUTS;
    assert_eq!(*error, Error::Features { network: "Classes", expected, found: 9 });
    assert_eq!(Classes::<f64>::zeros().parameters(), [0.0; 27]);
}
