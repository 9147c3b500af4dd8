use chainrule::network;

network! {}

fn main() {
    let net = network!();
    println!("{:?}", net.predict(&[[0.0; 784]]));
}
