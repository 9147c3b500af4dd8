//! Where the tensors of a network lie, and what they are.

use std::fmt;

use super::hash::Fnv;
use crate::kernels::scalar::Scalar;

/// What a tensor is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A factor of the inputs: drawn by the initialiser, trained.
    Weight,
    /// A summand: starts at zero, trained.
    Bias,
    /// Not trained: what a layer has seen of the data, like the running mean of a
    /// [`BatchNorm`](crate::layers::BatchNorm). Optimizers leave it alone;
    /// [`Optimizer::step`](crate::Optimizer::step) replaces it by what the layer computes.
    Buffer,
}

/// Names are nested at most so deep; `encoder.affine1.weight` has three.
const DEPTH: usize = 8;

/// One tensor of a network: its name, shape, kind and place in
/// [`Network::parameters`](crate::Network::parameters).
///
/// `Display` prints the name, the fields that lead to the tensor:
/// `affine1.weight`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TensorInfo {
    /// The fields that lead to the tensor; after the last one empty.
    fields: [&'static str; DEPTH],
    /// What it is for.
    pub kind: Kind,
    /// Its lengths, outermost first: `[inputs, outputs]` of a weight.
    pub shape: &'static [usize],
    /// How many numbers come before it.
    pub offset: usize,
}

impl TensorInfo {
    /// A tensor by itself, without a name.
    pub(crate) const fn new(kind: Kind, shape: &'static [usize]) -> TensorInfo {
        TensorInfo { fields: [""; DEPTH], kind, shape, offset: 0 }
    }

    /// The same tensor as one that is not trained.
    pub(crate) const fn as_buffer(self) -> TensorInfo {
        TensorInfo { kind: Kind::Buffer, ..self }
    }

    /// The same tensor as part of a struct, in whose field it lies, `offset`
    /// numbers from the beginning.
    pub(crate) const fn inside(self, field: &'static str, offset: usize) -> TensorInfo {
        assert!(self.fields[DEPTH - 1].is_empty(), "tensors are nested more than 8 deep");
        let mut fields = [field; DEPTH];
        let mut place = 1;
        while place < DEPTH {
            fields[place] = self.fields[place - 1];
            place += 1;
        }
        TensorInfo { fields, offset: self.offset + offset, ..self }
    }

    /// How many numbers the tensor holds.
    pub const fn len(&self) -> usize {
        let mut len = 1;
        let mut axis = 0;
        while axis < self.shape.len() {
            len *= self.shape[axis];
            axis += 1;
        }
        len
    }

    /// `hash`, and after it the name and the shape.
    pub(crate) const fn hashed(&self, mut hash: Fnv) -> Fnv {
        let mut at = 0;
        while at < DEPTH {
            hash = hash.text(self.fields[at].as_bytes());
            at += 1;
        }
        let mut axis = 0;
        while axis < self.shape.len() {
            hash = hash.number(self.shape[axis]);
            axis += 1;
        }
        hash
    }

    /// Whether the tensor holds no numbers.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The tensor's numbers among all `parameters`, row by row.
    ///
    /// # Panics
    ///
    /// If `parameters` are not those of the network that the tensor is of.
    pub fn of<'a, T>(&self, parameters: &'a [T]) -> &'a [T] {
        &parameters[self.offset..self.offset + self.len()]
    }

    /// As [`of`](TensorInfo::of), to be written.
    ///
    /// # Panics
    ///
    /// If `parameters` are not those of the network that the tensor is of.
    pub fn of_mut<'a, T>(&self, parameters: &'a mut [T]) -> &'a mut [T] {
        &mut parameters[self.offset..self.offset + self.len()]
    }
}

impl fmt::Display for TensorInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, field) in self.fields.iter().take_while(|field| !field.is_empty()).enumerate() {
            if place > 0 {
                f.write_str(".")?;
            }
            f.write_str(field)?;
        }
        Ok(())
    }
}

/// A type whose tensors are known: a layer, a network, or a single tensor, which
/// is an array of numbers, of arrays of numbers, or of arrays of those.
///
/// For a layer it is derived, together with [`Numbers`]. The struct must be
/// `#[repr(C)]` and have one type parameter, the scalar; its fields are tensors
/// or other such types. An array of one dimension is a [`Kind::Bias`], any other
/// a [`Kind::Weight`]; with `#[tensors(buffer)]` above it a field is not trained.
///
/// ```
/// use chainrule::Tensors;
///
/// #[derive(Tensors)]
/// #[repr(C)]
/// struct Pair<const N: usize, T> {
///     weight: [[T; N]; 2],
///     shift: [T; N],
/// }
///
/// let tensors = <Pair<3, f32> as Tensors<f32>>::TENSORS;
/// assert_eq!(tensors[1].to_string(), "shift");
/// assert_eq!(tensors[1].offset, 6);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not made of tensors",
    label = "expected an array of the scalar, or a type with `#[derive(Tensors)]`"
)]
pub trait Tensors<T: Scalar>: Numbers<T> {
    /// The tensors, in the order of the fields.
    const TENSORS: &'static [TensorInfo];
}

/// Implements [`Tensors`] for arrays of a number of dimensions.
macro_rules! array {
    ($kind:ident, $array:ty, [$($length:ident),*]) => {
        // SAFETY: an array of `T`s has no padding, and zero is a number.
        unsafe impl<T: Scalar, $(const $length: usize),*> Numbers<T> for $array {}

        #[diagnostic::do_not_recommend]
        impl<T: Scalar, $(const $length: usize),*> Tensors<T> for $array {
            const TENSORS: &'static [TensorInfo] =
                &[TensorInfo::new(Kind::$kind, &[$($length),*])];
        }
    };
}

array!(Bias, [T; A], [A]);
array!(Weight, [[T; B]; A], [A, B]);
array!(Weight, [[[T; C]; B]; A], [A, B, C]);
array!(Weight, [[[[T; D]; C]; B]; A], [A, B, C, D]);

/// Implements [`Tensors`] for layers of `N` features that have none.
macro_rules! without_tensors {
    ($layer:ident) => {
        // SAFETY: a type of no bytes has no padding, and nothing in it to be zero.
        unsafe impl<const N: usize, T: $crate::kernels::scalar::Scalar>
            $crate::params::tensor::Numbers<T> for $layer<N>
        {
        }

        #[diagnostic::do_not_recommend]
        impl<const N: usize, T: $crate::kernels::scalar::Scalar> $crate::params::tensor::Tensors<T>
            for $layer<N>
        {
            const TENSORS: &'static [$crate::params::tensor::TensorInfo] = &[];
        }
    };
}

pub(crate) use without_tensors;

/// A type that is nothing but numbers, so that it can be read and written as
/// one slice, row by row in the order of its fields.
///
/// `network!` implements this for what it declares.
///
/// # Safety
///
/// The type must be `#[repr(C)]`, made of nothing but `T`s (arrays of them, or
/// other such types), and so must have no padding and be valid when all its
/// bytes are zero.
pub unsafe trait Numbers<T: Scalar>: Sized {
    /// All numbers, in the order of the fields.
    fn numbers(&self) -> &[T] {
        if size_of::<Self>() == 0 {
            // Not through the pointer: what holds nothing need not be aligned.
            return &[];
        }
        // SAFETY: the implementer vouches that the type is nothing but `T`s.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(self).cast(), count::<T, Self>()) }
    }

    /// All numbers, in the order of the fields, to be written.
    fn numbers_mut(&mut self) -> &mut [T] {
        if size_of::<Self>() == 0 {
            return &mut [];
        }
        // SAFETY: as above.
        unsafe {
            std::slice::from_raw_parts_mut(std::ptr::from_mut(self).cast(), count::<T, Self>())
        }
    }

    /// The first of `numbers`, seen as this type: the other way round.
    ///
    /// # Panics
    ///
    /// If there are too few.
    fn of_mut(numbers: &mut [T]) -> &mut Self {
        let place = &mut numbers[..count::<T, Self>()];
        // SAFETY: the implementer vouches that the type is nothing but `T`s, so
        // that any of them make a valid value, aligned as they are. There are as
        // many as it holds.
        unsafe { &mut *place.as_mut_ptr().cast() }
    }

    /// All numbers zero, made on the heap: a large network never passes
    /// through the stack.
    fn zeros() -> Box<Self> {
        let layout = std::alloc::Layout::new::<Self>();
        if layout.size() == 0 {
            // SAFETY: nothing is read or written behind a pointer to no bytes.
            return unsafe { Box::from_raw(std::ptr::NonNull::dangling().as_ptr()) };
        }
        // SAFETY: the size is not 0; all-zero bytes are a valid value; a box
        // frees with the layout of its type, which is the one allocated with.
        unsafe {
            let place = std::alloc::alloc_zeroed(layout);
            if place.is_null() {
                std::alloc::handle_alloc_error(layout);
            }
            Box::from_raw(place.cast())
        }
    }
}

/// How many `T`s a type made of nothing else holds.
const fn count<T, N>() -> usize {
    size_of::<N>() / size_of::<T>()
}
