//! The gradient with respect to the input.

use core::convert::Infallible;

use ndarray::{ArrayView2, Axis};
use num_traits::Zero;

use super::declared::Network;
use super::finite::check_finite;
use super::gradient::forward_to_loss;
use super::input::Target;
use super::memory::rows;
use super::part::Part;
use super::validate::{checked_batch, checked_input, weighed_targets};
use super::widths::Widths;
use super::workspace::{Parts, Workspace};
use crate::error::Error;
use crate::kernels::in_pool;
use crate::kernels::scalar::Scalar;
use crate::layers::fusion::{DeferredUpdate, WeightGradients};

/// Something for each input of a network: a value, or a tuple for several inputs.
pub type EachInput<N, X> = <<N as Network>::Inputs as Widths>::Each<X>;

/// Skips the gradients of weights, which nothing reads.
struct Skipped;

impl<T: Scalar> WeightGradients<T> for Skipped {
    fn backward<L: DeferredUpdate<T>>(
        &mut self,
        layer: &L,
        _input: &[T],
        dout: &mut [T],
        grads: &mut L,
        dinput: Option<&mut [T]>,
    ) {
        layer.backward_without_weights(dout, grads, dinput);
    }
}

/// The derivatives of the loss with respect to the features, `batch × features`, stored in the
/// workspace. The contents of `grads` are unspecified afterwards.
pub(crate) fn input_gradient_in<'w, N: Network, const OUTPUTS: usize>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    workspace: &'w mut Workspace<N::Scalar>,
    grads: &mut N,
) -> Result<ArrayView2<'w, N::Scalar>, Error> {
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, targets, rng, .. } =
        workspace.parts(batch, N::WORKSPACE_PER_SAMPLE + N::INPUTS, N::SCRATCH)?;
    let targets = weighed_targets::<N, OUTPUTS>(x, t, batch, targets)?;
    let input = checked_input::<N>(x, input)?;
    let (dinput, arena) = arena.split_at_mut(batch * N::INPUTS);
    if N::CARRIES {
        arena.fill(N::Scalar::zero());
    }
    let (values, saved) = arena.split_at_mut(batch * N::OUTPUTS);
    in_pool(batch * (N::TRAINING_FLOPS + N::INPUT_GRADIENT_FLOPS), || {
        forward_to_loss(network, input, (values, saved), targets, rng, |_| ())?;
        let dinput = Some(&mut *dinput);
        network.backward_with(input, saved, values, grads, dinput, &mut (), &mut Skipped);
        Ok(())
    })?;
    check_finite("derivatives of the inputs", dinput, N::INPUTS)?;
    Ok(rows(dinput, N::INPUTS))
}

/// Applies `part` to the columns of each input.
pub(crate) fn each_input<'a, N: Network, X>(
    values: ArrayView2<'a, N::Scalar>,
    mut part: impl FnMut(ArrayView2<'a, N::Scalar>) -> X,
) -> EachInput<N, X> {
    let mut rest = values;
    let Ok(parts) = N::Inputs::try_each(|input| {
        let (columns, tail) = rest.split_at(Axis(1), N::INPUT_PARTS[input].1);
        rest = tail;
        Ok::<_, Infallible>(part(columns))
    });
    parts
}
