//! The parameters of a network in a file, in the format `safetensors`.
//!
//! A tensor has the name of the fields that lead to it, `affine1.weight`, so that
//! other programs find it, and it is found in files of theirs. What is in a file
//! of parameters is told at
//! <https://huggingface.co/docs/safetensors>: a header in JSON with name, type,
//! shape and place of each tensor, and the numbers.
//!
//! ```
//! use chainrule::saving::{self, Layout};
//! use chainrule::{Init, Rng, network};
//!
//! network! { struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; }
//! let net = Net::new(Init::He, &mut Rng::seed(0));
//! # let folder = std::env::temp_dir();
//! # let path = folder.join(format!("chainrule-{}.safetensors", std::process::id()));
//! saving::save(&*net, &path, Layout::Chainrule)?;
//!
//! let mut same = Net::zeros();
//! saving::load(&mut *same, &path, Layout::Chainrule)?;
//! assert_eq!(same.parameters(), net.parameters());
//! # let _ = std::fs::remove_file(path);
//! # Ok::<(), saving::Error>(())
//! ```
//!
//! Gradients and whatever else has the type of the network are saved likewise.
//!
//! A training that is to go on where it was interrupted needs more than the
//! parameters. [`save_state`] writes all that implements [`State`] (a network, an
//! optimizer, a generator, numbers) into one such file, and [`load_state`] reads
//! it; the [`Trainer`](crate::Trainer) does both.

mod bytes;
mod checkpoint;
mod error;
mod file;
mod header;
mod json;
mod layout;
mod loader;
mod number;
mod parameters;
mod state;
mod tensors;

pub use checkpoint::{load_state, read_state, save_state, write_state};
pub use error::{Difference, Error};
pub use layout::Layout;
pub use loader::Loader;
pub use parameters::{load, read, save, write};
pub use state::{State, Visitor, Within};
