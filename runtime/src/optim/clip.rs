//! Gradient clipping.

use core::ops::Range;

// In `core`, numbers do not have these functions.
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

use super::hyper::checked;
use crate::error::Error;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::sum_of_squares;
use crate::network::declared::Network;
use crate::network::validate::first_not_finite_of;
use crate::params::tensor::{Kind, TensorInfo};

/// Limits the norm of the gradients, taken as one vector, to `longest` (Pascanu et al., 2013):
/// `g ← g · longest / ‖g‖` if `‖g‖ > longest`. Returns the original `‖g‖`. The direction does not
/// change.
///
/// PyTorch's `clip_grad_norm_` divides by `‖g‖ + 1e-6`, so its result is shorter than `longest` by
/// a factor of about `1e-6 / ‖g‖`. This is less than rounding in `f32` if `‖g‖` is above 10, and a
/// half if it is 1e-6. With an infinite `longest`, the norm is only measured.
///
/// ```
/// use chainrule::{clip_norm, network};
///
/// network! { struct Line = Affine(1, 1) => IdentityWithLoss; }
/// let mut grads = Line::zeros();
/// grads.parameters_mut().copy_from_slice(&[3.0, 4.0]);
/// assert_eq!(clip_norm(&mut grads, 1.0)?, 5.0);
/// assert_eq!(grads.parameters(), [0.6, 0.8]);
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::HyperParameter`] if `longest` is not above 0; [`Error::Gradient`] if a gradient is not
/// finite. In both cases the gradients are unchanged.
pub fn clip_norm<N: Network>(grads: &mut impl AsMut<N>, longest: f64) -> Result<f64, Error> {
    let grads = grads.as_mut();
    checked("maximum gradient norm", longest, longest > 0.0, "a number above 0")?;
    let norm = norm(grads);
    if !norm.is_finite() {
        reject_not_finite(grads)?;
    }
    if norm > longest {
        for run in runs::<N>() {
            scale(&mut grads.parameters_mut()[run], longest / norm);
        }
    }
    Ok(norm)
}

/// Clamps each gradient to `-largest ..= largest`, which may change the direction. NaN stays NaN.
/// As PyTorch's `clip_grad_value_`.
///
/// ```
/// use chainrule::{clip_values, network};
///
/// network! { struct Line = Affine(1, 1) => IdentityWithLoss; }
/// let mut grads = Line::zeros();
/// grads.parameters_mut().copy_from_slice(&[-3.0, 0.5]);
/// clip_values(&mut grads, 1.0)?;
/// assert_eq!(grads.parameters(), [-1.0, 0.5]);
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::HyperParameter`] if `largest` is not above 0. The gradients are then unchanged.
pub fn clip_values<N: Network>(grads: &mut impl AsMut<N>, largest: f64) -> Result<(), Error> {
    let grads = grads.as_mut();
    checked("maximum gradient", largest, largest > 0.0, "a number above 0")?;
    for run in runs::<N>() {
        clamp(&mut grads.parameters_mut()[run], N::Scalar::from_f64(largest));
    }
    Ok(())
}

/// The ranges of trained numbers: adjacent tensors between two buffers are merged.
fn runs<N: Network>() -> impl Iterator<Item = Range<usize>> {
    let is_trained = |tensor: &TensorInfo| tensor.kind != Kind::Buffer;
    let runs = N::TENSORS.chunk_by(move |a, b| is_trained(a) == is_trained(b));
    runs.filter_map(move |run| {
        let (first, last) = (run.first().filter(|first| is_trained(first))?, run.last()?);
        Some(first.offset..last.offset + last.len())
    })
}

/// `√Σ g²`. If the squares exceed the range of `f64`, computes it from `g / max |g|`.
fn norm<N: Network>(grads: &N) -> f64 {
    let sum: f64 = runs::<N>().map(|run| sum_of_squares(&grads.parameters()[run])).sum();
    if sum.is_normal() || sum.is_nan() {
        return sum.sqrt();
    }
    let gradients = || runs::<N>().flat_map(|run| &grads.parameters()[run]).map(|g| g.as_f64());
    let largest = gradients().fold(0.0, |largest: f64, g| largest.max(g.abs()));
    match largest {
        0.0 => 0.0,
        _ => {
            let parts = gradients().map(|g| g / largest);
            largest * parts.map(|part| part * part).sum::<f64>().sqrt()
        }
    }
}

/// `g ← g · factor`, rounded once, since the factor may be too small for `T`.
#[inline(never)]
fn scale<T: Scalar>(gradients: &mut [T], factor: f64) {
    for g in gradients {
        *g = T::from_f64(g.as_f64() * factor);
    }
}

instantiate!(fn(&mut [T], f64) = scale::<T>);

/// Clamps each number to `-largest ..= largest`.
#[inline(never)]
fn clamp<T: Scalar>(gradients: &mut [T], largest: T) {
    for g in gradients {
        // `max` and `min` would replace NaN by a number.
        let capped = if *g > largest { largest } else { *g };
        *g = if capped < -largest { -largest } else { capped };
    }
}

instantiate!(fn(&mut [T], T) = clamp::<T>);

/// Rejects gradients that are not finite, and names the first.
fn reject_not_finite<N: Network>(grads: &N) -> Result<(), Error> {
    let trained = N::TENSORS.iter().filter(|tensor| tensor.kind != Kind::Buffer);
    match first_not_finite_of(grads, trained) {
        Some(found) => Err(found.as_gradient()),
        None => Ok(()),
    }
}
