//! Trains a network on handwritten digits, saves it and loads it again. Also loads it with
//! different names, and loads the matching tensors into a network with more classes.
//!
//! ```text
//! cargo run --release --example save_load
//! cargo run --release --example save_load -- folder
//! ```

use std::env;
use std::error::Error;
use std::path::PathBuf;

use chainrule::saving::{self, Layout, Loader};
use chainrule::{Adam, Init, Rng, Trainer, network};
use chainrule_examples::mnist;

network! {
    /// 784 pixels, 50 hidden units, 10 digits.
    struct Digits = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
}

network! {
    /// The same layers with other names, as in a file from another program.
    struct Theirs = fc1: Affine(784, 50) -> Relu -> fc2: Affine(50, 10) => SoftmaxWithLoss;
}

network! {
    /// Digits and letters.
    struct Letters = Affine(784, 50) -> Relu -> Affine(50, 36) => SoftmaxWithLoss;
}

fn main() -> Result<(), Box<dyn Error>> {
    let digits = mnist::shipped()?;
    let test = digits.test.brightness::<f32>(0..digits.test.len())?;
    let net = Digits::new(Init::He, &mut Rng::seed(0));
    let mut trainer = Trainer::new(net, Adam::new(0.001)?).epochs(10);
    trainer.fit(&digits.train)?;
    let net = trainer.into_network();
    println!("trained:  accuracy {:.4}", net.accuracy(&test, digits.test.labels())?);

    let temporary = tempfile::tempdir()?;
    let folder = env::args_os().nth(1).map_or(temporary.path().to_owned(), PathBuf::from);
    let file = folder.join("digits.safetensors");
    saving::save(&net, &file, Layout::Chainrule)?;
    let mut same = Digits::zeros();
    saving::load(&mut same, &file, Layout::Chainrule)?;
    println!("loaded:   accuracy {:.4}", same.accuracy(&test, digits.test.labels())?);

    // Weights in the layout of PyTorch's `Linear`, with other names.
    let file = folder.join("digits_pytorch.safetensors");
    saving::save(&net, &file, Layout::PyTorch)?;
    let mut theirs = Theirs::zeros();
    let loader = Loader::new(Layout::PyTorch).renamed("fc1", "affine1").renamed("fc2", "affine2");
    loader.load(&mut theirs, &file)?;
    println!("renamed:  accuracy {:.4}", theirs.accuracy(&test, digits.test.labels())?);

    let mut letters = Letters::new(Init::He, &mut Rng::seed(1));
    let file = folder.join("digits.safetensors");
    if let Err(error) = saving::load(&mut letters, &file, Layout::Chainrule) {
        let message = error.to_string();
        println!("\nerror:    {}", message.replace(&*folder.to_string_lossy(), "…"));
    }
    for difference in Loader::new(Layout::Chainrule).fitting().load(&mut letters, &file)? {
        println!("skipped:  {difference}");
    }
    let taken = letters.affine1.weight == net.affine1.weight;
    println!("first layer loaded: {taken}");
    Ok(())
}
