//! Predictions of the two networks of images. `chainrule-bench --write` writes the networks, the
//! images and their scores to a folder, and `python/images.py` runs the contenders in turns with
//! `chainrule-bench`: with the same arguments, after the folder, and the same line as the answer.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs};

use crate::from_bytes;

/// Height and width of an image, and the scores of one.
const IMAGE: usize = 28;
const SCORES: usize = 10;
/// How far a score may be from that of chainrule.
const TOLERANCE: f32 = 1e-4;

/// A network, and images for it.
pub struct Images {
    /// W6 or W7.
    pub name: String,
    /// The network: a file without its extension, `onnx` or `safetensors`.
    pub network: PathBuf,
    /// Samples, channels, height, width.
    pub shape: [usize; 4],
    pub x: Vec<f32>,
}

/// Measures what `load` returns, which predicts a number of times and returns the last scores.
/// Prints a line such as `tract W6b1 1 MIN MEDIAN MAX`, in µs.
pub fn predict_images<P: FnMut(usize) -> Vec<f32>>(
    contender: &str,
    load: impl FnOnce(Images) -> Result<P, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, _, work, _, blocks, _, seconds] = &arguments[..] else {
        return Err("expected FOLDER --work W6b1 --blocks N --block S".into());
    };
    let (blocks, seconds): (usize, f64) = (blocks.parse()?, seconds.parse()?);
    let (name, batch) = work.split_once('b').ok_or("expected a prediction, such as W6b100")?;
    let batch: usize = batch.parse()?;
    let network = Path::new(folder).join(name);
    let numbers = |extension| fs::read(network.with_extension(extension)).map(|b| from_bytes(&b));
    let (mut x, mut expected) = (numbers("x")?, numbers("scores")?);
    x.truncate(batch * IMAGE * IMAGE);
    expected.truncate(batch * SCORES);
    let shape = [batch, 1, IMAGE, IMAGE];
    let mut predict = load(Images { name: name.to_owned(), network, shape, x })?;
    compare(&predict(1), &expected)?;
    let mut block = |times| {
        let start = Instant::now();
        predict(times);
        start.elapsed().as_secs_f64()
    };
    let mut times = 1;
    while block(times) < seconds {
        times *= 2;
    }
    let mut micros: Vec<f64> =
        (0..blocks.max(1)).map(|_| block(times) * 1e6 / times as f64).collect();
    micros.sort_by(f64::total_cmp);
    let (least, median, most) = (micros[0], micros[micros.len() / 2], micros[micros.len() - 1]);
    println!("{contender} {work} 1 {least:.3} {median:.3} {most:.3}");
    Ok(())
}

fn compare(scores: &[f32], expected: &[f32]) -> Result<(), String> {
    if scores.len() != expected.len() {
        return Err(format!("expected {} scores, found {}", expected.len(), scores.len()));
    }
    let differences = scores.iter().zip(expected).map(|(score, expected)| (score - expected).abs());
    match differences.max_by(f32::total_cmp) {
        Some(most) if !(most <= TOLERANCE) => Err(format!("the scores differ by {most}")),
        _ => Ok(()),
    }
}
