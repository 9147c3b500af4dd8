use chainrule::network;

network! { struct ResetBefore = onnx("../../data/onnx/refused/reset_before.onnx"); }
network! { struct InitialState = onnx("../../data/onnx/refused/initial_state.onnx"); }
network! { struct Activations = onnx("../../data/onnx/refused/activations.onnx"); }
network! { struct TimeSecond = onnx("../../data/onnx/refused/time_second.onnx"); }
network! { struct NoAttention = onnx("../../data/onnx/refused/no_attention.onnx"); }
network! { struct SoftmaxInside = onnx("../../data/onnx/refused/softmax_inside.onnx"); }

fn main() {}
