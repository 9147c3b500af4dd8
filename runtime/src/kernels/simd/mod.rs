//! SIMD registers, one type per instruction set, and the detection of the instruction set.

#[cfg(target_arch = "aarch64")]
pub(super) mod neon;
pub(super) mod opaque;
pub(super) mod portable;
pub(crate) mod processor;
pub(super) mod vector;
#[cfg(target_arch = "x86_64")]
pub(super) mod x86;
