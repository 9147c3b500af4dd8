//! candle, with networks of images.

use std::error::Error;
use std::fs;
use std::hint::black_box;

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{Conv2dConfig, Linear, Module, Sequential, VarBuilder, conv2d, linear, seq};
use speed_contender::predict_images;

/// The layers of a network, with parameters from a file.
struct Layers<'a>(VarBuilder<'a>);

impl Layers<'_> {
    /// A convolution with a ReLU.
    fn conv(&self, number: usize, sizes: [usize; 3], padding: usize) -> Result<Sequential> {
        let [channels, filters, kernel] = sizes;
        let config = Conv2dConfig { padding, ..Conv2dConfig::default() };
        let parameters = self.0.pp(format!("conv{number}"));
        Ok(seq().add(conv2d(channels, filters, kernel, config, parameters)?).add(Tensor::relu))
    }

    fn affine(&self, number: usize, inputs: usize, outputs: usize) -> Result<Linear> {
        linear(inputs, outputs, self.0.pp(format!("affine{number}")))
    }
}

fn pool(x: &Tensor) -> Result<Tensor> {
    x.max_pool2d(2)
}

fn flatten(x: &Tensor) -> Result<Tensor> {
    x.flatten_from(1)
}

fn chapter_7(layers: &Layers) -> Result<Sequential> {
    Ok(seq()
        .add(layers.conv(1, [1, 30, 5], 0)?)
        .add(pool)
        .add(flatten)
        .add(layers.affine(1, 4320, 100)?)
        .add(Tensor::relu)
        .add(layers.affine(2, 100, 10)?))
}

fn chapter_8(layers: &Layers) -> Result<Sequential> {
    Ok(seq()
        .add(layers.conv(1, [1, 16, 3], 1)?)
        .add(layers.conv(2, [16, 16, 3], 1)?)
        .add(pool)
        .add(layers.conv(3, [16, 32, 3], 1)?)
        .add(layers.conv(4, [32, 32, 3], 2)?)
        .add(pool)
        .add(layers.conv(5, [32, 64, 3], 1)?)
        .add(layers.conv(6, [64, 64, 3], 1)?)
        .add(pool)
        .add(flatten)
        .add(layers.affine(1, 1024, 50)?)
        .add(Tensor::relu)
        .add(layers.affine(2, 50, 10)?))
}

fn main() -> std::result::Result<(), Box<dyn Error>> {
    predict_images("candle", |images| {
        let file = fs::read(images.network.with_extension("safetensors"))?;
        let layers = Layers(VarBuilder::from_buffered_safetensors(file, DType::F32, &Device::Cpu)?);
        let net = if images.name == "W6" { chapter_7(&layers)? } else { chapter_8(&layers)? };
        let [samples, channels, height, width] = images.shape;
        let shape = (samples, channels, height, width);
        let x = Tensor::from_vec(images.x, shape, &Device::Cpu)?;
        Ok(move |times| {
            let mut scores = None;
            for _ in 0..times {
                scores = Some(net.forward(black_box(&x)).expect("shapes fit"));
            }
            let numbers = |scores: Tensor| scores.flatten_all()?.to_vec1();
            scores.map_or(Vec::new(), |scores| numbers(scores).expect("scores are f32"))
        })
    })
}
