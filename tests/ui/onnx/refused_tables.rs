use chainrule::network;

network! { struct LengthOfSample = onnx("../../data/onnx/refused/length_of_sample.onnx"); }
network! { struct Labels = onnx("../../data/onnx/refused/labels.onnx"); }
network! { struct FunctionInside = onnx("../../data/onnx/refused/function_inside.onnx"); }
network! { struct Probit = onnx("../../data/onnx/refused/probit.onnx"); }

fn main() {}
