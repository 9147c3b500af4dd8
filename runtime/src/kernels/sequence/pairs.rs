//! Attention of the steps of one sequence, the queries, to those of another, the memory, in several
//! heads. Of the memory, only the first steps of each sample are read, as many as its length.
//!
//! `queries` has rows of `features` numbers, `memory` rows of keys and values, `2 × features` numbers.
//! The formulas are those of [`attention`](super::attention).

// In `core`, numbers do not have these functions.
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

use super::attention::{softmax_rows, softmax_rows_back};
use super::shares::{Share, for_shares};
use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::{Matrix, matmul_part};

/// The sizes of such an attention.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pairs {
    /// The steps of the queries.
    pub(crate) queries: usize,
    /// The most steps of the memory.
    pub(crate) memory: usize,
    pub(crate) features: usize,
    pub(crate) heads: usize,
}

impl Pairs {
    /// The features of one head.
    const fn width(self) -> usize {
        self.features / self.heads
    }

    /// The probabilities of a sample.
    pub(crate) const fn probabilities_len(self) -> usize {
        self.heads * self.queries * self.memory
    }

    /// The numbers that each thread needs in the backward pass.
    pub(crate) const fn scratch_len(self) -> usize {
        self.queries * self.memory + (self.queries + self.memory) * self.width()
    }

    /// The floating-point operations of a sample in the two products of the forward pass.
    pub(crate) const fn flops(self) -> usize {
        4 * self.queries * self.memory * self.features
    }

    const fn queries_len(self) -> usize {
        self.queries * self.features
    }

    const fn memory_len(self) -> usize {
        2 * self.memory * self.features
    }

    /// `1 / √d`.
    fn scale<T: Scalar>(self) -> T {
        T::from_f64((1.0 / self.width() as f64).sqrt())
    }

    /// The queries, and the first keys and values, of one head of a sample.
    fn head_of<'a, T>(
        self,
        queries: &'a [T],
        memory: &'a [T],
        steps: usize,
        head: usize,
    ) -> [Matrix<'a, T>; 3] {
        let (features, width) = (self.features, self.width());
        let memory =
            |from: usize| Matrix::part(&memory[from + head * width..], steps, width, 2 * features);
        let queries = Matrix::part(&queries[head * width..], self.queries, width, features);
        [queries, memory(0), memory(features)]
    }
}

/// Samples of the forward pass.
struct Forward<'a, T> {
    shape: Pairs,
    queries: &'a [T],
    memory: &'a [T],
    lengths: &'a [T],
    context: &'a mut [T],
    probabilities: &'a mut [T],
}

impl<T: Scalar> Share for Forward<'_, T> {
    fn samples(&self) -> usize {
        self.lengths.len()
    }

    fn split(self, samples: usize, _threads: usize) -> (Self, Self) {
        let Forward { shape, queries, memory, lengths, context, probabilities } = self;
        let (queries, more_queries) = queries.split_at(samples * shape.queries_len());
        let (memory, more_memory) = memory.split_at(samples * shape.memory_len());
        let (lengths, more_lengths) = lengths.split_at(samples);
        let (context, more_context) = context.split_at_mut(samples * shape.queries_len());
        let (probabilities, more) = probabilities.split_at_mut(samples * shape.probabilities_len());
        (
            Forward { shape, queries, memory, lengths, context, probabilities },
            Forward {
                shape,
                queries: more_queries,
                memory: more_memory,
                lengths: more_lengths,
                context: more_context,
                probabilities: more,
            },
        )
    }
}

/// The forward pass: the contexts of all heads side by side, and the probabilities. Those of a head
/// are `queries × length` numbers, at the beginning of room for `queries × memory`.
///
/// # Panics
///
/// If the lengths of slices do not match.
#[inline(never)]
pub(crate) fn attend_to<T: Scalar>(
    shape: Pairs,
    (queries, memory): (&[T], &[T]),
    lengths: &[T],
    context: &mut [T],
    probabilities: &mut [T],
) {
    let share = Forward { shape, queries, memory, lengths, context, probabilities };
    for_shares(share, shape.flops(), usize::MAX, &attend_share);
}

fn attend_share<T: Scalar>(share: Forward<'_, T>) {
    let Forward { shape, queries, memory, lengths, context, probabilities } = share;
    let (width, room) = (shape.width(), shape.queries * shape.memory);
    let samples = queries
        .chunks_exact(shape.queries_len())
        .zip(memory.chunks_exact(shape.memory_len()))
        .zip(lengths)
        .zip(context.chunks_exact_mut(shape.queries_len()))
        .zip(probabilities.chunks_exact_mut(shape.probabilities_len()));
    for ((((queries, memory), &length), context), probabilities) in samples {
        let steps = steps_of(length, shape.memory);
        for head in 0..shape.heads {
            let [queries, keys, values] = shape.head_of(queries, memory, steps, head);
            let probabilities = &mut probabilities[head * room..][..shape.queries * steps];
            matmul_part(queries, keys.transposed(), probabilities, steps);
            softmax_rows(probabilities, steps, shape.scale(), false);
            let probabilities = Matrix::new(probabilities, shape.queries, steps);
            matmul_part(probabilities, values, &mut context[head * width..], shape.features);
        }
    }
}

/// Samples of the backward pass.
struct Backward<'a, T> {
    shape: Pairs,
    queries: &'a mut [T],
    memory: &'a mut [T],
    lengths: &'a [T],
    dcontext: &'a [T],
    probabilities: &'a [T],
    scratch: &'a mut [T],
}

impl<T: Scalar> Share for Backward<'_, T> {
    fn samples(&self) -> usize {
        self.lengths.len()
    }

    fn split(self, samples: usize, threads: usize) -> (Self, Self) {
        let Backward { shape, queries, memory, lengths, dcontext, probabilities, scratch } = self;
        let (queries, more_queries) = queries.split_at_mut(samples * shape.queries_len());
        let (memory, more_memory) = memory.split_at_mut(samples * shape.memory_len());
        let (lengths, more_lengths) = lengths.split_at(samples);
        let (dcontext, more_dcontext) = dcontext.split_at(samples * shape.queries_len());
        let (probabilities, more) = probabilities.split_at(samples * shape.probabilities_len());
        let (scratch, more_scratch) = scratch.split_at_mut(threads * shape.scratch_len());
        (
            Backward { shape, queries, memory, lengths, dcontext, probabilities, scratch },
            Backward {
                shape,
                queries: more_queries,
                memory: more_memory,
                lengths: more_lengths,
                dcontext: more_dcontext,
                probabilities: more,
                scratch: more_scratch,
            },
        )
    }
}

/// The backward pass: replaces queries, keys and values by their derivatives, which are 0 beyond the
/// length of a sample. `scratch` has [`scratch_len`](Pairs::scratch_len) numbers for each thread.
///
/// # Panics
///
/// If the lengths of slices do not match, or there is no scratch memory.
#[inline(never)]
pub(crate) fn attend_to_back<T: Scalar>(
    shape: Pairs,
    (queries, memory): (&mut [T], &mut [T]),
    lengths: &[T],
    dcontext: &[T],
    probabilities: &[T],
    scratch: &mut [T],
) {
    let rooms = scratch.len() / shape.scratch_len();
    assert!(rooms > 0, "scratch memory of an attention");
    let share = Backward { shape, queries, memory, lengths, dcontext, probabilities, scratch };
    for_shares(share, 2 * shape.flops(), rooms, &attend_back_share);
}

fn attend_back_share<T: Scalar>(share: Backward<'_, T>) {
    let Backward { shape, queries, memory, lengths, dcontext, probabilities, scratch } = share;
    let (features, width, room) = (shape.features, shape.width(), shape.queries * shape.memory);
    let (scores, scratch) = scratch.split_at_mut(room);
    let (dqueries, scratch) = scratch.split_at_mut(shape.queries * width);
    let dkeys = &mut scratch[..shape.memory * width];
    let samples = queries
        .chunks_exact_mut(shape.queries_len())
        .zip(memory.chunks_exact_mut(shape.memory_len()))
        .zip(lengths)
        .zip(dcontext.chunks_exact(shape.queries_len()))
        .zip(probabilities.chunks_exact(shape.probabilities_len()));
    for ((((queries, memory), &length), dcontext), probabilities) in samples {
        let steps = steps_of(length, shape.memory);
        let dscores = &mut scores[..shape.queries * steps];
        let dkeys = &mut dkeys[..steps * width];
        for head in 0..shape.heads {
            let dcontext = Matrix::part(&dcontext[head * width..], shape.queries, width, features);
            let probabilities = &probabilities[head * room..][..shape.queries * steps];
            let [of_queries, keys, values] = shape.head_of(queries, memory, steps, head);
            matmul_part(dcontext, values.transposed(), dscores, steps);
            softmax_rows_back(probabilities, dscores, steps, shape.scale());
            let dscores = Matrix::new(dscores, shape.queries, steps);
            matmul_part(dscores, keys, dqueries, width);
            matmul_part(dscores.transposed(), of_queries, dkeys, width);
            let probabilities = Matrix::new(probabilities, shape.queries, steps).transposed();
            let dvalues = &mut memory[features + head * width..];
            matmul_part(probabilities, dcontext, dvalues, 2 * features);
            put_columns(dqueries, width, queries, (features, head * width));
            put_columns(dkeys, width, memory, (2 * features, head * width));
        }
        memory[2 * steps * features..].fill(T::zero());
    }
}

/// The steps of a sample, from its length, which is a number of the network's type.
fn steps_of<T: Scalar>(length: T, most: usize) -> usize {
    (length.as_f64() as usize).clamp(1, most)
}

/// Writes rows of `width` numbers to the columns from `from` on of wider rows.
fn put_columns<T: Scalar>(
    narrow: &[T],
    width: usize,
    wide: &mut [T],
    (columns, from): (usize, usize),
) {
    for (narrow, wide) in narrow.chunks_exact(width).zip(wide.chunks_exact_mut(columns)) {
        wide[from..from + width].copy_from_slice(narrow);
    }
}

/// The probabilities of one sample, of all heads: `heads × queries × memory`. If it is causal, query
/// `i` attends to the steps up to `i`.
#[cfg(feature = "std")]
#[inline(never)]
pub(crate) fn attention_scores<T: Scalar>(
    shape: Pairs,
    queries: &[T],
    memory: &[T],
    is_causal: bool,
) -> Vec<T> {
    let mut scores = vec![T::zero(); shape.probabilities_len()];
    for (head, scores) in scores.chunks_exact_mut(shape.queries * shape.memory).enumerate() {
        let [queries, keys, _] = shape.head_of(queries, memory, shape.memory, head);
        matmul_part(queries, keys.transposed(), scores, shape.memory);
        softmax_rows(scores, shape.memory, shape.scale(), is_causal);
    }
    scores
}

instantiate!(fn(Pairs, (&[T], &[T]), &[T], &mut [T], &mut [T]) = attend_to::<T>);
instantiate!(
    fn(Pairs, (&mut [T], &mut [T]), &[T], &[T], &[T], &mut [T]) = attend_to_back::<T>
);
#[cfg(feature = "std")]
instantiate!(fn(Pairs, &[T], &[T], bool) -> Vec<T> = attention_scores::<T>);
