//! The parameters of a network, written and read.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::Path;

use super::error::Error;
use super::file;
use super::header::{self, Item};
use super::layout::Layout;
use super::loader::Loader;
use super::number::Dtype;
use super::tensors::{SIGNATURE, encode};
use crate::network::declared::Network;
use crate::params::tensor::TensorInfo;

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
