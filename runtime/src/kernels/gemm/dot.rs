//! The last columns of `C` as dot products, used if they would leave a register nearly empty. For
//! example, 50 columns are three registers of 16 and a remainder of 2.
//!
//! The registers then run along the inner dimension. Lane `l` accumulates the steps
//! `d ≡ l (mod lanes)`. At the end the lanes are reduced: the second half is added to the first
//! until one is left. For a single row, packing the columns does not pay off; the same sums are
//! computed with a register for each lane.

use num_traits::{Float, One, Zero};

use super::epilogue::Epilogue;
use super::gemv::{row_of, single_row};
use super::machine::PACKED_BYTES;
use super::microkernel::MicroTile;
use super::operands::Operands;
use super::pack::PackedB;
use crate::kernels::simd::opaque::opaque_ptr;
use crate::kernels::simd::vector::{MAX_LANES, Vector};

/// Maximum number of steps of two columns in a packed block. The sums of several blocks are added.
const MAX_STEPS: usize = PACKED_BYTES / (2 * size_of::<f64>());

/// A range of steps of the inner dimension.
#[derive(Clone, Copy)]
struct Steps {
    first: usize,
    count: usize,
}

/// Computes the last `columns` columns of `C`. They are copied to `packed` unless there is only one
/// column, which is contiguous.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If the rows of `A` are not contiguous, there are fewer columns, or there is no `packed` for
/// one of several.
#[inline(always)]
pub(super) unsafe fn dot_columns<V: Vector>(
    operands: &mut Operands<'_, V::Element>,
    columns: usize,
    packed: Option<&mut PackedB>,
) {
    let (k, n) = (operands.k(), operands.n());
    assert!(operands.a().strides().1 == 1, "rows that are not contiguous");
    assert!(columns <= n, "{columns} of {n} columns");
    let packed = packed.filter(|_| n > 1).map(PackedB::as_mut_ptr::<V::Element>);
    assert!(packed.is_some() || operands.b().strides().0 == 1, "a column that is not contiguous");
    // Two columns at a time halve the reads of `A`, if there are enough registers.
    let has_room_for_two = V::REGISTERS >= 32 && packed.is_some();
    for first in (0..k).step_by(MAX_STEPS) {
        let steps = Steps { first, count: (k - first).min(MAX_STEPS) };
        let mut column = n - columns;
        while column < n {
            // SAFETY: the caller guarantees the feature. The rows of `A` are contiguous, and so
            // is a column that is not packed; the steps are less than `k`, the columns less
            // than `n`, and a packed block has room for two columns of `MAX_STEPS`.
            unsafe {
                if has_room_for_two && column + 2 <= n {
                    some_columns::<V, 2>(operands, steps, column, packed);
                    column += 2;
                } else {
                    some_columns::<V, 1>(operands, steps, column, packed);
                    column += 1;
                }
            }
        }
    }
}

/// Starts `COLUMNS` columns of `C` from `column` on with the first steps, or accumulates later
/// steps.
///
/// # Safety
///
/// The processor must have the feature of `V`. The rows of `A` must be contiguous, the steps
/// and columns inside of the product, at most `MAX_STEPS`, and `packed` writable for `COLUMNS *
/// MAX_STEPS` numbers; without it there must be one column, which is contiguous.
#[inline(always)]
unsafe fn some_columns<V: Vector, const COLUMNS: usize>(
    operands: &mut Operands<'_, V::Element>,
    steps: Steps,
    column: usize,
    packed: Option<*mut V::Element>,
) {
    let columns = match packed {
        None => operands.b().ptr_at(steps.first, column),
        // SAFETY: the caller guarantees that the steps and columns are inside of `B`, and that `to`
        // has room for them.
        Some(packed) => unsafe { pack_columns::<_, COLUMNS>(operands, steps, column, packed) },
    };
    for row in (0..operands.m()).step_by(V::LANES) {
        let rows = (operands.m() - row).min(V::LANES);
        // SAFETY: the caller guarantees the feature, contiguous rows of `A`, and the steps;
        // `row + rows <= m`; the columns are contiguous, and `MAX_STEPS` apart if they are
        // packed.
        unsafe {
            let mut lanes = dots_of_rows::<V, COLUMNS>(operands, steps, (row, rows), columns);
            for (column, lanes) in (column..).zip(&mut lanes) {
                let sums = sums_of_lanes(lanes);
                store(operands, steps, (row, column), &sums[..rows]);
            }
        }
    }
}

/// Copies steps of `COLUMNS` columns of `B` from `column` on. The copies are contiguous and
/// `MAX_STEPS` apart. Returns a pointer to the first.
///
/// # Safety
///
/// The steps, `MAX_STEPS` at most, and the columns must be inside of `B`, and `to` writable for
/// `COLUMNS * MAX_STEPS` numbers.
#[inline(always)]
unsafe fn pack_columns<T: Copy, const COLUMNS: usize>(
    operands: &Operands<'_, T>,
    steps: Steps,
    column: usize,
    to: *mut T,
) -> *const T {
    let b = operands.b();
    for step in 0..steps.count {
        for place in 0..COLUMNS {
            // SAFETY: the caller guarantees that this is an element of `B`, and that there is
            // room: `step < MAX_STEPS` and `place < COLUMNS`.
            unsafe {
                let number = *b.ptr_at(steps.first + step, column + place);
                *to.add(place * MAX_STEPS + step) = number;
            }
        }
    }
    to.cast_const()
}

/// The dot products of `rows` rows of `A` from `row` on, at most `V::LANES`, with `COLUMNS`
/// columns, lane by lane.
///
/// # Safety
///
/// The processor must have the feature of `V`. The rows must be inside of `A` and contiguous,
/// the steps inside of it, and `columns` readable for as many steps, `MAX_STEPS` apart.
#[inline(always)]
unsafe fn dots_of_rows<V: Vector, const COLUMNS: usize>(
    operands: &Operands<'_, V::Element>,
    steps: Steps,
    (row, rows): (usize, usize),
    columns: *const V::Element,
) -> [[V; MAX_LANES]; COLUMNS] {
    let a = operands.a();
    let rows_from = |place: usize| (a.ptr_at(row + place, steps.first), a.strides().0);
    // SAFETY: the caller guarantees the feature and the columns; `place + 8 <= rows` or `place
    // < rows`, and these rows of `A` are contiguous.
    unsafe {
        let mut lanes = [[V::zero(); MAX_LANES]; COLUMNS];
        let mut place = 0;
        while V::LANES >= 8 && place + 8 <= rows {
            dots::<V, 8, COLUMNS>(rows_from(place), columns, steps.count, place, &mut lanes);
            place += 8;
        }
        while place < rows {
            dots::<V, 1, COLUMNS>(rows_from(place), columns, steps.count, place, &mut lanes);
            place += 1;
        }
        lanes
    }
}

/// Stores the sums of consecutive rows of a column, starting at `(row, column)`. Applies the
/// epilogue after the last steps.
///
/// # Safety
///
/// The same number of rows of this column must be inside of `C`.
#[inline(always)]
unsafe fn store<T: Float>(
    operands: &mut Operands<'_, T>,
    steps: Steps,
    (row, column): (usize, usize),
    sums: &[T],
) {
    for (row, &sum) in (row..).zip(sums) {
        let c = operands.c_at(row, column);
        // SAFETY: the caller guarantees that this is an element of `C`, which is borrowed
        // exclusively.
        unsafe {
            let start = match operands.bias() {
                _ if steps.first > 0 => *c,
                Some(bias) => bias[column],
                None => T::zero(),
            };
            *c = start + sum;
        }
    }
    // The only other epilogue is an update, for which the rows of `A` are not contiguous.
    if let Epilogue::Relu = operands.epilogue_of_block(steps.first, steps.count) {
        for row in row..row + sums.len() {
            let c = operands.c_at(row, column);
            // SAFETY: the caller guarantees that this is an element of `C`, which is borrowed
            // exclusively.
            unsafe { *c = Epilogue::Relu.apply(*c, *c) };
        }
    }
}

/// The dot products of `ROWS` rows, which are `stride` apart, with `COLUMNS` columns, which are
/// `MAX_STEPS` apart, lane by lane, for the places from `place` on.
///
/// # Safety
///
/// The processor must have the feature of `V`; `k` contiguous numbers of each row and of each
/// column must be readable.
#[inline(always)]
unsafe fn dots<V: Vector, const ROWS: usize, const COLUMNS: usize>(
    (rows, stride): (*const V::Element, usize),
    columns: *const V::Element,
    k: usize,
    place: usize,
    lanes: &mut [[V; MAX_LANES]; COLUMNS],
) {
    // SAFETY: whole registers end before `whole <= k`, and a last one of `rest` numbers at `k`:
    // the caller guarantees that these numbers of each row and column can be read.
    unsafe {
        let mut sums = [[V::zero(); ROWS]; COLUMNS];
        let whole = k - k % V::LANES;
        for step in (0..whole).step_by(V::LANES) {
            let mut b = [V::zero(); COLUMNS];
            for (column, b) in b.iter_mut().enumerate() {
                *b = V::load(columns.add(column * MAX_STEPS + step));
            }
            let a = opaque_ptr(rows.add(step));
            for row in 0..ROWS {
                let a = V::load(a.add(row * stride));
                for (sums, &b) in sums.iter_mut().zip(&b) {
                    sums[row] = sums[row].mul_add(a, b);
                }
            }
        }
        if whole < k {
            let rest = k - whole;
            for row in 0..ROWS {
                let a = V::load_part(rows.add(row * stride + whole), rest);
                for (column, sums) in sums.iter_mut().enumerate() {
                    let b = V::load_part(columns.add(column * MAX_STEPS + whole), rest);
                    sums[row] = sums[row].mul_add(a, b);
                }
            }
        }
        for (lanes, sums) in lanes.iter_mut().zip(sums) {
            lanes[place..place + ROWS].copy_from_slice(&sums);
        }
    }
}

/// Reduces as many registers as one has lanes to their lane sums. The second half of the lanes is
/// added to the first until one is left. Interleaving two registers aligns the operands of both
/// additions.
///
/// # Safety
///
/// The processor must have the feature of `V`.
#[inline(always)]
unsafe fn sums_of_lanes<V: Vector>(registers: &mut [V; MAX_LANES]) -> [V::Element; MAX_LANES] {
    let mut sums = [V::Element::zero(); MAX_LANES];
    let mut half = V::LANES / 2;
    // SAFETY: the caller guarantees the feature; `sums` has room for the longest register.
    unsafe {
        let one = V::splat(V::Element::one());
        while half > 0 {
            for place in 0..half {
                let (low, high) = registers[place].interleave(registers[place + half]);
                registers[place] = low.mul_add(high, one);
            }
            half /= 2;
        }
        registers[0].store(sums.as_mut_ptr());
    }
    sums
}

/// Computes `C` row by row, with the last `dots` columns as dot products.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If the rows of `B` are not contiguous, or if the columns are not whole registers and `dots`
/// at most a register.
#[inline(always)]
pub(super) unsafe fn rows_and_dots<V: Vector>(
    operands: &mut Operands<'_, V::Element>,
    dots: usize,
) {
    assert!(operands.b().strides().1 == 1, "rows that are not contiguous");
    assert!((1..=operands.n().min(V::LANES)).contains(&dots), "{dots} dot products");
    let width = operands.n() - dots;
    assert!(width.is_multiple_of(V::LANES), "{width} columns in whole registers");
    for row in 0..operands.m() {
        // SAFETY: the caller guarantees the feature; `row < m`, so that it is valid for `1 × n`,
        // of which `width` are whole registers.
        unsafe { row_and_dots::<V>(row_of(operands, row), width, dots) };
    }
}

/// Computes a row of `width` columns, followed by `dots` columns as dot products.
///
/// # Safety
///
/// The processor must have the feature of `V`, `width` must be a multiple of `V::LANES`, `dots`
/// in `1..=V::LANES`, and `row` valid for `1 × (width + dots)`.
#[inline(always)]
unsafe fn row_and_dots<V: Vector>(
    mut row: MicroTile<'_, V::Element>,
    mut width: usize,
    dots: usize,
) {
    // SAFETY: the caller guarantees that `row` is valid for `width + dots` columns, and it is
    // moved to the right by as many as `width` gets less.
    unsafe {
        while width > 4 * V::LANES {
            let registers = if width >= 8 * V::LANES { 8 } else { 4 };
            single_row::<V>(row, registers * V::LANES);
            row = row.right_by(registers * V::LANES);
            width -= registers * V::LANES;
        }
        match width / V::LANES {
            0 => registers_and_dots::<V, 0>(row, dots),
            1 => registers_and_dots::<V, 1>(row, dots),
            2 => registers_and_dots::<V, 2>(row, dots),
            3 => registers_and_dots::<V, 3>(row, dots),
            _ => registers_and_dots::<V, 4>(row, dots),
        }
    }
}

/// Computes `VECTORS` registers of columns of one row, each number a sum in order, followed by
/// `dots` dot products. `B` is read only once.
///
/// # Safety
///
/// The processor must have the feature of `V`, `dots` must be in `1..=V::LANES`, and `row`
/// valid for `1 × (VECTORS * V::LANES + dots)`.
#[inline(always)]
unsafe fn registers_and_dots<V: Vector, const VECTORS: usize>(
    mut row: MicroTile<'_, V::Element>,
    dots: usize,
) {
    let (mut left, epilogue) = (row.k, row.epilogue);
    while left > 0 {
        row.k = left.min(MAX_STEPS);
        row.epilogue = if left == row.k { epilogue } else { &Epilogue::Store };
        // SAFETY: the caller guarantees that the row is valid for these columns, and `row.k` is
        // at most the number of steps that are left.
        unsafe { add_registers_and_dots::<V, VECTORS>(&row, dots) };
        // After the last steps these pointers are past the end of `A` and `B`.
        row.a = row.a.wrapping_add(row.k * row.a_strides.1);
        row.b = row.b.wrapping_add(row.k * row.b_stride);
        row.start = row.c;
        left -= row.k;
    }
}

/// Computes the columns of [`registers_and_dots`] for at most `MAX_STEPS` steps.
///
/// # Safety
///
/// The processor must have the feature of `V`, `dots` must be in `1..=V::LANES`, and `row`
/// valid for `1 × (VECTORS * V::LANES + dots)`.
#[expect(clippy::needless_range_loop, reason = "adapters are not always inlined here")]
#[inline(always)]
unsafe fn add_registers_and_dots<V: Vector, const VECTORS: usize>(
    row: &MicroTile<'_, V::Element>,
    dots: usize,
) {
    let first_dot = VECTORS * V::LANES;
    // SAFETY: the caller guarantees that the numbers of `A`, `B`, `start` and `C` for these
    // columns, and for steps less than `k`, can be read, and those of `C` be written.
    unsafe {
        let mut sums = [V::zero(); VECTORS];
        let mut start = V::zero();
        if !row.start.is_null() {
            for (vector, sum) in sums.iter_mut().enumerate() {
                *sum = V::load(row.start.add(vector * V::LANES));
            }
            start = V::load_part(row.start.add(first_dot), dots);
        }
        let mut lanes = [V::zero(); MAX_LANES];
        let mut add_step = |lane: &mut V, step: usize| {
            let a = V::splat(*row.a.add(step * row.a_strides.1));
            let b = row.b.add(step * row.b_stride);
            for (vector, sum) in sums.iter_mut().enumerate() {
                *sum = sum.mul_add(a, V::load(b.add(vector * V::LANES)));
            }
            *lane = lane.mul_add(a, V::load_part(b.add(first_dot), dots));
        };
        let mut step = 0;
        while step + V::LANES <= row.k {
            for lane in 0..V::LANES {
                add_step(&mut lanes[lane], step + lane);
            }
            step += V::LANES;
        }
        for lane in 0..V::LANES {
            if step + lane < row.k {
                add_step(&mut lanes[lane], step + lane);
            }
        }
        let total = total_of_lanes(lanes);
        for (vector, sum) in sums.iter().enumerate() {
            let c = row.c.add(vector * V::LANES);
            row.epilogue.apply_to(c, V::LANES, *sum).store(c);
        }
        let (c, sum) = (row.c.add(first_dot), start.mul_add(total, V::splat(One::one())));
        row.epilogue.apply_to(c, dots, sum).store_part(c, dots);
    }
}

/// The sum of the first `LANES` registers. The second half is added to the first until one is left.
///
/// # Safety
///
/// The processor must have the feature of `V`.
#[inline(always)]
unsafe fn total_of_lanes<V: Vector>(mut lanes: [V; MAX_LANES]) -> V {
    // SAFETY: the caller guarantees the processor feature.
    unsafe {
        let one = V::splat(V::Element::one());
        let mut half = V::LANES / 2;
        while half > 0 {
            for lane in 0..half {
                lanes[lane] = lanes[lane].mul_add(lanes[lane + half], one);
            }
            half /= 2;
        }
    }
    lanes[0]
}
