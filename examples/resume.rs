//! A training that can be interrupted and resumed. It writes a checkpoint every ten steps, and with
//! `--resume` it continues from the last one. The final parameters are the same, bit for bit,
//! however often the training was interrupted.
//!
//! ```text
//! cargo run --release --example resume -- digits.checkpoint
//! ^C
//! cargo run --release --example resume -- digits.checkpoint --resume
//! ```

use std::error::Error;
use std::ops::ControlFlow;
use std::path::PathBuf;

use chainrule::schedule::Cosine;
use chainrule::{AdamW, Init, Rng, Trainer, network};
use chainrule_examples::mnist;
use clap::Parser;

network! {
    /// 784 pixels, 50 hidden units, 10 digits.
    struct Digits = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
}

/// Trains on handwritten digits, and resumes after an interruption.
#[derive(Parser)]
struct Arguments {
    /// The checkpoint file
    checkpoint: PathBuf,
    /// Resume from the checkpoint
    #[arg(long)]
    resume: bool,
    /// Stop after this many steps, as if interrupted
    #[arg(long, value_name = "STEPS")]
    stop: Option<u64>,
}

const EPOCHS: u64 = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { checkpoint, resume, stop } = Arguments::parse();
    let digits = mnist::shipped()?;
    let steps = EPOCHS * digits.train.len().div_ceil(32) as u64;
    let net = Digits::new(Init::He, &mut Rng::seed(0));
    let mut trainer = Trainer::new(net, AdamW::new(0.003)?)
        .epochs(EPOCHS)
        .schedule(Cosine::new(0.003, 0.0, steps)?)
        .validation(&digits.test)
        .checkpoint(&checkpoint)
        .checkpoint_every(10)
        .progress()
        .on_step(|step, _| match Some(step.step) == stop {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        });
    if resume {
        trainer.resume(&checkpoint)?;
        println!("resumed after {} epochs", trainer.history().len());
    }
    let history = trainer.fit(&digits.train)?;
    for epoch in history.iter().rev().take(3).rev() {
        let validation = epoch.validation.unwrap_or_default();
        println!(
            "epoch {:>2} of {EPOCHS}: training {}, test {validation}",
            epoch.epoch, epoch.train
        );
    }
    // Printed so that two runs can be compared.
    let sum = trainer
        .network()
        .parameters()
        .iter()
        .fold(0_u32, |sum, weight| sum.rotate_left(5) ^ weight.to_bits());
    println!("checksum of the parameters: {sum:08x}");
    Ok(())
}
