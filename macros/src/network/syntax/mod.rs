//! Tokens to syntax tree. Spans are kept, and parsing continues after an error.

pub(crate) mod arguments;
pub(crate) mod ast;
pub(crate) mod block;
pub(crate) mod chain;
pub(crate) mod declaration;
pub(crate) mod flow;
pub(crate) mod functional;
mod parameters;
