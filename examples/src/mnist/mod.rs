//! Sources of handwritten digits: a folder, the cache, a download, or the small set shipped with
//! the examples.
//!
//! ```no_run
//! let mnist = chainrule_examples::mnist::load(None)?;
//! println!("{}", mnist.origin);
//! # Ok::<(), chainrule_examples::mnist::Error>(())
//! ```

mod cache;
mod digits;
mod download;
mod error;
mod folder;
mod source;

use std::path::Path;

use chainrule::data::ImageSet;
use ndarray::Array2;

pub use download::Limits;
pub use error::Error;
pub use source::{PublishedFile, Source};

/// Number of pixels in each image, 28 rows of 28.
pub const PIXELS: usize = 28 * 28;

/// Handwritten digits of 28 × 28 pixels, and a description of their origin.
#[derive(Clone, Debug)]
pub struct Mnist {
    /// The training set.
    pub train: ImageSet,
    /// The test set, which does not overlap with `train`.
    pub test: ImageSet,
    /// A line for the user: which digits these are, and why they were chosen.
    pub origin: String,
}

/// Loads the digits from the first available source: the folder `data` if given, `$MNIST_DIR` if
/// set, the user's cache, which is filled by a download, or the digits shipped with the examples.
///
/// `$MNIST_URL` replaces the address of the download. Only the cache is written to. A bar on
/// standard error shows the progress of a download.
///
/// # Errors
///
/// [`Error`] if a folder was named and does not contain MNIST; there is no fallback in this case.
/// Without such a folder, problems with the cache or the network are not errors.
pub fn load(data: Option<&Path>) -> Result<Mnist, Error> {
    Source::from_environment(data).load()
}

/// Loads the 1,797 digits shipped with the examples, for uses that need only a small set.
///
/// # Errors
///
/// [`Error::Shipped`] if the file was damaged when this crate was compiled.
pub fn shipped() -> Result<Mnist, Error> {
    let (train, test) = shipped_sets()?;
    let origin = "data: 1,797 UCI digits shipped with the examples".to_owned();
    Ok(Mnist { train, test, origin })
}

fn shipped_sets() -> Result<(ImageSet, ImageSet), Error> {
    let (train, test) = digits::load()?;
    Ok((set(train)?, set(test)?))
}

fn set(digits: digits::Digits) -> Result<ImageSet, Error> {
    let samples = digits.labels.len();
    let pixels = Array2::from_shape_vec((samples, PIXELS), digits.pixels.into_flattened())
        .map_err(|_| Error::Shipped { line: samples })?;
    Ok(ImageSet::new(pixels, digits.labels)?)
}
