//! Deep Q-learning (Mnih et al., 2015): a network estimates the return of each push of a cart that
//! balances a pole. A target network follows it slowly, and estimates the returns of next states.
//!
//! ```text
//! cargo run --release --example dqn
//! ```

use chainrule::{Adam, Init, Rng, Workspace, network};
use chainrule_examples::cart_pole::{Cart, LONGEST};

network! {
    /// Four state variables of the cart, and the return of two pushes.
    struct Returns = Affine(4, 64) -> Relu -> Affine(64) -> Relu -> Affine(2) => IdentityWithLoss;
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut rng = Rng::seed(std::env::args().nth(1).map_or(Ok(0), |seed| seed.parse())?);
    let mut net = Returns::new(Init::He, &mut rng);
    let (mut target, mut adam) = (net.clone(), Adam::new(0.001)?);
    let (mut workspace, mut grads) = (Workspace::new(), Returns::zeros());
    let (mut memory, mut episodes) = (Vec::new(), Vec::new());
    while episodes.iter().rev().take(10).sum::<usize>() < 10 * 475 && episodes.len() < 1000 {
        let (mut cart, mut steps) = (Cart::new(&mut rng), 0);
        while cart.is_upright() && steps < LONGEST {
            // Push: at random in the beginning, and rarely later.
            let explored = 0.01 + 0.99 * (-(memory.len() as f64) / 1000.0).exp();
            let returns = net.predict_in(&[cart.0], &mut workspace)?;
            let best = usize::from(returns[(0, 1)] > returns[(0, 0)]);
            let push = if rng.uniform() < explored { rng.below(2) } else { best };
            let before = cart.0;
            cart.push(push);
            memory.push((before, push, cart.0, cart.is_upright()));
            steps += 1;

            // Learn from 64 pushes of the past. Each step with the pole upright is worth 0.01.
            let batch: [_; 64] = std::array::from_fn(|_| memory[rng.below(memory.len())]);
            let (seen, next) = (batch.map(|(seen, ..)| seen), batch.map(|(_, _, next, _)| next));
            let (mut t, later) = (net.predict(&seen)?, target.predict(&next)?);
            for (i, (_, push, _, is_upright)) in batch.into_iter().enumerate() {
                let later = if is_upright { later[(i, 0)].max(later[(i, 1)]) } else { 0.0 };
                t[(i, push)] = 0.01 + 0.99 * later;
            }
            net.train_step(&seen, &t, &mut adam, &mut workspace, &mut grads)?;
            target.blend(&net, 0.01)?;
        }
        episodes.push(steps);
        if episodes.len() % 10 == 0 {
            println!("episode {:>3}: {steps:>3} steps with the pole upright", episodes.len());
        }
    }
    let (mut cart, mut steps) = (Cart::new(&mut rng), 0);
    while cart.is_upright() && steps < LONGEST {
        let returns = target.predict(&[cart.0])?;
        cart.push(usize::from(returns[(0, 1)] > returns[(0, 0)]));
        steps += 1;
    }
    println!("the target network balances it for {steps} of {LONGEST} steps");
    if steps < 475 { Err("the pole falls: 475 steps count as solved".into()) } else { Ok(()) }
}
