//! The expansion of
//!
//! ```text
//! pub struct TwoLayerNet = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
//! ```
//!
//! written by hand for a reader of chapter 5: the same struct, the same steps in the same order,
//! the same memory for intermediate values. A test compares the two, bit for bit.
//!
//! The macro's code differs as follows. It uses full paths (`::chainrule::layers::Affine`), which
//! cannot collide with names in the user's code. It adds methods: variants that use a
//! [`Workspace`](chainrule::Workspace) and do not allocate, data validation, the numerical gradient
//! and the layer table. After each step it passes the values to an observer, which does nothing in
//! training. It fuses a ReLU into the preceding affine layer. All computations are shown here.

use chainrule::layers::{Activation, Affine, Layer, Operation, Relu};
use chainrule::losses::{Loss, SoftmaxWithLoss, Targets};
use chainrule::{Init, LayerInfo, Network, Numbers, Optimizer, Rng, Scalar, Tensors, Width};

/// The two-layer network: a field for each layer that has parameters.
///
/// It consists only of numbers, which [`Tensors`] exposes as one slice; the macro writes out what
/// is derived here. The gradients are therefore a `TwoLayerNet` too: `grads.affine1.weight` is the
/// derivative of the loss with respect to `net.affine1.weight`, which the book stores in
/// `grads['W1']`.
#[derive(Tensors)]
#[repr(C)]
pub struct TwoLayerNet<T = f32> {
    /// `W1` and `b1`.
    pub affine1: Affine<784, 50, T>,
    /// `W2` and `b2`.
    pub affine2: Affine<50, 10, T>,
}

/// The passes. The book iterates over its `OrderedDict` of layers, forward and in reverse. Here
/// every step is a line of code, so the sequence is known at compile time.
///
/// The values of a batch are one slice, sample by sample. All intermediate values between the input
/// and the scores are in `saved`, which is divided into slots with this many numbers per sample:
///
/// | | | forward | backward |
/// |---|---|---|---|
/// | `slot0` | 50 | the output of `affine1`, then that of `relu1` | is read |
/// | `slot1` | 50 | | the derivative for `relu1`, then for `affine1` |
impl<T: Scalar> Layer<T> for TwoLayerNet<T> {
    const INPUTS: usize = 784;
    const OUTPUTS: usize = 10;
    const SAVED: usize = 50 + 50;
    const INFERENCE_SAVED: usize = 50;

    /// `W1` and `W2` are drawn, `b1` and `b2` are zero.
    fn init(&mut self, init: Init, rng: &mut Rng) {
        self.affine1.init(init, rng);
        self.affine2.init(init, rng);
    }

    /// The forward pass up to the scores.
    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], rng: &mut Rng) {
        let batch = input.len() / 784;
        let (slot0, _) = saved.split_at_mut(batch * 50);

        // Y = X·W1 + b1.
        let y_affine1 = slot0;
        self.affine1.forward(input, y_affine1, &mut [], rng);

        // Nothing is random here: the generator is for layers like Dropout.

        // Relu works in place. The output is positive exactly where the input was, so it serves as
        // the mask that the book's Relu stores.
        let y_relu1 = y_affine1;
        Relu.forward(y_relu1);

        // Y = X·W2 + b2, the scores. The book's Affine stores its X; here it is still in `slot0`
        // when `backward` reads it.
        let y_affine2 = output;
        self.affine2.forward(y_relu1, y_affine2, &mut [], rng);
    }

    /// The forward pass without a backward pass: there is no `slot1`.
    fn infer(&self, input: &[T], output: &mut [T], saved: &mut [T]) {
        let slot0 = saved;
        let y_affine1 = slot0;
        self.affine1.infer(input, y_affine1, &mut []);
        let y_relu1 = y_affine1;
        Relu.forward(y_relu1);
        let y_affine2 = output;
        self.affine2.infer(y_relu1, y_affine2, &mut []);
    }

    /// The backward pass, through the layers in reverse order. `dout` is the derivative of the loss
    /// with respect to the scores. Each layer computes the derivative of its input from that of its
    /// output, and stores those of its parameters in `grads`.
    fn backward(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        let batch = input.len() / 784;
        let (slot0, slot1) = saved.split_at_mut(batch * 50);

        // dW2 = Xᵀ·dY, db2 = the sum of the rows of dY, dX = dY·W2ᵀ.
        let d_affine2 = dout;
        let y_relu1 = &*slot0;
        let d_relu1 = slot1;
        self.affine2.backward(y_relu1, &mut [], d_affine2, &mut grads.affine2, Some(d_relu1));

        // Also in place: zero where the output was zero, unchanged elsewhere.
        Relu.backward(y_relu1, d_relu1);

        // dW1 = Xᵀ·dY and db1. The derivative with respect to the images is computed only if an
        // enclosing network requests it.
        let d_affine1 = d_relu1;
        self.affine1.backward(input, &mut [], d_affine1, &mut grads.affine1, dinput);
    }
}

/// The network's name and loss. The trait provides `new`, which creates a network and calls `init`,
/// and `cast`.
impl<T: Scalar> Network for TwoLayerNet<T> {
    type Scalar = T;
    type Loss = SoftmaxWithLoss;
    type Of<U: Scalar> = TwoLayerNet<U>;
    type Inputs = Width<784>;
    type Outputs = Width<10>;
    type Targets = Width<10>;

    const NAME: &'static str = "TwoLayerNet";
    const LAYERS: &'static [LayerInfo] = &[
        LayerInfo {
            name: "affine1",
            layer: "Affine(784, 50)",
            from: &["input"],
            outputs: 50,
            parameters: 784 * 50 + 50,
            operation: Operation::AffineLayer { inputs: 784, outputs: 50 },
        },
        LayerInfo {
            name: "relu1",
            layer: "Relu",
            from: &["affine1"],
            outputs: 50,
            parameters: 0,
            operation: Operation::ReluLayer,
        },
        LayerInfo {
            name: "affine2",
            layer: "Affine(50, 10)",
            from: &["relu1"],
            outputs: 10,
            parameters: 50 * 10 + 10,
            operation: Operation::AffineLayer { inputs: 50, outputs: 10 },
        },
        LayerInfo {
            name: "loss",
            layer: "SoftmaxWithLoss",
            from: &["affine2"],
            outputs: 10,
            parameters: 0,
            operation: Operation::LossFunction,
        },
    ];

    fn loss_function() -> SoftmaxWithLoss {
        SoftmaxWithLoss
    }
}

/// The methods of the book's class, for a batch of images and their labels.
impl<T: Scalar> AsRef<TwoLayerNet<T>> for TwoLayerNet<T> {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl<T: Scalar> AsMut<TwoLayerNet<T>> for TwoLayerNet<T> {
    fn as_mut(&mut self) -> &mut Self {
        self
    }
}

impl<T: Scalar> TwoLayerNet<T> {
    /// The scores of a batch, ten per image. The softmax is omitted, because it does not change the
    /// argmax.
    pub fn predict(&self, x: &[[T; 784]]) -> Vec<T> {
        let mut saved = vec![T::zero(); x.len() * <Self as Layer<T>>::INFERENCE_SAVED];
        let mut scores = vec![T::zero(); x.len() * <Self as Layer<T>>::OUTPUTS];
        self.infer(x.as_flattened(), &mut scores, &mut saved);
        scores
    }

    /// The mean cross-entropy of a batch, after the softmax.
    pub fn loss(&self, x: &[[T; 784]], t: &[usize]) -> T {
        SoftmaxWithLoss.forward(&mut self.predict(x), Targets::Labels(t), x.len())
    }

    /// The fraction of a batch whose argmax is the label.
    pub fn accuracy(&self, x: &[[T; 784]], t: &[usize]) -> f64 {
        let scores = self.predict(x);
        let (scores, _) = scores.as_chunks::<10>();
        let is_right = |(y, t): &(&[T; 10], &usize)| y.iter().all(|score| *score <= y[**t]);
        scores.iter().zip(t).filter(is_right).count() as f64 / x.len() as f64
    }

    /// The loss of a batch, and its gradient by back-propagation.
    pub fn gradient(&self, x: &[[T; 784]], t: &[usize]) -> (T, Box<Self>) {
        let (x, t, batch) = (x.as_flattened(), Targets::Labels(t), x.len());
        let mut saved = vec![T::zero(); batch * <Self as Layer<T>>::SAVED];
        let mut values = vec![T::zero(); batch * <Self as Layer<T>>::OUTPUTS];

        // Forward: computes the scores, replaces them by the probabilities, and computes the loss.
        self.forward(x, &mut values, &mut saved, &mut Rng::seed(0));
        let loss = SoftmaxWithLoss.forward(&mut values, t, batch);

        // Backward: starts with 1, the derivative of the loss with respect to itself. The
        // probabilities become dX = (Y - T) / batch.
        SoftmaxWithLoss.backward(&mut values, t, batch, T::one());
        let mut grads = Self::zeros();
        self.backward(x, &mut saved, &mut values, &mut grads, None);
        (loss, grads)
    }

    /// One optimizer step: with `Sgd`, `W ← W - η dW` for every parameter.
    pub fn update(&mut self, optimizer: &mut impl Optimizer<Self>, grads: &Self) {
        optimizer.update(self, grads);
    }
}
