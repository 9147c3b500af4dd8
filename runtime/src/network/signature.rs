//! Signatures of network architectures.

use core::fmt;

use crate::layers::LayerInfo;
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
            hash = hash.text(layer.name.as_bytes());
            hash = match is_list(layer) {
                true => losses(hash, layer.layer.as_bytes()),
                false => hash.text(kind(layer.layer)),
            };
            hash = hash.number(layer.outputs);
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

    /// The text in files, for comparisons at compile time.
    pub(crate) const fn digits(self) -> [u8; 16] {
        let (mut digits, mut at) = ([0; 16], 0);
        while at < digits.len() {
            let digit = (self.0 >> (60 - 4 * at) & 0xf) as u8;
            digits[at] = if digit < 10 { b'0' + digit } else { b'a' + digit - 10 };
            at += 1;
        }
        digits
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Whether a row is that of a loss for each head: `(SoftmaxWithLoss, 0.5 * Huber)`.
const fn is_list(layer: &LayerInfo) -> bool {
    let (name, text) = (layer.name.as_bytes(), layer.layer.as_bytes());
    matches!(name, b"loss") && !text.is_empty() && text[0] == b'(' && text[text.len() - 1] == b')'
}

/// Extends `hash` by the names of the losses in a list. Their weights and settings are left out.
const fn losses(mut hash: Fnv, text: &[u8]) -> Fnv {
    let (mut begin, mut end, mut depth, mut at) = (0, 0, 0, 0);
    while at < text.len() {
        let is_settings = depth == 1 && text[at] == b'(';
        let ends = depth == 1 && (text[at] == b',' || text[at] == b')');
        if (is_settings || ends) && end < begin {
            end = at;
        }
        if ends {
            hash = hash.text(text.split_at(end).0.split_at(begin).1);
        }
        let is_weight = depth == 1 && text[at] == b'*';
        let is_path = depth == 1 && end < begin && matches!(text[at], b':' | b' ');
        if at == 0 || ends || is_weight || is_path {
            (begin, end) = (at + 1, 0);
        }
        match text[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    hash
}

/// `Affine` of `Affine(784, HIDDEN)`, `Mlp` of `Mlp<128>`, `Gelu` of `map my::Gelu`. Sizes are hashed as numbers, so
/// their notation does not matter, and paths to a type are ignored. Expressions that are not
/// layers, such as `(a + b) * c`, are kept unchanged.
const fn kind(layer: &str) -> &[u8] {
    let text = layer.as_bytes();
    let (mut begin, mut end) = (0, 0);
    while end < text.len() && text[end] != b'(' && text[end] != b'<' {
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
    fn weights_and_settings_of_losses_are_left_out() {
        let hash = |text: &str| losses(Fnv::new(), text.as_bytes()).0;
        let plain = hash("(SoftmaxWithLoss, Huber)");
        for same in [
            "(SoftmaxWithLoss, 0.5 * Huber)",
            "(SoftmaxWithLoss(weights = [1.0, 2.0], smoothing = 0.1), 2.0 * Huber(1.0))",
            "(SoftmaxWithLoss, (A + B) * Huber)",
            "(my::SoftmaxWithLoss, a::W * Huber)",
        ] {
            assert_eq!(hash(same), plain, "{same}");
        }
        for other in ["(Huber, SoftmaxWithLoss)", "(SoftmaxWithLoss, Huber, Huber)", "(Huber)"] {
            assert_ne!(hash(other), plain, "{other}");
        }
    }

    #[test]
    fn kinds() {
        for (layer, expected) in [
            ("Relu", "Relu"),
            ("Affine(784, HIDDEN)", "Affine"),
            ("Affine(60, sizes::OUT)", "Affine"),
            ("my::Glu(4, 8)", "Glu"),
            ("my::Mlp<2 * WIDTH>", "Mlp"),
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
