//! burn, with its pure Rust CPU backend.

use std::error::Error;
use std::hint::black_box;
use std::ops::Range;

use burn::module::Param;
use burn::nn::loss::{CrossEntropyLoss, CrossEntropyLossConfig};
use burn::nn::{Linear, Relu};
use burn::optim::{GradientsParams, ModuleOptimizer, SgdConfig};
use burn::prelude::*;
use speed_contender::{Draws, Material, RATE, Work, count_right, run_chapter, serve};

#[derive(Module, Debug)]
struct Net {
    layers: Vec<Linear>,
    relu: Relu,
}

impl Net {
    fn of(material: &Material, device: &Device) -> Self {
        let linear = |layer: speed_contender::Layer<'_>| {
            let shape = [layer.inputs, layer.outputs];
            let weight = TensorData::new(layer.weight.to_vec(), shape);
            let bias = TensorData::new(layer.bias.to_vec(), [layer.outputs]);
            Linear {
                weight: Param::from_data(weight, device),
                bias: Some(Param::from_data(bias, device)),
            }
        };
        Net { layers: material.layers().into_iter().map(linear).collect(), relu: Relu::new() }
    }

    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let (last, hidden) = self.layers.split_last().expect("there are layers");
        let hidden = hidden.iter().fold(x, |x, layer| self.relu.forward(layer.forward(x)));
        last.forward(hidden)
    }
}

/// A network in training.
struct Training {
    net: Net,
    sgd: ModuleOptimizer,
    loss: CrossEntropyLoss,
}

impl Training {
    fn of(material: &Material, device: &Device) -> Self {
        Training {
            net: Net::of(material, device),
            sgd: SgdConfig::new().init(),
            loss: CrossEntropyLossConfig::new().init(device),
        }
    }

    /// Takes a step and returns the loss before it.
    fn step(&mut self, x: Tensor<2>, t: Tensor<1, Int>) -> Tensor<1> {
        let loss = self.loss.forward(self.net.forward(x), t);
        let grads = GradientsParams::from_grads(loss.backward(), &self.net);
        self.net = self.sgd.step(f64::from(RATE), self.net.clone(), grads);
        loss
    }
}

fn matrix(numbers: Vec<f32>, rows: usize, device: &Device) -> Tensor<2> {
    let columns = numbers.len() / rows;
    Tensor::from_data(TensorData::new(numbers, [rows, columns]), device)
}

fn targets(labels: &[u8], device: &Device) -> Tensor<1, Int> {
    let labels: Vec<i64> = labels.iter().map(|&label| label.into()).collect();
    let count = labels.len();
    Tensor::from_data(TensorData::new(labels, [count]), device)
}

fn main() -> Result<(), Box<dyn Error>> {
    serve(|kind, material| match kind {
        "train" => Some(steps(material)),
        "predict" => Some(predictions(material)),
        "mnist" => Some(chapter(material)),
        _ => None,
    })
}

fn steps(material: &Material) -> Work {
    let device = Device::flex().autodiff();
    let mut training = Training::of(material, &device);
    let x = matrix(material.x.clone(), material.batch, &device);
    let t = targets(&material.t, &device);
    Box::new(move |steps| {
        let mut loss = f32::NAN;
        for _ in 0..steps {
            loss = training.step(x.clone(), t.clone()).into_scalar();
        }
        loss
    })
}

fn predictions(material: &Material) -> Work {
    let device = Device::flex();
    let net = Net::of(material, &device);
    let x = matrix(material.x.clone(), material.batch, &device);
    Box::new(move |times| {
        let mut scores = None;
        for _ in 0..times {
            scores = Some(net.forward(black_box(x.clone())));
        }
        scores.map_or(f32::NAN, |scores| scores.slice([0..1, 0..1]).into_scalar())
    })
}

fn chapter(material: &Material) -> Work {
    let device = Device::flex().autodiff();
    let inner = Device::flex();
    let labels = material.labels.clone();
    let (size, features) = (material.batch, material.features());
    let images = material.brightness();
    let mut training = Training::of(material, &device);
    Box::new(move |_| {
        let mut draws = Draws::new();
        let step = |training: &mut Training| {
            let drawn = draws.draw(size);
            let mut x = Vec::with_capacity(size * features);
            for image in &drawn {
                x.extend_from_slice(&images[image * features..][..features]);
            }
            let t: Vec<u8> = drawn.into_iter().map(|image| labels[image]).collect();
            training.step(matrix(x, size, &device), targets(&t, &device));
        };
        let right = |training: &Training, range: Range<usize>| {
            let x = images[range.start * features..range.end * features].to_vec();
            let scores = training.net.clone().valid().forward(matrix(x, range.len(), &inner));
            let scores = scores.into_data().to_vec::<f32>().expect("scores are f32");
            count_right(&scores, &labels[range])
        };
        run_chapter(&mut training, labels.len(), step, right)
    })
}
