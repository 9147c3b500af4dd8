chainrule::network! { struct Net = Affine(3, 2) => SoftmaxWithLoss; }

static NET: Net = chainrule::weights!(Net, "missing.safetensors");

fn main() {
    println!("{NET}");
}
