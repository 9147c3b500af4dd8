//! A network that classifies handwritten digits on a microcontroller, and is trained there, without a
//! heap: all memory has a size that the compiler knows. `main.rs` is the firmware.

#![no_std]

mod network;

use chainrule::{Error, FixedWorkspace, Init, Memory, NetworkExt, Rng, Sgd, weights};

pub use crate::network::{Digits, PIXELS};

/// The trained network: read-only data, so that it stays in flash.
pub static TRAINED: Digits = weights!(Digits, "../data/digits.safetensors");

/// Digits that the network has not seen in training: the ink in each cell, from 0 to 16, and the digit
/// itself.
pub static DIGITS: &[[u8; PIXELS + 1]] = include_bytes!("../data/digits.bin").as_chunks().0;

/// The samples of a training step.
pub const BATCH: usize = 16;

/// The training steps of [`train`].
pub const STEPS: usize = 10;

/// The numbers of a workspace that predicts one sample, and trains with [`BATCH`].
pub const WORKSPACE: usize = FixedWorkspace::for_training::<Digits>(BATCH);

/// The image and the class of a digit.
pub fn sample(digit: &[u8; PIXELS + 1]) -> ([f32; PIXELS], u8) {
    let (class, ink) = digit.split_last().unwrap_or((&0, &[]));
    let mut image = [0.0; PIXELS];
    for (pixel, ink) in image.iter_mut().zip(ink) {
        *pixel = f32::from(*ink) / 16.0;
    }
    (image, *class)
}

/// What the trained network predicts for a digit: its class, and the probabilities of all classes.
pub fn classify<'w>(
    digit: &[u8; PIXELS + 1],
    workspace: &'w mut impl Memory<f32>,
) -> Result<(usize, &'w [f32]), Error> {
    let (image, _) = sample(digit);
    let class = TRAINED.class_of_in(&image, workspace)?;
    Ok((class, TRAINED.probabilities_in(&[image], workspace)?))
}

/// Trains a new network with [`STEPS`] batches, in memory of the caller. `see` receives the loss before
/// each step.
pub fn train(
    net: &mut Digits,
    grads: &mut Digits,
    workspace: &mut impl Memory<f32>,
    mut see: impl FnMut(usize, f32),
) -> Result<(), Error> {
    net.init(Init::Auto, &mut Rng::seed(0));
    let mut sgd = Sgd::new(0.5)?;
    for (step, digits) in DIGITS.chunks_exact(BATCH).cycle().take(STEPS).enumerate() {
        let (mut images, mut classes) = ([[0.0; PIXELS]; BATCH], [0; BATCH]);
        for (digit, (image, class)) in digits.iter().zip(images.iter_mut().zip(&mut classes)) {
            (*image, *class) = sample(digit);
        }
        see(step, net.train_step(&images, &classes, &mut sgd, workspace, grads)?);
    }
    Ok(())
}
