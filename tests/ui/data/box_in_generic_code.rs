use chainrule::{Network, network};

network! {
    pub struct Net = Affine(2, 3) -> Relu -> Affine(3, 1) => IdentityWithLoss;
}

fn count<N: Network>(net: &N) -> usize {
    net.parameters().len()
}

fn main() {
    let net = Net::zeros();
    count(&net);
}
