//! Custom layers: an activation with a learned slope and a gated linear unit, used in a network
//! together with the layers of the library. Their gradients are compared with numerical
//! differentiation. The network then learns to separate two spirals.
//!
//! ```text
//! cargo run --release --example own_layers
//! ```

use std::error::Error;
use std::f64::consts::PI;
use std::process::ExitCode;

use chainrule::layers::{Activation, Affine, Layer, Sigmoid};
use chainrule::{Init, Rng, Scalar, Sgd, Tensors, Workspace, network};

/// `y = x` where `x > 0`, otherwise `y = slope · x`; the slope is learned.
#[derive(Tensors)]
#[repr(C)]
struct PRelu<const N: usize, T = f32> {
    slope: [T; 1],
}

impl<const N: usize, T: Scalar> Layer<T> for PRelu<N, T> {
    const INPUTS: usize = N;
    const OUTPUTS: usize = N;

    fn forward(&self, x: &[T], y: &mut [T], _: &mut [T], _: &mut Rng) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = if x > T::zero() { x } else { self.slope[0] * x };
        }
    }

    fn backward(&self, x: &[T], _: &mut [T], dy: &mut [T], d: &mut Self, dx: Option<&mut [T]>) {
        d.slope = [dy.iter().zip(x).map(|(&dy, &x)| dy * x.min(T::zero())).sum()];
        for ((dx, &dy), &x) in dx.into_iter().flatten().zip(&*dy).zip(x) {
            *dx = if x > T::zero() { dy } else { self.slope[0] * dy };
        }
    }
}

/// `y = (x·W + b) ⊙ σ(x·V + c)`, a gated linear unit (Dauphin et al., 2017).
#[derive(Tensors)]
#[repr(C)]
struct Glu<const IN: usize, const OUT: usize, T = f32> {
    value: Affine<IN, OUT, T>,
    gate: Affine<IN, OUT, T>,
}

impl<const IN: usize, const OUT: usize, T: Scalar> Layer<T> for Glu<IN, OUT, T> {
    const INPUTS: usize = IN;
    const OUTPUTS: usize = OUT;
    const FLOPS: usize = 4 * IN * OUT;
    const SAVED: usize = 2 * OUT + IN; // both factors of y, and scratch memory for a part of dx

    fn forward(&self, x: &[T], y: &mut [T], saved: &mut [T], rng: &mut Rng) {
        let (value, gate) = saved[..2 * y.len()].split_at_mut(y.len());
        self.value.forward(x, value, &mut [], rng);
        self.gate.forward(x, gate, &mut [], rng);
        Sigmoid.forward(gate);
        y.iter_mut().zip(value).zip(gate).for_each(|((y, value), gate)| *y = *value * *gate);
    }

    fn backward(&self, x: &[T], saved: &mut [T], dy: &mut [T], d: &mut Self, dx: Option<&mut [T]>) {
        let (value, saved) = saved.split_at_mut(dy.len());
        let (gate, part) = saved.split_at_mut(dy.len());
        let mut dx = dx;
        value.iter_mut().zip(&*dy).for_each(|(value, dy)| *value *= *dy); // now ∂L/∂gate
        dy.iter_mut().zip(&*gate).for_each(|(dy, gate)| *dy *= *gate); // now ∂L/∂value
        Sigmoid.backward(gate, value);
        self.value.backward(x, &mut [], dy, &mut d.value, dx.as_deref_mut());
        self.gate.backward(x, &mut [], value, &mut d.gate, dx.is_some().then_some(&mut *part));
        dx.into_iter().flatten().zip(part).for_each(|(dx, part)| *dx += *part);
    }
}

network! {
    /// Two coordinates, two spirals.
    struct Spirals = Glu(2, 24) -> PRelu(24) -> Glu(24, 24) -> Affine(2) => SoftmaxWithLoss;
}

/// The largest permitted difference between gradients, relative to the tensor's largest.
const TOLERANCE: f64 = 1e-7;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut rng = Rng::seed(0);
    let mut net = Spirals::new(Init::He, &mut rng);
    // A one-dimensional tensor is initialized to zero, unless its layer implements `init`.
    net.p_relu1.slope = [0.25];
    println!("{net}\n");

    let (points, labels) = spirals(20, &mut rng);
    // In f32, rounding errors alone would exceed the tolerance.
    let points: Vec<_> = points.iter().map(|point| point.map(f64::from)).collect();
    let check = net.cast::<f64>().gradient_check(&points, &labels)?;
    println!("{check}\n");
    let worst = check.max_relative();
    if worst > TOLERANCE {
        println!("the gradients differ: {worst:.1e} is above {TOLERANCE:.0e}");
        return Ok(ExitCode::FAILURE);
    }

    train(&mut net, &mut rng)?;
    let (points, labels) = spirals(1000, &mut rng);
    println!("accuracy on new points: {:.1} %", 100.0 * net.accuracy(&points, &labels)?);
    Ok(ExitCode::SUCCESS)
}

fn train(net: &mut Spirals, rng: &mut Rng) -> Result<(), chainrule::Error> {
    let (mut workspace, mut grads) = (Workspace::new(), Spirals::zeros());
    let mut sgd = Sgd::new(0.2)?;
    for step in 0..=3000 {
        let (points, labels) = spirals(100, rng);
        let loss = net.gradient_in(&points, &labels, &mut workspace, &mut grads)?;
        if step % 500 == 0 {
            println!("step {step:4}  loss {loss:.4}");
        }
        net.update(&mut sgd, &grads);
    }
    Ok(())
}

/// Points on two spirals of one and a half turns, which are mirror images of each other, with
/// noise. Also returns the spiral of each point.
fn spirals(count: usize, rng: &mut Rng) -> (Vec<[f32; 2]>, Vec<u8>) {
    let point = |at: usize| {
        let (label, turn) = ((at % 2) as u8, 0.25 + 1.5 * rng.uniform());
        let (angle, radius) = (2.0 * PI * turn + PI * f64::from(label), turn);
        let mut near = |value: f64| (value + 0.02 * rng.normal()) as f32;
        ([near(radius * angle.cos()), near(radius * angle.sin())], label)
    };
    (0..count).map(point).unzip()
}
