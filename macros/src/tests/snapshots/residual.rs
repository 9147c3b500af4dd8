// struct Residual {
// input x: [784];
// let h = x -> Affine(64) -> Relu;
// let y = h -> Affine(64) -> Relu -> Affine(64);
// (h + y) -> Relu -> Affine(10) => SoftmaxWithLoss
// }

///A network of 784 inputs and 10 outputs.
///
///```text
///input x: [784]
///let h = x -> Affine(64) -> Relu
///let y = h -> Affine(64) -> Relu -> Affine(64)
///(h + y) -> Relu -> Affine(10) => SoftmaxWithLoss
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `affine1` | `Affine(784, 64)` | 64 | 50,240 |
///| `relu1` | `Relu` | 64 | 0 |
///| `affine2` | `Affine(64, 64)` | 64 | 4,160 |
///| `relu2` | `Relu` | 64 | 0 |
///| `affine3` | `Affine(64, 64)` | 64 | 4,160 |
///| `sum1` | `h + y` | 64 | 0 |
///| `relu3` | `Relu` | 64 | 0 |
///| `affine4` | `Affine(64, 10)` | 10 | 650 |
///| | `SoftmaxWithLoss` | 10 | 0 |
///
///59,210 parameters.
#[repr(C)]
struct Residual<T = f32> {
    ///`Affine(784, 64)`.
    affine1: ::chainrule::layers::Affine<784, 64, T>,
    ///`Affine(64, 64)`.
    affine2: ::chainrule::layers::Affine<64, 64, T>,
    ///`Affine(64, 64)`.
    affine3: ::chainrule::layers::Affine<64, 64, T>,
    ///`Affine(64, 10)`.
    affine4: ::chainrule::layers::Affine<64, 10, T>,
}
impl<T: ::chainrule::Scalar> ::chainrule::Network for Residual<T> {
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
        let [slot0, slot1, slot2, _, _] = ::chainrule::__private::slots(
            saved,
            [batch * 64, batch * 64, batch * 64, batch * 64, batch * 64],
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
        let y_affine3 = &mut slot2[..];
        ::chainrule::layers::Layer::forward(
            &self.affine3,
            y_relu2,
            y_affine3,
            &mut [],
            rng,
        );
        observer.value(4, y_affine3);
        let y_sum1 = y_affine3;
        ::chainrule::merge::add(y_sum1, y_relu1);
        observer.value(5, y_sum1);
        let y_relu3 = y_sum1;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Relu, y_relu3);
        observer.value(6, y_relu3);
        let y_affine4 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine4,
            y_relu3,
            y_affine4,
            &mut [],
            rng,
        );
        observer.value(7, y_affine4);
    }
    fn infer_observed(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let batch = input.len() / 784;
        let [slot0, slot1, slot2] = ::chainrule::__private::slots(
            saved,
            [batch * 64, batch * 64, batch * 64],
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
        let y_affine3 = &mut slot2[..];
        ::chainrule::layers::Layer::infer(&self.affine3, y_relu2, y_affine3, &mut []);
        observer.value(4, y_affine3);
        let y_sum1 = y_relu1;
        ::chainrule::merge::add(y_sum1, y_affine3);
        observer.value(5, y_sum1);
        let y_relu3 = y_sum1;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Relu, y_relu3);
        observer.value(6, y_relu3);
        let y_affine4 = &mut *output;
        ::chainrule::layers::Layer::infer(&self.affine4, y_relu3, y_affine4, &mut []);
        observer.value(7, y_affine4);
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
        let [slot0, slot1, slot2, slot3, slot4] = ::chainrule::__private::slots(
            saved,
            [batch * 64, batch * 64, batch * 64, batch * 64, batch * 64],
        );
        let d_affine4 = dout;
        observer.gradient(7, d_affine4);
        let y_relu3 = &slot2[..];
        let d_relu3 = &mut slot3[..];
        ::chainrule::layers::Layer::backward(
            &self.affine4,
            y_relu3,
            &mut [],
            d_affine4,
            &mut grads.affine4,
            ::core::option::Option::Some(d_relu3),
        );
        weight_grads.computed(&mut grads.affine4);
        observer.gradient(6, d_relu3);
        ::chainrule::layers::Activation::<
            T,
        >::backward(&::chainrule::layers::Relu, &slot2[..], d_relu3);
        let d_sum1 = d_relu3;
        observer.gradient(5, d_sum1);
        let d_relu1 = &mut slot2[..];
        d_relu1.copy_from_slice(d_sum1);
        let d_affine3 = d_sum1;
        observer.gradient(4, d_affine3);
        let y_relu2 = &slot1[..];
        let d_relu2 = &mut slot4[..];
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
        >::backward(&::chainrule::layers::Relu, &slot1[..], d_relu2);
        let d_affine2 = d_relu2;
        observer.gradient(2, d_affine2);
        let y_relu1 = &slot0[..];
        let more = &mut slot1[..];
        weight_grads
            .backward(
                &self.affine2,
                y_relu1,
                d_affine2,
                &mut grads.affine2,
                ::core::option::Option::Some(more),
            );
        ::chainrule::merge::add(d_relu1, more);
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
            ::chainrule::layers::Affine<64, 64, T>,
        >(::core::mem::offset_of!(Self, affine2)),
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<784, 64, T>,
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
        let batch = input.len() / 784;
        let [slot0, _, slot2, _, slot4] = ::chainrule::__private::slots(
            saved,
            [batch * 64, batch * 64, batch * 64, batch * 64, batch * 64],
        );
        ::chainrule::__private::apply_deferred(
            &mut self.affine2,
            &grads.affine2,
            &slot0[..],
            &slot4[..],
            step,
        );
        ::chainrule::__private::apply_deferred(
            &mut self.affine1,
            &grads.affine1,
            input,
            &slot2[..],
            step,
        );
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Residual<T> {
    const SAVED: usize = 64 + 64 + 64 + 64 + 64;
    const INFERENCE_SAVED: usize = 64 + 64 + 64;
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
        ::chainrule::layers::Layer::init(
            &mut self.affine3,
            ::chainrule::Init::or_auto(init, ::chainrule::Init::He),
            rng,
        );
        ::chainrule::layers::Layer::init(&mut self.affine4, init, rng);
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
}
