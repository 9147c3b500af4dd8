//! Reading data sets and drawing mini-batches from them.
