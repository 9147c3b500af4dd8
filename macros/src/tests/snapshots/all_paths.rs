// struct Paths {
// input left: [4];
// input right: [4];
// let a = left -> embed: Affine(4, 5) -> Relu;
// let b = right -> embed;
// let gate = b -> Sigmoid;
// (concat(a * gate, b) -> policy: Affine(3), a -> value: Affine(1)) => my::ActorCritic
// }

///A network of 8 inputs and 4 outputs.
///
///```text
///input left: [4]
///input right: [4]
///let a = left -> embed: Affine(4, 5) -> Relu
///let b = right -> embed
///let gate = b -> Sigmoid
///(concat(a * gate, b) -> policy: Affine(3), a -> value: Affine(1)) => my::ActorCritic
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `embed` | `Affine(4, 5)` | 5 | 25 |
///| `relu1` | `Relu` | 5 | 0 |
///| `embed_2` | `embed` | 5 | 0 |
///| `sigmoid1` | `Sigmoid` | 5 | 0 |
///| `product1` | `a * gate` | 5 | 0 |
///| `concat1` | `concat(a * gate, b)` | 10 | 0 |
///| `policy` | `Affine(10, 3)` | 3 | 33 |
///| `value` | `Affine(5, 1)` | 1 | 6 |
///| `concat2` | `(concat(a * gate, b) -> policy: Affine(3), a -> value: Affine(1))` | 4 | 0 |
///| | `my::ActorCritic` | 4 | 0 |
///
///64 parameters.
#[repr(C)]
struct Paths<T = f32> {
    ///`Affine(4, 5)`.
    embed: ::chainrule::layers::Affine<4, 5, T>,
    ///`Affine(10, 3)`.
    policy: ::chainrule::layers::Affine<10, 3, T>,
    ///`Affine(5, 1)`.
    value: ::chainrule::layers::Affine<5, 1, T>,
}
impl<T: ::chainrule::Scalar> ::chainrule::Network for Paths<T> {
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
        let batch = input.len() / 8;
        let [slot0, slot1, slot2, slot3, slot4, slot5, slot6, slot7, _, _] = ::chainrule::__private::slots(
            saved,
            [
                batch * 4,
                batch * 4,
                batch * 5,
                batch * 5,
                batch * 5,
                batch * 5,
                batch * 10,
                batch * 10,
                batch * 5,
                ::chainrule::__private::largest(
                    &[
                        ::core::mem::size_of::<::chainrule::layers::Affine<4, 5, T>>()
                            / ::core::mem::size_of::<T>(),
                    ],
                ),
            ],
        );
        let y_left = &mut slot0[..];
        ::chainrule::merge::take_columns(input, y_left, 0, batch);
        let y_right = &mut slot1[..];
        ::chainrule::merge::take_columns(input, y_right, 4, batch);
        let y_embed = &mut slot2[..];
        ::chainrule::__private::forward_relu(
            &self.embed,
            y_left,
            y_embed,
            &mut [],
            0,
            observer,
        );
        let y_relu1 = y_embed;
        observer.value(1, y_relu1);
        let y_embed_2 = &mut slot3[..batch * 5];
        ::chainrule::layers::Layer::forward(
            &self.embed,
            y_right,
            y_embed_2,
            &mut [],
            rng,
        );
        observer.value(2, y_embed_2);
        let y_sigmoid1 = &mut slot4[..];
        y_sigmoid1.copy_from_slice(y_embed_2);
        ::chainrule::layers::Sloped::<
            T,
        >::forward_sloped(&::chainrule::layers::Sigmoid, y_sigmoid1, &mut slot5[..]);
        observer.value(3, y_sigmoid1);
        let y_product1 = &mut slot6[..batch * 5];
        ::chainrule::merge::product(y_relu1, y_sigmoid1, y_product1);
        observer.value(4, y_product1);
        let y_concat1 = &mut slot7[..batch * 10];
        ::chainrule::merge::put_columns(y_product1, y_concat1, 0, batch);
        ::chainrule::merge::put_columns(y_embed_2, y_concat1, 5, batch);
        observer.value(5, y_concat1);
        let y_policy = &mut slot3[..batch * 3];
        ::chainrule::layers::Layer::forward(
            &self.policy,
            y_concat1,
            y_policy,
            &mut [],
            rng,
        );
        observer.value(6, y_policy);
        let y_value = &mut slot6[..batch * 1];
        ::chainrule::layers::Layer::forward(&self.value, y_relu1, y_value, &mut [], rng);
        observer.value(7, y_value);
        let y_concat2 = &mut *output;
        ::chainrule::merge::put_columns(y_policy, y_concat2, 0, batch);
        ::chainrule::merge::put_columns(y_value, y_concat2, 3, batch);
        observer.value(8, y_concat2);
    }
    fn infer_observed(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let batch = input.len() / 8;
        let [slot0, slot1, slot2, slot3] = ::chainrule::__private::slots(
            saved,
            [batch * 5, batch * 5, batch * 5, batch * 10],
        );
        let y_left = &mut slot0[..batch * 4];
        ::chainrule::merge::take_columns(input, y_left, 0, batch);
        let y_right = &mut slot1[..batch * 4];
        ::chainrule::merge::take_columns(input, y_right, 4, batch);
        let y_embed = &mut slot2[..];
        ::chainrule::__private::forward_relu(
            &self.embed,
            y_left,
            y_embed,
            &mut [],
            0,
            observer,
        );
        let y_relu1 = y_embed;
        observer.value(1, y_relu1);
        let y_embed_2 = &mut slot0[..batch * 5];
        ::chainrule::layers::Layer::infer(&self.embed, y_right, y_embed_2, &mut []);
        observer.value(2, y_embed_2);
        let y_sigmoid1 = &mut slot1[..batch * 5];
        y_sigmoid1.copy_from_slice(y_embed_2);
        ::chainrule::layers::Activation::<
            T,
        >::forward(&::chainrule::layers::Sigmoid, y_sigmoid1);
        observer.value(3, y_sigmoid1);
        let y_product1 = y_sigmoid1;
        ::chainrule::merge::multiply(y_product1, y_relu1);
        observer.value(4, y_product1);
        let y_concat1 = &mut slot3[..];
        ::chainrule::merge::put_columns(y_product1, y_concat1, 0, batch);
        ::chainrule::merge::put_columns(y_embed_2, y_concat1, 5, batch);
        observer.value(5, y_concat1);
        let y_policy = &mut slot0[..batch * 3];
        ::chainrule::layers::Layer::infer(&self.policy, y_concat1, y_policy, &mut []);
        observer.value(6, y_policy);
        let y_value = &mut slot1[..batch * 1];
        ::chainrule::layers::Layer::infer(&self.value, y_relu1, y_value, &mut []);
        observer.value(7, y_value);
        let y_concat2 = &mut *output;
        ::chainrule::merge::put_columns(y_policy, y_concat2, 0, batch);
        ::chainrule::merge::put_columns(y_value, y_concat2, 3, batch);
        observer.value(8, y_concat2);
    }
    fn backward_with(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        mut dinput: ::core::option::Option<&mut [T]>,
        observer: &mut impl ::chainrule::__private::Observer<T>,
        weight_grads: &mut impl ::chainrule::__private::WeightGradients<T>,
    ) {
        let batch = input.len() / 8;
        let [slot0, slot1, slot2, slot3, slot4, slot5, slot6, slot7, slot8, scratch] = ::chainrule::__private::slots(
            saved,
            [
                batch * 4,
                batch * 4,
                batch * 5,
                batch * 5,
                batch * 5,
                batch * 5,
                batch * 10,
                batch * 10,
                batch * 5,
                ::chainrule::__private::largest(
                    &[
                        ::core::mem::size_of::<::chainrule::layers::Affine<4, 5, T>>()
                            / ::core::mem::size_of::<T>(),
                    ],
                ),
            ],
        );
        let d_concat2 = dout;
        observer.gradient(8, d_concat2);
        let d_policy = &mut slot3[..batch * 3];
        ::chainrule::merge::take_columns(d_concat2, d_policy, 0, batch);
        let d_value = &mut slot6[..batch * 1];
        ::chainrule::merge::take_columns(d_concat2, d_value, 3, batch);
        observer.gradient(7, d_value);
        let y_relu1 = &slot2[..];
        let d_relu1 = &mut slot8[..];
        ::chainrule::layers::Layer::backward(
            &self.value,
            y_relu1,
            &mut [],
            d_value,
            &mut grads.value,
            ::core::option::Option::Some(d_relu1),
        );
        weight_grads.computed(&mut grads.value);
        observer.gradient(6, d_policy);
        let y_concat1 = &slot7[..batch * 10];
        let d_concat1 = &mut slot6[..batch * 10];
        ::chainrule::layers::Layer::backward(
            &self.policy,
            y_concat1,
            &mut [],
            d_policy,
            &mut grads.policy,
            ::core::option::Option::Some(d_concat1),
        );
        weight_grads.computed(&mut grads.policy);
        observer.gradient(5, d_concat1);
        let d_product1 = &mut slot3[..batch * 5];
        ::chainrule::merge::take_columns(d_concat1, d_product1, 0, batch);
        let d_embed_2 = &mut slot7[..batch * 5];
        ::chainrule::merge::take_columns(d_concat1, d_embed_2, 5, batch);
        observer.gradient(4, d_product1);
        ::chainrule::merge::add_product(d_relu1, d_product1, &slot4[..]);
        ::chainrule::merge::multiply(d_product1, &slot2[..]);
        let d_sigmoid1 = d_product1;
        observer.gradient(3, d_sigmoid1);
        ::chainrule::merge::multiply(d_sigmoid1, &slot5[..]);
        ::chainrule::merge::add(d_embed_2, d_sigmoid1);
        observer.gradient(2, d_embed_2);
        let y_right = &slot1[..];
        let d_right = &mut slot3[..batch * 4];
        ::chainrule::layers::Layer::backward(
            &self.embed,
            y_right,
            &mut [],
            d_embed_2,
            &mut grads.embed,
            dinput.is_some().then_some(&mut *d_right),
        );
        observer.gradient(1, d_relu1);
        ::chainrule::layers::Activation::<
            T,
        >::backward(&::chainrule::layers::Relu, &slot2[..], d_relu1);
        let d_embed = d_relu1;
        observer.gradient(0, d_embed);
        let y_left = &slot0[..];
        let d_left = &mut slot1[..];
        ::chainrule::layers::Layer::backward(
            &self.embed,
            y_left,
            &mut [],
            d_embed,
            <::chainrule::layers::Affine<
                4,
                5,
                T,
            > as ::chainrule::Numbers<T>>::of_mut(scratch),
            dinput.is_some().then_some(&mut *d_left),
        );
        ::chainrule::merge::add(
            ::chainrule::Numbers::<T>::numbers_mut(&mut grads.embed),
            ::chainrule::Numbers::<
                T,
            >::numbers(
                <::chainrule::layers::Affine<
                    4,
                    5,
                    T,
                > as ::chainrule::Numbers<T>>::of_mut(scratch),
            ),
        );
        weight_grads.computed(&mut grads.embed);
        if let ::core::option::Option::Some(dx) = dinput.as_deref_mut() {
            ::chainrule::merge::put_columns(d_right, dx, 4, batch);
        }
        if let ::core::option::Option::Some(dx) = dinput.as_deref_mut() {
            ::chainrule::merge::put_columns(d_left, dx, 0, batch);
        }
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Paths<T> {
    const SAVED: usize = 4 + 4 + 5 + 5 + 5 + 5 + 10 + 10 + 5;
    const INFERENCE_SAVED: usize = 5 + 5 + 5 + 10;
    const SCRATCH: usize = ::chainrule::__private::largest(
        &[
            ::core::mem::size_of::<::chainrule::layers::Affine<4, 5, T>>()
                / ::core::mem::size_of::<T>(),
        ],
    );
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(
            &mut self.embed,
            ::chainrule::Init::or_auto(init, ::chainrule::Init::He),
            rng,
        );
        ::chainrule::layers::Layer::init(&mut self.policy, init, rng);
        ::chainrule::layers::Layer::init(&mut self.value, init, rng);
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
}
