use chainrule::network;

network! { <pub struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss> }
network! { < struct Semicolon = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; > }
network! { < struct After = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss >; }

fn main() {
    let net = network!(< Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss >);
    let glued = network!(<Affine(2, 3)->Relu->Affine(3, 2)=>SoftmaxWithLoss>);
    assert_eq!(net.parameters(), glued.parameters());
    assert_eq!(Net::PARAMS, Semicolon::PARAMS + After::PARAMS - Net::PARAMS);
}
