//! The arithmetic that time is spent in: matrix products.

mod product;
mod vector;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use product::Product;
pub(crate) use product::{Matrix, add_rows, product};
