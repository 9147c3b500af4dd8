use chainrule::{Init, Rng, network};

fn main() {
    let hidden = 50;
    network! {
        pub struct Net = Affine(784, hidden) -> Relu -> Affine(2 * hidden, 10) => SoftmaxWithLoss;
    }
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{} {}", net, Net::PARAMS);
}
