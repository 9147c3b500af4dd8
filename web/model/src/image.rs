//! The images that the network sees, in the style of MNIST.
//!
//! The digits that ship with the page, and drawings, are ink in 8 × 8 cells at first. Both are scaled
//! to 20 × 20 pixels, and placed in a field of 28 × 28 with their center of mass in the middle.

/// Number of cells on a side.
pub const CELLS: usize = 8;

/// Number of pixels on a side.
pub const FIELD: usize = 28;

/// Number of pixels.
pub const PIXELS: usize = FIELD * FIELD;

const BOX: usize = 20;

/// The ink in the cells, row by row, from 0 to 1.
pub type Ink = [f32; CELLS * CELLS];

/// The brightness of the pixels, row by row, from 0 to 1.
pub type Image = [f32; PIXELS];

/// Renders ink as an image.
pub fn render(ink: &Ink) -> Image {
    let mut scaled = [[0.0; BOX]; BOX];
    for (y, row) in scaled.iter_mut().enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            *value = bilinear(ink, y, x);
        }
    }
    let (top, left) = centred(&scaled);
    let mut image = [0.0; PIXELS];
    for (y, row) in scaled.iter().enumerate() {
        let start = (top + y) * FIELD + left;
        image[start..start + BOX].copy_from_slice(row);
    }
    image
}

/// The ink at a pixel of the box, interpolated between the centers of four cells.
fn bilinear(ink: &Ink, y: usize, x: usize) -> f32 {
    let ((above, below, down), (before, after, along)) = (neighbours(y), neighbours(x));
    let cell = |row: usize, column: usize| ink[row * CELLS + column];
    let mix = |from: f32, to: f32, share: f32| from + (to - from) * share;
    mix(
        mix(cell(above, before), cell(above, after), along),
        mix(cell(below, before), cell(below, after), along),
        down,
    )
}

/// The cells on both sides of a pixel's center, and the weight of the second.
fn neighbours(pixel: usize) -> (usize, usize, f32) {
    let last = CELLS - 1;
    let position = (pixel as f32 + 0.5) * CELLS as f32 / BOX as f32 - 0.5;
    let position = position.clamp(0.0, last as f32);
    let first = position as usize;
    (first, (first + 1).min(last), position.fract())
}

/// The position of the box whose center of mass is that of the field.
fn centred(scaled: &[[f32; BOX]; BOX]) -> (usize, usize) {
    let (mut mass, mut down, mut along) = (0.0, 0.0, 0.0);
    for (y, row) in scaled.iter().enumerate() {
        for (x, &value) in row.iter().enumerate() {
            mass += value;
            down += value * y as f32;
            along += value * x as f32;
        }
    }
    let middle = (FIELD - 1) as f32 / 2.0;
    // Without ink there is no center of mass: 0 / 0 becomes offset 0.
    let offset = |moment: f32| (middle - moment / mass).round().clamp(0.0, (FIELD - BOX) as f32);
    (offset(down) as usize, offset(along) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_cells_fill_the_box_in_the_middle() {
        let image = render(&[1.0; CELLS * CELLS]);
        let is_inside = |place: usize| (4..24).contains(&place);
        for (index, &pixel) in image.iter().enumerate() {
            let expected = is_inside(index / FIELD) && is_inside(index % FIELD);
            assert_eq!(pixel, f32::from(u8::from(expected)), "pixel {index}");
        }
    }

    #[test]
    fn ink_in_a_corner_is_moved_to_the_middle() {
        let mut ink = [0.0; CELLS * CELLS];
        ink[0] = 1.0;
        let image = render(&ink);
        let mass: f32 = image.iter().sum();
        let down = image.iter().enumerate().map(|(index, ink)| (index / FIELD) as f32 * ink);
        // The box reaches 8 pixels from its place in the middle at most, and rounding is half a pixel.
        assert!((down.sum::<f32>() / mass - 13.5).abs() < 4.0, "{}", mass);
        assert_eq!(render(&[0.0; CELLS * CELLS]), [0.0; PIXELS]);
    }
}
