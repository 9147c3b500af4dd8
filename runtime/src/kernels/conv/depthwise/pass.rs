//! A forward pass, or a gradient of the input.

use num_traits::{Float, Zero};

use super::axis::Pass;
use super::kernel::Kernel;
use super::plan::REGISTERS;
use super::planes::{Planes, prefetch_ahead};
use super::products::Products;
use super::tiles::{Tile, Tiles};
use crate::kernels::conv::shape::Conv2dShape;
use crate::kernels::conv::views::aligned;

/// The operands of a pass, for some samples.
pub struct Depthwise<'a, T> {
    pub(crate) shape: &'a Conv2dShape,
    pub(crate) pass: Pass,
    pub(crate) source: &'a [T],
    pub(crate) weights: &'a [T],
    pub(crate) bias: Option<&'a [T]>,
    pub(crate) is_rectified: bool,
    pub(crate) destination: &'a mut [T],
    pub(crate) scratch: &'a mut [T],
}

/// Computes a pass.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If a slice is too short.
#[inline(always)]
pub(crate) unsafe fn depthwise<V: Planes>(operands: &mut Depthwise<'_, V::Element>) {
    let Depthwise { shape, pass, source, weights, bias, is_rectified, .. } = *operands;
    let kernel = &Kernel::new(shape, pass);
    let plan = kernel.plan();
    let (sources, destinations) = match pass {
        Pass::Forward => (1, shape.group_filters()),
        Pass::Backward => (shape.group_filters(), 1),
    };
    let taps = shape.taps();
    let copies = &mut aligned(operands.scratch)[..sources * plan.copy_len];
    copies.fill(V::Element::zero());
    let (source_len, destination_len) =
        (sources * plan.source_len, destinations * plan.destination_len);
    // Room for the sums of a tile, of two column phases.
    // SAFETY: the caller guarantees the feature.
    let mut sums = unsafe { [[V::zero(); REGISTERS]; 2] };
    let share = source_len / plan.grid.0.div_ceil(plan.band);
    let mut group = 0;
    // Planes are small: no iterators that divide.
    for index in 0..source.len() / source_len {
        let planes = &source[index * source_len..][..source_len];
        let destination = &mut operands.destination[index * destination_len..][..destination_len];
        let (mut row, mut ahead) = (0, index * source_len + share);
        while row < plan.grid.0 {
            prefetch_ahead(source, ahead, share);
            ahead += share;
            let rows = (row, plan.band.min(plan.grid.0 - row));
            for index in 0..sources {
                let plane = &planes[index * plan.source_len..][..plan.source_len];
                let copy = &mut copies[index * plan.copy_len..][..plan.copy_len];
                // SAFETY: the caller guarantees the feature.
                unsafe { plan.copy::<V>(rows, plane, copy) };
            }
            for index in 0..destinations {
                let filter = group * shape.group_filters() + index;
                let mut band = Band {
                    kernel,
                    rows,
                    sources,
                    copies,
                    weights: &weights[filter * taps..][..sources * taps],
                    taps,
                    bias: bias.map_or(V::Element::zero(), |bias| bias[filter]),
                    is_rectified,
                    destination: &mut destination[index * plan.destination_len..]
                        [..plan.destination_len],
                };
                // SAFETY: the caller guarantees the feature.
                unsafe { band.compute::<V>(&mut sums) };
            }
            row += plan.band;
        }
        group = if group + 1 == shape.groups { 0 } else { group + 1 };
    }
}

/// Some rows of all grids, for a plane of the destination.
struct Band<'a, T> {
    kernel: &'a Kernel,
    /// The first row, and their number.
    rows: (usize, usize),
    sources: usize,
    copies: &'a [T],
    /// Those for the first copy.
    weights: &'a [T],
    /// Number of weights of a kernel.
    taps: usize,
    bias: T,
    is_rectified: bool,
    destination: &'a mut [T],
}

impl<T: Float> Band<'_, T> {
    /// Computes all phases.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    ///
    /// # Panics
    ///
    /// If a slice is too short.
    #[inline(always)]
    unsafe fn compute<V: Planes<Element = T>>(&mut self, sums: &mut [[V; REGISTERS]; 2]) {
        let plan = self.kernel.plan();
        assert!(self.copies.len() >= self.sources * plan.copy_len, "the copies");
        assert!(self.weights.len() >= self.sources * self.taps, "the weights");
        assert!(self.destination.len() == plan.destination_len, "a plane");
        let (first, rows) = self.rows;
        for phase in 0..plan.phases.0 {
            let mut tiles = Tiles {
                rows: rows.min(self.kernel.grid_rows(phase).saturating_sub(first)),
                columns: plan.grid.1,
                is_flat: plan.is_flat,
                next: (0, 0),
            };
            while let Some(tile) = tiles.next::<V>() {
                // SAFETY: the caller guarantees the feature. The tile is in the grid, and the lengths
                // were checked.
                unsafe { self.tile::<V>(phase, tile, sums) };
            }
        }
    }

    /// Computes a tile for all column phases of a row phase.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. The tile must be in the grid. The slices must have the lengths that [`compute`](Band::compute) checks.
    #[inline(always)]
    unsafe fn tile<V: Planes<Element = T>>(
        &mut self,
        phase: usize,
        tile: Tile,
        [even, odd]: &mut [[V; REGISTERS]; 2],
    ) {
        let plan = self.kernel.plan();
        let row_distance = plan.stride.0 * plan.row_len;
        let distance = if plan.is_flat { V::LANES } else { row_distance };
        let copies = self.copies.as_ptr().wrapping_add(tile.row * row_distance + tile.column);
        let row = phase + (self.rows.0 + tile.row) * plan.spacing.0;
        let row = &mut self.destination[row * plan.width..];
        let mut products = Products {
            taps: self.kernel.phase((phase, 0)),
            first: copies,
            distance,
            sources: self.sources,
            copy_len: plan.copy_len,
            weights: self.weights.as_ptr(),
            weights_len: self.taps,
            bias: self.bias,
            is_rectified: self.is_rectified,
        };
        // SAFETY: the caller guarantees the feature, and that the tile is in the grid. What the taps
        // meet is in the copies, by the invariant of the kernel.
        unsafe {
            let registers = tile.registers;
            V::sums(&products, registers, even);
            match plan.phases.1 {
                1 => plan.store(&even[..registers], tile.column, row),
                2 => {
                    products.taps = self.kernel.phase((phase, 1));
                    V::sums(&products, registers, odd);
                    plan.interleave(&even[..registers], odd, tile.column, row);
                }
                phases => {
                    plan.scatter(&even[..registers], tile.column, 0, row);
                    for column_phase in 1..phases {
                        products.taps = self.kernel.phase((phase, column_phase));
                        V::sums(&products, registers, odd);
                        plan.scatter(&odd[..registers], tile.column, column_phase, row);
                    }
                }
            }
        }
    }
}
