//! Methods that a trainer has in other libraries. Here it has none, and the compiler says what to write
//! instead: their results are those of a trait that no type implements.

use super::Trainer;
use crate::network::declared::Network;

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `Trainer` has no `train`: it is called `fit`",
    label = "not a method of trainers",
    note = "write `trainer.fit((&x, &t))?`"
)]
pub trait OwnTrain {
    type Output;

    fn output() -> Self::Output;
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `Trainer` has no `predict`: its network has",
    label = "not a method of trainers",
    note = "write `trainer.network().predict(&x)?`, or after training `let net = trainer.into_network();`"
)]
pub trait OwnPredict {
    type Output;

    fn output() -> Self::Output;
}

/// The methods, which a declaration brings into scope.
#[doc(hidden)]
pub trait Calls {
    /// The network.
    type Network;

    /// `fit`.
    fn train<X>(&self, data: X) -> <Self::Network as OwnTrain>::Output
    where
        Self::Network: OwnTrain;

    /// `network().predict`.
    fn predict<X>(&self, x: X) -> <Self::Network as OwnPredict>::Output
    where
        Self::Network: OwnPredict;
}

impl<N: Network, O> Calls for Trainer<'_, N, O> {
    type Network = N;

    fn train<X>(&self, _: X) -> <N as OwnTrain>::Output
    where
        N: OwnTrain,
    {
        N::output()
    }

    fn predict<X>(&self, _: X) -> <N as OwnPredict>::Output
    where
        N: OwnPredict,
    {
        N::output()
    }
}
