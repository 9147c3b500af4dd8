//! Labeled images, and mini-batches of them.

use core::fmt;
use core::ops::Range;
use std::io::Read;
use std::path::Path;

use ndarray::{Array2, ArrayViewMut2};

use super::error::Error;
use super::idx;
use crate::kernels::{fork_join, instantiate, prefetch, threads_for_pixels, vectorised};

/// The type of a pixel's brightness: `f32` or `f64`.
pub trait Brightness: Copy + Default + Send + sealed::Sealed {
    /// The nearest number to `pixel / 255`: 0.0 (black) to 1.0 (white).
    #[doc(hidden)]
    fn of(pixel: u8) -> Self;
}

mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for f32 {}
impl sealed::Sealed for f64 {}

/// Multiplying is several times as fast as dividing by 255. This formula gives the correctly
/// rounded quotient for each of the 256 bytes in both types; `p * (1.0 / 255.0)` does not.
macro_rules! brightness {
    ($($float:ty),*) => {$(
        impl Brightness for $float {
            #[inline(always)]
            fn of(pixel: u8) -> $float {
                <$float>::from(pixel) * 137.0 * (1.0 / (137.0 * 255.0))
            }
        }
    )*};
}

brightness!(f32, f64);

vectorised! {
    /// Computes the brightness of each pixel.
    fn brightnesses<T: Brightness>(pixels: &[u8], values: &mut [T]) {
        for (value, &pixel) in values.iter_mut().zip(pixels) {
            *value = T::of(pixel);
        }
    }
}

/// Prefetch distance: how many images ahead of the conversion one is fetched.
const AHEAD: usize = 3;

/// Gathers the images at `indices`, each of `width` pixels, one after the other.
fn gather<T: Brightness>(pixels: &[u8], width: usize, indices: &[usize], values: &mut [T]) {
    if threads_for_pixels(values.len()) > 1 && indices.len() > 1 {
        let (indices, more_indices) = indices.split_at(indices.len() / 2);
        let (values, more_values) = values.split_at_mut(indices.len() * width);
        fork_join(
            || gather(pixels, width, indices, values),
            || gather(pixels, width, more_indices, more_values),
        );
        return;
    }
    let image = |index: usize| &pixels[index * width..][..width];
    // Images without pixels have no rows to write.
    let rows = values.chunks_exact_mut(width.max(1));
    for (at, (&index, row)) in indices.iter().zip(rows).enumerate() {
        if let Some(&next) = indices.get(at + AHEAD) {
            prefetch(image(next));
        }
        brightnesses(image(index), row);
    }
}

/// Images of the same size with a label each, stored as the bytes of their file.
///
/// A byte per pixel is a quarter of the size of `f32`. Pixels are converted to brightness only in
/// the batch that is trained on.
#[derive(Clone, PartialEq, Eq)]
pub struct ImageSet {
    pixels: Array2<u8>,
    labels: Vec<u8>,
}

/// Prints only the sizes, not thousands of labels.
impl fmt::Debug for ImageSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageSet")
            .field("samples", &self.len())
            .field("pixels_per_image", &self.pixels_per_image())
            .finish()
    }
}

impl ImageSet {
    /// Creates a set of `pixels` (samples × pixels) and one label per sample.
    ///
    /// # Errors
    ///
    /// [`Error::Counts`] if the numbers of images and labels differ.
    pub fn new(pixels: Array2<u8>, labels: Vec<u8>) -> Result<ImageSet, Error> {
        if pixels.nrows() != labels.len() {
            let (images, labels) = (pixels.nrows(), labels.len());
            return Err(Error::Counts { images, labels });
        }
        // Row-major, so that each image is a slice.
        let pixels = match pixels.is_standard_layout() {
            true => pixels,
            false => pixels.as_standard_layout().into_owned(),
        };
        Ok(ImageSet { pixels, labels })
    }

    /// Reads two IDX files, plain or gzip-compressed.
    ///
    /// # Errors
    ///
    /// [`Error::File`] for an error in one of the files, or [`Error::Files`], which contains
    /// [`Error::Counts`].
    pub fn read(images: impl AsRef<Path>, labels: impl AsRef<Path>) -> Result<ImageSet, Error> {
        let (images, labels) = (images.as_ref(), labels.as_ref());
        ImageSet::new(idx::read_images_file(images)?, idx::read_labels_file(labels)?).map_err(
            |cause| Error::Files {
                images: images.to_owned(),
                labels: labels.to_owned(),
                cause: Box::new(cause),
            },
        )
    }

    /// Reads two IDX files from readers, plain or gzip-compressed.
    ///
    /// # Errors
    ///
    /// The errors of [`idx::read_images`] and [`idx::read_labels`], or [`Error::Counts`].
    pub fn from_readers(images: impl Read, labels: impl Read) -> Result<ImageSet, Error> {
        ImageSet::new(idx::read_images(images)?, idx::read_labels(labels)?)
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Number of pixels in each image.
    pub fn pixels_per_image(&self) -> usize {
        self.pixels.ncols()
    }

    /// The pixels, samples × pixels, 0 (black) to 255 (white), row-major.
    pub fn pixels(&self) -> &Array2<u8> {
        &self.pixels
    }

    /// The label of every sample.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The brightness of the images in `samples`, samples × pixels, 0.0 to 1.0.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if the range extends beyond the last sample. An empty or reversed
    /// range is empty, wherever it is.
    pub fn brightness<T: Brightness>(&self, samples: Range<usize>) -> Result<Array2<T>, Error> {
        if !samples.is_empty() && samples.end > self.len() {
            let (index, len) = (samples.end - 1, self.len());
            return Err(Error::OutOfRange { index, len });
        }
        let indices: Vec<usize> = samples.collect();
        let shape = (indices.len(), self.pixels_per_image());
        // In a debug build, zeroing a `Vec` is free, unlike zeroing an array.
        let mut features = vec![T::default(); shape.0 * shape.1];
        self.convert(&indices, &mut features);
        Array2::from_shape_vec(shape, features).map_err(|_| Error::FeatureLayout)
    }

    /// Fills a mini-batch with the samples at `indices`, without allocating.
    ///
    /// Writes their brightness to `features` (indices × pixels, 0.0 to 1.0) and their labels to
    /// `labels`. For a shorter batch, pass parts of the buffers: `features.slice_mut(s![..n, ..])`
    /// and `&mut labels[..n]`.
    ///
    /// # Errors
    ///
    /// [`Error::FeatureShape`], [`Error::FeatureLayout`], [`Error::LabelCount`] or
    /// [`Error::OutOfRange`]. In these cases nothing is written.
    pub fn gather<T: Brightness>(
        &self,
        indices: &[usize],
        features: ArrayViewMut2<'_, T>,
        labels: &mut [u8],
    ) -> Result<(), Error> {
        self.check_batch(indices, features.dim().into(), labels.len())?;
        let features = features.into_slice().ok_or(Error::FeatureLayout)?;
        self.convert(indices, features);
        for (&index, label) in indices.iter().zip(labels) {
            *label = self.labels[index];
        }
        Ok(())
    }

    /// Appends the brightness of the samples at `indices` to `features`.
    pub(super) fn append<T: Brightness>(
        &self,
        indices: &[usize],
        features: &mut Vec<T>,
    ) -> Result<(), Error> {
        let before = features.len();
        self.check_indices(indices)?;
        features.resize(before + indices.len() * self.pixels_per_image(), T::default());
        self.convert(indices, &mut features[before..]);
        Ok(())
    }

    /// Writes the brightness of the samples at `indices`, which must be in range.
    fn convert<T: Brightness>(&self, indices: &[usize], features: &mut [T]) {
        // The slice always exists, because `new` makes the pixels row-major.
        let pixels = self.pixels.as_slice().unwrap_or_default();
        gather(pixels, self.pixels_per_image(), indices, features);
    }

    fn check_batch(
        &self,
        indices: &[usize],
        features: [usize; 2],
        labels: usize,
    ) -> Result<(), Error> {
        let expected = [indices.len(), self.pixels_per_image()];
        if features != expected {
            let found = features;
            return Err(Error::FeatureShape { found, expected });
        }
        if labels != indices.len() {
            let (found, expected) = (labels, indices.len());
            return Err(Error::LabelCount { found, expected });
        }
        self.check_indices(indices)
    }

    fn check_indices(&self, indices: &[usize]) -> Result<(), Error> {
        match indices.iter().find(|&&index| index >= self.len()) {
            Some(&index) => Err(Error::OutOfRange { index, len: self.len() }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{ShapeBuilder, array};

    use super::*;

    fn three() -> ImageSet {
        ImageSet::new(array![[0, 255], [51, 0], [255, 102]], vec![3, 1, 4]).unwrap()
    }

    #[test]
    fn every_byte_becomes_the_nearest_float_to_its_share_of_255() {
        let bytes = Array2::from_shape_fn((1, 256), |(_, byte)| byte as u8);
        let set = ImageSet::new(bytes, vec![0]).unwrap();
        let (single, double) = (set.brightness::<f32>(0..1), set.brightness::<f64>(0..1));
        let (single, double) = (single.unwrap(), double.unwrap());
        for byte in 0..256 {
            let exact = byte as f64 / 255.0;
            assert_eq!(single[[0, byte]], exact as f32);
            assert_eq!(double[[0, byte]], exact);
        }
    }

    #[test]
    fn a_range_of_samples_is_converted() {
        let set = three();
        let last_two = set.brightness::<f64>(1..3).unwrap();
        assert_eq!(last_two, array![[0.2, 0.0], [1.0, 0.4]]);
        assert_eq!(set.brightness::<f32>(0..3).unwrap().dim(), (3, 2));
        assert_eq!(set.brightness::<f32>(3..3).unwrap().dim(), (0, 2));
    }

    #[test]
    #[expect(clippy::reversed_empty_ranges, reason = "that is what is tested")]
    fn ranges_past_the_end_or_backwards_are_no_panic() {
        let error = three().brightness::<f32>(1..4).unwrap_err();
        assert!(matches!(error, Error::OutOfRange { index: 3, len: 3 }));
        assert!(three().brightness::<f32>(0..usize::MAX).is_err());
        assert_eq!(three().brightness::<f32>(2..1).unwrap().dim(), (0, 2));
        assert_eq!(three().brightness::<f32>(9..5).unwrap().dim(), (0, 2));
        assert_eq!(three().brightness::<f32>(7..7).unwrap().dim(), (0, 2));
    }

    #[test]
    fn a_batch_may_repeat_samples() {
        let (mut features, mut labels) = (Array2::<f32>::zeros((3, 2)), [0; 3]);
        three().gather(&[2, 0, 2], features.view_mut(), &mut labels).unwrap();
        assert_eq!(features, array![[1.0, 0.4], [0.0, 1.0], [1.0, 0.4]]);
        assert_eq!(labels, [4, 3, 4]);
    }

    #[test]
    fn the_layout_of_the_pixels_does_not_matter_and_that_of_the_batch_is_checked() {
        let columns = Array2::from_shape_vec((3, 2).f(), vec![0, 51, 255, 255, 0, 102]).unwrap();
        let set = ImageSet::new(columns, vec![3, 1, 4]).unwrap();
        assert_eq!(set, three());
        let (mut features, mut labels) = (Array2::<f32>::zeros((2, 2)), [0; 2]);
        set.gather(&[1, 2], features.view_mut(), &mut labels).unwrap();
        assert_eq!(features, array![[0.2, 0.0], [1.0, 0.4]]);

        let error = set.gather(&[1, 2], features.reversed_axes().view_mut(), &mut labels);
        assert!(matches!(error, Err(Error::FeatureLayout)));
    }

    #[test]
    fn images_may_have_no_pixels() {
        let set = ImageSet::new(Array2::zeros((2, 0)), vec![5, 6]).unwrap();
        let (mut features, mut labels) = (Array2::<f32>::zeros((2, 0)), [0; 2]);
        set.gather(&[1, 0], features.view_mut(), &mut labels).unwrap();
        assert_eq!(labels, [6, 5]);
    }

    #[test]
    fn a_batch_that_cannot_be_filled_is_left_alone() {
        let check = |indices: &[usize], shape: (usize, usize), label_count, message| {
            let mut features = Array2::<f32>::from_elem(shape, -1.0);
            let mut labels = vec![99; label_count];
            let error = three().gather(indices, features.view_mut(), &mut labels).unwrap_err();
            assert_eq!(error.to_string(), message);
            assert!(features.iter().all(|&value| value == -1.0));
            assert!(labels.iter().all(|&label| label == 99));
        };
        check(&[0, 3], (2, 2), 2, "sample index 3 is out of range for a data set of 3 samples");
        check(
            &[0, 1],
            (2, 3),
            2,
            "expected a feature array of shape [2, 2] (samples × pixels), found [2, 3]",
        );
        check(
            &[0, 1],
            (3, 2),
            2,
            "expected a feature array of shape [2, 2] (samples × pixels), found [3, 2]",
        );
        let slice = "expected a slice of 2 labels, one for each sample of the batch, found 1";
        check(&[0, 1], (2, 2), 1, slice);
    }

    #[test]
    fn as_many_labels_as_images() {
        let error = ImageSet::new(array![[0], [1]], vec![0, 1, 2]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected one label for each image, found 2 images and 3 labels"
        );
    }
}
