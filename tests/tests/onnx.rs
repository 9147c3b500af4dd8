//! Networks declared by ONNX models: the predictions of onnxruntime, training, and the way back. The
//! models and predictions are from `tests/data/onnx/write.py`.

use chainrule::layers::Operation;
use chainrule::{Network, Sgd, Workspace, network, onnx};

network! { pub struct Mlp = onnx("../data/onnx/mlp.onnx"); }
network! { struct Conv = onnx("../data/onnx/conv.onnx") => Huber; }
network! { struct Heads = onnx("../data/onnx/heads.onnx") => (SoftmaxWithLoss, 0.5 * IdentityWithLoss); }

static MLP: Mlp = Mlp::TRAINED;

/// The rows of a file: features, and outputs after them.
fn rows<const I: usize>(file: &str) -> (Vec<[f32; I]>, Vec<Vec<f32>>) {
    let path = format!("{}/data/onnx/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().map(|line| -> ([f32; I], Vec<f32>) {
        let numbers: Vec<f32> = line.split(',').map(|number| number.parse().unwrap()).collect();
        let (x, y) = numbers.split_at(I);
        (x.try_into().unwrap(), y.to_vec())
    });
    rows.unzip()
}

fn assert_close<'a>(found: impl IntoIterator<Item = &'a f32>, expected: &[Vec<f32>]) {
    let found: Vec<f32> = found.into_iter().copied().collect();
    let expected: Vec<f32> = expected.iter().flatten().copied().collect();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        let error = (found - expected).abs() / expected.abs().max(1.0);
        assert!(error < 1e-5, "{found} instead of {expected}");
    }
}

#[test]
fn a_multilayer_perceptron() {
    let (x, y) = rows::<4>("mlp.csv");
    // The softmax at the end is that of the loss.
    assert_close(&MLP.predict_proba(&x).unwrap(), &y);
    assert_eq!(<Mlp>::LAYERS.last().unwrap().layer, "SoftmaxWithLoss");
    let layers: Vec<&str> = <Mlp>::LAYERS.iter().map(|row| row.layer).collect();
    assert_eq!(layers[..3], ["Affine(4, 8)", "Relu", "Dropout(0.5)"]);
}

#[test]
fn images_with_batch_normalization() {
    let (x, y) = rows::<144>("conv.csv");
    let net = Conv::trained();
    assert_close(&net.predict(&x).unwrap(), &y);
    // Names are those of the file.
    let names: Vec<String> = <Conv>::TENSORS.iter().map(ToString::to_string).collect();
    for name in ["conv1.weight", "bn1.running_var", "conv3.bias", "fc.weight"] {
        assert!(names.iter().any(|other| other == name), "{name} is not in {names:?}");
    }
}

#[test]
fn several_outputs() {
    let (x, y) = rows::<6>("heads.csv");
    assert_close(&Heads::trained().predict_joined(&x), &y);
}

/// The outputs of a network side by side.
trait Joined {
    fn predict_joined(&self, x: &[[f32; 6]]) -> Vec<f32>;
}

impl Joined for Heads {
    fn predict_joined(&self, x: &[[f32; 6]]) -> Vec<f32> {
        let (policy, value) = self.predict(x).unwrap();
        let rows = policy.rows().into_iter().zip(value.rows());
        rows.flat_map(|(policy, value)| policy.iter().chain(value).copied().collect::<Vec<_>>())
            .collect()
    }
}

#[test]
fn training_goes_on() {
    let (x, _) = rows::<144>("conv.csv");
    let t = [[0.5; 5], [-0.5; 5]];
    let mut net = Conv::trained();
    let before = net.loss(&x, &t).unwrap();
    let mut sgd = Sgd::new(0.01).unwrap();
    let (mut workspace, mut grads) = (Workspace::new(), Conv::zeros());
    for _ in 0..50 {
        net.train_step(&x, &t, &mut sgd, &mut workspace, &mut grads).unwrap();
    }
    let after = net.loss(&x, &t).unwrap();
    assert!(after < 0.5 * before, "{before} became {after}");
}

#[test]
fn a_model_that_is_exported_again_has_the_same_operators() {
    let model = onnx::Export::<Mlp>::new(&MLP).probabilities().bytes().unwrap();
    let contains = |word: &str| model.windows(word.len()).any(|part| part == word.as_bytes());
    for word in ["Gemm", "Relu", "Softmax", "head.weight", "batch"] {
        assert!(contains(word), "{word}");
    }
    assert!(!contains("Dropout"));
}

#[test]
fn the_table_says_what_layers_compute() {
    let operations: Vec<Operation> = <Mlp>::LAYERS.iter().map(|row| row.operation).collect();
    assert_eq!(
        operations,
        [
            Operation::AffineLayer { inputs: 4, outputs: 8 },
            Operation::ReluLayer,
            Operation::DropoutLayer,
            Operation::AffineLayer { inputs: 8, outputs: 3 },
            Operation::LossFunction,
        ]
    );
}
