//! Data sets for training: samples that are accessed by index.

use ndarray::{
    ArrayBase, ArrayRef, ArrayView, ArrayView1, ArrayView2, ArrayView3, ArrayView4, Axis, Data,
    Ix1, Ix2, Ix3, Ix4, RemoveAxis,
};

use super::images::{Brightness, ImageSet};
use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::layers::Shape;
use crate::losses::{
    BinaryCrossEntropy, ClassLoss, EachStep, Head, Heads, Loss, WeightedBinaryCrossEntropy,
};
use crate::network::declared::Network;
use crate::network::input::{HeadTarget, Label, check_count};
use crate::network::validate::check_shape;
use crate::network::weighted::Weighted;
use crate::network::widths::Width;
use crate::training::batch::Batch;

/// Why samples are not available: any error, so that `?` works.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A data set: samples with targets for a network `N`, accessed by index.
///
/// Features and targets in memory are a data set, as a pair `(&x, &t)`. `x` contains a row per
/// sample, as `&[[f32; 784]]` or as an `ndarray` array, or an image, as `&[[[[f32; 28]; 28]; 1]]` or
/// as an array of four axes, and `t` classes (`&[u8]`, an `Array1`, …)
/// or target rows. For a network with several inputs, `x` is a tuple, `((&a, &b), &t)`. An
/// [`ImageSet`] is a data set too. This example is a custom data set, whose numbers are computed on
/// access:
///
/// ```
/// use chainrule::data::{Dataset, Failure};
/// use chainrule::{Batch, Init, Network, Rng, Sgd, Trainer, network};
///
/// /// The sine at 256 places.
/// struct Sine;
///
/// impl<N: Network<Scalar = f32>> Dataset<N> for Sine {
///     fn len(&self) -> usize {
///         256
///     }
///
///     fn gather(&self, indices: &[usize], batch: &mut Batch<N>) -> Result<(), Failure> {
///         for &index in indices {
///             let x = index as f32 / 40.0 - 3.2;
///             batch.features_mut().push(x);
///             batch.push_row([x.sin()])?;
///         }
///         Ok(())
///     }
/// }
///
/// network! { struct Net = Affine(1, 16) -> Sigmoid -> Affine(16, 1) => IdentityWithLoss; }
/// let net = Net::new(Init::Normal(1.0), &mut Rng::seed(0));
/// let mut trainer = Trainer::new(net, Sgd::new(0.5)?).epochs(100);
/// let history = trainer.fit(&Sine)?;
/// assert!(history.last().is_some_and(|epoch| epoch.train.loss < 0.1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a data set for `{N}`",
    label = "expected features and targets as a pair: `(&x, &t)`",
    note = "`fit`, `evaluate` and `confusion` take one data set: `trainer.fit((&x, &t))`",
    note = "a data set of your own implements `chainrule::data::Dataset`"
)]
pub trait Dataset<N: Network> {
    /// Number of samples.
    fn len(&self) -> usize;

    /// Appends the samples at `indices` to `batch`, which is empty, in this order.
    ///
    /// # Errors
    ///
    /// Any error that makes the samples unavailable.
    fn gather(&self, indices: &[usize], batch: &mut Batch<N>) -> Result<(), Failure>;

    /// Whether there are no samples.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[diagnostic::do_not_recommend]
impl<N: Network, D: Dataset<N> + ?Sized> Dataset<N> for &D {
    fn len(&self) -> usize {
        (**self).len()
    }

    fn gather(&self, indices: &[usize], batch: &mut Batch<N>) -> Result<(), Failure> {
        (**self).gather(indices, batch)
    }
}

/// Images are passed as brightness, from 0 to 1.
impl<N: Network> Dataset<N> for ImageSet
where
    N::Scalar: Brightness,
    N::Loss: ClassLoss,
{
    fn len(&self) -> usize {
        ImageSet::len(self)
    }

    fn gather(&self, indices: &[usize], batch: &mut Batch<N>) -> Result<(), Failure> {
        check_shape::<N>(Shape::flat(self.pixels_per_image()))?;
        self.append(indices, batch.features_mut())?;
        indices.iter().try_for_each(|&index| batch.push_label(self.labels()[index]))?;
        Ok(())
    }
}

impl<N, X, Y> Dataset<N> for (X, Y)
where
    N: Network,
    X: Samples<N::Scalar>,
    Y: TargetsOf<N>,
{
    fn len(&self) -> usize {
        // If the counts differ, `gather` reports it.
        self.0.count()
    }

    fn gather(&self, indices: &[usize], batch: &mut Batch<N>) -> Result<(), Failure> {
        let (samples, targets) = (self.0.count(), self.1.count());
        if samples != targets {
            return Err(Error::BatchSizes { samples, targets }.into());
        }
        check_inputs::<N>(&self.0)?;
        for &index in indices {
            self.0.append(index, batch.features_mut());
            self.1.push(index, batch)?;
        }
        Ok(())
    }
}

/// Checks the widths of all inputs, and that they have equally many samples. A single input may be
/// all inputs of the network, concatenated.
fn check_inputs<N: Network>(x: &impl Samples<N::Scalar>) -> Result<(), Error> {
    let (mut found, mut only) = (0, Shape::flat(0));
    x.each_input(&mut |_, shape| {
        found += 1;
        only = shape;
    });
    let expected = N::INPUT_PARTS.len();
    if found == 1 {
        return check_shape::<N>(only);
    }
    if found != expected {
        return Err(Error::InputCount { network: N::NAME, expected, found });
    }
    let (samples, mut parts, mut checked) = (x.count(), N::INPUT_PARTS.iter(), Ok(()));
    x.each_input(&mut |count, shape| {
        let found = shape.features();
        let Some(&(input, expected)) = parts.next().filter(|_| checked.is_ok()) else { return };
        if found != expected {
            checked = Err(Error::InputFeatures { input, expected, found });
        } else if count != samples {
            checked = Err(Error::InputBatch { input, expected: samples, found: count });
        }
    });
    checked
}

/// Appends the numbers of a sample in row-major order to `numbers`.
fn append<T: Scalar, D: RemoveAxis>(
    samples: ArrayView<'_, T, D>,
    index: usize,
    numbers: &mut Vec<T>,
) {
    let sample = samples.index_axis_move(Axis(0), index);
    match sample.to_slice() {
        Some(sample) => numbers.extend_from_slice(sample),
        None => numbers.extend(sample),
    }
}

/// Features in memory, one sample per row: plain arrays, or `ndarray` arrays in any layout. Images
/// may have their shape, `batch × channels × height × width`, also as nested arrays. For a network
/// with several inputs, a tuple of them in the order of the declaration; lengths of padded sequences
/// are a slice, or an array with one axis, of integers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not contain samples of type `{T}`",
    label = "expected a row of numbers of type `{T}` for each sample",
    note = "pass `&[[{T}; …]]`, an `&Array2<{T}>` or an `ArrayView2<{T}>`, or a tuple of them for \
            several inputs",
    note = "indices and lengths are of type `u8`, `u16`, `u32` or `usize`"
)]
pub trait Samples<T> {
    /// Number of samples, of the first of several inputs.
    fn count(&self) -> usize;

    /// Calls `see` for each input with its number of samples and the shape of a sample, which is flat
    /// for a row.
    fn each_input(&self, see: &mut dyn FnMut(usize, Shape));

    /// Appends the features of one sample, those of several inputs in order.
    fn append(&self, index: usize, features: &mut Vec<T>);
}

/// Targets of a network `N` in memory: for a [`ClassLoss`] a class per sample, for any loss a row
/// of numbers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not contain targets for `{N}`",
    label = "expected a row of numbers or a label for each sample",
    note = "pass a row of numbers for each sample, such as `&[[f32; 3]]`; for a single output, also a number",
    note = "only a loss of classes, such as `SoftmaxWithLoss`, takes labels: `&[u8]`, `&[usize]` or an \
            `&Array1` of them, and a `BinaryCrossEntropy` of one output",
    note = "convert names with `ClassNames::of(&names).encode(&names)?`"
)]
pub trait TargetsOf<N: Network> {
    /// Number of targets.
    fn count(&self) -> usize;

    /// Appends the target of one sample to `batch`.
    ///
    /// # Errors
    ///
    /// [`Error::Label`] or [`Error::TargetColumns`].
    fn push(&self, index: usize, batch: &mut Batch<N>) -> Result<(), Error>;
}

/// Nested arrays of samples with two sizes as a view.
fn planes<T, const C: usize, const L: usize>(samples: &[[[T; L]; C]]) -> ArrayView3<'_, T> {
    let numbers = samples.as_flattened().as_flattened();
    let view = ArrayView3::from_shape((samples.len(), C, L), numbers);
    view.unwrap_or_else(|_| unreachable!("the sizes are those of the arrays"))
}

/// Nested arrays of images as a view.
fn images<T, const C: usize, const H: usize, const W: usize>(
    samples: &[[[[T; W]; H]; C]],
) -> ArrayView4<'_, T> {
    let numbers = samples.as_flattened().as_flattened().as_flattened();
    let view = ArrayView4::from_shape((samples.len(), C, H, W), numbers);
    view.unwrap_or_else(|_| unreachable!("the sizes are those of the arrays"))
}

/// Implements [`TargetsOf`] for a tuple with the targets of each head.
macro_rules! heads {
    ($([$($targets:ident $loss:ident $outputs:ident $at:tt),+];)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<N, $($targets, $loss, const $outputs: usize),+> TargetsOf<N> for ($($targets,)+)
        where
            N: Network<Loss = Heads<($(Head<$loss, $outputs>,)+)>>,
            $($targets: HeadTarget<N::Scalar, $outputs, $loss>,)+
        {
            fn count(&self) -> usize {
                self.0.count()
            }

            fn push(&self, index: usize, batch: &mut Batch<N>) -> Result<(), Error> {
                $(check_count(self.0.count(), self.$at.count())?;)+
                batch.push_written(|rest| {
                    $(
                        let (row, rest) = rest.split_at_mut($outputs);
                        self.$at.write(N::NAME, index, row)?;
                    )+
                    debug_assert!(rest.is_empty());
                    Ok(())
                })
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

#[diagnostic::do_not_recommend]
impl<N: Network, Y: TargetsOf<N>> TargetsOf<N> for Weighted<'_, Y, N::Scalar> {
    fn count(&self) -> usize {
        self.targets().count()
    }

    fn push(&self, index: usize, batch: &mut Batch<N>) -> Result<(), Error> {
        let (samples, weights) = (self.targets().count(), self.weights());
        if samples != weights.len() {
            return Err(Error::SampleWeights { samples, weights: weights.len() });
        }
        batch.push_weight(weights[index]);
        self.targets().push(index, batch)
    }
}

/// Implements [`Samples`] and [`TargetsOf`] for a type that can be viewed as rows.
macro_rules! rows {
    ($([$($bound:tt)*] $rows:ty => |$self:ident| $view:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, $($bound)*> Samples<T> for $rows {
            fn count(&self) -> usize {
                let $self = self;
                $view.nrows()
            }

            fn each_input(&self, see: &mut dyn FnMut(usize, Shape)) {
                let $self = self;
                let (samples, features) = $view.dim();
                see(samples, Shape::flat(features));
            }

            fn append(&self, index: usize, features: &mut Vec<T>) {
                let $self = self;
                append($view, index, features);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: Scalar, N: Network<Scalar = T>, $($bound)*> TargetsOf<N> for $rows {
            fn count(&self) -> usize {
                Samples::<T>::count(self)
            }

            fn push(&self, index: usize, batch: &mut Batch<N>) -> Result<(), Error> {
                let $self = self;
                batch.push_row($view.row(index).iter().copied())
            }
        }
    )*};
}

rows! {
    [const I: usize] &[[T; I]] => |rows| ArrayView2::from(*rows);
    [const I: usize, const B: usize] &[[T; I]; B] => |rows| ArrayView2::from(*rows);
    [const I: usize] &Vec<[T; I]> => |rows| ArrayView2::from(rows.as_slice());
    [] ArrayView2<'_, T> => |rows| rows.view();
    [] &ArrayRef<T, Ix2> => |rows| rows.view();
    [S: Data<Elem = T>] &ArrayBase<S, Ix2> => |rows| rows.view();
}

/// Implements [`TargetsOf`] for nested arrays with a row for each step of each sample.
macro_rules! step_rows {
    ($([$($bound:tt)*] $samples:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<N, T, L, const S: usize, const F: usize, $($bound)*> TargetsOf<N> for $samples
        where
            T: Scalar,
            N: Network<Scalar = T, Loss = EachStep<L, S>>,
        {
            fn count(&self) -> usize {
                self.len()
            }

            fn push(&self, index: usize, batch: &mut Batch<N>) -> Result<(), Error> {
                batch.push_row(self[index].as_flattened().iter().copied())
            }
        }
    )*};
}

step_rows! {
    [] &[[[T; F]; S]];
    [const B: usize] &[[[T; F]; S]; B];
    [] &Vec<[[T; F]; S]>;
}

/// Implements [`Samples`] for samples with a shape: nested arrays, and arrays with an axis for each
/// size.
macro_rules! shaped {
    ($([$($bound:tt)*] $samples:ty => |$self:ident| $view:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, $($bound)*> Samples<T> for $samples {
            fn count(&self) -> usize {
                let $self = self;
                $view.len_of(Axis(0))
            }

            fn each_input(&self, see: &mut dyn FnMut(usize, Shape)) {
                let $self = self;
                let view = $view;
                see(view.len_of(Axis(0)), Shape::new(&view.shape()[1..]));
            }

            fn append(&self, index: usize, features: &mut Vec<T>) {
                let $self = self;
                append($view, index, features);
            }
        }
    )*};
}

shaped! {
    [const C: usize, const H: usize, const W: usize] &[[[[T; W]; H]; C]] => |all| images(all);
    [const C: usize, const H: usize, const W: usize, const B: usize] &[[[[T; W]; H]; C]; B] =>
        |all| images(&all[..]);
    [const C: usize, const H: usize, const W: usize] &Vec<[[[T; W]; H]; C]> => |all| images(all);
    [const C: usize, const L: usize] &[[[T; L]; C]] => |all| planes(all);
    [const C: usize, const L: usize, const B: usize] &[[[T; L]; C]; B] =>
        |all| planes(&all[..]);
    [const C: usize, const L: usize] &Vec<[[T; L]; C]> => |all| planes(all);
    [] ArrayView4<'_, T> => |all| all.view();
    [] &ArrayRef<T, Ix4> => |all| all.view();
    [S: Data<Elem = T>] &ArrayBase<S, Ix4> => |all| all.view();
    [] ArrayView3<'_, T> => |all| all.view();
    [] &ArrayRef<T, Ix3> => |all| all.view();
    [S: Data<Elem = T>] &ArrayBase<S, Ix3> => |all| all.view();
}

/// Implements [`Samples`] for a tuple.
macro_rules! several_inputs {
    ($(($($input:ident: $at:tt),*);)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, $($input: Samples<T>),*> Samples<T> for ($($input),*) {
            fn count(&self) -> usize {
                self.0.count()
            }

            fn each_input(&self, see: &mut dyn FnMut(usize, Shape)) {
                $(self.$at.each_input(see);)*
            }

            fn append(&self, index: usize, features: &mut Vec<T>) {
                $(self.$at.append(index, features);)*
            }
        }
    )*};
}

several_inputs! {
    (A: 0, B: 1);
    (A: 0, B: 1, C: 2);
    (A: 0, B: 1, C: 2, D: 3);
    (A: 0, B: 1, C: 2, D: 3, E: 4);
    (A: 0, B: 1, C: 2, D: 3, E: 4, F: 5);
}

/// A loss that takes a label for each sample, with target rows of width `W`: as `TakesLabels`.
trait TakesLabelsOf<W> {
    const IS_BINARY: bool;
}

impl<L: ClassLoss, W> TakesLabelsOf<W> for L {
    const IS_BINARY: bool = false;
}

impl TakesLabelsOf<Width<1>> for BinaryCrossEntropy {
    const IS_BINARY: bool = true;
}

impl TakesLabelsOf<Width<1>> for WeightedBinaryCrossEntropy {
    const IS_BINARY: bool = true;
}

/// Implements [`TargetsOf`] for a number for each sample, of a single output.
macro_rules! numbers {
    ($($scalar:ident)*) => {$(
        numbers! { $scalar
            [] &[$scalar];
            [const B: usize] &[$scalar; B];
            [] &Vec<$scalar>;
            [] ArrayView1<'_, $scalar>;
            [] &ArrayRef<$scalar, Ix1>;
            [S: Data<Elem = $scalar>] &ArrayBase<S, Ix1, $scalar>;
        }
    )*};
    ($scalar:ident $([$($bound:tt)*] $numbers:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<N: Network<Scalar = $scalar, Targets = Width<1>>, $($bound)*> TargetsOf<N> for $numbers {
            fn count(&self) -> usize {
                self.len()
            }

            fn push(&self, index: usize, batch: &mut Batch<N>) -> Result<(), Error> {
                batch.push_row([self[index]])
            }
        }
    )*};
}

numbers! { f32 f64 }

/// Implements [`TargetsOf`] for a type that contains classes.
macro_rules! labels {
    ($([$($bound:tt)*] $labels:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<N: Network, L: Label, $($bound)*> TargetsOf<N> for $labels
        where
            N::Loss: TakesLabelsOf<N::Targets>,
        {
            fn count(&self) -> usize {
                self.len()
            }

            fn push(&self, index: usize, batch: &mut Batch<N>) -> Result<(), Error> {
                batch.push_target_label(self[index], N::Loss::IS_BINARY)
            }
        }
    )*};
}

labels! {
    [] &[L];
    [const B: usize] &[L; B];
    [] &Vec<L>;
    [] ArrayView1<'_, L>;
    [] &ArrayRef<L, Ix1>;
    [S: Data<Elem = L>] &ArrayBase<S, Ix1, L>;
}

/// Implements [`Samples`] for sequences of indices and for lengths, and [`TargetsOf`] for labels of each
/// step.
macro_rules! integers {
    ($($integer:ident)*) => {$(
        integer_samples! { $integer
            [] &[$integer] => |lengths| ArrayView1::from(*lengths).insert_axis(Axis(1));
            [const B: usize] &[$integer; B] =>
                |lengths| ArrayView1::from(&lengths[..]).insert_axis(Axis(1));
            [] &Vec<$integer> => |lengths| ArrayView1::from(&lengths[..]).insert_axis(Axis(1));
            [] ArrayView1<'_, $integer> => |lengths| lengths.view().insert_axis(Axis(1));
            [] &ArrayRef<$integer, Ix1> => |lengths| lengths.view().insert_axis(Axis(1));
        }
        integer_rows! { $integer
            [const I: usize] &[[$integer; I]] => |rows| ArrayView2::from(*rows);
            [const I: usize, const B: usize] &[[$integer; I]; B] => |rows| ArrayView2::from(*rows);
            [const I: usize] &Vec<[$integer; I]> => |rows| ArrayView2::from(rows.as_slice());
            [] ArrayView2<'_, $integer> => |rows| rows.view();
            [] &ArrayRef<$integer, Ix2> => |rows| rows.view();
        }
    )*};
}

macro_rules! integer_samples {
    ($integer:ident $([$($bound:tt)*] $rows:ty => |$self:ident| $view:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, $($bound)*> Samples<T> for $rows {
            fn count(&self) -> usize {
                let $self = self;
                $view.nrows()
            }

            fn each_input(&self, see: &mut dyn FnMut(usize, Shape)) {
                let $self = self;
                let (samples, integers) = $view.dim();
                see(samples, Shape::flat(integers));
            }

            fn append(&self, index: usize, features: &mut Vec<T>) {
                let $self = self;
                features.extend($view.row(index).iter().map(|&index| T::from_f64(index as f64)));
            }
        }
    )*};
}

macro_rules! integer_rows {
    ($integer:ident $([$($bound:tt)*] $rows:ty => |$self:ident| $view:expr;)*) => {$(
        integer_samples! { $integer [$($bound)*] $rows => |$self| $view; }

        #[diagnostic::do_not_recommend]
        impl<N, L, const STEPS: usize, $($bound)*> TargetsOf<N> for $rows
        where
            N: Network<Loss = EachStep<L, STEPS>>,
            L: ClassLoss + Loss<N::Scalar>,
        {
            fn count(&self) -> usize {
                let $self = self;
                $view.nrows()
            }

            fn push(&self, index: usize, batch: &mut Batch<N>) -> Result<(), Error> {
                let $self = self;
                batch.push_labels($view.row(index).iter().copied())
            }
        }
    )*};
}

integers! { u8 u16 u32 usize }
