// struct Net = Affine(4, 3) -> Softplus -> Relu -> Affine(3, 2) => SoftmaxWithLoss;

///A network of 4 inputs and 2 outputs.
///
///```text
///(4)--[Affine]--(3)--[Softplus]--(3)--[Relu]--(3)--[Affine]--(2)==[SoftmaxWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `affine1` | `Affine(4, 3)` | 3 | 15 |
///| `softplus1` | `Softplus` | 3 | 0 |
///| `relu1` | `Relu` | 3 | 0 |
///| `affine2` | `Affine(3, 2)` | 2 | 8 |
///| | `SoftmaxWithLoss` | 2 | 0 |
///
///23 parameters.
#[repr(C)]
struct Net<T = f32> {
    ///`Affine(4, 3)`.
    affine1: ::chainrule::layers::Affine<4, 3, T>,
    ///`Affine(3, 2)`.
    affine2: ::chainrule::layers::Affine<3, 2, T>,
}
impl<T: ::chainrule::Scalar> ::chainrule::Network for Net<T> {
    type Scalar = T;
    type Loss = ::chainrule::losses::SoftmaxWithLoss;
    type Of<U: ::chainrule::Scalar> = Net<U>;
    const NAME: &'static str = "Net";
    const LAYERS: &'static [::chainrule::LayerInfo] = &[
        ::chainrule::LayerInfo {
            name: "affine1",
            layer: "Affine(4, 3)",
            from: &["input"],
            outputs: 3,
            parameters: ::core::mem::size_of::<::chainrule::layers::Affine<4, 3, T>>()
                / ::core::mem::size_of::<T>(),
        },
        ::chainrule::LayerInfo {
            name: "softplus1",
            layer: "Softplus",
            from: &["affine1"],
            outputs: 3,
            parameters: 0,
        },
        ::chainrule::LayerInfo {
            name: "relu1",
            layer: "Relu",
            from: &["softplus1"],
            outputs: 3,
            parameters: 0,
        },
        ::chainrule::LayerInfo {
            name: "affine2",
            layer: "Affine(3, 2)",
            from: &["relu1"],
            outputs: 2,
            parameters: ::core::mem::size_of::<::chainrule::layers::Affine<3, 2, T>>()
                / ::core::mem::size_of::<T>(),
        },
        ::chainrule::LayerInfo {
            name: "loss",
            layer: "SoftmaxWithLoss",
            from: &["affine2"],
            outputs: 2,
            parameters: 0,
        },
    ];
    fn loss_function() -> Self::Loss {
        ::core::default::Default::default()
    }
    fn forward_watched(
        &self,
        input: &[T],
        output: &mut [T],
        kept: &mut [T],
        rng: &mut ::chainrule::Rng,
        watch: &mut impl ::chainrule::Watch<T>,
    ) {
        let batch = input.len() / 4;
        let [slot0, slot1, _] = ::chainrule::__private::slots(
            kept,
            [batch * 3, batch * 3, batch * 3],
        );
        let y_affine1 = &mut slot0[..];
        ::chainrule::layers::Layer::forward(
            &self.affine1,
            input,
            y_affine1,
            &mut [],
            rng,
        );
        watch.value(0, y_affine1);
        let y_softplus1 = y_affine1;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Softplus, y_softplus1);
        watch.value(1, y_softplus1);
        let y_relu1 = &mut slot1[..];
        y_relu1.copy_from_slice(y_softplus1);
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Relu, y_relu1);
        watch.value(2, y_relu1);
        let y_affine2 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine2,
            y_relu1,
            y_affine2,
            &mut [],
            rng,
        );
        watch.value(3, y_affine2);
    }
    fn backward_watched(
        &self,
        input: &[T],
        kept: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: ::core::option::Option<&mut [T]>,
        watch: &mut impl ::chainrule::Watch<T>,
    ) {
        let batch = input.len() / 4;
        let [slot0, slot1, slot2] = ::chainrule::__private::slots(
            kept,
            [batch * 3, batch * 3, batch * 3],
        );
        let d_affine2 = dout;
        watch.gradient(3, d_affine2);
        let y_relu1 = &slot1[..];
        let d_relu1 = &mut slot2[..];
        watch
            .back(
                &self.affine2,
                y_relu1,
                d_affine2,
                &mut grads.affine2,
                ::core::option::Option::Some(d_relu1),
            );
        watch.gradient(2, d_relu1);
        ::chainrule::layers::Activation::<
            T,
        >::backward(&::chainrule::layers::Relu, &slot1[..], d_relu1);
        let d_softplus1 = d_relu1;
        watch.gradient(1, d_softplus1);
        ::chainrule::layers::Activation::<
            T,
        >::backward(&::chainrule::layers::Softplus, &slot0[..], d_softplus1);
        let d_affine1 = d_softplus1;
        watch.gradient(0, d_affine1);
        watch.back(&self.affine1, input, d_affine1, &mut grads.affine1, dinput);
    }
    const POSTPONED: &'static [::core::ops::Range<usize>] = &[
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<3, 2, T>,
        >(::core::mem::offset_of!(Self, affine2)),
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<4, 3, T>,
        >(::core::mem::offset_of!(Self, affine1)),
    ];
    fn postponed(
        &mut self,
        input: &[T],
        kept: &mut [T],
        dout: &mut [T],
        grads: &Self,
        steps: &mut impl ::chainrule::__private::Postponed<T>,
    ) {
        let batch = input.len() / 4;
        let [_, slot1, slot2] = ::chainrule::__private::slots(
            kept,
            [batch * 3, batch * 3, batch * 3],
        );
        steps.layer(&mut self.affine2, &grads.affine2, &slot1[..], dout);
        steps.layer(&mut self.affine1, &grads.affine1, input, &slot2[..]);
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Net<T> {
    const INPUTS: usize = 4;
    const OUTPUTS: usize = 2;
    const FLOPS: usize = <::chainrule::layers::Affine<
        4,
        3,
        T,
    > as ::chainrule::layers::Layer<T>>::FLOPS
        + <::chainrule::layers::Affine<3, 2, T> as ::chainrule::layers::Layer<T>>::FLOPS;
    const TRAINING_FLOPS: usize = <::chainrule::layers::Affine<
        4,
        3,
        T,
    > as ::chainrule::layers::Layer<T>>::TRAINING_FLOPS
        + <::chainrule::layers::Affine<
            3,
            2,
            T,
        > as ::chainrule::layers::Layer<T>>::TRAINING_FLOPS
        + <::chainrule::layers::Affine<
            3,
            2,
            T,
        > as ::chainrule::layers::Layer<T>>::INPUT_GRADIENT_FLOPS;
    const INPUT_GRADIENT_FLOPS: usize = <::chainrule::layers::Affine<
        4,
        3,
        T,
    > as ::chainrule::layers::Layer<T>>::INPUT_GRADIENT_FLOPS;
    const KEPT: usize = 3 + 3 + 3;
    const INFERENCE_KEPT: usize = 3;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(
            &mut self.affine1,
            ::chainrule::Init::or_suited(init, ::chainrule::Init::He),
            rng,
        );
        ::chainrule::layers::Layer::init(&mut self.affine2, init, rng);
    }
    fn forward(
        &self,
        input: &[T],
        output: &mut [T],
        kept: &mut [T],
        rng: &mut ::chainrule::Rng,
    ) {
        ::chainrule::Network::forward_watched(self, input, output, kept, rng, &mut ());
    }
    fn infer(&self, input: &[T], output: &mut [T], kept: &mut [T]) {
        let batch = input.len() / 4;
        let [slot0] = ::chainrule::__private::slots(kept, [batch * 3]);
        let y_affine1 = &mut slot0[..];
        ::chainrule::layers::Layer::infer(&self.affine1, input, y_affine1, &mut []);
        let y_softplus1 = y_affine1;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Softplus, y_softplus1);
        let y_relu1 = y_softplus1;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Relu, y_relu1);
        let y_affine2 = &mut *output;
        ::chainrule::layers::Layer::infer(&self.affine2, y_relu1, y_affine2, &mut []);
    }
    fn backward(
        &self,
        input: &[T],
        kept: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: ::core::option::Option<&mut [T]>,
    ) {
        ::chainrule::Network::backward_watched(
            self,
            input,
            kept,
            dout,
            grads,
            dinput,
            &mut (),
        );
    }
}
