// struct Actor {
// input x: [4];
// let h = x -> Affine(8, bias = false) -> Relu;
// (h -> policy: Affine(3), h -> value: Affine(N)) =>
// (SoftmaxWithLoss(smoothing = 0.1), WEIGHT * Huber(0.5))
// }

///A network of 4 inputs.
///
///```text
///input x: [4]
///let h = x -> Affine(8, bias = false) -> Relu
///(h -> policy: Affine(3), h -> value: Affine(N)) =>(SoftmaxWithLoss(smoothing = 0.1), WEIGHT * Huber(0.5))
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `affine1` | `Affine(4, 8, bias = false)` | 8 | 32 |
///| `relu1` | `Relu` | 8 | 0 |
///| `policy` | `Affine(8, 3)` | 3 | 27 |
///| `value` | `Affine(8, N)` | N | 8 · N + N |
///| `concat1` | `(h -> policy: Affine(3), h -> value: Affine(N))` | … | 0 |
///| | `(SoftmaxWithLoss(smoothing = 0.1), WEIGHT * Huber(0.5))` | … | 0 |
///
///Sizes written as `…` are defined by the types of the layers; [`INPUTS`](Self::INPUTS) and [`OUTPUTS`](Self::OUTPUTS) are those of the network.
///
///[`PARAMS`](Self::PARAMS) is the number of all parameters.
#[repr(C)]
struct Actor<T = f32> {
    ///`Affine(4, 8, bias = false)`.
    affine1: ::chainrule::layers::Linear<4, 8, T>,
    ///`Affine(8, 3)`.
    policy: ::chainrule::layers::Affine<8, 3, T>,
    ///`Affine(8, N)`.
    value: ::chainrule::layers::Affine<8, { N }, T>,
}
impl<T: ::chainrule::Scalar> ::chainrule::Network for Actor<T> {
    fn loss_function() -> Self::Loss {
        ::chainrule::losses::Heads::new((
            ::chainrule::losses::Head::new(
                const {
                    ::chainrule::losses::AdjustedSoftmaxWithLoss::new()
                        .with_smoothing(0.1)
                },
                ::chainrule::losses::HeadWeight::ONE,
            ),
            ::chainrule::losses::Head::new(
                const { ::chainrule::losses::Huber::new(0.5) },
                const { ::chainrule::losses::HeadWeight::new(WEIGHT) },
            ),
        ))
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
        let [slot0, slot1, slot2, _] = ::chainrule::__private::slots(
            saved,
            [
                batch * 8,
                batch * 3,
                batch * ::chainrule::__private::largest(&[[(); { N }].len(), 8]),
                batch * 8,
            ],
        );
        let y_affine1 = &mut slot0[..];
        ::chainrule::__private::forward_relu(
            &self.affine1,
            input,
            y_affine1,
            &mut [],
            0,
            observer,
        );
        let y_relu1 = y_affine1;
        observer.value(1, y_relu1);
        let y_policy = &mut slot1[..];
        ::chainrule::layers::Layer::forward(
            &self.policy,
            y_relu1,
            y_policy,
            &mut [],
            rng,
        );
        observer.value(2, y_policy);
        let y_value = &mut slot2[..batch * [(); { N }].len()];
        ::chainrule::layers::Layer::forward(&self.value, y_relu1, y_value, &mut [], rng);
        observer.value(3, y_value);
        let y_concat1 = &mut *output;
        ::chainrule::merge::put_columns(y_policy, y_concat1, 0, batch);
        ::chainrule::merge::put_columns(y_value, y_concat1, 3, batch);
        observer.value(4, y_concat1);
    }
    fn infer_observed(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let batch = input.len() / 4;
        let [slot0, slot1, slot2] = ::chainrule::__private::slots(
            saved,
            [batch * 8, batch * 3, batch * [(); { N }].len()],
        );
        let y_affine1 = &mut slot0[..];
        ::chainrule::__private::forward_relu(
            &self.affine1,
            input,
            y_affine1,
            &mut [],
            0,
            observer,
        );
        let y_relu1 = y_affine1;
        observer.value(1, y_relu1);
        let y_policy = &mut slot1[..];
        ::chainrule::layers::Layer::infer(&self.policy, y_relu1, y_policy, &mut []);
        observer.value(2, y_policy);
        let y_value = &mut slot2[..];
        ::chainrule::layers::Layer::infer(&self.value, y_relu1, y_value, &mut []);
        observer.value(3, y_value);
        let y_concat1 = &mut *output;
        ::chainrule::merge::put_columns(y_policy, y_concat1, 0, batch);
        ::chainrule::merge::put_columns(y_value, y_concat1, 3, batch);
        observer.value(4, y_concat1);
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
        let [slot0, slot1, slot2, slot3] = ::chainrule::__private::slots(
            saved,
            [
                batch * 8,
                batch * 3,
                batch * ::chainrule::__private::largest(&[[(); { N }].len(), 8]),
                batch * 8,
            ],
        );
        let d_concat1 = dout;
        observer.gradient(4, d_concat1);
        let d_policy = &mut slot1[..];
        ::chainrule::merge::take_columns(d_concat1, d_policy, 0, batch);
        let d_value = &mut slot2[..batch * [(); { N }].len()];
        ::chainrule::merge::take_columns(d_concat1, d_value, 3, batch);
        observer.gradient(3, d_value);
        let y_relu1 = &slot0[..];
        let d_relu1 = &mut slot3[..];
        ::chainrule::layers::Layer::backward(
            &self.value,
            y_relu1,
            &mut [],
            d_value,
            &mut grads.value,
            ::core::option::Option::Some(d_relu1),
        );
        weight_grads.computed(&mut grads.value);
        observer.gradient(2, d_policy);
        let y_relu1 = &slot0[..];
        let more = &mut slot2[..batch * 8];
        weight_grads
            .backward(
                &self.policy,
                y_relu1,
                d_policy,
                &mut grads.policy,
                ::core::option::Option::Some(more),
            );
        ::chainrule::merge::add(d_relu1, more);
        observer.gradient(1, d_relu1);
        ::chainrule::layers::Activation::<
            T,
        >::backward(&::chainrule::layers::Relu, &slot0[..], d_relu1);
        let d_affine1 = d_relu1;
        observer.gradient(0, d_affine1);
        weight_grads
            .backward(&self.affine1, input, d_affine1, &mut grads.affine1, dinput);
    }
    const DEFERRED: &'static [::core::ops::Range<usize>] = &[
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<8, 3, T>,
        >(::core::mem::offset_of!(Self, policy)),
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Linear<4, 8, T>,
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
        let [slot0, slot1, _, slot3] = ::chainrule::__private::slots(
            saved,
            [
                batch * 8,
                batch * 3,
                batch * ::chainrule::__private::largest(&[[(); { N }].len(), 8]),
                batch * 8,
            ],
        );
        ::chainrule::__private::apply_deferred(
            &mut self.policy,
            &grads.policy,
            &slot0[..],
            &slot1[..],
            step,
        );
        ::chainrule::__private::apply_deferred(
            &mut self.affine1,
            &grads.affine1,
            input,
            &slot3[..],
            step,
        );
    }
}
impl<T: ::chainrule::Scalar> ::chainrule::layers::Layer<T> for Actor<T> {
    const SAVED: usize = 8 + 3 + ::chainrule::__private::largest(&[[(); { N }].len(), 8])
        + 8;
    const INFERENCE_SAVED: usize = 8 + 3 + [(); { N }].len();
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(
            &mut self.affine1,
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
const _: () = {
    use ::chainrule::__private::check_size as __chainrule_check_size;
    __chainrule_check_size(
        "expected a size of at least 1, but `N` in `value: Affine(N)` is 0\nhelp: set it to 1 or more",
        0,
        [(); { N }].len(),
    )
};
const _: () = {
    use ::chainrule::losses::Huber as __chainrule_setting;
    let _ = __chainrule_setting::new(0.5);
};
const _: () = {
    use ::chainrule::losses::HeadWeight as __chainrule_setting;
    let _ = __chainrule_setting::new(WEIGHT);
};
const _: () = {
    use ::chainrule::losses::AdjustedSoftmaxWithLoss as __chainrule_setting;
    let _ = __chainrule_setting::new().with_smoothing(0.1);
};
