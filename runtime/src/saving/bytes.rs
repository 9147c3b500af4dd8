use std::io::Read;

use super::error::Error;

/// Reads the next `count` bytes. Memory is allocated for the bytes that arrive, not for those
/// announced.
pub(super) fn bytes(reader: &mut impl Read, count: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    reader.take(count).read_to_end(&mut bytes).map_err(|cause| Error::Read { cause })?;
    match bytes.len() as u64 == count {
        true => Ok(bytes),
        false => Err(Error::Truncated { expected: count, found: bytes.len() as u64 }),
    }
}
