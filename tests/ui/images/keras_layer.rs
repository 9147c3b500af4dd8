use chainrule::{Init, Rng, network};

network! {
    pub struct Net = Input(1, 28, 28) -> Conv2D(16, (5, 5), strides = (2, 2), activation = "relu") -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    println!("{net}");
}
