use chainrule::{Init, Rng, network};

network! {
    struct Net {
        input a: [4];
        input b: [2];
        concat(a, b) -> Affine(3) => SoftmaxWithLoss
    }
}

fn main() {
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    let _ = net.predict(&[[0.0; 4]]);
}
