//! Signatures of network architectures.

use std::fmt;

use super::info::LayerInfo;
use crate::params::hash::Fnv;
use crate::params::tensor::TensorInfo;

/// A number that two networks share if they have the same architecture: layers of the same kinds,
/// linked in the same way, and tensors of the same names and shapes. The names of layers, and of
/// values in a sum or product, are part of the links. The signature does not depend on the scalar
/// type, on the network's name, or on layer settings that are not tensors.
///
/// `Display` prints 16 hexadecimal digits, the form used in parameter files. The signature is an
/// FNV-1a hash of 64 bits. It protects against mistakes, not against attacks.
///
/// ```
/// use chainrule::{Network, network};
///
/// network! { struct Ours = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; }
/// network! { struct Theirs = Affine(2, 3) -> Sigmoid -> Affine(3, 2) => SoftmaxWithLoss; }
///
/// // The tensors are the same, but they mean something else.
/// assert_ne!(Ours::<f32>::SIGNATURE, Theirs::<f32>::SIGNATURE);
/// assert_eq!(Ours::<f32>::SIGNATURE, Ours::<f64>::SIGNATURE);
/// assert_eq!(Ours::<f32>::SIGNATURE.to_string().len(), 16);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Signature(u64);

impl Signature {
    /// The signature of a network with these layers and tensors.
    pub(crate) const fn of(layers: &[LayerInfo], tensors: &[TensorInfo]) -> Signature {
        let mut hash = Fnv::new();
        let mut at = 0;
        while at < layers.len() {
            let layer = &layers[at];
            hash = hash.text(layer.name.as_bytes()).text(kind(layer.layer)).number(layer.outputs);
            let mut from = 0;
            while from < layer.from.len() {
                hash = hash.text(layer.from[from].as_bytes());
                from += 1;
            }
            hash = hash.number(layer.from.len());
            at += 1;
        }
        let mut at = 0;
        while at < tensors.len() {
            hash = tensors[at].hashed(hash);
            at += 1;
        }
        Signature(hash.0)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// `Affine` of `Affine(784, HIDDEN)`, `Gelu` of `map my::Gelu`. Sizes are hashed as numbers, so
/// their notation does not matter, and paths to a type are ignored. Expressions that are not
/// layers, such as `(a + b) * c`, are kept unchanged.
const fn kind(layer: &str) -> &[u8] {
    let text = layer.as_bytes();
    let (mut begin, mut end) = (0, 0);
    while end < text.len() && text[end] != b'(' {
        if text[end] == b':' {
            begin = end + 1;
        }
        end += 1;
    }
    match end == 0 || text[end - 1] == b' ' {
        true => text,
        false => text.split_at(end).0.split_at(begin).1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        for (layer, expected) in [
            ("Relu", "Relu"),
            ("Affine(784, HIDDEN)", "Affine"),
            ("Affine(60, sizes::OUT)", "Affine"),
            ("my::Glu(4, 8)", "Glu"),
            ("map my::Gelu", "Gelu"),
            ("a * gate", "a * gate"),
            ("(a + b) * c", "(a + b) * c"),
            ("a * (b + c)", "a * (b + c)"),
            ("", ""),
        ] {
            assert_eq!(kind(layer), expected.as_bytes(), "{layer}");
        }
    }
}
