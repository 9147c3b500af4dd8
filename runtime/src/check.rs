//! What the compiler evaluates for a declared network: checks of sizes that
//! the macro cannot see, and the table of tensors.

use std::ops::Range;

use crate::tensor::{Kind, TensorInfo};

/// Refuses a layer that takes another number of features than come in. The
/// words before, between and after the two numbers are the macro's. A size of 0
/// is left to `check_size`.
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

/// Refuses a size that makes no sense: 0 of any layer, 1 before a softmax. The
/// message is the macro's.
#[track_caller]
pub const fn check_size(message: &str, refused: usize, size: usize) {
    if size == refused {
        panic!("{}", message);
    }
}

/// The largest of several sizes that share a slot of memory.
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

/// The sum of many numbers.
pub const fn total(numbers: &[usize]) -> usize {
    let (mut total, mut place) = (0, 0);
    while place < numbers.len() {
        total += numbers[place];
        place += 1;
    }
    total
}

/// Where the numbers of a field lie among those of a network, given its offset in bytes.
pub const fn span<T, F>(offset: usize) -> Range<usize> {
    let start = offset / size_of::<T>();
    Range { start, end: start + size_of::<F>() / size_of::<T>() }
}

/// How many numbers of `tensors` are trained.
pub const fn trained(tensors: &[TensorInfo]) -> usize {
    let (mut trained, mut place) = (0, 0);
    while place < tensors.len() {
        if !matches!(tensors[place].kind, Kind::Buffer) {
            trained += tensors[place].len();
        }
        place += 1;
    }
    trained
}

/// The tensors of a network from those of its layers: name, offset in bytes
/// and tensors of each.
pub const fn tensors<T, const COUNT: usize>(
    fields: &[(&'static str, usize, &'static [TensorInfo])],
) -> [TensorInfo; COUNT] {
    let mut tensors = [TensorInfo::new(Kind::Bias, &[]); COUNT];
    let (mut count, mut place) = (0, 0);
    while place < fields.len() {
        let (field, offset, of_field) = fields[place];
        count = gather(&mut tensors, count, field, offset / size_of::<T>(), of_field);
        place += 1;
    }
    tensors
}

/// Puts the tensors of a struct's field, which begins at the number `offset`, into
/// `tensors` from place `count` on. Returns the place behind them.
const fn gather(
    tensors: &mut [TensorInfo],
    count: usize,
    field: &'static str,
    offset: usize,
    of_field: &[TensorInfo],
) -> usize {
    let mut place = 0;
    while place < of_field.len() {
        assert!(count + place < tensors.len(), "a layer has more than 32 tensors");
        tensors[count + place] = of_field[place].inside(field, offset);
        place += 1;
    }
    count + place
}

/// The tensors of a layer. How many they are can depend on type parameters, on
/// which the length of an array cannot; so there is room for some more.
pub struct TensorTable {
    tensors: [TensorInfo; TensorTable::MOST],
    count: usize,
}

impl TensorTable {
    const MOST: usize = 32;

    /// The tensors of a struct from those of its fields: name, offset in bytes and
    /// tensors of each, and whether they are buffers.
    pub const fn new<T>(
        fields: &[(&'static str, usize, &'static [TensorInfo], bool)],
    ) -> TensorTable {
        let mut table =
            TensorTable { tensors: [TensorInfo::new(Kind::Bias, &[]); Self::MOST], count: 0 };
        let mut place = 0;
        while place < fields.len() {
            let (field, offset, of_field, is_buffer) = fields[place];
            let from = table.count;
            table.count =
                gather(&mut table.tensors, from, field, offset / size_of::<T>(), of_field);
            let mut tensor = from;
            while is_buffer && tensor < table.count {
                table.tensors[tensor] = table.tensors[tensor].as_buffer();
                tensor += 1;
            }
            place += 1;
        }
        table
    }

    /// Those tensors that there are.
    pub const fn as_slice(&self) -> &[TensorInfo] {
        self.tensors.split_at(self.count).0
    }
}

/// A text put together while compiling, where there is no `format!`.
struct Message {
    bytes: [u8; 1024],
    len: usize,
}

impl Message {
    const fn new() -> Message {
        Message { bytes: [0; 1024], len: 0 }
    }

    /// Appends `text`, as far as there is room.
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
            // Cut in the middle of a character: a size of hundreds of letters.
            Err(_) => "the sizes of two layers differ",
        }
    }
}
