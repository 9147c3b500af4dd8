//! Trains the two-layer network of chapter 5 without the macro. `src/expanded.rs` contains the
//! expansion of `network!`, written out step by step.
//!
//! ```text
//! cargo run --release --example expanded
//! ```

use std::error::Error;

use chainrule::data::{ImageSet, WithReplacement};
use chainrule::{Init, Network, Rng, Sgd};
use chainrule_examples::expanded::TwoLayerNet;
use chainrule_examples::mnist;

const STEPS: usize = 600;
const BATCH: usize = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let digits = mnist::shipped()?;
    println!("{}\n", digits.origin);
    let (train_x, train_t) = (images(&digits.train)?, labels(&digits.train));
    let (test_x, test_t) = (images(&digits.test)?, labels(&digits.test));

    let mut rng = Rng::seed(0);
    let mut net = TwoLayerNet::<f32>::new(Init::Normal(0.01), &mut rng);
    let mut sgd = Sgd::new(0.1)?;
    let mut batches = WithReplacement::new(train_x.len(), BATCH)?;

    println!("step     loss  train accuracy  test accuracy");
    for step in 0..=STEPS {
        let batch = batches.draw(&mut rng);
        let x: Vec<[f32; 784]> = batch.iter().map(|&sample| train_x[sample]).collect();
        let t: Vec<usize> = batch.iter().map(|&sample| train_t[sample]).collect();
        let (loss, grads) = net.gradient(&x, &t);
        net.update(&mut sgd, &grads);
        if step % 100 == 0 {
            let train = net.accuracy(&train_x, &train_t);
            let test = net.accuracy(&test_x, &test_t);
            println!("{step:>4}  {loss:.5}  {train:>14.4}  {test:>13.4}");
        }
    }
    Ok(())
}

/// The images, each as its 784 pixels from 0 to 1.
fn images(set: &ImageSet) -> Result<Vec<[f32; 784]>, Box<dyn Error>> {
    let pixels = set.brightness::<f32>(0..set.len())?;
    let image = |row: usize| std::array::from_fn(|pixel| pixels[(row, pixel)]);
    Ok((0..set.len()).map(image).collect())
}

/// The digits that they show.
fn labels(set: &ImageSet) -> Vec<usize> {
    set.labels().iter().map(|&digit| usize::from(digit)).collect()
}
