//! Addition of two numbers as a translation from text to text, character by character: an encoder
//! reads the question, and a decoder writes the answer (Sutskever et al., 2014).
//!
//! The last state of the encoder is the first thing that the decoder reads. With `--peeky`, it sees
//! that state at every step (Cho et al., 2014), and so does the layer after it. With `--reverse`, the
//! question is read from its end.
//!
//! ```text
//! cargo run --release --example addition -- --reverse --peeky
//! ```
//!
//! Questions and answers are drawn, or read from `--data FILE` with lines such as `16+75  _91  `.

use std::collections::HashSet;
use std::error::Error;
use std::ops::ControlFlow;
use std::path::PathBuf;

use chainrule::data::{Dataset, Failure};
use chainrule::losses::{EachStep, SoftmaxWithLoss};
use chainrule::{Adam, Batch, Init, Network, Rng, Trainer, Workspace, network};
use chainrule_examples::translation::{Alphabet, Pair, count};
use clap::Parser;

/// All characters, in the order of their indices.
const ALPHABET: Alphabet = Alphabet("0123456789+ ");
const CHARACTERS: usize = ALPHABET.0.len();
/// The characters of a question: `128+450`.
const QUESTION: usize = 7;
/// The characters of an answer: `1998`.
const ANSWER: usize = 4;
/// The characters of an answer that are read: all but the last one.
const READ: usize = ANSWER - 1;

network! {
    /// An encoder and a decoder. The decoder reads the last state of the encoder, then what is
    /// written so far.
    pub struct Plain {
        input question: [QUESTION] of CHARACTERS;
        input written: [READ] of CHARACTERS;
        let state = question -> Embedding(16) -> Lstm(128) -> Last;
        let read = concat(state -> Affine(16), written -> Embedding(16) -> Flatten);
        read -> Reshape(ANSWER, 16) -> Lstm(128) -> Affine(CHARACTERS) => SoftmaxWithLoss
    }
}

network! {
    /// The same with a decoder that sees the last state of the encoder at each of its 4 steps.
    pub struct Peeky {
        input question: [QUESTION] of CHARACTERS;
        input written: [READ] of CHARACTERS;
        let state = question -> Embedding(16) -> Lstm(128) -> Last;
        let read = concat(state -> Affine(16), written -> Embedding(16) -> Flatten);
        let seen = concat(state, state, state, state) -> Reshape(ANSWER, 128);
        let decoded = concat(read -> Reshape(ANSWER, 16), seen) -> Lstm(128);
        concat(decoded, seen) -> Affine(CHARACTERS) => SoftmaxWithLoss
    }
}

/// Learns to add.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// Read questions from their end
    #[arg(long)]
    reverse: bool,
    /// Let the decoder see the question at every step
    #[arg(long)]
    peeky: bool,
    /// The questions and answers; drawn ones if it is left out
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Questions to draw
    #[arg(long, default_value_t = 50_000, value_name = "N", value_parser = count::<100_000>)]
    samples: usize,
    /// Passes through the questions
    #[arg(long, default_value_t = 25, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    epochs: u64,
    /// The learning rate of Adam
    #[arg(long, default_value_t = 0.001, value_name = "X")]
    rate: f64,
    /// The seed of the weights and of the questions
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
}

/// A question and its answer.
type Sum = Pair<QUESTION, ANSWER>;

/// Draws different questions about numbers of one to three digits.
fn draw(count: usize, rng: &mut Rng) -> Vec<Sum> {
    let (mut drawn, mut sums) = (HashSet::new(), Vec::with_capacity(count));
    let mut number = || {
        let below = [10, 100, 1000][rng.below(3)];
        rng.below(below)
    };
    while sums.len() < count {
        let (a, b) = (number(), number());
        if drawn.insert((a, b)) {
            sums.extend(ALPHABET.pair(&format!("{a}+{b}_{}", a + b)));
        }
    }
    sums
}

/// Sums as a data set: the decoder reads the answer up to each of its characters.
struct Sums<'a>(&'a [Sum]);

impl<N> Dataset<N> for Sums<'_>
where
    N: Network<Scalar = f32, Loss = EachStep<SoftmaxWithLoss, ANSWER>>,
{
    fn len(&self) -> usize {
        self.0.len()
    }

    fn gather(&self, chosen: &[usize], batch: &mut Batch<N>) -> Result<(), Failure> {
        for Pair { text: question, translation: answer } in chosen.iter().map(|&at| self.0[at]) {
            let read = question.iter().chain(&answer[..READ]);
            batch.features_mut().extend(read.map(|&index| f32::from(index)));
            batch.push_labels(answer)?;
        }
        Ok(())
    }
}

/// The answers of a network: in each step, the character with the largest score.
fn answers<N>(net: &N, sums: &[Sum]) -> Result<Vec<[u8; ANSWER]>, chainrule::Error>
where
    N: Network<Scalar = f32, Loss = EachStep<SoftmaxWithLoss, ANSWER>>,
{
    let (mut batch, mut workspace, mut classes) = (Batch::<N>::new(), Workspace::new(), Vec::new());
    let mut answers = vec![[0; ANSWER]; sums.len()];
    for step in 0..ANSWER {
        batch.clear();
        for (sum, answer) in sums.iter().zip(&answers) {
            // What follows does not influence the scores of the step.
            let read = sum.text.iter().chain(&answer[..READ]);
            batch.features_mut().extend(read.map(|&index| f32::from(index)));
        }
        batch.classes(net, 0, &mut workspace, &mut classes)?;
        for (answer, classes) in answers.iter_mut().zip(classes.chunks_exact(ANSWER)) {
            answer[step] = classes[step] as u8;
        }
    }
    Ok(answers)
}

/// The part of the answers that are exact.
fn exact<N>(net: &N, sums: &[Sum]) -> Result<f64, chainrule::Error>
where
    N: Network<Scalar = f32, Loss = EachStep<SoftmaxWithLoss, ANSWER>>,
{
    let mut right = 0;
    for sums in sums.chunks(1000) {
        let pairs = sums.iter().zip(answers(net, sums)?);
        right += pairs.filter(|(sum, answer)| sum.translation == *answer).count();
    }
    Ok(right as f64 / sums.len() as f64)
}

/// Trains a network, and reports on it.
fn train<N>(net: Box<N>, sums: &[Sum], arguments: &Arguments) -> Result<(), Box<dyn Error>>
where
    N: Network<Scalar = f32, Loss = EachStep<SoftmaxWithLoss, ANSWER>>,
{
    let (trained, held_out) = sums.split_at(sums.len() * 9 / 10);
    println!("{} questions, and {} held out", trained.len(), held_out.len());
    println!("{} parameters", N::PARAMS);
    let mut failure = None;
    let mut trainer = Trainer::new(net, Adam::new(arguments.rate)?)
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
    trainer.fit(Sums(trained))?;
    let net = trainer.into_network();
    if let Some(error) = failure {
        return Err(error.into());
    }
    let shown = &held_out[..held_out.len().min(5)];
    for (Pair { text: mut question, translation: answer }, found) in
        shown.iter().copied().zip(answers(&*net, shown)?)
    {
        if arguments.reverse {
            question.reverse();
        }
        let verdict = if found == answer { "right" } else { "wrong" };
        println!("{} = {}  {verdict}", ALPHABET.text(&question), ALPHABET.text(&found));
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut rng = Rng::seed(arguments.seed);
    let mut sums = match &arguments.data {
        Some(path) => ALPHABET.read(path, "a sum such as `16+75  _91  `")?,
        None => draw(arguments.samples, &mut rng),
    };
    if arguments.reverse {
        sums.iter_mut().for_each(|sum| sum.text.reverse());
    }
    match arguments.peeky {
        true => train(Peeky::new(Init::Auto, &mut rng), &sums, &arguments),
        false => train(Plain::new(Init::Auto, &mut rng), &sums, &arguments),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_invalid_are_reported_with_what_can() {
        for value in ["9", "100001", "-1", "x"] {
            let arguments = Arguments::try_parse_from(["addition", "--samples", value]);
            let message = arguments.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(message.contains("expected an integer from 10 to 100000"), "{message}");
        }
    }

    #[test]
    fn lines_are_sums() {
        let sum = ALPHABET.pair::<QUESTION, ANSWER>("16+75  _91  ").unwrap();
        assert_eq!(
            (ALPHABET.text(&sum.text), ALPHABET.text(&sum.translation)),
            ("16+75  ".into(), "91  ".into())
        );
        assert_eq!(ALPHABET.pair::<QUESTION, ANSWER>("16+75_91"), Some(sum));
        for line in ["", "16+75", "_91", "16+75_", "1000+1000_2000", "16-75  _-59 "] {
            assert_eq!(ALPHABET.pair::<QUESTION, ANSWER>(line), None, "{line}");
        }
    }

    #[test]
    fn drawn_sums_are_different_and_right() {
        let sums = draw(500, &mut Rng::seed(0));
        let different: HashSet<String> = sums.iter().map(|sum| ALPHABET.text(&sum.text)).collect();
        assert_eq!(different.len(), 500);
        for sum in sums {
            let question = ALPHABET.text(&sum.text);
            let (a, b) = question.trim().split_once('+').unwrap();
            let sum: usize = ALPHABET.text(&sum.translation).trim().parse().unwrap();
            assert_eq!(sum, a.parse::<usize>().unwrap() + b.parse::<usize>().unwrap());
        }
    }
}
