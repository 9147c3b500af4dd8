//! Where the tensors of a network lie, and what they are.

use std::fmt;

use crate::scalar::Scalar;

/// What a tensor is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A factor of the inputs: drawn by the initialiser, trained.
    Weight,
    /// A summand: starts at zero, trained.
    Bias,
}

/// One tensor of a network: its name, shape, kind and place in
/// [`Network::parameters`](crate::Network::parameters).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TensorInfo {
    /// The layer's field, `affine1`; empty in the table of a layer by itself.
    pub layer: &'static str,
    /// The tensor's field in the layer, `weight`.
    pub name: &'static str,
    /// What it is for.
    pub kind: Kind,
    /// Its lengths, outermost first: `[inputs, outputs]` of a weight.
    pub shape: &'static [usize],
    /// How many numbers come before it.
    pub offset: usize,
}

impl TensorInfo {
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

/// `affine1.weight`.
impl fmt::Display for TensorInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.layer.is_empty() {
            write!(f, "{}.", self.layer)?;
        }
        f.write_str(self.name)
    }
}

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
