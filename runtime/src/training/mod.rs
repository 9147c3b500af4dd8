//! Training steps, and batches for code that is generic over networks.

pub(crate) mod agreement;
pub(crate) mod batch;
mod deferred;
pub(crate) mod parts;
pub(crate) mod train_step;
