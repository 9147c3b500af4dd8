//! Training steps, and batches for code that is generic over networks.

#[cfg(feature = "std")]
pub(crate) mod agreement;
#[cfg(feature = "std")]
pub(crate) mod batch;
mod deferred;
#[cfg(feature = "std")]
pub(crate) mod parts;
pub(crate) mod train_step;
