//! Numbers made of numbers.

use super::{super::latency::Latency, super::totals::ratio, *};

#[test]
fn ratios_have_four_places() {
    let cases =
        [(0, 5, "0.0000"), (1, 3, "0.3333"), (2, 3, "0.6667"), (7, 7, "1.0000"), (3, 2, "1.5000")];
    for (part, whole, expected) in cases {
        assert_eq!(ratio(part, whole).as_deref(), Some(expected), "{part} of {whole}");
    }
    assert_eq!(ratio(1, 0), None);
}

#[test]
fn percentiles_are_three_per_cent_exact() {
    let mut latency = Latency::default();
    assert_eq!(latency.permille(500), None);
    (1..=10_000).for_each(|millis| latency.add(millis));
    for (permille, exact) in [(1, 10), (500, 5_000), (950, 9_500), (990, 9_900), (1_000, 10_000)] {
        let told = latency.permille(permille).unwrap();
        assert!(told <= exact && (exact - told) * 100 <= exact * 4, "{permille}: {told}");
    }
    latency.add(u64::MAX);
    assert!(latency.permille(1_000).unwrap() > 10_000);
}

#[test]
fn hosts_are_found_in_urls() {
    for (url, host) in [
        ("https://sink.example.com/e?u=http://b/", "sink.example.com"),
        ("http://user:secret@sink.example.com:8080?x", "sink.example.com"),
        ("http://[2001:db8::1]:80/", "[2001:db8::1]"),
        ("not a url", ""),
    ] {
        assert_eq!(hosts::host_of(url), host, "{url}");
    }
}

/// Whom a wrapper names was asked on the way to the one answer that counts.
#[test]
fn wrappers_are_neither_questions_nor_errors() {
    let counted = |wrappers: &[Value]| {
        let logs = Logs::new();
        logs.put("a.jsonl", &[evening().1, wrappers.to_vec()].concat());
        let mut report = logs.report().to_json();
        report["rows"] = Value::Null;
        report
    };
    let events = [
        "VAST_REDIRECT",
        "REDIRECTED_VAST_RESPONSE",
        "ERROR_VAST_REDIRECT_EMPTY_RESPONSE",
        "ERROR_VAST_INVALID_VAST_AD_TAG_URI",
        "ERROR_VAST_REDIRECT_FAILED",
    ];
    let wrappers = events.map(|event| {
        let took = event.contains('_').then_some(12);
        let more =
            json!({ "adsHost": "other.example.com", "wrapperDepth": 1, "executionTimeMs": took });
        decision(event, "2026-11-23T12:00:00.500Z", &more)
    });
    assert_eq!(counted(&wrappers), counted(&[]));
}
