//! Reads the texts of a file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::error::Error;
use super::header::Header;
use super::saver::RESERVED;

/// Reads the texts that were added to the file at `path` with
/// [`Saver::metadata`](super::Saver::metadata), or by another program. Those of this crate, whose
/// keys begin with `chainrule.`, are left out.
///
/// # Errors
///
/// [`Error::File`] with the cause, if the file cannot be read or its header is invalid. The numbers
/// are not read.
pub fn metadata(path: impl AsRef<Path>) -> Result<BTreeMap<String, String>, Error> {
    let path = path.as_ref();
    File::open(path)
        .map_err(|cause| Error::Read { cause })
        .and_then(|file| read_metadata(BufReader::new(file)))
        .map_err(|cause| cause.of(path))
}

/// The variant of [`metadata`] for any reader, of which the header is read.
///
/// # Errors
///
/// As [`metadata`], without the path.
pub fn read_metadata(mut reader: impl Read) -> Result<BTreeMap<String, String>, Error> {
    let mut metadata = Header::read(&mut reader)?.metadata;
    metadata.retain(|key, _| !key.starts_with(RESERVED));
    Ok(metadata)
}
