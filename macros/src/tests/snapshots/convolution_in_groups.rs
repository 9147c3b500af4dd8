// struct Net = Input(1, 28, 28) -> Conv2d(8, 5) -> Relu -> MaxPool2d(2) -> Flatten -> Affine(10) => SoftmaxWithLoss;

///A network of 1×28×28 inputs and 10 outputs.
///
///```text
///(1×28×28)--[Conv2d]--(8×24×24)--[Relu]--(8×24×24)--[MaxPool2d]--(8×12×12)--[Flatten]--(1152)--[Affine]--(10)==[SoftmaxWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `conv1` | `Conv2d(8, 5)` | 8×24×24 | 208 |
///| `relu1` | `Relu` | 8×24×24 | 0 |
///| `pool1` | `MaxPool2d(2)` | 8×12×12 | 0 |
///| `affine1` | `Flatten -> Affine(1152, 10)` | 10 | 11,530 |
///| | `SoftmaxWithLoss` | 10 | 0 |
///
///11,738 parameters.
#[repr(C)]
struct Net<T = f32> {
    ///`Conv2d(8, 5)`.
    conv1: ::chainrule::layers::Conv2d<8, 1, 5, 5, __Net_conv1, T>,
    ///`Affine(1152, 10)`.
    affine1: ::chainrule::layers::Affine<1152, 10, T>,
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
        let [slot0, slot1, _, window] = ::chainrule::__private::slots(
            saved,
            [
                batch * 4608,
                batch * 4608,
                batch * 1152,
                ::chainrule::__private::largest(
                    &[
                        <::chainrule::layers::Conv2d<
                            8,
                            1,
                            5,
                            5,
                            __Net_conv1,
                            T,
                        > as ::chainrule::layers::Layer<T>>::SCRATCH,
                        <::chainrule::layers::MaxPool2d<
                            __Net_pool1,
                        > as ::chainrule::layers::Layer<T>>::SCRATCH,
                    ],
                ),
            ],
        );
        let y_conv1 = &mut slot0[..];
        ::chainrule::__private::forward_relu(
            &self.conv1,
            input,
            y_conv1,
            &mut window[..<::chainrule::layers::Conv2d<
                8,
                1,
                5,
                5,
                __Net_conv1,
                T,
            > as ::chainrule::layers::Layer<T>>::SCRATCH],
            0,
            observer,
        );
        let y_relu1 = y_conv1;
        observer.value(1, y_relu1);
        let y_pool1 = &mut slot1[..batch * 1152];
        ::chainrule::layers::Layer::forward(
            &::chainrule::layers::MaxPool2d::<__Net_pool1>::NEW,
            y_relu1,
            y_pool1,
            &mut window[..<::chainrule::layers::MaxPool2d<
                __Net_pool1,
            > as ::chainrule::layers::Layer<T>>::SCRATCH],
            rng,
        );
        observer.value(2, y_pool1);
        let y_affine1 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine1,
            y_pool1,
            y_affine1,
            &mut [],
            rng,
        );
        observer.value(3, y_affine1);
    }
    fn infer_observed(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let batch = input.len() / 784;
        let [slot0, slot1, window] = ::chainrule::__private::slots(
            saved,
            [
                batch * 4608,
                batch * 1152,
                ::chainrule::__private::largest(
                    &[
                        <::chainrule::layers::Conv2d<
                            8,
                            1,
                            5,
                            5,
                            __Net_conv1,
                            T,
                        > as ::chainrule::layers::Layer<T>>::SCRATCH,
                        <::chainrule::layers::MaxPool2d<
                            __Net_pool1,
                        > as ::chainrule::layers::Layer<T>>::SCRATCH,
                    ],
                ),
            ],
        );
        let y_conv1 = &mut slot0[..];
        ::chainrule::__private::forward_relu(
            &self.conv1,
            input,
            y_conv1,
            &mut window[..<::chainrule::layers::Conv2d<
                8,
                1,
                5,
                5,
                __Net_conv1,
                T,
            > as ::chainrule::layers::Layer<T>>::SCRATCH],
            0,
            observer,
        );
        let y_relu1 = y_conv1;
        observer.value(1, y_relu1);
        let y_pool1 = &mut slot1[..];
        ::chainrule::layers::Layer::infer(
            &::chainrule::layers::MaxPool2d::<__Net_pool1>::NEW,
            y_relu1,
            y_pool1,
            &mut window[..<::chainrule::layers::MaxPool2d<
                __Net_pool1,
            > as ::chainrule::layers::Layer<T>>::SCRATCH],
        );
        observer.value(2, y_pool1);
        let y_affine1 = &mut *output;
        ::chainrule::layers::Layer::infer(&self.affine1, y_pool1, y_affine1, &mut []);
        observer.value(3, y_affine1);
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
        let [slot0, slot1, slot2, window] = ::chainrule::__private::slots(
            saved,
            [
                batch * 4608,
                batch * 4608,
                batch * 1152,
                ::chainrule::__private::largest(
                    &[
                        <::chainrule::layers::Conv2d<
                            8,
                            1,
                            5,
                            5,
                            __Net_conv1,
                            T,
                        > as ::chainrule::layers::Layer<T>>::SCRATCH,
                        <::chainrule::layers::MaxPool2d<
                            __Net_pool1,
                        > as ::chainrule::layers::Layer<T>>::SCRATCH,
                    ],
                ),
            ],
        );
        let d_affine1 = dout;
        observer.gradient(3, d_affine1);
        let y_pool1 = &slot1[..batch * 1152];
        let d_pool1 = &mut slot2[..];
        ::chainrule::layers::Layer::backward(
            &self.affine1,
            y_pool1,
            &mut [],
            d_affine1,
            &mut grads.affine1,
            ::core::option::Option::Some(d_pool1),
        );
        weight_grads.computed(&mut grads.affine1);
        observer.gradient(2, d_pool1);
        let d_relu1 = &mut slot1[..batch * 4608];
        let d_conv1 = d_relu1;
        ::chainrule::__private::backward_in_groups(
            &self.conv1,
            (
                input,
                &mut window[..<::chainrule::layers::Conv2d<
                    8,
                    1,
                    5,
                    5,
                    __Net_conv1,
                    T,
                > as ::chainrule::layers::Layer<T>>::SCRATCH],
                d_conv1,
            ),
            &mut grads.conv1,
            dinput,
            (
                &::chainrule::layers::MaxPool2d::<__Net_pool1>::NEW,
                &mut ::chainrule::layers::MaxPool2d::<__Net_pool1>::NEW,
                &slot0[..],
                d_pool1,
            ),
            ((1, 0), observer),
        );
        weight_grads.computed(&mut grads.conv1);
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Net<T> {
    const SAVED: usize = 4608 + 4608 + 1152;
    const INFERENCE_SAVED: usize = 4608 + 1152;
    const SCRATCH: usize = ::chainrule::__private::largest(
        &[
            <::chainrule::layers::Conv2d<
                8,
                1,
                5,
                5,
                __Net_conv1,
                T,
            > as ::chainrule::layers::Layer<T>>::SCRATCH,
            <::chainrule::layers::MaxPool2d<
                __Net_pool1,
            > as ::chainrule::layers::Layer<T>>::SCRATCH,
        ],
    );
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(
            &mut self.conv1,
            ::chainrule::Init::or_auto(init, ::chainrule::Init::He),
            rng,
        );
        ::chainrule::layers::Layer::init(&mut self.affine1, init, rng);
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
}
