//! The layers of embedded-nn for `f32`. It has no networks of numbers of this type.

#![no_std]
#![no_main]

use cortex_m_rt::entry;
use embedded_nn::float_ops::{fully_connected_f32, relu_f32, softmax_f32};
use embedded_nn::types::Dims;
use firmware_size::{PIXELS, Probabilities, TRAINED, run};

/// The layout of embedded-nn: the weights of an output together.
const fn transposed<const I: usize, const O: usize>(weight: &[[f32; O]; I]) -> [[f32; I]; O] {
    let mut transposed = [[0.0; I]; O];
    let mut i = 0;
    while i < I {
        let mut o = 0;
        while o < O {
            transposed[o][i] = weight[i][o];
            o += 1;
        }
        i += 1;
    }
    transposed
}

// Copies of all, so that the binary does not contain the network that they are read from.
static WEIGHT_1: [[f32; PIXELS]; 32] = transposed(&TRAINED.affine1.weight);
static BIAS_1: [f32; 32] = TRAINED.affine1.bias;
static WEIGHT_2: [[f32; 32]; 10] = transposed(&TRAINED.affine2.weight);
static BIAS_2: [f32; 10] = TRAINED.affine2.bias;

#[entry]
fn main() -> ! {
    run(classify)
}

fn classify(image: &[f32; PIXELS]) -> Option<Probabilities> {
    let (mut hidden, mut scores, mut probabilities) = ([0.0; 32], [0.0; 10], [0.0; 10]);
    affine(image, WEIGHT_1.as_flattened(), &BIAS_1, &mut hidden)?;
    relu_f32(&mut hidden);
    affine(&hidden, WEIGHT_2.as_flattened(), &BIAS_2, &mut scores)?;
    softmax_f32(&scores, 1, scores.len(), &mut probabilities).ok()?;
    Some(probabilities)
}

fn affine(x: &[f32], weight: &[f32], bias: &[f32], y: &mut [f32]) -> Option<()> {
    let (inputs, outputs) = (x.len() as i32, y.len() as i32);
    let dims = Dims::new;
    let (x_dims, y_dims) = (dims(1, 1, 1, inputs), dims(1, 1, 1, outputs));
    let weight_dims = dims(inputs, 1, 1, outputs);
    fully_connected_f32(&x_dims, x, &weight_dims, weight, Some(bias), &y_dims, y).ok()
}
