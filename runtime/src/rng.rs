//! The generator behind every random choice.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_xoshiro::Xoshiro256PlusPlus;

/// A seeded random generator: the same seed gives the same numbers on every
/// machine and for any number of threads.
///
/// Nothing in this crate draws from a hidden generator; whatever is random
/// takes an `&mut Rng`. The stream is xoshiro256++ (Blackman and Vigna, 2019).
///
/// ```
/// use chainrule::Rng;
///
/// let (mut a, mut b) = (Rng::seed(7), Rng::seed(7));
/// assert_eq!(a.below(1000), b.below(1000));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rng(Xoshiro256PlusPlus);

impl Rng {
    /// A generator started from `seed`.
    pub fn seed(seed: u64) -> Rng {
        Rng(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// Where the generator is in its stream, for [`from_state`](Rng::from_state).
    pub fn state(&self) -> [u64; 4] {
        let bytes = self.0.state();
        let words = bytes.as_chunks::<8>().0;
        std::array::from_fn(|at| u64::from_le_bytes(words[at]))
    }

    /// A generator that goes on from `state`: with the numbers that the one would
    /// draw next whose [`state`](Rng::state) it was.
    ///
    /// Four zeros, which no generator comes to, are taken for the seed 0.
    ///
    /// ```
    /// use chainrule::Rng;
    ///
    /// let mut rng = Rng::seed(7);
    /// rng.normal();
    /// let mut same = Rng::from_state(rng.state());
    /// assert_eq!(same.bits(), rng.bits());
    /// ```
    pub fn from_state(state: [u64; 4]) -> Rng {
        let mut bytes = [0; 32];
        for (to, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(state) {
            *to = word.to_le_bytes();
        }
        Rng(Xoshiro256PlusPlus::from_seed(bytes))
    }

    /// 64 bits, each 0 or 1 equally likely: a seed for another generator.
    pub fn bits(&mut self) -> u64 {
        self.0.random()
    }

    /// A sample of the standard normal distribution (mean 0, deviation 1).
    pub fn normal(&mut self) -> f64 {
        self.0.sample(StandardNormal)
    }

    /// A number drawn uniformly from `[0, 1)`.
    pub fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    /// An index drawn uniformly from `0..bound`; 0 if `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        match bound {
            0 => 0,
            // u64, so that 32-bit and 64-bit machines draw the same.
            _ => self.0.random_range(0..bound as u64) as usize,
        }
    }

    /// Puts `items` into a random order, every order equally likely.
    pub fn shuffle<V>(&mut self, items: &mut [V]) {
        items.shuffle(&mut self.0);
    }
}
