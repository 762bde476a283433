//! How long things took: a histogram whose buckets are about three per cent wide.

use std::collections::BTreeMap;

/// Counts by milliseconds: exact below 64, then 32 buckets to each doubling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latency {
    buckets: BTreeMap<u64, u64>,
    count: u64,
}

impl Latency {
    /// One more took so many milliseconds.
    pub fn add(&mut self, millis: u64) {
        *self.buckets.entry(floor(millis)).or_default() += 1;
        self.count += 1;
    }

    /// The least milliseconds, to about three per cent, within which so many of a thousand were
    /// done; none of none.
    pub fn permille(&self, permille: u64) -> Option<u64> {
        let wanted = (self.count * permille).div_ceil(1_000).max(1);
        let mut seen = 0;
        let done = |(_, count): &(&u64, &u64)| {
            seen += **count;
            seen >= wanted
        };
        self.buckets.iter().find(done).map(|(floor, _)| *floor)
    }
}

/// Where a value's bucket begins.
fn floor(millis: u64) -> u64 {
    let width = millis.checked_ilog2().unwrap_or(0).saturating_sub(EXACT_BITS - 1);
    millis >> width << width
}

const EXACT_BITS: u32 = 6;
