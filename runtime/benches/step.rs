//! Times of training steps and predictions: `cargo bench -p chainrule --bench step`.
//!
//! The minimum is what the processor can do; the median says how busy the
//! machine was with other things.

use std::time::{Duration, Instant};

use chainrule::{Init, Rng, Sgd, Workspace, network};

network! { struct Mnist = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss; }

network! {
    struct Wide = Affine(784, 512) -> Relu -> Affine(512, 512) -> Relu -> Affine(512, 10)
        => SoftmaxWithLoss;
}

network! {
    struct Control = Affine(4, 64) -> Relu -> Affine(64, 64) -> Relu -> Affine(64, 2)
        => SoftmaxWithLoss;
}

network! {
    struct Sensor = Affine(6, 64) -> Relu -> Affine(64, 8) -> Relu -> Affine(8, 4)
        => SoftmaxWithLoss;
}

/// How long each row of the table is measured.
const PATIENCE: Duration = Duration::from_millis(500);

/// Prints the minimum and the median time of `work`, whose matrix products take
/// `flops` floating-point operations.
fn measure(name: &str, flops: usize, mut work: impl FnMut()) {
    work();
    let begin = Instant::now();
    let mut times = Vec::new();
    while begin.elapsed() < PATIENCE {
        let start = Instant::now();
        work();
        times.push(start.elapsed());
    }
    times.sort();
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let (least, median) = (micros(times[0]), micros(times[times.len() / 2]));
    println!("{name:44} {least:10.2} {median:10.2} {:8.1}", flops as f64 / least / 1e3);
}

/// A row for a training step and one for a prediction of each batch.
macro_rules! rows {
    ($network:ident, $inputs:literal, [$($batch:literal),*]) => {$(
        let mut rng = Rng::seed(0);
        let mut net = $network::new(Init::He, &mut rng);
        let x: Vec<[f32; $inputs]> =
            (0..$batch).map(|_| std::array::from_fn(|_| rng.normal() as f32)).collect();
        let t: Vec<usize> = (0..$batch).map(|_| rng.below($network::OUTPUTS)).collect();
        let (mut workspace, mut grads) = (Workspace::new(), $network::zeros());
        let mut sgd = Sgd::new(0.001).expect("a learning rate");

        let name = format!("{}, batch of {}", stringify!($network), $batch);
        measure(&format!("{name}, training step"), $batch * $network::TRAINING_FLOPS, || {
            net.gradient_in(&x[..], &t[..], &mut workspace, &mut grads).expect("a gradient");
            net.update(&mut sgd, &grads);
        });
        measure(&format!("{name}, prediction"), $batch * $network::FLOPS, || {
            net.predict_in(&x[..], &mut workspace).expect("scores");
        });
    )*};
}

fn main() {
    println!("{:44} {:>10} {:>10} {:>8}", "", "min µs", "median µs", "GFLOP/s");
    rows!(Mnist, 784, [1, 100]);
    rows!(Wide, 784, [1, 128]);
    rows!(Control, 4, [1, 32]);
    rows!(Sensor, 6, [1, 32]);
}
