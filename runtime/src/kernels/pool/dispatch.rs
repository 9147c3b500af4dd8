//! The kernels of squares for each number type, by the instruction set of this processor.

use super::shape::PoolShape;
use super::squares::{Gradient, gradient, largest};
use crate::kernels::simd::portable::Portable;
use crate::kernels::simd::processor::Processor;
use crate::kernels::simd::vector::Vector;

/// The part that differs between number types.
pub trait PoolKernels: Sized {
    /// The largest numbers of squares.
    #[doc(hidden)]
    fn largest_of_squares(shape: &PoolShape, input: &[Self], output: &mut [Self]);

    /// The gradients of squares.
    #[doc(hidden)]
    fn gradient_of_squares(operands: &mut Gradient<'_, Self>);
}

/// Implements [`PoolKernels`] for a number type from a table: the instruction set, a register type,
/// and the feature that the compiler enables. The kernels are generic, so that they are compiled where
/// they are used: see `kernels/instantiate.rs`.
macro_rules! kernels {
    ($element:ty;
     $($(#[cfg($target:meta)])? $processor:ident = $register:ty $(, $feature:literal)?;)*) => {
        impl PoolKernels for $element {
            #[inline]
            fn largest_of_squares(shape: &PoolShape, input: &[Self], output: &mut [Self]) {
                match Processor::detect() {
                    $($(#[cfg($target)])?
                    Processor::$processor => {
                        $(#[target_feature(enable = $feature)])?
                        #[inline(never)]
                        unsafe fn kernel<V: Vector>(
                            shape: &PoolShape,
                            input: &[V::Element],
                            output: &mut [V::Element],
                        ) {
                            // SAFETY: this function has the feature.
                            unsafe { largest::<V>(shape, input, output) }
                        }
                        // SAFETY: this processor has the instruction set that was detected.
                        unsafe { kernel::<$register>(shape, input, output) }
                    })*
                }
            }

            #[inline]
            fn gradient_of_squares(operands: &mut Gradient<'_, Self>) {
                match Processor::detect() {
                    $($(#[cfg($target)])?
                    Processor::$processor => {
                        $(#[target_feature(enable = $feature)])?
                        #[inline(never)]
                        unsafe fn kernel<V: Vector>(operands: &mut Gradient<'_, V::Element>) {
                            // SAFETY: this function has the feature.
                            unsafe { gradient::<V>(operands) }
                        }
                        // SAFETY: this processor has the instruction set that was detected.
                        unsafe { kernel::<$register>(operands) }
                    })*
                }
            }
        }
    };
}

kernels! {
    f32;
    Portable = Portable<f32>;
    #[cfg(target_arch = "x86_64")]
    Avx2 = core::arch::x86_64::__m256, "avx2,fma";
    #[cfg(target_arch = "x86_64")]
    Avx512 = core::arch::x86_64::__m512, "avx512f";
    #[cfg(target_arch = "aarch64")]
    Neon = core::arch::aarch64::float32x4_t, "neon";
}

kernels! {
    f64;
    Portable = Portable<f64>;
    #[cfg(target_arch = "x86_64")]
    Avx2 = core::arch::x86_64::__m256d, "avx2,fma";
    #[cfg(target_arch = "x86_64")]
    Avx512 = core::arch::x86_64::__m512d, "avx512f";
    #[cfg(target_arch = "aarch64")]
    Neon = core::arch::aarch64::float64x2_t, "neon";
}
