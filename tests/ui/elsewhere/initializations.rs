//! Initializations under the names of other libraries.

use chainrule::{Init, Rng, network};

network! {
    struct Net = Affine(4, 8) -> Relu -> Affine(8, 3) => SoftmaxWithLoss;
}

fn main() {
    let rng = &mut Rng::seed(0);
    let _ = Net::new(Init::Glorot, rng);
    let _ = Net::new(Init::GlorotUniform, rng);
    let _ = Net::new(Init::XavierNormal, rng);
    let _ = Net::new(Init::Kaiming, rng);
    let _ = Net::new(Init::KaimingUniform, rng);
}
