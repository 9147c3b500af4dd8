//! Texts with their translations, a line each, such as `16+75  _91  `.

use std::error::Error;
use std::fs;
use std::path::Path;

/// The characters of texts, in the order of their indices.
#[derive(Clone, Copy, Debug)]
pub struct Alphabet(pub &'static str);

/// A text and its translation, as indices of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<const TEXT: usize, const TRANSLATION: usize> {
    /// The text.
    pub text: [u8; TEXT],
    /// Its translation.
    pub translation: [u8; TRANSLATION],
}

impl Alphabet {
    /// The indices of characters, filled up with those of spaces. `None` if the text is empty, too long,
    /// or has other characters.
    pub fn indices<const N: usize>(self, text: &str) -> Option<[u8; N]> {
        let text = text.trim_end();
        let mut indices = [self.0.find(' ')? as u8; N];
        for (at, character) in text.chars().enumerate() {
            *indices.get_mut(at)? = self.0.find(character)? as u8;
        }
        (!text.is_empty()).then_some(indices)
    }

    /// The characters of indices.
    pub fn text(self, indices: &[u8]) -> String {
        indices.iter().map(|&index| char::from(self.0.as_bytes()[usize::from(index)])).collect()
    }

    /// Reads a line. Spaces at the end of both texts can be left out.
    pub fn pair<const W: usize, const T: usize>(self, line: &str) -> Option<Pair<W, T>> {
        let (text, translation) = line.split_once('_')?;
        Some(Pair { text: self.indices(text)?, translation: self.indices(translation)? })
    }

    /// Reads the lines of a file.
    ///
    /// # Errors
    ///
    /// If there are fewer than 10 lines, or one of them is not like `example`.
    pub fn read<const W: usize, const T: usize>(
        self,
        path: &Path,
        example: &str,
    ) -> Result<Vec<Pair<W, T>>, Box<dyn Error>> {
        let pair = |(at, line): (usize, &str)| {
            let number = at + 1;
            self.pair(line)
                .ok_or_else(|| format!("line {number}: expected {example}, found `{line}`"))
        };
        let text = fs::read_to_string(path)?;
        let pairs: Vec<_> = text.lines().enumerate().map(pair).collect::<Result<_, _>>()?;
        match pairs.len() {
            10.. => Ok(pairs),
            found => Err(format!("expected at least 10 lines, found {found}").into()),
        }
    }
}

/// Reads the number of lines to draw, for the command line.
///
/// # Errors
///
/// If it is not an integer from 10 to `MOST`.
pub fn count<const MOST: usize>(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if (10..=MOST).contains(&count) => Ok(count),
        _ => Err(format!("expected an integer from 10 to {MOST}")),
    }
}
