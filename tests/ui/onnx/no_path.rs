chainrule::network! { pub struct Net = onnx(MODEL); }

fn main() {}
