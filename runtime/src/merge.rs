//! Operations that join the paths of a network: elementwise sums and products, and concatenation,
//! each forward and backward.
//!
//! The slices are batches of values, `batch × features`, one sample per row.

use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;

/// `out = a + b`, element by element.
///
/// # Panics
///
/// If the lengths differ. The same holds for all functions in this module.
#[inline(never)]
pub fn sum<T: Scalar>(a: &[T], b: &[T], out: &mut [T]) {
    check(a.len() == out.len() && b.len() == out.len());
    for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
        *out = a + b;
    }
}

/// `to += from`, element by element. Adds in place; the backward pass uses it to accumulate the
/// gradient of a value that is read more than once.
#[inline(never)]
pub fn add<T: Scalar>(to: &mut [T], from: &[T]) {
    check(to.len() == from.len());
    for (to, &from) in to.iter_mut().zip(from) {
        *to += from;
    }
}

/// `out = a · b`, element by element. Computes a gate. The derivative with respect to one factor is
/// the upstream gradient times the other factor.
#[inline(never)]
pub fn product<T: Scalar>(a: &[T], b: &[T], out: &mut [T]) {
    check(a.len() == out.len() && b.len() == out.len());
    for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
        *out = a * b;
    }
}

/// `to *= by`, element by element.
#[inline(never)]
pub fn multiply<T: Scalar>(to: &mut [T], by: &[T]) {
    check(to.len() == by.len());
    for (to, &by) in to.iter_mut().zip(by) {
        *to *= by;
    }
}

/// `to += a · b`, element by element.
#[inline(never)]
pub fn add_product<T: Scalar>(to: &mut [T], a: &[T], b: &[T]) {
    check(a.len() == to.len() && b.len() == to.len());
    for ((to, &a), &b) in to.iter_mut().zip(a).zip(b) {
        *to += a * b;
    }
}

/// Copies `part` into the columns of `whole` that begin at `from`.
pub fn put_columns<T: Scalar>(part: &[T], whole: &mut [T], from: usize, batch: usize) {
    let (narrow, wide) = (part.len() / batch, whole.len() / batch);
    for (part, whole) in part.chunks_exact(narrow).zip(whole.chunks_exact_mut(wide)) {
        whole[from..from + narrow].copy_from_slice(part);
    }
}

/// Copies the columns of `whole` that begin at `from` into `part`.
pub fn take_columns<T: Scalar>(whole: &[T], part: &mut [T], from: usize, batch: usize) {
    let (narrow, wide) = (part.len() / batch, whole.len() / batch);
    for (part, whole) in part.chunks_exact_mut(narrow).zip(whole.chunks_exact(wide)) {
        part.copy_from_slice(&whole[from..from + narrow]);
    }
}

/// Adds the columns of `whole` that begin at `from` to `part`.
pub fn add_columns<T: Scalar>(whole: &[T], part: &mut [T], from: usize, batch: usize) {
    let (narrow, wide) = (part.len() / batch, whole.len() / batch);
    for (part, whole) in part.chunks_exact_mut(narrow).zip(whole.chunks_exact(wide)) {
        add(part, &whole[from..from + narrow]);
    }
}

fn check(holds: bool) {
    assert!(holds, "expected values of the same length");
}

instantiate!(fn(&[T], &[T], &mut [T]) = sum::<T>);
instantiate!(fn(&mut [T], &[T]) = add::<T>);
instantiate!(fn(&[T], &[T], &mut [T]) = product::<T>);
instantiate!(fn(&mut [T], &[T]) = multiply::<T>);
instantiate!(fn(&mut [T], &[T], &[T]) = add_product::<T>);
instantiate!(fn(&[T], &mut [T], usize, usize) = put_columns::<T>);
instantiate!(fn(&[T], &mut [T], usize, usize) = take_columns::<T>);
instantiate!(fn(&[T], &mut [T], usize, usize) = add_columns::<T>);
