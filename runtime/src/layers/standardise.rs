use super::layer::Layer;
use super::operation::Operation;
use crate::error::{Error, Overflowed};
use crate::kernels::scalar::Scalar;
use crate::kernels::{column_deviations, standardise_columns, standardise_columns_back};
use crate::network::finite::check_finite;
use crate::network::input::Input;
use crate::network::memory::Buffer;
use crate::network::part::{Part, row_major};
use crate::params::init::Init;
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// Standardization of the inputs: subtracts the mean of each feature and divides by its standard
/// deviation. Both are computed once from the training data, by [`fit`](Standardise::fit). They are
/// buffers, so they are saved with the network, and training does not change them.
///
/// ```text
/// forward:   y = (x - mean) / std
/// backward:  dx = dy / std
/// ```
///
/// Training and inference compute the same. Before `fit`, the layer is the identity: `mean` is 0
/// and `std` 1. Initializing the network again resets it.
///
/// As scikit-learn's `StandardScaler`: the variance is the biased one, divided by the number of
/// samples, and a feature that is constant in the training data is only centred, with a `std` of 1.
/// A `std` of 0, as in a network of zeros, also counts as 1.
///
/// Fit it with the training samples only. With the others, the test set would influence the
/// network that it judges.
///
/// ```
/// use chainrule::{Init, Rng, network};
///
/// network! {
///     struct Net = Input(2) -> Standardise -> Affine(3) -> Relu -> Affine(2) => SoftmaxWithLoss;
/// }
///
/// let mut net = Net::new(Init::He, &mut Rng::seed(0));
/// net.standardise1.fit(&[[1.0, 500.0], [3.0, 500.0]])?;
/// assert_eq!(net.standardise1.mean, [2.0, 500.0]);
/// assert_eq!(net.standardise1.std, [1.0, 1.0]); // 500 is constant
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
#[tensors(crate = crate)]
pub struct Standardise<const N: usize, T = f32> {
    /// The mean of each feature. Initialized to 0.
    #[tensors(buffer)]
    pub mean: [T; N],
    /// The standard deviation of each feature. Initialized to 1.
    #[tensors(buffer)]
    pub std: [T; N],
}

impl<const N: usize, T: Scalar> Standardise<N, T> {
    /// Sets the mean and the standard deviation of each feature to those of `x`, `samples × N`.
    /// Sums are computed in `f64`, from deviations from the mean.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyBatch`] without samples, [`Error::Features`] if they do not have `N` features,
    /// [`Error::NotFinite`] for NaN and infinities, [`Error::Overflow`] if a variance exceeds the
    /// range of `f64`, [`Error::Memory`] if there is no memory for a row-major copy of an `x` in
    /// another layout. The layer is then unchanged.
    pub fn fit(&mut self, x: impl Input<T, N>) -> Result<(), Error> {
        let x = x.samples();
        let found = Part::<T>::columns(&x);
        if found != N {
            return Err(Error::Features { network: "Standardise", expected: N, found });
        }
        #[cfg(feature = "std")]
        let mut copy = Vec::new();
        #[cfg(feature = "std")]
        let staging = Buffer::Heap(&mut copy);
        // Without arrays of any layout, nothing is copied.
        #[cfg(not(feature = "std"))]
        let staging = Buffer::Given(&mut []);
        let rows = row_major(&x, staging)?;
        if rows.is_empty() {
            return Err(Error::EmptyBatch);
        }
        check_finite("inputs", rows, N)?;
        let (mut mean, mut std) = ([T::zero(); N], [T::zero(); N]);
        column_deviations(rows, &mut mean, &mut std);
        if let Some(column) = std.iter().position(|std| !std.is_finite()) {
            let (what, value) = (Overflowed::Deviation { column }, std[column].as_f64());
            return Err(Error::Overflow { what, value, scalar: core::any::type_name::<T>() });
        }
        let constant = std.iter_mut().filter(|std| **std == T::zero());
        constant.for_each(|std| *std = T::one());
        (self.mean, self.std) = (mean, std);
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, T: Scalar> Layer<T> for Standardise<N, T> {
    const INPUTS: usize = N;
    const OUTPUTS: usize = N;
    const OPERATION: Operation = Operation::StandardiseLayer(N);

    fn init(&mut self, _init: Init, _rng: &mut Rng) {
        self.mean.fill(T::zero());
        self.std.fill(T::one());
    }

    fn forward(&self, input: &[T], output: &mut [T], _saved: &mut [T], _rng: &mut Rng) {
        standardise_columns(input, &self.mean, &self.std, output);
    }

    fn backward(
        &self,
        _input: &[T],
        _saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        grads.mean.fill(T::zero());
        grads.std.fill(T::zero());
        if let Some(dinput) = dinput {
            standardise_columns_back(dout, &self.std, dinput);
        }
    }
}
