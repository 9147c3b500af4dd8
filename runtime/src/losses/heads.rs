use core::ops::Range;

use super::loss::{
    Loss, backward_by_sample, backward_over, divisor_by_sample, forward_by_sample, mean,
    output_accuracy, rows,
};
use super::targets::{Columns, MAX_HEADS, PerHead, Targets, Weighed};
use crate::error::Error;
use crate::kernels::scalar::Scalar;

/// A loss for each output of a network, times a weight: `=> (SoftmaxWithLoss, 0.5 * Huber)`.
///
/// For heads `h` with the losses `Lₕ` and the weights `wₕ`:
///
/// ```text
/// L    = Σₕ wₕ Lₕ
/// dxₕ  = wₕ dLₕ / dxₕ
/// ```
///
/// Each loss is the mean over the batch, as it is for a network with that output alone. The scores
/// of all heads are concatenated in each row, and so are their targets, with labels as one-hot rows.
///
/// The loss of several batches is the mean of their losses by their numbers of samples. It is exact
/// unless a head weighs its classes, whose mean has a divisor of its own.
///
/// ```
/// use chainrule::losses::{Head, HeadWeight, Heads, Huber, Loss, SoftmaxWithLoss, Targets};
///
/// let loss = Heads::new((
///     Head::<_, 2>::new(SoftmaxWithLoss, HeadWeight::ONE),
///     Head::<_, 1>::new(Huber::new(1.0), HeadWeight::new(0.5)),
/// ));
/// let mut values = [0.0, 0.0, 3.0];
/// let targets = Targets::Rows(&[1.0, 0.0, 1.0]);
/// assert_eq!(loss.forward(&mut values, targets, 1), f64::ln(2.0) + 0.5 * 1.5);
/// loss.backward(&mut values, targets, 1, 1.0);
/// assert_eq!(values, [-0.5, 0.5, 0.5]);
/// ```
///
/// # Panics
///
/// `forward` and `backward` panic on [`Targets::Labels`], on slices that do not match, and as the
/// losses of the heads.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Heads<H> {
    heads: H,
}

/// The loss of one head with `OUTPUTS` outputs, and its weight.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Head<L, const OUTPUTS: usize> {
    loss: L,
    weight: HeadWeight,
}

/// The factor of a head's loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeadWeight(f64);

impl HeadWeight {
    /// The weight of a head that gives none.
    pub const ONE: HeadWeight = HeadWeight(1.0);

    /// Creates a weight.
    ///
    /// # Panics
    ///
    /// If `weight` is negative or not finite. In a constant, this is a compile-time error.
    #[track_caller]
    pub const fn new(weight: f64) -> HeadWeight {
        assert!(
            weight >= 0.0 && weight.is_finite(),
            "the weight of a loss is a finite number, 0 or above"
        );
        HeadWeight(weight)
    }
}

impl Default for HeadWeight {
    fn default() -> HeadWeight {
        HeadWeight::ONE
    }
}

impl<H> Heads<H> {
    /// Creates a loss from a tuple of [`Head`]s, in the order of the outputs.
    pub const fn new(heads: H) -> Heads<H> {
        Heads { heads }
    }
}

impl<L, const OUTPUTS: usize> Head<L, OUTPUTS> {
    /// Creates the loss of a head.
    pub const fn new(loss: L, weight: HeadWeight) -> Head<L, OUTPUTS> {
        Head { loss, weight }
    }

    fn columns(from: usize, of: usize) -> Columns {
        Columns { of, from, count: OUTPUTS, labels: 1 }
    }

    /// `wₕ Lₕ`.
    fn forward<T: Scalar>(
        &self,
        values: &mut [T],
        batch: Weighed<'_, T>,
        from: usize,
        of: usize,
    ) -> f64
    where
        L: Loss<T>,
    {
        let columns = Self::columns(from, of);
        let (sum, divisor) = forward_by_sample(&self.loss, values, batch, columns);
        self.weight.0 * mean(sum, divisor)
    }

    fn backward<T: Scalar>(
        &self,
        values: &mut [T],
        batch: Weighed<'_, T>,
        from: usize,
        of: usize,
        dout: f64,
    ) where
        L: Loss<T>,
    {
        let columns = Self::columns(from, of);
        backward_by_sample(&self.loss, values, batch, columns, dout * self.weight.0);
    }

    /// The divisor of the mean `Lₕ`.
    fn divisor<T: Scalar>(
        &self,
        batch: Weighed<'_, T>,
        from: usize,
        of: usize,
        samples: usize,
    ) -> f64
    where
        L: Loss<T>,
    {
        divisor_by_sample(&self.loss, batch, Self::columns(from, of), samples)
    }

    /// `wₕ` times the sum that `Lₕ` is the mean of.
    fn sum<T: Scalar>(&self, values: &mut [T], batch: Weighed<'_, T>, from: usize, of: usize) -> f64
    where
        L: Loss<T>,
    {
        let (sum, _) = forward_by_sample(&self.loss, values, batch, Self::columns(from, of));
        self.weight.0 * sum
    }

    /// The variant of `backward` with the divisor of a larger batch.
    fn backward_over<T: Scalar>(
        &self,
        values: &mut [T],
        part: Weighed<'_, T>,
        from: usize,
        of: usize,
        divisor: f64,
    ) where
        L: Loss<T>,
    {
        let columns = Self::columns(from, of);
        backward_over(&self.loss, values, part, columns, self.weight.0, divisor);
    }
}

/// A tuple of [`Head`]s.
#[doc(hidden)]
pub trait HeadList<T: Scalar> {
    /// The outputs of each head.
    const PARTS: &'static [usize];
    /// The outputs of all heads.
    const OUTPUTS: usize;

    /// `Σₕ wₕ Lₕ`.
    fn forward(&self, values: &mut [T], batch: Weighed<'_, T>) -> f64;

    fn backward(&self, values: &mut [T], batch: Weighed<'_, T>, dout: f64);

    /// The divisors of all `Lₕ`.
    fn divisors(&self, batch: Weighed<'_, T>, samples: usize) -> PerHead;

    /// The sums of all heads, times `wₕ`.
    fn sums(&self, values: &mut [T], batch: Weighed<'_, T>) -> PerHead;

    fn backward_over(&self, values: &mut [T], part: Weighed<'_, T>, divisors: &PerHead);

    /// The loss of a head; `None` if there is no such head.
    fn loss(&self, head: usize) -> Option<&dyn Loss<T>>;
}

/// Implements [`HeadList`] for tuples.
macro_rules! heads {
    ($([$($loss:ident $outputs:ident $at:tt),+];)+) => {$(
        impl<T: Scalar, $($loss: Loss<T>, const $outputs: usize),+> HeadList<T>
            for ($(Head<$loss, $outputs>,)+)
        {
            const PARTS: &'static [usize] = &[$($outputs),+];
            const OUTPUTS: usize = 0 $(+ $outputs)+;

            fn forward(&self, values: &mut [T], batch: Weighed<'_, T>) -> f64 {
                let (mut from, of) = (0, <Self as HeadList<T>>::OUTPUTS);
                0.0 $(+ self.$at.forward(values, batch, next(&mut from, $outputs), of))+
            }

            fn backward(&self, values: &mut [T], batch: Weighed<'_, T>, dout: f64) {
                let (mut from, of) = (0, <Self as HeadList<T>>::OUTPUTS);
                $(self.$at.backward(values, batch, next(&mut from, $outputs), of, dout);)+
            }

            fn divisors(&self, batch: Weighed<'_, T>, samples: usize) -> PerHead {
                let (mut from, of) = (0, <Self as HeadList<T>>::OUTPUTS);
                let mut divisors = [0.0; MAX_HEADS];
                $(divisors[$at] =
                    self.$at.divisor(batch, next(&mut from, $outputs), of, samples);)+
                divisors
            }

            fn sums(&self, values: &mut [T], batch: Weighed<'_, T>) -> PerHead {
                let (mut from, of) = (0, <Self as HeadList<T>>::OUTPUTS);
                let mut sums = [0.0; MAX_HEADS];
                $(sums[$at] = self.$at.sum(values, batch, next(&mut from, $outputs), of);)+
                sums
            }

            fn backward_over(&self, values: &mut [T], part: Weighed<'_, T>, divisors: &PerHead) {
                let (mut from, of) = (0, <Self as HeadList<T>>::OUTPUTS);
                $(self.$at.backward_over(
                    values, part, next(&mut from, $outputs), of, divisors[$at],
                );)+
            }

            fn loss(&self, head: usize) -> Option<&dyn Loss<T>> {
                match head {
                    $($at => Some(&self.$at.loss),)+
                    _ => None,
                }
            }
        }
    )+};
}

heads! {
    [A N0 0, B N1 1];
    [A N0 0, B N1 1, C N2 2];
    [A N0 0, B N1 1, C N2 2, D N3 3];
    [A N0 0, B N1 1, C N2 2, D N3 3, E N4 4];
    [A N0 0, B N1 1, C N2 2, D N3 3, E N4 4, F N5 5];
    [A N0 0, B N1 1, C N2 2, D N3 3, E N4 4, F N5 5, G N6 6];
    [A N0 0, B N1 1, C N2 2, D N3 3, E N4 4, F N5 5, G N6 6, H N7 7];
}

/// The first column of a head with `count` outputs; `from` moves on to the next head.
fn next(from: &mut usize, count: usize) -> usize {
    let begin = *from;
    *from += count;
    begin
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, H: HeadList<T>> Loss<T> for Heads<H> {
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        self.forward_with_sum(values, targets, batch).0
    }

    fn forward_with_sum(
        &self,
        values: &mut [T],
        targets: Targets<'_, T>,
        batch: usize,
    ) -> (T, f64) {
        self.forward_weighed(values, Weighed { targets, weights: None }, batch)
    }

    fn forward_weighed(&self, values: &mut [T], batch: Weighed<'_, T>, samples: usize) -> (T, f64) {
        check::<T, H>(values, batch, samples);
        let loss = self.heads.forward(values, batch);
        (T::from_f64(loss), loss * self.weight_weighed(batch, H::OUTPUTS, samples))
    }

    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        let targets = Weighed { targets, weights: None };
        check::<T, H>(values, targets, batch);
        self.heads.backward(values, targets, dout.as_f64());
    }

    fn backward_weighed(&self, values: &mut [T], batch: Weighed<'_, T>, samples: usize) {
        check::<T, H>(values, batch, samples);
        self.heads.backward(values, batch, 1.0);
    }

    fn divisors(&self, batch: Weighed<'_, T>, _outputs: usize, samples: usize) -> PerHead {
        self.heads.divisors(batch, samples)
    }

    fn forward_sums(&self, values: &mut [T], batch: Weighed<'_, T>, samples: usize) -> PerHead {
        check::<T, H>(values, batch, samples);
        self.heads.sums(values, batch)
    }

    fn backward_of_part(
        &self,
        values: &mut [T],
        part: Weighed<'_, T>,
        samples: usize,
        divisors: &PerHead,
    ) {
        check::<T, H>(values, part, samples);
        self.heads.backward_over(values, part, divisors);
    }

    fn total(&self, sums: &PerHead, divisors: &PerHead, weight: f64) -> (f64, f64) {
        let loss = sums.iter().zip(divisors).map(|(&sum, &divisor)| mean(sum, divisor)).sum();
        (loss, loss * weight)
    }

    /// The mean over the heads that can be judged.
    fn sample_accuracy(&self, outputs: &[T], target: &[T]) -> Option<f64> {
        let (mut sum, mut count) = (0.0, 0);
        for (columns, loss) in self.each() {
            if let Some(part) = output_accuracy(loss, &outputs[columns.clone()], &target[columns]) {
                sum += part;
                count += 1;
            }
        }
        (count > 0).then(|| sum / f64::from(count))
    }

    /// The probabilities of the heads that have some. The others keep their scores.
    fn probabilities(&self, scores: &mut [T], outputs: usize) -> bool {
        let mut have_some = false;
        for row in scores.chunks_exact_mut(outputs) {
            for (columns, loss) in self.each() {
                let count = columns.len();
                have_some |= loss.probabilities(&mut row[columns], count);
            }
        }
        have_some
    }

    fn head(&self, output: usize) -> Option<&dyn Loss<T>> {
        self.heads.loss(output)
    }

    fn is_valid_target(&self, row: &[T]) -> bool {
        self.each().all(|(columns, loss)| loss.is_valid_target(&row[columns]))
    }

    /// The error of the first head that does not accept its part of the row.
    fn invalid_target(&self, sample: usize, row: &[T]) -> Error {
        let rejects =
            |(_, (columns, loss)): &(_, Part<'_, T>)| !loss.is_valid_target(&row[columns.clone()]);
        match self.each().enumerate().find(rejects) {
            Some((head, (columns, loss))) => {
                of_head(head, loss.invalid_target(sample, &row[columns]))
            }
            None => Error::TargetRow { sample, sum: crate::kernels::sum(row) },
        }
    }
}

/// The error of a loss, as that of its head. Without a heap, it cannot contain another.
fn of_head(head: usize, error: Error) -> Error {
    #[cfg(feature = "std")]
    return Error::Head { head, error: Box::new(error) };
    #[cfg(not(feature = "std"))]
    {
        let _ = head;
        error
    }
}

/// The columns and the loss of a head.
type Part<'l, T> = (Range<usize>, &'l dyn Loss<T>);

impl<H> Heads<H> {
    /// The columns and the loss of each head.
    fn each<T: Scalar>(&self) -> impl Iterator<Item = Part<'_, T>>
    where
        H: HeadList<T>,
    {
        let mut from = 0;
        H::PARTS.iter().enumerate().map_while(move |(head, &count)| {
            let begin = next(&mut from, count);
            Some((begin..from, self.heads.loss(head)?))
        })
    }
}

/// # Panics
///
/// If the batch is empty, if the targets are labels, or if values or targets do not match.
fn check<T: Scalar, H: HeadList<T>>(values: &[T], batch: Weighed<'_, T>, samples: usize) {
    assert!(samples > 0, "the batch of a loss is empty");
    assert_eq!(values.len(), samples * H::OUTPUTS, "the values of a loss");
    assert_eq!(
        rows(batch.targets, "a loss for each head").len(),
        values.len(),
        "the target rows of a loss"
    );
}
