//! Chance that can be repeated: `SplitMix64` <https://prng.di.unimi.it/splitmix64.c>, from a seed that the test prints.

use std::hash::{BuildHasher as _, RandomState};

/// A source of numbers.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// From `VARDE_CRASH_SEED`, else a seed nobody chose; and the seed.
    pub(crate) fn new() -> (Self, u64) {
        let given = std::env::var("VARDE_CRASH_SEED").ok();
        let seed = given.map(|seed| seed.parse().expect("VARDE_CRASH_SEED is a number"));
        let seed = seed.unwrap_or_else(|| RandomState::new().hash_one("seed") >> 32);
        (Self(seed), seed)
    }

    /// Another source, for somebody else.
    pub(crate) fn fork(&mut self) -> Self {
        Self(self.next())
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let number = self.next() % u64::try_from(bound).expect("a bound");
        usize::try_from(number).expect("below a usize")
    }

    /// True once in so many.
    pub(crate) fn once_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
