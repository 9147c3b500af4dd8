//! `blend` moves a network towards another one, and copies its buffers.

use chainrule::{Error, Init, Network, NetworkExt, Numbers, Rng, Scalar, Sgd, network};

network! { struct Net = Affine(3, 40) -> BatchNorm -> Relu -> Affine(2) => IdentityWithLoss; }

/// Two networks with different weights and running statistics.
fn pair<T: Scalar>() -> [Box<Net<T>>; 2] {
    [0, 1].map(|seed| {
        let mut net = Net::<T>::new(Init::He, &mut Rng::seed(seed));
        let x = [[seed as f64, 1.0, -2.0], [3.0, seed as f64, 0.5]].map(|x| x.map(T::from_f64));
        let grads = net.gradient(&x, &[[T::one(); 2]; 2]).unwrap();
        net.update(&mut Sgd::new(0.1).unwrap(), &grads);
        net
    })
}

#[test]
fn parameters_move_and_buffers_are_copied() {
    fn check<T: Scalar>(tau: f64, tolerance: f64) {
        let [mut target, net] = pair::<T>();
        let before = target.clone();
        target.blend(&net, tau).unwrap();
        for ((&now, &before), &other) in target
            .affine1
            .weight
            .as_flattened()
            .iter()
            .zip(before.affine1.weight.as_flattened())
            .zip(net.affine1.weight.as_flattened())
        {
            let expected = (1.0 - tau) * before.as_f64() + tau * other.as_f64();
            let difference = (now.as_f64() - expected).abs();
            assert!(difference <= tolerance * expected.abs().max(1.0), "{now} for {expected}");
        }
        assert_ne!(before.batch_norm1.running_mean, net.batch_norm1.running_mean);
        assert_eq!(target.batch_norm1.running_mean, net.batch_norm1.running_mean);
        assert_eq!(target.batch_norm1.running_var, net.batch_norm1.running_var);
        assert_eq!(target.batch_norm1.batches, [T::one()]);
    }
    for tau in [0.005, 0.25, 0.5, 0.9] {
        check::<f64>(tau, 4e-16);
        check::<f32>(tau, 2e-7);
    }
}

#[test]
fn the_ends_are_exact() {
    let [mut target, net] = pair::<f32>();
    let before = target.clone();
    target.blend(&net, 0.0).unwrap();
    assert_eq!(target.affine1, before.affine1);
    target.blend(&net, 1.0).unwrap();
    assert_eq!(target.parameters(), net.parameters());
}

#[test]
fn many_steps_come_to_the_other_network() {
    let [mut target, net] = pair::<f32>();
    for _ in 0..5000 {
        target.blend(&net, 0.01).unwrap();
    }
    // A difference below half a unit in the last place, divided by 0.01, is rounded away.
    for (found, &expected) in target.numbers().iter().zip(net.numbers()) {
        assert!(
            (found - expected).abs() < 1e-5 * expected.abs().max(1.0),
            "{found} for {expected}"
        );
    }
}

#[test]
fn rates_that_are_invalid_are_reported() {
    let [mut target, net] = pair::<f32>();
    let before = target.clone();
    for tau in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        let error = target.blend(&net, tau).unwrap_err();
        assert!(matches!(error, Error::HyperParameter { name: "tau", .. }), "{error}");
    }
    assert_eq!(target.parameters(), before.parameters());
}
