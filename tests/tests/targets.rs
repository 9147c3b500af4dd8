//! Target networks: blending with another network, and copies of optimizers.

use chainrule::{
    AdaGrad, Adam, AdamW, Error, Init, Momentum, Nesterov, NetworkExt, Numbers, Optimizer, RmsProp,
    Rng, network,
};

network! {
    struct Net = Affine(3, 4) -> BatchNorm -> Relu -> Affine(4, 2) => SoftmaxWithLoss;
}

fn drawn(seed: u64) -> Box<Net<f64>> {
    use chainrule::Network;
    Net::<f64>::new(Init::Normal(1.0), &mut Rng::seed(seed))
}

#[test]
fn a_target_moves_towards_the_network() {
    let (net, before) = (drawn(1), drawn(2));
    let mut target = before.clone();
    target.blend(&net, 0.25).unwrap();
    for ((&found, &old), &new) in target.numbers().iter().zip(before.numbers()).zip(net.numbers()) {
        assert_eq!(found, 0.75 * old + 0.25 * new);
    }
    // The ends are exact.
    target.blend(&net, 0.0).unwrap();
    let moved = target.clone();
    target.blend(&net, 1.0).unwrap();
    assert_eq!(target.numbers(), net.numbers());
    assert_ne!(moved.numbers(), net.numbers());
}

#[test]
fn a_part_is_from_0_to_1() {
    let (net, mut target) = (drawn(1), drawn(2));
    for value in [-0.1, 1.1, f64::NAN] {
        let error = target.blend(&net, value).unwrap_err();
        assert!(matches!(error, Error::HyperParameter { .. }), "{error}");
        assert_eq!(target.numbers(), drawn(2).numbers());
    }
    let error = target.blend(&net, 2.0).unwrap_err();
    assert_eq!(error.to_string(), "the part of the other network is 2.0: expected from 0 to 1");
}

/// Takes two steps, copies the optimizer, and compares the next steps of both, which must differ
/// from the first step of a new optimizer.
fn assert_copies<O: Optimizer<Net<f64>> + Clone>(new: impl Fn() -> O) {
    let grads =
        |net: &Net<f64>| net.gradient(&[[0.5, -1.0, 2.0], [1.0, 0.0, -0.5]], &[0_u8, 1]).unwrap();
    let (mut net, mut optimizer) = (drawn(1), new());
    for _ in 0..2 {
        let grads = grads(&net);
        net.update(&mut optimizer, &grads);
    }
    let (mut copy, mut other, mut fresh) = (optimizer.clone(), net.clone(), net.clone());
    let gradient = grads(&net);
    net.update(&mut optimizer, &gradient);
    other.update(&mut copy, &gradient);
    fresh.update(&mut new(), &gradient);
    assert_eq!(net.numbers(), other.numbers());
    assert_ne!(net.numbers(), fresh.numbers());
    // The copy has a state of its own.
    net.update(&mut optimizer, &gradient);
    net.update(&mut optimizer, &gradient);
    let mut again = other.clone();
    again.update(&mut copy.clone(), &gradient);
    other.update(&mut copy, &gradient);
    assert_eq!(again.numbers(), other.numbers());
}

#[test]
fn optimizers_are_copied_with_their_state() {
    assert_copies(|| Momentum::new(0.1, 0.9).unwrap());
    assert_copies(|| Nesterov::new(0.1, 0.9).unwrap());
    assert_copies(|| AdaGrad::new(0.1).unwrap());
    assert_copies(|| RmsProp::new(0.1, 0.9).unwrap());
    assert_copies(|| Adam::new(0.1).unwrap());
    assert_copies(|| AdamW::new(0.1).unwrap());
}
