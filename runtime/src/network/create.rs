//! New networks and workspaces.

use super::declared::Network;
use super::workspace::Workspace;
use crate::kernels::scalar::Scalar;
use crate::params::init::Init;
use crate::rng::Rng;

/// What the expression form of `network!` makes: weights drawn as suits each
/// layer, from a generator that starts at 0.
#[doc(hidden)]
pub fn initialised<N: Network>() -> Box<N> {
    N::new(Init::Suited, &mut Rng::seed(0))
}

/// A workspace for one gradient. What is left to chance comes out the same for
/// the same network, and differently after each step of training: the seed are
/// the last of its numbers.
#[doc(hidden)]
pub fn workspace_for<N: Network>(network: &N) -> Workspace<N::Scalar> {
    let last = network.parameters().iter().rev().take(16);
    let seed = last.fold(0, |seed: u64, number| seed.rotate_left(5) ^ number.as_f64().to_bits());
    Workspace::with_rng(Rng::seed(seed))
}

/// A copy that does not pass through the stack.
#[doc(hidden)]
pub fn boxed_clone<N: Network>(network: &N) -> Box<N> {
    let mut copy = N::zeros();
    copy.numbers_mut().copy_from_slice(network.numbers());
    copy
}
