//! Training steps, and batches for code that is generic over networks.

pub(crate) mod batch;
mod deferred;
pub(crate) mod train_step;
