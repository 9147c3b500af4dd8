//! A file of PyTorch with convolutions and normalizations of images loads and predicts the same. The
//! Python lines in `tests/data/README.md` write the file and print the outputs.

use chainrule::network;
use chainrule::saving::{self, Layout};

network! {
    struct Net = Input(2, 7, 10)
        -> Conv2d(4, 3, padding = 1, groups = 2) -> BatchNorm -> Relu -> MaxPool2d(2)
        -> Conv2d(6, (2, 3), bias = false) -> GroupNorm(2)
        -> ConvTranspose2d(4, 2, stride = 2, groups = 2) -> LayerNorm
        -> Reshape(16, 6) -> Conv1d(3, 3) -> Flatten -> Affine(5)
        => SoftmaxWithLoss;
}

const FILE: &[u8] = include_bytes!("../data/images_float32.safetensors");

#[test]
fn a_file_of_pytorch_predicts_the_same() {
    let mut net = Net::zeros();
    saving::read(&mut *net, FILE, Layout::PyTorch).unwrap();
    assert_eq!(net.batch_norm1.batches, [20.0]);
    let numbers: Vec<f32> = (1..=280).map(|at| (0.3 * at as f32).cos()).collect();
    let (images, _) = numbers.as_chunks::<140>();
    let want = [
        [
            -0.22745653986930847,
            0.062808096408844,
            0.5738124847412109,
            -0.11202041059732437,
            -0.2034260630607605,
        ],
        [
            -0.29361236095428467,
            0.05965834856033325,
            0.5420438051223755,
            -0.10402560979127884,
            -0.11392240971326828,
        ],
    ];
    let y = net.predict(images).unwrap();
    for (y, want) in y.iter().zip(want.as_flattened()) {
        assert!((f64::from(*y) - want).abs() < 1e-6, "{y} instead of {want}");
    }
}

#[test]
fn files_for_pytorch_are_those_of_pytorch() {
    let mut net = Net::zeros();
    saving::read(&mut *net, FILE, Layout::PyTorch).unwrap();
    let mut bytes = Vec::new();
    saving::write(&*net, &mut bytes, Layout::PyTorch).unwrap();
    let mut again = Net::zeros();
    saving::read(&mut *again, &bytes[..], Layout::PyTorch).unwrap();
    assert_eq!(again.parameters(), net.parameters());
    // The shapes that PyTorch reads, among the JSON of the header.
    let header = String::from_utf8_lossy(&bytes[..4000]);
    for shape in ["[4,1,3,3]", "[6,4,2,3]", "[6,2,2,2]", "[4,4,6]", "[3,16,3]", "[5,12]", "[]"] {
        assert!(header.contains(&format!("\"shape\":{shape}")), "{shape} in {header}");
    }
}
