//! Tensors of a file and of a network.

use std::io::Read;

use super::bytes::bytes;
use super::const_header::SIGNATURE;
use super::error::{Difference, Error};
use super::header::{Entry, Header};
use super::layout::Layout;
use super::number::Dtype;
use crate::kernels::scalar::Scalar;
use crate::network::declared::Network;
use crate::params::tensor::TensorInfo;

/// Reads the numbers after a header, and checks that nothing follows.
pub(super) fn data(mut reader: impl Read, header: &Header) -> Result<Vec<u8>, Error> {
    let data = bytes(&mut reader, header.data)?;
    match bytes(&mut reader, 1) {
        Err(Error::Truncated { .. }) => Ok(data),
        Err(error) => Err(error),
        Ok(_) => Err(Error::Longer { expected: header.data }),
    }
}

/// Appends the numbers of `tensor`, as `dtype`.
pub(super) fn encode<T: Scalar>(
    tensor: &TensorInfo,
    values: &[T],
    dtype: Dtype,
    layout: Layout,
    bytes: &mut Vec<u8>,
) {
    bytes.reserve(values.len() * dtype.bytes());
    for place in 0..values.len() {
        dtype.encode(values[layout.place(tensor, place)].as_f64(), bytes);
    }
}

/// Sets the numbers of `tensor` to those of a file, whose type and shape have been checked.
pub(super) fn fill<T: Scalar>(
    tensor: &TensorInfo,
    values: &mut [T],
    entry: &Entry,
    data: &[u8],
    layout: Layout,
) {
    let Some(dtype) = Dtype::named(entry.dtype.as_bytes()) else { return };
    let numbers = data[entry.start as usize..entry.end as usize].chunks_exact(dtype.bytes());
    for (place, number) in numbers.enumerate() {
        values[layout.place(tensor, place)] = T::from_f64(dtype.decode(number));
    }
}

/// The difference between a tensor of a file and one of shape `expected`, whose type is `counter` or
/// one that can be converted to `T`.
pub(super) fn difference<T: Scalar>(
    name: &str,
    entry: Option<&Entry>,
    expected: Vec<usize>,
    counter: Option<Dtype>,
) -> Vec<Difference> {
    let tensor = name.to_owned();
    let Some(entry) = entry else {
        return vec![Difference::Missing { tensor, shape: expected }];
    };
    let mut differences = Vec::new();
    let fits = |found: Dtype| match counter {
        Some(expected) => found == expected,
        None => found.fits::<T>(),
    };
    if !Dtype::named(entry.dtype.as_bytes()).is_some_and(fits) {
        let (found, scalar) = (entry.dtype.clone(), core::any::type_name::<T>());
        differences.push(Difference::Dtype { tensor: tensor.clone(), found, scalar });
    }
    if entry.shape != expected {
        let found = entry.shape.clone();
        differences.push(Difference::Shape { tensor, expected, found });
    }
    differences
}

/// The signature in a file, if it is that of a different network.
pub(super) fn other_signature<N: Network>(header: &Header) -> Option<Difference> {
    let (expected, found) = (N::SIGNATURE, header.metadata.get(SIGNATURE)?);
    let other = *found != expected.to_string();
    other.then(|| Difference::Signature { expected, found: found.clone() })
}
