//! Layers, losses, whole networks and training steps match NumPy and PyTorch. The Python lines
//! above the literals print them; they assume
//!
//! ```python
//! import numpy as np, torch, torch.nn.functional as F
//! ```

use chainrule::layers::{Activation, Affine, Layer, Relu, Sigmoid};
use chainrule::losses::{IdentityWithLoss, Loss, SoftmaxWithLoss, Targets};
use chainrule::{Numbers, Scalar, Sgd, Workspace, network};
use ndarray::Array2;

network! {
    struct ThreeLayerNet = Affine(4, 6) -> Relu -> Affine(6, 5) -> Sigmoid -> Affine(5, 3)
        => SoftmaxWithLoss;
}

network! {
    struct Regression = Affine(3, 4) -> Sigmoid -> Affine(4, 2) => IdentityWithLoss;
}

/// Asserts that each of `got` differs from `want` by at most `tolerance` times
/// the largest number in `want`.
#[track_caller]
fn assert_close<T: Scalar>(got: &[T], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len());
    let largest = want.iter().fold(0.0_f64, |largest, want| largest.max(want.abs()));
    for (place, (got, want)) in got.iter().zip(want).enumerate() {
        let difference = (got.as_f64() - want).abs();
        assert!(difference <= tolerance * largest, "{got} for {want} at {place}");
    }
}

/// Asserts that each of `got` differs from its `want` by at most the relative `tolerance`.
#[track_caller]
fn assert_each_close<T: Scalar>(got: &[T], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len());
    for (got, &want) in got.iter().zip(want) {
        assert!((got.as_f64() - want).abs() <= tolerance * want.abs(), "{got} for {want}");
    }
}

/// `f(start), f(start + 1), …` as numbers of type `T`.
fn sequence<T: Scalar>(start: usize, count: usize, f: impl Fn(f64) -> f64) -> Vec<T> {
    (start..start + count).map(|i| T::from_f64(f(i as f64))).collect()
}

/// The exactly representable numbers that Python computes with
/// `((np.arange(count) * step) % modulus - modulus // 2) / scale`.
fn ramp<T: Scalar>(count: usize, step: usize, modulus: usize, scale: f64) -> Vec<T> {
    let value = |i: usize| ((i * step) % modulus) as f64 - (modulus / 2) as f64;
    (0..count).map(|i| T::from_f64(value(i) / scale)).collect()
}

fn rows<T: Scalar>(columns: usize, values: Vec<T>) -> Array2<T> {
    Array2::from_shape_vec((values.len() / columns, columns), values).unwrap()
}

fn affine<T: Scalar>() -> Affine<3, 4, T> {
    let weight = sequence(10, 12, f64::sin);
    let (rows, []) = weight.as_chunks::<4>() else { unreachable!("3 rows of 4") };
    Affine { weight: rows.try_into().unwrap(), bias: sequence(30, 4, f64::sin).try_into().unwrap() }
}

//     x = np.sin(np.arange(6) + 1.0).reshape(2, 3)
//     w = np.sin(np.arange(12) + 10.0).reshape(3, 4)
//     b = np.sin(np.arange(4) + 30.0)
//     dy = np.cos(np.arange(8) + 1.0).reshape(2, 4)
//     (x @ w + b).ravel(); (dy @ w.T).ravel(); (x.T @ dy).ravel(); dy.sum(axis=0)
#[rustfmt::skip]
const AFFINE_Y: [f64; 8] = [
    -0.6510322108185638, -0.6330446564410146, -0.03303876436660513, 0.5973428153003928,
    -1.3163950542095213, -0.31269737237356293, 0.9784928315448324, 1.3700612386917992,
];
const AFFINE_DX: [f64; 6] = [
    0.3787705597602618,
    1.178045671891566,
    -1.9188146367960814,
    -1.5801369510879928,
    0.8282173174465455,
    0.49741901861257776,
];
#[rustfmt::skip]
const AFFINE_DW: [f64; 12] = [
    0.23997246362977098, -1.0768347572315402, -1.4036050683720902, -0.4399073527077562,
    0.21928494098919704, -1.2991318433332641, -1.6231328021485758, -0.45483294812891695,
    -0.003012145112526741, -0.32701310392783844, -0.3503597230900907, -0.0515872286099594,
];
const AFFINE_DB: [f64; 4] =
    [0.823964491331366, 0.5440234501032235, -0.23609024225714081, -0.7991436546722255];

fn check_affine<T: Scalar>(tolerance: f64) {
    let (layer, x) = (affine::<T>(), sequence::<T>(1, 6, f64::sin));
    let mut y = [T::nan(); 8];
    layer.infer(&x, &mut y, &mut []);
    assert_close(&y, &AFFINE_Y, tolerance);

    let dy = sequence::<T>(1, 8, f64::cos);
    let mut grads = Affine { weight: [[T::nan(); 4]; 3], bias: [T::nan(); 4] };
    let mut dx = [T::nan(); 6];
    layer.backward(&x, &mut [], &mut dy.clone(), &mut grads, Some(&mut dx));
    assert_close(&dx, &AFFINE_DX, tolerance);
    assert_close(grads.weight.as_flattened(), &AFFINE_DW, tolerance);
    assert_close(&grads.bias, &AFFINE_DB, tolerance);
}

#[test]
fn affine_in_f64() {
    check_affine::<f64>(1e-15);
}

#[test]
fn affine_in_f32() {
    // Sums of four products, each rounded to 6e-8.
    check_affine::<f32>(3e-7);
}

#[test]
fn affine_of_whole_numbers_is_exact() {
    //     x = np.array([[1.0, -2.0], [3.0, 4.0]])
    //     w = np.array([[5.0, 6.0, -7.0], [8.0, 9.0, 10.0]])
    //     b = np.array([0.5, -0.25, 2.0]); dy = np.array([[1.0, 2.0, -3.0], [-4.0, 5.0, 6.0]])
    //     y = x @ w + b; dx = dy @ w.T; dw = x.T @ dy; db = dy.sum(axis=0)
    let layer =
        Affine::<2, 3> { weight: [[5.0, 6.0, -7.0], [8.0, 9.0, 10.0]], bias: [0.5, -0.25, 2.0] };
    let mut y = [0.0; 6];
    layer.infer(&[1.0, -2.0, 3.0, 4.0], &mut y, &mut []);
    assert_eq!(y, [-10.5, -12.25, -25.0, 47.5, 53.75, 21.0]);

    let mut grads = Affine { weight: [[9.0; 3]; 2], bias: [9.0; 3] };
    let mut dx = [9.0; 4];
    let dy = [1.0, 2.0, -3.0, -4.0, 5.0, 6.0];
    layer.backward(&[1.0, -2.0, 3.0, 4.0], &mut [], &mut dy.clone(), &mut grads, Some(&mut dx));
    assert_eq!(dx, [38.0, -4.0, -32.0, 73.0]);
    assert_eq!(
        grads,
        Affine { weight: [[-11.0, 17.0, 15.0], [-18.0, 16.0, 30.0]], bias: [-3.0, 7.0, 3.0] }
    );
}

const SIGMOID_X: [f64; 13] =
    [-1000.0, -700.0, -100.0, -20.0, -0.5, -0.0, 0.0, 1e-3, 0.5, 20.0, 100.0, 700.0, 1000.0];

#[test]
fn sigmoid_in_f64() {
    //     x = torch.tensor([-1000, -700, -100, -20, -0.5, -0.0, 0, 1e-3, 0.5, 20, 100, 700, 1000],
    //                      dtype=torch.float64, requires_grad=True)
    //     y = torch.sigmoid(x); y.sum().backward(); x.grad
    #[rustfmt::skip]
    let want_y = [
        0.0, 9.85967654375977e-305, 3.7200759760208356e-44, 2.0611536181902037e-9,
        0.3775406687981454, 0.5, 0.5, 0.5002499999791666, 0.6224593312018546, 0.9999999979388463,
        1.0, 1.0, 1.0,
    ];
    #[rustfmt::skip]
    let want_dx = [
        0.0, 9.85967654375977e-305, 3.7200759760208356e-44, 2.0611536139418496e-9,
        0.2350037122015945, 0.25, 0.25, 0.24999993750001043, 0.2350037122015945,
        2.0611536879193953e-9, 0.0, 0.0, 0.0,
    ];
    let mut y = SIGMOID_X;
    Sigmoid.forward(&mut y);
    assert_each_close(&y, &want_y, 4.0 * f64::EPSILON);
    let mut dx = [1.0; 13];
    Sigmoid.backward(&y, &mut dx);
    // 1 - y is exact, but for x = 20 the last bit of y is 1e-7 of it.
    assert_each_close(&dx[..9], &want_dx[..9], 8.0 * f64::EPSILON);
    assert_each_close(&dx[9..], &want_dx[9..], 1e-7);
}

#[test]
fn sigmoid_in_f32() {
    // PyTorch loses sigmoid(-100), 3.7835e-44 in f32, by computing e¹⁰⁰, so the values are those of
    // f64, rounded.
    //     x = np.array([-1000, -700, -100, -20, -0.5, -0.0, 0, 1e-3, 0.5, 20, 100, 700, 1000])
    //     y = torch.sigmoid(torch.tensor(x)).numpy().astype(np.float32)
    #[rustfmt::skip]
    let want: [f32; 13] = [
        0.0, 0.0, 3.8e-44, 2.0611537e-9, 0.37754068, 0.5, 0.5, 0.50025, 0.62245935, 1.0, 1.0, 1.0,
        1.0,
    ];
    let mut y = SIGMOID_X.map(|x| x as f32);
    Sigmoid.forward(&mut y);
    for (y, want) in y.into_iter().zip(want) {
        assert!((y - want).abs() <= 2.0 * f32::EPSILON * want, "{y} for {want}");
    }

    //     x = torch.tensor([-0.5, 0.0, 1e-3, 0.5, 20, 100, 1000], requires_grad=True)
    //     torch.sigmoid(x).sum().backward(); x.grad
    #[rustfmt::skip]
    let want_dx: [f32; 7] = [
        0.23500371, 0.25, 0.24999994, 0.23500371, 0.0, 0.0, 0.0,
    ];
    let mut dx = [1.0; 7];
    let from_y = [y[4], y[6], y[7], y[8], y[9], y[10], y[12]];
    Sigmoid.backward(&from_y, &mut dx);
    for (dx, want) in dx.into_iter().zip(want_dx) {
        assert!((dx - want).abs() <= 4.0 * f32::EPSILON * want, "{dx} for {want}");
    }
}

#[test]
fn sigmoid_of_what_is_not_finite() {
    //     torch.sigmoid(torch.tensor([-torch.inf, torch.inf, torch.nan])).tolist()
    //   [0.0, 1.0, nan]
    let mut values = [f32::NEG_INFINITY, f32::INFINITY, f32::NAN];
    Sigmoid.forward(&mut values);
    assert_eq!(values[..2], [0.0, 1.0]);
    assert!(values[2].is_nan());
}

#[test]
fn relu_of_the_chapter() {
    //     x = torch.tensor([[1.0, -0.5], [-2.0, 3.0]], requires_grad=True)
    //     y = torch.relu(x); y.backward(torch.tensor([[5.0, 6.0], [7.0, 8.0]])); x.grad
    let mut y = [1.0, -0.5, -2.0, 3.0];
    Relu.forward(&mut y);
    assert_eq!(y, [1.0, 0.0, 0.0, 3.0]);
    let mut dx = [5.0, 6.0, 7.0, 8.0];
    Relu.backward(&y, &mut dx);
    assert_eq!(dx, [5.0, 0.0, 0.0, 8.0]);
}

#[test]
fn relu_at_the_edges() {
    //     x = torch.tensor([-0.0, 0.0, 5e-324, -5e-324, torch.inf, -torch.inf, torch.nan],
    //                      dtype=torch.float64, requires_grad=True)
    //     y = torch.relu(x); y.backward(torch.full_like(x, 2.0)); x.grad.tolist()[:6]
    let mut y = [-0.0, 0.0, 5e-324, -5e-324, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    Relu.forward(&mut y);
    assert_eq!(y[..6], [0.0, 0.0, 5e-324, 0.0, f64::INFINITY, 0.0]);
    assert!(y[0].is_sign_positive());
    assert!(y[6].is_nan());
    let mut dx = [2.0; 7];
    Relu.backward(&y, &mut dx);
    assert_eq!(dx[..6], [0.0, 0.0, 2.0, 0.0, 2.0, 0.0]);
}

#[test]
fn softmax_of_the_chapter() {
    //     x = torch.log(torch.tensor([[0.3, 0.2, 0.5]], dtype=torch.float64)).requires_grad_()
    //     L = F.cross_entropy(x, torch.tensor([1])); L.backward(); x.grad
    let (loss, gradient) = (1.6094379124341003, [0.3, -0.8, 0.5]);
    for targets in [Targets::Labels(&[1]), Targets::Rows(&[0.0, 1.0, 0.0])] {
        let mut values = [0.3_f64.ln(), 0.2_f64.ln(), 0.5_f64.ln()];
        let got = SoftmaxWithLoss.forward(&mut values, targets, 1);
        assert_each_close(&[got], &[loss], 1e-15);
        SoftmaxWithLoss.backward(&mut values, targets, 1, 1.0);
        assert_close(&values, &gradient, 1e-15);
        assert_close(&values, &[0.3, -0.8, 0.5], 1e-15);
    }
}

/// The loss and the gradient of scores, as `f64` or `f32`.
fn softmax<T: Scalar>(
    scores: &[f64],
    targets: Targets<'_, T>,
    batch: usize,
    dout: f64,
) -> (T, Vec<T>) {
    let mut values: Vec<T> = scores.iter().map(|&score| T::from_f64(score)).collect();
    let loss = SoftmaxWithLoss.forward(&mut values, targets, batch);
    SoftmaxWithLoss.backward(&mut values, targets, batch, T::from_f64(dout));
    (loss, values)
}

#[test]
fn softmax_with_soft_rows_and_an_upstream_gradient() {
    //     x = torch.tensor([[1.0, -2.0, 0.5, 3.0], [0.25, 0.0, -1.0, 2.0]]).double()
    //     x.requires_grad_()
    //     t = torch.tensor([[0.125, 0.25, 0.5, 0.125], [0.0, 0.75, 0.25, 0.0]]).double()
    //     L = F.cross_entropy(x, t); (-2.5 * L).backward(); x.grad
    let loss = 2.7544631350952136;
    #[rustfmt::skip]
    let gradient = [
        0.018057812047825965, 0.3056198160905204, 0.5411822010742356, -0.8648598292125821,
        -0.15984842265264784, 0.813009923265389, 0.2667026601394813, -0.9198641607522224,
    ];
    let scores = [1.0, -2.0, 0.5, 3.0, 0.25, 0.0, -1.0, 2.0];
    let targets = [0.125, 0.25, 0.5, 0.125, 0.0, 0.75, 0.25, 0.0];
    let (got, dx) = softmax(&scores, Targets::Rows(&targets), 2, -2.5);
    assert_each_close(&[got], &[loss], 1e-15);
    assert_close(&dx, &gradient, 1e-15);

    let targets = targets.map(|t| t as f32);
    let (got, dx) = softmax::<f32>(&scores, Targets::Rows(&targets), 2, -2.5);
    assert_each_close(&[got], &[loss], 2e-7);
    assert_close(&dx, &gradient, 2e-7);
}

#[test]
fn softmax_labels_are_one_hot_rows() {
    //     x = torch.tensor([[1.0, -2.0, 0.5], [0.25, 0.0, -1.0]]).double().requires_grad_()
    //     L = F.cross_entropy(x, torch.tensor([2, 0])); (3.0 * L).backward(); x.grad
    let (loss, gradient) = (
        0.8649375492018225,
        [
            0.9056233442229387,
            0.045088331354361036,
            -0.9507116755772997,
            -0.7737152242383031,
            0.5656311520960493,
            0.20808407214225372,
        ],
    );
    let scores = [1.0, -2.0, 0.5, 0.25, 0.0, -1.0];
    let labels = softmax::<f64>(&scores, Targets::Labels(&[2, 0]), 2, 3.0);
    let one_hot = softmax(&scores, Targets::Rows(&[0.0, 0.0, 1.0, 1.0, 0.0, 0.0]), 2, 3.0);
    assert_eq!(labels, one_hot);
    assert_each_close(&[labels.0], &[loss], 1e-15);
    assert_close(&labels.1, &gradient, 1e-15);
}

#[test]
fn softmax_of_huge_scores() {
    //     def extreme(size, label):
    //         x = torch.tensor([[size, -size, 0.0]], dtype=torch.float64, requires_grad=True)
    //         L = F.cross_entropy(x, torch.tensor([label])); L.backward()
    //         return [L.item(), *x.grad[0].tolist()]
    //     [extreme(size, label) for size in (1e4, -1e4, 1e30, -1e30) for label in (0, 1, 2)]
    let want: [[f64; 4]; 12] = [
        [0.0, 0.0, 0.0, 0.0],
        [20000.0, 1.0, -1.0, 0.0],
        [10000.0, 1.0, 0.0, -1.0],
        [20000.0, -1.0, 1.0, 0.0],
        [0.0, 0.0, 0.0, 0.0],
        [10000.0, 0.0, 1.0, -1.0],
        [0.0, 0.0, 0.0, 0.0],
        [2e30, 1.0, -1.0, 0.0],
        [1e30, 1.0, 0.0, -1.0],
        [2e30, -1.0, 1.0, 0.0],
        [0.0, 0.0, 0.0, 0.0],
        [1e30, 0.0, 1.0, -1.0],
    ];
    let mut want = want.into_iter();
    for size in [1e4, -1e4, 1e30, -1e30] {
        for label in 0..3 {
            let [loss, gradient @ ..] = want.next().unwrap();
            let scores = [size, -size, 0.0];
            let (got, dx) = softmax::<f64>(&scores, Targets::Labels(&[label]), 1, 1.0);
            assert_eq!((got, &dx[..]), (loss, &gradient[..]));
            let (got, dx) = softmax::<f32>(&scores, Targets::Labels(&[label]), 1, 1.0);
            assert_eq!((got, &dx[..]), (loss as f32, &gradient.map(|d| d as f32)[..]));
        }
    }
}

#[test]
fn softmax_of_a_large_batch() {
    //     x = (10.0 * torch.sin(torch.arange(200000, dtype=torch.float64))).reshape(20000, 10)
    //     x.requires_grad_(); t = torch.arange(20000) * 7 % 10
    //     L = F.cross_entropy(x, t); L.backward(); g = x.grad
    //     L; g[0]; g[19999]; g.abs().sum()
    let (loss, sum) = (10.183029908305306, 1.8000235437061427);
    #[rustfmt::skip]
    let first: [f64; 10] = [
        -4.999852891448981e-5, 6.638958771544435e-6, 1.3081768716425883e-5, 6.032736072405763e-9,
        7.60127494753824e-13, 1.0071234478307073e-13, 8.998120971371713e-11,
        1.0492874122581633e-6, 2.913172416429159e-5, 9.066627184779307e-8,
    ];
    #[rustfmt::skip]
    let last: [f64; 10] = [
        1.3718117439559507e-6, 1.0418547390617593e-10, 1.9041902683983538e-13,
        -4.9999997243248476e-5, 2.708560152656607e-8, 3.85649833330709e-5, 1.003436602755886e-5,
        1.6451378397126007e-9, 5.13459522250442e-13, 5.099440267466423e-13,
    ];
    let scores = sequence::<f64>(0, 200_000, |i| 10.0 * i.sin());
    let labels: Vec<usize> = (0..20_000).map(|i| i * 7 % 10).collect();

    let (got, dx) = softmax::<f64>(&scores, Targets::Labels(&labels), 20_000, 1.0);
    assert_each_close(&[got], &[loss], 1e-12);
    assert_close(&dx[..10], &first, 1e-12);
    assert_close(&dx[199_990..], &last, 1e-12);
    assert_each_close(&[dx.iter().map(|d| d.abs()).sum::<f64>()], &[sum], 1e-12);

    // The mean of twenty thousand losses is as precise as a single one.
    let (got, dx) = softmax::<f32>(&scores, Targets::Labels(&labels), 20_000, 1.0);
    assert_each_close(&[got], &[loss], 1e-7);
    // Scores near 10 are rounded to 5e-7, which becomes a relative error of exp.
    assert_close(&dx[..10], &first, 1e-6);
}

#[test]
fn identity_with_an_upstream_gradient() {
    //     f64 = dict(dtype=torch.float64)
    //     y = torch.tensor([[1.0, 2.0, -3.5], [0.1, 0.7, 1e6]], **f64, requires_grad=True)
    //     t = torch.tensor([[1.5, 2.0, 3.0], [0.3, -0.7, 1e6 + 1]], **f64)
    //     L = F.mse_loss(y, t, reduction='sum') / (2 * len(y)); (-4.0 * L).backward(); y.grad
    let (loss, gradient) = (11.375, [1.0, -0.0, 13.0, 0.39999999999999997, -2.8, 2.0]);
    let mut values = [1.0, 2.0, -3.5, 0.1, 0.7, 1e6];
    let targets = Targets::Rows(&[1.5, 2.0, 3.0, 0.3, -0.7, 1e6 + 1.0]);
    let got: f64 = IdentityWithLoss.forward(&mut values, targets, 2);
    assert_each_close(&[got], &[loss], 1e-15);
    IdentityWithLoss.backward(&mut values, targets, 2, -4.0);
    assert_each_close(&values, &gradient, 1e-15);
}

//     def ramp(count, step, modulus, scale):
//         i = torch.arange(count, dtype=torch.float64)
//         return ((i * step) % modulus - modulus // 2) / scale
//     def tensors(*shapes):
//         sizes = [torch.Size(s).numel() for s in shapes]
//         parts = ramp(sum(sizes), 37, 101, 64).split(sizes)
//         return [p.reshape(s).clone().requires_grad_() for p, s in zip(parts, shapes)]
//     def flat(tensors): return torch.cat([t.detach().ravel() for t in tensors])
//     def three_layers(P):
//         W1, b1, W2, b2, W3, b3 = P
//         return torch.sigmoid(torch.relu(x @ W1 + b1) @ W2 + b2) @ W3 + b3
//     P = tensors((4, 6), (6,), (6, 5), (5,), (5, 3), (3,))
//     x = ramp(28, 29, 97, 32).reshape(7, 4); t = torch.arange(7) * 5 % 3
//     y = three_layers(P); L = F.cross_entropy(y, t); L.backward()
//     y.ravel(); L; flat([p.grad for p in P])
#[rustfmt::skip]
const THREE_LAYER_OUTPUTS: [f64; 21] = [
    -0.38047747893672107, -0.39123431240833173, 0.3511617196778216, -0.3009568493652742,
    -0.2887610527355883, 0.25902131238274695, -0.3720182551024025, -0.22505614557190934,
    0.25000777742414937, -0.6021559665716998, -0.24586335162071127, 0.057990009563358424,
    -0.6805830479482557, -0.24580942730293198, 0.3113085179698063, -0.6926052497716155,
    -0.2206603418425478, 0.26958293353543406, -0.29491141639428153, -0.29463908734966093,
    0.26024157610567533,
];
const THREE_LAYER_LOSS: f64 = 1.150153857199804;
#[rustfmt::skip]
const THREE_LAYER_GRADIENT: [f64; 83] = [
    0.010375935912679109, -0.018430596127676783, -0.00013369152845708825,
    0.020443464684365205, 0.005423657978596533, -0.01250202913705363, 0.00659172847735266,
    -0.010056488609380776, -0.0005644753423743726, 0.011240539543590162, 6.109087116830099e-5,
    0.008513400265717716, 0.0050649490125169415, 0.005080071461239578, 0.00044563842819029414,
    0.014351536380724691, -0.005301476236259931, -0.0004490622736994755,
    0.0006508051055783867, 0.02021663153185993, 1.4854614273009805e-5, 0.007997300516783193,
    0.007272819050123511, -0.009411524813116667, -0.0016847221680945847, 0.016702411112408666,
    -0.00047534765673631376, 0.005357213416901131, -0.005917315428886326,
    -0.00988961383659828, -0.019606355157568128, -0.04946225886372222, 0.05720874094012874,
    0.040784332100256636, 0.041757261448225495, -0.001879107394028265, -0.01106115957187592,
    0.01924430365542558, 0.014053879382026272, 0.014857336907703834, -0.020449461585636052,
    -0.018408721842396218, 0.03805946936061671, 0.0380776591620879, 0.030894866929359915,
    -0.00981186978174694, -0.0398388782806143, 0.0609843702206492, 0.0444756943922114,
    0.044855522472476976, 0.005503845318060872, 0.001704885839100787, 0.012451666116217758,
    0.009585582138229597, 0.010838293080624423, 0.01585582510804292, 0.015828359350822045,
    -0.009762637876759211, -0.0074818477061702506, -0.013230381943618362,
    0.0008987737436202178, -0.014022670415917817, 0.05833306787238238, 0.04980526130400588,
    0.04420989382802147, -0.1840308976266408, 0.03354014734574788, 0.15049075028089287,
    -0.07223997896855586, -0.011558790196051766, 0.0837987691646076, -0.0891093205735188,
    -0.0020410971895195216, 0.09115041776303831, -0.07116945388638414, -0.0011412757002855537,
    0.07231072958666969, -0.10181446197869566, -0.004318638832478058, 0.10613310081117368,
    -0.19442368223028506, -0.00047839457920847983, 0.1949020768094935,
];

// No unit of the ReLU is near its kink, where f32 could fall on the other side:
//     (x @ P[0] + P[1]).abs().min().item()
//   0.05322265625

//     sgd = torch.optim.SGD(P, lr=0.5); losses = []
//     for _ in range(20):
//         sgd.zero_grad(); L = F.cross_entropy(three_layers(P), t); L.backward(); sgd.step()
//         losses.append(L.item())
//     losses; flat(P)
#[rustfmt::skip]
const THREE_LAYER_LOSSES: [f64; 20] = [
    1.150153857199804, 1.0597993822661234, 1.0278102599092915, 1.0119710400280852,
    1.000196108306959, 0.9892399308488234, 0.9782949980482903, 0.9676527132974874,
    0.9567424500790922, 0.9455612024476333, 0.9342077213230355, 0.9228312536922593,
    0.9114196291639803, 0.8998028132023138, 0.8882987479511578, 0.876838483595281,
    0.8655349327529246, 0.8544150340423454, 0.8432188956866281, 0.8320675465215326,
];
#[rustfmt::skip]
const THREE_LAYER_TRAINED: [f64; 83] = [
    -0.9359314008561882, -0.1716537654222331, 0.3974214434590438, -0.7926444897499982,
    -0.048335881499670795, 0.8109186320222617, -0.4825565093928633, 0.13240330636688674,
    0.7821683168270743, -0.3545589257837263, 0.2936232860325703, -0.9415780658600792,
    -0.22256816365169507, 0.41056963164501215, -0.6528631448634796, -0.24695533821266646,
    0.6355824535648114, -0.4214416064690811, 0.1888406111164893, 0.6887359569231378,
    -0.26811627149544925, 0.2985866972401992, -0.6991192151314781, 0.09869485292191728,
    0.41080610564542713, -0.5691354341758613, 0.12659568785437827, 0.6440498935361603,
    -0.3424933323782167, 0.43224109312110165, 0.928717005210009, 0.07488692514784148,
    0.14738435699245678, -0.7286177742745511, -0.2278691867468608, 0.5374355862409531,
    -0.42736156951434245, 0.010213637340983597, 0.6287952264833684, -0.40338935217358385,
    0.5148902271674988, -0.5813148930345353, -0.43114002305348165, 0.19115903974359702,
    -0.7883660541641269, 0.04969218034796421, 0.8024279623597803, -0.6532724567155072,
    0.050597304580924, 0.5605135088611092, -0.5128347355180509, 0.16934693560965705,
    -0.6068914287681687, -0.06421569013542672, 0.5492248801419797, -0.893625116700653,
    -0.18240506663459696, 0.7960617630168358, -0.25681359195513226, 0.44342220720205294,
    0.5676820449389466, -0.27519259685109254, 0.22223790123107506, -0.7409150461361077,
    -0.11399533115039683, 1.1766850779497844, -0.8731264782561121, -0.22543359969367255,
    0.6808979488048463, -0.37080325079631754, 0.23678030199147151, -0.8999925208162328,
    -0.059438670202150795, 0.39693119101838376, -0.45538479745299004, 0.027100728166565686,
    0.3345340692864245, -0.5997790673811458, 0.21431378932993375, 0.7604652780512123,
    -0.0749823933909042, 0.30267355771909377, -0.9620661643281897,
];

fn three_layer_net<T: Scalar>() -> (Box<ThreeLayerNet<T>>, Array2<T>, [usize; 7]) {
    let mut net = ThreeLayerNet::<f64>::zeros();
    net.parameters_mut().copy_from_slice(&ramp::<f64>(83, 37, 101, 64.0));
    let labels = std::array::from_fn(|i| i * 5 % 3);
    (net.cast::<T>(), rows(4, ramp(28, 29, 97, 32.0)), labels)
}

fn check_three_layer_net<T: Scalar>(tolerance: f64) {
    let (net, x, t) = three_layer_net::<T>();
    let outputs = net.predict(&x).unwrap();
    assert_close(outputs.as_slice().unwrap(), &THREE_LAYER_OUTPUTS, tolerance);
    let loss = net.loss(&x, &t).unwrap();
    assert_each_close(&[loss], &[THREE_LAYER_LOSS], tolerance);
    let grads = net.gradient(&x, &t).unwrap();
    for tensor in ThreeLayerNet::TENSORS {
        let want = tensor.of(&THREE_LAYER_GRADIENT);
        assert_close(tensor.of(grads.parameters()), want, tolerance);
    }
}

#[test]
fn three_layer_net_in_f64() {
    check_three_layer_net::<f64>(1e-14);
}

#[test]
fn three_layer_net_in_f32() {
    check_three_layer_net::<f32>(1e-6);
}

fn check_descent<T: Scalar>(tolerance: f64) {
    let (mut net, x, t) = three_layer_net::<T>();
    let (mut workspace, mut grads) = (Workspace::new(), ThreeLayerNet::<T>::zeros());
    let mut sgd = Sgd::new(0.5).unwrap();
    for want in THREE_LAYER_LOSSES {
        let loss = net.gradient_in(&x, &t, &mut workspace, &mut grads).unwrap();
        assert_each_close(&[loss], &[want], tolerance);
        net.update(&mut sgd, &grads);
    }
    assert_close(net.parameters(), &THREE_LAYER_TRAINED, tolerance);
}

#[test]
fn twenty_steps_of_descent_in_f64() {
    check_descent::<f64>(1e-13);
}

#[test]
fn twenty_steps_of_descent_in_f32() {
    check_descent::<f32>(1e-6);
}

//     P = tensors((3, 4), (4,), (4, 2), (2,)); W1, b1, W2, b2 = P
//     x = ramp(15, 29, 97, 32).reshape(5, 3); t = ramp(10, 11, 23, 4).reshape(5, 2)
//     y = torch.sigmoid(x @ W1 + b1) @ W2 + b2
//     L = F.mse_loss(y, t, reduction='sum') / (2 * len(y)); L.backward()
//     L; flat([p.grad for p in P])
const REGRESSION_LOSS: f64 = 2.984635389752085;
#[rustfmt::skip]
const REGRESSION_GRADIENT: [f64; 26] = [
    -0.2682454531713622, -0.03195983757273786, 0.15661622989730406, 0.3472537349888387,
    -0.06863500896965222, 0.0431352206758114, 0.024444287414262786, 0.06288503226715927,
    0.12268941943711303, -0.012341082349190288, -0.06439853925533001, -0.13919759980873703,
    -0.1461707808429431, 0.008611992239762382, 0.07577630038799349, 0.15508122877195207,
    0.07366853968140105, 0.03773527732778248, -0.6066797136036705, 0.24040446356727105,
    -0.4926888563446661, 0.08860019008469909, -0.34547774888523747, 0.1748766863357347,
    -1.031737087608862, 0.31912850225609146,
];

fn check_regression<T: Scalar>(tolerance: f64) {
    let mut net = Regression::<T>::zeros();
    net.parameters_mut().copy_from_slice(&ramp::<T>(26, 37, 101, 64.0));
    let (x, t) = (rows(3, ramp(15, 29, 97, 32.0)), rows(2, ramp(10, 11, 23, 4.0)));
    let mut grads = Regression::<T>::zeros();
    let loss = net.gradient_in(&x, &t, &mut Workspace::new(), &mut grads).unwrap();
    assert_each_close(&[loss], &[REGRESSION_LOSS], tolerance);
    for tensor in Regression::TENSORS {
        assert_close(tensor.of(grads.parameters()), tensor.of(&REGRESSION_GRADIENT), tolerance);
    }
}

#[test]
fn regression_in_f64() {
    check_regression::<f64>(1e-14);
}

#[test]
fn regression_in_f32() {
    check_regression::<f32>(1e-6);
}
