//! The 1,797 handwritten digits of `examples/data`.

use std::io::Read;

use flate2::read::GzDecoder;

use crate::error::Error;
use crate::image::{CELLS, Image, Ink, render};

const PACKED: &[u8] = include_bytes!("../../../examples/data/digits.csv.gz");

/// The first of every group of this many digits is held out.
const HELD_OUT_OF: usize = 5;

const MOST_INK: u8 = 16;

/// Images and the digits in them.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    pub images: Vec<Image>,
    pub labels: Vec<u8>,
}

/// The digits to train on (1,437), and those held out (360).
#[derive(Clone, Debug, Default)]
pub struct Sets {
    pub training: Samples,
    pub held_out: Samples,
}

impl Sets {
    /// Unpacks all digits.
    pub fn load() -> Result<Sets, Error> {
        let mut text = String::new();
        GzDecoder::new(PACKED).read_to_string(&mut text).map_err(|_| Error::Digits { line: 0 })?;
        let mut sets = Sets::default();
        for (index, line) in text.lines().enumerate() {
            let (ink, label) = parse(line).ok_or(Error::Digits { line: index + 1 })?;
            let set = match index % HELD_OUT_OF {
                0 => &mut sets.held_out,
                _ => &mut sets.training,
            };
            set.images.push(render(&ink));
            set.labels.push(label);
        }
        Ok(sets)
    }
}

/// Parses the ink in the cells, from 0 to 16, and the digit.
fn parse(line: &str) -> Option<(Ink, u8)> {
    let numbers: Result<Vec<u8>, _> = line.split(',').map(str::parse).collect();
    let numbers = numbers.ok()?;
    let (ink, &[digit]) = numbers.split_first_chunk::<{ CELLS * CELLS }>()? else {
        return None;
    };
    let is_valid = ink.iter().all(|&ink| ink <= MOST_INK) && digit <= 9;
    is_valid.then_some((ink.map(|ink| f32::from(ink) / f32::from(MOST_INK)), digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fifth_digit_is_held_out() {
        let sets = Sets::load().unwrap();
        assert_eq!((sets.training.labels.len(), sets.held_out.labels.len()), (1437, 360));
        // The file begins 0, 1, 2, … 9, 0, 1, …
        assert_eq!(sets.held_out.labels[..3], [0, 5, 0]);
        assert_eq!(sets.training.labels[..5], [1, 2, 3, 4, 6]);
    }

    #[test]
    fn lines_that_are_no_digit_are_rejected() {
        let cells = "0,".repeat(64);
        assert!(parse(&format!("{cells}9")).is_some());
        for digit in ["10", "", "x", "9,1"] {
            assert!(parse(&format!("{cells}{digit}")).is_none(), "{digit}");
        }
        assert!(parse(&format!("17,{}9", "0,".repeat(63))).is_none());
    }
}
