//! Layers and activations that are not in the book match PyTorch, their derivatives match numerical
//! differentiation, and extreme numbers neither overflow nor hide NaN. The Python lines above the
//! literals print them; they assume
//!
//! ```python
//! import torch, torch.nn.functional as F
//! torch.set_default_dtype(torch.float64)
//! ```

use std::f64::consts::LN_2;

use chainrule::layers::{
    Activation, BatchNorm, Dropout, Elu, Gelu, HardTanh, Layer, LayerNorm, LeakyRelu, Mish, Silu,
    Softplus, Tanh,
};
use chainrule::{Init, Numbers, Rng, Scalar, Sgd, Workspace, network};
use chainrule_tests::random::{normals, one_hot};

/// An activation for both scalar types.
trait Both: Activation<f32> + Activation<f64> {}

impl<A: Activation<f32> + Activation<f64>> Both for A {}

/// The activations whose forward pass is the same in training.
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

/// Asserts that each of `got` differs from its `want` by at most the relative `tolerance`.
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

/// Compares `y` and `∂ Σ y / ∂x` at [`X`] with PyTorch.
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

// The expected values of the following tests are printed by
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
            // All of them are nondecreasing, with a slope of at most 1.
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
fn derivatives_of_another_length_are_rejected() {
    let mut activations = Vec::from(activations());
    activations.push(("Dropout", Box::new(Dropout::default())));
    for (name, activation) in activations {
        let backward = || Activation::<f64>::backward(&*activation, &[1.0, 0.5], &mut [1.0]);
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(backward)).unwrap_err();
        let message = panic.downcast_ref::<String>().expect("a panic has a message");
        assert!(message.contains("the derivatives of a"), "{name}: {message}");
    }
}

/// The message with which `make` panics.
fn message<V>(make: impl FnOnce() -> V + std::panic::UnwindSafe) -> &'static str {
    let panic = std::panic::catch_unwind(make).err().expect("the setting is out of range");
    panic.downcast_ref::<&str>().expect("a panic has a message")
}

#[test]
fn settings_out_of_range_are_rejected() {
    for slope in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        assert!(message(|| LeakyRelu::new(slope)).contains("a slope from 0 to 1"));
    }
    for alpha in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300, 1e-300] {
        assert!(message(|| Elu::new(alpha)).contains("an alpha above 0"));
    }
    for ratio in [1.0, -0.1, f64::NAN, f64::INFINITY] {
        assert!(message(|| Dropout::new(ratio)).contains("at least 0 and below 1"));
    }
    assert_eq!(LeakyRelu::new(1.0).slope(), 1.0);
    assert_eq!(Elu::new(3.0).alpha(), 3.0);
    assert_eq!(Dropout::new(0.0).ratio(), 0.0);
}

/// The mask and the values of a dropout of `count` ones.
fn dropped<T: Scalar>(ratio: f64, count: usize, seed: u64) -> (Vec<bool>, Vec<T>) {
    let mut values = vec![T::one(); count];
    Dropout::new(ratio).forward_training(&mut values, &mut Rng::seed(seed));
    (values.iter().map(|y| *y == T::zero()).collect(), values)
}

#[test]
fn dropout_leaves_out_the_part_it_is_reported_to() {
    const COUNT: usize = 400_000;
    for ratio in [0.0, 0.1, 0.5, 0.75, 0.999] {
        let (mask, values) = dropped::<f64>(ratio, COUNT, 3);
        let part = mask.iter().filter(|&&is_out| is_out).count() as f64 / COUNT as f64;
        // Five standard deviations for this number of draws.
        let deviation = (ratio * (1.0 - ratio) / COUNT as f64).sqrt();
        assert!((part - ratio).abs() <= 5.0 * deviation, "{part} for {ratio}");
        // Adjacent elements, whose bits come from the same draw, are independent.
        let both = mask.windows(2).filter(|pair| pair[0] && pair[1]).count() as f64 / COUNT as f64;
        assert!((both - ratio * ratio).abs() <= 15.0 * deviation, "{both} for {ratio}");
        let saved = values.iter().filter(|&&y| y != 0.0);
        saved.for_each(|&y| assert_eq!(y, 1.0 / (1.0 - ratio)));
    }
}

#[test]
fn dropout_draws_the_same_for_both_number_types() {
    for count in [0, 1, 2, 7, 1000] {
        assert_eq!(dropped::<f32>(0.3, count, 5).0, dropped::<f64>(0.3, count, 5).0);
    }
    assert_ne!(dropped::<f64>(0.3, 1000, 5).0, dropped::<f64>(0.3, 1000, 6).0);
    // The same on any machine. The bits are those of the reference implementation of xoshiro256++,
    // seeded by splitmix64 from 1, the low half of a draw first.
    let bits: Vec<u8> = dropped::<f32>(0.5, 16, 1).0.into_iter().map(u8::from).collect();
    assert_eq!(bits, [1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0]);
}

#[test]
fn dropout_distinguishes_zeros_of_the_input_from_its_own() {
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

/// The results of a layer's forward and backward pass in training.
struct Passes<L, T> {
    y: Vec<T>,
    dx: Vec<T>,
    grads: Box<L>,
}

/// Runs `layer` forward and backward. The buffers contain garbage before.
fn passes<T: Scalar, L: Layer<T>>(layer: &L, x: &[T], dy: &[T]) -> Passes<L, T> {
    let batch = x.len() / L::INPUTS;
    let mut y = vec![T::nan(); batch * L::OUTPUTS];
    let mut saved = vec![T::nan(); batch * L::SAVED + L::SCRATCH];
    layer.forward(x, &mut y, &mut saved, &mut Rng::seed(0));
    let (mut dx, mut grads) = (vec![T::nan(); x.len()], L::zeros());
    grads.numbers_mut().fill(T::nan());
    layer.backward(x, &mut saved.clone(), &mut dy.to_vec(), &mut grads, Some(&mut dx));
    // Without the gradient of the input, the others are the same.
    let mut alone = L::zeros();
    layer.backward(x, &mut saved, &mut dy.to_vec(), &mut alone, None);
    assert_eq!(alone.numbers(), grads.numbers());
    Passes { y, dx, grads }
}

/// The largest difference between the derivatives of `Σ y · dy` with respect to `layer` and its
/// input and those of numerical differentiation, relative to the largest of them.
fn largest_difference<L: Layer<f64>>(layer: &mut L, x: &mut [f64], rng: &mut Rng) -> f64 {
    const H: f64 = 1e-5;
    fn sum<L: Layer<f64>>(layer: &L, x: &[f64], dy: &[f64]) -> f64 {
        passes(layer, x, dy).y.iter().zip(dy).map(|(y, dy)| y * dy).sum()
    }
    let dy: Vec<f64> = (0..x.len() / L::INPUTS * L::OUTPUTS).map(|_| rng.normal()).collect();
    let Passes { dx, grads, .. } = passes(layer, x, &dy);
    let (mut worst, mut largest) = (0.0_f64, 0.0_f64);
    let mut compare = |derivative: f64, right: f64, left: f64| {
        worst = worst.max((derivative - (right - left) / (2.0 * H)).abs());
        largest = largest.max(derivative.abs());
    };
    for place in 0..x.len() {
        let here = x[place];
        let [right, left] = [here + H, here - H].map(|there| {
            x[place] = there;
            sum(layer, x, &dy)
        });
        x[place] = here;
        compare(dx[place], right, left);
    }
    for tensor in L::TENSORS.iter().filter(|tensor| tensor.kind != chainrule::Kind::Buffer) {
        for place in tensor.offset..tensor.offset + tensor.len() {
            let here = layer.numbers()[place];
            let [right, left] = [here + H, here - H].map(|there| {
                layer.numbers_mut()[place] = there;
                sum(layer, x, &dy)
            });
            layer.numbers_mut()[place] = here;
            compare(grads.numbers()[place], right, left);
        }
    }
    worst / largest
}

/// A layer with random parameters.
fn drawn<T: Scalar, L: Layer<T>>(rng: &mut Rng) -> Box<L> {
    let mut layer = L::zeros();
    layer.init(Init::He, rng);
    for tensor in L::TENSORS.iter().filter(|tensor| tensor.kind != chainrule::Kind::Buffer) {
        let numbers = tensor.of_mut(layer.numbers_mut()).iter_mut();
        numbers.for_each(|number| *number += T::from_f64(0.5 * rng.normal()));
    }
    layer
}

#[test]
fn layers_follow_their_derivatives() {
    fn check<L: Layer<f64>>(name: &str, batch: usize) {
        for seed in 0..3 {
            let mut rng = Rng::seed(seed);
            let mut layer = drawn::<f64, L>(&mut rng);
            let mut x = normals(batch, L::INPUTS, &mut rng).into_raw_vec_and_offset().0;
            let difference = largest_difference(&mut *layer, &mut x, &mut rng);
            // The largest is 3e-10.
            assert!(difference < 1e-7, "{name}, batch of {batch}, seed {seed}: {difference:e}");
        }
    }
    check::<BatchNorm<5, f64>>("BatchNorm", 7);
    check::<BatchNorm<1, f64>>("BatchNorm", 3);
    check::<BatchNorm<70, f64>>("BatchNorm", 4);
    check::<LayerNorm<5, f64>>("LayerNorm", 7);
    check::<LayerNorm<70, f64>>("LayerNorm", 2);
    check::<LayerNorm<3, f64>>("LayerNorm", 1);
    check::<Gelu<7>>("Gelu", 5);
    check::<Silu<7>>("Silu", 5);
    check::<Mish<7>>("Mish", 5);
}

/// The numbers of the normalization tests: a batch of four samples of three features, as `x / 4`
/// and as `1000 + x / 32`, with `γ`, `β` and `∂L/∂y`.
fn norm_batch<T: Scalar>(scale: f64, shift: f64) -> Vec<T> {
    let x = [3.0, 4.0, 1.0, -3.0, -4.0, -1.0, 3.0, 4.0, 2.0, -2.0, -4.0, -2.0];
    of(&x.map(|x| x * 0.25 * scale + shift))
}

fn norm_parameters<T: Scalar>() -> ([T; 3], [T; 3], Vec<T>) {
    let parameter = |start: usize| std::array::from_fn(|i| T::from_f64((start + i) as f64).sin());
    (parameter(10), parameter(30), of(&std::array::from_fn::<_, 12, _>(|i| (1.0 + i as f64).cos())))
}

/// The expected values of a layer, with their tolerances.
struct Expected {
    y: [f64; 12],
    dx: [f64; 12],
    dweight: [f64; 3],
    dbias: [f64; 3],
}

impl Expected {
    #[track_caller]
    fn check<T: Scalar>(&self, y: &[T], dx: &[T], dweight: &[T], dbias: &[T], tolerance: f64) {
        assert_close(y, &self.y, tolerance);
        assert_close(dx, &self.dx, tolerance);
        assert_close(dweight, &self.dweight, tolerance);
        assert_close(dbias, &self.dbias, tolerance);
    }
}

// The expected values of the following tests are printed by
//
//     s = lambda f, start, n: f(torch.arange(n) + float(start))
//     w, b, dy = s(torch.sin, 10, 3), s(torch.sin, 30, 3), s(torch.cos, 1, 12).reshape(4, 3)
//     x = torch.tensor([[3., 4, 1], [-3, -4, -1], [3, 4, 2], [-2, -4, -2]]) / 4
//     for x in x, x / 8 + 1000:
//         for make in torch.nn.BatchNorm1d, torch.nn.LayerNorm:
//             x = x.detach().requires_grad_(); n = make(3)
//             n.weight.data, n.bias.data = w.clone(), b.clone()
//             y = n(x); y.backward(dy)
//             results = [y, x.grad, n.weight.grad, n.bias.grad]
//             if make is torch.nn.BatchNorm1d:
//                 n.eval(); results += [n.running_mean, n.running_var, n(x)]
//             print(*[r.flatten().tolist() for r in results], sep="\n")
//
// except for `dx` of the last one: PyTorch's kernel is three digits less precise than its formula
// written out:
//
//     c = x - x.mean(1, keepdim=True)
//     y = c / ((c * c).mean(1, keepdim=True) + 1e-5).sqrt() * w + b; y.backward(dy)

#[rustfmt::skip]
const BATCH_NORM: Expected = Expected {
    y: [
        -1.5276060569762366, -1.4040228519602351, 0.2120790298639672, -0.35035274886705525,
        0.595947561314105, 0.890774332619414, -1.5276060569762366, -1.4040228519602351,
        -0.12726862151375617, -0.5465616335519188, 0.595947561314105, 1.2301219839971373,
    ],
    dx: [
        0.06841054142189218, 0.13532352376530418, 0.5697507099026508, -0.15397506570335118,
        -0.13961830259846597, -0.5951706270278843, -0.09923028921433348, -0.13531927519687303,
        -0.2784017987656751, 0.1847948134957926, 0.13961405403003488, 0.30382171589090884,
    ],
    dweight: [2.7307016048291795, -0.8497305051651288, -3.453179698573058],
    dbias: [-0.19851058972862, -0.2735589869044789, -0.09709851310226425],
};
#[rustfmt::skip]
const BATCH_NORM_FAR: Expected = Expected {
    y: [
        -1.527252661564982, -1.4037080085240103, 0.21276104934489887, -0.35077039798855936,
        0.595632717878449, 0.8900923131392271, -1.527252661564982, -1.4037080085240103,
        -0.12590458255226522, -0.5468507752512966, 0.595632717878449, 1.2287579450363912,
    ],
    dx: [
        0.5413626018442339, 1.0833169568952843, 4.572604758247906, -1.2244189644995043,
        -1.117664369937154, -4.775555384510726, -0.7988856695257349, -1.0811437438477298,
        -2.1752186647350924, 1.481942032181006, 1.1154911568896002, 2.378169290997914,
    ],
    dweight: [2.7289131260638233, -0.8494629691355017, -3.4462395125581056],
    dbias: [-0.19851058972862, -0.2735589869044789, -0.09709851310226425],
};
#[rustfmt::skip]
const LAYER_NORM: Expected = Expected {
    y: [
        -1.1334199048964062, -1.473017168658903, 1.2684155306844145, -0.8426433432893176,
        0.6649418780127729, -0.16556216820103323, -0.9880316240928618, -1.6286235807415654,
        1.2085127650907332, -1.3726780240930516, 1.0100348062270512, 0.17204647500473957,
    ],
    dx: [
        -1.542995319281387, 1.0286164404374418, 0.5143788788439461, 1.4770354279814208,
        -0.984624431370805, -0.4924109966106158, -2.3751712241439638, 1.1873838139176254,
        1.1877874102263393, 1.928663590682148, -3.1899660209167013e-06, -1.928660400716127,
    ],
    dweight: [-0.27418071533683674, -0.9325262000315485, 4.318290016163463],
    dbias: [-0.19851058972862, -0.2735589869044789, -0.09709851310226425],
};
#[rustfmt::skip]
const LAYER_NORM_FAR: Expected = Expected {
    y: [
        -1.1329511718949028, -1.4695707699716993, 1.2661039527970315, -0.8431120762908209,
        0.6614954793255693, -0.16325059031365033, -0.9880316240928618, -1.619471561692944,
        1.2036019914308058, -1.3705158402949271, 1.002085987401267, 0.17417905634504124,
    ],
    dx: [
        -12.309203374126874, 8.182249958699487, 4.126953415427386, 11.785230564004271,
        -7.823428217070022, -3.9618023469342503, -18.859361875808293, 9.328659533344764,
        9.53070234246353, 15.34336736500602, -0.0016058743292839493, -15.341761490676735,
    ],
    dweight: [-0.2718745823887232, -0.9287475439785606, 4.298196018679212],
    dbias: [-0.19851058972862, -0.2735589869044789, -0.09709851310226425],
};

#[test]
fn batch_norm_is_that_of_pytorch() {
    fn check<T: Scalar>(scale: f64, shift: f64, want: &Expected, after: &After, tolerance: f64) {
        let (weight, bias, dy) = norm_parameters::<T>();
        let mut norm = BatchNorm::<3, T>::zeros();
        norm.init(Init::He, &mut Rng::seed(0));
        (norm.weight, norm.bias) = (weight, bias);
        let x = norm_batch::<T>(scale, shift);
        let Passes { y, dx, grads } = passes(&*norm, &x, &dy);
        want.check(&y, &dx, &grads.weight, &grads.bias, tolerance);

        norm.update_buffers(&grads);
        assert_close(&norm.running_mean, &after.running_mean, tolerance);
        assert_close(&norm.running_var, &after.running_var, tolerance);
        assert_eq!(norm.batches, [T::one()]);
        let mut y = [T::nan(); 12];
        norm.infer(&x, &mut y, &mut []);
        assert_close(&y, &after.y, tolerance);
        assert_eq!((norm.weight, norm.bias), (weight, bias));
    }
    check::<f64>(1.0, 0.0, &BATCH_NORM, &AFTER, 1e-12);
    check::<f32>(1.0, 0.0, &BATCH_NORM, &AFTER, 1e-6);
    check::<f64>(0.125, 1000.0, &BATCH_NORM_FAR, &AFTER_FAR, 1e-12);
    check::<f32>(0.125, 1000.0, &BATCH_NORM_FAR, &AFTER_FAR, 1e-6);
}

#[test]
fn layer_norm_is_that_of_pytorch() {
    fn check<T: Scalar>(scale: f64, shift: f64, want: &Expected, tolerance: f64) {
        let (weight, bias, dy) = norm_parameters::<T>();
        let norm = LayerNorm { weight, bias };
        let x = norm_batch::<T>(scale, shift);
        let Passes { y, dx, grads } = passes(&norm, &x, &dy);
        want.check(&y, &dx, &grads.weight, &grads.bias, tolerance);
        let mut again = [T::nan(); 12];
        norm.infer(&x, &mut again, &mut []);
        assert_eq!(again, y[..]);
    }
    check::<f64>(1.0, 0.0, &LAYER_NORM, 1e-12);
    check::<f32>(1.0, 0.0, &LAYER_NORM, 1e-6);
    check::<f64>(0.125, 1000.0, &LAYER_NORM_FAR, 1e-12);
    check::<f32>(0.125, 1000.0, &LAYER_NORM_FAR, 1e-6);
}

/// A `BatchNorm` after one update of its running statistics.
struct After {
    running_mean: [f64; 3],
    running_var: [f64; 3],
    y: [f64; 12],
}

#[rustfmt::skip]
const AFTER: After = After {
    running_mean: [0.00625, 0.0, 0.0],
    running_var: [0.9640625, 1.0333333333333334, 0.9208333333333334],
    y: [
        -1.400117646838794, -1.3877620048583266, 0.4116367524549529, -0.5690197858385949,
        0.5796867142121966, 0.6912166100284283, -1.400117646838794, -1.3877620048583266,
        0.27184682366821517, -0.7075360960052948, 0.5796867142121966, 0.831006538815166,
    ],
};
#[rustfmt::skip]
const AFTER_FAR: After = After {
    running_mean: [100.00078125, 100.0, 100.0],
    running_var: [0.9010009765625, 0.9020833333333333, 0.9003255208333334],
    y: [
        -516.8554286278966, -948.1083002682079, -508.40915208720304, -516.7479673541211,
        -947.845085641733, -508.37380882976277, -516.8554286278966, -948.1083002682079,
        -508.42682371592315, -516.765877566417, -947.845085641733, -508.35613720104266,
    ],
};

#[test]
fn normalised_numbers_far_from_zero_keep_their_digits() {
    // Exact in f32, whose spacing is 1/16 there.
    let x: Vec<f64> = (0..60).map(|i| 1e6 + ((i * 37) % 61) as f64 / 16.0).collect();
    let dy: Vec<f64> = (0..60).map(|i| (i as f64).cos()).collect();
    fn check<L: Layer<f32>, M: Layer<f64>>(layer: &L, wide: &M, x: &[f64], dy: &[f64]) {
        let (got, want) = (passes(layer, &of(x), &of(dy)), passes(wide, x, dy));
        assert_close(&got.y, &want.y, 1e-6);
        assert_close(&got.dx, &want.dx, 1e-6);
    }
    let (layer, wide) = (drawn::<f32, BatchNorm<3>>, drawn::<f64, BatchNorm<3, f64>>);
    check(&*layer(&mut Rng::seed(1)), &*wide(&mut Rng::seed(1)), &x, &dy);
    let (layer, wide) = (drawn::<f32, LayerNorm<20>>, drawn::<f64, LayerNorm<20, f64>>);
    check(&*layer(&mut Rng::seed(1)), &*wide(&mut Rng::seed(1)), &x, &dy);
}

#[test]
fn columns_do_not_depend_on_how_many_there_are() {
    let mut rng = Rng::seed(5);
    let norm = drawn::<f64, BatchNorm<150, f64>>(&mut rng);
    let (x, dy) = (normals(6, 150, &mut rng), normals(6, 150, &mut rng));
    let all = passes(&*norm, x.as_slice().unwrap(), dy.as_slice().unwrap());
    let mut inferred = vec![0.0; 900];
    norm.infer(x.as_slice().unwrap(), &mut inferred, &mut []);
    for column in 0..150 {
        let mut one = BatchNorm::<1, f64>::zeros();
        one.init(Init::He, &mut rng);
        (one.weight, one.bias) = ([norm.weight[column]], [norm.bias[column]]);
        let (x, dy) = (x.column(column).to_vec(), dy.column(column).to_vec());
        let alone = passes(&*one, &x, &dy);
        let of_all = |values: &[f64]| -> Vec<f64> {
            values.iter().skip(column).step_by(150).copied().collect()
        };
        assert_eq!(alone.y, of_all(&all.y));
        assert_eq!(alone.dx, of_all(&all.dx));
        assert_eq!(alone.grads.weight[0], all.grads.weight[column]);
        assert_eq!(alone.grads.running_var[0], all.grads.running_var[column]);
        let mut y = [0.0; 6];
        one.infer(&x, &mut y, &mut []);
        assert_eq!(y[..], of_all(&inferred));
    }
}

#[test]
fn a_batch_of_one_is_normalised_to_the_bias() {
    let mut rng = Rng::seed(6);
    let mut norm = drawn::<f64, BatchNorm<3, f64>>(&mut rng);
    let Passes { y, dx, grads } = passes(&*norm, &[1.5, -2.0, 1e4], &[1.0, 2.0, 3.0]);
    assert_eq!(y, norm.bias);
    assert_eq!((&dx[..], grads.weight, grads.bias), (&[0.0; 3][..], [0.0; 3], [1.0, 2.0, 3.0]));
    norm.update_buffers(&grads);
    assert_eq!((norm.running_var, norm.batches), ([1.0; 3], [1.0]));
    assert_close(&norm.running_mean, &[0.15, -0.2, 1e3], 1e-15);

    let norm = drawn::<f64, LayerNorm<1, f64>>(&mut rng);
    let Passes { y, dx, .. } = passes(&*norm, &[7.0, -7.0], &[1.0, 2.0]);
    assert_eq!((y, dx), (vec![norm.bias[0]; 2], vec![0.0; 2]));
}

#[test]
fn running_statistics_move_by_the_mean_of_several_batches() {
    let mut rng = Rng::seed(7);
    let mut norm = drawn::<f64, BatchNorm<3, f64>>(&mut rng);
    let (x1, x2) = (normals(8, 3, &mut rng), normals(8, 3, &mut rng));
    let dy = [1.0; 24];
    let first = passes(&*norm, x1.as_slice().unwrap(), &dy).grads;
    let second = passes(&*norm, x2.as_slice().unwrap(), &dy).grads;
    let mut sum = first.clone();
    sum.numbers_mut().iter_mut().zip(second.numbers()).for_each(|(sum, number)| *sum += number);

    let before = norm.clone();
    norm.update_buffers(&sum);
    for column in 0..3 {
        let mean = (first.running_mean[column] + second.running_mean[column]) / 2.0;
        let variance = (first.running_var[column] + second.running_var[column]) / 2.0;
        assert!((norm.running_mean[column] - 0.1 * mean).abs() < 1e-15);
        assert!((norm.running_var[column] - (0.9 + 0.1 * variance)).abs() < 1e-15);
    }
    assert_eq!((norm.batches, norm.weight), ([2.0], before.weight));

    // Gradients of no batch change nothing.
    let before = norm.clone();
    norm.update_buffers(&BatchNorm::zeros());
    assert_eq!(norm, before);
}

#[test]
fn layers_of_extreme_numbers() {
    fn check<T: Scalar, L: Layer<T>>(layer: &L) {
        let tiny = T::min_positive_value() * T::epsilon();
        for value in [of::<T>(&[0.0, -0.0, 1e4, -1e4])[..].to_vec(), vec![tiny, -tiny, tiny, tiny]]
        {
            let x: Vec<T> = value.iter().copied().cycle().take(12).collect();
            let Passes { y, dx, grads } = passes(layer, &x, &[T::one(); 12]);
            assert!(y.iter().chain(&dx).chain(grads.numbers()).all(|number| number.is_finite()));
        }
        let x = [vec![T::one(); 5], vec![T::nan()], vec![T::one(); 6]].concat();
        let mut y = vec![T::zero(); 12];
        let mut saved = vec![T::zero(); 12 * L::SAVED + L::SCRATCH];
        layer.forward(&x, &mut y, &mut saved, &mut Rng::seed(0));
        assert!(y[5].is_nan());
        let (mut dx, mut grads) = (vec![T::zero(); 12], L::zeros());
        layer.backward(&x, &mut saved, &mut [T::one(); 12], &mut grads, Some(&mut dx));
        assert!(dx[5].is_nan());
        assert!(L::TENSORS.is_empty() || grads.numbers().iter().any(|g| g.is_nan()));
    }
    check::<f32, _>(&Gelu::<3>);
    check::<f64, _>(&Gelu::<3>);
    check::<f32, _>(&Silu::<3>);
    check::<f64, _>(&Silu::<3>);
    check::<f32, _>(&Mish::<3>);
    check::<f64, _>(&Mish::<3>);
    let mut rng = Rng::seed(8);
    check::<f32, _>(&*drawn::<f32, BatchNorm<3>>(&mut rng));
    check::<f64, _>(&*drawn::<f64, BatchNorm<3, f64>>(&mut rng));
    check::<f32, _>(&*drawn::<f32, LayerNorm<3>>(&mut rng));
    check::<f64, _>(&*drawn::<f64, LayerNorm<3, f64>>(&mut rng));
}

network! {
    struct Normalised = Affine(3, 8) -> chainrule::layers::BatchNorm(8) -> Relu
        -> Affine(8, 6) -> chainrule::layers::LayerNorm(6) -> map chainrule::layers::Tanh
        -> Affine(6, 4) => SoftmaxWithLoss;
}

#[test]
fn normalisation_in_a_network() {
    for seed in 0..4 {
        let mut rng = Rng::seed(seed);
        let net = Normalised::<f64>::new(Init::He, &mut rng);
        let check = net.gradient_check(&normals(9, 3, &mut rng), &one_hot(9, 4, &mut rng)).unwrap();
        // The largest is 7e-9. The loss does not depend on the bias before a BatchNorm, so its
        // gradient is rounding error.
        let worst = check.tensors.iter().filter(|tensor| tensor.tensor != "affine1.bias");
        let worst = worst.map(|tensor| tensor.max_relative).fold(0.0, f64::max);
        assert!(worst < 1e-7, "seed {seed}:\n{check}");
        assert!(check.tensors[1].max_absolute < 1e-9, "{check}");
    }
}

#[test]
fn running_statistics_come_to_those_of_the_data() {
    let mut rng = Rng::seed(9);
    let mut net = Normalised::<f64>::new(Init::He, &mut rng);
    let (x, t) = (normals(64, 3, &mut rng), one_hot(64, 4, &mut rng));
    let (mut workspace, mut grads) = (Workspace::new(), Normalised::<f64>::zeros());
    let mut sgd = Sgd::new(0.0).unwrap();
    let mut loss = 0.0;
    for _ in 0..300 {
        loss = net.gradient_in(&x, &t, &mut workspace, &mut grads).unwrap();
        net.update(&mut sgd, &grads);
    }
    // All batches are the same, so the loss differs only by the factor 64/63 of the variance.
    let inferred = net.loss(&x, &t).unwrap();
    assert!((inferred - loss).abs() < 1e-2, "{inferred} and {loss}");
    assert_eq!(net.batch_norm1.batches, [300.0]);
}

/// Compares `y` and `∂ Σ y / ∂x` of a layer without parameters with PyTorch.
#[track_caller]
fn check_gate<L: Layer<f32> + Layer<f64>>(layer: &L, want_y: [f64; 12], want_dx: [f64; 12]) {
    let x = [-1e4, -6.0, -3.0, -0.75, -1e-3, -0.0, 0.0, 1e-3, 0.5, 1.0, 3.0, 1e4];
    let Passes { y, dx, .. } = passes::<f64, L>(layer, &x, &[1.0; 12]);
    assert_each_close(&y, &want_y, 1e-12);
    assert_close(&dx, &want_dx, 1e-12);
    let Passes { y, dx, .. } = passes::<f32, L>(layer, &of(&x), &[1.0; 12]);
    assert_each_close(&y, &want_y, 1e-6);
    assert_close(&dx, &want_dx, 1e-6);
}

// The expected values of the following tests are printed by `run` above, with
//
//     x = torch.tensor([-1e4, -6, -3, -0.75, -1e-3, -0.0, 0, 1e-3, 0.5, 1, 3, 1e4])
//     # F.gelu itself takes 1 + erf, of which little is left below 0.
//     run(lambda x: x * torch.special.erfc(-x / 2**0.5) / 2); run(F.silu)

#[test]
#[rustfmt::skip]
fn gelu_is_that_of_pytorch() {
    check_gate(
        &Gelu::<1>,
        [
            -0.0, -5.919525870226208e-09, -0.004049694094890287, -0.16997051428265114,
            -0.000499601057786089, -0.0, 0.0, 0.000500398942213911, 0.3457312306370065,
            0.8413447460685429, 2.99595030590511, 10000.0,
        ],
        [
            0.0, -3.5468709453902134e-08, -0.011945647204183937, 0.0007742782607649268,
            0.4992021157051586, 0.5, 0.5, 0.5007978842948414, 0.8674951246561627,
            1.0833154705876864, 1.011945647204184, 1.0,
        ],
    );
}

#[test]
#[rustfmt::skip]
fn silu_is_that_of_pytorch() {
    check_gate(
        &Silu::<1>,
        [
            -0.0, -0.014835738939808647, -0.14227761953270035, -0.24061597561845527,
            -0.0004997500000208334, -0.0, 0.0, 0.0005002499999791667, 0.3112296656009273,
            0.7310585786300049, 2.8577223804672998, 10000.0,
        ],
        [
            -0.0, -0.012326432591525513, -0.08810410601516962, 0.1574000555032465,
            0.4995000000833333, 0.5, 0.5, 0.5004999999166666, 0.7399611873026519,
            0.9276705118714869, 1.0881041060151693, 1.0,
        ],
    );
}

// Where PyTorch is not at hand, the same numbers are printed by its formula, x·tanh(softplus(x)):
//
//     from decimal import Decimal as D, getcontext; getcontext().prec = 60
//     def mish(x):
//         e = x.exp(); w = e * (e + 2); t, s = w / (w + 2), 4 * e * (e + 1) / (w + 2)**2
//         return x * t, t + x * s
//     for v in zip(*(mish(D(x)) for x in (-10000, -6, -3, -0.75, -1e-3, 0, 0, 1e-3, 0.5, 1, 3,
//                                         10000))): print([float(y) for y in v])

#[test]
#[rustfmt::skip]
fn mish_is_that_of_pytorch() {
    check_gate(
        &Mish::<1>,
        [
            -0.0, -0.014854080479424993, -0.14564746127562458, -0.2764947145054652,
            -0.0005996799840458663, -0.0, 0.0, 0.000600319983954133, 0.37524521130489513,
            0.8650983882673103, 2.9865350049679575, 10000.0,
        ],
        [
            0.0, -0.01235996793178131, -0.09339311453232084, 0.1607457404998387,
            0.5993599521834647, 0.6, 0.6, 0.6006399518165315, 0.8864243753577272,
            1.0490362200997922, 1.0211069109294437, 1.0,
        ],
    );
}

network! {
    struct Gated = Affine(3, 8) -> Gelu -> Affine(8) -> LeakyRelu(0.2) -> Dropout(0.3) -> Affine(8)
        -> Silu -> BatchNorm -> Elu -> LayerNorm -> Affine(4) -> Mish -> Affine(4) => SoftmaxWithLoss;
}

#[test]
fn layers_by_their_names() {
    for seed in 0..4 {
        let mut rng = Rng::seed(seed);
        let net = Gated::<f64>::new(Init::He, &mut rng);
        let check = net.gradient_check(&normals(9, 3, &mut rng), &one_hot(9, 4, &mut rng)).unwrap();
        // The largest is 1.1e-8.
        assert!(check.max_relative() < 1e-7, "seed {seed}:\n{check}");
    }
}
