//! Where handwritten digits come from: a folder, the cache, a download, or the
//! small set that the examples ship.
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

pub use download::Limits;
pub use error::Error;
pub use source::{PublishedFile, Source};

/// Number of pixels in each image, 28 rows of 28.
pub const PIXELS: usize = 28 * 28;

/// Handwritten digits of 28 × 28 pixels, and a line that says whose.
#[derive(Clone, Debug)]
pub struct Mnist {
    /// The digits to learn from.
    pub train: ImageSet,
    /// The digits to be judged by, none of them in `train`.
    pub test: ImageSet,
    /// One line for the user: which digits these are, and why these.
    pub origin: String,
}

/// The digits of this machine: from the folder `data` if given, else from
/// `$MNIST_DIR` if set, else from the user's cache, which is filled by download,
/// else the digits shipped with the examples.
///
/// `$MNIST_URL` replaces the address of the download. Nothing of this writes
/// anywhere but into the cache, and a bar on standard error shows a download.
///
/// # Errors
///
/// [`Error`] if the folder that was asked for does not hold MNIST: there is no
/// falling back then. Without such a folder, nothing that can happen to the
/// cache or the network is an error.
pub fn load(data: Option<&Path>) -> Result<Mnist, Error> {
    Source::from_environment(data).load()
}

/// The 1,797 digits that come with the examples, for whom a small set will do.
///
/// # Errors
///
/// [`Error::Shipped`] if their file was damaged when this was compiled.
pub fn shipped() -> Result<Mnist, Error> {
    let (train, test) = digits::load()?;
    let origin = "data: 1,797 UCI digits shipped with the examples".to_owned();
    Ok(Mnist { train, test, origin })
}
