//! What every declared network has in common.

use std::ops::Range;

use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis};
use num_traits::Float;

use crate::check::trained;
use crate::descent::Postponed;
use crate::error::Error;
use crate::init::Init;
use crate::input::{Inputs, Staging, Target, contiguous};
use crate::kernels::{are_finite, in_pool};
use crate::layers::Layer;
use crate::losses::{Loss, Targets};
use crate::optimizer::Optimizer;
use crate::rng::Rng;
use crate::scalar::{Scalar, compiled_here};
use crate::signature::Signature;
use crate::tensor::Numbers;
use crate::trace::Watch;
use crate::workspace::{Parts, Workspace, reserve};

/// A row of the layer table of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerInfo {
    /// The layer's name, `affine1`.
    pub name: &'static str,
    /// As it was declared, `Affine(784, 50)`.
    pub layer: &'static str,
    /// The names of the rows whose outputs it reads, `relu1`; that of an input,
    /// which has no row, is `input` in a chain.
    pub from: &'static [&'static str],
    /// Features that it puts out, per sample.
    pub outputs: usize,
    /// Its trained numbers.
    pub parameters: usize,
}

/// What `network!` implements for the type that it declares.
///
/// It names what is not bound to `f32`: `Name::new` and `Name::PARAMS` alone mean
/// `Name<f32>`, `Name::<f64>::new` and `Name::<f64>::PARAMS` are found through the
/// trait (which the declaration brings into scope where it stands).
///
/// To code that works for any network it gives the sizes, the parameters, the
/// passes of [`Layer`] and the [`Loss`]. The operations that take data
/// (`predict`, `loss`, `accuracy`, `gradient`) are not in it: a declared network
/// carries them itself, with the number of its features in their types, which a
/// trait cannot say. Code that trains any network has them from a
/// [`Batch`](crate::Batch).
pub trait Network: Layer<Self::Scalar> + Send + Sync + 'static {
    /// The type of the parameters and of all that is computed.
    type Scalar: Scalar;
    /// The loss at the end.
    type Loss: Loss<Self::Scalar>;
    /// The same network of another scalar type.
    type Of<U: Scalar>: Network<Scalar = U, Loss = Self::Loss>;

    /// The name it was declared with.
    const NAME: &'static str;
    /// How many numbers are trained.
    const PARAMS: usize = trained(Self::TENSORS);
    /// The inputs, which together are the features of a sample: their names, and
    /// how many features each has. A chain has one, called `input`.
    const INPUT_PARTS: &'static [(&'static str, usize)] = &[("input", Self::INPUTS)];
    /// How many of the outputs each output of a network of several has.
    const OUTPUT_PARTS: &'static [usize] = &[Self::OUTPUTS];
    /// Numbers of workspace that a training step needs per sample.
    const WORKSPACE_PER_SAMPLE: usize = Self::KEPT + Self::OUTPUTS;
    /// Numbers of workspace that a prediction needs per sample.
    const INFERENCE_WORKSPACE_PER_SAMPLE: usize = Self::INFERENCE_KEPT + Self::OUTPUTS;
    /// The layers, in the order of the chain.
    const LAYERS: &'static [LayerInfo];
    /// Where among the parameters those lie whose steps [`postponed`](Network::postponed)
    /// shows.
    #[doc(hidden)]
    const POSTPONED: &'static [Range<usize>] = &[];
    /// What tells this architecture from others, whatever the scalar type.
    const SIGNATURE: Signature = Signature::of(Self::LAYERS, Self::TENSORS);

    /// The loss at the end, with its settings.
    fn loss_function() -> Self::Loss;

    /// As [`Layer::forward`], where `watch` sees the outputs of each layer.
    #[doc(hidden)]
    fn forward_watched(
        &self,
        input: &[Self::Scalar],
        output: &mut [Self::Scalar],
        kept: &mut [Self::Scalar],
        rng: &mut Rng,
        _watch: &mut impl Watch<Self::Scalar>,
    ) {
        self.forward(input, output, kept, rng);
    }

    /// As [`Layer::backward`], where `watch` sees the gradients.
    #[doc(hidden)]
    fn backward_watched(
        &self,
        input: &[Self::Scalar],
        kept: &mut [Self::Scalar],
        dout: &mut [Self::Scalar],
        grads: &mut Self,
        dinput: Option<&mut [Self::Scalar]>,
        _watch: &mut impl Watch<Self::Scalar>,
    ) {
        self.backward(input, kept, dout, grads, dinput);
    }

    /// Shows the layers whose steps can be taken after the pass back, with their inputs
    /// and the derivatives of the loss with respect to their outputs.
    #[doc(hidden)]
    fn postponed(
        &mut self,
        _input: &[Self::Scalar],
        _kept: &mut [Self::Scalar],
        _dout: &mut [Self::Scalar],
        _grads: &Self,
        _steps: &mut impl Postponed<Self::Scalar>,
    ) {
    }

    /// A network with freshly drawn parameters.
    fn new(init: Init, rng: &mut Rng) -> Box<Self> {
        let mut network = Self::zeros();
        network.init(init, rng);
        network
    }

    /// All parameters as one slice, in the order of [`TENSORS`](crate::Tensors::TENSORS).
    fn parameters(&self) -> &[Self::Scalar] {
        self.numbers()
    }

    /// All parameters as one slice, to be written.
    fn parameters_mut(&mut self) -> &mut [Self::Scalar] {
        self.numbers_mut()
    }

    /// Takes one step of `optimizer` along `grads`, and takes over the buffers that
    /// come with them.
    fn update(&mut self, optimizer: &mut impl Optimizer<Self>, grads: &Self) {
        optimizer.update(self, grads);
        self.update_buffers(grads);
    }

    /// The same network with parameters of type `U`, each rounded to it.
    fn cast<U: Scalar>(&self) -> Box<Self::Of<U>> {
        let mut cast = Self::Of::<U>::zeros();
        for (to, from) in cast.numbers_mut().iter_mut().zip(self.numbers()) {
            *to = U::from_f64(from.as_f64());
        }
        cast
    }
}

/// What the expression form of `network!` makes: weights drawn as suits each
/// layer, from a generator that starts at 0.
#[doc(hidden)]
pub fn initialised<N: Network>() -> Box<N> {
    N::new(Init::Suited, &mut Rng::seed(0))
}

/// A workspace for one gradient. What is left to chance comes out the same for
/// the same network, and differently after each step of training: the seed are
/// the last of its numbers.
#[doc(hidden)]
pub fn workspace_for<N: Network>(network: &N) -> Workspace<N::Scalar> {
    let last = network.parameters().iter().rev().take(16);
    let seed = last.fold(0, |seed: u64, number| seed.rotate_left(5) ^ number.as_f64().to_bits());
    Workspace::with_rng(Rng::seed(seed))
}

/// A copy that does not pass through the stack.
#[doc(hidden)]
pub fn boxed_clone<N: Network>(network: &N) -> Box<N> {
    let mut copy = N::zeros();
    copy.numbers_mut().copy_from_slice(network.numbers());
    copy
}

/// `predict`, allocating.
#[doc(hidden)]
pub fn predict<N: Network>(
    network: &N,
    x: Inputs<'_, N::Scalar>,
) -> Result<Array2<N::Scalar>, Error> {
    Ok(predict_in(network, x, &mut Workspace::new())?.to_owned())
}

/// `predict`, in a workspace.
#[doc(hidden)]
pub fn predict_in<'w, N: Network>(
    network: &N,
    x: Inputs<'_, N::Scalar>,
    workspace: &'w mut Workspace<N::Scalar>,
) -> Result<ArrayView2<'w, N::Scalar>, Error> {
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, .. } =
        workspace.parts(batch, N::INFERENCE_WORKSPACE_PER_SAMPLE, 0)?;
    let outputs = infer(network, x, arena, input)?;
    Ok(rows(outputs, N::OUTPUTS))
}

/// The outputs of a network of several, which lie side by side.
#[doc(hidden)]
pub fn parts<N: Network, const PARTS: usize>(
    scores: ArrayView2<'_, N::Scalar>,
) -> [ArrayView2<'_, N::Scalar>; PARTS] {
    let mut rest = scores;
    std::array::from_fn(|part| {
        let (part, tail) = rest.split_at(Axis(1), N::OUTPUT_PARTS[part]);
        rest = tail;
        part
    })
}

/// The loss of a batch, without going back.
#[doc(hidden)]
pub fn loss_in<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: Inputs<'_, N::Scalar>,
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    workspace: &mut Workspace<N::Scalar>,
) -> Result<N::Scalar, Error> {
    Ok(evaluate_in::<N, OUTPUTS>(network, x, t, workspace, |_| ())?.mean)
}

/// The loss of a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchLoss<T> {
    /// What the loss function returns.
    pub(crate) mean: T,
    /// What that is the mean of, added up over the batch.
    pub(crate) sum: f64,
}

impl<T: Scalar> BatchLoss<T> {
    /// The loss of the scores in `values`, which are replaced by what the way back needs.
    ///
    /// # Errors
    ///
    /// If it is not finite.
    fn of<N: Network<Scalar = T>>(
        network: &N,
        values: &mut [T],
        targets: Targets<'_, T>,
        batch: usize,
    ) -> Result<BatchLoss<T>, Error> {
        let (mean, sum) = N::loss_function().forward_with_sum(values, targets, batch);
        check_loss(network, mean)?;
        Ok(BatchLoss { mean, sum })
    }
}

/// As `loss_in`, where `look` sees the scores before they become outputs.
pub(crate) fn evaluate_in<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: Inputs<'_, N::Scalar>,
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    workspace: &mut Workspace<N::Scalar>,
    look: impl FnOnce(ArrayView2<'_, N::Scalar>),
) -> Result<BatchLoss<N::Scalar>, Error> {
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, targets, .. } =
        workspace.parts(batch, N::INFERENCE_WORKSPACE_PER_SAMPLE, 0)?;
    let targets = checked_targets::<N, OUTPUTS>(t, batch, targets)?;
    let outputs = infer(network, x, arena, input)?;
    look(rows(outputs, N::OUTPUTS));
    BatchLoss::of(network, outputs, targets, batch)
}

/// The part of the samples whose largest output is at their target's largest, or
/// of the outputs that are right where each is an answer by itself.
#[doc(hidden)]
pub fn accuracy_in<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: Inputs<'_, N::Scalar>,
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    workspace: &mut Workspace<N::Scalar>,
) -> Result<f64, Error> {
    let loss = N::loss_function();
    if N::OUTPUTS == 1 && loss.part_right(&[], &[]).is_none() {
        return Err(Error::SingleOutput { network: N::NAME });
    }
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, targets, .. } =
        workspace.parts(batch, N::INFERENCE_WORKSPACE_PER_SAMPLE, 0)?;
    let targets = checked_targets::<N, OUTPUTS>(t, batch, targets)?;
    let outputs = infer(network, x, arena, input)?;
    let outputs = outputs.chunks_exact(N::OUTPUTS);
    let largest = |row: &[N::Scalar]| argmax(row.iter().copied());
    let right: f64 = match targets {
        Targets::Labels(labels) => {
            outputs.zip(labels).map(|(y, &t)| f64::from(largest(y) == t)).sum()
        }
        Targets::Rows(targets) => outputs
            .zip(targets.chunks_exact(N::OUTPUTS))
            .map(|(y, t)| {
                loss.part_right(y, t).unwrap_or_else(|| f64::from(largest(y) == largest(t)))
            })
            .sum(),
    };
    Ok(right / batch as f64)
}

/// The loss, and its derivatives with respect to the parameters in `grads`.
#[doc(hidden)]
pub fn gradient_in<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: Inputs<'_, N::Scalar>,
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    workspace: &mut Workspace<N::Scalar>,
    grads: &mut N,
) -> Result<N::Scalar, Error> {
    Ok(gradient_seeing::<N, OUTPUTS>(network, x, t, workspace, grads, |_| ())?.mean)
}

/// As `gradient_in`, where `look` sees the scores before they become outputs.
pub(crate) fn gradient_seeing<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: Inputs<'_, N::Scalar>,
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    workspace: &mut Workspace<N::Scalar>,
    grads: &mut N,
    look: impl FnOnce(ArrayView2<'_, N::Scalar>) + Send,
) -> Result<BatchLoss<N::Scalar>, Error> {
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, targets, rng } =
        workspace.parts(batch, N::WORKSPACE_PER_SAMPLE, N::SCRATCH)?;
    let targets = checked_targets::<N, OUTPUTS>(t, batch, targets)?;
    let input = checked_input::<N>(x, input)?;
    let (values, kept) = arena.split_at_mut(batch * N::OUTPUTS);
    in_pool(batch * N::TRAINING_FLOPS, || {
        let loss = forward_to_loss(network, input, (values, kept), targets, rng, look)?;
        network.backward(input, kept, values, grads, None);
        check_gradients(grads)?;
        Ok(loss)
    })
}

/// The loss of a batch, with its derivatives with respect to the scores in the place of
/// the `values`. `look` sees the scores before that.
pub(crate) fn forward_to_loss<N: Network>(
    network: &N,
    input: &[N::Scalar],
    (values, kept): (&mut [N::Scalar], &mut [N::Scalar]),
    targets: Targets<'_, N::Scalar>,
    rng: &mut Rng,
    look: impl FnOnce(ArrayView2<'_, N::Scalar>),
) -> Result<BatchLoss<N::Scalar>, Error> {
    network.forward(input, values, kept, rng);
    check_outputs(network, values)?;
    look(rows(values, N::OUTPUTS));
    let batch = values.len() / N::OUTPUTS;
    let loss = BatchLoss::of(network, values, targets, batch)?;
    N::loss_function().backward(values, targets, batch, N::Scalar::from_f64(1.0));
    Ok(loss)
}

/// As `gradient_in`, for a loss of the caller's own.
#[doc(hidden)]
pub fn gradient_of<N: Network>(
    network: &N,
    x: Inputs<'_, N::Scalar>,
    loss: impl FnOnce(ArrayViewMut2<'_, N::Scalar>) -> N::Scalar,
    workspace: &mut Workspace<N::Scalar>,
    grads: &mut N,
) -> Result<N::Scalar, Error> {
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, rng, .. } =
        workspace.parts(batch, N::WORKSPACE_PER_SAMPLE, N::SCRATCH)?;
    let input = checked_input::<N>(x, input)?;
    let (values, kept) = arena.split_at_mut(batch * N::OUTPUTS);
    in_pool(batch * N::FLOPS, || network.forward(input, values, kept, rng));
    check_outputs(network, values)?;
    let loss = loss(rows_mut(values, N::OUTPUTS));
    if !loss.is_finite() {
        // The outputs it was given were finite: this is not the network's doing.
        return Err(Error::ClosureLoss { value: loss.as_f64() });
    }
    check_finite("derivatives of the loss", values, N::OUTPUTS)?;
    in_pool(batch * N::FLOPS, || {
        network.backward(input, kept, values, grads, None);
        check_gradients(grads)
    })?;
    Ok(loss)
}

/// The outputs of a batch, which lie in `arena`, checked.
fn infer<'a, N: Network>(
    network: &N,
    x: Inputs<'_, N::Scalar>,
    arena: &'a mut [N::Scalar],
    staging: &mut Vec<N::Scalar>,
) -> Result<&'a mut [N::Scalar], Error> {
    let (outputs, room) = arena.split_at_mut(x[0].nrows() * N::OUTPUTS);
    let input = checked_input::<N>(x, staging)?;
    in_pool(x[0].nrows() * N::FLOPS, || network.infer(input, outputs, room));
    check_outputs(network, outputs)?;
    Ok(outputs)
}

/// The number of samples, of which there is one at least, each of the length
/// that the network takes.
pub(crate) fn checked_batch<N: Network>(x: Inputs<'_, N::Scalar>) -> Result<usize, Error> {
    let batch = x[0].nrows();
    // A `Batch` has the features of all inputs side by side.
    let together = [("input", N::INPUTS)];
    let parts = if x.len() == 1 { &together[..] } else { N::INPUT_PARTS };
    for (part, &(input, expected)) in x.iter().zip(parts) {
        let found = part.ncols();
        if found != expected {
            return Err(match parts.len() {
                1 => Error::Features { network: N::NAME, expected, found },
                _ => Error::InputFeatures { input, expected, found },
            });
        }
        if part.nrows() != batch {
            return Err(Error::InputBatch { input, expected: batch, found: part.nrows() });
        }
    }
    if batch == 0 { Err(Error::EmptyBatch) } else { Ok(batch) }
}

/// The numbers of `x` row by row, several inputs side by side, all of them
/// finite.
pub(crate) fn checked_input<'a, N: Network>(
    x: Inputs<'a, N::Scalar>,
    staging: &'a mut Vec<N::Scalar>,
) -> Result<&'a [N::Scalar], Error> {
    let input = staged_input::<N>(x, staging)?;
    check_finite("inputs", input, N::INPUTS)?;
    Ok(input)
}

/// As `checked_input`, whatever the numbers.
pub(crate) fn staged_input<'a, N: Network>(
    x: Inputs<'a, N::Scalar>,
    staging: &'a mut Vec<N::Scalar>,
) -> Result<&'a [N::Scalar], Error> {
    match x {
        [x] => contiguous(*x, staging),
        parts => side_by_side(parts, N::INPUTS, staging),
    }
}

/// Several inputs as one, in rows of `columns` numbers.
fn side_by_side<'a, T: Scalar>(
    parts: Inputs<'_, T>,
    columns: usize,
    staging: &'a mut Vec<T>,
) -> Result<&'a [T], Error> {
    let batch = parts[0].nrows();
    staging.clear();
    reserve(staging, batch * columns, batch)?;
    staging.resize(batch * columns, T::zero());
    let mut from = 0;
    for part in parts {
        for (to, row) in staging.chunks_exact_mut(columns).zip(part.rows()) {
            row.assign_to(rows_mut(&mut to[from..from + part.ncols()], part.ncols()).row_mut(0));
        }
        from += part.ncols();
    }
    Ok(staging)
}

/// As many targets as samples, each of which the loss can use.
pub(crate) fn checked_targets<'a, N: Network, const OUTPUTS: usize>(
    t: &'a impl Target<N::Scalar, OUTPUTS, N::Loss>,
    batch: usize,
    staging: &'a mut Staging<N::Scalar>,
) -> Result<Targets<'a, N::Scalar>, Error> {
    let targets = t.stage(N::NAME, staging)?;
    let count = match targets {
        Targets::Labels(labels) => labels.len(),
        Targets::Rows(rows) => rows.len() / N::OUTPUTS,
    };
    if count != batch {
        return Err(Error::BatchSizes { samples: batch, targets: count });
    }
    if let Targets::Rows(rows) = targets {
        check_finite("targets", rows, N::OUTPUTS)?;
        for (sample, row) in rows.chunks_exact(N::OUTPUTS).enumerate() {
            if !N::loss_function().accepts(row) {
                return Err(N::loss_function().refusal(sample, row));
            }
        }
    }
    Ok(targets)
}

/// Refuses NaN and infinities among `values`, `columns` of which make a row.
fn check_finite<T: Scalar>(place: &'static str, values: &[T], columns: usize) -> Result<(), Error> {
    match first_not_finite(values) {
        None => Ok(()),
        Some((at, value)) => {
            Err(Error::NotFinite { place, sample: at / columns, column: at % columns, value })
        }
    }
}

/// The place and value of the first number that is not finite.
#[inline(never)]
fn first_not_finite<T: Scalar>(values: &[T]) -> Option<(usize, f64)> {
    // A few are looked at faster than the kernel for this processor is found.
    if values.len() > 32 && are_finite(values) {
        return None;
    }
    let at = values.iter().position(|value| !value.is_finite())?;
    Some((at, values[at].as_f64()))
}

compiled_here!(fn(&[T]) -> Option<(usize, f64)> = first_not_finite::<T>);

/// Refuses outputs that are not finite.
fn check_outputs<N: Network>(network: &N, outputs: &[N::Scalar]) -> Result<(), Error> {
    match first_not_finite(outputs) {
        None => Ok(()),
        Some((at, value)) => {
            let (sample, output) = (at / N::OUTPUTS, at % N::OUTPUTS);
            Err(diverged(network, format!("output {output} of sample {sample}"), value))
        }
    }
}

/// Refuses a loss that is not finite.
pub(crate) fn check_loss<N: Network>(network: &N, loss: N::Scalar) -> Result<(), Error> {
    if loss.is_finite() {
        return Ok(());
    }
    Err(diverged(network, "the loss".to_owned(), loss.as_f64()))
}

/// Refuses gradients that are not finite, so that no optimizer follows them.
fn check_gradients<N: Network>(grads: &N) -> Result<(), Error> {
    match first_tensor_not_finite(grads) {
        Some((tensor, place, value)) => Err(Error::Gradient { tensor, place, value }),
        None => Ok(()),
    }
}

/// The name of the first tensor with a number that is not finite, its place
/// there, and its value.
pub(crate) fn first_tensor_not_finite<N: Network>(network: &N) -> Option<(String, usize, f64)> {
    N::TENSORS.iter().find_map(|tensor| {
        let (place, value) = first_not_finite(tensor.of(network.parameters()))?;
        Some((tensor.to_string(), place, value))
    })
}

/// Why a result is not finite though the inputs are: a parameter that is not,
/// or else numbers too large for the type.
fn diverged<N: Network>(network: &N, what: String, value: f64) -> Error {
    match first_tensor_not_finite(network) {
        Some((tensor, place, value)) => Error::Parameter { tensor, place, value },
        None => Error::Overflow { what, value, scalar: std::any::type_name::<N::Scalar>() },
    }
}

/// The place of the largest number, the first of equals.
pub(crate) fn argmax<T: Scalar>(row: impl IntoIterator<Item = T>) -> usize {
    let mut largest = (0, T::neg_infinity());
    for (at, value) in row.into_iter().enumerate() {
        if value > largest.1 {
            largest = (at, value);
        }
    }
    largest.0
}

/// A slice as rows of `columns` numbers.
fn rows<T>(values: &[T], columns: usize) -> ArrayView2<'_, T> {
    let shape = (values.len() / columns, columns);
    ArrayView2::from_shape(shape, values).expect("the slice is a whole number of rows")
}

/// A slice as rows of `columns` numbers, to be written.
fn rows_mut<T>(values: &mut [T], columns: usize) -> ArrayViewMut2<'_, T> {
    let shape = (values.len() / columns, columns);
    ArrayViewMut2::from_shape(shape, values).expect("the slice is a whole number of rows")
}
