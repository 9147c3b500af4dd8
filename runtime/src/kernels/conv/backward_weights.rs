//! The gradients of weights and bias.

use super::affine::{self, is_affine};
use super::depthwise::has_few_filters;
use super::gradient::WeightGradient;
use super::shape::Conv2dShape;
use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::threads::{fork_join, threads_for};

/// Replaces `d_weights` and `d_bias` by the gradients of weights and bias: sums over the samples. If it
/// `adds`, adds them instead, as if all samples were in one call.
///
/// # Panics
///
/// If the shape is not valid, if it adds and [`Conv2dShape::can_add`] is false, or if a slice has another
/// length. `scratch` must have at least
/// [`Conv2dShape::scratch_len`] numbers; with a multiple of it, that many threads can share the
/// filters.
#[inline(never)]
pub(crate) fn backward_weights<T: Scalar>(
    shape: &Conv2dShape,
    batch: usize,
    input: &[T],
    d_output: &[T],
    (d_weights, d_bias, adds): (&mut [T], Option<&mut [T]>, bool),
    scratch: &mut [T],
) {
    assert!(shape.is_valid() && (!adds || shape.can_add()), "{shape:?}");
    assert_eq!(input.len(), batch * shape.input_len(), "the input of a convolution");
    assert_eq!(d_output.len(), batch * shape.output_len(), "the output of a convolution");
    assert_eq!(d_weights.len(), shape.weights_len(), "the weights of a convolution");
    let is_bias = d_bias.as_ref().is_none_or(|bias| bias.len() == shape.filters);
    assert!(is_bias, "the bias of a convolution");
    assert!(scratch.len() >= shape.scratch_len(), "scratch memory of a convolution");
    if is_affine(shape) {
        return affine::backward_weights(shape, input, d_output, d_weights, d_bias);
    }
    // Filters of a group are divided only if there is one group.
    let unit = if shape.groups > 1 { shape.group_filters() } else { MIN_FILTERS };
    let units = (shape.filters / unit).max(1);
    let rooms = scratch.len() / shape.scratch_len();
    let threads = threads_for(batch.saturating_mul(shape.flops())).min(units).min(rooms);
    let filters = Filters { first: 0, d_weights, d_bias, scratch };
    in_parts(&Samples { shape, batch, input, d_output, adds, unit }, filters, threads);
}

impl Conv2dShape {
    /// Whether the gradients of the weights of some samples can be added to those of others.
    pub(crate) const fn can_add(&self) -> bool {
        !is_affine(self) && !has_few_filters(self)
    }
}

instantiate!(
    fn(&Conv2dShape, usize, &[T], &[T], (&mut [T], Option<&mut [T]>, bool), &mut [T]) =
        backward_weights::<T>
);

/// A thread gets at least a register of filters (AVX2, `f32`).
const MIN_FILTERS: usize = 8;

struct Samples<'a, T> {
    shape: &'a Conv2dShape,
    batch: usize,
    input: &'a [T],
    d_output: &'a [T],
    /// Whether the sums are added.
    adds: bool,
    /// A part has a multiple of this number of filters.
    unit: usize,
}

/// The gradients of adjacent filters.
struct Filters<'a, T> {
    first: usize,
    d_weights: &'a mut [T],
    d_bias: Option<&'a mut [T]>,
    scratch: &'a mut [T],
}

impl<'a, T> Filters<'a, T> {
    /// The first `count` filters, with some of the scratch memory, and the others.
    fn split(
        self,
        shape: &Conv2dShape,
        count: usize,
        scratch_len: usize,
    ) -> (Filters<'a, T>, Filters<'a, T>) {
        let (d_weights, more_weights) = self.d_weights.split_at_mut(count * shape.filter_len());
        let (d_bias, more_bias) = self.d_bias.map(|bias| bias.split_at_mut(count)).unzip();
        let (scratch, more_scratch) = self.scratch.split_at_mut(scratch_len);
        (
            Filters { first: self.first, d_weights, d_bias, scratch },
            Filters {
                first: self.first + count,
                d_weights: more_weights,
                d_bias: more_bias,
                scratch: more_scratch,
            },
        )
    }
}

/// Computes the gradients of filters. A weight's sum does not depend on the parts.
fn in_parts<T: Scalar>(samples: &Samples<'_, T>, filters: Filters<'_, T>, parts: usize) {
    let shape = samples.shape;
    let count = filters.d_weights.len() / shape.filter_len();
    if parts == 1 {
        return group_by_group(samples, filters);
    }
    let (some, others) = (parts / 2, parts - parts / 2);
    let share = (count / samples.unit * some / parts).max(1) * samples.unit;
    let (one, other) = filters.split(shape, share, some * shape.scratch_len());
    fork_join(|| in_parts(samples, one, some), || in_parts(samples, other, others));
}

fn group_by_group<T: Scalar>(samples: &Samples<'_, T>, mut filters: Filters<'_, T>) {
    let shape = samples.shape;
    let at_once = if has_few_filters(shape) { shape.filters } else { shape.group_filters() };
    while !filters.d_weights.is_empty() {
        let count = (filters.d_weights.len() / shape.filter_len()).min(at_once);
        let (some, others) = filters.split(shape, count, 0);
        T::weight_gradient(&mut WeightGradient {
            shape,
            batch: samples.batch,
            filter: some.first,
            input: samples.input,
            d_output: samples.d_output,
            d_weights: some.d_weights,
            d_bias: some.d_bias,
            adds: samples.adds,
            scratch: &mut *others.scratch,
        });
        filters = others;
    }
}
