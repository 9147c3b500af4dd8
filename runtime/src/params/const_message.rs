//! Messages that are formatted at compile time, where `format!` is not available.

/// A text of at most `N` bytes.
pub(crate) struct Message<const N: usize> {
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
    pub(crate) const fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Appends a text of a file, which need not be UTF-8.
    pub(crate) const fn bytes(&mut self, bytes: &[u8]) {
        let mut place = 0;
        while place < bytes.len() && self.len < N {
            self.bytes[self.len] = bytes[place];
            self.len += 1;
            place += 1;
        }
    }

    pub(crate) const fn number(&mut self, number: usize) {
        if number >= 10 {
            self.number(number / 10);
        }
        self.bytes(&[b'0' + (number % 10) as u8]);
    }

    /// Appends `[2, 3]`.
    pub(crate) const fn numbers(&mut self, numbers: &[usize]) {
        self.text("[");
        let mut place = 0;
        while place < numbers.len() {
            if place > 0 {
                self.text(", ");
            }
            self.number(numbers[place]);
            place += 1;
        }
        self.text("]");
    }

    /// The text, or `otherwise` if it is not UTF-8, for instance if it was truncated inside a
    /// character.
    pub(crate) const fn as_str<'a>(&'a self, otherwise: &'a str) -> &'a str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => otherwise,
        }
    }
}
