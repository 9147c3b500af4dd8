chainrule::network! { pub struct Net = onnx("missing.onnx"); }

fn main() {}
