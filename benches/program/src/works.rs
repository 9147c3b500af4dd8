//! Training steps and predictions on generated data.

use std::hint::black_box;

use chainrule::{Init, Rng, Sgd, Workspace, network};
use ndarray::Array2;

use crate::Step;

/// The learning rate of all workloads.
pub(crate) const RATE: f64 = 0.1;

network! { struct Wide = Affine(784, 512) -> Relu -> Affine(512, 512) -> Relu -> Affine(512, 10)
=> SoftmaxWithLoss; }

network! { struct Policy = Affine(4, 64) -> Relu -> Affine(64, 64) -> Relu -> Affine(64, 2)
=> SoftmaxWithLoss; }

network! { struct Tiny = Affine(6, 64) -> Relu -> Affine(64, 8) -> Relu -> Affine(8, 4)
=> SoftmaxWithLoss; }

network! { pub(crate) struct Chapter = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss; }

network! {
    /// The network of the book's chapter 7.
    pub(crate) struct SimpleConv = Input(1, 28, 28) -> Conv2d(30, 5) -> Relu -> MaxPool2d(2)
        -> Flatten -> Affine(100) -> Relu -> Affine(10) => SoftmaxWithLoss;
}

network! {
    /// The deep network of chapter 8, without dropout.
    pub(crate) struct DeepConv = Input(1, 28, 28)
        -> Conv2d(16, 3, padding = 1) -> Relu -> Conv2d(16, 3, padding = 1) -> Relu -> MaxPool2d(2)
        -> Conv2d(32, 3, padding = 1) -> Relu -> Conv2d(32, 3, padding = 2) -> Relu -> MaxPool2d(2)
        -> Conv2d(64, 3, padding = 1) -> Relu -> Conv2d(64, 3, padding = 1) -> Relu -> MaxPool2d(2)
        -> Flatten -> Affine(50) -> Relu -> Affine(10) => SoftmaxWithLoss;
}

/// A network and a batch for it.
macro_rules! drawn {
    ($network:ident, $batch:literal) => {{
        let mut rng = Rng::seed(0);
        let net = $network::new(Init::He, &mut rng);
        let x = Array2::from_shape_simple_fn(($batch, $network::INPUTS), || rng.normal() as f32);
        let t: Vec<u8> = (0..$batch).map(|_| rng.below($network::OUTPUTS) as u8).collect();
        (net, x, t)
    }};
}

macro_rules! training {
    ($network:ident, $batch:literal) => {{
        let (mut net, x, t) = drawn!($network, $batch);
        let (mut workspace, mut grads) = (Workspace::new(), $network::zeros());
        let mut sgd = Sgd::new(RATE)?;
        Box::new(move || {
            let loss = net.train_step(&x, &t, &mut sgd, &mut workspace, &mut grads);
            black_box(loss.expect("the data are sound"));
        })
    }};
}

macro_rules! prediction {
    ($network:ident, $batch:literal) => {{
        let (net, x, _) = drawn!($network, $batch);
        let mut workspace = Workspace::new();
        Box::new(move || {
            let scores = net.predict_in(black_box(&x), &mut workspace);
            black_box(scores.expect("the data are sound"));
        })
    }};
}

/// The workload of this name.
pub(crate) fn work(name: &str) -> Result<Step, chainrule::Error> {
    Ok(match name {
        "W1" => training!(Chapter, 100),
        "W3" => training!(Wide, 128),
        "W4" => training!(Policy, 32),
        "W5b1" => prediction!(Chapter, 1),
        "W5b100" => prediction!(Chapter, 100),
        "W6" => training!(SimpleConv, 100),
        "W6b1" => prediction!(SimpleConv, 1),
        "W6b100" => prediction!(SimpleConv, 100),
        "W7" => training!(DeepConv, 100),
        "W7b1" => prediction!(DeepConv, 1),
        "W7b100" => prediction!(DeepConv, 100),
        _ => prediction!(Tiny, 1),
    })
}
