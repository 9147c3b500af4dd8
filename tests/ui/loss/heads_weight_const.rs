use chainrule::{Init, Rng, network};

const WEIGHT: f64 = -1.0;

network! {
    pub struct Net {
        input x: [4];
        let h = x -> Affine(8) -> Relu;
        (h -> Affine(3), h -> Affine(1)) => (SoftmaxWithLoss, WEIGHT * Huber)
    }
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{}", Net::PARAMS + net.parameters().len());
}
