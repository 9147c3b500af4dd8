use chainrule::{Init, Rng, network};

const WIDE: usize = 8;

network! {
    pub struct Net {
        input x: [4];
        let h = x -> Affine(WIDE);
        let y = x -> Affine(6);
        (h + y) -> Affine(2) => SoftmaxWithLoss
    }
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{} {}", net, Net::PARAMS);
}
