use chainrule::{Init, Rng, network};

network! {
    pub struct Net { input: 784, hidden: 50 }
}

fn main() {
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    println!("{net}");
}
