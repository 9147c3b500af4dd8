// struct Net = Input(784) -> hidden: Affine(50) -> Sigmoid -> Affine(10) => SoftmaxWithLoss;

///A network of 784 inputs and 10 outputs.
///
///```text
///(784)--[Affine]--(50)--[Sigmoid]--(50)--[Affine]--(10)==[SoftmaxWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `hidden` | `Affine(784, 50)` | 50 | 39,250 |
///| `sigmoid1` | `Sigmoid` | 50 | 0 |
///| `affine2` | `Affine(50, 10)` | 10 | 510 |
///| | `SoftmaxWithLoss` | 10 | 0 |
///
///39,760 parameters.
#[repr(C)]
struct Net<T = f32> {
    ///`Affine(784, 50)`.
    hidden: ::chainrule::layers::Affine<784, 50, T>,
    ///`Affine(50, 10)`.
    affine2: ::chainrule::layers::Affine<50, 10, T>,
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
        let batch = input.len() / 784;
        let [slot0, slot1, _] = ::chainrule::__private::slots(
            saved,
            [batch * 50, batch * 50, batch * 50],
        );
        let y_hidden = &mut slot0[..];
        ::chainrule::layers::Layer::forward(&self.hidden, input, y_hidden, &mut [], rng);
        observer.value(0, y_hidden);
        let y_sigmoid1 = y_hidden;
        ::chainrule::layers::Sloped::<
            T,
        >::forward_sloped(&::chainrule::layers::Sigmoid, y_sigmoid1, &mut slot1[..]);
        observer.value(1, y_sigmoid1);
        let y_affine2 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine2,
            y_sigmoid1,
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
        let y_hidden = &mut slot0[..];
        ::chainrule::layers::Layer::infer(&self.hidden, input, y_hidden, &mut []);
        observer.value(0, y_hidden);
        let y_sigmoid1 = y_hidden;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Sigmoid, y_sigmoid1);
        observer.value(1, y_sigmoid1);
        let y_affine2 = &mut *output;
        ::chainrule::layers::Layer::infer(&self.affine2, y_sigmoid1, y_affine2, &mut []);
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
        let [slot0, slot1, slot2] = ::chainrule::__private::slots(
            saved,
            [batch * 50, batch * 50, batch * 50],
        );
        let d_affine2 = dout;
        observer.gradient(2, d_affine2);
        let y_sigmoid1 = &slot0[..];
        let d_sigmoid1 = &mut slot2[..];
        weight_grads
            .backward(
                &self.affine2,
                y_sigmoid1,
                d_affine2,
                &mut grads.affine2,
                ::core::option::Option::Some(d_sigmoid1),
            );
        observer.gradient(1, d_sigmoid1);
        ::chainrule::merge::multiply(d_sigmoid1, &slot1[..]);
        let d_hidden = d_sigmoid1;
        observer.gradient(0, d_hidden);
        weight_grads.backward(&self.hidden, input, d_hidden, &mut grads.hidden, dinput);
    }
    const DEFERRED: &'static [::core::ops::Range<usize>] = &[
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<50, 10, T>,
        >(::core::mem::offset_of!(Self, affine2)),
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<784, 50, T>,
        >(::core::mem::offset_of!(Self, hidden)),
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
        let [slot0, _, slot2] = ::chainrule::__private::slots(
            saved,
            [batch * 50, batch * 50, batch * 50],
        );
        ::chainrule::__private::apply_deferred(
            &mut self.affine2,
            &grads.affine2,
            &slot0[..],
            dout,
            step,
        );
        ::chainrule::__private::apply_deferred(
            &mut self.hidden,
            &grads.hidden,
            input,
            &slot2[..],
            step,
        );
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Net<T> {
    const SAVED: usize = 50 + 50 + 50;
    const INFERENCE_SAVED: usize = 50;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(&mut self.hidden, init, rng);
        ::chainrule::layers::Layer::init(&mut self.affine2, init, rng);
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
}
