//! Computes on this machine what the firmware computes, and compares it with what the firmware wrote
//! to a file:
//!
//! ```text
//! cargo run --release --example compare -- FILE
//! ```

use std::error::Error;
use std::process::ExitCode;
use std::{env, fs};

use chainrule::Workspace;
use digits::{DIGITS, Digits, STEPS, classify, sample, train};

/// The largest difference that is accepted, of probabilities and losses.
const TOLERANCE: f32 = 1e-5;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("usage: compare FILE")?;
    let written = fs::read_to_string(path)?;
    let mut lines = written.lines();
    let mut workspace = Workspace::new();

    let (mut same, mut right, mut of_probabilities) = (0, 0, 0.0_f32);
    for (place, digit) in DIGITS.iter().enumerate() {
        let (class, expected) = classify(digit, &mut workspace)?;
        let line = lines.next().ok_or("the firmware ended early")?;
        let rest =
            line.strip_prefix(&format!("digit {place} class ")).ok_or_else(|| line.to_owned())?;
        let (found, found_probabilities) =
            rest.split_once(" probabilities ").ok_or_else(|| line.to_owned())?;
        let found: usize = found.parse()?;
        same += usize::from(class == found);
        right += usize::from(found == usize::from(sample(digit).1));
        let found = found_probabilities.split(' ').map(number).collect::<Result<Vec<_>, _>>()?;
        of_probabilities = of_probabilities.max(difference(&found, expected)?);
    }

    let mut expected = Vec::new();
    let (mut net, mut grads) = (Digits::zeros(), Digits::zeros());
    train(&mut net, &mut grads, &mut workspace, |_, loss| expected.push(loss))?;
    let mut losses = Vec::new();
    for (step, line) in lines.by_ref().take(STEPS).enumerate() {
        let loss =
            line.strip_prefix(&format!("step {step} loss ")).ok_or_else(|| line.to_owned())?;
        losses.push(number(loss)?);
    }
    let of_losses = difference(&losses, &expected)?;

    println!("{same} of {} classes are the same, {right} are right", DIGITS.len());
    println!("probabilities differ by at most {of_probabilities:.2e}");
    println!(
        "the losses of {STEPS} steps, from {:.4} to {:.4}, differ by at most {of_losses:.2e}",
        expected[0],
        expected[STEPS - 1],
    );
    let is_same = same == DIGITS.len() && of_probabilities <= TOLERANCE && of_losses <= TOLERANCE;
    Ok(if is_same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A number from its bits.
fn number(bits: &str) -> Result<f32, std::num::ParseIntError> {
    u32::from_str_radix(bits, 16).map(f32::from_bits)
}

/// The largest difference of two numbers at the same place; NaN counts as infinite.
fn difference(found: &[f32], expected: &[f32]) -> Result<f32, Box<dyn Error>> {
    if found.len() != expected.len() {
        return Err(format!("expected {} numbers, found {}", expected.len(), found.len()).into());
    }
    let differences = found.iter().zip(expected).map(|(found, expected)| (found - expected).abs());
    Ok(differences.fold(0.0, |most, d| if d.is_nan() { f32::INFINITY } else { most.max(d) }))
}
