//! For any shapes and values, no operation panics: it returns finite numbers or an error,
//! deterministically, and an error changes nothing. Sweeps over random cases from fixed seeds.

use chainrule::{Error, Init, Kind, Network, Numbers, Rng, Sgd, Workspace, network};
use ndarray::{Array2, ArrayView2, s};

network! {
    struct Classes = Affine(3, 5) -> Relu -> Affine(5, 4) -> Sigmoid -> Affine(4, 2)
        => SoftmaxWithLoss;
}

network! {
    struct Regression = Input(3) -> Relu -> Affine(4) -> Sigmoid -> Affine(2) -> Relu
        => IdentityWithLoss;
}

/// A value of any magnitude: ordinary, extreme, and sometimes not finite.
fn value(rng: &mut Rng) -> f32 {
    const ODD: [f32; 12] = [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::MAX,
        f32::MIN,
        f32::MIN_POSITIVE,
        1e-45,
        -0.0,
        0.0,
        1.0,
        1e30,
        -1e19,
    ];
    match rng.below(20) {
        0 => ODD[rng.below(ODD.len())],
        1 => (10.0_f64).powf(60.0 * rng.uniform() - 30.0) as f32,
        _ => rng.normal() as f32,
    }
}

/// A batch that almost always has the right shape.
fn batch(columns: usize, rng: &mut Rng) -> Array2<f32> {
    let columns = if rng.below(12) == 0 { rng.below(7) } else { columns };
    let shape = (rng.below(6), columns);
    // Most batches contain only ordinary numbers, since otherwise nearly all would be rejected.
    if rng.below(3) > 0 {
        Array2::from_shape_simple_fn(shape, || rng.normal() as f32)
    } else {
        Array2::from_shape_simple_fn(shape, || value(rng))
    }
}

/// Rows that sum to 1, unless they are corrupted.
fn rows_of_targets(samples: usize, rng: &mut Rng) -> Array2<f32> {
    if rng.below(4) == 0 {
        return batch(2, rng);
    }
    Array2::from_shape_fn((samples, 2), |(i, j)| if i % 2 == j { 1.0 } else { 0.0 })
}

/// A view in another layout, possibly of fewer numbers.
fn view<'a>(array: &'a Array2<f32>, rng: &mut Rng) -> ArrayView2<'a, f32> {
    match rng.below(4) {
        0 => array.slice(s![..;-1, ..]),
        1 => array.slice(s![..;2, ..;-1]),
        2 if array.nrows() == array.ncols() => array.t(),
        _ => array.view(),
    }
}

/// The outcomes of a sweep, to check that both kinds occur.
#[derive(Default)]
struct Outcomes {
    right: usize,
    rejected: usize,
}

impl Outcomes {
    fn count<T>(&mut self, result: &Result<T, Error>) {
        match result {
            Ok(_) => self.right += 1,
            Err(error) => {
                assert!(error.to_string().len() < 300, "{error}");
                self.rejected += 1;
            }
        }
    }

    fn assert_both(&self) {
        assert!(self.right > 200 && self.rejected > 200, "{} {}", self.right, self.rejected);
    }
}

/// Runs every operation of a network on one case.
macro_rules! run {
    ($net:expr, $x:expr, $t:expr, $workspace:expr, $outcomes:expr) => {{
        let (net, x, t, workspace, outcomes) = ($net, $x, $t, $workspace, $outcomes);
        let before = bits(net.parameters());
        let predicted = net.predict(x);
        if let Ok(outputs) = &predicted {
            assert!(outputs.iter().all(|y| y.is_finite()));
            assert_eq!(net.predict_in(x, workspace).unwrap(), outputs);
        }
        outcomes.count(&predicted);

        let loss = net.loss(x, t);
        if let Ok(loss) = loss {
            assert!(loss.is_finite() && loss >= 0.0, "{loss}");
        }
        outcomes.count(&loss);
        let accuracy = net.accuracy_in(x, t, workspace);
        if let Ok(accuracy) = accuracy {
            assert!((0.0..=1.0).contains(&accuracy));
        }
        outcomes.count(&accuracy);

        let mut grads = net.clone();
        grads.parameters_mut().fill(7.0);
        let gradient = net.gradient_in(x, t, workspace, &mut grads);
        match &gradient {
            Err(Error::Gradient { .. }) => {
                assert!(grads.parameters().iter().any(|d| !d.is_finite()));
            }
            Err(_) => assert!(grads.parameters().iter().all(|&d| d == 7.0)),
            Ok(loss) => {
                assert!(loss.is_finite());
                assert!(grads.parameters().iter().all(|d| d.is_finite()));
                let again = net.gradient(x, t).unwrap();
                assert_eq!(bits(grads.parameters()), bits(again.parameters()));
            }
        }
        outcomes.count(&gradient);
        outcomes.count(&net.gradient_check(x, t));
        assert_eq!(bits(net.parameters()), before);
    }};
}

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// Sets one parameter to an arbitrary value, in one of four cases.
fn spoil<N: Network<Scalar = f32>>(net: &mut N, rng: &mut Rng) {
    if rng.below(4) == 0 {
        let place = rng.below(N::PARAMS);
        net.parameters_mut()[place] = value(rng);
    }
}

#[test]
fn any_rows() {
    let (mut rng, mut workspace) = (Rng::seed(1), Workspace::new());
    let mut outcomes = Outcomes::default();
    for _ in 0..600 {
        let (x, mut net) = (batch(3, &mut rng), Classes::new(Init::He, &mut rng));
        spoil(&mut *net, &mut rng);
        let x = view(&x, &mut rng);
        let t = rows_of_targets(x.nrows(), &mut rng);
        run!(&net, x, view(&t, &mut rng), &mut workspace, &mut outcomes);

        let mut net = Regression::new(Init::Xavier, &mut rng);
        spoil(&mut *net, &mut rng);
        run!(&net, x, view(&t, &mut rng), &mut workspace, &mut outcomes);
    }
    outcomes.assert_both();
}

#[test]
fn any_labels() {
    let (mut rng, mut workspace) = (Rng::seed(2), Workspace::new());
    let mut outcomes = Outcomes::default();
    for _ in 0..600 {
        let (x, mut net) = (batch(3, &mut rng), Classes::new(Init::He, &mut rng));
        spoil(&mut *net, &mut rng);
        let samples = if rng.below(8) == 0 { rng.below(6) } else { x.nrows() };
        let far = if rng.below(4) == 0 { 4 } else { 2 };
        let label = |_| rng.below(far) as i64 - i64::from(far == 4);
        let t: Vec<i64> = (0..samples).map(label).collect();
        run!(&net, view(&x, &mut Rng::seed(0)), &t, &mut workspace, &mut outcomes);
    }
    outcomes.assert_both();
}

#[test]
fn flat_slices_and_bools_are_given_as_the_compiler_says() {
    let net = Classes::new(Init::He, &mut Rng::seed(0));
    let (flat, t) = ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [true, false]);
    let loss = net.loss(flat.as_chunks::<3>().0, &t.map(u8::from)).unwrap();
    assert_eq!(net.loss(&[[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], &[1_u8, 0]).unwrap(), loss);
}

#[test]
fn the_order_of_samples_does_not_matter() {
    let mut rng = Rng::seed(3);
    let net = Classes::<f64>::new(Init::He, &mut rng);
    for samples in [2, 3, 9, 64] {
        let x = Array2::from_shape_simple_fn((samples, 3), || rng.normal());
        let labels: Vec<usize> = (0..samples).map(|_| rng.below(2)).collect();
        let mut order: Vec<usize> = (0..samples).collect();
        rng.shuffle(&mut order);
        let shuffled_x = x.select(ndarray::Axis(0), &order);
        let shuffled: Vec<usize> = order.iter().map(|&sample| labels[sample]).collect();

        let y = net.predict(&x).unwrap().select(ndarray::Axis(0), &order);
        assert_eq!(net.predict(&shuffled_x).unwrap(), y);
        let (one, other) =
            (net.gradient(&x, &labels).unwrap(), net.gradient(&shuffled_x, &shuffled).unwrap());
        for (one, other) in one.parameters().iter().zip(other.parameters()) {
            // Up to the order of summation over the samples.
            assert!((one - other).abs() <= 1e-15 * samples as f64, "{one} {other}");
        }
    }
}

#[test]
fn the_gradient_of_a_batch_is_the_mean_of_its_samples() {
    let mut rng = Rng::seed(4);
    let net = Regression::<f64>::new(Init::Xavier, &mut rng);
    let (x, t) = (
        Array2::from_shape_simple_fn((8, 3), || rng.normal()),
        Array2::from_shape_simple_fn((8, 2), || rng.normal()),
    );
    let whole = net.gradient(&x, &t).unwrap();
    let mut mean = Regression::<f64>::zeros();
    for sample in 0..8 {
        let of_one = net
            .gradient(x.slice(s![sample..=sample, ..]), t.slice(s![sample..=sample, ..]))
            .unwrap();
        for (mean, d) in mean.parameters_mut().iter_mut().zip(of_one.parameters()) {
            *mean += d / 8.0;
        }
    }
    for (mean, d) in mean.parameters().iter().zip(whole.parameters()) {
        assert!((mean - d).abs() <= 1e-15, "{mean} {d}");
    }
}

#[test]
fn a_step_down_the_gradient_lowers_the_loss() {
    let mut rng = Rng::seed(5);
    for _ in 0..50 {
        let mut net = Classes::<f64>::new(Init::He, &mut rng);
        let x = Array2::from_shape_simple_fn((8, 3), || rng.normal());
        let labels: Vec<usize> = (0..8).map(|_| rng.below(2)).collect();
        let (before, grads) = (net.loss(&x, &labels).unwrap(), net.gradient(&x, &labels).unwrap());
        let squares: f64 = grads.parameters().iter().map(|d| d * d).sum();
        let rate = 1e-4;
        net.update(&mut Sgd::new(rate).unwrap(), &grads);
        // L(w - η g) = L(w) - η |g|² + O(η²)
        let fall = before - net.loss(&x, &labels).unwrap();
        assert!((fall / (rate * squares) - 1.0).abs() < 0.02, "{fall} of {}", rate * squares);
    }
}

#[test]
fn drawn_weights_have_the_deviation_of_their_initialiser() {
    network! { struct Wide = Affine(200, 300) -> Relu -> Affine(300, 50) => SoftmaxWithLoss; }
    for (init, deviations) in [
        (Init::Normal(0.01), [0.01, 0.01]),
        (Init::Xavier, [200.0_f64.powf(-0.5), 300.0_f64.powf(-0.5)]),
        (Init::He, [0.01_f64.sqrt(), (2.0_f64 / 300.0).sqrt()]),
        (Init::Zeros, [0.0, 0.0]),
    ] {
        let net = Wide::<f64>::new(init, &mut Rng::seed(6));
        let mut deviations = deviations.into_iter();
        for tensor in Wide::TENSORS {
            let numbers = tensor.of(net.parameters());
            if tensor.kind == Kind::Bias {
                assert!(numbers.iter().all(|&b| b == 0.0));
                continue;
            }
            let (count, deviation) = (numbers.len() as f64, deviations.next().unwrap());
            let mean = numbers.iter().sum::<f64>() / count;
            let variance = numbers.iter().map(|w| w * w).sum::<f64>() / count;
            // Four standard deviations of the mean, and of the variance, for this number of draws.
            assert!(mean.abs() <= 4.0 * deviation / count.sqrt(), "{init:?} {tensor}: {mean}");
            let off = (variance - deviation * deviation).abs();
            assert!(off <= 4.0 * (2.0 / count).sqrt() * deviation * deviation, "{init:?}: {off}");
        }
    }
}
