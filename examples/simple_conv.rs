//! The convolutional network of the book's chapter 7 on MNIST: 30 filters of 5 × 5, one pooling, two
//! affine layers, trained by Adam.
//!
//! ```text
//! cargo run --release --example simple_conv
//! cargo run --release --example simple_conv -- --epochs 5
//! cargo run --release --example simple_conv -- --epochs 1 --filters filters.png --maps maps.png
//! ```

use std::error::Error;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chainrule::trainer::{Metrics, evaluate};
use chainrule::{Adam, Hidden, Init, NetworkExt, Rng, Trainer, network};
use chainrule_examples::mnist;
use chainrule_examples::tiles::Tiles;
use clap::Parser;
use image::ExtendedColorType;

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
    /// Draw the 30 filters to this PNG file: before training, and below them after training
    #[arg(long, value_name = "FILE")]
    filters: Option<PathBuf>,
    /// Draw a test image to this PNG file, with what each filter finds in it (after ReLU), and the same
    /// after pooling
    #[arg(long, value_name = "FILE")]
    maps: Option<PathBuf>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { data, epochs, seed, filters, maps } = Arguments::parse();
    let mnist = mnist::load(data.as_deref())?;
    println!("{}", mnist.origin);

    let net = SimpleConvNet::new(Init::Normal(0.01), &mut Rng::seed(seed));
    println!("{net}\n\nepoch  training");
    let before = drawn_filters(&net);
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
    if let Some(path) = filters {
        save(&before.above(&drawn_filters(trainer.network())), &path)?;
    }
    if let Some(path) = maps {
        let image = mnist.test.brightness(0..1)?;
        let image = image.as_slice().unwrap_or_default();
        save(&drawn_maps(trainer.network(), image)?, &path)?;
    }
    Ok(())
}

/// The filters of the first layer, as in figure 7-24 of the book.
fn drawn_filters(net: &SimpleConvNet) -> Tiles {
    let numbers = net.conv1.weight.as_flattened().as_flattened().as_flattened();
    Tiles::of(numbers, [5, 5], 10, 8)
}

/// An image, and below it what the first layers compute of it.
fn drawn_maps(net: &SimpleConvNet, image: &[f32]) -> Result<Tiles, chainrule::Error> {
    let values = const { [Hidden::named("relu1"), Hidden::named("pool1")] };
    let (images, _) = image.as_chunks::<784>();
    let [relu1, pool1] = net.hidden(images, values)?;
    let tiles = |maps: &[f32], side| Tiles::of(maps, [side, side], 10, 2);
    let maps = |maps: chainrule::ndarray::Array2<f32>, side| {
        tiles(&maps.into_raw_vec_and_offset().0, side)
    };
    Ok(tiles(image, 28).above(&maps(relu1, 24)).above(&maps(pool1, 12)))
}

/// Writes a picture to a PNG file.
fn save(tiles: &Tiles, path: &Path) -> Result<(), Box<dyn Error>> {
    let (width, height) = (u32::try_from(tiles.width)?, u32::try_from(tiles.height)?);
    image::save_buffer(path, &tiles.pixels, width, height, ExtendedColorType::L8)?;
    println!("wrote {}", path.display());
    Ok(())
}

fn row(metrics: &Metrics) -> String {
    format!("loss {:.4}, accuracy {:.4}", metrics.loss, metrics.accuracy.unwrap_or_default())
}
