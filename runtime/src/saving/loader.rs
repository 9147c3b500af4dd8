//! Loads parameters from files that were written for other networks or by other programs.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::checkpoint::VERSION_KEY;
use super::error::{Difference, Error};
use super::header::Header;
use super::layout::Layout;
use super::tensors::{data, difference, fill, other_signature};
use crate::network::declared::Network;
use crate::params::tensor::TensorInfo;

/// Options for loading parameters from a file, in addition to those of [`load`](super::load).
///
/// This example loads a PyTorch module whose layers are called `fc1` and `fc2`:
///
/// ```no_run
/// use chainrule::network;
/// use chainrule::saving::{Layout, Loader};
///
/// network! { struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; }
///
/// let mut net = Net::zeros();
/// Loader::new(Layout::PyTorch)
///     .renamed("affine1", "fc1")
///     .renamed("affine2", "fc2")
///     .load(&mut net, "net.safetensors")?;
/// # Ok::<(), chainrule::saving::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Loader {
    layout: Layout,
    names: Vec<(String, String)>,
    fitting: bool,
}

impl Loader {
    /// Creates a loader for files of this layout, which works like [`load`](super::load).
    pub fn new(layout: Layout) -> Loader {
        Loader { layout, ..Loader::default() }
    }

    /// Maps the name `ours` in the network to the name `theirs` in the file. The name is that of a
    /// tensor, `affine1.weight`, or a field that contains tensors, `affine1`; it then replaces the
    /// first part of their names. If several names match, the first one applies.
    ///
    /// Signatures are not compared in this case, since names are part of them.
    pub fn renamed(mut self, ours: impl Into<String>, theirs: impl Into<String>) -> Loader {
        self.names.push((ours.into(), theirs.into()));
        self
    }

    /// Loads only the tensors that match, and leaves the others unchanged: those that are missing
    /// in the file, or have a different shape or type there. Other tensors in the file and a
    /// different signature are ignored.
    ///
    /// Use it to initialize a network with parts of a trained one.
    pub fn fitting(mut self) -> Loader {
        self.fitting = true;
        self
    }

    /// Reads the parameters of `network` from the file at `path`. Returns the differences between
    /// the file and the network, which only [`fitting`](Loader::fitting) permits.
    ///
    /// # Errors
    ///
    /// [`Error::File`] with the cause. The network is then unchanged.
    pub fn load<N: Network>(
        &self,
        network: &mut impl AsMut<N>,
        path: impl AsRef<Path>,
    ) -> Result<Vec<Difference>, Error> {
        let path = path.as_ref();
        File::open(path)
            .map_err(|cause| Error::Read { cause })
            .and_then(|file| self.read(network, BufReader::new(file)))
            .map_err(|cause| cause.of(path))
    }

    /// The variant of [`load`](Loader::load) for any reader, which must end where the file does.
    ///
    /// Memory is allocated only for bytes that the reader returns, whatever the header announces.
    ///
    /// # Errors
    ///
    /// As [`load`](Loader::load), without the path.
    pub fn read<N: Network>(
        &self,
        network: &mut impl AsMut<N>,
        mut reader: impl Read,
    ) -> Result<Vec<Difference>, Error> {
        let network = network.as_mut();
        let header = Header::read(&mut reader)?;
        let differences = self.differences::<N>(&header);
        if !differences.is_empty() && !self.fitting {
            return Err(Error::Differences { network: N::NAME, differences });
        }
        // Unless `fitting` is set, this has the size of the network's tensors and, in a
        // checkpoint, of the training state.
        let data = data(reader, &header)?;
        for tensor in N::TENSORS {
            let name = self.described(tensor);
            let entry = header.entries.get(&name);
            let shape = self.layout.shape(tensor);
            if let Some(entry) = entry
                && difference::<N::Scalar>(&name, Some(entry), shape).is_empty()
            {
                let values = tensor.of_mut(network.parameters_mut());
                fill(tensor, values, entry, &data, self.layout);
            }
        }
        Ok(differences)
    }

    /// The name of `tensor` in the file.
    fn described(&self, tensor: &TensorInfo) -> String {
        let name = tensor.to_string();
        let theirs = self.names.iter().find_map(|(ours, theirs)| {
            let rest = name.strip_prefix(ours)?;
            (rest.is_empty() || rest.starts_with('.')).then(|| format!("{theirs}{rest}"))
        });
        theirs.unwrap_or(name)
    }

    /// All differences between a file and the network.
    fn differences<N: Network>(&self, header: &Header) -> Vec<Difference> {
        let mut differences: Vec<_> = self.unknown_names::<N>().collect();
        let names: Vec<_> = N::TENSORS.iter().map(|tensor| self.described(tensor)).collect();
        for (tensor, name) in N::TENSORS.iter().zip(&names) {
            let (entry, shape) = (header.entries.get(name), self.layout.shape(tensor));
            differences.extend(difference::<N::Scalar>(name, entry, shape));
        }
        // In a checkpoint, names that are not part of the network contain a `/`.
        let checkpoint = header.metadata.contains_key(VERSION_KEY);
        let others = header
            .entries
            .iter()
            .filter(|(name, _)| !(names.contains(name) || checkpoint && name.contains('/')));
        differences.extend(others.map(|(name, entry)| Difference::Unknown {
            tensor: name.clone(),
            shape: entry.shape.clone(),
        }));
        // Differences of tensors are more specific.
        if differences.is_empty() && self.names.is_empty() {
            differences.extend(other_signature::<N>(header));
        }
        differences
    }

    /// The replaced names that do not match a tensor of the network.
    fn unknown_names<N: Network>(&self) -> impl Iterator<Item = Difference> {
        let is_prefix = |ours: &str, tensor: &TensorInfo| {
            let name = tensor.to_string();
            name.strip_prefix(ours).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let unknown = move |ours: &&(String, String)| {
            !N::TENSORS.iter().any(|tensor| is_prefix(&ours.0, tensor))
        };
        self.names.iter().filter(unknown).map(|(ours, _)| Difference::Name { ours: ours.clone() })
    }
}
