//! One register full of numbers, whatever the processor calls it.

use num_traits::Float;

/// Of the longest register.
pub(super) const MOST_LANES: usize = 16;

/// A SIMD register of [`LANES`](Vector::LANES) numbers.
///
/// Every method is to be inlined into a function that enables the processor
/// feature behind the type.
///
/// # Safety
///
/// Each method may only be called on a processor that has the feature behind
/// the type; pointers must be valid for the numbers that the method reads or
/// writes, and need no alignment.
pub(super) trait Vector: Copy {
    /// The type of one number.
    type Element: Float;
    /// A register half as long, or this one where there is none.
    type Half: Vector<Element = Self::Element>;
    /// How many numbers the register holds.
    const LANES: usize;
    /// How many registers the processor has.
    const REGISTERS: usize;

    /// All lanes zero.
    unsafe fn zero() -> Self;
    /// All lanes `value`.
    unsafe fn splat(value: Self::Element) -> Self;
    /// Reads `LANES` numbers.
    unsafe fn load(from: *const Self::Element) -> Self;
    /// Reads the first `lanes` numbers, one at least; the other lanes are zero.
    unsafe fn load_part(from: *const Self::Element, lanes: usize) -> Self;
    /// Writes `LANES` numbers.
    unsafe fn store(self, to: *mut Self::Element);
    /// Writes the first `lanes` numbers, one at least.
    unsafe fn store_part(self, to: *mut Self::Element, lanes: usize);
    /// `self + a * b`, lane by lane.
    unsafe fn plus_product(self, a: Self, b: Self) -> Self;
    /// 0 where a number is not above it; NaN stays.
    unsafe fn rectified(self) -> Self;
    /// `[a₀, b₀, a₁, b₁, …]` in two registers, for `self` as `a` and `other` as `b`.
    unsafe fn interleave(self, other: Self) -> (Self, Self);
}

/// Implements [`Vector`] for a register type and its half, `$lanes` of `$element` in each of
/// `$registers`, from the names of its intrinsics, or closures that call them.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! register {
    ($register:ty, $half:ty, $element:ty, $lanes:literal of $registers:literal, $zero:expr, $splat:ident, $load:ident,
     $load_part:expr, $store:ident, $store_part:expr, $fma:expr, $max:ident, $interleave:expr) => {
        impl Vector for $register {
            type Element = $element;
            type Half = $half;
            const LANES: usize = $lanes;
            const REGISTERS: usize = $registers;

            #[inline(always)]
            unsafe fn zero() -> Self {
                // SAFETY: the caller vouches for the processor feature.
                unsafe { $zero() }
            }

            #[inline(always)]
            unsafe fn splat(value: $element) -> Self {
                // SAFETY: as above.
                unsafe { $splat(value) }
            }

            #[inline(always)]
            unsafe fn load(from: *const $element) -> Self {
                // SAFETY: as above, and for `LANES` numbers behind `from`.
                unsafe { $load(from) }
            }

            #[inline(always)]
            unsafe fn load_part(from: *const $element, lanes: usize) -> Self {
                // SAFETY: as above; masked lanes are not read.
                unsafe { $load_part(from, lanes) }
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut $element) {
                // SAFETY: as above, and for `LANES` places behind `to`.
                unsafe { $store(to, self) }
            }

            #[inline(always)]
            unsafe fn store_part(self, to: *mut $element, lanes: usize) {
                // SAFETY: as above; masked lanes are not written.
                unsafe { $store_part(to, self, lanes) }
            }

            #[inline(always)]
            unsafe fn plus_product(self, a: Self, b: Self) -> Self {
                // SAFETY: as above.
                unsafe { $fma(a, b, self) }
            }

            #[inline(always)]
            unsafe fn rectified(self) -> Self {
                // SAFETY: as above.
                unsafe {
                    // Where one of two is NaN, x86 gives the second, and ARM NaN. What is
                    // added makes 0 of -0.
                    let zero = Self::zero();
                    $max(zero, self).plus_product(zero, zero)
                }
            }

            #[inline(always)]
            unsafe fn interleave(self, other: Self) -> (Self, Self) {
                // SAFETY: as above.
                unsafe { $interleave(self, other) }
            }
        }
    };
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(super) use register;

/// Four numbers in an array: what any processor can do. The compiler turns it
/// into the registers that every member of the target's family has.
#[derive(Clone, Copy)]
pub(super) struct Portable<T>([T; 4]);

impl<T: Float> Vector for Portable<T> {
    type Element = T;
    type Half = Self;
    const LANES: usize = 4;
    const REGISTERS: usize = 16;

    #[inline(always)]
    unsafe fn zero() -> Self {
        Portable([T::zero(); 4])
    }

    #[inline(always)]
    unsafe fn splat(value: T) -> Self {
        Portable([value; 4])
    }

    #[inline(always)]
    unsafe fn load(from: *const T) -> Self {
        // SAFETY: the caller vouches for `LANES` numbers behind `from`.
        Portable(unsafe { from.cast::<[T; 4]>().read_unaligned() })
    }

    #[inline(always)]
    unsafe fn load_part(from: *const T, lanes: usize) -> Self {
        let mut values = [T::zero(); 4];
        for (lane, value) in values.iter_mut().take(lanes).enumerate() {
            // SAFETY: the caller vouches for `lanes` numbers behind `from`.
            *value = unsafe { *from.add(lane) };
        }
        Portable(values)
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut T) {
        // SAFETY: the caller vouches for `LANES` places behind `to`.
        unsafe { to.cast::<[T; 4]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn store_part(self, to: *mut T, lanes: usize) {
        for (lane, value) in self.0.into_iter().take(lanes).enumerate() {
            // SAFETY: the caller vouches for `lanes` places behind `to`.
            unsafe { *to.add(lane) = value }
        }
    }

    #[inline(always)]
    unsafe fn plus_product(self, a: Self, b: Self) -> Self {
        // Not `mul_add`: without hardware for it that is a library call.
        Portable(std::array::from_fn(|i| self.0[i] + a.0[i] * b.0[i]))
    }

    #[inline(always)]
    unsafe fn rectified(self) -> Self {
        Portable(self.0.map(|x| if x <= T::zero() { T::zero() } else { x }))
    }

    #[inline(always)]
    unsafe fn interleave(self, other: Self) -> (Self, Self) {
        let (a, b) = (self.0, other.0);
        (Portable([a[0], b[0], a[1], b[1]]), Portable([a[2], b[2], a[3], b[3]]))
    }
}
