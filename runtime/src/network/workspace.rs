//! Memory for the intermediate values of a pass.

use core::any::TypeId;

use super::declared::Network;
use super::memory::Buffer;
#[cfg(feature = "std")]
use super::memory::reserve;
use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::rng::Rng;

/// Memory for the intermediate values of a pass: a `Workspace`, which grows on the heap, or a
/// [`FixedWorkspace`](crate::FixedWorkspace) in memory of the caller.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a workspace of `{T}`",
    label = "expected a workspace",
    note = "pass `&mut Workspace::<{T}>::new()`"
)]
pub trait Memory<T> {
    /// The parts of the memory for a pass.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if there is not enough memory.
    #[doc(hidden)]
    fn of_pass(&mut self, pass: Pass) -> Result<Parts<'_, T>, Error>;

    /// Whose state is in the memory, until the next pass.
    #[doc(hidden)]
    fn carried(&self) -> Option<Carried>;

    /// The parts for a training step, with what the network carries from the step before.
    ///
    /// # Errors
    ///
    /// As [`of_pass`](Memory::of_pass).
    #[doc(hidden)]
    #[inline]
    fn of_training<N: Network<Scalar = T>>(&mut self, samples: usize) -> Result<Parts<'_, T>, Error>
    where
        T: Scalar,
    {
        let before = self.carried();
        let parts = self.of_pass(Pass::training::<N>(samples))?;
        if N::CARRIES {
            *parts.carried = Some(Carried { network: TypeId::of::<N>(), samples });
            if *parts.carried != before {
                parts.arena.fill(T::zero());
            }
        }
        Ok(parts)
    }
}

/// Whose state is carried in an arena.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Carried {
    network: TypeId,
    samples: usize,
}

/// The numbers that a pass needs.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    pub(super) samples: usize,
    pub(super) per_sample: usize,
    /// Scratch memory, whatever the number of samples.
    pub(super) scratch: usize,
    /// The numbers of a sample that are copied, since the network has several inputs or indices.
    pub(super) staged: usize,
    /// The numbers of a target row that may be copied.
    pub(super) staged_targets: usize,
    /// Whether the output is a padded sequence.
    pub(super) is_padded: bool,
}

impl Pass {
    /// A prediction of `samples` samples.
    pub(crate) const fn prediction<N: Network>(samples: usize) -> Pass {
        let (per_sample, scratch) = (N::INFERENCE_WORKSPACE_PER_SAMPLE, N::INFERENCE_SCRATCH);
        Pass { per_sample, scratch, ..Pass::training::<N>(samples) }
    }

    /// A forward and a backward pass of `samples` samples.
    pub(crate) const fn training<N: Network>(samples: usize) -> Pass {
        let is_staged = N::INPUT_PARTS.len() > 1 || !N::TAKES_NUMBERS;
        let has_staged_targets = N::OUTPUT_PARTS.len() > 1 || N::PADDED_OUTPUT.is_some();
        Pass {
            samples,
            per_sample: N::WORKSPACE_PER_SAMPLE,
            scratch: N::SCRATCH,
            staged: if is_staged { N::INPUTS } else { 0 },
            staged_targets: if has_staged_targets { N::OUTPUTS } else { 0 },
            is_padded: N::PADDED_OUTPUT.is_some(),
        }
    }
}

/// The parts of a workspace.
#[doc(hidden)]
#[derive(Debug)]
pub struct Parts<'w, T> {
    pub(crate) arena: &'w mut [T],
    /// Staging buffer for inputs.
    pub(crate) input: Buffer<'w, T>,
    /// Staging buffers for targets.
    pub(crate) targets: TargetBuffers<'w, T>,
    pub(crate) rng: &'w mut Rng,
    /// `None` after a pass that failed.
    pub(crate) carried: &'w mut Option<Carried>,
}

/// Staging buffers for the targets of a batch.
#[derive(Debug)]
pub(crate) struct TargetBuffers<'w, T> {
    pub(crate) labels: Buffer<'w, usize>,
    pub(crate) rows: Buffer<'w, T>,
    /// The lengths of the samples.
    pub(crate) lengths: Buffer<'w, usize>,
}

/// The activations and gradients of a pass, and staging buffers for inputs that are not row-major.
///
/// A workspace also contains the generator for random choices in training, such as those of a
/// [`Dropout`](crate::layers::Dropout). The generator continues from step to step.
///
/// What layers [carry](crate::layers::Lstm#from-batch-to-batch) from batch to batch is in the workspace, too.
/// Training continues from it as long as the network and the number of samples stay the same, and nothing
/// else uses the workspace. A clone begins anew.
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
#[cfg(feature = "std")]
#[derive(Debug)]
pub struct Workspace<T = f32> {
    arena: Vec<T>,
    input: Vec<T>,
    labels: Vec<usize>,
    rows: Vec<T>,
    lengths: Vec<usize>,
    rng: Rng,
    carried: Option<Carried>,
}

/// Alignment of arenas in bytes: a cache line, and the widest SIMD register.
#[cfg(feature = "std")]
const ALIGNMENT: usize = 64;

#[cfg(feature = "std")]
impl<T: Scalar> Workspace<T> {
    /// Creates an empty workspace, whose generator has seed 0.
    pub fn new() -> Workspace<T> {
        Workspace::with_rng(Rng::seed(0))
    }

    /// Creates an empty workspace with this generator.
    pub fn with_rng(rng: Rng) -> Workspace<T> {
        Workspace {
            arena: Vec::new(),
            input: Vec::new(),
            labels: Vec::new(),
            rows: Vec::new(),
            lengths: Vec::new(),
            rng,
            carried: None,
        }
    }

    /// Forgets what layers carry from batch to batch, as before another text.
    pub fn forget(&mut self) {
        self.carried = None;
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
        let numbers = self.arena.capacity() + self.input.capacity() + self.rows.capacity();
        let integers = self.labels.capacity() + self.lengths.capacity();
        size_of::<T>() * numbers + size_of::<usize>() * integers
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
        self.carried = None;
        Ok(Parts {
            arena: &mut self.arena[start..start + len],
            input: Buffer::Heap(&mut self.input),
            targets: TargetBuffers {
                labels: Buffer::Heap(&mut self.labels),
                rows: Buffer::Heap(&mut self.rows),
                lengths: Buffer::Heap(&mut self.lengths),
            },
            rng: &mut self.rng,
            carried: &mut self.carried,
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

#[cfg(feature = "std")]
impl<T: Clone> Clone for Workspace<T> {
    fn clone(&self) -> Workspace<T> {
        Workspace {
            arena: self.arena.clone(),
            input: self.input.clone(),
            labels: self.labels.clone(),
            rows: self.rows.clone(),
            lengths: self.lengths.clone(),
            rng: self.rng.clone(),
            // The memory of the clone is aligned differently.
            carried: None,
        }
    }
}

#[cfg(feature = "std")]
impl<T: Scalar> Memory<T> for Workspace<T> {
    fn of_pass(&mut self, pass: Pass) -> Result<Parts<'_, T>, Error> {
        self.parts(pass.samples, pass.per_sample, pass.scratch)
    }

    fn carried(&self) -> Option<Carried> {
        self.carried
    }
}

#[cfg(feature = "std")]
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
