//! A training step equals the gradient followed by the optimizer's step, bit for bit, whether or
//! not gradients are stored. A step is taken completely or not at all.

use chainrule::{
    AdamW, Batch, Error, Init, Momentum, Network, Optimizer, Rng, Scalar, Sgd, SgdStep, Workspace,
    network,
};
use chainrule_tests::random::normals;
use ndarray::Array2;

network! { struct TwoLayerNet = Affine(97, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss; }

network! {
    struct Deep = Affine(97, 66) -> Relu -> Affine(70) -> Tanh -> Affine(65) -> Gelu -> Affine(64)
        -> Sigmoid -> Affine(129) -> Relu -> Affine(5) => SoftmaxWithLoss;
}

network! {
    struct Normalised = Affine(97, 65) -> BatchNorm -> Relu -> Dropout(0.5) -> Affine(64)
        -> LayerNorm -> Dropout(0.2) -> Affine(66) => IdentityWithLoss;
}

network! {
    struct Residual {
        input x: [97];
        let h = x -> Affine(70) -> Relu;
        let y = h -> Affine(70) -> Relu;
        let z = (h + y) -> Affine(70);
        (z * h) -> Affine(6) => SoftmaxWithLoss
    }
}

network! {
    struct Shared {
        input x: [97];
        let a = x -> Affine(68) -> Tanh -> cell: Affine(68) -> Tanh;
        let b = a -> cell -> Tanh;
        concat(a, b) -> Affine(31) => SoftmaxWithLoss
    }
}

network! {
    struct Parts {
        input left: [49];
        input right: [48];
        let a = left -> Affine(90) -> Relu;
        let b = right -> Affine(90) -> Relu;
        (a -> Affine(70), b -> Affine(50)) => IdentityWithLoss
    }
}

network! { struct Inner = Affine(97, 50) -> Relu -> Affine(50, 64) => IdentityWithLoss; }
network! { struct Outer = Inner -> Relu -> Affine(64, 65) => SoftmaxWithLoss; }

network! { struct FromOne = Affine(1, 5000) -> Relu -> Affine(5000, 1) => IdentityWithLoss; }
network! { struct Line = Affine(97, 50) => IdentityWithLoss; }
network! { struct Small = Affine(7, 9) -> Relu -> Affine(9, 3) => SoftmaxWithLoss; }
network! { struct Untrained = Input(97) -> Relu => IdentityWithLoss; }

/// A batch with target rows that are probabilities.
fn batch<N: Network>(samples: usize, rng: &mut Rng) -> Batch<N> {
    let mut batch = Batch::new();
    for _ in 0..samples {
        batch.features_mut().extend((0..N::INPUTS).map(|_| N::Scalar::from_f64(rng.normal())));
        let class = rng.below(N::OUTPUTS);
        let one_hot = (0..N::OUTPUTS).map(|output| f64::from(u8::from(output == class)));
        batch.push_row(one_hot.map(N::Scalar::from_f64)).unwrap();
    }
    batch
}

/// The bits of numbers, converted exactly to `f64`.
fn bits<T: Scalar>(numbers: &[T]) -> Vec<u64> {
    numbers.iter().map(|number| number.as_f64().to_bits()).collect()
}

/// Takes steps both ways, for several batch sizes.
#[track_caller]
fn assert_same<N: Network, O: Optimizer<N>>(make: impl Fn() -> O) {
    let mut rng = Rng::seed(3);
    let mut one = N::new(Init::Auto, &mut rng);
    let mut other = N::zeros();
    other.parameters_mut().copy_from_slice(one.parameters());
    let (mut first, mut second) = (make(), make());
    let (mut workspace, mut grads) = (Workspace::with_rng(Rng::seed(5)), N::zeros());
    let (mut other_workspace, mut other_grads) = (workspace.clone(), N::zeros());
    for samples in [2, 32, 3, 100, 128, 129, 400] {
        let batch = batch::<N>(samples, &mut rng);
        let before = bits(one.parameters());
        let loss = batch.train_step(&mut one, &mut first, &mut workspace, &mut grads).unwrap();
        let expected = batch.gradient(&other, &mut other_workspace, &mut other_grads).unwrap();
        second.step(&mut other, &other_grads);
        assert_eq!(loss, expected, "{}, {samples} samples", N::NAME);
        let after = bits(one.parameters());
        assert_eq!(after, bits(other.parameters()), "{}, {samples} samples", N::NAME);
        assert!(after != before || N::PARAMS == 0, "{}", N::NAME);
    }
    // Both random generators have the same state.
    assert_eq!(workspace.rng_mut().bits(), other_workspace.rng_mut().bits(), "{}", N::NAME);
}

fn assert_same_for_all<N: Network>() {
    let plain = || Sgd::new(1e-4).unwrap();
    assert_same::<N, _>(plain);
    assert_same::<N, _>(|| plain().with_weight_decay(0.01).unwrap());
    assert_same::<N, _>(|| Momentum::new(1e-4, 0.9).unwrap());
    assert_same::<N, _>(|| AdamW::new(1e-4).unwrap());
}

fn assert_same_for_all_networks<T: Scalar>() {
    assert_same_for_all::<TwoLayerNet<T>>();
    assert_same_for_all::<Deep<T>>();
    assert_same_for_all::<Normalised<T>>();
    assert_same_for_all::<Residual<T>>();
    assert_same_for_all::<Shared<T>>();
    assert_same_for_all::<Parts<T>>();
    assert_same_for_all::<Outer<T>>();
    assert_same_for_all::<FromOne<T>>();
    assert_same_for_all::<Line<T>>();
    assert_same_for_all::<Small<T>>();
    assert_same_for_all::<Untrained<T>>();
}

#[test]
fn it_is_the_gradient_and_a_step_in_single_precision() {
    assert_same_for_all_networks::<f32>();
}

#[test]
fn it_is_the_gradient_and_a_step_in_double_precision() {
    assert_same_for_all_networks::<f64>();
}

/// Numbers so large that gradients are checked one by one.
#[test]
fn large_numbers_are_trained_on_as_in_two_steps() {
    let mut net = Line::new(Init::Normal(1e-30), &mut Rng::seed(1));
    let mut other = net.clone();
    let (mut workspace, mut grads) = (Workspace::new(), Line::zeros());
    let x = Array2::from_elem((4, 97), 3e18_f32);
    let t = Array2::from_elem((4, 50), 1.0_f32);
    let mut sgd = Sgd::new(2e-38).unwrap();
    for _ in 0..3 {
        let loss = other.gradient_in(&x, &t, &mut workspace, &mut grads).unwrap();
        other.update(&mut sgd, &grads);
        let same = net.train_step(&x, &t, &mut sgd, &mut workspace, &mut grads).unwrap();
        assert_eq!(same, loss);
        assert_eq!(bits(net.parameters()), bits(other.parameters()));
    }
}

/// The gradient of the first layer overflows after those of the others are computed.
#[test]
fn nothing_is_changed_by_a_gradient_that_is_not_finite() {
    network! {
        struct Three = Affine(64, 64) -> Relu -> Affine(64, 64) -> Relu -> Affine(64, 2)
            => IdentityWithLoss;
    }
    let mut net = Three::zeros();
    net.affine1.weight = [[1e-13; 64]; 64];
    net.affine2.weight = [[3e18; 64]; 64];
    net.affine3.weight = [[1e-4; 2]; 64];
    let (mut workspace, mut grads) = (Workspace::new(), Three::zeros());
    let before = bits(net.parameters());
    let (x, t) = ([[1e6; 64], [3e6; 64]], [[1e18, 1e18], [-1e18, 1e18]]);
    let expected = net.gradient_in(&x, &t, &mut workspace, &mut grads).unwrap_err();
    let is_the_first =
        matches!(&expected, Error::Gradient { tensor, .. } if **tensor == Three::TENSORS[0]);
    assert!(is_the_first, "{expected}");
    let mut sgd = Sgd::new(0.1).unwrap();
    let error = net.train_step(&x, &t, &mut sgd, &mut workspace, &mut grads).unwrap_err();
    assert_eq!(error.to_string(), expected.to_string());
    assert_eq!(bits(net.parameters()), before);
}

#[test]
fn nothing_is_changed_by_data_that_cannot_be_right() {
    let mut net = TwoLayerNet::new(Init::Auto, &mut Rng::seed(0));
    let (mut workspace, mut grads) = (Workspace::new(), TwoLayerNet::zeros());
    let mut sgd = Sgd::new(0.1).unwrap();
    let before = bits(net.parameters());
    let (mut x, t) = (normals(3, 97, &mut Rng::seed(1)).mapv(|x| x as f32), [1_u8, 2, 3]);
    for wrong in [&[1, 2][..], &[1, 2, 10]] {
        let wrong = wrong.to_vec();
        let result = net.train_step(&x, &wrong, &mut sgd, &mut workspace, &mut grads);
        assert!(matches!(result, Err(Error::BatchSizes { .. } | Error::Label { .. })));
    }
    x[(1, 4)] = f32::NAN;
    let result = net.train_step(&x, &t, &mut sgd, &mut workspace, &mut grads);
    let error = result.unwrap_err().to_string();
    assert_eq!(error, net.gradient(&x, &t).unwrap_err().to_string());
    x[(1, 4)] = 0.0;
    net.affine1.bias[3] = f32::INFINITY;
    let result = net.train_step(&x, &t, &mut sgd, &mut workspace, &mut grads);
    let error = result.unwrap_err().to_string();
    assert!(error.contains("affine1.bias"), "{error}");
    net.affine1.bias[3] = 0.0;
    assert_eq!(bits(net.parameters()), before);
}

/// A user-defined optimizer that returns its SGD step: `update` is not called.
#[test]
fn an_own_optimizer_that_only_subtracts() {
    struct Plain;

    impl<N: Network> Optimizer<N> for Plain {
        fn update(&mut self, _network: &mut N, _grads: &N) {
            unreachable!("the step is taken while the gradient is computed");
        }

        fn sgd_step(&self) -> Option<SgdStep> {
            Some(SgdStep { learning_rate: 0.1, weight_decay: 0.0 })
        }
    }

    let mut net = TwoLayerNet::new(Init::Auto, &mut Rng::seed(0));
    let (mut workspace, mut grads) = (Workspace::new(), TwoLayerNet::zeros());
    let (x, t) = (normals(20, 97, &mut Rng::seed(1)).mapv(|x| x as f32), [3_u8; 20]);
    let first = net.train_step(&x, &t, &mut Plain, &mut workspace, &mut grads).unwrap();
    for _ in 0..20 {
        net.train_step(&x, &t, &mut Plain, &mut workspace, &mut grads).unwrap();
    }
    let last = net.loss(&x, &t).unwrap();
    assert!(last < first / 2.0, "{first} to {last}");
}
