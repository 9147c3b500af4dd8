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
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Net<T> {
    const INPUTS: usize = 784;
    const OUTPUTS: usize = 10;
    const FLOPS: usize = <::chainrule::layers::Affine<
        784,
        50,
        T,
    > as ::chainrule::layers::Layer<T>>::FLOPS
        + <::chainrule::layers::Affine<
            50,
            10,
            T,
        > as ::chainrule::layers::Layer<T>>::FLOPS;
    const TRAINING_FLOPS: usize = <::chainrule::layers::Affine<
        784,
        50,
        T,
    > as ::chainrule::layers::Layer<T>>::TRAINING_FLOPS
        + <::chainrule::layers::Affine<
            50,
            10,
            T,
        > as ::chainrule::layers::Layer<T>>::TRAINING_FLOPS
        + <::chainrule::layers::Affine<
            50,
            10,
            T,
        > as ::chainrule::layers::Layer<T>>::INPUT_GRADIENT_FLOPS;
    const INPUT_GRADIENT_FLOPS: usize = <::chainrule::layers::Affine<
        784,
        50,
        T,
    > as ::chainrule::layers::Layer<T>>::INPUT_GRADIENT_FLOPS;
    const KEPT: usize = 50 + 50;
    const INFERENCE_KEPT: usize = 50;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(&mut self.hidden, init, rng);
        ::chainrule::layers::Layer::init(&mut self.affine2, init, rng);
    }
    fn forward(&self, input: &[T], output: &mut [T], kept: &mut [T]) {
        let batch = input.len() / 784;
        let [slot0, _] = ::chainrule::__private::slots(kept, [batch * 50, batch * 50]);
        let y_hidden = &mut slot0[..];
        ::chainrule::layers::Layer::forward(&self.hidden, input, y_hidden, &mut []);
        let y_sigmoid1 = y_hidden;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Sigmoid, y_sigmoid1);
        let y_affine2 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine2,
            y_sigmoid1,
            y_affine2,
            &mut [],
        );
    }
    fn infer(&self, input: &[T], output: &mut [T], kept: &mut [T]) {
        let batch = input.len() / 784;
        let [slot0] = ::chainrule::__private::slots(kept, [batch * 50]);
        let y_hidden = &mut slot0[..];
        ::chainrule::layers::Layer::infer(&self.hidden, input, y_hidden, &mut []);
        let y_sigmoid1 = y_hidden;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Sigmoid, y_sigmoid1);
        let y_affine2 = &mut *output;
        ::chainrule::layers::Layer::infer(&self.affine2, y_sigmoid1, y_affine2, &mut []);
    }
    fn backward(
        &self,
        input: &[T],
        kept: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: ::core::option::Option<&mut [T]>,
    ) {
        let batch = input.len() / 784;
        let [slot0, slot1] = ::chainrule::__private::slots(
            kept,
            [batch * 50, batch * 50],
        );
        let d_affine2 = dout;
        let y_sigmoid1 = &slot0[..];
        let d_sigmoid1 = &mut slot1[..];
        ::chainrule::layers::Layer::backward(
            &self.affine2,
            y_sigmoid1,
            &mut [],
            d_affine2,
            &mut grads.affine2,
            ::core::option::Option::Some(d_sigmoid1),
        );
        ::chainrule::layers::Activation::<
            T,
        >::backward(&::chainrule::layers::Sigmoid, &slot0[..], d_sigmoid1);
        let d_hidden = d_sigmoid1;
        ::chainrule::layers::Layer::backward(
            &self.hidden,
            input,
            &mut [],
            d_hidden,
            &mut grads.hidden,
            dinput,
        );
    }
}
