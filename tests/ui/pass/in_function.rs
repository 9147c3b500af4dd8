use chainrule::network;

fn params() -> usize {
    const HIDDEN: usize = 3;
    network! { struct Net = Affine(2, HIDDEN) -> Relu -> Affine(HIDDEN, 2) => SoftmaxWithLoss; }
    Net::PARAMS
}

fn main() {
    assert_eq!(params(), 17);
    chainrule::network! { struct Net = Affine(2, 2) => SoftmaxWithLoss }
    assert_eq!(Net::PARAMS, 6);
}
