//! How work is divided among the threads of rayon's pool.
//!
//! Nothing here allocates, and how work is divided makes no difference to any
//! bit of a result. Without the feature `threads` there is one thread.

/// A thread is worth so many floating-point operations of a product, which take it 20 µs
/// or so: to hand them over takes up to 8 (`docs/decisions.md`).
const LEAST_FLOPS: usize = 2_000_000;
/// And so many numbers of a pass over an array.
const LEAST_NUMBERS: usize = 1 << 17;
/// And so many pixels, each of which has to be fetched from memory.
const LEAST_PIXELS: usize = 1 << 15;

/// What is worth entering the pool for: another thread wakes up for it, and this one again
/// afterwards, which took up to 0.1 ms on a virtual machine.
const LEAST_FLOPS_TO_ENTER: usize = 32_000_000;
const LEAST_NUMBERS_TO_ENTER: usize = 1 << 20;

/// Runs `work`, of so many floating-point operations, in the pool, where its products find
/// threads; or where it is, if there is too little of it to be worth that.
#[inline]
pub(crate) fn in_pool<R: Send>(flops: usize, work: impl FnOnce() -> R + Send) -> R {
    if is_to_enter(flops >= LEAST_FLOPS_TO_ENTER) { enter(work) } else { work() }
}

/// Among how many threads a product of so many floating-point operations is
/// divided.
#[inline]
pub(super) fn threads_for(flops: usize) -> usize {
    at_most(flops / LEAST_FLOPS)
}

/// Among how many threads images of so many pixels are divided when they are gathered.
pub(crate) fn threads_for_pixels(pixels: usize) -> usize {
    at_most(pixels / LEAST_PIXELS)
}

/// Applies `work` to `values` and `others` together, piece by piece.
pub(super) fn in_pieces<T: Send + Sync>(
    values: &mut [T],
    others: &[T],
    work: &(impl Fn(&mut [T], &[T]) + Sync),
) {
    if is_to_enter(values.len() >= LEAST_NUMBERS_TO_ENTER) {
        return enter(|| in_pieces(values, others, work));
    }
    if at_most(values.len() / LEAST_NUMBERS) == 1 {
        return work(values, others);
    }
    let (values, more_values) = values.split_at_mut(values.len() / 2);
    let (others, more_others) = others.split_at(values.len());
    join(|| in_pieces(values, others, work), || in_pieces(more_values, more_others, work));
}

/// Whether `work` holds for all pieces of `values`.
pub(super) fn all_pieces<T: Sync>(values: &[T], work: &(impl Fn(&[T]) -> bool + Sync)) -> bool {
    if is_to_enter(values.len() >= LEAST_NUMBERS_TO_ENTER) {
        return enter(|| all_pieces(values, work));
    }
    if at_most(values.len() / LEAST_NUMBERS) == 1 {
        return work(values);
    }
    let (values, more_values) = values.split_at(values.len() / 2);
    let (one, other) = join(|| all_pieces(values, work), || all_pieces(more_values, work));
    one && other
}

/// So many parts, but not more than there are threads.
#[inline]
fn at_most(parts: usize) -> usize {
    // The pool is not asked, and so not started, by those who have no use for it.
    if parts < 2 { 1 } else { parts.min(threads()) }
}

#[cfg(feature = "threads")]
fn enter<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    rayon_core::scope(|_| work())
}

/// Runs both, side by side if another thread has time.
#[cfg(feature = "threads")]
pub(crate) fn join<R: Send, S: Send>(
    one: impl FnOnce() -> R + Send,
    other: impl FnOnce() -> S + Send,
) -> (R, S) {
    rayon_core::join(one, other)
}

/// How many threads there are to divide work among: none but this one outside of the pool.
#[cfg(feature = "threads")]
fn threads() -> usize {
    if is_in_pool() { rayon_core::current_num_threads() } else { 1 }
}

#[cfg(feature = "threads")]
fn is_in_pool() -> bool {
    rayon_core::current_thread_index().is_some()
}

/// Whether the pool is to be entered for work, if there `is_enough` of it.
#[cfg(feature = "threads")]
#[inline]
fn is_to_enter(is_enough: bool) -> bool {
    is_enough && !is_in_pool() && rayon_core::current_num_threads() > 1
}

#[cfg(not(feature = "threads"))]
fn enter<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    work()
}

/// Runs both.
#[cfg(not(feature = "threads"))]
pub(crate) fn join<R: Send, S: Send>(
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
