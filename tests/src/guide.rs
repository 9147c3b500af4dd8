//! The pictures of the guide. A page draws a picture from its own code, which runs as a
//! documentation test, and passes it to a function of this module. That function compares it with
//! the file, or writes the file if the environment variable `UPDATE_EXPECT` is set.

use std::fs;
use std::path::{Path, PathBuf};

/// The largest difference of a number in a drawing of curves: two pixels.
const PIXELS: f64 = 2.0;

/// The folder of the guide's pages.
pub fn pages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide/src")
}

/// Compares `svg` with the picture of this name.
///
/// # Panics
///
/// If they differ, or if the file cannot be read or written.
pub fn picture(name: &str, svg: &str) {
    compare(name, svg, |shown| shown == svg);
}

/// Compares `svg`, curves of a training, with the picture of this name. Rounding differs among
/// processors, so the numbers may differ by two pixels.
///
/// # Panics
///
/// As [`picture`].
pub fn curves(name: &str, svg: &str) {
    compare(name, svg, |shown| is_close(shown, svg));
}

fn compare(name: &str, svg: &str, is_same: impl Fn(&str) -> bool) {
    let file = pages().join(format!("pictures/{name}.svg"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, svg).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    let shown = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        is_same(&shown),
        "{name}.svg is not what its page draws: run the documentation tests with UPDATE_EXPECT=1"
    );
}

/// Whether two texts differ only in numbers, by at most [`PIXELS`].
fn is_close(a: &str, b: &str) -> bool {
    let (a, b) = (parts(a), parts(b));
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| match (a.parse::<f64>(), b.parse::<f64>()) {
            (Ok(a), Ok(b)) => (a - b).abs() <= PIXELS,
            _ => *a == b,
        })
}

/// The numbers of a text, and what is between them.
fn parts(text: &str) -> Vec<&str> {
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    text.as_bytes()
        .chunk_by(|a, b| is_number(char::from(*a)) == is_number(char::from(*b)))
        .map(|part| std::str::from_utf8(part).expect("split between ASCII characters"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_may_move_by_two_pixels() {
        let line = r#"<polyline points="10,20.5 30,40"/>"#;
        assert!(is_close(line, r#"<polyline points="10,22.5 29,40"/>"#));
        for other in [
            r#"<polyline points="10,23 30,40"/>"#,
            r#"<polyline points="10,20.5 30,40 50,60"/>"#,
            r#"<polyline points="10,20.5 30;40"/>"#,
        ] {
            assert!(!is_close(line, other), "{other}");
        }
    }
}
