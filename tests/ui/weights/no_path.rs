chainrule::network! { struct Net = Affine(3, 2) => SoftmaxWithLoss; }

static NET: Net = chainrule::weights!("net.safetensors");

fn main() {
    println!("{NET}");
}
