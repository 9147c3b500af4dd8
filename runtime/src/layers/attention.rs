use super::affine::{Affine, backward_input, backward_weight, forward};
use super::layer::Layer;
use super::operation::{Operation, Sequence};
use super::step_layer::StepLayer;
use super::window::MAX_THREADS;
use crate::kernels::add_rows;
use crate::kernels::scalar::Scalar;
use crate::kernels::sequence::{Heads, attend, attend_at, attend_back};
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// Declares an attention layer.
macro_rules! attention {
    ($(#[$attribute:meta])* $name:ident, $is_causal:literal) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Tensors)]
        #[repr(C)]
        #[tensors(crate = crate)]
        pub struct $name<const TIME: usize, const D: usize, const HEADS: usize, T = f32> {
            /// The weights of queries, keys and values, `D × 3 × D`: `in_proj_weight[i][p][o]`.
            #[tensors(gates)]
            pub in_proj_weight: [[[T; D]; 3]; D],
            /// Their biases, `3 × D`.
            #[tensors(gates)]
            pub in_proj_bias: [[T; D]; 3],
            /// The affine layer that mixes the heads.
            pub out_proj: Affine<D, D, T>,
        }

        impl<const TIME: usize, const D: usize, const HEADS: usize, T: Scalar>
            $name<TIME, D, HEADS, T>
        {
            const SHAPE: Heads = {
                assert!(HEADS > 0 && D % HEADS == 0, "an attention whose heads do not divide its features");
                Heads { time: TIME, features: D, heads: HEADS, is_causal: $is_causal }
            };

            /// Queries, keys and values of all steps: `X·W + b`.
            fn project(&self, input: &[T], qkv: &mut [T]) {
                let weight = self.in_proj_weight.as_flattened().as_flattened();
                let bias = Some(self.in_proj_bias.as_flattened());
                forward(input, weight, bias, qkv, (input.len() / D, D, 3 * D));
            }
        }

        #[diagnostic::do_not_recommend]
        impl<const TIME: usize, const D: usize, const HEADS: usize, T: Scalar> Layer<T>
            for $name<TIME, D, HEADS, T>
        {
            const INPUTS: usize = TIME * D;
            const OUTPUTS: usize = TIME * D;
            const OPERATION: Operation = Operation::AttentionLayer {
                steps: Sequence { time: TIME, features: D },
                heads: HEADS,
                is_causal: $is_causal,
            };
            const FLOPS: usize = 8 * TIME * D * D + Self::SHAPE.flops();
            // Queries, keys and values, contexts, and probabilities.
            const SAVED: usize = Self::SHAPE.qkv_len() + TIME * D + Self::SHAPE.probabilities_len();
            const SCRATCH: usize = MAX_THREADS * Self::SHAPE.scratch_len();
            // The probabilities of one head at a time.
            const INFERENCE_SAVED: usize = Self::SHAPE.qkv_len() + TIME * D + TIME * TIME;

            fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
                let rows = input.len() / D;
                let (qkv, rest) = saved.split_at_mut(3 * rows * D);
                let (context, rest) = rest.split_at_mut(rows * D);
                let probabilities = &mut rest[..rows / TIME * Self::SHAPE.probabilities_len()];
                self.project(input, qkv);
                attend(Self::SHAPE, qkv, context, probabilities);
                self.out_proj.infer(context, output, &mut []);
            }

            fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
                let rows = input.len() / D;
                let (qkv, rest) = scratch.split_at_mut(3 * rows * D);
                let (context, rest) = rest.split_at_mut(rows * D);
                self.project(input, qkv);
                attend(Self::SHAPE, qkv, context, &mut rest[..rows * TIME]);
                self.out_proj.infer(context, output, &mut []);
            }

            fn backward(
                &self,
                input: &[T],
                saved: &mut [T],
                dout: &mut [T],
                grads: &mut Self,
                dinput: Option<&mut [T]>,
            ) {
                let rows = input.len() / D;
                let (qkv, rest) = saved.split_at_mut(3 * rows * D);
                let (context, rest) = rest.split_at_mut(rows * D);
                let (probabilities, scratch) =
                    rest.split_at_mut(rows / TIME * Self::SHAPE.probabilities_len());
                // The gradients replace the contexts, which are read for the last time.
                let shape = (rows, D, D);
                backward_weight(context, dout, grads.out_proj.weight.as_flattened_mut(), shape);
                add_rows(dout, &mut grads.out_proj.bias);
                backward_input(self.out_proj.weight.as_flattened(), dout, context, shape);
                attend_back(Self::SHAPE, qkv, context, probabilities, scratch);
                let shape = (rows, D, 3 * D);
                let dweight = grads.in_proj_weight.as_flattened_mut().as_flattened_mut();
                backward_weight(input, qkv, dweight, shape);
                add_rows(qkv, grads.in_proj_bias.as_flattened_mut());
                if let Some(dinput) = dinput {
                    let weight = self.in_proj_weight.as_flattened().as_flattened();
                    backward_input(weight, qkv, dinput, shape);
                }
            }
        }
    };
}

attention! {
    /// Attention of each step of a sequence to all steps, in `HEADS` heads (Vaswani et al., 2017).
    ///
    /// For `TIME` steps `X` (`TIME × D`), and in each head with `d = D / HEADS` columns of the queries
    /// `Q`, keys `K` and values `V`:
    ///
    /// ```text
    /// Q, K, V = X·W + b        P = softmax(Q·Kᵀ / √d)        Y = [P·V of all heads]·W' + b'
    /// ```
    ///
    /// As PyTorch's `MultiheadAttention` of a sequence to itself, whose weights load with
    /// [`Layout::PyTorch`](crate::saving::Layout). It does not know the order of the steps: add
    /// [`Positions`](super::Positions) before.
    Attention, false
}

attention! {
    /// Attention of each step of a sequence to itself and the steps before it: as
    /// [`Attention`](super::Attention), with the scores of later steps at `-∞`. The output of a step
    /// does not depend on later inputs.
    CausalAttention, true
}

#[diagnostic::do_not_recommend]
impl<const TIME: usize, const D: usize, const HEADS: usize, T: Scalar> StepLayer<T>
    for CausalAttention<TIME, D, HEADS, T>
{
    // The keys and values of all steps.
    const STATE: usize = Self::SHAPE.cache_len();
    // Queries, keys and values, the context, and scores.
    const STEP_SCRATCH: usize = 4 * D + Self::SHAPE.cached_scores_len();
    const MOST_STEPS: usize = TIME;

    fn step(&self, step: usize, input: &[T], output: &mut [T], state: &mut [T], scratch: &mut [T]) {
        let (qkv, rest) = scratch.split_at_mut(3 * D);
        let (context, scores) = rest.split_at_mut(D);
        self.project(input, qkv);
        let (queries, keys_and_values) = qkv.split_at(D);
        let (keys, values) = keys_and_values.split_at(D);
        Self::SHAPE.store(step, keys, values, state);
        attend_at(Self::SHAPE, step, queries, state, context, scores);
        self.out_proj.infer(context, output, &mut []);
    }
}
