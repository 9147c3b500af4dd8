// Affine(2, 1) => IdentityWithLoss

///A network of 2 inputs and 1 output.
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
struct Network<T = f32> {
    ///`Affine(2, 1)`.
    affine1: ::chainrule::layers::Affine<2, 1, T>,
}
impl<T: ::chainrule::Scalar> ::chainrule::Network for Network<T> {
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
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Network<T> {
    const SAVED: usize = 0;
    const INFERENCE_SAVED: usize = 0;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(&mut self.affine1, init, rng);
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
}
fn value() {
    ::chainrule::__private::initialised::<Network<f32>>()
}
