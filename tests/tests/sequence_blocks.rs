//! Layers of sequences in declared layers, and what follows a layer of which only the compiler knows
//! that it produces a sequence: the same bits as the network written out, in training, in predictions
//! and step by step.

use chainrule::layers::{Layer, Shape, StepLayer};
use chainrule::ndarray::Array2;
use chainrule::{AdamW, Error, Init, Network, Rng, Scalar, Tensors, Workspace, network};
use chainrule_tests::random::normals;

const TIME: usize = 5;

network! {
    /// A block of a transformer.
    pub layer Block<const D: usize, const H: usize> {
        input x: [TIME, D];
        let a = x + (x -> LayerNorm -> CausalAttention(H));
        a + (a -> LayerNorm -> Affine(4 * D) -> Gelu -> Affine(D))
    }
}

network! {
    struct Gpt = Input(TIME, of = 7) -> Embedding(6) -> Positions -> repeat 3 { Block<6, 2> } -> LayerNorm
        -> head: Affine(7, bias = false) => SoftmaxWithLoss;
}

/// The same network without blocks.
mod written_out {
    chainrule::network! {
        pub struct Gpt {
            input text: [5] of 7;
            let x = text -> Embedding(6) -> Positions;
            let a = x + (x -> LayerNorm -> CausalAttention(2));
            let b = a + (a -> LayerNorm -> Affine(24) -> Gelu -> Affine(6));
            let c = b + (b -> LayerNorm -> CausalAttention(2));
            let d = c + (c -> LayerNorm -> Affine(24) -> Gelu -> Affine(6));
            let e = d + (d -> LayerNorm -> CausalAttention(2));
            let f = e + (e -> LayerNorm -> Affine(24) -> Gelu -> Affine(6));
            f -> LayerNorm -> head: Affine(7, bias = false) => SoftmaxWithLoss
        }
    }
}

const TEXT: [[u8; TIME]; 3] = [[0, 1, 2, 3, 4], [6, 6, 6, 0, 1], [5, 4, 5, 4, 5]];
const NEXT: [[u8; TIME]; 3] = [[1, 2, 3, 4, 5], [6, 6, 0, 1, 2], [4, 5, 4, 5, 6]];

/// A network with weights and biases that are not 0.
fn drawn<N: Network>(seed: u64) -> Box<N> {
    let mut rng = Rng::seed(seed);
    let mut net = N::new(Init::Auto, &mut rng);
    for number in net.parameters_mut() {
        *number += N::Scalar::from_f64(0.3 * rng.normal());
    }
    net
}

#[test]
fn a_gpt_of_blocks_computes_the_bits_of_one_written_out() {
    let mut flat = drawn::<written_out::Gpt>(1);
    let mut nested = Gpt::zeros();
    nested.parameters_mut().copy_from_slice(flat.parameters());
    assert_eq!(nested.predict(&TEXT).unwrap(), flat.predict(&TEXT).unwrap());
    assert_eq!(nested.loss(&TEXT, &NEXT).unwrap(), flat.loss(&TEXT, &NEXT).unwrap());
    let (one, other) = (nested.gradient(&TEXT, &NEXT), flat.gradient(&TEXT, &NEXT));
    assert_eq!(one.unwrap().parameters(), other.unwrap().parameters());
    assert_eq!(Gpt::FLOPS, written_out::Gpt::FLOPS);
    assert_eq!(Gpt::TRAINING_FLOPS, written_out::Gpt::TRAINING_FLOPS);
    assert_eq!(Gpt::PARAMS, written_out::Gpt::PARAMS);

    let mut adam_w = (AdamW::new(0.01).unwrap(), AdamW::new(0.01).unwrap());
    let mut workspaces = (Workspace::new(), Workspace::new());
    let mut grads = (Gpt::zeros(), written_out::Gpt::zeros());
    for _ in 0..5 {
        let one = nested.train_step(&TEXT, &NEXT, &mut adam_w.0, &mut workspaces.0, &mut grads.0);
        let other = flat.train_step(&TEXT, &NEXT, &mut adam_w.1, &mut workspaces.1, &mut grads.1);
        assert_eq!(one.unwrap(), other.unwrap());
    }
    assert_eq!(nested.parameters(), flat.parameters());

    let (mut one, mut other) = (nested.start(), flat.start());
    for index in TEXT[0] {
        let index = usize::from(index);
        assert_eq!(nested.step(&mut one, index).unwrap(), flat.step(&mut other, index).unwrap());
    }
    let error = nested.step(&mut one, 0).unwrap_err();
    assert_eq!(error, Error::MostSteps { network: "Gpt", most: TIME });

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gpt.safetensors");
    nested.save(&path).unwrap();
    assert_eq!(Gpt::load(&path).unwrap().parameters(), nested.parameters());
    assert!(Gpt::TENSORS.iter().any(|it| it.to_string() == "block3.attention1.out_proj.weight"));
}

#[test]
fn a_gpt_of_blocks_has_the_right_gradients() {
    let check = drawn::<Gpt<f64>>(2).gradient_check(&TEXT, &NEXT).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
}

#[test]
fn shapes_are_inferred_through_blocks() {
    let net = Gpt::zeros();
    assert_eq!(net.layer_norm1.weight.len(), 6);
    assert_eq!((net.head.weight.len(), net.head.weight[0].len()), (6, 7));
    type Six = Block<6, 2, f32, 24>;
    assert_eq!(<Six as Layer<f32>>::OUTPUT_SHAPE, Shape::new(&[5, 6]));
    assert!(net.to_string().contains("5×7"), "{net}");
}

/// The sums of the steps so far: a sequence of one's own.
#[derive(Tensors)]
#[repr(C)]
struct Sums<const STEPS: usize, const D: usize, T = f32> {
    none: [T; 0],
}

impl<const STEPS: usize, const D: usize, T: Scalar> Layer<T> for Sums<STEPS, D, T> {
    const INPUTS: usize = STEPS * D;
    const OUTPUTS: usize = STEPS * D;
    const INPUT_SHAPE: Shape = Shape::new(&[STEPS, D]);
    const OUTPUT_SHAPE: Shape = Shape::new(&[STEPS, D]);

    fn forward(&self, x: &[T], y: &mut [T], _: &mut [T], _: &mut Rng) {
        for (x, y) in x.chunks(STEPS * D).zip(y.chunks_mut(STEPS * D)) {
            for at in 0..STEPS * D {
                y[at] = if at < D { x[at] } else { x[at] + y[at - D] };
            }
        }
    }

    fn backward(&self, _: &[T], _: &mut [T], dy: &mut [T], _: &mut Self, dx: Option<&mut [T]>) {
        let Some(dx) = dx else { return };
        for (dx, dy) in dx.chunks_mut(STEPS * D).zip(dy.chunks(STEPS * D)) {
            for at in (0..STEPS * D).rev() {
                dx[at] = if at < (STEPS - 1) * D { dy[at] + dx[at + D] } else { dy[at] };
            }
        }
    }
}

impl<const STEPS: usize, const D: usize, T: Scalar> StepLayer<T> for Sums<STEPS, D, T> {
    const STATE: usize = D;

    fn step(&self, _: usize, x: &[T], y: &mut [T], state: &mut [T], _: &mut [T]) {
        state.iter_mut().zip(x).for_each(|(sum, &x)| *sum += x);
        y.copy_from_slice(state);
    }
}

network! { layer Turned<const T: usize, const D: usize> = Input(T, D) -> Reverse -> Lstm(2 * D); }

network! {
    /// Recurrent layers, with computed sizes and in a layer in the layer.
    layer Recurrent<const T: usize, const D: usize> {
        input x: [T, D];
        let h = x -> SinusoidalPositions -> Lstm(2 * D) -> Positions -> Rnn(D) -> Gru(D + 1) -> Tanh;
        concat(h, x) -> Wide<T, { 2 * D + 1 }> -> Affine(D)
    }
}

network! { layer Wide<const T: usize, const D: usize> = Input(T, D) -> LayerNorm -> Gru(3) -> Affine(D); }

network! {
    /// Every layer that reads a sequence, after values of which the compiler knows the shape.
    struct Mixed {
        input x: [4, 3];
        let a = x -> Recurrent<4, 3> -> LayerNorm -> Relu;
        let b = concat(a, x -> Sums(4, 3)) -> Affine(5) -> Dropout(0.25) -> Lstm(3);
        let c = x + (b -> Sums(4, 3) -> Affine(3, bias = false));
        concat(c -> Turned<4, 3> -> Last, c -> Sums(4, 3) -> Attention(1) -> Mean, c -> Max) -> Affine(2)
            => IdentityWithLoss
    }
}

network! {
    struct Stepped {
        input x: [4, 3];
        let a = x -> Recurrent<4, 3> -> LayerNorm -> Relu;
        concat(a, x -> Sums(4, 3)) -> Affine(5) -> Sigmoid -> Sums(4, 5) -> Gru(2) -> Sums(4, 2)
            => IdentityWithLoss
    }
}

network! { struct LastStep = Input(4, 3) -> Recurrent<4, 3> -> Sums(4, 3) -> Last -> Affine(2) => IdentityWithLoss; }

#[test]
fn gradients_of_what_follows_blocks_and_ones_own_layers() {
    let check = |check: chainrule::GradientCheck| {
        assert!(check.max_relative() < 1e-7, "{check}");
    };
    let x = normals(2, 12, &mut Rng::seed(4));
    let t = normals(2, 2, &mut Rng::seed(5));
    check(drawn::<Mixed<f64>>(3).gradient_check(&x, &t).unwrap());
    check(drawn::<LastStep<f64>>(5).gradient_check(&x, &t).unwrap());
    let t = normals(2, 8, &mut Rng::seed(5));
    check(drawn::<Stepped<f64>>(4).gradient_check(&x, &t).unwrap());
}

#[test]
fn blocks_compute_one_step_at_a_time() {
    for seed in 0..3 {
        let x = normals(1, 12, &mut Rng::seed(seed));
        let rows = x.as_slice().unwrap().as_chunks::<3>().0;
        let net = drawn::<Stepped<f64>>(seed);
        let mut state = net.start();
        let mut steps = Vec::new();
        for row in rows {
            steps.extend_from_slice(net.step(&mut state, row).unwrap());
        }
        assert_close(&net.predict(&x).unwrap(), &steps);
        let net = drawn::<LastStep<f64>>(seed);
        let mut state = net.start();
        for row in rows {
            steps = net.step(&mut state, row).unwrap().to_vec();
        }
        assert_close(&net.predict(&x).unwrap(), &steps);
    }
}

fn assert_close(whole: &Array2<f64>, steps: &[f64]) {
    assert_eq!(whole.len(), steps.len());
    for (one, other) in whole.iter().zip(steps) {
        assert!((one - other).abs() < 1e-12, "{one}, {other}");
    }
}

#[test]
fn a_layer_norm_after_a_block_normalizes_each_step() {
    network! { struct Normed = Input(4, 3) -> Sums(4, 3) -> LayerNorm => IdentityWithLoss; }
    let net = Normed::<f64>::new(Init::Auto, &mut Rng::seed(0));
    let y = net.predict(&normals(2, 12, &mut Rng::seed(1))).unwrap();
    for step in y.as_slice().unwrap().chunks(3) {
        assert!(step.iter().sum::<f64>().abs() < 1e-12, "{step:?}");
    }
}

/// The loss is that of each step where the compiler finds a sequence, and of the sample otherwise.
#[test]
fn the_loss_follows_the_shape_of_a_block() {
    network! { layer Whole<const T: usize> = Input(T, 3) -> Mean -> Affine(3); }
    network! { struct OfSteps = Input(4, 3) -> Sums(4, 3) => SoftmaxWithLoss; }
    network! { struct OfSample = Input(4, 3) -> Whole<4> => SoftmaxWithLoss; }
    let x = normals(2, 12, &mut Rng::seed(1));
    let net = drawn::<OfSteps<f64>>(0);
    assert_eq!(chainrule::NetworkExt::classes(&*net, &x).unwrap().len(), 8);
    assert!(net.loss(&x, &[[0_u8, 1, 2, 0], [1, 1, 1, 2]]).unwrap() > 0.0);
    assert!(drawn::<OfSample<f64>>(0).loss(&x, &[0_u8, 2]).unwrap() > 0.0);
}
