//! The parameters of a network: tensors in one slice of numbers.

pub(crate) mod const_message;
pub(crate) mod const_table;
pub(crate) mod hash;
pub(crate) mod init;
pub(crate) mod sgd_step;
pub(crate) mod tensor;
