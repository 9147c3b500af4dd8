//! Sums of up to four million `f32` numbers have a relative error of at most 1e-6: of losses, of
//! their softmax, of bias gradients, of statistics, and of norms. All numbers are equal, so that
//! the rounding errors of a sequential sum would all have the same sign.

use chainrule::layers::{BatchNorm, Layer, LayerNorm};
use chainrule::losses::{
    AdjustedSoftmaxWithLoss, BinaryCrossEntropy, Huber, IdentityWithLoss, Loss, SoftmaxWithLoss,
    Targets,
};
use chainrule::trainer::evaluate;
use chainrule::{Numbers, Rng, clip_norm, graph, network};
use ndarray::{Array1, Array2};

const COUNTS: [usize; 4] = [4_096, 100_000, 1_000_000, 4_000_000];

/// Asserts that `got` equals `want` with a relative error of at most 1e-6.
#[track_caller]
fn assert_close(got: impl Into<f64>, want: f64, what: &str) {
    let got = got.into();
    assert!((got - want).abs() <= 1e-6 * want.abs(), "{what}: {got} for {want}");
}

#[test]
fn a_softmax_over_many_classes() {
    for classes in COUNTS {
        let mut one_hot = vec![0.0_f32; classes];
        one_hot[1] = 1.0;
        let all: [(&dyn Loss<f32>, Targets<'_, f32>); 4] = [
            (&SoftmaxWithLoss, Targets::Labels(&[1])),
            (&SoftmaxWithLoss, Targets::Rows(&one_hot)),
            (&AdjustedSoftmaxWithLoss::new(), Targets::Labels(&[1])),
            (&AdjustedSoftmaxWithLoss::new(), Targets::Rows(&one_hot)),
        ];
        for (loss, targets) in all {
            let mut values = vec![0.0_f32; classes];
            values[0] = 0.1;
            let total = f64::from(0.1_f32).exp() + (classes - 1) as f64;
            let what = format!("of {classes} classes");
            assert_close(loss.forward(&mut values, targets, 1), total.ln(), &what);
            loss.backward(&mut values, targets, 1, 1.0);
            assert_close(values[0], f64::from(0.1_f32).exp() / total, &what);
            assert_close(values[1], 1.0 / total - 1.0, &what);
            assert_close(values[classes - 1], 1.0 / total, &what);
        }
    }
}

#[test]
fn rows_of_targets_that_are_spread_over_many_classes() {
    for classes in COUNTS {
        let rows = vec![1.0 / classes as f32; classes];
        for loss in [&SoftmaxWithLoss as &dyn Loss<f32>, &AdjustedSoftmaxWithLoss::new()] {
            let mut values = vec![0.1_f32; classes];
            let value = loss.forward(&mut values, Targets::Rows(&rows), 1);
            // The targets sum to one except for their own rounding.
            let whole = f64::from(rows[0]) * classes as f64;
            assert_close(value, whole * (classes as f64).ln(), &format!("of {classes} classes"));
            assert!(loss.is_valid_target(&rows));
        }
    }
}

/// Checks a loss of many equal samples, whose loss and derivative are known.
#[track_caller]
fn check_batch(loss: &dyn Loss<f32>, score: f32, target: f32, (want, want_dx): (f64, f64)) {
    for batch in COUNTS {
        let (mut values, rows) = (vec![score; batch], vec![target; batch]);
        let value = loss.forward(&mut values, Targets::Rows(&rows), batch);
        assert_close(value, want, &format!("of {batch} samples"));
        loss.backward(&mut values, Targets::Rows(&rows), batch, 1.0);
        assert_close(values[batch - 1], want_dx / batch as f64, "a derivative");
    }
}

#[test]
fn losses_of_many_samples() {
    let error = f64::from(0.3_f32);
    check_batch(&IdentityWithLoss, 0.3, 0.0, (error * error / 2.0, error));
    check_batch(&Huber::new(0.125), 0.3, 0.0, (0.125 * (error - 0.0625), 0.125));
    let odds = error.exp();
    check_batch(&BinaryCrossEntropy, 0.3, 0.0, (odds.ln_1p(), odds / (1.0 + odds)));
}

network! { struct Line = Affine(1, 1) => IdentityWithLoss; }

fn line() -> Box<Line> {
    let mut line = Line::zeros();
    line.affine1.bias = [0.1];
    line
}

#[test]
fn the_gradient_of_a_bias() {
    let net = line();
    for batch in COUNTS {
        let (x, t) = (vec![[0.7_f32]; batch], vec![[0.0_f32]; batch]);
        let grads = net.gradient(&x, &t).unwrap();
        assert_close(grads.affine1.bias[0], f64::from(0.1_f32), &format!("of {batch} samples"));
    }
}

network! { struct Wide = Affine(1, 83) => IdentityWithLoss; }

#[test]
fn the_gradients_of_many_biases() {
    let mut net = Wide::zeros();
    net.affine1.bias = std::array::from_fn(|output| 0.1 + 0.01 * output as f32);
    // Not a multiple of the rows that are summed together; few and many.
    for batch in [5, 50_001] {
        let (x, t) = (vec![[0.7_f32]; batch], vec![[0.0_f32; 83]; batch]);
        let grads = net.gradient(&x, &t).unwrap();
        for (got, &want) in grads.affine1.bias.iter().zip(&net.affine1.bias) {
            assert_close(*got, want.into(), &format!("of {batch} samples"));
        }
    }
}

#[test]
fn metrics_of_many_samples() {
    let (net, count) = (line(), 1_000_000);
    let (x, t) = (vec![[0.7_f32]; count], vec![[0.0_f32]; count]);
    let metrics = evaluate(&*net, (&x[..], &t[..])).unwrap();
    assert_close(metrics.loss, f64::from(0.1_f32).powi(2) / 2.0, "the loss of a data set");
    let trace = net.trace(&x, &t).unwrap();
    assert_close(trace.layers[0].value, f64::from(0.1_f32), "the size of outputs");
    let gradient = f64::from(0.1_f32) / count as f64;
    assert_close(trace.layers[0].gradient, gradient, "the size of derivatives");
}

/// The gradients of `layer` if each row of the batch is `x` and each derivative is 0.1.
fn gradients<L: Layer<f32>>(layer: &L, x: &[f32], batch: usize) -> Box<L> {
    let x = x.repeat(batch);
    let mut dout = vec![0.1; x.len()];
    let (mut output, mut saved) = (vec![0.0; x.len()], vec![0.0; L::SCRATCH]);
    layer.forward(&x, &mut output, &mut saved, &mut Rng::seed(0));
    let (mut grads, mut dinput) = (L::zeros(), vec![0.0; x.len()]);
    layer.backward(&x, &mut saved, &mut dout, &mut grads, Some(&mut dinput));
    grads
}

#[test]
fn gradients_and_statistics_of_normalisations() {
    for batch in [4_096, 1_000_000] {
        let want = f64::from(0.1_f32) * batch as f64;
        let what = format!("of {batch} samples");
        let norm = LayerNorm { weight: [1.0, 1.0], bias: [0.0, 0.0] };
        let grads = gradients(&norm, &[-1.0, 1.0], batch);
        let deviation = 1.0 / (1.0 + 1e-5_f64).sqrt();
        assert_close(grads.bias[0], want, &what);
        assert_close(grads.weight[0], -want * deviation, &what);
        assert_close(grads.weight[1], want * deviation, &what);

        let mut norm = BatchNorm::<1>::zeros();
        norm.weight = [1.0];
        // The mean is 0.3; half of the values are 0.1, the others 0.5.
        let grads = gradients(&*norm, &[0.1, 0.5], batch / 2);
        assert_close(grads.bias[0], want, &what);
        assert_close(grads.running_mean[0], 0.3, &what);
        let variance = 0.04 * batch as f64 / (batch - 1) as f64;
        assert_close(grads.running_var[0], variance, &what);
    }
}

graph! { struct Total(x: [_, _], b: [_]) { let all = (x * b).sum(); all + b.dot(b) } }

#[test]
fn sums_and_products_in_graphs() {
    let one = f64::from(0.1_f32);
    for rows in [4_096, 1_000_000] {
        // Elements in row-major and in column-major order.
        let by_columns = Array2::from_elem((2, rows), 0.1_f32).reversed_axes();
        for x in [Array2::from_elem((rows, 2), 0.1_f32), by_columns] {
            let total = Total::forward(x, Array1::from(vec![0.1, 0.1])).unwrap();
            assert_close(total.all, 2.0 * one * one * rows as f64, "a sum");
            let want = one * rows as f64 + 2.0 * one;
            assert_close(total.backward(1.0).b[1], want, "a sum of rows");
        }
        let x = Array2::from_elem((1, rows), 0.0);
        let total = Total::forward(x, Array1::from_elem(rows, 0.1_f32)).unwrap();
        assert_close(total.output, one * one * rows as f64, "an inner product");
    }
}

#[test]
fn the_norm_of_many_gradients() {
    network! { struct Large = Affine(1000, 1000) => IdentityWithLoss; }
    let mut grads = Large::zeros();
    grads.parameters_mut().fill(0.1);
    let norm = f64::from(0.1_f32) * 1_001_000_f64.sqrt();
    assert_close(clip_norm(&mut *grads, 1.0).unwrap(), norm, "a norm");
    assert_close(grads.parameters()[0], f64::from(0.1_f32) / norm, "a clipped gradient");
}
