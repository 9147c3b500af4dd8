//! Losses that are not in the book match PyTorch, their derivatives match numerical
//! differentiation, and extreme scores neither overflow nor hide NaN. The Python lines above the
//! literals print them; they assume
//!
//! ```python
//! import torch, torch.nn.functional as F
//! torch.set_default_dtype(torch.float64)
//! ```

use std::panic::{UnwindSafe, catch_unwind};

use chainrule::losses::{
    AdjustedSoftmaxWithLoss, BinaryCrossEntropy, HingeLoss, Huber, IdentityWithLoss, KlDivergence,
    Loss, MeanAbsolute, SoftmaxWithLoss, Targets, WeightedBinaryCrossEntropy,
};
use chainrule::{Error, Init, Network, Rng, Scalar, network};
use chainrule_tests::random::{normals, probabilities};

/// A loss for both scalar types.
trait Both: Loss<f32> + Loss<f64> {}

impl<L: Loss<f32> + Loss<f64>> Both for L {}

/// Targets for both scalar types.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    Labels(&'a [usize]),
    Rows(&'a [f64]),
}

/// The loss of a batch and its gradient, times 2.5.
fn passes<T: Scalar>(
    loss: &impl Loss<T>,
    scores: &[f64],
    wanted: Wanted<'_>,
    batch: usize,
) -> (T, Vec<T>) {
    let of = |values: &[f64]| -> Vec<T> { values.iter().map(|&x| T::from_f64(x)).collect() };
    let (mut values, rows) =
        (of(scores), if let Wanted::Rows(rows) = wanted { of(rows) } else { of(&[]) });
    let targets = match wanted {
        Wanted::Labels(labels) => Targets::Labels(labels),
        Wanted::Rows(_) => Targets::Rows(&rows),
    };
    let value = loss.forward(&mut values, targets, batch);
    loss.backward(&mut values, targets, batch, T::from_f64(2.5));
    (value, values)
}

/// Asserts that each of `got` differs from `want` by at most `tolerance` times the
/// largest number in `want`.
#[track_caller]
fn assert_close<T: Scalar>(got: &[T], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len());
    let largest = want.iter().fold(0.0_f64, |largest, want| largest.max(want.abs()));
    for (place, (got, want)) in got.iter().zip(want).enumerate() {
        let difference = (got.as_f64() - want).abs();
        assert!(difference <= tolerance * largest, "{got} for {want} at {place}");
    }
}

#[rustfmt::skip]
const SCORES: [f64; 12] = [1.0, -2.0, 0.5, 0.25, 0.0, -1.0, 3.0, -0.5, 20.0, -1e4, 1e4, -0.0];

/// Targets from 0 to 1.
#[rustfmt::skip]
const ROWS: Wanted<'_> =
    Wanted::Rows(&[1.0, 0.0, 0.25, 0.5, 1.0, 0.0, 0.0, 0.75, 1.0, 0.0, 1.0, 1.0]);

const LABELS: Wanted<'_> = Wanted::Labels(&[0, 2, 1, 1]);

/// Target rows that sum to 1.
#[rustfmt::skip]
const SHARES: Wanted<'_> =
    Wanted::Rows(&[0.5, 0.25, 0.25, 0.0, 1.0, 0.0, 0.125, 0.125, 0.75, 0.25, 0.5, 0.25]);

const WEIGHTS: &[f64] = &[1.0, 0.25, 3.0];

/// Compares the loss of [`SCORES`] and its gradient with PyTorch.
#[track_caller]
fn check(loss: impl Both, wanted: Wanted<'_>, want: f64, want_dx: [f64; 12]) {
    let (value, dx) = passes::<f64>(&loss, &SCORES, wanted, 4);
    assert_close(&[value], &[want], 1e-12);
    assert_close(&dx, &want_dx, 1e-12);
    let (value, dx) = passes::<f32>(&loss, &SCORES, wanted, 4);
    assert_close(&[value], &[want], 1e-6);
    assert_close(&dx, &want_dx, 1e-6);
}

// The expected values of the following tests are printed by
//
//     def run(f):
//         x = torch.tensor([[1, -2, 0.5], [0.25, 0, -1], [3, -0.5, 20], [-1e4, 1e4, -0.0]])
//         x.requires_grad_(); L = f(x); (2.5 * L).backward()
//         print(L.item(), x.grad.flatten().tolist())
//     t = torch.tensor([[1, 0, 0.25], [0.5, 1, 0], [0, 0.75, 1], [0, 1, 1]])
//     # Times the number of outputs: the mean is over the batch alone.
//     run(lambda x: 3 * F.binary_cross_entropy_with_logits(x, t))
//     run(lambda x: 3 * F.huber_loss(x, t, delta=0.75))
//     run(lambda x: 3 * F.l1_loss(x, t))
//     p = torch.tensor([2, 0.5, 3])
//     run(lambda x: 3 * F.binary_cross_entropy_with_logits(x, t, pos_weight=p))
//     t, w = torch.tensor([0, 2, 1, 1]), torch.tensor([1, 0.25, 3])
//     run(lambda x: F.multi_margin_loss(x, t))
//     run(lambda x: F.cross_entropy(x, t, label_smoothing=0.125))
//     run(lambda x: F.cross_entropy(x, t, weight=w))
//     run(lambda x: F.cross_entropy(x, t, weight=w, label_smoothing=0.125))
//     p = torch.tensor([[0.5, 0.25, 0.25], [0, 1, 0], [0.125, 0.125, 0.75], [0.25, 0.5, 0.25]])
//     run(lambda x: F.kl_div(F.log_softmax(x, 1), p, reduction="batchmean"))
//     # Divided by the weights of all targets, not by the size of the batch.
//     run(lambda x: F.cross_entropy(x, p, weight=w, label_smoothing=0.125) * 4 / (p * w).sum())

#[test]
#[rustfmt::skip]
fn binary_cross_entropy_is_that_of_pytorch() {
    check(
        BinaryCrossEntropy,
        ROWS,
        1.8968566222683152,
        [
            -0.16808838835624695, 0.07450182626382347, 0.23278708200115913, 0.03886031305362379,
            -0.3125, 0.16808838835624695, 0.5953588292640208, -0.23278708200115913,
            -1.2882210576048436e-09, 0.0, 0.0, -0.3125,
        ],
    );
}

#[test]
#[rustfmt::skip]
fn huber_is_that_of_pytorch() {
    check(
        Huber::new(0.75),
        ROWS,
        3754.4921875,
        [
            0.0, -0.46875, 0.15625, -0.15625, -0.46875, -0.46875, 0.46875, -0.46875, 0.46875,
            -0.46875, 0.46875, -0.46875,
        ],
    );
}

// Where PyTorch is not at hand, the same numbers are printed by its formulas, in decimals of 50 digits:
// for `MeanAbsolute`, `KlDivergence` and `WeightedBinaryCrossEntropy` those of their documentation, and
//
//     loss, grad = 0, [[0] * 3 for _ in x]
//     for i, c in enumerate(t):
//         for j in {0, 1, 2} - {c}:
//             missing = 1 - x[i][c] + x[i][j]
//             if missing > 0: loss += missing / 12; grad[i][j] += 2.5 / 12; grad[i][c] -= 2.5 / 12
//     print(loss, grad)

#[test]
#[rustfmt::skip]
fn hinge_loss_is_that_of_pytorch() {
    check(
        HingeLoss,
        LABELS,
        2.5625,
        [
            -0.20833333333333334, 0.0, 0.20833333333333334, 0.20833333333333334,
            0.20833333333333334, -0.4166666666666667, 0.20833333333333334, -0.4166666666666667,
            0.20833333333333334, 0.0, 0.0, 0.0,
        ],
    );
}

#[test]
#[rustfmt::skip]
fn mean_absolute_is_that_of_pytorch() {
    check(
        MeanAbsolute,
        ROWS,
        5006.9375,
        [0.0, -0.625, 0.625, -0.625, -0.625, -0.625, 0.625, -0.625, 0.625, -0.625, 0.625, -0.625],
    );
}

#[test]
#[rustfmt::skip]
fn kl_divergence_is_that_of_pytorch() {
    check(
        KlDivergence,
        SHARES,
        1876.0568279149036,
        [
            0.06484306009289112, -0.13746319526901624, 0.07262013517612513, 0.30261865656737374,
            -0.38932035329331277, 0.08670169672593905, -0.07812497412539036, -0.0781249992186545,
            0.15624997334404486, -0.15625, 0.3125, -0.15625,
        ],
    );
}

#[test]
#[rustfmt::skip]
fn weighted_binary_cross_entropy_is_that_of_pytorch() {
    check(
        WeightedBinaryCrossEntropy::new(&[2.0, 0.5, 3.0]),
        ROWS,
        2.275034571128911,
        [
            -0.3361767767124939, 0.07450182626382347, 0.11480562300173866, -0.09795953041956428,
            -0.15625, 0.16808838835624695, 0.5953588292640207, -0.08689817625072443,
            -3.8646630341066314e-09, 0.0, 0.0, -0.9375,
        ],
    );
}

#[test]
fn kl_divergence_is_cross_entropy_without_the_entropy() {
    let (cross_entropy, dx) = passes::<f64>(&SoftmaxWithLoss, &SCORES, SHARES, 4);
    let (divergence, our_dx) = passes::<f64>(&KlDivergence, &SCORES, SHARES, 4);
    assert_eq!(our_dx, dx);
    let Wanted::Rows(rows) = SHARES else { unreachable!("rows") };
    let entropy = -rows.iter().filter(|&&t| t > 0.0).map(|t| t * t.ln()).sum::<f64>() / 4.0;
    assert_close(&[divergence], &[cross_entropy - entropy], 1e-15);
    // Outputs that equal the targets.
    let scores = [0.5, 0.25, 0.125, 0.125].map(f64::ln);
    let (zero, dx) =
        passes::<f64>(&KlDivergence, &scores, Wanted::Rows(&[0.5, 0.25, 0.125, 0.125]), 1);
    assert!(zero.abs() < 1e-15 && dx.iter().all(|dx| dx.abs() < 1e-15), "{zero}, {dx:?}");
}

#[test]
fn a_weight_of_1_is_none() {
    let plain = passes::<f64>(&BinaryCrossEntropy, &SCORES, ROWS, 4);
    for weights in [&[1.0][..], &[1.0, 1.0, 1.0]] {
        let loss = WeightedBinaryCrossEntropy::new(weights);
        assert_eq!(passes::<f64>(&loss, &SCORES, ROWS, 4), plain);
        assert_eq!(loss.pos_weight(), weights);
    }
}

#[test]
#[rustfmt::skip]
fn smoothed_labels_are_those_of_pytorch() {
    check(
        AdjustedSoftmaxWithLoss::new().with_smoothing(0.125),
        LABELS,
        318.0079896185966,
        [
            -0.19557360657377557, -0.007254861935682903, 0.20282846850945843, 0.27657698990070706,
            0.20963798004002052, -0.4862149699407276, -0.026041640792057025, -0.5729166658853211,
            0.598958306677378, -0.026041666666666664, 0.05208333333333326, -0.026041666666666664,
        ],
    );
}

#[test]
#[rustfmt::skip]
fn weighted_labels_are_those_of_pytorch() {
    check(
        AdjustedSoftmaxWithLoss::new().with_weights(WEIGHTS),
        LABELS,
        2.5678736669308337,
        [
            -0.22013950213965233, 0.01669938198309668, 0.2034401201565557, 0.8069830841796632,
            0.6284790578844992, -1.4354621420641627, 5.749913253081638e-09, -0.13888888871525656,
            0.1388888829653433, 0.0, 0.0, 0.0,
        ],
    );
}

#[test]
#[rustfmt::skip]
fn smoothed_and_weighted_labels_are_those_of_pytorch() {
    check(
        AdjustedSoftmaxWithLoss::new().with_smoothing(0.125).with_weights(WEIGHTS),
        LABELS,
        465.5192456562447,
        [
            -0.1563736197279444, 0.01178210442434593, 0.1445915153035985, 0.73059646867244,
            0.581229860778693, -1.3118263294511332, -0.023148139044118828, -0.12731481453989696,
            0.15046295358401576, -0.023148148148148147, 0.09259259259259259, -0.06944444444444445,
        ],
    );
}

#[test]
#[rustfmt::skip]
fn smoothed_and_weighted_rows_are_those_of_pytorch() {
    check(
        AdjustedSoftmaxWithLoss::new().with_smoothing(0.125).with_weights(WEIGHTS),
        SHARES,
        2557.2378998703866,
        [
            0.15760248995354106, -0.012397784032575182, -0.14520470592096588, 0.07361561512932678,
            -0.03921614253698068, -0.034399472592346145, -0.07413083296708517,
            -0.018532718435890924, 0.09266355140297605, -0.1278118609406953, 0.5112474437627813,
            -0.3834355828220859,
        ],
    );
}

const ADJUSTED: AdjustedSoftmaxWithLoss =
    AdjustedSoftmaxWithLoss::new().with_smoothing(0.2).with_weights(WEIGHTS);

#[test]
fn rows_with_a_single_one_are_labels() {
    let one_hot = [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0];
    for loss in [ADJUSTED, AdjustedSoftmaxWithLoss::new(), ADJUSTED.with_smoothing(0.0)] {
        let labels = passes::<f64>(&loss, &SCORES, LABELS, 4);
        assert_eq!(labels, passes::<f64>(&loss, &SCORES, Wanted::Rows(&one_hot), 4));
    }
    let labels = passes::<f64>(&HingeLoss, &SCORES, LABELS, 4);
    assert_eq!(labels, passes::<f64>(&HingeLoss, &SCORES, Wanted::Rows(&one_hot), 4));
}

#[test]
fn without_settings_they_are_the_losses_of_the_book() {
    for wanted in [LABELS, SHARES] {
        let (value, dx) = passes::<f64>(&SoftmaxWithLoss, &SCORES, wanted, 4);
        let adjusted = passes::<f64>(&AdjustedSoftmaxWithLoss::new(), &SCORES, wanted, 4);
        assert_close(&[adjusted.0], &[value], 1e-15);
        assert_close(&adjusted.1, &dx, 1e-15);
    }
    let (value, dx) = passes::<f64>(&IdentityWithLoss, &SCORES, ROWS, 4);
    let huber = passes::<f64>(&Huber::new(1e5), &SCORES, ROWS, 4);
    assert_close(&[huber.0], &[value], 1e-15);
    assert_close(&huber.1, &dx, 1e-15);
}

#[test]
fn losses_follow_their_derivatives() {
    const H: f64 = 1e-5;
    let mut rng = Rng::seed(1);
    let losses: [(&str, &dyn Loss<f64>); 8] = [
        ("BinaryCrossEntropy", &BinaryCrossEntropy),
        ("BinaryCrossEntropy, weights", &WeightedBinaryCrossEntropy::new(&[2.0, 0.5, 3.0])),
        ("KlDivergence", &KlDivergence),
        ("MeanAbsolute", &MeanAbsolute),
        ("HingeLoss", &HingeLoss),
        ("Huber", &Huber::new(0.5)),
        ("AdjustedSoftmaxWithLoss", &ADJUSTED),
        ("AdjustedSoftmaxWithLoss, weights", &ADJUSTED.with_smoothing(0.0)),
    ];
    for (name, loss) in losses {
        let scores = normals(5, 3, &mut rng).into_raw_vec_and_offset().0;
        let rows = probabilities(5, 3, &mut rng).into_raw_vec_and_offset().0;
        for targets in [Targets::Rows(&rows), Targets::Labels(&[0, 2, 1, 1, 0])] {
            let takes = match targets {
                Targets::Labels(_) => name.starts_with("Adjusted") || name == "HingeLoss",
                Targets::Rows(_) => name != "HingeLoss",
            };
            if !takes {
                continue;
            }
            let mut dx = scores.clone();
            loss.forward(&mut dx, targets, 5);
            loss.backward(&mut dx, targets, 5, 1.0);
            for (place, dx) in dx.into_iter().enumerate() {
                let [right, left] = [H, -H].map(|step| {
                    let mut moved = scores.clone();
                    moved[place] += step;
                    loss.forward(&mut moved, targets, 5)
                });
                let numerical = (right - left) / (2.0 * H);
                let difference = (dx - numerical).abs() / dx.abs().max(1e-2);
                // The largest is 2.3e-9.
                assert!(difference < 1e-7, "{name} at {place}: {dx} and {numerical}");
            }
        }
    }
}

#[test]
fn extreme_scores_do_not_overflow_and_nan_is_seen() {
    fn check<T: Scalar>(name: &str, loss: &dyn Loss<T>) {
        let tiny = T::min_positive_value() * T::epsilon();
        let mut scores = [T::zero(), -T::zero(), T::from_f64(1e4), T::from_f64(-1e4), tiny, -tiny];
        let rows = [0.0, 1.0, 0.0, 1.0, 0.0, 0.0].map(T::from_f64);
        let value = loss.forward(&mut scores, Targets::Rows(&rows), 2);
        assert!(value.is_finite() && value > T::zero(), "{name}: {value}");
        loss.backward(&mut scores, Targets::Rows(&rows), 2, T::one());
        assert!(scores.iter().all(|dx| dx.is_finite()), "{name}: {scores:?}");

        let mut scores = [T::zero(), T::nan(), T::one()];
        let row = [T::zero(), T::one(), T::zero()];
        assert!(loss.forward(&mut scores, Targets::Rows(&row), 1).is_nan(), "{name}");
        loss.backward(&mut scores, Targets::Rows(&row), 1, T::one());
        assert!(scores[1].is_nan(), "{name}: {scores:?}");
    }
    let losses: [(&str, &dyn Both); 6] = [
        ("BinaryCrossEntropy", &BinaryCrossEntropy),
        ("BinaryCrossEntropy, weights", &WeightedBinaryCrossEntropy::new(&[2.0])),
        ("KlDivergence", &KlDivergence),
        ("MeanAbsolute", &MeanAbsolute),
        ("Huber", &Huber::new(1.0)),
        ("Adjusted", &ADJUSTED),
    ];
    for (name, loss) in losses {
        check::<f32>(name, loss);
        check::<f64>(name, loss);
    }
}

#[test]
fn a_batch_of_no_weight_has_no_loss() {
    let loss = AdjustedSoftmaxWithLoss::new().with_weights(&[0.0, 1.0, 1.0]);
    let (value, dx) = passes::<f64>(&loss, &[1.0, 2.0, 3.0], Wanted::Labels(&[0]), 1);
    assert_eq!((value, &dx[..]), (0.0, &[0.0; 3][..]));
    // In a batch with others, a sample of a class with weight 0 is ignored.
    let both = passes::<f64>(&loss, &[1.0, 2.0, 3.0, 0.5, 0.0, 1.0], Wanted::Labels(&[0, 2]), 2);
    let (value, dx) = passes::<f64>(&loss, &[0.5, 0.0, 1.0], Wanted::Labels(&[2]), 1);
    assert_eq!((both.0, &both.1[..3], &both.1[3..]), (value, &[0.0; 3][..], &dx[..]));
}

/// The message with which `make` panics.
fn message<V>(make: impl FnOnce() -> V + UnwindSafe) -> &'static str {
    let panic = catch_unwind(make).err().expect("the setting is out of range");
    panic.downcast_ref::<&str>().expect("a panic has a message")
}

#[test]
fn settings_out_of_range_are_rejected() {
    for delta in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300, 1e-300] {
        assert!(message(|| Huber::new(delta)).contains("a delta above 0"));
    }
    let new = AdjustedSoftmaxWithLoss::new();
    for smoothing in [1.0, -0.1, f64::NAN, f64::INFINITY] {
        assert!(message(|| new.with_smoothing(smoothing)).contains("at least 0 and below 1"));
    }
    for weights in [&[1.0, -1.0], &[1.0, f64::NAN], &[f64::INFINITY, 1.0]] {
        assert!(
            message(|| new.with_weights(weights)).contains("a finite class weight of at least 0")
        );
    }
    for weights in [&[0.0, 0.0][..], &[]] {
        assert!(message(|| new.with_weights(weights)).contains("only zeros"));
    }
    assert_eq!((ADJUSTED.smoothing(), ADJUSTED.weights()), (0.2, Some(WEIGHTS)));
    assert_eq!(Huber::new(2.5).delta(), 2.5);
    for weights in [&[1.0, -1.0][..], &[f64::NAN], &[f64::INFINITY]] {
        let message = message(|| WeightedBinaryCrossEntropy::new(weights));
        assert!(message.contains("a finite number, 0 or above"));
    }
    assert!(message(|| WeightedBinaryCrossEntropy::new(&[])).contains("no weights"));
}

network! { struct Several = Affine(4, 6) -> Sigmoid -> Affine(6, 3) => BinaryCrossEntropy; }
network! { struct Ranked = Affine(4, 6) -> Sigmoid -> Affine(6, 3) => HingeLoss; }
network! {
    struct Rare = Affine(4, 6) -> Sigmoid -> Affine(6, 3)
        => BinaryCrossEntropy(pos_weight = [2.0, 0.5, 3.0]);
}
network! { struct Median = Affine(4, 6) -> Sigmoid -> Affine(6, 3) => MeanAbsolute; }
network! { struct Student = Affine(4, 6) -> Sigmoid -> Affine(6, 3) => KlDivergence; }
const RARE: [f64; 3] = [2.0, 0.5, 3.0];
network! { struct Named = Affine(4, 3) => BinaryCrossEntropy(pos_weight = RARE); }
network! { struct Shared = Affine(4, 3) => BinaryCrossEntropy(pos_weight = 3); }
network! { struct Robust = Affine(4, 6) -> Sigmoid -> Affine(6, 3) => Huber(0.5); }
network! {
    struct Smooth = Affine(4, 6) -> Sigmoid -> Affine(6, 3)
        => SoftmaxWithLoss(smoothing = 0.1, weights = [1.0, 0.5, 2.0]);
}

#[test]
fn losses_in_a_network() {
    for seed in 0..4 {
        let mut rng = Rng::seed(seed);
        let (x, t) = (normals(5, 4, &mut rng), probabilities(5, 3, &mut rng));
        let checks = [
            Several::<f64>::new(Init::Xavier, &mut rng).gradient_check(&x, &t).unwrap(),
            Robust::<f64>::new(Init::Xavier, &mut rng).gradient_check(&x, &t).unwrap(),
            Rare::<f64>::new(Init::Xavier, &mut rng).gradient_check(&x, &t).unwrap(),
            Median::<f64>::new(Init::Xavier, &mut rng).gradient_check(&x, &t).unwrap(),
            Student::<f64>::new(Init::Xavier, &mut rng).gradient_check(&x, &t).unwrap(),
            Ranked::<f64>::new(Init::Xavier, &mut rng)
                .gradient_check(&x, &[0, 1, 2, 1, 0])
                .unwrap(),
            Smooth::<f64>::new(Init::Xavier, &mut rng).gradient_check(&x, &t).unwrap(),
            Smooth::<f64>::new(Init::Xavier, &mut rng)
                .gradient_check(&x, &[0, 1, 2, 1, 0])
                .unwrap(),
        ];
        for check in checks {
            // The largest is 7e-9.
            assert!(check.max_relative() < 1e-7, "seed {seed}:\n{check}");
        }
    }
}

#[test]
fn weights_of_outputs_come_in_three_forms() {
    let loss = <Named<f64> as Network>::loss_function();
    assert_eq!(loss.pos_weight(), [2.0, 0.5, 3.0]);
    assert_eq!(<Shared<f64> as Network>::loss_function().pos_weight(), [3.0]);
    assert_eq!(<Rare<f64> as Network>::loss_function(), loss);
}

#[test]
fn targets_that_are_no_probabilities_are_rejected() {
    let net = Several::<f64>::new(Init::Xavier, &mut Rng::seed(0));
    for value in [-0.5, 1.5] {
        let targets = [[1.0, 1.0, 0.0], [0.5, 0.0, value]];
        let error = net.loss(&[[0.0; 4]; 2], &targets).unwrap_err();
        assert_eq!(error, Error::TargetRange { sample: 1, column: 2, value });
        let text = error.to_string();
        assert!(text.contains("sample 1") && text.contains("column 2"), "{text}");
        assert!(text.contains(&format!("found {value:?}")), "{text}");
    }
    let error = net.loss(&[[0.0; 4]], &[[f64::NAN, 0.0, 1.0]]).unwrap_err();
    assert!(matches!(error, Error::NotFinite { .. }), "{error}");

    let net = Ranked::<f64>::new(Init::Xavier, &mut Rng::seed(0));
    for (row, column) in
        [([0.5, 0.5, 0.0], 0), ([0.0, 0.0, 0.0], 0), ([0.0, 1.0, 1.0], 2), ([1.0, -1.0, 0.0], 1)]
    {
        let error = net.loss(&[[0.0; 4]; 2], &[[0.0, 1.0, 0.0], row]).unwrap_err();
        let expected = "a one-hot row, with 1 for the class and 0 for the others";
        let value = row[column];
        assert_eq!(error, Error::Target { sample: 1, column, value, expected });
        let expected = format!(
            "the target row of sample 1 holds {value:?} at column {column}: expected {expected}"
        );
        assert_eq!(error.to_string(), expected);
    }

    let net = Smooth::<f64>::new(Init::Xavier, &mut Rng::seed(0));
    let error = net.loss(&[[0.0; 4]], &[[1.0, 1.0, 1.0]]).unwrap_err();
    assert_eq!(error, Error::TargetRow { sample: 0, sum: 3.0 });
}
