//! Other file formats, recognized by their first bytes.

#[cfg(feature = "std")]
use super::error::Error;
use crate::params::tensor::is_same;

/// A format: its first bytes, its name, and how to get a safetensors file from it.
type Format = (&'static [u8], &'static str, &'static str);

const TO_SAFETENSORS: &str = "convert it in Python with `safetensors.torch.save_file`";
const FROM_NUMPY: &str = "convert it in Python with `safetensors.numpy.save_file`";

const FORMATS: [Format; 13] = [
    (b"PK\x03\x04", "a zip archive, as written by `torch.save`", TO_SAFETENSORS),
    (b"\x80\x02", PICKLE, TO_SAFETENSORS),
    (b"\x80\x03", PICKLE, TO_SAFETENSORS),
    (b"\x80\x04", PICKLE, TO_SAFETENSORS),
    (b"\x80\x05", PICKLE, TO_SAFETENSORS),
    (b"version ", "a Git LFS pointer", "download the file itself with `git lfs pull`"),
    (b"\x1f\x8b", "a gzip file", "decompress it first"),
    (b"\x89HDF", "an HDF5 file, as written by Keras", FROM_NUMPY),
    (b"\x93NUMPY", "a NumPy array", FROM_NUMPY),
    (b"GGUF", "a GGUF file", "download the safetensors file of the model"),
    (b"<!", PAGE, DOWNLOAD),
    (b"<html", PAGE, DOWNLOAD),
    (b"{", "a JSON text", "pass a file that contains tensors"),
];

const PICKLE: &str = "a Python pickle, as written by `torch.save` or `pickle.dump`";
const PAGE: &str = "an HTML page";
const DOWNLOAD: &str = "download it again, with a link to the file itself";

/// The error for a file that begins with `start`, if that is the beginning of a known format.
#[cfg(feature = "std")]
pub(super) fn other_format(start: &[u8]) -> Option<Error> {
    let (found, help) = format_of(start)?;
    Some(Error::OtherFormat { found, help })
}

/// The format of a file that begins with `start`, and how to get a safetensors file from it.
pub(super) const fn format_of(start: &[u8]) -> Option<(&'static str, &'static str)> {
    let mut at = 0;
    while at < FORMATS.len() {
        let (bytes, found, help) = FORMATS[at];
        if start.len() >= bytes.len() && is_same(start.split_at(bytes.len()).0, bytes) {
            return Some((found, help));
        }
        at += 1;
    }
    None
}
