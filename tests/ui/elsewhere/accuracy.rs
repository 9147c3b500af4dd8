//! The accuracy of a network that predicts one number.

use chainrule::{Init, Rng, Workspace, network};

network! {
    struct Net = Affine(4, 8) -> Relu -> Affine(8, 1) => IdentityWithLoss;
}

fn main() {
    let (x, t) = ([[0.0; 4]], [[0.5]]);
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    let _ = net.accuracy(&x, &t);
    let _ = net.accuracy_in(&x, &t, &mut Workspace::new());
}
