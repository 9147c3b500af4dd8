//! Attention of the steps of a sequence to each other, in several heads.
//!
//! A row of `qkv` has the queries, keys and values of a step, `3 × features` numbers. Head `h` reads
//! and writes the columns from `h · features / heads` on in each. For one head of one sample, with
//! the matrices `Q`, `K` and `V` of `time` rows and `d` columns:
//!
//! ```text
//! S = Q·Kᵀ / √d        P = softmax of the rows of S        C = P·V
//! dV = Pᵀ·dC           dP = dC·Vᵀ
//! dS = P ∘ (dP - Σ P ∘ dP) / √d        dQ = dS·K        dK = dSᵀ·Q
//! ```
//!
//! If it is causal, step `i` attends to the steps up to `i`: `S` is `-∞` beyond.

// In `core`, numbers do not have these functions.
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

use super::shares::{Share, for_shares};
use crate::kernels::elementwise::vectorised;
use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::{Matrix, matmul_part};

/// The sizes of an attention.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heads {
    pub(crate) time: usize,
    pub(crate) features: usize,
    pub(crate) heads: usize,
    pub(crate) is_causal: bool,
}

impl Heads {
    /// The features of one head.
    fn width(self) -> usize {
        self.features / self.heads
    }

    /// The numbers of queries, keys and values of a sample.
    pub(crate) const fn qkv_len(self) -> usize {
        3 * self.time * self.features
    }

    /// The probabilities of a sample.
    pub(crate) const fn probabilities_len(self) -> usize {
        self.heads * self.time * self.time
    }

    /// The numbers that each thread needs in the backward pass.
    pub(crate) const fn scratch_len(self) -> usize {
        self.time * self.time + 2 * self.time * (self.features / self.heads)
    }

    /// The steps for which a cache has room: whole registers of scores.
    const fn cached_time(self) -> usize {
        self.time.next_multiple_of(LANES)
    }

    /// The numbers of a cache of keys and values: a row of keys for each feature, and then a row of
    /// values for each step.
    pub(crate) const fn cache_len(self) -> usize {
        self.features * (self.cached_time() + self.time)
    }

    /// The scores of one step to those in a cache.
    pub(crate) const fn cached_scores_len(self) -> usize {
        self.heads * self.cached_time()
    }

    /// Stores the keys and values of a step in a cache.
    pub(crate) fn store<T: Copy>(self, step: usize, keys: &[T], values: &[T], cache: &mut [T]) {
        let (time, features) = (self.cached_time(), self.features);
        let (cached_keys, cached_values) = cache.split_at_mut(features * time);
        for (row, &key) in cached_keys.chunks_exact_mut(time).zip(keys) {
            row[step] = key;
        }
        cached_values[step * features..][..features].copy_from_slice(values);
    }

    /// The floating-point operations of a sample in the two products of the forward pass.
    pub(crate) const fn flops(self) -> usize {
        4 * self.time * self.time * self.features
    }

    /// `1 / √d`.
    fn scale<T: Scalar>(self) -> T {
        T::from_f64((1.0 / self.width() as f64).sqrt())
    }
}

/// Samples of the forward pass.
struct Forward<'a, T> {
    shape: Heads,
    qkv: &'a [T],
    context: &'a mut [T],
    probabilities: &'a mut [T],
    /// The probabilities of a sample: of all heads, or of one at a time.
    probabilities_len: usize,
}

impl<T: Scalar> Share for Forward<'_, T> {
    fn samples(&self) -> usize {
        self.qkv.len() / self.shape.qkv_len()
    }

    fn split(self, samples: usize, _threads: usize) -> (Self, Self) {
        let Forward { shape, qkv, context, probabilities, probabilities_len } = self;
        let (qkv, more_qkv) = qkv.split_at(samples * shape.qkv_len());
        let (context, more_context) = context.split_at_mut(samples * shape.time * shape.features);
        let (probabilities, more) = probabilities.split_at_mut(samples * probabilities_len);
        (
            Forward { shape, qkv, context, probabilities, probabilities_len },
            Forward {
                shape,
                qkv: more_qkv,
                context: more_context,
                probabilities: more,
                probabilities_len,
            },
        )
    }
}

/// The forward pass: the contexts `C` of all heads side by side, and the probabilities `P`. If there
/// is only memory for the probabilities of one head per sample, each head replaces those before.
///
/// # Panics
///
/// If the lengths do not match.
#[inline(never)]
pub(crate) fn attend<T: Scalar>(
    shape: Heads,
    qkv: &[T],
    context: &mut [T],
    probabilities: &mut [T],
) {
    let samples = qkv.len() / shape.qkv_len();
    assert_eq!(context.len(), samples * shape.time * shape.features, "the contexts");
    let probabilities_len = probabilities.len() / samples.max(1);
    assert!(
        [shape.time * shape.time, shape.probabilities_len()].contains(&probabilities_len),
        "the probabilities of an attention"
    );
    let share = Forward { shape, qkv, context, probabilities, probabilities_len };
    for_shares(share, shape.flops(), usize::MAX, &attend_share);
}

fn attend_share<T: Scalar>(share: Forward<'_, T>) {
    let Forward { shape, qkv, context, probabilities, probabilities_len } = share;
    let Heads { time, features, heads, is_causal } = shape;
    let (width, square) = (shape.width(), time * time);
    let samples = qkv.chunks_exact(shape.qkv_len());
    let results = context
        .chunks_exact_mut(time * features)
        .zip(probabilities.chunks_exact_mut(probabilities_len));
    for (qkv, (context, probabilities)) in samples.zip(results) {
        for head in 0..heads {
            let [queries, keys, values] = head_of(shape, qkv, head);
            let place = (head * square) % probabilities_len;
            let probabilities = &mut probabilities[place..place + square];
            matmul_part(queries, keys.transposed(), probabilities, time);
            softmax_rows(probabilities, time, shape.scale(), is_causal);
            let probabilities = Matrix::new(probabilities, time, time);
            matmul_part(probabilities, values, &mut context[head * width..], features);
        }
    }
}

/// The queries, keys and values of one head of a sample.
fn head_of<T>(shape: Heads, qkv: &[T], head: usize) -> [Matrix<'_, T>; 3] {
    let (features, width) = (shape.features, shape.width());
    [0, 1, 2].map(|part| {
        Matrix::part(&qkv[part * features + head * width..], shape.time, width, 3 * features)
    })
}

/// Samples of the backward pass.
struct Backward<'a, T> {
    shape: Heads,
    qkv: &'a mut [T],
    dcontext: &'a [T],
    probabilities: &'a [T],
    scratch: &'a mut [T],
}

impl<T: Scalar> Share for Backward<'_, T> {
    fn samples(&self) -> usize {
        self.qkv.len() / self.shape.qkv_len()
    }

    fn split(self, samples: usize, threads: usize) -> (Self, Self) {
        let Backward { shape, qkv, dcontext, probabilities, scratch } = self;
        let (qkv, more_qkv) = qkv.split_at_mut(samples * shape.qkv_len());
        let (dcontext, more_dcontext) = dcontext.split_at(samples * shape.time * shape.features);
        let (probabilities, more) = probabilities.split_at(samples * shape.probabilities_len());
        let (scratch, more_scratch) = scratch.split_at_mut(threads * shape.scratch_len());
        (
            Backward { shape, qkv, dcontext, probabilities, scratch },
            Backward {
                shape,
                qkv: more_qkv,
                dcontext: more_dcontext,
                probabilities: more,
                scratch: more_scratch,
            },
        )
    }
}

/// The backward pass: replaces queries, keys and values by their derivatives. `scratch` has
/// [`scratch_len`](Heads::scratch_len) numbers for each thread.
///
/// # Panics
///
/// If the lengths do not match, or there is no scratch memory.
#[inline(never)]
pub(crate) fn attend_back<T: Scalar>(
    shape: Heads,
    qkv: &mut [T],
    dcontext: &[T],
    probabilities: &[T],
    scratch: &mut [T],
) {
    let samples = qkv.len() / shape.qkv_len();
    assert_eq!(dcontext.len(), samples * shape.time * shape.features, "the contexts");
    assert_eq!(probabilities.len(), samples * shape.probabilities_len(), "the probabilities");
    let rooms = scratch.len() / shape.scratch_len();
    assert!(rooms > 0, "scratch memory of an attention");
    let share = Backward { shape, qkv, dcontext, probabilities, scratch };
    for_shares(share, 2 * shape.flops(), rooms, &attend_back_share);
}

fn attend_back_share<T: Scalar>(share: Backward<'_, T>) {
    let Backward { shape, qkv, dcontext, probabilities, scratch } = share;
    let Heads { time, features, heads, .. } = shape;
    let (width, square) = (shape.width(), time * time);
    let (dscores, scratch) = scratch.split_at_mut(square);
    let (dqueries, scratch) = scratch.split_at_mut(time * width);
    let dkeys = &mut scratch[..time * width];
    let samples = qkv
        .chunks_exact_mut(shape.qkv_len())
        .zip(dcontext.chunks_exact(time * features))
        .zip(probabilities.chunks_exact(shape.probabilities_len()));
    for ((qkv, dcontext), probabilities) in samples {
        for head in 0..heads {
            let dcontext = Matrix::part(&dcontext[head * width..], time, width, features);
            let probabilities = &probabilities[head * square..][..square];
            let [queries, keys, values] = head_of(shape, qkv, head);
            matmul_part(dcontext, values.transposed(), dscores, time);
            softmax_rows_back(probabilities, dscores, time, shape.scale());
            let dscores = Matrix::new(dscores, time, time);
            matmul_part(dscores, keys, dqueries, width);
            matmul_part(dscores.transposed(), queries, dkeys, width);
            let probabilities = Matrix::new(probabilities, time, time).transposed();
            let dvalues = &mut qkv[2 * features + head * width..];
            matmul_part(probabilities, dcontext, dvalues, 3 * features);
            for (part, gradient) in [&*dqueries, &*dkeys].into_iter().enumerate() {
                let rows = qkv.chunks_exact_mut(3 * features).zip(gradient.chunks_exact(width));
                for (row, gradient) in rows {
                    row[part * features + head * width..][..width].copy_from_slice(gradient);
                }
            }
        }
    }
}

vectorised! {
    /// Attends from a step to the steps up to it, whose keys and values are in `cache`: see
    /// [`cache_len`](Heads::cache_len). `scores` is scratch memory, of
    /// [`cached_scores_len`](Heads::cached_scores_len) numbers. All heads are in one kernel: the
    /// products of a single step are so small that calls would take longer.
    fn attend_at<T: Scalar>(
        shape: Heads,
        step: usize,
        queries: &[T],
        cache: &[T],
        context: &mut [T],
        scores: &mut [T]
    ) {
        let (features, width, time) = (shape.features, shape.width(), shape.cached_time());
        let (keys, values) = cache.split_at(features * time);
        let rows = || (0..features).step_by(width);
        // Whole registers of scores.
        let len = (step + 1).next_multiple_of(LANES);
        for (first, scores) in rows().zip(scores.chunks_exact_mut(time)) {
            combine(&queries[first..][..width], &keys[first * time..], time, &mut scores[..len]);
        }
        for scores in scores.chunks_exact_mut(time) {
            softmax(&mut scores[..len], step + 1, shape.scale());
        }
        for (first, scores) in rows().zip(scores.chunks_exact(time)) {
            let context = &mut context[first..][..width];
            combine(&scores[..=step], &values[first..], features, context);
        }
    }
}

/// `sums = Σ factor · row` over the factors and rows, which are `stride` numbers apart.
#[inline(always)]
fn combine<T: Scalar>(factors: &[T], rows: &[T], stride: usize, sums: &mut [T]) {
    let (pairs, rest) = sums.as_chunks_mut::<{ 2 * LANES }>();
    let mut column = 0;
    for sums in pairs {
        *sums = combined(factors, &rows[column..], stride);
        column += 2 * LANES;
    }
    let (chunks, rest) = rest.as_chunks_mut::<LANES>();
    for sums in chunks {
        *sums = combined(factors, &rows[column..], stride);
        column += LANES;
    }
    for sum in rest {
        [*sum] = combined(factors, &rows[column..], stride);
        column += 1;
    }
}

/// The first `COLUMNS` of these sums, which stay in registers.
#[inline(always)]
fn combined<T: Scalar, const COLUMNS: usize>(
    factors: &[T],
    rows: &[T],
    stride: usize,
) -> [T; COLUMNS] {
    let mut sums = [T::zero(); COLUMNS];
    for (&factor, row) in factors.iter().zip(rows.chunks(stride)) {
        for (sum, &x) in sums.iter_mut().zip(&row[..COLUMNS]) {
            *sum += factor * x;
        }
    }
    sums
}

/// Independent sums in flight.
const LANES: usize = 16;

/// Combines all numbers of a row, in lanes.
#[inline(always)]
fn reduce<T: Scalar>(row: &[T], first: T, combine: impl Fn(T, T) -> T) -> T {
    let (chunks, rest) = row.as_chunks::<LANES>();
    let mut lanes = [first; LANES];
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane = combine(*lane, x);
        }
    }
    let all = rest.iter().fold(first, |all, &x| combine(all, x));
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] = combine(lanes[lane], lanes[lane + width]);
        }
        width /= 2;
    }
    combine(lanes[0], all)
}

vectorised! {
    /// Replaces each row of `width` scores by the softmax of the scores times `scale`. If it is
    /// causal, row `i` has the probabilities of the first `i + 1` scores, and 0 for the others.
    fn softmax_rows<T: Scalar>(scores: &mut [T], width: usize, scale: T, is_causal: bool) {
        for (at, row) in scores.chunks_exact_mut(width).enumerate() {
            softmax(row, if is_causal { at + 1 } else { width }, scale);
        }
    }
}

/// Replaces the first `count` scores of a row by the softmax of these scores times `scale`, and the
/// others by 0.
#[inline(always)]
fn softmax<T: Scalar>(row: &mut [T], count: usize, scale: T) {
    let (row, beyond) = row.split_at_mut(count.next_multiple_of(LANES).min(row.len()));
    beyond.fill(T::zero());
    // The rest of the last register. Exponentials of -∞ are slow: they are too small for normal
    // numbers.
    let first = row[0];
    row[count..].fill(first);
    let largest = reduce(row, T::neg_infinity(), |a, b| if a > b { a } else { b });
    for score in &mut *row {
        *score = ((*score - largest) * scale).exponential();
    }
    row[count..].fill(T::zero());
    let total = reduce(row, T::zero(), |a, b| a + b);
    for score in &mut *row {
        *score /= total;
    }
}

vectorised! {
    /// Replaces the derivatives of probabilities by those of the scores,
    /// `p (dp - Σ p dp) · scale`.
    fn softmax_rows_back<T: Scalar>(probabilities: &[T], values: &mut [T], width: usize, scale: T) {
        let rows = probabilities.chunks_exact(width).zip(values.chunks_exact_mut(width));
        for (probabilities, values) in rows {
            let mut lanes = [T::zero(); LANES];
            let (chunks, rest) = probabilities.as_chunks::<LANES>();
            let (value_chunks, rest_of_values) = values.as_chunks::<LANES>();
            for (chunk, values) in chunks.iter().zip(value_chunks) {
                for ((lane, &p), &d) in lanes.iter_mut().zip(chunk).zip(values) {
                    *lane += p * d;
                }
            }
            let tail: T = rest.iter().zip(rest_of_values).map(|(&p, &d)| p * d).sum();
            let mean = reduce(&lanes, T::zero(), |a, b| a + b) + tail;
            for (value, &p) in values.iter_mut().zip(probabilities) {
                *value = p * (*value - mean) * scale;
            }
        }
    }
}

instantiate!(fn(Heads, &[T], &mut [T], &mut [T]) = attend::<T>);
instantiate!(fn(Heads, &mut [T], &[T], &[T], &mut [T]) = attend_back::<T>);
