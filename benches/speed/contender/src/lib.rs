//! The protocol of every contender. It reads a workload and a number of iterations from
//! standard input, and writes the seconds and a number to compare with the other
//! contenders: the last loss, or the first score. `images` has a protocol of its own.

mod images;

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::time::Instant;
use std::{env, fs};

pub use images::{Images, predict_images};

/// The number of training images, which come before the test images.
pub const TRAINING_IMAGES: usize = 60_000;
/// The batch size of an accuracy pass: as many images as the second-level cache holds.
/// Python uses 1,000, since each of its calls has a large overhead.
pub const ACCURACY_BATCH: usize = 200;
/// Steps of the chapter's run.
pub const STEPS: usize = 10_000;
/// Steps between two accuracy passes, one epoch.
pub const EPOCH: usize = 600;
/// The learning rate of all workloads.
pub const RATE: f32 = 0.1;

/// Runs a workload for some iterations.
pub type Work = Box<dyn FnMut(usize) -> f32>;

/// The sizes, weights and data of a workload.
pub struct Material {
    /// Features, hidden units, classes.
    pub sizes: Vec<usize>,
    pub batch: usize,
    /// For each layer: the weights, inputs × outputs, then the biases.
    pub weights: Vec<f32>,
    /// A batch, and its labels.
    pub x: Vec<f32>,
    pub t: Vec<u8>,
    /// All images as bytes, and their labels. Empty unless needed.
    pub images: Vec<u8>,
    pub labels: Vec<u8>,
}

/// A layer's part of the material.
pub struct Layer<'a> {
    pub inputs: usize,
    pub outputs: usize,
    pub weight: &'a [f32],
    pub bias: &'a [f32],
}

impl Layer<'_> {
    /// The weights, outputs × inputs.
    pub fn transposed(&self) -> Vec<f32> {
        let column = |output| self.weight.iter().skip(output).step_by(self.outputs).copied();
        (0..self.outputs).flat_map(column).collect()
    }
}

impl Material {
    fn read(folder: &Path, kind: &str, sizes: &str, batch: &str) -> Result<Self, Box<dyn Error>> {
        let bytes = |name: String| fs::read(folder.join(name));
        let numbers = |name: String| bytes(name).map(|bytes| from_bytes(&bytes));
        let weights = numbers(format!("{sizes}.weights"))?;
        let sizes = sizes.split('-').map(str::parse).collect::<Result<Vec<usize>, _>>()?;
        let (features, classes) = (sizes[0], sizes[sizes.len() - 1]);
        let batch = batch.parse()?;
        let is_mnist = kind == "mnist";
        let images = |name: &str| if is_mnist { bytes(name.to_owned()) } else { Ok(Vec::new()) };
        Ok(Material {
            weights,
            batch,
            x: numbers(format!("{features}.x"))?[..batch * features].to_vec(),
            t: bytes(format!("{classes}.t"))?[..batch].to_vec(),
            images: images("mnist.x")?,
            labels: images("mnist.t")?,
            sizes,
        })
    }

    pub fn features(&self) -> usize {
        self.sizes[0]
    }

    /// The layers, first to last.
    pub fn layers(&self) -> Vec<Layer<'_>> {
        let mut rest = &self.weights[..];
        let mut take = |count: usize| {
            let (taken, others) = rest.split_at(count);
            rest = others;
            taken
        };
        let pairs = self.sizes.iter().zip(&self.sizes[1..]);
        pairs
            .map(|(&inputs, &outputs)| {
                let (weight, bias) = (take(inputs * outputs), take(outputs));
                Layer { inputs, outputs, weight, bias }
            })
            .collect()
    }

    /// The images as numbers from 0 to 1.
    pub fn brightness(&self) -> Vec<f32> {
        self.images.iter().map(|&pixel| f32::from(pixel) / 255.0).collect()
    }
}

fn from_bytes(bytes: &[u8]) -> Vec<f32> {
    let (numbers, _) = bytes.as_chunks();
    numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

/// Draws mini-batches with replacement.
pub struct Draws(u64);

impl Draws {
    pub fn new() -> Self {
        Draws(1)
    }

    /// `batch` indices of training images.
    pub fn draw(&mut self, batch: usize) -> Vec<usize> {
        (0..batch).map(|_| self.next()).collect()
    }

    fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % TRAINING_IMAGES
    }
}

impl Default for Draws {
    fn default() -> Self {
        Self::new()
    }
}

/// The chapter's run: training steps, and an accuracy pass over all images per epoch.
/// Returns the last accuracy on the held-out images.
pub fn run_chapter<N>(
    net: &mut N,
    images: usize,
    mut step: impl FnMut(&mut N),
    mut right: impl FnMut(&N, std::ops::Range<usize>) -> usize,
) -> f32 {
    let mut accuracy = f32::NAN;
    for number in 0..STEPS {
        step(net);
        if number % EPOCH == 0 {
            let mut pass = |range: std::ops::Range<usize>| {
                let count = range.len();
                let batches = range.step_by(ACCURACY_BATCH);
                let right: usize =
                    batches.map(|start| right(net, start..start + ACCURACY_BATCH)).sum();
                right as f32 / count as f32
            };
            pass(0..TRAINING_IMAGES);
            accuracy = pass(TRAINING_IMAGES..images);
        }
    }
    accuracy
}

/// Counts the rows of `scores` whose argmax is their label.
pub fn count_right(scores: &[f32], labels: &[u8]) -> usize {
    let classes = scores.len() / labels.len();
    let is_right = |(row, label): &(&[f32], &u8)| {
        let largest = (0..classes).max_by(|&a, &b| row[a].total_cmp(&row[b]));
        largest == Some(usize::from(**label))
    };
    scores.chunks_exact(classes).zip(labels).filter(is_right).count()
}

/// Serves lines such as `train 784-50-10 100 1000`: kind, layer sizes, batch size,
/// iterations. `works` returns `None` for a workload that is not supported.
pub fn serve(works: impl Fn(&str, &Material) -> Option<Work>) -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("the folder of the material is missing")?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let [kind, sizes, batch, iterations] = line.split(' ').collect::<Vec<_>>()[..] else {
            return Err(format!("this is no work: {line}").into());
        };
        let material = Material::read(Path::new(&folder), kind, sizes, batch)?;
        match works(kind, &material) {
            Some(mut work) => {
                let iterations = iterations.parse()?;
                let start = Instant::now();
                let number = work(iterations);
                println!("{} {number}", start.elapsed().as_secs_f64());
            }
            None => println!("none"),
        }
        io::stdout().flush()?;
    }
    Ok(())
}
