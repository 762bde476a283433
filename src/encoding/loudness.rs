//! How loud a sound is, and how it is brought to the target (G-11).

use std::fmt;

/// A level or a difference of two, in tenths of a decibel (LKFS, LU, dBTP).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(i32);

/// A measurement by ITU-R BS.1770.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loudness {
    /// Over the whole; none where it is all silence.
    pub integrated: Option<Level>,
    /// The true peak.
    pub peak: Option<Level>,
}

impl Level {
    /// From whole decibels.
    pub const fn lkfs(whole: i32) -> Self {
        Self(whole * 10)
    }

    /// From tenths of a decibel.
    pub const fn tenths(tenths: i32) -> Self {
        Self(tenths)
    }

    /// Reads `-23.0`; what stands for silence is none.
    fn parse(text: &str) -> Option<Self> {
        let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
        let negative = whole.starts_with('-');
        let whole: i32 = whole.parse().ok()?;
        let tenth: i32 = tenth.get(..1)?.parse().ok()?;
        let tenths = whole.checked_mul(10)?.checked_add(if negative { -tenth } else { tenth })?;
        Some(Self(tenths))
    }

    /// How far it is from another.
    pub const fn away_from(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).saturating_abs())
    }

    /// What has to be added to it to reach `target`.
    pub const fn up_to(self, target: Self) -> Self {
        Self(target.0.saturating_sub(self.0))
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// No more than so much in either direction.
    #[must_use]
    pub fn at_most(self, other: Self) -> Self {
        Self(self.0.clamp(-other.0, other.0))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let tenths = self.0.unsigned_abs();
        write!(f, "{sign}{}.{}", tenths / 10, tenths % 10)
    }
}

impl Loudness {
    /// Reads the summary that ffmpeg's `ebur128` filter prints at its end.
    pub fn read(said: &str) -> Option<Self> {
        let (_, summary) = said.rsplit_once("Summary:")?;
        let after = |name: &str| {
            let line = summary.lines().find_map(|line| line.trim().strip_prefix(name))?;
            line.split_whitespace().next()
        };
        let integrated = Level::parse(after("I:")?).filter(|level| *level > GATE);
        Some(Self { integrated, peak: after("Peak:").and_then(Level::parse) })
    }
}

/// Nothing below it is loudness (BS.1770-4 Annex 1).
const GATE: Level = Level(-700);
