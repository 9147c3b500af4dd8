use chainrule::network;

// Trailing commas, no semicolon, no spaces, comments, names given by path.
network! { struct Trailing = Affine(2, 3,) -> Relu -> Affine(3, 2,) => SoftmaxWithLoss; }
network! { struct Without = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss }
network! {struct Dense=Affine(2,3)->Relu->Affine(3,2)=>SoftmaxWithLoss;}
network! {
    struct Comments = // the input
        Affine(2, /* hidden */ 3) // one
        -> Relu /* -> Sigmoid */
        -> Affine((3), 2)
        => SoftmaxWithLoss; // => IdentityWithLoss
}
chainrule::network!(
    struct Parentheses = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss;
);
network![struct Brackets = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss;];

fn main() {
    let sizes = [Trailing::PARAMS, Without::PARAMS, Dense::PARAMS, Comments::PARAMS];
    assert_eq!(sizes, [17; 4]);
    assert_eq!(Parentheses::PARAMS + Brackets::PARAMS, 34);
}
