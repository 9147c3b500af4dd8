use chainrule::network;

network! { struct BatchStatistics = onnx("../../data/onnx/refused/batch_statistics.onnx"); }
network! { struct TrainingMode = onnx("../../data/onnx/refused/training_mode.onnx"); }
network! { struct RoundedUp = onnx("../../data/onnx/refused/rounded_up.onnx"); }
network! { struct OneSide = onnx("../../data/onnx/refused/one_side.onnx"); }
network! { struct Interpolated = onnx("../../data/onnx/refused/interpolated.onnx"); }
network! { struct KeptRatio = onnx("../../data/onnx/refused/kept_ratio.onnx"); }
network! { struct ChannelsLast = onnx("../../data/onnx/refused/channels_last.onnx"); }
network! { struct Slopes = onnx("../../data/onnx/refused/slopes.onnx"); }

fn main() {}
