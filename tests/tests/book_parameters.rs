//! The parameters of the book's chapters 7 and 8 need only other names: networks as the chapters declare
//! them read such files, and predict what the formulas of the chapters predict in NumPy.
//!
//! The files are made here, with `W1`, `b1`, … renamed as in "Parameters of the book" of the guide's page
//! on images. The expected scores are those of these lines:
//!
//! ```python
//! import numpy as np
//! from numpy.lib.stride_tricks import sliding_window_view
//! def numbers(shape, k):  # of the k-th tensor
//!     i = np.arange(1, np.prod(shape) + 1)
//!     uniform = (i * i % 65521 * 7919 + k * 10007) % 65521 / 65521 - 0.5
//!     fan = np.prod(shape[1:]) if len(shape) == 4 else shape[0]
//!     return (uniform * np.sqrt(24 / fan)).reshape(shape)
//! def parameters(weights):
//!     params = {}
//!     for i, shape in enumerate(weights, 1):
//!         params[f"W{i}"] = numbers(shape, i)
//!         params[f"b{i}"] = numbers((shape[0] if len(shape) == 4 else shape[1],), 100 + i)
//!     return params
//! def conv(x, w, b, pad):
//!     x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
//!     windows = sliding_window_view(x, w.shape[2:], axis=(2, 3))
//!     return np.einsum("nchwij,fcij->nfhw", windows, w) + b[:, None, None]
//! relu = lambda x: np.maximum(x, 0)
//! pool = lambda x: x.reshape(*x.shape[:2], x.shape[2] // 2, 2, x.shape[3] // 2, 2).max((3, 5))
//! affine = lambda x, p, i: x.reshape(len(x), -1) @ p[f"W{i}"] + p[f"b{i}"]
//! p = parameters([(30, 1, 5, 5), (4320, 100), (100, 10)])
//! image = (0.5 + 0.5 * np.cos(0.11 * np.arange(1, 785))).reshape(1, 1, 28, 28)
//! x = pool(relu(conv(image, p["W1"], p["b1"], 0)))
//! print(affine(relu(affine(x, p, 2)), p, 3)[0].tolist())
//! p = parameters([(16, 1, 3, 3), (16, 16, 3, 3), (32, 16, 3, 3), (32, 32, 3, 3), (64, 32, 3, 3),
//!                 (64, 64, 3, 3), (1024, 50), (50, 10)])
//! x = image
//! for i, pad in enumerate([1, 1, 1, 2, 1, 1], 1):
//!     x = relu(conv(x, p[f"W{i}"], p[f"b{i}"], pad))
//!     x = x if i % 2 else pool(x)
//! print(affine(relu(affine(x, p, 7)), p, 8)[0].tolist())
//! ```

use chainrule::saving::{self, Layout};
use chainrule::{Network, network};

network! {
    /// Section 7.5 of the book.
    struct SimpleConvNet = Input(1, 28, 28) -> Conv2d(30, 5) -> Relu -> MaxPool2d(2)
        -> Flatten -> Affine(100) -> Relu -> Affine(10) => SoftmaxWithLoss;
}

network! {
    /// Section 8.1 of the book.
    struct DeepConvNet = Input(1, 28, 28)
        -> Conv2d(16, 3, padding = 1) -> Relu -> Conv2d(16, 3, padding = 1) -> Relu -> MaxPool2d(2)
        -> Conv2d(32, 3, padding = 1) -> Relu -> Conv2d(32, 3, padding = 2) -> Relu -> MaxPool2d(2)
        -> Conv2d(64, 3, padding = 1) -> Relu -> Conv2d(64, 3, padding = 1) -> Relu -> MaxPool2d(2)
        -> Flatten -> Affine(50) -> Relu -> Dropout(0.5) -> Affine(10) -> Dropout(0.5)
        => SoftmaxWithLoss;
}

/// The scores of chapter 7's network.
const SIMPLE: [f64; 10] = [
    0.3408638708820262,
    0.30222174491992737,
    -0.6918130804093993,
    -0.28777058385406595,
    -0.08639390749409137,
    2.177983854528379,
    -0.5135167999522884,
    -0.0698922389448207,
    0.7516817497868065,
    -0.19955828037860668,
];

/// The scores of chapter 8's network.
const DEEP: [f64; 10] = [
    0.09472310495034275,
    1.8797359834551721,
    0.9241181899341546,
    0.8031439393801287,
    1.0100319036710137,
    -3.148305878775211,
    -0.07790795847427384,
    -0.8888613370586371,
    6.461804089822341,
    -0.12315970110092392,
];

/// The numbers of the k-th tensor, as `numbers` above.
fn numbers(shape: &[usize], k: u64) -> Vec<f64> {
    let fan: usize = if shape.len() == 4 { shape[1..].iter().product() } else { shape[0] };
    let number = |i: u64| ((i * i % 65521 * 7919 + k * 10007) % 65521) as f64 / 65521.0 - 0.5;
    let count: usize = shape.iter().product();
    (1..=count as u64).map(|i| number(i) * (24.0 / fan as f64).sqrt()).collect()
}

/// A safetensors file with the weights of some shapes and their biases, for layers with these names.
fn file(layers: &[(&str, &[usize])]) -> Vec<u8> {
    let (mut entries, mut data) = (Vec::new(), Vec::new());
    for (&(name, shape), k) in layers.iter().zip(1..) {
        let outputs = [if shape.len() == 4 { shape[0] } else { shape[1] }];
        for (field, shape, k) in [("weight", shape, k), ("bias", &outputs, 100 + k)] {
            let begin = data.len();
            data.extend(numbers(shape, k).into_iter().flat_map(f64::to_le_bytes));
            let end = data.len();
            entries.push(format!(
                r#""{name}.{field}":{{"dtype":"F64","shape":{shape:?},"data_offsets":[{begin},{end}]}}"#
            ));
        }
    }
    let header = format!("{{{}}}", entries.join(","));
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.bytes());
    file.extend(data);
    file
}

/// The scores of one image.
fn scores<N: Network<Scalar = f64>>(file: &[u8]) -> Vec<f64> {
    let mut net = N::zeros();
    saving::read(&mut *net, file, Layout::Chainrule).unwrap();
    let mut batch = chainrule::Batch::new();
    batch.features_mut().extend((1..=784).map(|i| 0.5 + 0.5 * (0.11 * f64::from(i)).cos()));
    let mut workspace = chainrule::Workspace::new();
    let scores = batch.predict(&*net, &mut workspace).unwrap();
    scores.iter().copied().collect()
}

#[track_caller]
fn assert_close(found: &[f64], want: &[f64; 10]) {
    for (found, want) in found.iter().zip(want) {
        assert!((found - want).abs() < 1e-12 * (1.0 + want.abs()), "{found} instead of {want}");
    }
}

#[test]
fn chapter_7() {
    let file =
        file(&[("conv1", &[30, 1, 5, 5]), ("affine1", &[4320, 100]), ("affine2", &[100, 10])]);
    assert_close(&scores::<SimpleConvNet<f64>>(&file), &SIMPLE);
}

#[test]
fn chapter_8() {
    let file = file(&[
        ("conv1", &[16, 1, 3, 3]),
        ("conv2", &[16, 16, 3, 3]),
        ("conv3", &[32, 16, 3, 3]),
        ("conv4", &[32, 32, 3, 3]),
        ("conv5", &[64, 32, 3, 3]),
        ("conv6", &[64, 64, 3, 3]),
        ("affine1", &[1024, 50]),
        ("affine2", &[50, 10]),
    ]);
    assert_close(&scores::<DeepConvNet<f64>>(&file), &DEEP);
}
