//! Selects the samples of mini-batches.

use super::error::Error;
use crate::rng::Rng;

/// Mini-batches of samples drawn independently, as in the book. A sample may occur more than once
/// in a batch, and again in other batches.
///
/// ```
/// use chainrule::Rng;
/// use chainrule::data::WithReplacement;
///
/// let mut batches = WithReplacement::new(60_000, 100)?;
/// assert_eq!(batches.draw(&mut Rng::seed(1)).len(), 100);
/// # Ok::<(), chainrule::data::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct WithReplacement {
    samples: usize,
    batch: Vec<usize>,
}

impl WithReplacement {
    /// Creates batches of `batch_size` out of `samples` samples.
    ///
    /// # Errors
    ///
    /// [`Error::EmptySet`] or [`Error::EmptyBatch`] if either is 0, [`Error::Memory`] if there is
    /// not enough memory for a batch.
    pub fn new(samples: usize, batch_size: usize) -> Result<WithReplacement, Error> {
        check_sizes(samples, batch_size)?;
        let mut batch = reserved(batch_size)?;
        batch.resize(batch_size, 0);
        Ok(WithReplacement { samples, batch })
    }

    /// Draws the next batch and returns its `batch_size` indices.
    pub fn draw(&mut self, rng: &mut Rng) -> &[usize] {
        self.batch.fill_with(|| rng.below(self.samples));
        &self.batch
    }
}

/// Mini-batches that visit all samples exactly once per epoch, in a new random order each time.
///
/// The last batch of an epoch is shorter if the batch size does not divide the number of samples.
/// It is neither filled up nor dropped.
///
/// ```
/// use chainrule::Rng;
/// use chainrule::data::ShuffledEpochs;
///
/// let (mut batches, mut rng) = (ShuffledEpochs::new(5, 2)?, Rng::seed(1));
/// let sizes: Vec<usize> = (0..4).map(|_| batches.draw(&mut rng).len()).collect();
/// assert_eq!(sizes, [2, 2, 1, 2]);
/// # Ok::<(), chainrule::data::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ShuffledEpochs {
    order: Vec<usize>,
    batch_size: usize,
    /// Number of samples of this epoch that were drawn.
    drawn: usize,
}

impl ShuffledEpochs {
    /// Creates batches of `batch_size` out of `samples` samples.
    ///
    /// # Errors
    ///
    /// [`Error::EmptySet`] or [`Error::EmptyBatch`] if either is 0, [`Error::Memory`] if there is
    /// not enough memory for the order of the samples.
    pub fn new(samples: usize, batch_size: usize) -> Result<ShuffledEpochs, Error> {
        check_sizes(samples, batch_size)?;
        let mut order = reserved(samples)?;
        order.extend(0..samples);
        Ok(ShuffledEpochs { order, batch_size, drawn: samples })
    }

    /// Number of batches in an epoch, including a shorter last batch.
    pub fn batches_per_epoch(&self) -> usize {
        self.order.len().div_ceil(self.batch_size)
    }

    /// Draws the next batch and returns its indices: `batch_size` of them, or the remainder of the
    /// epoch.
    pub fn draw(&mut self, rng: &mut Rng) -> &[usize] {
        if self.drawn == self.order.len() {
            rng.shuffle(&mut self.order);
            self.drawn = 0;
        }
        let left = &self.order[self.drawn..];
        let batch = &left[..left.len().min(self.batch_size)];
        self.drawn += batch.len();
        batch
    }
}

fn check_sizes(samples: usize, batch_size: usize) -> Result<(), Error> {
    if samples == 0 {
        return Err(Error::EmptySet);
    }
    if batch_size == 0 {
        return Err(Error::EmptyBatch);
    }
    Ok(())
}

/// Allocates memory for this many indices.
fn reserved(indices: usize) -> Result<Vec<usize>, Error> {
    let mut reserved = Vec::new();
    reserved.try_reserve_exact(indices).map_err(|_| Error::Memory { indices })?;
    Ok(reserved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_without_memory_are_errors() {
        let batch = WithReplacement::new(10, usize::MAX).unwrap_err();
        assert!(matches!(batch, Error::Memory { indices: usize::MAX }));
        let order = ShuffledEpochs::new(usize::MAX, 1).unwrap_err();
        assert!(matches!(order, Error::Memory { indices: usize::MAX }));
        let indices = 1 << 40;
        assert_eq!(
            Error::Memory { indices }.to_string(),
            "not enough memory for the indices of 1099511627776 samples; draw smaller batches"
        );
    }

    #[test]
    fn sizes_of_zero_are_errors() {
        assert!(matches!(WithReplacement::new(0, 1), Err(Error::EmptySet)));
        assert!(matches!(WithReplacement::new(1, 0), Err(Error::EmptyBatch)));
        assert!(matches!(ShuffledEpochs::new(0, 1), Err(Error::EmptySet)));
        assert!(matches!(ShuffledEpochs::new(1, 0), Err(Error::EmptyBatch)));
    }

    #[test]
    fn replacement_draws_every_sample_about_as_often() {
        let (mut batches, mut rng) = (WithReplacement::new(10, 100).unwrap(), Rng::seed(1));
        let mut times = [0_u32; 10];
        for _ in 0..1000 {
            for &index in batches.draw(&mut rng) {
                times[index] += 1;
            }
        }
        // 10,000 each, with a standard deviation of 95.
        assert!(times.iter().all(|&times| times.abs_diff(10_000) < 500), "{times:?}");
    }

    #[test]
    fn a_batch_with_replacement_may_be_larger_than_the_set() {
        let mut batches = WithReplacement::new(1, 4).unwrap();
        assert_eq!(batches.draw(&mut Rng::seed(1)), [0, 0, 0, 0]);
    }

    #[test]
    fn an_epoch_has_every_sample_once() {
        let (mut batches, mut rng) = (ShuffledEpochs::new(23, 5).unwrap(), Rng::seed(1));
        let mut epochs = Vec::new();
        for _ in 0..3 {
            let mut epoch = Vec::new();
            for _ in 0..batches.batches_per_epoch() {
                epoch.extend_from_slice(batches.draw(&mut rng));
            }
            epochs.push(epoch);
        }
        assert_ne!(epochs[0], epochs[1]);
        for mut epoch in epochs {
            epoch.sort_unstable();
            assert!(epoch.into_iter().eq(0..23));
        }
    }

    #[test]
    fn one_short_batch_may_be_an_epoch() {
        let mut batches = ShuffledEpochs::new(3, usize::MAX).unwrap();
        assert_eq!(batches.batches_per_epoch(), 1);
        assert_eq!(batches.draw(&mut Rng::seed(1)).len(), 3);
    }

    #[test]
    fn a_seed_decides_the_batches() {
        let draw = |seed| {
            let (mut batches, mut rng) = (ShuffledEpochs::new(100, 9).unwrap(), Rng::seed(seed));
            batches.draw(&mut rng).to_vec()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }
}
