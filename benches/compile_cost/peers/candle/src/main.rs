//! The chapter's network, trained on noise.

#[path = "../../data.rs"]
mod data;

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{Linear, Module, Optimizer, SGD, VarBuilder, VarMap, linear, loss};
use data::{CLASSES, FEATURES, SAMPLES};

struct TwoLayerNet {
    hidden: Linear,
    output: Linear,
}

impl TwoLayerNet {
    fn new(variables: VarBuilder<'_>) -> Result<Self> {
        Ok(Self {
            hidden: linear(FEATURES, 50, variables.pp("hidden"))?,
            output: linear(50, CLASSES, variables.pp("output"))?,
        })
    }
}

impl Module for TwoLayerNet {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.output.forward(&self.hidden.forward(x)?.relu()?)
    }
}

fn main() -> Result<()> {
    let (samples, labels) = data::samples();
    let x = Tensor::from_vec(samples, (SAMPLES, FEATURES), &Device::Cpu)?;
    let t = Tensor::from_vec(labels, SAMPLES, &Device::Cpu)?;

    let variables = VarMap::new();
    let net = TwoLayerNet::new(VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu))?;
    let mut sgd = SGD::new(variables.all_vars(), 0.1)?;
    let loss = || loss::cross_entropy(&net.forward(&x)?, &t);
    let before = loss()?.to_scalar::<f32>()?;
    for _ in 0..50 {
        sgd.backward_step(&loss()?)?;
    }
    let after = loss()?.to_scalar::<f32>()?;
    println!("loss {before} -> {after}, scores {}", net.forward(&x.narrow(0, 0, 1)?)?);
    assert!(after < before);
    Ok(())
}
