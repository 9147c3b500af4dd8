//! Processes that train one network together.

use core::fmt::Display;

use thiserror::Error as ThisError;

use crate::kernels::scalar::Scalar;

/// The processes that train one network together, numbered from 0, as this process sees them.
///
/// Each rank has the whole network and computes the gradient of its share of a batch. The sum of
/// the shares is the gradient of the batch, with the same bits on every rank, so the networks stay
/// equal. The crate `chainrule-mpi` implements this trait with MPI; [`Parts::on`](crate::Parts::on)
/// and [`Trainer::parts`](crate::Trainer::parts) use it.
///
/// All methods but the first two are collective: they return once every rank has called them, in
/// the same order. An implementation that cannot reach another rank returns [`RankError::Lost`]
/// within a bounded time.
pub trait Ranks<T: Scalar>: Sync {
    /// The number of this process, from 0.
    fn rank(&self) -> usize;

    /// The number of processes.
    fn count(&self) -> usize;

    /// Replaces each number by its sum over all ranks, with the same bits on each.
    ///
    /// # Errors
    ///
    /// [`RankError::Lost`]
    fn sum(&self, values: &mut [f64]) -> Result<(), RankError>;

    /// The variant of [`sum`](Ranks::sum) for gradients.
    ///
    /// # Errors
    ///
    /// [`RankError::Lost`]
    fn sum_gradients(&self, values: &mut [T]) -> Result<(), RankError>;

    /// Begins to sum `values`, which start at number `offset` of a gradient, while this rank
    /// computes the rest of it. The values are copied.
    ///
    /// # Errors
    ///
    /// [`RankError::Lost`]
    fn begin_sum(&self, offset: usize, values: &[T]) -> Result<(), RankError>;

    /// Completes all sums that [`begin_sum`](Ranks::begin_sum) began, and stores them in `grads`,
    /// at their offsets. Returns the number of values.
    ///
    /// # Errors
    ///
    /// [`RankError::Lost`]
    fn finish_sums(&self, grads: &mut [T]) -> Result<usize, RankError>;

    /// Returns the bytes of every rank, in the order of the ranks.
    ///
    /// # Errors
    ///
    /// [`RankError::Lost`]
    fn gather(&self, bytes: &[u8]) -> Result<Vec<Vec<u8>>, RankError>;
}

/// Why ranks cannot train together. Every rank returns such an error, or the error that it names.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum RankError {
    /// Another rank failed.
    #[error("rank {rank} failed: {message}")]
    Failed {
        /// The rank.
        rank: usize,
        /// The text of its error.
        message: String,
    },

    /// A rank differs from the first in something that has to be the same on all.
    #[error("expected {what} {expected} on every rank, as on rank 0, found {found} on rank {rank}")]
    Differs {
        /// What differs.
        what: String,
        /// The value of rank 0.
        expected: String,
        /// The first rank with another value.
        rank: usize,
        /// Its value.
        found: String,
    },

    /// A rank cannot be reached.
    #[error("{cause}")]
    Lost {
        /// What happened, and what to do.
        cause: String,
    },
}

/// The samples of this rank in a batch of `len`: whole numbers that differ by at most 1 between
/// ranks.
///
/// ```
/// use chainrule::share;
///
/// assert_eq!([share(0, 3, 8), share(1, 3, 8), share(2, 3, 8)], [0..2, 2..5, 5..8]);
/// ```
///
/// # Panics
///
/// If `rank` is not below `count`.
pub fn share(rank: usize, count: usize, len: usize) -> core::ops::Range<usize> {
    assert!(rank < count, "expected a rank below {count}, found {rank}");
    // As u128, in which no product overflows.
    let bound = |rank: usize| (len as u128 * rank as u128 / count as u128) as usize;
    bound(rank)..bound(rank + 1)
}

/// Something that has to be the same on all ranks, and its value.
pub(crate) type Fact = (&'static str, String);

/// Compares facts with those of the other ranks.
///
/// # Errors
///
/// [`RankError::Differs`] on every rank, for the first fact that differs.
pub(crate) fn check_same<T: Scalar>(ranks: &dyn Ranks<T>, facts: &[Fact]) -> Result<(), RankError> {
    let lines: Vec<_> = facts.iter().map(|(what, value)| format!("{what}\t{value}\n")).collect();
    let all = ranks.gather(lines.concat().as_bytes())?;
    let all: Vec<_> = all.iter().map(|bytes| String::from_utf8_lossy(bytes)).collect();
    for (rank, text) in all.iter().enumerate().skip(1) {
        if let Some((of_first, of_rank)) = first_difference(&all[0], text) {
            let (what, expected) = of_first.split_once('\t').unwrap_or(("fact", of_first));
            let found = of_rank.split_once('\t').map_or(of_rank, |(_, found)| found);
            let [what, expected, found] = [what, expected, found].map(str::to_owned);
            return Err(RankError::Differs { what, expected, rank, found });
        }
    }
    Ok(())
}

/// The first line that differs, in both texts; empty where a text has ended.
fn first_difference<'a>(first: &'a str, other: &'a str) -> Option<(&'a str, &'a str)> {
    let (mut firsts, mut others) = (first.lines(), other.lines());
    loop {
        match (firsts.next(), others.next()) {
            (None, None) => return None,
            (a, b) if a == b => {}
            (a, b) => return Some((a.unwrap_or_default(), b.unwrap_or_default())),
        }
    }
}

/// Exchanges the numbers that each rank computed, or its failure. `of_ranks` wraps an error of the
/// others.
///
/// # Errors
///
/// The own error; [`RankError::Failed`] if only another rank failed.
pub(crate) fn exchange<T: Scalar, E: Display>(
    ranks: &dyn Ranks<T>,
    own: Result<Vec<f64>, E>,
    of_ranks: fn(RankError) -> E,
) -> Result<Vec<Vec<f64>>, E> {
    let mut message = vec![u8::from(own.is_err())];
    match &own {
        Ok(numbers) => message.extend(numbers.iter().flat_map(|number| number.to_le_bytes())),
        Err(error) => message.extend(error.to_string().into_bytes()),
    }
    let all = ranks.gather(&message).map_err(of_ranks)?;
    own?;
    for (rank, message) in all.iter().enumerate() {
        if message.first() != Some(&0) {
            let message = String::from_utf8_lossy(message.get(1..).unwrap_or_default());
            return Err(of_ranks(RankError::Failed { rank, message: message.into_owned() }));
        }
    }
    let numbers = |bytes: &Vec<u8>| {
        bytes[1..].as_chunks::<8>().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect()
    };
    Ok(all.iter().map(numbers).collect())
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn the_first_line_that_differs() {
        assert_eq!(first_difference("a\t1\nb\t2\n", "a\t1\nb\t2\n"), None);
        assert_eq!(first_difference("a\t1\nb\t2\n", "a\t1\nb\t3\n"), Some(("b\t2", "b\t3")));
        assert_eq!(first_difference("a\t1\n", "a\t1\nb\t3\n"), Some(("", "b\t3")));
    }
}
