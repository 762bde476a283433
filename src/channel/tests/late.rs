//! Renditions that come to a break's boundaries later than is waited, or not at all.

use super::{
    super::*,
    faults::{date, pair, playlist, row},
};
use crate::{pod::Unfilled, scte35::tests::written};

/// Where the first break can be left, in seconds from its beginning.
fn boundaries(channel: &Channel) -> Vec<i64> {
    let known = &channel.view().unwrap().breaks[0];
    known.boundaries.iter().map(|b| (b.time - known.begins()).as_millis() / 1_000).collect()
}

/// The sound is late for all of the break; where an encoder cuts out of turn nobody knows of it.
#[test]
fn who_is_late_is_taken_to_be_cut_in_turn_also_where_segments_differ() {
    let mut channel = pair();
    let lengths = [6, 4, 5, 6, 4, 5, 6, 4, 5, 6, 3, 6];
    let cue = [(503, "#EXT-X-CUE-OUT:60")];
    let row = row(500, 0, &lengths);
    for to in 3..=12 {
        let end = row[to - 1].1 + row[to - 1].2;
        channel.loaded(0, &playlist(&row[..to], &cue), date(end));
        channel.loaded(1, &playlist(&row[..to - 2], &[]), date(end));
        channel.waited(date(end + 3));
    }
    let known = channel.view().unwrap().breaks[0].clone();
    let times = known.boundaries.iter().map(|b| (b.time - known.begins()).as_millis() / 1_000);
    assert_eq!(times.collect::<Vec<_>>(), [6, 10, 15, 21, 25, 30, 36]);
}

/// It is not read any more, but was cut alike.
#[test]
fn who_is_silent_is_taken_to_be_cut_in_turn_also_where_segments_differ() {
    let mut channel = pair();
    let row = row(500, 0, &[6, 6, 3, 6, 6, 3, 6, 6, 3, 6, 6, 3, 6, 6]);
    let cue = [(506, "#EXT-X-CUE-OUT:60")];
    for to in 3..=14 {
        let end = row[to - 1].1 + row[to - 1].2;
        channel.loaded(0, &playlist(&row[..to], &cue), date(end));
        channel.loaded(1, &playlist(&row[..to.min(6)], &[]), date(end));
        channel.waited(date(end + 3));
    }
    assert_eq!(boundaries(&channel), [6, 12, 15, 21, 27, 30, 36, 42]);
}

/// The second picture has segments twice as long as the first; it stands in the break, and comes back late.
#[test]
fn who_is_late_is_taken_to_go_on_as_it_was_cut() {
    let mut channel = pair();
    let (first, second) = (row(500, 0, &[2; 24]), row(500, 0, &[4; 12]));
    let cue = [(506, "#EXT-X-CUE-OUT:36")];
    for to in 4..=24 {
        let end = 2 * i64::try_from(to).unwrap();
        let late = if end < 20 { end } else { 20.max(end - 14) };
        let read = usize::try_from(late / 4).unwrap();
        channel.loaded(0, &playlist(&first[..to], &cue), date(end));
        channel.loaded(1, &playlist(&second[..read], &[]), date(end));
        channel.waited(date(end + 1));
    }
    assert_eq!(boundaries(&channel), [4, 8, 12, 16, 20, 24, 28, 32]);
}

/// The sound is late and not cut there; what is left before the cue is as long as every third segment.
#[test]
fn a_cut_out_of_turn_is_none_in_turn_for_its_length() {
    let mut channel = pair();
    let row = row(500, 0, &[6, 6, 3, 6, 6, 3, 6, 6, 3, 3, 6, 6, 6]);
    let cue = [(510, "#EXT-X-CUE-OUT:60")];
    for to in 3..=13 {
        let end = row[to - 1].1 + row[to - 1].2;
        channel.loaded(0, &playlist(&row[..to], &cue), date(end));
        channel.loaded(1, &playlist(&row[..(to - 2).min(9)], &[]), date(end));
        channel.waited(date(end + 3));
    }
    let known = &channel.view().unwrap().breaks[0];
    assert_eq!((known.begins(), known.refusal), (date(48), Some(Unfilled::NoCommonBoundary)));
}

/// The reference is not cut at the cue; who is late may be, and then is not beside it.
#[test]
fn nobody_is_expected_to_be_cut_beside_a_cue() {
    let refusal = |secs: i64| {
        let message = written::insert(7, true, Some(30));
        let message = written::hexadecimal(&written::base64(message, &[]));
        let range = format!("ID=\"a\",START-DATE=\"{}\",SCTE35-OUT={message}", date(secs));
        let cue = format!("#EXT-X-DATERANGE:{range}");
        let (mut channel, row) = (pair(), row(500, 0, &[6; 5]));
        for to in 3..=5 {
            let end = row[to - 1].1 + row[to - 1].2;
            channel.loaded(0, &playlist(&row[..to], &[(503, &cue)]), date(end));
            channel.loaded(1, &playlist(&row[..(to - 2).min(2)], &[]), date(end));
            channel.waited(date(end + 3));
        }
        let known = &channel.view().unwrap().breaks[0];
        (known.start.as_ref().map(|start| start.time), known.refusal)
    };
    assert_eq!(refusal(18), (Some(date(18)), None));
    assert_eq!(refusal(19), (Some(date(18)), Some(Unfilled::NoCommonBoundary)));
}

/// The sound is read first, before anything is shown, and not cut at the cue; the picture is.
#[test]
fn a_break_begins_nowhere_before_all_have_been_read() {
    let mut channel = Channel::new(&[RenditionKind::Video, RenditionKind::Audio]);
    let message = written::insert(7, true, Some(30));
    let message = written::hexadecimal(&written::base64(message, &[]));
    let range = format!("ID=\"a\",START-DATE=\"{}\",SCTE35-OUT={message}", date(17));
    let cue = [(502, &*format!("#EXT-X-DATERANGE:{range}"))];
    channel.loaded(1, &playlist(&row(500, 0, &[6; 3]), &cue), date(18));
    assert!(channel.view().is_none());
    channel.loaded(0, &playlist(&row(500, 0, &[6, 6, 5]), &cue), date(18));
    channel.loaded(0, &playlist(&row(500, 0, &[6, 6, 5, 6]), &cue), date(23));
    let known = &channel.view().unwrap().breaks[0];
    assert_eq!((known.begins(), known.refusal), (date(17), Some(Unfilled::NoCommonBoundary)));
}

/// The encoder cut early inside a break, which was not waited for; the sound is cut there too.
#[test]
fn a_boundary_is_known_once_who_was_late_has_come_to_it() {
    let mut channel = pair();
    let row = row(500, 0, &[6, 6, 6, 6, 2, 6, 6]);
    let cue = [(503, "#EXT-X-CUE-OUT:60")];
    let mut known = Vec::new();
    for to in 3..=7 {
        let end = row[to - 1].1 + row[to - 1].2;
        channel.loaded(0, &playlist(&row[..to], &cue), date(end));
        channel.waited(date(end + 3));
        channel.loaded(1, &playlist(&row[..to - 1], &[]), date(end + 4));
        known.push(channel.view().unwrap().breaks.first().map(|_| boundaries(&channel)));
    }
    let expected = [None, Some(vec![]), Some(vec![6]), Some(vec![6, 8]), Some(vec![6, 8, 14])];
    assert_eq!(known, expected);
}
