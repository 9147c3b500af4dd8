//! The speed of each kernel, as a share of the processor's peak. Not a test: it prints a table.
//!
//! ```sh
//! cargo test --release -p chainrule --lib conv::bench -- --ignored --nocapture
//! ```

use std::time::Instant;

use super::*;
use crate::kernels::pool::{PoolShape, max_pool, max_pool_back};

/// Batch, channels, size, filters, kernel, stride, padding, groups.
type Row = (usize, usize, usize, usize, usize, usize, usize, usize);

/// The layers of the networks W6 and W7 of the benchmarks.
const LAYERS: [Row; 7] = [
    (100, 1, 28, 30, 5, 1, 0, 1),
    (100, 1, 28, 16, 3, 1, 1, 1),
    (100, 16, 28, 16, 3, 1, 1, 1),
    (100, 16, 14, 32, 3, 1, 1, 1),
    (100, 32, 14, 32, 3, 1, 2, 1),
    (100, 32, 8, 64, 3, 1, 1, 1),
    (100, 64, 8, 64, 3, 1, 1, 1),
];

const OTHERS: [Row; 16] = [
    (1, 3, 112, 64, 7, 2, 3, 1),
    (32, 3, 112, 64, 7, 2, 3, 1),
    (1, 64, 56, 64, 3, 1, 1, 1),
    (1, 64, 56, 256, 1, 1, 0, 1),
    (1, 256, 56, 64, 1, 1, 0, 1),
    (32, 128, 28, 128, 3, 2, 1, 1),
    (1, 256, 28, 512, 1, 2, 0, 1),
    (32, 256, 14, 256, 3, 1, 1, 1),
    (1, 512, 7, 512, 3, 1, 1, 1),
    (32, 512, 7, 512, 3, 1, 1, 1),
    (32, 512, 7, 512, 1, 1, 0, 1),
    (32, 64, 28, 64, 5, 1, 2, 4),
    (1, 32, 112, 32, 3, 1, 1, 32),
    (32, 512, 14, 512, 3, 1, 1, 512),
    (32, 64, 7, 10, 7, 1, 0, 1),
    (32, 1, 64, 1, 3, 1, 1, 1),
];

/// The fastest multiply-adds of one thread in registers, in GFLOP/s.
fn peak() -> f64 {
    const SUMS: usize = 12;
    const STEPS: usize = 20_000;
    let lanes = std::cell::Cell::new(0);
    let time = least_time(|| lanes.set(multiply_adds::<SUMS>(STEPS)));
    (2 * lanes.get() * SUMS * STEPS) as f64 / time / 1e9
}

/// Returns the lanes of a register; 0 if the peak of this processor is not known.
#[cfg(target_arch = "x86_64")]
fn multiply_adds<const SUMS: usize>(steps: usize) -> usize {
    use std::arch::x86_64::*;
    use std::hint::black_box;

    macro_rules! form {
        ($feature:literal, $splat:ident, $multiply_add:ident) => {{
            #[target_feature(enable = $feature)]
            fn run<const SUMS: usize>(steps: usize) {
                let (factor, summand) = ($splat(black_box(0.999)), $splat(black_box(0.001)));
                let mut sums = [$splat(1.0); SUMS];
                for _ in 0..steps {
                    for sum in &mut sums {
                        *sum = $multiply_add(*sum, factor, summand);
                    }
                }
                black_box(sums);
            }
            // SAFETY: the feature was just detected.
            unsafe { run::<SUMS>(steps) }
        }};
    }
    if is_x86_feature_detected!("avx512f") {
        form!("avx512f", _mm512_set1_ps, _mm512_fmadd_ps);
        16
    } else if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        form!("avx2,fma", _mm256_set1_ps, _mm256_fmadd_ps);
        8
    } else {
        0
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn multiply_adds<const SUMS: usize>(_steps: usize) -> usize {
    0
}

/// The least time of some runs, in seconds.
fn least_time(mut run: impl FnMut()) -> f64 {
    run();
    let start = Instant::now();
    let (mut least, mut runs) = (f64::MAX, 0);
    while runs < 9 || start.elapsed().as_secs_f64() < 0.3 {
        let start = Instant::now();
        run();
        least = least.min(start.elapsed().as_secs_f64());
        runs += 1;
    }
    least
}

fn numbers(count: usize) -> Vec<f32> {
    let mut rng = crate::Rng::seed(count as u64);
    (0..count).map(|_| rng.normal() as f32).collect()
}

/// Prints the GFLOP/s of the three passes, and returns their times.
fn measure(row: Row, peak: f64) -> [f64; 3] {
    let (batch, channels, size, filters, kernel, stride, padding, groups) = row;
    let batch = std::env::var("BATCH").map_or(batch, |most| batch.min(most.parse().unwrap()));
    let shape = Conv2dShape::new((channels, size, size), filters, (kernel, kernel))
        .padded(Padding::new(padding, padding))
        .strided(stride, stride)
        .grouped(groups);
    let [mut input, mut output] =
        [shape.input_len(), shape.output_len()].map(|len| numbers(batch * len));
    let [mut weights, mut bias] = [shape.weights_len(), filters].map(numbers);
    let mut scratch = vec![0.0; shape.scratch_len()];
    let scratch = &mut scratch[..];
    let times = [
        least_time(|| {
            forward_relu(&shape, batch, &input, &weights, Some(&bias), &mut output, scratch);
        }),
        least_time(|| backward_input(&shape, batch, &weights, &output, &mut input, scratch)),
        least_time(|| {
            let d_bias = Some(&mut bias[..]);
            backward_weights(&shape, batch, &input, &output, &mut weights, d_bias, scratch);
        }),
    ];
    let speeds = times.map(|time| (batch * shape.flops()) as f64 / time / 1e9);
    let [a, b, c] = speeds;
    let [x, y, z] = speeds.map(|speed| 100.0 * speed / peak);
    println!(
        "{batch:3} × {channels:3} × {size:3}² → {filters:3}, {kernel}², stride {stride}, padding \
         {padding}, groups {groups:3}: {a:6.1} {b:6.1} {c:6.1} GFLOP/s {x:3.0} {y:3.0} {z:3.0} %"
    );
    times
}

/// Prints the numbers of the input that a pooling takes per second, forward and backward.
fn measure_pool(batch: usize, shape: PoolShape) {
    let [input, mut output] =
        [shape.input_len(), shape.output_len()].map(|len| numbers(batch * len));
    let mut d_input = input.clone();
    let forward = least_time(|| max_pool(&shape, batch, &input, &mut output));
    let backward = least_time(|| max_pool_back(&shape, batch, &input, &output, &mut d_input));
    let [a, b] = [forward, backward].map(|time| input.len() as f64 / time / 1e9);
    println!("{batch:3} × {}, largest of 2 × 2: {a:.2} {b:.2} G/s", shape.input_len());
}

#[test]
#[ignore = "measures"]
fn speed() {
    let only = std::env::var("ONLY").unwrap_or_default();
    let peak = peak();
    println!("peak {peak:.1} GFLOP/s; forward with ReLU, d_input, d_weights");
    let layers = LAYERS.map(|row| (row, measure(row, peak)));
    let [mut flops, mut time] = [0.0; 2];
    for ((batch, channels, size, filters, kernel, _, padding, _), times) in &layers[1..] {
        let places = (size + 2 * padding - kernel + 1).pow(2);
        let pass = (2 * batch * places * filters * channels * kernel * kernel) as f64;
        let passes = if *channels == 1 { [1, 0, 1] } else { [1, 1, 1] };
        for (this, count) in times.iter().zip(passes) {
            flops += pass * count as f64;
            time += this * count as f64;
        }
    }
    println!("W7, convolutions: {:.1} ms, {:.1} %", time * 1e3, flops / time / 1e7 / peak);
    for (batch, channels, size) in [(100, 30, 24), (100, 16, 28), (100, 32, 16), (100, 64, 8)] {
        measure_pool(batch, PoolShape::new((channels, size, size), (2, 2)));
    }
    if only != "layers" {
        OTHERS.iter().for_each(|row| {
            measure(*row, peak);
        });
    }
}
