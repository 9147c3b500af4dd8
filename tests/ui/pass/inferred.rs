use chainrule::network;

const SIDE: usize = 28;

network! { struct Net = Input(784) -> Affine(50) -> Relu -> Affine(10) => SoftmaxWithLoss; }
network! { struct After = Affine(784, 50) -> Sigmoid -> Affine(10) => SoftmaxWithLoss; }
network! { struct Const = Input(SIDE * SIDE) -> Relu -> Affine(SIDE) -> Affine(10) => IdentityWithLoss; }
network! { struct Checked = Input(784) -> Affine(784, 50) -> Affine(10) => IdentityWithLoss; }

fn main() {
    assert_eq!(Net::PARAMS, After::PARAMS);
    assert_eq!(Net::PARAMS, Checked::PARAMS);
    assert_eq!(Const::PARAMS, 784 * 28 + 28 + 28 * 10 + 10);
}
