//! Networks that another crate declares can be used, and are layers, like any other.

use chainrule::{Init, Network, Rng, network};
use chainrule_tests::library::{self, Comparison, Encoder};
use chainrule_tests::random::normals;

network! {
    struct Autoencoder = library::Encoder -> Affine(2, 4) => IdentityWithLoss;
}

network! {
    struct Twice {
        input x: [4];
        let code = x -> first: Encoder;
        concat(code, x -> second: Encoder, x -> first) -> Affine(3) => SoftmaxWithLoss
    }
}

#[test]
fn a_network_of_another_crate() {
    let mut rng = Rng::seed(0);
    let net = Comparison::<f64>::new(Init::Xavier, &mut rng);
    let (left, right) = (normals(3, 4, &mut rng), normals(3, 4, &mut rng));
    let check = net.gradient_check((&left, &right), &[0, 1, 0]).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
    let _: &Encoder<f64> = &net.encoder;
    assert_eq!(Comparison::PARAMS, Encoder::PARAMS + 2 * 2 + 2);
}

#[test]
fn as_a_layer() {
    let mut rng = Rng::seed(1);
    let x = normals(3, 4, &mut rng);
    let net = Autoencoder::<f64>::new(Init::Xavier, &mut rng);
    let check = net.gradient_check(&x, &x).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
    assert_eq!(Autoencoder::TENSORS[0].to_string(), "encoder.affine1.weight");

    let net = Twice::<f64>::new(Init::Xavier, &mut rng);
    let check = net.gradient_check(&x, &[0, 1, 2]).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
}
