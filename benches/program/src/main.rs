//! Measures training and prediction. Prints one line per workload, with the time of one
//! step, prediction or run in µs:
//!
//! ```text
//! $ cargo run --release -p chainrule-bench -- --work W1,W3 --threads 1
//! chainrule W1 1 MIN MEDIAN MAX
//! chainrule W3 1 MIN MEDIAN MAX
//! ```
//!
//! | workload | |
//! |---|---|
//! | W1 | training step, 784-50-10, batch 100 |
//! | W2 | the run of the book's chapter 5: 10,000 steps of W1 on MNIST, and an accuracy pass over all 70,000 images per epoch |
//! | W3 | training step, 784-512-512-10, batch 128 |
//! | W4 | training step, 4-64-64-2, batch 32 |
//! | W5b1 | prediction, 784-50-10, batch 1 |
//! | W5b100 | prediction, 784-50-10, batch 100 |
//! | W5tiny | prediction, 6-64-8-4, batch 1 |
//! | W6 | training step, the convolutional network of the book's chapter 7, batch 100 |
//! | W6b1, W6b100 | predictions of that network |
//! | W7 | training step, the deep network of chapter 8 without dropout, batch 100 |
//! | W7b1, W7b100 | predictions of that network |
//! | W8 | training step, Embedding(65, 64), Lstm(128), Affine(65), 64 steps, batch 32 |
//! | W9 | AdamW step of a GPT of 4 blocks of width 128 with 4 heads, 64 characters, batch 12 |
//! | generate | 64 characters from that GPT, step by step |
//! | policy | one step of a recurrent policy, 4-32-2 |
//!
//! All networks use `f32`, ReLU, `SoftmaxWithLoss` and SGD with learning rate 0.1. `peak`
//! measures multiply-adds in registers, in GFLOP/s. `--shapes` measures single convolutions.
//! `--write` writes W6 and W7 for programs with other libraries.

mod chapter;
mod models;
mod peak;
mod sequences;
mod shapes;
mod works;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;

/// Runs a workload once.
type Step = Box<dyn FnMut() + Send>;

/// The workloads, in the order in which they are measured.
const WORKS: [&str; 17] = [
    "W1", "W2", "W3", "W4", "W5b1", "W5b100", "W5tiny", "W6", "W6b1", "W6b100", "W7", "W7b1",
    "W7b100", "W8", "W9", "generate", "policy",
];

/// Measures training and prediction.
#[derive(Parser)]
struct Arguments {
    /// Workloads: W1, W2, W3, W4, W5b1, W5b100, W5tiny, W5 (these three), W6, W6b1,
    /// W6b100, W7, W7b1, W7b100, W8, W9, generate, policy, peak
    #[arg(long, value_delimiter = ',', value_name = "NAMES", default_values_t = WORKS.map(String::from))]
    work: Vec<String>,
    /// Number of threads in the pool
    #[arg(long, default_value_t = 1, value_name = "N")]
    threads: usize,
    /// Number of measured blocks
    #[arg(long, default_value_t = 9, value_name = "N")]
    blocks: usize,
    /// Minimum duration of a block, in seconds
    #[arg(long, default_value_t = 0.2, value_name = "S")]
    block: f64,
    /// Folder with the four MNIST files for W2; without it, the images are noise
    #[arg(long, env = "MNIST_DIR", value_name = "DIR")]
    mnist: Option<PathBuf>,
    /// Times single convolutions as standard input asks: for benches/speed/python/shapes.py
    #[arg(long)]
    shapes: bool,
    /// Writes the networks W6 and W7 to a folder: for benches/speed/python/images.py
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    if let Some(folder) = &arguments.write {
        return models::write(folder);
    }
    let pool = rayon_core::ThreadPoolBuilder::new().num_threads(arguments.threads).build()?;
    if arguments.shapes {
        return pool.install(shapes::serve).map_err(Into::into);
    }
    for name in names(&arguments.work)? {
        if name == "peak" {
            let peak =
                peak::gigaflops().ok_or("expected a processor with AVX2 or AVX-512 for `peak`")?;
            println!("peak {peak:.1} GFLOP/s");
            continue;
        }
        let mut step = match name {
            "W2" => chapter::run(arguments.mnist.as_deref())?,
            name => match sequences::work(name)? {
                Some(work) => work,
                None => works::work(name)?,
            },
        };
        let mut times = pool.install(|| times(&mut step, arguments));
        times.sort_by(f64::total_cmp);
        let (least, median, most) = (times[0], times[times.len() / 2], times[times.len() - 1]);
        println!("chainrule {name} {} {least:.3} {median:.3} {most:.3}", arguments.threads);
    }
    Ok(())
}

/// The workloads with the given names.
fn names(given: &[String]) -> Result<Vec<&'static str>, String> {
    let mut names = Vec::new();
    for given in given {
        match WORKS.iter().find(|name| *name == given) {
            Some(name) => names.push(*name),
            None if given == "W5" => names.extend(&WORKS[4..7]),
            None if given == "peak" => names.push("peak"),
            None => {
                return Err(format!(
                    "expected one of the workloads {}, W5, peak, found `{given}`",
                    WORKS.join(", ")
                ));
            }
        }
    }
    Ok(names)
}

/// The time of one step in each block, in µs, after a warm-up block.
fn times(step: &mut Step, arguments: &Arguments) -> Vec<f64> {
    let length = Duration::from_secs_f64(arguments.block);
    let (mut steps, mut warm) = (1, Duration::ZERO);
    while warm < length {
        warm = block(step, steps);
        if warm < length {
            steps *= 2;
        }
    }
    // At least one block, so that every workload has a line.
    (0..arguments.blocks.max(1))
        .map(|_| block(step, steps).as_secs_f64() * 1e6 / steps as f64)
        .collect()
}

fn block(step: &mut Step, steps: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..steps {
        step();
    }
    start.elapsed()
}
