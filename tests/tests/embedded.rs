//! Networks with parameters that `weights!` reads at compile time: the same numbers as those that
//! `saving` reads at run time, from the same files.

use chainrule::saving::{self, Layout};
use chainrule::{Network, network, weights};

network! { struct Net = Affine(3, 4) -> Relu -> Affine(4, 2) => IdentityWithLoss; }
network! { struct Plain = Affine(3, 4) -> Relu -> Affine(4, 2) => SoftmaxWithLoss; }
network! { struct Normalised = Affine(2, 3) -> BatchNorm -> Affine(3, 2) => IdentityWithLoss; }

static SINGLE: Net = weights!(Net, "../data/linear_float32.safetensors", PyTorch);
static HALF: Net = weights!(Net, "../data/linear_float16.safetensors", PyTorch);
static BRAIN: Net = weights!(Net, "../data/linear_bfloat16.safetensors", PyTorch);
static PLAIN: Plain = weights!(Plain, "../data/plain.safetensors");
static NORMALISED: Normalised = weights!(Normalised, "../data/normalised.safetensors", PyTorch,);

fn loaded<N: Network<Scalar = f32>>(file: &[u8], layout: Layout) -> Vec<f32> {
    let mut network = N::zeros();
    saving::read(&mut network, file, layout).unwrap();
    network.parameters().to_vec()
}

#[test]
fn the_numbers_are_those_of_the_file() {
    let file = include_bytes!("../data/linear_float32.safetensors");
    assert_eq!(SINGLE.parameters(), loaded::<Net>(file, Layout::PyTorch));
    let file = include_bytes!("../data/linear_float16.safetensors");
    assert_eq!(HALF.parameters(), loaded::<Net>(file, Layout::PyTorch));
    let file = include_bytes!("../data/linear_bfloat16.safetensors");
    assert_eq!(BRAIN.parameters(), loaded::<Net>(file, Layout::PyTorch));
    let file = include_bytes!("../data/plain.safetensors");
    assert_eq!(PLAIN.parameters(), loaded::<Plain>(file, Layout::Chainrule));
    assert!(PLAIN.parameters().iter().any(|weight| *weight != 0.0));
}

/// PyTorch counts the batches of a BatchNorm in an integer without axes.
#[test]
fn counters_are_converted() {
    let file = include_bytes!("../data/normalised.safetensors");
    assert_eq!(NORMALISED.parameters(), loaded::<Normalised>(file, Layout::PyTorch));
    assert_eq!(NORMALISED.batch_norm1.batches, [1000.0]);
}

/// The outputs are those of PyTorch; see `tests/data/README.md`.
#[test]
fn a_static_predicts() {
    let scores = SINGLE.predict(&[[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]]).unwrap();
    let expected =
        [-0.09045116603374481, 0.0698498785495758, -0.1441785991891864, 0.16217662394046783];
    for (score, expected) in scores.iter().zip(expected) {
        assert!((f64::from(*score) - expected).abs() < 1e-7, "{score} instead of {expected}");
    }
}

/// In a constant expression of a function.
#[test]
fn a_constant_has_the_weights() {
    const NET: Net = weights!(Net, "../data/linear_float32.safetensors", PyTorch);
    assert_eq!(NET.parameters(), SINGLE.parameters());
}
