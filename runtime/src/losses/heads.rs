use super::loss::{Loss, backward_by_sample, forward_by_sample, mean, rows};
use super::softmax::largest;
use super::targets::{Columns, Targets, Weighed};
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

    /// The part of a row.
    fn of<T>(row: &[T], from: usize) -> &[T] {
        &row[from..from + OUTPUTS]
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

    /// The fraction of a sample's outputs that are correct: as the loss judges, or 1 if the argmax
    /// matches that of the target. `None` for a single number.
    fn accuracy<T: Scalar>(&self, outputs: &[T], target: &[T]) -> Option<f64>
    where
        L: Loss<T>,
    {
        let is_right = || f64::from(u8::from(first_largest(outputs) == first_largest(target)));
        let judged = self.loss.sample_accuracy(outputs, target);
        judged.or_else(|| (OUTPUTS > 1).then(is_right))
    }
}

/// A tuple of [`Head`]s.
#[doc(hidden)]
pub trait HeadList<T: Scalar> {
    /// The outputs of all heads.
    const OUTPUTS: usize;

    /// `Σₕ wₕ Lₕ`.
    fn forward(&self, values: &mut [T], batch: Weighed<'_, T>) -> f64;

    fn backward(&self, values: &mut [T], batch: Weighed<'_, T>, dout: f64);

    /// The error for the first head that does not accept its part of the row of `sample`.
    fn invalid(&self, sample: usize, row: &[T]) -> Option<Error>;

    /// The accuracy of each head that can be judged.
    fn accuracies(&self, outputs: &[T], target: &[T], on_head: &mut dyn FnMut(usize, f64));
}

/// Implements [`HeadList`] for tuples.
macro_rules! heads {
    ($([$($loss:ident $outputs:ident $at:tt),+];)+) => {$(
        impl<T: Scalar, $($loss: Loss<T>, const $outputs: usize),+> HeadList<T>
            for ($(Head<$loss, $outputs>,)+)
        {
            const OUTPUTS: usize = 0 $(+ $outputs)+;

            fn forward(&self, values: &mut [T], batch: Weighed<'_, T>) -> f64 {
                let (mut from, of) = (0, <Self as HeadList<T>>::OUTPUTS);
                0.0 $(+ self.$at.forward(values, batch, next(&mut from, $outputs), of))+
            }

            fn backward(&self, values: &mut [T], batch: Weighed<'_, T>, dout: f64) {
                let (mut from, of) = (0, <Self as HeadList<T>>::OUTPUTS);
                $(self.$at.backward(values, batch, next(&mut from, $outputs), of, dout);)+
            }

            fn invalid(&self, sample: usize, row: &[T]) -> Option<Error> {
                let mut from = 0;
                $(
                    let part = Head::<$loss, $outputs>::of(row, next(&mut from, $outputs));
                    if !self.$at.loss.is_valid_target(part) {
                        let error = Box::new(self.$at.loss.invalid_target(sample, part));
                        return Some(Error::Head { head: $at, error });
                    }
                )+
                None
            }

            fn accuracies(
                &self,
                outputs: &[T],
                target: &[T],
                on_head: &mut dyn FnMut(usize, f64),
            ) {
                let mut from = 0;
                $(
                    let begin = next(&mut from, $outputs);
                    let [row, part] = [outputs, target]
                        .map(|row| Head::<$loss, $outputs>::of(row, begin));
                    if let Some(accuracy) = self.$at.accuracy(row, part) {
                        on_head($at, accuracy);
                    }
                )+
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

/// The index of the largest number; the first of equal ones.
fn first_largest<T: Scalar>(row: &[T]) -> Option<usize> {
    let largest = largest(row);
    row.iter().position(|&value| value == largest)
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

    /// The mean over the heads that can be judged.
    fn sample_accuracy(&self, outputs: &[T], target: &[T]) -> Option<f64> {
        let (mut sum, mut count) = (0.0, 0);
        self.heads.accuracies(outputs, target, &mut |_, accuracy| {
            sum += accuracy;
            count += 1;
        });
        (count > 0).then(|| sum / f64::from(count))
    }

    fn is_valid_target(&self, row: &[T]) -> bool {
        self.heads.invalid(0, row).is_none()
    }

    fn invalid_target(&self, sample: usize, row: &[T]) -> Error {
        let otherwise = Error::TargetRow { sample, sum: crate::kernels::sum(row) };
        self.heads.invalid(sample, row).unwrap_or(otherwise)
    }
}

impl<H> Heads<H> {
    /// Passes the accuracy of each head that can be judged to `on_head`.
    pub(crate) fn accuracies<T: Scalar>(
        &self,
        outputs: &[T],
        target: &[T],
        on_head: &mut dyn FnMut(usize, f64),
    ) where
        H: HeadList<T>,
    {
        self.heads.accuracies(outputs, target, on_head);
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
