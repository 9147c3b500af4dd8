use chainrule::{Init, Rng, network};

network! { struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; }

fn main() {
    let net = Net::<f64>::new(Init::Xavier, &mut Rng::seed(0));
    let outputs = net.predict(&[[0.5_f64, 0.25]]).unwrap();
    assert_eq!(outputs.dim(), (1, 2));
    let single: Box<Net> = net.cast();
    let _: [f32; 3] = single.affine1.bias;
    assert_eq!(Net::<f64>::PARAMS, Net::PARAMS);
}
