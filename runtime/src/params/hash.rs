/// The Fowler–Noll–Vo hash, FNV-1a, 64 bits.
#[derive(Clone, Copy)]
pub(crate) struct Fnv(pub(crate) u64);

impl Fnv {
    pub(crate) const fn new() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) const fn bytes(self, bytes: &[u8]) -> Fnv {
        let mut hash = self.0;
        let mut at = 0;
        while at < bytes.len() {
            hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
            at += 1;
        }
        Fnv(hash)
    }

    /// Hashes a text and a terminator.
    pub(crate) const fn text(self, text: &[u8]) -> Fnv {
        self.bytes(text).bytes(&[0])
    }

    pub(crate) const fn number(self, number: usize) -> Fnv {
        self.bytes(&(number as u64).to_le_bytes())
    }
}
