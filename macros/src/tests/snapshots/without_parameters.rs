// struct Net = Input(3) -> Relu => SoftmaxWithLoss;

///A network of 3 inputs and 3 outputs.
///
///```text
///(3)--[Relu]--(3)==[SoftmaxWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `relu1` | `Relu` | 3 | 0 |
///| | `SoftmaxWithLoss` | 3 | 0 |
///
///0 parameters.
#[repr(C)]
struct Net<T = f32> {
    scalar: ::core::marker::PhantomData<T>,
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
        _rng: &mut ::chainrule::Rng,
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let batch = input.len() / 3;
        let [slot0] = ::chainrule::__private::slots(saved, [batch * 3]);
        let y_relu1 = &mut slot0[..];
        y_relu1.copy_from_slice(input);
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Relu, y_relu1);
        observer.value(0, y_relu1);
        output.copy_from_slice(y_relu1);
    }
    fn infer_observed(
        &self,
        input: &[T],
        output: &mut [T],
        _saved: &mut [T],
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let y_relu1 = &mut *output;
        y_relu1.copy_from_slice(input);
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Relu, y_relu1);
        observer.value(0, y_relu1);
    }
    fn backward_with(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        _grads: &mut Self,
        dinput: ::core::option::Option<&mut [T]>,
        observer: &mut impl ::chainrule::__private::Observer<T>,
        _weight_grads: &mut impl ::chainrule::__private::WeightGradients<T>,
    ) {
        let batch = input.len() / 3;
        let [slot0] = ::chainrule::__private::slots(saved, [batch * 3]);
        let d_relu1 = dout;
        observer.gradient(0, d_relu1);
        if let ::core::option::Option::Some(dx) = dinput {
            ::chainrule::layers::Activation::<
                T,
            >::backward(&::chainrule::layers::Relu, &slot0[..], d_relu1);
            dx.copy_from_slice(d_relu1);
        }
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Net<T> {
    const SAVED: usize = 3;
    const INFERENCE_SAVED: usize = 0;
    fn init(&mut self, _init: ::chainrule::Init, _rng: &mut ::chainrule::Rng) {}
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
}
