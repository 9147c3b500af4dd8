//! Control from positions alone: a cart balances a pole, but its policy sees neither the speed of the
//! cart nor that of the pole. A recurrent network estimates what it needs from the positions before
//! (Wierstra et al., 2007). It acts step by step, and learns from whole episodes by the policy
//! gradient of Williams (1992), REINFORCE.
//!
//! ```text
//! cargo run --release --example pos_control
//! ```

use std::error::Error;
use std::time::Instant;

use chainrule::{Adam, Init, Rng, Workspace, clip_norm, network};
use chainrule_examples::cart_pole::{Cart, LONGEST};
use clap::Parser;
use ndarray::{Array2, ArrayViewMut2};

network! {
    /// The places of the cart and of the pole at each step, and the scores of two pushes.
    struct Policy = Input(LONGEST, 2) -> Gru(32) -> Affine(2) => SoftmaxWithLoss;
}

/// Number of episodes per training step.
const EPISODES: usize = 16;
/// The discount of a reward per step.
const DISCOUNT: f32 = 0.99;
/// Steps that count as solved, of [`LONGEST`].
const SOLVED: f64 = 475.0;

/// Learns to balance a pole whose speed it does not see.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// The most training steps
    #[arg(long, default_value_t = 400, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    updates: u64,
    /// The learning rate of Adam
    #[arg(long, default_value_t = 0.01, value_name = "X")]
    rate: f64,
    /// The seed of the weights and of the episodes
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut rng = Rng::seed(arguments.seed);
    let mut policy = Policy::new(Init::Auto, &mut rng);
    let mut adam = Adam::new(arguments.rate)?;
    let (mut workspace, mut grads) = (Workspace::new(), Policy::zeros());
    let (mut decisions, mut won, start) = (0, 0, Instant::now());
    for update in 1..=arguments.updates {
        let mut episodes = Vec::with_capacity(EPISODES);
        for _ in 0..EPISODES {
            episodes.push(play(&policy, Choice::Drawn, &mut rng)?);
        }
        let steps: usize = episodes.iter().map(|episode| episode.pushes.len()).sum();
        decisions += steps;
        let mean = steps as f64 / EPISODES as f64;
        if update % 10 == 1 {
            println!("update {update:>3}: balanced for {mean:>5.1} of {LONGEST} steps");
        }
        won = if mean >= SOLVED { won + 1 } else { 0 };
        if won == 3 {
            println!(
                "update {update:>3}: balanced for {mean:>5.1} steps, solved three times in a row"
            );
            break;
        }
        let advantages = advantages(&episodes);
        let learn = |scores: ArrayViewMut2<'_, f32>| surrogate(scores, &episodes, &advantages);
        policy.gradient_of(&seen(&episodes), learn, &mut workspace, &mut grads)?;
        clip_norm(&mut grads, 1.0)?;
        policy.update(&mut adam, &grads);
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{decisions} actions in {seconds:.2} s, including simulation and training");

    let mut steps = 0;
    for _ in 0..100 {
        steps += play(&policy, Choice::Best, &mut rng)?.pushes.len();
    }
    let mean = steps as f64 / 100.0;
    println!("evaluation: balanced for {mean:.1} steps on average over 100 episodes");
    match mean >= SOLVED {
        true => Ok(()),
        false => Err(format!("expected an average of at least {SOLVED} steps, found fewer").into()),
    }
}

/// What was seen and done in an episode.
#[derive(Default)]
struct Episode {
    seen: Vec<[f32; 2]>,
    pushes: Vec<usize>,
}

/// How a push is chosen.
#[derive(Clone, Copy)]
enum Choice {
    /// At random, with the probability given by the policy.
    Drawn,
    /// The push with the larger score.
    Best,
}

/// The place of the cart and the angle of the pole, as parts of what is allowed.
fn places(cart: &Cart) -> [f32; 2] {
    let [place, _, angle, _] = cart.0;
    [place / 2.4, angle / 12_f32.to_radians()]
}

/// Plays an episode. The policy carries its hidden numbers from step to step.
fn play(policy: &Policy, choice: Choice, rng: &mut Rng) -> Result<Episode, chainrule::Error> {
    let (mut cart, mut state, mut episode) = (Cart::new(rng), policy.start(), Episode::default());
    while cart.is_upright() && episode.pushes.len() < LONGEST {
        let seen = places(&cart);
        let scores = policy.step(&mut state, &seen)?;
        let (left, right) = (scores[0], scores[1]);
        let push = match choice {
            // Softmax of two scores.
            Choice::Drawn => rng.uniform() < f64::from(1.0 / (1.0 + (left - right).exp())),
            Choice::Best => right > left,
        };
        let push = usize::from(push);
        episode.seen.push(seen);
        episode.pushes.push(push);
        cart.push(push);
    }
    Ok(episode)
}

/// What was seen in each episode, as rows; 0 after its end.
fn seen(episodes: &[Episode]) -> Array2<f32> {
    Array2::from_shape_fn((episodes.len(), 2 * LONGEST), |(episode, at)| {
        episodes[episode].seen.get(at / 2).map_or(0.0, |places| places[at % 2])
    })
}

/// The advantage of each step over the mean return, in standard deviations. A return is the sum of
/// the following rewards, discounted, with one point for each step.
fn advantages(episodes: &[Episode]) -> Vec<Vec<f32>> {
    let returns: Vec<Vec<f32>> =
        episodes.iter().map(|episode| returns(episode.pushes.len())).collect();
    let all = || returns.iter().flatten();
    let count = all().count() as f32;
    let mean = all().sum::<f32>() / count;
    let variance = all().map(|r| (r - mean) * (r - mean)).sum::<f32>() / count;
    let advantage = |r: &f32| (r - mean) / (variance.sqrt() + 1e-6);
    returns.iter().map(|returns| returns.iter().map(advantage).collect()).collect()
}

/// The return of each step of an episode.
fn returns(steps: usize) -> Vec<f32> {
    let mut gained = 0.0;
    let mut returns: Vec<f32> = (0..steps)
        .map(|_| {
            gained = 1.0 + DISCOUNT * gained;
            gained
        })
        .collect();
    returns.reverse();
    returns
}

/// Computes `L = -1/S Σ advantage · ln softmax(scores)[push]` over the `S` steps of all episodes, and
/// replaces the scores by its derivatives. Steps after the end of an episode do not count.
fn surrogate(
    mut scores: ArrayViewMut2<'_, f32>,
    episodes: &[Episode],
    advantages: &[Vec<f32>],
) -> f32 {
    let count = advantages.iter().map(Vec::len).sum::<usize>() as f32;
    let mut loss = 0.0;
    for ((mut row, episode), advantages) in
        scores.rows_mut().into_iter().zip(episodes).zip(advantages)
    {
        for (step, mut scores) in row.exact_chunks_mut(2).into_iter().enumerate() {
            let (Some(&push), Some(advantage)) = (episode.pushes.get(step), advantages.get(step))
            else {
                scores.fill(0.0);
                continue;
            };
            let largest = scores[0].max(scores[1]);
            scores.mapv_inplace(|score| (score - largest).exp());
            scores /= scores.sum();
            loss -= advantage * scores[push].max(f32::MIN_POSITIVE).ln() / count;
            scores[push] -= 1.0;
            scores *= advantage / count;
        }
    }
    loss
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_invalid_are_reported() {
        for (flag, value) in [("--updates", "0"), ("--updates", "x"), ("--rate", "fast")] {
            let arguments = Arguments::try_parse_from(["pos_control", flag, value]);
            let message = arguments.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(message.contains(&format!("invalid value '{value}'")), "{message}");
        }
    }

    #[test]
    fn a_return_is_the_sum_of_what_follows() {
        assert_eq!(returns(3), [1.0 + 0.99 * (1.0 + 0.99), 1.0 + 0.99, 1.0]);
    }

    /// The derivatives of the surrogate are those of finite differences, and 0 after an episode.
    #[test]
    fn derivatives_of_the_surrogate() {
        let episode = Episode { seen: vec![[0.0; 2]; 2], pushes: vec![1, 0] };
        let advantages = [vec![0.5, -2.0]];
        let scores = Array2::from_shape_vec((1, 6), vec![0.3, -0.4, 1.0, 0.2, 5.0, 6.0]).unwrap();
        let loss = |mut scores: Array2<f32>| {
            (surrogate(scores.view_mut(), std::slice::from_ref(&episode), &advantages), scores)
        };
        let (_, derivatives) = loss(scores.clone());
        for at in 0..6 {
            let at_distance = |distance: f32| {
                let mut moved = scores.clone();
                moved[(0, at)] += distance;
                loss(moved).0
            };
            let slope = (at_distance(0.01) - at_distance(-0.01)) / 0.02;
            assert!((derivatives[(0, at)] - slope).abs() < 1e-4, "{at}");
        }
        assert_eq!(derivatives.as_slice().unwrap()[4..], [0.0, 0.0]);
    }
}
