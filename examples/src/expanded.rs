//! What `network!` makes of
//!
//! ```text
//! pub struct TwoLayerNet = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
//! ```
//!
//! written by hand for a reader of chapter 5: the same struct, the same steps in
//! the same order, the same room for what is computed on the way. A test holds
//! the two against each other, bit for bit.
//!
//! The macro writes every name in full (`::chainrule::layers::Affine`), so that
//! nothing of the user's is in its way, and more methods: forms that compute in
//! a [`Workspace`](chainrule::Workspace) and allocate nothing, checks of the
//! data, the numerical gradient, the layer table; and after every step a line
//! that shows the value to whoever watches, which is nobody while training. It
//! lets an affine layer rectify its outputs itself, before they are stored. What
//! is computed is all here.

use chainrule::layers::{Activation, Affine, Layer, Relu};
use chainrule::losses::{Loss, SoftmaxWithLoss, Targets};
use chainrule::{Init, LayerInfo, Network, Numbers, Optimizer, Rng, Scalar, Tensors};

/// The two-layer network: a field for each layer that has parameters.
///
/// It is nothing but numbers, which [`Tensors`] lets be read as one slice; the
/// macro writes out what is derived here. So the gradients are a `TwoLayerNet`
/// too: `grads.affine1.weight` is the derivative of the loss with respect to
/// `net.affine1.weight`, what the book keeps in `grads['W1']`.
#[derive(Tensors)]
#[repr(C)]
pub struct TwoLayerNet<T = f32> {
    /// `W1` and `b1`.
    pub affine1: Affine<784, 50, T>,
    /// `W2` and `b2`.
    pub affine2: Affine<50, 10, T>,
}

/// The passes. The book walks through its `OrderedDict` of layers, forward and
/// in reverse; here every step is a line of code, put there by the compiler.
///
/// A value of a batch is one slice, sample after sample. All that is computed
/// between the input and the scores lies in `kept`, cut into slots of so many
/// numbers per sample:
///
/// | | | forward | backward |
/// |---|---|---|---|
/// | `slot0` | 50 | the output of `affine1`, then that of `relu1` | is read |
/// | `slot1` | 50 | | the derivative for `relu1`, then for `affine1` |
impl<T: Scalar> Layer<T> for TwoLayerNet<T> {
    const INPUTS: usize = 784;
    const OUTPUTS: usize = 10;
    const KEPT: usize = 50 + 50;
    const INFERENCE_KEPT: usize = 50;

    /// `W1` and `W2` are drawn, `b1` and `b2` are zero.
    fn init(&mut self, init: Init, rng: &mut Rng) {
        self.affine1.init(init, rng);
        self.affine2.init(init, rng);
    }

    /// The forward propagation up to the scores.
    fn forward(&self, input: &[T], output: &mut [T], kept: &mut [T], rng: &mut Rng) {
        let batch = input.len() / 784;
        let (slot0, _) = kept.split_at_mut(batch * 50);

        // Y = X·W1 + b1.
        let y_affine1 = slot0;
        self.affine1.forward(input, y_affine1, &mut [], rng);

        // Nothing here is left to chance: the generator is for layers like Dropout.

        // Relu works in place: where y > 0 was x > 0, so that the output serves
        // as the mask which the book's Relu keeps.
        let y_relu1 = y_affine1;
        Relu.forward(y_relu1);

        // Y = X·W2 + b2, the scores. The book's Affine keeps its X; here it still
        // lies in `slot0` when `backward` wants it.
        let y_affine2 = output;
        self.affine2.forward(y_relu1, y_affine2, &mut [], rng);
    }

    /// The same where no backward propagation follows: there is no `slot1`.
    fn infer(&self, input: &[T], output: &mut [T], kept: &mut [T]) {
        let slot0 = kept;
        let y_affine1 = slot0;
        self.affine1.infer(input, y_affine1, &mut []);
        let y_relu1 = y_affine1;
        Relu.forward(y_relu1);
        let y_affine2 = output;
        self.affine2.infer(y_relu1, y_affine2, &mut []);
    }

    /// The backward propagation, the layers in reverse order. `dout` is the
    /// derivative of the loss with respect to the scores; each layer turns the
    /// derivative of its output into that of its input, and leaves those of its
    /// parameters in `grads`.
    fn backward(
        &self,
        input: &[T],
        kept: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        let batch = input.len() / 784;
        let (slot0, slot1) = kept.split_at_mut(batch * 50);

        // dW2 = Xᵀ·dY, db2 = the sum of the rows of dY, dX = dY·W2ᵀ.
        let d_affine2 = dout;
        let y_relu1 = &*slot0;
        let d_relu1 = slot1;
        self.affine2.backward(y_relu1, &mut [], d_affine2, &mut grads.affine2, Some(d_relu1));

        // In place again: zero where the output was zero, unchanged elsewhere.
        Relu.backward(y_relu1, d_relu1);

        // dW1 = Xᵀ·dY and db1. The derivative with respect to the images is
        // computed only where a network around this one asks for it.
        let d_affine1 = d_relu1;
        self.affine1.backward(input, &mut [], d_affine1, &mut grads.affine1, dinput);
    }
}

/// What the network is called and which loss it ends in. From here come `new`,
/// which makes a network and calls `init`, and `cast`.
impl<T: Scalar> Network for TwoLayerNet<T> {
    type Scalar = T;
    type Loss = SoftmaxWithLoss;
    type Of<U: Scalar> = TwoLayerNet<U>;

    const NAME: &'static str = "TwoLayerNet";
    const LAYERS: &'static [LayerInfo] = &[
        LayerInfo {
            name: "affine1",
            layer: "Affine(784, 50)",
            from: &["input"],
            outputs: 50,
            parameters: 784 * 50 + 50,
        },
        LayerInfo { name: "relu1", layer: "Relu", from: &["affine1"], outputs: 50, parameters: 0 },
        LayerInfo {
            name: "affine2",
            layer: "Affine(50, 10)",
            from: &["relu1"],
            outputs: 10,
            parameters: 50 * 10 + 10,
        },
        LayerInfo {
            name: "loss",
            layer: "SoftmaxWithLoss",
            from: &["affine2"],
            outputs: 10,
            parameters: 0,
        },
    ];

    fn loss_function() -> SoftmaxWithLoss {
        SoftmaxWithLoss
    }
}

/// The methods of the book's class, for a batch of images and their labels.
impl<T: Scalar> TwoLayerNet<T> {
    /// The scores of a batch, ten for each image. The softmax is left out: the
    /// largest score is the largest probability.
    pub fn predict(&self, x: &[[T; 784]]) -> Vec<T> {
        let mut kept = vec![T::zero(); x.len() * <Self as Layer<T>>::INFERENCE_KEPT];
        let mut scores = vec![T::zero(); x.len() * <Self as Layer<T>>::OUTPUTS];
        self.infer(x.as_flattened(), &mut scores, &mut kept);
        scores
    }

    /// The mean cross-entropy of a batch, after the softmax.
    pub fn loss(&self, x: &[[T; 784]], t: &[usize]) -> T {
        SoftmaxWithLoss.forward(&mut self.predict(x), Targets::Labels(t), x.len())
    }

    /// The part of a batch whose largest score is that of the label.
    pub fn accuracy(&self, x: &[[T; 784]], t: &[usize]) -> f64 {
        let scores = self.predict(x);
        let (scores, _) = scores.as_chunks::<10>();
        let is_right = |(y, t): &(&[T; 10], &usize)| y.iter().all(|score| *score <= y[**t]);
        scores.iter().zip(t).filter(is_right).count() as f64 / x.len() as f64
    }

    /// The loss of a batch, and its gradient by back-propagation.
    pub fn gradient(&self, x: &[[T; 784]], t: &[usize]) -> (T, Box<Self>) {
        let (x, t, batch) = (x.as_flattened(), Targets::Labels(t), x.len());
        let mut kept = vec![T::zero(); batch * <Self as Layer<T>>::KEPT];
        let mut values = vec![T::zero(); batch * <Self as Layer<T>>::OUTPUTS];

        // Forward: the scores, then in their place the probabilities, and the loss.
        self.forward(x, &mut values, &mut kept, &mut Rng::seed(0));
        let loss = SoftmaxWithLoss.forward(&mut values, t, batch);

        // Backward: it begins with 1, the derivative of the loss with respect to
        // itself. The probabilities become dX = (Y - T) / batch.
        SoftmaxWithLoss.backward(&mut values, t, batch, T::one());
        let mut grads = Self::zeros();
        self.backward(x, &mut kept, &mut values, &mut grads, None);
        (loss, grads)
    }

    /// One step of an optimizer: with `Sgd`, `W ← W - η dW` for every parameter.
    pub fn update(&mut self, optimizer: &mut impl Optimizer<Self>, grads: &Self) {
        optimizer.update(self, grads);
    }
}
