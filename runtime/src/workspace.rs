//! Room for what a pass through a network computes on its way.

use crate::input::Staging;
use crate::scalar::Scalar;

/// The activations and activation gradients of a pass, and room for inputs
/// that do not lie in memory row by row.
///
/// A workspace belongs to no network in particular. It grows to what the
/// largest pass through it needed and stays so: from the second pass on nothing
/// is allocated.
///
/// ```
/// use chainrule::{Init, Rng, Sgd, Workspace, network};
///
/// network! { struct Line = Affine(1, 1) => IdentityWithLoss; }
/// let mut net = Line::new(Init::Zeros, &mut Rng::seed(0));
///
/// let (mut workspace, mut grads) = (Workspace::new(), Line::zeros());
/// let mut sgd = Sgd::new(0.5)?;
/// for _ in 0..100 {
///     net.gradient_in(&[[0.0], [1.0]], &[[1.0], [3.0]], &mut workspace, &mut grads)?;
///     net.update(&mut sgd, &grads);
/// }
/// let y = net.predict_in(&[[2.0]], &mut workspace)?;
/// assert!((y[(0, 0)] - 5.0).abs() < 1e-3);
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Workspace<T = f32> {
    arena: Vec<T>,
    input: Vec<T>,
    targets: Staging<T>,
}

/// Arenas start at a multiple of so many bytes: a cache line, and the longest
/// SIMD register.
const ALIGNMENT: usize = 64;

impl<T: Scalar> Workspace<T> {
    /// An empty workspace.
    pub fn new() -> Workspace<T> {
        Workspace::default()
    }

    /// How many bytes the workspace holds.
    pub fn bytes(&self) -> usize {
        size_of::<T>() * (self.arena.len() + self.input.capacity()) + self.targets.bytes()
    }

    /// The parts of the workspace: the arena, at least `len` long, the room for
    /// inputs, and the room for targets.
    pub(crate) fn parts(&mut self, len: usize) -> (&mut [T], &mut Vec<T>, &mut Staging<T>) {
        let slack = ALIGNMENT / size_of::<T>();
        if self.arena.len() < len + slack {
            self.arena.resize(len + slack, T::zero());
        }
        let start = self.arena.as_ptr().align_offset(ALIGNMENT).min(slack);
        (&mut self.arena[start..start + len], &mut self.input, &mut self.targets)
    }
}

/// Cuts an arena into one slice for each slot of the memory plan: `widths` are
/// numbers per sample.
///
/// # Panics
///
/// If the arena is shorter than the slots.
#[doc(hidden)]
pub fn slots<T, const SLOTS: usize>(
    arena: &mut [T],
    batch: usize,
    widths: [usize; SLOTS],
) -> [&mut [T]; SLOTS] {
    let mut rest = arena;
    widths.map(|width| {
        let (slot, tail) = std::mem::take(&mut rest).split_at_mut(batch * width);
        rest = tail;
        slot
    })
}
