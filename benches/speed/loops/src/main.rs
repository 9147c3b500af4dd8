//! Plain loops over arrays, for the smallest network only.

use std::error::Error;
use std::hint::black_box;

use speed_contender::{Material, Work, serve};

/// `6 -> 64 -> 8 -> 4`
struct Net {
    layer1: Affine<6, 64>,
    layer2: Affine<64, 8>,
    layer3: Affine<8, 4>,
}

struct Affine<const I: usize, const O: usize> {
    weight: [[f32; O]; I],
    bias: [f32; O],
}

impl<const I: usize, const O: usize> Affine<I, O> {
    fn of(layer: &speed_contender::Layer<'_>) -> Self {
        let (rows, _) = layer.weight.as_chunks::<O>();
        let weight = rows.try_into().expect("the weights are a matrix");
        Affine { weight, bias: layer.bias.try_into().expect("a bias for each output") }
    }

    fn forward(&self, x: &[f32; I]) -> [f32; O] {
        let mut y = self.bias;
        for (x, row) in x.iter().zip(&self.weight) {
            for (y, weight) in y.iter_mut().zip(row) {
                *y += x * weight;
            }
        }
        y
    }
}

impl Net {
    fn predict(&self, x: &[f32; 6]) -> [f32; 4] {
        let h1 = self.layer1.forward(x).map(|h| h.max(0.0));
        let h2 = self.layer2.forward(&h1).map(|h| h.max(0.0));
        self.layer3.forward(&h2)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    serve(|kind, material| match (kind, &material.sizes[..], material.batch) {
        ("predict", [6, 64, 8, 4], 1) => Some(predictions(material)),
        _ => None,
    })
}

fn predictions(material: &Material) -> Work {
    let layers = material.layers();
    let [layer1, layer2, layer3] = &layers[..] else { unreachable!("there are three layers") };
    let net =
        Net { layer1: Affine::of(layer1), layer2: Affine::of(layer2), layer3: Affine::of(layer3) };
    let x: [f32; 6] = material.x[..].try_into().expect("one sample");
    Box::new(move |times| {
        let mut score = f32::NAN;
        for _ in 0..times {
            score = net.predict(black_box(&x))[0];
        }
        score
    })
}
