chainrule::network! { pub struct Net = onnx("../../data/onnx/unknown.onnx") => IdentityWithLoss; }

fn main() {}
