// struct Autoencoder = Encoder -> Relu -> decoder: Mirror => IdentityWithLoss;

///A network.
///
///```text
///(…)--[Encoder]--(…)--[Relu]--(…)--[Mirror]--(…)==[IdentityWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `encoder` | `Encoder` | … |  |
///| `relu1` | `Relu` | … | 0 |
///| `decoder` | `Mirror` | … |  |
///| | `IdentityWithLoss` | … | 0 |
///
///Sizes written as `…` are defined by the types of the layers; [`INPUTS`](Self::INPUTS) and [`OUTPUTS`](Self::OUTPUTS) are those of the network.
///
///[`PARAMS`](Self::PARAMS) is the number of all parameters.
#[repr(C)]
struct Autoencoder<T = f32> {
    ///`Encoder`.
    encoder: Encoder<T>,
    ///`Mirror`.
    decoder: Mirror<T>,
}
impl<T: ::chainrule::Scalar> ::chainrule::Network for Autoencoder<T> {
    fn loss_function() -> Self::Loss {
        <::chainrule::__private::Steps<
            {
                <Mirror<f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE
                    .is_sequence()
            },
            { <Mirror<f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE.steps() },
        > as ::chainrule::__private::OfSteps<
            ::chainrule::losses::IdentityWithLoss,
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
            / [(); { <Encoder<f32> as ::chainrule::layers::Layer<f32>>::INPUTS }].len();
        let [slot0, slot1, slot2, _] = ::chainrule::__private::slots(
            saved,
            [
                batch
                    * [(); {
                        <Encoder<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                    }]
                        .len(),
                batch
                    * [(); { <Encoder<f32> as ::chainrule::layers::Layer<f32>>::SAVED }]
                        .len() + <Encoder<T> as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch
                    * [(); { <Mirror<f32> as ::chainrule::layers::Layer<f32>>::SAVED }]
                        .len() + <Mirror<T> as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch
                    * [(); {
                        <Encoder<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                    }]
                        .len(),
            ],
        );
        let y_encoder = &mut slot0[..];
        <Encoder<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::forward(
            &self.encoder,
            input,
            y_encoder,
            &mut slot1[..batch
                * [(); { <Encoder<f32> as ::chainrule::layers::Layer<f32>>::SAVED }]
                    .len() + <Encoder<T> as ::chainrule::layers::Layer<T>>::SCRATCH],
            rng,
        );
        observer.value(0, y_encoder);
        let y_relu1 = y_encoder;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Relu, y_relu1);
        observer.value(1, y_relu1);
        let y_decoder = &mut *output;
        <Mirror<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::forward(
            &self.decoder,
            y_relu1,
            y_decoder,
            &mut slot2[..batch
                * [(); { <Mirror<f32> as ::chainrule::layers::Layer<f32>>::SAVED }].len()
                + <Mirror<T> as ::chainrule::layers::Layer<T>>::SCRATCH],
            rng,
        );
        observer.value(2, y_decoder);
    }
    fn infer_observed(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let batch = input.len()
            / [(); { <Encoder<f32> as ::chainrule::layers::Layer<f32>>::INPUTS }].len();
        let [slot0, slot1] = ::chainrule::__private::slots(
            saved,
            [
                batch
                    * [(); {
                        <Encoder<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                    }]
                        .len(),
                batch
                    * ::chainrule::__private::largest(
                        &[
                            [(); {
                                <Encoder<
                                    f32,
                                > as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                            }]
                                .len(),
                            [(); {
                                <Mirror<
                                    f32,
                                > as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                            }]
                                .len(),
                        ],
                    ) + <Encoder<T> as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH
                    + <Mirror<T> as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH,
            ],
        );
        let y_encoder = &mut slot0[..];
        <Encoder<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::infer(
            &self.encoder,
            input,
            y_encoder,
            &mut slot1[..batch
                * [(); {
                    <Encoder<f32> as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                }]
                    .len()
                + <Encoder<T> as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH],
        );
        observer.value(0, y_encoder);
        let y_relu1 = y_encoder;
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Relu, y_relu1);
        observer.value(1, y_relu1);
        let y_decoder = &mut *output;
        <Mirror<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::infer(
            &self.decoder,
            y_relu1,
            y_decoder,
            &mut slot1[..batch
                * [(); {
                    <Mirror<f32> as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                }]
                    .len()
                + <Mirror<T> as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH],
        );
        observer.value(2, y_decoder);
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
            / [(); { <Encoder<f32> as ::chainrule::layers::Layer<f32>>::INPUTS }].len();
        let [slot0, slot1, slot2, slot3] = ::chainrule::__private::slots(
            saved,
            [
                batch
                    * [(); {
                        <Encoder<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                    }]
                        .len(),
                batch
                    * [(); { <Encoder<f32> as ::chainrule::layers::Layer<f32>>::SAVED }]
                        .len() + <Encoder<T> as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch
                    * [(); { <Mirror<f32> as ::chainrule::layers::Layer<f32>>::SAVED }]
                        .len() + <Mirror<T> as ::chainrule::layers::Layer<T>>::SCRATCH,
                batch
                    * [(); {
                        <Encoder<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
                    }]
                        .len(),
            ],
        );
        let d_decoder = dout;
        observer.gradient(2, d_decoder);
        let y_relu1 = &slot0[..];
        let d_relu1 = &mut slot3[..];
        <Mirror<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::backward(
            &self.decoder,
            y_relu1,
            &mut slot2[..batch
                * [(); { <Mirror<f32> as ::chainrule::layers::Layer<f32>>::SAVED }].len()
                + <Mirror<T> as ::chainrule::layers::Layer<T>>::SCRATCH],
            d_decoder,
            &mut grads.decoder,
            ::core::option::Option::Some(d_relu1),
        );
        weight_grads.computed(&mut grads.decoder);
        observer.gradient(1, d_relu1);
        ::chainrule::layers::Activation::<
            T,
        >::backward(&::chainrule::layers::Relu, &slot0[..], d_relu1);
        let d_encoder = d_relu1;
        observer.gradient(0, d_encoder);
        <Encoder<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::backward(
            &self.encoder,
            input,
            &mut slot1[..batch
                * [(); { <Encoder<f32> as ::chainrule::layers::Layer<f32>>::SAVED }]
                    .len() + <Encoder<T> as ::chainrule::layers::Layer<T>>::SCRATCH],
            d_encoder,
            &mut grads.encoder,
            dinput,
        );
        weight_grads.computed(&mut grads.encoder);
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Autoencoder<T> {
    const SAVED: usize = [(); {
        <Encoder<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
    }]
        .len() + [(); { <Encoder<f32> as ::chainrule::layers::Layer<f32>>::SAVED }].len()
        + [(); { <Mirror<f32> as ::chainrule::layers::Layer<f32>>::SAVED }].len()
        + [(); { <Encoder<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }].len();
    const INFERENCE_SAVED: usize = [(); {
        <Encoder<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS
    }]
        .len()
        + ::chainrule::__private::largest(
            &[
                [(); {
                    <Encoder<f32> as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                }]
                    .len(),
                [(); {
                    <Mirror<f32> as ::chainrule::layers::Layer<f32>>::INFERENCE_SAVED
                }]
                    .len(),
            ],
        );
    const SCRATCH: usize = <Encoder<T> as ::chainrule::layers::Layer<T>>::SCRATCH
        + <Mirror<T> as ::chainrule::layers::Layer<T>>::SCRATCH;
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        <Encoder<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::init(
            &mut self.encoder,
            ::chainrule::Init::or_auto(init, ::chainrule::Init::He),
            rng,
        );
        <Mirror<T> as ::chainrule::layers::Layer<T>>::init(&mut self.decoder, init, rng);
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
    fn update_buffers(&mut self, grads: &Self) {
        <Encoder<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::update_buffers(&mut self.encoder, &grads.encoder);
        <Mirror<
            T,
        > as ::chainrule::layers::Layer<
            T,
        >>::update_buffers(&mut self.decoder, &grads.decoder);
    }
}
const _: () = {
    use ::chainrule::__private::check_stated as __chainrule_check_stated;
    __chainrule_check_stated(
        "Encoder",
        [
            <Encoder<f32> as ::chainrule::layers::Layer<f32>>::TAKES_NUMBERS,
            <Encoder<f32> as ::chainrule::layers::Layer<f32>>::CARRIES,
        ],
        [
            [(); { <Encoder<f32> as ::chainrule::layers::Layer<f32>>::INPUTS }].len(),
            [(); { <Encoder<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }].len(),
        ],
        [
            <Encoder<f32> as ::chainrule::layers::Layer<f32>>::INPUT_SHAPE,
            <Encoder<f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE,
        ],
    )
};
const _: () = {
    use ::chainrule::__private::check_stated as __chainrule_check_stated;
    __chainrule_check_stated(
        "Mirror",
        [
            <Mirror<f32> as ::chainrule::layers::Layer<f32>>::TAKES_NUMBERS,
            <Mirror<f32> as ::chainrule::layers::Layer<f32>>::CARRIES,
        ],
        [
            [(); { <Mirror<f32> as ::chainrule::layers::Layer<f32>>::INPUTS }].len(),
            [(); { <Mirror<f32> as ::chainrule::layers::Layer<f32>>::OUTPUTS }].len(),
        ],
        [
            <Mirror<f32> as ::chainrule::layers::Layer<f32>>::INPUT_SHAPE,
            <Mirror<f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE,
        ],
    )
};
const _: () = {
    use ::chainrule::__private::check_takes as __chainrule_check_takes;
    __chainrule_check_takes(
        ["`decoder: Mirror` takes ", ", but `relu1: Relu` produces "],
        <Mirror<f32> as ::chainrule::layers::Layer<f32>>::INPUT_SHAPE,
        <Encoder<f32> as ::chainrule::layers::Layer<f32>>::OUTPUT_SHAPE,
    )
};
