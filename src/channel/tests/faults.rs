//! Renditions that were not read for a while, and encoders that begin again.

use super::super::*;

/// Number, start and length in seconds, and whether a discontinuity stands before it.
type Part = (u64, i64, i64, bool);

fn date(secs: i64) -> ProgramTime {
    ProgramTime::parse("2026-01-01T00:00:00Z").unwrap() + MediaDuration::from_secs(secs)
}

/// Segments in a row from a number and a moment on, of these lengths.
fn row(number: u64, start: i64, lengths: &[i64]) -> Vec<Part> {
    let mut next = (number, start);
    let part = |&length: &i64| {
        let (number, start) = next;
        next = (number + 1, start + length);
        (number, start, length, false)
    };
    lengths.iter().map(part).collect()
}

fn playlist(parts: &[Part], lines: &[(u64, &str)]) -> MediaPlaylist {
    let mut text =
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:{}\n", parts[0].0);
    for (number, start, length, turn) in parts {
        let said = lines.iter().filter(|(at, _)| at == number);
        text.extend(said.map(|(_, line)| format!("{line}\n")));
        text += if *turn { "#EXT-X-DISCONTINUITY\n" } else { "" };
        text += &format!("#EXT-X-PROGRAM-DATE-TIME:{}\n#EXTINF:{length},\n", date(*start));
        text += &format!("{start}.ts\n");
    }
    MediaPlaylist::parse(text).unwrap().0
}

fn pair() -> Channel {
    Channel::new(&[RenditionKind::Video, RenditionKind::Video])
}

fn newest(channel: &Channel, rendition: usize) -> (u64, u64) {
    let track = channel.view().unwrap().tracks[rendition].clone().unwrap();
    track.segments.last().map(|last| (last.msn.0.0, last.dsn.0.0)).unwrap()
}

#[test]
fn an_epoch_may_begin_with_a_short_segment() {
    let mut channel = pair();
    channel.loaded(0, &playlist(&row(500, 0, &[6, 6, 6]), &[]), date(18));
    let reading = channel.loaded(0, &playlist(&row(0, 18, &[2]), &[]), date(20));
    assert_eq!((reading, newest(&channel, 0)), (Reading::Advanced, (503, 1)));
}

#[test]
fn what_is_left_of_the_epoch_before_is_stale() {
    let mut channel = pair();
    let old = playlist(&row(500, 0, &[6, 6, 6]), &[]);
    channel.loaded(0, &old, date(18));
    channel.loaded(0, &playlist(&row(0, 18, &[2]), &[]), date(20));
    assert_eq!(channel.loaded(0, &old, date(21)), Reading::Stale);
    assert_eq!(newest(&channel, 0), (503, 1));
}

#[test]
fn discontinuities_missed_before_a_restart_are_counted_like_anothers() {
    let mut channel = pair();
    let (before, mut between) = (row(500, 0, &[6, 6]), row(500, 0, &[6, 6, 6]));
    between[2].3 = true;
    let restarted = playlist(&row(0, 18, &[6]), &[]);
    channel.loaded(0, &playlist(&before, &[]), date(12));
    channel.loaded(1, &playlist(&before, &[]), date(12));
    channel.loaded(0, &playlist(&between, &[]), date(18));
    channel.loaded(0, &restarted, date(24));
    channel.loaded(1, &restarted, date(24));
    assert_eq!([newest(&channel, 0).1, newest(&channel, 1).1], [2, 2]);
}

#[test]
fn who_missed_a_stretch_counts_it_like_who_is_numbered_alike() {
    let mut channel = pair();
    let lengths = [6, 6, 6, 6, 3, 3, 6, 6];
    let cue = (502, "#EXT-X-CUE-OUT:24");
    let listed = |from: usize, to: usize| {
        let all = row(500, 0, &lengths);
        playlist(&all[from..to], &[cue])
    };
    channel.loaded(0, &listed(0, 2), date(12));
    channel.loaded(1, &listed(0, 2), date(12));
    for to in 3..=8 {
        channel.loaded(0, &listed(0, to), date(6 * i64::try_from(to).unwrap()));
    }
    // Two of 3 s it never saw.
    channel.loaded(1, &listed(6, 8), date(48));
    let begun = channel.view().unwrap().breaks[0].clone();
    let marks = &begun.start.as_ref().unwrap().marks;
    let numbers: Vec<_> = marks.iter().map(|mark| mark.map(|mark| mark.msn.0.0)).collect();
    assert_eq!(numbers, [Some(502), Some(502)]);
}

#[test]
fn a_break_that_a_late_rendition_holds_is_settled_by_time_alone() {
    let mut channel = pair();
    let cue = [(502, "#EXT-X-CUE-OUT:24")];
    channel.loaded(0, &playlist(&row(500, 0, &[6, 6]), &[]), date(12));
    channel.loaded(1, &playlist(&row(500, 0, &[6]), &[]), date(12));
    channel.loaded(0, &playlist(&row(500, 0, &[6, 6, 6]), &cue), date(18));
    channel.loaded(1, &playlist(&row(500, 0, &[6, 1]), &[]), date(18));
    let due = date(12) + MediaDuration::from_millis(7_500);
    assert_eq!(channel.view().unwrap().decides_at, Some(due));
    let begins = |channel: &Channel| channel.view().unwrap().breaks[0].start.is_some();
    channel.waited(due - MediaDuration::from_millis(1));
    assert!(!begins(&channel));
    channel.waited(due);
    assert!(begins(&channel));
}
