//! Durations and dates as playlists spell them.

use std::{fmt, str::FromStr};

use super::{MediaDuration, NANOS_PER_SEC, ProgramTime};

/// What stands where a decimal number of seconds should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected decimal seconds such as `6.006`")]
pub struct NotADuration;

/// Reads `-?digits[.digits]` exactly to the nanosecond; digits after the ninth are dropped.
impl FromStr for MediaDuration {
    type Err = NotADuration;

    fn from_str(text: &str) -> Result<Self, NotADuration> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return Err(NotADuration);
        }
        let nanos = decimal(whole)?
            .checked_mul(NANOS_PER_SEC)
            .and_then(|secs| secs.checked_add(fraction_nanos(fraction)?))
            .ok_or(NotADuration)?;
        Ok(Self::from_nanos(if negative { -nanos } else { nanos }))
    }
}

/// The shortest exact form that keeps a decimal point: `6.0`, `6.006`, `0.04`.
impl fmt::Display for MediaDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.as_nanos().unsigned_abs();
        let (secs, rest) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
        let sign = if self.as_nanos() < 0 { "-" } else { "" };
        let fraction = format!("{rest:09}");
        let digits = fraction.trim_end_matches('0');
        write!(f, "{sign}{secs}.{}", if digits.is_empty() { "0" } else { digits })
    }
}

impl ProgramTime {
    /// Reads an ISO 8601 date with a zone; `+0000` and `+00` count as zones, none at all as UTC.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let stamp = text
            .parse::<jiff::Timestamp>()
            .or_else(|_| format!("{text}Z").parse::<jiff::Timestamp>())
            .ok()?;
        i64::try_from(stamp.as_nanosecond()).ok().map(Self::from_nanos)
    }
}

/// `2026-01-01T00:00:30.000Z`: the milliseconds playlists carry (rfc8216bis §4.4.4.6), rounded down.
impl fmt::Display for ProgramTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.as_millis()) {
            Ok(stamp) => write!(f, "{stamp:.3}"),
            Err(_) => f.write_str("-"),
        }
    }
}

fn decimal(digits: &str) -> Result<i64, NotADuration> {
    if digits.is_empty() {
        return Ok(0);
    }
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NotADuration);
    }
    digits.parse().map_err(|_| NotADuration)
}

/// The value of up to nine digits after the point, in nanoseconds; `None` if one is no digit.
fn fraction_nanos(digits: &str) -> Option<i64> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let kept = &digits[..digits.len().min(9)];
    let padded = format!("{kept:0<9}");
    padded.parse().ok()
}
