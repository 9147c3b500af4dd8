use chainrule::network;

fn main() {
    let net = network!(Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss);
    assert_eq!(net.predict(&[[0.0; 2]]).unwrap().dim(), (1, 2));
    assert_eq!(net.affine1.bias, [0.0; 3]);
    let other = network! { hidden: Affine(2, 4) => IdentityWithLoss };
    assert_eq!(other.hidden.bias, [0.0; 4]);
}
