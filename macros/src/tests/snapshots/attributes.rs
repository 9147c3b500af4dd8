// #[cfg(feature = "small")] #[derive(PartialEq)] #[doc = "As small as it gets."] pub(crate) struct Net = Affine(2, 1) => IdentityWithLoss;

#[cfg(feature = "small")]
#[cfg(feature = "small")]
#[derive(PartialEq)]
///As small as it gets.
///
///```text
///(2)--[Affine]--(1)==[IdentityWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `affine1` | `Affine(2, 1)` | 1 | 3 |
///| | `IdentityWithLoss` | 1 | 0 |
///
///3 parameters.
#[repr(C)]
pub(crate) struct Net<T = f32> {
    ///`Affine(2, 1)`.
    pub(crate) affine1: ::chainrule::layers::Affine<2, 1, T>,
}
#[cfg(feature = "small")]
impl<T: ::chainrule::Scalar> ::chainrule::Network for Net<T> {
    type Scalar = T;
    type Loss = ::chainrule::losses::IdentityWithLoss;
    type Of<U: ::chainrule::Scalar> = Net<U>;
    type Inputs = ::chainrule::Width<2>;
    type Outputs = ::chainrule::Width<1>;
    type Targets = ::chainrule::Width<1>;
    const NAME: &'static str = "Net";
    const LAYERS: &'static [::chainrule::LayerInfo] = &[
        ::chainrule::LayerInfo {
            name: "affine1",
            layer: "Affine(2, 1)",
            from: &["input"],
            outputs: 1,
            parameters: ::core::mem::size_of::<::chainrule::layers::Affine<2, 1, T>>()
                / ::core::mem::size_of::<T>(),
        },
        ::chainrule::LayerInfo {
            name: "loss",
            layer: "IdentityWithLoss",
            from: &["affine1"],
            outputs: 1,
            parameters: 0,
        },
    ];
    fn loss_function() -> Self::Loss {
        ::core::default::Default::default()
    }
    fn forward_observed(
        &self,
        input: &[T],
        output: &mut [T],
        _saved: &mut [T],
        rng: &mut ::chainrule::Rng,
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let y_affine1 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine1,
            input,
            y_affine1,
            &mut [],
            rng,
        );
        observer.value(0, y_affine1);
    }
    fn infer_observed(
        &self,
        input: &[T],
        output: &mut [T],
        _saved: &mut [T],
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let y_affine1 = &mut *output;
        ::chainrule::layers::Layer::infer(&self.affine1, input, y_affine1, &mut []);
        observer.value(0, y_affine1);
    }
    fn backward_with(
        &self,
        input: &[T],
        _saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: ::core::option::Option<&mut [T]>,
        observer: &mut impl ::chainrule::__private::Observer<T>,
        weight_grads: &mut impl ::chainrule::__private::WeightGradients<T>,
    ) {
        let d_affine1 = dout;
        observer.gradient(0, d_affine1);
        weight_grads
            .backward(&self.affine1, input, d_affine1, &mut grads.affine1, dinput);
    }
    const DEFERRED: &'static [::core::ops::Range<usize>] = &[
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<2, 1, T>,
        >(::core::mem::offset_of!(Self, affine1)),
    ];
    fn apply_deferred(
        &mut self,
        input: &[T],
        _saved: &mut [T],
        dout: &mut [T],
        grads: &Self,
        step: &::chainrule::SgdStep,
    ) {
        ::chainrule::__private::apply_deferred(
            &mut self.affine1,
            &grads.affine1,
            input,
            dout,
            step,
        );
    }
}
#[cfg(feature = "small")]
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Net<T> {
    const INPUTS: usize = 2;
    const OUTPUTS: usize = 1;
    const FLOPS: usize = <::chainrule::layers::Affine<
        2,
        1,
        T,
    > as ::chainrule::layers::Layer<T>>::FLOPS;
    const TRAINING_FLOPS: usize = <::chainrule::layers::Affine<
        2,
        1,
        T,
    > as ::chainrule::layers::Layer<T>>::TRAINING_FLOPS;
    const INPUT_GRADIENT_FLOPS: usize = <::chainrule::layers::Affine<
        2,
        1,
        T,
    > as ::chainrule::layers::Layer<T>>::INPUT_GRADIENT_FLOPS;
    const SAVED: usize = 0;
    const INFERENCE_SAVED: usize = 0;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(&mut self.affine1, init, rng);
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
