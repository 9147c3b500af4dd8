//! Messages that are formatted at compile time, where `format!` is not available.

/// A text of at most `N` bytes.
pub struct Message<const N: usize = 1024> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Message<N> {
    pub(crate) const fn new() -> Message<N> {
        Message { bytes: [0; N], len: 0 }
    }

    /// Whether nothing was appended.
    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends `text`, truncated to the remaining capacity.
    pub(crate) const fn text(self, text: &str) -> Message<N> {
        self.bytes(text.as_bytes())
    }

    /// Appends a text of a file, which need not be UTF-8.
    pub(crate) const fn bytes(mut self, bytes: &[u8]) -> Message<N> {
        let mut place = 0;
        while place < bytes.len() && self.len < N {
            self.bytes[self.len] = bytes[place];
            self.len += 1;
            place += 1;
        }
        self
    }

    pub(crate) const fn number(mut self, number: usize) -> Message<N> {
        if number >= 10 {
            self = self.number(number / 10);
        }
        self.bytes(&[b'0' + (number % 10) as u8])
    }

    /// Appends `8×26×26`, with the text between two sizes.
    pub(crate) const fn sizes(mut self, sizes: &[usize], between: &str) -> Message<N> {
        let mut at = 0;
        while at < sizes.len() {
            if at > 0 {
                self = self.text(between);
            }
            self = self.number(sizes[at]);
            at += 1;
        }
        self
    }

    /// Appends `<16, 28>`.
    pub(crate) const fn arguments(self, numbers: &[usize]) -> Message<N> {
        self.text("<").sizes(numbers, ", ").text(">")
    }

    pub(crate) const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            // It was truncated inside a character, or a file contains names that are not UTF-8.
            Err(_) => "something differs, but its name is too long, or not UTF-8",
        }
    }
}
