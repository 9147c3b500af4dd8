//! The header of a file, read at compile time. `header` reads it at run time, with a `BTreeMap`,
//! which const evaluation does not have.

use super::number::Dtype;
use crate::params::tensor::is_same;

/// The metadata key of the network's signature.
pub(super) const SIGNATURE: &str = "chainrule.signature";

/// Maximum number of tensors in a file, and of axes of a tensor.
const TENSORS: usize = 1024;
const AXES: usize = 8;

/// The text between two positions in the header.
#[derive(Clone, Copy)]
pub(super) struct Range {
    start: usize,
    end: usize,
}

/// A tensor of a file. Positions are in bytes.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    name: Range,
    dtype: Range,
    shape: [usize; AXES],
    axes: usize,
    /// The first byte and the end of its numbers, after the header.
    start: usize,
    end: usize,
}

/// An error in a header, at byte `at` of it.
#[derive(Clone, Copy)]
pub(super) struct Problem {
    pub(super) problem: &'static str,
    pub(super) at: usize,
}

/// All tensors of a file.
pub(super) struct Header<'a> {
    text: &'a [u8],
    /// The bytes after the header.
    pub(super) data: &'a [u8],
    entries: [Entry; TENSORS],
    pub(super) count: usize,
    signature: Option<Range>,
}

/// `?`, which const functions do not have.
macro_rules! attempt {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(problem) => return Err(problem),
        }
    };
}

impl<'a> Header<'a> {
    /// Reads the header of `file`, and checks that its tensors are contiguous.
    pub(super) const fn read(file: &'a [u8]) -> Result<Header<'a>, Problem> {
        let Some((length, rest)) = file.split_first_chunk::<8>() else {
            return Err(Problem { problem: "a file that ends early", at: 0 });
        };
        let length = u64::from_le_bytes(*length);
        if length > rest.len() as u64 {
            return Err(Problem { problem: "a header that exceeds the file", at: 8 });
        }
        let (text, data) = rest.split_at(length as usize);
        let nothing = Range { start: 0, end: 0 };
        let entry =
            Entry { name: nothing, dtype: nothing, shape: [0; AXES], axes: 0, start: 0, end: 0 };
        let mut header =
            Header { text, data, entries: [entry; TENSORS], count: 0, signature: None };
        let mut cursor = Cursor { text, at: 0 };
        attempt!(cursor.expect(b'{', "expected `{`"));
        while !cursor.accept(b'}') {
            let name = attempt!(cursor.key());
            if is_same(name.of(text), b"__metadata__") {
                header.signature = attempt!(signature(&mut cursor));
            } else if header.count == TENSORS {
                return Err(cursor.problem("more than 1024 tensors"));
            } else {
                header.entries[header.count] = attempt!(entry_of(&mut cursor, name));
                header.count += 1;
            }
            attempt!(cursor.separator(b'}', "expected `,` or `}`"));
        }
        attempt!(header.check_places(&cursor));
        Ok(header)
    }

    /// Checks that the tensors are contiguous, and that each has as many bytes as its shape.
    const fn check_places(&self, cursor: &Cursor<'_>) -> Result<(), Problem> {
        let (mut at, mut total) = (0, 0);
        while at < self.count {
            let entry = &self.entries[at];
            if entry.start > entry.end || entry.end > self.data.len() {
                return Err(cursor.problem("the numbers of a tensor are not in the file"));
            }
            let mut other = 0;
            while other < at {
                let other_entry = &self.entries[other];
                if entry.start < other_entry.end && other_entry.start < entry.end {
                    return Err(cursor.problem("two tensors overlap"));
                }
                other += 1;
            }
            if let Some(dtype) = Dtype::named(self.dtype(at)) {
                let bytes = entry.len() as u128 * dtype.bytes() as u128;
                if bytes != (entry.end - entry.start) as u128 {
                    return Err(cursor.problem("the bytes of a tensor do not match its shape"));
                }
            }
            total += entry.end - entry.start;
            at += 1;
        }
        match total == self.data.len() {
            true => Ok(()),
            false => Err(cursor.problem("the file does not end where its tensors do")),
        }
    }

    pub(super) const fn name(&self, at: usize) -> &'a [u8] {
        self.entries[at].name.of(self.text)
    }

    pub(super) const fn dtype(&self, at: usize) -> &'a [u8] {
        self.entries[at].dtype.of(self.text)
    }

    pub(super) const fn shape(&self, at: usize) -> &[usize] {
        self.entries[at].shape.split_at(self.entries[at].axes).0
    }

    /// The bytes of a tensor's numbers.
    pub(super) const fn numbers(&self, at: usize) -> &'a [u8] {
        let Entry { start, end, .. } = self.entries[at];
        self.data.split_at(end).0.split_at(start).1
    }

    /// The signature of the network that wrote the file.
    pub(super) const fn signature(&self) -> Option<&'a [u8]> {
        match self.signature {
            Some(signature) => Some(signature.of(self.text)),
            None => None,
        }
    }
}

impl Entry {
    /// Number of elements. Saturates, since a shape may be anything.
    const fn len(&self) -> usize {
        let (mut len, mut axis) = (1_usize, 0);
        while axis < self.axes {
            len = len.saturating_mul(self.shape[axis]);
            axis += 1;
        }
        len
    }
}

impl Range {
    const fn of(self, text: &[u8]) -> &[u8] {
        text.split_at(self.end).0.split_at(self.start).1
    }
}

/// `{"key": "text", …}`: the text of the signature.
const fn signature(cursor: &mut Cursor<'_>) -> Result<Option<Range>, Problem> {
    let mut signature = None;
    if cursor.accept(b'n') {
        // `null`, of which the first letter was accepted.
        cursor.at += 3;
        return Ok(None);
    }
    attempt!(cursor.expect(b'{', "expected `{`"));
    while !cursor.accept(b'}') {
        let key = attempt!(cursor.key());
        let text = attempt!(cursor.string());
        if is_same(key.of(cursor.text), SIGNATURE.as_bytes()) {
            signature = Some(text);
        }
        attempt!(cursor.separator(b'}', "expected `,` or `}`"));
    }
    Ok(signature)
}

/// `{"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}`.
const fn entry_of(cursor: &mut Cursor<'_>, name: Range) -> Result<Entry, Problem> {
    let (mut dtype, mut shape, mut offsets) = (None, None, None);
    attempt!(cursor.expect(b'{', "expected `{`"));
    while !cursor.accept(b'}') {
        let key = attempt!(cursor.key()).of(cursor.text);
        match key {
            b"dtype" => dtype = Some(attempt!(cursor.string())),
            b"shape" => shape = Some(attempt!(cursor.numbers())),
            b"data_offsets" => offsets = Some(attempt!(cursor.numbers())),
            _ => return Err(cursor.problem("expected `dtype`, `shape` or `data_offsets`")),
        }
        attempt!(cursor.separator(b'}', "expected `,` or `}`"));
    }
    match (dtype, shape, offsets) {
        (Some(dtype), Some((shape, axes)), Some((offsets, 2))) => {
            Ok(Entry { name, dtype, shape, axes, start: offsets[0], end: offsets[1] })
        }
        _ => Err(cursor.problem("expected `dtype`, `shape` and `data_offsets`")),
    }
}

/// A position in a text of JSON.
struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    const fn problem(&self, problem: &'static str) -> Problem {
        Problem { problem, at: self.at }
    }

    const fn skip_spaces(&mut self) {
        while self.at < self.text.len()
            && matches!(self.text[self.at], b' ' | b'\t' | b'\n' | b'\r')
        {
            self.at += 1;
        }
    }

    /// Whether `byte` is next, after spaces; consumes it if so.
    const fn accept(&mut self, byte: u8) -> bool {
        self.skip_spaces();
        let found = self.at < self.text.len() && self.text[self.at] == byte;
        if found {
            self.at += 1;
        }
        found
    }

    const fn expect(&mut self, byte: u8, problem: &'static str) -> Result<(), Problem> {
        if self.accept(byte) { Ok(()) } else { Err(self.problem(problem)) }
    }

    /// A comma, or `close`, which stays.
    const fn separator(&mut self, close: u8, problem: &'static str) -> Result<(), Problem> {
        if self.accept(b',') {
            return Ok(());
        }
        attempt!(self.expect(close, problem));
        self.at -= 1;
        Ok(())
    }

    /// `"name":`.
    const fn key(&mut self) -> Result<Range, Problem> {
        let key = attempt!(self.string());
        attempt!(self.expect(b':', "expected `:`"));
        Ok(key)
    }

    /// `"text"`, with escape sequences as they are: names of tensors have none.
    const fn string(&mut self) -> Result<Range, Problem> {
        attempt!(self.expect(b'"', "expected a string"));
        let start = self.at;
        while self.at < self.text.len() {
            match self.text[self.at] {
                b'"' => {
                    self.at += 1;
                    return Ok(Range { start, end: self.at - 1 });
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        Err(self.problem("unterminated string"))
    }

    /// `[2, 3]`, and how many numbers there are.
    const fn numbers(&mut self) -> Result<([usize; AXES], usize), Problem> {
        let (mut numbers, mut count) = ([0; AXES], 0);
        attempt!(self.expect(b'[', "expected `[`"));
        while !self.accept(b']') {
            if count == AXES {
                return Err(self.problem("more than 8 axes"));
            }
            numbers[count] = attempt!(self.number());
            count += 1;
            attempt!(self.separator(b']', "expected `,` or `]`"));
        }
        Ok((numbers, count))
    }

    const fn number(&mut self) -> Result<usize, Problem> {
        self.skip_spaces();
        let (start, mut number) = (self.at, 0_usize);
        while self.at < self.text.len() && self.text[self.at].is_ascii_digit() {
            let digit = (self.text[self.at] - b'0') as usize;
            number = match number.checked_mul(10) {
                Some(number) => number.saturating_add(digit),
                None => return Err(self.problem("number too large")),
            };
            self.at += 1;
        }
        match self.at == start {
            true => Err(self.problem("expected a nonnegative integer")),
            false => Ok(number),
        }
    }
}
