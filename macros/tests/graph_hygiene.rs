//! The expansion of `graph!` has the same meaning in any crate: with the dependency renamed,
//! without the prelude, next to items of any name, and with every lint denied.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub, missing_debug_implementations)]
#![deny(single_use_lifetimes, unused_qualifications, clippy::pedantic)]
#![no_implicit_prelude]

/// Items that share the names used in an expansion.
mod shadows {
    #![allow(dead_code)]

    struct Vec;
    struct Box;
    struct Option;
    struct Result;
    struct Some;
    struct None;
    struct Ok;
    struct Clone;
    struct Debug;
    struct PartialEq;
    struct String;
    struct Error;
    struct Drawing;
    struct Node;
    struct Value;
    struct T;
    trait Scalar {}
    mod core {}
    mod std {}
    mod chainrule {}
    mod f64 {}
    mod ndarray {}
    const NODES: f64 = 2.0;
    const ROWS: f64 = 3.0;
    fn sigmoid() {}
    fn relu() {}
    fn dot() {}
    fn elementwise() {}

    /// A method for every type, named like a node.
    trait Loud {
        fn exp(self) -> Self;
        fn mapv(self) -> Self;
    }

    impl<X> Loud for X {
        fn exp(self) -> Self {
            ::std::panic!("a method of the user's")
        }

        fn mapv(self) -> Self {
            ::std::panic!("a method of the user's")
        }
    }

    ::renamed::graph! {
        /// Names that the expansion uses.
        pub(crate) struct Names(dout, grads, d_dout, element, nodes, x) {
            let d_x = dout * grads;
            let drawing = sigmoid(d_x) + d_dout.exp() * NODES;
            let forward = relu(drawing - element) * nodes / x;
            (forward * 0.01).tanh() + ROWS
        }
    }

    ::renamed::graph! {
        pub(in crate::shadows) struct Arrays(x: [_, _], w: [_, _], b: [_], a) {
            let h = (x.dot(w) + b).sigmoid();
            let d_h = h * b.exp().max(a);
            d_h.sum() + b.dot(b)
        }
    }

    #[test]
    fn in_the_module() {
        let names = Names::forward(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
        let grads = names.backward(1.0);
        ::std::assert!(grads.d_dout != 0.0 && grads.d_x != 0.0);
        ::std::assert!(names.drawing_with(&grads).svg().contains("d_dout"));
        ::renamed::graph! { struct Local(x) { x * x } }
        ::std::assert_eq!(Local::forward(3.0).backward(1.0), LocalGrads { x: 6.0, output: 1.0 });
    }

    #[test]
    fn of_arrays() {
        use ::renamed::ndarray::{Array1, Array2};
        let (x, w) = (Array2::<f32>::ones((2, 3)), Array2::ones((3, 4)));
        let arrays = Arrays::forward(x, w, Array1::ones(4), 2.0).unwrap();
        let grads = arrays.backward(1.0);
        ::std::assert_eq!(grads.b.shape(), [4]);
    }
}

#[test]
fn from_another_module() {
    let names = shadows::Names::<f32>::forward(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    ::std::assert!(names.output.is_finite());
}
