//! The common parts of declared networks: descriptions, and operations on a batch.

pub(crate) mod accuracy;
pub(crate) mod batch_loss;
pub(crate) mod const_checks;
pub(crate) mod create;
pub(crate) mod declared;
pub(crate) mod extension;
pub mod faults;
pub(crate) mod finite;
pub(crate) mod gradient;
pub(crate) mod gradient_check;
pub(crate) mod hidden;
pub(crate) mod input;
pub(crate) mod input_gradient;
pub(crate) mod memory;
pub(crate) mod padding;
pub(crate) mod part;
pub(crate) mod predict;
pub(crate) mod probabilities;
pub(crate) mod signature;
pub(crate) mod step;
pub(crate) mod summary;
pub(crate) mod trace;
pub(crate) mod validate;
pub(crate) mod weighted;
pub(crate) mod widths;
pub(crate) mod workspace;
