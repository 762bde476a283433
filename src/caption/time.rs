//! Times as caption files write them.

use crate::units::MediaDuration;

/// `[hours:]minutes:seconds[.fraction]`, the fraction after a point or, as SubRip has it, a comma.
pub(super) fn clock(text: &str) -> Option<MediaDuration> {
    let text = text.trim();
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let parts: Vec<i64> = whole.split(':').map(digits).collect::<Option<_>>()?;
    let seconds = match parts[..] {
        [hours, minutes, seconds] => hours.checked_mul(3_600)? + minutes * 60 + seconds,
        [minutes, seconds] => minutes.checked_mul(60)? + seconds,
        _ => return None,
    };
    let whole = (seconds < MOST_SECONDS).then(|| MediaDuration::from_secs(seconds))?;
    Some(whole + self::fraction(fraction)?)
}

/// Digits behind a point, of seconds.
pub(super) fn fraction(digits: &str) -> Option<MediaDuration> {
    if digits.is_empty() {
        return Some(MediaDuration::ZERO);
    }
    let nine: String = digits.chars().chain(std::iter::repeat('0')).take(9).collect();
    self::digits(&nine).map(MediaDuration::from_nanos)
}

/// A number of at most ten digits.
pub(super) fn digits(text: &str) -> Option<i64> {
    let plain = (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// `hh:mm:ss.ttt`.
pub(super) fn written(time: MediaDuration) -> String {
    let millis = time.as_millis().max(0);
    let (seconds, millis) = (millis / 1_000, millis % 1_000);
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    format!("{:02}:{:02}:{seconds:02}.{millis:03}", minutes / 60, minutes % 60)
}

/// No ad lasts a day.
pub(super) const MOST_SECONDS: i64 = 86_400;
