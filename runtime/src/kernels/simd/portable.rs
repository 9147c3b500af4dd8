//! A register for processors without kernels of their own.

use num_traits::Float;

use super::vector::Vector;

/// Four numbers in an array. The compiler maps it to the registers that every processor of the
/// target has.
#[derive(Clone, Copy)]
pub(crate) struct Portable<T>([T; 4]);

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
        // SAFETY: the caller guarantees that four numbers can be read, at any alignment.
        Portable(unsafe { from.cast::<[T; 4]>().read_unaligned() })
    }

    #[inline(always)]
    unsafe fn load_part(from: *const T, lanes: usize) -> Self {
        let mut values = [T::zero(); 4];
        for (lane, value) in values.iter_mut().take(lanes).enumerate() {
            // SAFETY: `lane < lanes`, and the caller guarantees that `lanes` numbers can be
            // read.
            *value = unsafe { *from.add(lane) };
        }
        Portable(values)
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut T) {
        // SAFETY: the caller guarantees that four numbers can be written, at any alignment.
        unsafe { to.cast::<[T; 4]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn store_part(self, to: *mut T, lanes: usize) {
        for (lane, value) in self.0.into_iter().take(lanes).enumerate() {
            // SAFETY: `lane < lanes`, and the caller guarantees that `lanes` numbers can be
            // written.
            unsafe { *to.add(lane) = value }
        }
    }

    #[inline(always)]
    unsafe fn mul_add(self, a: Self, b: Self) -> Self {
        // Not `Float::mul_add`, which is a library call without hardware support.
        Portable(core::array::from_fn(|i| self.0[i] + a.0[i] * b.0[i]))
    }

    #[inline(always)]
    unsafe fn relu(self) -> Self {
        Portable(self.0.map(|x| if x <= T::zero() { T::zero() } else { x }))
    }

    #[inline(always)]
    unsafe fn interleave(self, other: Self) -> (Self, Self) {
        let (a, b) = (self.0, other.0);
        (Portable([a[0], b[0], a[1], b[1]]), Portable([a[2], b[2], a[3], b[3]]))
    }

    #[inline(always)]
    unsafe fn deinterleave(self, other: Self) -> (Self, Self) {
        let (a, b) = (self.0, other.0);
        (Portable([a[0], a[2], b[0], b[2]]), Portable([a[1], a[3], b[1], b[3]]))
    }

    #[inline(always)]
    unsafe fn if_larger(self, other: Self, then: Self, otherwise: Self) -> Self {
        Portable(core::array::from_fn(|i| {
            let is_larger = (self.0[i] > other.0[i]) | self.0[i].is_nan();
            if is_larger { then.0[i] } else { otherwise.0[i] }
        }))
    }
}
