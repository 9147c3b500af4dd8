//! Hides the origin of a pointer from the compiler.

/// Returns `pointer`. The compiler cannot see how it was computed, so it derives the addresses of
/// the next rows from this one register.
///
/// Otherwise the compiler keeps a pointer for each row of a tile. These exceed the registers and
/// are reloaded from the stack in each step: 5 % of a training step of 784-512-512-10 (AVX-512).
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[expect(clippy::pointers_in_nomem_asm_block, reason = "there is no instruction in it")]
#[inline(always)]
pub(crate) fn opaque_ptr<T>(mut pointer: *const T) -> *const T {
    // SAFETY: the block has no instructions, so it changes neither `pointer` nor any other state.
    unsafe {
        core::arch::asm!(
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
