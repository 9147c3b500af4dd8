//! A model of Shakespeare's plays, character by character: a small transformer, or an LSTM. It prints
//! what it writes and the loss on text that it has not read.
//!
//! ```text
//! cargo run --release --example shakespeare -- --model gpt --steps 2000 --data tinyshakespeare.txt
//! ```
//!
//! Without `--data` it reads the first 100 kB of that text, which are shipped. With `--checkpoint FILE`
//! it writes checkpoints, and with `--resume` it continues from the last one.

use std::error::Error;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chainrule::data::{Dataset, Failure};
use chainrule::losses::{EachStep, SoftmaxWithLoss};
use chainrule::saving::State;
use chainrule::schedule::{Cosine, Schedule, WarmUp};
use chainrule::trainer::evaluate;
use chainrule::{AdamW, Batch, Init, Network, Rng, Trainer, Workspace, network, sampling};
use clap::{Parser, ValueEnum};

/// The characters that a model reads at a time.
const CONTEXT: usize = 64;

/// All characters of the plays, in the order of their indices.
const ALPHABET: &str = "\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHARACTERS: usize = ALPHABET.len();

network! {
    /// A transformer of four blocks, with the normalization before each part (Radford et al., 2019).
    pub struct Gpt {
        input text: [CONTEXT] of CHARACTERS;
        let x0 = text -> Embedding(128) -> Positions;
        let a1 = x0 + (x0 -> LayerNorm -> CausalAttention(4));
        let x1 = a1 + (a1 -> LayerNorm -> Affine(512) -> Gelu -> Affine(128));
        let a2 = x1 + (x1 -> LayerNorm -> CausalAttention(4));
        let x2 = a2 + (a2 -> LayerNorm -> Affine(512) -> Gelu -> Affine(128));
        let a3 = x2 + (x2 -> LayerNorm -> CausalAttention(4));
        let x3 = a3 + (a3 -> LayerNorm -> Affine(512) -> Gelu -> Affine(128));
        let a4 = x3 + (x3 -> LayerNorm -> CausalAttention(4));
        let x4 = a4 + (a4 -> LayerNorm -> Affine(512) -> Gelu -> Affine(128));
        x4 -> LayerNorm -> Affine(CHARACTERS) => SoftmaxWithLoss
    }
}

network! {
    /// A recurrent network.
    pub struct Recurrent =
        Input(CONTEXT, of = CHARACTERS) -> Embedding(64) -> Lstm(128) -> Affine(CHARACTERS) => SoftmaxWithLoss;
}

#[derive(Clone, Copy, ValueEnum)]
enum Model {
    Gpt,
    Lstm,
}

/// Learns to write like Shakespeare.
#[derive(Parser)]
struct Arguments {
    /// The network
    #[arg(long, value_enum, default_value = "gpt")]
    model: Model,
    /// The text; the shipped one if it is left out
    #[arg(long)]
    data: Option<PathBuf>,
    /// Steps of training
    #[arg(long, default_value_t = 2000)]
    steps: u64,
    /// Samples of a step
    #[arg(long, default_value_t = 12)]
    batch: usize,
    /// Steps between two reports
    #[arg(long, default_value_t = 500)]
    every: u64,
    /// The seed of the weights and of the samples
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The checkpoint file
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// Resume from the checkpoint
    #[arg(long, requires = "checkpoint")]
    resume: bool,
}

/// Sequences of [`CONTEXT`] characters from a text, each with the characters that follow.
struct Windows<'a> {
    text: &'a [u8],
    /// The distance from one sequence to the next.
    stride: usize,
}

impl<N> Dataset<N> for Windows<'_>
where
    N: Network<Scalar = f32, Loss = EachStep<SoftmaxWithLoss, CONTEXT>>,
{
    fn len(&self) -> usize {
        // The last character has no successor.
        (self.text.len() - 1 - CONTEXT) / self.stride + 1
    }

    fn gather(&self, indices: &[usize], batch: &mut Batch<N>) -> Result<(), Failure> {
        for &index in indices {
            let window = &self.text[index * self.stride..][..=CONTEXT];
            batch.features_mut().extend(window[..CONTEXT].iter().map(|&index| f32::from(index)));
            batch.push_labels(window[1..].iter().copied())?;
        }
        Ok(())
    }
}

/// The index of each character.
fn read(path: Option<&Path>) -> Result<Vec<u8>, Box<dyn Error>> {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/shakespeare.txt");
    let text = fs::read_to_string(path.unwrap_or(&shipped))?;
    let index = |character: char| match ALPHABET.find(character) {
        Some(index) => Ok(index as u8),
        None => Err(format!("the text contains {character:?}, which the model does not know")),
    };
    Ok(text.chars().map(index).collect::<Result<_, _>>()?)
}

/// Writes `count` characters, each drawn after the ones before.
fn write<N: Network<Scalar = f32>>(
    net: &N,
    count: usize,
    rng: &mut Rng,
) -> Result<String, chainrule::Error> {
    let (mut batch, mut workspace, mut written) = (Batch::<N>::new(), Workspace::new(), vec![0]);
    for _ in 0..count {
        let begin = written.len().saturating_sub(CONTEXT);
        let seen = &written[begin..];
        batch.clear();
        batch.features_mut().extend(seen.iter().map(|&index| index as f32));
        // What follows does not influence the scores of the last character.
        batch.features_mut().resize(CONTEXT, 0.0);
        let scores = batch.predict(net, &mut workspace)?;
        let mut scores: Vec<f32> =
            scores.iter().skip((seen.len() - 1) * CHARACTERS).take(CHARACTERS).copied().collect();
        sampling::temperature(&mut scores, 0.8);
        sampling::top_k(&mut scores, 40);
        written.push(sampling::draw(&scores, rng));
    }
    Ok(written[1..].iter().map(|&index| char::from(ALPHABET.as_bytes()[index])).collect())
}

/// Trains a model, and reports on it.
fn train<N>(net: Box<N>, arguments: &Arguments) -> Result<(), Box<dyn Error>>
where
    N: Network<Scalar = f32, Loss = EachStep<SoftmaxWithLoss, CONTEXT>>,
    AdamW<N>: State<N>,
{
    let Arguments { steps, every, batch, seed, .. } = *arguments;
    let text = read(arguments.data.as_deref())?;
    let (trained, held_out) = text.split_at(text.len() * 9 / 10);
    println!("{} characters, of which {} are held out", text.len(), held_out.len());
    println!("{} parameters", N::PARAMS);
    let warm_up = WarmUp::new(0.0, 1e-3, 100)?;
    let schedule = warm_up.then(Cosine::new(1e-3, 1e-4, steps.saturating_sub(100).max(1))?);
    let optimizer = AdamW::new(1e-3)?.with_betas(0.9, 0.99)?.with_weight_decay(0.1)?;
    let held_out = Windows { text: held_out, stride: CONTEXT };
    let mut failure = None;
    let mut trainer = Trainer::new(net, optimizer)
        .batch_size(batch)
        .epochs(u64::MAX)
        .seed(seed)
        .schedule(schedule)
        .clip_norm(1.0)
        .progress()
        .on_step(|step, net| {
            let is_last = step.step == steps;
            if is_last || step.step.is_multiple_of(every) {
                let report = || -> Result<(), Box<dyn Error>> {
                    let loss = evaluate(net, &held_out)?.loss;
                    println!("step {}: loss {:.3}, held out {loss:.4}", step.step, step.loss);
                    println!("{}\n", write(net, 200, &mut Rng::seed(seed))?);
                    Ok(())
                };
                failure = report().err();
            }
            match is_last || failure.is_some() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
    if let Some(path) = &arguments.checkpoint {
        trainer = trainer.checkpoint(path).checkpoint_every(every);
        if arguments.resume {
            trainer.resume(path)?;
        }
    }
    trainer.fit(Windows { text: trained, stride: 1 })?;
    drop(trainer);
    failure.map_or(Ok(()), Err)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut rng = Rng::seed(arguments.seed);
    match arguments.model {
        Model::Gpt => train(Gpt::new(Init::Normal(0.02), &mut rng), &arguments),
        Model::Lstm => train(Recurrent::new(Init::Auto, &mut rng), &arguments),
    }
}
