//! Training and generation with networks of sequences, on generated text.

use std::hint::black_box;

use chainrule::{AdamW, Init, Rng, Sgd, Workspace, network};

use crate::Step;
use crate::works::RATE;

const TIME: usize = 64;
const VOCABULARY: usize = 65;

network! {
    struct Recurrent = Input(TIME, of = VOCABULARY) -> Embedding(64) -> Lstm(128) -> Affine(VOCABULARY)
        => SoftmaxWithLoss;
}

network! {
    /// A transformer of four blocks of width 128, with four heads.
    struct Gpt {
        input text: [TIME] of VOCABULARY;
        let x0 = text -> Embedding(128) -> Positions;
        let a1 = x0 + (x0 -> LayerNorm -> CausalAttention(4));
        let x1 = a1 + (a1 -> LayerNorm -> Affine(512) -> Gelu -> Affine(128));
        let a2 = x1 + (x1 -> LayerNorm -> CausalAttention(4));
        let x2 = a2 + (a2 -> LayerNorm -> Affine(512) -> Gelu -> Affine(128));
        let a3 = x2 + (x2 -> LayerNorm -> CausalAttention(4));
        let x3 = a3 + (a3 -> LayerNorm -> Affine(512) -> Gelu -> Affine(128));
        let a4 = x3 + (x3 -> LayerNorm -> CausalAttention(4));
        let x4 = a4 + (a4 -> LayerNorm -> Affine(512) -> Gelu -> Affine(128));
        x4 -> LayerNorm -> Affine(VOCABULARY) => SoftmaxWithLoss
    }
}

network! {
    /// A recurrent policy of four observations and two actions.
    struct Policy = Input(TIME, 4) -> Gru(32) -> Affine(2) => SoftmaxWithLoss;
}

/// Sequences of random characters.
fn text(samples: usize, rng: &mut Rng) -> Vec<[u8; TIME]> {
    (0..samples).map(|_| [0; TIME].map(|_| rng.below(VOCABULARY) as u8)).collect()
}

/// The workload of this name, if it is one of sequences.
pub(crate) fn work(name: &str) -> Result<Option<Step>, chainrule::Error> {
    let mut rng = Rng::seed(0);
    Ok(Some(match name {
        "W8" => {
            let mut net = Recurrent::new(Init::Auto, &mut rng);
            let (x, t) = (text(32, &mut rng), text(32, &mut rng));
            let (mut workspace, mut grads) = (Workspace::new(), Recurrent::zeros());
            let mut sgd = Sgd::new(RATE)?;
            Box::new(move || {
                let loss = net.train_step(&x, &t, &mut sgd, &mut workspace, &mut grads);
                black_box(loss.expect("the data are sound"));
            })
        }
        "W9" => {
            let mut net = Gpt::new(Init::Normal(0.02), &mut rng);
            let (x, t) = (text(12, &mut rng), text(12, &mut rng));
            let (mut workspace, mut grads) = (Workspace::new(), Gpt::zeros());
            let mut adam = AdamW::new(1e-3)?.with_betas(0.9, 0.99)?.with_weight_decay(0.1)?;
            Box::new(move || {
                let loss = net.train_step(&x, &t, &mut adam, &mut workspace, &mut grads);
                black_box(loss.expect("the data are sound"));
            })
        }
        "generate" => {
            let net = Gpt::new(Init::Normal(0.02), &mut rng);
            let (mut state, text) = (net.start(), text(1, &mut rng));
            Box::new(move || {
                state.reset();
                for &index in &text[0] {
                    let scores = net.step(&mut state, usize::from(index));
                    black_box(scores.expect("the indices are sound"));
                }
            })
        }
        "policy" => {
            let net = Policy::new(Init::Auto, &mut rng);
            let mut state = net.start();
            Box::new(move || {
                let scores = net.step(&mut state, black_box(&[0.1, -0.2, 0.3, -0.4]));
                black_box(scores.expect("the observations are sound"));
            })
        }
        _ => return Ok(None),
    }))
}
