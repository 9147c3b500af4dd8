//! Layers on images: gradients by finite differences, and values of PyTorch.

use chainrule::{Init, Rng, network};
use chainrule_tests::random::normals;

const KERNEL: usize = 3;

network! {
    /// The network of chapter 7 of the book, smaller.
    struct Simple = Input(1, 9, 8) -> Conv2d(3, KERNEL) -> Relu -> MaxPool2d(2) -> Flatten -> Affine(7) -> Relu
        -> Affine(4) => SoftmaxWithLoss;
}

network! {
    /// Every option of a convolution, and both poolings.
    struct Options {
        input x: [4, 11, 10];
        let a = x -> Conv2d(6, (3, 2), stride = (2, 1), padding = (1, 0), groups = 2) -> Tanh;
        let b = x -> Conv2d(6, 3, dilation = 2, padding = same) -> MaxPool2d((2, 2), stride = (2, 1));
        let c = a -> AvgPool2d(3, stride = 2, padding = 1) -> Conv2d(5, 1);
        (c -> Flatten -> Affine(3), b -> Sigmoid -> Flatten -> Affine(3)) => IdentityWithLoss
    }
}

#[test]
fn gradients_of_a_chain() {
    let net = Simple::<f64>::new(Init::Auto, &mut Rng::seed(1));
    let x = normals(2, 72, &mut Rng::seed(3));
    let check = net.gradient_check(&x, &[1, 3]).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
}

#[test]
fn gradients_with_every_option() {
    let net = Options::<f64>::new(Init::Auto, &mut Rng::seed(1));
    let x = normals(2, 440, &mut Rng::seed(4));
    let t = normals(2, 6, &mut Rng::seed(5));
    let check = net.gradient_check(&x, &t).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
    println!("{net}");
}

#[test]
fn nested_arrays() {
    let net = Simple::new(Init::Auto, &mut Rng::seed(1));
    let images = [[[[0.5; 8]; 9]; 1]; 2];
    let rows = [[0.5; 72]; 2];
    assert_eq!(net.predict(&images).unwrap(), net.predict(&rows).unwrap());
    assert_eq!(net.conv1.weight.len(), 3);
}

mod groups {
    use super::*;

    network! {
        layer Stem = Input(2, 21, 25) -> Conv2d(20, 4, padding = 1) -> Relu -> MaxPool2d(2);
    }

    network! {
        struct InOneCall = Stem -> Flatten -> Affine(3) => SoftmaxWithLoss;
    }

    network! {
        struct InGroups = Input(2, 21, 25) -> Conv2d(20, 4, padding = 1) -> Relu -> MaxPool2d(2)
            -> Flatten -> Affine(3) => SoftmaxWithLoss;
    }

    /// The first convolution of a network runs backward in groups of samples, here of 13, with the
    /// ReLU and the pooling after it. That of a layer does not.
    #[test]
    fn groups_of_samples_give_the_bits_of_one_call() {
        let in_groups = InGroups::<f32>::new(Init::He, &mut Rng::seed(3));
        let mut in_one_call = InOneCall::<f32>::zeros();
        in_one_call.numbers_mut().copy_from_slice(in_groups.numbers());
        for batch in [1, 13, 14, 40] {
            let x = normals(batch, 2 * 21 * 25, &mut Rng::seed(4)).mapv(|x: f64| x as f32);
            let t: Vec<usize> = (0..batch).map(|sample| sample % 3).collect();
            let gradient = in_groups.gradient(&x, &t).expect("valid");
            let expected = in_one_call.gradient(&x, &t).expect("valid");
            assert!(gradient.numbers() == expected.numbers(), "{batch} samples");
            let of_input = in_groups.input_gradient(&x, &t).expect("valid");
            assert!(of_input == in_one_call.input_gradient(&x, &t).expect("valid"));
            // Each gradient is observed, in the order of one call.
            let trace = in_groups.trace(&x, &t).expect("valid");
            assert!(trace.layers.iter().all(|layer| layer.gradient > 0.0), "{trace}");
        }
    }
}
