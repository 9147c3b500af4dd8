//! Saves and loads the parameters of a network.

use std::io::{self, Read, Write};
use std::path::Path;

use super::error::Error;
use super::layout::Layout;
use super::loader::Loader;
use super::saver::Saver;
use crate::network::declared::Network;

/// Writes the parameters of `network`, which may be in a box, to the file at `path`, in the scalar
/// type of the network. To map names, or to add metadata, use a [`Saver`].
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
    Saver::new(layout).save(network.as_ref(), path)
}

/// Reads the parameters of `network`, which may be in a box, from the file at `path`. To map names, or to load only the
/// matching tensors, use a [`Loader`].
///
/// The file must contain exactly the tensors of the network, with the same shapes. A checkpoint may
/// also contain the state of its training. If the file has a [`Signature`](crate::Signature), it
/// must be that of the network. Accepted types are `F16`, `BF16`, `F32` and, for a network in
/// `f64`, `F64`; `I64` for PyTorch's `num_batches_tracked`. Numbers may be NaN or infinite; the first operation they affect reports them as
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
    writer: impl Write,
    layout: Layout,
) -> io::Result<()> {
    Saver::new(layout).write(network.as_ref(), writer).map_err(|error| match error {
        Error::Write { cause } => cause,
        error => io::Error::new(io::ErrorKind::InvalidInput, error),
    })
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
