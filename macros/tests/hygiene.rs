//! The expansion has the same meaning in any crate: with the dependency renamed, without the
//! prelude, next to items of any name, and with every lint denied.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub, missing_debug_implementations)]
#![deny(single_use_lifetimes, unused_qualifications, clippy::pedantic)]
#![no_implicit_prelude]

/// Items that share the names used in an expansion.
mod shadows {
    #![allow(dead_code, non_upper_case_globals)]

    struct Vec;
    struct Box;
    struct Option;
    struct Result;
    struct Some;
    struct None;
    struct Ok;
    struct Default;
    struct Clone;
    struct Copy;
    struct Send;
    struct String;
    struct Network;
    struct Workspace;
    struct Input;
    struct Target;
    struct Affine;
    struct Relu;
    struct SoftmaxWithLoss;
    struct T;
    trait Scalar {}
    trait Layer {}
    mod core {}
    mod std {}
    mod chainrule {}
    mod f32 {}
    const fn slots() {}
    const fn check_link() {}
    const fn check_size() {}
    const N: usize = 7;
    const H: usize = 3;
    static relu1: u8 = 0;
    static affine1: u8 = 0;

    ::renamed::network! {
        /// Names that the expansion uses, and sizes of every kind.
        pub(crate) struct Names = Affine(H, N) -> Relu -> input: Affine(N, 4) -> Sigmoid
            -> batch: Affine(4, 2) -> output: Sigmoid -> saved: Affine(2, 2)
            -> d_kept: Affine(2, 2) -> slot0: Affine(2, 2) => SoftmaxWithLoss;
    }

    ::renamed::network! {
        /// Sizes inferred from a constant; a second network in the same module.
        pub(in crate::shadows) struct Inferred =
            Input(N) -> Relu -> Affine(2) => IdentityWithLoss;
    }

    ::renamed::network! { struct Encoder = Input(2 * H) -> Relu -> Sigmoid => IdentityWithLoss; }

    ::renamed::network! { struct Nested = Encoder -> Affine(2) => SoftmaxWithLoss; }

    ::renamed::network! {
        /// Lines with the names that the expansion uses.
        pub(super) struct Paths {
            input input: [H];
            input batch: [N];
            let output = input -> grads: Affine(4) -> repeat 2 { saved: Affine(4) -> Sigmoid };
            let dx = batch -> Affine(4) -> saved1;
            let more = output * dx + output;
            (concat(more, dx) -> scratch: Affine(2), more) => IdentityWithLoss
        }
    }

    #[test]
    fn in_a_function() {
        ::renamed::network! { struct Local = Affine(1, 1) => IdentityWithLoss; }
        let net = Local::<f64>::zeros();
        let grads = net.gradient(&[[2.0]], &[[-3.0]]).unwrap();
        ::std::assert_eq!(grads.parameters(), [6.0, 3.0]);
    }

    #[test]
    fn in_the_module() {
        let mut rng = ::renamed::Rng::seed(0);
        let inferred = Inferred::new(::renamed::Init::He, &mut rng);
        ::std::assert_eq!(inferred.parameters().len(), Inferred::PARAMS);
        ::std::assert_eq!(Encoder::PARAMS, 0);
        let nested = Nested::<f64>::new(::renamed::Init::Normal(0.5), &mut rng);
        let x = [[0.5, 1.0, -2.0, 0.1, 0.2, -0.3]];
        let check = nested.gradient_check(&x, &[1]).unwrap();
        ::std::assert!(check.max_relative() < 1e-7, "{check}");
    }

    #[test]
    fn an_expression() {
        let net = ::renamed::network!(<Affine(2, 2) -> Relu -> Affine(2, 2) => SoftmaxWithLoss>);
        ::std::assert!(net.loss(&[[0.5, 1.0]], &[1_u8]).unwrap() > 0.0);
    }
}

#[test]
fn from_another_module() {
    let mut rng = ::renamed::Rng::seed(3);
    let paths = shadows::Paths::new(::renamed::Init::Normal(0.5), &mut rng).cast::<f64>();
    let x = (&[[0.5, 1.0, 2.0]], &[[0.1; 7]]);
    let check = paths.gradient_check(x, &[[0.5; 6]]).unwrap();
    ::std::assert!(check.max_relative() < 1e-7, "{check}");
    let net = shadows::Names::new(::renamed::Init::Normal(0.5), &mut rng).cast::<f64>();
    let (x, t) = ([[0.5, 1.0, 2.0], [0.1, 0.2, -0.3]], [[0.0, 1.0], [0.5, 0.5]]);
    let check = net.gradient_check(&x, &t).unwrap();
    ::std::assert!(check.max_relative() < 1e-7, "{check}");
}
