//! Reading data sets and drawing mini-batches from them.
//!
//! [`ImageSet`] stores labeled images as the bytes of their file, and [`idx`] reads the file format
//! of MNIST. [`WithReplacement`] and [`ShuffledEpochs`] select the samples of each mini-batch. A
//! [`Dataset`] is the input of a [`Trainer`](crate::Trainer): arrays in memory, an [`ImageSet`], or
//! any type that returns samples by index.
//!
//! [`augment`] changes images at random: shifts, crops, flips, rotations and cutouts.
//!
//! For tables, [`split`] and [`stratified_split`] divide the samples into training, validation and
//! test sets. [`ClassNames`] replaces the names of classes by labels, and [`one_hot`] labels by
//! target rows.
//!
//! ```
//! use chainrule::Rng;
//! use chainrule::data::{ImageSet, ShuffledEpochs};
//! use chainrule::ndarray::{Array2, array};
//!
//! let set = ImageSet::new(array![[0, 255], [51, 0], [255, 255]], vec![3, 1, 4])?;
//! let mut rng = Rng::seed(1);
//! let mut batches = ShuffledEpochs::new(set.len(), 2)?;
//! let (mut features, mut labels) = (Array2::<f32>::zeros((2, 2)), [0; 2]);
//!
//! set.gather(batches.draw(&mut rng), features.view_mut(), &mut labels)?;
//! # Ok::<(), chainrule::data::Error>(())
//! ```

pub mod augment;
mod batches;
mod classes;
mod dataset;
mod error;
pub mod idx;
mod images;
mod split;

pub use batches::{ShuffledEpochs, WithReplacement};
pub use classes::{ClassNames, one_hot};
pub use dataset::{Dataset, Failure, Samples, TargetsOf};
pub use error::Error;
pub use images::{Brightness, ImageSet};
pub use split::{split, stratified_split};
