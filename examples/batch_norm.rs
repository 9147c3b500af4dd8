//! Shows the effect of batch normalization on a deep network whose initial weights are too small,
//! suitable, or too large, as in section 6.3.2 of the book. If a file is named, the accuracies
//! during training are drawn into it.
//!
//! ```text
//! cargo run --release --example batch_norm
//! cargo run --release --example batch_norm -- curves.svg
//! ```

use std::env;
use std::error::Error;
use std::ops::ControlFlow;
use std::path::PathBuf;

use chainrule::data::{Dataset, ImageSet};
use chainrule::trainer::evaluate;
use chainrule::{Init, Network, Rng, Sgd, Trainer, network};
use chainrule_examples::curves::{Curve, draw_accuracies};
use chainrule_examples::mnist;
use ndarray::s;

network! {
    /// Five hidden layers.
    struct Plain = Input(784) -> repeat 5 { Affine(100) -> Relu }
        -> Affine(100, 10) => SoftmaxWithLoss;
}

network! {
    /// The same layers, with the input of each `Relu` normalized to mean 0 and variance 1.
    struct Normalised = Input(784) -> repeat 5 { Affine(100) -> BatchNorm -> Relu }
        -> Affine(100, 10) => SoftmaxWithLoss;
}

const IMAGES: usize = 1000;
const EPOCHS: u64 = 20;

/// Standard deviations of the initial weights.
const STD_DEVS: [f64; 3] = [0.01, 0.1, 0.5];

fn main() -> Result<(), Box<dyn Error>> {
    let digits = mnist::load(None)?;
    let count = IMAGES.min(digits.train.len());
    let pixels = digits.train.pixels().slice(s![..count, ..]).to_owned();
    let train = ImageSet::new(pixels, digits.train.labels()[..count].to_vec())?;
    println!("{}\n", digits.origin);
    println!("std. dev.      accuracy after {EPOCHS} epochs: plain  normalized");
    let mut curves = Vec::new();
    for std_dev in STD_DEVS {
        let (init, mut rng) = (Init::Normal(std_dev), Rng::seed(0));
        let plain = course(Plain::new(init, &mut rng.clone()), &train)?;
        let normalised = course(Normalised::new(init, &mut rng), &train)?;
        let last = |values: &[f64]| values.last().copied().unwrap_or_default();
        println!("±{std_dev:<12}  {:>32.4}  {:>10.4}", last(&plain), last(&normalised));
        for (name, values, is_thin) in [("normalized", normalised, false), ("plain", plain, true)] {
            curves.push(Curve { name: format!("±{std_dev}, {name}"), values, is_thin });
        }
    }
    if let Some(file) = env::args_os().nth(1).map(PathBuf::from) {
        let title = format!("{count} images, with and without batch normalization");
        draw_accuracies(&curves, &title, &file)?;
        println!("\nwrote the chart to {}", file.display());
    }
    Ok(())
}

/// Trains `net`. Returns the accuracy on the training images after each epoch.
fn course<N: Network<Scalar = f32>>(
    net: Box<N>,
    train: &ImageSet,
) -> Result<Vec<f64>, Box<dyn Error>>
where
    ImageSet: Dataset<N>,
{
    let mut accuracies = Vec::new();
    let mut trainer =
        Trainer::new(net, Sgd::new(0.05)?).batch_size(100).epochs(EPOCHS).on_epoch(|_, net| {
            let metrics = evaluate(net, train).unwrap_or_default();
            accuracies.push(metrics.accuracy.unwrap_or_default());
            ControlFlow::Continue(())
        });
    // Weights that are too large can cause values that are not finite, which ends the curve.
    if let Err(error) = trainer.fit(train) {
        println!("{error}");
    }
    drop(trainer);
    Ok(accuracies)
}
