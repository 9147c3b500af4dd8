//! Drawings as ink in cells, made as those of the data set: a bitmap of 32 × 32, of which each cell
//! counts 4 × 4 dots.
//!
//! A drawing is strokes, not pixels, so that it can be scaled before the pen has a width. A small
//! drawing thus has the strokes of a large one.

use crate::digits::{CELLS, Ink, MOST_INK};
use crate::error::Error;
use crate::image::{Image, render};

/// Number of dots on a side of a cell.
const DOTS: usize = 4;
const _: () = assert!(DOTS * DOTS == MOST_INK as usize);

/// Number of dots on a side of the bitmap.
const SIDE: usize = CELLS * DOTS;

/// Half the width of the pen, in dots. Digits then have about as much ink as those of the data set, and
/// slanted, turned and stretched drawings are recognised more often than with a thin pen.
const PEN: f32 = 2.8;

/// The smallest side of a drawing that is scaled to the full bitmap, as a part of the paper's side.
/// A dot stays a dot.
const SMALLEST: f32 = 0.15;

type Point = (f32, f32);

/// Renders strokes as an image, centred and scaled.
///
/// `points` has the coordinates x, y of each point on a paper with side 1, and `lengths` the number
/// of points in each stroke.
///
/// # Errors
///
/// [`Error::Strokes`] if the lengths do not add up, or if a coordinate is not finite.
pub fn image(points: &[f32], lengths: &[u32]) -> Result<Image, Error> {
    let (points, rest) = points.as_chunks::<2>();
    let total: u64 = lengths.iter().map(|&length| u64::from(length)).sum();
    if !rest.is_empty()
        || total != points.len() as u64
        || !points.as_flattened().iter().all(|value| value.is_finite())
    {
        return Err(Error::Strokes { found: points.len() * 2 + rest.len() });
    }
    let points = on_bitmap(points);
    let mut dots = [[false; SIDE]; SIDE];
    let mut after = &points[..];
    for &length in lengths {
        let (stroke, others) = after.split_at(length as usize);
        draw(stroke, &mut dots);
        after = others;
    }
    Ok(render(&counts(&dots)))
}

/// Moves and scales points, so that they and the pen fill the bitmap in one direction, and are in its
/// middle in the other.
fn on_bitmap(points: &[[f32; 2]]) -> Vec<Point> {
    let mut bounds = [(f32::INFINITY, f32::NEG_INFINITY); 2];
    for point in points {
        for ((low, high), &value) in bounds.iter_mut().zip(point) {
            (*low, *high) = (low.min(value), high.max(value));
        }
    }
    let [(left, right), (top, bottom)] = bounds;
    let side = (right - left).max(bottom - top).max(SMALLEST);
    let scale = (SIDE as f32 - 2.0 * PEN) / side;
    let place =
        |value: f32, low: f32, high: f32| (value - (low + high) / 2.0) * scale + SIDE as f32 / 2.0;
    points.iter().map(|&[x, y]| (place(x, left, right), place(y, top, bottom))).collect()
}

/// Draws a stroke. One of a single point is a dot.
fn draw(stroke: &[Point], dots: &mut [[bool; SIDE]; SIDE]) {
    if let &[point] = stroke {
        draw_line(point, point, dots);
    }
    for ends in stroke.windows(2) {
        draw_line(ends[0], ends[1], dots);
    }
}

fn draw_line(from: Point, to: Point, dots: &mut [[bool; SIDE]; SIDE]) {
    let range = |a: f32, b: f32| {
        let (low, high) = (a.min(b) - PEN, a.max(b) + PEN);
        (low.max(0.0) as usize)..(high.ceil().clamp(0.0, SIDE as f32) as usize)
    };
    for y in range(from.1, to.1) {
        for x in range(from.0, to.0) {
            let center = (x as f32 + 0.5, y as f32 + 0.5);
            dots[y][x] |= squared_distance(center, from, to) <= PEN * PEN;
        }
    }
}

/// The square of the distance between a point and a line from `from` to `to`.
fn squared_distance(point: Point, from: Point, to: Point) -> f32 {
    let (along, across) = (to.0 - from.0, to.1 - from.1);
    let (x, y) = (point.0 - from.0, point.1 - from.1);
    let length = along * along + across * across;
    let share =
        if length > 0.0 { ((x * along + y * across) / length).clamp(0.0, 1.0) } else { 0.0 };
    let (dx, dy) = (x - share * along, y - share * across);
    dx * dx + dy * dy
}

/// The number of black dots in each cell.
fn counts(dots: &[[bool; SIDE]; SIDE]) -> Ink {
    let mut ink = [0; CELLS * CELLS];
    for (y, row) in dots.iter().enumerate() {
        for (x, &dot) in row.iter().enumerate() {
            ink[y / DOTS * CELLS + x / DOTS] += u8::from(dot);
        }
    }
    ink
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A seven, `scale` times as large and moved by `by`.
    fn seven(scale: f32, by: f32) -> Vec<f32> {
        [0.0, 0.0, 0.6, 0.0, 0.2, 1.0].iter().map(|value| value * scale + by).collect()
    }

    #[test]
    fn size_and_place_on_the_paper_do_not_matter() {
        let large = image(&seven(0.9, 0.05), &[3]).unwrap();
        let small = image(&seven(0.25, 0.5), &[3]).unwrap();
        let apart = large.iter().zip(&small).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        // Rounding moves a few of the 16 dots of a cell.
        assert!(apart < 0.2, "{apart}");
    }

    #[test]
    fn no_stroke_is_an_empty_image_and_a_point_is_a_small_one() {
        assert!(image(&[], &[]).unwrap().iter().all(|&ink| ink == 0.0));
        let dot: f32 = image(&[0.5, 0.5], &[1]).unwrap().iter().sum();
        assert!((1.0..30.0).contains(&dot), "{dot}");
    }

    #[test]
    fn strokes_are_not_connected() {
        let points = [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
        let sum = |lengths: &[u32]| image(&points, lengths).unwrap().iter().sum::<f32>();
        assert!(sum(&[2, 2]) + 10.0 < sum(&[4]));
    }

    #[test]
    fn wrong_strokes_are_errors() {
        for (points, lengths) in [
            (&[0.0, 0.0][..], &[2][..]),
            (&[0.0], &[1]),
            (&[0.0, f32::NAN], &[1]),
            (&[0.0, f32::INFINITY], &[1]),
            (&[0.0, 0.0], &[u32::MAX, 2]),
        ] {
            assert!(image(points, lengths).is_err(), "{points:?} {lengths:?}");
        }
    }
}
