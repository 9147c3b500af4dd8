// struct Net = Affine(9, 4) -> Relu -> Affine(4, 6) -> Relu -> Affine(6, 2) => SoftmaxWithLoss;

///A network of 9 inputs and 2 outputs.
///
///```text
///(9)--[Affine]--(4)--[Relu]--(4)--[Affine]--(6)--[Relu]--(6)--[Affine]--(2)==[SoftmaxWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `affine1` | `Affine(9, 4)` | 4 | 40 |
///| `relu1` | `Relu` | 4 | 0 |
///| `affine2` | `Affine(4, 6)` | 6 | 30 |
///| `relu2` | `Relu` | 6 | 0 |
///| `affine3` | `Affine(6, 2)` | 2 | 14 |
///| | `SoftmaxWithLoss` | 2 | 0 |
///
///84 parameters.
#[repr(C)]
struct Net<T = f32> {
    ///`Affine(9, 4)`.
    affine1: ::chainrule::layers::Affine<9, 4, T>,
    ///`Affine(4, 6)`.
    affine2: ::chainrule::layers::Affine<4, 6, T>,
    ///`Affine(6, 2)`.
    affine3: ::chainrule::layers::Affine<6, 2, T>,
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
        let batch = input.len() / 9;
        let [slot0, slot1, _] = ::chainrule::__private::slots(
            saved,
            [batch * 4, batch * 6, batch * 6],
        );
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
        let y_affine2 = &mut slot1[..batch * 6];
        ::chainrule::__private::forward_relu(
            &self.affine2,
            y_relu1,
            y_affine2,
            &mut [],
            2,
            observer,
        );
        let y_relu2 = y_affine2;
        observer.value(3, y_relu2);
        let y_affine3 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine3,
            y_relu2,
            y_affine3,
            &mut [],
            rng,
        );
        observer.value(4, y_affine3);
    }
    fn infer_observed(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let batch = input.len() / 9;
        let [slot0, slot1] = ::chainrule::__private::slots(
            saved,
            [batch * 4, batch * 6],
        );
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
        let y_affine2 = &mut slot1[..];
        ::chainrule::__private::forward_relu(
            &self.affine2,
            y_relu1,
            y_affine2,
            &mut [],
            2,
            observer,
        );
        let y_relu2 = y_affine2;
        observer.value(3, y_relu2);
        let y_affine3 = &mut *output;
        ::chainrule::layers::Layer::infer(&self.affine3, y_relu2, y_affine3, &mut []);
        observer.value(4, y_affine3);
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
        let batch = input.len() / 9;
        let [slot0, slot1, slot2] = ::chainrule::__private::slots(
            saved,
            [batch * 4, batch * 6, batch * 6],
        );
        let d_affine3 = dout;
        observer.gradient(4, d_affine3);
        let y_relu2 = &slot1[..batch * 6];
        let d_relu2 = &mut slot2[..];
        ::chainrule::layers::Layer::backward(
            &self.affine3,
            y_relu2,
            &mut [],
            d_affine3,
            &mut grads.affine3,
            ::core::option::Option::Some(d_relu2),
        );
        weight_grads.computed(&mut grads.affine3);
        observer.gradient(3, d_relu2);
        ::chainrule::layers::Activation::<
            T,
        >::backward(&::chainrule::layers::Relu, &slot1[..batch * 6], d_relu2);
        let d_affine2 = d_relu2;
        observer.gradient(2, d_affine2);
        let y_relu1 = &slot0[..];
        let d_relu1 = &mut slot1[..batch * 4];
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
            ::chainrule::layers::Affine<4, 6, T>,
        >(::core::mem::offset_of!(Self, affine2)),
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<9, 4, T>,
        >(::core::mem::offset_of!(Self, affine1)),
    ];
    fn apply_deferred(
        &mut self,
        input: &[T],
        saved: &mut [T],
        _dout: &mut [T],
        grads: &Self,
        step: &::chainrule::SgdStep,
    ) {
        let batch = input.len() / 9;
        let [slot0, slot1, slot2] = ::chainrule::__private::slots(
            saved,
            [batch * 4, batch * 6, batch * 6],
        );
        ::chainrule::__private::apply_deferred(
            &mut self.affine2,
            &grads.affine2,
            &slot0[..],
            &slot2[..],
            step,
        );
        ::chainrule::__private::apply_deferred(
            &mut self.affine1,
            &grads.affine1,
            input,
            &slot1[..batch * 4],
            step,
        );
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Net<T> {
    const SAVED: usize = 4 + 6 + 6;
    const INFERENCE_SAVED: usize = 4 + 6;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(
            &mut self.affine1,
            ::chainrule::Init::or_auto(init, ::chainrule::Init::He),
            rng,
        );
        ::chainrule::layers::Layer::init(
            &mut self.affine2,
            ::chainrule::Init::or_auto(init, ::chainrule::Init::He),
            rng,
        );
        ::chainrule::layers::Layer::init(&mut self.affine3, init, rng);
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
}
