// The sizes of the network and the tensors of the file.
chainrule::network! { struct Net = Affine(3, 5) -> Relu -> Affine(5, 2) => SoftmaxWithLoss; }

static NET: Net =
    chainrule::weights!(Net, "../../data/linear_float32.safetensors", PyTorch);

fn main() {
    println!("{NET}");
}
