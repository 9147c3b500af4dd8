// pub struct TwoLayerNet = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;

///A network of 784 inputs and 10 outputs.
///
///```text
///(784)--[Affine]--(50)--[Relu]--(50)--[Affine]--(10)==[SoftmaxWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `affine1` | `Affine(784, 50)` | 50 | 39,250 |
///| `relu1` | `Relu` | 50 | 0 |
///| `affine2` | `Affine(50, 10)` | 10 | 510 |
///| | `SoftmaxWithLoss` | 10 | 0 |
///
///39,760 parameters.
#[repr(C)]
pub struct TwoLayerNet<T = f32> {
    ///`Affine(784, 50)`.
    pub affine1: ::chainrule::layers::Affine<784, 50, T>,
    ///`Affine(50, 10)`.
    pub affine2: ::chainrule::layers::Affine<50, 10, T>,
}
impl TwoLayerNet<f32> {
    ///Features per sample.
    pub const INPUTS: usize = <Self as ::chainrule::layers::Layer<f32>>::INPUTS;
    ///Outputs per sample.
    pub const OUTPUTS: usize = <Self as ::chainrule::layers::Layer<f32>>::OUTPUTS;
    ///How many numbers are trained.
    pub const PARAMS: usize = <Self as ::chainrule::Network>::PARAMS;
    ///Floating-point operations in the matrix products of a forward pass per sample, 2 for a multiply-add.
    pub const FLOPS: usize = <Self as ::chainrule::layers::Layer<f32>>::FLOPS;
    ///Floating-point operations in the matrix products of a training step per sample, 2 for a multiply-add.
    pub const TRAINING_FLOPS: usize = <Self as ::chainrule::layers::Layer<
        f32,
    >>::TRAINING_FLOPS;
    ///Numbers of workspace that training needs per sample.
    pub const WORKSPACE_PER_SAMPLE: usize = <Self as ::chainrule::Network>::WORKSPACE_PER_SAMPLE;
    ///Numbers of workspace that a prediction needs per sample.
    pub const INFERENCE_WORKSPACE_PER_SAMPLE: usize = <Self as ::chainrule::Network>::INFERENCE_WORKSPACE_PER_SAMPLE;
    /// The tensors, in the order of `parameters`.
    pub const TENSORS: &'static [::chainrule::TensorInfo] = <Self as ::chainrule::Tensors<
        f32,
    >>::TENSORS;
}
::chainrule::__if_std! {
    #[allow(clippy::unnecessary_box_returns)]
    impl TwoLayerNet<f32> {
        /// Creates a network with randomly initialized parameters. It is boxed, since a
        /// large network would overflow the stack; the box implements `Clone`.
        #[must_use]
        #[doc(alias = "default")]
        pub fn new(
            init: ::chainrule::Init,
            rng: &mut ::chainrule::Rng,
        ) -> ::chainrule::__private::Box<Self> {
            <Self as ::chainrule::Network>::new(init, rng)
        }
        /// Creates a network with all parameters zero, for example to hold gradients.
        #[must_use]
        pub fn zeros() -> ::chainrule::__private::Box<Self> {
            <Self as ::chainrule::Numbers<f32>>::zeros()
        }
        /// Creates a network with the parameters in a file that `save` has written.
        ///
        /// # Errors
        ///
        /// If the file cannot be read or is not of this network.
        pub fn load(
            path: impl ::core::convert::AsRef<::chainrule::__private::Path>,
        ) -> ::core::result::Result<
            ::chainrule::__private::Box<Self>,
            ::chainrule::saving::Error,
        > {
            <Self as ::chainrule::NetworkExt>::load(path)
        }
    }
    #[allow(clippy::unnecessary_box_returns)]
    impl<T: ::chainrule::Scalar> TwoLayerNet<T> {
        ///The scores of a batch, `batch × 10`: the outputs of the last layer, before the loss. Allocates them; see `predict_in`.
        ///
        /// # Errors
        ///
        /// Returns an error if the batch is empty, has the wrong width or is not finite, or if
        /// the outputs are not finite.
        #[doc(alias("forward", "eval", "evaluate"))]
        pub fn predict(
            &self,
            x: impl ::chainrule::Input<T, 784>,
        ) -> ::core::result::Result<
            ::chainrule::__private::Array2<T>,
            ::chainrule::Error,
        > {
            ::chainrule::__private::predict(self, &[::chainrule::Input::samples(&x)])
        }
        ///As `predict`, without allocating: the scores, `batch × 10`, are stored in the workspace.
        ///
        /// # Errors
        ///
        /// As `predict`.
        pub fn predict_in<'w>(
            &self,
            x: impl ::chainrule::Input<T, 784>,
            workspace: &'w mut ::chainrule::Workspace<T>,
        ) -> ::core::result::Result<
            ::chainrule::__private::ArrayView2<'w, T>,
            ::chainrule::Error,
        > {
            ::chainrule::__private::predict_in(
                self,
                &[::chainrule::Input::samples(&x)],
                workspace,
            )
        }
        /// Computes the mean loss over a batch. Allocates a workspace; see `loss_in`.
        ///
        /// # Errors
        ///
        /// As `predict`, and if the targets do not match the batch or the network, or the loss
        /// is not finite.
        pub fn loss(
            &self,
            x: impl ::chainrule::Input<T, 784>,
            t: impl ::chainrule::Target<T, 10, ::chainrule::losses::SoftmaxWithLoss>,
        ) -> ::core::result::Result<T, ::chainrule::Error> {
            self.loss_in(x, t, &mut ::chainrule::Workspace::new())
        }
        /// Returns the fraction of a batch that is classified correctly, from 0 to 1: samples
        /// whose argmax matches the target's or, for binary outputs, outputs on the correct
        /// side of the threshold. Allocates a workspace; see `accuracy_in`.
        ///
        /// # Errors
        ///
        /// As `loss`, and if the network has a single output.
        pub fn accuracy(
            &self,
            x: impl ::chainrule::Input<T, 784>,
            t: impl ::chainrule::Target<T, 10, ::chainrule::losses::SoftmaxWithLoss>,
        ) -> ::core::result::Result<f64, ::chainrule::Error> {
            self.accuracy_in(x, t, &mut ::chainrule::Workspace::new())
        }
        /// Computes the gradient of the mean loss over a batch with respect to every parameter,
        /// by back-propagation. Allocates the result and a workspace; see `gradient_in`.
        ///
        /// # Errors
        ///
        /// As `loss`.
        pub fn gradient(
            &self,
            x: impl ::chainrule::Input<T, 784>,
            t: impl ::chainrule::Target<T, 10, ::chainrule::losses::SoftmaxWithLoss>,
        ) -> ::core::result::Result<
            ::chainrule::__private::Box<Self>,
            ::chainrule::Error,
        > {
            let mut grads = <Self as ::chainrule::Numbers<T>>::zeros();
            self.gradient_in(
                x,
                t,
                &mut ::chainrule::__private::workspace_for(self),
                &mut grads,
            )?;
            ::core::result::Result::Ok(grads)
        }
        /// Like `gradient_in`, with a custom loss instead of the declared one. `loss` receives
        /// the scores (`batch × outputs`, as returned by `predict`), replaces each with the
        /// derivative of the loss with respect to it, and returns the loss. To average over the
        /// batch, divide by its size in `loss`. See `chainrule::network!` for an example.
        ///
        /// # Errors
        ///
        /// As `predict`, and if the loss or a derivative is not finite; `grads` are then
        /// unchanged. `Error::Gradient` if a gradient is not finite.
        pub fn gradient_of(
            &self,
            x: impl ::chainrule::Input<T, 784>,
            loss: impl ::core::ops::FnOnce(
                ::chainrule::__private::ArrayViewMut2<'_, T>,
            ) -> T,
            workspace: &mut ::chainrule::Workspace<T>,
            grads: &mut Self,
        ) -> ::core::result::Result<T, ::chainrule::Error> {
            ::chainrule::__private::gradient_of(
                self,
                &[::chainrule::Input::samples(&x)],
                loss,
                workspace,
                grads,
            )
        }
        /// Measures the magnitudes of each layer's outputs and of the gradients with respect to
        /// them, as `gradient` computes them. Allocates; changes neither parameters nor
        /// buffers.
        ///
        /// # Errors
        ///
        /// As `predict`, and if the targets do not match. Values that are not finite are not
        /// errors: the trace reports them.
        pub fn trace(
            &self,
            x: impl ::chainrule::Input<T, 784>,
            t: impl ::chainrule::Target<T, 10, ::chainrule::losses::SoftmaxWithLoss>,
        ) -> ::core::result::Result<::chainrule::Trace, ::chainrule::Error> {
            ::chainrule::__private::trace(self, &[::chainrule::Input::samples(&x)], &t)
        }
        /// Like `gradient`, by numerical differentiation. Slow: use it to check `gradient`.
        ///
        /// # Errors
        ///
        /// As `loss`.
        pub fn numerical_gradient(
            &self,
            x: impl ::chainrule::Input<T, 784>,
            t: impl ::chainrule::Target<T, 10, ::chainrule::losses::SoftmaxWithLoss>,
        ) -> ::core::result::Result<
            ::chainrule::__private::Box<Self>,
            ::chainrule::Error,
        > {
            ::chainrule::__private::numerical_gradient(
                self,
                &[::chainrule::Input::samples(&x)],
                &t,
            )
        }
        /// Compares `gradient` with numerical differentiation, tensor by tensor.
        ///
        /// # Errors
        ///
        /// As `loss`.
        pub fn gradient_check(
            &self,
            x: impl ::chainrule::Input<T, 784>,
            t: impl ::chainrule::Target<T, 10, ::chainrule::losses::SoftmaxWithLoss>,
        ) -> ::core::result::Result<::chainrule::GradientCheck, ::chainrule::Error> {
            ::chainrule::__private::gradient_check(
                self,
                &[::chainrule::Input::samples(&x)],
                &t,
            )
        }
        /// Returns the same network with parameters of type `U`, each rounded to it.
        #[must_use]
        pub fn cast<U: ::chainrule::Scalar>(
            &self,
        ) -> ::chainrule::__private::Box<TwoLayerNet<U>> {
            ::chainrule::Network::cast(self)
        }
    }
    impl<T: ::chainrule::Scalar> ::core::clone::Clone
    for ::chainrule::__private::Box<TwoLayerNet<T>> {
        fn clone(&self) -> Self {
            ::chainrule::__private::boxed_clone(&**self)
        }
    }
}
impl<T: ::chainrule::Scalar> TwoLayerNet<T> {
    /// Like `loss`, without allocating.
    ///
    /// # Errors
    ///
    /// As `loss`.
    pub fn loss_in(
        &self,
        x: impl ::chainrule::Input<T, 784>,
        t: impl ::chainrule::Target<T, 10, ::chainrule::losses::SoftmaxWithLoss>,
        workspace: &mut impl ::chainrule::Memory<T>,
    ) -> ::core::result::Result<T, ::chainrule::Error> {
        ::chainrule::__private::loss_in(
            self,
            &[::chainrule::Input::samples(&x)],
            &t,
            workspace,
        )
    }
    /// Like `accuracy`, without allocating.
    ///
    /// # Errors
    ///
    /// As `accuracy`.
    pub fn accuracy_in(
        &self,
        x: impl ::chainrule::Input<T, 784>,
        t: impl ::chainrule::Target<T, 10, ::chainrule::losses::SoftmaxWithLoss>,
        workspace: &mut impl ::chainrule::Memory<T>,
    ) -> ::core::result::Result<f64, ::chainrule::Error> {
        ::chainrule::__private::accuracy_in(
            self,
            &[::chainrule::Input::samples(&x)],
            &t,
            workspace,
        )
    }
    /// Like `gradient`, without allocating: replaces the contents of `grads`, and returns
    /// the loss.
    ///
    /// # Errors
    ///
    /// As `loss`; `grads` are then unchanged. `Error::Gradient` if a gradient is not
    /// finite.
    pub fn gradient_in(
        &self,
        x: impl ::chainrule::Input<T, 784>,
        t: impl ::chainrule::Target<T, 10, ::chainrule::losses::SoftmaxWithLoss>,
        workspace: &mut impl ::chainrule::Memory<T>,
        grads: &mut Self,
    ) -> ::core::result::Result<T, ::chainrule::Error> {
        ::chainrule::__private::gradient_in(
            self,
            &[::chainrule::Input::samples(&x)],
            &t,
            workspace,
            grads,
        )
    }
    /// Takes one training step: computes the gradient of a batch and updates the parameters
    /// with an optimizer. Bitwise equal to `gradient_in` and `update`, but faster with
    /// `Sgd`, since large gradients are not stored. The contents of `grads` afterwards are
    /// unspecified. Returns the loss before the step.
    ///
    /// # Errors
    ///
    /// As `gradient_in`; the parameters are then unchanged.
    #[doc(alias("fit", "train", "train_on_batch"))]
    pub fn train_step(
        &mut self,
        x: impl ::chainrule::Input<T, 784>,
        t: impl ::chainrule::Target<T, 10, ::chainrule::losses::SoftmaxWithLoss>,
        optimizer: &mut impl ::chainrule::Optimizer<Self>,
        workspace: &mut impl ::chainrule::Memory<T>,
        grads: &mut Self,
    ) -> ::core::result::Result<T, ::chainrule::Error> {
        ::chainrule::__private::train_step(
            self,
            &[::chainrule::Input::samples(&x)],
            &t,
            optimizer,
            workspace,
            grads,
        )
    }
    /// Takes one step of an optimizer along `grads`, and replaces the buffers (such as
    /// running statistics) with those in `grads`.
    pub fn update(
        &mut self,
        optimizer: &mut impl ::chainrule::Optimizer<Self>,
        grads: &Self,
    ) {
        ::chainrule::Optimizer::step(optimizer, self, grads);
    }
    /// Initializes all parameters again.
    pub fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(self, init, rng);
    }
    /// All parameters as one slice, in the order of `TENSORS`.
    #[must_use]
    pub fn parameters(&self) -> &[T] {
        ::chainrule::Network::parameters(self)
    }
    /// All parameters as one mutable slice.
    #[must_use]
    pub fn parameters_mut(&mut self) -> &mut [T] {
        ::chainrule::Network::parameters_mut(self)
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::Network for TwoLayerNet<T> {
    type Scalar = T;
    type Loss = ::chainrule::losses::SoftmaxWithLoss;
    type Of<U: ::chainrule::Scalar> = TwoLayerNet<U>;
    type Inputs = ::chainrule::Width<784>;
    type Outputs = ::chainrule::Width<10>;
    type Targets = ::chainrule::Width<10>;
    const NAME: &'static str = "TwoLayerNet";
    const LAYERS: &'static [::chainrule::LayerInfo] = &[
        ::chainrule::LayerInfo {
            name: "affine1",
            layer: "Affine(784, 50)",
            from: &["input"],
            outputs: 50,
            parameters: ::core::mem::size_of::<::chainrule::layers::Affine<784, 50, T>>()
                / ::core::mem::size_of::<T>(),
            operation: <::chainrule::layers::Affine<
                784,
                50,
                T,
            > as ::chainrule::layers::Layer<T>>::OPERATION,
        },
        ::chainrule::LayerInfo {
            name: "relu1",
            layer: "Relu",
            from: &["affine1"],
            outputs: 50,
            parameters: 0,
            operation: ::chainrule::layers::Operation::ReluLayer,
        },
        ::chainrule::LayerInfo {
            name: "affine2",
            layer: "Affine(50, 10)",
            from: &["relu1"],
            outputs: 10,
            parameters: ::core::mem::size_of::<::chainrule::layers::Affine<50, 10, T>>()
                / ::core::mem::size_of::<T>(),
            operation: <::chainrule::layers::Affine<
                50,
                10,
                T,
            > as ::chainrule::layers::Layer<T>>::OPERATION,
        },
        ::chainrule::LayerInfo {
            name: "loss",
            layer: "SoftmaxWithLoss",
            from: &["affine2"],
            outputs: 10,
            parameters: 0,
            operation: ::chainrule::layers::Operation::LossFunction,
        },
    ];
    fn loss_function() -> Self::Loss {
        ::core::default::Default::default()
    }
    fn forward_observed(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        rng: &mut ::chainrule::Rng,
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let batch = input.len() / 784;
        let [slot0, _] = ::chainrule::__private::slots(saved, [batch * 50, batch * 50]);
        let y_affine1 = &mut slot0[..];
        ::chainrule::__private::forward_relu(
            &self.affine1,
            input,
            y_affine1,
            &mut [],
            0,
            observer,
        );
        let y_relu1 = y_affine1;
        observer.value(1, y_relu1);
        let y_affine2 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine2,
            y_relu1,
            y_affine2,
            &mut [],
            rng,
        );
        observer.value(2, y_affine2);
    }
    fn infer_observed(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let batch = input.len() / 784;
        let [slot0] = ::chainrule::__private::slots(saved, [batch * 50]);
        let y_affine1 = &mut slot0[..];
        ::chainrule::__private::forward_relu(
            &self.affine1,
            input,
            y_affine1,
            &mut [],
            0,
            observer,
        );
        let y_relu1 = y_affine1;
        observer.value(1, y_relu1);
        let y_affine2 = &mut *output;
        ::chainrule::layers::Layer::infer(&self.affine2, y_relu1, y_affine2, &mut []);
        observer.value(2, y_affine2);
    }
    fn backward_with(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: ::core::option::Option<&mut [T]>,
        observer: &mut impl ::chainrule::__private::Observer<T>,
        weight_grads: &mut impl ::chainrule::__private::WeightGradients<T>,
    ) {
        let batch = input.len() / 784;
        let [slot0, slot1] = ::chainrule::__private::slots(
            saved,
            [batch * 50, batch * 50],
        );
        let d_affine2 = dout;
        observer.gradient(2, d_affine2);
        let y_relu1 = &slot0[..];
        let d_relu1 = &mut slot1[..];
        weight_grads
            .backward(
                &self.affine2,
                y_relu1,
                d_affine2,
                &mut grads.affine2,
                ::core::option::Option::Some(d_relu1),
            );
        observer.gradient(1, d_relu1);
        ::chainrule::layers::Activation::<
            T,
        >::backward(&::chainrule::layers::Relu, &slot0[..], d_relu1);
        let d_affine1 = d_relu1;
        observer.gradient(0, d_affine1);
        weight_grads
            .backward(&self.affine1, input, d_affine1, &mut grads.affine1, dinput);
    }
    const DEFERRED: &'static [::core::ops::Range<usize>] = &[
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<50, 10, T>,
        >(::core::mem::offset_of!(Self, affine2)),
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<784, 50, T>,
        >(::core::mem::offset_of!(Self, affine1)),
    ];
    fn apply_deferred(
        &mut self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &Self,
        step: &::chainrule::SgdStep,
    ) {
        let batch = input.len() / 784;
        let [slot0, slot1] = ::chainrule::__private::slots(
            saved,
            [batch * 50, batch * 50],
        );
        ::chainrule::__private::apply_deferred(
            &mut self.affine2,
            &grads.affine2,
            &slot0[..],
            dout,
            step,
        );
        ::chainrule::__private::apply_deferred(
            &mut self.affine1,
            &grads.affine1,
            input,
            &slot1[..],
            step,
        );
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for TwoLayerNet<T> {
    const INPUTS: usize = 784;
    const OUTPUTS: usize = 10;
    const OPERATION: ::chainrule::layers::Operation = ::chainrule::layers::Operation::Nested(
        &<Self as ::chainrule::Network>::GRAPH,
    );
    const FLOPS: usize = <::chainrule::layers::Affine<
        784,
        50,
        T,
    > as ::chainrule::layers::Layer<T>>::FLOPS
        + <::chainrule::layers::Affine<
            50,
            10,
            T,
        > as ::chainrule::layers::Layer<T>>::FLOPS;
    const TRAINING_FLOPS: usize = <::chainrule::layers::Affine<
        784,
        50,
        T,
    > as ::chainrule::layers::Layer<T>>::TRAINING_FLOPS
        + <::chainrule::layers::Affine<
            50,
            10,
            T,
        > as ::chainrule::layers::Layer<T>>::TRAINING_FLOPS
        + <::chainrule::layers::Affine<
            50,
            10,
            T,
        > as ::chainrule::layers::Layer<T>>::INPUT_GRADIENT_FLOPS;
    const INPUT_GRADIENT_FLOPS: usize = <::chainrule::layers::Affine<
        784,
        50,
        T,
    > as ::chainrule::layers::Layer<T>>::INPUT_GRADIENT_FLOPS;
    const SAVED: usize = 50 + 50;
    const INFERENCE_SAVED: usize = 50;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(
            &mut self.affine1,
            ::chainrule::Init::or_auto(init, ::chainrule::Init::He),
            rng,
        );
        ::chainrule::layers::Layer::init(&mut self.affine2, init, rng);
    }
    fn forward(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        rng: &mut ::chainrule::Rng,
    ) {
        ::chainrule::Network::forward_observed(self, input, output, saved, rng, &mut ());
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
    fn backward(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: ::core::option::Option<&mut [T]>,
    ) {
        ::chainrule::Network::backward_with(
            self,
            input,
            saved,
            dout,
            grads,
            dinput,
            &mut (),
            &mut ::chainrule::__private::Stored,
        );
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::Tensors<T> for TwoLayerNet<T> {
    const TENSORS: &'static [::chainrule::TensorInfo] = &::chainrule::__private::tensors::<
        T,
        {
            <::chainrule::layers::Affine<
                784,
                50,
                f32,
            > as ::chainrule::Tensors<f32>>::TENSORS
                .len()
                + <::chainrule::layers::Affine<
                    50,
                    10,
                    f32,
                > as ::chainrule::Tensors<f32>>::TENSORS
                    .len()
        },
    >(
        &[
            (
                "affine1",
                ::core::mem::offset_of!(Self, affine1),
                <::chainrule::layers::Affine<
                    784,
                    50,
                    T,
                > as ::chainrule::Tensors<T>>::TENSORS,
            ),
            (
                "affine2",
                ::core::mem::offset_of!(Self, affine2),
                <::chainrule::layers::Affine<
                    50,
                    10,
                    T,
                > as ::chainrule::Tensors<T>>::TENSORS,
            ),
        ],
    );
}
unsafe impl<T: ::chainrule::Scalar> ::chainrule::Numbers<T> for TwoLayerNet<T> {}
impl<T: ::chainrule::Scalar> ::core::fmt::Display for TwoLayerNet<T> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::chainrule::__private::summary::<Self>(f)
    }
}
impl<T: ::chainrule::Scalar> ::core::fmt::Debug for TwoLayerNet<T> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::chainrule::__private::summary::<Self>(f)
    }
}
#[doc(hidden)]
#[allow(unused_imports)]
pub use ::chainrule::__private::scope::*;
impl<T: ::chainrule::Scalar> ::core::convert::AsRef<TwoLayerNet<T>> for TwoLayerNet<T> {
    fn as_ref(&self) -> &Self {
        self
    }
}
impl<T: ::chainrule::Scalar> ::core::convert::AsMut<TwoLayerNet<T>> for TwoLayerNet<T> {
    fn as_mut(&mut self) -> &mut Self {
        self
    }
}
