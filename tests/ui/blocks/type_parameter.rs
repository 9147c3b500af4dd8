use chainrule::network;

network! { layer Mlp<T, const D: usize> = Input(D) -> Affine(T) -> Relu; }

fn main() {}
