//! Compares a network that memorizes 300 images with one that dropout keeps from overfitting, as in
//! section 6.4.3 of the book. If a file is named, the accuracies during training are drawn into it.
//!
//! ```text
//! cargo run --release --example dropout
//! cargo run --release --example dropout -- curves.svg
//! ```

use std::env;
use std::error::Error;
use std::ops::ControlFlow;
use std::path::PathBuf;

use chainrule::data::{Dataset, ImageSet};
use chainrule::trainer::evaluate;
use chainrule::{Init, Momentum, Network, Rng, Trainer, network};
use chainrule_examples::curves::{Curve, draw_accuracies};
use chainrule_examples::mnist;
use ndarray::s;

network! {
    /// Many parameters for 300 images.
    struct Plain = Affine(784, 500) -> Relu -> Affine(500, 10) => SoftmaxWithLoss;
}

network! {
    /// The same layers with dropout, so that no pixel or unit can rely on another.
    struct Dropped = Input(784) -> Dropout(0.2) -> Affine(500) -> Relu
        -> Dropout(0.5) -> Affine(500, 10) => SoftmaxWithLoss;
}

const IMAGES: usize = 300;
const TEST_IMAGES: usize = 2000;
const EPOCHS: u64 = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let digits = mnist::load(None)?;
    let train = first(&digits.train, IMAGES)?;
    let test = first(&digits.test, TEST_IMAGES)?;
    println!("{}\n", digits.origin);
    println!("after {EPOCHS} epochs  training    test");
    let rng = || Rng::seed(0);
    let plain = course("plain", Plain::new(Init::Auto, &mut rng()), &train, &test)?;
    let dropped = course("dropout", Dropped::new(Init::Auto, &mut rng()), &train, &test)?;
    if let Some(file) = env::args_os().nth(1).map(PathBuf::from) {
        let title = format!("{IMAGES} images, with and without dropout");
        let curves: Vec<Curve> = plain.into_iter().chain(dropped).collect();
        draw_accuracies(&curves, &title, &file)?;
        println!("\nwrote the chart to {}", file.display());
    }
    Ok(())
}

/// The first images of a set, or all if there are fewer.
fn first(images: &ImageSet, count: usize) -> Result<ImageSet, Box<dyn Error>> {
    let count = count.min(images.len());
    let pixels = images.pixels().slice(s![..count, ..]).to_owned();
    Ok(ImageSet::new(pixels, images.labels()[..count].to_vec())?)
}

/// Trains `net` and prints the result. Returns the accuracies after each epoch, computed without
/// dropout: on the training images, and on the test images.
fn course<N: Network<Scalar = f32>>(
    name: &str,
    net: Box<N>,
    train: &ImageSet,
    test: &ImageSet,
) -> Result<[Curve; 2], Box<dyn Error>>
where
    ImageSet: Dataset<N>,
{
    let mut accuracies = [Vec::new(), Vec::new()];
    let mut trainer = Trainer::new(net, Momentum::new(0.01, 0.9)?)
        .batch_size(50)
        .epochs(EPOCHS)
        .on_epoch(|_, net| {
            for (values, images) in accuracies.iter_mut().zip([train, test]) {
                let metrics = evaluate(net, images).unwrap_or_default();
                values.push(metrics.accuracy.unwrap_or_default());
            }
            ControlFlow::Continue(())
        });
    trainer.fit(train)?;
    drop(trainer);
    let [on_train, on_test] = accuracies;
    let last = |values: &[f64]| values.last().copied().unwrap_or_default();
    println!("{name:<16}  {:>8.4}  {:>6.4}", last(&on_train), last(&on_test));
    Ok([
        Curve { name: format!("{name}, training"), values: on_train, is_thin: true },
        Curve { name: format!("{name}, test"), values: on_test, is_thin: false },
    ])
}
