//! What the ranks of a training exchange besides gradients.

use core::any::type_name;
use core::ops::ControlFlow;
use std::fs;
use std::path::Path;

use super::error::Error;
use super::metrics::{Added, Tally, merge_sums};
use super::run::Run;
use super::settings::Settings;
use crate::kernels::scalar::Scalar;
use crate::network::declared::Network;
use crate::optim::LearningRate;
use crate::ranks::{Fact, RankError, Ranks, check_same, exchange};
use crate::rng::Rng;
use crate::saving::{Error as SavingError, State, read_state};
use crate::training::agreement::{of_parameters, of_type};

/// What has to be the same on all ranks before the first step.
pub(super) fn settings_of<N: Network, O: LearningRate>(
    run: &Run<'_, N, O>,
    settings: &Settings<'_, N, O>,
    samples: u64,
    validation: usize,
) -> Vec<Fact> {
    let metrics = settings.metrics.iter().map(|metric| metric.name()).collect::<Vec<_>>();
    let facts: [(_, &dyn core::fmt::Debug); 17] = [
        ("training samples", &samples),
        ("validation samples", &validation),
        ("batch size", &run.batch_size),
        ("seed", &run.first_seed()),
        ("epochs", &settings.epochs),
        ("steps so far", &run.place.step),
        ("learning rate", &run.optimizer.learning_rate()),
        ("maximum gradient norm", &settings.clip),
        ("patience", &settings.patience),
        ("`keep_best`", &run.best.is_some()),
        ("`k` of `top_k`", &settings.top_k),
        ("metrics", &metrics),
        ("checkpoint", &settings.keeper.is_some()),
        ("steps between checkpoints", &settings.checkpoint_every),
        ("`on_step`", &settings.on_step.is_some()),
        ("`augment`", &settings.augment.is_some()),
        ("random numbers", &run.rng.state()),
    ];
    let facts = facts.map(|(what, value)| (what, format!("{value:?}")));
    let optimizer = ("the optimizer", type_name::<O>().to_owned());
    let parameters = of_parameters(&*run.network);
    of_type::<N>().into_iter().chain([optimizer]).chain(facts).chain([parameters]).collect()
}

/// Rejects ranks whose networks have drifted apart.
pub(super) fn check_parameters_same<N: Network>(
    ranks: &dyn Ranks<N::Scalar>,
    network: &N,
) -> Result<(), RankError> {
    check_same(ranks, &[of_parameters(network)])
}

/// Reads the checkpoint on rank 0, and loads it on every rank.
pub(super) fn load_together<N: Network, O: State<N>>(
    ranks: &dyn Ranks<N::Scalar>,
    run: &mut Run<'_, N, O>,
    path: &Path,
) -> Result<(), Error> {
    let in_file = |cause| SavingError::File { path: path.to_owned(), cause: Box::new(cause) };
    let read = match ranks.rank() {
        0 => fs::read(path),
        _ => Ok(Vec::new()),
    };
    let (bytes, failed) = match read {
        Ok(bytes) => (bytes, Ok(Vec::new())),
        Err(cause) => (Vec::new(), Err(in_file(SavingError::Read { cause }).into())),
    };
    exchange(ranks, failed, Error::from)?;
    let files = ranks.gather(&bytes)?;
    let loaded = read_state(run, &files[0][..]).map_err(|cause| Error::from(in_file(cause)));
    exchange(ranks, loaded.map(|()| Vec::new()), Error::from)?;
    if ranks.rank() > 0 {
        // Rank 0 alone has the metrics so far.
        run.place.tally = Tally::default();
        run.place.sums.fill(0.0);
    }
    Ok(())
}

/// The metrics of an epoch so far on all ranks, given those of each. Rank 0 keeps them, and the
/// others begin anew.
pub(super) fn merged<N: Network>(
    ranks: &dyn Ranks<N::Scalar>,
    metrics: &Added<'_, N>,
    tally: &mut Tally,
    sums: &mut [f64],
) -> Result<(Tally, Vec<f64>), Error> {
    let total = total_of(ranks, metrics, Ok((*tally, &*sums)))?;
    if ranks.rank() == 0 {
        *tally = total.0;
        sums.copy_from_slice(&total.1);
    } else {
        *tally = Tally::default();
        sums.fill(0.0);
    }
    Ok(total)
}

/// The sum of the metrics of all ranks, or the error of any.
pub(super) fn total_of<N: Network>(
    ranks: &dyn Ranks<N::Scalar>,
    metrics: &Added<'_, N>,
    own: Result<(Tally, &[f64]), Error>,
) -> Result<(Tally, Vec<f64>), Error> {
    let own = own.map(|(tally, sums)| [&tally.numbers()[..], sums].concat());
    let all = exchange(ranks, own, Error::from)?;
    let mut total = (Tally::default(), vec![0.0; all[0].len() - 5]);
    for numbers in &all {
        if let Some((tally, sums)) = numbers.split_first_chunk::<5>() {
            total.0.add_numbers(*tally);
            merge_sums(metrics, &mut total.1, sums);
        }
    }
    Ok(total)
}

/// Whether any rank is to stop.
pub(super) fn any_breaks<T: Scalar>(
    ranks: &dyn Ranks<T>,
    own: ControlFlow<()>,
) -> Result<ControlFlow<()>, RankError> {
    let mut stopping = [f64::from(u8::from(own.is_break()))];
    ranks.sum(&mut stopping)?;
    Ok(if stopping[0] > 0.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
}

/// The generator of a rank in a step: other numbers in each step of each epoch and on each rank,
/// which do not depend on those of the steps before.
pub(super) fn rng_of(order: u64, step: u64, rank: usize) -> Rng {
    let [step, rank] = [step, rank as u64].map(|number| number.wrapping_add(1));
    Rng::seed(order ^ step.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ rank.rotate_left(48))
}
