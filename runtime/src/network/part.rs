//! The inputs of a network as its passes read them: numbers, or indices.

#[cfg(feature = "std")]
use ndarray::{
    Array1, Array2, ArrayRef, ArrayView1, ArrayView2, ArrayView3, ArrayView4, Axis, Ix1, Ix2,
};

use super::memory::Buffer;
use super::rows::RowView;
use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::layers::shape::Shape;

/// One input of a network: a batch of numbers or of indices, one sample per row.
#[doc(hidden)]
pub trait Part<T> {
    /// The number of samples.
    fn samples(&self) -> usize;

    /// The numbers or indices per sample.
    fn columns(&self) -> usize;

    /// The shape of a sample, unless it is a row.
    fn shape(&self) -> Option<Shape> {
        None
    }

    /// The numbers in row-major order, if they are contiguous in memory.
    fn as_slice(&self) -> Option<&[T]>;

    /// Writes the row of a sample to `row`. Indices below 2²⁴ are exact.
    fn write(&self, sample: usize, row: &mut [T]);

    /// The number at a place, for messages.
    fn at(&self, sample: usize, column: usize) -> f64;
}

impl<T: Scalar> Part<T> for RowView<'_, T> {
    fn samples(&self) -> usize {
        self.count()
    }

    fn columns(&self) -> usize {
        RowView::columns(self)
    }

    fn as_slice(&self) -> Option<&[T]> {
        self.to_slice()
    }

    fn write(&self, sample: usize, row: &mut [T]) {
        let mut row = row.iter_mut();
        self.each_of(sample, |number| {
            if let Some(to) = row.next() {
                *to = number;
            }
        });
    }

    fn at(&self, sample: usize, column: usize) -> f64 {
        self.get(sample, column).map_or(f64::NAN, |number| number.as_f64())
    }
}

/// The sizes of nested arrays, of which the first is the number of samples.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    sizes: [usize; 4],
    axes: usize,
}

impl Sizes {
    fn new<const AXES: usize>(sizes: [usize; AXES]) -> Sizes {
        const { assert!(AXES <= 4) }
        let mut all = [0; 4];
        all[..AXES].copy_from_slice(&sizes);
        Sizes { sizes: all, axes: AXES }
    }
}

/// A borrowed batch of numbers, in any memory layout.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum SampleView<'a, T> {
    /// Flat samples: `batch × features`.
    Rows(RowView<'a, T>),
    /// Nested arrays: samples with two or three sizes, one after the other in memory.
    Nested(&'a [T], Sizes),
    /// Samples with two sizes: `batch × channels × length` or `batch × time × features`.
    #[cfg(feature = "std")]
    Planes(ArrayView3<'a, T>),
    /// Images: `batch × channels × height × width`.
    #[cfg(feature = "std")]
    Images(ArrayView4<'a, T>),
}

impl<'a, T> From<RowView<'a, T>> for SampleView<'a, T> {
    fn from(samples: RowView<'a, T>) -> SampleView<'a, T> {
        SampleView::Rows(samples)
    }
}

#[cfg(feature = "std")]
impl<'a, T> From<ArrayView2<'a, T>> for SampleView<'a, T> {
    fn from(samples: ArrayView2<'a, T>) -> SampleView<'a, T> {
        SampleView::Rows(samples.into())
    }
}

/// Implements [`From`] for a view.
#[cfg(feature = "std")]
macro_rules! views {
    ($($view:ident $variant:ident,)*) => {$(
        impl<'a, T> From<$view<'a, T>> for SampleView<'a, T> {
            fn from(samples: $view<'a, T>) -> SampleView<'a, T> {
                SampleView::$variant(samples)
            }
        }
    )*};
}

#[cfg(feature = "std")]
views! { ArrayView3 Planes, ArrayView4 Images, }

impl<'a, T> SampleView<'a, T> {
    /// Nested arrays of samples with two sizes.
    pub(crate) fn planes<const C: usize, const L: usize>(
        samples: &'a [[[T; L]; C]],
    ) -> SampleView<'a, T> {
        let numbers = samples.as_flattened().as_flattened();
        SampleView::Nested(numbers, Sizes::new([samples.len(), C, L]))
    }

    /// Nested arrays of images.
    pub(crate) fn images<const C: usize, const H: usize, const W: usize>(
        samples: &'a [[[[T; W]; H]; C]],
    ) -> SampleView<'a, T> {
        let numbers = samples.as_flattened().as_flattened().as_flattened();
        SampleView::Nested(numbers, Sizes::new([samples.len(), C, H, W]))
    }
}

impl<T: Scalar> Part<T> for SampleView<'_, T> {
    fn samples(&self) -> usize {
        match self {
            SampleView::Rows(rows) => rows.count(),
            SampleView::Nested(_, Sizes { sizes, .. }) => sizes[0],
            #[cfg(feature = "std")]
            SampleView::Planes(samples) => samples.shape()[0],
            #[cfg(feature = "std")]
            SampleView::Images(samples) => samples.shape()[0],
        }
    }

    fn columns(&self) -> usize {
        match self {
            SampleView::Rows(rows) => rows.columns(),
            SampleView::Nested(_, Sizes { sizes, axes }) => sizes[1..*axes].iter().product(),
            #[cfg(feature = "std")]
            SampleView::Planes(samples) => samples.shape()[1..].iter().product(),
            #[cfg(feature = "std")]
            SampleView::Images(samples) => samples.shape()[1..].iter().product(),
        }
    }

    fn shape(&self) -> Option<Shape> {
        match self {
            SampleView::Rows(_) => None,
            SampleView::Nested(_, Sizes { sizes, axes }) => Some(Shape::new(&sizes[1..*axes])),
            #[cfg(feature = "std")]
            SampleView::Planes(samples) => Some(Shape::new(&samples.shape()[1..])),
            #[cfg(feature = "std")]
            SampleView::Images(samples) => Some(Shape::new(&samples.shape()[1..])),
        }
    }

    fn as_slice(&self) -> Option<&[T]> {
        match self {
            SampleView::Rows(rows) => rows.to_slice(),
            SampleView::Nested(numbers, _) => Some(numbers),
            #[cfg(feature = "std")]
            SampleView::Planes(samples) => samples.to_slice(),
            #[cfg(feature = "std")]
            SampleView::Images(samples) => samples.to_slice(),
        }
    }

    fn write(&self, sample: usize, row: &mut [T]) {
        match self {
            SampleView::Rows(rows) => rows.write(sample, row),
            SampleView::Nested(numbers, _) => {
                row.copy_from_slice(&numbers[sample * row.len()..][..row.len()]);
            }
            #[cfg(feature = "std")]
            SampleView::Planes(samples) => copy(samples.index_axis(Axis(0), sample).iter(), row),
            #[cfg(feature = "std")]
            SampleView::Images(samples) => copy(samples.index_axis(Axis(0), sample).iter(), row),
        }
    }

    fn at(&self, sample: usize, column: usize) -> f64 {
        let number = |number: Option<&T>| number.map_or(f64::NAN, |x| x.as_f64());
        match self {
            SampleView::Rows(rows) => rows.at(sample, column),
            SampleView::Nested(numbers, _) => number(numbers.get(sample * self.columns() + column)),
            #[cfg(feature = "std")]
            SampleView::Planes(samples) => {
                number(samples.index_axis(Axis(0), sample).iter().nth(column))
            }
            #[cfg(feature = "std")]
            SampleView::Images(samples) => {
                number(samples.index_axis(Axis(0), sample).iter().nth(column))
            }
        }
    }
}

/// Copies numbers to a row.
#[cfg(feature = "std")]
fn copy<'a, T: Scalar>(numbers: impl Iterator<Item = &'a T>, row: &mut [T]) {
    row.iter_mut().zip(numbers).for_each(|(to, &from)| *to = from);
}

/// A batch of sequences of `N` indices each, of type `u8`, `u16`, `u32` or `usize`: plain arrays, or
/// an `ndarray` view of shape `batch × N`. It is the input that a network declares as `input text:
/// [N] of 65;`, whose indices are below 65.
///
/// ```
/// use chainrule::{Init, Rng, network};
///
/// network! {
///     struct Net = Input(4, of = 10) -> Embedding(8) -> Mean -> Affine(2) => SoftmaxWithLoss;
/// }
/// let net = Net::new(Init::Auto, &mut Rng::seed(0));
/// assert_eq!(net.predict(&[[3_u8, 1, 4, 1], [5, 9, 2, 6]])?.dim(), (2, 2));
///
/// let error = net.predict(&[[3_u8, 1, 4, 1], [5, 9, 12, 6]]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "expected an index below 10 in sample 1, place 2, found 12",
/// );
/// # Ok::<(), chainrule::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a batch of {N} indices per sample",
    label = "expected indices of shape `batch × {N}`",
    note = "pass `&[[u8; {N}]]`, an `&Array2<u8>`, or an `ArrayView2<u8>` of shape `batch × {N}`; \
            also of `u16`, `u32` and `usize`",
    note = "for one sample, pass `&[[…]]`; for a flat slice, `x.as_chunks::<{N}>().0`"
)]
pub trait Indices<const N: usize> {
    /// The batch, one sample per row.
    fn indices(&self) -> IndexView<'_>;
}

/// Defines the types of indices, and implements [`Indices`] for what contains them.
macro_rules! indices {
    ($($integer:ident $variant:ident,)*) => {
        /// A borrowed batch of indices.
        #[derive(Clone, Copy, Debug)]
        pub enum IndexView<'a> {
            $(
                #[doc = concat!("Indices of type `", stringify!($integer), "`.")]
                $variant(RowView<'a, $integer>),
            )*
        }

        impl<T: Scalar> Part<T> for IndexView<'_> {
            fn samples(&self) -> usize {
                match self { $(IndexView::$variant(rows) => rows.count(),)* }
            }

            fn columns(&self) -> usize {
                match self { $(IndexView::$variant(rows) => rows.columns(),)* }
            }

            fn as_slice(&self) -> Option<&[T]> {
                None
            }

            fn write(&self, sample: usize, row: &mut [T]) {
                match self {
                    $(IndexView::$variant(rows) => {
                        let mut row = row.iter_mut();
                        rows.each_of(sample, |index| {
                            if let Some(to) = row.next() {
                                *to = T::from_f64(index as f64);
                            }
                        });
                    })*
                }
            }

            fn at(&self, sample: usize, column: usize) -> f64 {
                match self {
                    $(IndexView::$variant(rows) => {
                        rows.get(sample, column).map_or(f64::NAN, |index| index as f64)
                    })*
                }
            }
        }

        $(
            impl<'a> From<RowView<'a, $integer>> for IndexView<'a> {
                fn from(rows: RowView<'a, $integer>) -> IndexView<'a> {
                    IndexView::$variant(rows)
                }
            }

            #[cfg(feature = "std")]
            impl<'a> From<ArrayView2<'a, $integer>> for IndexView<'a> {
                fn from(rows: ArrayView2<'a, $integer>) -> IndexView<'a> {
                    IndexView::$variant(rows.into())
                }
            }

            rows! { $integer
                [] &[[$integer; N]] => |rows| RowView::of(rows);
                [const B: usize] &[[$integer; N]; B] => |rows| RowView::of(&rows[..]);
            }

            #[cfg(feature = "std")]
            rows! { $integer
                [] &Vec<[$integer; N]> => |rows| RowView::of(rows.as_slice());
                [] ArrayView2<'_, $integer> => |rows| rows.view();
                [] &ArrayRef<$integer, Ix2> => |rows| rows.view();
                [] &Array2<$integer> => |rows| rows.view();
                [] &ArrayView2<'_, $integer> => |rows| rows.view();
            }
        )*
    };
}

macro_rules! rows {
    ($integer:ident $([$($bound:tt)*] $rows:ty => |$self:ident| $view:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<const N: usize, $($bound)*> Indices<N> for $rows {
            fn indices(&self) -> IndexView<'_> {
                let $self = self;
                $view.into()
            }
        }
    )*};
}

indices! { u8 U8, u16 U16, u32 U32, usize Usize, }

/// One of several inputs, of which some are indices.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum AnyPart<'a, T> {
    Numbers(SampleView<'a, T>),
    Indices(IndexView<'a>),
}

impl<'a, T> From<SampleView<'a, T>> for AnyPart<'a, T> {
    fn from(samples: SampleView<'a, T>) -> AnyPart<'a, T> {
        AnyPart::Numbers(samples)
    }
}

impl<'a, T> From<IndexView<'a>> for AnyPart<'a, T> {
    fn from(rows: IndexView<'a>) -> AnyPart<'a, T> {
        AnyPart::Indices(rows)
    }
}

impl<T: Scalar> Part<T> for AnyPart<'_, T> {
    fn samples(&self) -> usize {
        match self {
            AnyPart::Numbers(rows) => rows.samples(),
            AnyPart::Indices(rows) => Part::<T>::samples(rows),
        }
    }

    fn columns(&self) -> usize {
        match self {
            AnyPart::Numbers(rows) => rows.columns(),
            AnyPart::Indices(rows) => Part::<T>::columns(rows),
        }
    }

    fn shape(&self) -> Option<Shape> {
        match self {
            AnyPart::Numbers(rows) => rows.shape(),
            AnyPart::Indices(_) => None,
        }
    }

    fn as_slice(&self) -> Option<&[T]> {
        match self {
            AnyPart::Numbers(rows) => Part::as_slice(rows),
            AnyPart::Indices(_) => None,
        }
    }

    fn write(&self, sample: usize, row: &mut [T]) {
        match self {
            AnyPart::Numbers(rows) => rows.write(sample, row),
            AnyPart::Indices(rows) => rows.write(sample, row),
        }
    }

    fn at(&self, sample: usize, column: usize) -> f64 {
        match self {
            AnyPart::Numbers(rows) => rows.at(sample, column),
            AnyPart::Indices(rows) => Part::<T>::at(rows, sample, column),
        }
    }
}

/// The lengths of a batch of padded sequences, an integer of type `u8`, `u16`, `u32` or `usize` for each
/// sample: a slice, a `Vec` or a one-dimensional `ndarray`. It is the input that a network declares as
/// `input n: lengths of x;`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a length for each sample",
    label = "expected lengths",
    note = "pass `&[usize]`, `&Vec<usize>` or an `&Array1<usize>`; also of `u8`, `u16` and `u32`"
)]
pub trait Lengths {
    /// The batch, a row of one length for each sample.
    #[doc(hidden)]
    fn lengths(&self) -> IndexView<'_>;
}

/// Implements [`Lengths`] for what contains integers of a type.
macro_rules! lengths {
    ($($integer:ident)*) => {$(
        lengths! { $integer
            [] &[$integer] => |lengths| RowView::column(lengths);
            [const B: usize] &[$integer; B] => |lengths| RowView::column(&lengths[..]);
        }

        #[cfg(feature = "std")]
        lengths! { $integer
            [] &Vec<$integer> => |lengths| RowView::column(&lengths[..]);
            [] ArrayView1<'_, $integer> => |lengths| lengths.view().insert_axis(Axis(1));
            [] &ArrayRef<$integer, Ix1> => |lengths| lengths.view().insert_axis(Axis(1));
            [] &Array1<$integer> => |lengths| lengths.view().insert_axis(Axis(1));
        }
    )*};
    ($integer:ident $([$($bound:tt)*] $lengths:ty => |$self:ident| $view:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($bound)*> Lengths for $lengths {
            fn lengths(&self) -> IndexView<'_> {
                let $self = self;
                $view.into()
            }
        }
    )*};
}

lengths! { u8 u16 u32 usize }

/// The number in a column of a sample, before it was rounded to the network's type.
pub(super) fn exact<T>(x: &[impl Part<T>], sample: usize, mut column: usize) -> f64 {
    for part in x {
        if column < part.columns() {
            return part.at(sample, column);
        }
        column -= part.columns();
    }
    f64::NAN
}

/// A padded sequence among the inputs of a network.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct PaddedInput {
    /// The column at which it begins.
    pub from: usize,
    /// The steps of a sample.
    pub steps: usize,
    /// The numbers of a step.
    pub features: usize,
    /// The column of its length.
    pub length: usize,
}

impl PaddedInput {
    /// The length of a sample, from 1 to the number of steps.
    pub(crate) fn checked<T: Scalar>(&self, sample: usize, value: T) -> Result<usize, Error> {
        let is_valid = value >= T::one()
            && value <= T::from_f64(self.steps as f64)
            && value.fract() == T::zero();
        match is_valid {
            true => Ok(value.as_f64() as usize),
            false => Err(Error::Length { sample, value: value.as_f64(), most: self.steps }),
        }
    }
}

/// Returns the numbers of a batch in row-major order. Copies them into `staging` if they are in another
/// order.
pub(crate) fn row_major<'a, T: Scalar>(
    part: &'a impl Part<T>,
    staging: Buffer<'a, T>,
) -> Result<&'a [T], Error> {
    match part.as_slice() {
        Some(numbers) => Ok(numbers),
        None => {
            let part = core::slice::from_ref(part);
            side_by_side(part, part[0].columns(), staging).map(|rows| &*rows)
        }
    }
}

/// Copies the inputs into rows of `columns` numbers, side by side.
pub(super) fn side_by_side<'a, T: Scalar>(
    parts: &[impl Part<T>],
    columns: usize,
    staging: Buffer<'a, T>,
) -> Result<&'a mut [T], Error> {
    let batch = parts[0].samples();
    let staging = staging.take(batch * columns, batch)?;
    for (sample, row) in staging.chunks_exact_mut(columns).enumerate() {
        let mut rest = row;
        for part in parts {
            let (row, others) = rest.split_at_mut(part.columns());
            part.write(sample, row);
            rest = others;
        }
    }
    Ok(staging)
}
