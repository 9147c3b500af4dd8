// struct Net = Input(4) -> Tanh -> Affine(3) -> Sigmoid -> Elu(0.5) => IdentityWithLoss;

///A network of 4 inputs and 3 outputs.
///
///```text
///(4)--[Tanh]--(4)--[Affine]--(3)--[Sigmoid]--(3)--[Elu]--(3)==[IdentityWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `tanh1` | `Tanh` | 4 | 0 |
///| `affine1` | `Affine(4, 3)` | 3 | 15 |
///| `sigmoid1` | `Sigmoid` | 3 | 0 |
///| `elu1` | `Elu(0.5)` | 3 | 0 |
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
        let [slot0, slot1, slot2, slot3] = ::chainrule::__private::slots(
            saved,
            [batch * 4, batch * 4, batch * 3, batch * 3],
        );
        let y_tanh1 = &mut slot0[..];
        y_tanh1.copy_from_slice(input);
        ::chainrule::layers::Sloped::<
            T,
        >::forward_sloped(&::chainrule::layers::Tanh, y_tanh1, &mut slot1[..]);
        observer.value(0, y_tanh1);
        let y_affine1 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine1,
            y_tanh1,
            y_affine1,
            &mut [],
            rng,
        );
        observer.value(1, y_affine1);
        let y_sigmoid1 = y_affine1;
        ::chainrule::layers::Sloped::<
            T,
        >::forward_sloped(&::chainrule::layers::Sigmoid, y_sigmoid1, &mut slot2[..]);
        observer.value(2, y_sigmoid1);
        let y_elu1 = y_sigmoid1;
        ::chainrule::layers::Sloped::<
            T,
        >::forward_sloped(
            &const { ::chainrule::layers::Elu::new(0.5) },
            y_elu1,
            &mut slot3[..],
        );
        observer.value(3, y_elu1);
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
        let y_tanh1 = &mut slot0[..];
        y_tanh1.copy_from_slice(input);
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Tanh, y_tanh1);
        observer.value(0, y_tanh1);
        let y_affine1 = &mut *output;
        ::chainrule::layers::Layer::infer(&self.affine1, y_tanh1, y_affine1, &mut []);
        observer.value(1, y_affine1);
        let y_sigmoid1 = y_affine1;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Sigmoid, y_sigmoid1);
        observer.value(2, y_sigmoid1);
        let y_elu1 = y_sigmoid1;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&const { ::chainrule::layers::Elu::new(0.5) }, y_elu1);
        observer.value(3, y_elu1);
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
        let [slot0, slot1, slot2, slot3] = ::chainrule::__private::slots(
            saved,
            [batch * 4, batch * 4, batch * 3, batch * 3],
        );
        let d_elu1 = dout;
        observer.gradient(3, d_elu1);
        ::chainrule::merge::multiply(d_elu1, &slot3[..]);
        let d_sigmoid1 = d_elu1;
        observer.gradient(2, d_sigmoid1);
        ::chainrule::merge::multiply(d_sigmoid1, &slot2[..]);
        let d_affine1 = d_sigmoid1;
        observer.gradient(1, d_affine1);
        let y_tanh1 = &slot0[..];
        weight_grads
            .backward(
                &self.affine1,
                y_tanh1,
                d_affine1,
                &mut grads.affine1,
                dinput.as_deref_mut(),
            );
        if let ::core::option::Option::Some(dx) = dinput.as_deref_mut() {
            ::chainrule::merge::multiply(dx, &slot1[..]);
        }
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
        saved: &mut [T],
        dout: &mut [T],
        grads: &Self,
        step: &::chainrule::SgdStep,
    ) {
        let batch = input.len() / 4;
        let [slot0, _, _, _] = ::chainrule::__private::slots(
            saved,
            [batch * 4, batch * 4, batch * 3, batch * 3],
        );
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
    const SAVED: usize = 4 + 4 + 3 + 3;
    const INFERENCE_SAVED: usize = 4;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(&mut self.affine1, init, rng);
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
}
const _: () = {
    use ::chainrule::layers::Elu as __chainrule_setting;
    let _ = __chainrule_setting::new(0.5);
};
