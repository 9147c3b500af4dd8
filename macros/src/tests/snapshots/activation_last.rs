// struct Net = Affine(4, 3) -> Sigmoid => IdentityWithLoss;

///A network of 4 inputs and 3 outputs.
///
///```text
///(4)--[Affine]--(3)--[Sigmoid]--(3)==[IdentityWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `affine1` | `Affine(4, 3)` | 3 | 15 |
///| `sigmoid1` | `Sigmoid` | 3 | 0 |
///| | `IdentityWithLoss` | 3 | 0 |
///
///15 parameters.
#[repr(C)]
struct Net<T = f32> {
    ///`Affine(4, 3)`.
    affine1: ::chainrule::layers::Affine<4, 3, T>,
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Net<T> {
    const INPUTS: usize = 4;
    const OUTPUTS: usize = 3;
    const FLOPS: usize = <::chainrule::layers::Affine<
        4,
        3,
        T,
    > as ::chainrule::layers::Layer<T>>::FLOPS;
    const TRAINING_FLOPS: usize = <::chainrule::layers::Affine<
        4,
        3,
        T,
    > as ::chainrule::layers::Layer<T>>::TRAINING_FLOPS;
    const INPUT_GRADIENT_FLOPS: usize = <::chainrule::layers::Affine<
        4,
        3,
        T,
    > as ::chainrule::layers::Layer<T>>::INPUT_GRADIENT_FLOPS;
    const KEPT: usize = 3;
    const INFERENCE_KEPT: usize = 0;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(&mut self.affine1, init, rng);
    }
    fn forward(&self, input: &[T], output: &mut [T], kept: &mut [T]) {
        let batch = input.len() / 4;
        let [slot0] = ::chainrule::__private::slots(kept, [batch * 3]);
        let y_affine1 = &mut slot0[..];
        ::chainrule::layers::Layer::forward(&self.affine1, input, y_affine1, &mut []);
        let y_sigmoid1 = y_affine1;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Sigmoid, y_sigmoid1);
        output.copy_from_slice(y_sigmoid1);
    }
    fn infer(&self, input: &[T], output: &mut [T], _kept: &mut [T]) {
        let y_affine1 = &mut *output;
        ::chainrule::layers::Layer::infer(&self.affine1, input, y_affine1, &mut []);
        let y_sigmoid1 = y_affine1;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Sigmoid, y_sigmoid1);
    }
    fn backward(
        &self,
        input: &[T],
        kept: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: ::core::option::Option<&mut [T]>,
    ) {
        let batch = input.len() / 4;
        let [slot0] = ::chainrule::__private::slots(kept, [batch * 3]);
        let d_sigmoid1 = dout;
        ::chainrule::layers::Activation::<
            T,
        >::backward(&::chainrule::layers::Sigmoid, &slot0[..], d_sigmoid1);
        let d_affine1 = d_sigmoid1;
        ::chainrule::layers::Layer::backward(
            &self.affine1,
            input,
            &mut [],
            d_affine1,
            &mut grads.affine1,
            dinput,
        );
    }
}
