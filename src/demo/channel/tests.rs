use scte35_splice::commands::SpliceInsert;

use super::*;
use crate::demo::{media, schedule::LOOP};

use reader::{segments, splice};

mod hours;
mod reader;

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
