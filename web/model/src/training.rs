//! A training in slices, so that a page can draw between them.

use chainrule::data::ShuffledEpochs;
use chainrule::{Init, LearningRate, Rng, Sgd, Workspace};

use crate::error::Error;
use crate::image::Image;
use crate::network::Digits;
use crate::sets::Sets;

/// Samples in a batch.
pub const BATCH: usize = 50;

/// A network in training on the shipped digits.
pub struct Training {
    net: Box<Digits>,
    grads: Box<Digits>,
    sgd: Sgd,
    workspace: Workspace<f32>,
    sets: Sets,
    batches: ShuffledEpochs,
    images: Vec<Image>,
    labels: Vec<u8>,
    rng: Rng,
}

impl Training {
    /// A network with small random weights, and stochastic gradient descent with this learning rate.
    ///
    /// # Errors
    ///
    /// If the learning rate is not positive.
    pub fn new(seed: u64, learning_rate: f64) -> Result<Training, Error> {
        let mut rng = Rng::seed(seed);
        let sets = Sets::load()?;
        Ok(Training {
            // Small, so that what is learnt is seen in pictures of the weights.
            net: Digits::new(Init::Normal(0.01), &mut rng),
            grads: Digits::zeros(),
            sgd: Sgd::new(learning_rate)?,
            workspace: Workspace::new(),
            batches: ShuffledEpochs::new(sets.training.images.len(), BATCH)?,
            sets,
            images: Vec::with_capacity(BATCH),
            labels: Vec::with_capacity(BATCH),
            rng,
        })
    }

    /// The network as it is now.
    pub fn network(&self) -> &Digits {
        &self.net
    }

    /// Number of steps in an epoch.
    pub fn steps_per_epoch(&self) -> usize {
        self.batches.batches_per_epoch()
    }

    /// Changes the learning rate.
    ///
    /// # Errors
    ///
    /// If it is not positive.
    pub fn set_learning_rate(&mut self, learning_rate: f64) -> Result<(), Error> {
        Ok(self.sgd.set_learning_rate(learning_rate)?)
    }

    /// Trains on one batch, and returns the loss before the step.
    ///
    /// # Errors
    ///
    /// If the numbers overflow, as with a large learning rate.
    pub fn step(&mut self) -> Result<f32, Error> {
        let training = &self.sets.training;
        self.images.clear();
        self.labels.clear();
        for &index in self.batches.draw(&mut self.rng) {
            self.images.push(training.images[index]);
            self.labels.push(training.labels[index]);
        }
        let (x, t) = (&self.images[..], &self.labels[..]);
        let (sgd, workspace) = (&mut self.sgd, &mut self.workspace);
        Ok(self.net.train_step(x, t, sgd, workspace, &mut self.grads)?)
    }

    /// The part of the held-out digits that is classified correctly.
    ///
    /// # Errors
    ///
    /// As [`Training::step`].
    pub fn accuracy(&mut self) -> Result<f64, Error> {
        let held_out = &self.sets.held_out;
        let (x, t) = (&held_out.images[..], &held_out.labels[..]);
        Ok(self.net.accuracy_in(x, t, &mut self.workspace)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_learns_and_repeats() {
        let run = || {
            let mut training = Training::new(1, 0.1).unwrap();
            let losses: Vec<f32> = (0..600).map(|_| training.step().unwrap()).collect();
            (losses, training.accuracy().unwrap())
        };
        let (losses, accuracy) = run();
        assert!(losses[0] > 2.2 && losses[599] < 0.5, "{} {}", losses[0], losses[599]);
        assert!(accuracy > 0.9, "{accuracy}");
        assert_eq!(run(), (losses, accuracy));
    }

    #[test]
    fn a_rate_that_is_not_positive_is_an_error() {
        assert!(Training::new(0, -1.0).is_err());
        assert!(Training::new(0, 0.1).unwrap().set_learning_rate(f64::NAN).is_err());
    }
}
