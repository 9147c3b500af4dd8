//! Checks and sums of sizes that only the compiler knows.

/// Rejects a layer whose number of inputs differs from the number of features it receives. The
/// macro supplies the text before, between and after the two numbers. A size of 0 is left to
/// `check_size`.
#[track_caller]
pub const fn check_link(words: [&str; 3], takes: usize, produces: usize) {
    if takes != produces && takes != 0 && produces != 0 {
        let mut message = Message::new();
        message.text(words[0]);
        message.number(takes);
        message.text(words[1]);
        message.number(produces);
        message.text(words[2]);
        panic!("{}", message.as_str());
    }
}

/// Rejects invalid sizes: 0 for any layer, and 1 before a softmax. The macro supplies the message.
#[track_caller]
pub const fn check_size(message: &str, rejected: usize, size: usize) {
    if size == rejected {
        panic!("{}", message);
    }
}

/// Rejects a network whose struct is not exactly its fields: `Numbers` would read the padding. Sizes
/// are in bytes; `is_aligned` reports whether the alignment is that of the scalar.
#[track_caller]
pub const fn check_layout(message: &str, size: usize, fields: &[usize], is_aligned: bool) {
    if size != total(fields) || !is_aligned {
        panic!("{}", message);
    }
}

/// Rejects a name that is not one of a network's values.
#[track_caller]
pub(super) const fn unknown_value(network: &str, name: &str) -> ! {
    let mut message = Message::new();
    message.text("the network `");
    message.text(network);
    message.text("` has no value `");
    message.text(name);
    message
        .text("`\nhelp: give the name of a `let`, or of a layer, as printing the network shows it");
    panic!("{}", message.as_str());
}

/// The size of one dimension of a layer's output, whose kernel moves over a padded input: rounded
/// down, as in PyTorch.
#[track_caller]
pub const fn window_output(
    size: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    padding: usize,
) -> usize {
    let span = dilation * (kernel - 1) + 1;
    if size + padding < span {
        let mut message = Message::new();
        message.text("a kernel that spans ");
        message.number(span);
        message.text(" does not fit an input of ");
        message.number(size);
        message.text(" with ");
        message.number(padding);
        message.text(" of padding\nhelp: use a smaller kernel, or more padding");
        panic!("{}", message.as_str());
    }
    (size + padding - span) / stride + 1
}

/// The size of one dimension of the output of a transposed convolution, as in PyTorch.
#[track_caller]
pub const fn enlarged_output(
    size: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    padding: usize,
    output_padding: usize,
) -> usize {
    if output_padding >= stride {
        let mut message = Message::new();
        message.text("an output padding of ");
        message.number(output_padding);
        message.text(" is not below the stride, ");
        message.number(stride);
        message.text("\nhelp: write a smaller `output_padding`");
        panic!("{}", message.as_str());
    }
    let places = (size - 1) * stride + dilation * (kernel - 1) + output_padding + 1;
    if places <= 2 * padding {
        let mut message = Message::new();
        message.text("2 · ");
        message.number(padding);
        message.text(" of padding removes all of ");
        message.number(places);
        message.text("\nhelp: use less padding, or a larger kernel");
        panic!("{}", message.as_str());
    }
    places - 2 * padding
}

/// The maximum of several sizes that share a slot of memory.
pub const fn largest(sizes: &[usize]) -> usize {
    let mut largest = 0;
    let mut place = 0;
    while place < sizes.len() {
        if sizes[place] > largest {
            largest = sizes[place];
        }
        place += 1;
    }
    largest
}

/// The sum of the numbers.
pub const fn total(numbers: &[usize]) -> usize {
    let (mut total, mut place) = (0, 0);
    while place < numbers.len() {
        total += numbers[place];
        place += 1;
    }
    total
}

/// A message that is formatted at compile time, where `format!` is not available.
struct Message {
    bytes: [u8; 1024],
    len: usize,
}

impl Message {
    const fn new() -> Message {
        Message { bytes: [0; 1024], len: 0 }
    }

    /// Appends `text`, truncated to the remaining capacity.
    const fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut place = 0;
        while place < bytes.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = bytes[place];
            self.len += 1;
            place += 1;
        }
    }

    const fn number(&mut self, number: usize) {
        if number >= 10 {
            self.number(number / 10);
        }
        let digit = [b'0' + (number % 10) as u8];
        if let Ok(digit) = std::str::from_utf8(&digit) {
            self.text(digit);
        }
    }

    const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            // The message was truncated inside a character, after a size of hundreds of letters.
            Err(_) => "the sizes of two layers differ",
        }
    }
}
