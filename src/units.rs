//! Media time and playlist numbers, exact and impossible to mix up.
//!
//! Nothing here rounds: durations are nanoseconds read digit by digit, because `6.006` summed as a
//! float for a day is seconds wrong. The origin's numbering and the viewer's are different types.
//! Deliberately absent: the current time. That is an argument everywhere above `clock`.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Neg, Sub, SubAssign},
};

mod lexeme;
#[cfg(test)]
mod tests;

pub use lexeme::NotADuration;

/// A signed length of media time in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaDuration(i64);

impl MediaDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// From whole seconds; saturates after 292 years.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(NANOS_PER_SEC))
    }

    /// From milliseconds; saturates.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(NANOS_PER_MILLI))
    }

    /// From nanoseconds.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// From 90 kHz ticks as SCTE-35 counts them, rounded down to a nanosecond; saturates.
    pub const fn from_ticks_90k(ticks: i64) -> Self {
        let (secs, rest) = (ticks.div_euclid(90_000), ticks.rem_euclid(90_000));
        Self(secs.saturating_mul(NANOS_PER_SEC).saturating_add(rest * 100_000 / 9))
    }

    /// Nanoseconds.
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// Milliseconds, truncated towards zero as MediaTailor truncates them.
    pub const fn as_millis(self) -> i64 {
        self.0 / NANOS_PER_MILLI
    }

    /// Seconds rounded to the nearest, half up: the value TARGETDURATION is held against
    /// (rfc8216bis §4.4.3.1).
    pub const fn rounded_secs(self) -> i64 {
        self.0.saturating_add(NANOS_PER_SEC / 2).div_euclid(NANOS_PER_SEC)
    }

    /// Half of it, rounded towards zero.
    #[must_use]
    pub const fn half(self) -> Self {
        Self(self.0 / 2)
    }

    /// A quarter of it, rounded towards zero.
    #[must_use]
    pub const fn quarter(self) -> Self {
        Self(self.0 / 4)
    }

    /// Without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// `n` times as long; saturates.
    #[must_use]
    pub const fn times(self, n: i64) -> Self {
        Self(self.0.saturating_mul(n))
    }

    /// As a length the runtime can wait for; negative becomes zero.
    pub fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_nanos(u64::try_from(self.0).unwrap_or(0))
    }

    /// From a length the runtime measured; saturates.
    pub fn from_std(duration: std::time::Duration) -> Self {
        Self(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX))
    }
}

impl Add for MediaDuration {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for MediaDuration {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for MediaDuration {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl AddAssign for MediaDuration {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for MediaDuration {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for MediaDuration {
    fn sum<I: Iterator<Item = Self>>(durations: I) -> Self {
        durations.fold(Self::ZERO, Add::add)
    }
}

/// A moment on the programme's clock (`EXT-X-PROGRAM-DATE-TIME`), nanoseconds since the Unix epoch.
///
/// The service's own clock is read into the same type, so that "now" can be held against segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramTime(i64);

impl ProgramTime {
    /// From nanoseconds since the Unix epoch.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// From milliseconds since the Unix epoch; saturates.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(NANOS_PER_MILLI))
    }

    /// Nanoseconds since the Unix epoch.
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// Milliseconds since the Unix epoch, rounded down.
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(NANOS_PER_MILLI)
    }
}

impl Add<MediaDuration> for ProgramTime {
    type Output = Self;
    fn add(self, length: MediaDuration) -> Self {
        Self(self.0.saturating_add(length.0))
    }
}

impl Sub<MediaDuration> for ProgramTime {
    type Output = Self;
    fn sub(self, length: MediaDuration) -> Self {
        Self(self.0.saturating_sub(length.0))
    }
}

impl Sub for ProgramTime {
    type Output = MediaDuration;
    fn sub(self, earlier: Self) -> MediaDuration {
        MediaDuration(self.0.saturating_sub(earlier.0))
    }
}

/// Number of a segment in its playlist (`EXT-X-MEDIA-SEQUENCE`, rfc8216bis §4.4.3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaSequence(pub u64);

/// How many discontinuities stand before a segment's URI, its own tag included
/// (`EXT-X-DISCONTINUITY-SEQUENCE`, rfc8216bis §4.4.3.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DiscontinuitySequence(pub u64);

/// A number as the origin counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source<T>(pub T);

/// A number as one viewer's playlists count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Viewer<T>(pub T);

impl Source<MediaSequence> {
    /// `n` segments later.
    #[must_use]
    pub const fn plus(self, n: u64) -> Self {
        Self(MediaSequence(self.0.0.saturating_add(n)))
    }

    /// How many segments later it is than `earlier`; negative if it is not.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.0.wrapping_sub(earlier.0.0).cast_signed()
    }

    /// The viewer's number when his playlists run `by` segments ahead of the origin's.
    pub const fn shifted(self, by: i64) -> Viewer<MediaSequence> {
        Viewer(MediaSequence(self.0.0.wrapping_add_signed(by)))
    }
}

impl Source<DiscontinuitySequence> {
    /// `n` discontinuities later.
    #[must_use]
    pub const fn plus(self, n: u64) -> Self {
        Self(DiscontinuitySequence(self.0.0.saturating_add(n)))
    }

    /// `n` discontinuities earlier.
    #[must_use]
    pub const fn back(self, n: u64) -> Self {
        Self(DiscontinuitySequence(self.0.0.saturating_sub(n)))
    }

    /// How many discontinuities later it is than `earlier`; negative if it is not.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.0.wrapping_sub(earlier.0.0).cast_signed()
    }

    /// The viewer's number when his playlists run `by` discontinuities ahead of the origin's.
    pub const fn shifted(self, by: i64) -> Viewer<DiscontinuitySequence> {
        Viewer(DiscontinuitySequence(self.0.0.wrapping_add_signed(by)))
    }
}

impl Viewer<MediaSequence> {
    /// `n` segments later; negative is earlier.
    #[must_use]
    pub const fn moved(self, n: i64) -> Self {
        Self(MediaSequence(self.0.0.wrapping_add_signed(n)))
    }

    /// `n` segments later.
    #[must_use]
    pub const fn plus(self, n: u64) -> Self {
        Self(MediaSequence(self.0.0.saturating_add(n)))
    }
}

impl Viewer<DiscontinuitySequence> {
    /// `n` discontinuities later; negative is earlier.
    #[must_use]
    pub const fn moved(self, n: i64) -> Self {
        Self(DiscontinuitySequence(self.0.0.wrapping_add_signed(n)))
    }
}

impl fmt::Display for MediaSequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for DiscontinuitySequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

const NANOS_PER_SEC: i64 = 1_000_000_000;
const NANOS_PER_MILLI: i64 = 1_000_000;
