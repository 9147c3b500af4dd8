//! experiment
use std::error::Error;
use chainrule::schedule::OneCycle;
use chainrule::{AdamW, Init, Rng, Trainer, network, LearningRate};
use chainrule_examples::mnist;

network! {
    struct Best = Affine(784, 512) -> Relu -> Affine(512, 256) -> Relu -> Affine(256, 10) => SoftmaxWithLoss;
}
fn shift(image: &mut [f32], down: isize, right: isize) {
    const SIDE: isize = 28;
    let mut moved = [0.0; 784];
    for row in 0..SIDE {
        let from = row - down;
        if !(0..SIDE).contains(&from) { continue; }
        for column in 0..SIDE {
            let c = column - right;
            if (0..SIDE).contains(&c) {
                moved[(row * SIDE + column) as usize] = image[(from * SIDE + c) as usize];
            }
        }
    }
    image.copy_from_slice(&moved);
}
fn main() -> Result<(), Box<dyn Error>> {
    let a: Vec<f64> = std::env::args().skip(1).map(|a| a.parse().unwrap()).collect();
    let (seed, epochs, batch, rate, reach, decay) = (a[0] as u64, a[1] as u64, a[2] as usize, a[3], a[4] as usize, a[5]);
    let mnist = mnist::load(None)?;
    let steps = epochs * mnist.train.len().div_ceil(batch) as u64;
    let net = Best::new(Init::He, &mut Rng::seed(seed));
    let t0 = std::time::Instant::now();
    let mut trainer = Trainer::new(net, AdamW::new(rate)?.with_weight_decay(decay)?)
        .batch_size(batch).epochs(epochs).seed(seed)
        .schedule(OneCycle::new(rate, steps)?)
        .augment(move |image, rng| {
            let mut by = || rng.below(2 * reach + 1) as isize - reach as isize;
            let (d, r) = (by(), by());
            shift(image, d, r);
        })
        .validation(&mnist.test);
    let h = trainer.fit(&mnist.train)?;
    for e in h.iter() { println!("{} {:.4} {:.4} {:.4}", e.epoch, e.train.loss, e.train.accuracy.unwrap(), e.validation.unwrap().accuracy.unwrap()); }
    println!("{:?} rate {} {:?}", a, trainer.optimizer().learning_rate(), t0.elapsed());
    Ok(())
}
