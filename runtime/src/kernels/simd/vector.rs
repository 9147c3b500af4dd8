//! A SIMD register, independent of the instruction set.

use num_traits::Float;

/// Number of lanes of the widest register.
pub(crate) const MAX_LANES: usize = 16;

/// A SIMD register of [`LANES`](Vector::LANES) numbers.
///
/// Every method is inlined into a function that enables the processor feature of the type.
pub(crate) trait Vector: Copy {
    /// The type of one number.
    type Element: Float;
    /// A register of half the length, or this type if there is none.
    type Half: Vector<Element = Self::Element>;
    /// Number of lanes.
    const LANES: usize;
    /// Number of registers of the processor.
    const REGISTERS: usize;

    /// All lanes zero.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of the type.
    unsafe fn zero() -> Self;

    /// All lanes `value`.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of the type.
    unsafe fn splat(value: Self::Element) -> Self;

    /// Reads `LANES` numbers.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of the type, and `from` must be valid for reading
    /// `LANES` numbers; it need not be aligned.
    unsafe fn load(from: *const Self::Element) -> Self;

    /// Reads the first `lanes` numbers. The other lanes are zero.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of the type, `lanes` must be in `1..=LANES`, and
    /// `from` must be valid for reading `lanes` numbers; it need not be aligned.
    unsafe fn load_part(from: *const Self::Element, lanes: usize) -> Self;

    /// Writes `LANES` numbers.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of the type, and `to` must be valid for writing
    /// `LANES` numbers; it need not be aligned.
    unsafe fn store(self, to: *mut Self::Element);

    /// Writes the first `lanes` numbers.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of the type, `lanes` must be in `1..=LANES`, and
    /// `to` must be valid for writing `lanes` numbers; it need not be aligned.
    unsafe fn store_part(self, to: *mut Self::Element, lanes: usize);

    /// `self + a * b`, lane by lane.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of the type.
    unsafe fn mul_add(self, a: Self, b: Self) -> Self;

    /// Replaces numbers that are not above 0 by 0. NaN stays NaN.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of the type.
    unsafe fn relu(self) -> Self;

    /// `[a₀, b₀, a₁, b₁, …]` in two registers, for `self` as `a` and `other` as `b`.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of the type.
    unsafe fn interleave(self, other: Self) -> (Self, Self);

    /// The lanes of `self` and then of `other`, those with an even number and those with an odd one:
    /// the inverse of [`interleave`](Vector::interleave).
    ///
    /// # Safety
    ///
    /// The processor must have the feature of the type.
    unsafe fn deinterleave(self, other: Self) -> (Self, Self);

    /// `then` where `self > other` or `self` is NaN, `otherwise` elsewhere, lane by lane.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of the type.
    unsafe fn if_larger(self, other: Self, then: Self, otherwise: Self) -> Self;
}

/// Implements [`Vector`] for a register type and its half, with `$lanes` lanes of `$element` and
/// `$registers` registers. The arguments are the names of its intrinsics, or closures that call
/// them.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! register {
    ($register:ty, $half:ty, $element:ty, $lanes:literal of $registers:literal, $zero:expr, $splat:ident, $load:ident,
     $load_part:expr, $store:ident, $store_part:expr, $fma:expr, $max:ident, $interleave:expr, $deinterleave:expr, $if_larger:expr) => {
        impl Vector for $register {
            type Element = $element;
            type Half = $half;
            const LANES: usize = $lanes;
            const REGISTERS: usize = $registers;

            #[inline(always)]
            unsafe fn zero() -> Self {
                // SAFETY: the caller guarantees the processor feature.
                unsafe { $zero() }
            }

            #[inline(always)]
            unsafe fn splat(value: $element) -> Self {
                // SAFETY: the caller guarantees the processor feature.
                unsafe { $splat(value) }
            }

            #[inline(always)]
            unsafe fn load(from: *const $element) -> Self {
                // SAFETY: the caller guarantees the feature and `LANES` readable numbers; the
                // intrinsic needs no alignment.
                unsafe { $load(from) }
            }

            #[inline(always)]
            unsafe fn load_part(from: *const $element, lanes: usize) -> Self {
                // SAFETY: the caller guarantees the feature and `lanes` readable numbers;
                // lanes that are masked out are not read.
                unsafe { $load_part(from, lanes) }
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut $element) {
                // SAFETY: the caller guarantees the feature and `LANES` writable numbers; the
                // intrinsic needs no alignment.
                unsafe { $store(to, self) }
            }

            #[inline(always)]
            unsafe fn store_part(self, to: *mut $element, lanes: usize) {
                // SAFETY: the caller guarantees the feature and `lanes` writable numbers;
                // lanes that are masked out are not written.
                unsafe { $store_part(to, self, lanes) }
            }

            #[inline(always)]
            unsafe fn mul_add(self, a: Self, b: Self) -> Self {
                // SAFETY: the caller guarantees the processor feature.
                unsafe { $fma(a, b, self) }
            }

            #[inline(always)]
            unsafe fn relu(self) -> Self {
                // SAFETY: the caller guarantees the processor feature.
                unsafe {
                    // If one operand is NaN, x86 returns the second one and ARM returns NaN.
                    // Adding 0 · 0 turns -0 into 0.
                    let zero = Self::zero();
                    $max(zero, self).mul_add(zero, zero)
                }
            }

            #[inline(always)]
            unsafe fn interleave(self, other: Self) -> (Self, Self) {
                // SAFETY: the caller guarantees the processor feature.
                unsafe { $interleave(self, other) }
            }

            #[inline(always)]
            unsafe fn deinterleave(self, other: Self) -> (Self, Self) {
                // SAFETY: the caller guarantees the processor feature.
                unsafe { $deinterleave(self, other) }
            }

            #[inline(always)]
            unsafe fn if_larger(self, other: Self, then: Self, otherwise: Self) -> Self {
                // SAFETY: the caller guarantees the processor feature.
                unsafe { $if_larger(self, other, then, otherwise) }
            }
        }
    };
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(super) use register;
