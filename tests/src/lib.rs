//! Integration tests of chainrule, in `tests/`, and the code of the README and
//! of the pages in `docs/`, run as documentation tests. What several of them
//! share is here.

pub mod library;
pub mod random;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../../docs/graph.md")]
pub struct GraphLanguage;

#[cfg(doctest)]
#[doc = include_str!("../../docs/training.md")]
pub struct Training;
