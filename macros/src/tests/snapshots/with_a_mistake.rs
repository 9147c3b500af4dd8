// pub struct Net = Affine(784, 50) -> Relu -> Affine(60, 10) => SoftmaxWithLoss;

#[allow(missing_docs, dead_code)]
#[repr(C)]
pub struct Net<T = f32> {
    pub affine1: ::chainrule::layers::Affine<
        { Net::<f32>::__MISTAKE },
        { Net::<f32>::__MISTAKE },
        T,
    >,
    pub affine2: ::chainrule::layers::Affine<
        { Net::<f32>::__MISTAKE },
        { Net::<f32>::__MISTAKE },
        T,
    >,
    __scalar: ::core::marker::PhantomData<T>,
}
#[allow(missing_docs, dead_code)]
impl Net<f32> {
    const __MISTAKE: usize = ::core::compile_error! {
        "`affine2: Affine(60, 10)` takes 60 inputs, but `relu1: Relu` produces 50\nhelp: write `Affine(50, 10)`"
    };
    pub const INPUTS: usize = Self::__MISTAKE;
    pub const OUTPUTS: usize = Self::__MISTAKE;
    pub const PARAMS: usize = Self::__MISTAKE;
    pub const FLOPS: usize = Self::__MISTAKE;
    pub const TRAINING_FLOPS: usize = Self::__MISTAKE;
    pub const WORKSPACE_PER_SAMPLE: usize = Self::__MISTAKE;
    pub const INFERENCE_WORKSPACE_PER_SAMPLE: usize = Self::__MISTAKE;
    pub const TENSORS: &'static [::chainrule::TensorInfo] = [
        [].as_slice(),
    ][Self::__MISTAKE];
}
::chainrule::__if_std! {
    #[allow(missing_docs, dead_code)]
    impl Net<f32> {
        pub fn new<I, R>(_: I, _: R) -> ::chainrule::__private::Box<Self> {
            ::chainrule::__private::mistake()
        }
        pub fn zeros() -> ::chainrule::__private::Box<Self> {
            ::chainrule::__private::mistake()
        }
        pub fn load<__P>(
            _: __P,
        ) -> ::core::result::Result<
            ::chainrule::__private::Box<Self>,
            ::chainrule::saving::Error,
        > {
            ::chainrule::__private::mistake()
        }
    }
    #[allow(missing_docs, dead_code)]
    impl<T: ::chainrule::Scalar> Net<T> {
        pub fn predict<X>(
            &self,
            _: X,
        ) -> ::core::result::Result<
            ::chainrule::__private::Array2<T>,
            ::chainrule::Error,
        > {
            ::chainrule::__private::mistake()
        }
        pub fn predict_in<X, W>(
            &self,
            _: X,
            _: W,
        ) -> ::core::result::Result<
            ::chainrule::__private::ArrayView2<'static, T>,
            ::chainrule::Error,
        > {
            ::chainrule::__private::mistake()
        }
        pub fn loss<X, Y>(
            &self,
            _: X,
            _: Y,
        ) -> ::core::result::Result<T, ::chainrule::Error> {
            ::chainrule::__private::mistake()
        }
        pub fn accuracy<X, Y>(
            &self,
            _: X,
            _: Y,
        ) -> ::core::result::Result<f64, ::chainrule::Error> {
            ::chainrule::__private::mistake()
        }
        pub fn gradient<X, Y>(
            &self,
            _: X,
            _: Y,
        ) -> ::core::result::Result<
            ::chainrule::__private::Box<Self>,
            ::chainrule::Error,
        > {
            ::chainrule::__private::mistake()
        }
        pub fn gradient_of<X>(
            &self,
            _: X,
            _: impl ::core::ops::FnOnce(
                ::chainrule::__private::ArrayViewMut2<'_, T>,
            ) -> T,
            _: &mut ::chainrule::Workspace<T>,
            _: &mut Self,
        ) -> ::core::result::Result<T, ::chainrule::Error> {
            ::chainrule::__private::mistake()
        }
        pub fn trace<X, Y>(
            &self,
            _: X,
            _: Y,
        ) -> ::core::result::Result<::chainrule::Trace, ::chainrule::Error> {
            ::chainrule::__private::mistake()
        }
        pub fn numerical_gradient<X, Y>(
            &self,
            _: X,
            _: Y,
        ) -> ::core::result::Result<
            ::chainrule::__private::Box<Self>,
            ::chainrule::Error,
        > {
            ::chainrule::__private::mistake()
        }
        pub fn gradient_check<X, Y>(
            &self,
            _: X,
            _: Y,
        ) -> ::core::result::Result<::chainrule::GradientCheck, ::chainrule::Error> {
            ::chainrule::__private::mistake()
        }
        pub fn cast<U>(&self) -> ::chainrule::__private::Box<Net<U>> {
            ::chainrule::__private::mistake()
        }
    }
    impl<T: ::chainrule::Scalar> ::core::clone::Clone
    for ::chainrule::__private::Box<Net<T>> {
        fn clone(&self) -> Self {
            ::chainrule::__private::mistake()
        }
    }
}
#[allow(missing_docs, dead_code)]
impl<T: ::chainrule::Scalar> Net<T> {
    pub fn loss_in<X, Y, W>(
        &self,
        _: X,
        _: Y,
        _: W,
    ) -> ::core::result::Result<T, ::chainrule::Error> {
        ::chainrule::__private::mistake()
    }
    pub fn accuracy_in<X, Y, W>(
        &self,
        _: X,
        _: Y,
        _: W,
    ) -> ::core::result::Result<f64, ::chainrule::Error> {
        ::chainrule::__private::mistake()
    }
    pub fn gradient_in<X, Y>(
        &self,
        _: X,
        _: Y,
        _: &mut impl ::chainrule::Memory<T>,
        _: &mut Self,
    ) -> ::core::result::Result<T, ::chainrule::Error> {
        ::chainrule::__private::mistake()
    }
    pub fn train_step<X, Y, O>(
        &mut self,
        _: X,
        _: Y,
        _: O,
        _: &mut impl ::chainrule::Memory<T>,
        _: &mut Self,
    ) -> ::core::result::Result<T, ::chainrule::Error> {
        ::chainrule::__private::mistake()
    }
    pub fn update<O>(&mut self, _: O, _: &Self) {
        ::chainrule::__private::mistake()
    }
    pub fn init<I, R>(&mut self, _: I, _: R) {
        ::chainrule::__private::mistake()
    }
    pub fn parameters(&self) -> &[T] {
        ::chainrule::__private::mistake()
    }
    pub fn parameters_mut(&mut self) -> &mut [T] {
        ::chainrule::__private::mistake()
    }
}
unsafe impl<T: ::chainrule::Scalar> ::chainrule::Numbers<T> for Net<T> {}
impl<T: ::chainrule::Scalar> ::chainrule::Network for Net<T> {
    type Scalar = T;
    type Loss = ::chainrule::losses::SoftmaxWithLoss;
    type Of<U: ::chainrule::Scalar> = Net<U>;
    type Inputs = ::chainrule::__private::AnyWidth;
    type Outputs = ::chainrule::__private::AnyWidth;
    type Targets = ::chainrule::__private::AnyWidth;
    const NAME: &'static str = "";
    const PARAMS: usize = Net::<f32>::__MISTAKE;
    const WORKSPACE_PER_SAMPLE: usize = Net::<f32>::__MISTAKE;
    const INFERENCE_WORKSPACE_PER_SAMPLE: usize = Net::<f32>::__MISTAKE;
    const LAYERS: &'static [::chainrule::LayerInfo] = &[];
    const VALUES: &'static [(&'static str, usize)] = [
        [].as_slice(),
    ][Net::<f32>::__MISTAKE];
    fn loss_function() -> Self::Loss {
        ::chainrule::__private::mistake()
    }
    fn forward_observed(
        &self,
        _: &[T],
        _: &mut [T],
        _: &mut [T],
        _: &mut ::chainrule::Rng,
        _: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        ::chainrule::__private::mistake()
    }
    fn backward_with(
        &self,
        _: &[T],
        _: &mut [T],
        _: &mut [T],
        _: &mut Self,
        _: ::core::option::Option<&mut [T]>,
        _: &mut impl ::chainrule::__private::Observer<T>,
        _: &mut impl ::chainrule::__private::WeightGradients<T>,
    ) {
        ::chainrule::__private::mistake()
    }
}
impl<T: ::chainrule::Scalar> ::core::convert::AsRef<Net<T>> for Net<T> {
    fn as_ref(&self) -> &Self {
        ::chainrule::__private::mistake()
    }
}
impl<T: ::chainrule::Scalar> ::core::convert::AsMut<Net<T>> for Net<T> {
    fn as_mut(&mut self) -> &mut Self {
        ::chainrule::__private::mistake()
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::Tensors<T> for Net<T> {
    const TENSORS: &'static [::chainrule::TensorInfo] = &[];
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Net<T> {
    const INPUTS: usize = Net::<f32>::__MISTAKE;
    const OUTPUTS: usize = Net::<f32>::__MISTAKE;
    const FLOPS: usize = Net::<f32>::__MISTAKE;
    fn forward(&self, _: &[T], _: &mut [T], _: &mut [T], _: &mut ::chainrule::Rng) {
        ::chainrule::__private::mistake()
    }
    fn backward(
        &self,
        _: &[T],
        _: &mut [T],
        _: &mut [T],
        _: &mut Self,
        _: ::core::option::Option<&mut [T]>,
    ) {
        ::chainrule::__private::mistake()
    }
}
impl<T> ::core::fmt::Display for Net<T> {
    fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::chainrule::__private::mistake()
    }
}
impl<T> ::core::fmt::Debug for Net<T> {
    fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::chainrule::__private::mistake()
    }
}
#[doc(hidden)]
#[allow(unused_imports)]
pub use ::chainrule::__private::scope::*;
