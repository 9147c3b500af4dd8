//! The kernels for each number type, by the instruction set of this processor.

use super::correlate::{Correlate, correlate};
use super::depthwise::{
    Depthwise, Plan, Planes, Products, REGISTERS, depthwise, few_filters, has_few_filters,
};
use super::gradient::{WeightGradient, weight_gradient};
use super::microkernel::{Tile, Tiles, column_of_tiles, packed_tile};
use super::packed::{Pack, pack};
use crate::kernels::simd::portable::Portable;
use crate::kernels::simd::processor::Processor;
use crate::kernels::simd::vector::Vector;

/// The part that differs between number types.
pub trait ConvKernels: Sized {
    /// Computes a correlation.
    #[doc(hidden)]
    fn correlate(operands: &mut Correlate<'_, Self>);

    /// Packs the weights of a correlation.
    #[doc(hidden)]
    fn pack(operands: &mut Pack<'_, Self>);

    /// Computes a pass of a depthwise convolution.
    #[doc(hidden)]
    fn depthwise(operands: &mut Depthwise<'_, Self>);

    /// Computes the gradient of weights.
    #[doc(hidden)]
    fn weight_gradient(operands: &mut WeightGradient<'_, Self>);
}

/// Implements [`ConvKernels`] for a number type from a table: the instruction set, a register type,
/// and the feature that the compiler enables. The kernels are generic, so that they are compiled where
/// they are used: see `kernels/instantiate.rs`.
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
                #[inline(never)]
                unsafe fn kernel<V: Vector>(
                    first: &Tile<'_, V::Element>,
                    rows: &[*const V::Element],
                    vectors: usize,
                ) {
                    // SAFETY: this function has the feature.
                    unsafe { column_of_tiles::<V>(first, rows, vectors) }
                }
                // SAFETY: the caller guarantees the feature.
                unsafe { kernel::<Self>(first, rows, vectors) }
            }

            #[inline(always)]
            unsafe fn packed_tile(
                tile: &Tile<'_, $element>,
                a: *const $element,
                rows: usize,
                vectors: usize,
            ) {
                $(#[target_feature(enable = $feature)])?
                #[inline(never)]
                unsafe fn kernel<V: Vector>(
                    tile: &Tile<'_, V::Element>,
                    a: *const V::Element,
                    rows: usize,
                    vectors: usize,
                ) {
                    // SAFETY: this function has the feature.
                    unsafe { packed_tile::<V>(tile, a, rows, vectors) }
                }
                // SAFETY: the caller guarantees the feature.
                unsafe { kernel::<Self>(tile, a, rows, vectors) }
            }
        })*

        $($(#[cfg($target)])?
        impl Planes for $register {
            #[inline(always)]
            unsafe fn copy_rows(
                plan: &Plan,
                rows: usize,
                from: *const $element,
                to: *mut $element,
            ) {
                $(#[target_feature(enable = $feature)])?
                #[inline(never)]
                unsafe fn kernel<V: Vector>(
                    plan: &Plan,
                    rows: usize,
                    from: *const V::Element,
                    to: *mut V::Element,
                ) {
                    // SAFETY: this function has the feature.
                    unsafe { plan.copy_rows::<V>(rows, from, to) }
                }
                // SAFETY: the caller guarantees the feature.
                unsafe { kernel::<Self>(plan, rows, from, to) }
            }

            #[inline(always)]
            unsafe fn sums(
                products: &Products<'_, $element>,
                registers: usize,
                to: &mut [Self; REGISTERS],
            ) {
                $(#[target_feature(enable = $feature)])?
                #[inline(never)]
                unsafe fn kernel<V: Vector>(
                    products: &Products<'_, V::Element>,
                    registers: usize,
                    to: &mut [V; REGISTERS],
                ) {
                    // SAFETY: this function has the feature.
                    unsafe { products.sums::<V>(registers, to) }
                }
                // SAFETY: the caller guarantees the feature.
                unsafe { kernel::<Self>(products, registers, to) }
            }

            #[inline(always)]
            unsafe fn add_gradients(
                products: &Products<'_, $element>,
                registers: usize,
                d_output: &[Self; REGISTERS],
                sums: *mut $element,
            ) {
                $(#[target_feature(enable = $feature)])?
                #[inline(never)]
                unsafe fn kernel<V: Vector>(
                    products: &Products<'_, V::Element>,
                    registers: usize,
                    d_output: &[V; REGISTERS],
                    sums: *mut V::Element,
                ) {
                    // SAFETY: this function has the feature.
                    unsafe { products.add_gradients::<V>(registers, d_output, sums) }
                }
                // SAFETY: the caller guarantees the feature.
                unsafe { kernel::<Self>(products, registers, d_output, sums) }
            }
        })*

        impl ConvKernels for $element {
            #[inline]
            fn correlate(operands: &mut Correlate<'_, Self>) {
                match Processor::detect() {
                    $($(#[cfg($target)])?
                    Processor::$processor => {
                        $(#[target_feature(enable = $feature)])?
                        #[inline(never)]
                        unsafe fn kernel<V: Tiles>(operands: &mut Correlate<'_, V::Element>) {
                            // SAFETY: this function has the feature.
                            unsafe { correlate::<V>(operands) }
                        }
                        // SAFETY: this processor has the instruction set that was detected.
                        unsafe { kernel::<$register>(operands) }
                    })*
                }
            }

            #[inline]
            fn pack(operands: &mut Pack<'_, Self>) {
                match Processor::detect() {
                    $($(#[cfg($target)])?
                    // Plain copies, in an order that the registers determine.
                    Processor::$processor => pack::<$register>(operands),)*
                }
            }

            #[inline]
            fn depthwise(operands: &mut Depthwise<'_, Self>) {
                match Processor::detect() {
                    $($(#[cfg($target)])?
                    Processor::$processor => {
                        $(#[target_feature(enable = $feature)])?
                        #[inline(never)]
                        unsafe fn kernel<V: Planes>(operands: &mut Depthwise<'_, V::Element>) {
                            // SAFETY: this function has the feature.
                            unsafe { depthwise::<V>(operands) }
                        }
                        // SAFETY: this processor has the instruction set that was detected.
                        unsafe { kernel::<$register>(operands) }
                    })*
                }
            }

            #[inline]
            fn weight_gradient(operands: &mut WeightGradient<'_, Self>) {
                match Processor::detect() {
                    $($(#[cfg($target)])?
                    Processor::$processor => {
                        $(#[target_feature(enable = $feature)])?
                        #[inline(never)]
                        unsafe fn kernel<V: Tiles + Planes>(
                            operands: &mut WeightGradient<'_, V::Element>,
                        ) {
                            // SAFETY: this function has the feature.
                            unsafe {
                                if has_few_filters(operands.shape) {
                                    few_filters::<V>(operands)
                                } else {
                                    weight_gradient::<V>(operands)
                                }
                            }
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
