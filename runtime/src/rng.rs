//! The random number generator.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_xoshiro::Xoshiro256PlusPlus;

/// A seeded random number generator. The same seed gives the same numbers on every machine and for
/// any number of threads.
///
/// This crate has no hidden generator: whatever is random takes an `&mut Rng`. The generator is
/// xoshiro256++ (Blackman and Vigna, 2019).
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
    /// Returns a generator with this seed.
    pub fn seed(seed: u64) -> Rng {
        Rng(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// Returns the state of the generator, for [`from_state`](Rng::from_state).
    pub fn state(&self) -> [u64; 4] {
        let bytes = self.0.state();
        let words = bytes.as_chunks::<8>().0;
        core::array::from_fn(|at| u64::from_le_bytes(words[at]))
    }

    /// Returns a generator that continues from `state`. It draws the same numbers as the generator
    /// whose [`state`](Rng::state) was taken.
    ///
    /// Four zeros are not a valid state of the generator; they are replaced by the seed 0.
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

    /// Draws 64 random bits, for example as a seed for another generator.
    pub fn bits(&mut self) -> u64 {
        self.0.random()
    }

    /// Draws from the standard normal distribution (mean 0, standard deviation 1).
    pub fn normal(&mut self) -> f64 {
        self.0.sample(StandardNormal)
    }

    /// Draws a number uniformly from `[0, 1)`.
    pub fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    /// Draws an index uniformly from `0..bound`. Returns 0 if `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        match bound {
            0 => 0,
            // u64, so that 32-bit and 64-bit machines draw the same numbers.
            _ => self.0.random_range(0..bound as u64) as usize,
        }
    }

    /// Shuffles `items`; every order is equally likely.
    pub fn shuffle<V>(&mut self, items: &mut [V]) {
        items.shuffle(&mut self.0);
    }
}
