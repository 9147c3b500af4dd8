//! Validation of hyper-parameters.

use crate::error::Error;
use crate::kernels::scalar::Scalar;

/// Accepts a learning rate that is finite and not negative.
pub(crate) fn learning_rate(value: f64) -> Result<f64, Error> {
    match value.is_finite() && value >= 0.0 {
        true => Ok(value),
        false => Err(Error::LearningRate { value }),
    }
}

/// Returns `value` if it is as `expected`.
pub(crate) fn checked(
    name: &'static str,
    value: f64,
    valid: bool,
    expected: &'static str,
) -> Result<f64, Error> {
    match valid {
        true => Ok(value),
        false => Err(Error::HyperParameter { name, value, expected }),
    }
}

/// Accepts a decay factor of a moving average or a velocity.
pub(super) fn decay(name: &'static str, value: f64) -> Result<f64, Error> {
    checked(name, value, (0.0..1.0).contains(&value), "a number of at least 0 and below 1")
}

/// Accepts a weight decay that is finite and not negative.
pub(super) fn weight_decay(value: f64) -> Result<f64, Error> {
    let valid = value.is_finite() && value >= 0.0;
    checked("weight decay", value, valid, "a finite number of at least 0")
}

/// Accepts an `ε` that is above 0 in the network's scalar type. Where a gradient was always 0, the
/// divisor is then not 0.
pub(super) fn epsilon<T: Scalar>(value: f64) -> Result<f64, Error> {
    let rounded = T::from_f64(value);
    let valid = rounded.is_finite() && rounded > T::zero();
    checked("epsilon", value, valid, "a finite number above 0 in the network's scalar type")
}
