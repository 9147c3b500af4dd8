//! The kernels for each number type, by the instruction set of this processor.

// In `core`, numbers do not have these functions.
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

use super::dot::{dot_columns, rows_and_dots};
#[cfg(test)]
use super::execute::run;
use super::execute::{Form, form, kernel, matmul};
use super::gemv::only_row;
use super::machine::Machine;
use super::macrokernel::blocks;
use super::narrow::narrow_columns;
use super::operands::Operands;
use super::pack::PackedB;
use super::select::Accumulators;
#[cfg(test)]
use super::select::Strategy;
use super::small::small_row;
use crate::kernels::exponential::exponential;
use crate::kernels::normal::{normal_f32, normal_f64};
use crate::kernels::simd::portable::Portable;
use crate::kernels::simd::processor::Processor;
use crate::kernels::tangent::tangent;

/// The part that differs between number types.
pub trait Kernels: Sized {
    /// Computes a product on this thread.
    #[doc(hidden)]
    fn matmul(operands: &mut Operands<'_, Self>);

    /// As [`small_matmul`](super::matmul::small_matmul).
    #[doc(hidden)]
    fn small_matmul<const INPUTS: usize, const OUTPUTS: usize, const RELU: bool>(
        row: &[Self; INPUTS],
        matrix: &[[Self; OUTPUTS]; INPUTS],
        bias: &[Self; OUTPUTS],
        out: &mut [Self; OUTPUTS],
    );

    /// The register sizes of this processor.
    #[doc(hidden)]
    fn machine() -> Machine;

    /// `eˣ`, as [`exponentials`](crate::kernels::exponentials) computes it.
    #[doc(hidden)]
    fn exponential(self) -> Self;

    /// `tanh x`, to at most 2 units in the last place.
    #[doc(hidden)]
    fn tangent(self) -> Self;

    /// The distribution function and the density of the standard normal distribution.
    #[doc(hidden)]
    fn normal(self) -> (Self, Self);
}

/// Products by strategies other than those that [`select`](super::select::select) returns.
#[cfg(test)]
pub(super) trait Strategies: Kernels {
    /// Computes a product on this thread with this strategy.
    fn matmul_by(operands: &mut Operands<'_, Self>, strategy: Strategy);
}

/// Implements [`Kernels`] for a number type from a table of forms: the instruction set, the name of
/// the form, a register type, the width of a block of `B` in registers, and the feature that the
/// compiler enables.
macro_rules! kernels {
    ($element:ty, $exponential:expr, $tangent:expr, $normal:expr;
     $($(#[cfg($target:meta)])?
       $processor:ident = $form:ident: $register:ty, $vectors:literal $(, $feature:literal)?;)*) => {
        $($(#[cfg($target)])? form!($form: $element, $register, $vectors $(, $feature)?);)*

        impl Kernels for $element {
            #[inline]
            fn small_matmul<const INPUTS: usize, const OUTPUTS: usize, const RELU: bool>(
                row: &[Self; INPUTS],
                matrix: &[[Self; OUTPUTS]; INPUTS],
                bias: &[Self; OUTPUTS],
                out: &mut [Self; OUTPUTS],
            ) {
                // SAFETY: this processor has the instruction set that was detected.
                unsafe {
                    match Processor::detect() {
                        $($(#[cfg($target)])?
                        Processor::$processor => {
                            $form::small_row::<INPUTS, OUTPUTS, RELU>(row, matrix, bias, out)
                        })*
                    }
                }
            }

            #[inline]
            fn matmul(operands: &mut Operands<'_, Self>) {
                // SAFETY: this processor has the instruction set that was detected.
                unsafe {
                    match Processor::detect() {
                        $($(#[cfg($target)])?
                        Processor::$processor => matmul::<$form>(operands),)*
                    }
                }
            }

            #[inline]
            fn machine() -> Machine {
                match Processor::detect() {
                    $($(#[cfg($target)])?
                    Processor::$processor => $form::MACHINE,)*
                }
            }

            #[inline(always)]
            fn exponential(self) -> Self {
                $exponential(self)
            }

            #[inline(always)]
            fn tangent(self) -> Self {
                $tangent(self)
            }

            #[inline(always)]
            fn normal(self) -> (Self, Self) {
                $normal(self)
            }
        }

        #[cfg(test)]
        impl Strategies for $element {
            fn matmul_by(operands: &mut Operands<'_, Self>, strategy: Strategy) {
                // SAFETY: this processor has the instruction set that was detected.
                unsafe {
                    match Processor::detect() {
                        $($(#[cfg($target)])?
                        Processor::$processor => run::<$form>(operands, strategy),)*
                    }
                }
            }
        }
    };
}

kernels! {
    f32, exponential, tangent, normal_f32;
    Portable = PortableF32: Portable<f32>, 2;
    #[cfg(target_arch = "x86_64")]
    Avx2 = Avx2F32: core::arch::x86_64::__m256, 4, "avx2,fma";
    #[cfg(target_arch = "x86_64")]
    Avx512 = Avx512F32: core::arch::x86_64::__m512, 4, "avx512f";
    #[cfg(target_arch = "aarch64")]
    Neon = NeonF32: core::arch::aarch64::float32x4_t, 4, "neon";
}

kernels! {
    f64, f64::exp, f64::tanh, normal_f64;
    Portable = PortableF64: Portable<f64>, 2;
    #[cfg(target_arch = "x86_64")]
    Avx2 = Avx2F64: core::arch::x86_64::__m256d, 4, "avx2,fma";
    #[cfg(target_arch = "x86_64")]
    Avx512 = Avx512F64: core::arch::x86_64::__m512d, 4, "avx512f";
    #[cfg(target_arch = "aarch64")]
    Neon = NeonF64: core::arch::aarch64::float64x2_t, 4, "neon";
}
