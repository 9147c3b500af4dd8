//! The last columns of a product, where they would leave a register nearly empty:
//! 50 columns are three registers of 16 and 2 over, and a product of two columns is
//! nothing else.
//!
//! Registers then run along the inner dimension. Lane `l` sums up the steps
//! `d ≡ l (mod lanes)`, and at the end the lanes are added, the second half to the
//! first until one is left. A single row, which is no reason to copy columns,
//! computes the same sums with a register for each lane.

use num_traits::{Float, One, Zero};

use super::out::Out;
use super::panel::Panel;
use super::product::Factors;
use super::tile::{Finish, Tile, computed_here};
use super::vector::{MOST_LANES, Vector};

/// So many steps of two columns fit a panel. The sums of more are added up.
const MOST_STEPS: usize = 2048;
const _: () = assert!(2 * MOST_STEPS * size_of::<f64>() <= Panel::BYTES);

/// How many columns are left over for dot products, decided by what no division of
/// the rows changes.
#[inline]
pub(super) fn dotted_columns<T: Copy>(factors: &Factors<'_, T>, lanes: usize) -> usize {
    let Factors { a, b, .. } = factors;
    let in_rows = (a.column_stride, b.column_stride) == (1, 1);
    if in_rows { dotted_rest(a.columns, b.columns, lanes) } else { 0 }
}

/// The same for factors that lie row by row.
#[inline]
pub(super) const fn dotted_rest(steps: usize, columns: usize, lanes: usize) -> usize {
    let rest = columns % lanes;
    // A single column need not be copied.
    let least_steps = if columns == 1 { lanes } else { 4 * lanes };
    if rest <= lanes / 4 && steps >= least_steps { rest } else { 0 }
}

/// The last `columns` columns of the result. A column that is all of `b` lies in one
/// piece already; for others there must be a panel.
///
/// # Safety
///
/// The processor must have the feature behind `V`, the shapes must fit, and
/// `columns` must be what [`dotted_columns`] says.
#[inline(always)]
pub(super) unsafe fn last_columns<V: Vector>(
    factors: &Factors<'_, V::Element>,
    out: Out<V::Element>,
    columns: usize,
    panel: Option<&mut Panel>,
) {
    let Factors { a, b, .. } = factors;
    debug_assert!(b.row_stride == 1 || panel.is_some(), "columns in one piece");
    let panel = panel.filter(|_| b.columns > 1).map(Panel::numbers::<V::Element>);
    // With two columns at a time `A` is read half as often, if there are registers enough.
    let has_room_for_two = V::REGISTERS >= 32 && panel.is_some();
    for step in (0..a.columns).step_by(MOST_STEPS) {
        let depth = (a.columns - step).min(MOST_STEPS);
        let mut column = b.columns - columns;
        while column < b.columns {
            // SAFETY: handed on from the caller.
            unsafe {
                if has_room_for_two && column + 2 <= b.columns {
                    some_columns::<V, 2>(factors, out, (step, depth), column, panel);
                    column += 2;
                } else {
                    some_columns::<V, 1>(factors, out, (step, depth), column, panel);
                    column += 1;
                }
            }
        }
    }
}

/// `COLUMNS` columns of the result, from `column` on, or what `depth` steps from `step` on
/// add to them.
///
/// # Safety
///
/// As [`last_columns`]; several columns take a panel.
#[inline(always)]
unsafe fn some_columns<V: Vector, const COLUMNS: usize>(
    factors: &Factors<'_, V::Element>,
    out: Out<V::Element>,
    (step, depth): (usize, usize),
    column: usize,
    panel: Option<*mut V::Element>,
) {
    let Factors { a, b, bias, .. } = factors;
    let finish = factors.finish_of_block(step, depth);
    let b_columns = match panel {
        None => b.data[step..].as_ptr(),
        Some(panel) => {
            for place in 0..depth {
                let from = (step + place) * b.row_stride + column;
                for column in 0..COLUMNS {
                    // SAFETY: the columns' steps lie in `b`, and the panel has room
                    // for them.
                    unsafe {
                        let number = *b.data.get_unchecked(from + column);
                        *panel.add(column * MOST_STEPS + place) = number;
                    }
                }
            }
            panel.cast_const()
        }
    };
    for row in (0..a.rows).step_by(V::LANES) {
        let rows = (a.rows - row).min(V::LANES);
        let from = &a.data[row * a.row_stride + step..];
        // SAFETY: so many rows are left, with so many steps each.
        let mut lanes = unsafe {
            let mut lanes = [[V::zero(); MOST_LANES]; COLUMNS];
            let mut place = 0;
            let row = |place: usize| (from[place * a.row_stride..].as_ptr(), a.row_stride);
            while V::LANES >= 8 && place + 8 <= rows {
                dots::<V, 8, COLUMNS>(row(place), b_columns, depth, place, &mut lanes);
                place += 8;
            }
            while place < rows {
                dots::<V, 1, COLUMNS>(row(place), b_columns, depth, place, &mut lanes);
                place += 1;
            }
            lanes
        };
        for (column, lanes) in (column..).zip(&mut lanes) {
            // SAFETY: handed on from the caller; the places lie in the result.
            unsafe {
                let sums = sums_of_lanes(lanes);
                for (row, sum) in (row..).zip(sums).take(rows) {
                    let y = out.at(row, column);
                    let start = match bias {
                        _ if step > 0 => *y,
                        Some(bias) => bias[column],
                        None => V::Element::zero(),
                    };
                    *y = start + sum;
                }
                // The only other way to finish is a step, whose factors do not lie in rows.
                if let Finish::Rectify = finish {
                    for row in row..row + rows {
                        let y = out.at(row, column);
                        *y = finish.of(*y, *y);
                    }
                }
            }
        }
    }
}

/// The dot products of `ROWS` rows, which are `stride` apart, with `COLUMNS` columns, which
/// are [`MOST_STEPS`] apart, lane by lane, for the places from `place` on.
///
/// # Safety
///
/// The processor must have the feature behind `V`; the rows and the columns must
/// have `depth` numbers.
#[inline(always)]
unsafe fn dots<V: Vector, const ROWS: usize, const COLUMNS: usize>(
    (rows, stride): (*const V::Element, usize),
    columns: *const V::Element,
    depth: usize,
    place: usize,
    lanes: &mut [[V; MOST_LANES]; COLUMNS],
) {
    // SAFETY: handed on from the caller.
    unsafe {
        let mut sums = [[V::zero(); ROWS]; COLUMNS];
        let whole = depth - depth % V::LANES;
        for step in (0..whole).step_by(V::LANES) {
            let mut b = [V::zero(); COLUMNS];
            for (column, b) in b.iter_mut().enumerate() {
                *b = V::load(columns.add(column * MOST_STEPS + step));
            }
            let a = computed_here(rows.add(step));
            for row in 0..ROWS {
                let a = V::load(a.add(row * stride));
                for (sums, &b) in sums.iter_mut().zip(&b) {
                    sums[row] = sums[row].plus_product(a, b);
                }
            }
        }
        if whole < depth {
            let rest = depth - whole;
            for row in 0..ROWS {
                let a = V::load_part(rows.add(row * stride + whole), rest);
                for (column, sums) in sums.iter_mut().enumerate() {
                    let b = V::load_part(columns.add(column * MOST_STEPS + whole), rest);
                    sums[row] = sums[row].plus_product(a, b);
                }
            }
        }
        for (lanes, sums) in lanes.iter_mut().zip(sums) {
            lanes[place..place + ROWS].copy_from_slice(&sums);
        }
    }
}

/// The sums of the lanes of as many registers as one has lanes: the second half of the
/// lanes is added to the first until one is left. Interleaving two registers brings
/// together what is to be added in both.
///
/// # Safety
///
/// The processor must have the feature behind `V`.
#[inline(always)]
unsafe fn sums_of_lanes<V: Vector>(registers: &mut [V; MOST_LANES]) -> [V::Element; MOST_LANES] {
    let mut sums = [V::Element::zero(); MOST_LANES];
    let mut half = V::LANES / 2;
    // SAFETY: handed on from the caller; there is room for the longest register.
    unsafe {
        let one = V::splat(V::Element::one());
        while half > 0 {
            for place in 0..half {
                let (low, high) = registers[place].interleave(registers[place + half]);
                registers[place] = low.plus_product(high, one);
            }
            half /= 2;
        }
        registers[0].store(sums.as_mut_ptr());
    }
    sums
}

impl<T: Float> Tile<'_, T> {
    /// As [`single_row`](Tile::single_row), and behind its `width` columns, whole
    /// registers, `columns` more by dot products.
    ///
    /// # Safety
    ///
    /// As [`rows_of_width`](Tile::rows_of_width).
    #[inline(always)]
    pub(super) unsafe fn single_row_and_dots<V: Vector<Element = T>>(
        mut self,
        mut width: usize,
        columns: usize,
    ) {
        // SAFETY: handed on from the caller.
        unsafe {
            while width > 4 * V::LANES {
                let registers = if width >= 8 * V::LANES { 8 } else { 4 };
                self.single_row::<V>(registers * V::LANES);
                self = self.right_by(registers * V::LANES);
                width -= registers * V::LANES;
            }
            match width / V::LANES {
                0 => self.columns_and_dots::<V, 0>(columns),
                1 => self.columns_and_dots::<V, 1>(columns),
                2 => self.columns_and_dots::<V, 2>(columns),
                3 => self.columns_and_dots::<V, 3>(columns),
                _ => self.columns_and_dots::<V, 4>(columns),
            }
        }
    }

    /// `VECTORS` registers of columns of one row, each number a sum in order, and
    /// behind them `columns` dot products, `B` being read once for all.
    ///
    /// # Safety
    ///
    /// As [`rows_of_width`](Tile::rows_of_width).
    #[inline(always)]
    unsafe fn columns_and_dots<V: Vector<Element = T>, const VECTORS: usize>(
        mut self,
        columns: usize,
    ) {
        // SAFETY: handed on from the caller; the dots lie behind the registers.
        unsafe {
            let (mut left, finish) = (self.depth, self.finish);
            while left > 0 {
                self.depth = left.min(MOST_STEPS);
                self.finish = if left == self.depth { finish } else { &Finish::Nothing };
                self.block_of_columns_and_dots::<V, VECTORS>(columns);
                self.a = self.a.add(self.depth * self.a_strides.1);
                self.b = self.b.add(self.depth * self.b_stride);
                self.start = self.out;
                left -= self.depth;
            }
        }
    }

    /// As [`columns_and_dots`](Tile::columns_and_dots), for a panel's steps.
    ///
    /// # Safety
    ///
    /// As [`rows_of_width`](Tile::rows_of_width).
    #[expect(clippy::needless_range_loop, reason = "adapters are not always inlined here")]
    #[inline(always)]
    unsafe fn block_of_columns_and_dots<V: Vector<Element = T>, const VECTORS: usize>(
        self,
        columns: usize,
    ) {
        // SAFETY: handed on from the caller.
        unsafe {
            let behind = VECTORS * V::LANES;
            let mut sums = [V::zero(); VECTORS];
            let mut start = V::zero();
            if !self.start.is_null() {
                for (vector, sum) in sums.iter_mut().enumerate() {
                    *sum = V::load(self.start.add(vector * V::LANES));
                }
                start = V::load_part(self.start.add(behind), columns);
            }
            let mut lanes = [V::zero(); MOST_LANES];
            let mut add_step = |lane: &mut V, step: usize| {
                let a = V::splat(*self.a.add(step * self.a_strides.1));
                let b = self.b.add(step * self.b_stride);
                for (vector, sum) in sums.iter_mut().enumerate() {
                    *sum = sum.plus_product(a, V::load(b.add(vector * V::LANES)));
                }
                *lane = lane.plus_product(a, V::load_part(b.add(behind), columns));
            };
            let mut step = 0;
            while step + V::LANES <= self.depth {
                for lane in 0..V::LANES {
                    add_step(&mut lanes[lane], step + lane);
                }
                step += V::LANES;
            }
            for lane in 0..V::LANES {
                if step + lane < self.depth {
                    add_step(&mut lanes[lane], step + lane);
                }
            }
            let one = V::splat(T::one());
            let mut half = V::LANES / 2;
            while half > 0 {
                for lane in 0..half {
                    lanes[lane] = lanes[lane].plus_product(lanes[lane + half], one);
                }
                half /= 2;
            }
            for (vector, sum) in sums.iter().enumerate() {
                let out = self.out.add(vector * V::LANES);
                self.finish.of_part(out, V::LANES, *sum).store(out);
            }
            let (out, sum) = (self.out.add(behind), start.plus_product(lanes[0], one));
            self.finish.of_part(out, columns, sum).store_part(out, columns);
        }
    }
}
