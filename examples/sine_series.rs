//! Forecasts a noisy sine: a recurrent network learns to predict each value from those before it. Then
//! it continues the series step by step, reading its own predictions. With `--plot FILE` the forecast
//! is drawn.
//!
//! ```text
//! cargo run --release --example sine_series -- --plot forecast.svg
//! ```

use std::error::Error;
use std::f64::consts::TAU;
use std::path::{Path, PathBuf};

use chainrule::schedule::Cosine;
use chainrule::{Adam, Init, Rng, Trainer, network};
use chainrule_examples::curves::svg;
use clap::Parser;
use clap::builder::{PathBufValueParser, TypedValueParser};
use ndarray::Array2;
use plotters::prelude::*;

/// The steps of a training sample.
const WINDOW: usize = 50;
/// The steps of a period of the sine.
const PERIOD: f64 = 25.0;
/// The values that are known.
const KNOWN: usize = 800;
/// The values that are forecast.
const AHEAD: usize = 100;

network! {
    /// Reads a value at each step, and predicts the next one.
    struct Forecaster = Input(WINDOW, 1) -> Gru(32) -> Affine(1) => IdentityWithLoss;
}

/// Forecasts a noisy sine.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// The standard deviation of the noise
    #[arg(long, default_value_t = 0.2, value_name = "X", value_parser = deviation)]
    noise: f64,
    /// Passes through the known values
    #[arg(long, default_value_t = 30, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    epochs: u64,
    /// The seed of the weights and of the noise
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
    /// The SVG file of the picture
    #[arg(long, value_name = "FILE", value_parser = PathBufValueParser::new().try_map(svg))]
    plot: Option<PathBuf>,
}

/// Reads a standard deviation.
fn deviation(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(deviation) if (0.0..=1.0).contains(&deviation) => Ok(deviation),
        _ => Err("expected a number from 0 to 1".to_owned()),
    }
}

/// The sine at a step.
fn sine(step: usize) -> f32 {
    (TAU * step as f64 / PERIOD).sin() as f32
}

/// Trains a network on all windows of the known values; the target of each step is the value after it.
fn train(known: &[f32], epochs: u64, rng: &mut Rng) -> Result<Box<Forecaster>, Box<dyn Error>> {
    let windows = known.len() - WINDOW;
    let x = Array2::from_shape_fn((windows, WINDOW), |(window, step)| known[window + step]);
    let t = Array2::from_shape_fn((windows, WINDOW), |(window, step)| known[window + step + 1]);
    let batch = 32;
    let steps = epochs * windows.div_ceil(batch) as u64;
    let mut trainer = Trainer::new(Forecaster::new(Init::Auto, rng), Adam::new(0.01)?)
        .batch_size(batch)
        .epochs(epochs)
        .schedule(Cosine::new(0.01, 0.0, steps)?)
        .clip_norm(1.0)
        .progress();
    let history = trainer.fit((&x, &t))?;
    for epoch in history.iter().step_by((epochs as usize).div_ceil(6)) {
        println!("epoch {:>3}  loss {:.5}", epoch.epoch, epoch.train.loss);
    }
    Ok(trainer.into_network())
}

/// Continues a series by `count` values: reads the known ones, then its own predictions.
fn forecast(net: &Forecaster, known: &[f32], count: usize) -> Result<Vec<f32>, chainrule::Error> {
    let (mut state, mut next) = (net.start(), 0.0);
    for value in known {
        next = net.step(&mut state, &[*value])?[0];
    }
    let mut values = Vec::with_capacity(count);
    for _ in 0..count {
        values.push(next);
        next = net.step(&mut state, &[next])?[0];
    }
    Ok(values)
}

/// The root of the mean squared difference from the sine, from step [`KNOWN`] on.
fn deviation_from_sine(values: impl ExactSizeIterator<Item = f32>) -> f32 {
    let count = values.len() as f32;
    let squares = values.enumerate().map(|(at, value)| (value - sine(KNOWN + at)).powi(2));
    (squares.sum::<f32>() / count).sqrt()
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut rng = Rng::seed(arguments.seed);
    let known: Vec<f32> =
        (0..KNOWN).map(|step| sine(step) + (arguments.noise * rng.normal()) as f32).collect();
    let net = train(&known, arguments.epochs, &mut rng)?;
    let values = forecast(&net, &known, AHEAD)?;

    let period = PERIOD as usize;
    let repeated = (0..AHEAD).map(|step| known[KNOWN - period + step % period]);
    println!("root mean squared difference from the sine over {AHEAD} steps ahead:");
    println!("  forecast              {:.3}", deviation_from_sine(values.iter().copied()));
    println!("  the last period again {:.3}", deviation_from_sine(repeated));
    if let Some(file) = &arguments.plot {
        plot(&known, &values, file)?;
        println!("wrote the picture to {}", file.display());
    }
    Ok(())
}

/// Draws the end of the known values, the forecast, and the sine.
fn plot(known: &[f32], forecast: &[f32], file: &Path) -> Result<(), Box<dyn Error>> {
    let begin = KNOWN - AHEAD;
    let root = SVGBackend::new(file, (900, 400)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin(15)
        .x_label_area_size(40)
        .y_label_area_size(40)
        .build_cartesian_2d(begin..KNOWN + AHEAD, -2.0_f32..2.0)?;
    chart.configure_mesh().light_line_style(TRANSPARENT).x_desc("step").draw()?;
    let line = |color: RGBColor, width| {
        move |(x, y)| PathElement::new([(x, y), (x + 20, y)], color.stroke_width(width))
    };
    let samples = (begin..KNOWN).map(|step| (step, known[step]));
    chart
        .draw_series(samples.map(|at| Circle::new(at, 2, BLUE.filled())))?
        .label("known")
        .legend(|(x, y)| Circle::new((x + 10, y), 2, BLUE.filled()));
    let truth = (begin..KNOWN + AHEAD).map(|step| (step, sine(step)));
    chart
        .draw_series(LineSeries::new(truth, BLACK.stroke_width(1)))?
        .label("sine")
        .legend(line(BLACK, 1));
    let ahead = forecast.iter().enumerate().map(|(at, value)| (KNOWN + at, *value));
    chart
        .draw_series(LineSeries::new(ahead, RED.stroke_width(2)))?
        .label("forecast")
        .legend(line(RED, 2));
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE)
        .border_style(BLACK)
        .draw()?;
    root.present()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_invalid_are_reported_with_what_can() {
        let complaint = |flag: &str, value: &str| {
            let arguments = Arguments::try_parse_from(["sine_series", flag, value]);
            arguments.err().map(|error| error.to_string()).unwrap_or_default()
        };
        for value in ["-0.1", "1.5", "nan", "x"] {
            assert!(complaint("--noise", value).contains("expected a number from 0 to 1"));
        }
        assert!(complaint("--epochs", "0").contains("0 is not in 1.."));
        assert!(complaint("--plot", "a.png").contains("expected a file name that ends in `.svg`"));
    }

    #[test]
    fn the_sine_does_not_deviate_from_itself() {
        assert_eq!(deviation_from_sine((KNOWN..KNOWN + 10).map(sine)), 0.0);
        let above = (KNOWN..KNOWN + 10).map(|step| sine(step) + 0.5);
        assert!((deviation_from_sine(above) - 0.5).abs() < 1e-6);
    }
}
