//! Division of the samples of a batch among threads. Each sample is computed as on one thread.

use crate::kernels::threads::{fork_join, threads_for};

/// Some samples of a batch, with all slices that a kernel reads and writes.
pub(super) trait Share: Sized + Send {
    /// The number of samples.
    fn samples(&self) -> usize;

    /// Splits off the first `samples`, and scratch memory for `threads` of the threads.
    fn split(self, samples: usize, threads: usize) -> (Self, Self);
}

/// Computes all samples with `work`. A sample takes `flops` floating-point operations, and there is
/// scratch memory for `rooms` threads.
pub(super) fn for_shares<S: Share>(
    share: S,
    flops: usize,
    rooms: usize,
    work: &(impl Fn(S) + Sync),
) {
    let samples = share.samples();
    let threads = threads_for(samples.saturating_mul(flops)).min(samples.max(1)).min(rooms);
    in_parts(share, threads, work);
}

fn in_parts<S: Share>(share: S, parts: usize, work: &(impl Fn(S) + Sync)) {
    if parts <= 1 {
        return work(share);
    }
    let (some, others) = (parts / 2, parts - parts / 2);
    let samples = share.samples() * some / parts;
    let (one, other) = share.split(samples, some);
    fork_join(|| in_parts(one, some, work), || in_parts(other, others, work));
}
