//! The chapter's network, trained on noise.

#[path = "../../data.rs"]
mod data;

use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::{Linear, LinearConfig, Relu};
use burn::optim::{GradientsParams, SgdConfig};
use burn::prelude::*;
use data::{CLASSES, FEATURES, SAMPLES};

#[derive(Module, Debug)]
struct TwoLayerNet {
    hidden: Linear,
    relu: Relu,
    output: Linear,
}

impl TwoLayerNet {
    fn new(device: &Device) -> Self {
        Self {
            hidden: LinearConfig::new(FEATURES, 50).init(device),
            relu: Relu::new(),
            output: LinearConfig::new(50, CLASSES).init(device),
        }
    }

    fn predict(&self, x: Tensor<2>) -> Tensor<2> {
        self.output.forward(self.relu.forward(self.hidden.forward(x)))
    }
}

fn main() {
    let (samples, labels) = data::samples();
    let labels: Vec<i64> = labels.into_iter().map(i64::from).collect();
    let device = Device::flex().autodiff();
    let x = Tensor::<2>::from_data(TensorData::new(samples, [SAMPLES, FEATURES]), &device);
    let t = Tensor::<1, Int>::from_data(TensorData::new(labels, [SAMPLES]), &device);

    let mut net = TwoLayerNet::new(&device);
    let mut sgd = SgdConfig::new().init();
    let cross_entropy = CrossEntropyLossConfig::new().init(&device);
    let loss = |net: &TwoLayerNet| cross_entropy.forward(net.predict(x.clone()), t.clone());
    let before = loss(&net).into_scalar::<f32>();
    for _ in 0..50 {
        let grads = GradientsParams::from_grads(loss(&net).backward(), &net);
        net = sgd.step(0.1, net, grads);
    }
    let after = loss(&net).into_scalar::<f32>();
    println!("loss {before} -> {after}, scores {}", net.predict(x.slice([0..1])).into_data());
    assert!(after < before);
}
