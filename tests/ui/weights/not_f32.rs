chainrule::network! { struct Net = Affine(3, 4) -> Relu -> Affine(4, 2) => SoftmaxWithLoss; }

static NET: Net<f64> =
    chainrule::weights!(Net<f64>, "../../data/linear_float32.safetensors", PyTorch);

fn main() {
    println!("{NET}");
}
