//! Names of tensors in files that differ from those of the network.

use crate::network::declared::Network;
use crate::params::tensor::TensorInfo;

/// Pairs of a name in the network and its replacement in a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(Vec<(String, String)>);

impl Names {
    pub(super) fn add(&mut self, ours: impl Into<String>, theirs: impl Into<String>) {
        self.0.push((ours.into(), theirs.into()));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of `tensor` in the file, if the first pair that matches replaces all of it; if it
    /// replaces a part, the new name with `last` as its last field; otherwise the tensor's own name
    /// with `last`.
    pub(super) fn of(&self, tensor: &TensorInfo, last: &str) -> String {
        let name = tensor.to_string();
        let (fields, _) = name.rsplit_once('.').unwrap_or(("", &name));
        let theirs = self.0.iter().find_map(|(ours, theirs)| match suffix(&name, ours)? {
            "" => Some(theirs.clone()),
            _ => Some(joined(&format!("{theirs}{}", suffix(fields, ours)?), last)),
        });
        theirs.unwrap_or_else(|| joined(fields, last))
    }

    /// The names that do not match a tensor of the network.
    pub(super) fn unknown<N: Network>(&self) -> impl Iterator<Item = &str> {
        let is_known = |ours: &str| {
            N::TENSORS.iter().any(|tensor| suffix(&tensor.to_string(), ours).is_some())
        };
        self.0.iter().map(|(ours, _)| ours.as_str()).filter(move |ours| !is_known(ours))
    }
}

/// The rest of `name` after the fields in `ours`: empty, or from the next dot on.
fn suffix<'n>(name: &'n str, ours: &str) -> Option<&'n str> {
    name.strip_prefix(ours).filter(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn joined(fields: &str, last: &str) -> String {
    match fields {
        "" => last.to_owned(),
        _ => format!("{fields}.{last}"),
    }
}
