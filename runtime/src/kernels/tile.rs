//! A tile of a product, which stays in registers while the inner dimension runs
//! past it.
//!
//! A register holds neighbouring columns of the result, and each number of `A`
//! is broadcast to a whole register. Every number of the result is one sum in
//! the order of the inner dimension, whatever tile it lies in (four sums, where a
//! row of the result fits a register): results do not depend on how a product is
//! cut up.

use num_traits::Float;

use super::prefetch::{Ahead, CAN_FETCH};
use super::vector::Vector;

/// Where a column of tiles of the result, and what it is made of, begin.
#[derive(Clone, Copy)]
pub(super) struct Tile<'f, T> {
    pub(super) a: *const T,
    /// From row to row, and from step to step of the inner dimension.
    pub(super) a_strides: (usize, usize),
    pub(super) b: *const T,
    pub(super) b_stride: usize,
    /// What the sums begin with; null for zero.
    pub(super) start: *const T,
    /// 0 if all rows begin with the same.
    pub(super) start_stride: usize,
    pub(super) out: *mut T,
    pub(super) out_stride: usize,
    pub(super) depth: usize,
    pub(super) finish: &'f Finish<T>,
    /// What is fetched from memory meanwhile, and the row of the product that this one is.
    pub(super) ahead: Option<(&'f Ahead<T>, usize)>,
}

/// What is done with sums before they are stored.
#[derive(Clone, Copy)]
pub(super) enum Finish<T> {
    Nothing,
    /// Those that are not above 0 are replaced by 0.
    Rectify,
    /// They are a gradient, and what lies in their place are weights: these take the step.
    Step(Step<T>),
}

impl<T: Float> Finish<T> {
    /// What is stored in the place of `before`.
    #[inline(always)]
    pub(super) fn of(self, before: T, sum: T) -> T {
        match self {
            Finish::Nothing => sum,
            Finish::Rectify if sum <= T::zero() => T::zero(),
            Finish::Rectify => sum,
            Finish::Step(step) => step.taken(before, sum),
        }
    }

    /// The same for the first `lanes` numbers of a register.
    ///
    /// # Safety
    ///
    /// The processor must have the feature behind `V`, and `before` so many numbers.
    #[inline(always)]
    pub(super) unsafe fn of_part<V: Vector<Element = T>>(
        self,
        before: *const T,
        lanes: usize,
        sums: V,
    ) -> V {
        // SAFETY: handed on from the caller.
        unsafe {
            match self {
                Finish::Nothing => sums,
                Finish::Rectify => sums.rectified(),
                Finish::Step(step) => step.taken_by(V::load_part(before, lanes), sums),
            }
        }
    }
}

/// A step of gradient descent, `w ← w - η (dw + λ w)`, along the gradient that a product
/// is.
#[derive(Clone, Copy)]
pub(crate) struct Step<T> {
    /// The learning rate, `η`.
    pub(crate) rate: T,
    /// `λ`.
    pub(crate) decay: T,
}

impl<T: Float> Step<T> {
    /// The weights after the step.
    #[inline(always)]
    pub(crate) fn taken(self, weight: T, gradient: T) -> T {
        weight - self.rate * (gradient + self.decay * weight)
    }

    /// As [`taken`](Step::taken), to the bit: the products are rounded before they are
    /// added to anything.
    ///
    /// # Safety
    ///
    /// The processor must have the feature behind `V`.
    #[inline(always)]
    unsafe fn taken_by<V: Vector<Element = T>>(self, weights: V, gradients: V) -> V {
        // SAFETY: handed on from the caller.
        unsafe {
            let nothing = V::splat(T::neg_zero());
            let decayed = nothing.plus_product(V::splat(self.decay), weights);
            let direction = gradients.plus_product(decayed, V::splat(T::one()));
            let way = nothing.plus_product(V::splat(self.rate), direction);
            weights.plus_product(way, V::splat(-T::one()))
        }
    }
}

impl<T: Float> Tile<'_, T> {
    /// `rows` rows of `width` columns, which are at most `VECTORS` registers.
    ///
    /// # Safety
    ///
    /// The processor must have the feature behind `V`, and the tiles must lie
    /// inside the matrices.
    #[inline(always)]
    pub(super) unsafe fn rows_of_width<V: Vector<Element = T>, const VECTORS: usize>(
        self,
        rows: usize,
        width: usize,
    ) {
        let half = HALF * V::LANES;
        // SAFETY: handed on from the caller; the width is that many registers.
        unsafe {
            if width == VECTORS * V::LANES {
                self.rows::<V, VECTORS, false>(rows, 0);
            } else if const { !is_in_halves::<V>(VECTORS) } {
                self.rows_of_part::<V, VECTORS>(rows, width);
            } else if width < half {
                self.rows_of_part::<V, HALF>(rows, width);
            } else {
                self.rows::<V, HALF, false>(rows, 0);
                if width > half {
                    self.right_by(half).rows_of_part::<V, HALF>(rows, width - half);
                }
            }
        }
    }

    /// As [`rows_of_width`](Tile::rows_of_width). The last register is taken as if it were
    /// not full: half as many tiles to compile.
    ///
    /// # Safety
    ///
    /// As [`rows_of_width`](Tile::rows_of_width).
    #[inline(always)]
    unsafe fn rows_of_part<V: Vector<Element = T>, const VECTORS: usize>(
        self,
        rows: usize,
        width: usize,
    ) {
        let lanes = (width - 1) % V::LANES + 1;
        // SAFETY: handed on from the caller; the width is that many registers.
        unsafe {
            match width.div_ceil(V::LANES) {
                vectors if vectors == VECTORS => self.rows::<V, VECTORS, true>(rows, lanes),
                1 => self.rows::<V, 1, true>(rows, lanes),
                2 => self.rows::<V, 2, true>(rows, lanes),
                _ => {
                    // Less to compile where tiles are no wider.
                    if const { VECTORS > 3 } {
                        self.rows::<V, 3, true>(rows, lanes);
                    }
                }
            }
        }
    }

    /// As [`rows_of_width`](Tile::rows_of_width), two rows at a time.
    ///
    /// # Safety
    ///
    /// As [`rows_of_width`](Tile::rows_of_width), for exactly these rows.
    #[inline(always)]
    pub(super) unsafe fn few_rows<V: Vector<Element = T>, const VECTORS: usize>(
        self,
        rows: usize,
        width: usize,
    ) {
        // SAFETY: handed on from the caller.
        unsafe {
            if width == VECTORS * V::LANES {
                let row = self.tiles::<V, 2, VECTORS, 1, false>(0, rows, 0);
                self.tiles::<V, 1, VECTORS, 1, false>(row, rows, 0);
            } else {
                for row in 0..rows {
                    Tile {
                        a: self.a.add(row * self.a_strides.0),
                        out: self.out.add(row * self.out_stride),
                        ..self
                    }
                    .single_row::<V>(width);
                }
            }
        }
    }

    /// A single row of any width. It streams `b`, which is read faster the longer
    /// its rows, and eight sums are what the processor adds to at once.
    ///
    /// # Safety
    ///
    /// As [`rows_of_width`](Tile::rows_of_width).
    #[inline(always)]
    pub(super) unsafe fn single_row<V: Vector<Element = T>>(mut self, mut width: usize) {
        // SAFETY: handed on from the caller; the columns end at `width`.
        unsafe {
            while width >= 8 * V::LANES {
                self.compute::<V, 1, 8, false, false>(0);
                self = self.right_by(8 * V::LANES);
                width -= 8 * V::LANES;
            }
            if width > 4 * V::LANES {
                self.compute::<V, 1, 4, false, false>(0);
                self = self.right_by(4 * V::LANES);
                width -= 4 * V::LANES;
            }
            let lanes = width.wrapping_sub(1) % V::LANES + 1;
            match width.div_ceil(V::LANES) {
                0 => {}
                1 => self.compute::<V, 1, 1, true, false>(lanes),
                2 => self.compute::<V, 1, 2, true, false>(lanes),
                3 => self.compute::<V, 1, 3, true, false>(lanes),
                _ => self.compute::<V, 1, 4, true, false>(lanes),
            }
        }
    }

    /// `rows` rows of `width` columns, which fit a register: each sum is taken as
    /// [`CHAINS`], so that even a few rows keep the processor busy.
    ///
    /// # Safety
    ///
    /// As [`rows_of_width`](Tile::rows_of_width).
    #[inline(always)]
    pub(super) unsafe fn rows_in_chains<V: Vector<Element = T>>(self, rows: usize, width: usize) {
        // SAFETY: handed on from the caller.
        unsafe {
            let mut row = 0;
            if fits::<V>(6, CHAINS) {
                row = self.tiles_in_chains::<V, 6>(row, rows, width);
            }
            row = self.tiles_in_chains::<V, 2>(row, rows, width);
            self.tiles_in_chains::<V, 1>(row, rows, width);
        }
    }

    /// As [`tiles`](Tile::tiles), in chains.
    ///
    /// # Safety
    ///
    /// As [`rows_in_chains`](Tile::rows_in_chains).
    #[inline(always)]
    unsafe fn tiles_in_chains<V: Vector<Element = T>, const ROWS: usize>(
        self,
        mut row: usize,
        rows: usize,
        width: usize,
    ) -> usize {
        while row + ROWS <= rows {
            // SAFETY: `row + ROWS` rows lie inside the matrices.
            unsafe { self.down_by(row).compute_in_chains::<V, ROWS>(width) };
            row += ROWS;
        }
        row
    }

    /// What lies `rows` below.
    ///
    /// # Safety
    ///
    /// The matrices must have as many rows.
    #[inline(always)]
    unsafe fn down_by(self, rows: usize) -> Self {
        // SAFETY: handed on from the caller.
        unsafe {
            let start = match self.start.is_null() {
                true => self.start,
                false => self.start.add(rows * self.start_stride),
            };
            Tile {
                a: self.a.add(rows * self.a_strides.0),
                out: self.out.add(rows * self.out_stride),
                start,
                ahead: self.ahead.map(|(ahead, row)| (ahead, row + rows)),
                ..self
            }
        }
    }

    /// What lies `columns` to the right.
    ///
    /// # Safety
    ///
    /// The matrices must have as many columns.
    #[inline(always)]
    pub(super) unsafe fn right_by(self, columns: usize) -> Self {
        // SAFETY: handed on from the caller.
        unsafe {
            let start = match self.start.is_null() {
                true => self.start,
                false => self.start.add(columns),
            };
            Tile { b: self.b.add(columns), out: self.out.add(columns), start, ..self }
        }
    }

    /// The highest tiles that the registers hold, and lower ones for what is left. Where
    /// the columns fill the registers, that is no single row, if there are more: it would
    /// have too few sums to keep the processor busy, and read all of `b` for itself.
    ///
    /// # Safety
    ///
    /// As [`rows_of_width`](Tile::rows_of_width).
    #[inline(always)]
    unsafe fn rows<V: Vector<Element = T>, const VECTORS: usize, const PART: bool>(
        self,
        rows: usize,
        lanes: usize,
    ) {
        let end = |row: usize, height: usize| {
            let left = rows - row;
            let is_one_left = !PART && left > height && left % height == 1;
            if is_one_left { rows - height - 1 } else { rows }
        };
        // SAFETY: handed on from the caller.
        unsafe {
            let mut row = 0;
            if const { is_in_halves::<V>(VECTORS) } {
                const { assert!(VECTORS <= 2 * HALF) };
                row = self.tiles::<V, 6, HALF, 2, PART>(row, end(row, 6), lanes);
                row = self.tiles::<V, 4, HALF, 2, PART>(row, end(row, 4), lanes);
                row = self.tiles::<V, 3, HALF, 2, PART>(row, rows, lanes);
                row = self.tiles::<V, 2, VECTORS, 1, PART>(row, rows, lanes);
                self.tiles::<V, 1, VECTORS, 1, PART>(row, rows, lanes);
                return;
            }
            if fits::<V>(8, VECTORS) {
                row = self.tiles::<V, 8, VECTORS, 1, PART>(row, end(row, 8), lanes);
            } else if fits::<V>(6, VECTORS) {
                row = self.tiles::<V, 6, VECTORS, 1, PART>(row, end(row, 6), lanes);
            }
            row = self.tiles::<V, 4, VECTORS, 1, PART>(row, end(row, 4), lanes);
            if !PART {
                row = self.tiles::<V, 3, VECTORS, 1, PART>(row, rows, lanes);
            }
            row = self.tiles::<V, 2, VECTORS, 1, PART>(row, rows, lanes);
            self.tiles::<V, 1, VECTORS, 1, PART>(row, rows, lanes);
        }
    }

    /// As many tiles of `ROWS` rows as fit from `row` on, each `TIMES` side by side. Returns
    /// the row behind them.
    ///
    /// # Safety
    ///
    /// As [`rows_of_width`](Tile::rows_of_width).
    #[inline(always)]
    unsafe fn tiles<
        V: Vector<Element = T>,
        const ROWS: usize,
        const VECTORS: usize,
        const TIMES: usize,
        const PART: bool,
    >(
        self,
        mut row: usize,
        rows: usize,
        lanes: usize,
    ) -> usize {
        let can_be_ahead = const { CAN_FETCH && ROWS >= LEAST_ROWS_AHEAD && !PART };
        let is_ahead = can_be_ahead && self.ahead.is_some();
        let first = if is_ahead { self } else { Tile { ahead: None, ..self } };
        while row + ROWS <= rows {
            let mut column = 0;
            while column < TIMES * VECTORS * V::LANES {
                // SAFETY: `row + ROWS` rows lie inside the matrices, and so many columns.
                unsafe {
                    let tile = first.down_by(row).right_by(column);
                    if is_ahead {
                        tile.compute::<V, ROWS, VECTORS, PART, true>(lanes);
                    } else {
                        tile.compute::<V, ROWS, VECTORS, PART, false>(lanes);
                    }
                }
                column += VECTORS * V::LANES;
            }
            row += ROWS;
        }
        row
    }

    /// `out[r][c] = start[r][c] + Σ_d a[r][d] · b[d][c]` for `ROWS` rows and
    /// `VECTORS` registers of columns, the last of them with only `lanes`
    /// columns if `PART`; and what is to be done with it. What is ahead is fetched if
    /// `AHEAD`.
    ///
    /// # Safety
    ///
    /// As [`rows_of_width`](Tile::rows_of_width).
    #[inline(always)]
    pub(super) unsafe fn compute<
        V: Vector<Element = T>,
        const ROWS: usize,
        const VECTORS: usize,
        const PART: bool,
        const AHEAD: bool,
    >(
        self,
        lanes: usize,
    ) {
        let load = |from: *const T, vector: usize| {
            // SAFETY: the register lies inside the tile's columns.
            unsafe {
                let from = from.add(vector * V::LANES);
                if PART && vector + 1 == VECTORS {
                    V::load_part(from, lanes)
                } else {
                    V::load(from)
                }
            }
        };
        // SAFETY: every row and register lies inside the tile.
        unsafe {
            let mut sums = [[V::zero(); VECTORS]; ROWS];
            if !self.start.is_null() {
                for (row, sums) in sums.iter_mut().enumerate() {
                    let start = self.start.add(row * self.start_stride);
                    for (vector, sum) in sums.iter_mut().enumerate() {
                        *sum = load(start, vector);
                    }
                }
            }
            let ahead = self.ahead.filter(|_| AHEAD).map(|(ahead, row)| ahead.share(row));
            let mut next = self.a;
            for step in 0..self.depth {
                if let Some(ahead) = &ahead {
                    ahead.fetch_line_of(step);
                }
                let b = self.b.add(step * self.b_stride);
                let mut columns = [V::zero(); VECTORS];
                for (vector, column) in columns.iter_mut().enumerate() {
                    *column = load(b, vector);
                }
                let a = computed_here(next);
                for (row, sums) in sums.iter_mut().enumerate() {
                    let a = V::splat(std::ptr::read(a.add(row * self.a_strides.0)));
                    for (sum, &column) in sums.iter_mut().zip(&columns) {
                        *sum = sum.plus_product(a, column);
                    }
                }
                next = next.wrapping_add(self.a_strides.1);
            }
            match *self.finish {
                Finish::Nothing => {}
                Finish::Rectify => {
                    for sum in sums.as_flattened_mut() {
                        *sum = sum.rectified();
                    }
                }
                Finish::Step(step) => {
                    for (row, sums) in sums.iter_mut().enumerate() {
                        let weights = self.out.add(row * self.out_stride).cast_const();
                        for (vector, sum) in sums.iter_mut().enumerate() {
                            *sum = step.taken_by(load(weights, vector), *sum);
                        }
                    }
                }
            }
            for (row, sums) in sums.iter().enumerate() {
                let out = self.out.add(row * self.out_stride);
                for (vector, sum) in sums.iter().enumerate() {
                    let out = out.add(vector * V::LANES);
                    if PART && vector + 1 == VECTORS {
                        sum.store_part(out, lanes);
                    } else {
                        sum.store(out);
                    }
                }
            }
        }
    }

    /// As [`compute`](Tile::compute) for one register of `width` columns, with
    /// [`sums_in_chains`](Tile::sums_in_chains).
    ///
    /// # Safety
    ///
    /// As [`rows_of_width`](Tile::rows_of_width).
    #[inline(always)]
    pub(super) unsafe fn compute_in_chains<V: Vector<Element = T>, const ROWS: usize>(
        self,
        width: usize,
    ) {
        // SAFETY: every row lies inside the tile.
        unsafe {
            let sums = self.sums_in_chains::<V, ROWS, false>(width);
            for (row, &sum) in sums.iter().enumerate() {
                let out = self.out.add(row * self.out_stride);
                self.finish.of_part(out, width, sum).store_part(out, width);
            }
        }
    }

    /// `(Σ₀ + Σ₁) + (Σ₂ + Σ₃)` for one register of `width` columns, where `Σᵢ` is
    /// the sum of all steps `d ≡ i (mod 4)`; `Σ₀` begins with `start`, and ends with up to
    /// three steps that are left over. The columns fill the register if it is `WHOLE`.
    ///
    /// # Safety
    ///
    /// As [`rows_of_width`](Tile::rows_of_width).
    #[inline(always)]
    pub(super) unsafe fn sums_in_chains<
        V: Vector<Element = T>,
        const ROWS: usize,
        const WHOLE: bool,
    >(
        self,
        width: usize,
    ) -> [V; ROWS] {
        // SAFETY: every row and step lies inside the tile.
        unsafe {
            let mut sums = [[V::zero(); CHAINS]; ROWS];
            if !self.start.is_null() {
                for (row, sums) in sums.iter_mut().enumerate() {
                    sums[0] = V::load_part(self.start.add(row * self.start_stride), width);
                }
            }
            let mut step = 0;
            while step + CHAINS <= self.depth {
                for chain in 0..CHAINS {
                    self.add_step::<V, ROWS, WHOLE>(&mut sums, chain, step + chain, width);
                }
                step += CHAINS;
            }
            for step in step..self.depth {
                self.add_step::<V, ROWS, WHOLE>(&mut sums, 0, step, width);
            }
            let one = V::splat(T::one());
            let mut totals = [V::zero(); ROWS];
            for (total, [a, b, c, d]) in totals.iter_mut().zip(sums) {
                *total = a.plus_product(b, one).plus_product(c.plus_product(d, one), one);
            }
            totals
        }
    }

    /// Adds a step of the inner dimension to a chain of each row.
    ///
    /// # Safety
    ///
    /// As [`sums_in_chains`](Tile::sums_in_chains), for `step < depth`.
    #[inline(always)]
    unsafe fn add_step<V: Vector<Element = T>, const ROWS: usize, const WHOLE: bool>(
        self,
        sums: &mut [[V; CHAINS]; ROWS],
        chain: usize,
        step: usize,
        width: usize,
    ) {
        // SAFETY: handed on from the caller.
        unsafe {
            let from = self.b.add(step * self.b_stride);
            let column = if WHOLE { V::load(from) } else { V::load_part(from, width) };
            let a = self.a.add(step * self.a_strides.1);
            for (row, sums) in sums.iter_mut().enumerate() {
                let a = V::splat(std::ptr::read(a.add(row * self.a_strides.0)));
                sums[chain] = sums[chain].plus_product(a, column);
            }
        }
    }
}

/// Into how many sums one is divided that would wait for itself.
const CHAINS: usize = 4;

/// The same pointer, of which the compiler forgets how it was made. Else it keeps one
/// for each row, more than there are registers for, and reads them from the stack in
/// each step.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[expect(clippy::pointers_in_nomem_asm_block, reason = "there is no instruction in it")]
#[inline(always)]
pub(super) fn computed_here<T>(mut pointer: *const T) -> *const T {
    // SAFETY: no instruction, so that the pointer stays what it is.
    unsafe {
        std::arch::asm!(
            "/* {0} */",
            inout(reg) pointer,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    pointer
}

/// The same pointer.
#[cfg(not(all(target_arch = "x86_64", not(miri))))]
#[inline(always)]
pub(super) fn computed_here<T>(pointer: *const T) -> *const T {
    pointer
}

/// Whether the registers hold the sums of a tile, a row of columns, and a
/// broadcast.
const fn fits<V: Vector>(rows: usize, vectors: usize) -> bool {
    rows * vectors + vectors < V::REGISTERS
}

/// Lower tiles fetch nothing ahead, so that there is less to compile.
const LEAST_ROWS_AHEAD: usize = 4;

/// How many rows the highest tiles have.
pub(super) const fn most_rows<V: Vector, const VECTORS: usize>() -> usize {
    let vectors = if is_in_halves::<V>(VECTORS) { HALF } else { VECTORS };
    if fits::<V>(8, vectors) {
        8
    } else if fits::<V>(6, vectors) {
        6
    } else {
        4
    }
}

/// Whether so many registers of columns leave none for tiles of several rows, so that these
/// are taken half as wide.
pub(super) const fn is_in_halves<V: Vector>(vectors: usize) -> bool {
    !fits::<V>(4, vectors)
}

/// Half of the widest tile.
const HALF: usize = 2;
