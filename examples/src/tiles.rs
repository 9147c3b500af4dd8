//! Grey pictures side by side in one picture, for filters and feature maps.

/// The white lines between tiles, in pixels.
const GAP: usize = 4;
const WHITE: u8 = 255;

/// A picture of tiles: one byte for each pixel, from 0 (black) to 255 (white), row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiles {
    /// The width in pixels.
    pub width: usize,
    /// The height in pixels.
    pub height: usize,
    /// `height × width` bytes.
    pub pixels: Vec<u8>,
}

impl Tiles {
    /// Draws images, `height × width` numbers each and one after the other, in rows of `columns`. Each
    /// number is a square of `scale` × `scale` pixels. In each tile the smallest number is black and the
    /// largest is white; a tile of equal numbers is black.
    pub fn of(images: &[f32], [height, width]: [usize; 2], columns: usize, scale: usize) -> Tiles {
        let count = images.len() / (height * width);
        let (tile_height, tile_width) = (height * scale + GAP, width * scale + GAP);
        let mut tiles = Tiles::white(
            columns.min(count) * tile_width + GAP,
            count.div_ceil(columns) * tile_height + GAP,
        );
        for (at, image) in images.chunks_exact(height * width).enumerate() {
            let corner = [at / columns * tile_height + GAP, at % columns * tile_width + GAP];
            tiles.draw(image, width, corner, scale);
        }
        tiles
    }

    /// This picture with another one below it.
    #[must_use]
    pub fn above(&self, other: &Tiles) -> Tiles {
        let mut both =
            Tiles::white(self.width.max(other.width), self.height + 2 * GAP + other.height);
        for (tiles, top) in [(self, 0), (other, self.height + 2 * GAP)] {
            for (y, row) in tiles.pixels.chunks_exact(tiles.width).enumerate() {
                both.pixels[(top + y) * both.width..][..tiles.width].copy_from_slice(row);
            }
        }
        both
    }

    fn white(width: usize, height: usize) -> Tiles {
        Tiles { width, height, pixels: vec![WHITE; height * width] }
    }

    fn draw(&mut self, image: &[f32], width: usize, [top, left]: [usize; 2], scale: usize) {
        let smallest = image.iter().copied().fold(f32::INFINITY, f32::min);
        let largest = image.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        for (at, number) in image.iter().enumerate() {
            // 0 / 0 of equal numbers is NaN, which becomes 0.
            let grey = ((number - smallest) / (largest - smallest) * 255.0).round() as u8;
            let (y, x) = (top + at / width * scale, left + at % width * scale);
            for y in y..y + scale {
                self.pixels[y * self.width + x..][..scale].fill(grey);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tile_has_its_own_greys() {
        let tiles = Tiles::of(&[0.0, 1.0, 0.5, -2.0, -2.0, 2.0], [1, 2], 2, 1);
        assert_eq!((tiles.width, tiles.height), (16, 14));
        let row = |y: usize| &tiles.pixels[y * 16..][..16];
        let mut want = [WHITE; 16];
        (want[4], want[5]) = (0, 255);
        (want[10], want[11]) = (255, 0);
        assert_eq!(row(4), want);
        assert_eq!(row(9)[..6], [WHITE, WHITE, WHITE, WHITE, 0, 255]);
        let black = tiles.pixels.iter().filter(|&&pixel| pixel < WHITE).count();
        assert_eq!(black, 3);
    }

    #[test]
    fn pixels_are_enlarged_and_equal_numbers_are_black() {
        let tiles = Tiles::of(&[7.0; 2], [2, 1], 1, 3);
        assert_eq!((tiles.width, tiles.height), (3 + 2 * GAP, 6 + 2 * GAP));
        assert_eq!(tiles.pixels.iter().filter(|&&pixel| pixel == 0).count(), 18);
    }

    #[test]
    fn one_picture_above_another() {
        let (one, other) = (Tiles::of(&[0.0], [1, 1], 1, 1), Tiles::of(&[0.0; 4], [2, 2], 1, 2));
        let both = one.above(&other);
        assert_eq!((both.width, both.height), (4 + 2 * GAP, one.height + 2 * GAP + other.height));
        assert_eq!(both.pixels[GAP * both.width + GAP], 0);
        assert_eq!(both.pixels.iter().filter(|&&pixel| pixel == 0).count(), 1 + 16);
    }
}
