//! Draws the learning rates of all schedules, for 100 steps, into the given folder.
//!
//! ```text
//! cargo run --example schedules -- docs/pictures
//! ```

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use chainrule::schedule::{Constant, Cosine, Decay, OneCycle, Plateau, Schedule, WarmUp};
use plotters::prelude::*;

const STEPS: u64 = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let warm = WarmUp::new(0.0, 0.1, 20)?.then(Cosine::new(0.1, 0.0, 80)?);
    let parts = Constant::new(0.1)?.lasting(40).then(Constant::new(0.03)?.lasting(30));
    let schedules: [(&str, Vec<f64>); 8] = [
        ("Constant::new(0.1)", rates(Constant::new(0.1)?)),
        ("Decay::stepwise(0.1, 0.5, 25)", rates(Decay::stepwise(0.1, 0.5, 25)?)),
        ("Decay::exponential(0.1, 0.96)", rates(Decay::exponential(0.1, 0.96)?)),
        ("WarmUp::new(0.0, 0.1, 20)", rates(WarmUp::new(0.0, 0.1, 20)?)),
        ("WarmUp … .then(Cosine::new(0.1, 0.0, 80))", rates(warm)),
        ("OneCycle::new(0.1, 100)", rates(OneCycle::new(0.1, STEPS)?)),
        ("three constants, .lasting and .then", rates(parts.then(Constant::new(0.01)?))),
        ("Plateau::new(0.1, 0.5, 5), a loss that stops falling at step 30", plateau()?),
    ];
    for (name, rates) in &schedules {
        let [first, middle, last] = [0, STEPS / 2, STEPS - 1].map(|step| rates[step as usize]);
        println!("{first:<7.5} {middle:<7.5} {last:<7.5}  {name}");
    }
    if let Some(folder) = env::args_os().nth(1).map(PathBuf::from) {
        fs::create_dir_all(&folder)?;
        plot(&schedules, &folder.join("schedules.svg"))?;
    }
    Ok(())
}

fn rates(schedule: impl Schedule) -> Vec<f64> {
    (0..STEPS).map(|step| schedule.rate(step)).collect()
}

/// The rates of a plateau for a loss that decreases for 30 steps.
fn plateau() -> Result<Vec<f64>, chainrule::Error> {
    let mut plateau = Plateau::new(0.1, 0.5, 5)?;
    Ok((0..STEPS).map(|step| plateau.observe(4.0 - step.min(30) as f64 / 10.0)).collect())
}

/// Draws each schedule in a separate chart.
fn plot(schedules: &[(&str, Vec<f64>)], file: &Path) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(file, (900, 760)).into_drawing_area();
    root.fill(&WHITE)?;
    for (area, (name, rates)) in root.split_evenly((4, 2)).iter().zip(schedules) {
        let mut chart = ChartBuilder::on(area)
            .caption(name, ("sans-serif", 14))
            .margin(10)
            .x_label_area_size(22)
            .y_label_area_size(42)
            .build_cartesian_2d(0..STEPS, 0.0..0.105)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .x_labels(6)
            .y_labels(4)
            .y_label_formatter(&|rate| format!("{rate:.2}"))
            .draw()?;
        chart
            .draw_series(LineSeries::new((0..).zip(rates.iter().copied()), BLUE.stroke_width(2)))?;
    }
    root.present()?;
    Ok(())
}
