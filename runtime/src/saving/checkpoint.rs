//! Saves the state of a training in one file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use super::const_header::SIGNATURE;
use super::error::{Difference, Error};
use super::file;
use super::header::{self, Header, Item};
use super::layout::Layout;
use super::number::Dtype;
use super::state::{State, Visitor};
use super::tensors::{data, difference, encode, fill, other_signature};
use crate::network::declared::Network;
use crate::params::hash::Fnv;

/// The metadata key of the checkpoint version.
pub(super) const VERSION_KEY: &str = "chainrule.checkpoint";
const VERSION: &str = "1";
/// The metadata key of the checksum.
const CHECKSUM: &str = "chainrule.checksum";

/// Writes `state` to the file at `path`. Like [`save`](super::save), it replaces the file
/// atomically: at any time there is either the old file or the complete new one.
///
/// The file format is `safetensors`. The tensors of the network have their plain names, so that
/// [`load`](super::load) finds them; the names of all others contain a `/`. Numbers are stored in
/// the metadata, together with a checksum of the whole file. The file is assembled in memory first.
///
/// # Errors
///
/// [`Error::File`] with [`Error::Write`] if the file cannot be written, or if two parts have the
/// same name. The existing file at `path` is then unchanged.
pub fn save_state<N: Network>(
    state: &mut impl State<N>,
    path: impl AsRef<Path>,
) -> Result<(), Error> {
    let path = path.as_ref();
    file::replace(path, |file| write_state(state, file))
        .map_err(|cause| Error::Write { cause }.of(path))
}

/// Reads `state` from a file written by [`save_state`].
///
/// # Errors
///
/// [`Error::File`] with the cause. All differences are reported at once, as [`Error::State`]. The
/// state is then unchanged.
pub fn load_state<N: Network>(
    state: &mut impl State<N>,
    path: impl AsRef<Path>,
) -> Result<(), Error> {
    let path = path.as_ref();
    File::open(path)
        .map_err(|cause| Error::Read { cause })
        .and_then(|file| read_state(state, BufReader::new(file)))
        .map_err(|cause| cause.of(path))
}

/// The variant of [`save_state`] for any writer.
///
/// # Errors
///
/// The errors of the writer; [`io::ErrorKind::InvalidInput`] if two parts have the same name.
pub fn write_state<N: Network>(
    state: &mut impl State<N>,
    mut writer: impl Write,
) -> io::Result<()> {
    let mut parts = Parts::default();
    state.visit(&mut parts);
    let Parts { items, data, mut metadata, repeated } = parts;
    if let Some(name) = repeated {
        let message = format!("duplicate name {name:?} in the state");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    metadata.insert(VERSION_KEY.to_owned(), VERSION.to_owned());
    metadata.insert(SIGNATURE.to_owned(), N::SIGNATURE.to_string());
    metadata.insert(CHECKSUM.to_owned(), checksum(&metadata, &data));
    let header = header::text(&items, &metadata);
    writer.write_all(&(header.len() as u64).to_le_bytes())?;
    writer.write_all(header.as_bytes())?;
    writer.write_all(&data)
}

/// The variant of [`load_state`] for any reader, which must end where the state does.
///
/// Memory is allocated only for bytes that the reader returns, whatever the header announces.
///
/// # Errors
///
/// As [`load_state`], without the path.
pub fn read_state<N: Network>(
    state: &mut impl State<N>,
    mut reader: impl Read,
) -> Result<(), Error> {
    let header = Header::read(&mut reader)?;
    let found = header.metadata.get(VERSION_KEY).map_or("", String::as_str);
    if found != VERSION {
        return Err(Error::Version { found: found.to_owned(), expected: VERSION });
    }
    let differences = differences::<N>(state, &header);
    if !differences.is_empty() {
        return Err(Error::State { differences });
    }
    let data = data(reader, &header)?;
    let expected = header.metadata.get(CHECKSUM).cloned().unwrap_or_default();
    let found = checksum(&header.metadata, &data);
    if found != expected {
        return Err(Error::Checksum { found, expected });
    }
    state.visit(&mut Filling { header: &header, data: &data });
    Ok(())
}

/// The checksum of the metadata, except the checksum itself, and of the numbers.
fn checksum(metadata: &BTreeMap<String, String>, data: &[u8]) -> String {
    let mut hash = Fnv::new();
    for (key, value) in metadata.iter().filter(|(key, _)| *key != CHECKSUM) {
        hash = hash.text(key.as_bytes()).text(value.as_bytes());
    }
    format!("{:016x}", hash.bytes(data).0)
}

/// The name of a tensor of a part.
fn full_name(part: &str, tensor: impl ToString) -> String {
    match part {
        "" => tensor.to_string(),
        _ => format!("{part}/{}", tensor.to_string()),
    }
}

/// The metadata key of the type of a part.
fn kind_key(part: &str) -> String {
    full_name(part, "kind")
}

/// The parts of a state.
#[derive(Default)]
struct Parts {
    items: Vec<Item>,
    data: Vec<u8>,
    metadata: BTreeMap<String, String>,
    /// A name that occurs twice.
    repeated: Option<String>,
}

impl Parts {
    fn number(&mut self, name: &str, text: String) {
        if self.metadata.insert(name.to_owned(), text).is_some() {
            self.repeated = Some(name.to_owned());
        }
    }

    fn item(&mut self, item: Item) {
        if self.items.iter().any(|other| other.name == item.name) {
            self.repeated = Some(item.name.clone());
        }
        self.items.push(item);
    }
}

impl<N: Network> Visitor<N> for Parts {
    fn network(&mut self, name: &str, network: &mut N) {
        for tensor in N::TENSORS {
            let (name, shape) = (full_name(name, tensor), tensor.shape.to_vec());
            self.item(Item { name, dtype: Dtype::of::<N::Scalar>(), shape });
            let values = tensor.of(network.parameters());
            encode(tensor, values, Dtype::of::<N::Scalar>(), Layout::Chainrule, &mut self.data);
        }
    }

    fn float(&mut self, name: &str, value: &mut f64) {
        // The shortest text that parses as the same number.
        self.number(name, format!("{value:?}"));
    }

    fn integer(&mut self, name: &str, value: &mut u64) {
        self.number(name, value.to_string());
    }

    fn floats(&mut self, name: &str, values: &mut Vec<f64>) {
        self.item(Item { name: name.to_owned(), dtype: Dtype::F64, shape: vec![values.len()] });
        for &value in values.iter() {
            Dtype::F64.encode(value, &mut self.data);
        }
    }

    fn setting(&mut self, name: &str, value: u64) {
        self.number(name, value.to_string());
    }

    fn kind(&mut self, name: &str, kind: &'static str) {
        self.number(&kind_key(name), kind.to_owned());
    }
}

/// All differences between a file and `state`, which is not changed.
fn differences<N: Network>(state: &mut impl State<N>, header: &Header) -> Vec<Difference> {
    let mut checking = Checking {
        header,
        differences: Vec::new(),
        seen: BTreeSet::new(),
        other_kinds: BTreeSet::new(),
    };
    state.visit(&mut checking);
    let Checking { mut differences, seen, other_kinds, .. } = checking;
    let is_other_kind = |name: &str| other_kinds.iter().any(|part| is_within(name, part));
    let others = header.entries.iter();
    let others = others.filter(|(name, _)| !seen.contains(*name) && !is_other_kind(name));
    differences.extend(others.map(|(name, entry)| Difference::Unknown {
        tensor: name.clone(),
        shape: entry.shape.clone(),
    }));
    if differences.is_empty() {
        differences.extend(other_signature::<N>(header));
    }
    differences
}

/// Whether `name` is part of `part` (`optimizer/first/affine1.weight` of `optimizer`).
fn is_within(name: &str, part: &str) -> bool {
    part.is_empty() || name.strip_prefix(part).is_some_and(|rest| rest.starts_with('/'))
}

/// Compares a file with a state.
struct Checking<'h> {
    header: &'h Header,
    differences: Vec<Difference>,
    /// The tensors of the state.
    seen: BTreeSet<String>,
    /// The parts that another type wrote; their contents are not compared.
    other_kinds: BTreeSet<String>,
}

impl Checking<'_> {
    fn is_other_kind(&self, name: &str) -> bool {
        self.other_kinds.iter().any(|part| is_within(name, part))
    }

    fn number(&mut self, name: &str, is_number: impl Fn(&str) -> bool) {
        let found = self.header.metadata.get(name);
        if !self.is_other_kind(name) && !found.is_some_and(|text| is_number(text)) {
            let (name, found) = (name.to_owned(), found.cloned());
            self.differences.push(Difference::Number { name, found });
        }
    }
}

impl<N: Network> Visitor<N> for Checking<'_> {
    fn network(&mut self, name: &str, _network: &mut N) {
        for tensor in N::TENSORS {
            let (name, shape) = (full_name(name, tensor), tensor.shape.to_vec());
            if !self.is_other_kind(&name) {
                let entry = self.header.entries.get(&name);
                self.differences.extend(difference::<N::Scalar>(&name, entry, shape, None));
            }
            self.seen.insert(name);
        }
    }

    fn float(&mut self, name: &str, _value: &mut f64) {
        self.number(name, |text| text.parse::<f64>().is_ok());
    }

    fn integer(&mut self, name: &str, _value: &mut u64) {
        self.number(name, |text| text.parse::<u64>().is_ok());
    }

    fn floats(&mut self, name: &str, _values: &mut Vec<f64>) {
        if self.is_other_kind(name) {
            return;
        }
        let entry = self.header.entries.get(name);
        // Any length is accepted.
        let shape = entry.and_then(|entry| entry.shape.first()).map_or(vec![0], |&len| vec![len]);
        self.differences.extend(difference::<f64>(name, entry, shape, None));
        self.seen.insert(name.to_owned());
    }

    fn setting(&mut self, name: &str, value: u64) {
        let (found, expected) = (self.header.metadata.get(name), value.to_string());
        if !self.is_other_kind(name) && found != Some(&expected) {
            let (name, found) = (name.to_owned(), found.cloned());
            self.differences.push(Difference::Setting { name, found, expected });
        }
    }

    fn kind(&mut self, name: &str, kind: &'static str) {
        // Files of earlier versions do not contain the type.
        let Some(found) = self.header.metadata.get(&kind_key(name)) else { return };
        if found != kind {
            let (name, found, expected) = (name.to_owned(), found.clone(), kind.to_owned());
            self.other_kinds.insert(name.clone());
            self.differences.push(Difference::Kind { name, found, expected });
        }
    }
}

/// Sets a state to the contents of a checked file.
struct Filling<'h> {
    header: &'h Header,
    data: &'h [u8],
}

impl<N: Network> Visitor<N> for Filling<'_> {
    fn network(&mut self, name: &str, network: &mut N) {
        for tensor in N::TENSORS {
            if let Some(entry) = self.header.entries.get(&full_name(name, tensor)) {
                let values = tensor.of_mut(network.parameters_mut());
                fill(tensor, values, entry, self.data, Layout::Chainrule);
            }
        }
    }

    fn float(&mut self, name: &str, value: &mut f64) {
        if let Some(Ok(found)) = self.header.metadata.get(name).map(|text| text.parse()) {
            *value = found;
        }
    }

    fn integer(&mut self, name: &str, value: &mut u64) {
        if let Some(Ok(found)) = self.header.metadata.get(name).map(|text| text.parse()) {
            *value = found;
        }
    }

    fn floats(&mut self, name: &str, values: &mut Vec<f64>) {
        let Some(entry) = self.header.entries.get(name) else { return };
        let Some(dtype) = Dtype::named(entry.dtype.as_bytes()) else { return };
        let numbers = &self.data[entry.start as usize..entry.end as usize];
        *values = numbers.chunks_exact(dtype.bytes()).map(|number| dtype.decode(number)).collect();
    }

    fn setting(&mut self, _name: &str, _value: u64) {}
}
