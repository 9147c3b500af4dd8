use chainrule::network;

network! {
    struct Net = Input(20, of = 1000) -> Embedding(num_embeddings = 1000, embedding_dim = 64) -> Mean -> Affine(2) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
