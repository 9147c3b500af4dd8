//! The chapter's network, trained on noise.

#[path = "../../data.rs"]
mod data;

use chainrule::ndarray::Array2;
use chainrule::{Error, Init, Rng, Sgd, Workspace, network};
use data::{FEATURES, SAMPLES};

network! {
    struct TwoLayerNet = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
}

fn main() -> Result<(), Error> {
    let (samples, t) = data::samples();
    let x = Array2::from_shape_vec((SAMPLES, FEATURES), samples).expect("one row a sample");

    let mut net = TwoLayerNet::new(Init::He, &mut Rng::seed(0));
    let mut sgd = Sgd::new(0.1)?;
    let (mut workspace, mut grads) = (Workspace::new(), TwoLayerNet::zeros());
    let before = net.loss(&x, &t)?;
    for _ in 0..50 {
        net.gradient_in(&x, &t, &mut workspace, &mut grads)?;
        net.update(&mut sgd, &grads);
    }
    let after = net.loss(&x, &t)?;
    println!("loss {before} -> {after}, scores {}", net.predict(&x)?.row(0));
    assert!(after < before);
    Ok(())
}
