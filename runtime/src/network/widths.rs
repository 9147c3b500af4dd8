//! The inputs and outputs of a network as types, so that a trait can have methods that take data.

use core::marker::PhantomData;

#[cfg(feature = "std")]
use ndarray::{Array1, ArrayBase, ArrayView1, ArrayView2, ArrayView3, Axis, Data, Ix1, Ix2, Ix3};

use super::input::{Input, Staging, Target, check_numbers};
use super::part::{AnyPart, IndexView, Indices, Lengths, SampleView};
use super::rows::RowView;
use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::losses::Targets;

/// One input or output of `N` numbers per sample. Several are a tuple: a network with the inputs
/// `[64]` and `[3]` has `(Width<64>, Width<3>)` as its [`Inputs`](crate::Network::Inputs).
#[derive(Clone, Copy, Debug)]
pub enum Width<const N: usize> {}

/// One input of `N` indices per sample.
#[derive(Clone, Copy, Debug)]
pub enum IndexWidth<const N: usize> {}

/// One input with the length of a padded sequence.
#[derive(Clone, Copy, Debug)]
pub enum LengthWidth<const N: usize> {}

/// [`Width`], [`IndexWidth`] or [`LengthWidth`].
#[doc(hidden)]
pub trait OneWidth: Widths {
    /// The only item.
    fn only<X>(list: Self::List<X>) -> X;
}

/// The batch of one input of width `W`.
#[doc(hidden)]
pub trait OneInput<T, W> {
    fn part(&self) -> AnyPart<'_, T>;
}

impl<T, X: Input<T, N>, const N: usize> OneInput<T, Width<N>> for X {
    fn part(&self) -> AnyPart<'_, T> {
        self.samples().into()
    }
}

impl<T, X: Indices<N>, const N: usize> OneInput<T, IndexWidth<N>> for X {
    fn part(&self) -> AnyPart<'_, T> {
        self.indices().into()
    }
}

impl<T, X: Lengths, const N: usize> OneInput<T, LengthWidth<N>> for X {
    fn part(&self) -> AnyPart<'_, T> {
        self.lengths().into()
    }
}

/// [`Width`], [`IndexWidth`], [`LengthWidth`], and tuples of up to 16 of them.
///
/// ```
/// use chainrule::{Width, Widths};
///
/// type One<X> = <Width<10> as Widths>::Each<X>;
/// type Two<X> = <(Width<10>, Width<1>) as Widths>::Each<X>;
/// let (one, two): (One<char>, Two<char>) = ('a', ('a', 'b'));
/// assert_eq!(one, two.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "a network has at most 16 inputs and 16 outputs",
    label = "more than 16",
    note = "declare one input or output for several, and `concat` the values"
)]
pub trait Widths {
    /// One `X` for each input or output: `X` itself for one, a tuple for several.
    type Each<X>;
    /// The same as an array.
    #[doc(hidden)]
    type List<X>: AsRef<[X]> + IntoIterator<Item = X>;

    /// Creates one value for each input or output, from its index.
    ///
    /// # Errors
    ///
    /// The first error of `value`.
    #[doc(hidden)]
    fn try_each<X, E>(value: impl FnMut(usize) -> Result<X, E>) -> Result<Self::Each<X>, E>;

    /// Converts a value or tuple to an array.
    #[doc(hidden)]
    fn list<X>(each: Self::Each<X>) -> Self::List<X>;
}

/// The batches of all inputs of a network: an [`Input`] for one input, a tuple of them for several.
/// `W` is [`Network::Inputs`](crate::Network::Inputs).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a batch of samples of this network, of type `{T}`",
    label = "expected samples of the width `{W}` and type `{T}`",
    note = "pass `&[[{T}; N]]`, an `&Array2<{T}>`, or an `ArrayView2<{T}>` of shape `batch × N`; for \
            several inputs, a tuple in the order of the declaration, such as `(&x, &lengths)`",
    note = "for one sample, pass `&[[…]]`, or call the method for one: `probabilities_of`, `class_of`"
)]
pub trait Samples<T, W: Widths> {
    /// One view per input.
    #[doc(hidden)]
    fn views(&self) -> W::List<AnyPart<'_, T>>;
}

/// The batches of a network with several inputs: a tuple of [`Input`], [`Indices`] and [`Lengths`], in the
/// order of the declaration. `W` is [`Network::Inputs`](crate::Network::Inputs).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a batch for each input of this network, which has several",
    label = "expected a tuple with a batch for each input",
    note = "the inputs are `{W}`: `Width` are numbers, `IndexWidth` are indices, and `LengthWidth` is the length of \
            each sample",
    note = "pass a tuple in this order, such as `(&x, &y)`, or `(&x, &lengths)`"
)]
pub trait Batches<T, W: Widths> {
    /// One view per input.
    #[doc(hidden)]
    fn each(&self) -> W::List<AnyPart<'_, T>>;
}

/// One sample of a network: an array, a slice, a `Vec` or a one-dimensional `ndarray` of the
/// features; an image as `&[[[f32; 28]; 28]; 1]` or a three-dimensional `ndarray`; or a tuple of them
/// for several inputs. `W` is [`Network::Inputs`](crate::Network::Inputs).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a sample of this network",
    label = "expected the features of one sample, of type `{T}`",
    note = "pass `&[{T}; N]`, `&[{T}]`, `&Vec<{T}>` or a one-dimensional `ndarray`, and an image as \
            `&[[[{T}; W]; H]; C]` or a three-dimensional one; a tuple of them for several inputs",
    note = "for a batch, call the method for one: `predict_proba`, `classes`"
)]
pub trait Sample<T, W: Widths> {
    /// One view per input, each a batch of one.
    #[doc(hidden)]
    fn views(&self) -> W::List<AnyPart<'_, T>>;
}

/// The [`Target`]s of a batch, of a network whose target rows are of width `W`, which is
/// [`Network::Targets`](crate::Network::Targets).
pub trait TargetsOf<T, W, L> {
    /// As `Target::stage`.
    ///
    /// # Errors
    ///
    /// As `Target::stage`.
    #[doc(hidden)]
    fn staged<'a>(
        &'a self,
        network: &'static str,
        staging: Staging<'a, T>,
    ) -> Result<Targets<'a, T>, Error>;

    /// As `Target::sample_weights`.
    #[doc(hidden)]
    fn weights(&self) -> Option<&[T]>;
}

impl<T, L, X: Target<T, N, L>, const N: usize> TargetsOf<T, Width<N>, L> for X {
    fn staged<'a>(
        &'a self,
        network: &'static str,
        staging: Staging<'a, T>,
    ) -> Result<Targets<'a, T>, Error> {
        self.stage(network, staging)
    }

    fn weights(&self) -> Option<&[T]> {
        self.sample_weights()
    }
}

/// Passes [`TargetsOf`] to functions that take a [`Target`]. `W` carries the number of outputs, so
/// the constant is not used.
pub(super) struct Erased<'t, W, X> {
    targets: &'t X,
    width: PhantomData<W>,
}

impl<'t, W, X> Erased<'t, W, X> {
    pub(super) fn new(targets: &'t X) -> Erased<'t, W, X> {
        Erased { targets, width: PhantomData }
    }
}

#[diagnostic::do_not_recommend]
impl<T, W, L, X: TargetsOf<T, W, L>> Target<T, 0, L> for Erased<'_, W, X> {
    fn stage<'a>(
        &'a self,
        network: &'static str,
        staging: Staging<'a, T>,
    ) -> Result<Targets<'a, T>, Error> {
        self.targets.staged(network, staging)
    }

    fn sample_weights(&self) -> Option<&[T]> {
        self.targets.weights()
    }
}

/// Implements [`Widths`] for one input.
macro_rules! one {
    ($width:ident) => {
        impl<const N: usize> Widths for $width<N> {
            type Each<X> = X;
            type List<X> = [X; 1];

            fn try_each<X, E>(mut value: impl FnMut(usize) -> Result<X, E>) -> Result<X, E> {
                value(0)
            }

            fn list<X>(each: X) -> [X; 1] {
                [each]
            }
        }

        impl<const N: usize> OneWidth for $width<N> {
            fn only<X>([item]: [X; 1]) -> X {
                item
            }
        }
    };
}

one!(Width);
one!(IndexWidth);
one!(LengthWidth);

impl<T, X: Input<T, N>, const N: usize> Samples<T, Width<N>> for X {
    fn views(&self) -> [AnyPart<'_, T>; 1] {
        [self.samples().into()]
    }
}

impl<T, X: Indices<N>, const N: usize> Samples<T, IndexWidth<N>> for X {
    fn views(&self) -> [AnyPart<'_, T>; 1] {
        [self.indices().into()]
    }
}

/// Implements [`Sample`] for a type that can be viewed as one row.
macro_rules! rows {
    ($([$($bound:tt)*] $row:ty => |$self:ident| $view:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, const N: usize, $($bound)*> Sample<T, Width<N>> for $row {
            fn views(&self) -> [AnyPart<'_, T>; 1] {
                let $self = self;
                [SampleView::from($view).into()]
            }
        }
    )*};
}

/// Implements [`Sample`] for one nested array.
macro_rules! nested {
    ($([$($size:ident),*] $sample:ty => $view:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, const N: usize, $(const $size: usize),*> Sample<T, Width<N>> for $sample {
            fn views(&self) -> [AnyPart<'_, T>; 1] {
                const { check_numbers("samples", &[$($size),*], N) }
                [SampleView::$view(core::slice::from_ref(*self)).into()]
            }
        }
    )*};
}

nested! {
    [C, H, W] &[[[T; W]; H]; C] => images;
    [C, L] &[[T; L]; C] => planes;
}

/// Implements [`Sample`] for a type that can be viewed as one row of indices.
macro_rules! index_rows {
    ($($integer:ident)*) => {$(
        index_rows! { $integer
            [] &[$integer; N] => |row| RowView::one(&row[..]);
            [] &[$integer] => |row| RowView::one(row);
        }

        #[cfg(feature = "std")]
        index_rows! { $integer
            [] &Vec<$integer> => |row| RowView::one(&row[..]);
            [] ArrayView1<'_, $integer> => |row| row.view().insert_axis(Axis(0));
            [] &Array1<$integer> => |row| row.view().insert_axis(Axis(0));
            [] &ArrayView1<'_, $integer> => |row| row.view().insert_axis(Axis(0));
        }
    )*};
    ($integer:ident $([$($bound:tt)*] $row:ty => |$self:ident| $view:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T, const N: usize, $($bound)*> Sample<T, IndexWidth<N>> for $row {
            fn views(&self) -> [AnyPart<'_, T>; 1] {
                let $self = self;
                [IndexView::from($view).into()]
            }
        }
    )*};
}

index_rows! { u8 u16 u32 usize }

/// Implements [`Sample`] for a length.
macro_rules! length {
    ($($integer:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T, const N: usize> Sample<T, LengthWidth<N>> for $integer {
            fn views(&self) -> [AnyPart<'_, T>; 1] {
                [IndexView::from(RowView::one(core::slice::from_ref(self))).into()]
            }
        }
    )*};
}

length! { u8 u16 u32 usize }

rows! {
    [] &[T; N] => |row| RowView::one(&row[..]);
    [] &[T] => |row| RowView::one(row);
}

#[cfg(feature = "std")]
rows! {
    [] &Vec<T> => |row| RowView::one(&row[..]);
    [] ArrayView1<'_, T> => |row| row.view().insert_axis(Axis(0));
    [S: Data<Elem = T>] &ArrayBase<S, Ix1> => |row| row.view().insert_axis(Axis(0));
    [] ArrayView2<'_, T> => |sample| sample.view().insert_axis(Axis(0));
    [S: Data<Elem = T>] &ArrayBase<S, Ix2> => |sample| sample.view().insert_axis(Axis(0));
    [] ArrayView3<'_, T> => |sample| sample.view().insert_axis(Axis(0));
    [S: Data<Elem = T>] &ArrayBase<S, Ix3> => |sample| sample.view().insert_axis(Axis(0));
}

/// Implements the traits for a tuple.
macro_rules! tuple {
    ($(($width:ident $input:ident $at:tt))*) => {
        impl<$($width: OneWidth),*> Widths for ($($width,)*) {
            type Each<Value> = ($(each!(Value $width),)*);
            type List<Value> = [Value; { [$($at),*].len() }];

            fn try_each<Value, Failure>(
                mut value: impl FnMut(usize) -> Result<Value, Failure>,
            ) -> Result<Self::Each<Value>, Failure> {
                Ok(($(value($at)?,)*))
            }

            fn list<Value>(each: Self::Each<Value>) -> Self::List<Value> {
                [$(each.$at),*]
            }
        }

        #[diagnostic::do_not_recommend]
        impl<Number, $($input: OneInput<Number, $width>, $width: OneWidth),*>
            Samples<Number, ($($width,)*)> for ($($input,)*)
        {
            fn views(&self) -> [AnyPart<'_, Number>; { [$($at),*].len() }] {
                [$(self.$at.part()),*]
            }
        }

        #[diagnostic::do_not_recommend]
        impl<Number, $($input, $width),*> Sample<Number, ($($width,)*)> for ($($input,)*)
        where
            $(
                $width: OneWidth,
                $input: Sample<Number, $width>,
            )*
        {
            fn views(&self) -> [AnyPart<'_, Number>; { [$($at),*].len() }] {
                [$($width::only(self.$at.views())),*]
            }
        }
    };
}

/// The first word, once for each second word.
macro_rules! each {
    ($value:ident $width:ident) => {
        $value
    };
}

/// Implements [`Batches`] for a tuple of more than two.
macro_rules! batches {
    ($(($width:ident $input:ident $at:tt))*) => {
        #[diagnostic::do_not_recommend]
        impl<Number, $($input: OneInput<Number, $width>, $width: OneWidth),*>
            Batches<Number, ($($width,)*)> for ($($input,)*)
        {
            fn each(&self) -> [AnyPart<'_, Number>; { [$($at),*].len() }] {
                [$(self.$at.part()),*]
            }
        }
    };
}

// For two inputs, the compiler reports an error at the input that has it. If it did so for more, it would list
// the sixteen implementations with each error.
impl<T, V: OneWidth, W: OneWidth, X: OneInput<T, V>, Y: OneInput<T, W>> Batches<T, (V, W)>
    for (X, Y)
{
    fn each(&self) -> [AnyPart<'_, T>; 2] {
        [self.0.part(), self.1.part()]
    }
}

/// Implements the traits for tuples of the first items and of one, two, … more.
macro_rules! tuples {
    ([$($items:tt)*]) => {};
    ([$($items:tt)*] $next:tt $($more:tt)*) => {
        tuple!($($items)* $next);
        batches!($($items)* $next);
        tuples!([$($items)* $next] $($more)*);
    };
}

tuple! { (A IA 0) (B IB 1) }

tuples! {
    [(A IA 0) (B IB 1)] (C IC 2) (D ID 3) (E IE 4) (F IF 5)
    (G IG 6) (H IH 7) (I II 8) (J IJ 9) (K IK 10)
    (L IL 11) (M IM 12) (N IN 13) (O IO 14) (P IP 15)
}

/// The width of a network with errors, which accepts any arguments.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum AnyWidth {}

impl Widths for AnyWidth {
    type Each<X> = X;
    type List<X> = [X; 1];

    fn try_each<X, E>(mut value: impl FnMut(usize) -> Result<X, E>) -> Result<X, E> {
        value(0)
    }

    fn list<X>(each: X) -> [X; 1] {
        [each]
    }
}

#[diagnostic::do_not_recommend]
impl<T, X> Samples<T, AnyWidth> for X {
    fn views(&self) -> [AnyPart<'_, T>; 1] {
        mistake()
    }
}

#[diagnostic::do_not_recommend]
impl<T, X> Sample<T, AnyWidth> for X {
    fn views(&self) -> [AnyPart<'_, T>; 1] {
        mistake()
    }
}

impl<T, L, X> TargetsOf<T, AnyWidth, L> for X {
    fn staged<'a>(
        &'a self,
        _network: &'static str,
        _staging: Staging<'a, T>,
    ) -> Result<Targets<'a, T>, Error> {
        mistake()
    }

    fn weights(&self) -> Option<&[T]> {
        mistake()
    }
}

/// Placeholder expression for a declaration with errors, which has no code.
#[doc(hidden)]
pub fn mistake() -> ! {
    unreachable!("a network with mistakes does not compile")
}
