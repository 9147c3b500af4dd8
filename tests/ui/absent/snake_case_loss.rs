use chainrule::{Init, Rng, network};

network! {
    pub struct Net = Affine(4, 8) -> Relu -> Affine(8, 1) => mse_loss;
}

fn main() {
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    println!("{net}");
}
