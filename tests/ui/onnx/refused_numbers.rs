use chainrule::network;

network! { struct Transposed = onnx("../../data/onnx/refused/transposed.onnx"); }
network! { struct MixedSamples = onnx("../../data/onnx/refused/mixed_samples.onnx"); }
network! { struct MeanOfSamples = onnx("../../data/onnx/refused/mean_of_samples.onnx"); }
network! { struct EveryOther = onnx("../../data/onnx/refused/every_other.onnx"); }
network! { struct Rounded = onnx("../../data/onnx/refused/rounded.onnx"); }
network! { struct Aligned = onnx("../../data/onnx/refused/aligned.onnx"); }
network! { struct Root = onnx("../../data/onnx/refused/root.onnx"); }

fn main() {}
