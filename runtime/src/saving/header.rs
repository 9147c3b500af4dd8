//! The header of a file, which lists the tensors and their positions.
//!
//! The crate `safetensors` is not used here. Its version 0.8.0 depends on a general JSON parser,
//! and adds offsets without overflow checks: the sum overflows for eight tensors of almost 2⁶¹
//! bytes.

use std::collections::BTreeMap;
use std::io::Read;

use super::bytes::bytes;
use super::error::Error;
use super::foreign::other_format;
use super::json::{Cursor, quoted};
use super::number::Dtype;

/// Maximum length of a header in this format.
const LONGEST: u64 = 100_000_000;

/// A tensor of a file.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Entry {
    /// The name of its number type in the file.
    pub(super) dtype: String,
    /// The lengths of its axes, outermost first.
    pub(super) shape: Vec<usize>,
    /// The position of its first byte, after the header.
    pub(super) start: u64,
    /// The end position.
    pub(super) end: u64,
}

/// All tensors of a file.
#[derive(Debug)]
pub(super) struct Header {
    /// The tensors by name.
    pub(super) entries: BTreeMap<String, Entry>,
    /// The metadata of the file.
    pub(super) metadata: BTreeMap<String, String>,
    /// Number of bytes after the header.
    pub(super) data: u64,
}

impl Header {
    /// Reads a header. Checks that its tensors are contiguous, and that each has the number of
    /// bytes that its shape and type require.
    pub(super) fn read(reader: &mut impl Read) -> Result<Header, Error> {
        let mut start = [0; 8];
        start.copy_from_slice(&bytes(reader, 8)?);
        let length = u64::from_le_bytes(start);
        let first = match bytes(reader, 1) {
            Err(Error::Truncated { .. }) => Vec::new(),
            first => first?,
        };
        // The header is a JSON object. The first bytes of other formats may also be a length.
        if (length > LONGEST || first != b"{")
            && let Some(error) = other_format(&start)
        {
            return Err(error);
        }
        if length > LONGEST {
            return Err(Error::HeaderLength { length });
        }
        let text = bytes(&mut first.as_slice().chain(reader), length)?;
        let (entries, metadata) = entries(&mut Cursor::new(&text))?;
        let data = check_places(&entries)?;
        Ok(Header { entries, metadata, data })
    }
}

/// A tensor to write.
pub(super) struct Item {
    pub(super) name: String,
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<usize>,
}

impl Item {
    fn bytes(&self) -> usize {
        self.shape.iter().product::<usize>() * self.dtype.bytes()
    }
}

/// Formats a header for `items`, in that order. Trailing spaces align the numbers to a multiple of
/// 8 bytes.
pub(super) fn text(items: &[Item], metadata: &BTreeMap<String, String>) -> String {
    let mut parts = Vec::new();
    if !metadata.is_empty() {
        let pairs: Vec<_> = metadata
            .iter()
            .map(|(key, value)| format!("{}:{}", quoted(key), quoted(value)))
            .collect();
        parts.push(format!(r#""__metadata__":{{{}}}"#, pairs.join(",")));
    }
    let mut start = 0;
    for item in items {
        let Item { name, dtype, shape } = item;
        let (name, dtype, end) = (quoted(name), dtype.name(), start + item.bytes());
        let shape: Vec<_> = shape.iter().map(usize::to_string).collect();
        let shape = shape.join(",");
        parts.push(format!(
            r#"{name}:{{"dtype":"{dtype}","shape":[{shape}],"data_offsets":[{start},{end}]}}"#
        ));
        start = end;
    }
    let mut text = format!("{{{}}}", parts.join(","));
    let padded = text.len().next_multiple_of(8);
    text.extend(core::iter::repeat_n(' ', padded - text.len()));
    text
}

/// Tensors and metadata by name.
type Contents = (BTreeMap<String, Entry>, BTreeMap<String, String>);

/// `{"name": entry, …}`, where `__metadata__` is not a tensor and may be `null`.
fn entries(cursor: &mut Cursor<'_>) -> Result<Contents, Error> {
    let (mut entries, mut metadata) = (BTreeMap::new(), None);
    cursor.object(|cursor, name| {
        let first = if name == "__metadata__" {
            let pairs = if cursor.null() { BTreeMap::new() } else { pairs(cursor)? };
            metadata.replace(pairs).is_none()
        } else {
            let entry = entry(cursor)?;
            entries.insert(name, entry).is_none()
        };
        if first { Ok(()) } else { Err(cursor.problem("duplicate tensor name")) }
    })?;
    cursor.end()?;
    Ok((entries, metadata.unwrap_or_default()))
}

/// `{"key": "text", …}`.
fn pairs(cursor: &mut Cursor<'_>) -> Result<BTreeMap<String, String>, Error> {
    let mut pairs = BTreeMap::new();
    cursor.object(|cursor, key| {
        let value = cursor.string()?;
        match pairs.insert(key, value) {
            None => Ok(()),
            Some(_) => Err(cursor.problem("duplicate key")),
        }
    })?;
    Ok(pairs)
}

/// Maximum nesting depth of skipped values. The reference library of the format also stops at a
/// total depth of 128.
const DEEPEST: usize = 126;

/// `{"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}`; other keys are ignored.
fn entry(cursor: &mut Cursor<'_>) -> Result<Entry, Error> {
    let (mut dtype, mut shape, mut place) = (None, None, None);
    cursor.object(|cursor, key| {
        let first = match key.as_str() {
            "dtype" => dtype.replace(cursor.string()?).is_none(),
            "shape" => shape.replace(lengths(cursor)?).is_none(),
            "data_offsets" => place.replace(offsets(cursor)?).is_none(),
            _ => return cursor.skip(DEEPEST),
        };
        if first { Ok(()) } else { Err(cursor.problem("duplicate key")) }
    })?;
    match (dtype, shape, place) {
        (Some(dtype), Some(shape), Some([start, end])) => Ok(Entry { dtype, shape, start, end }),
        _ => Err(cursor.problem("expected a tensor with `dtype`, `shape` and `data_offsets`")),
    }
}

/// `[2, 3]`.
fn lengths(cursor: &mut Cursor<'_>) -> Result<Vec<usize>, Error> {
    let mut lengths = Vec::new();
    cursor.array(|cursor| {
        let length = usize::try_from(cursor.number()?);
        lengths.push(length.map_err(|_| cursor.problem("number too large"))?);
        Ok(())
    })?;
    Ok(lengths)
}

/// `[start, end]`.
fn offsets(cursor: &mut Cursor<'_>) -> Result<[u64; 2], Error> {
    let (mut offsets, mut count) = ([0; 2], 0);
    cursor.array(|cursor| {
        let offset = cursor.number()?;
        if let Some(place) = offsets.get_mut(count) {
            *place = offset;
        }
        count += 1;
        Ok(())
    })?;
    if count == 2 { Ok(offsets) } else { Err(cursor.problem("expected two offsets")) }
}

/// Checks that the tensors are contiguous from the beginning, and returns where they end.
fn check_places(entries: &BTreeMap<String, Entry>) -> Result<u64, Error> {
    let mut tensors: Vec<_> = entries.iter().collect();
    tensors.sort_by_key(|(_, entry)| (entry.start, entry.end));
    let mut start = 0;
    for (tensor, entry) in tensors {
        let problem = if entry.start != start {
            "does not start at the end of the previous tensor"
        } else if entry.end < entry.start {
            "ends before it starts"
        } else if !has_room(entry) {
            "has a byte length that does not match its shape"
        } else {
            start = entry.end;
            continue;
        };
        return Err(Error::Place { tensor: tensor.clone(), problem });
    }
    Ok(start)
}

/// Whether the byte length of a tensor matches its shape, if its type is supported.
fn has_room(entry: &Entry) -> bool {
    let Some(dtype) = Dtype::named(entry.dtype.as_bytes()) else { return true };
    let bytes = entry
        .shape
        .iter()
        .try_fold(dtype.bytes() as u64, |bytes, &length| bytes.checked_mul(length as u64));
    bytes == Some(entry.end - entry.start)
}
