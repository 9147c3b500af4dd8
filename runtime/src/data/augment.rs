//! Random changes to the images of a batch, which make a training set larger than it is.
//!
//! Each function takes a slice of images of one [`ImageShape`], one after the other, such as
//! [`Batch::features_mut`](crate::Batch::features_mut), and draws for each image by itself. One image
//! is a batch of one, which is what [`Trainer::augment`](crate::Trainer::augment) passes:
//!
//! ```
//! use chainrule::data::augment::{cutout, flip, rotate, shift};
//! use chainrule::{Adam, Init, Rng, Trainer, network};
//!
//! network! {
//!     struct Net = Input(3, 8, 8) -> Conv2d(4, 3) -> Relu -> Flatten -> Affine(2) => SoftmaxWithLoss;
//! }
//! const SHAPE: [usize; 3] = [3, 8, 8];
//!
//! let (x, t) = (vec![[[[0.5; 8]; 8]; 3]; 6], vec![0, 1, 0, 1, 0, 1]);
//! let net = Net::new(Init::Auto, &mut Rng::seed(0));
//! let mut scratch = Vec::new();
//! let mut trainer = Trainer::new(net, Adam::new(0.001)?).epochs(1).augment(|image, rng| {
//!     shift(image, SHAPE, 1, rng);
//!     rotate(image, SHAPE, 10.0, &mut scratch, rng);
//!     flip(image, SHAPE, rng);
//!     cutout(image, SHAPE, 2, rng);
//! });
//! trainer.fit((&x, &t))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! All channels of an image are changed in the same way. The functions run on the calling thread, so
//! what they draw does not depend on the number of threads. They do not allocate, except for
//! [`rotate`], which allocates at its first call.
//!
//! # Panics
//!
//! All functions panic if the length of the slice is not a multiple of the size of an image, or if a
//! size of the shape is 0.

use crate::kernels::scalar::Scalar;
use crate::rng::Rng;

/// Channels, height and width of an image.
pub type ImageShape = [usize; 3];

/// Where the pixels come from that enter an image at its edge.
#[derive(Clone, Copy)]
enum Border {
    Zero,
    Edge,
}

/// Moves each image down and to the right by up to `most` pixels, or as far up and to the left; all
/// distances are equally likely. The pixels that enter are 0.
///
/// This is PyTorch's `RandomCrop(size, padding=most)`.
///
/// ```
/// use chainrule::Rng;
/// use chainrule::data::augment::shift;
///
/// let mut images = [[[[1.0, 2.0], [3.0, 4.0]]]; 2];
/// let pixels = images.as_flattened_mut().as_flattened_mut().as_flattened_mut();
/// shift(pixels, [1, 2, 2], 1, &mut Rng::seed(1));
/// assert_eq!(images, [[[[0.0, 0.0], [0.0, 1.0]]], [[[0.0, 3.0], [0.0, 0.0]]]]);
/// ```
pub fn shift<T: Scalar>(images: &mut [T], shape: ImageShape, most: usize, rng: &mut Rng) {
    translate_each(images, shape, most, Border::Zero, rng);
}

/// Pads each image by `padding` pixels at each edge, which repeat the nearest pixel, and cuts out a
/// window of the size of the image at a random place. For photos, whose background is not 0.
///
/// This is PyTorch's `RandomCrop(size, padding, padding_mode="edge")`.
///
/// ```
/// use chainrule::Rng;
/// use chainrule::data::augment::crop;
///
/// let mut image = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
/// crop(image.as_flattened_mut(), [1, 2, 3], 1, &mut Rng::seed(1));
/// assert_eq!(image, [[1.0, 1.0, 2.0], [1.0, 1.0, 2.0]]);
/// ```
pub fn crop<T: Scalar>(images: &mut [T], shape: ImageShape, padding: usize, rng: &mut Rng) {
    translate_each(images, shape, padding, Border::Edge, rng);
}

/// Mirrors each image with probability 1/2: left becomes right.
///
/// ```
/// use chainrule::Rng;
/// use chainrule::data::augment::flip;
///
/// let mut images = [[1.0, 2.0, 3.0]; 100];
/// flip(images.as_flattened_mut(), [1, 1, 3], &mut Rng::seed(0));
/// assert!(images.contains(&[1.0, 2.0, 3.0]) && images.contains(&[3.0, 2.0, 1.0]));
/// ```
pub fn flip<T: Scalar>(images: &mut [T], shape: ImageShape, rng: &mut Rng) {
    for image in each(images, shape) {
        if rng.below(2) == 1 {
            image.chunks_exact_mut(shape[2]).for_each(<[T]>::reverse);
        }
    }
}

/// Turns each image about its middle by an angle between `-most` and `most` degrees. A pixel is
/// interpolated between the four nearest pixels of the image; outside of it, they are 0.
///
/// `scratch` holds a copy of one channel. It grows at the first call, so keep it.
///
/// ```
/// use chainrule::Rng;
/// use chainrule::data::augment::rotate;
///
/// let mut image = [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]];
/// rotate(image.as_flattened_mut(), [1, 3, 3], 45.0, &mut Vec::new(), &mut Rng::seed(0));
/// // The middle stays where it is, and the ends are spread over two rows.
/// assert_eq!(image[1][1], 1.0);
/// assert!(0.0 < image[1][0] && image[1][0] < 1.0);
/// ```
pub fn rotate<T: Scalar>(
    images: &mut [T],
    shape: ImageShape,
    most: f64,
    scratch: &mut Vec<T>,
    rng: &mut Rng,
) {
    let [_, height, width] = shape;
    for image in each(images, shape) {
        let angle = (most * (2.0 * rng.uniform() - 1.0)).to_radians();
        for channel in image.chunks_exact_mut(height * width) {
            scratch.clear();
            scratch.extend_from_slice(channel);
            turn(scratch, channel, width, angle);
        }
    }
}

/// Sets a square of `side` × `side` pixels of each image to 0, in all channels. Its center is any
/// pixel of the image, so that parts of the square may be outside (DeVries and Taylor, 2017).
///
/// ```
/// use chainrule::Rng;
/// use chainrule::data::augment::cutout;
///
/// let mut image = [[1.0; 4]; 3];
/// cutout(image.as_flattened_mut(), [1, 3, 4], 2, &mut Rng::seed(5));
/// assert_eq!(image, [[1.0, 0.0, 0.0, 1.0], [1.0; 4], [1.0; 4]]);
/// ```
pub fn cutout<T: Scalar>(images: &mut [T], shape: ImageShape, side: usize, rng: &mut Rng) {
    let [_, height, width] = shape;
    // The part inside of the image, of a square around `center`.
    let within = |center: usize, size: usize| {
        let begin = center.saturating_sub(side / 2);
        begin..(center + side.div_ceil(2)).min(size)
    };
    for image in each(images, shape) {
        let [rows, columns] = [height, width].map(|size| within(rng.below(size), size));
        for channel in image.chunks_exact_mut(height * width) {
            for row in channel.chunks_exact_mut(width).take(rows.end).skip(rows.start) {
                row[columns.clone()].fill(T::zero());
            }
        }
    }
}

/// The images of a slice.
fn each<T>(images: &mut [T], shape: ImageShape) -> impl Iterator<Item = &mut [T]> {
    let [channels, height, width] = shape;
    let size = channels * height * width;
    let found = images.len();
    assert!(
        size > 0 && found.is_multiple_of(size),
        "expected images of {channels}×{height}×{width}, each of {size} numbers, found {found} \
         numbers"
    );
    images.chunks_exact_mut(size)
}

fn translate_each<T: Scalar>(
    images: &mut [T],
    shape: ImageShape,
    most: usize,
    border: Border,
    rng: &mut Rng,
) {
    let [_, height, width] = shape;
    for image in each(images, shape) {
        let [down, right] = [(); 2].map(|()| rng.below(2 * most + 1) as isize - most as isize);
        for channel in image.chunks_exact_mut(height * width) {
            move_down(channel, width, down, border);
            channel.chunks_exact_mut(width).for_each(|row| move_down(row, 1, right, border));
        }
    }
}

/// Moves rows of `width` numbers down by `by`, or up if it is negative. With rows of one number, this
/// moves the pixels of a row to the right.
fn move_down<T: Scalar>(rows: &mut [T], width: usize, by: isize, border: Border) {
    let last = rows.len() / width - 1;
    let copy = |to: usize| {
        let from = to as isize - by;
        let within = from.clamp(0, last as isize) as usize;
        match border {
            Border::Zero if from != within as isize => rows[to * width..][..width].fill(T::zero()),
            _ => rows.copy_within(within * width..(within + 1) * width, to * width),
        }
    };
    // In the order that reads each row before it is written.
    match by > 0 {
        true => (0..=last).rev().for_each(copy),
        false => (0..=last).for_each(copy),
    }
}

/// Writes `source` turned by `angle` (radians, counterclockwise) about its middle to `turned`.
fn turn<T: Scalar>(source: &[T], turned: &mut [T], width: usize, angle: f64) {
    let (sin, cos) = libm::sincos(angle);
    let middle = |size: usize| (size - 1) as f64 / 2.0;
    let (middle_y, middle_x) = (middle(source.len() / width), middle(width));
    for (y, row) in turned.chunks_exact_mut(width).enumerate() {
        let down = y as f64 - middle_y;
        for (x, pixel) in row.iter_mut().enumerate() {
            let right = x as f64 - middle_x;
            // The place that is turned to this pixel.
            let (from_y, from_x) = (right * sin + down * cos, right * cos - down * sin);
            *pixel = interpolated(source, width, from_y + middle_y, from_x + middle_x);
        }
    }
}

/// The value at a place between four pixels. Pixels outside of the image are 0.
fn interpolated<T: Scalar>(pixels: &[T], width: usize, y: f64, x: f64) -> T {
    let height = pixels.len() / width;
    let (top, left) = (y.floor(), x.floor());
    let (below, right) = (T::from_f64(y - top), T::from_f64(x - left));
    let (top, left) = (top as isize, left as isize);
    let at = |y: isize, x: isize| {
        let is_inside = (0..height as isize).contains(&y) && (0..width as isize).contains(&x);
        if is_inside { pixels[y as usize * width + x as usize] } else { T::zero() }
    };
    let row = |y: isize| at(y, left) * (T::one() - right) + at(y, left + 1) * right;
    row(top) * (T::one() - below) + row(top + 1) * below
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMAGE: [f64; 12] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0];

    /// The image of 3 × 4, moved.
    fn moved(down: isize, right: isize, border: Border) -> [f64; 12] {
        let mut image = IMAGE;
        move_down(&mut image, 4, down, border);
        image.chunks_exact_mut(4).for_each(|row| move_down(row, 1, right, border));
        image
    }

    #[test]
    fn pixels_move_and_the_border_fills_the_rest() {
        for down in -4..=4_isize {
            for right in -5..=5_isize {
                let (zero, edge) =
                    (moved(down, right, Border::Zero), moved(down, right, Border::Edge));
                for (at, (zero, edge)) in zero.into_iter().zip(edge).enumerate() {
                    let (y, x) = ((at / 4) as isize - down, (at % 4) as isize - right);
                    let pixel = |y: isize, x: isize| IMAGE[(4 * y + x) as usize];
                    let is_inside = (0..3).contains(&y) && (0..4).contains(&x);
                    assert_eq!(zero, if is_inside { pixel(y, x) } else { 0.0 });
                    assert_eq!(edge, pixel(y.clamp(0, 2), x.clamp(0, 3)));
                }
            }
        }
    }

    #[test]
    fn a_quarter_turn_goes_counterclockwise() {
        let mut turned = [0.0; 9];
        turn(&IMAGE[..9], &mut turned, 3, 90_f64.to_radians());
        let want = [3.0, 6.0, 9.0, 2.0, 5.0, 8.0, 1.0, 4.0, 7.0];
        for (found, want) in turned.into_iter().zip(want) {
            assert!((found - want).abs() < 1e-14, "{turned:?}");
        }
    }

    #[test]
    fn a_turn_by_nothing_changes_nothing() {
        let mut turned = [0.0; 12];
        turn(&IMAGE, &mut turned, 4, 0.0);
        assert_eq!(turned, IMAGE);
    }

    #[test]
    fn pixels_are_interpolated() {
        // Between 6, 7, 10 and 11.
        assert_eq!(interpolated(&IMAGE, 4, 1.5, 1.25), 8.25);
        // Half and a quarter of the corner; the rest is outside.
        assert_eq!(interpolated(&IMAGE, 4, -0.5, 0.0), 0.5);
        assert_eq!(interpolated(&IMAGE, 4, 2.5, 3.5), 3.0);
        assert_eq!(interpolated(&IMAGE, 4, -1.0, 0.0), 0.0);
        assert_eq!(interpolated(&IMAGE, 4, 1e9, -1e9), 0.0);
    }
}
