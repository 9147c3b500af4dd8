//! Layers declared by `layer`: their gradients are right, alone, repeated and in each other, they
//! compute the same bits as their layers in the network itself, and their shapes and parameters are
//! those of the declaration.

use chainrule::graph::NetworkDrawing;
use chainrule::layers::{Layer, Shape};
use chainrule::{Init, Kind, Network, Rng, Sgd, Workspace, network};
use chainrule_tests::random::normals;

const WIDTH: usize = 3;

network! {
    /// A residual block on images.
    pub layer Residual<const C: usize, const S: usize> {
        input x: [C, S, S];
        let h = x -> Conv2d(C, 3, padding = 1) -> Relu -> Conv2d(C, 3, padding = 1);
        (x + h) -> Relu
    }
}

network! {
    /// Half the size, twice the channels.
    layer Down<const C: usize, const S: usize> =
        Input(C, S, S) -> Conv2d(2 * C, 3, stride = 2, padding = 1) -> Relu;
}

network! {
    /// Layers in a layer, with computed arguments.
    layer Stage<const C: usize, const S: usize> {
        input x: [C, S, S];
        x -> Down<C, S> -> repeat 2 { Residual<2 * C, S / 2> }
    }
}

network! {
    layer Mlp<const D: usize> {
        input x: [D];
        let h = x -> LayerNorm -> Affine(4 * D) -> Gelu -> Affine(D);
        x + h
    }
}

network! { layer Plain = Affine(6, 5) -> BatchNorm -> Relu -> Dropout(0.25) -> Affine(6); }

network! {
    /// What is computed from channels that follow from a block, from a concatenation, and from a
    /// constant.
    layer Computed<const T: usize> {
        input x: [T, 6, 6];
        let wide = concat(x -> Residual<T, 6>, x);
        wide -> Conv2d(T, 3, groups = T) -> MaxPool2d(2) -> Flatten -> LayerNorm -> Affine(WIDTH * T)
            -> HalfOf<{ WIDTH * T }>
    }
}

network! { layer HalfOf<const N1: usize> = Input(N1) -> Affine(N1 / 2, bias = false) -> Tanh; }

network! { layer Without<const N: usize> = Input(N) -> Softplus -> Dropout(0.5) -> Tanh; }

network! { layer Twice<const N: usize> = Input(N) -> mix: Affine(N, N) -> Sigmoid -> mix; }

network! {
    struct Images = Input(2, 8, 8) -> Residual<2, 8> -> Stage<2, 8> -> Residual<4, 4> -> Flatten
        -> Affine(3) => SoftmaxWithLoss;
}

network! {
    struct Features = Input(6) -> Plain -> repeat 3 { Mlp<6> } -> Affine(4) => SoftmaxWithLoss;
}

network! { struct Learning = Input(6) -> repeat 3 { Mlp<6> } -> Affine(4) => SoftmaxWithLoss; }

network! {
    struct OfComputed = Input(2, 6, 6) -> Computed<2> -> Without<3> -> Twice<WIDTH> -> Affine(2)
        => IdentityWithLoss;
}

/// Asserts that the gradients are those by differences.
macro_rules! assert_gradients {
    ($network:ident, $batch:expr) => {
        let net = $network::<f64>::new(Init::Normal(0.4), &mut Rng::seed(1));
        let x = normals($batch, $network::INPUTS, &mut Rng::seed(3));
        let t = normals($batch, $network::OUTPUTS, &mut Rng::seed(4)).mapv(|t| t * t);
        let t = &t / &t.sum_axis(ndarray::Axis(1)).insert_axis(ndarray::Axis(1));
        let check = net.gradient_check(&x, &t).unwrap();
        let trained = $network::TENSORS.iter().filter(|tensor| tensor.kind != Kind::Buffer);
        assert_eq!(check.tensors.len(), trained.count());
        assert!(check.max_relative() <= 1e-7, "{check}");
    };
}

#[test]
fn gradients_of_images() {
    assert_gradients!(Images, 2);
}

#[test]
fn gradients_of_flat_features() {
    assert_gradients!(Features, 5);
}

#[test]
fn gradients_of_computed_sizes() {
    assert_gradients!(OfComputed, 2);
}

/// The network of `Images` without blocks.
mod written_out {
    chainrule::network! {
        pub struct Images {
            input x: [2, 8, 8];
            let a = x -> Conv2d(2, 3, padding = 1) -> Relu -> Conv2d(2, 3, padding = 1);
            let b = (x + a) -> Relu;
            let c = b -> Conv2d(4, 3, stride = 2, padding = 1) -> Relu;
            let d = c -> Conv2d(4, 3, padding = 1) -> Relu -> Conv2d(4, 3, padding = 1);
            let e = (c + d) -> Relu;
            let f = e -> Conv2d(4, 3, padding = 1) -> Relu -> Conv2d(4, 3, padding = 1);
            let g = (e + f) -> Relu;
            let h = g -> Conv2d(4, 3, padding = 1) -> Relu -> Conv2d(4, 3, padding = 1);
            (g + h) -> Relu -> Flatten -> Affine(3) => SoftmaxWithLoss
        }
    }
}

#[test]
fn a_block_computes_the_same_bits_as_its_layers() {
    let flat = written_out::Images::new(Init::He, &mut Rng::seed(5));
    let mut nested = Images::zeros();
    nested.parameters_mut().copy_from_slice(flat.parameters());
    let x = normals(3, 128, &mut Rng::seed(3)).mapv(|x| x as f32);
    let t = [0_u8, 1, 2];
    assert_eq!(nested.predict(&x).unwrap(), flat.predict(&x).unwrap());
    let (one, other) = (nested.gradient(&x, &t).unwrap(), flat.gradient(&x, &t).unwrap());
    assert_eq!(one.parameters(), other.parameters());
    assert_eq!(Images::FLOPS, written_out::Images::FLOPS);
    assert_eq!(Images::PARAMS, written_out::Images::PARAMS);
}

#[test]
fn two_stages_of_different_width_are_of_one_block() {
    let net = Images::new(Init::He, &mut Rng::seed(0));
    assert_eq!(net.residual1.conv1.weight.len(), 2);
    assert_eq!(net.residual2.conv1.weight.len(), 4);
    assert_eq!(net.stage1.residual2.conv2.bias, [0.0; 4]);
    let names: Vec<String> = Images::TENSORS.iter().map(ToString::to_string).collect();
    assert_eq!(names[0], "residual1.conv1.weight");
    assert_eq!(names[4], "stage1.down1.conv1.weight");
    assert_eq!(names[6], "stage1.residual1.conv1.weight");
    assert_eq!(names.last().map(String::as_str), Some("affine1.bias"));
}

#[test]
fn a_computed_size_is_a_parameter_of_the_type() {
    let net = Features::new(Init::He, &mut Rng::seed(0));
    let mlp: &Mlp<6, f32, 24> = &net.mlp2;
    assert_eq!(mlp.affine1.weight[0].len(), 24);
    assert_eq!(format!("{mlp:?}"), "Mlp { .. }");
    assert_eq!(<Mlp<6, f64, 24> as Layer<f64>>::FLOPS, 2 * 2 * 6 * 24);
}

#[test]
fn blocks_have_shapes() {
    type Wide = Residual<16, 28>;
    assert_eq!(<Wide as Layer<f32>>::INPUT_SHAPE, Shape::new(&[16, 28, 28]));
    assert_eq!(<Wide as Layer<f32>>::OUTPUTS, 16 * 28 * 28);
    assert_eq!(<Plain as Layer<f32>>::OUTPUT_SHAPE, Shape::flat(6));
    assert_eq!(<Images as Layer<f32>>::INPUT_SHAPE.to_string(), "2×8×8");
    let table = Images::zeros().to_string();
    assert!(table.starts_with("Images<f32>: 2×8×8 -> 3\n"), "{table}");
    assert!(table.contains("stage1     Stage<2, 8>               4×4×4           668"), "{table}");
    let drawing = NetworkDrawing::new(&Images::zeros()).dot();
    assert!(drawing.contains("batch × 4 × 4 × 4"), "{drawing}");
    assert!(drawing.contains("Residual<4, 4>"), "{drawing}");
}

#[test]
fn statistics_in_a_block_are_updated() {
    let mut net = Features::new(Init::He, &mut Rng::seed(0));
    let x = normals(8, 6, &mut Rng::seed(3)).mapv(|x| x as f32);
    let grads = net.gradient(&x, &[0_u8, 1, 2, 3, 0, 1, 2, 3]).unwrap();
    net.update(&mut Sgd::new(0.1).unwrap(), &grads);
    assert_eq!(net.plain.batch_norm1.batches, [1.0]);
    assert_ne!(net.plain.batch_norm1.running_mean, [0.0; 5]);
}

#[test]
fn a_network_of_blocks_learns_and_is_saved() {
    let mut net = Learning::new(Init::Auto, &mut Rng::seed(2));
    let x = normals(32, 6, &mut Rng::seed(3)).mapv(|x| x as f32);
    let t: Vec<u8> =
        x.rows().into_iter().map(|x| u8::from(x[0] > 0.0) + 2 * u8::from(x[1] > 0.0)).collect();
    let (mut workspace, mut grads) = (Workspace::new(), Learning::zeros());
    let mut sgd = Sgd::new(0.05).unwrap();
    let before = net.loss(&x, &t).unwrap();
    for _ in 0..300 {
        net.train_step(&x, &t, &mut sgd, &mut workspace, &mut grads).unwrap();
    }
    assert!(net.loss(&x, &t).unwrap() < 0.3 * before);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    net.save(&path).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert!(bytes.windows(20).any(|window| window == b"mlp3.affine2.weight\""));
    assert_eq!(Learning::load(&path).unwrap().parameters(), net.parameters());
}

#[test]
fn the_signature_does_not_depend_on_how_a_size_is_written() {
    network! { struct One = Input(6) -> Mlp<6> -> Affine(2) => IdentityWithLoss; }
    network! { struct Other = Input(6) -> Mlp<{ 2 * WIDTH }> -> Affine(2) => IdentityWithLoss; }
    assert_eq!(One::<f32>::SIGNATURE, Other::<f32>::SIGNATURE);
    assert_ne!(One::<f32>::SIGNATURE, Features::<f32>::SIGNATURE);
}

/// Blocks of another module, by their path.
mod library {
    use super::WIDTH;

    chainrule::network! {
        pub layer Tripled<const D: usize> = Input(D) -> Affine(WIDTH * D) -> Relu -> Affine(D);
    }
}

#[test]
fn a_block_is_used_by_its_path() {
    network! {
        struct Net = Input(4) -> library::Tripled<4> -> other: self::library::Tripled<4> -> Affine(2)
            => IdentityWithLoss;
    }
    assert_eq!(Net::PARAMS, 2 * (4 * 12 + 12 + 12 * 4 + 4) + 4 * 2 + 2);
    assert_gradients!(Net, 3);
}
