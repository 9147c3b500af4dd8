//! The convolutional network of the book's chapter 7 on MNIST: 30 filters of 5 × 5, one pooling, two
//! affine layers, trained by Adam.
//!
//! ```text
//! cargo run --release --example simple_conv
//! cargo run --release --example simple_conv -- --epochs 5
//! ```

use std::error::Error;
use std::ops::ControlFlow;
use std::path::PathBuf;

use chainrule::trainer::{Metrics, evaluate};
use chainrule::{Adam, Init, Rng, Trainer, network};
use chainrule_examples::mnist;
use clap::Parser;

network! {
    /// Section 7.5 of the book.
    struct SimpleConvNet = Input(1, 28, 28) -> Conv2d(30, 5) -> Relu -> MaxPool2d(2)
        -> Flatten -> Affine(100) -> Relu -> Affine(10) => SoftmaxWithLoss;
}

/// Trains the convolutional network of chapter 7.
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

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { data, epochs, seed } = Arguments::parse();
    let mnist = mnist::load(data.as_deref())?;
    println!("{}", mnist.origin);

    let net = SimpleConvNet::new(Init::Auto, &mut Rng::seed(seed));
    println!("{net}\n\nepoch  training");
    let mut trainer = Trainer::new(net, Adam::new(0.001)?)
        .batch_size(100)
        .epochs(epochs)
        .seed(seed)
        .progress()
        .on_epoch(|epoch, _| {
            println!("{:>5}  {}", epoch.epoch, row(&epoch.train));
            ControlFlow::Continue(())
        });
    trainer.fit(&mnist.train)?;
    println!("\ntest: {}", row(&evaluate(trainer.network(), &mnist.test)?));
    Ok(())
}

fn row(metrics: &Metrics) -> String {
    format!("loss {:.4}, accuracy {:.4}", metrics.loss, metrics.accuracy.unwrap_or_default())
}
