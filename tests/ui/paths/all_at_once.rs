use chainrule::{Init, Rng, network};

network! {
    pub struct Net {
        input x: 4;
        let h = x -> Affine(0) -> Rleu;
        let y = h -> Affine(6);
        let z = (w + y) -> Relu(3);
        z -> Affine(7, 2) => Softmax
    }
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{} {}", net, Net::PARAMS);
}
