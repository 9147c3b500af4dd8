//! Classifies MNIST with fully connected layers, as accurately as half a minute of
//! training allows: AdamW, one cycle of the learning rate, and training images that are
//! shifted by up to one pixel.
//!
//! One image in twelve of the training set is held out for validation. The settings
//! below were chosen by the accuracy on held-out images. The test images are used once,
//! after training. Name a folder to write the curves and the history there.
//!
//! ```text
//! cargo run --release --example mnist_best
//! cargo run --release --example mnist_best -- pictures --seed 1
//! ```

use std::error::Error;
use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;

use chainrule::data::augment::shift;
use chainrule::schedule::OneCycle;
use chainrule::trainer::{Metrics, confusion};
use chainrule::{AdamW, Init, Rng, Trainer, network};
use chainrule_examples::mnist;
use clap::Parser;

network! {
    /// 784 pixels, 512 and 256 hidden units, 10 digits.
    struct Digits = Affine(784, 512) -> Relu -> Affine(512, 256) -> Relu -> Affine(256, 10)
        => SoftmaxWithLoss;
}

/// Trains fully connected layers on MNIST for half a minute.
#[derive(Parser)]
struct Arguments {
    /// Write a chart and the history to this folder
    folder: Option<PathBuf>,
    /// Folder with the four MNIST files [default: $MNIST_DIR, then the cache, then a download, then
    /// the bundled digits]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Number of epochs
    #[arg(long, default_value_t = 8, value_name = "N")]
    epochs: u64,
    /// Seed of all random choices
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
}

const BATCH: usize = 100;
const RATE: f64 = 0.002;
/// The fraction of the training images that is held out.
const VALIDATION: f64 = 1.0 / 12.0;

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { folder, data, epochs, seed } = Arguments::parse();
    let mnist = mnist::load(data.as_deref())?;
    println!("{}\n\nepoch  {:>26}  {:>26}", mnist.origin, "training", "validation");

    let trained = mnist.train.len() as f64 * (1.0 - VALIDATION);
    let steps = epochs * (trained / BATCH as f64).ceil() as u64;
    let net = Digits::new(Init::He, &mut Rng::seed(seed));
    let mut trainer = Trainer::new(net, AdamW::new(RATE)?)
        .batch_size(BATCH)
        .epochs(epochs)
        .seed(seed)
        .schedule(OneCycle::new(RATE, steps)?)
        .augment(|image, rng| shift(image, [1, 28, 28], 1, rng))
        .validation_split(VALIDATION)
        .progress()
        .on_epoch(|epoch, _| {
            let validation = epoch.validation.unwrap_or_default();
            println!("{:>5}  {:>26}  {:>26}", epoch.epoch, row(&epoch.train), row(&validation));
            ControlFlow::Continue(())
        });
    trainer.fit(&mnist.train)?;

    let test = confusion(trainer.network(), &mnist.test)?;
    println!("\n{test}");
    if let Some(folder) = folder {
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("mnist_best.svg"), trainer.history().svg())?;
        fs::write(folder.join("mnist_best.csv"), trainer.history().csv())?;
        println!("\nwrote the chart to {}", folder.join("mnist_best.svg").display());
    }
    println!("\ntest accuracy {:.4}", test.accuracy());
    Ok(())
}

fn row(metrics: &Metrics) -> String {
    format!("loss {:.4} accuracy {:.4}", metrics.loss, metrics.accuracy.unwrap_or_default())
}
