//! Draws curves.

use std::error::Error;
use std::path::{Path, PathBuf};

use plotters::prelude::*;

/// A named curve: a value for each epoch, starting with the first.
pub struct Curve {
    /// The name in the legend.
    pub name: String,
    /// The values.
    pub values: Vec<f64>,
    /// Whether the line is thin.
    pub is_thin: bool,
}

/// Draws accuracies after each epoch into an SVG file. Each pair of consecutive curves has the same
/// color.
///
/// # Errors
///
/// If the file cannot be written.
pub fn draw_accuracies(curves: &[Curve], title: &str, file: &Path) -> Result<(), Box<dyn Error>> {
    let epochs = curves.iter().map(|curve| curve.values.len()).max().unwrap_or(1);
    let root = SVGBackend::new(file, (760, 460)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption(title, ("sans-serif", 20))
        .margin(15)
        .x_label_area_size(40)
        .y_label_area_size(50)
        .build_cartesian_2d(1..epochs, 0.0..1.0)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("epoch")
        .y_desc("accuracy")
        .draw()?;
    for (at, curve) in curves.iter().enumerate() {
        let style = Palette99::pick(at / 2).stroke_width(if curve.is_thin { 1 } else { 3 });
        let points = curve.values.iter().enumerate().map(|(epoch, &value)| (epoch + 1, value));
        chart
            .draw_series(LineSeries::new(points, style))?
            .label(&curve.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK)
        .draw()?;
    root.present()?;
    Ok(())
}

/// Rejects a file name whose extension is not that of an SVG file.
///
/// # Errors
///
/// What is expected, if it is another one.
pub fn svg(file: PathBuf) -> Result<PathBuf, &'static str> {
    match file.extension() {
        Some(extension) if extension.eq_ignore_ascii_case("svg") => Ok(file),
        _ => Err("expected a file name that ends in `.svg`"),
    }
}
