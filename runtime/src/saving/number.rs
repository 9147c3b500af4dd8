//! Numbers in a file, in little-endian byte order.

#[cfg(feature = "std")]
use crate::kernels::scalar::Scalar;

/// The number types that can be read. `I64` is that of counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dtype {
    F16,
    Bf16,
    F32,
    F64,
    I64,
}

impl Dtype {
    /// The type with this name in a header.
    pub(super) const fn named(name: &[u8]) -> Option<Dtype> {
        match name {
            b"F16" => Some(Dtype::F16),
            b"BF16" => Some(Dtype::Bf16),
            b"F32" => Some(Dtype::F32),
            b"F64" => Some(Dtype::F64),
            b"I64" => Some(Dtype::I64),
            _ => None,
        }
    }

    /// The type in which `T`s are written.
    #[cfg(feature = "std")]
    pub(super) fn of<T: Scalar>() -> Dtype {
        match size_of::<T>() {
            4 => Dtype::F32,
            _ => Dtype::F64,
        }
    }

    /// Its name in a header.
    #[cfg(feature = "std")]
    pub(super) fn name(self) -> &'static str {
        match self {
            Dtype::F16 => "F16",
            Dtype::Bf16 => "BF16",
            Dtype::F32 => "F32",
            Dtype::F64 => "F64",
            Dtype::I64 => "I64",
        }
    }

    /// The size of a number in bytes.
    pub(super) const fn bytes(self) -> usize {
        match self {
            Dtype::F16 | Dtype::Bf16 => 2,
            Dtype::F32 => 4,
            Dtype::F64 | Dtype::I64 => 8,
        }
    }

    /// Whether every number of this type can be represented in `T`.
    #[cfg(feature = "std")]
    pub(super) fn fits<T: Scalar>(self) -> bool {
        self != Dtype::I64 && self.bytes() <= size_of::<T>()
    }

    /// Decodes the number at the start of `bytes`.
    pub(super) const fn decode(self, bytes: &[u8]) -> f64 {
        let (mut padded, mut place) = ([0; 8], 0);
        while place < self.bytes() {
            padded[place] = bytes[place];
            place += 1;
        }
        let bits = u64::from_le_bytes(padded);
        match self {
            Dtype::F16 => half(bits as u16) as f64,
            // A bfloat16 is the upper half of an `f32`.
            Dtype::Bf16 => f32::from_bits((bits as u32) << 16) as f64,
            Dtype::F32 => f32::from_bits(bits as u32) as f64,
            Dtype::F64 => f64::from_bits(bits),
            Dtype::I64 => bits.cast_signed() as f64,
        }
    }

    /// Appends `value`, which must be representable in this type, to `bytes`.
    #[cfg(feature = "std")]
    pub(super) fn encode(self, value: f64, bytes: &mut Vec<u8>) {
        match self {
            Dtype::F64 => bytes.extend(value.to_le_bytes()),
            Dtype::I64 => bytes.extend((value.round() as i64).to_le_bytes()),
            _ => bytes.extend((value as f32).to_le_bytes()),
        }
    }
}

/// A half-precision number (IEEE 754, binary16): sign, 5 bits of exponent, 10 bits of fraction.
const fn half(bits: u16) -> f32 {
    let (exponent, fraction) = ((bits >> 10 & 0x1f) as u32, (bits & 0x3ff) as u32);
    let magnitude = match exponent {
        // Subnormal: fraction · 2⁻²⁴.
        0 => fraction as f32 * f32::from_bits((127 - 24) << 23),
        0x1f => f32::from_bits(0xff << 23 | fraction << 13),
        _ => f32::from_bits((exponent + 127 - 15) << 23 | fraction << 13),
    };
    if bits >> 15 == 0 { magnitude } else { -magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision() {
        // torch.tensor([…], dtype=torch.int16).view(torch.float16).double(), and the same with
        // bfloat16.
        for (bits, value) in [
            (0x0000_u16, 0.0),
            (0x0001, 5.960464477539063e-08),
            (0x03ff, 6.097555160522461e-05),
            (0x0400, 6.103515625e-05),
            (0x3c00, 1.0),
            (0x3555, 0.333251953125),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x7c00, f64::INFINITY),
            (0xfc00, f64::NEG_INFINITY),
        ] {
            assert_eq!(Dtype::F16.decode(&bits.to_le_bytes()), value);
        }
        assert!(Dtype::F16.decode(&0x7e00_u16.to_le_bytes()).is_nan());
        for (bits, value) in [(0x3f80_u16, 1.0), (0x3eab, 0.333984375), (0xff80, f64::NEG_INFINITY)]
        {
            assert_eq!(Dtype::Bf16.decode(&bits.to_le_bytes()), value);
        }
    }
}
