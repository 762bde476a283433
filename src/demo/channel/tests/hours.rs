//! What a viewer sees of the channel for hours.

use std::collections::BTreeMap;

use super::{
    reader::{Seen, segments, splice},
    *,
};

/// Everything a viewer would have seen of a rendition who reloads every `step` for `length`.
fn watched(
    channel: &Channel,
    rendition: &str,
    from: ProgramTime,
    length: MediaDuration,
    step: MediaDuration,
) -> Vec<Seen> {
    let mut all: BTreeMap<u64, Seen> = BTreeMap::new();
    let mut now = from;
    while now < from + length {
        let text = channel.playlist(rendition, now).unwrap();
        let window = segments(&text);
        let listed: MediaDuration = window.iter().map(|one| one.duration).sum();
        let newest = window.last().unwrap();
        let edge = newest.start + newest.duration;
        assert!((MediaDuration::from_secs(44)..MediaDuration::from_secs(57)).contains(&listed));
        // Dates are whole milliseconds.
        assert!(
            edge <= now + MediaDuration::from_millis(1)
                && now - edge < MediaDuration::from_millis(6_017)
        );
        for one in window {
            let same = all.entry(one.number).or_insert_with(|| one.clone());
            assert_eq!(*same, one, "a segment keeps what was said of it");
        }
        now = now + step;
    }
    all.into_values().collect()
}

#[test]
fn three_hours_of_the_channel_keep_their_numbers_dates_and_discontinuities() {
    for (start, rendition) in ["2026-03-01T11:59:47Z", "2027-11-05T03:00:18Z"]
        .into_iter()
        .flat_map(|start| RENDITIONS.map(|rendition| (start, rendition)))
    {
        let (from, channel) = (time(start), started(start));
        let length = MediaDuration::from_secs(3 * 3600);
        let all = watched(&channel, rendition, from, length, MediaDuration::from_millis(4_321));
        for pair in all.windows(2) {
            let [before, after] = pair else { unreachable!("windows of two") };
            assert_eq!(after.number, before.number + 1);
            let step = after.start - before.start - before.duration;
            assert!(step.abs() <= MediaDuration::from_millis(1), "{rendition}: {step}");
            let rounds = i64::try_from(after.discontinuities - before.discontinuities).unwrap();
            let new_round = (after.start - time("2026-01-01T00:00:00Z")).as_millis() % 120_000 == 0;
            assert_eq!(rounds, i64::from(new_round));
            assert_eq!(after.uri, format!("{rendition}/{}.ts", after.number));
        }
        assert!(all.len() > 1_700);
    }
}

#[test]
fn a_restart_continues_where_the_last_run_left_off() {
    let (one, other) = (started("2026-03-01T12:00:00Z"), started("2026-03-01T12:30:20Z"));
    let now = time("2026-03-01T12:30:21Z");
    for rendition in RENDITIONS {
        let [before, after] = [&one, &other].map(|channel| {
            let text = channel.playlist(rendition, now).unwrap();
            segments(&text)
                .into_iter()
                .map(|seen| Seen { cues: vec![], ..seen })
                .collect::<Vec<_>>()
        });
        assert_eq!(before, after);
    }
}

/// The boundaries at which a rendition leaves or returns: event, whether it leaves, and when.
fn splices(all: &[Seen]) -> Vec<(u32, bool, ProgramTime)> {
    let splices = all.iter().flat_map(|seen| {
        let cue = seen.cues.iter().find_map(|line| splice(line));
        let cue_in = seen.cues.iter().any(|line| line == "#EXT-X-CUE-IN");
        match cue {
            Some(message) => {
                Some((message.splice_event_id, message.out_of_network_indicator, seen.start))
            }
            None if cue_in => Some((0, false, seen.start)),
            None => None,
        }
    });
    splices.collect()
}

#[test]
fn every_rendition_leaves_and_returns_at_the_same_times_for_half_an_hour() {
    let start = "2026-03-01T12:00:07Z";
    let (from, channel) = (time(start), started(start));
    let per_rendition = RENDITIONS.map(|rendition| {
        let length = MediaDuration::from_secs(30 * 60 + 3);
        splices(&watched(&channel, rendition, from, length, MediaDuration::from_secs(3)))
    });
    for splices in &per_rendition {
        for (at, (event, leaves, when)) in splices.iter().enumerate() {
            let (reference_event, reference_leaves, reference) = per_rendition[0][at];
            assert_eq!((*event, *leaves), (reference_event, reference_leaves));
            assert!(
                (MediaDuration::ZERO..MediaDuration::from_millis(22))
                    .contains(&(*when - reference))
            );
        }
    }
    let whens: Vec<_> = per_rendition[0].iter().map(|(_, leaves, when)| (*leaves, *when)).collect();
    let expected: Vec<_> = (1..=60)
        .map(|nth| {
            (nth % 2 == 1, time("2026-03-01T12:00:00Z") + MediaDuration::from_secs(30 * nth))
        })
        .collect();
    assert_eq!(whens, expected);
}
