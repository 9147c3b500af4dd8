//! dfdx.

use std::error::Error;
use std::hint::black_box;
use std::ops::Range;

use dfdx::optim::{Sgd, SgdConfig};
use dfdx::prelude::*;
use speed_contender::{
    ACCURACY_BATCH, Draws, Material, RATE, Work, count_right, run_chapter, serve,
};

type Chapter = (Linear<784, 50>, ReLU, Linear<50, 10>);
type Built = <Chapter as BuildOnDevice<Cpu, f32>>::Built;
type Wide = (Linear<784, 512>, ReLU, Linear<512, 512>, ReLU, Linear<512, 10>);
type Policy = (Linear<4, 64>, ReLU, Linear<64, 64>, ReLU, Linear<64, 2>);
type Tiny = (Linear<6, 64>, ReLU, Linear<64, 8>, ReLU, Linear<8, 4>);

/// A network with the weights of the material. `$place` are the indices of its layers.
macro_rules! net {
    ($net:ty, $material:expr, $($place:tt),*) => {{
        let mut net = Cpu::default().build_module::<$net, f32>();
        let mut layers = $material.layers().into_iter();
        $(
            let layer = layers.next().expect("as many layers as places");
            net.$place.weight.copy_from(&layer.transposed());
            net.$place.bias.copy_from(layer.bias);
        )*
        net
    }};
}

macro_rules! train {
    ($net:expr, $features:literal, $classes:literal, $batch:literal, $material:expr) => {{
        let (device, mut net) = (Cpu::default(), $net);
        let mut sgd = sgd(&net);
        let mut grads = net.alloc_grads();
        let x: Tensor<Rank2<$batch, $features>, f32, _> = device.tensor($material.x.clone());
        let t: Tensor<Rank2<$batch, $classes>, f32, _> =
            device.tensor(one_hot(&$material.t, $classes));
        Some(Box::new(move |steps| {
            let mut last = f32::NAN;
            for _ in 0..steps {
                let y = net.forward_mut(x.clone().traced(take(&mut grads)));
                let loss = cross_entropy_with_logits_loss(y, t.clone());
                last = loss.array();
                grads = loss.backward();
                sgd.update(&mut net, &grads).expect("all parameters were used");
                net.zero_grads(&mut grads);
            }
            last
        }))
    }};
}

macro_rules! predict {
    ($net:expr, $features:literal, $batch:literal, $material:expr) => {{
        let (device, net) = (Cpu::default(), $net);
        let x: Tensor<Rank2<$batch, $features>, f32, _> = device.tensor($material.x.clone());
        Some(Box::new(move |times| {
            let mut scores = None;
            for _ in 0..times {
                scores = Some(net.forward(black_box(x.clone())));
            }
            scores.map_or(f32::NAN, |scores| scores.as_vec()[0])
        }))
    }};
}

fn main() -> Result<(), Box<dyn Error>> {
    serve(|kind, m| match (kind, &m.sizes[..], m.batch) {
        ("mnist", [784, 50, 10], 100) => Some(chapter(m)),
        ("train", [784, 50, 10], 100) => train!(net!(Chapter, m, 0, 2), 784, 10, 100, m),
        ("train", [784, 512, 512, 10], 128) => train!(net!(Wide, m, 0, 2, 4), 784, 10, 128, m),
        ("train", [4, 64, 64, 2], 32) => train!(net!(Policy, m, 0, 2, 4), 4, 2, 32, m),
        ("predict", [784, 50, 10], 1) => predict!(net!(Chapter, m, 0, 2), 784, 1, m),
        ("predict", [784, 50, 10], 100) => predict!(net!(Chapter, m, 0, 2), 784, 100, m),
        ("predict", [6, 64, 8, 4], 1) => predict!(net!(Tiny, m, 0, 2, 4), 6, 1, m),
        _ => None,
    })
}

fn sgd<M>(net: &M) -> Sgd<M, f32, Cpu> {
    Sgd::new(net, SgdConfig { lr: RATE.into(), momentum: None, weight_decay: None })
}

/// Takes the gradients out, so that a tape can own them.
fn take(grads: &mut Gradients<f32, Cpu>) -> Gradients<f32, Cpu> {
    std::mem::replace(grads, Gradients::leaky())
}

fn one_hot(labels: &[u8], classes: usize) -> Vec<f32> {
    let row = |&label: &u8| (0..classes).map(move |class| f32::from(class == label.into()));
    labels.iter().flat_map(row).collect()
}

fn chapter(material: &Material) -> Work {
    let device = Cpu::default();
    let labels = material.labels.clone();
    let images = material.brightness();
    let mut net = net!(Chapter, material, 0, 2);
    let (mut sgd, mut grads) = (sgd(&net), net.alloc_grads());
    Box::new(move |_| {
        let mut draws = Draws::new();
        let count = labels.len();
        let train = |net: &mut Built| {
            let drawn = draws.draw(100);
            let mut x = Vec::with_capacity(100 * 784);
            for image in &drawn {
                x.extend_from_slice(&images[image * 784..][..784]);
            }
            let t: Vec<u8> = drawn.into_iter().map(|image| labels[image]).collect();
            let x: Tensor<Rank2<100, 784>, f32, _> = device.tensor(x);
            let t: Tensor<Rank2<100, 10>, f32, _> = device.tensor(one_hot(&t, 10));
            let y = net.forward_mut(x.traced(take(&mut grads)));
            grads = cross_entropy_with_logits_loss(y, t).backward();
            sgd.update(net, &grads).expect("all parameters were used");
            net.zero_grads(&mut grads);
        };
        let right = |net: &Built, range: Range<usize>| {
            let x = images[range.start * 784..range.end * 784].to_vec();
            let x: Tensor<Rank2<ACCURACY_BATCH, 784>, f32, _> = device.tensor(x);
            count_right(&net.forward(x).as_vec(), &labels[range])
        };
        run_chapter(&mut net, count, train, right)
    })
}
