//! Division of work among the threads of the rayon pool.
//!
//! These functions do not allocate, and the division does not change any bit of a result. Without
//! the feature `threads`, there is one thread.

/// Minimum number of floating-point operations of a product per thread. They take about 20 µs.
/// Forking takes 1.5 µs if the other thread is awake and 8 µs if it sleeps.
///
/// The bound was 4 MFLOP, measured on a machine whose cores share their multiply-add units, where 2
/// MFLOP gained nothing. On a machine whose cores do not (Zen 4), a step of 784-50-10 with 100
/// samples, two products of 8 MFLOP, takes 0.63 of the time on two threads. With a bound of 4 MFLOP
/// it gains nothing.
const MIN_FLOPS_PER_THREAD: usize = 2_000_000;

/// Minimum number of elements of a pass over an array per thread.
const MIN_NUMBERS_PER_THREAD: usize = 1 << 17;

/// Minimum number of pixels per thread: 42 images of MNIST, which have to be fetched from memory.
/// If one thread gathers all images, the other falls asleep and has to wake up in the next step.
/// With this bound, 10,000 steps on MNIST take 0.74 of the time on two threads; without it they
/// gain nothing.
const MIN_PIXELS_PER_THREAD: usize = 1 << 15;

/// Minimum number of floating-point operations for which entering the pool pays off. Another thread
/// wakes up for it, and this one again afterwards, which took up to 0.1 ms on a virtual machine. A
/// step of 784-50-10 took 1.4 times, and one of 784-64-10 twice as long as on one thread.
const MIN_FLOPS_TO_ENTER: usize = 32_000_000;

/// Minimum number of elements of a pass over an array for which entering the pool pays off.
const MIN_NUMBERS_TO_ENTER: usize = 1 << 20;

/// Runs `work`, which takes `flops` floating-point operations, in the pool, so that its products
/// can be divided. If entering the pool does not pay off, runs it on this thread.
#[inline]
pub(crate) fn in_pool<R: Send>(flops: usize, work: impl FnOnce() -> R + Send) -> R {
    if is_to_enter(flops >= MIN_FLOPS_TO_ENTER) { enter(work) } else { work() }
}

/// Returns the number of threads for a product of `flops` floating-point operations.
#[inline]
pub(super) fn threads_for(flops: usize) -> usize {
    at_most(flops / MIN_FLOPS_PER_THREAD)
}

/// Returns the number of threads for gathering `pixels` pixels.
pub(crate) fn threads_for_pixels(pixels: usize) -> usize {
    at_most(pixels / MIN_PIXELS_PER_THREAD)
}

/// Applies `work` to corresponding pieces of `values` and `others`, which are of equal length.
pub(super) fn in_pieces<T: Send + Sync, const N: usize>(
    values: &mut [T],
    others: [&[T]; N],
    work: &(impl Fn(&mut [T], [&[T]; N]) + Sync),
) {
    if is_to_enter(values.len() >= MIN_NUMBERS_TO_ENTER) {
        return enter(|| in_pieces(values, others, work));
    }
    if at_most(values.len() / MIN_NUMBERS_PER_THREAD) == 1 {
        return work(values, others);
    }
    let (values, more_values) = values.split_at_mut(values.len() / 2);
    let (some, more) = (others.map(|o| &o[..values.len()]), others.map(|o| &o[values.len()..]));
    fork_join(|| in_pieces(values, some, work), || in_pieces(more_values, more, work));
}

/// Whether `work` returns true for all pieces of `values`.
pub(super) fn all_pieces<T: Sync>(values: &[T], work: &(impl Fn(&[T]) -> bool + Sync)) -> bool {
    if is_to_enter(values.len() >= MIN_NUMBERS_TO_ENTER) {
        return enter(|| all_pieces(values, work));
    }
    if at_most(values.len() / MIN_NUMBERS_PER_THREAD) == 1 {
        return work(values);
    }
    let (values, more_values) = values.split_at(values.len() / 2);
    let (one, other) = fork_join(|| all_pieces(values, work), || all_pieces(more_values, work));
    one && other
}

/// Returns the minimum of `parts` and the number of threads.
#[inline]
fn at_most(parts: usize) -> usize {
    // A single part does not query the pool, and so does not start it.
    if parts < 2 { 1 } else { parts.min(threads()) }
}

#[cfg(feature = "threads")]
fn enter<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    rayon_core::scope(|_| work())
}

/// Runs both closures, in parallel if another thread is idle.
#[cfg(feature = "threads")]
pub(crate) fn fork_join<R: Send, S: Send>(
    one: impl FnOnce() -> R + Send,
    other: impl FnOnce() -> S + Send,
) -> (R, S) {
    rayon_core::join(one, other)
}

/// Returns the number of available threads: 1 outside of the pool.
#[cfg(feature = "threads")]
fn threads() -> usize {
    if is_in_pool() { rayon_core::current_num_threads() } else { 1 }
}

#[cfg(feature = "threads")]
fn is_in_pool() -> bool {
    rayon_core::current_thread_index().is_some()
}

/// Whether to enter the pool for work, if it `is_enough`.
#[cfg(feature = "threads")]
#[inline]
fn is_to_enter(is_enough: bool) -> bool {
    is_enough && !is_in_pool() && rayon_core::current_num_threads() > 1
}

#[cfg(not(feature = "threads"))]
fn enter<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    work()
}

/// Runs both closures in sequence.
#[cfg(not(feature = "threads"))]
pub(crate) fn fork_join<R: Send, S: Send>(
    one: impl FnOnce() -> R + Send,
    other: impl FnOnce() -> S + Send,
) -> (R, S) {
    (one(), other())
}

#[cfg(not(feature = "threads"))]
fn threads() -> usize {
    1
}

#[cfg(not(feature = "threads"))]
#[inline]
fn is_to_enter(_is_enough: bool) -> bool {
    false
}
