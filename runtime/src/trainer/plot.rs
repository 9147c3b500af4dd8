//! Draws a history.

use std::error::Error;

use plotters::coord::Shift;
use plotters::prelude::*;

use super::history::{Epoch, History};
use super::metrics::Metrics;

/// Selects a metric of an epoch.
type Measure = fn(&Metrics) -> Option<f64>;

impl History {
    /// Draws the loss after each epoch for training and validation, and below it the accuracy, if
    /// any. Returns the text of an SVG file.
    pub fn svg(&self) -> String {
        let measures: [(&str, Measure); 2] =
            [("loss", |metrics| Some(metrics.loss)), ("accuracy", |metrics| metrics.accuracy)];
        let drawn: Vec<_> =
            measures.into_iter().filter(|(_, measure)| self.has(*measure)).collect();
        let mut svg = String::new();
        let height = 300 * drawn.len().max(1) as u32;
        let root = SVGBackend::with_string(&mut svg, (700, height)).into_drawing_area();
        // Writing to a string cannot fail, and the ranges are never empty.
        let _ = root.fill(&WHITE);
        for (area, (name, measure)) in root.split_evenly((drawn.len().max(1), 1)).iter().zip(drawn)
        {
            let _ = self.draw(area, name, measure);
        }
        let _ = root.present();
        drop(root);
        svg
    }

    fn has(&self, measure: Measure) -> bool {
        self.points(|epoch| measure(&epoch.train)).next().is_some()
            || self.points(|epoch| measure(epoch.validation.as_ref()?)).next().is_some()
    }

    fn points(&self, value: impl Fn(&Epoch) -> Option<f64>) -> impl Iterator<Item = (f64, f64)> {
        self.iter().filter_map(move |epoch| Some((epoch.epoch as f64, value(epoch)?)))
    }

    /// Draws one metric for training and validation.
    fn draw(
        &self,
        area: &DrawingArea<SVGBackend<'_>, Shift>,
        name: &str,
        measure: Measure,
    ) -> Result<(), Box<dyn Error>> {
        let train: Vec<_> = self.points(|epoch| measure(&epoch.train)).collect();
        let validation: Vec<_> = self.points(|epoch| measure(epoch.validation.as_ref()?)).collect();
        let values = || train.iter().chain(&validation).map(|(_, value)| *value);
        let (low, high) = (values().fold(f64::MAX, f64::min), values().fold(f64::MIN, f64::max));
        let margin = ((high - low) * 0.05).max(high.abs() * 1e-3).max(1e-9);
        let last = (self.len() as f64).max(2.0);
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .x_label_area_size(36)
            .y_label_area_size(60)
            .build_cartesian_2d(1.0..last, low - margin..high + margin)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .x_desc("epoch")
            .x_label_formatter(&|epoch| format!("{epoch:.0}"))
            .x_labels(self.len().clamp(2, 10))
            .y_desc(name)
            .draw()?;
        for (label, points, color) in [("training", train, BLUE), ("validation", validation, RED)] {
            if points.is_empty() {
                continue;
            }
            chart.draw_series(LineSeries::new(points, color.stroke_width(2)))?.label(label).legend(
                move |(x, y)| PathElement::new([(x, y), (x + 20, y)], color.stroke_width(2)),
            );
        }
        chart.configure_series_labels().background_style(WHITE).border_style(BLACK).draw()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_any_history() {
        let curves = |history: &History| history.svg().matches("<polyline").count();
        let empty = History::default();
        assert!(empty.svg().starts_with("<svg") && empty.svg().ends_with("</svg>\n"));

        let mut history = History::default();
        let train = Metrics { loss: 0.5, accuracy: Some(1.0), top_k: None };
        let metrics = Vec::new();
        let first =
            Epoch { epoch: 1, steps: 1, learning_rate: 0.1, train, validation: None, metrics };
        history.push(first.clone());
        let axes = curves(&history);
        history.push(Epoch { epoch: 2, validation: Some(train), ..first.clone() });
        assert!(curves(&history) > axes, "the curves of the validation");
        history.push(Epoch { epoch: 3, train: Metrics { loss: 1e300, ..train }, ..first });
        assert!(!history.svg().contains("NaN"));
    }
}
