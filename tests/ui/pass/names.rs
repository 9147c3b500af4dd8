use chainrule::network;

// Names that the expansion uses itself, raw names, names in other scripts.
network! {
    struct Net =
        input: Affine(2, 3)
        -> arena: Affine(3, 3)
        -> batch: Relu
        -> grads: Affine(3, 3)
        -> slot0: Sigmoid
        -> scores: Affine(3, 3)
        -> r#type: Affine(3, 3)
        -> größe: Affine(3, 3)
        -> 层: Affine(3, 2)
        -> x: Relu
        => SoftmaxWithLoss;
}

network! { struct r#Box = t: Affine(2, 3) -> t1: Affine(3, 2) => SoftmaxWithLoss; }

fn main() {
    let net = Net::zeros();
    assert_eq!(net.r#type.bias, net.größe.bias);
    assert_eq!(net.层.bias, [0.0; 2]);
    assert_eq!(net.input.bias, [0.0; 3]);
    assert_eq!(Net::TENSORS[8].to_string(), "type.weight");
    assert_eq!(Box::zeros().t1.bias, [0.0; 2]);
}
