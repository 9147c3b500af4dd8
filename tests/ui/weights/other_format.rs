chainrule::network! { struct Net = Affine(3, 2) => SoftmaxWithLoss; }

static NET: Net = chainrule::weights!(Net, "../../data/README.md");

fn main() {
    println!("{NET}");
}
