//! Makes up names: a recurrent network learns which letter follows those before it. It prints the loss
//! on names that it has not read, and names that it writes step by step.
//!
//! ```text
//! cargo run --release --example names -- --data names.txt --epochs 5
//! ```
//!
//! Without `--data` it reads the 587 names in `data/names.txt`. A file has a name on each line, in
//! letters from a to z.

use std::collections::HashSet;
use std::error::Error;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chainrule::schedule::Cosine;
use chainrule::{AdamW, Init, Rng, Trainer, network, sampling};
use clap::Parser;

/// The most letters of a name.
const LONGEST: usize = 15;
/// A name, and its end.
const STEPS: usize = LONGEST + 1;
/// The end of a name, and the 26 letters.
const SYMBOLS: usize = 27;
/// The index of the end, which is also read before the first letter.
const END: u8 = 0;
/// The label of the steps after the end.
const IGNORED: u8 = 27;
/// The steps after the end do not count.
const WEIGHTS: [f64; SYMBOLS + 1] = {
    let mut weights = [1.0; SYMBOLS + 1];
    weights[IGNORED as usize] = 0.0;
    weights
};

network! {
    /// Reads a letter at each step, and scores the letters that may follow.
    struct Letters = Input(STEPS, of = SYMBOLS) -> Embedding(24) -> Gru(128) -> Dropout(0.2)
        -> Affine(SYMBOLS + 1) => SoftmaxWithLoss(weights = WEIGHTS);
}

/// Learns to make up names.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// The names, one on each line; the shipped ones if it is left out
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Passes through the names
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    epochs: u64,
    /// Names to write
    #[arg(long, default_value_t = 20, value_name = "N")]
    count: usize,
    /// Below 1, likely letters become more likely
    #[arg(long, default_value_t = 0.8, value_name = "X", value_parser = temperature)]
    temperature: f64,
    /// The seed of the weights and of the names
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
}

/// Reads a temperature.
fn temperature(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(temperature) if (0.01..=100.0).contains(&temperature) => Ok(temperature),
        _ => Err("expected a number from 0.01 to 100".to_owned()),
    }
}

/// Reads the names of a text.
fn names(text: &str) -> Result<Vec<&str>, String> {
    let names: Vec<&str> = text.lines().map(str::trim).filter(|name| !name.is_empty()).collect();
    for name in &names {
        if name.len() > LONGEST || !name.bytes().all(|letter| letter.is_ascii_lowercase()) {
            return Err(format!(
                "expected names of at most {LONGEST} letters from a to z, found `{name}`"
            ));
        }
    }
    match names.len() {
        10.. => Ok(names),
        found => Err(format!("expected at least 10 names, found {found}")),
    }
}

/// What the network reads of a name, and the labels of its steps.
fn steps(name: &str) -> ([u8; STEPS], [u8; STEPS]) {
    let (mut read, mut labels) = ([END; STEPS], [IGNORED; STEPS]);
    for (step, letter) in name.bytes().enumerate() {
        let index = letter - b'a' + 1;
        read[step + 1] = index;
        labels[step] = index;
    }
    labels[name.len()] = END;
    (read, labels)
}

/// What the network reads of names, and the labels, for a trainer.
fn samples(names: &[&str]) -> (Vec<[u8; STEPS]>, Vec<[u8; STEPS]>) {
    names.iter().map(|name| steps(name)).unzip()
}

/// Writes a name, each letter drawn after the ones before.
fn write(net: &Letters, temperature: f64, rng: &mut Rng) -> Result<String, chainrule::Error> {
    let (mut state, mut last, mut name) = (net.start(), usize::from(END), String::new());
    while name.len() < LONGEST {
        let mut scores = net.step(&mut state, last)?[..SYMBOLS].to_vec();
        sampling::temperature(&mut scores, temperature);
        last = sampling::draw(&scores, rng);
        if last == usize::from(END) {
            break;
        }
        name.push(char::from(b'a' + last as u8 - 1));
    }
    Ok(name)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/names.txt");
    let text = fs::read_to_string(arguments.data.as_deref().unwrap_or(&shipped))?;
    let mut names = names(&text)?;
    let mut rng = Rng::seed(arguments.seed);
    rng.shuffle(&mut names);
    let (trained, held_out) = names.split_at(names.len() * 9 / 10);
    println!("{} names, and {} held out", trained.len(), held_out.len());

    let ((x, t), (held_out, labels)) = (samples(trained), samples(held_out));
    let batch = 32;
    let steps = arguments.epochs * trained.len().div_ceil(batch) as u64;
    let mut trainer = Trainer::new(Letters::new(Init::Auto, &mut rng), AdamW::new(0.003)?)
        .batch_size(batch)
        .epochs(arguments.epochs)
        .seed(arguments.seed)
        .schedule(Cosine::new(0.003, 0.0, steps)?)
        .clip_norm(1.0)
        .validation((&held_out, &labels))
        .keep_best()
        .progress()
        .on_epoch(|epoch, _| {
            let loss = epoch.validation.as_ref().map_or(f64::NAN, |held_out| held_out.loss);
            let (epoch, trained) = (epoch.epoch, epoch.train.loss);
            println!("epoch {epoch:>2}: loss {trained:.3}, held out {loss:.3}");
            ControlFlow::Continue(())
        });
    trainer.fit((&x, &t))?;
    let net = trainer.into_network();

    let known: HashSet<&str> = names.iter().copied().collect();
    let written = (0..arguments.count)
        .map(|_| write(&net, arguments.temperature, &mut rng))
        .collect::<Result<Vec<_>, _>>()?;
    println!("\n{}", written.join(" "));
    let new = written.iter().filter(|name| !known.contains(name.as_str())).count();
    println!("{new} of {} are not among the names", written.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_invalid_are_reported_with_what_can() {
        for value in ["0", "-1", "nan", "x"] {
            let arguments = Arguments::try_parse_from(["names", "--temperature", value]);
            let message = arguments.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(message.contains("expected a number from 0.01 to 100"), "{message}");
        }
        let expected = "expected names of at most 15 letters from a to z, found `Ann`";
        assert_eq!(names("bob\nAnn\n").unwrap_err(), expected);
        assert!(names(&"a".repeat(16)).unwrap_err().ends_with("found `aaaaaaaaaaaaaaaa`"));
        assert_eq!(names("bob\n\n").unwrap_err(), "expected at least 10 names, found 1");
    }

    #[test]
    fn a_name_ends_and_is_ignored_after_that() {
        let (read, labels) = steps("abz");
        assert_eq!((&read[..5], &labels[..5]), (&[0, 1, 2, 26, 0][..], &[1, 2, 26, 0, 27][..]));
        let (read, labels) = steps(&"z".repeat(LONGEST));
        assert_eq!((read[STEPS - 1], labels[STEPS - 1]), (26, END));
    }
}
