//! Trains the network on the digits of the examples, and writes three files to a folder: the
//! parameters, `images` (the held-out images, as `f32`), and `classes` (what the network predicts for
//! each, then the right class).

use std::error::Error;
use std::io::Read;
use std::path::Path;
use std::{env, fs};

use chainrule::{Adam, Init, NetworkExt, Rng, Trainer};
use digits::{DIGITS_PIXELS, Net};
use flate2::read::GzDecoder;

type Sample = ([f32; DIGITS_PIXELS], u8);

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("usage: train FOLDER")?;
    let samples = samples()?;
    let (held_out, training): (Vec<_>, Vec<_>) =
        samples.iter().enumerate().partition(|(place, _)| place % 5 == 4);
    let (x, t): (Vec<_>, Vec<_>) = training.into_iter().map(|(_, sample)| *sample).unzip();
    let (held_x, held_t): (Vec<_>, Vec<_>) =
        held_out.into_iter().map(|(_, sample)| *sample).unzip();

    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    let mut trainer = Trainer::new(net, Adam::new(0.001)?).epochs(40).batch_size(32);
    trainer.fit((&x[..], &t[..]))?;
    let net = trainer.into_network();
    let predicted = net.classes(&held_x[..])?;
    let right = predicted.iter().zip(&held_t).filter(|(class, t)| **class == usize::from(**t));
    println!("{} of {} held-out digits are classified correctly", right.count(), held_t.len());

    let folder = Path::new(&folder);
    net.save(folder.join("digits.safetensors"))?;
    let images = held_x.as_flattened().iter().flat_map(|pixel| pixel.to_ne_bytes());
    fs::write(folder.join("images"), images.collect::<Vec<u8>>())?;
    let classes = predicted.iter().map(|class| *class as u8).chain(held_t.iter().copied());
    fs::write(folder.join("classes"), classes.collect::<Vec<u8>>())?;
    Ok(())
}

/// 64 numbers from 0 to 16 and the digit on each line.
fn samples() -> Result<Vec<Sample>, Box<dyn Error>> {
    let file = include_bytes!("../../examples/data/digits.csv.gz");
    let mut text = String::new();
    GzDecoder::new(&file[..]).read_to_string(&mut text)?;
    let mut samples = Vec::new();
    for line in text.lines() {
        let numbers: Vec<u8> = line.split(',').map(str::parse).collect::<Result<_, _>>()?;
        let (digit, ink) = numbers.split_last().ok_or("an empty line")?;
        let ink: [u8; DIGITS_PIXELS] = ink.try_into()?;
        samples.push((ink.map(|ink| f32::from(ink) / 16.0), *digit));
    }
    Ok(samples)
}
