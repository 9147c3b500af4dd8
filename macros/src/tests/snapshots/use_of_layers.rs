// struct Net = Input(3, 32, 32) -> Block -> Residual<16, 28> -> Flatten -> Affine(10)
// => SoftmaxWithLoss;

///A network of 3×32×32 inputs and 10 outputs.
///
///```text
///(3×32×32)--[Block]--(…)--[Residual]--(…)--[Flatten]--(…)--[Affine]--(10)==[SoftmaxWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `block` | `Block` | … |  |
///| `residual1` | `Residual<16, 28>` | … |  |
///| `affine1` | `Flatten -> Affine(10)` | 10 | … · 10 + 10 |
///| | `SoftmaxWithLoss` | 10 | 0 |
///
///Sizes written as `…` are defined by the types of the layers; [`INPUTS`](Self::INPUTS) and [`OUTPUTS`](Self::OUTPUTS) are those of the network.
///
///[`PARAMS`](Self::PARAMS) is the number of all parameters.
#[repr(C)]
struct Net<T = f32> {
    ///`Block`.
    block: Block<T>,
    ///`Residual<16, 28>`.
    residual1: __Net_Residual_16_28<T>,
    ///`Affine(10)`.
    affine1: ::chainrule::layers::Affine<
        {
            <__Net_Residual_16_28<f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                .features()
        },
        10,
        T,
    >,
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
        let batch = input.len() / 3072;
        let [slot0, slot1, slot2, slot3, _] = ::chainrule::__private::slots(
            saved,
            [
                batch
                    * [(); { <Block<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }]
                        .len(),
                batch
                    * [(); { <Block<f32> as ::chainrule::layers::Layer<f32>>::SAVED }]
                        .len() + <Block<T> as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch
                    * ::chainrule::__private::largest(
                        &[
                            [(); {
                                <__Net_Residual_16_28<
                                    f32,
                                > as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                                    .features()
                            }]
                                .len(),
                            [(); {
                                <Block<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                            }]
                                .len(),
                        ],
                    ),
                batch
                    * [(); {
                        <__Net_Residual_16_28<
                            f32,
                        > as ::chainrule::layers::Layer<f32>>::SAVED
                    }]
                        .len()
                    + <__Net_Residual_16_28<
                        T,
                    > as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch
                    * [(); {
                        <__Net_Residual_16_28<
                            f32,
                        > as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                            .features()
                    }]
                        .len(),
            ],
        );
        let y_block = &mut slot0[..];
        <Block<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::forward(
            &self.block,
            input,
            y_block,
            &mut slot1[..batch
                * [(); { <Block<f32> as ::chainrule::layers::Layer<f32>>::SAVED }].len()
                + <Block<T> as ::chainrule::layers::Layer<T>>::SCRATCH],
            rng,
        );
        observer.value(0, y_block);
        let y_residual1 = &mut slot2[..batch
            * [(); {
                <__Net_Residual_16_28<
                    f32,
                > as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                    .features()
            }]
                .len()];
        <__Net_Residual_16_28<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::forward(
            &self.residual1,
            y_block,
            y_residual1,
            &mut slot3[..batch
                * [(); {
                    <__Net_Residual_16_28<f32> as ::chainrule::layers::Layer<f32>>::SAVED
                }]
                    .len()
                + <__Net_Residual_16_28<T> as ::chainrule::layers::Layer<T>>::SCRATCH],
            rng,
        );
        observer.value(1, y_residual1);
        let y_affine1 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine1,
            y_residual1,
            y_affine1,
            &mut [],
            rng,
        );
        observer.value(2, y_affine1);
    }
    fn infer_observed(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let batch = input.len() / 3072;
        let [slot0, slot1, slot2] = ::chainrule::__private::slots(
            saved,
            [
                batch
                    * [(); { <Block<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }]
                        .len(),
                batch
                    * ::chainrule::__private::largest(
                        &[
                            [(); {
                                <Block<
                                    f32,
                                > as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                            }]
                                .len(),
                            [(); {
                                <__Net_Residual_16_28<
                                    f32,
                                > as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                                    .features()
                            }]
                                .len(),
                        ],
                    ) + <Block<T> as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH,
                batch
                    * [(); {
                        <__Net_Residual_16_28<
                            f32,
                        > as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                    }]
                        .len()
                    + <__Net_Residual_16_28<
                        T,
                    > as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH,
            ],
        );
        let y_block = &mut slot0[..];
        <Block<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::infer(
            &self.block,
            input,
            y_block,
            &mut slot1[..batch
                * [(); {
                    <Block<f32> as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                }]
                    .len()
                + <Block<T> as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH],
        );
        observer.value(0, y_block);
        let y_residual1 = &mut slot1[..batch
            * [(); {
                <__Net_Residual_16_28<
                    f32,
                > as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                    .features()
            }]
                .len()];
        <__Net_Residual_16_28<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::infer(
            &self.residual1,
            y_block,
            y_residual1,
            &mut slot2[..batch
                * [(); {
                    <__Net_Residual_16_28<
                        f32,
                    > as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                }]
                    .len()
                + <__Net_Residual_16_28<
                    T,
                > as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH],
        );
        observer.value(1, y_residual1);
        let y_affine1 = &mut *output;
        ::chainrule::layers::Layer::infer(
            &self.affine1,
            y_residual1,
            y_affine1,
            &mut [],
        );
        observer.value(2, y_affine1);
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
        let batch = input.len() / 3072;
        let [slot0, slot1, slot2, slot3, slot4] = ::chainrule::__private::slots(
            saved,
            [
                batch
                    * [(); { <Block<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }]
                        .len(),
                batch
                    * [(); { <Block<f32> as ::chainrule::layers::Layer<f32>>::SAVED }]
                        .len() + <Block<T> as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch
                    * ::chainrule::__private::largest(
                        &[
                            [(); {
                                <__Net_Residual_16_28<
                                    f32,
                                > as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                                    .features()
                            }]
                                .len(),
                            [(); {
                                <Block<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                            }]
                                .len(),
                        ],
                    ),
                batch
                    * [(); {
                        <__Net_Residual_16_28<
                            f32,
                        > as ::chainrule::layers::Layer<f32>>::SAVED
                    }]
                        .len()
                    + <__Net_Residual_16_28<
                        T,
                    > as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch
                    * [(); {
                        <__Net_Residual_16_28<
                            f32,
                        > as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                            .features()
                    }]
                        .len(),
            ],
        );
        let d_affine1 = dout;
        observer.gradient(2, d_affine1);
        let y_residual1 = &slot2[..batch
            * [(); {
                <__Net_Residual_16_28<
                    f32,
                > as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                    .features()
            }]
                .len()];
        let d_residual1 = &mut slot4[..];
        ::chainrule::layers::Layer::backward(
            &self.affine1,
            y_residual1,
            &mut [],
            d_affine1,
            &mut grads.affine1,
            ::core::option::Option::Some(d_residual1),
        );
        weight_grads.computed(&mut grads.affine1);
        observer.gradient(1, d_residual1);
        let y_block = &slot0[..];
        let d_block = &mut slot2[..batch
            * [(); { <Block<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }].len()];
        <__Net_Residual_16_28<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::backward(
            &self.residual1,
            y_block,
            &mut slot3[..batch
                * [(); {
                    <__Net_Residual_16_28<f32> as ::chainrule::layers::Layer<f32>>::SAVED
                }]
                    .len()
                + <__Net_Residual_16_28<T> as ::chainrule::layers::Layer<T>>::SCRATCH],
            d_residual1,
            &mut grads.residual1,
            ::core::option::Option::Some(d_block),
        );
        weight_grads.computed(&mut grads.residual1);
        observer.gradient(0, d_block);
        <Block<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::backward(
            &self.block,
            input,
            &mut slot1[..batch
                * [(); { <Block<f32> as ::chainrule::layers::Layer<f32>>::SAVED }].len()
                + <Block<T> as ::chainrule::layers::Layer<T>>::SCRATCH],
            d_block,
            &mut grads.block,
            dinput,
        );
        weight_grads.computed(&mut grads.block);
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Net<T> {
    const SAVED: usize = [(); {
        <Block<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
    }]
        .len() + [(); { <Block<f32> as ::chainrule::layers::Layer<f32>>::SAVED }].len()
        + ::chainrule::__private::largest(
            &[
                [(); {
                    <__Net_Residual_16_28<
                        f32,
                    > as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                        .features()
                }]
                    .len(),
                [(); { <Block<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }].len(),
            ],
        )
        + [(); { <__Net_Residual_16_28<f32> as ::chainrule::layers::Layer<f32>>::SAVED }]
            .len()
        + [(); {
            <__Net_Residual_16_28<f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                .features()
        }]
            .len();
    const INFERENCE_SAVED: usize = [(); {
        <Block<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
    }]
        .len()
        + ::chainrule::__private::largest(
            &[
                [(); {
                    <Block<f32> as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                }]
                    .len(),
                [(); {
                    <__Net_Residual_16_28<
                        f32,
                    > as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                        .features()
                }]
                    .len(),
            ],
        )
        + [(); {
            <__Net_Residual_16_28<
                f32,
            > as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
        }]
            .len();
    const SCRATCH: usize = <Block<T> as ::chainrule::layers::Layer<T>>::SCRATCH
        + <__Net_Residual_16_28<T> as ::chainrule::layers::Layer<T>>::SCRATCH;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        <Block<T> as ::chainrule::layers::Layer<T>>::init(&mut self.block, init, rng);
        <__Net_Residual_16_28<
            T,
        > as ::chainrule::layers::Layer<T>>::init(&mut self.residual1, init, rng);
        ::chainrule::layers::Layer::init(&mut self.affine1, init, rng);
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
    fn update_buffers(&mut self, grads: &Self) {
        <Block<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::update_buffers(&mut self.block, &grads.block);
        <__Net_Residual_16_28<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::update_buffers(&mut self.residual1, &grads.residual1);
    }
}
const _: usize = <__Net_Residual_16_28<f32> as ::chainrule::layers::Layer<f32>>::INPUTS;
const _: () = {
    use ::chainrule::__private::check_stated as __chainrule_check_stated;
    __chainrule_check_stated(
        "Block",
        [
            <Block<f32> as ::chainrule::layers::Layer<f32>>::TAKES_NUMBERS,
            <Block<f32> as ::chainrule::layers::Layer<f32>>::CARRIES,
        ],
        [
            [(); { <Block<f32> as ::chainrule::layers::Layer<f32>>::INPUTS }].len(),
            [(); { <Block<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }].len(),
        ],
        [
            <Block<f32> as ::chainrule::layers::Layer<f32>>::INPUT_SHAPE,
            <Block<f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE,
        ],
    )
};
const _: () = {
    use ::chainrule::__private::check_takes as __chainrule_check_takes;
    __chainrule_check_takes(
        ["`block: Block` takes ", ", but `Input(3, 32, 32)` has "],
        <Block<f32> as ::chainrule::layers::Layer<f32>>::INPUT_SHAPE,
        ::chainrule::layers::Shape::new(&[3, 32, 32]),
    )
};
const _: () = {
    use ::chainrule::__private::check_takes as __chainrule_check_takes;
    __chainrule_check_takes(
        ["`residual1: Residual<16, 28>` takes ", ", but `block: Block` produces "],
        <__Net_Residual_16_28<f32> as ::chainrule::layers::Layer<f32>>::INPUT_SHAPE,
        <Block<f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE,
    )
};
