//! The chapter's network, trained on noise.

#[path = "../../data.rs"]
mod data;

use data::{CLASSES, FEATURES, SAMPLES};
use dfdx::data::OneHotEncode;
use dfdx::optim::{Sgd, SgdConfig};
use dfdx::prelude::*;

type TwoLayerNet = (Linear<FEATURES, 50>, ReLU, Linear<50, CLASSES>);

fn main() {
    let (samples, labels) = data::samples();
    let device = Cpu::default();
    let x: Tensor<Rank2<SAMPLES, FEATURES>, f32, _> = device.tensor(samples);
    let labels: Vec<usize> = labels.into_iter().map(usize::from).collect();
    let t = device.one_hot_encode(Const::<CLASSES>, labels);
    let t = t.realize::<Rank2<SAMPLES, CLASSES>>();

    let mut net = device.build_module::<TwoLayerNet, f32>();
    let mut sgd = Sgd::new(&net, SgdConfig { lr: 0.1, momentum: None, weight_decay: None });
    let mut grads = net.alloc_grads();
    let before = cross_entropy_with_logits_loss(net.forward(x.clone()), t.clone()).array();
    for _ in 0..50 {
        let y = net.forward_mut(x.clone().traced(grads));
        grads = cross_entropy_with_logits_loss(y, t.clone()).backward();
        sgd.update(&mut net, &grads).expect("all parameters were used");
        net.zero_grads(&mut grads);
    }
    let after = cross_entropy_with_logits_loss(net.forward(x.clone()), t.clone()).array();
    println!("loss {before} -> {after}, scores {:?}", &net.forward(x).as_vec()[..CLASSES]);
    assert!(after < before);
}
