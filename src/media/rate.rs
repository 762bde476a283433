//! Frame rates, exact.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{hls::MilliHz, units::MediaDuration};

/// Frames per second as a fraction in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rate {
    frames: u32,
    seconds: u32,
}

impl Rate {
    /// `frames` in `seconds`; none where either is nothing.
    pub fn new(frames: u32, seconds: u32) -> Option<Self> {
        let divisor = gcd(frames, seconds);
        (frames > 0 && seconds > 0)
            .then(|| Self { frames: frames / divisor, seconds: seconds / divisor })
    }

    /// As `FRAME-RATE` has it: `29.970` is 30000/1001.
    pub fn of_attribute(MilliHz(rate): MilliHz) -> Option<Self> {
        // Of the rates of television (SMPTE ST 2036-1) those that no three decimals can tell.
        let whole = rate.div_ceil(1_000);
        let ntsc = whole.saturating_mul(1_000_000).div_euclid(1_001).abs_diff(rate) < 5;
        if ntsc { Self::new(whole * 1_000, 1_001) } else { Self::new(rate, 1_000) }
    }

    /// As `ffprobe` writes it: `30000/1001`.
    pub fn parse(text: &str) -> Option<Self> {
        let (frames, seconds) = text.split_once('/')?;
        Self::new(frames.parse().ok()?, seconds.parse().ok()?)
    }

    /// When frame number `n` begins, to the nearest nanosecond; saturates.
    pub fn begins(self, n: i64) -> MediaDuration {
        let (frames, seconds) = (i128::from(self.frames), i128::from(self.seconds));
        let nanos = (i128::from(n) * seconds * NANOS + frames / 2).div_euclid(frames);
        MediaDuration::from_nanos(i64::try_from(nanos).unwrap_or(i64::MAX))
    }

    /// How many frames are as long as `length`, to the nearest; saturates.
    pub fn frames_in(self, length: MediaDuration) -> i64 {
        let (frames, seconds) = (i128::from(self.frames), i128::from(self.seconds));
        let units = seconds * NANOS;
        let count = (i128::from(length.as_nanos()) * frames + units / 2).div_euclid(units);
        i64::try_from(count).unwrap_or(i64::MAX)
    }

    /// How many frames of it fill exactly one of `slower`; none where they do not.
    pub fn times(self, slower: Self) -> Option<i64> {
        let own = u64::from(self.frames) * u64::from(slower.seconds);
        let other = u64::from(slower.frames) * u64::from(self.seconds);
        (own % other == 0).then(|| i64::try_from(own / other).ok()).flatten()
    }

    /// Whether it is slower than the other.
    pub fn is_below(self, other: Self) -> bool {
        u64::from(self.frames) * u64::from(other.seconds)
            < u64::from(other.frames) * u64::from(self.seconds)
    }

    /// Thousandths of a hertz, to the nearest.
    pub fn millihertz(self) -> u64 {
        let seconds = u64::from(self.seconds);
        (u64::from(self.frames) * 1_000 + seconds / 2) / seconds
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.frames, self.seconds)
    }
}

fn gcd(one: u32, other: u32) -> u32 {
    if other == 0 { one.max(1) } else { gcd(other, one % other) }
}

const NANOS: i128 = 1_000_000_000;
