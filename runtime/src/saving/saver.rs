//! Saves parameters for other programs, and with metadata.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use super::const_header::SIGNATURE;
use super::error::Error;
use super::file;
use super::header::{self, Item};
use super::layout::{Layout, Stored};
use super::names::Names;
use super::tensors::encode;
use crate::network::declared::Network;
use crate::params::tensor::TensorInfo;

/// Metadata keys with this prefix are those of this crate.
pub(super) const RESERVED: &str = "chainrule.";

/// Options for writing parameters to a file, in addition to those of [`save`](super::save).
///
/// ```
/// use chainrule::saving::{self, Layout, Saver};
/// use chainrule::{Init, Rng, network};
///
/// network! { struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; }
/// let net = Net::new(Init::He, &mut Rng::seed(0));
///
/// let mut file = Vec::new();
/// Saver::new(Layout::PyTorch)
///     .renamed("affine1", "fc1")
///     .renamed("affine2", "fc2")
///     .metadata("classes", "cat,dog")
///     .write(&*net, &mut file)?;
/// assert_eq!(saving::read_metadata(&file[..])?["classes"], "cat,dog");
/// # Ok::<(), saving::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Saver {
    layout: Layout,
    names: Names,
    metadata: BTreeMap<String, String>,
}

impl Saver {
    /// Creates a saver for files of this layout, which works like [`save`](super::save).
    pub fn new(layout: Layout) -> Saver {
        Saver { layout, ..Saver::default() }
    }

    /// Maps the name `ours` in the network to the name `theirs` in the file, as
    /// [`Loader::renamed`](super::Loader::renamed) does when loading. The file has no signature
    /// then, since names are part of it.
    pub fn renamed(mut self, ours: impl Into<String>, theirs: impl Into<String>) -> Saver {
        self.names.add(ours, theirs);
        self
    }

    /// Adds a text to the file, such as the names of classes. [`metadata`](super::metadata) reads
    /// it. A key that was added before is replaced. Keys that begin with `chainrule.` are reserved.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Saver {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// Writes the parameters of `network` to the file at `path`, which is replaced atomically, as by
    /// [`save`](super::save).
    ///
    /// # Errors
    ///
    /// [`Error::File`] with the cause. The existing file at `path` is then unchanged.
    pub fn save<N: Network>(&self, network: &N, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let stored = self.stored::<N>().map_err(|cause| cause.of(path))?;
        file::replace(path, |file| self.write_stored(network, &stored, file))
            .map_err(|cause| Error::Write { cause }.of(path))
    }

    /// The variant of [`save`](Saver::save) for any writer.
    ///
    /// # Errors
    ///
    /// [`Error::Write`], [`Error::Renamed`] for a name that is not one of the network's or that two
    /// tensors would have, and [`Error::ReservedKey`].
    pub fn write<N: Network>(&self, network: &N, writer: impl Write) -> Result<(), Error> {
        let stored = self.stored::<N>()?;
        self.write_stored(network, &stored, writer).map_err(|cause| Error::Write { cause })
    }

    /// How the tensors are stored, in the order of the file.
    fn stored<N: Network>(&self) -> Result<Vec<(&'static TensorInfo, Stored)>, Error> {
        if let Some(key) = self.metadata.keys().find(|key| key.starts_with(RESERVED)) {
            return Err(Error::ReservedKey { key: key.clone() });
        }
        let renamed = |name: &str, problem| Err(Error::Renamed { name: name.to_owned(), problem });
        if let Some(name) = self.names.unknown::<N>().next() {
            return renamed(name, "is not one of the network's");
        }
        let stored = |tensor| (tensor, self.layout.stored::<N>(tensor, &self.names));
        let mut tensors: Vec<_> = N::TENSORS.iter().map(stored).collect();
        // Sorted as the reference library of the format sorts them: integers of 64 bits first, then
        // by name.
        tensors.sort_by(|(_, a), (_, b)| {
            let key = |stored: &Stored| stored.counter.is_none();
            key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
        });
        let mut names: Vec<_> = tensors.iter().map(|(_, stored)| &stored.name).collect();
        names.sort();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return renamed(pair[0], "would be that of two tensors");
        }
        Ok(tensors)
    }

    fn write_stored<N: Network>(
        &self,
        network: &N,
        tensors: &[(&TensorInfo, Stored)],
        mut writer: impl Write,
    ) -> io::Result<()> {
        let item = |(_, stored): &(&TensorInfo, Stored)| {
            let (name, shape) = (stored.name.clone(), stored.shape.clone());
            Item { name, dtype: stored.dtype::<N::Scalar>(), shape }
        };
        let items: Vec<_> = tensors.iter().map(item).collect();
        let mut metadata = self.metadata.clone();
        // Files written by PyTorch have no signature.
        if self.layout == Layout::Chainrule && self.names.is_empty() {
            metadata.insert(SIGNATURE.to_owned(), N::SIGNATURE.to_string());
        }
        let header = header::text(&items, &metadata);
        writer.write_all(&(header.len() as u64).to_le_bytes())?;
        writer.write_all(header.as_bytes())?;
        let mut bytes = Vec::new();
        for (tensor, stored) in tensors {
            bytes.clear();
            let (values, dtype) = (tensor.of(network.parameters()), stored.dtype::<N::Scalar>());
            encode(tensor, values, dtype, self.layout, &mut bytes);
            writer.write_all(&bytes)?;
        }
        Ok(())
    }
}
