//! Schedules match PyTorch's learning rates, can be concatenated, and reject invalid settings.

use std::fmt::Debug;

use chainrule::schedule::{Constant, Cosine, Decay, OneCycle, Plateau, Schedule, WarmUp};
use chainrule::{Error, LearningRate, Sgd};

#[track_caller]
fn assert_rates(schedule: impl Schedule, expected: &[f64]) {
    for (step, &expected) in expected.iter().enumerate() {
        let rate = schedule.rate(step as u64);
        assert!((rate - expected).abs() < 1e-15, "step {step}: {rate} instead of {expected}");
    }
}

// The expected values are printed by (PyTorch 2.15), in this order:
//
//     import torch
//     S = torch.optim.lr_scheduler
//     def rates(make, steps):
//         o = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
//         s, out = make(o), []
//         for step in range(steps):
//             out.append(o.param_groups[0]["lr"])
//             o.step(); s.step()
//         return out
//     print(rates(lambda o: S.StepLR(o, 3, 0.5), 10))
//     print(rates(lambda o: S.ExponentialLR(o, 0.9), 6))
//     print(rates(lambda o: S.CosineAnnealingLR(o, 8, 0.01), 9))
//     print(rates(lambda o: S.LinearLR(o, 0.1, 1.0, 4), 7))
//     print(rates(lambda o: S.SequentialLR(o, [S.LinearLR(o, 0.1, 1.0, 4), S.CosineAnnealingLR(o, 6)], [4]), 11))
//     print(rates(lambda o: S.OneCycleLR(o, max_lr=0.1, total_steps=20), 20))
//     o = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
//     s = S.ReduceLROnPlateau(o, factor=0.5, patience=2, threshold=1e-2, cooldown=1, min_lr=0.02)
//     out = []
//     for loss in [1, .9, .895, .893, .892, .891, .89, .7, .7, .7, .7, .7, .7, .7, .7, .7, .7, .7, .7]:
//         s.step(loss); out.append(o.param_groups[0]["lr"])
//     print(out)

#[test]
fn step_wise() {
    assert_rates(
        Decay::stepwise(0.1, 0.5, 3).unwrap(),
        &[0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125],
    );
}

#[test]
fn exponential() {
    assert_rates(
        Decay::exponential(0.1, 0.9).unwrap(),
        &[
            0.1,
            0.09000000000000001,
            0.08100000000000002,
            0.07290000000000002,
            0.06561000000000002,
            0.05904900000000002,
        ],
    );
}

#[test]
fn half_a_cosine() {
    let cosine = Cosine::new(0.1, 0.01, 8).unwrap();
    assert_rates(
        cosine,
        &[
            0.1,
            0.0965745789630079,
            0.08681980515339463,
            0.07222075445642905,
            0.055,
            0.03777924554357096,
            0.023180194846605363,
            0.013425421036992097,
            0.01,
        ],
    );
    assert_eq!(cosine.rate(1000), 0.01);
}

#[test]
fn warm_up() {
    let warm_up = WarmUp::new(0.01, 0.1, 4).unwrap();
    assert_rates(
        warm_up,
        &[
            0.010000000000000002,
            0.03250000000000001,
            0.055000000000000014,
            0.07750000000000003,
            0.10000000000000003,
            0.10000000000000003,
            0.10000000000000003,
        ],
    );
    assert_eq!(warm_up.rate(u64::MAX), 0.1);
}

#[test]
fn warm_up_and_then_a_cosine() {
    let schedule = WarmUp::new(0.01, 0.1, 4).unwrap().then(Cosine::new(0.1, 0.0, 6).unwrap());
    assert_rates(
        schedule,
        &[
            0.010000000000000002,
            0.03250000000000001,
            0.055000000000000014,
            0.07750000000000003,
            0.1,
            0.09330127018922195,
            0.07500000000000001,
            0.05,
            0.025000000000000012,
            0.006698729810778065,
            0.0,
        ],
    );
    assert_eq!(schedule.length(), 10);
}

#[test]
fn one_cycle() {
    let cycle = OneCycle::new(0.1, 20).unwrap();
    assert_rates(
        cycle,
        &[
            0.0040000000000000036,
            0.013167184270002533,
            0.037167184270002526,
            0.06683281572999747,
            0.09083281572999748,
            0.1,
            0.09874640062350874,
            0.09504846320134738,
            0.089091617757105,
            0.0811745653949763,
            0.07169430017913009,
            0.06112620219362893,
            0.0500002,
            0.03887419780637107,
            0.028306099820869922,
            0.0188258346050237,
            0.010908782242895003,
            0.004951936798652629,
            0.0012539993764912555,
            4e-07,
        ],
    );
    assert_eq!(cycle.rate(20), cycle.rate(19));
}

#[test]
fn a_plateau() {
    let mut plateau = Plateau::new(0.1, 0.5, 2).unwrap();
    plateau = plateau.with_threshold(1e-2).unwrap().with_limits(1, 0.02).unwrap();
    let losses = [
        1.0, 0.9, 0.895, 0.893, 0.892, 0.891, 0.89, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7,
        0.7, 0.7, 0.7,
    ];
    let rates = losses.map(|loss| plateau.observe(loss));
    assert_eq!(
        rates,
        [
            0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.025,
            0.02, 0.02, 0.02, 0.02, 0.02
        ]
    );
}

/// `ReduceLROnPlateau(SGD(lr), factor=0.1, patience=0, eps=eps)` of torch 2 for six steps with a
/// constant loss.
#[test]
fn a_plateau_leaves_out_what_changes_next_to_nothing() {
    let falls = |rate: f64, epsilon: Option<f64>| {
        let mut plateau = Plateau::new(rate, 0.1, 0).unwrap();
        if let Some(epsilon) = epsilon {
            plateau = plateau.with_epsilon(epsilon).unwrap();
        }
        plateau.observe(1.0);
        let last = [1.0; 6].map(|loss| plateau.observe(loss))[5];
        assert_eq!(plateau.rate(), last);
        last
    };
    assert_eq!(falls(1e-7, None), 1e-7 * 0.1);
    assert_eq!(falls(1e-8, None), 1e-8);
    assert!((falls(1e-7, Some(0.0)) / 1e-13 - 1.0).abs() < 1e-12);
    assert_eq!(falls(0.1, Some(0.09)), 0.1, "a fall of as much is left out too");
    // A minimum rate above the initial rate does not raise it.
    let mut plateau = Plateau::new(0.1, 0.5, 0).unwrap().with_limits(0, 0.2).unwrap();
    assert_eq!([1.0; 3].map(|loss| plateau.observe(loss)), [0.1; 3]);
}

#[test]
fn a_plateau_of_losses_that_are_no_numbers() {
    let mut plateau = Plateau::new(0.1, 0.5, 0).unwrap();
    assert_eq!([f64::NAN, f64::INFINITY].map(|loss| plateau.observe(loss)), [0.05, 0.025]);
    // The improvement is smaller than the threshold relative to the best loss, also for negative
    // losses.
    let mut plateau = Plateau::new(0.1, 0.5, 0).unwrap().with_threshold(0.1).unwrap();
    assert_eq!([-1.0, -1.05, -1.2].map(|loss| plateau.observe(loss)), [0.1, 0.05, 0.05]);
}

#[test]
fn parts_of_any_length_follow_one_another() {
    let schedule = Constant::new(0.3)
        .unwrap()
        .lasting(2)
        .then(Constant::new(0.2).unwrap().lasting(0))
        .then(Constant::new(0.1).unwrap());
    assert_rates(schedule, &[0.3, 0.3, 0.1, 0.1]);
    assert_eq!(schedule.length(), u64::MAX);
    assert_eq!(schedule.rate(u64::MAX), 0.1);
    // A schedule after an infinite one is never reached.
    assert_eq!(schedule.then(Constant::new(9.0).unwrap()).rate(1 << 60), 0.1);
}

#[test]
fn an_optimizer_takes_every_rate() {
    let mut sgd = Sgd::new(1.0).unwrap();
    let schedule = WarmUp::new(0.0, 0.1, 3).unwrap().then(OneCycle::new(0.1, 4).unwrap());
    for step in 0..10 {
        sgd.set_learning_rate(schedule.rate(step)).unwrap();
        assert_eq!(sgd.learning_rate(), schedule.rate(step));
    }
}

#[track_caller]
fn rejected<V: Debug>(made: Result<V, Error>, message: &str) {
    assert_eq!(made.expect_err("the setting was taken").to_string(), message);
}

#[test]
fn settings_that_are_invalid_are_reported() {
    for rate in [-0.1, f64::NAN, f64::INFINITY] {
        let message =
            format!("invalid learning rate: expected a finite number of at least 0, found {rate}");
        rejected(Constant::new(rate), &message);
        rejected(Decay::stepwise(rate, 0.5, 3), &message);
        rejected(WarmUp::new(rate, 0.1, 3), &message);
        rejected(WarmUp::new(0.1, rate, 3), &message);
        rejected(Cosine::new(rate, 0.1, 3), &message);
        rejected(Cosine::new(0.1, rate, 3), &message);
        rejected(OneCycle::new(rate, 30), &message);
        rejected(Plateau::new(rate, 0.5, 3), &message);
        rejected(Plateau::new(0.1, 0.5, 3).unwrap().with_limits(0, rate), &message);
        let message =
            format!("invalid epsilon: expected a finite number of at least 0, found {rate}");
        rejected(Plateau::new(0.1, 0.5, 3).unwrap().with_epsilon(rate), &message);
    }
    for factor in [-0.1, 1.1, f64::NAN] {
        let message =
            format!("invalid decay factor: expected a number from 0 to 1, found {factor}");
        rejected(Decay::exponential(0.1, factor), &message);
    }
    rejected(
        Plateau::new(0.1, 1.0, 3),
        "invalid decay factor: expected a number of at least 0 and below 1, found 1",
    );
    let plateau = Plateau::new(0.1, 0.5, 3).unwrap();
    rejected(
        plateau.with_threshold(f64::NAN),
        "invalid threshold: expected a number of at least 0 and below 1, found NaN",
    );
    rejected(
        Decay::stepwise(0.1, 0.5, 0),
        "invalid number of steps between decays: expected at least 1, found 0",
    );
    rejected(
        WarmUp::new(0.0, 0.1, 0),
        "invalid number of warm-up steps: expected at least 1, found 0",
    );
    rejected(
        Cosine::new(0.1, 0.0, 0),
        "invalid number of steps of the cosine: expected at least 1, found 0",
    );
    rejected(
        OneCycle::new(0.1, 3),
        "invalid number of steps of the cycle: expected at least 4, found 3",
    );
}
