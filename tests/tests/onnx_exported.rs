//! Networks declared by models as exporters write them: sizes that are computed, axes that are moved, layers
//! written out, padding on one side, and the linear models of scikit-learn. Their predictions are those of onnxruntime, by
//! `tests/data/onnx/write.py`.

use chainrule::layers::Layer;
use chainrule::losses::Loss;
use chainrule::{Network, network};

network! { struct Dense = onnx("../data/onnx/exported/dense.onnx"); }
network! { struct Flattened = onnx("../data/onnx/exported/flatten.onnx"); }
network! { struct Steps = onnx("../data/onnx/exported/lstm.onnx"); }
network! { struct BothWays = onnx("../data/onnx/exported/gru.onnx"); }
network! { struct Words = onnx("../data/onnx/exported/embedding.onnx"); }
network! { struct FromTheEnd = onnx("../data/onnx/exported/from_the_end.onnx"); }
network! { struct Attentive = onnx("../data/onnx/exported/attention.onnx"); }
network! { struct Causal = onnx("../data/onnx/exported/causal.onnx"); }
network! { struct Two = onnx("../data/onnx/exported/two.onnx"); }
network! { struct Sizes = onnx("../data/onnx/exported/sizes.onnx"); }
network! { struct Padding = onnx("../data/onnx/exported/padding.onnx"); }
network! { struct ChannelsLast = onnx("../data/onnx/exported/channels_last.onnx"); }
network! { struct Dueling = onnx("../data/onnx/exported/dueling.onnx"); }
network! { struct GatedSteps = onnx("../data/onnx/exported/steps.onnx"); }
network! { struct Classes = onnx("../data/onnx/exported/classes.onnx"); }
network! { struct Decision = onnx("../data/onnx/exported/decision.onnx"); }
network! { struct BothSigmoids = onnx("../data/onnx/exported/decision.onnx") => IdentityWithLoss; }
network! { struct Numbers = onnx("../data/onnx/exported/numbers.onnx"); }

/// Compares the predictions for the inputs of a file with the outputs after them; as probabilities if the
/// loss has them.
fn assert_predictions<N: Network<Scalar = f32>>(net: &N, file: &str) {
    let path = format!("{}/data/onnx/exported/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let (mut x, mut expected) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let row: Vec<f32> = line.split(',').map(|number| number.parse().unwrap()).collect();
        assert_eq!(row.len(), N::INPUTS + N::OUTPUTS);
        x.extend(&row[..N::INPUTS]);
        expected.extend(row[N::INPUTS..].to_vec());
    }
    let samples = x.len() / N::INPUTS;
    let mut found = vec![0.0; samples * N::OUTPUTS];
    let scratch = samples * <N as Layer<f32>>::INFERENCE_SAVED + N::INFERENCE_SCRATCH;
    net.infer(&x, &mut found, &mut vec![0.0; scratch]);
    N::loss_function().probabilities(&mut found, N::OUTPUTS);
    for (found, expected) in found.iter().zip(&expected) {
        let error = (found - expected).abs() / expected.abs().max(1.0);
        assert!(error < 1e-5, "{found} instead of {expected}");
    }
}

/// The layers of a network, in order.
fn layers<N: Network>() -> Vec<&'static str> {
    N::LAYERS.iter().map(|row| row.layer).collect()
}

/// Whether a tensor has a name of the file.
fn assert_tensors<N: Network>(names: &[&str]) {
    let found: Vec<String> = N::TENSORS.iter().map(ToString::to_string).collect();
    for name in names {
        assert!(found.iter().any(|other| other == name), "{name} is not in {found:?}");
    }
}

#[test]
fn products_with_weights_in_each_order() {
    assert_predictions(&*Dense::trained(), "dense.csv");
    assert_tensors::<Dense>(&["fc1.weight", "fc2.weight", "fc2.bias"]);
}

#[test]
fn a_flattening_whose_sizes_are_nodes() {
    assert_predictions(&*Flattened::trained(), "flatten.csv");
    assert_tensors::<Flattened>(&["conv1.weight", "bn1.running_var", "conv2.weight", "fc.weight"]);
}

#[test]
fn a_recurrent_layer_between_transpositions() {
    assert_predictions(&*Steps::trained(), "lstm.csv");
    // Nothing is left of the transpositions.
    assert_eq!(layers::<Steps>(), ["Lstm(4)", "Last", "Affine(4, 2)", "IdentityWithLoss"]);
}

#[test]
fn a_recurrent_layer_in_both_directions() {
    assert_predictions(&*BothWays::trained(), "gru.csv");
    let layers = layers::<BothWays>();
    assert_eq!(layers.iter().filter(|layer| layer.starts_with("Gru")).count(), 2, "{layers:?}");
}

#[test]
fn rows_of_a_table() {
    assert_predictions(&*Words::trained(), "embedding.csv");
    assert_tensors::<Words>(&["emb.weight", "fc.weight"]);
    assert_predictions(&*FromTheEnd::trained(), "from_the_end.csv");
    assert_eq!(<FromTheEnd>::INDEX_INPUTS, [(0, 4, 7)]);
}

#[test]
fn an_attention_that_is_written_out() {
    assert_predictions(&*Attentive::trained(), "attention.csv");
    assert_predictions(&*Causal::trained(), "causal.csv");
    for (layers, attention) in
        [(layers::<Attentive>(), "Attention"), (layers::<Causal>(), "CausalAttention")]
    {
        for name in [attention, "LayerNorm", "Gelu"] {
            assert!(layers.iter().any(|layer| layer.starts_with(name)), "{name}: {layers:?}");
        }
    }
}

#[test]
fn two_inputs_and_two_outputs() {
    assert_predictions(&*Two::trained(), "two.csv");
    assert_eq!((<Two>::INPUTS, <Two>::OUTPUTS), (5, 5));
}

#[test]
fn an_attention_whose_keys_are_also_read_for_their_shape() {
    assert_predictions(&*Sizes::trained(), "sizes.csv");
    assert_eq!(layers::<Sizes>(), ["Attention(2)", "IdentityWithLoss"]);
}

#[test]
fn padding_that_differs_between_the_sides() {
    assert_predictions(&*Padding::trained(), "padding.csv");
    let layers = layers::<Padding>();
    // A kernel gets zeros on one side only where `same` does not say it.
    assert!(layers.contains(&"Conv2d(4, 4, padding = same, bias = false)"), "{layers:?}");
    assert!(layers.iter().any(|layer| layer.starts_with("Standardise")), "{layers:?}");
}

#[test]
fn channels_that_are_last() {
    assert_predictions(&*ChannelsLast::trained(), "channels_last.csv");
    assert_tensors::<ChannelsLast>(&["conv.weight", "each.weight", "each.bias", "fc.weight"]);
}

#[test]
fn one_number_that_is_added_to_several() {
    assert_predictions(&*Dueling::trained(), "dueling.csv");
    assert_predictions(&*GatedSteps::trained(), "steps.csv");
}

#[test]
fn linear_models_of_tables() {
    assert_predictions(&*Classes::trained(), "classes.csv");
    assert_predictions(&*Decision::trained(), "decision.csv");
    assert_predictions(&*BothSigmoids::trained(), "decision.csv");
    assert_predictions(&*Numbers::trained(), "numbers.csv");
    // Two scores of which one is the negative of the other are those of a choice of classes.
    assert_eq!(layers::<Decision>(), ["Affine(4, 2)", "SoftmaxWithLoss"]);
    assert_eq!(layers::<BothSigmoids>(), ["Affine(4, 2)", "Sigmoid", "IdentityWithLoss"]);
    let classes = Decision::trained().classes(&[[3.0, 0.0, 0.0, 0.0], [-3.0, 0.0, 0.0, 0.0]]);
    let classes = classes.unwrap();
    assert_ne!(classes[0], classes[1]);
}
