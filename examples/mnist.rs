//! Trains the two-layer network of chapter 5 on handwritten digits, as section
//! 5.7.4 of the book does: mini-batches drawn with replacement, plain gradient
//! descent, and the accuracy on all images after each epoch.
//!
//! ```text
//! cargo run --release --example mnist
//! cargo run --release --example mnist -- --plot curves.svg --steps 2000
//! ```

use std::error::Error;
use std::fs::File;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use chainrule::data::{ImageSet, WithReplacement};
use chainrule::{Init, Rng, Sgd, Workspace, network};
use chainrule_examples::curves::svg;
use chainrule_examples::mnist::{self, Mnist};
use clap::Parser;
use clap::builder::{PathBufValueParser, TypedValueParser};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use ndarray::Array2;
use plotters::prelude::*;

network! {
    /// 784 pixels, 50 hidden units, 10 digits.
    struct TwoLayerNet = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
}

/// Trains the two-layer network of chapter 5 on handwritten digits.
#[derive(Parser)]
struct Arguments {
    /// Folder with the four MNIST files [default: $MNIST_DIR, then the cache, then a download, then
    /// the bundled digits]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Number of training steps
    #[arg(long, default_value_t = 10_000, value_name = "N", value_parser = whole::<usize>)]
    #[arg(allow_negative_numbers = true)]
    steps: usize,
    /// Number of samples in a mini-batch
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = whole::<usize>)]
    #[arg(allow_negative_numbers = true)]
    batch: usize,
    /// Learning rate
    #[arg(long, default_value_t = 0.1, value_name = "X", allow_negative_numbers = true)]
    lr: f64,
    /// Standard deviation of the initial weights
    #[arg(long, default_value_t = 0.01, value_name = "X", value_parser = std_dev)]
    #[arg(allow_negative_numbers = true)]
    std: f64,
    /// Seed of all random choices
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = whole::<u64>)]
    #[arg(allow_negative_numbers = true)]
    seed: u64,
    /// Write a chart of the accuracies and the loss to this SVG file
    #[arg(long, value_name = "FILE", value_parser = PathBufValueParser::new().try_map(svg))]
    plot: Option<PathBuf>,
    /// Print only the final accuracy
    #[arg(long)]
    quiet: bool,
}

/// Reads a standard deviation.
fn std_dev(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(std_dev) if (0.0..f64::INFINITY).contains(&std_dev) => Ok(std_dev),
        _ => Err("expected a finite number of at least 0".to_owned()),
    }
}

/// Reads a whole number.
fn whole<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("expected an integer from 0 to {}", u64::MAX))
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
    if let Some(file) = &arguments.plot {
        // Reports the error before the training, not after it.
        File::create(file)
            .map_err(|error| format!("failed to write `{}`: {error}", file.display()))?;
    }
    let mnist = mnist::load(arguments.data.as_deref())?;
    if !arguments.quiet {
        println!("{}\n", mnist.origin);
    }
    let mut rng = Rng::seed(arguments.seed);
    let mut net = TwoLayerNet::new(Init::Normal(arguments.std), &mut rng);
    let history = train(&mut net, &mnist, arguments, &mut rng)?;
    if let Some(file) = &arguments.plot {
        plot(&history, file)?;
        if !arguments.quiet {
            println!("\nwrote the chart to {}", file.display());
        }
    }
    println!("test accuracy {:.4}", accuracy(&net, &mnist.test)?);
    Ok(())
}

/// The history of a training: the loss of every step, and the accuracies after the first step of
/// each epoch.
#[derive(Default)]
struct History {
    losses: Vec<f32>,
    accuracies: Vec<Accuracies>,
}

struct Accuracies {
    step: usize,
    train: f64,
    test: f64,
}

/// The training loop of section 5.7.4.
fn train(
    net: &mut TwoLayerNet,
    mnist: &Mnist,
    arguments: &Arguments,
    rng: &mut Rng,
) -> Result<History, Box<dyn Error>> {
    let mut sgd = Sgd::new(arguments.lr)?;
    let mut batches = batches(mnist.train.len(), arguments.batch)?;
    let (mut x, mut t) =
        (Array2::zeros((arguments.batch, mnist::PIXELS)), vec![0; arguments.batch]);
    let (mut workspace, mut grads) = (Workspace::new(), TwoLayerNet::zeros());

    let epoch = mnist.train.len() / arguments.batch;
    let interval = interval(epoch, arguments.steps);
    let mut history = History::default();
    let bar = progress_bar(arguments);
    if !arguments.quiet {
        println!("epoch    step     loss  train accuracy  test accuracy");
    }
    for step in 0..arguments.steps {
        mnist.train.gather(batches.draw(rng), x.view_mut(), &mut t)?;
        let loss = net.train_step(&x, &t, &mut sgd, &mut workspace, &mut grads)?;

        history.losses.push(loss);
        bar.inc(1);
        if step % interval == 0 {
            let (train, test) = (accuracy(net, &mnist.train)?, accuracy(net, &mnist.test)?);
            history.accuracies.push(Accuracies { step, train, test });
            bar.set_message(format!("loss {loss:.3}, test accuracy {test:.3}"));
            if !arguments.quiet {
                let epoch = step / epoch;
                bar.suspend(|| {
                    println!("{epoch:>5}  {step:>6}  {loss:.5}  {train:>14.4}  {test:>13.4}")
                });
            }
        }
    }
    bar.finish_and_clear();
    Ok(history)
}

/// Mini-batches of `batch` out of `samples` samples. An epoch is the number of steps that use as
/// many samples as the set contains. A batch must therefore not be larger than the set.
fn batches(samples: usize, batch: usize) -> Result<WithReplacement, Box<dyn Error>> {
    if batch > samples {
        return Err(format!(
            "expected `--batch` to be at most {samples}, the size of the training set, \
             found {batch}"
        )
        .into());
    }
    Ok(WithReplacement::new(samples, batch)?)
}

/// The number of steps between two lines of the table: an epoch, or several epochs if the table
/// would have more than about 20 lines.
fn interval(epoch: usize, steps: usize) -> usize {
    epoch * (steps / 20).div_ceil(epoch).max(1)
}

/// The fraction of all images that the network classifies correctly.
fn accuracy(net: &TwoLayerNet, images: &ImageSet) -> Result<f64, Box<dyn Error>> {
    const BATCH: usize = 1000;
    let mut workspace = Workspace::new();
    let mut right = 0.0;
    for start in (0..images.len()).step_by(BATCH) {
        let end = (start + BATCH).min(images.len());
        let x = images.brightness::<f32>(start..end)?;
        let t = &images.labels()[start..end];
        right += net.accuracy_in(&x, t, &mut workspace)? * t.len() as f64;
    }
    Ok(right / images.len() as f64)
}

fn progress_bar(arguments: &Arguments) -> ProgressBar {
    let target = if arguments.quiet || !std::io::stderr().is_terminal() {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    };
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} steps, {msg}, {eta} left");
    ProgressBar::with_draw_target(Some(arguments.steps as u64), target)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Draws the accuracies above the loss.
fn plot(history: &History, file: &Path) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(file, (800, 800)).into_drawing_area();
    root.fill(&WHITE)?;
    let (above, below) = root.split_vertically(400);
    let steps = 0..history.losses.len();

    let lowest = history.accuracies.iter().map(|a| a.train.min(a.test)).fold(1.0, f64::min);
    let mut chart = ChartBuilder::on(&above)
        .caption("Accuracy", ("sans-serif", 22))
        .margin(15)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d(steps.clone(), lowest..1.0)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("step")
        .y_desc("accuracy")
        .draw()?;
    let train = history.accuracies.iter().map(|a| (a.step, a.train));
    let legend = |color: RGBColor| {
        move |(x, y)| PathElement::new([(x, y), (x + 20, y)], color.stroke_width(2))
    };
    chart
        .draw_series(LineSeries::new(train, BLUE.stroke_width(2)))?
        .label("train")
        .legend(legend(BLUE));
    let test = history.accuracies.iter().map(|a| (a.step, a.test));
    chart
        .draw_series(LineSeries::new(test, RED.stroke_width(2)))?
        .label("test")
        .legend(legend(RED));
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE)
        .border_style(BLACK)
        .draw()?;

    let smooth = smooth(&history.losses);
    let highest = smooth.iter().copied().fold(0.0, f32::max);
    let mut chart = ChartBuilder::on(&below)
        .caption("Loss", ("sans-serif", 22))
        .margin(15)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d(steps, 0.0..highest)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("step")
        .y_desc("mean of the last 50 steps")
        .draw()?;
    chart.draw_series(LineSeries::new(smooth.into_iter().enumerate(), BLUE.stroke_width(1)))?;
    root.present()?;
    Ok(())
}

/// The moving average of each loss and up to 49 before it.
fn smooth(losses: &[f32]) -> Vec<f32> {
    (0..losses.len())
        .map(|step| {
            let window = &losses[(step + 1).saturating_sub(50)..=step];
            window.iter().sum::<f32>() / window.len() as f32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The error message for `flag value`.
    fn complaint(flag: &str, value: &str) -> String {
        match Arguments::try_parse_from(["mnist", flag, value]) {
            Ok(_) => panic!("{flag} {value} is accepted"),
            Err(error) => error.to_string().lines().next().unwrap_or_default().to_owned(),
        }
    }

    #[test]
    fn values_that_are_invalid_are_reported_with_what_can() {
        for flag in ["--steps", "--batch", "--seed"] {
            for value in ["-1", "1.5", "18446744073709551616"] {
                let message = complaint(flag, value);
                assert!(message.contains("expected an integer from 0 to 184467"), "{message}");
            }
        }
        for value in ["-0.1", "nan", "inf", "x"] {
            let message = complaint("--std", value);
            assert!(message.ends_with("expected a finite number of at least 0"), "{message}");
        }
        for value in ["out.png", "out", ".svg"] {
            let message = complaint("--plot", value);
            assert!(message.ends_with("expected a file name that ends in `.svg`"), "{message}");
        }
        assert!(Arguments::try_parse_from(["mnist", "--plot", "a/b.SVG"]).is_ok());
    }

    #[test]
    fn a_batch_is_no_larger_than_the_set() {
        assert!(batches(60_000, 60_000).is_ok());
        assert_eq!(
            batches(5, 0).unwrap_err().to_string(),
            "invalid batch size: expected at least 1, found 0"
        );
        for batch in [6, 1_000_000_000_000, usize::MAX] {
            let message = batches(5, batch).unwrap_err().to_string();
            assert!(message.contains("expected `--batch` to be at most 5"), "{message}");
        }
    }
}
