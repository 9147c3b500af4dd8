// struct Net = Affine(4, 3) -> Softplus => IdentityWithLoss;

///A network of 4 inputs and 3 outputs.
///
///```text
///(4)--[Affine]--(3)--[Softplus]--(3)==[IdentityWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `affine1` | `Affine(4, 3)` | 3 | 15 |
///| `softplus1` | `Softplus` | 3 | 0 |
///| | `IdentityWithLoss` | 3 | 0 |
///
///15 parameters.
#[repr(C)]
struct Net<T = f32> {
    ///`Affine(4, 3)`.
    affine1: ::chainrule::layers::Affine<4, 3, T>,
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
        let [slot0] = ::chainrule::__private::slots(saved, [batch * 3]);
        let y_affine1 = &mut slot0[..];
        ::chainrule::layers::Layer::forward(
            &self.affine1,
            input,
            y_affine1,
            &mut [],
            rng,
        );
        observer.value(0, y_affine1);
        let y_softplus1 = y_affine1;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Softplus, y_softplus1);
        observer.value(1, y_softplus1);
        output.copy_from_slice(y_softplus1);
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
        let y_softplus1 = y_affine1;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Softplus, y_softplus1);
        observer.value(1, y_softplus1);
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
        let batch = input.len() / 4;
        let [slot0] = ::chainrule::__private::slots(saved, [batch * 3]);
        let d_softplus1 = dout;
        observer.gradient(1, d_softplus1);
        ::chainrule::layers::Activation::<
            T,
        >::backward(&::chainrule::layers::Softplus, &slot0[..], d_softplus1);
        let d_affine1 = d_softplus1;
        observer.gradient(0, d_affine1);
        weight_grads
            .backward(&self.affine1, input, d_affine1, &mut grads.affine1, dinput);
    }
    const DEFERRED: &'static [::core::ops::Range<usize>] = &[
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<4, 3, T>,
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
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Net<T> {
    const SAVED: usize = 3;
    const INFERENCE_SAVED: usize = 0;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(
            &mut self.affine1,
            ::chainrule::Init::or_auto(init, ::chainrule::Init::He),
            rng,
        );
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
}
