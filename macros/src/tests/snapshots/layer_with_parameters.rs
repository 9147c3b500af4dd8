// pub layer Mlp<const D: usize> {
// input x: [D];
// let h = x -> Affine(4 * D) -> Gelu -> Affine(D);
// x + h
// }

///A layer of D inputs and D outputs.
///
///```text
///input x: [D]
///let h = x -> Affine(4 * D) -> Gelu -> Affine(D)
///x + h
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `affine1` | `Affine(D, 4 * D)` | 4 * D | D · 4 * D + 4 * D |
///| `gelu1` | `Gelu` | 4 * D | 0 |
///| `affine2` | `Affine(4 * D, D)` | D | 4 * D · D + D |
///| `sum1` | `x + h` | D | 0 |
///
#[repr(C)]
pub struct Mlp<const D: usize, T = f32, const N1: usize = 0> {
    ///`Affine(D, 4 * D)`.
    pub affine1: ::chainrule::layers::Affine<D, N1, T>,
    ///`Affine(4 * D, D)`.
    pub affine2: ::chainrule::layers::Affine<N1, D, T>,
}
impl<
    const D: usize,
    T: ::chainrule::Scalar,
    const N1: usize,
> ::chainrule::layers::Layer<T> for Mlp<D, T, N1> {
    const INPUTS: usize = {
        let () = Self::__CHECKED;
        D
    };
    const OUTPUTS: usize = D;
    const INPUT_SHAPE: ::chainrule::layers::Shape = ::chainrule::layers::Shape::flat(D);
    const OUTPUT_SHAPE: ::chainrule::layers::Shape = ::chainrule::layers::Shape::flat(D);
    const OPERATION: ::chainrule::layers::Operation = ::chainrule::layers::Operation::Nested(
        &::chainrule::layers::Graph {
            name: "Mlp",
            inputs: &[("x", D)],
            input_shapes: &[::chainrule::layers::Shape::flat(D)],
            layers: &[
                ::chainrule::LayerInfo {
                    name: "affine1",
                    layer: "Affine(D, 4 * D)",
                    from: &["x"],
                    outputs: (4 * D),
                    parameters: ::core::mem::size_of::<
                        ::chainrule::layers::Affine<D, N1, T>,
                    >() / ::core::mem::size_of::<T>(),
                    operation: <::chainrule::layers::Affine<
                        D,
                        N1,
                        T,
                    > as ::chainrule::layers::Layer<T>>::OPERATION,
                },
                ::chainrule::LayerInfo {
                    name: "gelu1",
                    layer: "Gelu",
                    from: &["affine1"],
                    outputs: (4 * D),
                    parameters: 0,
                    operation: <::chainrule::layers::Gelu<
                        N1,
                    > as ::chainrule::layers::Layer<T>>::OPERATION,
                },
                ::chainrule::LayerInfo {
                    name: "affine2",
                    layer: "Affine(4 * D, D)",
                    from: &["gelu1"],
                    outputs: D,
                    parameters: ::core::mem::size_of::<
                        ::chainrule::layers::Affine<N1, D, T>,
                    >() / ::core::mem::size_of::<T>(),
                    operation: <::chainrule::layers::Affine<
                        N1,
                        D,
                        T,
                    > as ::chainrule::layers::Layer<T>>::OPERATION,
                },
                ::chainrule::LayerInfo {
                    name: "sum1",
                    layer: "x + h",
                    from: &["x", "affine2"],
                    outputs: D,
                    parameters: 0,
                    operation: ::chainrule::layers::Operation::Sum,
                },
            ],
            values: &[],
            shapes: &[],
            output: <Self as ::chainrule::layers::Layer<T>>::OUTPUT_SHAPE,
        },
    );
    const FLOPS: usize = <::chainrule::layers::Affine<
        D,
        N1,
        T,
    > as ::chainrule::layers::Layer<T>>::FLOPS
        + <::chainrule::layers::Gelu<N1> as ::chainrule::layers::Layer<T>>::FLOPS
        + <::chainrule::layers::Affine<
            N1,
            D,
            T,
        > as ::chainrule::layers::Layer<T>>::FLOPS;
    const TRAINING_FLOPS: usize = <::chainrule::layers::Affine<
        D,
        N1,
        T,
    > as ::chainrule::layers::Layer<T>>::TRAINING_FLOPS
        + <::chainrule::layers::Gelu<
            N1,
        > as ::chainrule::layers::Layer<T>>::TRAINING_FLOPS
        + <::chainrule::layers::Affine<
            N1,
            D,
            T,
        > as ::chainrule::layers::Layer<T>>::TRAINING_FLOPS
        + <::chainrule::layers::Gelu<
            N1,
        > as ::chainrule::layers::Layer<T>>::INPUT_GRADIENT_FLOPS
        + <::chainrule::layers::Affine<
            N1,
            D,
            T,
        > as ::chainrule::layers::Layer<T>>::INPUT_GRADIENT_FLOPS;
    const INPUT_GRADIENT_FLOPS: usize = <::chainrule::layers::Affine<
        D,
        N1,
        T,
    > as ::chainrule::layers::Layer<T>>::INPUT_GRADIENT_FLOPS;
    const SAVED: usize = ::chainrule::__private::largest(&[(4 * D), D]) + (4 * D)
        + (4 * D);
    const INFERENCE_SAVED: usize = (4 * D) + (4 * D);
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(
            &mut self.affine1,
            ::chainrule::Init::or_auto(init, ::chainrule::Init::He),
            rng,
        );
        ::chainrule::layers::Layer::init(&mut self.affine2, init, rng);
    }
    fn forward(
        &self,
        input: &[T],
        output: &mut [T],
        saved: &mut [T],
        rng: &mut ::chainrule::Rng,
    ) {
        let batch = input.len() / D;
        let [slot0, slot1, _] = ::chainrule::__private::slots(
            saved,
            [
                batch * ::chainrule::__private::largest(&[(4 * D), D]),
                batch * (4 * D),
                batch * (4 * D),
            ],
        );
        let y_affine1 = &mut slot0[..batch * (4 * D)];
        ::chainrule::layers::Layer::forward(
            &self.affine1,
            input,
            y_affine1,
            &mut [],
            rng,
        );
        let y_gelu1 = &mut slot1[..];
        ::chainrule::layers::Layer::forward(
            &::chainrule::layers::Gelu::<N1>,
            y_affine1,
            y_gelu1,
            &mut [],
            rng,
        );
        let y_affine2 = &mut *output;
        ::chainrule::layers::Layer::forward(
            &self.affine2,
            y_gelu1,
            y_affine2,
            &mut [],
            rng,
        );
        let y_sum1 = y_affine2;
        ::chainrule::merge::add(y_sum1, input);
    }
    fn infer(&self, input: &[T], output: &mut [T], saved: &mut [T]) {
        let batch = input.len() / D;
        let [slot0, slot1] = ::chainrule::__private::slots(
            saved,
            [batch * (4 * D), batch * (4 * D)],
        );
        let y_affine1 = &mut slot0[..];
        ::chainrule::layers::Layer::infer(&self.affine1, input, y_affine1, &mut []);
        let y_gelu1 = &mut slot1[..];
        ::chainrule::layers::Layer::infer(
            &::chainrule::layers::Gelu::<N1>,
            y_affine1,
            y_gelu1,
            &mut [],
        );
        let y_affine2 = &mut *output;
        ::chainrule::layers::Layer::infer(&self.affine2, y_gelu1, y_affine2, &mut []);
        let y_sum1 = y_affine2;
        ::chainrule::merge::add(y_sum1, input);
    }
    fn backward(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        mut dinput: ::core::option::Option<&mut [T]>,
    ) {
        let batch = input.len() / D;
        let [slot0, slot1, slot2] = ::chainrule::__private::slots(
            saved,
            [
                batch * ::chainrule::__private::largest(&[(4 * D), D]),
                batch * (4 * D),
                batch * (4 * D),
            ],
        );
        let d_sum1 = dout;
        if let ::core::option::Option::Some(dx) = dinput.as_deref_mut() {
            dx.copy_from_slice(d_sum1);
        }
        let d_affine2 = d_sum1;
        let y_gelu1 = &slot1[..];
        let d_gelu1 = &mut slot2[..];
        ::chainrule::layers::Layer::backward(
            &self.affine2,
            y_gelu1,
            &mut [],
            d_affine2,
            &mut grads.affine2,
            ::core::option::Option::Some(d_gelu1),
        );
        let y_affine1 = &slot0[..batch * (4 * D)];
        let d_affine1 = &mut slot1[..];
        ::chainrule::layers::Layer::backward(
            &::chainrule::layers::Gelu::<N1>,
            y_affine1,
            &mut [],
            d_gelu1,
            &mut ::chainrule::layers::Gelu::<N1>,
            ::core::option::Option::Some(d_affine1),
        );
        let more = &mut slot0[..batch * D];
        ::chainrule::layers::Layer::backward(
            &self.affine1,
            input,
            &mut [],
            d_affine1,
            &mut grads.affine1,
            dinput.is_some().then_some(&mut *more),
        );
        if let ::core::option::Option::Some(dx) = dinput.as_deref_mut() {
            ::chainrule::merge::add(dx, more);
        }
    }
}
impl<const D: usize, T: ::chainrule::Scalar, const N1: usize> Mlp<D, T, N1> {
    #[doc(hidden)]
    const __TENSOR_TABLE: &'static ::chainrule::__private::TensorTable<128> = &::chainrule::__private::TensorTable::new::<
        T,
    >(
        &[
            (
                "affine1",
                ::core::mem::offset_of!(Self, affine1),
                <::chainrule::layers::Affine<
                    D,
                    N1,
                    T,
                > as ::chainrule::Tensors<T>>::TENSORS,
                ::chainrule::__private::Field::Trained,
            ),
            (
                "affine2",
                ::core::mem::offset_of!(Self, affine2),
                <::chainrule::layers::Affine<
                    N1,
                    D,
                    T,
                > as ::chainrule::Tensors<T>>::TENSORS,
                ::chainrule::__private::Field::Trained,
            ),
        ],
    );
}
impl<const D: usize, T: ::chainrule::Scalar, const N1: usize> ::chainrule::Tensors<T>
for Mlp<D, T, N1> {
    const TENSORS: &'static [::chainrule::TensorInfo] = Self::__TENSOR_TABLE.as_slice();
}
unsafe impl<
    const D: usize,
    T: ::chainrule::Scalar,
    const N1: usize,
> ::chainrule::Numbers<T> for Mlp<D, T, N1> {}
impl<const D: usize, T: ::chainrule::Scalar, const N1: usize> ::core::fmt::Debug
for Mlp<D, T, N1> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_struct("Mlp").finish_non_exhaustive()
    }
}
impl Mlp<0> {
    /// The sizes that follow from the parameters.
    #[doc(hidden)]
    #[must_use]
    pub const fn __sizes(sizes: [usize; 1]) -> ::chainrule::__private::BlockSizes {
        ::chainrule::__private::BlockSizes::new(
                ::chainrule::layers::Shape::flat(sizes[0]),
                ::chainrule::layers::Shape::flat(sizes[0]),
            )
            .with((4 * sizes[0]))
    }
}
impl<const D: usize> ::chainrule::__private::Block for Mlp<D> {
    const SIZES: ::chainrule::__private::BlockSizes = Mlp::<0>::__sizes([D]);
}
impl<
    const D: usize,
    const N1: usize,
    R,
> ::chainrule::__private::Filled<::chainrule::__private::Cons<N1, R>> for Mlp<D> {
    type Of<T> = Mlp<D, T, N1>;
    type Rest = R;
}
impl<const D: usize, T: ::chainrule::Scalar, const N1: usize> Mlp<D, T, N1> {
    #[doc(hidden)]
    const __CHECKED: () = {
        {
            use ::chainrule::__private::check_filled as __chainrule_check_filled;
            __chainrule_check_filled("Mlp", &[D], &[N1], &[(4 * D)])
        }
        {
            use ::chainrule::__private::check_in as __chainrule_check_in;
            __chainrule_check_in(
                "Mlp",
                &[D],
                ::chainrule::__private::faults::size(
                    "expected a size of at least 1, but `D` in `input x: [D]` is 0\nhelp: set it to 1 or more",
                    0,
                    D,
                ),
            )
        }
        {
            use ::chainrule::__private::check_in as __chainrule_check_in;
            __chainrule_check_in(
                "Mlp",
                &[D],
                ::chainrule::__private::faults::size(
                    "expected a size of at least 1, but `4 * D` in `affine1: Affine(4 * D)` is 0\nhelp: set it to 1 or more",
                    0,
                    (4 * D),
                ),
            )
        }
    };
}
