//! Losses and activations keep their precision close to a bound. Losses are correct for a score
//! that is infinite or far from the others: a target of 0 times an infinite difference is 0. The
//! literals are from mpmath, printed by the Python lines above them, which assume
//!
//! ```python
//! import mpmath as mp; mp.mp.dps = 60
//! sigma = lambda x: 1 / (1 + mp.exp(-x))
//! ```

use chainrule::losses::{
    AdjustedSoftmaxWithLoss, BinaryCrossEntropy, HingeLoss, Huber, IdentityWithLoss, Loss,
    SoftmaxWithLoss, Targets,
};
use chainrule::trainer::evaluate;
use chainrule::{Batch, Network, Scalar, Sgd, Trainer, Workspace, network};

/// Asserts that `got` differs from `want` by at most the relative `tolerance`, unless the
/// difference is below the precision of the type.
#[track_caller]
fn assert_relative<T: Scalar>(got: T, want: f64, tolerance: f64, what: &str) {
    if want.abs() >= T::min_positive_value().as_f64() || want == 0.0 {
        let difference = (got.as_f64() - want).abs();
        let is_close = want.is_finite() && difference <= tolerance * want.abs();
        assert!(is_close || got.as_f64() == want, "{what}: {:e} for {want:e}", got.as_f64());
    }
}

// The expected values of activations, `(x, f(x), f′(x))`, are printed by
//
//     def run(f, slope, far=80):
//         for x in (-far, -20, -15, -8, -3, -1, -2**-10, 2**-10, 1, 3, 8, 15, 20, far):
//             x = mp.mpf(x); print((float(x), float(f(x)), float(slope(x))))
//     run(sigma, lambda x: sigma(x) * sigma(-x))
//     run(mp.tanh, lambda x: mp.sech(x)**2, 40)
//     run(lambda x: mp.log1p(mp.exp(x)), sigma)
//     run(lambda x: x if x > 0 else 0.75 * mp.expm1(x), lambda x: 1 if x > 0 else 0.75 * mp.exp(x))
//     run(lambda x: x * mp.ncdf(x), lambda x: mp.ncdf(x) + x * mp.npdf(x), 12)   # without ±15, ±20
//     run(lambda x: x * sigma(x), lambda x: sigma(x) * (1 + x * sigma(-x)))
//     t = lambda x: mp.tanh(mp.log1p(mp.exp(x)))
//     run(lambda x: x * t(x), lambda x: t(x) + x * (1 - t(x)**2) * sigma(x))

/// A number, with the value and the derivative of a function there.
type Point = (f64, f64, f64);

#[rustfmt::skip]
const SIGMOID: [Point; 14] = [
    (-80.0, 1.8048513878454153e-35, 1.8048513878454153e-35),
    (-20.0, 2.0611536181902037e-09, 2.061153613941849e-09),
    (-15.0, 3.059022269256247e-07, 3.059021333494523e-07),
    (-8.0, 0.0003353501304664781, 0.00033523767075647424),
    (-3.0, 0.04742587317756678, 0.04517665973091213),
    (-1.0, 0.2689414213699951, 0.19661193324148185),
    (-0.0009765625, 0.49975585939440254, 0.2499999403953647),
    (0.0009765625, 0.5002441406055974, 0.2499999403953647),
    (1.0, 0.7310585786300049, 0.19661193324148185),
    (3.0, 0.9525741268224333, 0.04517665973091213),
    (8.0, 0.9996646498695335, 0.00033523767075647424),
    (15.0, 0.9999996940977731, 3.059021333494523e-07),
    (20.0, 0.9999999979388464, 2.061153613941849e-09),
    (80.0, 1.0, 1.8048513878454153e-35),
];
#[rustfmt::skip]
const TANH: [Point; 14] = [
    (-40.0, -1.0, 7.219405551381661e-35),
    (-20.0, -1.0, 1.6993417021166355e-17),
    (-15.0, -0.9999999999998128, 3.743049187535369e-13),
    (-8.0, -0.9999997749296758, 4.5014059756372915e-07),
    (-3.0, -0.9950547536867305, 0.00986603716544019),
    (-1.0, -0.7615941559557649, 0.4199743416140261),
    (-0.0009765625, -0.0009765621895592603, 0.9999990463262899),
    (0.0009765625, 0.0009765621895592603, 0.9999990463262899),
    (1.0, 0.7615941559557649, 0.4199743416140261),
    (3.0, 0.9950547536867305, 0.00986603716544019),
    (8.0, 0.9999997749296758, 4.5014059756372915e-07),
    (15.0, 0.9999999999998128, 3.743049187535369e-13),
    (20.0, 1.0, 1.6993417021166355e-17),
    (40.0, 1.0, 7.219405551381661e-35),
];
#[rustfmt::skip]
const SOFTPLUS: [Point; 14] = [
    (-80.0, 1.8048513878454153e-35, 1.8048513878454153e-35),
    (-20.0, 2.061153620314381e-09, 2.0611536181902037e-09),
    (-15.0, 3.059022737137205e-07, 3.059022269256247e-07),
    (-8.0, 0.00033540637289576885, 0.0003353501304664781),
    (-3.0, 0.04858735157374206, 0.04742587317756678),
    (-1.0, 0.3132616875182228, 0.2689414213699951),
    (-0.0009765625, 0.6926590185192302, 0.49975585939440254),
    (0.0009765625, 0.6936355810192302, 0.5002441406055974),
    (1.0, 1.3132616875182228, 0.7310585786300049),
    (3.0, 3.048587351573742, 0.9525741268224333),
    (8.0, 8.000335406372896, 0.9996646498695335),
    (15.0, 15.000000305902274, 0.9999996940977731),
    (20.0, 20.000000002061153, 0.9999999979388464),
    (80.0, 80.0, 1.0),
];
#[rustfmt::skip]
const ELU: [Point; 14] = [
    (-80.0, -0.75, 1.3536385408840613e-35),
    (-20.0, -0.7499999984541348, 1.5458652168289183e-09),
    (-15.0, -0.7499997705732596, 2.2942674037636934e-07),
    (-8.0, -0.7497484030290731, 0.0002515969709268839),
    (-3.0, -0.7126596987241021, 0.03734030127589796),
    (-1.0, -0.47409041912141825, 0.27590958087858175),
    (-0.0009765625, -0.0007320643635182533, 0.7492679356364818),
    (0.0009765625, 0.0009765625, 1.0),
    (1.0, 1.0, 1.0),
    (3.0, 3.0, 1.0),
    (8.0, 8.0, 1.0),
    (15.0, 15.0, 1.0),
    (20.0, 20.0, 1.0),
    (80.0, 80.0, 1.0),
];
#[rustfmt::skip]
const GELU: [Point; 10] = [
    (-12.0, -2.1317785344932147e-32, -2.5578956616748956e-31),
    (-8.0, -4.976768459417427e-15, -3.979607261086796e-14),
    (-3.0, -0.0040496940948902835, -0.011945647204183927),
    (-1.0, -0.15865525393145705, -0.0833154705876863),
    (-0.0009765625, -0.00048790078905392527, 0.4992208161062869),
    (0.0009765625, 0.0004886617109460747, 0.5007791838937131),
    (1.0, 0.8413447460685429, 1.0833154705876864),
    (3.0, 2.99595030590511, 1.011945647204184),
    (8.0, 7.999999999999995, 1.0000000000000397),
    (12.0, 12.0, 1.0),
];
#[rustfmt::skip]
const SILU: [Point; 14] = [
    (-80.0, -1.4438811102763322e-33, -1.425832596397878e-33),
    (-20.0, -4.122307236380407e-08, -3.9161918660646786e-08),
    (-15.0, -4.5885334038843705e-06, -4.28262977331616e-06),
    (-8.0, -0.002682801043731825, -0.0023465512355853157),
    (-3.0, -0.14227761953270035, -0.08810410601516962),
    (-1.0, -0.2689414213699951, 0.07232948812851327),
    (-0.0009765625, -0.0004880428314398462, 0.4995117188276102),
    (0.0009765625, 0.0004885196685601537, 0.5004882811723897),
    (1.0, 0.7310585786300049, 0.9276705118714867),
    (3.0, 2.8577223804672998, 1.0881041060151697),
    (8.0, 7.997317198956268, 1.0023465512355854),
    (15.0, 14.999995411466596, 1.0000042826297733),
    (20.0, 19.99999995877693, 1.0000000391619186),
    (80.0, 80.0, 1.0),
];

#[rustfmt::skip]
const MISH: [Point; 14] = [
    (-80.0, -1.4438811102763322e-33, -1.425832596397878e-33),
    (-20.0, -4.122307240628761e-08, -3.916191874348969e-08),
    (-15.0, -4.5885341057056646e-06, -4.28263113017023e-06),
    (-8.0, -0.0026832508825465375, -0.0023473943816052943),
    (-3.0, -0.14564746127562458, -0.09339311453232084),
    (-1.0, -0.3034014613741089, 0.05921675587739495),
    (-0.0009765625, -0.000585632309359304, 0.5993749543944977),
    (0.0009765625, 0.000586242660838373, 0.6006249540527645),
    (1.0, 0.8650983882673103, 1.0490362200997922),
    (3.0, 2.9865350049679575, 1.0211069109294437),
    (8.0, 7.999998200644843, 1.000003372583688),
    (15.0, 14.999999999997193, 1.0000000000054274),
    (20.0, 20.0, 1.0000000000000002),
    (80.0, 80.0, 1.0),
];

/// The sum of the outputs, whose derivatives are 1.
#[derive(Default)]
struct Sum;

impl<T: Scalar> Loss<T> for Sum {
    fn forward(&self, values: &mut [T], _targets: Targets<'_, T>, _batch: usize) -> T {
        values.iter().copied().sum()
    }

    fn backward(&self, values: &mut [T], _targets: Targets<'_, T>, _batch: usize, dout: T) {
        values.fill(dout);
    }
}

/// Runs a network of an identity affine layer and an activation. Checks its output at each point,
/// and the gradient of the bias.
#[track_caller]
fn check_points<N: Network>(name: &str, points: &[Point], tolerance: f64) {
    let (mut net, mut grads) = (N::zeros(), N::zeros());
    net.parameters_mut()[0] = N::Scalar::from_f64(1.0);
    let mut workspace = Workspace::new();
    for &(x, y, slope) in points {
        let mut batch = Batch::<N>::new();
        batch.features_mut().push(N::Scalar::from_f64(x));
        batch.push_row([N::Scalar::from_f64(0.0)]).unwrap();
        let trained = batch.gradient(&net, &mut workspace, &mut grads).unwrap();
        let predicted = batch.predict(&net, &mut workspace).unwrap()[(0, 0)];
        assert_eq!(trained, predicted, "{name} of {x}");
        assert_relative(trained, y, tolerance, &format!("{name} of {x}"));
        assert_relative(grads.parameters()[1], slope, tolerance, &format!("{name}' of {x}"));
    }
}

/// Checks an activation, given by its name in a network.
macro_rules! check_activation {
    ($activation:ident $(($setting:literal))?, $points:expr) => {{
        network! { struct Net = Affine(1, 1) -> $activation $(($setting))? => Sum; }
        check_points::<Net<f32>>(stringify!($activation), &$points, 1.5e-6);
        check_points::<Net<f64>>(stringify!($activation), &$points, 1e-13);
    }};
}

#[test]
fn sigmoid_and_tanh_keep_their_digits() {
    check_activation!(Sigmoid, SIGMOID);
    check_activation!(Tanh, TANH);
}

#[test]
fn softplus_and_elu_keep_their_digits() {
    check_activation!(Softplus, SOFTPLUS);
    check_activation!(Elu(0.75), ELU);
}

#[test]
fn gelu_silu_and_mish_keep_their_digits() {
    check_activation!(Gelu, GELU);
    check_activation!(Silu, SILU);
    check_activation!(Mish, MISH);
}

#[test]
fn activations_of_straight_lines_are_exact() {
    let of = |f: fn(f64) -> (f64, f64)| -> Vec<Point> {
        let x = [-1e30, -1e4, -20.0, -0.5, -1e-30, -0.0, 0.0, 1e-30, 0.5, 20.0, 1e4, 1e30];
        // Rounded to f32.
        x.map(|x| f64::from(x as f32)).map(|x| (x, f(x).0, f(x).1)).to_vec()
    };
    let relu = of(|x| if x > 0.0 { (x, 1.0) } else { (0.0, 0.0) });
    check_activation!(Relu, relu);
    let leaky = of(|x| if x > 0.0 { (x, 1.0) } else { (x / 8.0, 0.125) });
    check_activation!(LeakyRelu(0.125), leaky);
    let hard = of(|x| if x.abs() < 1.0 { (x, 1.0) } else { (x.signum(), 0.0) });
    check_activation!(HardTanh, hard);
}

#[test]
fn double_precision_far_out() {
    // float(slope(mp.mpf(x))), of f and slope as above
    network! { struct Elus = Affine(1, 1) -> Elu => Sum; }
    check_points::<Elus<f64>>(
        "Elu",
        &[(-40.0, -1.0, 4.248354255291589e-18), (-700.0, -1.0, 9.85967654375977e-305)],
        1e-13,
    );
    network! { struct Sigmoids = Affine(1, 1) -> Sigmoid => Sum; }
    check_points::<Sigmoids<f64>>(
        "Sigmoid",
        &[
            (40.0, 1.0, 4.248354255291589e-18),
            (700.0, 1.0, 9.85967654375977e-305),
            (-700.0, 9.85967654375977e-305, 9.85967654375977e-305),
        ],
        1e-13,
    );
    network! { struct Tanhs = Affine(1, 1) -> Tanh => Sum; }
    check_points::<Tanhs<f64>>(
        "Tanh",
        &[(350.0, 1.0, 3.943870617503908e-304), (-350.0, -1.0, 3.943870617503908e-304)],
        1e-13,
    );
}

/// The loss of a batch of one, and its gradient.
fn passes<T: Scalar>(loss: &dyn Loss<T>, x: &[f64], targets: Targets<'_, T>) -> (T, Vec<T>) {
    let mut values: Vec<T> = x.iter().map(|&x| T::from_f64(x)).collect();
    let value = loss.forward(&mut values, targets, 1);
    loss.backward(&mut values, targets, 1, T::one());
    (value, values)
}

/// Checks the loss and the gradients of scores for a target row, and for a label if the row is
/// one-hot.
#[track_caller]
fn check_loss<T: Scalar>(
    loss: &dyn Loss<T>,
    x: &[f64],
    target: &[f64],
    (want, want_dx): (f64, &[f64]),
    tolerance: f64,
) {
    let row: Vec<T> = target.iter().map(|&t| T::from_f64(t)).collect();
    let label = target.iter().position(|&t| t == 1.0);
    let labels: Vec<usize> = label.into_iter().collect();
    let rows = std::iter::once(Targets::Rows(&row[..]));
    let is_class = target.len() > 1;
    let all = rows.chain(label.filter(|_| is_class).map(|_| Targets::Labels(&labels)));
    for targets in all {
        let (value, dx) = passes(loss, x, targets);
        let what = format!("{x:?} for {target:?}");
        assert_relative(value, want, tolerance, &what);
        for (dx, &want) in dx.into_iter().zip(want_dx) {
            assert_relative(dx, want, tolerance, &what);
        }
    }
}

/// A loss for both scalar types.
trait Both: Loss<f32> + Loss<f64> {}

impl<L: Loss<f32> + Loss<f64>> Both for L {}

#[track_caller]
fn check_both(loss: &dyn Both, x: &[f64], target: &[f64], want: (f64, &[f64])) {
    check_loss::<f32>(loss, x, target, want, 1e-6);
    check_loss::<f64>(loss, x, target, want, 1e-14);
}

const WEIGHED: AdjustedSoftmaxWithLoss =
    AdjustedSoftmaxWithLoss::new().with_weights(&[1.0, 1.0, 1.0]);

/// Losses that equal the plain one for three classes, and those for any number of classes.
fn softmaxes(classes: usize) -> Vec<&'static dyn Both> {
    const PLAIN: AdjustedSoftmaxWithLoss = AdjustedSoftmaxWithLoss::new();
    let any: [&'static dyn Both; 2] = [&SoftmaxWithLoss, &PLAIN];
    let weighed: &'static dyn Both = &WEIGHED;
    any.into_iter().chain((classes == 3).then_some(weighed)).collect()
}

// The expected values of the following two tests are printed by
//
//     def softmax(x, q):
//         x, q = [mp.mpf(v) for v in x], [mp.mpf(v) for v in q]
//         e = [mp.exp(v - max(x)) for v in x]
//         loss = sum(b * (mp.log(mp.fsum(e)) - (a - max(x))) for a, b in zip(x, q) if b)
//         print(float(loss), [float(a / mp.fsum(e) * sum(q) - b) for a, b in zip(e, q)])
//     softmax((20, -20), (1, 0)); softmax((-20, 20, 20), (1, 0, 0)); softmax((0, 80, 1), (0, 1, 0))
//     softmax((60, -20, 0), (0.75, 0.25, 0)); softmax((30, 0), (0.9375, 0.0625))
//     def binary(x, t):
//         x, t = mp.mpf(x), mp.mpf(t)
//         print(float(mp.log1p(mp.exp(-x)) + (1 - t) * x), float(sigma(x) - t))
//     for x, t in ((20, 1), (-20, 0), (80, 1), (-80, 0), (20, 0), (-20, 1), (20, 0.75),
//                  (-80, 0.25), (8, 1)): binary(x, t)

#[test]
fn a_softmax_that_is_nearly_sure_keeps_its_digits() {
    for loss in softmaxes(2) {
        let want = 4.248354255291589e-18;
        check_both(loss, &[20.0, -20.0], &[1.0, 0.0], (want, &[-want, want]));
        check_both(loss, &[-20.0, 20.0], &[0.0, 1.0], (want, &[want, -want]));
        let want = (1.8750000000000935, &[0.06249999999990642, -0.06249999999990642][..]);
        check_both(loss, &[30.0, 0.0], &[0.9375, 0.0625], want);
    }
    for loss in softmaxes(3) {
        let dx = [1.8048513878454153e-35, -6.710946118494696e-35, 4.906094730649281e-35];
        check_both(loss, &[0.0, 80.0, 1.0], &[0.0, 1.0, 0.0], (6.710946118494696e-35, &dx));
        let want = (40.69314718055995, &[-1.0, 0.5, 0.5][..]);
        check_both(loss, &[-20.0, 20.0, 20.0], &[1.0, 0.0, 0.0], want);
        let want = (20.0, &[0.25, -0.25, 8.75651076269652e-27][..]);
        check_both(loss, &[60.0, -20.0, 0.0], &[0.75, 0.25, 0.0], want);
    }
}

#[test]
fn a_binary_cross_entropy_that_is_nearly_sure_keeps_its_digits() {
    for (x, t, loss, dx) in [
        (20.0, 1.0, 2.061153620314381e-09, -2.0611536181902037e-09),
        (-20.0, 0.0, 2.061153620314381e-09, 2.0611536181902037e-09),
        (80.0, 1.0, 1.8048513878454153e-35, -1.8048513878454153e-35),
        (-80.0, 0.0, 1.8048513878454153e-35, 1.8048513878454153e-35),
        (20.0, 0.0, 20.000000002061153, 0.9999999979388464),
        (-20.0, 1.0, 20.000000002061153, -0.9999999979388464),
        (20.0, 0.75, 5.000000002061154, 0.2499999979388464),
        (-80.0, 0.25, 20.0, -0.25),
        (8.0, 1.0, 0.00033540637289576885, -0.0003353501304664781),
    ] {
        check_both(&BinaryCrossEntropy, &[x], &[t], (loss, &[dx]));
    }
}

const INFINITE: f64 = f64::INFINITY;

#[test]
fn an_infinite_difference_times_0_is_0() {
    for loss in softmaxes(3) {
        let dx = [0.0; 3];
        check_both(loss, &[2.0, -INFINITE, -INFINITE], &[1.0, 0.0, 0.0], (0.0, &dx));
        check_loss::<f32>(loss, &[2e38, -2e38, -3e38], &[1.0, 0.0, 0.0], (0.0, &dx), 0.0);
        check_loss::<f64>(loss, &[1e308, -1e308, -1.7e308], &[1.0, 0.0, 0.0], (0.0, &dx), 0.0);
        let want = (std::f64::consts::LN_2, &[-0.5, 0.5, 0.0][..]);
        check_both(loss, &[2.0, 2.0, -INFINITE], &[1.0, 0.0, 0.0], want);
    }
    for loss in softmaxes(2) {
        check_both(loss, &[2.0, -INFINITE], &[1.0, 0.0], (0.0, &[0.0, 0.0]));
        check_both(loss, &[2.0, -INFINITE], &[0.0, 1.0], (INFINITE, &[1.0, -1.0]));
        check_loss::<f32>(loss, &[3e38, -3e38], &[1.0, 0.0], (0.0, &[0.0, 0.0]), 0.0);
        // Half of a difference that overflows in f32.
        check_loss::<f32>(loss, &[2e38, -2e38], &[0.5, 0.5], (2e38, &[0.5, -0.5]), 1e-6);
    }
    let loss = &AdjustedSoftmaxWithLoss::new().with_weights(&[2.0, 0.0]);
    check_both(loss, &[2.0, -INFINITE], &[1.0, 0.0], (0.0, &[0.0, 0.0]));
    // Smoothing gives an impossible class some probability, so the loss is infinite.
    let loss = &AdjustedSoftmaxWithLoss::new().with_smoothing(0.5);
    check_both(loss, &[2.0, -INFINITE], &[1.0, 0.0], (INFINITE, &[0.25, -0.25]));

    for (x, t, want, dx) in [
        (INFINITE, 1.0, 0.0, 0.0),
        (-INFINITE, 0.0, 0.0, 0.0),
        (INFINITE, 0.0, INFINITE, 1.0),
        (-INFINITE, 1.0, INFINITE, -1.0),
        (-INFINITE, 0.25, INFINITE, -0.25),
    ] {
        check_both(&BinaryCrossEntropy, &[x], &[t], (want, &[dx]));
    }
}

#[test]
fn hinges_far_from_the_margin() {
    let loss = &HingeLoss;
    // The margin itself counts as reached.
    check_both(loss, &[2.0, 1.0], &[1.0, 0.0], (0.0, &[0.0, 0.0]));
    check_both(loss, &[INFINITE, 0.0], &[1.0, 0.0], (0.0, &[0.0, 0.0]));
    check_both(
        loss,
        &[0.0, -INFINITE, 1.0],
        &[1.0, 0.0, 0.0],
        (2.0 / 3.0, &[-1.0 / 3.0, 0.0, 1.0 / 3.0]),
    );
    check_both(loss, &[0.0, -INFINITE], &[0.0, 1.0], (INFINITE, &[0.5, -0.5]));
    // A difference that overflows in f32, divided by the number of classes.
    check_loss::<f32>(loss, &[-2e38, 2e38], &[1.0, 0.0], (2e38, &[-0.5, 0.5]), 1e-6);
}

#[test]
fn errors_that_the_type_cannot_hold() {
    const HUBER: Huber = Huber::new(0.125);
    let want = (7.5e37, &[0.125][..]);
    check_loss::<f32>(&HUBER, &[3e38], &[-3e38], want, 1e-6);
    check_both(&HUBER, &[-INFINITE], &[1.0], (INFINITE, &[-0.125]));
    check_both(&IdentityWithLoss, &[INFINITE], &[1.0], (INFINITE, &[INFINITE]));
    // The derivative is 6e38 / 4.
    let mut values = [3e38_f32, 0.0, 0.0, 0.0];
    let rows = [-3e38_f32, 0.0, 0.0, 0.0];
    assert_eq!(IdentityWithLoss.forward(&mut values, Targets::Rows(&rows), 4), f32::INFINITY);
    IdentityWithLoss.backward(&mut values, Targets::Rows(&rows), 4, 1.0);
    assert_relative(values[0], 1.5e38, 1e-6, "the derivative of an error of 6e38");
}

network! {
    struct Biased = Affine(1, 3)
        => SoftmaxWithLoss(smoothing = 0.1, weights = [0.0, 1.0, 1.0]);
}

/// A network with the scores 0, 1 and 2 for any input.
fn biased() -> Box<Biased> {
    let mut net = Biased::zeros();
    net.affine1.bias = [0.0, 1.0, 2.0];
    net
}

// The expected value is printed by
//
//     x = [0, 1, 2]; y = [v - mp.log(sum(map(mp.exp, x))) for v in x]
//     s = lambda c: sum((mp.mpf("0.9") * (j == c) + mp.mpf("0.1") / 3) * -y[j] for j in (1, 2))
//     print((500 * s(0) + 500 * s(1)) / 500)
const EVALUATED: f64 = 1.3878594965925263;

#[test]
fn a_loss_over_several_batches_does_not_depend_on_their_order() {
    let net = biased();
    let x = [[0.0]; 1000];
    let sorted: Vec<usize> = (0..1000).map(|sample| sample / 500).collect();
    let mixed: Vec<usize> = (0..1000).map(|sample| sample % 2).collect();
    for labels in [sorted, mixed] {
        let metrics = evaluate(&*net, (&x[..], &labels[..])).unwrap();
        assert!((metrics.loss - EVALUATED).abs() < 1e-7, "{}", metrics.loss);
    }
    // A batch whose samples all have weight 0 has a loss of 0.
    assert_eq!(net.loss(&x, &[0_u8; 1000]).unwrap(), 0.0);
    assert_eq!(evaluate(&*net, (&x[..], &[0; 1000][..])).unwrap().loss, 0.0);
}

#[test]
fn nor_do_the_metrics_of_training() {
    let (x, labels) = ([[0.0]; 1000], (0..1000).map(|sample| sample % 2).collect::<Vec<usize>>());
    for (batch_size, clip) in [(1, false), (3, true), (500, false), (1000, true)] {
        // Steps with a learning rate of 0.
        let mut trainer = Trainer::new(biased(), Sgd::new(0.0).unwrap()).batch_size(batch_size);
        if clip {
            trainer = trainer.clip_norm(1.0);
        }
        trainer = trainer.epochs(1);
        let loss = trainer.fit((&x[..], &labels[..])).unwrap()[0].train.loss;
        assert!((loss - EVALUATED).abs() < 1e-7, "batches of {batch_size}: {loss}");
    }
}

/// A loss that assigns weight 0 to half the samples.
#[derive(Default)]
struct Positive;

impl<T: Scalar> Loss<T> for Positive {
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        let weight = Loss::<T>::weight(self, targets, 1, batch);
        let Targets::Rows(rows) = targets else { unreachable!("labels need a `ClassLoss`") };
        let losses = values.iter().zip(rows).map(|(y, t)| y.as_f64() * t.as_f64().max(0.0));
        T::from_f64(losses.sum::<f64>() / weight.max(1.0))
    }

    fn backward(&self, values: &mut [T], _targets: Targets<'_, T>, _batch: usize, _dout: T) {
        values.fill(T::zero());
    }

    fn weight(&self, targets: Targets<'_, T>, _outputs: usize, _batch: usize) -> f64 {
        let Targets::Rows(rows) = targets else { unreachable!("labels need a `ClassLoss`") };
        rows.iter().filter(|&&t| t > T::zero()).count() as f64
    }
}

#[test]
fn a_loss_of_ones_own_is_weighed_as_it_says() {
    network! { struct Net = Affine(1, 1) => Positive; }
    let mut net = Net::zeros();
    net.affine1.weight = [[1.0]];
    let x: Vec<[f32; 1]> = (0..1000).map(|sample| [sample as f32]).collect();
    let t: Vec<[f32; 1]> =
        (0..1000).map(|sample| [if sample < 700 { -1.0 } else { 1.0 }]).collect();
    let metrics = evaluate(&*net, (&x[..], &t[..])).unwrap();
    assert!((metrics.loss - 849.5).abs() < 1e-3, "{}", metrics.loss);
}
