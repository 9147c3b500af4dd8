use chainrule::network;

network! { struct Encoder = Affine(4, 2) -> Sigmoid => IdentityWithLoss; }
network! { struct Decoder = Affine(2, 4) -> Sigmoid => IdentityWithLoss; }

fn main() {
    let (encoder, decoder) = (Encoder::zeros(), Decoder::zeros());
    assert_eq!(encoder.predict(&[[1.0; 4]]).unwrap().dim(), (1, 2));
    assert_eq!(decoder.predict(&[[1.0; 2]]).unwrap().dim(), (1, 4));
}
