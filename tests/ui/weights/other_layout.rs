chainrule::network! { struct Net = Affine(3, 4) -> Relu -> Affine(4, 2) => SoftmaxWithLoss; }

static NET: Net = chainrule::weights!(Net, "../../data/linear_float32.safetensors");

fn main() {
    println!("{NET}");
}
