use proptest::prelude::*;

use super::*;
use crate::{
    configuration::BeaconPacing,
    ids::{BreakId, SessionId},
    pod::AdInfo,
    vast,
};

mod closing;

/// An ad of these segments that nobody asks to hear more of than usual.
fn ad(segments: impl IntoIterator<Item = MediaDuration>) -> Schedule {
    paced(segments, BeaconPacing::Media)
}

fn paced(segments: impl IntoIterator<Item = MediaDuration>, pacing: BeaconPacing) -> Schedule {
    let segments: Vec<_> = segments.into_iter().collect();
    let duration = segments.iter().copied().sum();
    let moments = moments(&AdInfo::default(), duration, Stand::default());
    Schedule::new(segments, moments, pacing)
}

/// The events of an ad without `progress`, in order.
const PLAIN: [Event; 7] = [
    Event::Impression,
    Event::CreativeView,
    Event::Start,
    Event::FirstQuartile,
    Event::Midpoint,
    Event::ThirdQuartile,
    Event::Complete,
];

/// Requests as `segment@seconds`, and what they make due as `event@seconds`.
fn check(segments: &[&str], requests: &[(usize, i64)], expected: &[&str]) {
    let mut schedule = ad(segments.iter().map(|text| text.parse().unwrap()));
    let due: Vec<_> = requests
        .iter()
        .flat_map(|&(segment, secs)| schedule.requested(segment, seconds(secs)))
        .map(|due| format!("{}@{}", due.moment.event, due.at - seconds(0)))
        .collect();
    assert_eq!(due, expected);
}

fn seconds(secs: i64) -> ProgramTime {
    ProgramTime::from_millis(secs * 1000)
}

#[test]
fn events_fall_into_the_segments_of_mediatailors_worked_example() {
    // A 20 s ad of 2 s segments: 3rd, 5th, 8th and 10th.
    let mut schedule = ad([MediaDuration::from_secs(2); 10]);
    let due: Vec<Vec<_>> = (0..10)
        .map(|segment| {
            let at = seconds(i64::try_from(segment).unwrap() * 2);
            schedule.requested(segment, at).iter().map(|due| due.moment.event.as_str()).collect()
        })
        .collect();
    let expected: [&[&str]; 10] = [
        &["impression", "creativeView", "start"],
        &[],
        &["firstQuartile"],
        &[],
        &["midpoint"],
        &[],
        &[],
        &["thirdQuartile"],
        &[],
        &["complete"],
    ];
    assert_eq!(due, expected.map(<[&str]>::to_vec));
}

#[test]
fn a_buffering_player_is_counted_as_the_ad_plays() {
    check(
        &["5", "5", "5"],
        &[(0, 0), (1, 0), (2, 1)],
        &[
            "impression@0.0",
            "creativeView@0.0",
            "start@0.0",
            "firstQuartile@3.75",
            "midpoint@7.5",
            "thirdQuartile@11.25",
            "complete@15.0",
        ],
    );
}

#[test]
fn an_ad_asked_for_early_counts_once_the_one_before_it_is_over() {
    let mut first = ad([MediaDuration::from_secs(5); 2]);
    let mut all = first.requested(0, seconds(0));
    all.extend(first.requested(1, seconds(1)));
    let mut second = ad([MediaDuration::from_secs(4)]).after(first.last());
    all.extend(second.requested(0, seconds(6)));
    let all: Vec<_> =
        all.iter().map(|due| format!("{}@{}", due.moment.event, due.at - seconds(0))).collect();
    let expected = "impression@0.0 creativeView@0.0 start@0.0 firstQuartile@2.5 midpoint@5.0 \
        thirdQuartile@7.5 complete@10.0 impression@10.0 creativeView@10.0 start@10.0 \
        firstQuartile@11.0 midpoint@12.0 thirdQuartile@13.0 complete@14.0";
    assert_eq!(all.join(" "), expected);
}

#[test]
fn a_late_request_makes_its_event_late() {
    check(
        &["5", "5"],
        &[(0, 0), (1, 30)],
        &[
            "impression@0.0",
            "creativeView@0.0",
            "start@0.0",
            "firstQuartile@2.5",
            "midpoint@5.0",
            "thirdQuartile@30.0",
            "complete@30.0",
        ],
    );
}

#[test]
fn an_event_waits_for_every_earlier_segment() {
    check(&["4", "4", "4"], &[(1, 0), (2, 4)], &[]);
    check(
        &["4", "4", "4"],
        &[(0, 0), (2, 4), (2, 5), (0, 6), (1, 9)],
        &[
            "impression@0.0",
            "creativeView@0.0",
            "start@0.0",
            "firstQuartile@3.0",
            "midpoint@9.0",
            "thirdQuartile@9.0",
            "complete@12.0",
        ],
    );
}

#[test]
fn an_ad_left_half_way_has_no_event_after_that() {
    check(
        &["5", "5", "5"],
        &[(0, 0), (1, 5)],
        &["impression@0.0", "creativeView@0.0", "start@0.0", "firstQuartile@3.75", "midpoint@7.5"],
    );
}

#[test]
fn a_session_is_gone_after_three_target_durations_of_silence() {
    let target = MediaDuration::from_secs(6);
    assert!(!is_gone(seconds(0), seconds(17), target));
    assert!(is_gone(seconds(0), seconds(18), target));
    assert!(!is_gone(seconds(20), seconds(18), target));
}

#[test]
fn an_ad_without_segments_has_no_events() {
    check(&[], &[(0, 0)], &[]);
    check(&["0"], &[(1, 0)], &[]);
}

#[test]
fn a_beacon_id_is_stable_and_tells_every_part_apart() {
    let id = |session: u128, avail: &str, ad, event, url: &str| {
        let moment = Moment { offset: MediaDuration::ZERO, event };
        BeaconId::of(SessionId::from_bits(session), &BreakId::new(avail), ad, moment, url)
            .to_string()
    };
    let one = id(1, "avail-1", 0, Event::Start, "http://a/?[CACHEBUSTING]");
    assert_eq!(one, "f028fc473fdf14d3908fb8f54865ea1e");
    for other in [
        id(2, "avail-1", 0, Event::Start, "http://a/?[CACHEBUSTING]"),
        id(1, "avail-10", 0, Event::Start, "http://a/?[CACHEBUSTING]"),
        id(1, "avail-1", 1, Event::Start, "http://a/?[CACHEBUSTING]"),
        id(1, "avail-1", 0, Event::Midpoint, "http://a/?[CACHEBUSTING]"),
        id(1, "avail-1", 0, Event::Start, "http://a/?"),
    ] {
        assert_ne!(one, other);
    }
}

#[test]
fn only_what_a_server_can_know_is_tracked() {
    let tracked = |name| Event::of_tracking(name).map(Event::as_str);
    assert_eq!(tracked("firstQuartile"), Some("firstQuartile"));
    assert_eq!(tracked("creativeView"), Some("creativeView"));
    for name in ["impression", "mute", "skip", "FIRSTQUARTILE", ""] {
        assert_eq!(tracked(name), None, "{name}");
    }
}

#[test]
fn an_ads_beacons_are_each_distinct_template_once_in_order() {
    let urls = |urls: &[&str]| urls.iter().map(|&url| url.to_owned()).collect();
    let tracking = |event: &str, url: &str| vast::Tracking {
        event: event.to_owned(),
        offset: None,
        url: url.to_owned(),
    };
    let ad = AdInfo {
        impressions: urls(&["http://a/i", "about:blank", "http://b/i", "http://a/i", ""]),
        tracking: vec![
            tracking("complete", "http://a/c"),
            tracking("start", "http://a/s"),
            tracking("mute", "http://a/m"),
            tracking("start", "http://b/s"),
            tracking("start", "http://a/s"),
            tracking("creativeView", "http://a/s"),
        ],
        ..AdInfo::default()
    };
    let duration = MediaDuration::from_secs(10);
    let owed = owed(&ad, duration);
    let owed: Vec<_> =
        owed.iter().map(|owed| format!("{} {}", owed.moment.event, owed.url)).collect();
    let expected = [
        "impression http://a/i",
        "impression http://b/i",
        "creativeView http://a/s",
        "start http://a/s",
        "start http://b/s",
        "complete http://a/c",
    ];
    assert_eq!(owed, expected);
}

#[test]
fn progress_counts_at_its_offset_and_a_break_at_its_ends() {
    let tracking = |event: &str, offset: Option<&str>| vast::Tracking {
        event: event.to_owned(),
        offset: offset.and_then(vast::Offset::parse),
        url: "http://a/".to_owned(),
    };
    let info = AdInfo {
        tracking: vec![
            tracking("progress", Some("00:00:05")),
            tracking("progress", Some("50%")),
            tracking("progress", Some("00:00:03.5")),
            tracking("progress", Some("00:00:11")),
            tracking("progress", None),
            tracking("breakEnd", None),
            tracking("breakStart", None),
        ],
        ..AdInfo::default()
    };
    let named = |stand| {
        let moments = moments(&info, MediaDuration::from_secs(10), stand);
        let all = moments.iter().map(|m| format!("{}@{}", m.event, m.offset));
        all.collect::<Vec<_>>().join(" ")
    };
    let inner = "impression@0.0 creativeView@0.0 start@0.0 firstQuartile@2.5 progress@3.5 \
        progress@5.0 midpoint@5.0 thirdQuartile@7.5 complete@10.0";
    assert_eq!(named(Stand::default()), inner);
    let whole = format!("breakStart@0.0 {inner} breakEnd@10.0");
    assert_eq!(named(Stand { first: true, last: true }), whole);
    let urls: Vec<_> = owed(&info, MediaDuration::from_secs(10))
        .iter()
        .map(|owed| owed.moment.event.as_str())
        .collect();
    assert_eq!(urls, ["breakStart", "progress", "progress", "breakEnd"]);
    let id = |millis| {
        let moment = Moment { offset: MediaDuration::from_millis(millis), event: Event::Progress };
        BeaconId::of(SessionId::from_bits(1), &BreakId::new("b"), 0, moment, "http://a/")
    };
    assert_ne!(id(3500), id(5000));
}

#[test]
fn by_request_pacing_a_moment_counts_as_its_segment_is_asked_for() {
    let mut schedule =
        paced([MediaDuration::from_secs(2); 4], BeaconPacing::Request).after(Some(seconds(60)));
    let mut due = schedule.requested(0, seconds(0));
    due.extend(schedule.requested(3, seconds(1)));
    due.extend(schedule.requested(1, seconds(2)));
    let due: Vec<_> =
        due.iter().map(|due| format!("{}@{}", due.moment.event, due.at - seconds(0))).collect();
    let expected = "impression@0.0 creativeView@0.0 start@0.0 firstQuartile@0.0 complete@1.0 \
        midpoint@2.0";
    assert_eq!(due.join(" "), expected);
}

/// Durations in tenths of a second; requests as (segment, seconds since the one before).
fn watched() -> impl Strategy<Value = (Vec<i64>, Vec<(usize, i64)>)> {
    (1..12_usize).prop_flat_map(|count| {
        let segments = prop::collection::vec(1..80_i64, count);
        let requests = prop::collection::vec((0..count + 2, 0..20_i64), 0..60);
        (segments, requests)
    })
}

proptest! {
    #[test]
    fn events_come_once_in_order_and_never_early((segments, requests) in watched()) {
        let durations: Vec<_> =
            segments.iter().map(|tenths| MediaDuration::from_millis(tenths * 100)).collect();
        let total: MediaDuration = durations.iter().copied().sum();
        let mut schedule = ad(durations);
        let mut now = seconds(0);
        let mut seen = Vec::<Due>::new();
        for (segment, later) in requests {
            now = now + MediaDuration::from_secs(later);
            for due in schedule.requested(segment, now) {
                prop_assert!(due.at >= now);
                seen.push(due);
            }
        }
        let events: Vec<_> = seen.iter().map(|due| due.moment.event).collect();
        prop_assert_eq!(&events[..], &PLAIN[..events.len()]);
        prop_assert!(seen.is_sorted_by_key(|due| due.at));
        if let (Some(first), Some(last)) = (seen.first(), seen.get(6)) {
            prop_assert!(last.at - first.at >= total);
        }
    }

    #[test]
    fn every_segment_in_turn_gives_every_event(segments in prop::collection::vec(1..80_i64, 1..12)) {
        let durations = segments.iter().map(|tenths| MediaDuration::from_millis(tenths * 100));
        let mut schedule = ad(durations);
        let named: usize = (0..segments.len()).map(|at| schedule.requested(at, seconds(0)).len()).sum();
        prop_assert_eq!(named, PLAIN.len());
    }

    #[test]
    fn nothing_counts_after_a_viewer_has_left((segments, requests) in watched()) {
        let target = MediaDuration::from_secs(6);
        let mut schedule =
            ad(segments.iter().map(|tenths| MediaDuration::from_millis(tenths * 100)));
        let (mut now, mut seen) = (seconds(0), Vec::new());
        for (segment, later) in requests {
            now = now + MediaDuration::from_secs(later);
            seen.extend(schedule.requested(segment, now));
        }
        let left = now;
        let counted = seen.into_iter().filter(|due| !is_gone(left, due.at, target));
        for due in counted {
            prop_assert!(due.at < left + target.times(3));
        }
    }
}
