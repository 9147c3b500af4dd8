//! Translates dates in many forms, such as `TUESDAY, SEPTEMBER 25, 1984` or `2/10/93`, to the form
//! `1984-09-25`. An encoder reads a date, and the decoder attends to what it has read (Bahdanau et al.,
//! 2015). With `--plot FILE`, the attention is drawn: where the decoder looks for each character that
//! it writes.
//!
//! ```text
//! cargo run --release --example dates -- --plot attention.svg
//! ```
//!
//! Dates are drawn, or read from `--data FILE` with lines such as `2/10/93   _1993-02-10`.

use std::error::Error;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chainrule::data::{Dataset, Failure};
use chainrule::{Adam, Batch, Hidden, Init, NetworkExt, Rng, Trainer, Workspace, network};
use chainrule_examples::curves::svg;
use chainrule_examples::translation::{Alphabet, Pair, count};
use clap::Parser;
use clap::builder::{PathBufValueParser, TypedValueParser};
use plotters::prelude::*;

/// All characters, in the order of their indices. A translation begins after `_`.
const ALPHABET: Alphabet =
    Alphabet(" _,-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
const CHARACTERS: usize = ALPHABET.0.len();
/// The most characters of a date: `wednesday, september 27, 1995`.
const WRITTEN: usize = 29;
/// The characters of a translation: `1995-09-27`.
const TRANSLATED: usize = 10;

network! {
    /// An encoder that reads in both directions, and a decoder that attends to it.
    struct Translator {
        input written: [WRITTEN] of CHARACTERS;
        input before: [TRANSLATED] of CHARACTERS;
        let letters = written -> Embedding(16);
        let back = letters -> Reverse -> Lstm(64) -> Reverse;
        let encoded = concat(letters -> Lstm(64), back);
        let decoded = before -> Embedding(16) -> Lstm(128);
        let found = (decoded, encoded) -> look: Attention(1);
        concat(decoded, found) -> Affine(CHARACTERS) => SoftmaxWithLoss
    }
}

/// Learns to translate dates.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// Dates and their translations; drawn ones if it is left out
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Dates to draw
    #[arg(long, default_value_t = 50_000, value_name = "N", value_parser = count::<1_000_000>)]
    samples: usize,
    /// Passes through the dates
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    epochs: u64,
    /// The seed of the weights and of the dates
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
    /// The SVG file of the attention
    #[arg(long, value_name = "FILE", value_parser = PathBufValueParser::new().try_map(svg))]
    plot: Option<PathBuf>,
}

/// A date and its translation.
type Date = Pair<WRITTEN, TRANSLATED>;

/// What the decoder reads: `_`, then the translation but for its last character.
fn before(translated: &[u8; TRANSLATED]) -> [u8; TRANSLATED] {
    let mut before = *translated;
    before.rotate_right(1);
    before[0] = 1;
    before
}

/// Draws a date from 1970 to 2017, in one of the forms of a line.
fn draw(rng: &mut Rng) -> Option<Date> {
    const MONTHS: [(&str, usize); 12] = [
        ("January", 31),
        ("February", 28),
        ("March", 31),
        ("April", 30),
        ("May", 31),
        ("June", 30),
        ("July", 31),
        ("August", 31),
        ("September", 30),
        ("October", 31),
        ("November", 30),
        ("December", 31),
    ];
    const WEEKDAYS: [&str; 7] =
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let (year, at, weekday) = (1970 + rng.below(48), rng.below(12), WEEKDAYS[rng.below(7)]);
    let (name, days) = MONTHS[at];
    let (month, day) = (at + 1, 1 + rng.below(days));
    let long = format!("{name} {day}, {year}");
    let with_weekday = format!("{weekday}, {long}");
    let written = match rng.below(8) {
        0 | 1 => format!("{month}/{day}/{:02}", year % 100),
        2 | 3 => long,
        4 => long.to_lowercase(),
        5 => long.to_uppercase(),
        6 => with_weekday,
        _ if rng.below(2) == 0 => with_weekday.to_lowercase(),
        _ => with_weekday.to_uppercase(),
    };
    ALPHABET.pair(&format!("{written}_{year}-{month:02}-{day:02}"))
}

/// Dates as a data set: the decoder reads the translation up to each of its characters.
struct Dates<'a>(&'a [Date]);

impl Dataset<Translator> for Dates<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn gather(&self, chosen: &[usize], batch: &mut Batch<Translator>) -> Result<(), Failure> {
        for Pair { text, translation } in chosen.iter().map(|&at| self.0[at]) {
            let read = text.into_iter().chain(before(&translation));
            batch.features_mut().extend(read.map(f32::from));
            batch.push_labels(translation)?;
        }
        Ok(())
    }
}

/// The translations of a network: in each step, the character with the largest score.
fn translate(net: &Translator, dates: &[Date]) -> Result<Vec<[u8; TRANSLATED]>, chainrule::Error> {
    let (mut workspace, mut classes) = (Workspace::new(), Vec::new());
    let written: Vec<_> = dates.iter().map(|date| date.text).collect();
    let mut translated = vec![[0; TRANSLATED]; dates.len()];
    for step in 0..TRANSLATED {
        // What follows does not influence the scores of the step.
        let before: Vec<_> = translated.iter().map(before).collect();
        net.classes_in((&written, &before), &mut workspace, &mut classes)?;
        for (translated, classes) in translated.iter_mut().zip(classes.chunks_exact(TRANSLATED)) {
            translated[step] = classes[step] as u8;
        }
    }
    Ok(translated)
}

/// The part of the translations that are exact.
fn exact(net: &Translator, dates: &[Date]) -> Result<f64, chainrule::Error> {
    let mut right = 0;
    for dates in dates.chunks(500) {
        let pairs = dates.iter().zip(translate(net, dates)?);
        right += pairs.filter(|(date, translated)| date.translation == *translated).count();
    }
    Ok(right as f64 / dates.len() as f64)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut rng = Rng::seed(arguments.seed);
    let dates = match &arguments.data {
        Some(path) => ALPHABET.read(path, "a date such as `2/10/93 _1993-02-10`")?,
        None => (0..arguments.samples).filter_map(|_| draw(&mut rng)).collect(),
    };
    let (trained, held_out) = dates.split_at(dates.len() * 9 / 10);
    println!("{} dates, and {} held out", trained.len(), held_out.len());
    let mut failure = None;
    let mut trainer = Trainer::new(Translator::new(Init::Auto, &mut rng), Adam::new(0.001)?)
        .batch_size(128)
        .epochs(arguments.epochs)
        .seed(arguments.seed)
        .clip_norm(5.0)
        .progress()
        .on_epoch(|epoch, net| match exact(net, held_out) {
            Ok(exact) => {
                let (epoch, loss) = (epoch.epoch, epoch.train.loss);
                println!("epoch {epoch:>2}: loss {loss:.4}, {exact:.4} of the held-out exact");
                ControlFlow::Continue(())
            }
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        });
    trainer.fit(Dates(trained))?;
    let net = trainer.into_network();
    if let Some(error) = failure {
        return Err(error.into());
    }
    let shown = &held_out[..held_out.len().min(5)];
    let translated = translate(&net, shown)?;
    for (date, found) in shown.iter().zip(&translated) {
        let verdict = if date.translation == *found { "right" } else { "wrong" };
        println!("{}  {}  {verdict}", ALPHABET.text(&date.text), ALPHABET.text(found));
    }
    if let (Some(file), Some(longest)) = (&arguments.plot, held_out.iter().max_by_key(length)) {
        plot(&net, longest, file)?;
        println!("wrote the attention to {}", file.display());
    }
    Ok(())
}

/// The number of characters of a date.
fn length(date: &&Date) -> usize {
    ALPHABET.text(&date.text).trim_end().len()
}

/// The probabilities with which each step of the decoder looks at each character that was read.
fn attention(net: &Translator, date: &Date) -> Result<Vec<f32>, chainrule::Error> {
    let read = (&[date.text], &[before(&date.translation)]);
    let values = [const { Hidden::named("decoded") }, const { Hidden::named("encoded") }];
    let [decoded, encoded] =
        net.hidden(read, values)?.map(|value| value.into_raw_vec_and_offset().0);
    Ok(net.look.scores(&decoded, &encoded))
}

/// Draws where the decoder looks: a row for each character that it writes, and a column for each that
/// the encoder has read.
fn plot(net: &Translator, date: &Date, file: &Path) -> Result<(), Box<dyn Error>> {
    const CELL: i32 = 24;
    let place = |at: usize| at as i32 * CELL;
    let (width, height) = (place(WRITTEN + 3), place(TRANSLATED + 3));
    let root = SVGBackend::new(file, (width as u32, height as u32)).into_drawing_area();
    root.fill(&WHITE)?;
    let style = ("monospace", 16).into_font().color(&BLACK);
    for (at, character) in ALPHABET.text(&date.text).chars().enumerate() {
        root.draw(&Text::new(character.to_string(), (place(at + 2) + 7, 14), style.clone()))?;
    }
    for (at, character) in ALPHABET.text(&date.translation).chars().enumerate() {
        root.draw(&Text::new(character.to_string(), (20, place(at + 2) - 4), style.clone()))?;
    }
    for (at, probability) in attention(net, date)?.into_iter().enumerate() {
        let (x, y) = (place(at % WRITTEN + 2), place(at / WRITTEN + 2) - 8);
        let color = BLUE.mix(f64::from(probability)).filled();
        root.draw(&Rectangle::new([(x, y), (x + CELL - 1, y + CELL - 1)], color))?;
    }
    root.present()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_invalid_are_reported_with_what_can() {
        for value in ["9", "1000001", "-1", "x"] {
            let arguments = Arguments::try_parse_from(["dates", "--samples", value]);
            let message = arguments.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(message.contains("expected an integer from 10 to 1000000"), "{message}");
        }
    }

    #[test]
    fn lines_are_dates() {
        let date = ALPHABET
            .pair::<WRITTEN, TRANSLATED>("2/10/93                      _1993-02-10")
            .unwrap();
        assert_eq!(ALPHABET.text(&date.text).trim_end(), "2/10/93");
        assert_eq!(ALPHABET.text(&before(&date.translation)), "_1993-02-1");
        for line in ["", "2/10/93", "_1993-02-10", "2.10.93_1993-02-10", "2/10/93_1993-02-10x"] {
            assert_eq!(ALPHABET.pair::<WRITTEN, TRANSLATED>(line), None, "{line}");
        }
    }

    #[test]
    fn every_drawn_date_is_one() {
        let mut rng = Rng::seed(0);
        assert!((0..1000).all(|_| draw(&mut rng).is_some()));
    }
}
