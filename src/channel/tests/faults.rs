//! Renditions that were not read for a while, and encoders that begin again.

use super::super::*;

/// Number, start and length in seconds, and whether a discontinuity stands before it.
pub(super) type Part = (u64, i64, i64, bool);

pub(super) fn date(secs: i64) -> ProgramTime {
    ProgramTime::parse("2026-01-01T00:00:00Z").unwrap() + MediaDuration::from_secs(secs)
}

/// Segments in a row from a number and a moment on, of these lengths.
pub(super) fn row(number: u64, start: i64, lengths: &[i64]) -> Vec<Part> {
    let mut next = (number, start);
    let part = |&length: &i64| {
        let (number, start) = next;
        next = (number + 1, start + length);
        (number, start, length, false)
    };
    lengths.iter().map(part).collect()
}

pub(super) fn playlist(parts: &[Part], lines: &[(u64, &str)]) -> MediaPlaylist {
    MediaPlaylist::parse(text(parts, lines)).unwrap().0
}

fn text(parts: &[Part], lines: &[(u64, &str)]) -> String {
    let mut text =
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:{}\n", parts[0].0);
    for (number, start, length, turn) in parts {
        let said = lines.iter().filter(|(at, _)| at == number);
        text.extend(said.map(|(_, line)| format!("{line}\n")));
        text += if *turn { "#EXT-X-DISCONTINUITY\n" } else { "" };
        text += &format!("#EXT-X-PROGRAM-DATE-TIME:{}\n#EXTINF:{length},\n", date(*start));
        text += &format!("{start}.ts\n");
    }
    text
}

/// Of a recorded programme nothing is read again that could bring the view.
#[test]
fn the_first_view_comes_without_a_rendition_that_hangs_though_nothing_more_is_read() {
    let mut channel = pair();
    channel.loaded(0, &playlist(&row(0, 0, &[6; 5]), &[]), date(30));
    channel.waited(date(31));
    assert!(channel.view().is_none());
    channel.waited(date(32));
    let view = channel.view().unwrap();
    assert_eq!(view.tracks.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
}

/// A break that ads do not fill could be left at its end alone, if the rendition turned out to be cut
/// otherwise.
#[test]
fn renditions_are_not_cut_alike_as_far_as_is_known_while_one_may_yet_be_read() {
    let mut channel = pair();
    let mut aligned = |to: usize, now: i64| {
        channel.loaded(0, &playlist(&row(500, 0, &[6; 20][..to]), &[]), date(now));
        channel.view().map(|view| view.aligned)
    };
    assert_eq!([aligned(5, 30), aligned(6, 36), aligned(14, 84)], [None, Some(false), Some(false)]);
    assert_eq!(aligned(15, 90), Some(true));
}

/// What is kept of a segment is the segment: each kept the text it was first read in, a window of
/// hours once slid through as many texts of hours.
#[test]
fn a_segment_keeps_no_playlist_alive() {
    let mut channel = pair();
    let key = "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXT-X-MAP:URI=\"init.mp4\"";
    let read = (0..100).map(|n| {
        let text: Arc<str> =
            text(&row(n, i64::try_from(n).unwrap() * 6, &[6; 50]), &[(n, key)]).into();
        let playlist = MediaPlaylist::parse(Arc::clone(&text)).unwrap().0;
        channel.loaded(0, &playlist, date(i64::try_from(n).unwrap() * 6 + 300));
        Arc::downgrade(&text)
    });
    let read: Vec<_> = read.collect();
    let kept = read.iter().filter(|text| text.strong_count() > 0).count();
    assert!(kept <= 1, "{kept} playlists are kept");
    let track = channel.view().unwrap().tracks[0].clone().unwrap();
    let one = &track.segments.last().unwrap().segment;
    let lines: Vec<_> = one.lines.iter().map(ToString::to_string).collect();
    let expected = "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:14:48.000Z\n#EXTINF:6,\n888.ts\n";
    assert_eq!(lines.concat(), expected);
    assert!(Arc::ptr_eq(&one.keys, &track.segments.first().unwrap().segment.keys));
}

pub(super) fn pair() -> Channel {
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
    for read_first in [0, 1] {
        let mut channel = pair();
        let (before, mut between) = (row(500, 0, &[6, 6]), row(500, 0, &[6, 6, 6]));
        between[2].3 = true;
        let restarted = playlist(&row(0, 18, &[6]), &[]);
        channel.loaded(0, &playlist(&before, &[]), date(12));
        channel.loaded(1, &playlist(&before, &[]), date(12));
        channel.loaded(0, &playlist(&between, &[]), date(18));
        channel.loaded(read_first, &restarted, date(24));
        channel.loaded(1 - read_first, &restarted, date(24));
        assert_eq!([newest(&channel, 0).1, newest(&channel, 1).1], [2, 2], "{read_first}");
    }
}

/// The reference has gone through so much since that its own memory of it is over.
#[test]
fn discontinuities_are_remembered_for_longer_than_segments() {
    let mut channel = pair();
    let (before, mut between) = (row(500, 0, &[6, 6]), row(500, 0, &[6, 6, 6]));
    between[2].3 = true;
    channel.loaded(0, &playlist(&before, &[]), date(12));
    channel.loaded(1, &playlist(&before, &[]), date(12));
    channel.loaded(0, &playlist(&between, &[]), date(18));
    for listed in 0..10 {
        let (number, start) = (u64::try_from(listed).unwrap(), 18 + 6 * listed);
        let window = playlist(&row(number, start, &[6, 6]), &[]);
        channel.loaded(0, &window, date(start + 12));
    }
    channel.loaded(1, &playlist(&row(9, 72, &[6, 6]), &[]), date(84));
    let first = channel.view().unwrap().tracks[0].as_ref().unwrap().segments[0].start;
    assert!(first > date(18), "of the discontinuity nothing is listed any more");
    assert_eq!([newest(&channel, 0).1, newest(&channel, 1).1], [2, 2]);
}

/// It has seen neither how the break began nor how it ended, nor the discontinuity in it.
#[test]
fn a_break_that_was_missed_has_the_discontinuities_that_others_saw() {
    let mut channel = pair();
    let mut all = row(500, 0, &[6; 10]);
    all[3].3 = true;
    let cue = [(502, "#EXT-X-CUE-OUT:24")];
    channel.loaded(0, &playlist(&all[..2], &cue), date(12));
    channel.loaded(1, &playlist(&row(900, 0, &[4, 4]), &[]), date(12));
    for to in 3..=9 {
        channel.loaded(0, &playlist(&all[..to], &cue), date(6 * i64::try_from(to).unwrap()));
    }
    let text = playlist(&row(910, 40, &[4, 4, 4]), &[]).to_string();
    let counted = text.replacen("#EXT-X-M", "#EXT-X-DISCONTINUITY-SEQUENCE:1\n#EXT-X-M", 1);
    channel.loaded(1, &MediaPlaylist::parse(counted).unwrap().0, date(54));
    let begun = channel.view().unwrap().breaks[0].clone();
    let (start, end) = (begun.start.as_ref().unwrap(), begun.boundaries.last().unwrap());
    assert_eq!([0, 1].map(|rendition| begun.turns_between(rendition, start, end)), [1, 1]);
}

/// The encoder began again soon after the break, and one rendition saw nothing of what lay between.
#[test]
fn a_return_that_was_missed_before_a_restart_is_no_turn_of_the_encoders() {
    let mut channel = pair();
    let cue = [(501, "#EXT-X-CUE-OUT:6")];
    for rendition in [0, 1] {
        channel.loaded(rendition, &playlist(&row(500, 0, &[6, 6]), &cue), date(12));
    }
    channel.loaded(1, &playlist(&row(500, 0, &[6, 6, 2]), &cue), date(14));
    for rendition in [1, 0] {
        channel.loaded(rendition, &playlist(&row(0, 15, &[6]), &[]), date(21));
    }
    let known = channel.view().unwrap().breaks[0].clone();
    let end = known.boundaries.last().unwrap();
    assert_eq!([0, 1].map(|rendition| known.turns_at(rendition, end)), [0, 0]);
}

#[test]
fn what_lies_before_a_long_stretch_that_was_missed_before_a_restart_goes() {
    let mut channel = pair();
    let before = row(500, 0, &[6; 5]);
    channel.loaded(0, &playlist(&before[..2], &[]), date(12));
    for to in 2..=5 {
        channel.loaded(1, &playlist(&before[..to], &[]), date(before[to - 1].1 + 6));
    }
    for rendition in [1, 0] {
        channel.loaded(rendition, &playlist(&row(0, 30, &[6]), &[]), date(36));
    }
    let numbers = |rendition: usize| {
        let track = channel.view().unwrap().tracks[rendition].clone().unwrap();
        track.segments.iter().map(|known| known.msn.0.0).collect::<Vec<_>>()
    };
    assert_eq!([numbers(0), numbers(1)], [vec![505], vec![503, 504, 505]]);
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

/// Breaks are counted by their names: no two of a channel may have one.
#[test]
fn undated_breaks_after_a_restart_have_names_of_their_own() {
    let mut channel = Channel::new(&[RenditionKind::Video]);
    let undated = |number: u64, names: &str, out: bool| {
        let out = if out { "#EXT-X-CUE-OUT:12\n" } else { "" };
        let head = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:";
        let [a, b, c] = ["a", "b", "c"].map(|one| format!("#EXTINF:6,\n{names}{one}.ts\n"));
        MediaPlaylist::parse(format!("{head}{number}\n{a}{b}{out}{c}")).unwrap().0
    };
    channel.loaded(0, &undated(500, "old", false), date(18));
    channel.loaded(0, &undated(100, "first", true), date(36));
    channel.loaded(0, &undated(100, "second", true), date(60));
    let view = channel.view().unwrap();
    let names: Vec<_> = view.breaks.iter().map(|known| known.id.to_string()).collect();
    assert_eq!(names, ["s505", "s508"]);
}

/// An encoder that ends with an empty playlist has ended.
#[test]
fn an_empty_playlist_may_end_a_channel() {
    let mut channel = pair();
    channel.loaded(0, &playlist(&row(0, 0, &[6, 6, 6]), &[]), date(18));
    let end = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:3\n#EXT-X-ENDLIST\n";
    channel.loaded(0, &MediaPlaylist::parse(end).unwrap().0, date(20));
    let track = channel.view().unwrap().tracks[0].clone().unwrap();
    assert!(track.frame.ended);
}

/// Its picture was read late, when the sound had been shown past all of the break.
#[test]
fn a_break_that_is_over_when_it_is_heard_of_is_not_filled() {
    let mut channel = pair();
    channel.loaded(0, &playlist(&row(500, 0, &[6, 6]), &[]), date(12));
    channel.loaded(1, &playlist(&row(500, 0, &[6, 6]), &[]), date(12));
    channel.loaded(1, &playlist(&row(500, 0, &[6; 5]), &[]), date(30));
    channel.waited(date(34));
    assert_eq!(channel.view().unwrap().edge, date(30));
    let cues = [(502, "#EXT-X-CUE-OUT:30"), (503, "#EXT-X-CUE-IN")];
    channel.loaded(0, &playlist(&row(500, 0, &[6; 6]), &cues), date(36));
    let known = &channel.view().unwrap().breaks[0];
    assert_eq!((known.begins(), known.end), (date(30), Some(date(30))));
}
