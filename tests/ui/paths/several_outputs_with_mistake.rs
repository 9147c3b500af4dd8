use chainrule::{Init, Rng, network};

network! {
    pub struct Net {
        input x: [4];
        let h = x -> Affine(0);
        (h -> Affine(2), h -> Affine(1)) => IdentityWithLoss
    }
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    let (policy, value) = net.predict(&[[0.0; 4]]).unwrap();
    println!("{policy} {value}");
}
