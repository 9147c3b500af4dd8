//! SVG elements: texts, lines and the frame around them.

use core::fmt::Write;

use super::text::escaped;

/// The font size of values and symbols.
pub(super) const FONT: f64 = 14.0;
/// The font size of names.
pub(super) const SMALL: f64 = 11.0;
/// The space around the drawing.
pub(super) const MARGIN: f64 = 16.0;
/// The color of derivatives.
pub(super) const BACK: &str = "#b3261e";

/// An upper bound of the width of a text: fonts differ.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * 0.65
}

/// The beginning of a file: size, arrow heads and a white background. In a page that
/// is narrower, the drawing shrinks.
pub(super) fn begin(svg: &mut String, width: f64, height: f64, title: &str) {
    let title = escaped(title);
    _ = write!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0}" height="{height:.0}" viewBox="0 0 {width:.0} {height:.0}" style="max-width:100%;height:auto" font-family="Helvetica, Arial, sans-serif" font-size="{FONT}">
<title>{title}</title>
<defs>
<marker id="forward" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0,1 L10,5 L0,9 z" fill="#222"/></marker>
<marker id="back" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="6" markerHeight="6" orient="auto"><path d="M0,0 L10,5 L0,10 z" fill="{BACK}"/></marker>
</defs>
<rect width="100%" height="100%" fill="#fff"/>
"##
    );
}

/// A text at a point.
pub(super) fn text(svg: &mut String, (x, y): (f64, f64), style: &str, text: &str) {
    let text = escaped(text);
    _ = writeln!(svg, r#"<text x="{x:.1}" y="{y:.1}" {style}>{text}</text>"#);
}

/// A line, with an arrow head at its end if `has_head`.
pub(super) fn line(svg: &mut String, from: (f64, f64), to: (f64, f64), has_head: bool) {
    let head = if has_head { r#" marker-end="url(#forward)""# } else { "" };
    path(svg, &[from, to], head);
}

/// A line through several points.
pub(super) fn path(svg: &mut String, points: &[(f64, f64)], attributes: &str) {
    let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let points = points.join(" L");
    _ = writeln!(
        svg,
        r##"<path d="M{points}" stroke="#222" stroke-width="1.2" fill="none"{attributes}/>"##
    );
}
