use super::layer::Layer;
use super::operation::Operation;
use crate::kernels::scalar::Scalar;
use crate::kernels::sequence::{add_rows_to_table, rows_of_table};
use crate::params::init::Init;
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// A row of `D` learnt numbers for each of `V` indices (section 4.1 of the second book). It equals an
/// affine layer without biases on one-hot rows.
///
/// ```text
/// forward:   y = W[x]
/// backward:  dW[i] = Σ dy of all places with index i
/// ```
///
/// In a sequence of indices it replaces each index by its row. As PyTorch's `Embedding`. Since one
/// row is read for each index, [`Init::Xavier`] draws the rows with standard deviation 1.
///
/// ```
/// use chainrule::layers::{Embedding, Layer};
///
/// let embedding = Embedding::<3, 2> { weight: [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]] };
/// let mut output = [0.0; 4];
/// embedding.infer(&[2.0, 0.0], &mut output, &mut []);
/// assert_eq!(output, [4.0, 5.0, 0.0, 1.0]);
/// ```
///
/// # Panics
///
/// `forward` and `backward` panic if an index is not an integer below `V`. The operations of a network
/// that declares indices return [`Error::Index`](crate::Error::Index) instead.
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
#[tensors(crate = crate)]
pub struct Embedding<const V: usize, const D: usize, T = f32> {
    /// The rows, `V × D`.
    #[tensors(table)]
    pub weight: [[T; D]; V],
}

#[diagnostic::do_not_recommend]
impl<const V: usize, const D: usize, T: Scalar> Layer<T> for Embedding<V, D, T> {
    const INPUTS: usize = 1;
    const OUTPUTS: usize = D;
    const OPERATION: Operation = Operation::EmbeddingLayer { vocabulary: V, features: D };

    fn init(&mut self, init: Init, rng: &mut Rng) {
        init.draw(self.weight.as_flattened_mut(), 1, rng);
    }

    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
        self.infer(input, output, saved);
    }

    fn infer(&self, input: &[T], output: &mut [T], _scratch: &mut [T]) {
        rows_of_table(input, self.weight.as_flattened(), D, output);
    }

    fn backward(
        &self,
        input: &[T],
        _saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        add_rows_to_table(input, dout, D, grads.weight.as_flattened_mut());
        // An index has no derivative.
        if let Some(dinput) = dinput {
            dinput.fill(T::zero());
        }
    }
}
