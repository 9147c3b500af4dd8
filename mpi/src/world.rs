//! The ranks of an MPI run.

use std::error::Error as StdError;
use std::fmt;
use std::io::{self, Write};
use std::mem::{ManuallyDrop, take};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use chainrule::{RankError, Ranks, Scalar};
use mpi::Threading;
use mpi::environment::Universe;
use mpi::traits::Communicator;
use signal_hook::consts::SIGTERM;

use crate::calls::{Failed, Number, Pending, abort, return_errors, text};

/// Runs `work` on this rank, and returns the status with which `main` ends.
///
/// An error is printed with the number of the rank, and ends all ranks. A process that `mpirun` did
/// not start is the only rank.
///
/// The process handles `SIGTERM`, by which `mpirun` ends a run in which a rank has died: the next
/// exchange with another rank is then an error.
pub fn run<E: Into<Box<dyn StdError>>>(work: impl FnOnce(&World) -> Result<(), E>) -> ExitCode {
    let mut world = match World::new() {
        Ok(world) => world,
        Err(message) => {
            eprintln!("failed to start MPI: {message}");
            return ExitCode::FAILURE;
        }
    };
    match work(&world) {
        Ok(()) if world.state().lost.is_none() => {
            // SAFETY: it is dropped once, here. After a panic or an error it is not dropped, since
            // that would wait for the other ranks.
            unsafe { ManuallyDrop::drop(&mut world.universe) };
            ExitCode::SUCCESS
        }
        Ok(()) => ExitCode::FAILURE,
        Err(error) => {
            // In one piece, since other ranks write to the same terminal.
            let line = format!("rank {} of {}: {}\n", world.rank, world.count, error.into());
            drop(io::stderr().write_all(line.as_bytes()));
            thread::sleep(GRACE);
            abort();
            ExitCode::FAILURE
        }
    }
}

/// The time in which the other ranks print their errors, before one of them ends all.
const GRACE: Duration = Duration::from_millis(300);

/// How long a rank waits for the others, unless [`World::set_timeout`] changes it.
const TIMEOUT: Duration = Duration::from_secs(60);

/// All ranks of a run, as one of them sees them: an implementation of [`Ranks`] for `f32` and
/// `f64`, which [`run`] creates.
///
/// Sums have the same bits on every rank, and the same again in another run on as many ranks with
/// the same MPI library.
pub struct World {
    universe: ManuallyDrop<Universe>,
    rank: usize,
    count: usize,
    state: Mutex<State>,
    /// Whether the process was asked to end.
    is_ending: Arc<AtomicBool>,
}

/// What calls share. One is made at a time, as `MPI_THREAD_SERIALIZED` requires.
struct State {
    timeout: Duration,
    /// Why the other ranks cannot be reached any more.
    lost: Option<RankError>,
    singles: Sums<f32>,
    doubles: Sums<f64>,
}

/// The sums that have begun, with their offsets, and memory for others.
struct Sums<T> {
    begun: Vec<(usize, Pending<T>)>,
    room: Vec<[Vec<T>; 2]>,
}

/// The numbers of gradients.
trait Gradient: Number + Scalar {
    fn sums(state: &mut State) -> &mut Sums<Self>;
}

impl Gradient for f32 {
    fn sums(state: &mut State) -> &mut Sums<f32> {
        &mut state.singles
    }
}

impl Gradient for f64 {
    fn sums(state: &mut State) -> &mut Sums<f64> {
        &mut state.doubles
    }
}

impl World {
    fn new() -> Result<World, String> {
        let started = mpi::initialize_with_threading(Threading::Serialized);
        let (universe, threading) = started.ok_or("it has been started before")?;
        // After an error below, other ranks are not waited for.
        let universe = ManuallyDrop::new(universe);
        if threading < Threading::Serialized {
            return Err(format!("expected support for threads, found {threading:?}"));
        }
        return_errors().map_err(|failed| described(&failed))?;
        let is_ending = Arc::new(AtomicBool::new(false));
        signal_hook::flag::register(SIGTERM, Arc::clone(&is_ending))
            .map_err(|cause| cause.to_string())?;
        let world = universe.world();
        let [rank, count] = [world.rank(), world.size()].map(|number| number as usize);
        let (singles, doubles) = (Sums::new(), Sums::new());
        let state = Mutex::new(State { timeout: TIMEOUT, lost: None, singles, doubles });
        Ok(World { universe, rank, count, state, is_ending })
    }

    /// The number of this rank, from 0.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// The number of ranks.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Sets how long this rank waits for the others before it reports that they are lost; the
    /// default is a minute. It has to be longer than the others may take for what this rank does not
    /// do: a larger part of a batch, a checkpoint, a callback.
    pub fn set_timeout(&self, timeout: Duration) {
        self.state().timeout = timeout;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while a call is made loses no memory that MPI uses.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a call, unless the other ranks are lost.
    fn begin<T>(
        &self,
        state: &mut State,
        call: impl FnOnce(&mut State) -> Result<Pending<T>, Failed>,
    ) -> Result<Pending<T>, RankError> {
        match &state.lost {
            Some(lost) => Err(lost.clone()),
            None => call(state).map_err(|failed| lose(state, described(&failed))),
        }
    }

    /// Waits until a call is complete.
    fn complete<T: Number>(
        &self,
        state: &mut State,
        pending: &mut Pending<T>,
    ) -> Result<(), RankError> {
        let begin = Instant::now();
        loop {
            match pending.test() {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(failed) => return Err(lose(state, described(&failed))),
            }
            if self.is_ending.load(Ordering::Relaxed) {
                return Err(lose(state, ENDED.to_owned()));
            }
            let timeout = state.timeout;
            let elapsed = begin.elapsed();
            if elapsed > timeout {
                let cause = format!(
                    "expected an answer of the other ranks within {timeout:?}, found none: a rank \
                     has died or takes longer, or a connection is broken; {HELP}"
                );
                return Err(lose(state, cause));
            }
            // Another rank may run on the same core.
            if elapsed > SPIN {
                thread::yield_now();
            }
        }
    }

    /// Begins to add values over the ranks.
    fn begin_values<T: Gradient>(
        &self,
        state: &mut State,
        offset: usize,
        values: &[T],
    ) -> Result<(), RankError> {
        for (piece, values) in values.chunks(PIECE).enumerate() {
            let pending = self.begin(state, |state| {
                Pending::sum(values, T::sums(state).room.pop().unwrap_or_default())
            })?;
            let begun = &mut T::sums(state).begun;
            begun.push((offset + piece * PIECE, pending));
            // MPI proceeds, with all calls, only when it is called. An error is reported by
            // `complete`.
            drop(begun[0].1.test());
        }
        Ok(())
    }

    /// Completes all sums, and stores them.
    fn finish_values<T: Gradient>(
        &self,
        state: &mut State,
        into: &mut [T],
    ) -> Result<usize, RankError> {
        let mut count = 0;
        for (offset, mut pending) in take(&mut T::sums(state).begun) {
            self.complete(state, &mut pending)?;
            let sums = pending.received();
            into[offset..offset + sums.len()].copy_from_slice(sums);
            count += sums.len();
            T::sums(state).room.push(pending.into_room());
        }
        Ok(count)
    }

    fn gather_numbers<T: Number>(
        &self,
        state: &mut State,
        values: &[T],
        lengths: &[usize],
        zero: T,
    ) -> Result<Vec<T>, RankError> {
        let mut pending = self.begin(state, |_| Pending::gather(values, lengths, zero))?;
        self.complete(state, &mut pending)?;
        Ok(pending.received().to_vec())
    }
}

/// How long a rank waits before it lets other processes run: about as long as the sum of a small
/// network takes.
const SPIN: Duration = Duration::from_micros(100);

/// The maximum number of values in one call. The calls of a large gradient follow each other as in a
/// pipeline: while one rank adds a piece, another sends the next, out of its cache.
const PIECE: usize = 1 << 17;

const HELP: &str = "start again from the last checkpoint";

/// The cause of an end by `SIGTERM`.
const ENDED: &str = "the run is ended from outside, which `mpirun` does when a rank has died; start \
                     again from the last checkpoint";

fn described(failed: &Failed) -> String {
    match failed.code {
        -1 => format!("{} takes fewer than 2³¹ numbers", failed.call),
        code => format!("{} failed: {}; {HELP}", failed.call, text(code)),
    }
}

fn lose(state: &mut State, cause: String) -> RankError {
    state.lost.insert(RankError::Lost { cause }).clone()
}

impl<T> Sums<T> {
    fn new() -> Sums<T> {
        Sums { begun: Vec::new(), room: Vec::new() }
    }
}

/// Implements [`Ranks`].
macro_rules! ranks {
    ($($number:ty),*) => {$(
        impl Ranks<$number> for World {
            fn rank(&self) -> usize {
                self.rank
            }

            fn count(&self) -> usize {
                self.count
            }

            fn sum(&self, values: &mut [f64]) -> Result<(), RankError> {
                let state = &mut self.state();
                let room = state.doubles.room.pop().unwrap_or_default();
                let mut pending = self.begin(state, |_| Pending::sum(values, room))?;
                self.complete(state, &mut pending)?;
                values.copy_from_slice(pending.received());
                state.doubles.room.push(pending.into_room());
                Ok(())
            }

            fn sum_gradients(&self, values: &mut [$number]) -> Result<(), RankError> {
                let state = &mut self.state();
                self.begin_values(state, 0, values)?;
                self.finish_values(state, values).map(|_| ())
            }

            fn begin_sum(&self, offset: usize, values: &[$number]) -> Result<(), RankError> {
                let state = &mut self.state();
                self.begin_values(state, offset, values)
            }

            fn finish_sums(&self, grads: &mut [$number]) -> Result<usize, RankError> {
                self.finish_values(&mut self.state(), grads)
            }

            fn gather(&self, bytes: &[u8]) -> Result<Vec<Vec<u8>>, RankError> {
                let state = &mut self.state();
                let ones = vec![1; self.count];
                let lengths = self.gather_numbers(state, &[bytes.len() as u64], &ones, 0)?;
                let lengths: Vec<_> = lengths.into_iter().map(|len| len as usize).collect();
                let mut rest = &self.gather_numbers(state, bytes, &lengths, 0)?[..];
                let part = |&len: &usize| {
                    let (part, after) = rest.split_at(len);
                    rest = after;
                    part.to_vec()
                };
                Ok(lengths.iter().map(part).collect())
            }
        }
    )*};
}

ranks!(f32, f64);

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rank {} of {}", self.rank, self.count)
    }
}
