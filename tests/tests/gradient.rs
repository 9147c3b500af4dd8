//! Back-propagation is compared with numerical differentiation, with a plain interpreter in nested
//! loops, and in `f32` with `f64`, for every layer and loss and for chains of every pattern. No
//! state leaks from one call into the next.

use std::env;
use std::path::Path;

use chainrule::data::ImageSet;
use chainrule::layers::{Activation, Affine, Layer, Relu, Sigmoid};
use chainrule::losses::{IdentityWithLoss, Loss, SoftmaxWithLoss, Targets};
use chainrule::{GradientCheck, Init, Kind, Network, Numbers, Rng, Workspace, network};
use chainrule_tests::random::{normals, one_hot, probabilities};
use ndarray::{Array2, s};

mod naive;

use naive::naive_gradient;

/// A declared network, so that one function can check them all.
trait Declared: Network<Scalar = f64> {
    fn back(&self, x: &Array2<f64>, t: &Array2<f64>) -> (f64, Box<Self>);
    fn back_in_f32(&self, x: &Array2<f64>, t: &Array2<f64>) -> (f64, Vec<f64>);
    fn check(&self, x: &Array2<f64>, t: &Array2<f64>) -> GradientCheck;
}

/// Declares networks, with a test for each.
macro_rules! networks {
    ($($test:ident: $name:ident = { $($chain:tt)* })*) => {$(
        network! { struct $name = $($chain)*; }

        impl Declared for $name<f64> {
            fn back(&self, x: &Array2<f64>, t: &Array2<f64>) -> (f64, Box<Self>) {
                let mut grads = Self::zeros();
                let loss = self.gradient_in(x, t, &mut Workspace::new(), &mut grads).unwrap();
                (loss, grads)
            }

            fn back_in_f32(&self, x: &Array2<f64>, t: &Array2<f64>) -> (f64, Vec<f64>) {
                let (x, t) = (x.mapv(|v| v as f32), t.mapv(|v| v as f32));
                let net = self.cast::<f32>();
                let grads = net.gradient(&x, &t).unwrap();
                let loss = net.loss(&x, &t).unwrap();
                (loss.into(), grads.parameters().iter().map(|&d| d.into()).collect())
            }

            fn check(&self, x: &Array2<f64>, t: &Array2<f64>) -> GradientCheck {
                self.gradient_check(x, t).unwrap()
            }
        }

        #[test]
        fn $test() {
            examine::<$name<f64>>();
        }
    )*};
}

const HIDDEN: usize = 5;

networks! {
    one_layer: OneLayer = { Affine(4, 3) => SoftmaxWithLoss }
    one_layer_of_regression: LinearRegression = { Affine(4, 3) => IdentityWithLoss }
    two_layers: TwoLayers = { Affine(4, 6) -> Relu -> Affine(6, 3) => SoftmaxWithLoss }
    no_activation: Linear = { Affine(4, 6) -> Affine(6, 5) -> Affine(5, 2) => IdentityWithLoss }
    three_layers: ThreeLayers = {
        Affine(3, 9) -> Sigmoid -> Affine(9, 4) -> Relu -> Affine(4, 7) => SoftmaxWithLoss
    }
    four_layers: FourLayers = {
        Affine(2, 8) -> Sigmoid -> Affine(8, 8) -> Sigmoid -> Affine(8, 8) -> Sigmoid
            -> Affine(8, 2) => IdentityWithLoss
    }
    five_layers: FiveLayers = {
        Affine(3, 10) -> Relu -> Affine(10, 9) -> Relu -> Affine(9, 8) -> Relu -> Affine(8, 7)
            -> Relu -> Affine(7, 6) => SoftmaxWithLoss
    }
    six_layers: SixLayers = {
        Affine(3, 4) -> Sigmoid -> Affine(4, 11) -> Relu -> Affine(11, 2) -> Affine(2, 9)
            -> Sigmoid -> Affine(9, 5) -> Relu -> Affine(5, 4) => SoftmaxWithLoss
    }
    rising_and_falling_widths: Widths = {
        Affine(17, 33) -> Relu -> Affine(33, 1) -> Sigmoid -> Affine(1, 40) -> Relu
            -> Affine(40, 10) => SoftmaxWithLoss
    }
    two_activations_in_a_row: ReluSigmoid = {
        Affine(3, 6) -> Relu -> Sigmoid -> Affine(6, 4) => SoftmaxWithLoss
    }
    three_activations_in_a_row: SigmoidReluSigmoid = {
        Affine(3, 6) -> Sigmoid -> Relu -> Sigmoid -> Affine(6, 4) => IdentityWithLoss
    }
    activation_first: ActivationFirst = {
        Input(5) -> Relu -> Affine(4) -> Sigmoid -> Affine(3) => SoftmaxWithLoss
    }
    two_activations_first: ActivationsFirst = {
        Input(5) -> Sigmoid -> Relu -> Affine(4) => SoftmaxWithLoss
    }
    sigmoid_before_softmax: SigmoidLast = { Affine(4, 5) -> Sigmoid => SoftmaxWithLoss }
    relu_before_softmax: ReluLast = {
        Affine(4, 6) -> Relu -> Affine(6, 5) -> Relu => SoftmaxWithLoss
    }
    sigmoid_before_identity: SigmoidIdentity = {
        Affine(4, 6) -> Relu -> Affine(6, 2) -> Sigmoid => IdentityWithLoss
    }
    two_activations_last: ActivationsLast = {
        Affine(4, 3) -> Sigmoid -> Relu => IdentityWithLoss
    }
    sizes_of_one: SizesOfOne = {
        Affine(1, 1) -> Sigmoid -> Affine(1, 1) -> Relu -> Affine(1, 1) => IdentityWithLoss
    }
    one_number: OneNumber = { Affine(3, 1) => IdentityWithLoss }
    sizes_in_expressions: Expressions = {
        Affine(HIDDEN - 2, 2 * HIDDEN) -> Relu -> Affine(2 * HIDDEN, HIDDEN + 1) => SoftmaxWithLoss
    }
    sizes_left_out: Inferred = {
        Input(6) -> Affine(HIDDEN) -> Sigmoid -> Affine(4) -> Relu -> Affine(3) => IdentityWithLoss
    }
    named_layers: Named = {
        hidden: Affine(4, 6) -> kink: Relu -> Affine(6, 5) -> Sigmoid -> out: Affine(5, 3)
            => SoftmaxWithLoss
    }
}

/// Compares the gradients of a network with all three references, for random parameters and data.
fn examine<N: Declared>() {
    for (seed, batch) in [(1, 1), (2, 1), (3, 7), (4, 7), (5, 7)] {
        let mut rng = Rng::seed(seed);
        let net = random_network::<N>(&mut rng);
        let x = normals(batch, N::INPUTS, &mut rng);
        for t in targets_of::<N>(batch, &mut rng) {
            let (loss, grads) = net.back(&x, &t);
            let (naive_loss, naive_grads) = naive_gradient(&*net, &x, &t);
            let names = format!("seed {seed}, batch {batch}");
            assert_close::<N>(
                &names,
                (loss, grads.parameters()),
                (naive_loss, &naive_grads),
                1e-12,
            );

            let (loss_in_f32, grads_in_f32) = net.back_in_f32(&x, &t);
            assert_close::<N>(
                &names,
                (loss_in_f32, &grads_in_f32),
                (loss, grads.parameters()),
                1e-4,
            );

            let check = net.check(&x, &t);
            assert!(check.max_relative() <= 1e-7, "{names}: {} of\n{check}", N::NAME);
        }
    }
}

/// Weights small enough that no sigmoid saturates: its derivatives would be below the precision of
/// the differences. The biases, which are initialized to zero, are random too.
fn random_network<N: Network<Scalar = f64>>(rng: &mut Rng) -> Box<N> {
    let mut net = N::new(Init::He, rng);
    for tensor in N::TENSORS.iter().filter(|tensor| tensor.kind == Kind::Bias) {
        tensor.of_mut(net.parameters_mut()).fill_with(|| rng.normal());
    }
    net
}

/// Random targets that the loss of a network accepts.
fn targets_of<N: Network>(batch: usize, rng: &mut Rng) -> Vec<Array2<f64>> {
    if N::LAYERS.last().unwrap().layer == "SoftmaxWithLoss" {
        vec![one_hot(batch, N::OUTPUTS, rng), probabilities(batch, N::OUTPUTS, rng)]
    } else {
        vec![normals(batch, N::OUTPUTS, rng)]
    }
}

/// Asserts that two losses, and two gradients of every tensor, differ by at most `tolerance` times
/// the largest number in them.
fn assert_close<N: Network>(
    names: &str,
    (loss, grads): (f64, &[f64]),
    (want_loss, want_grads): (f64, &[f64]),
    tolerance: f64,
) {
    let difference = (loss - want_loss).abs();
    assert!(difference <= tolerance * want_loss.abs().max(1e-3), "{names}: {loss}, {want_loss}");
    assert_eq!(grads.len(), want_grads.len());
    for tensor in N::TENSORS {
        let want = tensor.of(want_grads);
        let largest = want.iter().fold(0.0_f64, |largest, want| largest.max(want.abs()));
        for (got, want) in tensor.of(grads).iter().zip(want) {
            let difference = (got - want).abs();
            assert!(difference <= tolerance * largest, "{names}, {tensor}: {got} for {want}");
        }
    }
}

/// Asserts that `dx` is the gradient of `f` at `x`, by central differences.
#[track_caller]
fn assert_derivatives(f: impl Fn(&[f64]) -> f64, x: &[f64], dx: &[f64]) {
    const STEP: f64 = 1e-5;
    assert_eq!(x.len(), dx.len());
    let mut at = x.to_vec();
    for (place, (&value, d)) in x.iter().zip(dx).enumerate() {
        at[place] = value + STEP;
        let right = f(&at);
        at[place] = value - STEP;
        let slope = (right - f(&at)) / (2.0 * STEP);
        at[place] = value;
        // f is about 10, so the quotient is rounded to 10 · 2⁻⁵² / 10⁻⁵.
        assert!((slope - d).abs() <= 1e-9, "{d} for {slope} at {place}");
    }
}

/// `Σ a·b`: reduces an array to one number, with the gradient `a`.
fn weighted(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn some(count: usize, seed: u64) -> Vec<f64> {
    let mut rng = Rng::seed(seed);
    (0..count).map(|_| rng.normal()).collect()
}

#[test]
fn affine_alone() {
    const BATCH: usize = 5;
    let mut layer = Affine::<4, 3, f64> { weight: [[0.0; 3]; 4], bias: [0.0; 3] };
    layer.numbers_mut().copy_from_slice(&some(15, 1));
    let (x, dout) = (some(BATCH * 4, 2), some(BATCH * 3, 3));
    let mut grads = Affine { weight: [[f64::NAN; 3]; 4], bias: [f64::NAN; 3] };
    let mut dx = vec![f64::NAN; BATCH * 4];
    layer.backward(&x, &mut [], &mut dout.clone(), &mut grads, Some(&mut dx));

    let value = |layer: &Affine<4, 3, f64>, x: &[f64]| {
        let mut y = [0.0; BATCH * 3];
        layer.infer(x, &mut y, &mut []);
        weighted(&dout, &y)
    };
    assert_derivatives(|x| value(&layer, x), &x, &dx);
    let of_parameters = |w: &[f64]| {
        let mut layer = layer.clone();
        layer.numbers_mut().copy_from_slice(w);
        value(&layer, &x)
    };
    assert_derivatives(of_parameters, layer.numbers(), grads.numbers());

    // Without a buffer for the gradient of the input, that gradient is not computed; the others are
    // the same.
    let mut alone = Affine { weight: [[f64::NAN; 3]; 4], bias: [f64::NAN; 3] };
    layer.backward(&x, &mut [], &mut dout.clone(), &mut alone, None);
    assert_eq!(alone, grads);
}

/// Checks an activation at `x`.
fn check_activation(activation: &impl Activation<f64>, x: &[f64]) {
    let dout = some(x.len(), 7);
    let forward = |x: &[f64]| {
        let mut y = x.to_vec();
        activation.forward(&mut y);
        y
    };
    let mut dx = dout.clone();
    activation.backward(&forward(x), &mut dx);
    assert_derivatives(|x| weighted(&dout, &forward(x)), x, &dx);
}

#[test]
fn activations_alone() {
    let x = [-30.0, -3.0, -0.5, -1e-3, 1e-3, 0.25, 2.0, 9.0, 30.0];
    check_activation(&Sigmoid, &x);
    check_activation(&Sigmoid, &[0.0, -0.0]);
    check_activation(&Relu, &x);
}

/// Checks a loss for a batch of 4 samples with 3 outputs, with an upstream gradient of -2.5.
fn check_loss(loss: &impl Loss<f64>, targets: Targets<'_, f64>) {
    let x = some(12, 11);
    let mut dx = x.clone();
    loss.forward(&mut dx, targets, 4);
    loss.backward(&mut dx, targets, 4, -2.5);
    assert_derivatives(|x| -2.5 * loss.forward(&mut x.to_vec(), targets, 4), &x, &dx);
}

#[test]
fn losses_alone() {
    let soft = probabilities(4, 3, &mut Rng::seed(5));
    check_loss(&SoftmaxWithLoss, Targets::Labels(&[2, 0, 0, 1]));
    check_loss(&SoftmaxWithLoss, Targets::Rows(soft.as_slice().unwrap()));
    check_loss(&IdentityWithLoss, Targets::Rows(&some(12, 12)));
    // Within the rounding tolerance, a row may sum to slightly more than 1.
    let unrounded: Vec<f64> = soft.iter().map(|t| t * 1.00009).collect();
    assert!(SoftmaxWithLoss.is_valid_target(&unrounded[..3]));
    check_loss(&SoftmaxWithLoss, Targets::Rows(&unrounded));
}

network! { struct TwoLayerNet = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss; }

/// Three images with one-hot labels: from MNIST if `$MNIST_DIR` is set, otherwise noise with the
/// same share of black pixels.
fn three_images() -> (Array2<f64>, Array2<f64>) {
    let Some(folder) = env::var_os("MNIST_DIR").filter(|folder| !folder.is_empty()) else {
        println!("$MNIST_DIR is not set: noise replaces images");
        let mut rng = Rng::seed(28);
        let ink = |rng: &mut Rng| if rng.uniform() < 0.2 { rng.uniform() } else { 0.0 };
        let images = Array2::from_shape_simple_fn((3, 784), || ink(&mut rng));
        return (images, one_hot(3, 10, &mut rng));
    };
    let file = |name: &str| Path::new(&folder).join(format!("{name}-ubyte.gz"));
    let set = ImageSet::read(file("train-images-idx3"), file("train-labels-idx1")).unwrap();
    let labels = &set.labels()[..3];
    assert_eq!(labels, [5, 0, 4]);
    let one_hot = Array2::from_shape_fn((3, 10), |(i, j)| f64::from(usize::from(labels[i]) == j));
    (set.brightness(0..3).unwrap(), one_hot)
}

/// Checks the network of the chapter on three images, initialized from `seed`.
fn check_images(seed: u64) {
    let (x, t) = three_images();
    let net = TwoLayerNet::<f64>::new(Init::Normal(0.01), &mut Rng::seed(seed));
    let check = net.gradient_check(&x, &t).unwrap();
    println!("seed {seed}\n{check}");
    assert_eq!(check.tensors.len(), 4);
    for tensor in &check.tensors {
        assert!(tensor.max_relative <= 1e-7, "seed {seed}:\n{check}");
    }
}

#[test]
fn the_network_of_the_chapter_on_three_images() {
    (0..2).for_each(check_images);
}

#[test]
fn the_network_of_the_chapter_on_three_images_again() {
    (2..4).for_each(check_images);
}

network! { struct Xor = Affine(2, 8) -> Relu -> Affine(8, 2) => SoftmaxWithLoss; }

#[test]
fn a_gradient_check_knows_a_kink() {
    // The first sample and the biases are zero, so the ReLU's inputs are zero too.
    let corners = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    for seed in 0..20 {
        let mut net = Xor::<f64>::new(Init::He, &mut Rng::seed(seed));
        let check = net.gradient_check(&corners, &[0_u8, 1, 1, 0]).unwrap();
        assert!(check.max_relative() <= 1e-7, "seed {seed}:\n{check}");

        // There was a kink to detect: the numerical gradient, the mean of the slopes on both sides,
        // differs from back-propagation. Away from the kink they agree.
        let off = |net: &Xor<f64>| {
            let numerical = net.numerical_gradient(&corners, &[0_u8, 1, 1, 0]).unwrap();
            let backward = net.gradient(&corners, &[0_u8, 1, 1, 0]).unwrap();
            let pairs = numerical.affine1.bias.into_iter().zip(backward.affine1.bias);
            pairs.map(|(one, other)| (one - other).abs()).fold(0.0, f64::max)
        };
        assert!(off(&net) > 1e-2, "seed {seed}: {}", off(&net));
        net.affine1.bias = [1e-2; 8];
        assert!(off(&net) < 1e-9, "seed {seed}: {}", off(&net));
    }
}

#[test]
fn a_gradient_check_sees_past_kinks_nearby() {
    network! {
        struct Kinks = Affine(6, 30) -> Relu -> Affine(30, 30) -> Relu -> Affine(30, 10) -> Relu
            -> Affine(10, 3) => SoftmaxWithLoss;
    }
    // Those of the first thousand seeds for which one unit is within about 1e-6 of its kink for a
    // sample.
    for seed in [303, 432, 460, 590, 958] {
        let mut rng = Rng::seed(seed);
        let net = Kinks::<f64>::new(Init::He, &mut rng);
        let x = normals(20, 6, &mut rng);
        let check = net.gradient_check(&x, &[seed as usize % 3; 20]).unwrap();
        assert!(check.max_relative() <= 1e-7, "seed {seed}:\n{check}");
    }
}

#[test]
fn a_gradient_check_finds_a_mistake() {
    // The check itself must be able to fail: the numerical gradient of this network uses different
    // parameters.
    let mut rng = Rng::seed(1);
    let net = TwoLayers::<f64>::new(Init::He, &mut rng);
    let (x, t) = (normals(5, 4, &mut rng), one_hot(5, 3, &mut rng));
    let right = net.numerical_gradient(&x, &t).unwrap();
    let backward = net.gradient(&x, &t).unwrap();
    assert_close::<TwoLayers<f64>>(
        "",
        (0.0, right.parameters()),
        (0.0, backward.parameters()),
        1e-7,
    );

    let mut other = net.clone();
    other.affine1.bias[0] += 1e-3;
    let wrong = other.numerical_gradient(&x, &t).unwrap();
    let difference = wrong.affine1.bias[0] - backward.affine1.bias[0];
    assert!(difference.abs() > 1e-5, "{difference}");
}

/// The loss and the gradient as bits, computed in a given workspace and gradient buffer.
macro_rules! bits {
    ($net:expr, $x:expr, $t:expr, $workspace:expr, $grads:expr) => {{
        let grads = $grads;
        let mut bits = vec![$net.gradient_in($x, $t, $workspace, grads).unwrap().to_bits()];
        bits.extend(grads.parameters().iter().map(|d| d.to_bits()));
        bits
    }};
}

#[test]
fn gradients_replace_what_was_there() {
    let mut rng = Rng::seed(1);
    let net = SixLayers::<f64>::new(Init::He, &mut rng);
    let (x, t) = (normals(7, 3, &mut rng), one_hot(7, 4, &mut rng));
    let fresh = bits!(net, &x, &t, &mut Workspace::new(), &mut SixLayers::<f64>::zeros());
    for dirt in [1e300, f64::NAN, f64::NEG_INFINITY] {
        let mut grads = SixLayers::<f64>::zeros();
        grads.parameters_mut().fill(dirt);
        assert_eq!(bits!(net, &x, &t, &mut Workspace::new(), &mut grads), fresh);
    }
}

#[test]
fn a_used_workspace_gives_the_same_bits() {
    let mut rng = Rng::seed(2);
    let six = SixLayers::<f64>::new(Init::He, &mut rng);
    let widths = Widths::<f64>::new(Init::Xavier, &mut rng);
    let first = ActivationFirst::<f64>::new(Init::Xavier, &mut rng);
    let mut six_grads = SixLayers::<f64>::zeros();
    let mut widths_grads = Widths::<f64>::zeros();
    let mut first_grads = ActivationFirst::<f64>::zeros();

    let mut shared = Workspace::new();
    for batch in [7, 1, 40, 3, 40, 2, 100, 1] {
        let x = normals(batch, 17, &mut rng);
        let t = one_hot(batch, 10, &mut rng);
        let fresh = bits!(widths, &x, &t, &mut Workspace::new(), &mut widths_grads);
        assert_eq!(bits!(widths, &x, &t, &mut shared, &mut widths_grads), fresh);
        assert_eq!(bits!(widths, &x, &t, &mut shared, &mut widths_grads), fresh);

        // Strided views use the workspace's staging buffers for inputs and targets.
        let (x, t) = (x.slice(s![.., ..6; 2]), one_hot(batch, 4, &mut rng));
        let t = t.slice(s![..;-1, ..]);
        let fresh = bits!(six, x, t, &mut Workspace::new(), &mut six_grads);
        assert_eq!(bits!(six, x, t, &mut shared, &mut six_grads), fresh);

        let (x, t) = (normals(batch, 5, &mut rng), vec![2_u8; batch]);
        let fresh = bits!(first, &x, &t, &mut Workspace::new(), &mut first_grads);
        assert_eq!(bits!(first, &x, &t, &mut shared, &mut first_grads), fresh);
        let predicted = first.predict(&x).unwrap();
        assert_eq!(first.predict_in(&x, &mut shared).unwrap(), predicted);
    }
}

#[test]
fn the_loss_of_a_gradient_is_the_loss() {
    let mut rng = Rng::seed(3);
    let net = SigmoidLast::<f32>::new(Init::Xavier, &mut rng);
    let x = normals(9, 4, &mut rng).mapv(|v| v as f32);
    let t = probabilities(9, 5, &mut rng).mapv(|v| v as f32);
    let mut grads = SigmoidLast::<f32>::zeros();
    let loss = net.gradient_in(&x, &t, &mut Workspace::new(), &mut grads).unwrap();
    assert_eq!(loss.to_bits(), net.loss(&x, &t).unwrap().to_bits());
}

#[test]
fn gradient_of_the_declared_loss_is_the_gradient() {
    let mut rng = Rng::seed(4);
    let net = SigmoidIdentity::<f64>::new(Init::Xavier, &mut rng);
    let (x, t) = (normals(6, 4, &mut rng), normals(6, 2, &mut rng));
    let mut grads = SigmoidIdentity::<f64>::zeros();
    let squared_error = |mut y: ndarray::ArrayViewMut2<'_, f64>| {
        y -= &t;
        let loss = y.mapv(|d| d * d).sum() / 12.0;
        y /= 6.0;
        loss
    };
    let mut workspace = Workspace::new();
    let loss = net.gradient_of(&x, squared_error, &mut workspace, &mut grads).unwrap();
    let (want_loss, want) = net.back(&x, &t);
    assert_close::<SigmoidIdentity<f64>>(
        "",
        (loss, grads.parameters()),
        (want_loss, want.parameters()),
        1e-14,
    );
}

#[test]
fn a_network_does_not_change_while_it_is_checked() {
    let mut rng = Rng::seed(5);
    let net = ThreeLayers::<f64>::new(Init::Xavier, &mut rng);
    let before = net.clone();
    let (x, t) = (normals(4, 3, &mut rng), one_hot(4, 7, &mut rng));
    let _ = (net.check(&x, &t), net.back(&x, &t), net.numerical_gradient(&x, &t).unwrap());
    assert_eq!(net.parameters(), before.parameters());
}
