//! Networks computed from the definitions, in plain loops over samples: slow, and sharing no code
//! with the library's passes.

use chainrule::Network;
use ndarray::Array2;

/// One layer of a chain.
enum Naive {
    Affine { weight: Vec<Vec<f64>>, bias: Vec<f64> },
    Relu,
    Sigmoid,
}

/// The gradients of the affine layers of a chain, in order.
type Gradients = Vec<(Vec<Vec<f64>>, Vec<f64>)>;

/// The layers of a network, without its loss.
fn layers_of<N: Network<Scalar = f64>>(net: &N) -> Vec<Naive> {
    let mut numbers = net.parameters().iter().copied();
    let mut width = N::INPUTS;
    let mut layers = Vec::new();
    for info in &N::LAYERS[..N::LAYERS.len() - 1] {
        layers.push(match info.layer {
            "Relu" => Naive::Relu,
            "Sigmoid" => Naive::Sigmoid,
            affine => {
                assert!(affine.starts_with("Affine("), "{affine}");
                let row = |_| numbers.by_ref().take(info.outputs).collect();
                let weight = (0..width).map(row).collect();
                let bias = numbers.by_ref().take(info.outputs).collect();
                Naive::Affine { weight, bias }
            }
        });
        width = info.outputs;
    }
    assert_eq!(numbers.next(), None);
    layers
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

impl Naive {
    fn forward(&self, x: &[f64]) -> Vec<f64> {
        match self {
            Naive::Relu => x.iter().map(|&x| if x > 0.0 { x } else { 0.0 }).collect(),
            Naive::Sigmoid => x.iter().copied().map(sigmoid).collect(),
            Naive::Affine { weight, bias } => {
                let mut y = bias.clone();
                for (i, x) in x.iter().enumerate() {
                    for (o, y) in y.iter_mut().enumerate() {
                        *y += x * weight[i][o];
                    }
                }
                y
            }
        }
    }

    /// The gradient of the input `x`, given that of the output.
    fn backward(&self, x: &[f64], dy: &[f64]) -> Vec<f64> {
        match self {
            Naive::Relu => x.iter().zip(dy).map(|(&x, &d)| if x > 0.0 { d } else { 0.0 }).collect(),
            Naive::Sigmoid => {
                x.iter().zip(dy).map(|(&x, d)| d * sigmoid(x) * sigmoid(-x)).collect()
            }
            Naive::Affine { weight, .. } => {
                weight.iter().map(|row| row.iter().zip(dy).map(|(w, d)| w * d).sum()).collect()
            }
        }
    }
}

/// The loss of one sample, and the gradient of the outputs.
fn loss_of(loss: &str, y: &[f64], t: &[f64]) -> (f64, Vec<f64>) {
    let pairs = || y.iter().zip(t);
    if loss == "IdentityWithLoss" {
        let squares: f64 = pairs().map(|(y, t)| (y - t).powi(2)).sum();
        return (squares / 2.0, pairs().map(|(y, t)| y - t).collect());
    }
    assert_eq!(loss, "SoftmaxWithLoss");
    let sum: f64 = y.iter().map(|y| y.exp()).sum();
    let cross_entropy = pairs().map(|(y, t)| -t * (y.exp() / sum).ln()).sum();
    (cross_entropy, pairs().map(|(y, t)| y.exp() / sum - t).collect())
}

/// Adds the gradients of one sample to `gradients`; returns its loss.
fn add_sample(
    layers: &[Naive],
    loss: &str,
    x: Vec<f64>,
    t: &[f64],
    gradients: &mut Gradients,
) -> f64 {
    let mut values = vec![x];
    for layer in layers {
        values.push(layer.forward(values.last().unwrap()));
    }
    let (loss, mut d) = loss_of(loss, values.last().unwrap(), t);
    let mut affine = gradients.len();
    for (layer, x) in layers.iter().zip(&values).rev() {
        if let Naive::Affine { .. } = layer {
            affine -= 1;
            let (weight, bias) = &mut gradients[affine];
            for (i, x) in x.iter().enumerate() {
                for (o, d) in d.iter().enumerate() {
                    weight[i][o] += x * d;
                }
            }
            bias.iter_mut().zip(&d).for_each(|(bias, d)| *bias += d);
        }
        d = layer.backward(x, &d);
    }
    loss
}

/// The mean loss of a batch, and its gradient in the order of the network's parameters.
pub(crate) fn naive_gradient<N: Network<Scalar = f64>>(
    net: &N,
    x: &Array2<f64>,
    t: &Array2<f64>,
) -> (f64, Vec<f64>) {
    let layers = layers_of(net);
    let zeros = |layer: &Naive| match layer {
        Naive::Affine { weight, bias } => {
            Some((vec![vec![0.0; bias.len()]; weight.len()], vec![0.0; bias.len()]))
        }
        Naive::Relu | Naive::Sigmoid => None,
    };
    let mut gradients: Gradients = layers.iter().filter_map(zeros).collect();
    let loss = N::LAYERS.last().unwrap().layer;
    let mut sum = 0.0;
    for (x, t) in x.rows().into_iter().zip(t.rows()) {
        sum += add_sample(&layers, loss, x.to_vec(), &t.to_vec(), &mut gradients);
    }
    let batch = x.nrows() as f64;
    let flat =
        gradients.into_iter().flat_map(|(weight, bias)| weight.into_iter().flatten().chain(bias));
    (sum / batch, flat.map(|d| d / batch).collect())
}
