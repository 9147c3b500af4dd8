chainrule::network! {
    struct Net = hidden: Affine(3, 4) -> Relu -> Affine(4, 2) => SoftmaxWithLoss;
}

static NET: Net =
    chainrule::weights!(Net, "../../data/linear_float32.safetensors", PyTorch);

fn main() {
    println!("{NET}");
}
