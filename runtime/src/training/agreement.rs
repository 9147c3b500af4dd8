//! What ranks compare before they train.

use core::any::type_name;

use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::network::declared::Network;
use crate::params::hash::Fnv;
use crate::ranks::{Fact, Ranks, check_same};

/// Compares this rank with the others before a training loop of your own: the version of this
/// crate, the network and its parameters, and the number of samples. The
/// [`Trainer`](crate::Trainer) does this by itself.
///
/// # Errors
///
/// [`Error::Ranks`] on every rank, with the first difference.
pub fn check_ranks<N: Network>(
    ranks: &dyn Ranks<N::Scalar>,
    network: &impl AsRef<N>,
    samples: usize,
) -> Result<(), Error> {
    let network = network.as_ref();
    let facts = [of_type::<N>(), vec![("samples", samples.to_string()), of_parameters(network)]];
    check_same(ranks, &facts.concat()).map_err(Error::of_ranks)
}

/// The version of this crate, and the type of the network.
pub(crate) fn of_type<N: Network>() -> Vec<Fact> {
    vec![
        ("the version of chainrule", env!("CARGO_PKG_VERSION").to_owned()),
        ("the network", format!("{} of signature {}", N::NAME, N::SIGNATURE)),
        ("the scalar type", type_name::<N::Scalar>().to_owned()),
    ]
}

/// The parameters, as a hash.
pub(crate) fn of_parameters<N: Network>(network: &N) -> Fact {
    let hash = network.parameters().iter().fold(Fnv::new(), |hash, parameter| {
        hash.bytes(&parameter.as_f64().to_bits().to_le_bytes())
    });
    ("parameters", format!("of hash {:016x}", hash.0))
}
