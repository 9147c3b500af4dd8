//! Trains networks of [`chainrule`] on several processes, on one or more machines, with MPI.
//!
//! Each process, a rank, has the whole network and computes the gradient of its share of each batch.
//! One all-reduce adds the shares, and every rank takes the same step. [`run`] starts a rank and
//! passes it the [`World`], which both loops take:
//!
//! - the trainer: `Trainer::new(…).parts(Parts::on(world))`
//! - a loop of your own: `net.gradient_in_parts(&x, &t, Parts::on(world), …)`
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use chainrule::{Adam, Init, Parts, Rng, Trainer, network};
//!
//! network! { struct Net = Affine(2, 16) -> Relu -> Affine(16, 2) => SoftmaxWithLoss; }
//!
//! fn main() -> ExitCode {
//!     chainrule_mpi::run(|world| {
//!         // The same data and the same seed on every rank.
//!         let mut rng = Rng::seed(0);
//!         let x: Vec<_> = (0..1000).map(|_| [0; 2].map(|_| rng.normal() as f32)).collect();
//!         let t: Vec<_> = x.iter().map(|[a, b]| u8::from(a * b > 0.0)).collect();
//!
//!         let net = Net::new(Init::He, &mut rng);
//!         let mut trainer = Trainer::new(net, Adam::new(0.01)?)
//!             .batch_size(64)
//!             .validation_split(0.2)
//!             .checkpoint("run.safetensors")
//!             .parts(Parts::on(world));
//!         trainer.fit((&x, &t))?;
//!         if world.rank() == 0 {
//!             println!("{}", trainer.history().csv());
//!         }
//!         Ok::<_, Box<dyn std::error::Error>>(())
//!     })
//! }
//! ```
//!
//! ```text
//! mpirun -np 2 cargo run --release
//! ```
//!
//! # Errors
//!
//! An error of one rank ends the run on all: the others report [`RankError::Failed`] with its text.
//! If a rank is killed, the others report [`RankError::Lost`]: as soon as `mpirun` notices, and after
//! [`World::set_timeout`] in any case. The last checkpoint is complete.
//!
//! # Threads
//!
//! With the feature `threads` of `chainrule`, which it has by default, each rank divides large
//! products among the cores of its machine. Start one rank for each machine then, or one for each
//! core with `RAYON_NUM_THREADS=1`.
//!
//! [`RankError::Failed`]: chainrule::RankError::Failed
//! [`RankError::Lost`]: chainrule::RankError::Lost

mod calls;
mod world;

pub use world::{World, run};
