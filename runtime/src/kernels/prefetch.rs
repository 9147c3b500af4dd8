//! Data asked for ahead of time.

/// Has the processor fetch `values` into its cache while it does other things, if it can be
/// told so. Of no effect but on time.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline]
pub(crate) fn prefetch<T>(values: &[T]) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

    const LINE: usize = 64;
    for line in (0..size_of_val(values)).step_by(LINE) {
        // SAFETY: every processor of the target has the instruction, and the address lies
        // inside the slice.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(values.as_ptr().cast::<i8>().add(line)) };
    }
}

/// Of no effect.
#[cfg(not(all(target_arch = "x86_64", not(miri))))]
#[inline]
pub(crate) fn prefetch<T>(_values: &[T]) {}
