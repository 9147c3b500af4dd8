use chainrule::{Init, Rng, network};

network! {
    pub struct Net = Input(1, 28, 28) -> MaxPool2d(3, 2) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    println!("{net}");
}
