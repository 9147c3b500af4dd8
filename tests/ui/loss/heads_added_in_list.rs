use chainrule::{Init, Rng, network};

network! {
    pub struct Net {
        input x: [4];
        let h = x -> Affine(8) -> Relu;
        (h -> Affine(3), h -> Affine(1)) => (SoftmaxWithLoss + Huber, Huber)
    }
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{}", Net::PARAMS + net.parameters().len());
}
