//! What both macros use: tokens, names and errors.

pub(crate) mod generated;
pub(crate) mod items;
pub(crate) mod names;
pub(crate) mod nesting;
pub(crate) mod report;
pub(crate) mod spelling;
pub(crate) mod tokens;
