//! Memory for the intermediate values of a pass.

use super::input::Staging;
use super::memory::reserve;
use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::rng::Rng;

/// The activations and gradients of a pass, and staging buffers for inputs that are not row-major.
///
/// A workspace also contains the generator for random choices in training, such as those of a
/// [`Dropout`](crate::layers::Dropout). The generator continues from step to step.
///
/// A workspace can be used with any network. It grows to the size of the largest pass and keeps
/// that size. From the second pass on nothing is allocated, unless the batch or the network is
/// larger.
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
#[derive(Clone, Debug)]
pub struct Workspace<T = f32> {
    arena: Vec<T>,
    input: Vec<T>,
    targets: Staging<T>,
    rng: Rng,
}

/// The parts of a workspace.
pub(crate) struct Parts<'w, T> {
    pub(crate) arena: &'w mut [T],
    /// Staging buffer for inputs.
    pub(crate) input: &'w mut Vec<T>,
    /// Staging buffers for targets.
    pub(crate) targets: &'w mut Staging<T>,
    pub(crate) rng: &'w mut Rng,
}

/// Alignment of arenas in bytes: a cache line, and the widest SIMD register.
const ALIGNMENT: usize = 64;

impl<T: Scalar> Workspace<T> {
    /// Creates an empty workspace, whose generator has seed 0.
    pub fn new() -> Workspace<T> {
        Workspace::with_rng(Rng::seed(0))
    }

    /// Creates an empty workspace with this generator.
    pub fn with_rng(rng: Rng) -> Workspace<T> {
        Workspace { arena: Vec::new(), input: Vec::new(), targets: Staging::default(), rng }
    }

    /// The generator, in its current state.
    pub fn rng(&self) -> &Rng {
        &self.rng
    }

    /// The generator, for setting its state.
    pub fn rng_mut(&mut self) -> &mut Rng {
        &mut self.rng
    }

    /// The memory used by the workspace, in bytes.
    pub fn bytes(&self) -> usize {
        size_of::<T>() * (self.arena.capacity() + self.input.capacity()) + self.targets.bytes()
    }

    /// The parts of the workspace, with an arena of `samples × per_sample + scratch` numbers.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if there is not enough memory for the arena.
    #[inline]
    pub(crate) fn parts(
        &mut self,
        samples: usize,
        per_sample: usize,
        scratch: usize,
    ) -> Result<Parts<'_, T>, Error> {
        let slack = ALIGNMENT / size_of::<T>();
        // A product that overflows `usize` is rejected like any other that exceeds the memory.
        let len = samples.saturating_mul(per_sample).saturating_add(scratch);
        let padded = len.saturating_add(slack);
        if self.arena.len() < padded {
            self.grow(padded, samples)?;
        }
        let start = self.arena.as_ptr().align_offset(ALIGNMENT).min(slack);
        Ok(Parts {
            arena: &mut self.arena[start..start + len],
            input: &mut self.input,
            targets: &mut self.targets,
            rng: &mut self.rng,
        })
    }

    /// Returns an arena of `len` numbers.
    #[cold]
    fn grow(&mut self, len: usize, samples: usize) -> Result<(), Error> {
        // The old contents are not needed, so they are not copied.
        self.arena.clear();
        reserve(&mut self.arena, len, samples)?;
        self.arena.resize(len, T::zero());
        Ok(())
    }
}

impl<T: Scalar> Default for Workspace<T> {
    fn default() -> Workspace<T> {
        Workspace::new()
    }
}

/// Splits an arena into one slice for each slot of the memory plan.
///
/// # Panics
///
/// If the arena is shorter than the slots.
#[doc(hidden)]
pub fn slots<T, const SLOTS: usize>(arena: &mut [T], lengths: [usize; SLOTS]) -> [&mut [T]; SLOTS] {
    let mut rest = arena;
    lengths.map(|length| {
        let (slot, tail) = core::mem::take(&mut rest).split_at_mut(length);
        rest = tail;
        slot
    })
}

/// Returns `SLOTS` of the slots, starting at `first`, for a part of a pass.
///
/// # Panics
///
/// If there are fewer.
#[doc(hidden)]
pub fn slots_from<'s, 'k, T, const SLOTS: usize>(
    slots: &'s mut [&'k mut [T]],
    first: usize,
) -> &'s mut [&'k mut [T]; SLOTS] {
    slots[first..].first_chunk_mut().expect("the plan has `SLOTS` slots")
}
