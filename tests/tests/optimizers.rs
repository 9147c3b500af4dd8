//! Optimizers match PyTorch, allocate nothing during steps, reject invalid settings, and learn;
//! clipping limits gradients.

use std::fmt::Debug;

use chainrule::{
    AdaGrad, Adam, AdamW, Error, Init, Kind, LayerRates, LearningRate, Momentum, Nesterov, Numbers,
    Optimizer, RmsProp, Rng, Scalar, Sgd, Tensors, clip_norm, clip_values, network,
};
use chainrule_tests::allocations::{self, Recording};

#[global_allocator]
static ALLOCATOR: Recording = Recording;

network! { struct Pair = Affine(2, 2) => IdentityWithLoss; }

const START: [f64; 6] = [0.5, -1.25, 2.0, 0.75, 0.1, -0.3];

/// The gradients of step `step`, as in the Python lines below: they change sign, shrink and grow,
/// and one in each tensor is always 0.
fn gradient(step: usize, at: usize) -> f64 {
    let (place, factor) = if at < 4 { (at, 0.3) } else { (at - 4, -0.7) };
    match place {
        1 => 0.0,
        _ => ((step * 7 + place * 5) % 11) as f64 * 0.25 * factor - 4.0 * 0.25 * factor,
    }
}

/// The parameters after ten steps.
fn ten_steps<T: Scalar>(mut optimizer: impl Optimizer<Pair<T>>) -> Vec<f64> {
    let (mut net, mut grads) = (Pair::<T>::zeros(), Pair::<T>::zeros());
    for (w, start) in net.parameters_mut().iter_mut().zip(START) {
        *w = T::from_f64(start);
    }
    for step in 0..10 {
        for (at, g) in grads.parameters_mut().iter_mut().enumerate() {
            *g = T::from_f64(gradient(step, at));
        }
        let before = allocations::count();
        net.update(&mut optimizer, &grads);
        assert_eq!(allocations::count(), before, "allocations in step {step}");
    }
    net.parameters().iter().map(|w| w.as_f64()).collect()
}

#[track_caller]
fn assert_close(found: &[f64], expected: [f64; 6], relative: f64) {
    for (found, expected) in found.iter().zip(expected) {
        let off = (found - expected).abs() / expected.abs();
        assert!(off <= relative, "{found} instead of {expected}: off by {off:e}");
    }
}

// The expected values are printed by (PyTorch 2.15, CPU):
//
//     import torch
//     def run(make, dtype, schedule=None):
//         # A network 2 -> 2, the parameters in the order of the fields.
//         W = torch.tensor([[0.5, -1.25], [2.0, 0.75]], dtype=dtype, requires_grad=True)
//         b = torch.tensor([0.1, -0.3], dtype=dtype, requires_grad=True)
//         o = make([{"params": [W]}, {"params": [b], "weight_decay": 0}])
//         for step in range(10):
//             # Gradients that change sign, shrink and grow, one of them always 0.
//             for p, q in ((W, 0.3), (b, -0.7)):
//                 k = torch.arange(p.numel(), dtype=torch.float64)
//                 g = ((step * 7 + k * 5) % 11 - 4) * 0.25 * (k != 1) * q
//                 p.grad = g.reshape(p.shape).to(dtype)
//             o.step()
//         return torch.cat([W.flatten(), b]).tolist()
//     O = torch.optim
//     for name, make in {
//         "sgd": lambda p: O.SGD(p, lr=0.1, weight_decay=0.05),
//         "momentum": lambda p: O.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.05),
//         "nesterov": lambda p: O.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.05),
//         "ada_grad": lambda p: O.Adagrad(p, lr=0.1, weight_decay=0.05),
//         "rms_prop": lambda p: O.RMSprop(p, lr=0.01, alpha=0.99, weight_decay=0.05),
//         "adam": lambda p: O.Adam(p, lr=0.1, weight_decay=0.05),
//         "adam_w": lambda p: O.AdamW(p, lr=0.1, weight_decay=0.05),
//     }.items():
//         print(name, run(make, torch.float64))
//         print(name, "f32", run(make, torch.float32))

#[test]
fn sgd_is_that_of_pytorch() {
    let made = Sgd::new(0.1).unwrap().with_weight_decay(0.05).unwrap();
    let expected = [
        0.39428631693325134,
        -1.1888876630822145,
        1.8154254267187528,
        0.661806217648691,
        0.29250000000000004,
        -0.3,
    ];
    assert_close(&ten_steps::<f64>(made), expected, 1e-12);
    let made = Sgd::new(0.1).unwrap().with_weight_decay(0.05).unwrap();
    let expected = [
        0.39428630471229553,
        -1.1888877153396606,
        1.8154256343841553,
        0.6618062257766724,
        0.29250001907348633,
        -0.30000001192092896,
    ];
    assert_close(&ten_steps::<f32>(made), expected, 1e-6);
}

#[test]
fn momentum_is_that_of_pytorch() {
    let made = Momentum::new(0.1, 0.9).unwrap().with_weight_decay(0.05).unwrap();
    let expected = [
        0.12414503857444634,
        -1.002464796932816,
        1.1315240959588169,
        0.38272187425398474,
        0.7530538180949999,
        -0.3,
    ];
    assert_close(&ten_steps::<f64>(made), expected, 1e-12);
    let made = Momentum::new(0.1, 0.9).unwrap().with_weight_decay(0.05).unwrap();
    let expected = [
        0.1241450235247612,
        -1.0024646520614624,
        1.1315242052078247,
        0.382721871137619,
        0.7530537247657776,
        -0.30000001192092896,
    ];
    assert_close(&ten_steps::<f32>(made), expected, 1e-6);
}

#[test]
fn nesterov_is_that_of_pytorch() {
    let made = Nesterov::new(0.1, 0.9).unwrap().with_weight_decay(0.05).unwrap();
    let expected = [
        0.0628572726033989,
        -0.9724305548646106,
        1.0608217966529245,
        0.33763998973252995,
        0.8802484362854999,
        -0.3,
    ];
    assert_close(&ten_steps::<f64>(made), expected, 1e-12);
    let made = Nesterov::new(0.1, 0.9).unwrap().with_weight_decay(0.05).unwrap();
    let expected = [
        0.06285732239484787,
        -0.9724303483963013,
        1.0608218908309937,
        0.3376399874687195,
        0.8802483081817627,
        -0.30000001192092896,
    ];
    assert_close(&ten_steps::<f32>(made), expected, 1e-6);
}

#[test]
fn ada_grad_is_that_of_pytorch() {
    let made = AdaGrad::new(0.1).unwrap().with_weight_decay(0.05).unwrap();
    let expected = [
        0.38231107838449113,
        -0.7913982439211308,
        1.7402750631664747,
        0.5605618308593207,
        0.18589394773664758,
        -0.3,
    ];
    assert_close(&ten_steps::<f64>(made), expected, 1e-12);
    let made = AdaGrad::new(0.1).unwrap().with_weight_decay(0.05).unwrap();
    let expected = [
        0.382311075925827,
        -0.7913982272148132,
        1.7402751445770264,
        0.5605617761611938,
        0.1858939528465271,
        -0.30000001192092896,
    ];
    assert_close(&ten_steps::<f32>(made), expected, 1e-6);
}

#[test]
fn rms_prop_is_that_of_pytorch() {
    let made = RmsProp::new(0.01, 0.99).unwrap().with_weight_decay(0.05).unwrap();
    let expected = [
        0.3806639782226734,
        -0.7874011910847065,
        1.738367727068524,
        0.5597175328071321,
        0.18736780515643775,
        -0.3,
    ];
    assert_close(&ten_steps::<f64>(made), expected, 1e-12);
    let made = RmsProp::new(0.01, 0.99).unwrap().with_weight_decay(0.05).unwrap();
    let expected = [
        0.38066402077674866,
        -0.7874012589454651,
        1.7383676767349243,
        0.5597175359725952,
        0.187367781996727,
        -0.30000001192092896,
    ];
    assert_close(&ten_steps::<f32>(made), expected, 1e-6);
}

#[test]
fn adam_is_that_of_pytorch() {
    let made = Adam::new(0.1).unwrap().with_weight_decay(0.05).unwrap();
    let expected = [
        0.3065713338580143,
        -0.3012309354200246,
        1.325733977226439,
        0.4395147482574691,
        0.21156461232928708,
        -0.3,
    ];
    assert_close(&ten_steps::<f64>(made), expected, 1e-12);
    let made = Adam::new(0.1).unwrap().with_weight_decay(0.05).unwrap();
    let expected = [
        0.306571364402771,
        -0.30123093724250793,
        1.3257339000701904,
        0.43951475620269775,
        0.21156461536884308,
        -0.30000001192092896,
    ];
    assert_close(&ten_steps::<f32>(made), expected, 1e-6);
}

#[test]
fn adam_w_is_that_of_pytorch() {
    let made = AdamW::new(0.1).unwrap().with_weight_decay(0.05).unwrap();
    let expected = [
        0.36220100843208025,
        -1.1888876630822145,
        1.4016680115070468,
        0.6138449451943351,
        0.21156461232928708,
        -0.3,
    ];
    assert_close(&ten_steps::<f64>(made), expected, 1e-12);
    let made = AdamW::new(0.1).unwrap().with_weight_decay(0.05).unwrap();
    let expected = [
        0.36220109462738037,
        -1.1888877153396606,
        1.4016680717468262,
        0.6138449907302856,
        0.21156461536884308,
        -0.30000001192092896,
    ];
    assert_close(&ten_steps::<f32>(made), expected, 1e-6);
}

#[test]
fn momentum_of_the_book_at_a_constant_rate() {
    // v = 0.9 * v - 0.1 * g; W += v
    let mut expected = START;
    let mut velocity = [0.0; 6];
    for step in 0..10 {
        for at in 0..6 {
            velocity[at] = 0.9 * velocity[at] - 0.1 * gradient(step, at);
            expected[at] += velocity[at];
        }
    }
    assert_close(&ten_steps::<f64>(Momentum::new(0.1, 0.9).unwrap()), expected, 1e-12);
}

#[test]
fn ada_grad_and_rms_prop_of_the_book() {
    let (mut ada_grad, mut rms_prop) = (START, START);
    let (mut sums, mut means) = ([0.0; 6], [0.0; 6]);
    for step in 0..10 {
        for at in 0..6 {
            let g = gradient(step, at);
            sums[at] += g * g;
            ada_grad[at] -= 0.1 * g / (f64::sqrt(sums[at]) + 1e-7);
            means[at] = 0.99 * means[at] + (1.0 - 0.99) * g * g;
            rms_prop[at] -= 0.01 * g / (f64::sqrt(means[at]) + 1e-7);
        }
    }
    let made = AdaGrad::new(0.1).unwrap().with_epsilon(1e-7).unwrap();
    assert_close(&ten_steps::<f64>(made), ada_grad, 1e-12);
    let made = RmsProp::new(0.01, 0.99).unwrap().with_epsilon(1e-7).unwrap();
    assert_close(&ten_steps::<f64>(made), rms_prop, 1e-12);
}

#[test]
fn another_rate_applies_from_the_next_step() {
    let mut sgd = Sgd::new(0.5).unwrap();
    let (mut net, mut grads) = (Pair::zeros(), Pair::zeros());
    grads.parameters_mut().fill(1.0);
    net.update(&mut sgd, &grads);
    sgd.set_learning_rate(0.25).unwrap();
    net.update(&mut sgd, &grads);
    assert_eq!(net.parameters(), [-0.75; 6]);
    assert_eq!(sgd.learning_rate(), 0.25);

    let rejected = sgd.set_learning_rate(-1.0);
    assert_eq!(rejected, Err(Error::LearningRate { value: -1.0 }));
    assert_eq!(sgd.learning_rate(), 0.25);
}

/// A setting in a message.
fn plain(value: f64) -> String {
    format!("{value:?}").trim_end_matches(".0").to_owned()
}

#[track_caller]
fn rejected<V: Debug>(made: Result<V, Error>) -> String {
    made.expect_err("the setting was taken").to_string()
}

#[test]
fn settings_that_are_invalid_are_reported() {
    type Net = Pair<f32>;
    for rate in [-0.1, f64::NAN, f64::INFINITY] {
        let message = format!(
            "invalid learning rate: expected a finite number of at least 0, found {}",
            plain(rate)
        );
        assert_eq!(rejected(Sgd::new(rate)), message);
        assert_eq!(rejected(Momentum::<Net>::new(rate, 0.9)), message);
        assert_eq!(rejected(Nesterov::<Net>::new(rate, 0.9)), message);
        assert_eq!(rejected(AdaGrad::<Net>::new(rate)), message);
        assert_eq!(rejected(RmsProp::<Net>::new(rate, 0.9)), message);
        assert_eq!(rejected(Adam::<Net>::new(rate)), message);
        assert_eq!(rejected(AdamW::<Net>::new(rate)), message);
    }
    for saved in [-0.1, 1.0, f64::NAN] {
        let rest = format!("expected a number of at least 0 and below 1, found {}", plain(saved));
        assert_eq!(rejected(Momentum::<Net>::new(0.1, saved)), format!("invalid momentum: {rest}"));
        assert_eq!(rejected(Nesterov::<Net>::new(0.1, saved)), format!("invalid momentum: {rest}"));
        assert_eq!(
            rejected(RmsProp::<Net>::new(0.1, saved)),
            format!("invalid decay rate: {rest}")
        );
        let adam = || Adam::<Net>::new(0.1).unwrap();
        assert_eq!(rejected(adam().with_betas(saved, 0.9)), format!("invalid beta1: {rest}"));
        assert_eq!(rejected(adam().with_betas(0.9, saved)), format!("invalid beta2: {rest}"));
    }
    // 1e-60 is 0 in f32.
    for epsilon in [0.0, -1e-8, f64::NAN, f64::INFINITY, 1e-60, 1e60] {
        let message = format!(
            "invalid epsilon: expected a finite number above 0 in the network's scalar type, found {}",
            plain(epsilon)
        );
        assert_eq!(rejected(Adam::<Net>::new(0.1).unwrap().with_epsilon(epsilon)), message);
        assert_eq!(rejected(AdamW::<Net>::new(0.1).unwrap().with_epsilon(epsilon)), message);
        assert_eq!(rejected(AdaGrad::<Net>::new(0.1).unwrap().with_epsilon(epsilon)), message);
        assert_eq!(rejected(RmsProp::<Net>::new(0.1, 0.9).unwrap().with_epsilon(epsilon)), message);
    }
    assert!(Adam::<Pair<f64>>::new(0.1).unwrap().with_epsilon(1e-60).is_ok());
    for decay in [-0.1, f64::NAN, f64::INFINITY] {
        let message = format!(
            "invalid weight decay: expected a finite number of at least 0, found {}",
            plain(decay)
        );
        assert_eq!(rejected(Sgd::new(0.1).unwrap().with_weight_decay(decay)), message);
        assert_eq!(rejected(AdamW::<Net>::new(0.1).unwrap().with_weight_decay(decay)), message);
    }
}

network! { struct Xor = Affine(2, 8) -> Sigmoid -> Affine(8, 2) => SoftmaxWithLoss; }

const CORNERS: [[f32; 2]; 4] = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
const XOR: [u8; 4] = [0, 1, 1, 0];

/// The loss on all corners after 1000 steps.
fn learn_xor(mut optimizer: impl Optimizer<Xor>) -> f32 {
    let mut net = Xor::new(Init::Normal(1.0), &mut Rng::seed(0));
    for _ in 0..1000 {
        let grads = net.gradient(&CORNERS, &XOR).unwrap();
        net.update(&mut optimizer, &grads);
    }
    net.loss(&CORNERS, &XOR).unwrap()
}

#[test]
fn each_learns_what_is_not_linear() {
    // Guessing has a loss of ln 2 = 0.69.
    let losses = [
        learn_xor(Sgd::new(2.0).unwrap()),
        learn_xor(Momentum::new(0.3, 0.9).unwrap()),
        learn_xor(Nesterov::new(0.3, 0.9).unwrap()),
        learn_xor(AdaGrad::new(0.3).unwrap()),
        learn_xor(RmsProp::new(0.01, 0.99).unwrap()),
        learn_xor(Adam::new(0.03).unwrap()),
        learn_xor(AdamW::new(0.03).unwrap()),
    ];
    assert!(losses.iter().all(|&loss| loss < 0.1), "{losses:?}");
}

/// Gradients with these values.
fn grads_of(numbers: [f64; 6]) -> Box<Pair<f64>> {
    let mut grads = Pair::<f64>::zeros();
    grads.parameters_mut().copy_from_slice(&numbers);
    grads
}

#[test]
fn gradients_are_clipped_by_their_norm() {
    // import torch
    // p = torch.zeros(6, dtype=torch.float64, requires_grad=True)
    // p.grad = torch.tensor([1., -2., 3., 0.5, -0.25, 4.], dtype=torch.float64)
    // print(torch.nn.utils.clip_grad_norm_([p], 2.0).item())
    let start = [1.0, -2.0, 3.0, 0.5, -0.25, 4.0];
    let mut grads = grads_of(start);
    let norm = clip_norm(&mut *grads, 2.0).unwrap();
    assert!((norm - 5.50567888638631_f64).abs() < 1e-14, "{norm}");
    let after = clip_norm(&mut *grads, f64::INFINITY).unwrap();
    assert!((after - 2.0).abs() < 1e-14, "{after}");
    for (clipped, start) in grads.parameters().iter().zip(start) {
        assert!((clipped - start * 2.0 / norm).abs() < 1e-15);
    }
    // Gradients within the limit are unchanged.
    let mut grads = grads_of(start);
    clip_norm(&mut *grads, 5.6).unwrap();
    assert_eq!(grads.parameters(), start);
}

#[test]
fn norms_beyond_the_range_of_squares() {
    for unit in [1e200, 1e-200] {
        let mut grads = grads_of([3.0 * unit, 4.0 * unit, 0.0, 0.0, 0.0, 0.0]);
        let norm = clip_norm(&mut *grads, unit).unwrap();
        assert!((norm / unit - 5.0).abs() < 1e-12, "{norm}");
        assert!((grads.parameters()[1] / unit - 0.8).abs() < 1e-12);
    }
    assert_eq!(clip_norm(&mut *Pair::<f64>::zeros(), 1.0), Ok(0.0));
}

#[test]
fn gradients_are_clipped_one_by_one() {
    let mut grads = grads_of([1.0, -2.0, 3.0, 0.5, -0.25, f64::NAN]);
    clip_values(&mut *grads, 0.75).unwrap();
    assert_eq!(grads.parameters()[..5], [0.75, -0.75, 0.75, 0.5, -0.25]);
    assert!(grads.parameters()[5].is_nan());
}

#[test]
fn clipping_rejects_what_it_cannot_use() {
    for limit in [0.0, -1.0, f64::NAN] {
        let mut grads = grads_of([9.0; 6]);
        let message = format!(": expected a number above 0, found {}", plain(limit));
        assert!(rejected(clip_norm(&mut *grads, limit)).ends_with(&message));
        assert!(rejected(clip_values(&mut *grads, limit)).ends_with(&message));
        assert_eq!(grads.parameters(), [9.0; 6]);
    }
    let mut grads = grads_of([9.0, 9.0, 9.0, 9.0, 9.0, f64::INFINITY]);
    let error = clip_norm(&mut *grads, 1.0).unwrap_err();
    let tensor = &Pair::TENSORS[1];
    assert_eq!(tensor.to_string(), "affine1.bias");
    assert_eq!(error, Error::Gradient { tensor, place: 1, value: f64::INFINITY });
    assert_eq!(grads.parameters()[0], 9.0);
}

network! { struct Normalised = Affine(2, 3) -> BatchNorm -> Affine(1) => IdentityWithLoss; }

/// The trained parameters of `net`, and its buffers.
fn parts(net: &Normalised<f64>) -> (Vec<f64>, Vec<f64>) {
    let of = |wanted: bool| {
        let tensors = Normalised::<f64>::TENSORS.iter();
        let tensors = tensors.filter(|tensor| (tensor.kind == Kind::Buffer) == wanted);
        tensors.flat_map(|tensor| tensor.of(net.parameters())).copied().collect()
    };
    (of(false), of(true))
}

#[test]
fn optimizers_leave_buffers_alone() {
    fn check(mut optimizer: impl Optimizer<Normalised<f64>>) {
        let mut net = Normalised::<f64>::new(Init::Auto, &mut Rng::seed(0));
        net.batch_norm1.running_mean = [0.5, -1.0, 1e9];
        let before = parts(&net);
        let mut grads = Normalised::<f64>::zeros();
        grads.parameters_mut().fill(3.0);
        for _ in 0..3 {
            optimizer.update(&mut net, &grads);
        }
        let after = parts(&net);
        assert_eq!(after.1, before.1);
        assert!(after.0.iter().zip(&before.0).all(|(after, before)| after < before));
    }
    check(Sgd::new(0.1).unwrap().with_weight_decay(0.1).unwrap());
    check(Momentum::new(0.1, 0.9).unwrap());
    check(Nesterov::new(0.1, 0.9).unwrap());
    check(AdaGrad::new(0.1).unwrap());
    check(RmsProp::new(0.1, 0.99).unwrap());
    check(Adam::new(0.1).unwrap());
    check(AdamW::new(0.1).unwrap());
}

#[test]
fn clipping_leaves_buffers_alone() {
    let mut grads = Normalised::<f64>::zeros();
    grads.batch_norm1.running_mean = [1e200, f64::NAN, -5.0];
    grads.batch_norm1.batches = [1.0];
    (grads.affine1.bias[0], grads.affine2.bias[0]) = (3.0, -4.0);
    let bits = |grads: &Normalised<f64>| -> Vec<u64> {
        parts(grads).1.into_iter().map(f64::to_bits).collect()
    };
    let before = bits(&grads);
    assert_eq!(clip_norm(&mut *grads, 1.0).unwrap(), 5.0);
    assert_eq!((grads.affine1.bias[0], grads.affine2.bias[0]), (0.6000000000000001, -0.8));
    clip_values(&mut *grads, 0.5).unwrap();
    assert_eq!((grads.affine1.bias[0], grads.affine2.bias[0]), (0.5, -0.5));
    assert_eq!(bits(&grads), before);
}

#[test]
fn copies_have_the_same_state() {
    fn check(mut optimizer: impl Optimizer<Pair<f64>> + LearningRate + Clone) {
        fn step(optimizer: &mut impl Optimizer<Pair<f64>>, net: &mut Pair<f64>) {
            let grads = net.gradient(&[[1.0, -2.0]], &[[0.5, 0.25]]).unwrap();
            optimizer.update(net, &grads);
        }
        let mut net = Pair::<f64>::new(Init::Xavier, &mut Rng::seed(1));
        (0..3).for_each(|_| step(&mut optimizer, &mut net));
        let (mut copy, mut other) = (optimizer.clone(), net.clone());
        (0..3).for_each(|_| step(&mut optimizer, &mut net));
        (0..3).for_each(|_| step(&mut copy, &mut other));
        assert_eq!(net.parameters(), other.parameters());
        // The states are separate.
        optimizer.set_learning_rate(0.0).unwrap();
        assert_eq!(copy.learning_rate(), 0.1);
    }
    check(Sgd::new(0.1).unwrap());
    check(Momentum::new(0.1, 0.9).unwrap());
    check(Nesterov::new(0.1, 0.9).unwrap());
    check(AdaGrad::new(0.1).unwrap());
    check(RmsProp::new(0.1, 0.9).unwrap());
    check(Adam::new(0.1).unwrap().with_betas(0.8, 0.9).unwrap());
    check(AdamW::new(0.1).unwrap());
}

#[test]
fn rates_of_single_tensors_are_those_of_parameter_groups() {
    fn check<O: Optimizer<Pair<f64>>>(make: impl Fn(f64) -> O) {
        let rates = LayerRates::new(make(0.1));
        let found = ten_steps(rates.scaled(|net: &Pair<f64>| &net.affine1.bias, 0.5).unwrap());
        let (mut expected, slow) = (ten_steps(make(0.1)), ten_steps(make(0.05)));
        expected[4..].copy_from_slice(&slow[4..]);
        assert_close(&found, expected.try_into().unwrap(), 1e-12);
        let frozen = LayerRates::new(make(0.1)).frozen(|net: &Pair<f64>| &net.affine1.weight);
        assert_eq!(ten_steps(frozen)[..4], START[..4]);
    }
    check(|rate| Momentum::new(rate, 0.9).unwrap());
    check(|rate| AdamW::new(rate).unwrap());
}
