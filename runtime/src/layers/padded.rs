//! Layers of padded sequences that read all steps. A sample of their input is the sequence, and its
//! length as the last number. Steps beyond it have no influence.

use super::layer::Layer;
use super::operation::{Operation, Sequence};
use crate::kernels::scalar::Scalar;
use crate::kernels::sequence::{largest_steps, mean_of_steps, mean_of_steps_back};
use crate::params::tensor::without_sequence_tensors;
use crate::rng::Rng;

/// The numbers of the steps within the length of each sample.
fn within<T: Scalar>(input: &[T], time: usize, features: usize) -> impl Iterator<Item = &[T]> {
    input.chunks_exact(time * features + 1).map(move |sample| {
        let length = sample[time * features].as_f64() as usize;
        &sample[..length.clamp(1, time) * features]
    })
}

/// Declares such a layer: its output from the steps within the length, and the gradient of these
/// steps.
macro_rules! padded {
    (
        $(#[$attribute:meta])*
        $name:ident<$time:ident, $features:ident>, outputs = $outputs:expr, operation = $operation:ident,
        forward = |$x:ident, $rest:ident, $y:ident| $forward:expr,
        backward = |$input:ident, $dy:ident, $dx:ident| $backward:expr
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[repr(C)]
        pub struct $name<const TIME: usize, const D: usize>;

        without_sequence_tensors!($name);

        #[diagnostic::do_not_recommend]
        impl<const $time: usize, const $features: usize, T: Scalar> Layer<T>
            for $name<$time, $features>
        {
            const INPUTS: usize = $time * $features + 1;
            const OUTPUTS: usize = $outputs;
            const OPERATION: Operation =
                Operation::$operation(Sequence { time: $time, features: $features });

            fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
                self.infer(input, output, saved);
            }

            fn infer(&self, input: &[T], output: &mut [T], _scratch: &mut [T]) {
                let samples = input.chunks_exact($time * $features + 1);
                let outputs = output.chunks_exact_mut($outputs);
                for (($x, sample), $y) in
                    within(input, $time, $features).zip(samples).zip(outputs)
                {
                    let $rest = &sample[$x.len()..$time * $features];
                    $forward
                }
            }

            fn backward(
                &self,
                input: &[T],
                _saved: &mut [T],
                dout: &mut [T],
                _grads: &mut Self,
                dinput: Option<&mut [T]>,
            ) {
                let Some(dinput) = dinput else { return };
                dinput.fill(T::zero());
                let gradients = dout
                    .chunks_exact($outputs)
                    .zip(dinput.chunks_exact_mut($time * $features + 1));
                for ($input, ($dy, dx)) in within(input, $time, $features).zip(gradients) {
                    let $dx = &mut dx[..$input.len()];
                    $backward
                }
            }
        }
    };
}

padded! {
    /// The features of the last step within the length of a padded sequence.
    PaddedLast<TIME, D>, outputs = D, operation = LastLayer,
    forward = |x, _rest, y| y.copy_from_slice(&x[x.len() - D..]),
    backward = |x, dy, dx| dx[x.len() - D..].copy_from_slice(dy)
}

padded! {
    /// The mean of each feature over the steps within the length of a padded sequence.
    PaddedMean<TIME, D>, outputs = D, operation = MeanLayer,
    forward = |x, _rest, y| mean_of_steps(x, y, x.len() / D, D),
    backward = |x, dy, dx| mean_of_steps_back(dy, dx, x.len() / D, D)
}

padded! {
    /// The largest number of each feature over the steps within the length of a padded sequence.
    PaddedMax<TIME, D>, outputs = D, operation = MaxLayer,
    forward = |x, _rest, y| largest_steps(x, x.len() / D, D, |from, to| y[to] = x[from]),
    backward = |x, dy, dx| largest_steps(x, x.len() / D, D, |from, to| dx[from] = dy[to])
}

padded! {
    /// The steps within the length of a padded sequence in reverse order; those beyond it stay where
    /// they are.
    PaddedReverse<TIME, D>, outputs = TIME * D, operation = ReverseLayer,
    forward = |x, rest, y| {
        for (from, to) in x.chunks_exact(D).rev().zip(y.chunks_exact_mut(D)) {
            to.copy_from_slice(from);
        }
        y[x.len()..].copy_from_slice(rest);
    },
    backward = |x, dy, dx| {
        for (from, to) in dy[..x.len()].chunks_exact(D).rev().zip(dx.chunks_exact_mut(D)) {
            to.copy_from_slice(from);
        }
    }
}
