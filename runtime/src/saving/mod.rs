//! The parameters of a network in a file, in the format `safetensors`.
//!
//! A tensor has the name of the fields that lead to it, `affine1.weight`, so that
//! other programs find it, and it is found in files of theirs. What is in a file
//! of parameters is told at
//! <https://huggingface.co/docs/safetensors>: a header in JSON with name, type,
//! shape and place of each tensor, and the numbers.
//!
//! ```
//! use chainrule::saving::{self, Layout};
//! use chainrule::{Init, Rng, network};
//!
//! network! { struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; }
//! let net = Net::new(Init::He, &mut Rng::seed(0));
//! # let folder = std::env::temp_dir();
//! # let path = folder.join(format!("chainrule-{}.safetensors", std::process::id()));
//! saving::save(&*net, &path, Layout::Chainrule)?;
//!
//! let mut same = Net::zeros();
//! saving::load(&mut *same, &path, Layout::Chainrule)?;
//! assert_eq!(same.parameters(), net.parameters());
//! # let _ = std::fs::remove_file(path);
//! # Ok::<(), saving::Error>(())
//! ```
//!
//! Gradients and whatever else has the type of the network are saved likewise.
//!
//! A training that is to go on where it was interrupted needs more than the
//! parameters. [`save_state`] writes all that implements [`State`] (a network, an
//! optimizer, a generator, numbers) into one such file, and [`load_state`] reads
//! it; the [`Trainer`](crate::Trainer) does both.

mod checkpoint;
mod error;
mod file;
mod header;
mod json;
mod loader;
mod number;
mod state;

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::Path;

pub use checkpoint::{load_state, read_state, save_state, write_state};
pub use error::{Difference, Error};
use header::{Entry, Header, Item};
pub use loader::Loader;
use number::Dtype;
pub use state::{State, Visitor, Within};

use crate::network::declared::Network;
use crate::params::tensor::TensorInfo;
use crate::scalar::Scalar;

/// Which way round weights of two dimensions lie in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// As here: `inputs × outputs`.
    #[default]
    Chainrule,
    /// As PyTorch's `Linear` has them: `outputs × inputs`. That the weight of an
    /// `Affine` with as many inputs as outputs lies the other way round, nothing
    /// in a file can tell.
    PyTorch,
}

impl Layout {
    /// The shape of `tensor` in a file.
    fn shape(self, tensor: &TensorInfo) -> Vec<usize> {
        match (self, tensor.shape) {
            (Layout::PyTorch, &[inputs, outputs]) => vec![outputs, inputs],
            (_, shape) => shape.to_vec(),
        }
    }

    /// The place among the numbers of `tensor` of the one at `place` in a file.
    fn place(self, tensor: &TensorInfo, place: usize) -> usize {
        match (self, tensor.shape) {
            (Layout::PyTorch, &[inputs, outputs]) => place % inputs * outputs + place / inputs,
            _ => place,
        }
    }
}

/// Writes the parameters of `network` to the file at `path`, in the scalar type
/// of the network.
///
/// They are first written to another file in the same folder, which then takes
/// the place of the one at `path`: whatever happens meanwhile, there is the old
/// file or the new one, whole. A link at `path` is replaced, not followed.
///
/// # Errors
///
/// [`Error::File`] with [`Error::Write`] if the folder or the disk refuses; what
/// was at `path` is still there.
pub fn save<N: Network>(network: &N, path: impl AsRef<Path>, layout: Layout) -> Result<(), Error> {
    let path = path.as_ref();
    file::replace(path, |file| write(network, file, layout))
        .map_err(|cause| Error::Write { cause }.of(path))
}

/// Reads the parameters of `network` from the file at `path`. For other names and
/// for networks that fit in part there is a [`Loader`].
///
/// The file must hold the tensors of the network, in their shapes, and no
/// others; a checkpoint may hold the state of its training besides. If the file
/// has a [`Signature`](crate::Signature), it must be that of the network. Numbers of
/// the types `F16`, `BF16`, `F32` and, for a network in `f64`, `F64` are taken. They
/// may be NaN or infinite, which the first operation that they spoil tells as
/// [`Error::Parameter`](crate::Error::Parameter).
///
/// # Errors
///
/// [`Error::File`] with what is wrong: all differences to the network at once,
/// as [`Error::Differences`]. The network is unchanged then.
pub fn load<N: Network>(
    network: &mut N,
    path: impl AsRef<Path>,
    layout: Layout,
) -> Result<(), Error> {
    Loader::new(layout).load(network, path).map(drop)
}

/// As [`save`], to any writer.
///
/// # Errors
///
/// What the writer says.
pub fn write<N: Network>(network: &N, mut writer: impl Write, layout: Layout) -> io::Result<()> {
    // By name, as the library of the format orders tensors of one type.
    let mut tensors: Vec<_> = N::TENSORS.iter().collect();
    tensors.sort_by_key(|tensor| tensor.to_string());
    let dtype = Dtype::of::<N::Scalar>();
    let item = |tensor: &&TensorInfo| {
        let (name, shape) = (tensor.to_string(), layout.shape(tensor));
        Item { name, dtype, shape }
    };
    let items: Vec<_> = tensors.iter().map(item).collect();
    // PyTorch's own files have no metadata.
    let metadata = match layout {
        Layout::Chainrule => [(SIGNATURE.to_owned(), N::SIGNATURE.to_string())].into(),
        Layout::PyTorch => BTreeMap::new(),
    };
    let header = header::text(&items, &metadata);
    writer.write_all(&(header.len() as u64).to_le_bytes())?;
    writer.write_all(header.as_bytes())?;
    let mut bytes = Vec::new();
    for tensor in tensors {
        bytes.clear();
        encode(tensor, tensor.of(network.parameters()), layout, &mut bytes);
        writer.write_all(&bytes)?;
    }
    Ok(())
}

/// As [`load`], from any reader, which must end where the parameters do.
///
/// No more is kept in memory than the reader gives, and of the numbers no more
/// than fit into the network, whatever the header says.
///
/// # Errors
///
/// As [`load`], without the path.
pub fn read<N: Network>(network: &mut N, reader: impl Read, layout: Layout) -> Result<(), Error> {
    Loader::new(layout).read(network, reader).map(drop)
}

/// Under which key of the metadata the signature of the network stands.
const SIGNATURE: &str = "chainrule.signature";

/// The numbers that follow a header, and nothing after them.
fn data(mut reader: impl Read, header: &Header) -> Result<Vec<u8>, Error> {
    let data = bytes(&mut reader, header.data)?;
    match bytes(&mut reader, 1) {
        Err(Error::Truncated { .. }) => Ok(data),
        Err(error) => Err(error),
        Ok(_) => Err(Error::Longer { expected: header.data }),
    }
}

/// Appends the numbers of `tensor`.
fn encode<T: Scalar>(tensor: &TensorInfo, values: &[T], layout: Layout, bytes: &mut Vec<u8>) {
    let dtype = Dtype::of::<T>();
    bytes.reserve(values.len() * dtype.bytes());
    for place in 0..values.len() {
        dtype.encode(values[layout.place(tensor, place)].as_f64(), bytes);
    }
}

/// Sets the numbers of `tensor` to those of a file, whose type and shape were
/// checked.
fn fill<T: Scalar>(
    tensor: &TensorInfo,
    values: &mut [T],
    entry: &Entry,
    data: &[u8],
    layout: Layout,
) {
    let Some(dtype) = Dtype::named(&entry.dtype) else { return };
    let numbers = data[entry.start as usize..entry.end as usize].chunks_exact(dtype.bytes());
    for (place, number) in numbers.enumerate() {
        values[layout.place(tensor, place)] = T::from_f64(dtype.decode(number));
    }
}

/// In what a tensor of a file differs from one of shape `expected`.
fn difference<T: Scalar>(
    name: &str,
    entry: Option<&Entry>,
    expected: Vec<usize>,
) -> Vec<Difference> {
    let tensor = name.to_owned();
    let Some(entry) = entry else {
        return vec![Difference::Missing { tensor, shape: expected }];
    };
    let mut differences = Vec::new();
    if !Dtype::named(&entry.dtype).is_some_and(Dtype::fits::<T>) {
        let (found, scalar) = (entry.dtype.clone(), std::any::type_name::<T>());
        differences.push(Difference::Dtype { tensor: tensor.clone(), found, scalar });
    }
    if entry.shape != expected {
        let found = entry.shape.clone();
        differences.push(Difference::Shape { tensor, expected, found });
    }
    differences
}

/// The signature of another network, if a file has one.
fn other_signature<N: Network>(header: &Header) -> Option<Difference> {
    let (expected, found) = (N::SIGNATURE, header.metadata.get(SIGNATURE)?);
    let other = *found != expected.to_string();
    other.then(|| Difference::Signature { expected, found: found.clone() })
}

/// The next `count` bytes. Room is made for those that come, not for those that
/// are promised.
fn bytes(reader: &mut impl Read, count: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    reader.take(count).read_to_end(&mut bytes).map_err(|cause| Error::Read { cause })?;
    match bytes.len() as u64 == count {
        true => Ok(bytes),
        false => Err(Error::Truncated { expected: count, found: bytes.len() as u64 }),
    }
}
