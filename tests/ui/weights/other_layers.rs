// The same tensors, with another activation.
chainrule::network! { struct Net = Affine(3, 4) -> Sigmoid -> Affine(4, 2) => SoftmaxWithLoss; }

static NET: Net = chainrule::weights!(Net, "../../data/plain.safetensors");

fn main() {
    println!("{NET}");
}
