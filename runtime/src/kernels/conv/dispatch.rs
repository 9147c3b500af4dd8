//! The kernels for each number type, by the instruction set of this processor.

use super::correlate::{Correlate, correlate};
use super::dots::{FEW_FILTERS, few_filters};
use super::gradient::{WeightGradient, weight_gradient};
use super::microkernel::{Tile, Tiles, column_of_tiles};
use crate::kernels::simd::portable::Portable;
use crate::kernels::simd::processor::Processor;

/// The part that differs between number types.
pub trait ConvKernels: Sized {
    /// Computes a correlation.
    #[doc(hidden)]
    fn correlate(operands: &mut Correlate<'_, Self>);

    /// Computes the gradient of weights.
    #[doc(hidden)]
    fn weight_gradient(operands: &mut WeightGradient<'_, Self>);
}

/// Implements [`ConvKernels`] for a number type from a table: the instruction set, a register type,
/// and the feature that the compiler enables.
macro_rules! kernels {
    ($element:ty;
     $($(#[cfg($target:meta)])? $processor:ident = $register:ty $(, $feature:literal)?;)*) => {
        $($(#[cfg($target)])?
        impl Tiles for $register {
            #[inline(always)]
            unsafe fn column_of_tiles(
                first: &Tile<'_, $element>,
                rows: &[*const $element],
                vectors: usize,
            ) {
                $(#[target_feature(enable = $feature)])?
                #[cfg_attr(feature = "precompiled", inline(never))]
                #[cfg_attr(not(feature = "precompiled"), inline)]
                unsafe fn kernel(
                    first: &Tile<'_, $element>,
                    rows: &[*const $element],
                    vectors: usize,
                ) {
                    // SAFETY: this function has the feature.
                    unsafe { column_of_tiles::<$register>(first, rows, vectors) }
                }
                // SAFETY: the caller guarantees the feature.
                unsafe { kernel(first, rows, vectors) }
            }
        })*

        impl ConvKernels for $element {
            #[cfg_attr(not(feature = "precompiled"), inline)]
            fn correlate(operands: &mut Correlate<'_, Self>) {
                match Processor::detect() {
                    $($(#[cfg($target)])?
                    Processor::$processor => {
                        $(#[target_feature(enable = $feature)])?
                        #[cfg_attr(feature = "precompiled", inline(never))]
                        #[cfg_attr(not(feature = "precompiled"), inline)]
                        unsafe fn kernel(operands: &mut Correlate<'_, $element>) {
                            // SAFETY: this function has the feature.
                            unsafe { correlate::<$register>(operands) }
                        }
                        // SAFETY: this processor has the instruction set that was detected.
                        unsafe { kernel(operands) }
                    })*
                }
            }

            #[cfg_attr(not(feature = "precompiled"), inline)]
            fn weight_gradient(operands: &mut WeightGradient<'_, Self>) {
                match Processor::detect() {
                    $($(#[cfg($target)])?
                    Processor::$processor => {
                        $(#[target_feature(enable = $feature)])?
                        #[cfg_attr(feature = "precompiled", inline(never))]
                        #[cfg_attr(not(feature = "precompiled"), inline)]
                        unsafe fn kernel(operands: &mut WeightGradient<'_, $element>) {
                            // SAFETY: this function has the feature.
                            unsafe {
                                if operands.shape.group_filters() <= FEW_FILTERS {
                                    few_filters::<$register>(operands)
                                } else {
                                    weight_gradient::<$register>(operands)
                                }
                            }
                        }
                        // SAFETY: this processor has the instruction set that was detected.
                        unsafe { kernel(operands) }
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
