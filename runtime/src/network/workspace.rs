//! Room for what a pass through a network computes on its way.

use super::input::Staging;
use super::memory::reserve;
use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::rng::Rng;

/// The activations and activation gradients of a pass, and room for inputs
/// that do not lie in memory row by row.
///
/// From here also come the random choices of training, as those of a
/// [`Dropout`](crate::layers::Dropout): from one step to the next the generator
/// goes on.
///
/// A workspace belongs to no network in particular. It grows to what the
/// largest pass through it needed and stays so: from the second pass on nothing
/// is allocated, unless a larger batch or a larger network comes.
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

/// A workspace, taken apart.
pub(crate) struct Parts<'w, T> {
    pub(crate) arena: &'w mut [T],
    /// Room for inputs.
    pub(crate) input: &'w mut Vec<T>,
    /// Room for targets.
    pub(crate) targets: &'w mut Staging<T>,
    pub(crate) rng: &'w mut Rng,
}

/// Arenas start at a multiple of so many bytes: a cache line, and the longest
/// SIMD register.
const ALIGNMENT: usize = 64;

impl<T: Scalar> Workspace<T> {
    /// An empty workspace, whose generator starts from seed 0.
    pub fn new() -> Workspace<T> {
        Workspace::with_rng(Rng::seed(0))
    }

    /// An empty workspace with another generator.
    pub fn with_rng(rng: Rng) -> Workspace<T> {
        Workspace { arena: Vec::new(), input: Vec::new(), targets: Staging::default(), rng }
    }

    /// The generator, as far as it has come.
    pub fn rng(&self) -> &Rng {
        &self.rng
    }

    /// The generator, to be set to where another has come.
    pub fn rng_mut(&mut self) -> &mut Rng {
        &mut self.rng
    }

    /// How many bytes the workspace holds.
    pub fn bytes(&self) -> usize {
        size_of::<T>() * (self.arena.capacity() + self.input.capacity()) + self.targets.bytes()
    }

    /// The parts of the workspace, with an arena of `samples × per_sample + scratch`
    /// numbers.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if there is none for the arena.
    #[inline]
    pub(crate) fn parts(
        &mut self,
        samples: usize,
        per_sample: usize,
        scratch: usize,
    ) -> Result<Parts<'_, T>, Error> {
        let slack = ALIGNMENT / size_of::<T>();
        // A product too large for `usize` is refused like any other too large for
        // the memory.
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

    /// An arena of `len` numbers.
    #[cold]
    fn grow(&mut self, len: usize, samples: usize) -> Result<(), Error> {
        // What lies there has no meaning and need not be moved.
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

/// Cuts an arena into one slice for each slot of the memory plan.
///
/// # Panics
///
/// If the arena is shorter than the slots.
#[doc(hidden)]
pub fn slots<T, const SLOTS: usize>(arena: &mut [T], lengths: [usize; SLOTS]) -> [&mut [T]; SLOTS] {
    let mut rest = arena;
    lengths.map(|length| {
        let (slot, tail) = std::mem::take(&mut rest).split_at_mut(length);
        rest = tail;
        slot
    })
}

/// `SLOTS` of the slots, from the `first` on, for a part of a pass.
///
/// # Panics
///
/// If there are not so many.
#[doc(hidden)]
pub fn slots_from<'s, 'k, T, const SLOTS: usize>(
    slots: &'s mut [&'k mut [T]],
    first: usize,
) -> &'s mut [&'k mut [T]; SLOTS] {
    slots[first..].first_chunk_mut().expect("the plan has so many slots")
}
