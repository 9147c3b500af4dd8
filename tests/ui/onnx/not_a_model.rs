chainrule::network! { pub struct Net = onnx("../../data/onnx/conv.csv"); }

fn main() {}
