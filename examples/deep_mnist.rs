//! The deep network of the book's chapter 8 on MNIST: six convolutions of 3 × 3, dropout, and Adam.
//! The training images are shifted and turned at random.
//!
//! 5,000 of MNIST's 60,000 training images are held out for validation, so that settings are chosen
//! by the accuracy on them. The test images are used once, after training.
//!
//! ```text
//! cargo run --release --example deep_mnist
//! cargo run --release --example deep_mnist -- --epochs 5 --seed 1
//! ```

use std::error::Error;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use chainrule::data::augment::{rotate, shift};
use chainrule::schedule::Cosine;
use chainrule::trainer::{Metrics, evaluate};
use chainrule::{Adam, Init, Rng, Trainer, network};
use chainrule_examples::mnist;
use clap::Parser;

network! {
    /// Figure 8-1 of the book.
    struct DeepConvNet = Input(1, 28, 28)
        -> Conv2d(16, 3, padding = 1) -> Relu -> Conv2d(16, 3, padding = 1) -> Relu -> MaxPool2d(2)
        -> Conv2d(32, 3, padding = 1) -> Relu -> Conv2d(32, 3, padding = 2) -> Relu -> MaxPool2d(2)
        -> Conv2d(64, 3, padding = 1) -> Relu -> Conv2d(64, 3, padding = 1) -> Relu -> MaxPool2d(2)
        -> Flatten -> Affine(50) -> Relu -> Dropout(0.5) -> Affine(10) -> Dropout(0.5)
        => SoftmaxWithLoss;
}

/// Trains the deep convolutional network of chapter 8.
#[derive(Parser)]
struct Arguments {
    /// Folder with the four MNIST files [default: $MNIST_DIR, else the cache, else a download,
    /// else the digits shipped with the examples]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Passes over the training images
    #[arg(long, default_value_t = 20, value_name = "N")]
    epochs: u64,
    /// Seed of every random choice
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
}

const SHAPE: [usize; 3] = [1, 28, 28];
const BATCH: usize = 100;
const RATE: f64 = 0.001;
/// The fraction of the training images that is held out.
const VALIDATION: f64 = 1.0 / 12.0;
/// How far images are shifted, in pixels, and turned, in degrees.
const SHIFT: usize = 2;
const TURN: f64 = 10.0;

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { data, epochs, seed } = Arguments::parse();
    let mnist = mnist::load(data.as_deref())?;
    println!("{}", mnist.origin);

    let net = DeepConvNet::new(Init::He, &mut Rng::seed(seed));
    println!("{net}\n\nepoch  {:<28}  validation", "training");
    let trained = mnist.train.len() as f64 * (1.0 - VALIDATION);
    let steps = epochs * (trained / BATCH as f64).ceil() as u64;
    let mut scratch = Vec::new();
    let began = Instant::now();
    let mut trainer = Trainer::new(net, Adam::new(RATE)?)
        .batch_size(BATCH)
        .epochs(epochs)
        .seed(seed)
        .schedule(Cosine::new(RATE, 0.0, steps)?)
        .augment(|image, rng| {
            rotate(image, SHAPE, TURN, &mut scratch, rng);
            shift(image, SHAPE, SHIFT, rng);
        })
        .validation_split(VALIDATION)
        .progress()
        .on_epoch(|epoch, _| {
            let validation = row(&epoch.validation.unwrap_or_default());
            println!("{:>5}  {:<28}  {validation}", epoch.epoch, row(&epoch.train));
            ControlFlow::Continue(())
        });
    trainer.fit(&mnist.train)?;
    println!("\ntrained for {:.1} s", began.elapsed().as_secs_f64());
    println!("test: {}", row(&evaluate(trainer.network(), &mnist.test)?));
    Ok(())
}

fn row(metrics: &Metrics) -> String {
    format!("loss {:.4}, accuracy {:.4}", metrics.loss, metrics.accuracy.unwrap_or_default())
}
