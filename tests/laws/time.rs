//! Times as whole nanoseconds, and how playlists spell them. Shares nothing with the product.

/// Nanoseconds: of media, or since the Unix epoch.
pub(crate) type Ns = i64;

/// One second.
pub(crate) const SECOND: Ns = 1_000_000_000;
/// One millisecond.
pub(crate) const MILLI: Ns = 1_000_000;

/// Reads plain decimal seconds, `6` or `6.006`; nothing else.
pub(crate) fn seconds(text: &str) -> Option<Ns> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let nanos = format!("{:0<9}", &fraction[..fraction.len().min(9)]);
    whole.parse::<Ns>().ok()?.checked_mul(SECOND)?.checked_add(nanos.parse().ok()?)
}

/// Reads an ISO 8601 date that has a zone.
pub(crate) fn date(text: &str) -> Option<Ns> {
    let stamp: jiff::Timestamp = text.parse().ok()?;
    Ns::try_from(stamp.as_nanosecond()).ok()
}

/// A date with milliseconds, rounded down.
pub(crate) fn show_date(at: Ns) -> String {
    let stamp = jiff::Timestamp::from_millisecond(at.div_euclid(MILLI));
    stamp.map_or_else(|_| at.to_string(), |stamp| format!("{stamp:.3}"))
}

/// Seconds with as many decimals as are needed, at least three.
pub(crate) fn show_seconds(length: Ns) -> String {
    let sign = if length < 0 { "-" } else { "" };
    let (whole, rest) = (length.abs() / SECOND, length.abs() % SECOND);
    let mut fraction = format!("{rest:09}");
    while fraction.len() > 3 && fraction.ends_with('0') {
        fraction.pop();
    }
    format!("{sign}{whole}.{fraction}")
}

/// Whole seconds, half up: what TARGETDURATION is held against.
pub(crate) const fn rounded(length: Ns) -> i64 {
    (length + SECOND / 2).div_euclid(SECOND)
}

#[test]
fn seconds_are_read_exactly_or_not_at_all() {
    assert_eq!(seconds("6.006"), Some(6_006_000_000));
    assert_eq!(seconds("10"), Some(10 * SECOND));
    assert_eq!(["", ".5", "5.", "-1", "1e3", " 6", "6s"].map(seconds), [None; 7]);
    assert_eq!(show_seconds(-6_006_000_000), "-6.006");
    assert_eq!((rounded(6_499_999_999), rounded(6_500_000_000)), (6, 7));
}

#[test]
fn dates_need_a_zone() {
    let at = date("2026-01-01T00:00:06.500Z").expect("a date");
    assert_eq!(show_date(at), "2026-01-01T00:00:06.500Z");
    assert_eq!(date("2026-01-01T01:00:06.500+01:00"), Some(at));
    assert_eq!(date("2026-01-01T00:00:06.500"), None);
}
