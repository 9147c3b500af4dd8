//! Layers that see channels: values and gradients of PyTorch, and finite differences. The literals are
//! printed by
//!
//! ```python
//! import math, torch, torch.nn as nn
//! torch.set_default_dtype(torch.float64)
//!
//! def case(net, batch, *shape):
//!     count = batch * math.prod(shape)
//!     x = torch.cos(0.3 * torch.arange(1, count + 1)).reshape(batch, *shape)
//!     x.requires_grad = True
//!     with torch.no_grad():
//!         at = 1
//!         for p in net.parameters():
//!             p.copy_(torch.sin(0.7 * torch.arange(at, at + p.numel())).reshape(p.shape))
//!             at += p.numel()
//!     y = net(x)
//!     (y * y).sum().div(2 * batch).backward()
//!     return y.flatten().tolist(), [g for p in net.parameters() for g in p.grad.flatten().tolist()]
//!
//! def show(name, net, batch, *shape):
//!     y, grads = case(net, batch, *shape)
//!     for what, values in (("Y", y), ("D", grads)):
//!         if values:
//!             text = ", ".join(repr(float(f"{v:.15g}")) for v in values)
//!             print(f"const {name}_{what}: [f64; {len(values)}] = [{text}];")
//!
//! show("UNBIASED", nn.Conv2d(2, 2, (2, 1), stride=(2, 1), padding=(1, 0), bias=False), 2, 2, 3, 2)
//! show("SIGNAL", nn.Conv1d(4, 2, 3, stride=2, padding=2, dilation=2, groups=2), 2, 4, 5)
//! show("TRANSPOSED", nn.ConvTranspose2d(2, 2, (2, 3), stride=(1, 2), padding=1, output_padding=(0, 1), dilation=(2, 1), groups=2), 1, 2, 2, 2)
//! show("BATCH", nn.BatchNorm2d(2), 3, 2, 2, 2)
//! show("GROUP", nn.GroupNorm(2, 4), 2, 4, 1, 2)
//! show("SAMPLE", nn.LayerNorm([2, 1, 3]), 2, 2, 1, 3)
//! show("GLOBAL", nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), 2, 2, 2, 3)
//! show("UPSAMPLED", nn.Upsample(scale_factor=(2, 3)), 1, 1, 2, 2)
//! show("POOLED", nn.Sequential(nn.MaxPool1d(3, stride=2, padding=1), nn.AvgPool1d(2)), 1, 2, 7)
//! ```

use chainrule::{Init, Kind, Network, Numbers, Rng, Scalar, Sgd, Tensors, network};
use chainrule_tests::random::normals;

network! {
    struct Unbiased = Input(2, 3, 2) -> Conv2d(2, (2, 1), stride = (2, 1), padding = (1, 0), bias = false)
        => IdentityWithLoss;
}

network! {
    struct Signal = Input(4, 5) -> Conv1d(2, 3, stride = 2, padding = 2, dilation = 2, groups = 2)
        => IdentityWithLoss;
}

network! {
    struct Transposed = Input(2, 2, 2) -> ConvTranspose2d(2, (2, 3), stride = (1, 2), padding = 1,
        output_padding = (0, 1), dilation = (2, 1), groups = 2) => IdentityWithLoss;
}

network! {
    struct Batch = Input(2, 2, 2) -> BatchNorm => IdentityWithLoss;
}

network! {
    struct Group = Input(4, 1, 2) -> GroupNorm(2) => IdentityWithLoss;
}

network! {
    struct Sample = Input(2, 1, 3) -> LayerNorm => IdentityWithLoss;
}

network! {
    struct Global = Input(2, 2, 3) -> GlobalAvgPool => IdentityWithLoss;
}

network! {
    struct Upsampled = Input(1, 2, 2) -> Upsample((2, 3)) => IdentityWithLoss;
}

network! {
    struct Pooled = Input(2, 7) -> MaxPool1d(3, stride = 2, padding = 1) -> AvgPool1d(2)
        => IdentityWithLoss;
}

const UNBIASED_Y: [f64; 16] = [
    0.772318622563631,
    0.566308602156851,
    -0.641037470146788,
    -1.14543320732863,
    -0.513955635330845,
    -0.253850474467445,
    1.23186789002691,
    1.60962920370898,
    -0.435750901459175,
    -0.161481725854442,
    1.37302526468711,
    1.70586647134399,
    0.105778675478754,
    -0.17882401459454,
    -1.75274638310655,
    -1.90146649096598,
];
const UNBIASED_D: [f64; 8] = [
    -0.476849131285606,
    1.708643276699,
    2.35365774341576,
    1.24584721423001,
    0.776049086926,
    -1.41877437775486,
    -3.13327615838564,
    -2.44158123097583,
];
const SIGNAL_Y: [f64; 12] = [
    2.51950717592992,
    2.65357822945918,
    0.889513061396409,
    0.873549706227557,
    2.56361497235589,
    1.84557780535924,
    2.44222308587986,
    3.0606511519651,
    1.33184824860893,
    0.389175068678668,
    2.14397601470374,
    1.89968754144708,
];
const SIGNAL_D: [f64; 14] = [
    3.61731541421005,
    4.7597914681748,
    2.40348496507358,
    -0.892647418969313,
    -3.04042898087012,
    -4.27088095952277,
    -3.84388756271067,
    -3.15429453813576,
    -1.27006400711317,
    0.86327991358254,
    2.92333865913447,
    2.48914109028158,
    6.4486604766197,
    4.85779055438608,
];
const TRANSPOSED_Y: [f64; 16] = [
    0.931663737739814,
    1.0891151839045,
    0.676183713657615,
    0.63188897009147,
    -0.0160176548357974,
    -0.237072125178803,
    0.0295844714241381,
    -0.400244163715994,
    -0.0477866261582363,
    0.34948682095168,
    0.0990129223459744,
    -0.378877593802822,
    -0.296578873610552,
    -0.455295925359683,
    -0.590993021897949,
    -0.560645791292009,
];
const TRANSPOSED_D: [f64; 14] = [
    0.394649332406086,
    0.824151878550046,
    0.905974723190901,
    -0.195664068212392,
    0.00911486777976235,
    -0.556819414712414,
    -0.257709385434257,
    -0.0488866146273396,
    0.102944896463146,
    0.103444187946947,
    0.113295692931242,
    0.0951735384717564,
    2.70510213308695,
    -1.8816780888236,
];
const BATCH_Y: [f64; 24] = [
    1.51620287073629,
    1.41086044957431,
    1.24577730687099,
    1.03569982810496,
    0.363286986028949,
    -0.112000240566956,
    -0.55491144114171,
    -0.925882677248789,
    0.0094852558323123,
    -0.0601378004240338,
    -0.0581016855516847,
    0.0154117203718739,
    -0.907598877576415,
    -0.531644289362689,
    -0.0858281220542875,
    0.390026193875672,
    1.04835703052193,
    1.25637865996432,
    1.41845896604566,
    1.52011979773956,
    1.84546659533461,
    1.76630072057512,
    1.55172784103007,
    1.22091511297729,
];
const BATCH_D: [f64; 4] = [2.57682997888678, 3.9416956242578, 3.4528374665955, 1.33995260062362];
const GROUP_Y: [f64; 16] = [
    0.408836400603881,
    0.0350287241937205,
    -1.1774908168109,
    -2.31780951835064,
    0.216962412098349,
    -0.633041145221852,
    -0.803062939314986,
    -1.06052790317466,
    0.237457915780713,
    -1.01038011102475,
    -1.82472832391835,
    0.190728539398165,
    -2.09100802342646,
    -1.42293913747992,
    -0.494771338044788,
    -0.166620763161402,
];
const GROUP_D: [f64; 8] = [
    0.877188538613035,
    2.86882350923936,
    1.7283292042613,
    0.669058263434002,
    -0.16452853522322,
    -2.56465005984086,
    -1.96501294701494,
    -1.26249147184792,
];
const SAMPLE_Y: [f64; 12] = [
    -0.174683419401156,
    0.29583534444659,
    0.405388912489405,
    0.598626918555378,
    1.29564151647646,
    2.24395227523516,
    0.271617955720174,
    -0.0569801937327421,
    -0.323983205908406,
    0.355924418974209,
    1.29825630426431,
    1.16131287641257,
];
const SAMPLE_D: [f64; 12] = [
    0.154857747075343,
    0.122556521190634,
    0.155197887663624,
    -0.212083706302251,
    -1.14165798016622,
    -1.99284654304102,
    0.048467268159509,
    0.119427575356924,
    0.0407028532904999,
    0.477275668764793,
    1.29694891037038,
    1.70263257582386,
];
const GLOBAL_Y: [f64; 4] =
    [0.434695822292873, -0.83675710750027, -0.0544698871460931, 0.861508452414847];
const UPSAMPLED_Y: [f64; 24] = [
    0.955336489125606,
    0.955336489125606,
    0.955336489125606,
    0.825335614909678,
    0.825335614909678,
    0.825335614909678,
    0.955336489125606,
    0.955336489125606,
    0.955336489125606,
    0.825335614909678,
    0.825335614909678,
    0.825335614909678,
    0.621609968270665,
    0.621609968270665,
    0.621609968270665,
    0.362357754476674,
    0.362357754476674,
    0.362357754476674,
    0.621609968270665,
    0.621609968270665,
    0.621609968270665,
    0.362357754476674,
    0.362357754476674,
    0.362357754476674,
];
const POOLED_Y: [f64; 4] =
    [0.890336052017642, 0.0675778298917934, -0.820732928779153, -0.60809656277042];

fn assert_close(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len(), "{got:?}");
    for (place, (got, want)) in got.iter().zip(want).enumerate() {
        assert!((got - want).abs() < 1e-12, "{got} for {want} at {place}");
    }
}

/// The places of the trained numbers of a network.
fn trained<N: Network<Scalar = f64>>() -> Vec<usize> {
    let tensors = N::TENSORS.iter().filter(|tensor| tensor.kind != Kind::Buffer);
    tensors.flat_map(|tensor| tensor.offset..tensor.offset + tensor.len()).collect()
}

/// Compares outputs and gradients of the training passes with those of the program.
#[track_caller]
fn check<N: Network<Scalar = f64>>(batch: usize, want: &[f64], want_grads: &[f64]) {
    let mut net = N::zeros();
    for (at, place) in trained::<N>().into_iter().enumerate() {
        net.parameters_mut()[place] = (0.7 * (at + 1) as f64).sin();
    }
    let numbers = 1..=batch * N::INPUTS;
    let x: Vec<f64> = numbers.map(|at| (0.3 * at as f64).cos()).collect();
    let mut y = vec![f64::NAN; batch * N::OUTPUTS];
    let mut saved = vec![f64::NAN; batch * N::SAVED + N::SCRATCH];
    (*net).forward(&x, &mut y, &mut saved, &mut Rng::seed(0));
    assert_close(&y, want);

    let mut dy: Vec<f64> = y.iter().map(|y| y / batch as f64).collect();
    let mut grads = N::zeros();
    (*net).backward(&x, &mut saved, &mut dy, &mut grads, None);
    let grads: Vec<f64> = trained::<N>().iter().map(|&place| grads.parameters()[place]).collect();
    assert_close(&grads, want_grads);
}

#[test]
fn a_convolution_without_biases_is_that_of_pytorch() {
    check::<Unbiased<f64>>(2, &UNBIASED_Y, &UNBIASED_D);
    let net = Unbiased::<f64>::zeros();
    assert_eq!(net.conv1.bias, []);
    assert_eq!(<Unbiased<f64> as Tensors<f64>>::TENSORS.len(), 1);
}

#[test]
fn a_convolution_of_signals_is_that_of_pytorch() {
    check::<Signal<f64>>(2, &SIGNAL_Y, &SIGNAL_D);
}

#[test]
fn a_transposed_convolution_is_that_of_pytorch() {
    check::<Transposed<f64>>(1, &TRANSPOSED_Y, &TRANSPOSED_D);
}

#[test]
fn normalizations_are_those_of_pytorch() {
    check::<Batch<f64>>(3, &BATCH_Y, &BATCH_D);
    check::<Group<f64>>(2, &GROUP_Y, &GROUP_D);
    check::<Sample<f64>>(2, &SAMPLE_Y, &SAMPLE_D);
}

#[test]
fn layers_without_parameters_are_those_of_pytorch() {
    check::<Global<f64>>(2, &GLOBAL_Y, &[]);
    check::<Upsampled<f64>>(1, &UPSAMPLED_Y, &[]);
    check::<Pooled<f64>>(1, &POOLED_Y, &[]);
}

const CHANNELS: usize = 4;

network! {
    /// Every normalization, and dropout of channels.
    struct Normalised {
        input x: [2, 5, 4];
        let a = x -> Conv2d(CHANNELS, 3, padding = 1, bias = false) -> BatchNorm -> Relu -> Dropout2d(0.3);
        let b = x -> Conv2d(4, 1) -> GroupNorm(2) -> Tanh;
        let c = (a + b) -> LayerNorm -> Silu -> MaxPool2d(2);
        (c -> GlobalAvgPool -> GroupNorm(2) -> Affine(3), c -> Flatten -> Affine(2)) => IdentityWithLoss
    }
}

network! {
    /// What enlarges an image.
    struct Enlarged = Input(2, 3, 2) -> ConvTranspose2d(4, 3, stride = (2, 3), padding = 1,
        output_padding = (1, 2), groups = 2) -> Tanh -> Upsample(2)
        -> ConvTranspose2d(CHANNELS, (1, 2), stride = CHANNELS, bias = false) -> BatchNorm -> GlobalAvgPool
        => IdentityWithLoss;
}

network! {
    /// All layers of signals.
    struct Signals = Input(3, 12) -> Conv1d(6, 3, padding = same, groups = 3) -> BatchNorm -> Relu
        -> Dropout2d(0.2) -> MaxPool1d(2) -> Conv1d(CHANNELS, 2, stride = 2, dilation = 2, bias = false)
        -> GroupNorm(CHANNELS / 2) -> Upsample(3) -> AvgPool1d(2, stride = 1, padding = 1) -> LayerNorm
        -> Conv1d(2, 1) -> Flatten -> Affine(3) => SoftmaxWithLoss;
}

network! {
    /// Normalizations in a layer of any width, some of whose sizes are computed.
    layer Residual<const C: usize, const S: usize> {
        input x: [C, S, S];
        let h = x -> Conv2d(2 * C, 3, stride = 2, padding = 1, bias = false) -> BatchNorm -> Relu
            -> GroupNorm(2) -> Upsample(2) -> Dropout2d(0.1)
            -> ConvTranspose2d(2 * C, 2, groups = 2) -> Conv2d(C, 2) -> LayerNorm;
        (x + h) -> Relu
    }
}

network! {
    struct Blocks = Input(2, 4, 4) -> Residual<2, 4> -> Conv2d(4, 3, stride = 2, padding = 1)
        -> Residual<4, 2> -> GlobalAvgPool -> Affine(3) => SoftmaxWithLoss;
}

#[test]
fn gradients_of_layers_of_any_width() {
    let net = Blocks::<f64>::new(Init::Auto, &mut Rng::seed(1));
    let x = normals(3, 32, &mut Rng::seed(2));
    let check = net.gradient_check(&x, &[2, 0, 1]).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
}

#[test]
fn gradients_through_normalizations() {
    let net = Normalised::<f64>::new(Init::Auto, &mut Rng::seed(1));
    let x = normals(3, 40, &mut Rng::seed(2));
    let check = net.gradient_check(&x, &normals(3, 5, &mut Rng::seed(3))).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
}

#[test]
fn gradients_through_enlargements() {
    let net = Enlarged::<f64>::new(Init::Normal(0.5), &mut Rng::seed(1));
    let x = normals(2, 12, &mut Rng::seed(2));
    let check = net.gradient_check(&x, &normals(2, CHANNELS, &mut Rng::seed(3))).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
}

#[test]
fn gradients_of_signals() {
    let net = Signals::<f64>::new(Init::Auto, &mut Rng::seed(1));
    let x = normals(3, 36, &mut Rng::seed(2));
    let check = net.gradient_check(&x, &[2, 0, 1]).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
    println!("{net}");
}

/// ```python
/// norm = nn.BatchNorm2d(1)
/// norm(torch.tensor([[[[1., 2.]]], [[[3., 6.]]]]))
/// print(norm.running_mean, norm.running_var)  # 0.3, 1.36667
/// ```
#[test]
fn running_statistics_are_those_of_channels() {
    network! {
        struct Net = Input(1, 1, 2) -> BatchNorm => IdentityWithLoss;
    }
    let mut net = Net::<f64>::new(Init::Auto, &mut Rng::seed(1));
    let (x, t) = ([[1.0, 2.0], [3.0, 6.0]], [[0.0; 2]; 2]);
    let grads = net.gradient(&x, &t).unwrap();
    net.update(&mut Sgd::new(0.1).unwrap(), &grads);
    let norm = &net.batch_norm1;
    assert_close(&norm.running_mean, &[0.3]);
    assert_close(&norm.running_var, &[0.9 + 0.1 * (14.0 / 3.0)]);
    let (scale, [weight], [bias]) =
        (1.0 / (norm.running_var[0] + 1e-5).sqrt(), norm.weight, norm.bias);
    assert_close(&[net.predict(&x).unwrap()[[0, 0]]], &[weight * 0.7 * scale + bias]);
}

#[test]
fn nested_arrays_of_signals() {
    let net = Signals::new(Init::Auto, &mut Rng::seed(1));
    let (signals, rows) = ([[[0.5; 12]; 3]; 2], [[0.5; 36]; 2]);
    assert_eq!(net.predict(&signals).unwrap(), net.predict(&rows).unwrap());
}

/// Numbers far from 0 lose few digits: those of the deviations from the mean.
#[test]
fn normalizations_in_single_precision() {
    fn outputs<N: Network<Scalar = T>, T: Scalar>(x: &[f64]) -> Vec<f64> {
        let net = N::new(Init::Auto, &mut Rng::seed(0));
        let x: Vec<T> = x.iter().map(|&x| T::from_f64(x)).collect();
        let mut y = vec![T::zero(); x.len()];
        let mut saved = vec![T::zero(); x.len() / N::INPUTS * N::SAVED + N::SCRATCH];
        (*net).forward(&x, &mut y, &mut saved, &mut Rng::seed(0));
        y.iter().map(|y| y.as_f64()).collect()
    }
    // Multiples of 1/8 are exact in both types.
    let x: Vec<f64> = (0..240).map(|at| 1000.0 + f64::from(at * 37 % 64) / 8.0).collect();
    for (single, double) in [
        (outputs::<Batch<f32>, _>(&x), outputs::<Batch<f64>, _>(&x)),
        (outputs::<Group<f32>, _>(&x), outputs::<Group<f64>, _>(&x)),
        (outputs::<Sample<f32>, _>(&x), outputs::<Sample<f64>, _>(&x)),
    ] {
        for (single, double) in single.iter().zip(&double) {
            assert!((single - double).abs() < 1e-6, "{single} for {double}");
        }
    }
}

#[test]
fn shapes_are_shown() {
    let rows: Vec<_> = Normalised::<f64>::LAYERS.iter().map(|row| row.layer).collect();
    assert_eq!(rows[0], "Conv2d(CHANNELS, 3, padding = 1, bias = false)");
    assert_eq!(
        rows[rows.len() - 4..rows.len() - 2],
        ["Affine(CHANNELS, 3)", "Flatten -> Affine(2)"]
    );
    let table = Enlarged::<f64>::new(Init::Auto, &mut Rng::seed(1)).to_string();
    assert!(table.starts_with("Enlarged<f64>: 2×3×2 -> 4\n"), "{table}");
    assert!(table.contains("  upsample1        Upsample(2) "), "{table}");
    assert!(table.contains("  4×12×12 "), "{table}");
}
