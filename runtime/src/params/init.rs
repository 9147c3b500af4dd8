//! Initialization of parameters (section 6.2 of the book).

// In `core`, numbers do not have these functions.
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

use super::tensor::{Kind, TensorInfo};
use crate::kernels::scalar::Scalar;
use crate::rng::Rng;

/// How the weights of a network are initialized. Biases always start at zero.
///
/// All variants except [`Zeros`](Init::Zeros) have mean 0 and the standard deviation given below,
/// where `n` is the number of inputs of the layer. Weights are drawn from a normal distribution
/// unless the variant is uniform. A uniform distribution lies between `-√3` and `√3` times the
/// standard deviation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Init {
    /// A fixed standard deviation for all layers: `0.01` in chapter 5.
    ///
    /// The value is not checked. A negative one mirrors the draws. NaN or infinity results in
    /// weights that are not finite. The first operation they affect reports them as
    /// [`Error::Parameter`](crate::Error::Parameter).
    Normal(f64),
    /// `1/√n`, suited to layers before a sigmoid (Glorot and Bengio, 2010, in the simplified form
    /// of the book).
    #[doc(alias("Glorot", "xavier_normal"))]
    Xavier,
    /// `√(2/n)`, suited to layers before a ReLU (He et al., 2015).
    #[doc(alias("Kaiming", "kaiming_normal"))]
    He,
    /// As [`Xavier`](Init::Xavier), uniformly distributed in `±√(3/n)`.
    ///
    /// The full form of Glorot and Bengio (2010), PyTorch's `xavier_uniform_`, also depends on the
    /// number of outputs: `±√(6/(n + outputs))`. Both are the same if a layer has as many outputs
    /// as inputs.
    XavierUniform,
    /// As [`He`](Init::He), uniformly distributed in `±√(6/n)` (He et al., 2015). PyTorch's
    /// `kaiming_uniform_` for ReLU.
    HeUniform,
    /// Selects the initialization of each layer by the following activation: [`He`](Init::He)
    /// before `Relu` and its relatives, which are unbounded above, such as `LeakyRelu` and `Gelu`;
    /// otherwise [`Xavier`](Init::Xavier). Normalization and dropout layers in between are skipped.
    #[default]
    Auto,
    /// All weights zero. A network of more than one layer cannot be trained from this state, since
    /// all its units stay identical.
    Zeros,
}

impl Init {
    /// Replaces [`Auto`](Init::Auto) by `suited`.
    #[doc(hidden)]
    #[must_use]
    pub fn or_auto(self, suited: Init) -> Init {
        if self == Init::Auto { suited } else { self }
    }

    /// The standard deviation of the weights of a layer with `inputs` inputs.
    pub fn std_dev(self, inputs: usize) -> f64 {
        match self {
            Init::Normal(std_dev) => std_dev,
            Init::Xavier | Init::XavierUniform | Init::Auto => (1.0 / inputs as f64).sqrt(),
            Init::He | Init::HeUniform => (2.0 / inputs as f64).sqrt(),
            Init::Zeros => 0.0,
        }
    }

    /// Draws the weights in `parameters` in the order of `tensors`, and sets the biases to zero.
    pub(crate) fn fill<T: Scalar>(
        self,
        parameters: &mut [T],
        tensors: &[TensorInfo],
        rng: &mut Rng,
    ) {
        for tensor in tensors {
            let values = tensor.of_mut(parameters);
            match tensor.kind {
                Kind::Weight => self.draw(values, tensor.shape[0], rng),
                Kind::Bias | Kind::Buffer => values.fill(T::zero()),
            }
        }
    }

    /// Draws weights that sum up `inputs` numbers each.
    pub(crate) fn draw<T: Scalar>(self, weights: &mut [T], inputs: usize, rng: &mut Rng) {
        match self {
            Init::Normal(_) | Init::Xavier | Init::He | Init::Auto => {
                let std_dev = self.std_dev(inputs);
                weights.fill_with(|| T::from_f64(std_dev * rng.normal()));
            }
            Init::XavierUniform | Init::HeUniform => {
                let bound = 3.0_f64.sqrt() * self.std_dev(inputs);
                weights.fill_with(|| T::from_f64(bound * (2.0 * rng.uniform() - 1.0)));
            }
            Init::Zeros => weights.fill(T::zero()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 200,000 weights of a layer with 50 inputs.
    fn weights(init: Init) -> Vec<f64> {
        const TENSORS: [TensorInfo; 1] = [TensorInfo::new(Kind::Weight, &[50, 4000])];
        let mut weights = vec![0.0; 200_000];
        init.fill(&mut weights, &TENSORS, &mut Rng::seed(0));
        weights
    }

    fn std_dev(weights: &[f64]) -> f64 {
        (weights.iter().map(|w| w * w).sum::<f64>() / weights.len() as f64).sqrt()
    }

    #[test]
    fn uniform_weights_stay_within_bounds_and_deviate_as_normal_ones() {
        for (uniform, normal, bound) in [
            (Init::XavierUniform, Init::Xavier, (3.0_f64 / 50.0).sqrt()),
            (Init::HeUniform, Init::He, (6.0_f64 / 50.0).sqrt()),
        ] {
            let weights = weights(uniform);
            let mean = weights.iter().sum::<f64>() / weights.len() as f64;
            let largest = weights.iter().fold(0.0, |largest: f64, w| largest.max(w.abs()));
            assert!(largest <= bound && largest > 0.999 * bound, "{uniform:?}: {largest}");
            // Five times the standard error of 200,000 draws.
            assert!(mean.abs() < 5.0 * bound / (3.0 * 200_000.0_f64).sqrt(), "{mean}");
            let expected = normal.std_dev(50);
            assert_eq!(uniform.std_dev(50), expected);
            assert!((std_dev(&weights) / expected - 1.0).abs() < 0.01);
        }
    }
}
