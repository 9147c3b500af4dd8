use chainrule::{Init, Rng, network};

mod part {
    chainrule::network! { pub struct Part = Affine(8, 8) -> Relu => SoftmaxWithLoss; }
}

network! {
    /// Seven layers of weights, in braces within braces.
    struct Deep = repeat 1 { Affine(4, 8) } -> repeat 2 {
        Affine(8) -> Relu -> repeat 2 { inner: Affine(8, 8) -> Sigmoid }
    } -> Affine(8, 2) => SoftmaxWithLoss;
}

network! {
    struct Parts = Affine(4, 8) -> repeat 2 { part::Part } -> Affine(8, 2) => SoftmaxWithLoss;
}

fn main() {
    const { assert!(Deep::PARAMS == 4 * 8 + 8 + 6 * 72 + 18) };
    let net = Deep::new(Init::He, &mut Rng::seed(0));
    let names: Vec<_> = Deep::TENSORS.iter().step_by(2).map(ToString::to_string).collect();
    let expected = ["affine1", "affine2", "inner1", "inner2", "affine5", "inner3", "inner4", "affine8"];
    assert!(names.iter().zip(expected).all(|(name, layer)| *name == format!("{layer}.weight")), "{names:?}");
    assert_eq!(net.predict(&[[0.0; 4]]).unwrap().ncols(), 2);
    let parts = Parts::zeros();
    let _ = (&parts.part1.affine1, &parts.part2.affine1);
    let _ = chainrule::network!(repeat 2 { Affine(3, 3) -> Relu } => SoftmaxWithLoss);
}
