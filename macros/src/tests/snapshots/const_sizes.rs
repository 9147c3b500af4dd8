// struct Net = Affine(2 * SIDE, HIDDEN) -> Relu -> Affine(60, sizes::OUT) => SoftmaxWithLoss;

///A network of 2 * SIDE inputs and sizes::OUT outputs.
///
///```text
///(2 * SIDE)--[Affine]--(HIDDEN)--[Relu]--(HIDDEN)--[Affine]--(sizes::OUT)==[SoftmaxWithLoss]
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `affine1` | `Affine(2 * SIDE, HIDDEN)` | HIDDEN | 2 * SIDE · HIDDEN + HIDDEN |
///| `relu1` | `Relu` | HIDDEN | 0 |
///| `affine2` | `Affine(60, sizes::OUT)` | sizes::OUT | 60 · sizes::OUT + sizes::OUT |
///| | `SoftmaxWithLoss` | sizes::OUT | 0 |
///
///[`PARAMS`](Self::PARAMS) is the number of all parameters.
#[repr(C)]
struct Net<T = f32> {
    ///`Affine(2 * SIDE, HIDDEN)`.
    affine1: ::chainrule::layers::Affine<{ 2 * SIDE }, { HIDDEN }, T>,
    ///`Affine(60, sizes::OUT)`.
    affine2: ::chainrule::layers::Affine<60, { sizes::OUT }, T>,
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
        let batch = input.len() / [(); { 2 * SIDE }].len();
        let [slot0, _] = ::chainrule::__private::slots(
            saved,
            [batch * [(); { HIDDEN }].len(), batch * [(); { HIDDEN }].len()],
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
        let y_affine2 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine2,
            y_relu1,
            y_affine2,
            &mut [],
            rng,
        );
        observer.value(2, y_affine2);
    }
    fn infer_observed(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        observer: &mut impl ::chainrule::__private::Observer<T>,
    ) {
        let batch = input.len() / [(); { 2 * SIDE }].len();
        let [slot0] = ::chainrule::__private::slots(
            saved,
            [batch * [(); { HIDDEN }].len()],
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
        let y_affine2 = &mut *output;
        ::chainrule::layers::Layer::infer(&self.affine2, y_relu1, y_affine2, &mut []);
        observer.value(2, y_affine2);
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
        let batch = input.len() / [(); { 2 * SIDE }].len();
        let [slot0, slot1] = ::chainrule::__private::slots(
            saved,
            [batch * [(); { HIDDEN }].len(), batch * [(); { HIDDEN }].len()],
        );
        let d_affine2 = dout;
        observer.gradient(2, d_affine2);
        let y_relu1 = &slot0[..];
        let d_relu1 = &mut slot1[..];
        weight_grads
            .backward(
                &self.affine2,
                y_relu1,
                d_affine2,
                &mut grads.affine2,
                ::core::option::Option::Some(d_relu1),
            );
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
            ::chainrule::layers::Affine<60, { sizes::OUT }, T>,
        >(::core::mem::offset_of!(Self, affine2)),
        ::chainrule::__private::span::<
            T,
            ::chainrule::layers::Affine<{ 2 * SIDE }, { HIDDEN }, T>,
        >(::core::mem::offset_of!(Self, affine1)),
    ];
    fn apply_deferred(
        &mut self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &Self,
        step: &::chainrule::SgdStep,
    ) {
        let batch = input.len() / [(); { 2 * SIDE }].len();
        let [slot0, slot1] = ::chainrule::__private::slots(
            saved,
            [batch * [(); { HIDDEN }].len(), batch * [(); { HIDDEN }].len()],
        );
        ::chainrule::__private::apply_deferred(
            &mut self.affine2,
            &grads.affine2,
            &slot0[..],
            dout,
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
    const SAVED: usize = [(); { HIDDEN }].len() + [(); { HIDDEN }].len();
    const INFERENCE_SAVED: usize = [(); { HIDDEN }].len();
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(
            &mut self.affine1,
            ::chainrule::Init::or_auto(init, ::chainrule::Init::He),
            rng,
        );
        ::chainrule::layers::Layer::init(&mut self.affine2, init, rng);
    }
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        ::chainrule::Network::infer_observed(self, input, output, scratch, &mut ());
    }
}
const _: () = {
    use ::chainrule::__private::check_size as __chainrule_check_size;
    __chainrule_check_size(
        "expected a size of at least 1, but `2 * SIDE` in `affine1: Affine(2 * SIDE, HIDDEN)` is 0\nhelp: set it to 1 or more",
        0,
        [(); { 2 * SIDE }].len(),
    )
};
const _: () = {
    use ::chainrule::__private::check_size as __chainrule_check_size;
    __chainrule_check_size(
        "expected a size of at least 1, but `HIDDEN` in `affine1: Affine(2 * SIDE, HIDDEN)` is 0\nhelp: set it to 1 or more",
        0,
        [(); { HIDDEN }].len(),
    )
};
const _: () = {
    use ::chainrule::__private::check_size as __chainrule_check_size;
    __chainrule_check_size(
        "expected a size of at least 1, but `sizes::OUT` in `affine2: Affine(60, sizes::OUT)` is 0\nhelp: set it to 1 or more",
        0,
        [(); { sizes::OUT }].len(),
    )
};
const _: () = {
    use ::chainrule::__private::check_link as __chainrule_check_link;
    __chainrule_check_link(
        [
            "`affine2: Affine(60, sizes::OUT)` takes ",
            " inputs, but `relu1: Relu` produces ",
            "\nhelp: write `Affine(HIDDEN, sizes::OUT)`",
        ],
        60,
        [(); { HIDDEN }].len(),
    )
};
const _: () = {
    use ::chainrule::__private::check_size as __chainrule_check_size;
    __chainrule_check_size(
        "`SoftmaxWithLoss` needs at least 2 outputs, found 1: softmax of one output is always 1\nhelp: write `Affine(60, 2)`, or use `BinaryCrossEntropy`, or `IdentityWithLoss` for regression",
        1,
        [(); { sizes::OUT }].len(),
    )
};
