//! Training steps, and batches for code that works with any network.

pub(crate) mod batch;
mod deferred;
pub(crate) mod train_step;
