// struct Net = Affine(784, 50, init = Normal(0.01)) -> BatchNorm -> LeakyRelu(0.2) -> Dropout(0.5) -> Affine(20) -> Gelu -> LayerNorm -> Affine(10, init = Zeros) => SoftmaxWithLoss(smoothing = 0.1);

///A network of 784 inputs and 10 outputs.
///
///```text
///(784)--[Affine]--(50)--[BatchNorm]--(50)--[LeakyRelu]--(50)--[Dropout]--(50)--[Affine]--(20)--[Gelu]--(20)--[LayerNorm]--(20)--[Affine]--(10)==[SoftmaxWithLoss(smoothing = 0.1)]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `affine1` | `Affine(784, 50)` | 50 | 39,250 |
///| `batch_norm1` | `BatchNorm` | 50 | 100 |
///| `leaky_relu1` | `LeakyRelu(0.2)` | 50 | 0 |
///| `dropout1` | `Dropout(0.5)` | 50 | 0 |
///| `affine2` | `Affine(50, 20)` | 20 | 1,020 |
///| `gelu1` | `Gelu` | 20 | 0 |
///| `layer_norm1` | `LayerNorm` | 20 | 40 |
///| `affine3` | `Affine(20, 10)` | 10 | 210 |
///| | `SoftmaxWithLoss(smoothing = 0.1)` | 10 | 0 |
///
///40,620 parameters.
#[repr(C)]
struct Net<T = f32> {
    ///`Affine(784, 50)`.
    affine1: ::chainrule::layers::Affine<784, 50, T>,
    ///`BatchNorm`.
    batch_norm1: ::chainrule::layers::BatchNorm<50, T>,
    ///`Affine(50, 20)`.
    affine2: ::chainrule::layers::Affine<50, 20, T>,
    ///`LayerNorm`.
    layer_norm1: ::chainrule::layers::LayerNorm<20, T>,
    ///`Affine(20, 10)`.
    affine3: ::chainrule::layers::Affine<20, 10, T>,
}
impl<T: ::chainrule::Scalar> ::chainrule::Network for Net<T> {
    fn loss_function() -> Self::Loss {
        const { ::chainrule::losses::AdjustedSoftmaxWithLoss::new().with_smoothing(0.1) }
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
        let [slot0, slot1, slot2, slot3, slot4, slot5, slot6, slot7, _] = ::chainrule::__private::slots(
            saved,
            [
                batch * 50,
                batch * 50,
                batch * 0
                    + <::chainrule::layers::BatchNorm<
                        50,
                        T,
                    > as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch * 50,
                batch * 50,
                batch * 20,
                batch * 20,
                batch * 0
                    + <::chainrule::layers::LayerNorm<
                        20,
                        T,
                    > as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch * 20,
            ],
        );
        let y_affine1 = &mut slot0[..];
        ::chainrule::layers::Layer::forward(
            &self.affine1,
            input,
            y_affine1,
            &mut [],
            rng,
        );
        observer.value(0, y_affine1);
        let y_batch_norm1 = &mut slot1[..];
        ::chainrule::layers::Layer::forward(
            &self.batch_norm1,
            y_affine1,
            y_batch_norm1,
            &mut slot2[..batch * 0
                + <::chainrule::layers::BatchNorm<
                    50,
                    T,
                > as ::chainrule::layers::Layer<T>>::SCRATCH],
            rng,
        );
        observer.value(1, y_batch_norm1);
        let y_leaky_relu1 = y_batch_norm1;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&const { ::chainrule::layers::LeakyRelu::new(0.2) }, y_leaky_relu1);
        observer.value(2, y_leaky_relu1);
        let y_dropout1 = &mut slot3[..];
        y_dropout1.copy_from_slice(y_leaky_relu1);
        ::chainrule::layers::Activation::<
            T,
        >::forward_training(
            &const { ::chainrule::layers::Dropout::new(0.5) },
            y_dropout1,
            rng,
        );
        observer.value(3, y_dropout1);
        let y_affine2 = &mut slot4[..batch * 20];
        ::chainrule::layers::Layer::forward(
            &self.affine2,
            y_dropout1,
            y_affine2,
            &mut [],
            rng,
        );
        observer.value(4, y_affine2);
        let y_gelu1 = &mut slot5[..];
        ::chainrule::layers::Layer::forward(
            &::chainrule::layers::Gelu::<20>,
            y_affine2,
            y_gelu1,
            &mut [],
            rng,
        );
        observer.value(5, y_gelu1);
        let y_layer_norm1 = &mut slot6[..];
        ::chainrule::layers::Layer::forward(
            &self.layer_norm1,
            y_gelu1,
            y_layer_norm1,
            &mut slot7[..batch * 0
                + <::chainrule::layers::LayerNorm<
                    20,
                    T,
                > as ::chainrule::layers::Layer<T>>::SCRATCH],
            rng,
        );
        observer.value(6, y_layer_norm1);
        let y_affine3 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine3,
            y_layer_norm1,
            y_affine3,
            &mut [],
            rng,
        );
        observer.value(7, y_affine3);
    }
    fn infer_observed(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let batch = input.len() / 784;
        let [slot0, slot1] = ::chainrule::__private::slots(
            saved,
            [batch * 50, batch * 50],
        );
        let y_affine1 = &mut slot0[..batch * 50];
        ::chainrule::layers::Layer::infer(&self.affine1, input, y_affine1, &mut []);
        observer.value(0, y_affine1);
        let y_batch_norm1 = &mut slot1[..batch * 50];
        ::chainrule::layers::Layer::infer(
            &self.batch_norm1,
            y_affine1,
            y_batch_norm1,
            &mut [],
        );
        observer.value(1, y_batch_norm1);
        let y_leaky_relu1 = y_batch_norm1;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&const { ::chainrule::layers::LeakyRelu::new(0.2) }, y_leaky_relu1);
        observer.value(2, y_leaky_relu1);
        observer.value(3, y_leaky_relu1);
        let y_affine2 = &mut slot0[..batch * 20];
        ::chainrule::layers::Layer::infer(
            &self.affine2,
            y_leaky_relu1,
            y_affine2,
            &mut [],
        );
        observer.value(4, y_affine2);
        let y_gelu1 = &mut slot1[..batch * 20];
        ::chainrule::layers::Layer::infer(
            &::chainrule::layers::Gelu::<20>,
            y_affine2,
            y_gelu1,
            &mut [],
        );
        observer.value(5, y_gelu1);
        let y_layer_norm1 = &mut slot0[..batch * 20];
        ::chainrule::layers::Layer::infer(
            &self.layer_norm1,
            y_gelu1,
            y_layer_norm1,
            &mut [],
        );
        observer.value(6, y_layer_norm1);
        let y_affine3 = &mut *output;
        ::chainrule::layers::Layer::infer(
            &self.affine3,
            y_layer_norm1,
            y_affine3,
            &mut [],
        );
        observer.value(7, y_affine3);
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
        let [slot0, slot1, slot2, slot3, slot4, slot5, slot6, slot7, slot8] = ::chainrule::__private::slots(
            saved,
            [
                batch * 50,
                batch * 50,
                batch * 0
                    + <::chainrule::layers::BatchNorm<
                        50,
                        T,
                    > as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch * 50,
                batch * 50,
                batch * 20,
                batch * 20,
                batch * 0
                    + <::chainrule::layers::LayerNorm<
                        20,
                        T,
                    > as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch * 20,
            ],
        );
        let d_affine3 = dout;
        observer.gradient(7, d_affine3);
        let y_layer_norm1 = &slot6[..];
        let d_layer_norm1 = &mut slot8[..];
        ::chainrule::layers::Layer::backward(
            &self.affine3,
            y_layer_norm1,
            &mut [],
            d_affine3,
            &mut grads.affine3,
            ::core::option::Option::Some(d_layer_norm1),
        );
        weight_grads.computed(&mut grads.affine3);
        observer.gradient(6, d_layer_norm1);
        let y_gelu1 = &slot5[..];
        let d_gelu1 = &mut slot6[..];
        ::chainrule::layers::Layer::backward(
            &self.layer_norm1,
            y_gelu1,
            &mut slot7[..batch * 0
                + <::chainrule::layers::LayerNorm<
                    20,
                    T,
                > as ::chainrule::layers::Layer<T>>::SCRATCH],
            d_layer_norm1,
            &mut grads.layer_norm1,
            ::core::option::Option::Some(d_gelu1),
        );
        weight_grads.computed(&mut grads.layer_norm1);
        observer.gradient(5, d_gelu1);
        let y_affine2 = &slot4[..batch * 20];
        let d_affine2 = &mut slot5[..];
        ::chainrule::layers::Layer::backward(
            &::chainrule::layers::Gelu::<20>,
            y_affine2,
            &mut [],
            d_gelu1,
            &mut ::chainrule::layers::Gelu::<20>,
            ::core::option::Option::Some(d_affine2),
        );
        observer.gradient(4, d_affine2);
        let y_dropout1 = &slot3[..];
        let d_dropout1 = &mut slot4[..batch * 50];
        weight_grads
            .backward(
                &self.affine2,
                y_dropout1,
                d_affine2,
                &mut grads.affine2,
                ::core::option::Option::Some(d_dropout1),
            );
        observer.gradient(3, d_dropout1);
        ::chainrule::layers::Activation::<
            T,
        >::backward(
            &const { ::chainrule::layers::Dropout::new(0.5) },
            &slot3[..],
            d_dropout1,
        );
        let d_leaky_relu1 = d_dropout1;
        observer.gradient(2, d_leaky_relu1);
        ::chainrule::layers::Activation::<
            T,
        >::backward(
            &const { ::chainrule::layers::LeakyRelu::new(0.2) },
            &slot1[..],
            d_leaky_relu1,
        );
        let d_batch_norm1 = d_leaky_relu1;
        observer.gradient(1, d_batch_norm1);
        let y_affine1 = &slot0[..];
        let d_affine1 = &mut slot1[..];
        ::chainrule::layers::Layer::backward(
            &self.batch_norm1,
            y_affine1,
            &mut slot2[..batch * 0
                + <::chainrule::layers::BatchNorm<
                    50,
                    T,
                > as ::chainrule::layers::Layer<T>>::SCRATCH],
            d_batch_norm1,
            &mut grads.batch_norm1,
            ::core::option::Option::Some(d_affine1),
        );
        weight_grads.computed(&mut grads.batch_norm1);
        observer.gradient(0, d_affine1);
        weight_grads
            .backward(&self.affine1, input, d_affine1, &mut grads.affine1, dinput);
    }
    const DEFERRED: &'static [::core::ops::Range<usize>] = &[
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<50, 20, T>,
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
        _dout: &mut [T],
        grads: &Self,
        step: &::chainrule::SgdStep,
    ) {
        let batch = input.len() / 784;
        let [_, slot1, _, slot3, _, slot5, _, _, _] = ::chainrule::__private::slots(
            saved,
            [
                batch * 50,
                batch * 50,
                batch * 0
                    + <::chainrule::layers::BatchNorm<
                        50,
                        T,
                    > as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch * 50,
                batch * 50,
                batch * 20,
                batch * 20,
                batch * 0
                    + <::chainrule::layers::LayerNorm<
                        20,
                        T,
                    > as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch * 20,
            ],
        );
        ::chainrule::__private::apply_deferred(
            &mut self.affine2,
            &grads.affine2,
            &slot3[..],
            &slot5[..],
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
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Net<T> {
    const SAVED: usize = 50 + 50 + 0 + 50 + 50 + 20 + 20 + 0 + 20;
    const INFERENCE_SAVED: usize = 50 + 50;
    const SCRATCH: usize = <::chainrule::layers::BatchNorm<
        50,
        T,
    > as ::chainrule::layers::Layer<T>>::SCRATCH
        + <::chainrule::layers::LayerNorm<
            20,
            T,
        > as ::chainrule::layers::Layer<T>>::SCRATCH;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(
            &mut self.affine1,
            ::chainrule::Init::Normal(0.01),
            rng,
        );
        ::chainrule::layers::Layer::init(&mut self.batch_norm1, init, rng);
        ::chainrule::layers::Layer::init(
            &mut self.affine2,
            ::chainrule::Init::or_auto(init, ::chainrule::Init::He),
            rng,
        );
        ::chainrule::layers::Layer::init(&mut self.layer_norm1, init, rng);
        ::chainrule::layers::Layer::init(
            &mut self.affine3,
            ::chainrule::Init::Zeros,
            rng,
        );
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
    fn update_buffers(&mut self, grads: &Self) {
        ::chainrule::layers::Layer::update_buffers(
            &mut self.batch_norm1,
            &grads.batch_norm1,
        );
    }
}
const _: () = {
    use ::chainrule::layers::LeakyRelu as __chainrule_setting;
    let _ = __chainrule_setting::new(0.2);
};
const _: () = {
    use ::chainrule::layers::Dropout as __chainrule_setting;
    let _ = __chainrule_setting::new(0.5);
};
const _: () = {
    use ::chainrule::losses::AdjustedSoftmaxWithLoss as __chainrule_setting;
    let _ = __chainrule_setting::new().with_smoothing(0.1);
};
