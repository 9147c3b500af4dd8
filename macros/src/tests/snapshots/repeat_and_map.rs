// struct Net = Affine(4, 3) -> repeat 2 { block: Affine(3) -> map my::Gelu } => SoftmaxWithLoss;

///A network of 4 inputs and 3 outputs.
///
///```text
///(4)--[Affine]--(3)--[Affine]--(3)--[my::Gelu]--(3)--[Affine]--(3)--[my::Gelu]--(3)==[SoftmaxWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `affine1` | `Affine(4, 3)` | 3 | 15 |
///| `block1` | `Affine(3, 3)` | 3 | 12 |
///| `gelu1` | `map my::Gelu` | 3 | 0 |
///| `block2` | `Affine(3, 3)` | 3 | 12 |
///| `gelu2` | `map my::Gelu` | 3 | 0 |
///| | `SoftmaxWithLoss` | 3 | 0 |
///
///39 parameters.
#[repr(C)]
struct Net<T = f32> {
    ///`Affine(4, 3)`.
    affine1: ::chainrule::layers::Affine<4, 3, T>,
    ///`Affine(3, 3)`.
    block1: ::chainrule::layers::Affine<3, 3, T>,
    ///`Affine(3, 3)`.
    block2: ::chainrule::layers::Affine<3, 3, T>,
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
        let [slot0, slot1, slot2] = ::chainrule::__private::slots(
            saved,
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
        observer.value(0, y_affine1);
        let y_block1 = &mut slot1[..];
        ::chainrule::layers::Layer::forward(
            &self.block1,
            y_affine1,
            y_block1,
            &mut [],
            rng,
        );
        observer.value(1, y_block1);
        let y_gelu1 = y_block1;
        ::chainrule::layers::Activation::<T>::forward_training(&my::Gelu, y_gelu1, rng);
        observer.value(2, y_gelu1);
        let y_block2 = &mut slot2[..];
        ::chainrule::layers::Layer::forward(
            &self.block2,
            y_gelu1,
            y_block2,
            &mut [],
            rng,
        );
        observer.value(3, y_block2);
        let y_gelu2 = y_block2;
        ::chainrule::layers::Activation::<T>::forward_training(&my::Gelu, y_gelu2, rng);
        observer.value(4, y_gelu2);
        output.copy_from_slice(y_gelu2);
    }
    fn infer_observed(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let batch = input.len() / 4;
        let [slot0, slot1] = ::chainrule::__private::slots(
            saved,
            [batch * 3, batch * 3],
        );
        let y_affine1 = &mut slot0[..];
        ::chainrule::layers::Layer::infer(&self.affine1, input, y_affine1, &mut []);
        observer.value(0, y_affine1);
        let y_block1 = &mut slot1[..];
        ::chainrule::layers::Layer::infer(&self.block1, y_affine1, y_block1, &mut []);
        observer.value(1, y_block1);
        let y_gelu1 = y_block1;
        ::chainrule::layers::Activation::<T>::forward(&my::Gelu, y_gelu1);
        observer.value(2, y_gelu1);
        let y_block2 = &mut *output;
        ::chainrule::layers::Layer::infer(&self.block2, y_gelu1, y_block2, &mut []);
        observer.value(3, y_block2);
        let y_gelu2 = y_block2;
        ::chainrule::layers::Activation::<T>::forward(&my::Gelu, y_gelu2);
        observer.value(4, y_gelu2);
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
        let [slot0, slot1, slot2] = ::chainrule::__private::slots(
            saved,
            [batch * 3, batch * 3, batch * 3],
        );
        let d_gelu2 = dout;
        observer.gradient(4, d_gelu2);
        ::chainrule::layers::Activation::<T>::backward(&my::Gelu, &slot2[..], d_gelu2);
        let d_block2 = d_gelu2;
        observer.gradient(3, d_block2);
        let y_gelu1 = &slot1[..];
        let d_gelu1 = &mut slot2[..];
        ::chainrule::layers::Layer::backward(
            &self.block2,
            y_gelu1,
            &mut [],
            d_block2,
            &mut grads.block2,
            ::core::option::Option::Some(d_gelu1),
        );
        weight_grads.computed(&mut grads.block2);
        observer.gradient(2, d_gelu1);
        ::chainrule::layers::Activation::<T>::backward(&my::Gelu, &slot1[..], d_gelu1);
        let d_block1 = d_gelu1;
        observer.gradient(1, d_block1);
        let y_affine1 = &slot0[..];
        let d_affine1 = &mut slot1[..];
        weight_grads
            .backward(
                &self.block1,
                y_affine1,
                d_block1,
                &mut grads.block1,
                ::core::option::Option::Some(d_affine1),
            );
        observer.gradient(0, d_affine1);
        weight_grads
            .backward(&self.affine1, input, d_affine1, &mut grads.affine1, dinput);
    }
    const DEFERRED: &'static [::core::ops::Range<usize>] = &[
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<3, 3, T>,
        >(::core::mem::offset_of!(Self, block1)),
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<4, 3, T>,
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
        let batch = input.len() / 4;
        let [slot0, slot1, slot2] = ::chainrule::__private::slots(
            saved,
            [batch * 3, batch * 3, batch * 3],
        );
        ::chainrule::__private::apply_deferred(
            &mut self.block1,
            &grads.block1,
            &slot0[..],
            &slot2[..],
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
    const SAVED: usize = 3 + 3 + 3;
    const INFERENCE_SAVED: usize = 3 + 3;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(&mut self.affine1, init, rng);
        ::chainrule::layers::Layer::init(&mut self.block1, init, rng);
        ::chainrule::layers::Layer::init(&mut self.block2, init, rng);
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
}
