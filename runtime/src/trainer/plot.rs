//! Draws a history.

use std::error::Error;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{AsRangedCoord, ValueFormatter};
use plotters::prelude::*;

use super::history::{Epoch, History};
use super::metrics::Metrics;

/// Selects a metric of an epoch.
type Measure = fn(&Metrics) -> Option<f64>;

/// A chart of values per epoch.
struct Chart {
    name: &'static str,
    curves: Vec<Curve>,
}

/// Label, color and points, `(epoch, value)`.
type Curve = (&'static str, RGBColor, Vec<(f64, f64)>);

/// The color of the line at the best epoch.
const BEST: RGBColor = RGBColor(0, 140, 60);

/// The largest absolute value on an axis, so that the ends of its range are finite.
const MOST: f64 = 1e250;

/// From this ratio of the largest value to the smallest, the axis is logarithmic.
const WIDE: f64 = 100.0;

impl History {
    /// Draws the loss after each epoch for training and validation, and below it the accuracy, if
    /// any, and the learning rate, if it changes. A vertical line marks the best epoch, the one
    /// with the lowest [`Epoch::watched_loss`]. The axes of the loss and of the learning rate are
    /// logarithmic if the values differ by a factor of 100 or more. Returns the text of an SVG
    /// file.
    pub fn svg(&self) -> String {
        let charts: Vec<Chart> = [
            self.metric("loss", |metrics| Some(metrics.loss)),
            self.metric("accuracy", |metrics| metrics.accuracy),
            self.learning_rate(),
        ]
        .into_iter()
        .flatten()
        .collect();
        let mut svg = String::new();
        let rows = charts.len().max(1);
        let root = SVGBackend::with_string(&mut svg, (700, 300 * rows as u32)).into_drawing_area();
        // Writing to a string cannot fail, and the ranges are never empty.
        let _ = root.fill(&WHITE);
        for (area, chart) in root.split_evenly((rows, 1)).iter().zip(&charts) {
            let _ = self.draw(area, chart);
        }
        let _ = root.present();
        drop(root);
        svg
    }

    /// The chart of a metric; `None` if it was not measured.
    fn metric(&self, name: &'static str, measure: Measure) -> Option<Chart> {
        let train = self.points(|epoch| measure(&epoch.train));
        let validation = self.points(|epoch| measure(epoch.validation.as_ref()?));
        let curves = [("training", BLUE, train), ("validation", RED, validation)];
        let curves: Vec<_> =
            curves.into_iter().filter(|(_, _, points)| !points.is_empty()).collect();
        (!curves.is_empty()).then_some(Chart { name, curves })
    }

    /// The chart of the learning rate; `None` if it is constant.
    fn learning_rate(&self) -> Option<Chart> {
        let rates = self.points(|epoch| Some(epoch.learning_rate));
        let changes = rates.windows(2).any(|pair| pair[0].1 != pair[1].1);
        let curves = vec![("learning rate", BLACK, rates)];
        changes.then_some(Chart { name: "learning rate", curves })
    }

    /// The values of the epochs. Larger ones than [`MOST`] are drawn at the edge.
    fn points(&self, value: impl Fn(&Epoch) -> Option<f64>) -> Vec<(f64, f64)> {
        let point = |epoch: &Epoch| Some((epoch.epoch as f64, value(epoch)?.clamp(-MOST, MOST)));
        self.iter().filter_map(point).collect()
    }

    /// The epoch with the lowest watched loss.
    fn best_epoch(&self) -> Option<u64> {
        let best = self.iter().min_by(|a, b| a.watched_loss().total_cmp(&b.watched_loss()));
        best.map(|epoch| epoch.epoch)
    }

    fn draw(
        &self,
        area: &DrawingArea<SVGBackend<'_>, Shift>,
        chart: &Chart,
    ) -> Result<(), Box<dyn Error>> {
        let values = || chart.curves.iter().flat_map(|(_, _, points)| points).map(|point| point.1);
        let (low, high) = (values().fold(f64::MAX, f64::min), values().fold(f64::MIN, f64::max));
        if chart.name != "accuracy" && low > 0.0 && high / low >= WIDE {
            let margin = (high / low).powf(0.05);
            let range = (low / margin, high * margin);
            return self.draw_in(area, chart, range, (range.0..range.1).log_scale());
        }
        let margin = ((high - low) * 0.05).max(high.abs() * 1e-3).max(1e-9);
        let range = (low - margin, high + margin);
        self.draw_in(area, chart, range, range.0..range.1)
    }

    /// Draws a chart on the given vertical axis, whose ends are `low` and `high`.
    fn draw_in<Y>(
        &self,
        area: &DrawingArea<SVGBackend<'_>, Shift>,
        Chart { name, curves }: &Chart,
        (low, high): (f64, f64),
        axis: Y,
    ) -> Result<(), Box<dyn Error>>
    where
        Y: AsRangedCoord<Value = f64>,
        Y::CoordDescType: ValueFormatter<f64>,
    {
        let last = (self.len() as f64).max(2.0);
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .x_label_area_size(36)
            .y_label_area_size(70)
            .build_cartesian_2d(1.0..last, axis)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .x_desc("epoch")
            .x_label_formatter(&|epoch| format!("{epoch:.0}"))
            .x_labels(self.len().clamp(2, 10))
            .y_desc(*name)
            .y_label_formatter(&|value| tick(*value))
            .draw()?;
        for (label, color, points) in curves {
            let style = color.stroke_width(2);
            let series = chart.draw_series(LineSeries::new(points.iter().copied(), style))?;
            series
                .label(*label)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], style));
        }
        if let Some(best) = self.best_epoch() {
            let style = BEST.stroke_width(2);
            let line = [(best as f64, low), (best as f64, high)];
            let series = chart.draw_series([PathElement::new(line, style)])?;
            series
                .label(format!("best epoch: {best}"))
                .legend(move |(x, y)| PathElement::new([(x + 10, y - 6), (x + 10, y + 6)], style));
        }
        // Where curves usually are not: losses fall steeply, accuracies rise, and learning rates
        // fall at the end.
        let corner = match *name {
            "loss" => SeriesLabelPosition::UpperRight,
            "accuracy" => SeriesLabelPosition::LowerRight,
            _ => SeriesLabelPosition::LowerLeft,
        };
        chart
            .configure_series_labels()
            .position(corner)
            .background_style(WHITE)
            .border_style(BLACK)
            .draw()?;
        Ok(())
    }
}

/// The label of a tick: at most three digits, `0.05`, `1e-5`.
fn tick(value: f64) -> String {
    let rounded: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    match rounded == 0.0 || (1e-3..1e5).contains(&rounded.abs()) {
        true => rounded.to_string(),
        false => format!("{rounded:e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(number: u64, loss: f64) -> Epoch {
        let train = Metrics { loss, accuracy: Some(1.0), top_k: None };
        Epoch { epoch: number, steps: number, learning_rate: 0.1, train, validation: None }
    }

    fn history(epochs: impl IntoIterator<Item = Epoch>) -> History {
        let mut history = History::default();
        epochs.into_iter().for_each(|epoch| history.push(epoch));
        history
    }

    fn curves(history: &History) -> usize {
        history.svg().matches("<polyline").count()
    }

    #[test]
    fn pictures_of_any_history() {
        let empty = History::default();
        assert!(empty.svg().starts_with("<svg") && empty.svg().ends_with("</svg>\n"));

        let mut history = history([epoch(1, 0.5)]);
        let axes = curves(&history);
        history.push(Epoch { validation: Some(epoch(2, 0.5).train), ..epoch(2, 0.5) });
        assert!(curves(&history) > axes, "the curves of the validation");
        history.push(epoch(3, 1e300));
        history.push(epoch(4, f64::MAX));
        assert!(!history.svg().contains("NaN"));
        history.push(epoch(5, 0.0));
        assert!(!history.svg().contains("NaN"));
        history.push(epoch(6, f64::MIN));
        assert!(!history.svg().contains("NaN"));
    }

    #[test]
    fn the_best_epoch_is_marked() {
        let svg = history([epoch(1, 0.5), epoch(2, 0.25), epoch(3, 0.375)]).svg();
        // In the charts of loss and accuracy.
        assert_eq!(svg.matches("best epoch: 2").count(), 2, "{svg}");
    }

    #[test]
    fn the_learning_rate_is_drawn_if_it_changes() {
        let with_rates = |rates: [f64; 3]| {
            let epochs = (1..).zip(rates);
            history(epochs.map(|(at, rate)| Epoch { learning_rate: rate, ..epoch(at, 0.5) })).svg()
        };
        assert!(!with_rates([0.1; 3]).contains("learning rate"));
        assert!(with_rates([0.1, 0.05, 0.1]).contains("learning rate"));
    }

    #[test]
    fn losses_of_different_magnitudes_get_a_logarithmic_axis() {
        let labels = |last: f64| {
            let svg = history([epoch(1, 1.0), epoch(2, 0.1), epoch(3, last)]).svg();
            let lines: Vec<&str> = svg.lines().map(str::trim).collect();
            ["1", "0.1", "0.01", "0.001"].map(|label| lines.contains(&label))
        };
        assert_eq!(labels(0.001), [true; 4]);
        assert!(!labels(0.05)[2]);
    }

    #[test]
    fn ticks() {
        let ticks = [0.0, 0.05, 0.30000000000000004, 1e-5, 250.0, 1e300].map(tick);
        assert_eq!(ticks, ["0", "0.05", "0.3", "1e-5", "250", "1e300"]);
    }
}
