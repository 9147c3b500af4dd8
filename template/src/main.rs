//! Trains a network that recognizes the cultivar of a wine, saves it, and uses it.

use std::error::Error;

use chainrule::data::{ClassNames, stratified_split};
use chainrule::{AdamW, Init, NetworkExt, Rng, Trainer, network};

network! {
    /// 13 measurements, 3 cultivars.
    struct Wine = Input(13) -> Standardise -> Affine(32) -> Relu -> Affine(3) => SoftmaxWithLoss;
}

fn main() -> Result<(), Box<dyn Error>> {
    let rows = table(include_str!("../data/wine.csv"))?;
    let (x, cultivars): (Vec<[f32; 13]>, Vec<String>) = rows.into_iter().unzip();
    let names = ClassNames::of(&cultivars);
    let t = names.encode(&cultivars)?;

    let mut rng = Rng::seed(0);
    let [train, test] = stratified_split(&t, [0.8, 0.2], &mut rng)?
        .map(|part| part.into_iter().map(|i| (x[i], t[i])).unzip::<_, _, Vec<_>, Vec<_>>());

    let mut net = Wine::new(Init::Auto, &mut rng);
    println!("{net}");
    // The scale of the measurements is part of the network.
    net.standardise1.fit(&train.0)?;
    let mut trainer = Trainer::new(net, AdamW::new(0.01)?).batch_size(16).epochs(40);
    trainer.fit((&train.0, &train.1))?;
    let net = trainer.into_network();
    println!(
        "accuracy on {} wines it has not seen: {:.3}",
        test.0.len(),
        net.accuracy(&test.0, &test.1)?
    );

    net.save("wine.safetensors")?;
    let net = Wine::load("wine.safetensors")?;
    let (class, probabilities) = (net.class_of(&test.0[0])?, net.probabilities_of(&test.0[0])?);
    let name = names.name(class).unwrap_or("?");
    println!("the first of them: {name}, with a probability of {:.3}", probabilities[class]);
    Ok(())
}

/// A wine: its measurements, and its cultivar.
type Row = ([f32; 13], String);

/// The rows of a table after its head.
fn table(text: &str) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate().skip(1) {
        rows.push(row(line).map_err(|error| format!("line {}: {error}", index + 1))?);
    }
    Ok(rows)
}

fn row(line: &str) -> Result<Row, Box<dyn Error>> {
    let (numbers, name) = line.rsplit_once(',').ok_or("expected numbers and a name")?;
    let numbers: Vec<f32> =
        numbers.split(',').map(|number| number.trim().parse()).collect::<Result<_, _>>()?;
    let found = numbers.len();
    let numbers = numbers
        .try_into()
        .map_err(|_| format!("expected 13 numbers before the name, found {found}"))?;
    Ok((numbers, name.trim().to_owned()))
}
