//! Memory for a pass that the caller gives, without a heap.

use super::declared::Network;
use super::memory::{Buffer, not_enough};
use super::workspace::{Carried, Memory, Parts, Pass, TargetBuffers};
use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::rng::Rng;

/// A [`Workspace`](crate::Workspace) in memory of the caller: it does not grow, and needs no heap. A
/// batch for which it is too short is an [`Error::Memory`].
///
/// It also contains the generator for random choices in training, with seed 0.
///
/// ```
/// use chainrule::{FixedWorkspace, NetworkExt, Numbers, Sgd, network};
///
/// network! { struct Line = Affine(1, 1) => IdentityWithLoss; }
/// let mut net = Line::<f32>::ZEROS;
///
/// let mut numbers = [0.0; FixedWorkspace::for_training::<Line>(2)];
/// let mut workspace = FixedWorkspace::new(&mut numbers, &mut []);
/// let (mut grads, mut sgd) = (Line::<f32>::ZEROS, Sgd::new(0.5)?);
/// for _ in 0..100 {
///     net.train_step(&[[0.0], [1.0]], &[[1.0], [3.0]], &mut sgd, &mut workspace, &mut grads)?;
/// }
/// let y = net.scores_in(&[[2.0]], &mut workspace)?;
/// assert!((y[0] - 5.0).abs() < 1e-3);
///
/// let error = net.scores_in(&[[2.0]; 100], &mut workspace).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "not enough memory for a batch of 100 samples, which needs 400 bytes; pass smaller batches",
/// );
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Debug)]
pub struct FixedWorkspace<'m, T = f32> {
    numbers: &'m mut [T],
    integers: &'m mut [usize],
    rng: Rng,
    carried: Option<Carried>,
}

impl FixedWorkspace<'_, ()> {
    /// How many numbers a training step, a gradient or a loss of `samples` samples needs.
    pub const fn for_training<N: Network>(samples: usize) -> usize {
        Pass::training::<N>(samples).numbers()
    }

    /// How many numbers a prediction, a loss or an accuracy of `samples` samples needs.
    pub const fn for_prediction<N: Network>(samples: usize) -> usize {
        Pass::prediction::<N>(samples).numbers()
    }
}

impl<'m, T: Scalar> FixedWorkspace<'m, T> {
    /// Creates a workspace of this memory. `integers` is needed for labels, one for each label of a
    /// batch, and for the lengths of padded sequences, one for each sample; `&mut []` suffices
    /// for predictions, and for targets that are rows.
    pub fn new(numbers: &'m mut [T], integers: &'m mut [usize]) -> FixedWorkspace<'m, T> {
        FixedWorkspace { numbers, integers, rng: Rng::seed(0), carried: None }
    }

    /// Forgets what layers carry from batch to batch, as before another text.
    pub fn forget(&mut self) {
        self.carried = None;
    }

    /// The generator, for setting its state.
    pub fn rng_mut(&mut self) -> &mut Rng {
        &mut self.rng
    }
}

impl Pass {
    /// All numbers.
    const fn numbers(self) -> usize {
        self.samples * (self.per_sample + self.staged + self.staged_targets) + self.scratch
    }
}

impl<T: Scalar> Memory<T> for FixedWorkspace<'_, T> {
    fn of_pass(&mut self, pass: Pass) -> Result<Parts<'_, T>, Error> {
        let samples = pass.samples;
        let arena = samples.saturating_mul(pass.per_sample).saturating_add(pass.scratch);
        let numbers = self.numbers.split_at_mut_checked(arena);
        let (arena, rest) = numbers.ok_or_else(|| not_enough::<T>(arena, samples))?;
        let staged = samples.saturating_mul(pass.staged);
        let rest = rest.split_at_mut_checked(staged);
        let (input, rows) = rest.ok_or_else(|| not_enough::<T>(staged, samples))?;
        self.carried = None;
        // Lengths only belong to padded sequences, whose labels come after them.
        let lengths = if pass.is_padded { samples.min(self.integers.len()) } else { 0 };
        let (lengths, labels) = self.integers.split_at_mut(lengths);
        Ok(Parts {
            arena,
            input: Buffer::Given(input),
            targets: TargetBuffers {
                labels: Buffer::Given(labels),
                rows: Buffer::Given(rows),
                lengths: Buffer::Given(lengths),
            },
            rng: &mut self.rng,
            carried: &mut self.carried,
        })
    }

    fn carried(&self) -> Option<Carried> {
        self.carried
    }
}
