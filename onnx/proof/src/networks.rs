//! The networks: every layer, activation and setting at least once.

use chainrule::layers::{Layer, Operation};
use chainrule::{Init, Rng, Scalar, Tensors, network, onnx};

use super::{Folder, drawn};

network! { struct Plain = Affine(5, 3) => IdentityWithLoss; }
network! { struct Classifier = Affine(6, 9) -> Relu -> Dropout(0.5) -> Affine(4) => SoftmaxWithLoss; }
network! { struct Decisions = Affine(6, 5, bias = false) -> Tanh -> Affine(3) => BinaryCrossEntropy; }
network! { struct Rectifiers = Affine(4, 8) -> LeakyRelu(0.2) -> Affine(8) -> LeakyRelu -> Affine(8)
-> Elu(0.7) -> Affine(8) -> Elu -> Affine(8) -> Softplus -> Affine(2) => Huber; }
network! { struct Smooth = Affine(4, 8) -> Gelu -> Affine(8) -> Silu -> Affine(8) -> Mish -> Affine(2)
=> MeanAbsolute; }
network! { struct Bounded = Affine(4, 8) -> Sigmoid -> Affine(8) -> Tanh -> Affine(8) -> HardTanh
-> Affine(2) -> Dropout(0.1) => HingeLoss; }
network! { struct Normalised = Input(6) -> Standardise -> Affine(8) -> BatchNorm -> Relu -> Affine(8)
-> LayerNorm -> Tanh -> Affine(3) => KlDivergence; }
network! { struct Images = Input(2, 9, 8) -> Conv2d(6, 3, padding = 1) -> BatchNorm -> Relu -> MaxPool2d(2)
-> Conv2d(4, (2, 3), stride = (1, 2), padding = (1, 0), bias = false) -> GroupNorm(2) -> Gelu
-> Flatten -> Affine(5) => SoftmaxWithLoss; }
network! { struct Groups = Input(4, 9, 9) -> Conv2d(8, 3, stride = 2, dilation = 2, groups = 4, padding = 2)
-> LayerNorm -> Tanh -> Conv2d(4, 2, padding = same) -> Dropout2d(0.2) -> AvgPool2d(3, stride = 2, padding = 1)
-> GlobalAvgPool -> Affine(2) => IdentityWithLoss; }
network! { struct Enlarged = Input(2, 3, 2) -> ConvTranspose2d(4, 3, stride = (2, 3), padding = 1,
output_padding = (1, 2), groups = 2) -> Tanh -> Upsample((2, 3)) -> ConvTranspose2d(3, (1, 2), bias = false)
-> BatchNorm -> MaxPool2d(3, stride = 2, padding = 1) -> Flatten => IdentityWithLoss; }
network! { struct Signals = Input(3, 12) -> Conv1d(6, 3, padding = same, groups = 3) -> BatchNorm -> Relu
-> Dropout2d(0.2) -> MaxPool1d(2) -> Conv1d(4, 2, stride = 2, dilation = 2, bias = false) -> GroupNorm(2)
-> Upsample(3) -> AvgPool1d(2, stride = 1, padding = 1) -> LayerNorm -> Conv1d(2, 1) -> Flatten -> Affine(3)
=> SoftmaxWithLoss; }
network! { struct Reshaped = Input(18) -> Affine(24) -> Reshape(2, 3, 4) -> Conv2d(3, 2) -> Relu -> Flatten
-> Affine(4) -> Reshape(2, 2) => IdentityWithLoss; }
network! {
    struct Residual {
        input x: [7];
        let h = x -> Affine(8) -> Relu;
        let y = h -> inner: Affine(8) -> Tanh -> inner;
        (h + y) -> Affine(3) => SoftmaxWithLoss
    }
}
network! {
    struct Gated {
        input x: [5];
        let gate = x -> Affine(6) -> Sigmoid;
        let value = x -> Affine(6);
        concat(gate * value, x, gate) -> Affine(2) => IdentityWithLoss
    }
}
network! {
    struct SeveralInputs {
        input picture: [1, 6, 6];
        input numbers: [3];
        let seen = picture -> Conv2d(2, 3) -> Relu -> Flatten;
        concat(seen, numbers) -> Affine(4) => SoftmaxWithLoss
    }
}
network! {
    struct SeveralOutputs {
        input x: [4];
        let h = x -> Affine(6) -> Relu;
        let policy = h -> Affine(3);
        let value = h -> Affine(1);
        (policy, value) => (SoftmaxWithLoss, 0.5 * Huber)
    }
}
network! {
    struct Inception {
        input x: [2, 6, 6];
        let a = x -> Conv2d(3, 1);
        let b = x -> Conv2d(2, 3, padding = 1);
        concat(a, b, x) -> Conv2d(4, 3) -> GlobalAvgPool -> Affine(2) => IdentityWithLoss
    }
}
network! {
    layer Mlp<const D: usize> {
        input x: [D];
        let h = x -> Affine(4 * D) -> Gelu -> Affine(D);
        x + h
    }
}
network! {
    layer Block<const C: usize, const S: usize> {
        input x: [C, S, S];
        let h = x -> Conv2d(C, 3, padding = 1, bias = false) -> BatchNorm -> Relu;
        x + h
    }
}
network! { struct Blocks = Input(2, 4, 4) -> Block<2, 4> -> Conv2d(3, 2) -> Block<3, 3> -> Flatten -> Affine(6)
-> Mlp<6> -> repeat 2 { Mlp<6> } -> Affine(2) => IdentityWithLoss; }
network! { struct Encoder = Affine(5, 4) -> Tanh => IdentityWithLoss; }
network! { struct Nested = Encoder -> Affine(4, 6) -> Relu -> Affine(3) => SoftmaxWithLoss; }
network! { struct NestedHeads = Affine(5, 4) -> SeveralOutputs -> Tanh -> Affine(2) => IdentityWithLoss; }
network! { struct NestedInputs = Affine(5, 39) -> Tanh -> SeveralInputs -> Affine(2) => IdentityWithLoss; }
network! { struct Words = Input(5, of = 9) -> Embedding(4) -> Lstm(3) -> Affine(9) => SoftmaxWithLoss; }
network! { struct Gates = Input(5, 3) -> Gru(4) -> LayerNorm -> Dropout(0.1) -> Affine(2) => KlDivergence; }
network! { struct Simple = Input(5, 3) -> Rnn(4) -> Tanh -> Affine(2) => Huber; }
network! {
    struct BothDirections {
        input x: [4, 3];
        let forth = x -> Lstm(5);
        let back = x -> Reverse -> Gru(4) -> Reverse;
        let both = concat(forth, back) -> SinusoidalPositions -> Rnn(6) -> Attention(3);
        concat(both -> Last, both -> Mean, both -> Max) -> Affine(2) => IdentityWithLoss
    }
}
network! {
    struct Gpt {
        input text: [6] of 11;
        let x = text -> Embedding(8) -> Positions;
        let a = x + (x -> LayerNorm -> CausalAttention(2));
        let b = a + (a -> LayerNorm -> Affine(16) -> Gelu -> Affine(8));
        b -> LayerNorm -> head: Affine(11, bias = false) => SoftmaxWithLoss
    }
}
network! {
    struct Tokens {
        input text: [4] of 5;
        input numbers: [2];
        let x = text -> Embedding(3) -> Attention(1) -> Mean;
        concat(x, numbers) -> Affine(2) => IdentityWithLoss
    }
}
network! {
    struct Padded {
        input n: lengths of x;
        input x: [5, 3];
        let h = x -> Affine(4) -> Lstm(6) -> Gru(4) -> Attention(2);
        let back = h -> Reverse -> Rnn(4) -> Reverse;
        let both = h * back + h;
        concat(both -> Last, back -> Mean, h -> Max) -> Affine(3) => SoftmaxWithLoss
    }
}
network! {
    struct PaddedWords {
        input text: [6] of 9;
        input n: lengths of text;
        let h = text -> Embedding(4) -> Positions -> LayerNorm;
        let causal = h + (h -> CausalAttention(2));
        causal -> same: Attention(1) -> same -> Affine(9) => SoftmaxWithLoss
    }
}
network! {
    struct TwoSequences {
        input query: [4, 3];
        input memory: [6, 2];
        let m = memory -> Affine(4) -> Tanh;
        let q = query -> Affine(4);
        let seen = q + ((q, m) -> Attention(2));
        let again = (m -> Gru(4), q) -> Attention(4);
        concat(seen -> Mean, again -> Last) -> Affine(2) => IdentityWithLoss
    }
}
network! {
    struct Translation {
        input source: [5] of 7;
        input half: lengths of source;
        input target: [4] of 8;
        input ends: lengths of target;
        let memory = source -> Embedding(6) -> SinusoidalPositions -> Attention(3);
        let q = target -> Embedding(6) -> Positions -> CausalAttention(2) -> Gelu;
        let seen = q + ((q -> LayerNorm -> Affine(6), memory) -> Attention(2));
        concat(seen, q) -> Affine(8) => SoftmaxWithLoss
    }
}
network! {
    layer Decoder<const T: usize, const S: usize, const D: usize> {
        input x: [T, D];
        input memory: [S, D];
        let a = x + ((x -> LayerNorm, memory) -> Attention(2));
        a + (a -> Affine(2 * D) -> Silu -> Affine(D))
    }
}
network! {
    struct Decoded {
        input x: [3, 4];
        input memory: [5, 4];
        concat(x -> Flatten, memory -> Flatten) -> Decoder<3, 5, 4> -> Mean -> Affine(2) => IdentityWithLoss
    }
}
// Inputs with names that constants of the format might have.
network! {
    struct Named {
        input half: [3];
        input one: [3];
        let zero = half -> Gelu;
        concat(zero, one -> HardTanh) -> Affine(2) => IdentityWithLoss
    }
}
network! { struct Carried = Input(4, 3) -> Lstm(3, carry = true) -> Gru(2, carry = true) -> Rnn(2, carry = true)
-> Affine(2) => IdentityWithLoss; }
network! { struct Indices = Input(4, of = 6) -> Embedding(6, 3) -> Reverse -> Flatten -> Affine(2) => IdentityWithLoss; }
network! { struct SignalEnds = Input(3, 8) -> Conv1d(4, 4, padding = same) -> Elu(0.3) -> Upsample(2) -> GlobalAvgPool
-> Affine(2) => HingeLoss; }
network! { struct OddPadding = Input(1, 5, 7) -> Conv2d(3, (2, 4), padding = same, dilation = (1, 2)) -> MaxPool2d((2, 3), stride = (1, 2), padding = (1, 1))
-> LayerNorm -> Upsample(2) -> Standardise -> Flatten -> Affine(2) => MeanAbsolute; }
network! { struct StepNorms = Input(4, 3) -> Affine(6) -> Standardise -> LayerNorm -> Dropout(0.2) -> Mish -> Max
-> Affine(2) => IdentityWithLoss; }

/// A layer of one's own, which says that it is another.
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
struct Known<const N: usize, T> {
    weight: [[T; N]; N],
}

/// One that does not.
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
struct Unknown<const N: usize, T> {
    weight: [[T; N]; N],
}

macro_rules! product {
    ($layer:ident, $operation:expr) => {
        impl<const N: usize, T: Scalar> Layer<T> for $layer<N, T> {
            const INPUTS: usize = N;
            const OUTPUTS: usize = N;
            const OPERATION: Operation = $operation;

            fn forward(&self, x: &[T], y: &mut [T], _: &mut [T], _: &mut Rng) {
                for (x, y) in x.chunks_exact(N).zip(y.chunks_exact_mut(N)) {
                    for (column, y) in y.iter_mut().enumerate() {
                        *y = (0..N)
                            .fold(T::zero(), |sum, row| sum + x[row] * self.weight[row][column]);
                    }
                }
            }

            fn backward(
                &self,
                x: &[T],
                _: &mut [T],
                dy: &mut [T],
                grads: &mut Self,
                mut dx: Option<&mut [T]>,
            ) {
                for (sample, (x, dy)) in x.chunks_exact(N).zip(dy.chunks_exact(N)).enumerate() {
                    for row in 0..N {
                        let mut sum = T::zero();
                        for column in 0..N {
                            let before =
                                if sample == 0 { T::zero() } else { grads.weight[row][column] };
                            grads.weight[row][column] = before + x[row] * dy[column];
                            sum += dy[column] * self.weight[row][column];
                        }
                        if let Some(dx) = &mut dx {
                            dx[sample * N + row] = sum;
                        }
                    }
                }
            }
        }
    };
}

product!(Known, Operation::AffineLayer { inputs: N, outputs: N });
product!(Unknown, Operation::Own);

network! { struct OwnKnown = Affine(3, 4) -> Known(4) -> Relu => IdentityWithLoss; }
network! { struct OwnUnknown = Affine(3, 4) -> odd: Unknown(4) => IdentityWithLoss; }

/// Writes all.
pub(crate) fn write(folder: &Folder) {
    macro_rules! write {
        ($($name:ident)*) => { $(folder.write::<$name>(stringify!($name));)* };
    }
    write! {
        Plain Classifier Decisions Rectifiers Smooth Bounded Normalised Images Groups Enlarged
        Signals Reshaped Residual Gated SeveralInputs SeveralOutputs Inception Blocks Nested Words Gates
        Simple BothDirections Gpt Tokens Padded PaddedWords TwoSequences Translation Decoded Named
        Carried NestedHeads NestedInputs Indices SignalEnds OddPadding StepNorms OwnKnown
    }
    folder.write_probabilities::<Classifier, 6, 4>("ClassifierProbabilities");
    folder.write_probabilities::<Decisions, 6, 3>("DecisionsProbabilities");

    folder.write_probabilities::<Gates, 15, 10>("GatesProbabilities");

    let error = onnx::Export::<OwnUnknown>::new(&drawn::<OwnUnknown>()).bytes().unwrap_err();
    assert!(error.to_string().starts_with("`odd: Unknown(4)` cannot be exported"), "{error}");
    let net = Plain::new(Init::Auto, &mut Rng::seed(0));
    let error = onnx::Export::<Plain>::new(&net).probabilities().bytes().unwrap_err();
    assert!(error.to_string().contains("its loss is `IdentityWithLoss`"), "{error}");
}
