//! Networks with named values: residuals, gates, concatenation, layers that are used twice, several
//! inputs and outputs. Their gradients are correct wherever paths join, and a network that could be
//! a chain computes the same as the chain.

use chainrule::{Init, Kind, Network, Numbers, Rng, Sgd, Workspace, network};
use chainrule_tests::random::{normals, one_hot};
use ndarray::{Array2, ArrayView2, concatenate, s};

#[allow(dead_code, reason = "other tests use the rest")]
mod my;

use my::{Glu, PRelu};

/// Weights with standard deviation 0.5, and biases near 0.
fn random_network<N: Network<Scalar = f64>>(rng: &mut Rng) -> Box<N> {
    let mut net = N::new(Init::Normal(0.5), rng);
    for tensor in N::TENSORS.iter().filter(|tensor| tensor.kind == Kind::Bias) {
        tensor.of_mut(net.parameters_mut()).iter_mut().for_each(|b| *b += 0.3 * rng.normal());
    }
    net
}

/// The loss and the gradient as bits.
fn bits<N: Network<Scalar = f64>>((loss, grads): (f64, &N)) -> Vec<u64> {
    std::iter::once(loss).chain(grads.parameters().iter().copied()).map(f64::to_bits).collect()
}

/// Declares networks with one input, and tests the gradients of each.
macro_rules! networks {
    ($($test:ident: $name:ident { $($body:tt)* })*) => {$(
        network! { struct $name { $($body)* } }

        #[test]
        fn $test() {
            type Net = $name<f64>;
            let (mut workspace, mut grads) = (Workspace::new(), Net::zeros());
            for (seed, batch) in [(1, 1), (2, 7), (3, 4), (4, 1)] {
                let mut rng = Rng::seed(seed);
                let net = random_network::<Net>(&mut rng);
                let x = normals(batch, Net::INPUTS, &mut rng);
                let t = one_hot(batch, Net::OUTPUTS, &mut rng);
                let check = net.gradient_check(&x, &t).unwrap();
                assert!(check.max_relative() <= 1e-7, "seed {seed}:\n{check}");

                // The results of earlier passes have no effect.
                let fresh = net.gradient(&x, &t).unwrap();
                let loss = net.loss(&x, &t).unwrap();
                let again = net.gradient_in(&x, &t, &mut workspace, &mut grads).unwrap();
                assert_eq!(bits((again, &*grads)), bits((loss, &*fresh)), "seed {seed}");
                let y = net.predict_in(&x, &mut workspace).unwrap().to_owned();
                assert_eq!(y, net.predict(&x).unwrap());

                // The same as a layer of an enclosing network, after another layer, which requests
                // the gradient of its input.
                network! { struct Around = Affine(5, 4) -> $name => IdentityWithLoss; }
                const { assert!(Net::INPUTS == 4) };
                let around = random_network::<Around<f64>>(&mut rng);
                let x = normals(batch, 5, &mut rng);
                let t = normals(batch, Net::OUTPUTS, &mut rng);
                let check = around.gradient_check(&x, &t).unwrap();
                assert!(check.max_relative() <= 1e-7, "seed {seed}, nested:\n{check}");
            }
        }
    )*};
}

networks! {
    a_residual: Residual {
        input x: [4];
        let h = x -> Affine(6) -> Sigmoid;
        let y = h -> Affine(6) -> Sigmoid -> Affine(6);
        (h + y) -> Sigmoid -> Affine(3) => SoftmaxWithLoss
    }
    a_residual_of_the_input: Skip {
        input x: [4];
        let y = x -> Affine(4) -> Sigmoid;
        (y + x) -> Affine(3) => SoftmaxWithLoss
    }
    a_residual_before_the_loss: LastSum {
        input x: [4];
        let h = x -> Affine(3);
        (h + (h -> Sigmoid -> Affine(3))) => SoftmaxWithLoss
    }
    sums_of_three: Three {
        input x: [4];
        let a = x -> Affine(3) -> Sigmoid;
        let b = x -> Affine(3);
        let c = b -> Sigmoid;
        (a + b + c) -> Affine(2) => IdentityWithLoss
    }
    a_value_twice_in_a_sum: Twice {
        input x: [4];
        let h = x -> Affine(3) -> Sigmoid;
        (h + h) -> Affine(2) => IdentityWithLoss
    }
    a_square: Square {
        input x: [4];
        let h = x -> Affine(3);
        h * h => IdentityWithLoss
    }
    a_gate: Gate {
        input x: [4];
        let value = x -> Affine(5);
        let gate = x -> Affine(5) -> Sigmoid;
        (value * gate) -> Affine(2) => SoftmaxWithLoss
    }
    a_gate_of_the_input: InputGate {
        input x: [4];
        let gate = x -> Affine(4) -> Sigmoid;
        (x * gate) -> Affine(2) => SoftmaxWithLoss
    }
    products_and_sums: Highway {
        input x: [4];
        let h = x -> Affine(5) -> Sigmoid;
        let t = h -> Affine(5) -> Sigmoid;
        let y = h -> Affine(5);
        (y * t + h * t * t + h) -> Affine(2) => SoftmaxWithLoss
    }
    concatenation: Concat {
        input x: [4];
        let a = x -> Affine(3) -> Sigmoid;
        let b = x -> Affine(5);
        concat(a, b, x, a) -> Affine(2) => SoftmaxWithLoss
    }
    concatenation_last: ConcatLast {
        input x: [4];
        let a = x -> Affine(1) -> Sigmoid;
        concat(a, x -> Affine(2)) => SoftmaxWithLoss
    }
    a_shared_layer: Shared {
        input x: [4];
        let h = x -> Affine(6) -> Sigmoid;
        let y = h -> mix: Affine(6) -> Sigmoid -> mix -> Sigmoid -> mix;
        (y + h) -> Affine(2) => SoftmaxWithLoss
    }
    a_shared_first_layer: Siamese {
        input x: [4];
        let a = x -> embed: Affine(4, 4) -> Sigmoid;
        let b = a -> embed;
        (a * b) -> Affine(2) => IdentityWithLoss
    }
    shared_layers_of_several_sizes: Sizes {
        input x: [4];
        let h = x -> a: Affine(4) -> Tanh -> a -> norm: LayerNorm -> Affine(6);
        let y = h -> b: Affine(6) -> wide: LayerNorm -> b -> wide -> Gelu;
        (y -> Affine(4) -> a -> norm) -> slopes: PRelu(4) -> Affine(6) -> b -> Affine(4) -> slopes
            -> Affine(2) => SoftmaxWithLoss
    }
    shared_networks_of_several_sizes: Networks {
        input x: [4];
        let h = x -> Gate -> Affine(4) -> gate -> Affine(3) -> mix: Affine(3) -> Tanh -> mix;
        (h -> Affine(4) -> Twice) -> Affine(4) -> twice -> elu: Elu(0.7) -> Affine(3) -> elu
            -> mix -> Affine(2) => SoftmaxWithLoss
    }
    activations_of_the_input: Signs {
        input x: [4];
        let a = x -> Sigmoid;
        let b = a -> Sigmoid;
        concat(a + b, x -> Sigmoid, x) -> Affine(3) => SoftmaxWithLoss
    }
    many_readers: Fan {
        input x: [4];
        let h = x -> Affine(3);
        let a = h -> Affine(3) -> Sigmoid;
        let b = h -> Affine(3) -> Sigmoid;
        let c = h -> Sigmoid;
        let d = h -> Affine(3);
        (a + b * c + d + h) -> Affine(2) => SoftmaxWithLoss
    }
    layers_of_ones_own: Own {
        input x: [4];
        let h = x -> Glu(4, 6) -> Sigmoid;
        let y = h -> slopes: PRelu(6) -> slopes -> Glu(6, 6);
        (h + y) -> Affine(2) => SoftmaxWithLoss
    }
    in_several_methods_for_its_length: Long {
        input x: [4];
        let h = x -> turn: Affine(4) -> Tanh;
        let y = h -> repeat 35 { Affine(4) -> LayerNorm -> HardTanh } -> turn;
        (h + y) -> Affine(6) -> repeat 24 { Affine(6, init = Xavier) -> LayerNorm -> Softplus } -> Affine(3) => SoftmaxWithLoss
    }
    repeated_and_shared: Deep {
        input x: [4];
        let h = x -> repeat 3 { Affine(4) -> Sigmoid };
        let y = h -> turn: Affine(4) -> repeat 2 { Sigmoid -> turn };
        (h + y) -> Affine(2) => SoftmaxWithLoss
    }
    networks_in_networks: Outer {
        input x: [4];
        let h = x -> Skip -> Affine(4);
        let y = h -> again: Shared -> Affine(4) -> again;
        concat(h, y) -> Affine(2) => SoftmaxWithLoss
    }
    all_of_it: All {
        input x: [4];
        let h = x -> Affine(6) -> Sigmoid;
        let gate = h -> Affine(6) -> Sigmoid;
        let y = h -> mix: Affine(6) -> Sigmoid;
        let z = (h + y) -> mix;
        let w = concat(z * gate, x -> Glu(4, 3), h);
        (w + (w -> Affine(15) -> Sigmoid)) -> Affine(7) -> repeat 2 { Affine(7) -> Sigmoid }
            -> Affine(2) => SoftmaxWithLoss
    }
}

/// The gradient of a layer that is used twice is the sum of the gradients of two layers with the
/// same parameters.
#[test]
fn gradients_of_both_uses_add_up() {
    network! {
        struct Once = Input(2) -> a1: Affine(2) -> Tanh -> a2: Affine(2) -> Affine(2, 3)
            -> b1: Affine(3) -> Tanh -> b2: Affine(3) -> Affine(2) => SoftmaxWithLoss;
    }
    network! {
        struct Both = Input(2) -> a: Affine(2) -> Tanh -> a -> Affine(2, 3)
            -> b: Affine(3) -> Tanh -> b -> Affine(2) => SoftmaxWithLoss;
    }
    let mut rng = Rng::seed(2);
    let mut both = random_network::<Both<f64>>(&mut rng);
    let mut once = Once::<f64>::zeros();
    (once.a1, once.a2) = (both.a.clone(), both.a.clone());
    (once.b1, once.b2) = (both.b.clone(), both.b.clone());
    (once.affine3, once.affine6) = (both.affine2.clone(), both.affine4.clone());
    let (x, t) = (normals(5, 2, &mut rng), one_hot(5, 2, &mut rng));
    assert_eq!(both.predict(&x).unwrap(), once.predict(&x).unwrap());

    let (dboth, donce) = (both.gradient(&x, &t).unwrap(), once.gradient(&x, &t).unwrap());
    let sum = |one: &[f64], other: &[f64]| -> Vec<f64> {
        one.iter().zip(other).map(|(one, other)| one + other).collect()
    };
    assert_eq!(dboth.a.numbers(), sum(donce.a2.numbers(), donce.a1.numbers()));
    assert_eq!(dboth.b.numbers(), sum(donce.b2.numbers(), donce.b1.numbers()));
    assert_eq!(dboth.affine2, donce.affine3);
    assert_eq!(dboth.affine4, donce.affine6);

    // A training step uses the same gradient.
    let mut stepped = both.clone();
    let mut sgd = Sgd::new(0.1).unwrap();
    let (mut workspace, mut grads) = (Workspace::new(), Both::<f64>::zeros());
    stepped.train_step(&x, &t, &mut sgd, &mut workspace, &mut grads).unwrap();
    both.update(&mut sgd, &dboth);
    assert_eq!(stepped.parameters(), both.parameters());
}

/// The running statistics of a layer that is used twice are the mean over both batches.
#[test]
fn buffers_of_both_uses() {
    network! {
        struct Both = Input(2) -> a: BatchNorm -> Affine(2) -> a -> Affine(3) -> b: BatchNorm
            -> Affine(3) -> b -> Affine(2) => IdentityWithLoss;
    }
    network! {
        struct Once = Input(2) -> a1: BatchNorm -> Affine(2) -> a2: BatchNorm -> Affine(3)
            -> b1: BatchNorm -> Affine(3) -> b2: BatchNorm -> Affine(2) => IdentityWithLoss;
    }
    let mut rng = Rng::seed(3);
    let mut both = random_network::<Both<f64>>(&mut rng);
    let mut once = Once::<f64>::zeros();
    (once.a1, once.a2) = (both.a.clone(), both.a.clone());
    (once.b1, once.b2) = (both.b.clone(), both.b.clone());
    (once.affine1, once.affine2) = (both.affine1.clone(), both.affine2.clone());
    (once.affine3, once.affine4) = (both.affine3.clone(), both.affine4.clone());
    let (x, t) = (normals(5, 2, &mut rng), normals(5, 2, &mut rng));
    let mut sgd = Sgd::new(0.1).unwrap();
    let (dboth, donce) = (both.gradient(&x, &t).unwrap(), once.gradient(&x, &t).unwrap());
    both.update(&mut sgd, &dboth);
    once.update(&mut sgd, &donce);
    let mean = |one: &[f64], other: &[f64]| -> Vec<f64> {
        one.iter().zip(other).map(|(one, other)| (one + other) / 2.0).collect()
    };
    assert_close(&both.a.running_mean, &mean(&once.a1.running_mean, &once.a2.running_mean));
    assert_close(&both.a.running_var, &mean(&once.a1.running_var, &once.a2.running_var));
    assert_close(&both.b.running_mean, &mean(&once.b1.running_mean, &once.b2.running_mean));
    assert_close(&both.b.running_var, &mean(&once.b1.running_var, &once.b2.running_var));
    assert_eq!((both.a.batches, both.b.batches), ([2.0], [2.0]));
}

#[track_caller]
fn assert_close(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    for (got, want) in got.iter().zip(want) {
        assert!((got - want).abs() <= 1e-14 * (1.0 + want.abs()), "{got} for {want}");
    }
}

/// With any names, a chain computes the same as in the chain form.
#[test]
fn a_chain_with_names() {
    network! {
        struct Named {
            input pixels: [7];
            let hidden = pixels -> Affine(5) -> Relu;
            let more = hidden -> Affine(4) -> Sigmoid;
            more -> Affine(3) => SoftmaxWithLoss
        }
    }
    network! {
        struct Chain = Affine(7, 5) -> Relu -> Affine(4) -> Sigmoid -> Affine(3) => SoftmaxWithLoss;
    }
    let mut rng = Rng::seed(0);
    let named = random_network::<Named<f64>>(&mut rng);
    let mut chain = Chain::<f64>::zeros();
    chain.parameters_mut().copy_from_slice(named.parameters());
    let (x, t) = (normals(9, 7, &mut rng), one_hot(9, 3, &mut rng));
    assert_eq!(named.predict(&x).unwrap(), chain.predict(&x).unwrap());
    let grads = (named.gradient(&x, &t).unwrap(), chain.gradient(&x, &t).unwrap());
    assert_eq!(bits((0.0, &*grads.0)), bits((0.0, &*grads.1)));
    assert_eq!(Named::WORKSPACE_PER_SAMPLE, Chain::WORKSPACE_PER_SAMPLE);
    assert_eq!(Named::TRAINING_FLOPS, Chain::TRAINING_FLOPS);
}

network! {
    /// Two images, and their difference.
    struct Pair {
        input left: [4];
        input right: [4];
        input both: [3];
        let a = left -> embed: Affine(4, 5) -> Sigmoid;
        let b = right -> embed -> Sigmoid;
        concat(a * b, both) -> Affine(2) => SoftmaxWithLoss
    }
}

#[test]
fn several_inputs() {
    let mut rng = Rng::seed(5);
    let net = random_network::<Pair<f64>>(&mut rng);
    assert_eq!((Pair::INPUTS, Pair::PARAMS), (11, 4 * 5 + 5 + 8 * 2 + 2));
    let left = normals(6, 4, &mut rng);
    let right = normals(4, 6, &mut rng).reversed_axes();
    let both = vec![[0.5, -1.0, 2.0]; 6];
    let t = [0_usize, 1, 1, 0, 1, 0];
    let check = net.gradient_check((&left, &right, &both), &t).unwrap();
    assert!(check.max_relative() <= 1e-7, "{check}");

    // As two passes, with the weights copied.
    let [weight, bias, out, out_bias] = Pair::<f64>::TENSORS else { panic!() };
    let matrix = |tensor: &chainrule::TensorInfo, rows| {
        let numbers = tensor.of(net.parameters()).to_vec();
        Array2::from_shape_vec((rows, numbers.len() / rows), numbers).unwrap()
    };
    let embed = |x: ArrayView2<'_, f64>| {
        (x.dot(&matrix(weight, 4)) + matrix(bias, 1)).mapv(|y| 1.0 / (1.0 + (-y).exp()))
    };
    let gate = embed(left.view()) * embed(right.view());
    let both_rows = Array2::from(both.clone());
    let joined = concatenate![ndarray::Axis(1), gate, both_rows];
    let expected = joined.dot(&matrix(out, 8)) + matrix(out_bias, 1);
    let y = net.predict((&left, &right, &both)).unwrap();
    assert!((&y - &expected).iter().all(|d| d.abs() < 1e-12));

    // As a layer, its inputs are concatenated.
    network! { struct Around = Affine(5, 11) -> Pair => IdentityWithLoss; }
    let around = random_network::<Around<f64>>(&mut rng);
    let x = normals(3, 5, &mut rng);
    let check = around.gradient_check(&x, &normals(3, 2, &mut rng)).unwrap();
    assert!(check.max_relative() <= 1e-7, "{check}");
}

#[test]
fn mistakes_of_several_inputs() {
    let net = Pair::<f64>::zeros();
    let (x, short) = (Array2::zeros((2, 4)), Array2::zeros((1, 4)));
    let error = net.predict((&x, &short, &[[0.0; 3]; 2])).unwrap_err().to_string();
    assert_eq!(error, "expected 2 samples in the input `right`, as in the first input, found 1");
    let narrow = Array2::zeros((2, 2));
    let error = net.predict((&x, &x, &narrow)).unwrap_err().to_string();
    let expected = "expected 3 features per sample for the input `both`, found 2; pass an array of shape \
                    `batch × 3`";
    assert_eq!(error, expected);
    let nan = [[0.0, f64::NAN, 0.0]; 2];
    let error = net.predict((&x, &x, &nan)).unwrap_err().to_string();
    assert!(error.contains("NaN"), "{error}");
}

network! {
    /// An action, and the value of the state.
    struct ActorCritic {
        input x: [4];
        let h = x -> Affine(8) -> Sigmoid;
        (h -> policy: Affine(3), h -> value: Affine(1)) => IdentityWithLoss
    }
}

#[test]
fn several_outputs() {
    let mut rng = Rng::seed(6);
    let net = random_network::<ActorCritic<f64>>(&mut rng);
    let x = normals(5, 4, &mut rng);
    let (policy, value) = net.predict(&x).unwrap();
    assert_eq!((policy.dim(), value.dim()), ((5, 3), (5, 1)));
    let mut workspace = Workspace::new();
    let views = net.predict_in(&x, &mut workspace).unwrap();
    assert_eq!(views, (policy.view(), value.view()));

    // The targets are concatenated.
    let t = normals(5, 4, &mut rng);
    let check = net.gradient_check(&x, &t).unwrap();
    assert!(check.max_relative() <= 1e-7, "{check}");
    let half_square =
        |y: &Array2<f64>, t: ArrayView2<'_, f64>| (y - &t).mapv(|d| d * d).sum() / 2.0;
    let expected =
        half_square(&policy, t.slice(s![.., ..3])) + half_square(&value, t.slice(s![.., 3..]));
    assert!((net.loss(&x, &t).unwrap() - expected / 5.0).abs() < 1e-12);
}

/// Consecutive residual blocks, each of which reads the previous one twice.
macro_rules! blocks {
    ($name:ident: $($value:ident <- $before:ident),* => $last:ident) => {
        network! {
            struct $name {
                input x: [4];
                let begin = x -> Affine(16);
                $(let $value = $before + ($before -> Affine(16) -> Relu -> Affine(16));)*
                $last -> Affine(2) => SoftmaxWithLoss
            }
        }
    };
}

blocks!(Five: a <- begin, b <- a, c <- b, d <- c, e <- d => e);
blocks!(Fifty:
    a0 <- begin, a1 <- a0, a2 <- a1, a3 <- a2, a4 <- a3, a5 <- a4, a6 <- a5, a7 <- a6, a8 <- a7,
    a9 <- a8, b0 <- a9, b1 <- b0, b2 <- b1, b3 <- b2, b4 <- b3, b5 <- b4, b6 <- b5, b7 <- b6,
    b8 <- b7, b9 <- b8, c0 <- b9, c1 <- c0, c2 <- c1, c3 <- c2, c4 <- c3, c5 <- c4, c6 <- c5,
    c7 <- c6, c8 <- c7, c9 <- c8, d0 <- c9, d1 <- d0, d2 <- d1, d3 <- d2, d4 <- d3, d5 <- d4,
    d6 <- d5, d7 <- d6, d8 <- d7, d9 <- d8, e0 <- d9, e1 <- e0, e2 <- e1, e3 <- e2, e4 <- e3,
    e5 <- e4, e6 <- e5, e7 <- e6, e8 <- e7, e9 <- e8 => e9);

/// A prediction needs memory only for the value, the parallel path and their sum, for any number of
/// blocks. In training, a block saves what `backward` reads, and all gradients share memory.
#[test]
fn fifty_blocks_predict_in_constant_memory() {
    assert_eq!(Five::INFERENCE_WORKSPACE_PER_SAMPLE, Fifty::INFERENCE_WORKSPACE_PER_SAMPLE);
    assert_eq!(Fifty::INFERENCE_WORKSPACE_PER_SAMPLE, 3 * 16 + 2);
    let per_block = (Fifty::WORKSPACE_PER_SAMPLE - Five::WORKSPACE_PER_SAMPLE) / 45;
    assert_eq!(per_block, 2 * 16, "the sum, which the next block reads, and the ReLU");
    let mut rng = Rng::seed(0);
    let net = random_network::<Five<f64>>(&mut rng);
    let (x, t) = (normals(3, 4, &mut rng), one_hot(3, 2, &mut rng));
    let check = net.gradient_check(&x, &t).unwrap();
    assert!(check.max_relative() <= 1e-7, "{check}");
    assert_eq!(Fifty::PARAMS, 4 * 16 + 16 + 50 * 2 * (16 * 16 + 16) + 16 * 2 + 2);
}

/// The gradient of an input is not read, nor that of values computed from it without parameters.
#[test]
fn dead_gradients_cost_nothing() {
    network! {
        struct Net {
            input x: [4];
            let s = x -> Sigmoid;
            let p = concat(s, x);
            let a = p -> Affine(3);
            let b = p -> Affine(3) -> Sigmoid;
            (a + b) -> Affine(2) => SoftmaxWithLoss
        }
    }
    let (first, last) = (2 * 8 * 3, 2 * 3 * 2);
    assert_eq!(Net::FLOPS, 2 * first + last);
    // Twice for `a` and `b`: the forward pass and the weights' gradients. Three times for the last
    // layer.
    assert_eq!(Net::TRAINING_FLOPS, 2 * 2 * first + 3 * last);
}

#[test]
fn an_anonymous_network_with_names() {
    let net = network! {
        input x: [2];
        let h = x -> Affine(3) -> Relu;
        concat(h, x) -> Affine(2) => SoftmaxWithLoss
    };
    assert_eq!(net.predict(&[[1.0, 2.0]]).unwrap().dim(), (1, 2));
}
