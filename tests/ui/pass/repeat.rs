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

use part::Part as Block;

// Names in braces are numbered from 1, whatever other layers are called by default.
network! {
    struct Blocks = Affine(4, 8) -> repeat 3 { block: Block } -> repeat 2 { relu: Affine(8, 8) -> Relu }
        -> Relu -> last: Block -> repeat 2 { affine: Affine(8) } -> Affine(8, 2) => SoftmaxWithLoss;
}

network! {
    struct Lines {
        input x: [8];
        let y = (x -> repeat 2 { affine: Affine(8) }) + (x -> repeat 1 { affine: Affine(8) } -> Affine(8));
        (y + (y -> affine3)) -> repeat 2 { r#type: Affine(8) } -> type2 -> Affine(2) => SoftmaxWithLoss
    }
}

/// The layers that have tensors.
fn fields(tensors: &[chainrule::TensorInfo]) -> Vec<String> {
    let mut fields: Vec<String> =
        tensors.iter().filter_map(|tensor| Some(tensor.to_string().split_once('.')?.0.to_owned())).collect();
    fields.dedup();
    fields
}

fn main() {
    let expected = ["affine3", "block1", "block2", "block3", "relu1", "relu2", "last", "affine1", "affine2"];
    assert_eq!(fields(Blocks::TENSORS)[..9], expected);
    assert_eq!(fields(Lines::TENSORS)[..5], ["affine1", "affine2", "affine3", "affine4", "type1"]);
    let names: Vec<_> = <Blocks as chainrule::Network>::LAYERS.iter().map(|layer| layer.name).collect();
    assert_eq!(names[4..9], ["relu1", "relu3", "relu2", "relu4", "relu5"]);
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
