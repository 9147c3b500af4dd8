//! User-defined layers, losses and networks work in a chain like built-in ones: their gradients are
//! correct at any position, and nested networks compute the same bits as their layers in a single
//! chain.

use std::fmt::Debug;

use chainrule::layers::Layer;
use chainrule::{Init, Kind, Network, Numbers, Rng, Scalar, Sgd, Tensors, Workspace, network};
use chainrule_tests::random::{normals, one_hot};
use ndarray::Array2;

mod my;

use my::{Glu, PRelu, Quadratic};

/// Weights with standard deviation 0.5; other parameters near their initial values.
fn random_network<N: Network<Scalar = f64>>(rng: &mut Rng) -> Box<N> {
    let mut net = N::new(Init::Normal(0.5), rng);
    for tensor in N::TENSORS.iter().filter(|tensor| tensor.kind == Kind::Bias) {
        tensor.of_mut(net.parameters_mut()).iter_mut().for_each(|b| *b += 0.3 * rng.normal());
    }
    net
}

/// Random targets that any loss accepts.
fn targets<N: Network>(batch: usize, rng: &mut Rng) -> Array2<f64> {
    one_hot(batch, N::OUTPUTS, rng)
}

/// The loss and the gradient as bits.
fn bits<N: Network<Scalar = f64>>((loss, grads): (f64, &N)) -> Vec<u64> {
    std::iter::once(loss).chain(grads.parameters().iter().copied()).map(f64::to_bits).collect()
}

/// Declares networks, and tests the gradients of each.
macro_rules! networks {
    ($($test:ident: $name:ident = { $($chain:tt)* })*) => {$(
        network! { struct $name = $($chain)*; }

        #[test]
        fn $test() {
            type Net = $name<f64>;
            let (mut workspace, mut grads) = (Workspace::new(), Net::zeros());
            for (seed, batch) in [(1, 1), (2, 7), (3, 4), (4, 1)] {
                let mut rng = Rng::seed(seed);
                let net = random_network::<Net>(&mut rng);
                let x = normals(batch, Net::INPUTS, &mut rng);
                let t = targets::<Net>(batch, &mut rng);
                let check = net.gradient_check(&x, &t).unwrap();
                assert_eq!(check.tensors.len(), Net::TENSORS.len());
                assert!(check.max_relative() <= 1e-7, "seed {seed}:\n{check}");

                // The results of earlier passes have no effect.
                let fresh = net.gradient(&x, &t).unwrap();
                let loss = net.loss(&x, &t).unwrap();
                let again = net.gradient_in(&x, &t, &mut workspace, &mut grads).unwrap();
                assert_eq!(bits((again, &*grads)), bits((loss, &*fresh)), "seed {seed}");
                let y = net.predict_in(&x, &mut workspace).unwrap();
                assert_eq!(y, net.predict(&x).unwrap());
            }
        }
    )*};
}

const WIDTH: usize = 3;

networks! {
    alone: Alone = { Glu(4, 3) => SoftmaxWithLoss }
    alone_without_matrices: AloneWithout = { PRelu(3) => IdentityWithLoss }
    first: First = { Glu(4, 5) -> Affine(5, 3) => SoftmaxWithLoss }
    first_without_matrices: FirstWithout = { my::PRelu(4) -> Affine(4, 3) => SoftmaxWithLoss }
    in_the_middle: Middle = { Affine(3, 5) -> Glu(5, 4) -> Affine(4, 2) => IdentityWithLoss }
    in_the_middle_without_matrices: MiddleWithout = {
        Affine(3, 5) -> my::PRelu(5) -> Affine(5, 2) => SoftmaxWithLoss
    }
    last: Last = { Affine(3, 5) -> Relu -> Glu(5, 2) => SoftmaxWithLoss }
    last_without_matrices: LastWithout = { Affine(3, 5) -> PRelu(5) => IdentityWithLoss }
    twice_in_a_row: Twice = { Affine(3, 4) -> Glu(4, 5) -> Glu(5, 2) => IdentityWithLoss }
    twice_alone: TwiceAlone = { PRelu(4) -> PRelu(4) => IdentityWithLoss }
    before_an_activation: BeforeRelu = { Glu(4, 6) -> Relu -> Affine(3) => SoftmaxWithLoss }
    before_a_sigmoid: BeforeSigmoid = { PRelu(4) -> Sigmoid -> Glu(4, 2) => IdentityWithLoss }
    before_the_last_activation: LastRelu = { Affine(3, 4) -> Glu(4, 3) -> Relu => SoftmaxWithLoss }
    before_two_activations: BeforeTwo = {
        Affine(3, 4) -> PRelu(4) -> Sigmoid -> Relu -> Glu(4, 3) -> Sigmoid => IdentityWithLoss
    }
    after_an_activation: AfterRelu = { Affine(3, 6) -> Relu -> Glu(6, 3) => SoftmaxWithLoss }
    after_a_sigmoid: AfterSigmoid = {
        Affine(3, 6) -> Sigmoid -> PRelu(6) -> Relu -> Affine(2) => IdentityWithLoss
    }
    after_input: AfterInput = { Input(5) -> Glu(5, 4) -> Affine(3) => SoftmaxWithLoss }
    after_input_and_activation: AfterInputRelu = {
        Input(5) -> Sigmoid -> Glu(5, 4) -> Relu -> PRelu(4) => SoftmaxWithLoss
    }
    sizes_in_expressions: Expressions = {
        Input(2 * WIDTH) -> Glu(2 * WIDTH, WIDTH + 1) -> Relu -> PRelu({ WIDTH + 1 })
            -> Affine(WIDTH) => SoftmaxWithLoss
    }
    tensors_of_any_dimension: Dimensions = {
        Quadratic(3, 4) -> Sigmoid -> Quadratic(4, 2) => IdentityWithLoss
    }
    without_sizes: WithoutSizes = {
        Affine(4, 3) -> my::Stretch3 -> Relu -> gain: my::Stretch3 => SoftmaxWithLoss
    }
    wide_and_narrow: Wide = {
        Glu(2, 40) -> PRelu(40) -> Glu(40, 1) -> Glu(1, 33) -> Affine(3) => SoftmaxWithLoss
    }
    ones: Ones = { Glu(1, 1) -> PRelu(1) -> Quadratic(1, 1) => IdentityWithLoss }
    own_loss: OwnLoss = { Affine(3, 8) -> Relu -> Affine(2) => my::Huber }
    own_loss_after_own_layer: AllOwn = { Glu(3, 5) -> PRelu(5) -> Glu(5, 2) => my::Huber }
    nested_in_each_other: Mixed = { Affine(4, 5) -> Twice5 -> Relu -> Codec => my::Huber }
    names_of_the_passes_own: Locals = {
        input: Affine(3, 4) -> saved: Relu -> output: Glu(4, 4) -> dout: Sigmoid -> dinput: PRelu(4)
            -> grads: Glu(4, 3) -> batch: Relu -> slot0: Affine(3, 2) => SoftmaxWithLoss
    }
    networks_named_like_the_passes_own: NestedLocals = {
        Affine(4, 3) -> Output -> Kept -> Loop -> Glu(3, 2) => SoftmaxWithLoss
    }
    nested_twice: NestedTwice = {
        one: Square -> Sigmoid -> other: Square -> Affine(2) => SoftmaxWithLoss
    }
}

network! { struct Square = Glu(3, 4) -> Sigmoid -> Affine(4, 3) => IdentityWithLoss; }
network! { struct Half = Kinked -> PRelu(5) => IdentityWithLoss; }
network! { struct Kinked = Input(5) -> Relu -> Sigmoid => IdentityWithLoss; }
network! { struct Twice5 = Half -> Glu(5, 5) => IdentityWithLoss; }
network! { struct Codec = Glu(5, 2) -> Square2 -> Glu(2, 5) -> Sigmoid => IdentityWithLoss; }
network! { struct Square2 = Quadratic(2, 2) -> Relu => IdentityWithLoss; }
network! { struct Output = PRelu(3) => SoftmaxWithLoss; }
network! { struct Kept = Input(3) -> Sigmoid => SoftmaxWithLoss; }
network! { struct Loop = Glu(3, 3) => SoftmaxWithLoss; }

/// Asserts that two networks compute the same bits, in `f32` and `f64`.
macro_rules! assert_same {
    ($nested:ident, $flat:ident) => {
        assert_same!($nested, $flat, f32);
        assert_same!($nested, $flat, f64);
    };
    ($nested:ident, $flat:ident, $scalar:ty) => {
        let (mut workspace, mut grads) = (Workspace::new(), $nested::<$scalar>::zeros());
        for (seed, batch) in [(1, 1), (2, 6), (3, 40), (4, 3)] {
            let mut rng = Rng::seed(seed);
            let flat = random_network::<$flat<f64>>(&mut rng).cast::<$scalar>();
            let mut nested = $nested::<$scalar>::zeros();
            nested.parameters_mut().copy_from_slice(flat.parameters());
            let x = normals(batch, $flat::INPUTS, &mut rng).mapv(|x| x as $scalar);
            let t = targets::<$flat>(batch, &mut rng).mapv(|t| t as $scalar);

            let mut want = $flat::<$scalar>::zeros();
            let loss = flat.gradient_in(&x, &t, &mut Workspace::new(), &mut want).unwrap();
            grads.parameters_mut().fill(<$scalar>::NAN);
            let got = nested.gradient_in(&x, &t, &mut workspace, &mut grads).unwrap();
            let bits = |loss: $scalar, grads: &[$scalar]| {
                let grads = grads.iter().map(|d| d.to_bits());
                std::iter::once(loss.to_bits()).chain(grads).collect::<Vec<_>>()
            };
            assert_eq!(bits(got, grads.parameters()), bits(loss, want.parameters()));
            assert_same_results(nested.loss(&x, &t), flat.loss(&x, &t));
            assert_same_results(nested.accuracy(&x, &t), flat.accuracy(&x, &t));
            assert_same_results(nested.predict(&x), flat.predict(&x));
        }
        assert_eq!($nested::<$scalar>::PARAMS, $flat::<$scalar>::PARAMS);
        assert_eq!($nested::<$scalar>::FLOPS, $flat::<$scalar>::FLOPS);
        let lengths = |tensors: &[chainrule::TensorInfo]| {
            tensors.iter().map(|tensor| (tensor.offset, tensor.shape)).collect::<Vec<_>>()
        };
        assert_eq!(lengths($nested::<$scalar>::TENSORS), lengths($flat::<$scalar>::TENSORS));
    };
}

#[track_caller]
fn assert_same_results<R: PartialEq + Debug, E: Debug>(one: Result<R, E>, other: Result<R, E>) {
    assert_eq!(one.unwrap(), other.unwrap());
}

/// Declares an encoder, a decoder and the flat network of both, with a test.
macro_rules! encoders {
    ($($test:ident: [$($encoder:tt)*] [$($decoder:tt)*] [$($flat:tt)*])*) => {$(
        #[test]
        fn $test() {
            network! { struct Encoder = $($encoder)* => IdentityWithLoss; }
            network! { struct Decoder = $($decoder)* => IdentityWithLoss; }
            network! { struct Nested = Encoder -> Decoder => IdentityWithLoss; }
            network! { struct Flat = $($flat)* => IdentityWithLoss; }
            assert_same!(Nested, Flat);
            // The gradient of an encoder without parameters is computed although it is unused.
            if Encoder::PARAMS > 0 {
                assert_eq!(Nested::TRAINING_FLOPS, Flat::TRAINING_FLOPS);
            }
        }
    )*};
}

encoders! {
    one_layer_each: [Affine(4, 3)] [Affine(3, 4)] [Affine(4, 3) -> Affine(4)]
    several_layers_each:
        [Affine(4, 6) -> Relu -> Affine(2)] [Affine(2, 5) -> Sigmoid -> Affine(4)]
        [Affine(4, 6) -> Relu -> Affine(2) -> Affine(5) -> Sigmoid -> Affine(4)]
    an_encoder_begins_with_an_activation:
        [Input(4) -> Relu -> Affine(3)] [Affine(3, 4)]
        [Input(4) -> Relu -> Affine(3) -> Affine(4)]
    a_decoder_begins_with_an_activation:
        [Affine(4, 3)] [Input(3) -> Relu -> Affine(4)] [Affine(4, 3) -> Relu -> Affine(4)]
    both_begin_with_activations:
        [Input(4) -> Sigmoid -> Relu -> Affine(3)] [Input(3) -> Sigmoid -> Relu -> Affine(4)]
        [Input(4) -> Sigmoid -> Relu -> Affine(3) -> Sigmoid -> Relu -> Affine(4)]
    an_encoder_ends_with_an_activation:
        [Affine(4, 3) -> Sigmoid] [Affine(3, 4)] [Affine(4, 3) -> Sigmoid -> Affine(4)]
    both_end_with_activations:
        [Affine(4, 3) -> Relu -> Sigmoid] [Affine(3, 4) -> Sigmoid -> Relu]
        [Affine(4, 3) -> Relu -> Sigmoid -> Affine(4) -> Sigmoid -> Relu]
    activations_at_both_ends:
        [Input(4) -> Relu -> Affine(3) -> Sigmoid] [Input(3) -> Sigmoid -> Affine(4) -> Relu]
        [Input(4) -> Relu -> Affine(3) -> Sigmoid -> Sigmoid -> Affine(4) -> Relu]
    an_encoder_of_an_activation:
        [Input(4) -> Sigmoid] [Affine(4, 3)] [Input(4) -> Sigmoid -> Affine(3)]
    a_decoder_of_activations:
        [Affine(4, 3)] [Input(3) -> Relu -> Sigmoid -> Relu]
        [Affine(4, 3) -> Relu -> Sigmoid -> Relu]
    layers_that_keep:
        [Glu(4, 3) -> PRelu(3)] [PRelu(3) -> Glu(3, 4)]
        [Glu(4, 3) -> PRelu(3) -> PRelu(3) -> Glu(3, 4)]
    layers_that_keep_and_activations:
        [Input(4) -> Relu -> Glu(4, 3) -> Sigmoid] [Input(3) -> Sigmoid -> Glu(3, 4) -> Relu]
        [Input(4) -> Relu -> Glu(4, 3) -> Sigmoid -> Sigmoid -> Glu(3, 4) -> Relu]
}

#[test]
fn three_levels() {
    network! { struct Kink = Input(5) -> Relu => IdentityWithLoss; }
    network! { struct Inner = Kink -> Glu(5, 3) -> Sigmoid => IdentityWithLoss; }
    network! { struct Outer = Affine(4, 5) -> Inner -> PRelu(3) => SoftmaxWithLoss; }
    network! { struct Nested = Outer -> Relu -> Affine(2) => SoftmaxWithLoss; }
    network! {
        struct Flat = Affine(4, 5) -> Relu -> Glu(5, 3) -> Sigmoid -> PRelu(3) -> Relu
            -> Affine(2) => SoftmaxWithLoss;
    }
    assert_same!(Nested, Flat);
    let names: Vec<_> = Nested::<f64>::TENSORS.iter().map(ToString::to_string).collect();
    let want = [
        "outer.affine1.weight",
        "outer.affine1.bias",
        "outer.inner.glu1.value.weight",
        "outer.inner.glu1.value.bias",
        "outer.inner.glu1.gate.weight",
        "outer.inner.glu1.gate.bias",
        "outer.p_relu1.slope",
        "affine1.weight",
        "affine1.bias",
    ];
    assert_eq!(names, want);
    let mut net = Nested::new(Init::He, &mut Rng::seed(0));
    net.outer.inner.glu1.gate.bias[2] = 7.0;
    assert_eq!(net.parameters()[Nested::TENSORS[5].offset + 2], 7.0);
}

#[test]
fn tensors_of_layers_of_ones_own() {
    let tensors = Dimensions::<f64>::TENSORS;
    let seen: Vec<_> =
        tensors.iter().map(|t| (t.to_string(), t.kind, t.shape.to_vec(), t.offset)).collect();
    let row =
        |name: &str, kind, shape: &[usize], offset| (name.to_owned(), kind, shape.to_vec(), offset);
    let want = [
        row("quadratic1.form", Kind::Weight, &[4, 3, 3], 0),
        row("quadratic1.slope", Kind::Weight, &[3, 4], 36),
        row("quadratic1.shift", Kind::Bias, &[4], 48),
        row("quadratic1.scale", Kind::Weight, &[1, 1, 1, 1], 52),
        row("quadratic2.form", Kind::Weight, &[2, 4, 4], 53),
        row("quadratic2.slope", Kind::Weight, &[4, 2], 85),
        row("quadratic2.shift", Kind::Bias, &[2], 93),
        row("quadratic2.scale", Kind::Weight, &[1, 1, 1, 1], 95),
    ];
    assert_eq!(seen, want);
    assert_eq!(Dimensions::PARAMS, 96);

    let names: Vec<_> = WithoutSizes::<f64>::TENSORS.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["affine1.weight", "affine1.bias", "stretch3.factor", "gain.factor"]);
    // A keyword is not a valid field name.
    assert_eq!(NestedLocals::<f64>::TENSORS[3].to_string(), "loop1.glu1.value.weight");
}

#[test]
fn a_layers_init_is_called() {
    let net = Twice5::new(Init::Zeros, &mut Rng::seed(1));
    assert!(net.half.p_relu1.slope.iter().all(|slope| (0.25..0.35).contains(slope)));
    assert!(net.glu1.numbers().iter().all(|&w| w == 0.0));
    let net = Twice5::new(Init::He, &mut Rng::seed(1));
    assert!(net.glu1.gate.weight.as_flattened().iter().all(|&w| w != 0.0));
    assert_eq!(net.glu1.gate.bias, [0.0; 5]);
    // Each one initializes its own parameters.
    let net = TwiceAlone::new(Init::Zeros, &mut Rng::seed(1));
    assert_ne!(net.p_relu1.slope, net.p_relu2.slope);
}

#[test]
fn sizes_follow_from_a_layer_of_ones_own() {
    network! { struct Inferred = Glu(4, 7) -> Relu -> Affine(10) => SoftmaxWithLoss; }
    let net = Inferred::new(Init::He, &mut Rng::seed(0));
    let weight: &[[f32; 10]; 7] = &net.affine1.weight;
    assert_eq!(weight.len(), 7);
    assert_eq!((Inferred::INPUTS, Inferred::OUTPUTS), (4, 10));
    assert_eq!(Inferred::PARAMS, 2 * (4 * 7 + 7) + 7 * 10 + 10);
    assert_eq!(Inferred::FLOPS, 2 * 2 * 4 * 7 + 2 * 7 * 10);
    assert_eq!(Inferred::<f64>::TRAINING_FLOPS, 2 * (112 + 140) + 140);
    assert_eq!(Inferred::<f32>::LAYERS[0].layer, "Glu(4, 7)");
    assert_eq!(Inferred::<f32>::LAYERS[1].outputs, 7);

    network! { struct Nested = Inferred -> Affine(2) => SoftmaxWithLoss; }
    assert_eq!((Nested::INPUTS, Nested::OUTPUTS), (4, 2));
    assert_eq!(<Nested as Layer<f32>>::FLOPS, Inferred::FLOPS + 2 * 10 * 2);
    assert_eq!(Nested::TENSORS[0].to_string(), "inferred.glu1.value.weight");
}

#[test]
fn a_network_of_ones_own_layers_learns() {
    let mut rng = Rng::seed(5);
    let x = normals(60, 3, &mut rng).mapv(|x| x as f32);
    let t: Vec<u8> = x.rows().into_iter().map(|x| u8::from(x[0] * x[1] > 0.0)).collect();
    network! { struct Product = Square -> PRelu(3) -> Glu(3, 8) -> Affine(2) => SoftmaxWithLoss; }
    let mut net = Product::new(Init::He, &mut rng);
    let (mut workspace, mut grads) = (Workspace::new(), Product::zeros());
    let mut sgd = Sgd::new(0.5).unwrap();
    for _ in 0..2000 {
        net.gradient_in(&x, &t, &mut workspace, &mut grads).unwrap();
        net.update(&mut sgd, &grads);
    }
    assert_eq!(net.accuracy(&x, &t).unwrap(), 1.0);
}

/// `y = 2 x`: a layer without parameters.
#[derive(Tensors)]
#[repr(C)]
struct Doubling<const N: usize, T = f32> {
    none: [T; 0],
}

impl<const N: usize, T: Scalar> Layer<T> for Doubling<N, T> {
    const INPUTS: usize = N;
    const OUTPUTS: usize = N;

    fn forward(&self, x: &[T], y: &mut [T], _: &mut [T], _: &mut Rng) {
        y.iter_mut().zip(x).for_each(|(y, &x)| *y = x + x);
    }

    fn backward(&self, _: &[T], _: &mut [T], dy: &mut [T], _: &mut Self, dx: Option<&mut [T]>) {
        if let Some(dx) = dx {
            dx.iter_mut().zip(dy).for_each(|(dx, dy)| *dx = *dy + *dy);
        }
    }
}

#[test]
fn a_layer_without_parameters_is_checked_too() {
    network! { struct Twice = Affine(2, 3) -> Doubling(3) => IdentityWithLoss; }
    let net = random_network::<Twice<f64>>(&mut Rng::seed(3));
    let check = net.gradient_check(&[[0.5, -1.0]], &[[1.0, 0.0, 2.0]]).unwrap();
    assert!(check.max_relative() <= 1e-7, "{check}");
    let last = check.tensors.last().unwrap();
    assert_eq!(last.tensor, "doubling1.none");
    assert_eq!((last.mean_absolute, last.max_absolute, last.max_relative), (0.0, 0.0, 0.0));
    assert!(!check.to_string().contains("NaN"), "{check}");
}
