//! Layers of sequences: gradients by finite differences, and values of PyTorch.

use chainrule::ndarray::Array2;
use chainrule::saving::{Layout, Loader};
use chainrule::{Error, Init, Rng, Sgd, Trainer, network};
use chainrule_tests::random::normals;

network! {
    /// A transformer of one block.
    struct Gpt {
        input text: [5] of 7;
        let x = text -> Embedding(6) -> Positions;
        let a = x + (x -> LayerNorm -> CausalAttention(2));
        let b = a + (a -> LayerNorm -> Affine(8) -> Gelu -> Affine(6));
        b -> LayerNorm -> head: Affine(7, bias = false) => SoftmaxWithLoss
    }
}

network! {
    /// Both directions, and both ends of a sequence.
    struct Both {
        input x: [4, 3];
        let forth = x -> Lstm(5);
        let back = x -> Reverse -> Gru(4) -> Reverse;
        let both = concat(forth, back) -> SinusoidalPositions -> Rnn(6) -> Attention(3);
        concat(both -> Last, both -> Mean, both -> Max) -> Affine(2) => IdentityWithLoss
    }
}

network! { struct LstmNet = Input(5, of = 9) -> Embedding(4) -> Lstm(3) -> Affine(9) => SoftmaxWithLoss; }
network! { struct GruNet = Input(5, 3) -> Gru(4) -> Affine(2) => IdentityWithLoss; }
network! { struct RnnNet = Input(5, 3) -> Rnn(4) -> Tanh -> Dropout(0.25) -> Affine(2) => Huber; }

const TEXT: [[u8; 5]; 3] = [[0, 1, 2, 3, 4], [6, 6, 6, 0, 1], [5, 4, 5, 4, 5]];
const NEXT: [[u8; 5]; 3] = [[1, 2, 3, 4, 5], [6, 6, 0, 1, 2], [4, 5, 4, 5, 6]];

/// A network of `f64` with weights and biases that are not 0.
fn drawn<N: chainrule::Network<Scalar = f64>>(seed: u64) -> Box<N> {
    let mut rng = Rng::seed(seed);
    let mut net = N::new(Init::Auto, &mut rng);
    for number in net.parameters_mut() {
        *number += 0.3 * rng.normal();
    }
    net
}

#[test]
fn gradients_of_a_transformer() {
    let net = drawn::<Gpt<f64>>(1);
    let check = net.gradient_check(&TEXT, &NEXT).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
}

#[test]
fn gradients_of_both_directions() {
    let net = drawn::<Both<f64>>(2);
    let x = normals(2, 12, &mut Rng::seed(4));
    let t = normals(2, 2, &mut Rng::seed(5));
    let check = net.gradient_check(&x, &t).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
}

#[test]
fn gradients_of_recurrent_layers() {
    let check = drawn::<LstmNet<f64>>(3).gradient_check(&TEXT, &NEXT).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
    let (x, t) = (normals(3, 15, &mut Rng::seed(4)), normals(3, 10, &mut Rng::seed(5)));
    let check = drawn::<GruNet<f64>>(4).gradient_check(&x, &t).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
    let check = drawn::<RnnNet<f64>>(5).gradient_check(&x, &t).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
}

/// The gradient of the input of a recurrent layer, by central differences.
#[test]
fn gradients_of_inputs() {
    let net = drawn::<Both<f64>>(6);
    let (mut x, t) = (normals(2, 12, &mut Rng::seed(6)), normals(2, 2, &mut Rng::seed(7)));
    let gradient = chainrule::NetworkExt::input_gradient(&*net, &x, &t).unwrap();
    for place in [(0, 0), (0, 7), (1, 3), (1, 11)] {
        let number = x[place];
        let mut loss_at = |number: f64| {
            x[place] = number;
            net.loss(&x, &t).unwrap()
        };
        let slope = (loss_at(number + 1e-5) - loss_at(number - 1e-5)) / 2e-5;
        x[place] = number;
        assert!((gradient[place] - slope).abs() < 1e-8, "{place:?}");
    }
}

#[test]
fn later_steps_have_no_influence_on_a_causal_network() {
    let net = drawn::<Gpt<f64>>(7);
    let scores = |text: [u8; 5]| net.predict(&[text]).unwrap();
    let (one, other) = (scores([0, 1, 2, 3, 4]), scores([0, 1, 2, 6, 6]));
    let row = |scores: &Array2<f64>, steps: usize| {
        scores.row(0).iter().take(7 * steps).map(|x| x.to_bits()).collect::<Vec<_>>()
    };
    assert_eq!(row(&one, 3), row(&other, 3));
    assert_ne!(row(&one, 4), row(&other, 4));
}

#[test]
fn indices_of_every_type_and_layout() {
    let net = drawn::<Gpt<f64>>(8);
    let expected = net.predict(&TEXT).unwrap();
    let wide = TEXT.map(|row| row.map(usize::from));
    assert_eq!(net.predict(&wide).unwrap(), expected);
    assert_eq!(net.predict(&TEXT.map(|row| row.map(u16::from)).to_vec()).unwrap(), expected);
    let policy = drawn::<Policy<f64>>(8);
    let series = [[[0.5, -1.0, 2.0]; 5]; 2];
    assert_eq!(policy.predict(&series).unwrap(), policy.predict(&normal_rows(&series)).unwrap());
    let array = Array2::from_shape_fn((5, 3), |(step, sample)| u32::from(TEXT[sample][step]));
    assert_eq!(net.predict(array.t()).unwrap(), expected);
}

/// The same numbers as rows.
fn normal_rows(series: &[[[f64; 3]; 5]]) -> Array2<f64> {
    Array2::from_shape_vec((series.len(), 15), series.concat().concat()).unwrap()
}

#[test]
fn an_index_out_of_range_is_an_error() {
    let net = drawn::<Gpt<f64>>(9);
    let error = net.predict(&[[0_u32, 1, 2, 3, 4], [0, 1, 7, 2, 4_000_000_000]]).unwrap_err();
    assert_eq!(error, Error::Index { sample: 1, place: 2, value: 7.0, below: 7 });
    assert_eq!(error.to_string(), "expected an index below 7 in sample 1, place 2, found 7");
    let error = net.loss(&TEXT, &[[1, 2, 3, 4, 5], [6, 6, 0, 1, 2], [4, 5, 4, 9, 6_u8]]);
    let error = error.unwrap_err();
    assert_eq!(error, Error::StepLabel { sample: 2, step: 3, label: 9, classes: 7 });
    assert_eq!(error.to_string(), "expected a label from 0 to 6 for step 3 of sample 2, found 9");
}

#[test]
fn the_loss_of_steps_is_their_mean() {
    let net = drawn::<Gpt<f64>>(10);
    let probabilities = chainrule::NetworkExt::predict_proba(&*net, &TEXT).unwrap();
    let mut sum = 0.0;
    for (row, labels) in probabilities.rows().into_iter().zip(NEXT) {
        for (step, label) in labels.into_iter().enumerate() {
            let step = row.as_slice().unwrap().chunks(7).nth(step).unwrap();
            assert!((step.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            sum -= step[usize::from(label)].ln();
        }
    }
    assert!((net.loss(&TEXT, &NEXT).unwrap() - sum / 15.0).abs() < 1e-12);
    let classes = chainrule::NetworkExt::classes(&*net, &TEXT).unwrap();
    let labels: Vec<usize> = NEXT.iter().flatten().map(|&label| usize::from(label)).collect();
    let right = classes.iter().zip(&labels).filter(|(one, other)| one == other).count();
    assert_eq!(net.accuracy(&TEXT, &NEXT).unwrap(), right as f64 / 15.0);
}

network! { struct LstmSteps = Input(5, of = 9) -> Embedding(4) -> Lstm(3) -> Last -> Affine(9) => SoftmaxWithLoss; }
network! {
    struct GruSteps {
        input x: [5, 3];
        let h = x -> SinusoidalPositions -> Gru(4);
        concat(h, h -> Tanh -> Dropout(0.5), x) -> Rnn(4) -> Affine(2) => IdentityWithLoss
    }
}
network! {
    /// A policy and its value.
    struct Policy {
        input x: [5, 3];
        let h = x -> Gru(4);
        (h -> Affine(2), h -> Affine(1)) => (SoftmaxWithLoss, 0.5 * Huber)
    }
}

/// The largest difference of the scores of steps from those of the whole sequence.
fn apart(steps: &[Vec<f64>], whole: &[f64]) -> f64 {
    let steps = steps.concat();
    assert_eq!(steps.len(), whole.len());
    steps.iter().zip(whole).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max)
}

#[test]
fn steps_compute_the_whole_sequence() {
    for seed in 0..5 {
        let net = drawn::<Gpt<f64>>(seed);
        let mut state = net.start();
        let step = |index: u8| net.step(&mut state, usize::from(index)).unwrap().to_vec();
        let steps: Vec<_> = TEXT[0].into_iter().map(step).collect();
        let whole = net.predict(&TEXT[..1]).unwrap();
        assert!(apart(&steps, whole.as_slice().unwrap()) < 1e-12);
        assert_eq!(
            net.step(&mut state, 0).unwrap_err(),
            Error::MostSteps { network: "Gpt", most: 5 }
        );
        state.reset();
        assert_eq!(net.step(&mut state, 0).unwrap(), steps[0]);

        let net = drawn::<LstmSteps<f64>>(seed);
        let mut state = net.start();
        let step = |index: u8| net.step(&mut state, usize::from(index)).unwrap().to_vec();
        let steps: Vec<_> = TEXT[1].into_iter().map(step).collect();
        let whole = net.predict(&TEXT[1..2]).unwrap();
        assert!(apart(&steps[4..], whole.as_slice().unwrap()) < 1e-12);
        // A recurrent network goes on without an end.
        assert!(net.step(&mut state, 8).is_ok());

        let x = normals(1, 15, &mut Rng::seed(seed));
        let rows = x.as_slice().unwrap().as_chunks::<3>().0;
        let net = drawn::<GruSteps<f64>>(seed);
        let mut state = net.start();
        let steps: Vec<_> =
            rows.iter().map(|row| net.step(&mut state, row).unwrap().to_vec()).collect();
        assert!(apart(&steps, net.predict(&x).unwrap().as_slice().unwrap()) < 1e-12);

        let net = drawn::<Policy<f64>>(seed);
        let (policy, value) = net.predict(&x).unwrap();
        let mut state = net.start();
        for (step, row) in rows.iter().enumerate() {
            let scores = net.step(&mut state, row).unwrap();
            for (at, score) in scores.iter().enumerate() {
                let whole = if at < 2 { policy[(0, 2 * step + at)] } else { value[(0, step)] };
                assert!((score - whole).abs() < 1e-12);
            }
        }
    }
}

#[test]
fn invalid_steps_are_errors() {
    let net = drawn::<LstmSteps<f64>>(1);
    let mut state = net.start();
    net.step(&mut state, 8).unwrap();
    let error = net.step(&mut state, 9).unwrap_err();
    assert_eq!(error, Error::Index { sample: 0, place: 1, value: 9.0, below: 9 });
    assert_eq!(state.steps(), 1);
    let net = drawn::<Policy<f64>>(1);
    let error = net.step(&mut net.start(), &[0.0, f64::NAN, 1.0]).unwrap_err();
    assert!(matches!(error, Error::NotFinite { column: 1, .. }));
}

#[test]
fn gradients_of_two_outputs() {
    let net = drawn::<Policy<f64>>(11);
    let x = normals(2, 15, &mut Rng::seed(1));
    let (actions, values) =
        ([[0_u8, 1, 1, 0, 1], [1, 1, 0, 0, 0]], normals(2, 5, &mut Rng::seed(2)));
    let check = net.gradient_check(&x, (&actions, &values)).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
}

network! { struct TorchLstm = Input(3, 2) -> Lstm(2) => IdentityWithLoss; }
network! { struct TorchGru = Input(3, 2) -> Gru(2) => IdentityWithLoss; }
network! { struct TorchRnn = Input(3, 2) -> Rnn(2) => IdentityWithLoss; }
network! { struct TorchAttention = Input(3, 4) -> Attention(2) => IdentityWithLoss; }
network! { struct TorchCausal = Input(3, 4) -> CausalAttention(2) => IdentityWithLoss; }

/// `fill` of the program below.
fn filled(count: usize, seed: usize) -> Vec<f64> {
    (0..count).map(|i| (((i * 37 + seed * 11) % 19) as f64 - 9.0) / 10.0).collect()
}

/// A safetensors file of `f64` tensors.
fn file(tensors: &[(String, Vec<usize>, Vec<f64>)]) -> Vec<u8> {
    let (mut entries, mut data) = (Vec::new(), Vec::new());
    for (name, shape, values) in tensors {
        let begin = data.len();
        data.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        entries.push(format!(
            "\"{name}\":{{\"dtype\":\"F64\",\"shape\":{shape:?},\"data_offsets\":[{begin},{}]}}",
            data.len()
        ));
    }
    let header = format!("{{{}}}", entries.join(","));
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.bytes());
    file.extend(data);
    file
}

/// A network with the parameters of PyTorch's layer in the file, and `half` of `fill`.
fn loaded<N: chainrule::Network<Scalar = f64>>(
    ours: &str,
    seed: usize,
    tensors: &[(&str, &[usize])],
) -> Box<N> {
    let tensors: Vec<_> = tensors
        .iter()
        .enumerate()
        .map(|(at, (name, shape))| {
            let values = filled(shape.iter().product(), seed + at);
            (*name, shape.to_vec(), values.into_iter().map(|value| 0.5 * value).collect())
        })
        .collect();
    let tensors: Vec<_> = tensors
        .into_iter()
        .map(|(name, shape, values)| (format!("layer.{name}"), shape, values))
        .collect();
    let loader = Loader::new(Layout::PyTorch).renamed(ours, "layer");
    let mut net = N::zeros();
    loader.read(&mut *net, &file(&tensors)[..]).unwrap();
    net
}

/// ```python
/// import torch
/// torch.set_default_dtype(torch.float64)
/// def fill(shape, seed):
///     n = math.prod(shape)
///     return torch.tensor([((i * 37 + seed * 11) % 19 - 9) / 10 for i in range(n)]).reshape(shape)
/// def load(module, seed):
///     with torch.no_grad():
///         for k, p in enumerate(module.parameters()):
///             p.copy_(fill(p.shape, seed + k) * 0.5)
/// x = fill((2, 3, 2), 1)
/// for layer in (torch.nn.LSTM, torch.nn.GRU, torch.nn.RNN):
///     m = layer(2, 2, batch_first=True); load(m, 3)
///     print(m(x)[0].flatten().tolist())
/// x = fill((2, 3, 4), 2)
/// m = torch.nn.MultiheadAttention(4, 2, batch_first=True); load(m, 5)
/// print(m(x, x, x)[0].flatten().tolist())
/// mask = torch.triu(torch.ones(3, 3, dtype=torch.bool), 1)
/// print(m(x, x, x, attn_mask=mask)[0].flatten().tolist())
/// ```
#[test]
fn values_of_pytorch() {
    let recurrent = |gates: usize| -> [(&str, Vec<usize>); 4] {
        [
            ("weight_ih_l0", vec![2 * gates, 2]),
            ("weight_hh_l0", vec![2 * gates, 2]),
            ("bias_ih_l0", vec![2 * gates]),
            ("bias_hh_l0", vec![2 * gates]),
        ]
    };
    let shapes = |gates| recurrent(gates).map(|(name, shape)| (name, shape.leak() as &[usize]));
    let close = |scores: Array2<f64>, expected: &[f64]| {
        assert_eq!(scores.len(), expected.len());
        for (score, expected) in scores.iter().zip(expected) {
            assert!((score - expected).abs() < 1e-15, "{score}, {expected}");
        }
    };
    let x = Array2::from_shape_vec((2, 6), filled(12, 1)).unwrap();
    let lstm = loaded::<TorchLstm<f64>>("lstm1", 3, &shapes(4));
    close(
        lstm.predict(&x).unwrap(),
        &[
            -0.0130039619120139,
            -0.0429767383931116,
            -0.0078805987475772,
            -0.0425324073099424,
            0.0157293682203651,
            -0.0163715318647795,
            0.0465452591709946,
            0.0337121772344329,
            0.1025631994129817,
            0.0782777360775164,
            0.1621282251413165,
            0.1249238684130688,
        ],
    );
    let gru = loaded::<TorchGru<f64>>("gru1", 3, &shapes(3));
    close(
        gru.predict(&x).unwrap(),
        &[
            0.0120504140156451,
            -0.0364334659535975,
            0.0496016955303055,
            -0.0030784183073428,
            0.1112013813140154,
            0.0724625972178092,
            0.1114818566699032,
            0.1177178370689959,
            0.2280333021394506,
            0.2404991073169463,
            0.3412604050906755,
            0.3587050336482073,
        ],
    );
    let rnn = loaded::<TorchRnn<f64>>("rnn1", 3, &shapes(1));
    close(
        rnn.predict(&x).unwrap(),
        &[
            0.4381993148327678,
            0.3274773948087053,
            0.2437664453690891,
            0.0820222676735899,
            0.2326890536147087,
            0.1532351500963066,
            0.197375320224904,
            0.1877462058682854,
            0.0428182642471322,
            0.0343188252918041,
            0.0067133944450291,
            0.0688904925010575,
        ],
    );
    let tensors: [(&str, &[usize]); 4] = [
        ("in_proj_weight", &[12, 4]),
        ("in_proj_bias", &[12]),
        ("out_proj.weight", &[4, 4]),
        ("out_proj.bias", &[4]),
    ];
    let x = Array2::from_shape_vec((2, 12), filled(24, 2)).unwrap();
    let attention = loaded::<TorchAttention<f64>>("attention1", 5, &tensors);
    close(
        attention.predict(&x).unwrap(),
        &[
            0.9488782959223989,
            0.012021738218566433,
            -0.03641949641363555,
            -0.0848607310458375,
            1.0776125491536706,
            0.005560459342318802,
            -0.05580229671159408,
            -0.11716505276550696,
            1.0455426159207606,
            0.0070833021922595135,
            -0.051010059511907554,
            -0.1091034212160746,
            0.6881826337534104,
            -0.009361278158247638,
            -0.016540124844710055,
            -0.023718971531172493,
            0.6927133721155495,
            -0.011962723097469402,
            -0.01728422623252171,
            -0.02260572936757402,
            0.6915881948728447,
            -0.011892391110817538,
            -0.01706267629578799,
            -0.02223296148075844,
        ],
    );
    let causal = loaded::<TorchCausal<f64>>("attention1", 5, &tensors);
    close(
        causal.predict(&x).unwrap(),
        &[
            0.4684999999999999,
            -0.00899999999999998,
            0.017,
            0.04299999999999998,
            1.0339024492581237,
            0.004515596396608479,
            -0.05057798198304271,
            -0.10567156036269386,
            1.0455426159207606,
            0.0070833021922595135,
            -0.051010059511907554,
            -0.1091034212160746,
            0.9077500000000001,
            0.001500000000000029,
            -0.03549999999999999,
            -0.07250000000000002,
            0.7787296434799489,
            -0.0008689570846894257,
            -0.019779606131226188,
            -0.03869025517776296,
            0.6915881948728447,
            -0.011892391110817538,
            -0.01706267629578799,
            -0.02223296148075844,
        ],
    );
}

network! { struct TwoLayers = Input(3, 2) -> lstm: Lstm(2) -> Lstm(3) => IdentityWithLoss; }

/// The second layer of PyTorch's `LSTM(2, …, num_layers = 2)` is a layer of its own here.
#[test]
fn names_of_pytorch_are_replaced_whole() {
    let mut tensors = Vec::new();
    for (layer, hidden) in [(0, 2), (1, 3)] {
        for (name, shape) in [
            ("weight_ih", vec![4 * hidden, 2]),
            ("weight_hh", vec![4 * hidden, hidden]),
            ("bias_ih", vec![4 * hidden]),
            ("bias_hh", vec![4 * hidden]),
        ] {
            let values = filled(shape.iter().product(), layer);
            tensors.push((format!("lstm.{name}_l{layer}"), shape, values));
        }
    }
    let loader = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
        .into_iter()
        .fold(Loader::new(Layout::PyTorch), |loader, name| {
            loader.renamed(format!("lstm2.{name}"), format!("lstm.{name}_l1"))
        });
    let mut net = TwoLayers::<f64>::zeros();
    loader.read(&mut net, &file(&tensors)[..]).unwrap();
    // Row 1 of the file is the second hidden number of the first gate.
    assert_eq!(net.lstm.weight_ih[0][0][1], filled(4, 0)[2]);
    assert_eq!(net.lstm2.weight_ih[1][0][1], filled(4, 1)[3]);
    assert_eq!(net.lstm2.bias_hh[3][2], filled(12, 1)[11]);
}

network! {
    /// A layer of an encoder, with the names of PyTorch.
    layer Encoder<const D: usize, const H: usize> {
        input x: [3, D];
        let a = (x + (x -> self_attn: Attention(H))) -> norm1: LayerNorm;
        (a + (a -> linear1: Affine(2 * D) -> Relu -> linear2: Affine(D))) -> norm2: LayerNorm
    }
}
network! { struct PostNorm = Input(3, 4) -> layer: Encoder<4, 2> => IdentityWithLoss; }
network! {
    /// The same with normalizations before, and another activation.
    struct PreNorm {
        input x: [3, 4];
        let a = x + (x -> norm1: LayerNorm -> self_attn: Attention(2));
        a + (a -> norm2: LayerNorm -> linear1: Affine(8) -> Gelu -> linear2: Affine(4)) => IdentityWithLoss
    }
}

/// With the lines of `values_of_pytorch`:
///
/// ```python
/// x = fill((2, 3, 4), 2)
/// for first, function in ((False, "relu"), (True, "gelu")):
///     m = torch.nn.TransformerEncoderLayer(
///         4, 2, 8, 0.0, function, batch_first=True, norm_first=first)
///     load(m, 7)
///     print(m.train()(x).flatten().tolist())
/// ```
#[test]
fn a_transformer_encoder_layer_of_pytorch() {
    let shapes: [(&str, &[usize]); 12] = [
        ("self_attn.in_proj_weight", &[12, 4]),
        ("self_attn.in_proj_bias", &[12]),
        ("self_attn.out_proj.weight", &[4, 4]),
        ("self_attn.out_proj.bias", &[4]),
        ("linear1.weight", &[8, 4]),
        ("linear1.bias", &[8]),
        ("linear2.weight", &[4, 8]),
        ("linear2.bias", &[4]),
        ("norm1.weight", &[4]),
        ("norm1.bias", &[4]),
        ("norm2.weight", &[4]),
        ("norm2.bias", &[4]),
    ];
    let post_norm = [
        0.41909105227489873,
        -0.540777753195363,
        -0.16696503014675187,
        -0.16062817029039383,
        0.4198091310065426,
        -0.5355128529119514,
        -0.18727153542827382,
        -0.1483032302912467,
        0.4195284838454761,
        -0.5367753598936212,
        -0.1832752163379594,
        -0.150498244436062,
        0.3579932614559069,
        -0.5739591979446751,
        -0.1408788576257844,
        -0.12446312181582132,
        0.35754460505597835,
        -0.5742195442720596,
        -0.14037280313603774,
        -0.12443802610369703,
        -0.13017800333511784,
        -0.4999504026563457,
        -0.12691746062945394,
        0.09398357218024178,
    ];
    let pre_norm = [
        -0.3280909830534149,
        -1.3603030787159316,
        -1.1007541308032036,
        -0.7286426725970412,
        1.171909016946585,
        0.13969692128406852,
        0.39924586919679644,
        0.7713573274029588,
        0.7719090169465851,
        -0.2603030787159315,
        -0.0007541308032034677,
        0.37135732740295874,
        0.39524164056328015,
        -0.6853767608598132,
        -0.40783693970621093,
        -0.022139793655935464,
        -0.004758359436719817,
        -1.0853767608598133,
        -0.8078369397062108,
        -0.42213979365593546,
        -0.43648217100825837,
        -1.4254362285728996,
        -1.2407997408003655,
        1.2583013264704426,
    ];
    let tensors = |before: &str| {
        let tensors = shapes.iter().enumerate().map(|(at, (name, shape))| {
            let values = filled(shape.iter().product(), 7 + at).into_iter();
            (format!("{before}{name}"), shape.to_vec(), values.map(|value| 0.5 * value).collect())
        });
        tensors.collect::<Vec<_>>()
    };
    let x = Array2::from_shape_vec((2, 12), filled(24, 2)).unwrap();
    let mut net = PostNorm::<f64>::zeros();
    // As in the file of a `TransformerEncoder`.
    let loader = Loader::new(Layout::PyTorch).renamed("layer", "layers.0");
    loader.read(&mut net, &file(&tensors("layers.0."))[..]).unwrap();
    for (score, expected) in net.predict(&x).unwrap().iter().zip(post_norm) {
        assert!((score - expected).abs() < 1e-13, "{score}, {expected}");
    }
    let single = net.cast::<f32>().predict(&x.mapv(|x| x as f32)).unwrap();
    for (score, expected) in single.iter().zip(post_norm) {
        assert!((f64::from(*score) - expected).abs() < 1e-5, "{score}, {expected}");
    }
    let mut net = PreNorm::<f64>::zeros();
    Loader::new(Layout::PyTorch).read(&mut net, &file(&tensors(""))[..]).unwrap();
    for (score, expected) in net.predict(&x).unwrap().iter().zip(pre_norm) {
        assert!((score - expected).abs() < 1e-13, "{score}, {expected}");
    }
}

#[test]
fn targets_are_rows_of_each_step() {
    let net = drawn::<GruNet<f64>>(5);
    let x: Vec<[[f64; 3]; 5]> = normals(4, 15, &mut Rng::seed(6))
        .rows()
        .into_iter()
        .map(|row| core::array::from_fn(|step| core::array::from_fn(|at| row[3 * step + at])))
        .collect();
    let steps: Vec<[[f64; 2]; 5]> = x.iter().map(|x| x.map(|[a, b, _]| [a, a * b])).collect();
    let rows: Vec<[f64; 10]> =
        steps.iter().map(|t| *t.as_flattened().first_chunk().unwrap()).collect();
    assert_eq!(net.loss(&x, &steps).unwrap(), net.loss(&x, &rows).unwrap());
    assert_eq!(
        net.loss(&x[..2], &[steps[0], steps[1]]).unwrap(),
        net.loss(&x[..2], &rows[..2]).unwrap()
    );

    macro_rules! trained {
        ($t:expr) => {{
            let mut trainer = Trainer::new(net.clone(), Sgd::new(0.1).unwrap()).epochs(2);
            trainer.fit((&x, $t)).unwrap();
            trainer.into_network().parameters().to_vec()
        }};
    }
    assert_eq!(trained!(&steps), trained!(&rows));
    assert_eq!(trained!(&steps[..]), trained!(&rows));

    let short = net.loss(&x, &steps[..3]).unwrap_err();
    assert_eq!(short, Error::BatchSizes { samples: 4, targets: 3 });
}
