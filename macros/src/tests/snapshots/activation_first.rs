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
    type Scalar = T;
    type Loss = ::chainrule::losses::IdentityWithLoss;
    type Of<U: ::chainrule::Scalar> = Net<U>;
    const NAME: &'static str = "Net";
    const LAYERS: &'static [::chainrule::LayerInfo] = &[
        ::chainrule::LayerInfo {
            name: "softplus1",
            layer: "Softplus",
            from: &["input"],
            outputs: 4,
            parameters: 0,
        },
        ::chainrule::LayerInfo {
            name: "affine1",
            layer: "Affine(4, 2)",
            from: &["softplus1"],
            outputs: 2,
            parameters: ::core::mem::size_of::<::chainrule::layers::Affine<4, 2, T>>()
                / ::core::mem::size_of::<T>(),
        },
        ::chainrule::LayerInfo {
            name: "loss",
            layer: "IdentityWithLoss",
            from: &["affine1"],
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
        let [slot0] = ::chainrule::__private::slots(kept, [batch * 4]);
        let y_softplus1 = &mut slot0[..];
        y_softplus1.copy_from_slice(input);
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Softplus, y_softplus1);
        watch.value(0, y_softplus1);
        let y_affine1 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine1,
            y_softplus1,
            y_affine1,
            &mut [],
            rng,
        );
        watch.value(1, y_affine1);
    }
    fn backward_watched(
        &self,
        input: &[T],
        kept: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        mut dinput: ::core::option::Option<&mut [T]>,
        watch: &mut impl ::chainrule::Watch<T>,
    ) {
        let batch = input.len() / 4;
        let [slot0] = ::chainrule::__private::slots(kept, [batch * 4]);
        let d_affine1 = dout;
        watch.gradient(1, d_affine1);
        let y_softplus1 = &slot0[..];
        watch
            .back(
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
    const POSTPONED: &'static [::core::ops::Range<usize>] = &[
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<4, 2, T>,
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
        let [slot0] = ::chainrule::__private::slots(kept, [batch * 4]);
        steps.layer(&mut self.affine1, &grads.affine1, &slot0[..], dout);
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Net<T> {
    const INPUTS: usize = 4;
    const OUTPUTS: usize = 2;
    const FLOPS: usize = <::chainrule::layers::Affine<
        4,
        2,
        T,
    > as ::chainrule::layers::Layer<T>>::FLOPS;
    const TRAINING_FLOPS: usize = <::chainrule::layers::Affine<
        4,
        2,
        T,
    > as ::chainrule::layers::Layer<T>>::TRAINING_FLOPS;
    const INPUT_GRADIENT_FLOPS: usize = <::chainrule::layers::Affine<
        4,
        2,
        T,
    > as ::chainrule::layers::Layer<T>>::INPUT_GRADIENT_FLOPS;
    const KEPT: usize = 4;
    const INFERENCE_KEPT: usize = 4;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(&mut self.affine1, init, rng);
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
        let [slot0] = ::chainrule::__private::slots(kept, [batch * 4]);
        let y_softplus1 = &mut slot0[..];
        y_softplus1.copy_from_slice(input);
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Softplus, y_softplus1);
        let y_affine1 = &mut *output;
        ::chainrule::layers::Layer::infer(
            &self.affine1,
            y_softplus1,
            y_affine1,
            &mut [],
        );
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
