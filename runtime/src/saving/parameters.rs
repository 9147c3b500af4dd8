//! Saves and loads the parameters of a network.

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

/// Writes the parameters of `network`, which may be in a box, to the file at `path`, in the scalar type of the network.
///
/// The file is replaced atomically: a temporary file in the same folder is written first, then
/// renamed. At any time there is either the old file or the complete new one. A link at `path` is
/// replaced, not followed.
///
/// # Errors
///
/// [`Error::File`] with [`Error::Write`] if the file cannot be written. The existing file at `path`
/// is then unchanged.
pub fn save<N: Network>(
    network: &impl AsRef<N>,
    path: impl AsRef<Path>,
    layout: Layout,
) -> Result<(), Error> {
    let path = path.as_ref();
    file::replace(path, |file| write(network, file, layout))
        .map_err(|cause| Error::Write { cause }.of(path))
}

/// Reads the parameters of `network`, which may be in a box, from the file at `path`. To map names, or to load only the
/// matching tensors, use a [`Loader`].
///
/// The file must contain exactly the tensors of the network, with the same shapes. A checkpoint may
/// also contain the state of its training. If the file has a [`Signature`](crate::Signature), it
/// must be that of the network. Accepted types are `F16`, `BF16`, `F32` and, for a network in
/// `f64`, `F64`. Numbers may be NaN or infinite; the first operation they affect reports them as
/// [`Error::Parameter`](crate::Error::Parameter).
///
/// # Errors
///
/// [`Error::File`] with the cause. All differences from the network are reported at once, as
/// [`Error::Differences`]. The network is then unchanged.
pub fn load<N: Network>(
    network: &mut impl AsMut<N>,
    path: impl AsRef<Path>,
    layout: Layout,
) -> Result<(), Error> {
    Loader::new(layout).load(network, path).map(drop)
}

/// The variant of [`save`] for any writer.
///
/// # Errors
///
/// The errors of the writer.
pub fn write<N: Network>(
    network: &impl AsRef<N>,
    mut writer: impl Write,
    layout: Layout,
) -> io::Result<()> {
    let parameters = network.as_ref().parameters();
    // Sorted by name, as the reference library of the format sorts tensors of the same type.
    let mut tensors: Vec<_> = N::TENSORS.iter().collect();
    tensors.sort_by_key(|tensor| tensor.to_string());
    let dtype = Dtype::of::<N::Scalar>();
    let item = |tensor: &&TensorInfo| {
        let (name, shape) = (tensor.to_string(), layout.shape(tensor));
        Item { name, dtype, shape }
    };
    let items: Vec<_> = tensors.iter().map(item).collect();
    // Files written by PyTorch have no metadata.
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
        encode(tensor, tensor.of(parameters), layout, &mut bytes);
        writer.write_all(&bytes)?;
    }
    Ok(())
}

/// The variant of [`load`] for any reader, which must end where the parameters do.
///
/// Memory is allocated only for bytes that the reader returns, and at most for as many numbers as
/// the network has, whatever the header announces.
///
/// # Errors
///
/// As [`load`], without the path.
pub fn read<N: Network>(
    network: &mut impl AsMut<N>,
    reader: impl Read,
    layout: Layout,
) -> Result<(), Error> {
    Loader::new(layout).read(network, reader).map(drop)
}
