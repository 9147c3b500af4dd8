//! The inputs and targets of a network.

#[cfg(feature = "std")]
use ndarray::{
    ArrayBase, ArrayRef, ArrayView1, ArrayView2, ArrayView3, ArrayView4, Axis, Data, Ix1, Ix2, Ix3,
    Ix4,
};

use super::finite::check_finite;
use super::memory::Buffer;
use super::part::{Part, SampleView};
use super::rows::RowView;
use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::losses::targets::IGNORED;
use crate::losses::{
    BinaryCrossEntropy, ClassLoss, EachStep, Head, Heads, Targets, WeightedBinaryCrossEntropy,
};
use crate::params::const_message::Message;

/// A batch of samples with `N` features each: an `ndarray` view of shape `batch × N` in any memory
/// layout, or plain arrays, whose length the compiler checks.
///
/// A network of images takes them with their shape as well, as `batch × channels × height × width`:
/// nested arrays, or views of four axes in any memory layout. Those of a network of signals or
/// sequences have three axes. Samples with another shape than the network's input are an
/// [`Error::SampleShape`].
///
/// ```
/// use chainrule::ndarray::array;
/// use chainrule::{Init, Rng, network};
///
/// network! { struct Xor = Affine(2, 8) -> Sigmoid -> Affine(8, 2) => SoftmaxWithLoss; }
/// let net = Xor::new(Init::Xavier, &mut Rng::seed(0));
///
/// let samples = [[0.0, 0.0], [0.0, 1.0]];
/// let view = array![[0.0, 0.0], [0.0, 1.0]];
/// assert_eq!(net.predict(&samples)?, net.predict(&view)?);
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// Images whose channels come last are a view with other strides, which is not copied before it is
/// passed:
///
/// ```
/// use chainrule::ndarray::Array4;
/// use chainrule::{Init, Rng, network};
///
/// network! {
///     struct Net = Input(3, 8, 6) -> Conv2d(4, 3) -> Relu -> Flatten -> Affine(2) => SoftmaxWithLoss;
/// }
/// let net = Net::new(Init::Auto, &mut Rng::seed(0));
///
/// let last = Array4::<f32>::zeros((5, 8, 6, 3)); // batch × height × width × channels
/// let first = last.view().permuted_axes([0, 3, 1, 2]);
/// assert_eq!(net.predict(first)?, net.predict(&[[[[0.0; 6]; 8]; 3]; 5])?);
///
/// let error = net.predict(&last).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "expected samples of 3×8×6 for `Net`, found 8×6×3; \
///      pass an array of shape `batch × 3 × 8 × 6`, or flat rows",
/// );
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// Nested arrays of another size do not compile:
///
/// ```compile_fail
/// # use chainrule::{Init, Rng, network};
/// # network! {
/// #     struct Net = Input(3, 8, 6) -> Conv2d(4, 3) -> Relu -> Flatten -> Affine(2) => SoftmaxWithLoss;
/// # }
/// # let net = Net::new(Init::Auto, &mut Rng::seed(0));
/// net.predict(&[[[[0.0; 7]; 8]; 3]; 5])?;
/// # Ok::<(), chainrule::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a batch of samples of shape `batch × {N}` and type `{T}`",
    label = "expected samples of shape `batch × {N}` and type `{T}`",
    note = "pass `&[[{T}; {N}]]`, an `&Array2<{T}>`, or an `ArrayView2<{T}>` of shape `batch × {N}`; for one sample, \
            `&[[…]]`; of a flat slice, `x.as_chunks::<{N}>().0`",
    note = "rows of a `Vec<Vec<{T}>>` become arrays by `<[{T}; {N}]>::try_from(&row[..])?`",
    note = "`Name::<f64>::new` creates a network that takes `f64`, and `Name::new` one that takes `f32`"
)]
pub trait Input<T, const N: usize> {
    /// The batch, whose first axis is the samples.
    fn samples(&self) -> SampleView<'_, T>;
}

/// The targets of a network with `N` outputs and the loss `L`. A [`ClassLoss`] accepts the class of
/// each sample, as slices, `Vec`s or one-dimensional arrays of integers. So does a
/// [`BinaryCrossEntropy`] of one output, where 1 or `true` is yes. Any loss accepts a row of
/// `N` numbers per sample, as an `ndarray` view of shape `batch × N` or as plain arrays, and for one output
/// also a number per sample. A loss of [each step](EachStep) also takes a row for each step, as nested
/// arrays.
///
/// ```
/// use chainrule::{Init, Rng, network};
///
/// network! { struct Price = Affine(2, 8) -> Relu -> Affine(8, 1) => IdentityWithLoss; }
/// let (net, x) = (Price::new(Init::Auto, &mut Rng::seed(0)), [[0.5, 1.0], [2.0, 0.0]]);
/// assert_eq!(net.loss(&x, &[0.25, 1.5])?, net.loss(&x, &[[0.25], [1.5]])?);
///
/// network! { struct Spam = Affine(2, 8) -> Relu -> Affine(8, 1) => BinaryCrossEntropy; }
/// let net = Spam::new(Init::Auto, &mut Rng::seed(0));
/// assert_eq!(net.loss(&x, &[true, false])?, net.loss(&x, &[[1.0], [0.0]])?);
/// # Ok::<(), chainrule::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a batch of targets of shape `batch × {N}` and type `{T}` for `{L}`",
    label = "expected targets of shape `batch × {N}` and type `{T}`",
    note = "pass a row for each sample: `&[[{T}; {N}]]`, an `&Array2<{T}>`, or an \
            `ArrayView2<{T}>` of shape `batch × {N}`; of a flat slice, `t.as_chunks::<{N}>().0`; \
            for a single output, also `&[{T}]`",
    note = "only a loss of classes, such as `SoftmaxWithLoss`, takes labels: `&[u8]`, `&[usize]` or an \
            `&Array1` of them, and a `BinaryCrossEntropy` of one output; of names, \
            `ClassNames::of(&names).encode(&names)?`",
    note = "several outputs with a loss each take a tuple, such as `(&labels, &rows)`, and an output of steps \
            takes a label for each, such as `&[[u8; 64]]`, or a row for each, such as `&[[[{T}; 1]; 64]]`"
)]
pub trait Target<T, const N: usize, L> {
    /// Returns the targets in the form the loss reads; `staging` holds converted copies.
    ///
    /// # Errors
    ///
    /// [`Error::Label`], [`Error::TargetColumns`], [`Error::Memory`].
    #[doc(hidden)]
    fn stage<'a>(
        &'a self,
        network: &'static str,
        staging: Staging<'a, T>,
    ) -> Result<Targets<'a, T>, Error>;

    /// The weights of the samples, if they have any.
    #[doc(hidden)]
    fn sample_weights(&self) -> Option<&[T]> {
        None
    }
}

/// Staging buffers for targets whose memory layout has to be converted.
#[doc(hidden)]
#[derive(Debug)]
pub struct Staging<'m, T> {
    labels: Buffer<'m, usize>,
    rows: Buffer<'m, T>,
    /// The lengths of the samples, if the output is a padded sequence.
    lengths: &'m [usize],
    /// The steps of each sample, if so.
    steps: usize,
}

/// An integer type for class labels.
pub trait Label: Copy {
    /// The class, which may be negative or out of range.
    fn class(self) -> i128;
}

/// 1 for `true`.
impl Label for bool {
    fn class(self) -> i128 {
        i128::from(self)
    }
}

/// Implements [`Label`] for integer types.
macro_rules! label {
    ($($integer:ty),*) => {$(
        impl Label for $integer {
            #[inline]
            fn class(self) -> i128 {
                self as i128
            }
        }
    )*};
}

label!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

/// A loss that takes a label for each sample, with `N` outputs.
#[doc(hidden)]
pub trait TakesLabels<const N: usize> {
    /// Whether a label is the number of the only output, yes or no.
    const IS_BINARY: bool;
}

impl<L: ClassLoss, const N: usize> TakesLabels<N> for L {
    const IS_BINARY: bool = false;
}

impl TakesLabels<1> for BinaryCrossEntropy {
    const IS_BINARY: bool = true;
}

impl TakesLabels<1> for WeightedBinaryCrossEntropy {
    const IS_BINARY: bool = true;
}

/// Writes the target of a sample with a label to its row, which is zero.
pub(crate) fn write_label<T: Scalar>(
    label: impl Label,
    sample: usize,
    is_binary: bool,
    row: &mut [T],
) -> Result<(), Error> {
    let classes = if is_binary { 2 } else { row.len() };
    match (checked_label(label, sample, classes)?, is_binary) {
        (class, false) => row[class] = T::one(),
        (class, true) => row.fill(T::from_f64(class as f64)),
    }
    Ok(())
}

/// The class of a sample.
pub(crate) fn checked_label(
    label: impl Label,
    sample: usize,
    classes: usize,
) -> Result<usize, Error> {
    let label = label.class();
    match usize::try_from(label) {
        Ok(class) if class < classes => Ok(class),
        _ => Err(Error::Label { sample, label, classes }),
    }
}

/// The class of a step of a sample.
pub(crate) fn checked_step_label(
    label: impl Label,
    (sample, step): (usize, usize),
    classes: usize,
) -> Result<usize, Error> {
    let label = label.class();
    match usize::try_from(label) {
        Ok(class) if class < classes => Ok(class),
        _ => Err(Error::StepLabel { sample, step, label, classes }),
    }
}

impl<'m, T> Staging<'m, T> {
    /// The labels of sequences of `steps` steps.
    fn step_labels<L: Label>(
        self,
        labels: RowView<'_, L>,
        steps: usize,
        classes: usize,
    ) -> Result<Targets<'m, T>, Error> {
        let (samples, found) = (labels.count(), labels.columns());
        if found != steps {
            return Err(Error::Steps { expected: steps, found });
        }
        let staged = self.labels.take(samples * steps, samples)?;
        for (sample, staged) in staged.chunks_exact_mut(steps.max(1)).enumerate() {
            let length = self.lengths.get(sample).copied().unwrap_or(steps);
            for (step, staged) in staged.iter_mut().enumerate() {
                *staged = match labels.get(sample, step) {
                    Some(label) if step < length => {
                        checked_step_label(label, (sample, step), classes)?
                    }
                    _ => IGNORED,
                };
            }
        }
        Ok(Targets::Labels(staged))
    }

    fn labels<L: Label>(
        self,
        labels: impl ExactSizeIterator<Item = L>,
        classes: usize,
        is_binary: bool,
    ) -> Result<Targets<'m, T>, Error>
    where
        T: Scalar,
    {
        let count = labels.len();
        if is_binary {
            let staged = self.rows.take(count, count)?;
            for ((sample, label), staged) in labels.enumerate().zip(staged.chunks_exact_mut(1)) {
                write_label(label, sample, true, staged)?;
            }
            return Ok(Targets::Rows(staged));
        }
        let staged = self.labels.take(count, count)?;
        for ((sample, label), staged) in labels.enumerate().zip(&mut *staged) {
            *staged = checked_label(label, sample, classes)?;
        }
        Ok(Targets::Labels(staged))
    }
}

impl<'m, T: Scalar> Staging<'m, T> {
    /// Buffers for the targets of samples with these lengths, if the output is a padded sequence of
    /// `steps` steps; without lengths for other outputs.
    pub(crate) fn new(
        labels: Buffer<'m, usize>,
        rows: Buffer<'m, T>,
        lengths: &'m [usize],
        steps: usize,
    ) -> Staging<'m, T> {
        Staging { labels, rows, lengths, steps }
    }

    /// Targets without steps beyond the lengths, if there are lengths.
    #[cfg(feature = "std")]
    pub(crate) fn padded(
        self,
        targets: Targets<'m, T>,
        outputs: usize,
    ) -> Result<Targets<'m, T>, Error> {
        if self.lengths.is_empty() {
            return Ok(targets);
        }
        let labels = match targets {
            Targets::Labels(labels) => labels,
            Targets::Rows(items) => {
                let rows = items.len() / outputs;
                let items = &items[..rows * outputs];
                return self.padded_rows(RowView::Packed { items, rows, columns: outputs });
            }
        };
        let steps = self.steps.max(1);
        let staged = self.labels.take(labels.len(), labels.len() / steps)?;
        staged.copy_from_slice(labels);
        for (sample, &length) in staged.chunks_exact_mut(steps).zip(self.lengths) {
            sample[length..].fill(IGNORED);
        }
        Ok(Targets::Labels(staged))
    }

    /// Target rows of padded sequences, in which steps beyond the length are marked by NaN.
    fn padded_rows(self, rows: RowView<'_, T>) -> Result<Targets<'m, T>, Error> {
        let (samples, columns) = (rows.count(), rows.columns());
        let staged = self.rows.take(samples * columns, samples)?;
        let steps = self.steps.max(1);
        for (sample, row) in staged.chunks_exact_mut(columns).enumerate() {
            rows.write(sample, row);
            let length = self.lengths.get(sample).copied().unwrap_or(steps);
            let (within, beyond) = row.split_at_mut(length * (columns / steps));
            check_finite("targets", within, columns)
                .map_err(|error| error.map_sample(|_| sample))?;
            beyond.fill(T::nan());
        }
        Ok(Targets::Rows(staged))
    }

    fn rows(
        self,
        network: &'static str,
        expected: usize,
        rows: RowView<'m, T>,
    ) -> Result<Targets<'m, T>, Error> {
        if rows.columns() != expected {
            return Err(Error::TargetColumns { network, expected, found: rows.columns() });
        }
        if !self.lengths.is_empty() {
            return self.padded_rows(rows);
        }
        Ok(Targets::Rows(contiguous(rows, self.rows)?))
    }
}

/// Returns `rows` in row-major order. Copies them into `staging` unless they are already contiguous.
///
/// # Errors
///
/// [`Error::Memory`] if there is not enough memory for the copy.
#[inline]
pub(crate) fn contiguous<'a, T: Scalar>(
    rows: RowView<'a, T>,
    staging: Buffer<'a, T>,
) -> Result<&'a [T], Error> {
    if let Some(slice) = rows.to_slice() {
        return Ok(slice);
    }
    let (count, columns) = (rows.count(), rows.columns());
    let staged = staging.take(count * columns, count)?;
    for (row, staged) in staged.chunks_exact_mut(columns.max(1)).enumerate() {
        rows.write(row, staged);
    }
    Ok(staged)
}

/// The targets of one of several outputs, with `N` outputs and the loss `L`: the types that
/// [`Target`] accepts for a single output.
pub trait HeadTarget<T, const N: usize, L> {
    /// Number of targets.
    #[doc(hidden)]
    fn count(&self) -> usize;

    /// Writes the target of one sample to `row`, which is zero: a label as 1 for its class.
    ///
    /// # Errors
    ///
    /// [`Error::Label`], [`Error::TargetColumns`].
    #[doc(hidden)]
    fn write(&self, network: &'static str, sample: usize, row: &mut [T]) -> Result<(), Error>;
}

/// Implements [`Target`] for a tuple with the targets of each head.
macro_rules! heads {
    ($([$($targets:ident $loss:ident $outputs:ident $at:tt),+];)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<T, $($targets, $loss, const $outputs: usize,)+ const N: usize>
            Target<T, N, Heads<($(Head<$loss, $outputs>,)+)>> for ($($targets,)+)
        where
            T: Scalar,
            $($targets: HeadTarget<T, $outputs, $loss>,)+
        {
            fn stage<'a>(
                &'a self,
                network: &'static str,
                staging: Staging<'a, T>,
            ) -> Result<Targets<'a, T>, Error> {
                let samples = self.0.count();
                $(check_count(samples, self.$at.count())?;)+
                let outputs = 0 $(+ $outputs)+;
                let rows = staging.rows.take(samples.saturating_mul(outputs), samples)?;
                rows.fill(T::zero());
                for (sample, rest) in rows.chunks_exact_mut(outputs).enumerate() {
                    $(
                        let (row, rest) = rest.split_at_mut($outputs);
                        self.$at.write(network, sample, row)?;
                    )+
                    debug_assert!(rest.is_empty());
                }
                Ok(Targets::Rows(rows))
            }
        }
    )+};
}

heads! {
    [Y0 A N0 0, Y1 B N1 1];
    [Y0 A N0 0, Y1 B N1 1, Y2 C N2 2];
    [Y0 A N0 0, Y1 B N1 1, Y2 C N2 2, Y3 D N3 3];
    [Y0 A N0 0, Y1 B N1 1, Y2 C N2 2, Y3 D N3 3, Y4 E N4 4];
    [Y0 A N0 0, Y1 B N1 1, Y2 C N2 2, Y3 D N3 3, Y4 E N4 4, Y5 F N5 5];
    [Y0 A N0 0, Y1 B N1 1, Y2 C N2 2, Y3 D N3 3, Y4 E N4 4, Y5 F N5 5, Y6 G N6 6];
    [Y0 A N0 0, Y1 B N1 1, Y2 C N2 2, Y3 D N3 3, Y4 E N4 4, Y5 F N5 5, Y6 G N6 6, Y7 H N7 7];
}

/// Checks that all heads have equally many targets.
pub(crate) fn check_count(samples: usize, targets: usize) -> Result<(), Error> {
    if samples == targets { Ok(()) } else { Err(Error::BatchSizes { samples, targets }) }
}

/// Implements [`Input`] for a type that can be viewed as rows. Also implements [`Target`], since
/// the same types serve as target rows.
macro_rules! rows {
    ($([$($bound:tt)*] $rows:ty => |$self:ident| $view:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, const N: usize, $($bound)*> Input<T, N> for $rows {
            fn samples(&self) -> SampleView<'_, T> {
                let $self = self;
                $view.into()
            }
        }

        target_rows! { T N [T: Scalar, const N: usize, $($bound)*] $rows => |$self| $view; }
    )*};
}

/// Implements [`Target`] for a type that can be viewed as rows of `N` numbers of type `T`.
macro_rules! target_rows {
    ($T:ident $N:tt $([$($bound:tt)*] $rows:ty => |$self:ident| $view:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<L, $($bound)*> Target<$T, $N, L> for $rows {
            fn stage<'a>(
                &'a self,
                network: &'static str,
                staging: Staging<'a, $T>,
            ) -> Result<Targets<'a, $T>, Error> {
                let $self = self;
                staging.rows(network, $N, $view.into())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<L, $($bound)*> HeadTarget<$T, $N, L> for $rows {
            fn count(&self) -> usize {
                let $self = self;
                RowView::from($view).count()
            }

            fn write(
                &self,
                network: &'static str,
                sample: usize,
                row: &mut [$T],
            ) -> Result<(), Error> {
                let $self = self;
                let rows = RowView::from($view);
                if rows.columns() != $N {
                    let found = rows.columns();
                    return Err(Error::TargetColumns { network, expected: $N, found });
                }
                Part::write(&rows, sample, row);
                Ok(())
            }
        }
    )*};
}

rows! {
    [] &[[T; N]] => |rows| RowView::of(rows);
    [const B: usize] &[[T; N]; B] => |rows| RowView::of(&rows[..]);
}

#[cfg(feature = "std")]
rows! {
    [] &Vec<[T; N]> => |rows| RowView::of(rows.as_slice());
    [] ArrayView2<'_, T> => |rows| rows.view();
    [] &ArrayRef<T, Ix2> => |rows| rows.view();
    [S: Data<Elem = T>] &ArrayBase<S, Ix2> => |rows| rows.view();
}

/// Implements [`Target`] for a number for each sample, of a single output. The type is named, since labels
/// are of any other type.
macro_rules! numbers {
    ($($scalar:ident)*) => {$(
        target_rows! { $scalar 1
            [] &[$scalar] => |numbers| RowView::column(numbers);
            [const B: usize] &[$scalar; B] => |numbers| RowView::column(&numbers[..]);
        }

        #[cfg(feature = "std")]
        target_rows! { $scalar 1
            [] &Vec<$scalar> => |numbers| RowView::column(&numbers[..]);
            [] ArrayView1<'_, $scalar> => |numbers| numbers.view().insert_axis(Axis(1));
            [] &ArrayRef<$scalar, Ix1> => |numbers| numbers.view().insert_axis(Axis(1));
            [S: Data<Elem = $scalar>] &ArrayBase<S, Ix1, $scalar> =>
                |numbers| numbers.view().insert_axis(Axis(1));
        }
    )*};
}

numbers! { f32 f64 }

/// Implements [`Target`] for nested arrays with a row for each step of each sample.
macro_rules! step_rows {
    ($([$($bound:tt)*] $samples:ty => |$self:ident| $slice:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, L, const N: usize, const S: usize, const F: usize, $($bound)*>
            Target<T, N, EachStep<L, S>> for $samples
        {
            fn stage<'a>(
                &'a self,
                network: &'static str,
                staging: Staging<'a, T>,
            ) -> Result<Targets<'a, T>, Error> {
                const { check_numbers("targets", &[S, F], N) }
                let $self = self;
                staging.rows(network, N, packed($slice))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: Scalar, L, const N: usize, const S: usize, const F: usize, $($bound)*>
            HeadTarget<T, N, EachStep<L, S>> for $samples
        {
            fn count(&self) -> usize {
                self.len()
            }

            fn write(
                &self,
                _network: &'static str,
                sample: usize,
                row: &mut [T],
            ) -> Result<(), Error> {
                const { check_numbers("targets", &[S, F], N) }
                row.copy_from_slice(self[sample].as_flattened());
                Ok(())
            }
        }
    )*};
}

step_rows! {
    [] &[[[T; F]; S]] => |samples| samples;
    [const B: usize] &[[[T; F]; S]; B] => |samples| &samples[..];
}

#[cfg(feature = "std")]
step_rows! {
    [] &Vec<[[T; F]; S]> => |samples| samples;
}

/// Nested arrays as rows.
fn packed<T, const S: usize, const F: usize>(samples: &[[[T; F]; S]]) -> RowView<'_, T> {
    let items = samples.as_flattened().as_flattened();
    RowView::Packed { items, rows: samples.len(), columns: S * F }
}

/// Rejects samples or targets with another number of numbers than a network's, at compile time.
pub(super) const fn check_numbers(what: &str, sizes: &[usize], expected: usize) {
    let (mut found, mut at) = (1, 0);
    while at < sizes.len() {
        found *= sizes[at];
        at += 1;
    }
    if found != expected {
        let message = Message::<1024>::new().text("expected ").text(what).text(" of ");
        let message = message.number(expected);
        let message = message.text(" numbers, found ").sizes(sizes, "×").text(" = ").number(found);
        panic!("{}", message.as_str());
    }
}

/// Implements [`Input`] for nested arrays: images as `channels × height × width`, and sequences as
/// `time × features` or `channels × length`. The sizes are those of a sample.
macro_rules! nested {
    ($([$($bound:tt)*] [$($size:ident),*] $samples:ty => |$all:ident| $view:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T, const N: usize, $(const $size: usize,)* $($bound)*> Input<T, N> for $samples {
            fn samples(&self) -> SampleView<'_, T> {
                const { check_numbers("samples", &[$($size),*], N) }
                let $all = self;
                $view
            }
        }
    )*};
}

nested! {
    [] [C, H, W] &[[[[T; W]; H]; C]] => |all| SampleView::images(all);
    [const B: usize] [C, H, W] &[[[[T; W]; H]; C]; B] => |all| SampleView::images(&all[..]);
    [] [C, L] &[[[T; L]; C]] => |all| SampleView::planes(all);
    [const B: usize] [C, L] &[[[T; L]; C]; B] => |all| SampleView::planes(&all[..]);
}

#[cfg(feature = "std")]
nested! {
    [] [C, H, W] &Vec<[[[T; W]; H]; C]> => |all| SampleView::images(all);
    [] [C, L] &Vec<[[T; L]; C]> => |all| SampleView::planes(all);
}

/// Implements [`Input`] for arrays with an axis for each size of a sample.
#[cfg(feature = "std")]
macro_rules! shaped {
    ($([$($bound:tt)*] $samples:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T, const N: usize, $($bound)*> Input<T, N> for $samples {
            fn samples(&self) -> SampleView<'_, T> {
                self.view().into()
            }
        }
    )*};
}

#[cfg(feature = "std")]
shaped! {
    [] ArrayView4<'_, T>;
    [] &ArrayRef<T, Ix4>;
    [S: Data<Elem = T>] &ArrayBase<S, Ix4>;
    [] ArrayView3<'_, T>;
    [] &ArrayRef<T, Ix3>;
    [S: Data<Elem = T>] &ArrayBase<S, Ix3>;
}

/// Implements [`Target`] for a type that contains labels.
macro_rules! labels {
    ($([$($bound:tt)*] $labels:ty => |$self:ident| $iter:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, const N: usize, L: TakesLabels<N>, $($bound)*> Target<T, N, L> for $labels {
            fn stage<'a>(
                &'a self,
                _network: &'static str,
                staging: Staging<'a, T>,
            ) -> Result<Targets<'a, T>, Error> {
                let $self = self;
                staging.labels($iter, N, L::IS_BINARY)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: Scalar, const N: usize, L: TakesLabels<N>, $($bound)*> HeadTarget<T, N, L> for $labels {
            fn count(&self) -> usize {
                self.len()
            }

            fn write(
                &self,
                _network: &'static str,
                sample: usize,
                row: &mut [T],
            ) -> Result<(), Error> {
                write_label(self[sample], sample, L::IS_BINARY, row)
            }
        }
    )*};
}

labels! {
    [I: Label] &[I] => |labels| labels.iter().copied();
    [I: Label, const B: usize] &[I; B] => |labels| labels.iter().copied();
}

#[cfg(feature = "std")]
labels! {
    [I: Label] &Vec<I> => |labels| labels.iter().copied();
    [I: Label] ArrayView1<'_, I> => |labels| labels.iter().copied();
    [I: Label] &ArrayRef<I, Ix1> => |labels| labels.iter().copied();
    [I: Label, S: Data<Elem = I>] &ArrayBase<S, Ix1, I> => |labels| labels.iter().copied();
}

/// Implements [`Target`] for labels of each step, in a type that can be viewed as rows of an integer
/// type.
macro_rules! step_labels {
    ($($integer:ident)*) => {$(
        step_labels! { $integer
            [] &[[$integer; S]] => |rows| RowView::of(rows);
            [const B: usize] &[[$integer; S]; B] => |rows| RowView::of(&rows[..]);
        }

        #[cfg(feature = "std")]
        step_labels! { $integer
            [] &Vec<[$integer; S]> => |rows| RowView::of(rows.as_slice());
            [] ArrayView2<'_, $integer> => |rows| rows.view();
            [] &ArrayRef<$integer, Ix2> => |rows| rows.view();
        }
    )*};
    ($integer:ident $([$($bound:tt)*] $rows:ty => |$self:ident| $view:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, const N: usize, const S: usize, L: ClassLoss, $($bound)*>
            Target<T, N, EachStep<L, S>> for $rows
        {
            fn stage<'a>(
                &'a self,
                _network: &'static str,
                staging: Staging<'a, T>,
            ) -> Result<Targets<'a, T>, Error> {
                let $self = self;
                staging.step_labels($view.into(), S, N / S)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: Scalar, const N: usize, const S: usize, L: ClassLoss, $($bound)*>
            HeadTarget<T, N, EachStep<L, S>> for $rows
        {
            fn count(&self) -> usize {
                let $self = self;
                RowView::from($view).count()
            }

            fn write(
                &self,
                _network: &'static str,
                sample: usize,
                row: &mut [T],
            ) -> Result<(), Error> {
                let ($self, classes) = (self, N / S);
                let labels = RowView::from($view);
                if labels.columns() != S {
                    return Err(Error::Steps { expected: S, found: labels.columns() });
                }
                for (step, row) in row.chunks_exact_mut(classes).enumerate() {
                    if let Some(label) = labels.get(sample, step) {
                        row[checked_step_label(label, (sample, step), classes)?] = T::one();
                    }
                }
                Ok(())
            }
        }
    )*};
}

step_labels! { u8 u16 u32 usize }
