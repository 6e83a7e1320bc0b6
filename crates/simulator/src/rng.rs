//! Seeded randomness (随机数): the same seed gives the same city on every machine and in every version.
//!
//! Only the raw words of ChaCha12 are taken from the library; choices are made here, because the
//! sampling of `rand` may change between versions, and with it every byte of the demo city.

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// One named stream of random words. Streams of different names do not influence each other, so that
/// adding a row in one file leaves all the other files as they were.
#[derive(Debug, Clone)]
pub struct Rng(ChaCha12Rng);

impl Rng {
    /// The stream `name` of `seed`.
    #[must_use]
    pub fn new(seed: u64, name: &str) -> Self {
        let mut inner = ChaCha12Rng::seed_from_u64(seed);
        inner.set_stream(fnv1a(name));
        Self(inner)
    }

    /// A number in `0..n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.0.next_u64() % n as u64) as usize }
    }

    /// A number in `low..=high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as usize) as i64
    }

    /// A fraction in `[0, 1)`.
    pub fn fraction(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        self.fraction() < p
    }

    /// One of the items. The slice must not be empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// An index drawn by weight; `None` when no weight is positive.
    pub fn weighted(&mut self, weights: &[f64]) -> Option<usize> {
        let total: f64 = weights.iter().sum();
        let mut at = self.fraction() * total;
        weights.iter().position(|w| {
            at -= w;
            at < 0.0 && *w > 0.0
        })
    }

    /// Puts the items in random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// FNV-1a, 64 bits: turns the name of a stream into its number.
fn fnv1a(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let words = |seed, name| {
            let mut r = Rng::new(seed, name);
            (0..4).map(|_| r.below(1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(words(7, "a"), words(7, "a"));
        assert_ne!(words(7, "a"), words(7, "b"));
        assert_ne!(words(7, "a"), words(8, "a"));
    }

    #[test]
    fn weights_of_zero_are_never_drawn() {
        let mut r = Rng::new(1, "w");
        assert!((0..1000).all(|_| r.weighted(&[0.0, 1.0, 0.0]) == Some(1)));
        assert_eq!(r.weighted(&[0.0, 0.0]), None);
    }
}
