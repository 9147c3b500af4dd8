//! Trains the network that the page begins with, and saves it:
//!
//!     train FILE
//!
//! The seed is fixed, so that the same machine writes the same file.

use std::env;
use std::error::Error;

use chainrule::data::augment::{rotate, shift};
use chainrule::schedule::OneCycle;
use chainrule::{AdamW, Init, NetworkExt, Rng, Trainer};
use model::image::FIELD;
use model::network::Digits;
use model::sets::Sets;

const EPOCHS: u64 = 60;
const BATCH: usize = 50;
const RATE: f64 = 0.003;

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("usage: train FILE")?;
    let Sets { training, held_out } = Sets::load()?;
    let steps = EPOCHS * training.images.len().div_ceil(BATCH) as u64;
    let net = Digits::new(Init::Normal(0.01), &mut Rng::seed(0));
    let mut scratch = Vec::new();
    let mut trainer = Trainer::new(net, AdamW::new(RATE)?.with_weight_decay(0.05)?)
        .batch_size(BATCH)
        .epochs(EPOCHS)
        .schedule(OneCycle::new(RATE, steps)?)
        // Hands differ: drawn digits are turned and off the middle.
        .augment(move |image, rng| {
            rotate(image, [1, FIELD, FIELD], 15.0, &mut scratch, rng);
            shift(image, [1, FIELD, FIELD], 1, rng);
        });
    trainer.fit((&training.images[..], &training.labels[..]))?;
    let net = trainer.into_network();
    let accuracy = net.accuracy(&held_out.images[..], &held_out.labels[..])?;
    println!("accuracy on {} held-out digits: {accuracy:.3}", held_out.labels.len());
    net.save(&path)?;
    Ok(())
}
