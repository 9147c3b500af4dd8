//! Steps of plain descent, `W ← W - η (g + λ W)`, taken while the gradient is computed.
//!
//! A gradient that an optimizer only subtracts need not be stored: each tile of `Xᵀ·dY`
//! goes from the registers into the weights. That spares the memory three passes over all
//! weights. It is done where `X` and `dY` are still there when the pass back is over, so
//! that no weight changes before all gradients are known to be finite.

use std::ops::Range;

use ndarray::ArrayView2;

use crate::error::Error;
use crate::input::{Inputs, Target};
use crate::kernels::{Step, are_finite, are_finite_times, descend, in_pool, is_in_one_go};
use crate::layers::Layer;
use crate::network::{
    BatchLoss, Network, checked_batch, checked_targets, forward_to_loss, gradient_seeing,
    staged_input,
};
use crate::optimizer::Optimizer;
use crate::scalar::Scalar;
use crate::tensor::{Kind, TensorInfo, Tensors};
use crate::trace::Watch;
use crate::workspace::{Parts, Workspace};

/// What an optimizer does that does nothing but subtract: `W ← W - η (g + λ W)`, biases
/// without `λ`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Descent {
    /// `η`.
    pub learning_rate: f64,
    /// `λ`.
    pub weight_decay: f64,
}

impl Descent {
    /// The step of a tensor of a kind; `None` if it is not trained.
    pub(crate) fn step<T: Scalar>(&self, kind: Kind) -> Option<Step<T>> {
        let decay = match kind {
            Kind::Weight => self.weight_decay,
            Kind::Bias => 0.0,
            Kind::Buffer => return None,
        };
        Some(Step { rate: T::from_f64(self.learning_rate), decay: T::from_f64(decay) })
    }

    /// Takes the step of some of the tensors of a type.
    pub(crate) fn take<'t, T: Scalar, L: Tensors<T>>(
        &self,
        layer: &mut L,
        grads: &L,
        tensors: impl Iterator<Item = &'t TensorInfo>,
    ) {
        let (numbers, grads) = (layer.numbers_mut(), grads.numbers());
        for tensor in tensors {
            if let Some(step) = self.step(tensor.kind) {
                descend(tensor.of_mut(numbers), tensor.of(grads), step);
            }
        }
    }
}

/// So many weights there are at least where it pays, by measurement, not to store their
/// gradient: the first-level cache holds fewer.
pub(crate) const LEAST_WEIGHTS: usize = 4096;

/// A layer whose weights can take a step without their gradient being stored.
pub trait Descend<T: Scalar>: Layer<T> {
    /// Whether they can for a batch of so many samples.
    fn can_descend(batch: usize) -> bool;

    /// As [`backward`](Layer::backward), but for the gradient of the weights.
    fn backward_rest(&self, dout: &[T], grads: &mut Self, dinput: Option<&mut [T]>);

    /// Takes the step, where `grads` are what `backward_rest` left there.
    fn descend(&mut self, grads: &Self, input: &[T], dout: &[T], descent: &Descent);
}

/// The pass back that leaves out what is computed with the steps.
struct Postponing;

impl<T: Scalar> Watch<T> for Postponing {
    fn value(&mut self, _row: usize, _values: &[T]) {}

    fn gradient(&mut self, _row: usize, _values: &[T]) {}

    fn back<L: Descend<T>>(
        &mut self,
        layer: &L,
        input: &[T],
        dout: &mut [T],
        grads: &mut L,
        dinput: Option<&mut [T]>,
    ) {
        if L::can_descend(dout.len() / L::OUTPUTS) {
            layer.backward_rest(dout, grads, dinput);
        } else {
            layer.backward(input, &mut [], dout, grads, dinput);
        }
    }
}

/// Somebody who is shown the layers whose steps were postponed, with what their gradients
/// are computed from.
pub trait Postponed<T: Scalar> {
    /// A layer, which is a field of the network.
    fn layer<L: Descend<T>>(&mut self, layer: &mut L, grads: &L, input: &[T], dout: &[T]);
}

/// Finds out whether all gradients will be finite.
struct Check<'a, T> {
    /// The inputs of the network, which were looked at already.
    input: &'a [T],
    limits: Limits<T>,
    are_finite: bool,
}

impl<T: Scalar> Postponed<T> for Check<'_, T> {
    fn layer<L: Descend<T>>(&mut self, _layer: &mut L, grads: &L, input: &[T], dout: &[T]) {
        let are_within = |values: &[T]| self.limits.hold(values);
        self.are_finite &= if L::can_descend(dout.len() / L::OUTPUTS) {
            (std::ptr::eq(input, self.input) || are_within(input)) && are_within(dout)
        } else {
            are_finite(grads.numbers())
        };
    }
}

/// Takes the postponed steps.
struct Take<'a>(&'a Descent);

impl<T: Scalar> Postponed<T> for Take<'_> {
    fn layer<L: Descend<T>>(&mut self, layer: &mut L, grads: &L, input: &[T], dout: &[T]) {
        if L::can_descend(dout.len() / L::OUTPUTS) {
            layer.descend(grads, input, dout, self.0);
        } else {
            self.0.take(layer, grads, L::TENSORS.iter());
        }
    }
}

/// Numbers so small that the sum of a batch of products of two of them is finite:
/// `|x| ≤ √(max / B) / 2`.
struct Limits<T> {
    /// What makes larger numbers infinite.
    factor: T,
}

impl<T: Scalar> Limits<T> {
    fn of_batch(batch: usize) -> Limits<T> {
        let two = T::from_f64(2.0);
        Limits { factor: two * (T::max_value().sqrt() * T::from_f64(batch as f64).sqrt()) }
    }

    fn hold(&self, values: &[T]) -> bool {
        are_finite_times(values, self.factor)
    }
}

/// The tensors of a network whose steps are not postponed.
fn stored_tensors<N: Network>() -> impl Iterator<Item = &'static TensorInfo> {
    let is_postponed =
        |tensor: &TensorInfo| N::POSTPONED.iter().any(|span| span.contains(&tensor.offset));
    N::TENSORS.iter().filter(move |tensor| !is_postponed(tensor))
}

/// Whether any step is to be postponed for a batch of so many samples.
fn is_any_postponed<N: Network>(batch: usize) -> bool {
    let has_many_weights = |span: &Range<usize>| span.len() > LEAST_WEIGHTS;
    is_in_one_go::<N::Scalar>(batch) && N::POSTPONED.iter().any(has_many_weights)
}

/// A step of training: the gradient of a batch, and a step of the optimizer along it.
#[doc(hidden)]
pub fn train_step<N: Network, const OUTPUTS: usize>(
    network: &mut N,
    x: Inputs<'_, N::Scalar>,
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    optimizer: &mut impl Optimizer<N>,
    workspace: &mut Workspace<N::Scalar>,
    grads: &mut N,
) -> Result<N::Scalar, Error> {
    Ok(train_step_seeing::<N, OUTPUTS>(network, x, t, optimizer, workspace, grads, |_| ())?.mean)
}

/// As `train_step`, where `look` sees the scores before they become outputs.
pub(crate) fn train_step_seeing<N: Network, const OUTPUTS: usize>(
    network: &mut N,
    x: Inputs<'_, N::Scalar>,
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    optimizer: &mut impl Optimizer<N>,
    workspace: &mut Workspace<N::Scalar>,
    grads: &mut N,
    look: impl FnOnce(ArrayView2<'_, N::Scalar>) + Send,
) -> Result<BatchLoss<N::Scalar>, Error> {
    let mut look = Some(look);
    let mut look = |scores: ArrayView2<'_, N::Scalar>| {
        if let Some(look) = look.take() {
            look(scores);
        }
    };
    if is_any_postponed::<N>(x[0].nrows())
        && let Some(descent) = optimizer.descent()
    {
        let rng = workspace.rng().clone();
        let loss = descended::<N, OUTPUTS>(network, x, t, &descent, workspace, grads, &mut look)?;
        if let Some(loss) = loss {
            return Ok(loss);
        }
        // The same once more, with every gradient looked at.
        *workspace.rng_mut() = rng;
    }
    let loss = gradient_seeing::<N, OUTPUTS>(network, x, t, workspace, grads, look)?;
    network.update(optimizer, grads);
    Ok(loss)
}

/// Takes a step of descent along the gradient of a batch, and returns the loss; `None`, and
/// nothing is changed, if gradients might not be finite.
fn descended<N: Network, const OUTPUTS: usize>(
    network: &mut N,
    x: Inputs<'_, N::Scalar>,
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    descent: &Descent,
    workspace: &mut Workspace<N::Scalar>,
    grads: &mut N,
    look: &mut (impl FnMut(ArrayView2<'_, N::Scalar>) + Send),
) -> Result<Option<BatchLoss<N::Scalar>>, Error> {
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, targets, rng } =
        workspace.parts(batch, N::WORKSPACE_PER_SAMPLE, N::SCRATCH)?;
    let targets = checked_targets::<N, OUTPUTS>(t, batch, targets)?;
    let input = staged_input::<N>(x, input)?;
    let limits = Limits::of_batch(batch);
    if !limits.hold(input) {
        return Ok(None);
    }
    let (values, kept) = arena.split_at_mut(batch * N::OUTPUTS);
    in_pool(batch * N::TRAINING_FLOPS, || {
        let loss = forward_to_loss(network, input, (values, kept), targets, rng, look)?;
        network.backward_watched(input, kept, values, grads, None, &mut Postponing);
        let numbers = grads.numbers();
        let are_finite = stored_tensors::<N>().all(|tensor| are_finite(tensor.of(numbers)));
        let mut check = Check { input, limits, are_finite };
        network.postponed(input, kept, values, grads, &mut check);
        if !check.are_finite {
            return Ok(None);
        }
        network.postponed(input, kept, values, grads, &mut Take(descent));
        descent.take(network, grads, stored_tensors::<N>());
        network.update_buffers(grads);
        Ok(Some(loss))
    })
}
