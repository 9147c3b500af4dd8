//! The tensors of a network: names, shapes, kinds and positions.

use core::fmt;

use super::const_message::Message;
use super::hash::Fnv;
use crate::kernels::scalar::Scalar;

/// The purpose of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A factor of the inputs: drawn at random, trained.
    Weight,
    /// A summand: initialized to zero, trained.
    Bias,
    /// Not trained: a statistic of the data, such as the running mean of a
    /// [`BatchNorm`](crate::layers::BatchNorm). Optimizers do not change it.
    /// [`Optimizer::step`](crate::Optimizer::step) replaces it by the value that the layer
    /// computes.
    Buffer,
}

/// How the axes of a tensor are ordered in PyTorch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// A matrix of `inputs × outputs`, which PyTorch stores as `outputs × inputs`.
    Matrix,
    /// A table with a row for each index or step, as in PyTorch.
    Table,
    /// The outputs of several gates, `gates × outputs`, after the inputs if it is a weight. PyTorch
    /// stores them as one axis.
    Gates,
}

/// Maximum nesting depth of names; `encoder.affine1.weight` has three.
const DEPTH: usize = 8;

/// A tensor of a network: its name, shape, kind and position in
/// [`Network::parameters`](crate::Network::parameters).
///
/// `Display` prints the name, which is the path of fields to the tensor: `affine1.weight`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TensorInfo {
    /// The path of fields to the tensor, padded with empty strings.
    fields: [&'static str; DEPTH],
    /// The purpose of the tensor.
    pub kind: Kind,
    /// The lengths of its axes, outermost first: `[inputs, outputs]` for a weight.
    pub shape: &'static [usize],
    /// Number of elements before it.
    pub offset: usize,
    pub(crate) order: Order,
}

impl TensorInfo {
    /// A standalone tensor, without a name.
    pub(crate) const fn new(kind: Kind, shape: &'static [usize]) -> TensorInfo {
        TensorInfo { fields: [""; DEPTH], kind, shape, offset: 0, order: Order::Matrix }
    }

    /// The same tensor as a buffer, which is not trained.
    pub(crate) const fn as_buffer(self) -> TensorInfo {
        TensorInfo { kind: Kind::Buffer, ..self }
    }

    /// The same tensor as a table, see [`Order::Table`].
    pub(crate) const fn as_table(self) -> TensorInfo {
        TensorInfo { order: Order::Table, ..self }
    }

    /// The same tensor with the outputs of several gates, see [`Order::Gates`]. One of two axes is a
    /// bias.
    pub(crate) const fn as_gates(self) -> TensorInfo {
        let kind = if self.shape.len() == 2 { Kind::Bias } else { self.kind };
        TensorInfo { kind, order: Order::Gates, ..self }
    }

    /// The same tensor inside a field of a struct; the field starts at element `offset`.
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

    /// Number of elements in the tensor.
    #[inline]
    pub const fn len(&self) -> usize {
        let mut len = 1;
        let mut axis = 0;
        while axis < self.shape.len() {
            len *= self.shape[axis];
            axis += 1;
        }
        len
    }

    /// Number of fields in the path to the tensor.
    const fn depth(&self) -> usize {
        let mut depth = 0;
        while depth < DEPTH && !self.fields[depth].is_empty() {
            depth += 1;
        }
        depth
    }

    /// The last field of the path to the tensor, such as `weight`.
    pub(crate) const fn last_field(&self) -> &'static str {
        match self.depth() {
            0 => "",
            depth => self.fields[depth - 1],
        }
    }

    /// Whether both tensors are fields of the same struct.
    pub(crate) const fn is_beside(&self, other: &TensorInfo) -> bool {
        let depth = self.depth();
        if depth == 0 || depth != other.depth() {
            return false;
        }
        let mut at = 0;
        while at < depth - 1 {
            if !is_same(self.fields[at].as_bytes(), other.fields[at].as_bytes()) {
                return false;
            }
            at += 1;
        }
        true
    }

    /// Whether `name` is the path to the tensor with `last` as its last field.
    pub(crate) const fn has_name(&self, name: &[u8], last: &str) -> bool {
        let (mut rest, mut at) = (name, 0);
        let depth = self.depth();
        while at < depth {
            let field = if at + 1 == depth { last } else { self.fields[at] }.as_bytes();
            if rest.len() < field.len() || !is_same(rest.split_at(field.len()).0, field) {
                return false;
            }
            rest = rest.split_at(field.len()).1;
            at += 1;
            if at < depth {
                rest = match rest {
                    [b'.', rest @ ..] => rest,
                    _ => return false,
                };
            }
        }
        rest.is_empty()
    }

    /// Appends the path to the tensor, with `last` as its last field.
    pub(crate) const fn append<const N: usize>(
        &self,
        last: &str,
        mut message: Message<N>,
    ) -> Message<N> {
        let (mut at, depth) = (0, self.depth());
        while at + 1 < depth {
            message = message.text(self.fields[at]).text(".");
            at += 1;
        }
        message.text(last)
    }

    /// Extends `hash` by the name and the shape.
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

    /// Whether the tensor has no elements.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The tensor's elements in `parameters`, in row-major order.
    ///
    /// # Panics
    ///
    /// If `parameters` are not those of the tensor's network.
    pub fn of<'a, T>(&self, parameters: &'a [T]) -> &'a [T] {
        &parameters[self.offset..self.offset + self.len()]
    }

    /// The mutable variant of [`of`](TensorInfo::of).
    ///
    /// # Panics
    ///
    /// If `parameters` are not those of the tensor's network.
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

/// A type with known tensors: a layer, a network, or a single tensor. A tensor is an array of
/// numbers with up to three dimensions.
///
/// For a layer the trait is derived, together with [`Numbers`]. The struct must be `#[repr(C)]` and
/// have one type parameter, the scalar type. Its fields are tensors or types that implement this
/// trait. A one-dimensional array is a [`Kind::Bias`], any other a [`Kind::Weight`]. A field with
/// the attribute `#[tensors(buffer)]` is not trained. `#[tensors(table)]` marks a weight with a row
/// for each index, which the layout of PyTorch does not transpose, and `#[tensors(gates)]` the outputs
/// of several gates, `gates × outputs`, which are one axis in PyTorch: after the inputs, of a weight,
/// and alone, of a bias.
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
    message = "`{Self}` does not consist of tensors",
    label = "expected an array of the scalar, or a type with `#[derive(Tensors)]`"
)]
pub trait Tensors<T: Scalar>: Numbers<T> {
    /// The tensors, in the order of the fields.
    const TENSORS: &'static [TensorInfo];
}

/// Implements [`Tensors`] for arrays with a given number of dimensions.
macro_rules! array {
    ($kind:ident, $array:ty, [$($length:ident),*]) => {
        // SAFETY: an array of `T`s has no padding, and zero is a valid number.
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

/// Implements [`Tensors`] for layers of `N` features without tensors.
macro_rules! without_tensors {
    ($layer:ident) => {
        // SAFETY: a zero-sized type has no padding, and no bytes that have to be valid.
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

/// Implements [`Tensors`] for layers of sequences without tensors, of `TIME` steps of `D` features.
macro_rules! without_sequence_tensors {
    ($layer:ident) => {
        // SAFETY: a zero-sized type has no padding, and no bytes that have to be valid.
        unsafe impl<const TIME: usize, const D: usize, T: $crate::kernels::scalar::Scalar>
            $crate::params::tensor::Numbers<T> for $layer<TIME, D>
        {
        }

        #[diagnostic::do_not_recommend]
        impl<const TIME: usize, const D: usize, T: $crate::kernels::scalar::Scalar>
            $crate::params::tensor::Tensors<T> for $layer<TIME, D>
        {
            const TENSORS: &'static [$crate::params::tensor::TensorInfo] = &[];
        }
    };
}

pub(crate) use without_sequence_tensors;

/// A type that consists only of numbers, so that it can be read and written as one slice:
/// row-major, in the order of its fields.
///
/// `network!` implements this trait for the declared type.
///
/// # Safety
///
/// The type must be `#[repr(C)]` and consist only of `T`s (arrays of them, or other such types). It
/// must have no padding, and be valid when all its bytes are zero.
pub unsafe trait Numbers<T: Scalar>: Sized {
    /// A value of zeros, for a `static` or for a small network on the stack: without a heap, the place
    /// for gradients.
    // SAFETY: the implementer guarantees that a value whose bytes are all zero is valid.
    const ZEROS: Self = unsafe { core::mem::zeroed() };

    /// All numbers, in the order of the fields.
    fn numbers(&self) -> &[T] {
        if size_of::<Self>() == 0 {
            // A slice from the pointer would be unsound: a zero-sized type need not be aligned to
            // `T`.
            return &[];
        }
        // SAFETY: the implementer guarantees that the type consists only of `T`s.
        unsafe { core::slice::from_raw_parts(core::ptr::from_ref(self).cast(), count::<T, Self>()) }
    }

    /// All numbers, in the order of the fields, as a mutable slice.
    fn numbers_mut(&mut self) -> &mut [T] {
        if size_of::<Self>() == 0 {
            return &mut [];
        }
        // SAFETY: as above.
        unsafe {
            core::slice::from_raw_parts_mut(core::ptr::from_mut(self).cast(), count::<T, Self>())
        }
    }

    /// Views the first elements of `numbers` as this type, the inverse of `numbers_mut`.
    ///
    /// # Panics
    ///
    /// If there are too few.
    fn of_mut(numbers: &mut [T]) -> &mut Self {
        let place = &mut numbers[..count::<T, Self>()];
        // SAFETY: the implementer guarantees that the type consists only of `T`s. Any `T`s are
        // therefore a valid value with sufficient alignment. The slice has as many elements as the
        // type.
        unsafe { &mut *place.as_mut_ptr().cast() }
    }

    /// Creates a value of zeros directly on the heap, so that large networks do not overflow the
    /// stack.
    #[cfg(feature = "std")]
    fn zeros() -> Box<Self> {
        let layout = std::alloc::Layout::new::<Self>();
        if layout.size() == 0 {
            // SAFETY: a pointer to a zero-sized type is never read or written through.
            return unsafe { Box::from_raw(core::ptr::NonNull::dangling().as_ptr()) };
        }
        // SAFETY: the size is not 0. All-zero bytes are a valid value. A box frees its memory with
        // the layout of its type, with which it is allocated here.
        unsafe {
            let place = std::alloc::alloc_zeroed(layout);
            if place.is_null() {
                std::alloc::handle_alloc_error(layout);
            }
            Box::from_raw(place.cast())
        }
    }
}

/// Whether two texts are the same.
pub(crate) const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// Number of `T`s in a type that consists only of them.
pub(crate) const fn count<T, N>() -> usize {
    size_of::<N>() / size_of::<T>()
}
