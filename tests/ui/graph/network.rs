use chainrule::graph;

graph! {
    struct Net = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
}

fn main() {}
