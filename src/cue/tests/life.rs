//! What later messages do to earlier ones, as far as one playlist tells.

use broadcast_common::Serialize;
use scte35_splice::commands::{
    SpliceInsert, SpliceSchedule, TimeSignal, splice_schedule::SpliceScheduleEvent,
};

use super::*;

mod chains;

fn oatcls(message: &str) -> String {
    format!("#EXT-OATCLS-SCTE35:{message}")
}

/// What lines say, each before the segment of its number.
fn said(lines: &[(u64, String)]) -> String {
    from(100, lines)
}

fn from(first: u64, lines: &[(u64, String)]) -> String {
    let lines: Vec<_> = lines.iter().map(|(at, line)| (*at, line.as_str())).collect();
    shown(&reload(first, 112 - first, &lines))
}

/// A date range that begins an event at a segment, as told `before` another.
fn announced(id: u32, at: u64, message: &str) -> String {
    let date = date(at);
    format!(
        "#EXT-X-DATERANGE:ID=\"{id}\",START-DATE=\"{date}\",SCTE35-OUT={}",
        hexadecimal(message)
    )
}

fn cancelled_insert(id: u32) -> String {
    message(written::cancelled(id))
}

/// A `time_signal` that takes back one event and may begin another.
fn cancelled_segmentation(id: u32, begins: Option<(u8, u32, Option<u64>)>) -> String {
    let mut descriptors = written::taken_back(id).try_to_bytes().unwrap();
    descriptors.extend(
        begins.map(|(kind, id, secs)| segmentation(kind, id, secs, (0, 0))).into_iter().flatten(),
    );
    written::base64(written::signal(), &descriptors)
}

#[test]
fn what_is_taken_back_before_it_begins_does_not_begin() {
    for cancel in [cancelled_insert(7), cancelled_segmentation(7, None)] {
        let told = said(&[
            (101, announced(7, 110, &insert(7, true, Some(30)))),
            (101, announced(8, 112, &insert(8, true, Some(30)))),
            (103, oatcls(&cancel)),
        ]);
        insta::allow_duplicates! {
            insta::assert_snapshot!(told, @"
            103 00:00:18.000 in #7 EXT-OATCLS-SCTE35 +message
            112 00:01:12.000 out 30.0 #8 EXT-X-DATERANGE +message
            ");
        }
    }
}

#[test]
fn what_is_taken_back_after_it_began_ends() {
    let told = said(&[
        (102, oatcls(&signal(&[(0x34, 7, Some(60))]))),
        (104, oatcls(&cancelled_segmentation(7, None))),
    ]);
    insta::assert_snapshot!(told, @"
    102 00:00:12.000 out 60.0 #7 EXT-OATCLS-SCTE35 +message
    104 00:00:24.000 in #7 EXT-OATCLS-SCTE35 +message
    ");
}

#[test]
fn what_is_taken_back_leaves_others_and_its_number_may_be_used_again() {
    let told = said(&[
        (101, oatcls(&insert(7, true, Some(30)))),
        (103, oatcls(&cancelled_insert(8))),
        (105, oatcls(&insert(7, false, None))),
        (106, oatcls(&cancelled_segmentation(7, None))),
        (108, oatcls(&insert(7, true, Some(12)))),
    ]);
    insta::assert_snapshot!(told, @"
    101 00:00:06.000 out 30.0 #7 EXT-OATCLS-SCTE35 +message
    103 00:00:18.000 in #8 EXT-OATCLS-SCTE35 +message
    105 00:00:30.000 in #7 EXT-OATCLS-SCTE35 +message
    108 00:00:48.000 out 12.0 #7 EXT-OATCLS-SCTE35 +message
    ");
    let [begin, other, end] = [insert(7, true, None), cancelled_insert(8), cancelled_insert(7)]
        .map(|message| cues(&window(3, &[(101, &oatcls(&message))]), Trust::ALL).remove(0));
    assert!(!other.closes(&begin) && end.closes(&begin));
}

#[test]
fn one_event_may_take_the_place_of_another() {
    let told = said(&[
        (101, announced(7, 110, &insert(7, true, Some(30)))),
        (104, oatcls(&cancelled_segmentation(7, Some((0x34, 9, Some(18)))))),
    ]);
    insta::assert_snapshot!(told, @"
    104 00:00:24.000 in #7 EXT-OATCLS-SCTE35 +message
    104 00:00:24.000 out 18.0 #9 EXT-OATCLS-SCTE35 +message
    ");
}

#[test]
fn what_is_sent_again_tells_the_newest_length() {
    let told = said(&[
        (102, oatcls(&insert(7, true, Some(30)))),
        (103, oatcls(&insert(7, true, Some(60)))),
        (106, oatcls(&insert(7, true, Some(90)))),
    ]);
    insta::assert_snapshot!(told, @"
    102 00:00:12.000 out 60.0 #7 EXT-OATCLS-SCTE35 +message
    106 00:00:36.000 out 90.0 #7 EXT-OATCLS-SCTE35 +message
    ");
}

#[test]
fn breaks_end_to_end_in_two_dialects_a_segment_apart_are_two() {
    let told = said(&[
        (102, "#EXT-X-CUE-OUT:18".into()),
        (105, "#EXT-X-CUE-IN".into()),
        (105, "#EXT-X-CUE-OUT:18".into()),
        (104, announced(8, 104, &insert(8, true, Some(18)))),
        (
            104,
            format!(
                "#EXT-X-DATERANGE:ID=\"7\",START-DATE=\"{}\",SCTE35-IN={}",
                date(104),
                hexadecimal(&insert(7, false, None))
            ),
        ),
    ]);
    insta::assert_snapshot!(told, @"
    102 00:00:12.000 out 18.0 EXT-X-CUE-OUT
    104 00:00:24.000 in #7 EXT-X-DATERANGE +message
    104 00:00:24.000 out 18.0 #8 EXT-X-DATERANGE +message
    ");
}

#[test]
fn an_end_and_a_beginning_at_one_moment_end_first() {
    let told = said(&[
        (101, oatcls(&signal(&[(0x34, 1, Some(24))]))),
        (105, oatcls(&signal(&[(0x34, 2, Some(12)), (0x35, 1, None)]))),
        (107, oatcls(&signal(&[(0x35, 2, None)]))),
    ]);
    insta::assert_snapshot!(told, @"
    101 00:00:06.000 out 24.0 #1 EXT-OATCLS-SCTE35 +message
    105 00:00:30.000 in #1 EXT-OATCLS-SCTE35 +message
    105 00:00:30.000 out 12.0 #2 EXT-OATCLS-SCTE35 +message
    107 00:00:42.000 in #2 EXT-OATCLS-SCTE35 +message
    ");
}

#[test]
fn an_opportunity_of_another_inside_one_changes_nothing() {
    let told = said(&[
        (101, oatcls(&signal(&[(0x34, 1, Some(36))]))),
        (102, oatcls(&signal(&[(0x36, 2, Some(12))]))),
        (104, oatcls(&signal(&[(0x37, 2, None), (0x36, 3, Some(6))]))),
        (107, oatcls(&signal(&[(0x35, 1, None)]))),
    ]);
    insta::assert_snapshot!(told, @"
    101 00:00:06.000 out 36.0 #1 EXT-OATCLS-SCTE35 +message
    107 00:00:42.000 in #1 EXT-OATCLS-SCTE35 +message
    ");
}

#[test]
fn an_opportunity_after_one_whose_end_was_not_told_is_its_own() {
    let told = said(&[
        (101, oatcls(&signal(&[(0x34, 1, Some(18))]))),
        (104, oatcls(&signal(&[(0x36, 2, Some(12))]))),
        (106, oatcls(&signal(&[(0x37, 2, None)]))),
    ]);
    insta::assert_snapshot!(told, @"
    101 00:00:06.000 out 18.0 #1 EXT-OATCLS-SCTE35 +message
    104 00:00:24.000 out 12.0 #2 EXT-OATCLS-SCTE35 +message
    106 00:00:36.000 in #2 EXT-OATCLS-SCTE35 +message
    ");
}

#[test]
fn an_ad_going_on_inside_an_opportunity_says_nothing_of_it() {
    let continued = signal(&[(0x30, 3, Some(12))]);
    let told = said(&[
        (101, oatcls(&signal(&[(0x34, 1, Some(36))]))),
        (103, format!("#EXT-X-SCTE35:CUE-OUT=CONT,ELAPSED=6,DURATION=12,CUE=\"{continued}\"")),
        (107, oatcls(&signal(&[(0x35, 1, None)]))),
    ]);
    insta::assert_snapshot!(told, @"
    101 00:00:06.000 out 36.0 #1 EXT-OATCLS-SCTE35 +message
    107 00:00:42.000 in #1 EXT-OATCLS-SCTE35 +message
    ");
}

#[test]
fn of_several_opportunities_of_one_event_the_last_ones_end_counts() {
    let part = |kind, num, secs| {
        let descriptor = segmentation(kind, 7, secs, (num, 2));
        oatcls(&written::base64(written::signal(), &descriptor))
    };
    let told = said(&[
        (101, part(0x34, 1, Some(12))),
        (103, part(0x35, 1, None)),
        (103, part(0x34, 2, Some(12))),
        (105, part(0x35, 2, None)),
    ]);
    insta::assert_snapshot!(told, @"
    101 00:00:06.000 out 24.0 #7 EXT-OATCLS-SCTE35 +message
    103 00:00:18.000 on 12.0/24.0 #7 EXT-OATCLS-SCTE35 +message
    105 00:00:30.000 in #7 EXT-OATCLS-SCTE35 +message
    ");
}

#[test]
fn a_schedule_alone_begins_nothing() {
    let event = SpliceScheduleEvent {
        splice_event_id: 7,
        out_of_network_indicator: true,
        utc_splice_time: Some(1_450_000_000),
        ..SpliceScheduleEvent::default()
    };
    let schedule = message(SpliceSchedule { events: vec![event] });
    assert_eq!(said(&[(102, oatcls(&schedule))]), "");
}

#[test]
fn a_message_for_now_is_where_it_stands() {
    let now =
        |insert: SpliceInsert| message(SpliceInsert { splice_immediate_flag: true, ..insert });
    let out = now(SpliceInsert {
        splice_event_id: 7,
        out_of_network_indicator: true,
        ..SpliceInsert::default()
    });
    let back = now(SpliceInsert { splice_event_id: 7, ..SpliceInsert::default() });
    let signal = written::base64(TimeSignal::default(), &segmentation(0x34, 9, Some(12), (0, 0)));
    insta::assert_snapshot!(said(&[(102, oatcls(&out)), (104, oatcls(&back)), (106, oatcls(&signal))]), @"
    102 00:00:12.000 out ? #7 EXT-OATCLS-SCTE35 +message
    104 00:00:24.000 in #7 EXT-OATCLS-SCTE35 +message
    106 00:00:36.000 out 12.0 #9 EXT-OATCLS-SCTE35 +message
    ");
}

#[test]
fn ranges_about_other_things_do_not_crowd_out_breaks() {
    let mut lines: Vec<_> = (0..3_000)
        .map(|n| {
            (
                101,
                format!("#EXT-X-DATERANGE:ID=\"m{n}\",START-DATE=\"{}\",X-LAP=\"{n}\"", date(101)),
            )
        })
        .collect();
    lines.push((102, announced(7, 102, &insert(7, true, Some(30)))));
    insta::assert_snapshot!(said(&lines), @"102 00:00:12.000 out 30.0 #7 EXT-X-DATERANGE +message");
}

#[test]
fn of_more_breaks_than_anyone_uses_the_newest_are_kept() {
    let lines: Vec<_> = (1..=2_001)
        .map(|n| format!("#EXT-X-DATERANGE:ID=\"{n}\",SCTE35-OUT=0xFC"))
        .map(|line| (101, line))
        .collect();
    let lines: Vec<_> = lines.iter().map(|(at, line)| (*at, line.as_str())).collect();
    let playlist = window(3, &lines);
    let found = ranges::ranges(&playlist, &HashSet::new());
    assert_eq!((found.len(), found[0].id, found[1_999].id), (2_000, "2", "2001"));
}

#[test]
fn what_is_shown_goes_with_the_beginning() {
    let playlist = window(
        4,
        &[
            (101, "#EXT-X-ASSET:CAID=0x0000000020FB6501"),
            (102, "#EXT-X-CUE-OUT:30"),
            (102, "#EXT-X-ASSET:GENRE=CV,CAID=12345678,EPISODE=\"Caf%C3%A9%20100%\""),
            (103, "#EXT-X-CUE-OUT-CONT:6/30"),
        ],
    );
    let found = cues(&playlist, Trust::ALL);
    let assets: Vec<_> = found.iter().map(|cue| cue.asset.as_deref()).collect();
    let pairs: Vec<_> = assets[0].unwrap().iter().collect();
    assert_eq!(pairs, [("GENRE", "CV"), ("CAID", "12345678"), ("EPISODE", "Café 100%")]);
    assert_eq!(assets[0].unwrap().to_map()["CAID"], "12345678");
    assert_eq!(assets[1..], [None]);
}
