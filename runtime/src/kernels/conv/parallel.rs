//! Division of the samples of a batch among threads. Each sample is computed as on one thread.

use crate::kernels::scalar::Scalar;
use crate::kernels::threads::{fork_join, threads_for};

/// A pass over samples: each part of the source gives the same part of the destination.
pub(in crate::kernels) struct Samples<'a, T> {
    pub(in crate::kernels) source: &'a [T],
    /// Numbers of a sample.
    pub(in crate::kernels) source_len: usize,
    pub(in crate::kernels) destination: &'a mut [T],
    /// Numbers of a sample.
    pub(in crate::kernels) destination_len: usize,
    pub(in crate::kernels) scratch: &'a mut [T],
    /// Numbers that a thread needs.
    pub(in crate::kernels) scratch_len: usize,
    /// Floating-point operations of a sample.
    pub(in crate::kernels) flops: usize,
}

/// Computes all samples with `work`, which gets some samples of the source and of the destination,
/// and scratch memory.
///
/// # Panics
///
/// If there is not enough scratch memory for one thread.
pub(in crate::kernels) fn for_samples<T: Scalar>(
    samples: Samples<'_, T>,
    work: &(impl Fn(&[T], &mut [T], &mut [T]) + Sync),
) {
    let batch = samples.destination.len() / samples.destination_len;
    let threads = threads_for(batch.saturating_mul(samples.flops)).min(batch.max(1));
    let rooms = samples.scratch.len().checked_div(samples.scratch_len).unwrap_or(threads);
    assert!(rooms > 0, "scratch memory: {} of {}", samples.scratch.len(), samples.scratch_len);
    in_parts(samples, threads.min(rooms), work);
}

fn in_parts<T: Scalar>(
    samples: Samples<'_, T>,
    parts: usize,
    work: &(impl Fn(&[T], &mut [T], &mut [T]) + Sync),
) {
    if parts == 1 {
        return work(samples.source, samples.destination, samples.scratch);
    }
    let batch = samples.destination.len() / samples.destination_len;
    let (some, others) = (parts / 2, parts - parts / 2);
    let share = batch * some / parts;
    let (source, more_source) = samples.source.split_at(share * samples.source_len);
    let (destination, more_destination) =
        samples.destination.split_at_mut(share * samples.destination_len);
    let (scratch, more_scratch) = samples.scratch.split_at_mut(some * samples.scratch_len);
    let one = Samples { source, destination, scratch, ..samples };
    let other = Samples {
        source: more_source,
        destination: more_destination,
        scratch: more_scratch,
        ..samples
    };
    fork_join(|| in_parts(one, some, work), || in_parts(other, others, work));
}
