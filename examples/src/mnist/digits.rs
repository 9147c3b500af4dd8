//! The 1,797 digits shipped with the examples, rendered in the style of MNIST.
//!
//! They consist of 8 × 8 cells with 0 to 16 units of ink. As in MNIST, each is scaled to 20 × 20
//! pixels and placed in a field of 28 × 28, with its center of mass in the middle. See
//! `data/README.md` for their source and license.
//!
//! This file is also a module of the page in `web/`, which has no other crates than the library.

use std::io::Read;

use chainrule::data::idx;

use super::Error;

const PACKED: &[u8] = include_bytes!("../../data/digits.csv.gz");

/// The first of every group of this many digits is in the test set.
const HELD_OUT_OF: usize = 5;

/// Number of cells on a side.
pub(crate) const CELLS: usize = 8;

/// The ink of a full cell.
pub(crate) const MOST_INK: u8 = 16;

/// Number of pixels on a side.
pub(crate) const FIELD: usize = 28;

const PIXELS: usize = FIELD * FIELD;
const BOX: usize = 20;

/// The ink in the cells, row by row.
pub(crate) type Ink = [u8; CELLS * CELLS];

/// Images, and the digits in them.
#[derive(Default)]
pub(crate) struct Digits {
    pub(crate) pixels: Vec<[u8; PIXELS]>,
    pub(crate) labels: Vec<u8>,
}

/// The training set (1,437 digits) and the test set (360, every fifth digit).
pub(crate) fn load() -> Result<(Digits, Digits), Error> {
    let (mut train, mut test) = (Digits::default(), Digits::default());
    for (index, line) in unpacked()?.lines().enumerate() {
        let set = match index % HELD_OUT_OF {
            0 => &mut test,
            _ => &mut train,
        };
        let (ink, digit) = parse(line).ok_or(Error::Shipped { line: index + 1 })?;
        set.pixels.push(render(&ink));
        set.labels.push(digit);
    }
    Ok((train, test))
}

fn unpacked() -> Result<String, Error> {
    let mut text = String::new();
    match idx::unpacked(PACKED).and_then(|mut reader| reader.read_to_string(&mut text)) {
        Ok(_) => Ok(text),
        Err(_) => Err(Error::Shipped { line: 1 }),
    }
}

/// Parses the ink in the cells, row by row, and the digit.
fn parse(line: &str) -> Option<(Ink, u8)> {
    let numbers: Result<Vec<u8>, _> = line.split(',').map(str::parse).collect();
    let numbers = numbers.ok()?;
    let (ink, &[digit]) = numbers.split_first_chunk()? else {
        return None;
    };
    let valid = ink.iter().all(|&ink| ink <= MOST_INK) && digit <= 9;
    valid.then_some((*ink, digit))
}

/// Renders 8 × 8 cells as 28 × 28 pixels.
pub(crate) fn render(ink: &Ink) -> [u8; PIXELS] {
    let mut scaled = [[0.0; BOX]; BOX];
    for (y, row) in scaled.iter_mut().enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            *value = bilinear(ink, y, x);
        }
    }
    let (top, left) = centred(&scaled);
    let mut field = [0; PIXELS];
    for (y, row) in scaled.iter().enumerate() {
        for (x, &value) in row.iter().enumerate() {
            field[(top + y) * FIELD + left + x] =
                (value * 255.0 / f64::from(MOST_INK)).round() as u8;
        }
    }
    field
}

/// The ink at a pixel of the 20 × 20 box, interpolated between the centers of four cells.
fn bilinear(ink: &Ink, y: usize, x: usize) -> f64 {
    let ((above, below, down), (before, after, along)) = (neighbours(y), neighbours(x));
    let cell = |row: usize, column: usize| f64::from(ink[row * CELLS + column]);
    let mix = |from: f64, to: f64, share: f64| from + (to - from) * share;
    mix(
        mix(cell(above, before), cell(above, after), along),
        mix(cell(below, before), cell(below, after), along),
        down,
    )
}

/// The cells on both sides of a pixel's center, and the weight of the second.
fn neighbours(pixel: usize) -> (usize, usize, f64) {
    let last = CELLS - 1;
    let position = (pixel as f64 + 0.5) * CELLS as f64 / BOX as f64 - 0.5;
    let position = position.clamp(0.0, last as f64);
    let first = position as usize;
    (first, (first + 1).min(last), position.fract())
}

/// The position of the box whose center of mass is that of the field.
fn centred(scaled: &[[f64; BOX]; BOX]) -> (usize, usize) {
    let (mut mass, mut down, mut along) = (0.0, 0.0, 0.0);
    for (y, row) in scaled.iter().enumerate() {
        for (x, &value) in row.iter().enumerate() {
            mass += value;
            down += value * y as f64;
            along += value * x as f64;
        }
    }
    let middle = (FIELD - 1) as f64 / 2.0;
    // A digit without ink has no center of mass: 0 / 0 is clamped to offset 0.
    let offset = |moment: f64| (middle - moment / mass).round().clamp(0.0, (FIELD - BOX) as f64);
    (offset(down) as usize, offset(along) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fifth_digit_is_held_out() {
        let (train, test) = load().unwrap();
        assert_eq!((train.pixels.len(), test.pixels.len()), (1437, 360));
        // The file begins 0, 1, 2, … 9, 0, 1, …
        assert_eq!(test.labels[..3], [0, 5, 0]);
        assert_eq!(train.labels[..5], [1, 2, 3, 4, 6]);
    }

    #[test]
    fn digits_are_as_bright_as_those_of_mnist() {
        let (train, _) = load().unwrap();
        let pixels = train.pixels.as_flattened();
        let brightest = pixels.iter().max();
        let mean = pixels.iter().map(|&pixel| f64::from(pixel)).sum::<f64>() / pixels.len() as f64;
        assert_eq!(brightest, Some(&255));
        // MNIST's is 33.3; these have wider strokes.
        assert!((25.0..60.0).contains(&mean), "{mean}");
    }

    #[test]
    fn every_digit_is_centred_by_mass() {
        let (train, test) = load().unwrap();
        for image in train.pixels.iter().chain(&test.pixels) {
            let (mut mass, mut down, mut along) = (0.0, 0.0, 0.0);
            for (index, &pixel) in image.iter().enumerate() {
                mass += f64::from(pixel);
                down += f64::from(pixel) * (index / FIELD) as f64;
                along += f64::from(pixel) * (index % FIELD) as f64;
            }
            // Half a pixel from rounding the offset, and a little from rounding the pixels.
            assert!((down / mass - 13.5).abs() < 0.52);
            assert!((along / mass - 13.5).abs() < 0.52);
        }
    }

    #[test]
    fn a_full_grid_fills_the_box_in_the_middle() {
        let field = render(&[MOST_INK; CELLS * CELLS]);
        for (index, &pixel) in field.iter().enumerate() {
            let inside = |place: usize| (4..24).contains(&place);
            let expected = match inside(index / FIELD) && inside(index % FIELD) {
                true => 255,
                false => 0,
            };
            assert_eq!(pixel, expected, "pixel {index}");
        }
    }

    #[test]
    fn symmetric_ink_stays_symmetric() {
        let mut ink = [0; CELLS * CELLS];
        for cell in [27, 28, 35, 36] {
            ink[cell] = MOST_INK;
        }
        let field = render(&ink);
        for (&pixel, &opposite) in field.iter().zip(field.iter().rev()) {
            // A value of exactly one half may be rounded in different directions on the two sides.
            assert!(pixel.abs_diff(opposite) <= 1);
        }
        assert_eq!(field.iter().max(), Some(&255));
    }

    #[test]
    fn lines_that_are_no_digit_are_rejected() {
        let cells = "0,".repeat(64);
        assert!(parse(&format!("{cells}9")).is_some());
        for digit in ["10", "", "x", "9,1"] {
            assert!(parse(&format!("{cells}{digit}")).is_none(), "{digit}");
        }
        assert!(parse(&format!("17,{}9", "0,".repeat(63))).is_none());
        assert!(parse("").is_none());
    }
}
