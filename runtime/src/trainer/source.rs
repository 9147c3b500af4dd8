//! The sources of training batches.

use super::error::{Error, of_dataset};
use crate::data::Dataset;
use crate::network::declared::Network;
use crate::optim::checked;
use crate::ranks::share;
use crate::rng::Rng;
use crate::training::batch::Batch;

/// Fills `batch` with the samples of `data` at `indices`.
pub(super) fn gather<N: Network>(
    data: &dyn Dataset<N>,
    indices: &[usize],
    batch: &mut Batch<N>,
    epoch: Option<u64>,
) -> Result<(), Error> {
    batch.clear();
    if indices.is_empty() {
        // The share of a rank in a small batch.
        return Ok(());
    }
    data.gather(indices, batch).map_err(|cause| of_dataset(epoch, cause, indices))?;
    let (expected, found) = (indices.len(), batch.len());
    // If the numbers of samples and targets differ, the network reports it.
    if found != expected && batch.features().len() == found * N::INPUTS {
        return Err(Error::Gathered { epoch, found, expected });
    }
    batch.mark_padding();
    Ok(())
}

/// Returns the batches of successive epochs.
pub(super) trait Source<N: Network> {
    /// Whether the batches may continue each other: their order is the caller's.
    const IS_ORDERED: bool;

    /// Samples of an epoch, 0 if unknown. A training cannot be resumed with a different number.
    fn samples(&self) -> u64;

    /// Batches of an epoch, if known.
    fn steps(&self) -> Option<u64>;

    /// Starts an epoch, counted from 0, after its first `skipped` batches. `seed` determines its
    /// order.
    fn begin(&mut self, epoch: u64, seed: u64, skipped: u64) -> Result<(), Error>;

    /// Fills `batch` with the next batch of the epoch, or the share of a rank. Returns false if there is none, and leaves
    /// `batch` unchanged.
    fn next(&mut self, epoch: u64, batch: &mut Batch<N>) -> Result<bool, Error>;

    /// The data set indices of the last batch, if known.
    fn indices(&self) -> &[usize] {
        &[]
    }
}

/// Samples of a data set, shuffled in each epoch.
pub(super) struct Shuffled<'d, N> {
    data: &'d dyn Dataset<N>,
    /// The selected samples, in ascending order.
    samples: Vec<usize>,
    /// The same samples in the order of the epoch.
    order: Vec<usize>,
    batch_size: usize,
    /// The range of the last batch in `order`.
    last: (usize, usize),
    /// The rank whose share of each batch is gathered, and the number of ranks.
    of_rank: (usize, usize),
}

impl<'d, N: Network> Shuffled<'d, N> {
    pub(super) fn new(
        data: &'d dyn Dataset<N>,
        samples: Vec<usize>,
        batch_size: usize,
        of_rank: (usize, usize),
    ) -> Shuffled<'d, N> {
        Shuffled { data, order: samples.clone(), samples, batch_size, last: (0, 0), of_rank }
    }
}

impl<N: Network> Source<N> for Shuffled<'_, N> {
    const IS_ORDERED: bool = false;

    fn samples(&self) -> u64 {
        self.samples.len() as u64
    }

    fn steps(&self) -> Option<u64> {
        Some(self.samples.len().div_ceil(self.batch_size) as u64)
    }

    fn begin(&mut self, _epoch: u64, seed: u64, skipped: u64) -> Result<(), Error> {
        // Shuffling starts from the same order each time, so that it depends only on the seed.
        self.order.copy_from_slice(&self.samples);
        Rng::seed(seed).shuffle(&mut self.order);
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        let end = skipped.saturating_mul(self.batch_size).min(self.order.len());
        self.last = (end, end);
        Ok(())
    }

    fn next(&mut self, epoch: u64, batch: &mut Batch<N>) -> Result<bool, Error> {
        let begin = self.last.1;
        if begin == self.order.len() {
            return Ok(false);
        }
        self.last = (begin, begin.saturating_add(self.batch_size).min(self.order.len()));
        gather(self.data, self.indices(), batch, Some(epoch))?;
        Ok(true)
    }

    fn indices(&self) -> &[usize] {
        let batch = &self.order[self.last.0..self.last.1];
        let (rank, count) = self.of_rank;
        &batch[share(rank, count, batch.len())]
    }
}

/// Batches of an iterator per epoch.
pub(super) struct Stream<F, I> {
    batches: F,
    epoch: Option<I>,
    of_rank: (usize, usize),
}

impl<F, I> Stream<F, I> {
    pub(super) fn new(batches: F, of_rank: (usize, usize)) -> Stream<F, I> {
        Stream { batches, epoch: None, of_rank }
    }
}

impl<N, F, I> Source<N> for Stream<F, I>
where
    N: Network,
    F: FnMut(u64) -> I,
    I: Iterator<Item = Batch<N>>,
{
    const IS_ORDERED: bool = true;

    fn samples(&self) -> u64 {
        0
    }

    fn steps(&self) -> Option<u64> {
        let (least, most) = self.epoch.as_ref()?.size_hint();
        most.filter(|&most| most == least).map(|steps| steps as u64)
    }

    fn begin(&mut self, epoch: u64, _seed: u64, skipped: u64) -> Result<(), Error> {
        let mut batches = (self.batches)(epoch);
        for found in 0..skipped {
            if batches.next().is_none() {
                return Err(Error::FewerBatches { epoch: epoch + 1, found, expected: skipped });
            }
        }
        self.epoch = Some(batches);
        Ok(())
    }

    fn next(&mut self, _epoch: u64, batch: &mut Batch<N>) -> Result<bool, Error> {
        let Some(next) = self.epoch.as_mut().and_then(Iterator::next) else { return Ok(false) };
        *batch = next;
        let (rank, count) = self.of_rank;
        if count > 1 {
            batch.keep(share(rank, count, batch.len()));
        }
        Ok(true)
    }
}

/// Draws `part` of the samples for validation. Returns the training samples and these, each in
/// ascending order.
pub(super) fn split(
    samples: usize,
    part: f64,
    rng: &mut Rng,
) -> Result<(Vec<usize>, Vec<usize>), Error> {
    let (name, expected) = ("validation split", "a number above 0 and below 1");
    checked(name, part, part > 0.0 && part < 1.0, expected)
        .map_err(|cause| Error::Setting { cause })?;
    let mut training: Vec<_> = (0..samples).collect();
    rng.shuffle(&mut training);
    let saved = (samples as f64 * part).round() as usize;
    let mut validation = training.split_off(samples - saved.min(samples));
    training.sort_unstable();
    validation.sort_unstable();
    Ok((training, validation))
}
