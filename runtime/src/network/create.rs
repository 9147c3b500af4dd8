//! Creates networks and workspaces.

use super::declared::Network;
use super::workspace::Workspace;
use crate::kernels::scalar::Scalar;
use crate::params::init::Init;
use crate::rng::Rng;

/// The network of the expression form of `network!`: weights drawn by [`Init::Auto`], from a
/// generator with seed 0.
#[doc(hidden)]
pub fn initialised<N: Network>() -> Box<N> {
    N::new(Init::Auto, &mut Rng::seed(0))
}

/// A workspace for one gradient. The seed is computed from the network's last numbers. Random
/// choices are therefore the same for the same network, and differ after each training step.
#[doc(hidden)]
pub fn workspace_for<N: Network>(network: &N) -> Workspace<N::Scalar> {
    let last = network.parameters().iter().rev().take(16);
    let seed = last.fold(0, |seed: u64, number| seed.rotate_left(5) ^ number.as_f64().to_bits());
    Workspace::with_rng(Rng::seed(seed))
}

/// A copy that is created directly on the heap.
#[doc(hidden)]
pub fn boxed_clone<N: Network>(network: &N) -> Box<N> {
    let mut copy = N::zeros();
    copy.numbers_mut().copy_from_slice(network.numbers());
    copy
}
