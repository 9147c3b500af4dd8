//! The part of JSON (RFC 8259) that a header uses: objects, strings, arrays and whole numbers.
//! Nesting is determined by the calling code, so input cannot cause deep recursion. The depth of
//! skipped values is limited.

use super::error::Error;

/// Formats `text` as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\0'..' ' => quoted.push_str(&format!("\\u{:04x}", character as u32)),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// A position in a text.
pub(super) struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Creates a cursor at the beginning of `text`.
    pub(super) fn new(text: &'a [u8]) -> Cursor<'a> {
        Cursor { text, at: 0 }
    }

    /// An error at this position.
    pub(super) fn problem(&self, problem: &'static str) -> Error {
        Error::Header { problem, at: self.at }
    }

    /// `{"key": value, …}`, where `value` parses what follows a key.
    pub(super) fn object(
        &mut self,
        mut value: impl FnMut(&mut Self, String) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.expect(b'{', "expected `{`")?;
        self.items(b'}', "expected `,` or `}`", |cursor| {
            let key = cursor.string()?;
            cursor.expect(b':', "expected `:`")?;
            value(cursor, key)
        })
    }

    /// `[item, …]`.
    pub(super) fn array(
        &mut self,
        item: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.expect(b'[', "expected `[`")?;
        self.items(b']', "expected `,` or `]`", item)
    }

    /// Items separated by commas, up to `close`.
    fn items(
        &mut self,
        close: u8,
        problem: &'static str,
        mut item: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.accept(close) {
            return Ok(());
        }
        loop {
            item(self)?;
            if self.accept(close) {
                return Ok(());
            }
            self.expect(b',', problem)?;
        }
    }

    /// A nonnegative integer.
    pub(super) fn number(&mut self) -> Result<u64, Error> {
        self.skip_spaces();
        let digits = self.digits();
        if digits == 0 {
            return Err(self.problem("expected a nonnegative integer"));
        }
        let number =
            self.text[self.at..self.at + digits].iter().try_fold(0_u64, |number, digit| {
                number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
            });
        let number = number.ok_or_else(|| self.problem("number too large"))?;
        self.at += digits;
        Ok(number)
    }

    /// Whether `null` is next; consumes it if so.
    pub(super) fn null(&mut self) -> bool {
        self.accept_word("null")
    }

    /// Skips a value of any kind, in which arrays and objects are nested no deeper than `depth`.
    pub(super) fn skip(&mut self, depth: usize) -> Result<(), Error> {
        self.skip_spaces();
        let first = self.text.get(self.at).copied();
        match (first, depth.checked_sub(1)) {
            (Some(b'{' | b'['), None) => Err(self.problem("nesting too deep")),
            (Some(b'{'), Some(depth)) => self.object(|cursor, _| cursor.skip(depth)),
            (Some(b'['), Some(depth)) => self.array(|cursor| cursor.skip(depth)),
            (Some(b'"'), _) => self.string().map(drop),
            _ if ["null", "true", "false"].iter().any(|word| self.accept_word(word)) => Ok(()),
            _ => self.skip_number(),
        }
    }

    /// Skips a number of any kind, such as `-1.5e+3`.
    fn skip_number(&mut self) -> Result<(), Error> {
        self.accept_at(b"-");
        self.skip_digits()?;
        if self.accept_at(b".") {
            self.skip_digits()?;
        }
        if self.accept_at(b"eE") {
            self.accept_at(b"+-");
            self.skip_digits()?;
        }
        Ok(())
    }

    /// Skips one or more digits.
    fn skip_digits(&mut self) -> Result<(), Error> {
        let digits = self.digits();
        self.at += digits;
        if digits > 0 { Ok(()) } else { Err(self.problem("expected a value")) }
    }

    /// Number of digits at this position.
    fn digits(&self) -> usize {
        self.text[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// `"text"`.
    pub(super) fn string(&mut self) -> Result<String, Error> {
        self.expect(b'"', "expected a string")?;
        let mut string = Vec::new();
        loop {
            match self.next() {
                Some(b'"') => break,
                Some(b'\\') => {
                    let character = self.escape()?;
                    string.extend(character.encode_utf8(&mut [0; 4]).bytes());
                }
                Some(byte) if byte >= b' ' => string.push(byte),
                _ => return Err(self.problem("unterminated string")),
            }
        }
        String::from_utf8(string).map_err(|_| self.problem("string is not UTF-8"))
    }

    /// The rest of an escape sequence after the backslash.
    fn escape(&mut self) -> Result<char, Error> {
        let unknown = self.problem("unknown escape sequence");
        Ok(match self.next() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.code_point(),
            _ => return Err(unknown),
        })
    }

    /// The rest of an escape sequence after `\u`: four digits, or a surrogate pair.
    fn code_point(&mut self) -> Result<char, Error> {
        let mut code = self.four_digits()?;
        if (0xd800..0xdc00).contains(&code) && self.text[self.at..].starts_with(b"\\u") {
            self.at += 2;
            let low = self.four_digits()?;
            // Anything other than a low surrogate results in an invalid character.
            let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400).unwrap_or(u32::MAX >> 1);
            code = 0x10000 + ((code - 0xd800) << 10) + low;
        }
        char::from_u32(code).ok_or_else(|| self.problem("unknown escape sequence"))
    }

    /// Four hexadecimal digits.
    fn four_digits(&mut self) -> Result<u32, Error> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.next().and_then(|byte| char::from(byte).to_digit(16));
            code = code * 16 + digit.ok_or_else(|| self.problem("unknown escape sequence"))?;
        }
        Ok(code)
    }

    /// Checks that only spaces remain.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        self.skip_spaces();
        if self.at == self.text.len() {
            Ok(())
        } else {
            Err(self.problem("expected the end of the header"))
        }
    }

    fn expect(&mut self, byte: u8, problem: &'static str) -> Result<(), Error> {
        if self.accept(byte) { Ok(()) } else { Err(self.problem(problem)) }
    }

    /// Whether `byte` is next, after spaces; consumes it if so.
    fn accept(&mut self, byte: u8) -> bool {
        self.skip_spaces();
        let found = self.text.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    /// Whether `word` is next, after spaces; consumes it if so.
    fn accept_word(&mut self, word: &str) -> bool {
        self.skip_spaces();
        let found = self.text[self.at..].starts_with(word.as_bytes());
        self.at += if found { word.len() } else { 0 };
        found
    }

    /// Whether one of `bytes` is next, without spaces; consumes it if so.
    fn accept_at(&mut self, bytes: &[u8]) -> bool {
        let found = self.text.get(self.at).is_some_and(|byte| bytes.contains(byte));
        self.at += usize::from(found);
        found
    }

    fn skip_spaces(&mut self) {
        let rest = self.text[self.at..].iter();
        self.at += rest.take_while(|byte| b" \t\n\r".contains(byte)).count();
    }

    fn next(&mut self) -> Option<u8> {
        let byte = *self.text.get(self.at)?;
        self.at += 1;
        Some(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> Result<String, String> {
        Cursor::new(text.as_bytes()).string().map_err(|error| error.to_string())
    }

    #[test]
    fn strings() {
        assert_eq!(string(r#" "a\"\\\/\n\u00e9\ud83d\ude00é" "#), Ok("a\"\\/\né😀é".to_owned()));
        for wrong in [r#""a"#, r#""\x""#, r#""\ud83d""#, r#""\ud83d\u0041""#, "\"\n\"", "a", ""] {
            assert!(string(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn quoted_strings_are_read_back() {
        for text in ["", "affine1.weight", "a\"b\\c\n\u{1}é😀"] {
            assert_eq!(string(&quoted(text)), Ok(text.to_owned()));
        }
    }

    #[test]
    fn numbers() {
        let number = |text: &str| Cursor::new(text.as_bytes()).number().ok();
        assert_eq!(number(" 18446744073709551615"), Some(u64::MAX));
        assert_eq!(number("18446744073709551616"), None);
        assert_eq!(number("-1"), None);
    }

    #[test]
    fn values_that_are_passed_over() {
        let rest = |text: &str, depth| {
            let mut cursor = Cursor::new(text.as_bytes());
            cursor.skip(depth).and_then(|()| cursor.end()).map_err(|error| error.to_string())
        };
        for value in [
            "0",
            "-1",
            "1.5",
            "2e9",
            "-0.25E-3",
            "1e+5",
            "null",
            "true",
            " false ",
            r#""a\"b""#,
            "[]",
            "{}",
            "[1, [2], {}]",
            r#"{"a": [null, {"b": "c"}], "a": 1}"#,
        ] {
            assert_eq!(rest(value, 3), Ok(()), "{value}");
        }
        for wrong in
            ["", "-", ".5", "1.", "1e", "nul", "truely", "[1", "[1,]", "{1: 2}", r#"{"a"}"#, "+1"]
        {
            assert!(rest(wrong, 3).is_err(), "{wrong}");
        }
        assert!(rest("[[[[]]]]", 4).is_ok());
        let deep = rest("[[[[]]]]", 3).unwrap_err();
        assert!(deep.contains("nesting too deep at byte 3"), "{deep}");
        assert!(rest(&"[".repeat(1_000_000), 100).is_err());
    }
}
