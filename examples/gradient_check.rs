//! Compares back-propagation with numerical differentiation, as section 5.7.3 of the book does: the
//! two-layer network on three digits, with weights of standard deviation 0.01. Prints the
//! differences for each tensor, and fails if they are too large.
//!
//! ```text
//! cargo run --release --example gradient_check
//! ```

use std::error::Error;
use std::process::ExitCode;

use chainrule::{GradientCheck, Init, Network, Rng, network};
use chainrule_examples::mnist;

network! {
    /// 784 pixels, 50 hidden units, 10 digits.
    struct TwoLayerNet = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
}

/// The largest permitted difference, relative to the tensor's largest gradient. It is caused by
/// rounding in the difference quotient.
const TOLERANCE: f64 = 1e-7;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let digits = mnist::load(None)?;
    println!("{}\n", digits.origin);
    let check = check(&digits.train.brightness(0..3)?, &digits.train.labels()[..3])?;
    println!("{check}\n");
    let worst = check.max_relative();
    if worst <= TOLERANCE {
        println!("the gradients agree: {worst:.1e} is within {TOLERANCE:.0e}");
        Ok(ExitCode::SUCCESS)
    } else {
        println!("the gradients differ: {worst:.1e} is above {TOLERANCE:.0e}");
        Ok(ExitCode::FAILURE)
    }
}

fn check(x: &ndarray::Array2<f64>, t: &[u8]) -> Result<GradientCheck, chainrule::Error> {
    let net = TwoLayerNet::<f64>::new(Init::Normal(0.01), &mut Rng::seed(0));
    net.gradient_check(x, t)
}
