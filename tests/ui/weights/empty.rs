chainrule::network! { struct Net = Affine(3, 2) => SoftmaxWithLoss; }

static NET: Net = chainrule::weights!();

fn main() {
    println!("{NET}");
}
