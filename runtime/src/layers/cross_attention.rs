use super::affine::{Affine, backward_input, backward_weight};
use super::attention::{Attention, CausalAttention};
use super::layer::Layer;
use super::operation::{Operation, Sequence};
use super::window::MAX_THREADS;
use crate::kernels::scalar::Scalar;
#[cfg(feature = "std")]
use crate::kernels::sequence::attention_scores;
use crate::kernels::sequence::{Pairs, attend_to, attend_to_back};
use crate::kernels::{Matrix, add_rows, matmul, matmul_part};
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// How a sample of the input is divided, and the sizes of the attention.
#[derive(Clone, Copy)]
struct Parts {
    sizes: Pairs,
    /// Whether the memory is the sequence of the queries.
    is_self: bool,
    /// Whether the last number is the length of the memory.
    has_length: bool,
}

/// The memory that an attention saves between the passes: for all samples, one part after the other.
struct Saved<'s, T> {
    /// The two sequences of the input; the second is empty if it is the first.
    inputs: [&'s mut [T]; 2],
    queries: &'s mut [T],
    /// Keys and values.
    memory: &'s mut [T],
    context: &'s mut [T],
    probabilities: &'s mut [T],
    lengths: &'s mut [T],
    scratch: &'s mut [T],
}

impl Parts {
    /// The numbers of the two sequences of a sample.
    const fn lens(self) -> [usize; 2] {
        let memory = if self.is_self { 0 } else { self.sizes.memory * self.sizes.features };
        [self.sizes.queries * self.sizes.features, memory]
    }

    const fn inputs(self) -> usize {
        let [queries, memory] = self.lens();
        queries + memory + if self.has_length { 1 } else { 0 }
    }

    const fn outputs(self) -> usize {
        self.sizes.queries * self.sizes.features
    }

    const fn saved(self) -> usize {
        let [queries, memory] = self.lens();
        let keys_and_values = 2 * self.sizes.memory * self.sizes.features;
        3 * queries + memory + keys_and_values + self.sizes.probabilities_len() + 1
    }

    const fn operation(self) -> Operation {
        let Pairs { queries, memory, features, heads } = self.sizes;
        let memory = Sequence { time: memory, features };
        match self.is_self {
            true => Operation::AttentionLayer { steps: memory, heads, is_causal: false },
            false => Operation::CrossAttentionLayer { queries, memory, heads },
        }
    }

    const fn flops(self) -> usize {
        let Pairs { queries, memory, features, .. } = self.sizes;
        4 * (queries + memory) * features * features + self.sizes.flops()
    }

    fn split<T>(self, batch: usize, saved: &mut [T]) -> Saved<'_, T> {
        let [queries, memory] = self.lens();
        let (first, rest) = saved.split_at_mut(batch * queries);
        let (second, rest) = rest.split_at_mut(batch * memory);
        let (queries, rest) = rest.split_at_mut(batch * queries);
        let keys_and_values = 2 * self.sizes.memory * self.sizes.features;
        let (memory, rest) = rest.split_at_mut(batch * keys_and_values);
        let (context, rest) = rest.split_at_mut(first.len());
        let (probabilities, rest) = rest.split_at_mut(batch * self.sizes.probabilities_len());
        let (lengths, scratch) = rest.split_at_mut(batch);
        Saved { inputs: [first, second], queries, memory, context, probabilities, lengths, scratch }
    }

    /// Computes the contexts of all heads.
    fn attend<T: Scalar>(self, weight: &[T], bias: &[T], input: &[T], saved: &mut Saved<'_, T>) {
        let (features, [first_len, second_len]) = (self.sizes.features, self.lens());
        for (sample, row) in input.chunks_exact(self.inputs()).enumerate() {
            let (first, rest) = row.split_at(first_len);
            let (second, length) = rest.split_at(second_len);
            saved.inputs[0][sample * first_len..][..first_len].copy_from_slice(first);
            saved.inputs[1][sample * second_len..][..second_len].copy_from_slice(second);
            let all = T::from_f64(self.sizes.memory as f64);
            saved.lengths[sample] = length.first().copied().unwrap_or(all);
        }
        let [first, second] = &saved.inputs;
        let second = if self.is_self { first } else { second };
        let [of_queries, of_memory] = weights(weight, features);
        let rows = first.len() / features;
        let (of_query, of_keys) = bias.split_at(features);
        matmul(Matrix::new(first, rows, features), of_queries, Some(of_query), saved.queries);
        let rows = second.len() / features;
        matmul(Matrix::new(second, rows, features), of_memory, Some(of_keys), saved.memory);
        let sequences = (&*saved.queries, &*saved.memory);
        attend_to(self.sizes, sequences, saved.lengths, saved.context, saved.probabilities);
    }

    /// Computes the gradients of the weights and of the input, given those of the contexts in their
    /// place.
    fn attend_back<T: Scalar>(
        self,
        weight: &[T],
        saved: &mut Saved<'_, T>,
        (dweight, dbias): (&mut [T], &mut [T]),
        dinput: Option<&mut [T]>,
    ) {
        let (features, sizes) = (self.sizes.features, self.sizes);
        let Saved { inputs, queries, memory, context, probabilities, lengths, scratch } = saved;
        let sequences = (&mut **queries, &mut **memory);
        attend_to_back(sizes, sequences, lengths, context, probabilities, scratch);
        let [first, second] = inputs;
        let (rows, memory_rows) = (queries.len() / features, memory.len() / (2 * features));
        let read = if self.is_self { &**first } else { &**second };
        let dqueries = Matrix::new(queries, rows, features);
        let dmemory = Matrix::new(memory, memory_rows, 2 * features);
        matmul_part(
            Matrix::new(first, rows, features).transposed(),
            dqueries,
            dweight,
            3 * features,
        );
        let read = Matrix::new(read, memory_rows, features).transposed();
        matmul_part(read, dmemory, &mut dweight[features..], 3 * features);
        let (of_query, of_keys) = dbias.split_at_mut(features);
        add_rows(queries, of_query);
        add_rows(memory, of_keys);
        let Some(dinput) = dinput else { return };
        let [of_queries, of_memory] = weights(weight, features).map(Matrix::transposed);
        matmul(dqueries, of_queries, None, first);
        let dmemory_of_input = if self.is_self { &mut **context } else { &mut **second };
        matmul(dmemory, of_memory, None, dmemory_of_input);
        if self.is_self {
            first.iter_mut().zip(&**context).for_each(|(sum, &more)| *sum += more);
        }
        let [first_len, second_len] = self.lens();
        for (sample, row) in dinput.chunks_exact_mut(self.inputs()).enumerate() {
            let (of_first, rest) = row.split_at_mut(first_len);
            let (of_second, of_length) = rest.split_at_mut(second_len);
            of_first.copy_from_slice(&first[sample * first_len..][..first_len]);
            of_second.copy_from_slice(&second[sample * second_len..][..second_len]);
            of_length.fill(T::zero());
        }
    }
}

/// The columns of the weights of queries, and those of keys and values.
fn weights<T>(weight: &[T], features: usize) -> [Matrix<'_, T>; 2] {
    [(0, features), (features, 2 * features)]
        .map(|(from, columns)| Matrix::part(&weight[from..], features, columns, 3 * features))
}

/// The probabilities of one sample.
#[cfg(feature = "std")]
fn scores<T: Scalar>(
    (weight, bias): (&[T], &[T]),
    (queries, memory): (&[T], &[T]),
    heads: usize,
    is_causal: bool,
) -> Vec<T> {
    let features = bias.len() / 3;
    let project = |sequence: &[T], part: usize, columns: usize| {
        let rows = sequence.len() / features;
        let mut products = vec![T::zero(); rows * columns];
        let weights = weights(weight, features)[part];
        let bias = Some(&bias[part * features..][..columns]);
        matmul(Matrix::new(sequence, rows, features), weights, bias, &mut products);
        products
    };
    let sizes = Pairs {
        queries: queries.len() / features,
        memory: memory.len() / features,
        features,
        heads,
    };
    let (queries, memory) = (project(queries, 0, features), project(memory, 1, 2 * features));
    attention_scores(sizes, &queries, &memory, is_causal)
}

/// Declares an attention with parts.
macro_rules! attention_of_parts {
    (
        $(#[$attribute:meta])*
        $name:ident<$($size:ident),*>, $queries:ident of $memory:ident,
        is_self = $is_self:literal, has_length = $has_length:literal
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Tensors)]
        #[repr(C)]
        #[tensors(crate = crate)]
        pub struct $name<$(const $size: usize,)* const D: usize, const HEADS: usize, T = f32> {
            /// The weights of queries, keys and values, `D × 3 × D`: `in_proj_weight[i][p][o]`.
            #[tensors(gates)]
            pub in_proj_weight: [[[T; D]; 3]; D],
            /// Their biases, `3 × D`.
            #[tensors(gates)]
            pub in_proj_bias: [[T; D]; 3],
            /// The affine layer that mixes the heads.
            pub out_proj: Affine<D, D, T>,
        }

        impl<$(const $size: usize,)* const D: usize, const HEADS: usize, T: Scalar>
            $name<$($size,)* D, HEADS, T>
        {
            const PARTS: Parts = {
                assert!(
                    HEADS > 0 && D % HEADS == 0,
                    "an attention whose heads do not divide its features"
                );
                let sizes = Pairs { queries: $queries, memory: $memory, features: D, heads: HEADS };
                Parts { sizes, is_self: $is_self, has_length: $has_length }
            };
        }

        #[diagnostic::do_not_recommend]
        impl<$(const $size: usize,)* const D: usize, const HEADS: usize, T: Scalar> Layer<T>
            for $name<$($size,)* D, HEADS, T>
        {
            const INPUTS: usize = Self::PARTS.inputs();
            const OUTPUTS: usize = Self::PARTS.outputs();
            const OPERATION: Operation = Self::PARTS.operation();
            const FLOPS: usize = Self::PARTS.flops();
            const SAVED: usize = Self::PARTS.saved();
            const SCRATCH: usize = MAX_THREADS * Self::PARTS.sizes.scratch_len();

            fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
                self.infer(input, output, saved);
            }

            fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
                let mut saved = Self::PARTS.split(input.len() / Self::INPUTS, scratch);
                let weight = self.in_proj_weight.as_flattened().as_flattened();
                Self::PARTS.attend(weight, self.in_proj_bias.as_flattened(), input, &mut saved);
                self.out_proj.infer(saved.context, output, &mut []);
            }

            fn backward(
                &self,
                input: &[T],
                saved: &mut [T],
                dout: &mut [T],
                grads: &mut Self,
                dinput: Option<&mut [T]>,
            ) {
                let mut saved = Self::PARTS.split(input.len() / Self::INPUTS, saved);
                let shape = (dout.len() / D, D, D);
                let dweight = grads.out_proj.weight.as_flattened_mut();
                backward_weight(saved.context, dout, dweight, shape);
                add_rows(dout, &mut grads.out_proj.bias);
                backward_input(self.out_proj.weight.as_flattened(), dout, saved.context, shape);
                let weight = self.in_proj_weight.as_flattened().as_flattened();
                let dweight = grads.in_proj_weight.as_flattened_mut().as_flattened_mut();
                let dbias = grads.in_proj_bias.as_flattened_mut();
                Self::PARTS.attend_back(weight, &mut saved, (dweight, dbias), dinput);
            }
        }
    };
}

attention_of_parts! {
    /// Attention of each step of a sequence of `QUERIES` steps to the steps of another, the memory, in
    /// `HEADS` heads: in a declaration, `(query, memory) -> Attention(4)`.
    ///
    /// As [`Attention`](super::Attention), with the queries of the first sequence, and the keys and
    /// values of the second. As PyTorch's `MultiheadAttention`, whose weights load with
    /// [`Layout::PyTorch`](crate::saving::Layout). A sample of the input is the one sequence, then the
    /// other.
    CrossAttention<QUERIES, MEMORY>, QUERIES of MEMORY, is_self = false, has_length = false
}

attention_of_parts! {
    /// [`CrossAttention`](super::CrossAttention) to a padded memory: the last number of a sample of the
    /// input is its length. Steps beyond it have no influence.
    PaddedCrossAttention<QUERIES, MEMORY>, QUERIES of MEMORY, is_self = false, has_length = true
}

attention_of_parts! {
    /// [`Attention`](super::Attention) of a padded sequence: the last number of a sample of the input
    /// is its length. Steps beyond it have no influence.
    PaddedAttention<TIME>, TIME of TIME, is_self = true, has_length = true
}

/// Declares the method that returns the probabilities of one sequence.
macro_rules! scores_of_one {
    ($name:ident, $is_causal:literal) => {
        impl<const TIME: usize, const D: usize, const HEADS: usize, T: Scalar>
            $name<TIME, D, HEADS, T>
        {
            /// The probabilities with which each step of the sequence `x` attends to each step:
            /// `HEADS × steps × steps` numbers. `x` is the value before this layer, of any number of
            /// steps with `D` features; [`hidden`](crate::NetworkExt::hidden) returns it.
            ///
            /// # Panics
            ///
            /// If `x` is empty, or no multiple of `D` numbers.
            #[cfg(feature = "std")]
            #[must_use]
            pub fn scores(&self, x: &[T]) -> Vec<T> {
                assert!(!x.is_empty() && x.len() % D == 0, "the steps of an attention");
                let weight = self.in_proj_weight.as_flattened().as_flattened();
                let weights = (weight, self.in_proj_bias.as_flattened());
                scores(weights, (x, x), HEADS, $is_causal)
            }
        }
    };
}

scores_of_one!(Attention, false);
scores_of_one!(CausalAttention, true);
scores_of_one!(PaddedAttention, false);

/// Declares the method that returns the probabilities of two sequences.
macro_rules! scores_of_two {
    ($name:ident) => {
        impl<
            const QUERIES: usize,
            const MEMORY: usize,
            const D: usize,
            const HEADS: usize,
            T: Scalar,
        > $name<QUERIES, MEMORY, D, HEADS, T>
        {
            /// The probabilities with which each step of `query` attends to each step of `memory`:
            /// `HEADS × queries × steps of the memory` numbers. Both are the values before this layer, of
            /// any number of steps with `D` features; [`hidden`](crate::NetworkExt::hidden) returns
            /// them. Of a padded memory, give the steps within its length.
            ///
            /// # Panics
            ///
            /// If one of them is empty, or no multiple of `D` numbers.
            #[cfg(feature = "std")]
            #[must_use]
            pub fn scores(&self, query: &[T], memory: &[T]) -> Vec<T> {
                for sequence in [query, memory] {
                    let is_sequence = !sequence.is_empty() && sequence.len() % D == 0;
                    assert!(is_sequence, "the steps of an attention");
                }
                let weight = self.in_proj_weight.as_flattened().as_flattened();
                let weights = (weight, self.in_proj_bias.as_flattened());
                scores(weights, (query, memory), HEADS, false)
            }
        }
    };
}

scores_of_two!(CrossAttention);
scores_of_two!(PaddedCrossAttention);
