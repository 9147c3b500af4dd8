use chainrule::{Init, Rng, network};

network! {
    pub struct Net = ;
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    let grads = net.gradient(&[[0.0; 784]], &[7_u8]).unwrap();
    println!("{} {}", grads, Net::PARAMS);
}
