//! A network by hand on `ndarray`. It does not compute the gradient of the input.

use std::error::Error;
use std::hint::black_box;

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, Axis, s};
use speed_contender::{Draws, Material, RATE, Work, count_right, run_chapter, serve};

#[cfg(feature = "openblas")]
#[link(name = "openblas")]
unsafe extern "C" {}

struct Affine {
    weight: Array2<f32>,
    bias: Array1<f32>,
}

/// Affine layers with ReLU between them.
struct Net(Vec<Affine>);

impl Net {
    fn of(material: &Material) -> Self {
        let affine = |layer: speed_contender::Layer<'_>| {
            let shape = (layer.inputs, layer.outputs);
            let weight = Array2::from_shape_vec(shape, layer.weight.to_vec());
            let bias = Array1::from(layer.bias.to_vec());
            Affine { weight: weight.expect("the weights are a matrix"), bias }
        };
        Net(material.layers().into_iter().map(affine).collect())
    }

    /// The outputs of all layers, after ReLU for hidden ones.
    fn forward(&self, x: ArrayView2<'_, f32>) -> Vec<Array2<f32>> {
        let mut outputs: Vec<Array2<f32>> = Vec::with_capacity(self.0.len());
        for (place, Affine { weight, bias }) in self.0.iter().enumerate() {
            let mut y = match outputs.last() {
                Some(before) => before.dot(weight),
                None => x.dot(weight),
            };
            y += bias;
            if place + 1 < self.0.len() {
                y.mapv_inplace(|y| y.max(0.0));
            }
            outputs.push(y);
        }
        outputs
    }

    /// Takes a training step and returns the loss before it.
    fn step(&mut self, x: ArrayView2<'_, f32>, t: &[u8]) -> f32 {
        let mut outputs = self.forward(x);
        let mut dout = outputs.pop().expect("there are layers");
        let loss = cross_entropy(&mut dout, t);
        for place in (0..self.0.len()).rev() {
            let input = if place == 0 { x } else { outputs[place - 1].view() };
            let before = (place > 0).then(|| {
                let mut before = dout.dot(&self.0[place].weight.t());
                before.zip_mut_with(&outputs[place - 1], |d, y| {
                    if *y <= 0.0 {
                        *d = 0.0;
                    }
                });
                before
            });
            let Affine { weight, bias } = &mut self.0[place];
            bias.scaled_add(-RATE, &dout.sum_axis(Axis(0)));
            general_mat_mul(-RATE, &input.t(), &dout, 1.0, weight);
            if let Some(before) = before {
                dout = before;
            }
        }
        loss
    }
}

/// Replaces scores by the gradients of the mean loss, which it returns.
fn cross_entropy(scores: &mut Array2<f32>, t: &[u8]) -> f32 {
    let batch = t.len() as f32;
    let mut loss = 0.0;
    for (mut row, &label) in scores.rows_mut().into_iter().zip(t) {
        let largest = row.fold(f32::MIN, |largest, &score| largest.max(score));
        let right = row[usize::from(label)] - largest;
        row.mapv_inplace(|score| (score - largest).exp());
        let sum = row.sum();
        loss += sum.ln() - right;
        row /= sum;
        row[usize::from(label)] -= 1.0;
        row /= batch;
    }
    loss / batch
}

fn main() -> Result<(), Box<dyn Error>> {
    serve(|kind, material| {
        let mut net = Net::of(material);
        let shape = (material.batch, material.features());
        let x = Array2::from_shape_vec(shape, material.x.clone()).expect("it is a batch");
        let t = material.t.clone();
        match kind {
            "train" => Some(Box::new(move |steps| {
                let mut loss = f32::NAN;
                for _ in 0..steps {
                    loss = net.step(x.view(), &t);
                }
                loss
            })),
            "predict" => Some(Box::new(move |times| {
                let mut score = f32::NAN;
                for _ in 0..times {
                    score =
                        net.forward(black_box(x.view())).pop().expect("there are layers")[(0, 0)];
                }
                score
            })),
            "mnist" => Some(chapter(material)),
            _ => None,
        }
    })
}

fn chapter(material: &Material) -> Work {
    let labels = material.labels.clone();
    let images = Array2::from_shape_vec((labels.len(), material.features()), material.brightness());
    let images = images.expect("the images are whole");
    let (mut net, size) = (Net::of(material), material.batch);
    Box::new(move |_| {
        let mut draws = Draws::new();
        let step = |net: &mut Net| {
            let drawn = draws.draw(size);
            let t: Vec<u8> = drawn.iter().map(|&image| labels[image]).collect();
            net.step(images.select(Axis(0), &drawn).view(), &t);
        };
        let right = |net: &Net, range: std::ops::Range<usize>| {
            let scores = net.forward(images.slice(s![range.clone(), ..])).pop();
            let scores = scores.expect("there are layers");
            count_right(scores.as_slice().expect("it is contiguous"), &labels[range])
        };
        run_chapter(&mut net, labels.len(), step, right)
    })
}
