//! Methods that a network has in other libraries.

use chainrule::{Adam, Init, Rng, network};

network! {
    struct Net = Affine(4, 8) -> Relu -> Affine(8, 3) => SoftmaxWithLoss;
}

fn main() {
    let (x, t) = ([[0.0; 4]], [1]);
    let mut net = Net::new(Init::Auto, &mut Rng::seed(0));
    let scores = net.forward(&x);
    net.backward();
    net.fit(&x, &t, 10);
    net.train();
    net.eval();
    net.zero_grad();
    net.compile(Adam::new(0.01));
    let (loss, accuracy) = net.evaluate(&x, &t);
    println!("{}", net.score(&x, &t));
    net.summary();
    net.state_dict();
    net.load_state_dict("net.pt");
    net.load_weights("net.h5");
    net.load("net.safetensors");
    net.save_weights("net.h5");
    net.to("cpu");
    net.cuda();
    println!("{:?}", net.predict_classes(&x));
    println!("{:?}", net.predict_one(&x[0]));
    for (name, tensor) in net.named_parameters() {}
    println!("{}", net.count_params());
    let mut state = net.start();
}
