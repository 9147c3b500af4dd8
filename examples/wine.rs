//! Recognizes the grape of a wine by a chemical analysis: reads a CSV file, splits it, and trains a
//! network that standardizes its inputs. See `data/README.md` for the source of the data.
//!
//! ```text
//! cargo run --release --example wine
//! cargo run --release --example wine -- wine.safetensors
//! ```

use std::env;
use std::error::Error;
use std::path::PathBuf;

use chainrule::data::{ClassNames, stratified_split};
use chainrule::trainer::{confusion, evaluate};
use chainrule::{AdamW, Init, Rng, Trainer, network};

network! {
    /// 13 measurements, 3 cultivars.
    struct Wine = Input(13) -> Standardise -> Affine(32) -> Relu -> Affine(3) => SoftmaxWithLoss;
}

fn main() -> Result<(), Box<dyn Error>> {
    // A row is a bottle: its measurements, and its cultivar.
    let (mut x, mut cultivars) = (Vec::new(), Vec::new());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/wine.csv");
    for row in csv::Reader::from_path(path)?.into_deserialize() {
        let (measured, cultivar): ([f32; 13], String) = row?;
        x.push(measured);
        cultivars.push(cultivar);
    }
    let names = ClassNames::of(&cultivars);
    let t = names.encode(&cultivars)?;

    let mut rng = Rng::seed(0);
    let [train, validation, test] = stratified_split(&t, [0.6, 0.2, 0.2], &mut rng)?
        .map(|part| part.into_iter().map(|i| (x[i], t[i])).unzip::<_, _, Vec<_>, Vec<_>>());

    // The scale of the inputs is part of the network. It comes from the training set only.
    let mut net = Wine::new(Init::He, &mut rng);
    net.standardise1.fit(&train.0)?;
    let mut trainer = Trainer::new(net, AdamW::new(0.01)?)
        .batch_size(16)
        .epochs(40)
        .validation((&validation.0, &validation.1))
        .keep_best();
    trainer.fit((&train.0, &train.1))?;
    let net = trainer.into_network();

    println!("validation: {}", evaluate(&net, (&validation.0, &validation.1))?);
    println!("test:       {}", evaluate(&net, (&test.0, &test.1))?);
    let matrix = confusion(&net, (&test.0, &test.1))?.with_names(names.as_slice())?;
    println!("{matrix}\n\n{}", matrix.report());

    let folder = tempfile::tempdir()?;
    let path = env::args_os().nth(1).map_or(folder.path().join("wine.safetensors"), PathBuf::from);
    net.save(&path)?;
    let loaded = Wine::load(&path)?;

    // A bottle as it comes from the laboratory: the network scales it.
    let bottle = [13.2, 1.78, 2.14, 11.2, 100.0, 2.65, 2.76, 0.26, 1.28, 4.38, 1.05, 3.4, 1050.0];
    let (class, probabilities) = (loaded.class_of(&bottle)?, loaded.probabilities_of(&bottle)?);
    let name = names.name(class).unwrap_or("?");
    println!("the bottle is a {name}, with a probability of {:.3}", probabilities[class]);
    Ok(())
}
