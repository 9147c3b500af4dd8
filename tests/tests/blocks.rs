//! Layers declared by `layer`: their gradients are right, alone, repeated and in each other, they
//! compute the same bits as their layers in the network itself, and their shapes and parameters are
//! those of the declaration.

use chainrule::layers::{Layer, Shape};
use chainrule::{Init, Network, Rng, network};
use chainrule_tests::random::normals;

network! {
    /// A residual block on images.
    pub layer Residual<const C: usize, const S: usize> {
        input x: [C, S, S];
        let h = x -> Conv2d(C, 3, padding = 1) -> Relu -> Conv2d(C, 3, padding = 1);
        (x + h) -> Relu
    }
}

network! {
    /// Half the size, twice the channels.
    layer Down<const C: usize, const S: usize> =
        Input(C, S, S) -> Conv2d(2 * C, 3, stride = 2, padding = 1) -> Relu;
}

network! {
    /// A block in a block, with computed arguments.
    layer Stage<const C: usize, const S: usize> {
        input x: [C, S, S];
        x -> Down<C, S> -> repeat 2 { Residual<2 * C, S / 2> }
    }
}

network! {
    layer Mlp<const D: usize> {
        input x: [D];
        let h = x -> LayerNorm -> Affine(4 * D) -> Gelu -> Affine(D);
        x + h
    }
}

network! { layer Plain = Affine(6, 5) -> BatchNorm -> Relu -> Dropout(0.25) -> Affine(6); }

network! {
    struct Images = Input(2, 8, 8) -> Residual<2, 8> -> Stage<2, 8> -> Residual<4, 4> -> Flatten
        -> Affine(3) => SoftmaxWithLoss;
}

network! {
    struct Flat = Input(6) -> Plain -> repeat 3 { Mlp<6> } -> Affine(4) => SoftmaxWithLoss;
}

fn check<N: Network<Scalar = f64>>(net: &N) {
    _ = net;
}

#[test]
fn gradients_of_images() {
    let net = Images::<f64>::new(Init::Auto, &mut Rng::seed(1));
    check(&*net);
    let x = normals(2, 128, &mut Rng::seed(3));
    let check = net.gradient_check(&x, &[1, 2]).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
    println!("{net}");
}

#[test]
fn gradients_of_flat_features() {
    let net = Flat::<f64>::new(Init::Auto, &mut Rng::seed(1));
    let x = normals(4, 6, &mut Rng::seed(3));
    let check = net.gradient_check(&x, &[1, 3, 0, 2]).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
    println!("{net}");
    for tensor in Flat::TENSORS {
        println!("{tensor} {:?}", tensor.shape);
    }
}

#[test]
fn shapes() {
    assert_eq!(<Plain as Layer<f32>>::OUTPUT_SHAPE, Shape::flat(6));
}
