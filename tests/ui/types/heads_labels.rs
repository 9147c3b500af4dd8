use chainrule::{Init, Rng, network};

network! {
    pub struct Net {
        input x: [4];
        let h = x -> Affine(8) -> Relu;
        (h -> Affine(3), h -> Affine(2)) => (SoftmaxWithLoss, Huber)
    }
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    let _ = net.loss(&[[0.0; 4]], (&[1_u8], &[1_u8]));
}
