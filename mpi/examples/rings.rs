//! Which of three rings is a point in? Trained on the ranks of an MPI run:
//!
//! ```text
//! cd mpi
//! mpirun -np 2 cargo run --release --example rings
//! ```
//!
//! Every rank has the same data and the same settings; `parts` is all that a training on one process
//! lacks.

use std::ops::ControlFlow;
use std::process::ExitCode;

use chainrule::schedule::OneCycle;
use chainrule::{AdamW, Init, Parts, Rng, Trainer, network};

network! {
    struct Net = Affine(2, 64) -> Relu -> Affine(64, 64) -> Relu -> Affine(64, 3)
        => SoftmaxWithLoss;
}

fn main() -> ExitCode {
    chainrule_mpi::run(|world| {
        let mut rng = Rng::seed(0);
        let x: Vec<_> = (0..10_000).map(|_| [0; 2].map(|_| rng.normal() as f32)).collect();
        let t: Vec<_> = x.iter().map(|[a, b]| ((a * a + b * b) as u8).min(2)).collect();

        let net = Net::new(Init::He, &mut rng);
        let mut trainer = Trainer::new(net, AdamW::new(0.01)?)
            .batch_size(100)
            .epochs(5)
            .schedule(OneCycle::new(0.01, 5 * 80)?)
            .validation_split(0.2)
            .parts(Parts::on(world))
            .on_epoch(|epoch, _| {
                if world.rank() == 0 {
                    let validation = epoch.validation.unwrap_or_default();
                    println!("{}  {}  |  {validation}", epoch.epoch, epoch.train);
                }
                ControlFlow::Continue(())
            });
        trainer.fit((&x, &t))?;
        let last = trainer.history().last().and_then(|epoch| epoch.validation);
        println!("rank {} of {}: {}", world.rank(), world.count(), last.unwrap_or_default());
        Ok::<_, Box<dyn std::error::Error>>(())
    })
}
