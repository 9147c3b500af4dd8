// struct Net = Input(4) -> Softplus -> Affine(2) => IdentityWithLoss;

///A network of 4 inputs and 2 outputs.
///
///```text
///(4)--[Softplus]--(4)--[Affine]--(2)==[IdentityWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `softplus1` | `Softplus` | 4 | 0 |
///| `affine1` | `Affine(4, 2)` | 2 | 10 |
///| | `IdentityWithLoss` | 2 | 0 |
///
///10 parameters.
#[repr(C)]
struct Net<T = f32> {
    ///`Affine(4, 2)`.
    affine1: ::chainrule::layers::Affine<4, 2, T>,
}
impl<T: ::chainrule::Scalar> ::chainrule::Network for Net<T> {
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
        let batch = input.len() / 4;
        let [slot0] = ::chainrule::__private::slots(saved, [batch * 4]);
        let y_softplus1 = &mut slot0[..];
        y_softplus1.copy_from_slice(input);
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Softplus, y_softplus1);
        observer.value(0, y_softplus1);
        let y_affine1 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine1,
            y_softplus1,
            y_affine1,
            &mut [],
            rng,
        );
        observer.value(1, y_affine1);
    }
    fn infer_observed(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let batch = input.len() / 4;
        let [slot0] = ::chainrule::__private::slots(saved, [batch * 4]);
        let y_softplus1 = &mut slot0[..];
        y_softplus1.copy_from_slice(input);
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Softplus, y_softplus1);
        observer.value(0, y_softplus1);
        let y_affine1 = &mut *output;
        ::chainrule::layers::Layer::infer(
            &self.affine1,
            y_softplus1,
            y_affine1,
            &mut [],
        );
        observer.value(1, y_affine1);
    }
    fn backward_with(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        mut dinput: ::core::option::Option<&mut [T]>,
        observer: &mut impl ::chainrule::__private::Observer<T>,
        weight_grads: &mut impl ::chainrule::__private::WeightGradients<T>,
    ) {
        let batch = input.len() / 4;
        let [slot0] = ::chainrule::__private::slots(saved, [batch * 4]);
        let d_affine1 = dout;
        observer.gradient(1, d_affine1);
        let y_softplus1 = &slot0[..];
        weight_grads
            .backward(
                &self.affine1,
                y_softplus1,
                d_affine1,
                &mut grads.affine1,
                dinput.as_deref_mut(),
            );
        if let ::core::option::Option::Some(dx) = dinput.as_deref_mut() {
            ::chainrule::layers::Activation::<
                T,
            >::backward(&::chainrule::layers::Softplus, &slot0[..], dx);
        }
    }
    const DEFERRED: &'static [::core::ops::Range<usize>] = &[
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<4, 2, T>,
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
        let batch = input.len() / 4;
        let [slot0] = ::chainrule::__private::slots(saved, [batch * 4]);
        ::chainrule::__private::apply_deferred(
            &mut self.affine1,
            &grads.affine1,
            &slot0[..],
            dout,
            step,
        );
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Net<T> {
    const SAVED: usize = 4;
    const INFERENCE_SAVED: usize = 4;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(&mut self.affine1, init, rng);
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
}
