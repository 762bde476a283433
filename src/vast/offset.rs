//! Moments and lengths as VAST writes them.

use crate::units::MediaDuration;

use super::Offset;

impl Offset {
    /// Reads `HH:MM:SS(.mmm)` or `n%`; percentages above 100 are none.
    pub fn parse(text: &str) -> Option<Self> {
        let Some(percent) = text.trim().strip_suffix('%') else {
            return clock(text).map(|at| Self::Millis(at.as_millis()));
        };
        // A percentage is read as seconds are, digit by digit.
        let thousandths = unsigned(percent.trim())?.as_millis();
        u32::try_from(thousandths).ok().filter(|n| *n <= 100_000).map(Self::MilliPercent)
    }

    /// The moment it means in an ad of that length.
    pub fn at(self, duration: MediaDuration) -> MediaDuration {
        match self {
            Self::Millis(millis) => MediaDuration::from_millis(millis),
            Self::MilliPercent(n) => {
                let nanos = i128::from(duration.as_nanos()) * i128::from(n) / 100_000;
                MediaDuration::from_nanos(i64::try_from(nanos).unwrap_or(i64::MAX))
            }
        }
    }
}

/// `HH:MM:SS(.mmm)`; hours and minutes may be missing, as some servers leave them out.
pub fn clock(text: &str) -> Option<MediaDuration> {
    let mut parts = text.trim().rsplitn(3, ':');
    let secs = unsigned(parts.next()?)?;
    let minutes = parts.next().map_or(Some(MediaDuration::ZERO), unsigned)?;
    let hours = parts.next().map_or(Some(MediaDuration::ZERO), unsigned)?;
    Some(hours.times(3_600) + minutes.times(60) + secs)
}

fn unsigned(digits: &str) -> Option<MediaDuration> {
    digits.starts_with(|c: char| c.is_ascii_digit()).then(|| digits.parse().ok())?
}
