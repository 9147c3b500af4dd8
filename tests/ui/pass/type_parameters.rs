#![allow(dead_code, non_camel_case_types)]

// The type parameters of the expansion have other names than what is declared.
use chainrule::layers::{Activation, Layer};
use chainrule::losses::{Loss, Targets};
use chainrule::{Init, Rng, Scalar, Tensors, graph, network};

mod networks {
    use chainrule::network;

    network! { pub struct T = Affine(2, 3) -> Tanh -> Affine(2) => SoftmaxWithLoss; }
    network! { pub struct U = Affine(2, 3) -> Tanh -> Affine(2) => SoftmaxWithLoss; }
    network! { pub struct T1 = T: T -> U: U => SoftmaxWithLoss; }
    network! { pub struct U1 { input T: [2]; let U = T -> U; (T + U) -> T => IdentityWithLoss } }
    network! { pub struct X = T -> U => SoftmaxWithLoss; }
    network! { pub struct Self_ = Affine(2, 3) => SoftmaxWithLoss; }
    network! { pub struct Scalar = Affine(2, 3) => SoftmaxWithLoss; }
    network! { pub struct Network = Affine(2, 3) => SoftmaxWithLoss; }
}

mod graphs {
    use chainrule::graph;

    pub mod constants {
        const U: f64 = 2.0;

        chainrule::graph! { pub struct U1(x, y) { let T = x * y; T + U } }
    }

    graph! { pub struct T(x, y) { x * y } }
    graph! { pub struct N(U, T) { U * T } }
    graph! { pub struct Rows(T: [_, _], U: [_]) { (T.dot(U)).tanh() } }
}

mod constants {
    use chainrule::network;

    const T: usize = 3;
    const U: usize = 2;
    const INPUTS: usize = 2;
    const OUTPUTS: usize = 4;
    const SAVED: usize = 4;
    const N: f64 = 0.5;

    network! { pub struct Net = Affine(INPUTS, T) -> Elu(N) -> Affine(T, OUTPUTS) -> Affine(SAVED, U) => Huber(N); }
}

/// A layer, an activation and a loss with names of one letter.
#[derive(Tensors)]
#[repr(C)]
struct T<const U: usize, X = f32> {
    tensor_table: [X; U],
}

impl<const U: usize, X: Scalar> T<U, X> {
    const TENSOR_TABLE: usize = U;
}

impl<const U: usize, X: Scalar> Layer<X> for T<U, X> {
    const INPUTS: usize = U;
    const OUTPUTS: usize = U;

    fn forward(&self, x: &[X], y: &mut [X], _: &mut [X], _: &mut Rng) {
        y.copy_from_slice(x);
    }

    fn backward(&self, _: &[X], _: &mut [X], dy: &mut [X], grads: &mut Self, dx: Option<&mut [X]>) {
        grads.tensor_table = [X::zero(); U];
        if let Some(dx) = dx {
            dx.copy_from_slice(dy);
        }
    }
}

struct V;

impl<S: Scalar> Activation<S> for V {
    fn forward(&self, _: &mut [S]) {}
    fn backward(&self, _: &[S], _: &mut [S]) {}
}

#[derive(Default)]
struct W;

impl<S: Scalar> Loss<S> for W {
    fn forward(&self, _: &mut [S], _: Targets<'_, S>, _: usize) -> S {
        S::one()
    }

    fn backward(&self, values: &mut [S], _: Targets<'_, S>, _: usize, _: S) {
        values.fill(S::zero());
    }
}

network! { struct Net = Affine(4, 3) -> T(3) -> map V -> T(3) -> Affine(2) => W; }

/// A layer with the name of a network that has none.
mod unnamed {
    chainrule::network! { pub struct Network = Affine(2, 3) => SoftmaxWithLoss; }

    pub fn outputs() -> usize {
        let net = chainrule::network!(Network -> Affine(5) => SoftmaxWithLoss);
        assert_eq!(net.network.affine1.bias, [0.0; 3]);
        net.affine1.bias.len()
    }
}

fn main() {
    assert_eq!(unnamed::outputs(), 5);
    let mut rng = Rng::seed(0);
    let net = networks::T1::new(Init::He, &mut rng);
    assert_eq!(net.T.affine1.bias, [0.0; 3]);
    assert_eq!(net.cast::<f64>().U.affine2.bias, [0.0; 2]);
    let _ = (networks::U1::zeros(), networks::X::<f64>::zeros(), networks::Network::zeros());
    assert_eq!(constants::Net::INPUTS + constants::Net::OUTPUTS, 4);
    assert_eq!(graphs::T::forward(2.0, 3.0).backward(1.0).x, 3.0);
    assert_eq!(graphs::constants::U1::forward(2.0, 3.0).output, 8.0);
    assert_eq!(graphs::N::forward(2.0, 3.0).backward(1.0).T, 2.0);
    assert_eq!(Net::new(Init::He, &mut rng).t1.tensor_table, [0.0; 3]);
    graph! { struct U(x) { x * x } }
    assert_eq!(U::forward(3.0).backward(1.0).x, 6.0);
}
