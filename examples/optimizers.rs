//! Compares the optimizers on handwritten digits, as section 6.1.8 of the book does: a network of
//! five layers, with the same initial weights and the same batches for each. If a file is named,
//! the losses during training are drawn into it.
//!
//! ```text
//! cargo run --release --example optimizers
//! cargo run --release --example optimizers -- curves.svg
//! ```

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};

use chainrule::data::{ImageSet, ShuffledEpochs};
use chainrule::{
    AdaGrad, Adam, AdamW, Init, LearningRate, Momentum, Nesterov, Optimizer, RmsProp, Rng, Sgd,
    Workspace, network,
};
use chainrule_examples::mnist::{self, Mnist};
use ndarray::{Array2, s};
use plotters::prelude::*;

network! {
    /// 784 pixels, four times 100 hidden units, 10 digits.
    struct Deep = Affine(784, 100) -> Relu
        -> repeat 3 { Affine(100, 100) -> Relu }
        -> Affine(100, 10) => SoftmaxWithLoss;
}

const STEPS: usize = 500;
const BATCH: usize = 100;

/// The results of training with one optimizer.
struct Course {
    name: &'static str,
    losses: Vec<f32>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let digits = mnist::load(None)?;
    println!("{}\n", digits.origin);
    println!("optimizer  rate   loss after {STEPS} steps  test accuracy");
    let courses = [
        train("SGD", Sgd::new(0.01)?, &digits)?,
        train("Momentum", Momentum::new(0.01, 0.9)?, &digits)?,
        train("Nesterov", Nesterov::new(0.01, 0.9)?, &digits)?,
        train("AdaGrad", AdaGrad::new(0.01)?, &digits)?,
        train("RMSProp", RmsProp::new(0.001, 0.99)?, &digits)?,
        train("Adam", Adam::new(0.001)?, &digits)?,
        train("AdamW", AdamW::new(0.001)?, &digits)?,
    ];
    if let Some(file) = env::args_os().nth(1).map(PathBuf::from) {
        plot(&courses, &file)?;
        println!("\nwrote the chart to {}", file.display());
    }
    Ok(())
}

/// Trains a network from its initial weights and prints the result.
fn train(
    name: &'static str,
    mut optimizer: impl Optimizer<Deep> + LearningRate,
    digits: &Mnist,
) -> Result<Course, Box<dyn Error>> {
    let mut rng = Rng::seed(0);
    let mut net = Deep::new(Init::He, &mut rng);
    let mut batches = ShuffledEpochs::new(digits.train.len(), BATCH)?;
    let (mut x, mut t) = (Array2::zeros((BATCH, mnist::PIXELS)), [0; BATCH]);
    let (mut workspace, mut grads) = (Workspace::new(), Deep::zeros());
    let mut losses = Vec::with_capacity(STEPS);
    for _ in 0..STEPS {
        // The last batch of an epoch is smaller.
        let batch = batches.draw(&mut rng);
        let (mut x, t) = (x.slice_mut(s![..batch.len(), ..]), &mut t[..batch.len()]);
        digits.train.gather(batch, x.view_mut(), t)?;
        losses.push(net.gradient_in(x.view(), &*t, &mut workspace, &mut grads)?);
        net.update(&mut optimizer, &grads);
    }
    let (rate, test) = (optimizer.learning_rate(), accuracy(&net, &digits.test)?);
    let loss = smooth(&losses)[STEPS - 1];
    println!("{name:<9}  {rate:<5}  {loss:>20.5}  {test:>13.4}");
    Ok(Course { name, losses })
}

fn accuracy(net: &Deep, images: &ImageSet) -> Result<f64, Box<dyn Error>> {
    Ok(net.accuracy(&images.brightness::<f32>(0..images.len())?, images.labels())?)
}

/// Draws the losses, one curve per optimizer.
fn plot(courses: &[Course], file: &Path) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(file, (800, 500)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption("Loss", ("sans-serif", 22))
        .margin(15)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d(0..STEPS, 0.0..2.5_f32)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("step")
        .y_desc("mean of the last 15 steps")
        .draw()?;
    for (at, course) in courses.iter().enumerate() {
        let style = Palette99::pick(at).stroke_width(2);
        chart
            .draw_series(LineSeries::new(smooth(&course.losses).into_iter().enumerate(), style))?
            .label(course.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], style));
    }
    chart.configure_series_labels().background_style(WHITE).border_style(BLACK).draw()?;
    root.present()?;
    Ok(())
}

/// The moving average of each loss and up to 14 before it.
fn smooth(losses: &[f32]) -> Vec<f32> {
    (0..losses.len())
        .map(|step| {
            let window = &losses[(step + 1).saturating_sub(15)..=step];
            window.iter().sum::<f32>() / window.len() as f32
        })
        .collect()
}
