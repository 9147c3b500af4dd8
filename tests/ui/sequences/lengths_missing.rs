use chainrule::{Init, Rng, network};

network! {
    struct Net {
        input x: [16] of 30;
        input n: lengths of x;
        x -> Embedding(8) -> Lstm(16) -> Last -> Affine(3) => SoftmaxWithLoss
    }
}

fn main() {
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    let _ = net.loss(&[[1_u8; 16]], &[1]);
    let _ = net.classes(&[[1_u8; 16]]);
}
