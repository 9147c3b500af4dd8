//! The largest numbers of adjacent squares of four numbers, and their gradients.
//!
//! A register of windows is computed at once. The corners of its squares, row by row, are the numbers
//! with even and with odd places of two registers. If the windows of a row do not fill the last
//! register, it begins earlier: these windows are computed twice. Rows of windows that fill half of a
//! register are computed in pairs. If a row has fewer windows than a register, part of one is used.

use num_traits::{Float, Zero};

use super::shape::PoolShape;
use crate::kernels::simd::vector::Vector;

/// The operands of a gradient, for some planes.
pub struct Gradient<'a, T> {
    pub(super) shape: &'a PoolShape,
    pub(super) input: &'a [T],
    pub(super) d_output: &'a [T],
    pub(super) d_input: &'a mut [T],
    /// Whether gradients of windows without a positive number are replaced by 0.
    pub(super) is_rectified: bool,
}

/// The largest number of each window, for some planes.
///
/// # Safety
///
/// The processor must have the feature of `V`.
#[inline(always)]
pub(super) unsafe fn largest<V: Vector>(
    shape: &PoolShape,
    input: &[V::Element],
    output: &mut [V::Element],
) {
    let planes = input.chunks_exact(shape.plane_len());
    for (plane, output) in planes.zip(output.chunks_exact_mut(shape.output_plane_len())) {
        let squares = Squares { plane, width: shape.width, windows: shape.output_width() };
        // SAFETY: the caller guarantees the feature.
        unsafe { squares.largest::<V>(output) };
    }
}

/// The gradients of the input, for some planes.
///
/// # Safety
///
/// The processor must have the feature of `V`.
#[inline(always)]
pub(super) unsafe fn gradient<V: Vector>(operands: &mut Gradient<'_, V::Element>) {
    let Gradient { shape, input, d_output, ref mut d_input, is_rectified } = *operands;
    let width = shape.width;
    let planes = input.chunks_exact(shape.plane_len());
    let d_outputs = d_output.chunks_exact(shape.output_plane_len());
    let d_inputs = d_input.chunks_exact_mut(shape.plane_len());
    for ((plane, d_output), d_plane) in planes.zip(d_outputs).zip(d_inputs) {
        // Numbers that are in no square.
        if width % 2 == 1 {
            d_plane.chunks_exact_mut(width).for_each(|row| row[width - 1] = Zero::zero());
        }
        if shape.height % 2 == 1 {
            d_plane[(shape.height - 1) * width..].fill(Zero::zero());
        }
        let squares = Squares { plane, width, windows: shape.output_width() };
        // SAFETY: the caller guarantees the feature.
        unsafe { squares.gradient::<V>(d_output, d_plane, is_rectified) };
    }
}

/// A plane in squares.
#[derive(Clone, Copy)]
struct Squares<'a, T> {
    plane: &'a [T],
    width: usize,
    /// Windows in a row.
    windows: usize,
}

/// How the windows of a plane are divided into registers.
#[derive(Clone, Copy)]
struct Registers {
    /// Rows of windows in a register.
    rows: usize,
    /// Windows in a register.
    windows: usize,
    /// From the first register of upper corners to the second one.
    distance: usize,
}

impl Registers {
    /// How many numbers of the two registers of a row of corners there are.
    #[inline(always)]
    fn parts(self, lanes: usize) -> (usize, usize) {
        let first = lanes.min(2 * self.windows);
        (first, 2 * self.windows - first)
    }
}

impl<T: Float> Squares<'_, T> {
    /// The division into registers of `lanes` windows: part of a row, two rows if each fills half of a
    /// register, or a row that fills at least a quarter of it. `None` if there are fewer windows.
    #[inline(always)]
    fn registers(self, rows: usize, lanes: usize) -> Option<Registers> {
        if self.windows >= lanes {
            Some(Registers { rows: 1, windows: lanes, distance: lanes })
        } else if self.width == lanes && rows >= 2 {
            Some(Registers { rows: 2, windows: lanes, distance: 2 * self.width })
        } else if 4 * self.windows >= lanes {
            Some(Registers { rows: 1, windows: self.windows, distance: lanes })
        } else {
            None
        }
    }

    /// The largest number of each window.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    #[inline(always)]
    unsafe fn largest<V: Vector<Element = T>>(self, output: &mut [T]) {
        let rows = output.len() / self.windows;
        assert!(2 * rows * self.width <= self.plane.len() && 2 * self.windows <= self.width);
        let Some(registers) = self.registers(rows, V::LANES) else {
            if V::Half::LANES < V::LANES {
                // SAFETY: the caller guarantees the feature, which includes that of half a register.
                return unsafe { self.largest::<V::Half>(output) };
            }
            for (index, output) in output.iter_mut().enumerate() {
                *output = self.window(index).into_iter().reduce(larger_number).unwrap_or(*output);
            }
            return;
        };
        for row in starts(rows, registers.rows) {
            for column in starts(registers.rows * self.windows, registers.windows) {
                // SAFETY: the caller guarantees the feature. `registers.windows` windows from here on
                // are in these rows.
                unsafe {
                    let first = 2 * row * self.width + 2 * column;
                    let [a, b, c, d] = self.load::<V>(first, registers);
                    let largest = larger(larger(larger(a, b), c), d);
                    let to = output.as_mut_ptr().add(row * self.windows + column);
                    store(largest, to, registers.windows);
                }
            }
        }
    }

    /// The gradients of the squares.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    #[inline(always)]
    unsafe fn gradient<V: Vector<Element = T>>(
        self,
        d_output: &[T],
        d_plane: &mut [T],
        is_rectified: bool,
    ) {
        let rows = d_output.len() / self.windows;
        assert!(2 * rows * self.width <= self.plane.len() && 2 * self.windows <= self.width);
        assert!(d_plane.len() == self.plane.len(), "the gradients of a plane");
        let Some(registers) = self.registers(rows, V::LANES) else {
            if V::Half::LANES < V::LANES {
                // SAFETY: the caller guarantees the feature, which includes that of half a register.
                return unsafe { self.gradient::<V::Half>(d_output, d_plane, is_rectified) };
            }
            for (index, &gradient) in d_output.iter().enumerate() {
                let [a, b, c, d] = self.shares_of_window(index, gradient, is_rectified);
                let first = self.first(index);
                d_plane[first..][..2].copy_from_slice(&[a, b]);
                d_plane[first + self.width..][..2].copy_from_slice(&[c, d]);
            }
            return;
        };
        for row in starts(rows, registers.rows) {
            for column in starts(registers.rows * self.windows, registers.windows) {
                // SAFETY: the caller guarantees the feature. `registers.windows` windows from here on
                // are in these rows, and their squares in the plane.
                unsafe {
                    let first = 2 * row * self.width + 2 * column;
                    let corners = self.load::<V>(first, registers);
                    let from = d_output.as_ptr().add(row * self.windows + column);
                    let [a, b, c, d] = shares(corners, load(from, registers.windows), is_rectified);
                    let upper = d_plane.as_mut_ptr().add(first);
                    let lower = upper.add(self.width);
                    let (ab, more_ab) = a.interleave(b);
                    let (cd, more_cd) = c.interleave(d);
                    let (some, others) = registers.parts(V::LANES);
                    store(ab, upper, some);
                    store(more_ab, upper.add(registers.distance), others);
                    store(cd, lower, some);
                    store(more_cd, lower.add(registers.distance), others);
                }
            }
        }
    }

    /// The corners of a register of squares, row by row. `first` is the place of the first corner.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`, and the squares must be in the plane.
    #[inline(always)]
    unsafe fn load<V: Vector<Element = T>>(self, first: usize, registers: Registers) -> [V; 4] {
        let (some, others) = registers.parts(V::LANES);
        let upper = self.plane.as_ptr().wrapping_add(first);
        let more_upper = upper.wrapping_add(registers.distance);
        let (lower, more_lower) =
            (upper.wrapping_add(self.width), more_upper.wrapping_add(self.width));
        // SAFETY: the caller guarantees the feature, and these numbers of both rows.
        unsafe {
            let (a, b) = load::<V>(upper, some).deinterleave(load(more_upper, others));
            let (c, d) = load::<V>(lower, some).deinterleave(load(more_lower, others));
            [a, b, c, d]
        }
    }

    /// The place of the first corner of a window.
    #[inline(always)]
    fn first(self, index: usize) -> usize {
        2 * (index / self.windows) * self.width + 2 * (index % self.windows)
    }

    /// The corners of a window, row by row.
    #[inline(always)]
    fn window(self, index: usize) -> [T; 4] {
        let upper = &self.plane[self.first(index)..][..self.width + 2];
        [upper[0], upper[1], upper[self.width], upper[self.width + 1]]
    }

    /// The gradients of the corners of a window.
    #[inline(always)]
    fn shares_of_window(self, index: usize, gradient: T, is_rectified: bool) -> [T; 4] {
        let (corners, mut shares) = (self.window(index), [T::zero(); 4]);
        let place =
            (1..4).fold(
                0,
                |best, place| {
                    if is_larger(corners[place], corners[best]) { place } else { best }
                },
            );
        if !is_rectified || is_larger(corners[place], T::zero()) {
            shares[place] = gradient;
        }
        shares
    }
}

/// Reads the first `lanes` numbers of a register; the others are zero.
///
/// # Safety
///
/// The processor must have the feature of `V`, and the numbers must be readable.
#[inline(always)]
unsafe fn load<V: Vector>(from: *const V::Element, lanes: usize) -> V {
    // SAFETY: the caller guarantees the feature and these numbers.
    unsafe {
        match lanes {
            0 => V::zero(),
            _ if lanes == V::LANES => V::load(from),
            _ => V::load_part(from, lanes),
        }
    }
}

/// Writes the first `lanes` numbers of a register.
///
/// # Safety
///
/// The processor must have the feature of `V`, and the numbers must be writable.
#[inline(always)]
unsafe fn store<V: Vector>(register: V, to: *mut V::Element, lanes: usize) {
    // SAFETY: the caller guarantees the feature and these numbers.
    unsafe {
        match lanes {
            0 => {}
            _ if lanes == V::LANES => register.store(to),
            _ => register.store_part(to, lanes),
        }
    }
}

/// The first of each `at_once` of `all`. The last ones may overlap those before them.
#[inline(always)]
fn starts(all: usize, at_once: usize) -> impl Iterator<Item = usize> {
    (0..all.div_ceil(at_once)).map(move |index| (index * at_once).min(all - at_once))
}

/// Whether `x` replaces `best` as the largest number so far, as in PyTorch.
#[inline(always)]
pub(super) fn is_larger<T: Float>(x: T, best: T) -> bool {
    // Not `||`, which would be a branch.
    (x > best) | x.is_nan()
}

#[inline(always)]
pub(super) fn larger_number<T: Float>(best: T, x: T) -> T {
    if is_larger(x, best) { x } else { best }
}

/// [`larger_number`], lane by lane.
///
/// # Safety
///
/// The processor must have the feature of `V`.
#[inline(always)]
unsafe fn larger<V: Vector>(best: V, x: V) -> V {
    // SAFETY: the caller guarantees the feature.
    unsafe { x.if_larger(best, x, best) }
}

/// The gradients of the corners of squares, the first of the largest ones of which gets all.
///
/// # Safety
///
/// The processor must have the feature of `V`.
#[inline(always)]
unsafe fn shares<V: Vector>([a, b, c, d]: [V; 4], gradient: V, is_rectified: bool) -> [V; 4] {
    // SAFETY: the caller guarantees the feature.
    unsafe {
        let zero = V::zero();
        let of_two = larger(a, b);
        let of_three = larger(of_two, c);
        let left = if is_rectified {
            larger(of_three, d).if_larger(zero, gradient, zero)
        } else {
            gradient
        };
        // From the last corner on, what is left for those before it.
        let (of_d, left) = taken(d, of_three, left);
        let (of_c, left) = taken(c, of_two, left);
        let (of_b, of_a) = taken(b, a, left);
        [of_a, of_b, of_c, of_d]
    }
}

/// What `x` takes of a gradient where it is larger than `best`, and what is left elsewhere.
///
/// # Safety
///
/// The processor must have the feature of `V`.
#[inline(always)]
unsafe fn taken<V: Vector>(x: V, best: V, gradient: V) -> (V, V) {
    // SAFETY: the caller guarantees the feature.
    unsafe { (x.if_larger(best, gradient, V::zero()), x.if_larger(best, V::zero(), gradient)) }
}
