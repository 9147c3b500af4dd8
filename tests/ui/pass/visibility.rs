mod nets {
    use chainrule::network;

    network! { pub struct Public = Affine(2, 2) => SoftmaxWithLoss; }
    network! { pub(crate) struct Crate = Affine(2, 2) => SoftmaxWithLoss; }
    network! { pub(super) struct Super = Affine(2, 2) => SoftmaxWithLoss; }
    network! { pub(in crate::nets) struct Inside = Affine(2, 2) => SoftmaxWithLoss; }
    network! { struct Private = Affine(2, 2) => SoftmaxWithLoss; }

    pub fn own() -> usize {
        Inside::PARAMS + Private::PARAMS
    }
}

fn main() {
    assert_eq!(nets::own(), nets::Public::PARAMS + nets::Super::PARAMS);
    assert_eq!(nets::Crate::zeros().affine1.bias, [0.0; 2]);
}
