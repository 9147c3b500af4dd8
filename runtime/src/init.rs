//! How parameters start out (section 6.2 of the book).

use crate::rng::Rng;
use crate::scalar::Scalar;
use crate::tensor::{Kind, TensorInfo};

/// How the weights of a network are drawn. Biases always start at zero.
///
/// All but [`Zeros`](Init::Zeros) draw from a normal distribution with mean 0
/// and the deviation given below, where `n` is the number of inputs of the
/// layer.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Init {
    /// The given standard deviation, the same for all layers: `0.01` in
    /// chapter 5.
    ///
    /// It is taken as it is. A negative one mirrors the draws; NaN or infinity
    /// makes weights that are not finite, which the first operation that
    /// they spoil tells as [`Error::Parameter`](crate::Error::Parameter).
    Normal(f64),
    /// `1/√n`, suited to layers before a sigmoid (Glorot and Bengio, 2010, in
    /// the simplified form of the book).
    Xavier,
    /// `√(2/n)`, suited to layers before a ReLU (He et al., 2015).
    He,
    /// Every weight zero. A network of more than one layer does not learn from
    /// there, since all its units stay alike.
    Zeros,
}

impl Init {
    /// The standard deviation of the weights of a layer with `inputs` inputs.
    pub fn deviation(self, inputs: usize) -> f64 {
        match self {
            Init::Normal(deviation) => deviation,
            Init::Xavier => (1.0 / inputs as f64).sqrt(),
            Init::He => (2.0 / inputs as f64).sqrt(),
            Init::Zeros => 0.0,
        }
    }

    /// Draws the weights among `parameters` in the order of `tensors`, and sets
    /// the biases to zero.
    pub(crate) fn fill<T: Scalar>(
        self,
        parameters: &mut [T],
        tensors: &[TensorInfo],
        rng: &mut Rng,
    ) {
        for tensor in tensors {
            let values = tensor.of_mut(parameters);
            match (tensor.kind, self) {
                (Kind::Weight, Init::Normal(_) | Init::Xavier | Init::He) => {
                    let deviation = self.deviation(tensor.shape[0]);
                    values.fill_with(|| T::from_f64(deviation * rng.normal()));
                }
                (Kind::Weight, Init::Zeros) | (Kind::Bias, _) => values.fill(T::zero()),
            }
        }
    }
}
