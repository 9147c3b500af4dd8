//! candle.

use std::error::Error;
use std::hint::black_box;
use std::ops::Range;

use candle_core::{Device, Result, Tensor, Var};
use candle_nn::{Linear, Module, Optimizer, SGD, loss};
use speed_contender::{Draws, Material, RATE, Work, count_right, run_chapter, serve};

struct Net(Vec<Linear>);

impl Net {
    fn of(material: &Material) -> Result<(Self, Vec<Var>)> {
        let (mut layers, mut variables) = (Vec::new(), Vec::new());
        for layer in material.layers() {
            let shape = (layer.outputs, layer.inputs);
            let weight = Tensor::from_vec(layer.transposed(), shape, &Device::Cpu)?;
            let bias = Tensor::from_slice(layer.bias, layer.outputs, &Device::Cpu)?;
            let (weight, bias) = (Var::from_tensor(&weight)?, Var::from_tensor(&bias)?);
            layers.push(Linear::new(weight.as_tensor().clone(), Some(bias.as_tensor().clone())));
            variables.extend([weight, bias]);
        }
        Ok((Net(layers), variables))
    }
}

impl Module for Net {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (last, hidden) = self.0.split_last().expect("there are layers");
        let mut x = x.clone();
        for layer in hidden {
            x = layer.forward(&x)?.relu()?;
        }
        last.forward(&x)
    }
}

fn step(net: &Net, sgd: &mut SGD, x: &Tensor, t: &Tensor) -> Result<f32> {
    let loss = loss::cross_entropy(&net.forward(x)?, t)?;
    sgd.backward_step(&loss)?;
    loss.to_scalar()
}

fn main() -> std::result::Result<(), Box<dyn Error>> {
    serve(|kind, material| {
        let work = match kind {
            "train" => steps(material),
            "predict" => predictions(material),
            "mnist" => chapter(material),
            _ => return None,
        };
        Some(work.expect("the material is sound"))
    })
}

fn batch(material: &Material) -> Result<Tensor> {
    let shape = (material.batch, material.features());
    Tensor::from_vec(material.x.clone(), shape, &Device::Cpu)
}

fn steps(material: &Material) -> Result<Work> {
    let (net, variables) = Net::of(material)?;
    let mut sgd = SGD::new(variables, RATE.into())?;
    let x = batch(material)?;
    let t = Tensor::from_vec(material.t.clone(), material.batch, &Device::Cpu)?;
    Ok(Box::new(move |steps| {
        let mut loss = f32::NAN;
        for _ in 0..steps {
            loss = step(&net, &mut sgd, &x, &t).expect("shapes fit");
        }
        loss
    }))
}

fn predictions(material: &Material) -> Result<Work> {
    // Constants, not variables: nothing is recorded for a backward pass.
    let (Net(layers), _) = Net::of(material)?;
    let constant =
        |layer: &Linear| Linear::new(layer.weight().detach(), layer.bias().map(Tensor::detach));
    let net = Net(layers.iter().map(constant).collect());
    let x = batch(material)?;
    Ok(Box::new(move |times| {
        let mut scores = None;
        for _ in 0..times {
            scores = Some(net.forward(black_box(&x)).expect("shapes fit"));
        }
        let first = |scores: Tensor| scores.get(0)?.get(0)?.to_scalar();
        scores.map_or(f32::NAN, |scores| first(scores).expect("there is a score"))
    }))
}

fn chapter(material: &Material) -> Result<Work> {
    let (mut net, variables) = Net::of(material)?;
    let mut sgd = SGD::new(variables, RATE.into())?;
    let labels = material.labels.clone();
    let shape = (labels.len(), material.features());
    let images = Tensor::from_vec(material.brightness(), shape, &Device::Cpu)?;
    let all = Tensor::from_slice(&labels, labels.len(), &Device::Cpu)?;
    let size = material.batch;
    Ok(Box::new(move |_| {
        let mut draws = Draws::new();
        let mut train = |net: &Net| {
            let drawn: Vec<u32> = draws.draw(size).into_iter().map(|image| image as u32).collect();
            let drawn = Tensor::from_vec(drawn, size, &Device::Cpu)?;
            step(net, &mut sgd, &images.index_select(&drawn, 0)?, &all.index_select(&drawn, 0)?)
        };
        let scores = |net: &Net, range: &Range<usize>| {
            net.forward(&images.narrow(0, range.start, range.len())?)?.flatten_all()?.to_vec1()
        };
        let right = |net: &Net, range: Range<usize>| {
            count_right(&scores(net, &range).expect("shapes fit"), &labels[range])
        };
        let step = |net: &mut Net| {
            train(net).expect("shapes fit");
        };
        run_chapter(&mut net, labels.len(), step, right)
    }))
}
