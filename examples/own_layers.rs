//! Layers of one's own: an activation with learnt slopes and a gated linear
//! unit, written outside the library, stand in a network beside its own. Their
//! gradients are held against numerical differentiation, then the network
//! learns to tell two spirals apart.
//!
//! ```text
//! cargo run --release --example own_layers
//! ```

use std::error::Error;
use std::f64::consts::PI;
use std::process::ExitCode;

use chainrule::layers::{Activation, Affine, Layer, Sigmoid};
use chainrule::{Init, Rng, Scalar, Sgd, Tensors, Workspace, network};

/// `y = x` where `x > 0`, `y = slope · x` elsewhere; the slopes are learnt.
#[derive(Tensors)]
#[repr(C)]
struct PRelu<const N: usize, T = f32> {
    slope: [T; N],
}

impl<const N: usize, T: Scalar> Layer<T> for PRelu<N, T> {
    const INPUTS: usize = N;
    const OUTPUTS: usize = N;

    fn init(&mut self, _: Init, _: &mut Rng) {
        self.slope = [T::from_f64(0.25); N];
    }

    fn forward(&self, x: &[T], y: &mut [T], _: &mut [T]) {
        for (at, (y, &x)) in y.iter_mut().zip(x).enumerate() {
            *y = if x > T::zero() { x } else { self.slope[at % N] * x };
        }
    }

    fn backward(&self, x: &[T], _: &mut [T], dy: &mut [T], grads: &mut Self, dx: Option<&mut [T]>) {
        grads.slope = [T::zero(); N];
        for (at, (dy, &x)) in dy.iter_mut().zip(x).enumerate() {
            if x <= T::zero() {
                grads.slope[at % N] += *dy * x;
                *dy *= self.slope[at % N];
            }
        }
        if let Some(dx) = dx {
            dx.copy_from_slice(dy);
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
    /// Both factors of the output, and room for a part of the input's gradient.
    const KEPT: usize = 2 * OUT + IN;

    fn forward(&self, x: &[T], y: &mut [T], kept: &mut [T]) {
        let (value, kept) = kept.split_at_mut(y.len());
        let gate = &mut kept[..y.len()];
        self.value.forward(x, value, &mut []);
        self.gate.forward(x, gate, &mut []);
        Sigmoid.forward(gate);
        y.iter_mut().zip(value).zip(gate).for_each(|((y, value), gate)| *y = *value * *gate);
    }

    fn backward(
        &self,
        x: &[T],
        kept: &mut [T],
        dy: &mut [T],
        grads: &mut Self,
        mut dx: Option<&mut [T]>,
    ) {
        let (value, kept) = kept.split_at_mut(dy.len());
        let (gate, room) = kept.split_at_mut(dy.len());
        for ((dy, value), gate) in dy.iter_mut().zip(&mut *value).zip(&*gate) {
            (*dy, *value) = (*dy * *gate, *dy * *value);
        }
        let (dvalue, dgate) = (dy, value);
        Sigmoid.backward(gate, dgate);
        self.gate.backward(x, &mut [], dgate, &mut grads.gate, dx.as_deref_mut());
        if let Some(dx) = &dx {
            room.copy_from_slice(dx);
        }
        self.value.backward(x, &mut [], dvalue, &mut grads.value, dx.as_deref_mut());
        if let Some(dx) = dx {
            dx.iter_mut().zip(room).for_each(|(dx, part)| *dx += *part);
        }
    }
}

network! {
    /// Two coordinates, two spirals.
    struct Spirals = Glu(2, 24) -> PRelu(24) -> Glu(24, 24) -> Affine(2) => SoftmaxWithLoss;
}

/// The largest difference between gradients that passes, relative to the
/// tensor's largest.
const TOLERANCE: f64 = 1e-7;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut rng = Rng::seed(0);
    let mut net = Spirals::new(Init::He, &mut rng);
    println!("{net}\n");

    let (points, labels) = spirals(20, &mut rng);
    // In f32, rounding alone would be above the tolerance.
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
    println!("of points never seen {:.1} % are right", 100.0 * net.accuracy(&points, &labels)?);
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

/// Points on two spirals of one and a half turns, one the other's mirror
/// image, a little off; and which of the two each is on.
fn spirals(count: usize, rng: &mut Rng) -> (Vec<[f32; 2]>, Vec<u8>) {
    let point = |at: usize| {
        let (label, turn) = ((at % 2) as u8, 0.25 + 1.5 * rng.uniform());
        let (angle, radius) = (2.0 * PI * turn + PI * f64::from(label), turn);
        let mut near = |value: f64| (value + 0.02 * rng.normal()) as f32;
        ([near(radius * angle.cos()), near(radius * angle.sin())], label)
    };
    (0..count).map(point).unzip()
}
