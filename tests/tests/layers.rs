//! The layers and activations beside those of the book give the values that
//! PyTorch gives, their derivatives are those of numerical differentiation, and
//! extreme numbers neither overflow nor hide NaN. The Python lines that made the
//! literals stand above them; they assume
//!
//! ```python
//! import torch, torch.nn.functional as F
//! torch.set_default_dtype(torch.float64)
//! ```

use std::f64::consts::LN_2;

use chainrule::layers::{Activation, Dropout, Elu, HardTanh, LeakyRelu, Softplus, Tanh};
use chainrule::{Init, Rng, Scalar, network};
use chainrule_tests::random::{normals, one_hot};

/// An activation for both number types.
trait Both: Activation<f32> + Activation<f64> {}

impl<A: Activation<f32> + Activation<f64>> Both for A {}

/// The activations whose pass forward is the same while training.
fn activations() -> [(&'static str, Box<dyn Both>); 6] {
    [
        ("Tanh", Box::new(Tanh)),
        ("HardTanh", Box::new(HardTanh)),
        ("LeakyRelu", Box::new(LeakyRelu::default())),
        ("LeakyRelu(0)", Box::new(LeakyRelu::new(0.0))),
        ("Elu", Box::new(Elu::default())),
        ("Softplus", Box::new(Softplus)),
    ]
}

fn of<T: Scalar>(values: &[f64]) -> Vec<T> {
    values.iter().map(|&value| T::from_f64(value)).collect()
}

/// Asserts that each of `got` differs from its own `want` by at most `tolerance`
/// times that.
#[track_caller]
fn assert_each_close<T: Scalar>(got: &[T], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len());
    for (got, &want) in got.iter().zip(want) {
        assert!((got.as_f64() - want).abs() <= tolerance * want.abs(), "{got} for {want}");
    }
}

/// Asserts that each of `got` differs from `want` by at most `tolerance` times
/// the largest number in `want`.
#[track_caller]
fn assert_close<T: Scalar>(got: &[T], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len());
    let largest = want.iter().fold(0.0_f64, |largest, want| largest.max(want.abs()));
    for (place, (got, want)) in got.iter().zip(want).enumerate() {
        let difference = (got.as_f64() - want).abs();
        assert!(difference <= tolerance * largest, "{got} for {want} at {place}");
    }
}

const X: [f64; 12] = [-1e4, -3.0, -1.0, -0.5, -1e-3, -0.0, 0.0, 1e-3, 0.5, 1.0, 3.0, 1e4];

/// Holds `y` and `∂ Σ y / ∂x` at [`X`] against PyTorch's.
#[track_caller]
fn check_activation(activation: impl Both, want_y: [f64; 12], want_dx: [f64; 12]) {
    fn passes<T: Scalar>(activation: &impl Activation<T>) -> (Vec<T>, Vec<T>) {
        let (mut y, mut dx) = (of(&X), vec![T::one(); 12]);
        activation.forward(&mut y);
        activation.backward(&y, &mut dx);
        (y, dx)
    }
    let (y, dx) = passes::<f64>(&activation);
    assert_each_close(&y, &want_y, 1e-12);
    assert_each_close(&dx, &want_dx, 1e-12);
    let (y, dx) = passes::<f32>(&activation);
    assert_each_close(&y, &want_y, 1e-6);
    assert_close(&dx, &want_dx, 1e-6);
}

// The expected numbers of the following tests are printed by
//
//     def run(f):
//         x = torch.tensor([-1e4, -3, -1, -0.5, -1e-3, -0.0, 0, 1e-3, 0.5, 1, 3, 1e4])
//         x.requires_grad_(); y = f(x); y.sum().backward()
//         print(y.tolist(), x.grad.tolist())
//     run(torch.tanh); run(F.hardtanh)
//     run(lambda x: F.leaky_relu(x, 0.125)); run(lambda x: F.elu(x, 1.5))
//     run(lambda x: F.softplus(x, threshold=50))

#[test]
#[rustfmt::skip]
fn tanh_is_that_of_pytorch() {
    check_activation(
        Tanh,
        [
            -1.0, -0.9950547536867305, -0.7615941559557649, -0.4621171572600098,
            -0.0009999996666668, -0.0, 0.0, 0.0009999996666668, 0.4621171572600098,
            0.7615941559557649, 0.9950547536867305, 1.0,
        ],
        [
            0.0, 0.009866037165440166, 0.41997434161402614, 0.7864477329659274,
            0.9999990000006667, 1.0, 1.0, 0.9999990000006667, 0.7864477329659274,
            0.41997434161402614, 0.009866037165440166, 0.0,
        ],
    );
}

#[test]
fn hard_tanh_is_that_of_pytorch() {
    check_activation(
        HardTanh,
        [-1.0, -1.0, -1.0, -0.5, -0.001, -0.0, 0.0, 0.001, 0.5, 1.0, 1.0, 1.0],
        [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0],
    );
}

#[test]
#[rustfmt::skip]
fn leaky_relu_is_that_of_pytorch() {
    check_activation(
        LeakyRelu::new(0.125),
        [
            -1250.0, -0.375, -0.125, -0.0625, -0.000125, -0.0, 0.0, 0.001, 0.5, 1.0, 3.0, 10000.0,
        ],
        [0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 1.0, 1.0, 1.0, 1.0, 1.0],
    );
}

#[test]
#[rustfmt::skip]
fn elu_is_that_of_pytorch() {
    check_activation(
        Elu::new(1.5),
        [
            -1.5, -1.4253193974482041, -0.9481808382428365, -0.5902040104310499,
            -0.0014992502499375127, -0.0, 0.0, 0.001, 0.5, 1.0, 3.0, 10000.0,
        ],
        [
            0.0, 0.07468060255179591, 0.5518191617571635, 0.9097959895689501, 1.4985007497500624,
            1.5, 1.5, 1.0, 1.0, 1.0, 1.0, 1.0,
        ],
    );
}

#[test]
#[rustfmt::skip]
fn softplus_is_that_of_pytorch() {
    check_activation(
        Softplus,
        [
            0.0, 0.04858735157374206, 0.31326168751822286, 0.4740769841801067, 0.6926473055599401,
            LN_2, LN_2, 0.6936473055599401, 0.9740769841801067,
            1.3132616875182228, 3.048587351573742, 10000.0,
        ],
        [
            0.0, 0.04742587317756679, 0.2689414213699951, 0.37754066879814546,
            0.49975000002083336, 0.5, 0.5, 0.5002499999791666, 0.6224593312018546,
            0.7310585786300049, 0.9525741268224333, 1.0,
        ],
    );
}

#[test]
fn activations_follow_their_derivatives() {
    const H: f64 = 1e-5;
    for (name, activation) in activations() {
        // At kinks, 0 and ±1, there is no derivative.
        for x in [-6.0, -2.3, -1.2, -0.7, -0.1, -1e-3, 1e-3, 0.2, 0.9, 1.5, 4.0] {
            let mut y = [x - H, x, x + H];
            activation.forward(&mut y);
            let mut dx = [1.0];
            activation.backward(&y[1..2], &mut dx);
            let numerical = (y[2] - y[0]) / (2.0 * H);
            let difference = (dx[0] - numerical).abs() / numerical.abs().max(1e-3);
            // The largest is 1e-9.
            assert!(difference < 1e-7, "{name} at {x}: {} and {numerical}", dx[0]);
        }
    }
}

#[test]
fn extreme_numbers_do_not_overflow_and_nan_is_seen() {
    fn check<T: Scalar>(name: &str, activation: &dyn Activation<T>) {
        let tiny = T::min_positive_value();
        let mut x = of::<T>(&[0.0, -0.0, 1e4, -1e4, 1e30, -1e30]);
        x.extend([tiny, -tiny, tiny * T::epsilon(), -tiny * T::epsilon()]);
        let (mut y, mut dx) = (x.clone(), vec![T::one(); x.len()]);
        activation.forward(&mut y);
        activation.backward(&y, &mut dx);
        for ((x, y), dx) in x.into_iter().zip(y).zip(dx) {
            assert!(y.is_finite() && dx.is_finite(), "{name} of {x}: {y}, {dx}");
            // All of them rise, by no more than what goes in.
            assert!(dx >= T::zero() && dx <= T::one(), "{name} of {x}: {dx}");
        }
        let mut y = [T::nan()];
        activation.forward(&mut y);
        assert!(y[0].is_nan(), "{name} of NaN: {}", y[0]);
        let mut dx = [T::nan()];
        activation.backward(&[T::from_f64(0.5)], &mut dx);
        assert!(dx[0].is_nan(), "{name}, a derivative of NaN: {}", dx[0]);
    }
    for (name, activation) in activations() {
        check::<f32>(name, &*activation);
        check::<f64>(name, &*activation);
    }
}

const LEAKY: LeakyRelu = LeakyRelu::new(0.1);
const ELU: Elu = Elu::new(0.5);

network! {
    struct Activations = Affine(3, 8) -> map chainrule::layers::Tanh
        -> Affine(8, 8) -> map LEAKY
        -> Affine(8, 8) -> map ELU
        -> Affine(8, 8) -> map chainrule::layers::Softplus
        -> Affine(8, 8) -> map chainrule::layers::HardTanh
        -> Affine(8, 4) => SoftmaxWithLoss;
}

#[test]
fn activations_in_a_network() {
    for seed in 0..4 {
        let mut rng = Rng::seed(seed);
        let net = Activations::<f64>::new(Init::Xavier, &mut rng);
        let check = net.gradient_check(&normals(5, 3, &mut rng), &one_hot(5, 4, &mut rng)).unwrap();
        // The largest is 1.1e-8.
        assert!(check.max_relative() < 1e-7, "seed {seed}:\n{check}");
    }
}

#[test]
fn derivatives_of_another_length_are_refused() {
    let mut activations = Vec::from(activations());
    activations.push(("Dropout", Box::new(Dropout::default())));
    for (name, activation) in activations {
        let backward = || Activation::<f64>::backward(&*activation, &[1.0, 0.5], &mut [1.0]);
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(backward)).unwrap_err();
        let message = panic.downcast_ref::<String>().expect("a panic has a message");
        assert!(message.contains("the derivatives of a"), "{name}: {message}");
    }
}

/// The message of the panic that `make` ends in.
fn message<V>(make: impl FnOnce() -> V + std::panic::UnwindSafe) -> &'static str {
    let panic = std::panic::catch_unwind(make).err().expect("the setting is out of range");
    panic.downcast_ref::<&str>().expect("a panic has a message")
}

#[test]
fn settings_out_of_range_are_refused() {
    for slope in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        assert!(message(|| LeakyRelu::new(slope)).contains("a number from 0 to 1"));
    }
    for alpha in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300, 1e-300] {
        assert!(message(|| Elu::new(alpha)).contains("a number above 0"));
    }
    for ratio in [1.0, -0.1, f64::NAN, f64::INFINITY] {
        assert!(message(|| Dropout::new(ratio)).contains("0 or above and below 1"));
    }
    assert_eq!(LeakyRelu::new(1.0).slope(), 1.0);
    assert_eq!(Elu::new(3.0).alpha(), 3.0);
    assert_eq!(Dropout::new(0.0).ratio(), 0.0);
}

/// Which of `count` ones a dropout leaves out, and the values.
fn dropped<T: Scalar>(ratio: f64, count: usize, seed: u64) -> (Vec<bool>, Vec<T>) {
    let mut values = vec![T::one(); count];
    Dropout::new(ratio).forward_training(&mut values, &mut Rng::seed(seed));
    (values.iter().map(|y| *y == T::zero()).collect(), values)
}

#[test]
fn dropout_leaves_out_the_part_it_is_told_to() {
    const COUNT: usize = 400_000;
    for ratio in [0.0, 0.1, 0.5, 0.75, 0.999] {
        let (mask, values) = dropped::<f64>(ratio, COUNT, 3);
        let part = mask.iter().filter(|&&is_out| is_out).count() as f64 / COUNT as f64;
        // Five times what chance makes of so many draws.
        let deviation = (ratio * (1.0 - ratio) / COUNT as f64).sqrt();
        assert!((part - ratio).abs() <= 5.0 * deviation, "{part} for {ratio}");
        // Neighbours, whose bits are of the same draw, are independent.
        let both = mask.windows(2).filter(|pair| pair[0] && pair[1]).count() as f64 / COUNT as f64;
        assert!((both - ratio * ratio).abs() <= 15.0 * deviation, "{both} for {ratio}");
        let kept = values.iter().filter(|&&y| y != 0.0);
        kept.for_each(|&y| assert_eq!(y, 1.0 / (1.0 - ratio)));
    }
}

#[test]
fn dropout_draws_the_same_for_both_number_types() {
    for count in [0, 1, 2, 7, 1000] {
        assert_eq!(dropped::<f32>(0.3, count, 5).0, dropped::<f64>(0.3, count, 5).0);
    }
    assert_ne!(dropped::<f64>(0.3, 1000, 5).0, dropped::<f64>(0.3, 1000, 6).0);
    // On any machine. These come from xoshiro256++ as its authors give it, started by
    // splitmix64 from 1, the low half of a draw first.
    let bits: Vec<u8> = dropped::<f32>(0.5, 16, 1).0.into_iter().map(u8::from).collect();
    assert_eq!(bits, [1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0]);
}

#[test]
fn dropout_tells_zeros_that_came_in_from_those_it_made() {
    let dropout = Dropout::new(0.25);
    let (mask, _) = dropped::<f64>(0.25, 1000, 2);
    for zero in [0.0, -0.0] {
        let (mut values, mut dout) = ([zero; 1000], [3.0; 1000]);
        dropout.forward_training(&mut values, &mut Rng::seed(2));
        assert_eq!(values, [0.0; 1000]);
        dropout.backward(&values, &mut dout);
        let want: Vec<f64> = mask.iter().map(|&is_out| if is_out { 0.0 } else { 4.0 }).collect();
        assert_eq!(&dout[..], want);
    }
}

#[test]
fn dropout_keeps_what_is_tiny_and_shows_what_is_not_finite() {
    let dropout = Dropout::new(0.5);
    for tiny in [5e-324, -5e-324, f64::MIN_POSITIVE] {
        let (mut values, mut dout) = ([tiny; 64], [1.0; 64]);
        dropout.forward_training(&mut values, &mut Rng::seed(4));
        dropout.backward(&values, &mut dout);
        for (y, d) in values.into_iter().zip(dout) {
            assert!((y, d) == (0.0, 0.0) || (y, d) == (2.0 * tiny, 2.0));
        }
    }
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut values = [value; 64];
        dropout.forward_training(&mut values, &mut Rng::seed(4));
        assert!(values.iter().all(|y| !y.is_finite()));
    }
}

#[test]
fn dropout_does_nothing_after_training() {
    let mut values = [0.0, -0.0, 1.5, -7.0, 5e-324];
    Dropout::new(0.9).forward(&mut values);
    assert_eq!(values.map(f64::to_bits), [0.0, -0.0, 1.5, -7.0, 5e-324].map(f64::to_bits));
}
