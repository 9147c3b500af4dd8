// layer Stage<const C: usize, const S: usize> {
// input x: [C, S, S];
// x -> Conv2d(2 * C, 3, stride = 2, padding = 1) -> repeat 2 { Residual<2 * C, S / 2> }
// }

///A layer.
///
///```text
///input x: [C, S, S]
///x -> Conv2d(2 * C, 3, stride = 2, padding = 1) -> repeat 2 { Residual <2 * C, S / 2> }
///```
///
///| name | layer | outputs | parameters |
///|---|---|---:|---:|
///| `conv1` | `Conv2d(2 * C, 3, stride = 2, padding = 1)` | … |  |
///| `residual1` | `Residual <2 * C, S / 2>` | … |  |
///| `residual2` | `Residual <2 * C, S / 2>` | … |  |
///
#[repr(C)]
struct Stage<
    const C: usize,
    const S: usize,
    T = f32,
    const N1: usize = 0,
    const N2: usize = 0,
    B1 = (),
> {
    ///`Conv2d(2 * C, 3, stride = 2, padding = 1)`.
    conv1: ::chainrule::layers::Conv2d<N1, C, 3, 3, __Stage_conv1<C, S, N1, N2>, T>,
    ///`Residual <2 * C, S / 2>`.
    residual1: B1,
    ///`Residual <2 * C, S / 2>`.
    residual2: B1,
}
impl<
    const C: usize,
    const S: usize,
    T: ::chainrule::Scalar,
    const N1: usize,
    const N2: usize,
    B1: ::chainrule::layers::Layer<T>,
> ::chainrule::layers::Layer<T> for Stage<C, S, T, N1, N2, B1> {
    const SAVED: usize = ((2 * C)
        * (::chainrule::__private::window_output(S, 3, 2, 1, 1 + 1))
        * (::chainrule::__private::window_output(S, 3, 2, 1, 1 + 1)))
        + ::chainrule::__private::largest(
            &[
                (Residual::<0, 0>::__sizes([(2 * C), (S / 2)]).output().features()),
                ((2 * C) * (::chainrule::__private::window_output(S, 3, 2, 1, 1 + 1))
                    * (::chainrule::__private::window_output(S, 3, 2, 1, 1 + 1))),
            ],
        ) + (<B1 as ::chainrule::layers::Layer<T>>::SAVED)
        + (<B1 as ::chainrule::layers::Layer<T>>::SAVED)
        + (Residual::<0, 0>::__sizes([(2 * C), (S / 2)]).output().features());
    const INFERENCE_SAVED: usize = ((2 * C)
        * (::chainrule::__private::window_output(S, 3, 2, 1, 1 + 1))
        * (::chainrule::__private::window_output(S, 3, 2, 1, 1 + 1)))
        + (Residual::<0, 0>::__sizes([(2 * C), (S / 2)]).output().features())
        + (<B1 as ::chainrule::layers::Layer<T>>::INFERENCE_SAVED);
    const SCRATCH: usize = <B1 as ::chainrule::layers::Layer<T>>::SCRATCH
        + <B1 as ::chainrule::layers::Layer<T>>::SCRATCH
        + ::chainrule::__private::largest(
            &[
                <::chainrule::layers::Conv2d<
                    N1,
                    C,
                    3,
                    3,
                    __Stage_conv1<C, S, N1, N2>,
                    T,
                > as ::chainrule::layers::Layer<T>>::SCRATCH,
            ],
        );
    fn init(&mut self, init: ::chainrule::Init, rng: &mut ::chainrule::Rng) {
        ::chainrule::layers::Layer::init(&mut self.conv1, init, rng);
        <B1 as ::chainrule::layers::Layer<T>>::init(&mut self.residual1, init, rng);
        <B1 as ::chainrule::layers::Layer<T>>::init(&mut self.residual2, init, rng);
    }
    fn infer(&self, input: &[T], output: &mut [T], saved: &mut [T]) {
        let batch = input.len() / (C * S * S);
        let [slot0, slot1, slot2, window] = ::chainrule::__private::slots(
            saved,
            [
                batch
                    * ((2 * C)
                        * (::chainrule::__private::window_output(S, 3, 2, 1, 1 + 1))
                        * (::chainrule::__private::window_output(S, 3, 2, 1, 1 + 1))),
                batch
                    * (Residual::<0, 0>::__sizes([(2 * C), (S / 2)])
                        .output()
                        .features()),
                batch * (<B1 as ::chainrule::layers::Layer<T>>::INFERENCE_SAVED)
                    + <B1 as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH
                    + <B1 as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH,
                ::chainrule::__private::largest(
                    &[
                        <::chainrule::layers::Conv2d<
                            N1,
                            C,
                            3,
                            3,
                            __Stage_conv1<C, S, N1, N2>,
                            T,
                        > as ::chainrule::layers::Layer<T>>::SCRATCH,
                    ],
                ),
            ],
        );
        let y_conv1 = &mut slot0[..];
        ::chainrule::layers::Layer::infer(
            &self.conv1,
            input,
            y_conv1,
            &mut window[..<::chainrule::layers::Conv2d<
                N1,
                C,
                3,
                3,
                __Stage_conv1<C, S, N1, N2>,
                T,
            > as ::chainrule::layers::Layer<T>>::SCRATCH],
        );
        let y_residual1 = &mut slot1[..];
        <B1 as ::chainrule::layers::Layer<
            T,
        >>::infer(
            &self.residual1,
            y_conv1,
            y_residual1,
            &mut slot2[..batch * (<B1 as ::chainrule::layers::Layer<T>>::INFERENCE_SAVED)
                + <B1 as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH],
        );
        let y_residual2 = &mut *output;
        <B1 as ::chainrule::layers::Layer<
            T,
        >>::infer(
            &self.residual2,
            y_residual1,
            y_residual2,
            &mut slot2[..batch * (<B1 as ::chainrule::layers::Layer<T>>::INFERENCE_SAVED)
                + <B1 as ::chainrule::layers::Layer<T>>::INFERENCE_SCRATCH],
        );
    }
    fn update_buffers(&mut self, grads: &Self) {
        <B1 as ::chainrule::layers::Layer<
            T,
        >>::update_buffers(&mut self.residual1, &grads.residual1);
        <B1 as ::chainrule::layers::Layer<
            T,
        >>::update_buffers(&mut self.residual2, &grads.residual2);
    }
}
