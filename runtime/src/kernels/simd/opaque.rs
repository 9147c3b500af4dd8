//! A pointer whose origin the compiler does not know.

/// Returns `pointer`. The compiler can no longer see how it was computed, so it derives the
/// addresses of the rows next to it from this one register.
///
/// Without it the compiler keeps one pointer for each row of a tile, more than there are
/// registers for, and reloads them from the stack in each step: 5 % of a training step of
/// 784-512-512-10 (AVX-512).
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[expect(clippy::pointers_in_nomem_asm_block, reason = "there is no instruction in it")]
#[inline(always)]
pub(crate) fn opaque_ptr<T>(mut pointer: *const T) -> *const T {
    // SAFETY: the block has no instruction, so it changes neither `pointer` nor anything else.
    unsafe {
        std::arch::asm!(
            "/* {0} */",
            inout(reg) pointer,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    pointer
}

/// Returns `pointer`.
#[cfg(not(all(target_arch = "x86_64", not(miri))))]
#[inline(always)]
pub(crate) fn opaque_ptr<T>(pointer: *const T) -> *const T {
    pointer
}
