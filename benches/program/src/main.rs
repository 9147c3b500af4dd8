//! Prints a line for each work, with times for one step, prediction or run in µs:
//!
//! ```text
//! $ cargo run --release -p chainrule-bench -- --work W1,W3 --threads 1
//! chainrule W1 1 MIN MEDIAN MAX
//! chainrule W3 1 MIN MEDIAN MAX
//! ```
//!
//! | work | |
//! |---|---|
//! | W1 | training step, 784-50-10, batch 100 |
//! | W2 | the run of the book's chapter 5: 10,000 steps as W1 on MNIST, and an accuracy pass over its 70,000 images in each epoch |
//! | W3 | training step, 784-512-512-10, batch 128 |
//! | W4 | training step, 4-64-64-2, batch 32 |
//! | W5b1 | prediction, 784-50-10, batch 1 |
//! | W5b100 | prediction, 784-50-10, batch 100 |
//! | W5tiny | prediction, 6-64-8-4, batch 1 |
//!
//! The numbers are `f32`, the activation is ReLU, the loss the mean cross-entropy
//! behind a softmax, the optimizer plain descent by 0.1. `peak` is how fast the
//! processor multiplies and adds where nothing else is to be done, in GFLOP/s.

mod chapter;
mod peak;
mod works;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;

/// Does a work once.
type Step = Box<dyn FnMut() + Send>;

/// The works, in the order in which they are measured.
const WORKS: [&str; 7] = ["W1", "W2", "W3", "W4", "W5b1", "W5b100", "W5tiny"];

/// Times of training and inference.
#[derive(Parser)]
struct Arguments {
    /// What to measure: W1, W2, W3, W4, W5b1, W5b100, W5tiny, W5 for the last three, peak
    #[arg(long, value_delimiter = ',', value_name = "NAMES", default_values_t = WORKS.map(String::from))]
    work: Vec<String>,
    /// Threads of the pool
    #[arg(long, default_value_t = 1, value_name = "N")]
    threads: usize,
    /// How many blocks are measured
    #[arg(long, default_value_t = 9, value_name = "N")]
    blocks: usize,
    /// How long a block is, at least, in seconds
    #[arg(long, default_value_t = 0.2, value_name = "S")]
    block: f64,
    /// Folder with the four files of MNIST for W2; without it the images are noise
    #[arg(long, env = "MNIST_DIR", value_name = "DIR")]
    mnist: Option<PathBuf>,
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
    let pool = rayon_core::ThreadPoolBuilder::new().num_threads(arguments.threads).build()?;
    for name in names(&arguments.work)? {
        if name == "peak" {
            println!("peak {:.1} GFLOP/s", peak::gigaflops().ok_or("this processor is not known")?);
            continue;
        }
        let mut step = match name {
            "W2" => chapter::run(arguments.mnist.as_deref())?,
            name => works::work(name)?,
        };
        let mut times = pool.install(|| times(&mut step, arguments));
        times.sort_by(f64::total_cmp);
        let (least, median, most) = (times[0], times[times.len() / 2], times[times.len() - 1]);
        println!("chainrule {name} {} {least:.3} {median:.3} {most:.3}", arguments.threads);
    }
    Ok(())
}

/// The names as the works have them.
fn names(given: &[String]) -> Result<Vec<&'static str>, String> {
    let mut names = Vec::new();
    for given in given {
        match WORKS.iter().find(|name| *name == given) {
            Some(name) => names.push(*name),
            None if given == "W5" => names.extend(&WORKS[4..]),
            None if given == "peak" => names.push("peak"),
            None => {
                return Err(format!(
                    "there is no work `{given}`, only {} and peak",
                    WORKS.join(", ")
                ));
            }
        }
    }
    Ok(names)
}

/// The time of one step in each block, in µs, after a block that nobody counts.
fn times(step: &mut Step, arguments: &Arguments) -> Vec<f64> {
    let length = Duration::from_secs_f64(arguments.block);
    let (mut steps, mut warm) = (1, Duration::ZERO);
    while warm < length {
        warm = block(step, steps);
        if warm < length {
            steps *= 2;
        }
    }
    // At least one, whatever was asked for: there is a line for each work.
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
