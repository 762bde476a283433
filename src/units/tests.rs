use proptest::prelude::*;

use super::*;

#[test]
fn durations_are_read_digit_by_digit() {
    for (text, nanos) in [
        ("6.006", 6_006_000_000),
        ("6", 6_000_000_000),
        (".5", 500_000_000),
        ("5.9999999999", 5_999_999_999),
        ("-1.25", -1_250_000_000),
        ("16777217.125", 16_777_217_125_000_000),
    ] {
        assert_eq!(text.parse(), Ok(MediaDuration::from_nanos(nanos)), "{text}");
    }
    for text in ["", "-", ".", "6,0", "1e3", "NaN", "99999999999999", "6.0x"] {
        assert_eq!(text.parse::<MediaDuration>(), Err(NotADuration), "{text}");
    }
}

#[test]
fn a_day_of_6_006_second_segments_does_not_drift() {
    let segment: MediaDuration = "6.006".parse().unwrap();
    let day: MediaDuration = std::iter::repeat_n(segment, 14_400).sum();
    assert_eq!(day.to_string(), "86486.4");
}

#[test]
fn dates_are_read_with_every_zone_seen_in_the_field() {
    for text in [
        "2026-01-01T00:00:30Z",
        "2026-01-01T00:00:30.000Z",
        "2026-01-01T02:00:30.000+02:00",
        "2026-01-01T00:00:30.000+0000",
        "2026-01-01T00:00:30.000",
    ] {
        let time = ProgramTime::parse(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(time.to_string(), "2026-01-01T00:00:30.000Z", "{text}");
    }
    assert_eq!(ProgramTime::parse("yesterday"), None);
}

#[test]
fn ticks_become_nanoseconds() {
    assert_eq!(MediaDuration::from_ticks_90k(5_426_421).to_string(), "60.293566666");
}

proptest! {
    #[test]
    fn a_printed_duration_reads_back(nanos in any::<i32>()) {
        let duration = MediaDuration::from_nanos(i64::from(nanos) * 1_000);
        prop_assert_eq!(duration.to_string().parse(), Ok(duration));
    }
}
