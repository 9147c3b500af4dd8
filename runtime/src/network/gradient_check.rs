//! Compares back-propagation with numerical differentiation (section 5.7.3 of the book).

use core::fmt;

use super::create::workspace_for;
use super::declared::Network;
use super::gradient::gradient_in;
use super::input::Target;
use super::part::Part;
use super::validate::{check_loss, checked_batch, checked_input, weighed_targets};
use super::workspace::{Parts, Workspace};
use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::losses::targets::Weighed;
use crate::losses::{Loss, Targets};
use crate::params::tensor::{Kind, TensorInfo};
use crate::rng::Rng;

/// The differences between the gradients of back-propagation and numerical differentiation, by
/// tensor.
///
/// A loss has no derivative where the input of a ReLU is exactly 0, such as for a sample of zeros
/// while biases are zero. There, any slope between the left and the right derivative counts as
/// correct. Even that may fail if a change of one number moves several later units away from 0.
/// This can happen if every unit of a ReLU is 0 for a sample and the following biases are 0 too.
/// Check a network with nonzero biases.
///
/// `Display` prints one line per tensor, as in the book.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientCheck {
    /// The differences, in the order of [`TENSORS`](crate::Tensors::TENSORS).
    pub tensors: Vec<TensorDifference>,
}

/// The differences between two gradients of one tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorDifference {
    /// The tensor's name, such as `affine1.weight`.
    pub tensor: String,
    /// The mean of the absolute differences, which the book prints.
    pub mean_absolute: f64,
    /// The largest absolute difference.
    pub max_absolute: f64,
    /// The largest absolute difference, divided by the largest absolute value in the tensor's two
    /// gradients. The divisor is at least a thousandth of the largest absolute value in the
    /// gradients of all tensors: for a derivative of 0, such as that of a bias before a
    /// [`BatchNorm`](crate::layers::BatchNorm), both gradients consist of rounding errors only. 0
    /// if both gradients are zero.
    pub max_relative: f64,
}

impl GradientCheck {
    /// The largest relative difference of all tensors.
    pub fn max_relative(&self) -> f64 {
        self.tensors.iter().map(|tensor| tensor.max_relative).fold(0.0, f64::max)
    }
}

impl fmt::Display for GradientCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.tensors.iter().map(|tensor| tensor.tensor.len()).max().unwrap_or(0);
        for (line, tensor) in self.tensors.iter().enumerate() {
            if line > 0 {
                writeln!(f)?;
            }
            write!(
                f,
                "{:width$}  mean {:.2e}  max {:.2e}  relative {:.2e}",
                tensor.tensor, tensor.mean_absolute, tensor.max_absolute, tensor.max_relative
            )?;
        }
        Ok(())
    }
}

/// Compares back-propagation with numerical differentiation of the training loss. All evaluations
/// use the same random choices.
#[doc(hidden)]
pub fn gradient_check<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
) -> Result<GradientCheck, Error> {
    let mut grads = N::zeros();
    let mut workspace = workspace_for(network);
    gradient_in(network, x, t, &mut workspace, &mut *grads)?;
    let numerical = numerical::<N, OUTPUTS>(network, x, t)?;
    let trained = || N::TENSORS.iter().filter(|tensor| tensor.kind != Kind::Buffer);
    let grads = grads.parameters();
    let of_all = trained().map(|tensor| largest(tensor.of(grads))).fold(0.0, f64::max);
    let difference = |tensor| difference(tensor, grads, &numerical, of_all / 1000.0);
    Ok(GradientCheck { tensors: trained().map(difference).collect() })
}

/// The derivatives of the loss by numerical differentiation.
#[doc(hidden)]
pub fn numerical_gradient<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
) -> Result<Box<N>, Error> {
    let numerical = numerical::<N, OUTPUTS>(network, x, t)?;
    let mut grads = N::zeros();
    for (to, from) in grads.parameters_mut().iter_mut().zip(numerical) {
        *to = N::Scalar::from_f64((from.left + from.right) / 2.0);
    }
    Ok(grads)
}

/// The largest absolute value.
fn largest<T: Scalar>(values: &[T]) -> f64 {
    values.iter().fold(0.0, |largest, value| value.as_f64().abs().max(largest))
}

fn difference<T: Scalar>(
    tensor: &TensorInfo,
    backward: &[T],
    numerical: &[Slopes],
    floor: f64,
) -> TensorDifference {
    let (mut sum, mut max, mut largest) = (0.0, 0.0_f64, floor);
    for (a, slopes) in tensor.of(backward).iter().zip(tensor.of(numerical)) {
        let a = a.as_f64();
        let b = slopes.closest_to(a);
        sum += (a - b).abs();
        max = max.max((a - b).abs());
        largest = largest.max(a.abs()).max(b.abs());
    }
    TensorDifference {
        tensor: tensor.to_string(),
        // Avoids dividing by 0 for an empty tensor.
        mean_absolute: sum / tensor.len().max(1) as f64,
        max_absolute: max,
        max_relative: if largest > 0.0 { max / largest } else { 0.0 },
    }
}

/// Computes the derivative of the loss with respect to each parameter.
///
/// Always computed in `f64`: in `f32`, rounding errors of the loss would exceed the difference.
fn numerical<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
) -> Result<Vec<Slopes>, Error> {
    let batch = checked_batch::<N>(x)?;
    let mut workspace = workspace_for(network);
    let Parts { input, targets, rng, .. } = workspace.parts(0, 0, 0)?;
    let Weighed { targets, weights } = weighed_targets::<N, OUTPUTS>(x, t, batch, targets)?;
    let input = in_f64(checked_input::<N>(x, input)?);
    let rows = match targets {
        Targets::Rows(rows) => in_f64(rows),
        Targets::Labels(_) => Vec::new(),
    };
    let targets = match targets {
        Targets::Labels(labels) => Targets::Labels(labels),
        Targets::Rows(_) => Targets::Rows(&rows[..]),
    };
    let weights = weights.map(in_f64);
    let targets = Weighed { targets, weights: weights.as_deref() };

    let mut network = network.cast::<f64>();
    let mut workspace = Workspace::new();
    let Parts { arena, .. } = workspace.parts(batch, N::WORKSPACE_PER_SAMPLE, N::SCRATCH)?;
    let mut loss = |network: &N::Of<f64>| loss_of(network, &input, targets, arena, rng.clone());
    let here = loss(&network)?;
    let is_trained = trained_numbers::<N>();
    let mut derivatives = Vec::with_capacity(is_trained.len());
    for (place, is_trained) in is_trained.into_iter().enumerate() {
        if !is_trained {
            derivatives.push(Slopes::both(0.0));
            continue;
        }
        let w = network.parameters()[place];
        let mut loss_at = |w: f64| {
            network.parameters_mut()[place] = w;
            loss(&network)
        };
        derivatives.push(slopes(&mut loss_at, w, here)?);
        network.parameters_mut()[place] = w;
    }
    Ok(derivatives)
}

/// The training loss of a batch; `rng` makes the random choices.
fn loss_of<N: Network<Scalar = f64>>(
    network: &N,
    input: &[f64],
    targets: Weighed<'_, f64>,
    arena: &mut [f64],
    mut rng: Rng,
) -> Result<f64, Error> {
    let batch = input.len() / N::INPUTS;
    if N::CARRIES {
        arena.fill(0.0);
    }
    let (outputs, saved) = arena.split_at_mut(batch * N::OUTPUTS);
    network.forward(input, outputs, saved, &mut rng);
    let (loss, _) = N::loss_function().forward_weighed(outputs, targets, batch);
    check_loss(network, loss)?;
    Ok(loss)
}

/// For each number of a network, whether it is trained.
fn trained_numbers<N: Network>() -> Vec<bool> {
    let of = |tensor: &TensorInfo| vec![tensor.kind != Kind::Buffer; tensor.len()];
    N::TENSORS.iter().flat_map(of).collect()
}

fn in_f64<T: Scalar>(values: &[T]) -> Vec<f64> {
    values.iter().map(|value| value.as_f64()).collect()
}

/// The derivatives to the left and to the right of a point. They are equal except at the kink of a
/// ReLU, for example for an input of zeros and a bias of zero.
#[derive(Clone, Copy)]
struct Slopes {
    left: f64,
    right: f64,
}

impl Slopes {
    fn both(slope: f64) -> Slopes {
        Slopes { left: slope, right: slope }
    }

    /// Extrapolates to a step of 0, from the slopes for a step and for a tenth of it.
    fn extrapolated(self, shorter: Slopes) -> Slopes {
        let at_zero = |longer: f64, shorter: f64| (10.0 * shorter - longer) / 9.0;
        Slopes { left: at_zero(self.left, shorter.left), right: at_zero(self.right, shorter.right) }
    }

    fn apart(self) -> f64 {
        (self.right - self.left).abs()
    }

    /// Returns the value between the left and the right slope that is closest to `slope`. The
    /// derivative that back-propagation uses at a kink lies in this range.
    fn closest_to(self, slope: f64) -> f64 {
        slope.clamp(self.left.min(self.right), self.left.max(self.right))
    }
}

/// The steps of the central difference. The longest is the book's. The shorter ones are used if it
/// spans the kink of a ReLU.
const STEPS: [f64; 3] = [1e-4, 1e-5, 1e-6];

/// `L′(w)` by central differences, `(L(w + h) - L(w - h)) / 2h`, where `here` is `L(w)`. Steps `h`
/// are reduced until two of them agree up to rounding.
fn slopes(
    loss: &mut impl FnMut(f64) -> Result<f64, Error>,
    w: f64,
    here: f64,
) -> Result<Slopes, Error> {
    let (mut sides, mut slope) = (Slopes::both(f64::NAN), f64::NAN);
    let mut extrapolated = sides;
    for step in STEPS {
        let (right, left) = (loss(w + step)?, loss(w - step)?);
        if right == here && left == here {
            // The loss does not depend on this parameter, for example because an input is always 0.
            return Ok(Slopes::both(0.0));
        }
        let shorter = Slopes { left: (here - left) / step, right: (right - here) / step };
        extrapolated = sides.extrapolated(shorter);
        let central = (right - left) / (2.0 * step);
        let rounding = 8.0 * f64::EPSILON * (1.0 + here.abs()) / step;
        if (slope - central).abs() <= rounding {
            // Where the loss is smooth, the one-sided slopes converge as the step shrinks.
            let kink = extrapolated.apart() > (8.0 * rounding).max(sides.apart() / 2.0);
            // The longest step has the smallest rounding error.
            return Ok(if kink { extrapolated } else { Slopes::both(slope) });
        }
        (sides, slope) = (shorter, central);
    }
    // A kink is closer than the steps: use the slope of the side without it.
    Ok(extrapolated)
}
