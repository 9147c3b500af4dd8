//! Samples of different length, and attention to another sequence: steps beyond a length have no
//! influence, whatever they contain; gradients by finite differences, and values of PyTorch.

use chainrule::metrics::OutputAccuracy;
use chainrule::ndarray::{Array2, array};
use chainrule::saving::{Layout, Loader};
use chainrule::trainer::{confusion, evaluate, measure};
use chainrule::{
    Batch, Error, Hidden, Init, Network, NetworkExt, Parts, Rng, Scalar, Sgd, Trainer, network,
};
use chainrule_tests::random::normals;

/// A network with weights and biases that are not 0.
fn drawn<N: Network>(seed: u64) -> Box<N> {
    let mut rng = Rng::seed(seed);
    let mut net = N::new(Init::Auto, &mut rng);
    for number in net.parameters_mut() {
        *number += N::Scalar::from_f64(0.3 * rng.normal());
    }
    net
}

/// Declares the same network of sequences of two lengths: padded, and not.
macro_rules! pair {
    ($padded:ident $whole:ident { $($lines:tt)* }) => {
        network! { struct $padded { input x: [5, 3]; input n: lengths of x; $($lines)* } }
        network! { struct $whole { input x: [3, 3]; $($lines)* } }
    };
}

pair! { Recurrent ShortRecurrent {
    let forth = x -> Lstm(4) -> Gru(3) -> Rnn(4);
    let back = x -> Reverse -> Lstm(3) -> Reverse;
    concat(forth, back) -> LayerNorm -> Affine(5) -> Gelu -> Last -> Affine(2) => IdentityWithLoss
} }

pair! { Attentive ShortAttentive {
    let h = x -> Affine(4) -> SinusoidalPositions;
    let a = h + (h -> LayerNorm -> Attention(2));
    let b = a + (a -> CausalAttention(2)) + ((h, a) -> Attention(1));
    concat(b -> Mean, b -> Tanh -> Max) -> Affine(3) => SoftmaxWithLoss
} }

pair! { EachStep ShortEachStep {
    x -> Lstm(4) -> Attention(2) -> Affine(3) => SoftmaxWithLoss
} }

pair! { Rows ShortRows { x -> Reverse -> Gru(4) -> Reverse -> Affine(2) => IdentityWithLoss } }

network! {
    struct Words {
        input n: lengths of text;
        input text: [4] of 6;
        text -> Embedding(4) -> Positions -> Attention(2) -> Affine(6) => SoftmaxWithLoss
    }
}

const LENGTHS: [u8; 3] = [3, 1, 5];

/// Three samples of five steps, whose steps beyond the lengths are multiples of `rubbish`.
fn series(rubbish: f64) -> Array2<f64> {
    let mut x = normals(3, 15, &mut Rng::seed(1));
    for (mut row, length) in x.rows_mut().into_iter().zip(LENGTHS) {
        for (at, number) in row.iter_mut().enumerate().skip(3 * usize::from(length)) {
            *number = rubbish * at as f64;
        }
    }
    x
}

/// Labels of the steps of `series`.
fn labels(rubbish: u8) -> [[u8; 5]; 3] {
    [[0, 2, 1, rubbish, rubbish], [1, rubbish, rubbish, rubbish, rubbish], [2, 2, 0, 1, 0]]
}

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// Asserts that the loss and the gradients of a network do not depend on the rubbish.
macro_rules! assert_no_influence {
    ($network:ident, $target:expr) => {
        let net = drawn::<$network<f64>>(1);
        let of = |rubbish: f64, label: u8| {
            let (x, t) = (series(rubbish), $target(label));
            let gradient = net.gradient((&x, &LENGTHS), &t).unwrap();
            let loss = net.loss((&x, &LENGTHS), &t).unwrap();
            (loss.to_bits(), bits(gradient.parameters()))
        };
        assert_eq!(of(0.0, 0), of(1e6, 200));
        assert_eq!(of(0.0, 0), of(-0.3, 1));
    };
}

#[test]
fn steps_beyond_a_length_have_no_influence() {
    assert_no_influence!(Recurrent, |_| normals(3, 2, &mut Rng::seed(2)));
    assert_no_influence!(Attentive, |_| [0_u8, 2, 1]);
    assert_no_influence!(EachStep, labels);
    let rows = |rubbish: u8| {
        let mut t = normals(3, 10, &mut Rng::seed(3));
        for (mut row, length) in t.rows_mut().into_iter().zip(LENGTHS) {
            row.iter_mut().skip(2 * usize::from(length)).for_each(|t| *t = f64::from(rubbish));
        }
        t
    };
    assert_no_influence!(Rows, rows);
    let net = drawn::<Recurrent<f64>>(2);
    let predict = |rubbish: f64| net.predict((&series(rubbish), &LENGTHS)).unwrap();
    assert_eq!(predict(0.0), predict(1e9));
    let input = |rubbish: f64| {
        let t = normals(3, 2, &mut Rng::seed(2));
        net.input_gradient((&series(rubbish), &LENGTHS), &t).unwrap()
    };
    let (one, other) = (input(0.0), input(7.0));
    assert_eq!(one, other);
    assert!(one.0.row(0).iter().skip(9).all(|d| *d == 0.0));
    assert!(one.0.row(0).iter().take(9).all(|d| *d != 0.0));
}

/// A trainer counts the steps that the network counts: in the loss and in the accuracy.
#[test]
fn a_trainer_counts_no_step_beyond_a_length() {
    let net = drawn::<EachStep<f64>>(5);
    let x = series(3.0);
    let data = ((&x, &LENGTHS), &labels(0));
    let (loss, accuracy) = (net.loss(data.0, data.1).unwrap(), net.accuracy(data.0, data.1));
    let accuracy = accuracy.unwrap();

    let evaluated = evaluate(&net, data).unwrap();
    assert!((evaluated.loss - loss).abs() < 1e-12, "{} for {loss}", evaluated.loss);
    assert_eq!(evaluated.accuracy, Some(accuracy));
    let sgd = Sgd::new(0.0).unwrap();
    for parts in [3, 2] {
        let mut trainer = Trainer::new(net.clone(), sgd).epochs(1).parts(Parts::of(parts));
        let train = trainer.fit(data).unwrap()[0].train;
        assert!((train.loss - loss).abs() < 1e-12, "{} for {loss}", train.loss);
        assert_eq!(train.accuracy, Some(accuracy));
    }

    // 3 + 1 + 5 steps.
    let mut batch = Batch::<EachStep<f64>>::new();
    for ((row, length), labels) in x.rows().into_iter().zip(LENGTHS).zip(labels(2)) {
        batch.features_mut().extend(row.iter().copied().chain([f64::from(length)]));
        batch.push_labels(labels).unwrap();
    }
    assert_eq!(batch.weight(), 9.0);
}

/// The fraction of the steps within the lengths whose class is among the `k` largest scores.
fn among_first(scores: &Array2<f64>, k: usize) -> f64 {
    let mut found = Vec::new();
    for ((row, labels), length) in scores.rows().into_iter().zip(labels(0)).zip(LENGTHS) {
        for step in 0..usize::from(length) {
            let scores: Vec<f64> = row.iter().skip(3 * step).take(3).copied().collect();
            let own = scores[usize::from(labels[step])];
            found.push(scores.iter().filter(|score| **score > own).count() < k);
        }
    }
    found.iter().filter(|found| **found).count() as f64 / found.len() as f64
}

#[test]
fn top_k_counts_the_steps_that_accuracy_counts() {
    let net = drawn::<EachStep<f64>>(7);
    let x = series(3.0);
    let data = ((&x, &LENGTHS), &labels(1));
    let scores = net.predict(data.0).unwrap();
    let expected = [1, 2, 3].map(|k| among_first(&scores, k));
    assert!(expected[0] < expected[1] && expected[1] < expected[2], "{expected:?}");
    assert_eq!(expected[0], net.accuracy(data.0, data.1).unwrap());
    // Target rows, of which each sample counts as much as another.
    let mut rows = Array2::zeros((3, 15));
    for (mut row, labels) in rows.rows_mut().into_iter().zip(labels(1)) {
        labels
            .iter()
            .enumerate()
            .for_each(|(step, label)| row[3 * step + usize::from(*label)] = 1.0);
    }
    for k in [1, 2, 3] {
        let sgd = Sgd::new(0.0).unwrap();
        let trainer = || Trainer::new(net.clone(), sgd).epochs(1).top_k(k);
        let labelled = trainer().validation(data).fit(data).unwrap()[0].clone();
        assert_eq!(labelled.train.top_k, Some(expected[k - 1]));
        assert_eq!(labelled.validation.unwrap().top_k, Some(expected[k - 1]));
        let rows = (data.0, &rows);
        let of_rows = trainer().validation(rows).fit(rows).unwrap()[0].validation.unwrap();
        let measured = measure(&net, rows, &OutputAccuracy::top_k(0, k)).unwrap();
        assert!((of_rows.top_k.unwrap() - measured.unwrap()).abs() < 1e-15);
        if k == 1 {
            assert_eq!(of_rows.top_k, of_rows.accuracy);
        }
    }
    let error = Trainer::new(net, Sgd::new(0.0).unwrap()).top_k(4).fit(data).unwrap_err();
    let expected = "expected from 1 to the number of classes, found 4";
    assert!(error.to_string().ends_with(expected), "{error}");
}

network! {
    struct TwoKinds {
        input x: [4, 3];
        let h = x -> Gru(5);
        (h -> Affine(4), h -> Last -> Affine(2)) => (SoftmaxWithLoss, SoftmaxWithLoss)
    }
}

#[test]
fn top_k_of_a_sequence_beside_another_output() {
    let net = drawn::<TwoKinds<f64>>(8);
    let x = normals(6, 12, &mut Rng::seed(9));
    let steps: [[u8; 4]; 6] =
        std::array::from_fn(|sample| [0, 1, 2, 3].map(|at| (at + sample as u8) % 4));
    let data = (&x, (&steps, &[0_u8, 1, 1, 0, 1, 0]));
    let (scores, _) = net.predict(data.0).unwrap();
    let mut found = 0;
    for (row, labels) in scores.rows().into_iter().zip(&steps) {
        for (step, label) in labels.iter().enumerate() {
            let own = row[4 * step + usize::from(*label)];
            let before = row.iter().skip(4 * step).take(4).filter(|score| **score > own).count();
            found += usize::from(before < 2);
        }
    }
    let of_steps = found as f64 / 24.0;
    let measured = |metric: OutputAccuracy| measure(&net, data, &metric).unwrap();
    assert!((measured(OutputAccuracy::top_k(0, 2)).unwrap() - of_steps).abs() < 1e-15);
    assert_eq!(measured(OutputAccuracy::top_k(0, 4)), Some(1.0));
    assert_eq!(measured(OutputAccuracy::top_k(0, 5)), None);
    // The mean of both outputs: of two classes, one is always among the first two.
    let mut trainer = Trainer::new(net, Sgd::new(0.0).unwrap()).epochs(1).top_k(2);
    let train = trainer.fit(data).unwrap()[0].train;
    assert!((train.top_k.unwrap() - (of_steps + 1.0) / 2.0).abs() < 1e-15);
}

#[test]
fn a_confusion_counts_the_steps_that_accuracy_counts() {
    let net = drawn::<EachStep<f64>>(7);
    let x = series(3.0);
    let data = ((&x, &LENGTHS), &labels(1));
    let scores = net.predict(data.0).unwrap();
    let mut expected = Array2::zeros((3, 3));
    for ((row, labels), length) in scores.rows().into_iter().zip(labels(0)).zip(LENGTHS) {
        for step in 0..usize::from(length) {
            let scores: Vec<f64> = row.iter().skip(3 * step).take(3).copied().collect();
            let predicted = (0..3).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap();
            expected[(usize::from(labels[step]), predicted)] += 1;
        }
    }
    let matrix = confusion(&net, data).unwrap();
    assert_eq!(matrix.counts, expected);
    assert_eq!(matrix.accuracy(), net.accuracy(data.0, data.1).unwrap());
    let mut rows = Array2::zeros((3, 15));
    for (mut row, labels) in rows.rows_mut().into_iter().zip(labels(1)) {
        labels.iter().enumerate().for_each(|(step, at)| row[3 * step + usize::from(*at)] = 1.0);
    }
    assert_eq!(confusion(&net, (data.0, &rows)).unwrap().counts, expected);

    network! {
        struct Decisions { input x: [4, 3]; x -> Gru(2) -> Affine(1) => BinaryCrossEntropy }
    }
    let mut net = Decisions::<f64>::zeros();
    net.affine1.bias = [1.0];
    let t = [[1.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1.0, 0.0]];
    let matrix = confusion(&net, (&normals(2, 12, &mut Rng::seed(1)), &t)).unwrap();
    assert_eq!(matrix.counts, array![[0, 5], [0, 3]]);
}

#[test]
fn indices_beyond_a_length_may_be_any() {
    let net = drawn::<Words<f64>>(3);
    let loss = |rubbish: u8| {
        let text = [[1, 2, rubbish, rubbish], [5, 0, 3, 3]];
        net.loss((&[2_u16, 4], &text), &[[2, 3, rubbish, rubbish], [0, 3, 3, 1]]).unwrap()
    };
    assert_eq!(loss(0).to_bits(), loss(255).to_bits());
    let check = net
        .gradient_check(
            (&[2_u16, 4], &[[1_u8, 2, 9, 9], [5, 0, 3, 3]]),
            &[[2_u8, 3, 9, 9], [0, 3, 3, 1]],
        )
        .unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
}

/// Asserts that a padded sample has the scores, the loss and the gradients of a network of its length.
macro_rules! assert_as_short {
    ($padded:ident, $short:ident, $target:expr, $short_target:expr) => {
        let (padded, mut short) = (drawn::<$padded<f64>>(4), $short::<f64>::zeros());
        short.parameters_mut().copy_from_slice(padded.parameters());
        let x = series(3.0);
        let x = x.slice(ndarray::s![..1, ..]).to_owned();
        let whole = x.slice(ndarray::s![.., ..9]).to_owned();
        let (t, short_t) = ($target, $short_target);
        let loss = padded.loss((&x, &[3_usize]), &t).unwrap();
        assert!((loss - short.loss(&whole, &short_t).unwrap()).abs() < 1e-12);
        let one = padded.gradient((&x, &[3_usize]), &t).unwrap();
        let other = short.gradient(&whole, &short_t).unwrap();
        for (one, other) in one.parameters().iter().zip(other.parameters()) {
            assert!((one - other).abs() < 1e-12, "{one}, {other}");
        }
        let scores = padded.predict((&x, &[3_usize])).unwrap();
        for (one, other) in scores.iter().zip(&short.predict(&whole).unwrap()) {
            assert!((one - other).abs() < 1e-12, "{one}, {other}");
        }
    };
}

#[test]
fn a_padded_sample_is_like_one_of_its_length() {
    let t = normals(1, 2, &mut Rng::seed(5));
    assert_as_short!(Recurrent, ShortRecurrent, t.clone(), t.clone());
    assert_as_short!(Attentive, ShortAttentive, [1_u8], [1_u8]);
    assert_as_short!(EachStep, ShortEachStep, [[2_u8, 1, 0, 9, 9]], [[2_u8, 1, 0]]);
}

#[test]
fn gradients() {
    let x = series(0.7);
    let check = |check: chainrule::GradientCheck| {
        assert!(check.max_relative() < 1e-7, "{check}");
    };
    let net = drawn::<Recurrent<f64>>(5);
    check(net.gradient_check((&x, &LENGTHS), &normals(3, 2, &mut Rng::seed(2))).unwrap());
    check(drawn::<Attentive<f64>>(6).gradient_check((&x, &LENGTHS), &[0_u8, 2, 1]).unwrap());
    check(drawn::<EachStep<f64>>(7).gradient_check((&x, &LENGTHS), &labels(9)).unwrap());
    let t = normals(3, 10, &mut Rng::seed(2));
    check(drawn::<Rows<f64>>(8).gradient_check((&x, &LENGTHS), &t).unwrap());
}

#[test]
fn the_loss_and_the_accuracy_are_those_of_the_steps_within_the_lengths() {
    let net = drawn::<EachStep<f64>>(9);
    let (x, t) = (series(0.5), labels(77));
    let scores = net.predict((&x, &LENGTHS)).unwrap();
    let (mut sum, mut right, mut steps) = (0.0, 0, 0);
    for ((row, labels), length) in scores.rows().into_iter().zip(t).zip(LENGTHS) {
        let row = row.to_vec();
        for (scores, label) in row.chunks(3).zip(labels).take(usize::from(length)) {
            let total: f64 = scores.iter().map(|score| score.exp()).sum();
            sum -= (scores[usize::from(label)].exp() / total).ln();
            let largest = scores.iter().copied().fold(f64::MIN, f64::max);
            right += usize::from(scores[usize::from(label)] == largest);
            steps += 1;
        }
    }
    assert_eq!(steps, 9);
    assert!((net.loss((&x, &LENGTHS), &t).unwrap() - sum / 9.0).abs() < 1e-12);
    assert_eq!(net.accuracy((&x, &LENGTHS), &t).unwrap(), right as f64 / 9.0);
}

#[test]
fn lengths_out_of_range_are_errors() {
    let net = drawn::<Recurrent<f64>>(1);
    let x = series(0.0);
    let error = net.predict((&x, &[3_u8, 0, 5])).unwrap_err();
    assert_eq!(error, Error::Length { sample: 1, value: 0.0, most: 5 });
    assert_eq!(error.to_string(), "expected a length from 1 to 5 in sample 1, found 0");
    let t = normals(3, 2, &mut Rng::seed(2));
    let error = net.gradient((&x, &vec![3_usize, 1, 6]), &t).unwrap_err();
    assert_eq!(error, Error::Length { sample: 2, value: 6.0, most: 5 });
    let error = drawn::<EachStep<f64>>(1).loss((&x, &array![9_u32, 1, 1]), &labels(0)).unwrap_err();
    assert_eq!(error, Error::Length { sample: 0, value: 9.0, most: 5 });
    let error = net.predict((&x, &[3_u8, 1])).unwrap_err();
    assert!(matches!(error, Error::InputBatch { .. }), "{error}");
    // A label within the length is checked.
    let error = drawn::<EachStep<f64>>(1).loss((&x, &LENGTHS), &[[3_u8; 5]; 3]).unwrap_err();
    assert_eq!(error, Error::StepLabel { sample: 0, step: 0, label: 3, classes: 3 });
}

const WEIGHTS: [f64; 3] = [0.0, 1.0, 2.0];

#[test]
fn a_label_of_weight_0_is_ignored() {
    network! {
        struct Ignoring = Input(5, 3) -> Affine(3) => SoftmaxWithLoss(weights = WEIGHTS);
    }
    let net = drawn::<Ignoring<f64>>(1);
    let x = series(1.0);
    let t = [[0_u8, 1, 2, 0, 0], [0; 5], [1, 0, 0, 0, 0]];
    let probabilities = net.predict_proba(&x).unwrap();
    let of =
        |sample: usize, step: usize, label: usize| -probabilities[(sample, 3 * step + label)].ln();
    let expected = (of(0, 1, 1) + 2.0 * of(0, 2, 2) + of(2, 0, 1)) / 4.0;
    assert!((net.loss(&x, &t).unwrap() - expected).abs() < 1e-12);
    let all_ignored = net.gradient(&x, &[[0_u8; 5]; 3]).unwrap();
    assert!(all_ignored.parameters().iter().all(|d| *d == 0.0));
    let check = net.gradient_check(&x, &t).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
}

network! {
    struct Cross {
        input q: [2, 4];
        input m: [3, 4];
        (q, m) -> cross: Attention(2) => IdentityWithLoss
    }
}

network! {
    struct PaddedCross {
        input q: [2, 4];
        input m: [3, 4];
        input n: lengths of m;
        (q, m) -> cross: Attention(2) => IdentityWithLoss
    }
}

network! {
    /// Two sequences of one input, after layers.
    struct Translation {
        input source: [4] of 7;
        input target: [3] of 5;
        input n: lengths of source;
        let memory = source -> Embedding(6) -> Lstm(6);
        let h = target -> Embedding(6) -> Lstm(6);
        concat((h, memory) -> Attention(3), h) -> Affine(5) => SoftmaxWithLoss
    }
}

/// `fill` of the program below.
fn filled(count: usize, seed: usize) -> Vec<f64> {
    (0..count).map(|i| (((i * 37 + seed * 11) % 19) as f64 - 9.0) / 10.0).collect()
}

/// A safetensors file of `f64` tensors.
fn file(tensors: &[(&str, &[usize], Vec<f64>)]) -> Vec<u8> {
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

/// Reads the parameters of PyTorch's `MultiheadAttention` below.
fn loaded<N: Network<Scalar = f64>>() -> Box<N> {
    let tensors: [(&str, &[usize]); 4] = [
        ("in_proj_weight", &[12, 4]),
        ("in_proj_bias", &[12]),
        ("out_proj.weight", &[4, 4]),
        ("out_proj.bias", &[4]),
    ];
    let tensors = tensors.iter().enumerate().map(|(at, &(name, shape))| {
        let values = filled(shape.iter().product(), 5 + at).into_iter();
        (name, shape, values.map(|value| 0.5 * value).collect())
    });
    let mut net = N::zeros();
    let loader = ["in_proj_weight", "in_proj_bias", "out_proj"]
        .into_iter()
        .fold(Loader::new(Layout::PyTorch), |loader, name| {
            loader.renamed(format!("cross.{name}"), name)
        });
    loader.read(&mut net, &file(&tensors.collect::<Vec<_>>())[..]).unwrap();
    net
}

const ATTENDED: Hidden<Cross<f64>> = Hidden::named("cross");

/// ```python
/// import math, torch
/// torch.set_default_dtype(torch.float64)
/// def fill(shape, seed):
///     n = math.prod(shape)
///     return torch.tensor([((i * 37 + seed * 11) % 19 - 9) / 10 for i in range(n)]).reshape(shape)
/// q, x = fill((2, 2, 4), 3), fill((2, 3, 4), 2)
/// m = torch.nn.MultiheadAttention(4, 2, batch_first=True)
/// with torch.no_grad():
///     for k, p in enumerate(m.parameters()):
///         p.copy_(fill(p.shape, 5 + k) * 0.5)
/// y, w = m(q, x, x, average_attn_weights=False)
/// print(y.flatten().tolist(), w.flatten().tolist())
/// mask = torch.tensor([[False, False, True], [False, False, False]])
/// print(m(q, x, x, key_padding_mask=mask)[0].flatten().tolist())
/// ```
#[test]
fn attention_to_another_sequence_has_the_values_of_pytorch() {
    let q = Array2::from_shape_vec((2, 8), filled(16, 3)).unwrap();
    let x = Array2::from_shape_vec((2, 12), filled(24, 2)).unwrap();
    let net = loaded::<Cross<f64>>();
    let expected = [
        1.0455426159207608,
        0.0070833021922595135,
        -0.05101005951190754,
        -0.10910342121607461,
        1.0116087353309975,
        0.00880185953609354,
        -0.04589437713480961,
        -0.10059061380571274,
        0.6927133721155495,
        -0.011962723097469402,
        -0.017284226232521696,
        -0.022605729367574025,
        0.6915881948728447,
        -0.011892391110817524,
        -0.01706267629578799,
        -0.022232961480758446,
    ];
    for (one, expected) in net.predict((&q, &x)).unwrap().iter().zip(expected) {
        assert!((one - expected).abs() < 1e-14, "{one}, {expected}");
    }
    let [attended] = net.hidden((&q, &x), [ATTENDED]).unwrap();
    assert_eq!(attended, net.predict((&q, &x)).unwrap());
    let probabilities = [
        [0.3004630544243914, 0.3579286725107809, 0.34160827306482755],
        [0.3446546843332898, 0.3251240140887994, 0.33022130157791074],
        [0.2935264232085854, 0.36327508518973556, 0.3431984916016789],
        [0.32986910594955, 0.3358709974422901, 0.3342598966081599],
    ];
    let scores = net.cross.scores(&filled(16, 3)[..8], &filled(24, 2)[..12]);
    for (one, expected) in scores.iter().zip(probabilities.concat()) {
        assert!((one - expected).abs() < 1e-14, "{one}, {expected}");
    }
    let padded = [
        0.9865140881107235,
        0.006707115260827595,
        -0.04352130039610058,
        -0.09374971605302872,
        0.9381426194576202,
        0.008936653994703739,
        -0.03632134165010782,
        -0.08157933729491934,
        0.6927133721155495,
        -0.011962723097469402,
        -0.017284226232521696,
        -0.022605729367574025,
        0.6915881948728447,
        -0.011892391110817524,
        -0.01706267629578799,
        -0.022232961480758446,
    ];
    let net = loaded::<PaddedCross<f64>>();
    for (one, expected) in net.predict((&q, &x, &[2_u8, 3])).unwrap().iter().zip(padded) {
        assert!((one - expected).abs() < 1e-14, "{one}, {expected}");
    }
}

#[test]
fn gradients_of_attention_to_another_sequence() {
    let (q, m) = (normals(3, 8, &mut Rng::seed(1)), normals(3, 12, &mut Rng::seed(2)));
    let t = normals(3, 8, &mut Rng::seed(3));
    let net = drawn::<Cross<f64>>(1);
    let check = net.gradient_check((&q, &m), &t).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
    let check = drawn::<PaddedCross<f64>>(1).gradient_check((&q, &m, &LENGTHS_OF_3), &t).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
    let (source, target) = ([[0_u8, 6, 3, 9], [1, 2, 5, 5]], [[0_u8, 4, 2], [1, 1, 3]]);
    let next = [[4_u8, 2, 0], [1, 3, 0]];
    let net = drawn::<Translation<f64>>(2);
    let check = net.gradient_check((&source, &target, &[3_u8, 4]), &next).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");

    let gradient = drawn::<Cross<f64>>(1).input_gradient((&q, &m), &t).unwrap();
    let net = drawn::<Cross<f64>>(1);
    let mut moved = m.clone();
    for place in [(0, 0), (1, 7), (2, 11)] {
        let mut loss_at = |number: f64| {
            moved[place] = number;
            net.loss((&q, &moved), &t).unwrap()
        };
        let slope = (loss_at(m[place] + 1e-5) - loss_at(m[place] - 1e-5)) / 2e-5;
        moved[place] = m[place];
        assert!((gradient.1[place] - slope).abs() < 1e-8, "{place:?}");
    }
}

const LENGTHS_OF_3: [u8; 3] = [2, 1, 3];

#[test]
fn scores_are_probabilities() {
    network! { struct Net = Input(4, 6) -> a: Attention(3) -> b: CausalAttention(2) => IdentityWithLoss; }
    let net = drawn::<Net<f64>>(1);
    let x = normals(1, 24, &mut Rng::seed(1));
    let all = net.a.scores(x.as_slice().unwrap());
    assert_eq!(all.len(), 3 * 4 * 4);
    assert!(all.chunks(4).all(|row| (row.iter().sum::<f64>() - 1.0).abs() < 1e-12));
    let causal = net.b.scores(x.as_slice().unwrap());
    for (at, row) in causal.chunks(4).enumerate() {
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(row[at % 4 + 1..].iter().all(|p| *p == 0.0));
    }
}
