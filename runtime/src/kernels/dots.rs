//! The last columns of a product, where they would leave a register nearly empty:
//! 50 columns are three registers of 16 and 2 over, and a product of two columns is
//! nothing else.
//!
//! Registers then run along the inner dimension. Lane `l` sums up the steps
//! `d ≡ l (mod lanes)`, and at the end the lanes are added, the second half to the
//! first until one is left. A single row, which is no reason to copy columns,
//! computes the same sums with a register for each lane.

use num_traits::{Float, One, Zero};

use super::panel::Panel;
use super::product::Factors;
use super::tile::Tile;
use super::vector::{MOST_LANES, Vector};

/// So many steps of a few columns fit a panel. The sums of more are added up.
const MOST_STEPS: usize = 2048;

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
    out: &mut [V::Element],
    columns: usize,
    panel: Option<&mut Panel>,
) {
    let Factors { a, b, bias } = factors;
    let first = b.columns - columns;
    debug_assert!(b.row_stride == 1 || panel.is_some(), "columns in one piece");
    let panel = panel.filter(|_| b.columns > 1).map(Panel::numbers::<V::Element>);
    for step in (0..a.columns).step_by(MOST_STEPS) {
        let depth = (a.columns - step).min(MOST_STEPS);
        for column in first..b.columns {
            let b_column = match panel {
                None => b.data[step..].as_ptr(),
                Some(panel) => {
                    for place in 0..depth {
                        let from = (step + place) * b.row_stride + column;
                        // SAFETY: the column's steps lie in `b`, and the panel has room
                        // for them.
                        unsafe { *panel.add(place) = *b.data.get_unchecked(from) };
                    }
                    panel.cast_const()
                }
            };
            let start = |row: usize, out: &[V::Element]| match bias {
                _ if step > 0 => out[row * b.columns + column],
                Some(bias) => bias[column],
                None => V::Element::zero(),
            };
            for row in (0..a.rows).step_by(V::LANES) {
                let rows = (a.rows - row).min(V::LANES);
                let from = &a.data[row * a.row_stride + step..];
                let mut place = 0;
                // SAFETY: so many rows are left, with so many steps each.
                let sums = unsafe {
                    let mut lanes = [V::zero(); MOST_LANES];
                    let row = |place: usize| from[place * a.row_stride..].as_ptr();
                    while V::LANES >= 8 && place + 8 <= rows {
                        let eight = dots::<V, 8>(row(place), a.row_stride, b_column, depth);
                        lanes[place..place + 8].copy_from_slice(&eight);
                        place += 8;
                    }
                    while place < rows {
                        [lanes[place]] = dots(row(place), a.row_stride, b_column, depth);
                        place += 1;
                    }
                    sums_of_lanes(&mut lanes)
                };
                for (place, sum) in sums.into_iter().take(rows).enumerate() {
                    let sum = start(row + place, out) + sum;
                    out[(row + place) * b.columns + column] = sum;
                }
            }
        }
    }
}

/// The dot products of `ROWS` rows, which are `stride` apart, with a column, lane by
/// lane.
///
/// # Safety
///
/// The processor must have the feature behind `V`; the rows and the column must
/// have `depth` numbers.
#[inline(always)]
unsafe fn dots<V: Vector, const ROWS: usize>(
    rows: *const V::Element,
    stride: usize,
    column: *const V::Element,
    depth: usize,
) -> [V; ROWS] {
    // SAFETY: handed on from the caller.
    unsafe {
        let mut sums = [V::zero(); ROWS];
        let whole = depth - depth % V::LANES;
        for step in (0..whole).step_by(V::LANES) {
            let column = V::load(column.add(step));
            for (row, sum) in sums.iter_mut().enumerate() {
                *sum = sum.plus_product(V::load(rows.add(row * stride + step)), column);
            }
        }
        if whole < depth {
            let lanes = depth - whole;
            let column = V::load_part(column.add(whole), lanes);
            for (row, sum) in sums.iter_mut().enumerate() {
                let row = V::load_part(rows.add(row * stride + whole), lanes);
                *sum = sum.plus_product(row, column);
            }
        }
        sums
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

impl<T: Float> Tile<T> {
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
            let mut left = self.depth;
            while left > 0 {
                self.depth = left.min(MOST_STEPS);
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
                sum.store(self.out.add(vector * V::LANES));
            }
            start.plus_product(lanes[0], one).store_part(self.out.add(behind), columns);
        }
    }
}
