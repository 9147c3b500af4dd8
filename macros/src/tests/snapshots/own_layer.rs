// struct Net = my::Glu(4, 8) -> PRelu(8) -> Affine(2) => SoftmaxWithLoss;

///A network.
///
///```text
///(…)--[my::Glu]--(…)--[PRelu]--(…)--[Affine]--(…)==[SoftmaxWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `glu1` | `my::Glu(4, 8)` | … |  |
///| `p_relu1` | `PRelu(8)` | … |  |
///| `affine1` | `Affine(2)` | … | … · 2 + 2 |
///| | `SoftmaxWithLoss` | … | 0 |
///
///Sizes written as `…` are defined by the types of the layers; [`INPUTS`](Self::INPUTS) and [`OUTPUTS`](Self::OUTPUTS) are those of the network.
///
///[`PARAMS`](Self::PARAMS) is the number of all parameters.
#[repr(C)]
struct Net<T = f32> {
    ///`my::Glu(4, 8)`.
    glu1: my::Glu<4, 8, T>,
    ///`PRelu(8)`.
    p_relu1: PRelu<8, T>,
    ///`Affine(2)`.
    affine1: ::chainrule::layers::Affine<
        { <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE.of_step() },
        2,
        T,
    >,
}
impl<T: ::chainrule::Scalar> ::chainrule::Network for Net<T> {
    fn loss_function() -> Self::Loss {
        <::chainrule::__private::Steps<
            {
                <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                    .with_features(2)
                    .is_sequence()
            },
            {
                <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                    .with_features(2)
                    .steps()
            },
        > as ::chainrule::__private::OfSteps<
            ::chainrule::losses::SoftmaxWithLoss,
        >>::of_steps(::core::default::Default::default())
    }
    fn forward_observed(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        rng: &mut ::chainrule::Rng,
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let batch = input.len()
            / [(); { <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::INPUTS }]
                .len();
        let [slot0, slot1, slot2, slot3, _] = ::chainrule::__private::slots(
            saved,
            [
                batch
                    * [(); {
                        <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                    }]
                        .len(),
                batch
                    * [(); {
                        <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::SAVED
                    }]
                        .len()
                    + <my::Glu<4, 8, T> as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch
                    * ::chainrule::__private::largest(
                        &[
                            [(); {
                                <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                            }]
                                .len(),
                            [(); {
                                <my::Glu<
                                    4,
                                    8,
                                    f32,
                                > as ::chainrule::layers::Layer<f32>>::OUTPUTS
                            }]
                                .len(),
                        ],
                    ),
                batch
                    * [(); { <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::SAVED }]
                        .len() + <PRelu<8, T> as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch
                    * [(); {
                        <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                    }]
                        .len(),
            ],
        );
        let y_glu1 = &mut slot0[..];
        <my::Glu<
            4,
            8,
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::forward(
            &self.glu1,
            input,
            y_glu1,
            &mut slot1[..batch
                * [(); {
                    <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::SAVED
                }]
                    .len()
                + <my::Glu<4, 8, T> as ::chainrule::layers::Layer<T>>::SCRATCH],
            rng,
        );
        observer.value(0, y_glu1);
        let y_p_relu1 = &mut slot2[..batch
            * [(); { <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }]
                .len()];
        <PRelu<
            8,
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::forward(
            &self.p_relu1,
            y_glu1,
            y_p_relu1,
            &mut slot3[..batch
                * [(); { <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::SAVED }]
                    .len() + <PRelu<8, T> as ::chainrule::layers::Layer<T>>::SCRATCH],
            rng,
        );
        observer.value(1, y_p_relu1);
        let y_affine1 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine1,
            y_p_relu1,
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
        let batch = input.len()
            / [(); { <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::INPUTS }]
                .len();
        let [slot0, slot1, slot2] = ::chainrule::__private::slots(
            saved,
            [
                batch
                    * [(); {
                        <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                    }]
                        .len(),
                batch
                    * ::chainrule::__private::largest(
                        &[
                            [(); {
                                <my::Glu<
                                    4,
                                    8,
                                    f32,
                                > as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                            }]
                                .len(),
                            [(); {
                                <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                            }]
                                .len(),
                        ],
                    )
                    + <my::Glu<
                        4,
                        8,
                        T,
                    > as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH,
                batch
                    * [(); {
                        <PRelu<
                            8,
                            f32,
                        > as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                    }]
                        .len()
                    + <PRelu<8, T> as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH,
            ],
        );
        let y_glu1 = &mut slot0[..];
        <my::Glu<
            4,
            8,
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::infer(
            &self.glu1,
            input,
            y_glu1,
            &mut slot1[..batch
                * [(); {
                    <my::Glu<
                        4,
                        8,
                        f32,
                    > as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                }]
                    .len()
                + <my::Glu<4, 8, T> as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH],
        );
        observer.value(0, y_glu1);
        let y_p_relu1 = &mut slot1[..batch
            * [(); { <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }]
                .len()];
        <PRelu<
            8,
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::infer(
            &self.p_relu1,
            y_glu1,
            y_p_relu1,
            &mut slot2[..batch
                * [(); {
                    <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                }]
                    .len()
                + <PRelu<8, T> as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH],
        );
        observer.value(1, y_p_relu1);
        let y_affine1 = &mut *output;
        ::chainrule::layers::Layer::infer(&self.affine1, y_p_relu1, y_affine1, &mut []);
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
        let batch = input.len()
            / [(); { <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::INPUTS }]
                .len();
        let [slot0, slot1, slot2, slot3, slot4] = ::chainrule::__private::slots(
            saved,
            [
                batch
                    * [(); {
                        <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                    }]
                        .len(),
                batch
                    * [(); {
                        <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::SAVED
                    }]
                        .len()
                    + <my::Glu<4, 8, T> as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch
                    * ::chainrule::__private::largest(
                        &[
                            [(); {
                                <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                            }]
                                .len(),
                            [(); {
                                <my::Glu<
                                    4,
                                    8,
                                    f32,
                                > as ::chainrule::layers::Layer<f32>>::OUTPUTS
                            }]
                                .len(),
                        ],
                    ),
                batch
                    * [(); { <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::SAVED }]
                        .len() + <PRelu<8, T> as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch
                    * [(); {
                        <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                    }]
                        .len(),
            ],
        );
        let d_affine1 = dout;
        observer.gradient(2, d_affine1);
        let y_p_relu1 = &slot2[..batch
            * [(); { <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }]
                .len()];
        let d_p_relu1 = &mut slot4[..];
        ::chainrule::layers::Layer::backward(
            &self.affine1,
            y_p_relu1,
            &mut [],
            d_affine1,
            &mut grads.affine1,
            ::core::option::Option::Some(d_p_relu1),
        );
        weight_grads.computed(&mut grads.affine1);
        observer.gradient(1, d_p_relu1);
        let y_glu1 = &slot0[..];
        let d_glu1 = &mut slot2[..batch
            * [(); { <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }]
                .len()];
        <PRelu<
            8,
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::backward(
            &self.p_relu1,
            y_glu1,
            &mut slot3[..batch
                * [(); { <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::SAVED }]
                    .len() + <PRelu<8, T> as ::chainrule::layers::Layer<T>>::SCRATCH],
            d_p_relu1,
            &mut grads.p_relu1,
            ::core::option::Option::Some(d_glu1),
        );
        weight_grads.computed(&mut grads.p_relu1);
        observer.gradient(0, d_glu1);
        <my::Glu<
            4,
            8,
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::backward(
            &self.glu1,
            input,
            &mut slot1[..batch
                * [(); {
                    <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::SAVED
                }]
                    .len()
                + <my::Glu<4, 8, T> as ::chainrule::layers::Layer<T>>::SCRATCH],
            d_glu1,
            &mut grads.glu1,
            dinput,
        );
        weight_grads.computed(&mut grads.glu1);
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Net<T> {
    const SAVED: usize = [(); {
        <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
    }]
        .len()
        + [(); { <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::SAVED }].len()
        + ::chainrule::__private::largest(
            &[
                [(); { <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }]
                    .len(),
                [(); {
                    <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                }]
                    .len(),
            ],
        ) + [(); { <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::SAVED }].len()
        + [(); { <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }].len();
    const INFERENCE_SAVED: usize = [(); {
        <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
    }]
        .len()
        + ::chainrule::__private::largest(
            &[
                [(); {
                    <my::Glu<
                        4,
                        8,
                        f32,
                    > as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                }]
                    .len(),
                [(); { <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }]
                    .len(),
            ],
        )
        + [(); { <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED }]
            .len();
    const SCRATCH: usize = <my::Glu<4, 8, T> as ::chainrule::layers::Layer<T>>::SCRATCH
        + <PRelu<8, T> as ::chainrule::layers::Layer<T>>::SCRATCH;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        <my::Glu<
            4,
            8,
            T,
        > as ::chainrule::layers::Layer<T>>::init(&mut self.glu1, init, rng);
        <PRelu<
            8,
            T,
        > as ::chainrule::layers::Layer<T>>::init(&mut self.p_relu1, init, rng);
        ::chainrule::layers::Layer::init(&mut self.affine1, init, rng);
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
    fn update_buffers(&mut self, grads: &Self) {
        <my::Glu<
            4,
            8,
            T,
        > as ::chainrule::layers::Layer<T>>::update_buffers(&mut self.glu1, &grads.glu1);
        <PRelu<
            8,
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::update_buffers(&mut self.p_relu1, &grads.p_relu1);
    }
}
const _: () = {
    use ::chainrule::__private::check_stated as __chainrule_check_stated;
    __chainrule_check_stated(
        "my::Glu(4, 8)",
        [
            <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::TAKES_NUMBERS,
            <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::CARRIES,
        ],
        [
            [(); { <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::INPUTS }]
                .len(),
            [(); { <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }]
                .len(),
        ],
        [
            <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::INPUT_SHAPE,
            <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE,
        ],
    )
};
const _: () = {
    use ::chainrule::__private::check_stated as __chainrule_check_stated;
    __chainrule_check_stated(
        "PRelu(8)",
        [
            <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::TAKES_NUMBERS,
            <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::CARRIES,
        ],
        [
            [(); { <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::INPUTS }].len(),
            [(); { <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }].len(),
        ],
        [
            <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::INPUT_SHAPE,
            <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE,
        ],
    )
};
const _: () = {
    use ::chainrule::__private::check_takes as __chainrule_check_takes;
    __chainrule_check_takes(
        ["`p_relu1: PRelu(8)` takes ", ", but `glu1: my::Glu(4, 8)` produces "],
        <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::INPUT_SHAPE,
        <my::Glu<4, 8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE,
    )
};
const _: () = {
    use ::chainrule::__private::check_per_step as __chainrule_check_per_step;
    __chainrule_check_per_step(
        [
            "`affine1: Affine(2)` takes flat features, but `p_relu1: PRelu(8)` produces ",
            "\nhelp: write `Flatten ->` before it",
        ],
        <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE,
    )
};
const _: () = {
    use ::chainrule::__private::check_size as __chainrule_check_size;
    __chainrule_check_size(
        "`SoftmaxWithLoss` needs at least 2 outputs, found 1: softmax of one output is always 1\nhelp: write `Affine(2)`, or use `BinaryCrossEntropy`, or `IdentityWithLoss` for regression",
        1,
        [(); {
            <PRelu<8, f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                .with_features(2)
                .of_step()
        }]
            .len(),
    )
};
