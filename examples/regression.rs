//! Fits a sine to noisy samples. If a folder is named, the fitted curve is drawn into it.
//!
//! ```text
//! cargo run --release --example regression
//! cargo run --release --example regression -- pictures
//! ```

use std::env;
use std::error::Error;
use std::f64::consts::PI;
use std::fs;
use std::path::{Path, PathBuf};

use chainrule::schedule::Cosine;
use chainrule::{Adam, Init, Rng, Trainer, network};
use plotters::prelude::*;

network! {
    /// One number in, one number out.
    struct Curve = Affine(1, 32) -> Sigmoid -> Affine(32, 32) -> Sigmoid -> Affine(32, 1)
        => IdentityWithLoss;
}

const SAMPLES: usize = 400;
const BATCH: usize = 20;
const EPOCHS: u64 = 300;

fn main() -> Result<(), Box<dyn Error>> {
    let mut rng = Rng::seed(0);
    let x: Vec<[f32; 1]> = (0..SAMPLES).map(|_| [(2.0 * PI * rng.uniform() - PI) as f32]).collect();
    let t: Vec<[f32; 1]> = x.iter().map(|[x]| [x.sin() + 0.1 * rng.normal() as f32]).collect();

    let steps = EPOCHS * (SAMPLES / BATCH) as u64;
    let mut trainer = Trainer::new(Curve::new(Init::Xavier, &mut rng), Adam::new(0.01)?)
        .batch_size(BATCH)
        .epochs(EPOCHS)
        .schedule(Cosine::new(0.01, 0.0, steps)?);
    let history = trainer.fit((&x, &t))?;
    for epoch in history.iter().step_by(EPOCHS as usize / 6) {
        println!("epoch {:>3}  loss {:.5}", epoch.epoch, epoch.train.loss);
    }
    let svg = history.svg();
    let net = trainer.into_network();

    // Half the squared error that is caused by the noise alone is 0.005.
    println!("loss {:.5}, with 0.005 from the noise of the targets", net.loss(&x, &t)?);
    let places: Vec<[f32; 1]> =
        (0..=100).map(|i| [(PI * (i as f64 / 50.0 - 1.0)) as f32]).collect();
    let curve = net.predict(&places)?;
    let errors = places.iter().zip(&curve).map(|([x], y)| (x.sin() - y).abs());
    println!("largest error: {:.3}", errors.fold(0.0, f32::max));

    if let Some(folder) = env::args_os().nth(1).map(PathBuf::from) {
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("regression_loss.svg"), svg)?;
        let points: Vec<_> = places.iter().zip(&curve).map(|([x], y)| (*x, *y)).collect();
        let samples: Vec<_> = x.iter().zip(&t).map(|([x], [t])| (*x, *t)).collect();
        plot(&samples, &points, &folder.join("regression.svg"))?;
        println!("wrote the charts to {}", folder.display());
    }
    Ok(())
}

/// Draws the samples and the curve through them.
fn plot(samples: &[(f32, f32)], curve: &[(f32, f32)], file: &Path) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(file, (700, 400)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin(15)
        .x_label_area_size(30)
        .y_label_area_size(40)
        .build_cartesian_2d(-3.3_f32..3.3, -1.4_f32..1.4)?;
    chart.configure_mesh().light_line_style(TRANSPARENT).draw()?;
    chart
        .draw_series(samples.iter().map(|&at| Circle::new(at, 2, BLUE.mix(0.4).filled())))?
        .label("samples")
        .legend(|(x, y)| Circle::new((x + 10, y), 2, BLUE.mix(0.4).filled()));
    chart
        .draw_series(LineSeries::new(curve.iter().copied(), RED.stroke_width(2)))?
        .label("network")
        .legend(|(x, y)| PathElement::new([(x, y), (x + 20, y)], RED.stroke_width(2)));
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE)
        .border_style(BLACK)
        .draw()?;
    root.present()?;
    Ok(())
}
