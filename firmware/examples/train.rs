//! Trains the network on the digits of the repository's examples, and writes the files in `data/`:
//!
//! ```text
//! cargo run --release --example train
//! ```

use std::error::Error;
use std::fs;
use std::io::Read;

use chainrule::{Adam, Init, NetworkExt, Rng, Trainer};
use flate2::read::GzDecoder;

use crate::network::{Digits, PIXELS};

#[path = "../src/network.rs"]
mod network;

/// One digit of this many is kept for the firmware.
const EVERY: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let (held_out, training): (Vec<_>, Vec<_>) =
        digits()?.into_iter().enumerate().partition(|(place, _)| place % EVERY == EVERY - 1);
    let (x, t): (Vec<_>, Vec<_>) = training.iter().map(|(_, digit)| sample(digit)).unzip();

    let net = Digits::new(Init::Auto, &mut Rng::seed(0));
    let mut trainer = Trainer::new(net, Adam::new(0.002)?).epochs(40).batch_size(32);
    trainer.fit((&x[..], &t[..]))?;

    let net = trainer.into_network();
    let (x, t): (Vec<_>, Vec<_>) = held_out.iter().map(|(_, digit)| sample(digit)).unzip();
    println!("{:.4} of {} digits that were held out", net.accuracy(&x[..], &t[..])?, t.len());
    net.save("data/digits.safetensors")?;
    let bytes: Vec<u8> = held_out.iter().flat_map(|(_, digit)| *digit).collect();
    fs::write("data/digits.bin", bytes)?;
    Ok(())
}

/// The ink in each cell, and the digit.
fn digits() -> Result<Vec<[u8; PIXELS + 1]>, Box<dyn Error>> {
    let file = include_bytes!("../../examples/data/digits.csv.gz");
    let mut text = String::new();
    GzDecoder::new(&file[..]).read_to_string(&mut text)?;
    let mut digits = Vec::new();
    for line in text.lines() {
        let numbers: Vec<u8> = line.split(',').map(str::parse).collect::<Result<_, _>>()?;
        digits.push(numbers.try_into().map_err(|_| "a line that is no digit")?);
    }
    Ok(digits)
}

/// The image and the class.
fn sample(digit: &[u8; PIXELS + 1]) -> ([f32; PIXELS], u8) {
    (std::array::from_fn(|at| f32::from(digit[at]) / 16.0), digit[PIXELS])
}
