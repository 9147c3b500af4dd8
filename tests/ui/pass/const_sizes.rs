use chainrule::network;

const SIDE: usize = 28;
const HIDDEN: usize = 50;

mod sizes {
    pub const CLASSES: usize = 10;
    pub const T: usize = 4;
}

struct Table;

impl Table {
    const WIDTHS: [usize; 2] = [30, 20];
}

const fn double(n: usize) -> usize {
    2 * n
}

network! {
    struct Net =
        Affine(SIDE * SIDE, HIDDEN)
        -> Relu
        -> Affine(50, double(HIDDEN))
        -> Affine(100, Table::WIDTHS[0])
        -> Affine({ 1 + Table::WIDTHS[0] - 1 }, if HIDDEN > 3 { 7 } else { 8 } + 0)
        -> Affine(5 + 2, sizes::T)
        -> Affine(2 * 2, size_of::<[u8; 3]>())
        -> Affine(0x3, usize::MIN + 9)
        -> Affine(9usize, sizes::CLASSES as usize)
        => SoftmaxWithLoss;
}

fn main() {
    assert_eq!((Net::INPUTS, Net::OUTPUTS), (784, 10));
    let net = Net::zeros();
    assert_eq!(net.affine2.bias.len(), 100);
    assert_eq!(net.affine4.bias.len(), 7);
    assert_eq!(net.affine6.bias.len(), 3);
    assert_eq!(net.predict(&[[0.0; 784]; 2]).unwrap().dim(), (2, 10));
}
