//! Ranks that are threads of one process, to test what ranks do without MPI.

use std::sync::{Barrier, Mutex};
use std::thread;

use chainrule::{RankError, Ranks, Scalar};

/// What the ranks share.
struct Meeting {
    barrier: Barrier,
    messages: Mutex<Vec<Vec<u8>>>,
}

/// A rank: a thread.
pub struct Rank<'m> {
    rank: usize,
    count: usize,
    meeting: &'m Meeting,
    /// The sums that have begun: their offsets, and the values of this rank.
    begun: Mutex<Vec<(usize, Vec<f64>)>>,
}

/// Runs `work` on `count` ranks. Returns its results, in the order of the ranks.
pub fn on<R: Send>(count: usize, work: impl Fn(&Rank<'_>) -> R + Sync) -> Vec<R> {
    let meeting =
        Meeting { barrier: Barrier::new(count), messages: Mutex::new(vec![Vec::new(); count]) };
    let run = |rank| work(&Rank { rank, count, meeting: &meeting, begun: Mutex::default() });
    thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..count).map(|rank| scope.spawn(move || run(rank))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

impl Rank<'_> {
    fn exchange(&self, bytes: Vec<u8>) -> Vec<Vec<u8>> {
        self.meeting.messages.lock().unwrap()[self.rank] = bytes;
        self.meeting.barrier.wait();
        let all = self.meeting.messages.lock().unwrap().clone();
        self.meeting.barrier.wait();
        all
    }

    /// Adds in the order of the ranks.
    fn sum_of(&self, values: &[f64]) -> Vec<f64> {
        let own = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let mut sums = vec![0.0; values.len()];
        for bytes in self.exchange(own) {
            for (sum, bytes) in sums.iter_mut().zip(bytes.as_chunks::<8>().0) {
                *sum += f64::from_le_bytes(*bytes);
            }
        }
        sums
    }
}

impl<T: Scalar> Ranks<T> for Rank<'_> {
    fn rank(&self) -> usize {
        self.rank
    }

    fn count(&self) -> usize {
        self.count
    }

    fn sum(&self, values: &mut [f64]) -> Result<(), RankError> {
        let sums = self.sum_of(values);
        values.copy_from_slice(&sums);
        Ok(())
    }

    fn sum_gradients(&self, values: &mut [T]) -> Result<(), RankError> {
        let numbers: Vec<_> = values.iter().map(|value| value.as_f64()).collect();
        for (value, sum) in values.iter_mut().zip(self.sum_of(&numbers)) {
            *value = T::from_f64(sum);
        }
        Ok(())
    }

    fn begin_sum(&self, offset: usize, values: &[T]) -> Result<(), RankError> {
        let values = values.iter().map(|value| value.as_f64()).collect();
        self.begun.lock().unwrap().push((offset, values));
        Ok(())
    }

    fn finish_sums(&self, grads: &mut [T]) -> Result<usize, RankError> {
        let mut count = 0;
        for (offset, values) in self.begun.lock().unwrap().drain(..) {
            for (grad, sum) in grads[offset..].iter_mut().zip(self.sum_of(&values)) {
                *grad = T::from_f64(sum);
                count += 1;
            }
        }
        Ok(count)
    }

    fn gather(&self, bytes: &[u8]) -> Result<Vec<Vec<u8>>, RankError> {
        Ok(self.exchange(bytes.to_vec()))
    }
}
