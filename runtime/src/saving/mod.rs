//! Saves and loads the parameters of a network, in the format `safetensors`.
//!
//! The name of a tensor is the path of fields to it, `affine1.weight`. Other programs can read the
//! files, and their files can be loaded. See <https://huggingface.co/docs/safetensors> for the
//! format: a JSON header with the name, type, shape and position of each tensor, followed by the
//! numbers.
//!
//! ```
//! use chainrule::saving::{self, Layout};
//! use chainrule::{Init, Rng, network};
//!
//! network! { struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; }
//! let net = Net::new(Init::He, &mut Rng::seed(0));
//! # let folder = std::env::temp_dir();
//! # let path = folder.join(format!("chainrule-{}.safetensors", std::process::id()));
//! net.save(&path)?;
//! let mut same = Net::load(&path)?;
//! assert_eq!(same.parameters(), net.parameters());
//!
//! // The same, in a network that exists, or in another layout.
//! saving::save(&net, &path, Layout::PyTorch)?;
//! saving::load(&mut same, &path, Layout::PyTorch)?;
//! # let _ = std::fs::remove_file(path);
//! # Ok::<(), saving::Error>(())
//! ```
//!
//! Gradients and other values of the network's type can be saved in the same way.
//!
//! Resuming an interrupted training requires more than the parameters. [`save_state`] writes
//! everything that implements [`State`] (a network, an optimizer, a generator, numbers) into one
//! file, and [`load_state`] reads it. The [`Trainer`](crate::Trainer) uses both.

#[cfg(feature = "std")]
mod bytes;
#[cfg(feature = "std")]
mod checkpoint;
mod const_header;
pub(crate) mod embedded;
#[cfg(feature = "std")]
mod error;
#[cfg(feature = "std")]
pub(crate) mod file;
mod foreign;
#[cfg(feature = "std")]
mod header;
#[cfg(feature = "std")]
mod json;
mod layout;
#[cfg(feature = "std")]
mod loader;
#[cfg(feature = "std")]
mod metadata;
#[cfg(feature = "std")]
mod names;
mod number;
#[cfg(feature = "std")]
mod parameters;
#[cfg(feature = "std")]
mod saver;
#[cfg(feature = "std")]
mod state;
#[cfg(feature = "std")]
mod tensors;

#[cfg(feature = "std")]
pub use checkpoint::{load_state, read_state, save_state, write_state};
#[cfg(feature = "std")]
pub use error::{Difference, Error};
#[cfg(feature = "std")]
pub(crate) use json::quoted;
pub use layout::Layout;
#[cfg(feature = "std")]
pub use loader::Loader;
#[cfg(feature = "std")]
pub use metadata::{metadata, read_metadata};
#[cfg(feature = "std")]
pub use parameters::{load, read, save, write};
#[cfg(feature = "std")]
pub use saver::Saver;
#[cfg(feature = "std")]
pub use state::{Prefixed, State, Visitor};
