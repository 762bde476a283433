use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use broadcast_common::Parse as _;
use scte35_splice::{
    SpliceInfoSection,
    commands::{AnyCommand, SpliceInsert},
};

use super::*;
use crate::demo::{media, schedule::LOOP};

const RENDITIONS: [&str; 4] = ["v0", "v1", "v2", "a0"];

fn time(text: &str) -> ProgramTime {
    ProgramTime::parse(text).unwrap()
}

fn started(text: &str) -> Channel {
    media::channel(time(text))
}

#[test]
fn video_in_a_break_signalled_by_date_range() {
    let channel = started("2026-03-01T12:01:40Z");
    insta::assert_snapshot!(channel.playlist("v0", time("2026-03-01T12:02:37Z")).unwrap(), @r#"
    #EXTM3U
    #EXT-X-VERSION:6
    #EXT-X-TARGETDURATION:6
    #EXT-X-MEDIA-SEQUENCE:1028181
    #EXT-X-DISCONTINUITY-SEQUENCE:42840
    #EXT-X-INDEPENDENT-SEGMENTS
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:01:45.000Z
    #EXTINF:5.0,
    v0/1028181.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:01:50.000Z
    #EXTINF:5.0,
    v0/1028182.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:01:55.000Z
    #EXTINF:5.0,
    v0/1028183.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:02:00.000Z
    #EXT-X-DATERANGE:ID="break-171364",START-DATE="2026-03-01T12:02:00.000Z",PLANNED-DURATION=30.0,SCTE35-OUT=0xFC302500000000000000FFF0140500029D647FEFFE0001EC30FE002932E0000100000000477D6E74
    #EXTINF:5.0,
    v0/1028184.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:02:05.000Z
    #EXTINF:5.0,
    v0/1028185.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:02:10.000Z
    #EXTINF:5.0,
    v0/1028186.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:02:15.000Z
    #EXTINF:5.0,
    v0/1028187.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:02:20.000Z
    #EXTINF:5.0,
    v0/1028188.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:02:25.000Z
    #EXTINF:5.0,
    v0/1028189.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:02:30.000Z
    #EXT-X-DATERANGE:ID="break-171364",START-DATE="2026-03-01T12:02:00.000Z",END-DATE="2026-03-01T12:02:30.000Z",DURATION=30.0,SCTE35-IN=0xFC302000000000000000FFF00F0500029D647F4FFE002B1F100001000000003F0CC715
    #EXTINF:5.0,
    v0/1028190.ts
    "#);
}

#[test]
fn audio_across_a_break_signalled_by_cue_out() {
    let channel = started("2026-03-01T12:00:40Z");
    insta::assert_snapshot!(channel.playlist("a0", time("2026-03-01T12:01:38Z")).unwrap(), @r#"
    #EXTM3U
    #EXT-X-VERSION:6
    #EXT-X-TARGETDURATION:6
    #EXT-X-MEDIA-SEQUENCE:856808
    #EXT-X-DISCONTINUITY-SEQUENCE:42840
    #EXT-X-INDEPENDENT-SEGMENTS
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:00:48.000Z
    #EXTINF:6.016,
    a0/856808.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:00:54.016Z
    #EXTINF:5.994666667,
    a0/856809.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:01:00.010Z
    #EXT-OATCLS-SCTE35:/DAlAAAAAAAAAP/wFAUAAp1if+/+AFRR8P4AKTLgAAEAAAAAk8jecg==
    #EXT-X-CUE-OUT:30.000
    #EXTINF:5.994666666,
    a0/856810.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:01:06.005Z
    #EXT-X-CUE-OUT-CONT:ElapsedTime=6.005,Duration=30.000,SCTE35=/DAlAAAAAAAAAP/wFAUAAp1if+/+AFRR8P4AKTLgAAEAAAAAk8jecg==
    #EXTINF:5.994666667,
    a0/856811.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:01:12.000Z
    #EXT-X-CUE-OUT-CONT:ElapsedTime=12.000,Duration=30.000,SCTE35=/DAlAAAAAAAAAP/wFAUAAp1if+/+AFRR8P4AKTLgAAEAAAAAk8jecg==
    #EXTINF:6.016,
    a0/856812.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:01:18.016Z
    #EXT-X-CUE-OUT-CONT:ElapsedTime=18.016,Duration=30.000,SCTE35=/DAlAAAAAAAAAP/wFAUAAp1if+/+AFRR8P4AKTLgAAEAAAAAk8jecg==
    #EXTINF:5.994666667,
    a0/856813.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:01:24.010Z
    #EXT-X-CUE-OUT-CONT:ElapsedTime=24.010,Duration=30.000,SCTE35=/DAlAAAAAAAAAP/wFAUAAp1if+/+AFRR8P4AKTLgAAEAAAAAk8jecg==
    #EXTINF:5.994666666,
    a0/856814.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:01:30.005Z
    #EXT-X-CUE-IN
    #EXTINF:5.994666667,
    a0/856815.ts
    "#);
}

#[test]
fn the_loop_is_as_long_as_the_schedule_thinks_in_every_rendition() {
    let channel = started("2026-03-01T12:00:00Z");
    let lengths: Vec<_> = channel.renditions.iter().map(|one| one.grid.length()).collect();
    assert_eq!(lengths, [LOOP; 4]);
}

#[test]
fn the_first_break_begins_within_half_a_minute() {
    for millis in (0..60_000).step_by(777) {
        let start = time("2026-03-01T12:00:00Z") + MediaDuration::from_millis(millis);
        let schedule = Schedule::new(start);
        let begins = (0..=30_000)
            .map(|after| start + MediaDuration::from_millis(after))
            .find_map(|now| schedule.at(now));
        assert!(begins.is_some_and(|first| first.start >= start), "started at {start}");
        assert_eq!(schedule.at(start - MediaDuration::from_millis(1)), None);
    }
}

#[test]
fn no_segment_is_served_before_its_end() {
    let channel = started("2026-03-01T12:00:00Z");
    let now = time("2026-03-01T12:00:12Z");
    let text = channel.playlist("v1", now).unwrap();
    let newest = segments(&text).last().unwrap().number;
    assert_eq!(channel.file("v1", newest, now), Some("programme/v1/001.ts".into()));
    assert_eq!(channel.file("v1", newest + 1, now), None);
    assert_eq!(channel.file("v9", newest, now), None);
    assert_eq!(channel.file("v1", u64::MAX, now), None);
}

/// A playlist's segment as these tests read it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    number: u64,
    discontinuities: u64,
    start: ProgramTime,
    duration: MediaDuration,
    cues: Vec<String>,
    uri: String,
}

/// Reads a media playlist by its own rules, not with the code under test.
fn segments(text: &str) -> Vec<Seen> {
    let (mut number, mut discontinuities) = (0, 0);
    let (mut start, mut duration, mut cues) = (None, MediaDuration::ZERO, vec![]);
    let mut seen = vec![];
    for line in text.lines() {
        match line.split_once(':').unwrap_or((line, "")) {
            ("#EXT-X-MEDIA-SEQUENCE", value) => number = value.parse().unwrap(),
            ("#EXT-X-DISCONTINUITY-SEQUENCE", value) => discontinuities = value.parse().unwrap(),
            ("#EXT-X-DISCONTINUITY", _) => discontinuities += 1,
            ("#EXT-X-PROGRAM-DATE-TIME", value) => start = ProgramTime::parse(value),
            ("#EXTINF", value) => duration = value.trim_end_matches(',').parse().unwrap(),
            (tag, _)
                if tag.contains("CUE") || tag.contains("DATERANGE") || tag.contains("SCTE") =>
            {
                cues.push(line.to_owned());
            }
            (tag, _) if tag.starts_with('#') => {}
            _ => {
                let (start, cues) = (start.take().unwrap(), std::mem::take(&mut cues));
                let uri = line.to_owned();
                seen.push(Seen { number, discontinuities, start, duration, cues, uri });
                number += 1;
            }
        }
    }
    seen
}

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

/// The message of a tag that begins or ends a break.
fn splice(line: &str) -> Option<SpliceInsert> {
    let bytes = if let Some(base64) = line.strip_prefix("#EXT-OATCLS-SCTE35:") {
        STANDARD.decode(base64).unwrap()
    } else {
        let (_, digits) = line.split_once("=0x")?;
        hex::decode(digits).unwrap()
    };
    let section = SpliceInfoSection::parse(&bytes).unwrap();
    match section.clear.unwrap().command {
        AnyCommand::SpliceInsert(command) => Some(command),
        other => panic!("expected a splice_insert, got {other:?}"),
    }
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

#[test]
fn the_messages_carry_event_times_and_duration() {
    let channel = started("2026-03-01T12:01:40Z");
    let text = channel.playlist("v0", time("2026-03-01T12:02:37Z")).unwrap();
    let out =
        segments(&text).iter().flat_map(|seen| seen.cues.clone()).find_map(|line| splice(&line));
    let expected = SpliceInsert {
        splice_event_id: 171_364,
        out_of_network_indicator: true,
        splice_time: Some(scte35_splice::time::SpliceTime::with_pts(126_000)),
        break_duration: Some(scte35_splice::time::BreakDuration {
            auto_return: true,
            duration: 30 * 90_000,
        }),
        unique_program_id: 1,
        ..SpliceInsert::default()
    };
    assert_eq!(out, Some(expected));
}
