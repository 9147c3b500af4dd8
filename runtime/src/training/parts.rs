//! Gradients of batches that are divided: into parts that are computed one after the other, and
//! among ranks.

use core::ops::Range;

use ndarray::ArrayView2;
use num_traits::Zero;

use crate::error::Error;
use crate::kernels::in_pool;
use crate::kernels::scalar::Scalar;
use crate::layers::fusion::{DeferredUpdate, Stored, WeightGradients};
use crate::losses::targets::{MAX_HEADS, PerHead, Weighed};
use crate::losses::{Loss, Targets};
use crate::merge::add;
use crate::network::batch_loss::BatchLoss;
use crate::network::declared::Network;
use crate::network::input::Target;
use crate::network::memory::rows;
use crate::network::part::Part;
use crate::network::validate::{
    check_gradients, check_loss, check_outputs, checked_batch, checked_input, weighed_targets,
};
use crate::network::workspace::{Memory, Parts as Room, Workspace};
use crate::optim::checked;
use crate::params::tensor::{Kind, TensorInfo, Tensors};
use crate::ranks::{RankError, Ranks, exchange};
use crate::rng::Rng;

/// How a batch is divided when its gradient is computed. The result is the gradient of the whole
/// batch to rounding, whatever its loss is divided by: samples, weights of samples, or weights of
/// classes.
///
/// [`of`](Parts::of) computes a few samples at a time and accumulates their gradients, so that a
/// large batch needs the memory of a small one. [`on`](Parts::on) divides the batch among several
/// processes.
///
/// ```
/// use chainrule::{Init, Parts, Rng, Sgd, Workspace, network};
///
/// network! { struct Net = Affine(2, 16) -> Relu -> Affine(16, 3) => SoftmaxWithLoss; }
///
/// let x: Vec<[f32; 2]> = (0..1000).map(|i| [(i % 7) as f32, (i % 11) as f32]).collect();
/// let t: Vec<u8> = (0..1000).map(|i| (i % 7 % 3) as u8).collect();
///
/// let mut net = Net::new(Init::He, &mut Rng::seed(0));
/// let mut sgd = Sgd::new(0.1)?;
/// let (mut workspace, mut grads) = (Workspace::new(), Net::zeros());
/// for _ in 0..10 {
///     // A batch of 1,000 samples in the memory of 50.
///     net.gradient_in_parts(&x, &t, Parts::of(50), &mut workspace, &mut grads)?;
///     net.update(&mut sgd, &grads);
/// }
/// let whole = net.loss(&x, &t)?;
/// let loss = net.gradient_in_parts(&x, &t, Parts::of(64), &mut workspace, &mut grads)?;
/// assert!((loss - whole).abs() < 1e-6);
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// # What sees a part only
///
/// A [`BatchNorm`](crate::layers::BatchNorm) normalizes each part by its own mean and variance, as
/// in PyTorch's `DistributedDataParallel` without `SyncBatchNorm`. Its running statistics move
/// towards the means of the parts' statistics, weighted by their samples: for the mean, that is the
/// mean of the batch. The same holds for the buffers of other layers. A
/// [`Dropout`](crate::layers::Dropout) draws for one part after the other.
#[derive(Clone, Copy)]
pub struct Parts<'r, T: Scalar> {
    /// The maximum number of samples that are computed at once.
    samples: usize,
    ranks: Option<&'r dyn Ranks<T>>,
    is_overlapped: bool,
}

impl<'r, T: Scalar> Parts<'r, T> {
    /// Parts of `samples` samples; the last one has what is left.
    pub fn of(samples: usize) -> Parts<'r, T> {
        Parts { samples, ranks: None, is_overlapped: false }
    }

    /// A part on each rank: its own samples of the batch, which may be none. See
    /// [`share`](crate::share).
    pub fn on(ranks: &'r dyn Ranks<T>) -> Parts<'r, T> {
        Parts { samples: usize::MAX, ranks: Some(ranks), is_overlapped: false }
    }

    /// Divides the share of a rank further, into parts of at most `samples` samples.
    pub fn at_most(self, samples: usize) -> Parts<'r, T> {
        Parts { samples, ..self }
    }

    /// Sums the gradients of a layer over the ranks while those of the layers before it are
    /// computed, instead of all gradients at the end. Worthwhile if the network is slow and the
    /// gradients are large. A rank whose share has several parts sums at the end nonetheless.
    pub fn overlapped(self) -> Parts<'r, T> {
        Parts { is_overlapped: true, ..self }
    }

    /// The same without a rank that is alone. `None` if nothing is divided then.
    pub(crate) fn if_divided(self) -> Option<Parts<'r, T>> {
        let ranks = self.ranks.filter(|ranks| ranks.count() > 1);
        let is_divided = ranks.is_some() || self.samples != usize::MAX;
        is_divided.then_some(Parts { ranks, ..self })
    }

    pub(crate) fn ranks(&self) -> Option<&'r dyn Ranks<T>> {
        self.ranks
    }

    /// # Errors
    ///
    /// [`Error::HyperParameter`] if the parts have no samples.
    pub(crate) fn check(&self) -> Result<(), Error> {
        checked("samples of a part", self.samples as f64, self.samples > 0, "at least 1")?;
        Ok(())
    }

    /// The parts of `samples` samples.
    fn ranges(&self, samples: usize) -> impl Iterator<Item = Range<usize>> + use<T> {
        let step = self.samples;
        let begins = (0..samples).step_by(step);
        begins.map(move |begin| begin..begin.saturating_add(step).min(samples))
    }

    /// The ranks, if sums are to be overlapped with the backward pass. It has to take place on
    /// every rank, since it calls them layer by layer.
    fn overlapped_ranks(&self, totals: &Totals) -> Option<&'r dyn Ranks<T>> {
        let is_whole = totals.0[Totals::DIVIDED] == 0.0 && totals.0[Totals::IDLE] == 0.0;
        self.ranks.filter(|_| self.is_overlapped && is_whole)
    }
}

/// The loss of a batch, and its weight, see [`Loss::weight`].
pub(crate) struct Divided<T> {
    pub(crate) loss: BatchLoss<T>,
    pub(crate) weight: f64,
}

/// What ranks exchange before their gradients. Each number is summed.
#[derive(Clone, Copy, Default)]
struct Totals([f64; Totals::LEN]);

impl Totals {
    const LEN: usize = 2 * MAX_HEADS + 6;
    /// The first numbers are the sums and divisors of the loss.
    const SUMS: usize = 0;
    const DIVISORS: usize = MAX_HEADS;
    /// [`Loss::weight`].
    const WEIGHT: usize = 2 * MAX_HEADS;
    const SAMPLES: usize = Totals::WEIGHT + 1;
    /// The number of ranks that failed.
    const FAILED: usize = Totals::WEIGHT + 2;
    /// The number of ranks without a sample.
    const IDLE: usize = Totals::WEIGHT + 3;
    /// The number of ranks with several parts.
    const DIVIDED: usize = Totals::WEIGHT + 4;
    /// The number of ranks that have no further batch.
    const ENDED: usize = Totals::WEIGHT + 5;

    /// Of a process with some samples.
    fn of<T: Scalar>(samples: usize, parts: Parts<'_, T>) -> Totals {
        let mut totals = Totals::default();
        totals.0[Totals::SAMPLES] = samples as f64;
        totals.0[Totals::IDLE] = f64::from(u8::from(samples == 0));
        totals.0[Totals::DIVIDED] = f64::from(u8::from(samples > parts.samples));
        totals
    }

    /// Of a process that failed.
    fn failed() -> Totals {
        let mut totals = Totals::default();
        totals.0[Totals::FAILED] = 1.0;
        totals
    }

    /// The loss of the whole batch.
    fn loss<N: Network>(&self) -> Divided<N::Scalar> {
        let [sums, divisors] = [Totals::SUMS, Totals::DIVISORS].map(|from| self.per_head(from));
        let weight = self.0[Totals::WEIGHT];
        let loss = N::loss_function();
        let (mean, sum) = Loss::<N::Scalar>::total(&loss, sums, divisors, weight);
        Divided { loss: BatchLoss { mean: N::Scalar::from_f64(mean), sum }, weight }
    }

    fn per_head(&self, from: usize) -> &PerHead {
        self.0[from..].first_chunk().expect("`LEN` leaves room for every head")
    }

    fn add_sums(&mut self, sums: PerHead) {
        for (total, sum) in self.0[Totals::SUMS..].iter_mut().zip(sums) {
            *total += sum;
        }
    }

    /// Sums over the ranks. If any of them failed, returns its error on each.
    fn summed<T: Scalar>(
        mut self,
        ranks: Option<&dyn Ranks<T>>,
        failed: Option<Error>,
    ) -> Result<Totals, Error> {
        let Some(ranks) = ranks else { return failed.map_or(Ok(self), Err) };
        self.0[Totals::FAILED] = f64::from(u8::from(failed.is_some()));
        ranks.sum(&mut self.0).map_err(Error::of_ranks)?;
        if self.0[Totals::FAILED] > 0.0 {
            exchange(ranks, failed.map_or(Ok(Vec::new()), Err), Error::of_ranks)?;
        }
        self.check_ended(ranks)?;
        Ok(self)
    }

    /// Rejects batches of which some ranks have more than others.
    fn check_ended<T: Scalar>(&self, ranks: &dyn Ranks<T>) -> Result<(), Error> {
        let (ended, count) = (self.0[Totals::ENDED], ranks.count());
        if ended == 0.0 || ended == count as f64 {
            return Ok(());
        }
        let cause = format!(
            "expected as many batches on every rank, found {ended} of {count} ranks without a further one"
        );
        Err(Error::of_ranks(RankError::Lost { cause }))
    }
}

/// Reports to the other ranks, which are about to compute a gradient, why this one cannot. The
/// caller returns its own error, also if the others cannot be reached.
pub(crate) fn fail_on_ranks<T: Scalar>(ranks: &dyn Ranks<T>, message: String) {
    let mut totals = Totals::failed();
    let reported = ranks.sum(&mut totals.0).map_err(|error| error.to_string());
    drop(reported.and_then(|()| exchange(ranks, Err(message), |error| error.to_string())));
}

/// Reports to the other ranks that this one has no further batch.
///
/// # Errors
///
/// If another rank has one.
pub(crate) fn end_on_ranks<T: Scalar>(ranks: &dyn Ranks<T>) -> Result<(), Error> {
    let mut totals = Totals::default();
    totals.0[Totals::ENDED] = 1.0;
    totals.summed(Some(ranks), None).map(|_| ())
}

/// The samples of this process, and the memory of the passes over a part of them.
struct Share<'a, T> {
    input: &'a [T],
    targets: Weighed<'a, T>,
    samples: usize,
    arena: &'a mut [T],
    /// Room for the gradients of a part, before they are added to those of the parts before it.
    grads: &'a mut [T],
    rng: &'a mut Rng,
}

impl<'a, T: Scalar> Share<'a, T> {
    /// Validates the samples, and finds the memory. `None` if there are no samples, which only the
    /// share of a rank may have.
    fn new<N: Network<Scalar = T>, const OUTPUTS: usize>(
        x: &'a [impl Part<T>],
        t: &'a impl Target<T, OUTPUTS, N::Loss>,
        parts: Parts<'_, T>,
        workspace: &'a mut Workspace<T>,
    ) -> Result<Option<Share<'a, T>>, Error> {
        if parts.ranks.is_some() && x.iter().all(|x| x.samples() == 0) {
            return Ok(None);
        }
        let samples = checked_batch::<N>(x)?;
        let at_once = samples.min(parts.samples);
        let extra = if at_once < samples { size_of::<N>() / size_of::<T>() } else { 0 };
        if N::CARRIES && at_once < samples {
            return Err(Error::Carries { network: N::NAME, expected: "a batch in one part" });
        }
        let Room { arena, input, targets, rng, .. } = match extra {
            0 => workspace.of_training::<N>(at_once)?,
            _ => workspace.parts(at_once, N::WORKSPACE_PER_SAMPLE, N::SCRATCH + extra)?,
        };
        let targets = weighed_targets::<N, OUTPUTS>(x, t, samples, targets)?;
        let input = checked_input::<N>(x, input)?;
        let (grads, arena) = arena.split_at_mut(extra);
        Ok(Some(Share { input, targets, samples, arena, grads, rng }))
    }

    /// Adds the divisors and the weight of all samples to `totals`.
    fn weigh<N: Network<Scalar = T>>(&self, totals: &mut Totals) {
        let (loss, targets) = (N::loss_function(), self.targets);
        let divisors = loss.divisors(targets, N::OUTPUTS, self.samples);
        totals.0[Totals::DIVISORS..][..MAX_HEADS].copy_from_slice(&divisors);
        totals.0[Totals::WEIGHT] = loss.weight_weighed(targets, N::OUTPUTS, self.samples);
    }

    /// The input, the memory of the outputs, and the saved values of a part.
    fn of<N: Network<Scalar = T>>(&mut self, part: &Range<usize>) -> [&mut [T]; 2] {
        let samples = part.len();
        let len = samples * N::WORKSPACE_PER_SAMPLE + N::SCRATCH;
        let (values, saved) = self.arena[..len].split_at_mut(samples * N::OUTPUTS);
        [values, saved]
    }

    fn input<N: Network<Scalar = T>>(&self, part: &Range<usize>) -> &'a [T] {
        &self.input[part.start * N::INPUTS..part.end * N::INPUTS]
    }

    fn targets<N: Network<Scalar = T>>(&self, part: &Range<usize>) -> Weighed<'a, T> {
        self.targets.part(part.clone(), N::OUTPUTS, N::loss_function().steps())
    }

    /// The forward pass of a part. Adds the sums of its loss to `totals`.
    fn forward<N: Network<Scalar = T>>(
        &mut self,
        network: &N,
        part: &Range<usize>,
        totals: &mut Totals,
        on_scores: &mut impl OnScores<T>,
    ) -> Result<(), Error> {
        let (input, targets) = (self.input::<N>(part), self.targets::<N>(part));
        let mut rng = self.rng.clone();
        let [values, saved] = self.of::<N>(part);
        let sums = in_pool(part.len() * N::FLOPS, || {
            network.forward(input, values, saved, &mut rng);
            check_outputs(network, values)?;
            on_scores(rows(values, N::OUTPUTS), targets.targets);
            let sums = N::loss_function().forward_sums(values, targets, part.len());
            check_sum(network, sums.iter().sum())?;
            Ok(sums)
        });
        *self.rng = rng;
        totals.add_sums(sums.map_err(|error: Error| error.map_sample(|at| part.start + at))?);
        Ok(())
    }

    /// The backward pass of a part, whose forward pass was the last.
    fn backward<N: Network<Scalar = T>>(
        &mut self,
        network: &N,
        part: &Range<usize>,
        divisors: &PerHead,
        grads: &mut N,
        weights: &mut (impl WeightGradients<T> + Send),
    ) {
        let (input, targets) = (self.input::<N>(part), self.targets::<N>(part));
        let [values, saved] = self.of::<N>(part);
        in_pool(part.len() * (N::TRAINING_FLOPS - N::FLOPS), || {
            N::loss_function().backward_of_part(values, targets, part.len(), divisors);
            network.backward_with(input, saved, values, grads, None, &mut (), weights);
        });
    }

    /// Both passes of a further part. Adds its gradients to `grads`.
    fn add<N: Network<Scalar = T>>(
        &mut self,
        network: &N,
        part: &Range<usize>,
        divisors: &PerHead,
        totals: &mut Totals,
        grads: &mut N,
        on_scores: &mut impl OnScores<T>,
    ) -> Result<(), Error> {
        self.forward(network, part, totals, on_scores)?;
        let room = core::mem::take(&mut self.grads);
        self.backward(network, part, divisors, N::of_mut(room), &mut Stored);
        scale_buffers(N::TENSORS, room, part.len() as f64);
        add(grads.numbers_mut(), room);
        self.grads = room;
        Ok(())
    }
}

/// A function that sees the scores, `batch × outputs`, and the targets of each part.
pub(crate) trait OnScores<T>: FnMut(ArrayView2<'_, T>, Targets<'_, T>) + Send {}

impl<T, F: FnMut(ArrayView2<'_, T>, Targets<'_, T>) + Send> OnScores<T> for F {}

/// The gradient of a batch in parts. `place` replaces the samples in an error by those of the data
/// that they come from.
#[expect(clippy::too_many_arguments, reason = "those of `gradient_with`, and two")]
pub(crate) fn gradient_in_parts<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    parts: Parts<'_, N::Scalar>,
    workspace: &mut Workspace<N::Scalar>,
    grads: &mut N,
    place: impl Fn(Error) -> Error,
    mut on_scores: impl OnScores<N::Scalar>,
) -> Result<Divided<N::Scalar>, Error> {
    parts.check()?;
    // Validate; the forward pass of the first part.
    let mut ranges = parts.ranges(x[0].samples());
    let first = ranges.next().unwrap_or_default();
    let mut totals = Totals::of(x[0].samples(), parts);
    let mut share = Share::new::<N, OUTPUTS>(x, t, parts, workspace);
    let begun = match &mut share {
        Ok(Some(share)) => {
            share.weigh::<N>(&mut totals);
            share.forward(network, &first, &mut totals, &mut on_scores)
        }
        Ok(None) => Ok(()),
        Err(error) => Err(error.clone()),
    };
    let mut totals = totals.summed(parts.ranks, begun.err().map(&place))?;
    let samples = totals.0[Totals::SAMPLES];
    if samples == 0.0 {
        return Err(Error::EmptyBatch);
    }
    let divisors = *totals.per_head(Totals::DIVISORS);
    let has_parts = totals.0[Totals::DIVIDED] > 0.0;
    let overlapped = parts.overlapped_ranks(&totals);

    // Backward; both passes of the other parts.
    if let Ok(Some(share)) = &mut share {
        match overlapped {
            Some(ranks) => {
                let mut sums = Overlapped::new(ranks, grads, first.len());
                share.backward(network, &first, &divisors, grads, &mut sums);
                sums.finish(grads).map_err(Error::of_ranks)?;
            }
            None => share.backward(network, &first, &divisors, grads, &mut Stored),
        }
    } else {
        grads.numbers_mut().fill(N::Scalar::zero());
    }
    if has_parts || (parts.ranks.is_some() && overlapped.is_none()) {
        scale_buffers(N::TENSORS, grads.numbers_mut(), first.len() as f64);
    }
    if has_parts {
        let mut later = Totals::default();
        let added = match &mut share {
            Ok(Some(share)) => ranges.try_for_each(|part| {
                share.add(network, &part, &divisors, &mut later, grads, &mut on_scores)
            }),
            _ => Ok(()),
        };
        let later = later.summed(parts.ranks, added.err().map(&place))?;
        totals.add_sums(*later.per_head(Totals::SUMS));
    }

    // The sum over the ranks.
    if let (Some(ranks), None) = (parts.ranks, overlapped) {
        ranks.sum_gradients(grads.numbers_mut()).map_err(Error::of_ranks)?;
    }
    if has_parts || parts.ranks.is_some() {
        scale_buffers(N::TENSORS, grads.numbers_mut(), samples.recip());
    }
    check_gradients(grads)?;
    Ok(totals.loss::<N>())
}

/// Rejects a sum of losses that is not finite.
fn check_sum<N: Network>(network: &N, sum: f64) -> Result<(), Error> {
    match sum.is_finite() {
        true => Ok(()),
        false => check_loss(network, N::Scalar::from_f64(sum)),
    }
}

/// Multiplies buffers: by the number of samples before they are summed, by its inverse afterwards.
fn scale_buffers<T: Scalar>(tensors: &[TensorInfo], numbers: &mut [T], factor: f64) {
    for tensor in tensors.iter().filter(|tensor| tensor.kind == Kind::Buffer) {
        for number in tensor.of_mut(numbers) {
            *number = T::from_f64(number.as_f64() * factor);
        }
    }
}

/// Begins to sum the gradients of a layer over the ranks once they are computed.
struct Overlapped<'r, T: Scalar> {
    ranks: &'r dyn Ranks<T>,
    /// The address of the first gradient.
    begin: usize,
    samples: f64,
    lost: Option<RankError>,
}

impl<'r, T: Scalar> Overlapped<'r, T> {
    fn new<N: Network<Scalar = T>>(
        ranks: &'r dyn Ranks<T>,
        grads: &N,
        samples: usize,
    ) -> Overlapped<'r, T> {
        let begin = grads.numbers().as_ptr().addr();
        Overlapped { ranks, begin, samples: samples as f64, lost: None }
    }

    /// Completes the sums. A network that does not report its layers one by one is summed here.
    fn finish<N: Network<Scalar = T>>(self, grads: &mut N) -> Result<(), RankError> {
        self.lost.map_or(Ok(()), Err)?;
        match self.ranks.finish_sums(grads.numbers_mut())? {
            0 => {
                scale_buffers(N::TENSORS, grads.numbers_mut(), self.samples);
                self.ranks.sum_gradients(grads.numbers_mut())?;
            }
            summed => assert_eq!(summed, grads.numbers().len(), "the gradients of all layers"),
        }
        Ok(())
    }
}

impl<T: Scalar> WeightGradients<T> for Overlapped<'_, T> {
    fn backward<L: DeferredUpdate<T>>(
        &mut self,
        layer: &L,
        input: &[T],
        dout: &mut [T],
        grads: &mut L,
        dinput: Option<&mut [T]>,
    ) {
        layer.backward(input, &mut [], dout, grads, dinput);
        self.computed(grads);
    }

    fn computed<L: Tensors<T>>(&mut self, grads: &mut L) {
        let numbers = grads.numbers_mut();
        scale_buffers(L::TENSORS, numbers, self.samples);
        let offset = (numbers.as_ptr().addr() - self.begin) / size_of::<T>();
        if self.lost.is_none() && !numbers.is_empty() {
            self.lost = self.ranks.begin_sum(offset, numbers).err();
        }
    }
}
