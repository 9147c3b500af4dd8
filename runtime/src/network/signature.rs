//! What tells one architecture from another.

use std::fmt;

use super::info::LayerInfo;
use crate::params::hash::Fnv;
use crate::params::tensor::TensorInfo;

/// A number that two networks share if they are built alike: the layers have the
/// same kinds and are linked in the same way, and the tensors have the same names
/// and shapes. Names of layers, and of values in a sum or a product, belong to the
/// links. Which scalar type they compute in, what they are called themselves, and the
/// settings of a layer that has no tensors for them, do not matter.
///
/// `Display` prints 16 hexadecimal digits, as they stand in a file of parameters.
/// It is a hash (FNV-1a, 64 bits): a guard against mistakes, not against malice.
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

/// `Affine` of `Affine(784, HIDDEN)`, `Gelu` of `map my::Gelu`: sizes are hashed as
/// numbers, however they were written, and a type is the same by any path. What is
/// not a layer, `(a + b) * c`, is kept as it is.
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
