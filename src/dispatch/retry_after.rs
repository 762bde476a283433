//! When a server wants to be asked again (RFC 9110 §10.2.3): in so many seconds, or at a date.

use jiff::fmt::rfc2822::DateTimeParser;

use crate::{
    fetch::HeaderValue,
    units::{MediaDuration, ProgramTime},
};

/// How long that is from `now`; none where it is neither, or past.
pub(super) fn wait(told: &HeaderValue, now: ProgramTime) -> Option<MediaDuration> {
    let told = told.to_str().ok()?.trim();
    let wait = match told.parse::<u32>() {
        Ok(secs) => MediaDuration::from_secs(secs.into()),
        // What has more digits is as good as for ever.
        Err(_) if !told.is_empty() && told.bytes().all(|byte| byte.is_ascii_digit()) => {
            MediaDuration::from_secs(u32::MAX.into())
        }
        Err(_) => date(told)? - now,
    };
    (wait > MediaDuration::ZERO).then_some(wait)
}

fn date(text: &str) -> Option<ProgramTime> {
    let at = DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(ProgramTime::from_millis(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read() {
        let now = ProgramTime::parse("2026-11-23T12:00:00Z").unwrap();
        let secs = |told: &str| {
            let wait = wait(&HeaderValue::from_str(told).unwrap(), now);
            wait.map(|wait| wait.as_millis() / 1_000)
        };
        let told = [
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("99999999999999999999", Some(4_294_967_295)),
            ("Mon, 23 Nov 2026 12:01:30 GMT", Some(90)),
            ("0", None),
            ("-5", None),
            ("", None),
            ("Mon, 23 Nov 2026 11:00:00 GMT", None),
            ("soon", None),
            ("1.5", None),
        ];
        for (told, expected) in told {
            assert_eq!(secs(told), expected, "{told}");
        }
    }
}
