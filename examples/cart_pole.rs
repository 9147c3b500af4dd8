//! Reinforcement learning: a cart that is pushed left or right balances a pole (Barto, Sutton and
//! Anderson, 1983). The network is the policy. It is trained by the policy gradient of Williams
//! (1992), REINFORCE, which makes actions more likely if their outcome was better than average.
//!
//! A network this small is computed in a fraction of a microsecond. Several hundred thousand
//! decisions, the simulation and the training take less than a second.
//!
//! ```text
//! cargo run --release --example cart_pole
//! cargo run --release --example cart_pole -- 7
//! ```
//!
//! The argument is the seed, which defaults to 0.

use std::env;
use std::error::Error;
use std::time::Instant;

use chainrule::{Adam, Init, Rng, Workspace, network};
use ndarray::ArrayViewMut2;

network! {
    /// Four state variables of the cart, and the scores of two pushes.
    struct Policy = Affine(4, 32) -> Relu -> Affine(32, 2) => SoftmaxWithLoss;
}

/// Number of steps after which an episode is over, and won.
const LONGEST: usize = 500;
/// Number of episodes per training step.
const EPISODES: usize = 16;
/// The discount of a reward per step.
const DISCOUNT: f32 = 0.99;

fn main() -> Result<(), Box<dyn Error>> {
    let seed = env::args().nth(1).map_or(Ok(0), |seed| seed.parse())?;
    let mut rng = Rng::seed(seed);
    let mut policy = Policy::new(Init::He, &mut rng);
    let mut adam = Adam::new(0.01)?;
    let (mut workspace, mut grads) = (Workspace::new(), Policy::zeros());
    let (mut decisions, mut won, start) = (0, 0, Instant::now());
    for update in 1..=200 {
        let mut played = Played::default();
        for _ in 0..EPISODES {
            play(&policy, Choice::Drawn, &mut workspace, &mut rng, &mut played)?;
        }
        decisions += played.pushes.len();
        let mean = played.pushes.len() as f64 / EPISODES as f64;
        if update % 10 == 1 {
            println!("update {update:>3}: balanced for {mean:>5.1} of {LONGEST} steps");
        }
        // All episodes won, three times in a row.
        won = if mean == LONGEST as f64 { won + 1 } else { 0 };
        if won == 3 {
            println!("update {update:>3}: balanced for all steps, three times in a row");
            break;
        }
        let advantages = played.advantages();
        let learn = |scores: ArrayViewMut2<'_, f32>| surrogate(scores, &played.pushes, &advantages);
        policy.gradient_of(&played.seen, learn, &mut workspace, &mut grads)?;
        policy.update(&mut adam, &grads);
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{decisions} actions in {seconds:.2} s, including simulation and training");

    let mut judged = Played::default();
    for _ in 0..100 {
        play(&policy, Choice::Best, &mut workspace, &mut rng, &mut judged)?;
    }
    let mean = judged.pushes.len() as f64 / 100.0;
    println!("evaluation: balanced for {mean:.1} steps on average over 100 episodes");
    if mean < 475.0 {
        return Err(
            "expected an average of at least 475 steps, found fewer: the task is not solved".into(),
        );
    }
    Ok(())
}

/// The observations, actions and rewards of several episodes.
#[derive(Default)]
struct Played {
    seen: Vec<[f32; 4]>,
    pushes: Vec<usize>,
    /// The return of each step: the sum of the following rewards, discounted.
    returns: Vec<f32>,
}

impl Played {
    /// The advantage of each step over the mean return, in standard deviations.
    fn advantages(&self) -> Vec<f32> {
        let count = self.returns.len() as f32;
        let mean = self.returns.iter().sum::<f32>() / count;
        let variance = self.returns.iter().map(|r| (r - mean) * (r - mean)).sum::<f32>() / count;
        self.returns.iter().map(|r| (r - mean) / (variance.sqrt() + 1e-6)).collect()
    }
}

/// How a push is chosen.
#[derive(Clone, Copy)]
enum Choice {
    /// At random, with the probability given by the policy.
    Drawn,
    /// The push with the larger score.
    Best,
}

/// Plays an episode.
fn play(
    policy: &Policy,
    choice: Choice,
    workspace: &mut Workspace,
    rng: &mut Rng,
    played: &mut Played,
) -> Result<(), chainrule::Error> {
    let first = played.pushes.len();
    let mut cart = Cart::new(rng);
    while cart.is_upright() && played.pushes.len() - first < LONGEST {
        let scores = policy.predict_in(&[cart.0], workspace)?;
        let (left, right) = (scores[(0, 0)], scores[(0, 1)]);
        let push = match choice {
            // Softmax of two scores.
            Choice::Drawn => rng.uniform() < f64::from(1.0 / (1.0 + (left - right).exp())),
            Choice::Best => right > left,
        };
        let push = usize::from(push);
        played.seen.push(cart.0);
        played.pushes.push(push);
        cart.push(push);
    }
    // One point for each step.
    let mut gained = 0.0;
    let from = played.returns.len();
    for _ in first..played.pushes.len() {
        gained = 1.0 + DISCOUNT * gained;
        played.returns.push(gained);
    }
    played.returns[from..].reverse();
    Ok(())
}

/// Computes `L = -1/B Σ advantage · ln softmax(scores)[push]`, and replaces the scores by its
/// derivatives.
fn surrogate(mut scores: ArrayViewMut2<'_, f32>, pushes: &[usize], advantages: &[f32]) -> f32 {
    let batch = pushes.len() as f32;
    let mut loss = 0.0;
    for ((mut row, &push), advantage) in scores.rows_mut().into_iter().zip(pushes).zip(advantages) {
        let largest = row[0].max(row[1]);
        row.mapv_inplace(|score| (score - largest).exp());
        row /= row.sum();
        loss -= advantage * row[push].max(f32::MIN_POSITIVE).ln() / batch;
        row[push] -= 1.0;
        row *= advantage / batch;
    }
    loss
}

/// The position and velocity of the cart, and the angle (in radians) and angular velocity of the
/// pole.
struct Cart([f32; 4]);

impl Cart {
    /// Almost at rest.
    fn new(rng: &mut Rng) -> Cart {
        Cart([0; 4].map(|_| (0.1 * rng.uniform() - 0.05) as f32))
    }

    /// Whether the pole leans less than 12 degrees and the cart is on its track.
    fn is_upright(&self) -> bool {
        let [place, _, angle, _] = self.0;
        place.abs() < 2.4 && angle.abs() < 12_f32.to_radians()
    }

    /// Simulates a fiftieth of a second with a push of 10 N to the left (0) or to the right (1),
    /// for a cart of 1 kg and a pole of 0.1 kg and 1 m (Florian, 2007).
    fn push(&mut self, push: usize) {
        const GRAVITY: f32 = 9.8;
        const POLE: f32 = 0.1;
        const HALF: f32 = 0.5;
        const BOTH: f32 = 1.1;
        const TIME: f32 = 0.02;
        let [place, speed, angle, turning] = self.0;
        let force = if push == 1 { 10.0 } else { -10.0 };
        let (sin, cos) = angle.sin_cos();
        let pushed = (force + POLE * HALF * turning * turning * sin) / BOTH;
        let falling =
            (GRAVITY * sin - cos * pushed) / (HALF * (4.0 / 3.0 - POLE * cos * cos / BOTH));
        let faster = pushed - POLE * HALF * falling * cos / BOTH;
        self.0 = [
            place + TIME * speed,
            speed + TIME * faster,
            angle + TIME * turning,
            turning + TIME * falling,
        ];
    }
}
