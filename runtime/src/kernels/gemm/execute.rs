//! Runs the selected kernel.

use super::machine::Machine;
use super::operands::Operands;
use super::pack::PackedB;
use super::select::{Accumulators, Kernel, Remainder, Strategy, Tiles, select};

/// The kernels of one instruction set for one number type. Each is a separate function, for which
/// the compiler enables the instruction set and allocates only the stack space it needs.
pub(super) trait Form {
    /// The number type.
    type Element: Copy;
    /// The registers.
    const MACHINE: Machine;

    /// [`only_row`](super::gemv::only_row).
    ///
    /// # Safety
    ///
    /// The processor must have the instruction set.
    unsafe fn row(operands: &mut Operands<'_, Self::Element>, accumulators: Accumulators);

    /// [`rows_and_dots`](super::dot::rows_and_dots).
    ///
    /// # Safety
    ///
    /// The processor must have the instruction set.
    unsafe fn rows_and_dots(operands: &mut Operands<'_, Self::Element>, dots: usize);

    /// [`dot_columns`](super::dot::dot_columns).
    ///
    /// # Safety
    ///
    /// The processor must have the instruction set.
    unsafe fn dot_columns(
        operands: &mut Operands<'_, Self::Element>,
        columns: usize,
        packed: Option<&mut PackedB>,
    );

    /// [`narrow_columns`](super::narrow::narrow_columns).
    ///
    /// # Safety
    ///
    /// The processor must have the instruction set.
    unsafe fn narrow_columns(operands: &mut Operands<'_, Self::Element>, columns: usize);

    /// [`blocks`](super::macrokernel::blocks).
    ///
    /// # Safety
    ///
    /// The processor must have the instruction set.
    unsafe fn blocks(
        operands: &mut Operands<'_, Self::Element>,
        columns: usize,
        accumulators: Accumulators,
        packed: Option<&mut PackedB>,
    );

    /// [`small_row`](super::small::small_row).
    ///
    /// # Safety
    ///
    /// The processor must have the instruction set.
    unsafe fn small_row<const INPUTS: usize, const OUTPUTS: usize, const RELU: bool>(
        row: &[Self::Element; INPUTS],
        matrix: &[[Self::Element; OUTPUTS]; INPUTS],
        bias: &[Self::Element; OUTPUTS],
        out: &mut [Self::Element; OUTPUTS],
    );
}

/// Computes a product with the kernel that [`select`] chooses.
///
/// # Safety
///
/// The processor must have the instruction set of `F`.
#[inline(never)]
pub(super) unsafe fn matmul<F: Form>(operands: &mut Operands<'_, F::Element>) {
    let strategy = select(&operands.product(), F::MACHINE);
    // SAFETY: the caller guarantees the instruction set.
    unsafe { run::<F>(operands, strategy) };
}

/// Computes a product with this strategy.
///
/// # Safety
///
/// The processor must have the instruction set of `F`.
///
/// # Panics
///
/// If the kernel does not support the product; see the kernels.
#[inline(always)]
pub(super) unsafe fn run<F: Form>(
    operands: &mut Operands<'_, F::Element>,
    Strategy { is_transposed, kernel }: Strategy,
) {
    // SAFETY: the caller guarantees the instruction set.
    unsafe {
        if is_transposed {
            run_kernel::<F>(&mut operands.transposed_row(), kernel);
        } else {
            run_kernel::<F>(operands, kernel);
        }
    }
}

/// Computes a product with this kernel.
///
/// # Safety
///
/// The processor must have the instruction set of `F`.
#[inline(always)]
unsafe fn run_kernel<F: Form>(operands: &mut Operands<'_, F::Element>, kernel: Kernel) {
    // SAFETY: the caller guarantees the instruction set.
    unsafe {
        match kernel {
            Kernel::Row(accumulators) => F::row(operands, accumulators),
            Kernel::Dots => F::dot_columns(operands, 1, None),
            Kernel::RowsAndDots { dots } => F::rows_and_dots(operands, dots),
            Kernel::Tiles(tiles) if tiles.needs_packed_block() => {
                packed_tiles::<F>(operands, tiles);
            }
            Kernel::Tiles(tiles) => run_tiles::<F>(operands, tiles, None),
        }
    }
}

/// Computes a product in tiles, with a packed block on the stack. A separate function, so that
/// other products do not need this stack space.
///
/// # Safety
///
/// The processor must have the instruction set of `F`.
#[inline(never)]
unsafe fn packed_tiles<F: Form>(operands: &mut Operands<'_, F::Element>, tiles: Tiles) {
    // SAFETY: the caller guarantees the instruction set.
    unsafe { run_tiles::<F>(operands, tiles, Some(&mut PackedB::uninit())) };
}

/// Computes a product in tiles. If there is a remainder, rows are processed in groups, so that the
/// cache still holds the rows of `A` for the remainder.
///
/// # Safety
///
/// The processor must have the instruction set of `F`.
#[inline(always)]
unsafe fn run_tiles<F: Form>(
    operands: &mut Operands<'_, F::Element>,
    tiles: Tiles,
    mut packed: Option<&mut PackedB>,
) {
    let Tiles { is_packed, accumulators, remainder } = tiles;
    let columns = tiles.columns(operands.n());
    if let Remainder::InTiles = remainder {
        // SAFETY: the caller guarantees the instruction set.
        return unsafe { F::blocks(operands, columns, accumulators, packed) };
    }
    let rows = tiles.rows_at_once(&operands.product(), F::MACHINE);
    let mut others = operands.reborrow();
    while let Some(mut some) = others.take_rows(rows) {
        // SAFETY: the caller guarantees the instruction set.
        unsafe {
            match remainder {
                Remainder::Dots(dots) => {
                    F::dot_columns(&mut some, dots, packed.as_deref_mut());
                }
                Remainder::Narrow(narrow) => F::narrow_columns(&mut some, narrow),
                Remainder::InTiles => {}
            }
            if columns > 0 {
                let packed = packed.as_deref_mut().filter(|_| is_packed);
                F::blocks(&mut some, columns, accumulators, packed);
            }
        }
    }
}

/// Declares a [`Form`]: its name, the number type, a register type, the width of a block of `B` in
/// registers, and the feature that the compiler enables.
macro_rules! form {
    ($form:ident: $element:ty, $register:ty, $vectors:literal $(, $feature:literal)?) => {
        pub(super) struct $form;

        impl Form for $form {
            type Element = $element;
            const MACHINE: Machine = Machine::of::<$register>($vectors);

            kernel! {
                [$($feature)?]
                fn row(operands: &mut Operands<'_, $element>, accumulators: Accumulators) =
                    only_row::<$register>
            }

            kernel! {
                [$($feature)?]
                fn rows_and_dots(operands: &mut Operands<'_, $element>, dots: usize) =
                    rows_and_dots::<$register>
            }

            kernel! {
                [$($feature)?]
                fn dot_columns(
                    operands: &mut Operands<'_, $element>,
                    columns: usize,
                    packed: Option<&mut PackedB>
                ) = dot_columns::<$register>
            }

            kernel! {
                [$($feature)?]
                fn narrow_columns(operands: &mut Operands<'_, $element>, columns: usize) =
                    narrow_columns::<$register, $vectors>
            }

            kernel! {
                [$($feature)?]
                fn blocks(
                    operands: &mut Operands<'_, $element>,
                    columns: usize,
                    accumulators: Accumulators,
                    packed: Option<&mut PackedB>
                ) = blocks::<$register, $vectors>
            }

            #[inline(always)]
            unsafe fn small_row<const INPUTS: usize, const OUTPUTS: usize, const RELU: bool>(
                row: &[$element; INPUTS],
                matrix: &[[$element; OUTPUTS]; INPUTS],
                bias: &[$element; OUTPUTS],
                out: &mut [$element; OUTPUTS],
            ) {
                $(#[target_feature(enable = $feature)])?
                unsafe fn kernel<const INPUTS: usize, const OUTPUTS: usize, const RELU: bool>(
                    row: &[$element; INPUTS],
                    matrix: &[[$element; OUTPUTS]; INPUTS],
                    bias: &[$element; OUTPUTS],
                    out: &mut [$element; OUTPUTS],
                ) {
                    let otherwise = matmul::<$form>;
                    // SAFETY: this function has the feature.
                    unsafe {
                        small_row::<$register, INPUTS, OUTPUTS, RELU>(
                            row, matrix, bias, out, otherwise,
                        );
                    }
                }
                // SAFETY: the caller guarantees the instruction set.
                unsafe { kernel::<INPUTS, OUTPUTS, RELU>(row, matrix, bias, out) }
            }
        }
    };
}

/// A method of a [`Form`]: a generic kernel in a function with the feature enabled. The function is
/// generic too, so that it is compiled where it is used: see `kernels/instantiate.rs`.
macro_rules! kernel {
    ([$($feature:literal)?] fn $name:ident($($argument:ident: $type:ty),*) = $kernel:expr) => {
        #[inline(always)]
        unsafe fn $name($($argument: $type),*) {
            $(#[target_feature(enable = $feature)])?
            #[inline(never)]
            unsafe fn kernel<F: Form>($($argument: $type),*) {
                // SAFETY: this function has the feature.
                unsafe { $kernel($($argument),*) }
            }
            // SAFETY: the caller guarantees the instruction set.
            unsafe { kernel::<Self>($($argument),*) }
        }
    };
}

pub(super) use {form, kernel};
