//! `LayerRates` scales the steps of any optimizer, layer by layer, and freezes layers.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chainrule::layers::Affine;
use chainrule::schedule::Constant;
use chainrule::{
    AdaGrad, Adam, AdamW, Error, Init, Kind, LayerRates, LearningRate, Momentum, Nesterov, Network,
    Numbers, Optimizer, RmsProp, Rng, Sgd, TensorInfo, Trainer, Workspace, network,
};

network! { struct Encoder = Affine(3, 5) -> BatchNorm -> Relu => IdentityWithLoss; }
network! { struct Net = Encoder -> Affine(5, 4) -> Relu -> Affine(2) => SoftmaxWithLoss; }

const X: [[f64; 3]; 4] = [[0.5, -1.0, 2.0], [1.5, 0.25, -0.75], [-1.0, 0.5, 0.0], [2.0, 1.0, 1.0]];
const T: [u8; 4] = [0, 1, 1, 0];

fn new() -> Box<Net<f64>> {
    Net::<f64>::new(Init::He, &mut Rng::seed(0))
}

/// The network after some steps.
fn stepped(mut optimizer: impl Optimizer<Net<f64>>) -> Box<Net<f64>> {
    let mut net = new();
    let (mut workspace, mut grads) = (Workspace::new(), Net::<f64>::zeros());
    for _ in 0..7 {
        net.train_step(&X, &T, &mut optimizer, &mut workspace, &mut grads).unwrap();
    }
    net
}

#[test]
fn a_factor_is_one_of_the_learning_rate() {
    fn check<O: Optimizer<Net<f64>>>(make: impl Fn(f64) -> O) {
        let scaled = LayerRates::new(make(0.05)).scaled(|net: &Net<f64>| net, 0.2).unwrap();
        let (found, expected) = (stepped(scaled), stepped(make(0.01)));
        // `BatchNorm` subtracts the bias before it, so the gradient of the bias is rounding error.
        let is_compared = |tensor: &&TensorInfo| {
            tensor.kind != Kind::Buffer && tensor.to_string() != "encoder.affine1.bias"
        };
        for tensor in Net::TENSORS.iter().filter(is_compared) {
            let (found, expected) =
                (tensor.of(found.parameters()), tensor.of(expected.parameters()));
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-11, "{tensor}: {found} for {expected}");
            }
        }
        assert_ne!(found.affine1, new().affine1);
    }
    check(|rate| Sgd::new(rate).unwrap().with_weight_decay(0.1).unwrap());
    check(|rate| Momentum::new(rate, 0.9).unwrap());
    check(|rate| Nesterov::new(rate, 0.9).unwrap());
    check(|rate| AdaGrad::new(rate).unwrap());
    check(|rate| RmsProp::new(rate, 0.9).unwrap());
    check(|rate| Adam::new(rate).unwrap());
    check(|rate| AdamW::new(rate).unwrap().with_weight_decay(0.1).unwrap());
}

#[test]
fn layers_have_rates_of_their_own() {
    let mut net = new();
    let grads = net.gradient(&X, &T).unwrap();
    let mut sgd = LayerRates::new(Sgd::new(0.1).unwrap())
        .scaled(|net: &Net<f64>| &net.encoder, 5.0)
        .unwrap()
        .scaled(|net| &net.encoder.affine1.bias, 0.5)
        .unwrap()
        .scaled(|net| &net.affine2, 0.0)
        .unwrap();
    let before = net.clone();
    net.update(&mut sgd, &grads);
    let moved = |now: f64, before: f64, grad: f64, rate: f64| {
        assert!((now - (before - rate * grad)).abs() < 1e-15);
    };
    let weight = |net: &Net<f64>| net.encoder.affine1.weight[1][2];
    moved(weight(&net), weight(&before), weight(&grads), 0.5);
    let bias = |net: &Net<f64>| net.encoder.batch_norm1.bias[1];
    moved(bias(&net), bias(&before), bias(&grads), 0.5);
    let bias = |net: &Net<f64>| net.affine1.bias[3];
    moved(bias(&net), bias(&before), bias(&grads), 0.1);
    assert_eq!(net.affine2, before.affine2);
    let (a, b, g) = (&net.encoder.affine1, &before.encoder.affine1, &grads.encoder.affine1);
    for at in 0..5 {
        moved(a.bias[at], b.bias[at], g.bias[at], 0.05);
    }
}

#[test]
fn frozen_layers_keep_every_number() {
    let adam = AdamW::new(0.1).unwrap();
    let net = stepped(LayerRates::new(adam).frozen(|net: &Net<f64>| &net.encoder));
    let before = new();
    assert_eq!(net.encoder.parameters(), before.encoder.parameters());
    assert_ne!(net.affine1, before.affine1);
    assert_ne!(net.affine2, before.affine2);

    // A factor other than 0 does not apply to buffers.
    let slow = LayerRates::new(AdamW::new(0.1).unwrap());
    let net = stepped(slow.scaled(|net: &Net<f64>| &net.encoder, 1e-3).unwrap());
    assert_eq!(net.encoder.batch_norm1.batches, [7.0]);

    // `update` alone leaves buffers as they are.
    let mut net = new();
    let grads = net.gradient(&X, &T).unwrap();
    let mut sgd = LayerRates::new(Sgd::new(0.1).unwrap()).frozen(|net: &Net<f64>| &net.affine1);
    sgd.update(&mut *net, &grads);
    assert_eq!(net.encoder.batch_norm1, {
        let mut only_trained = new();
        Sgd::new(0.1).unwrap().update(&mut *only_trained, &grads);
        only_trained.encoder.batch_norm1.clone()
    });
    assert_eq!(net.encoder.batch_norm1.batches, [0.0]);
}

#[test]
fn a_trainer_with_frozen_layers_resumes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let make = |epochs| {
        let adam = LayerRates::new(Adam::new(0.01).unwrap());
        let adam = adam.frozen(|net: &Net<f64>| &net.encoder).scaled(|net| &net.affine2, 2.0);
        Trainer::new(new(), adam.unwrap())
            .batch_size(2)
            .epochs(epochs)
            .schedule(Constant::new(0.02).unwrap())
            .clip_norm(1.0)
    };
    let mut all = make(6);
    all.fit((&X, &T)).unwrap();
    assert_eq!(all.optimizer().learning_rate(), 0.02);
    assert_eq!(all.network().encoder.parameters(), new().encoder.parameters());

    make(3).checkpoint(&path).fit((&X, &T)).unwrap();
    let mut rest = make(6);
    rest.resume(&path).unwrap();
    rest.fit((&X, &T)).unwrap();
    assert_eq!(rest.network().parameters(), all.network().parameters());
}

#[test]
fn copies_take_the_same_steps() {
    let rates = LayerRates::new(Momentum::new(0.1, 0.9).unwrap());
    let mut rates = rates.frozen(|net: &Net<f64>| &net.affine1);
    let mut net = new();
    let grads = net.gradient(&X, &T).unwrap();
    net.update(&mut rates, &grads);
    let (mut copy, mut other) = (rates.clone(), net.clone());
    net.update(&mut rates, &grads);
    other.update(&mut copy, &grads);
    assert_eq!(net.parameters(), other.parameters());
    let shown = format!("{copy:?}");
    assert!(shown.contains("(\"affine1.weight\", 0.0)"), "{shown}");
    assert!(shown.contains("(\"affine2.bias\", 1.0)"), "{shown}");
}

#[test]
fn settings_that_are_invalid_are_rejected() {
    for factor in [-1.0, f64::NAN, f64::INFINITY] {
        let rates = LayerRates::new(Sgd::new(0.1).unwrap());
        let error = rates.scaled(|net: &Net<f64>| &net.affine1, factor).unwrap_err();
        assert!(matches!(error, Error::HyperParameter { .. }), "{error}");
    }
    let leaked: &'static Affine<5, 4, f64> = Box::leak(Affine::zeros());
    let foreign = catch_unwind(AssertUnwindSafe(|| {
        LayerRates::new(Sgd::new(0.1).unwrap()).frozen(move |_: &Net<f64>| leaked)
    }));
    assert!(foreign.is_err());
}
