use scte35_splice::{commands::SpliceInsert, time::BreakDuration};

use super::*;

/// What a message alone before segment 102 says.
fn said(message: &str) -> String {
    shown(&window(6, &[(102, &format!("#EXT-OATCLS-SCTE35:{message}"))]))
}

#[test]
fn inserts_lead_out_and_back() {
    let cancelled = message(written::cancelled(7));
    let messages = [
        insert(7, true, Some(30)),
        insert(7, true, None),
        insert(7, true, Some(0)),
        insert(7, false, None),
        cancelled,
    ];
    insta::assert_snapshot!(messages.map(|message| said(&message)).concat(), @"
    102 00:00:12.000 out 30.0 #7 EXT-OATCLS-SCTE35 +message
    102 00:00:12.000 out ? #7 EXT-OATCLS-SCTE35 +message
    102 00:00:12.000 out ? #7 EXT-OATCLS-SCTE35 +message
    102 00:00:12.000 in #7 EXT-OATCLS-SCTE35 +message
    102 00:00:12.000 in #7 EXT-OATCLS-SCTE35 +message
    ");
}

#[test]
fn segmentation_types_open_close_or_say_nothing() {
    let mut told = String::new();
    for kind in 0..=u8::MAX {
        let cue = said(&signal(&[(kind, 1, Some(30))]));
        if !cue.is_empty() {
            told += &format!("{kind:#04x} {cue}");
        }
    }
    insta::assert_snapshot!(told, @"
    0x10 102 00:00:12.000 in EXT-OATCLS-SCTE35 +message
    0x11 102 00:00:12.000 in EXT-OATCLS-SCTE35 +message
    0x12 102 00:00:12.000 in EXT-OATCLS-SCTE35 +message
    0x22 102 00:00:12.000 out 30.0 #1 EXT-OATCLS-SCTE35 +message
    0x23 102 00:00:12.000 in #1 EXT-OATCLS-SCTE35 +message
    0x30 102 00:00:12.000 out 30.0 #1 EXT-OATCLS-SCTE35 +message
    0x31 102 00:00:12.000 in #1 EXT-OATCLS-SCTE35 +message
    0x32 102 00:00:12.000 out 30.0 #1 EXT-OATCLS-SCTE35 +message
    0x33 102 00:00:12.000 in #1 EXT-OATCLS-SCTE35 +message
    0x34 102 00:00:12.000 out 30.0 #1 EXT-OATCLS-SCTE35 +message
    0x35 102 00:00:12.000 in #1 EXT-OATCLS-SCTE35 +message
    0x36 102 00:00:12.000 out 30.0 #1 EXT-OATCLS-SCTE35 +message
    0x37 102 00:00:12.000 in #1 EXT-OATCLS-SCTE35 +message
    0x44 102 00:00:12.000 out 30.0 #1 EXT-OATCLS-SCTE35 +message
    0x45 102 00:00:12.000 in #1 EXT-OATCLS-SCTE35 +message
    0x46 102 00:00:12.000 out 30.0 #1 EXT-OATCLS-SCTE35 +message
    0x47 102 00:00:12.000 in #1 EXT-OATCLS-SCTE35 +message
    ");
}

#[test]
fn an_end_and_a_beginning_in_one_message_are_two_cues() {
    let chain = signal(&[(0x34, 2, Some(60)), (0x35, 1, None)]);
    insta::assert_snapshot!(said(&chain), @"
    102 00:00:12.000 in #1 EXT-OATCLS-SCTE35 +message
    102 00:00:12.000 out 60.0 #2 EXT-OATCLS-SCTE35 +message
    ");
}

#[test]
fn the_outermost_of_several_beginnings_counts() {
    let nested = signal(&[(0x30, 3, Some(15)), (0x22, 1, Some(120)), (0x36, 2, Some(60))]);
    insta::assert_snapshot!(said(&nested), @"102 00:00:12.000 out 120.0 #1 EXT-OATCLS-SCTE35 +message");
}

#[test]
fn ads_inside_an_opportunity_neither_open_nor_close_it() {
    let line = |segmentations| format!("#EXT-X-SPLICEPOINT-SCTE35:{}", signal(segmentations));
    let lines = [
        line(&[(0x34, 1, Some(24))]),
        line(&[(0x30, 1, Some(6))]),
        line(&[(0x31, 1, None), (0x30, 2, Some(6))]),
        line(&[(0x31, 2, None)]),
        line(&[(0x35, 9, None)]),
        line(&[(0x35, 1, None)]),
    ];
    let lines: Vec<_> = (101..).zip(lines.iter().map(String::as_str)).collect();
    insta::assert_snapshot!(shown(&window(8, &lines)), @"
    101 00:00:06.000 out 24.0 #1 EXT-X-SPLICEPOINT-SCTE35 +message
    106 00:00:36.000 in #1 EXT-X-SPLICEPOINT-SCTE35 +message
    ");
}

#[test]
fn an_overlay_opens_nothing_even_with_a_tag() {
    let overlay = signal(&[(0x38, 1, Some(30))]);
    let oatcls = format!("#EXT-OATCLS-SCTE35:{overlay}");
    let range = format!(
        "#EXT-X-DATERANGE:ID=\"o\",START-DATE=\"{}\",SCTE35-OUT={}",
        date(103),
        hexadecimal(&overlay)
    );
    let playlist = window(6, &[(102, &oatcls), (102, "#EXT-X-CUE-OUT:30"), (103, &range)]);
    assert_eq!(shown(&playlist), "");
}

#[test]
fn breaks_that_return_by_themselves_are_told_from_those_that_wait() {
    let waiting = message(SpliceInsert {
        out_of_network_indicator: true,
        splice_immediate_flag: true,
        break_duration: Some(BreakDuration { auto_return: false, duration: 90_000 }),
        ..SpliceInsert::default()
    });
    let waits = |message: &str| {
        let playlist = window(3, &[(101, &format!("#EXT-OATCLS-SCTE35:{message}"))]);
        cues(&playlist, Trust::ALL)[0].waits_for_end()
    };
    assert!(waits(&waiting));
    assert!(!waits(&insert(7, true, Some(30))));
}

#[test]
fn an_end_closes_its_own_break_and_what_is_inside() {
    let cue = |message: &str| {
        let playlist = window(3, &[(101, &format!("#EXT-OATCLS-SCTE35:{message}"))]);
        cues(&playlist, Trust::ALL).remove(0)
    };
    let opportunity = cue(&signal(&[(0x34, 1, None)]));
    let ad = cue(&signal(&[(0x30, 1, None)]));
    let splice = cue(&insert(1, true, None));
    assert!(ad.is_inside(&opportunity) && !opportunity.is_inside(&ad) && !splice.is_inside(&ad));
    let closing = |end: &str| {
        let end = cue(end);
        [&opportunity, &ad, &splice].map(|begin| end.closes(begin))
    };
    assert_eq!(closing(&signal(&[(0x35, 1, None)])), [true, true, true]);
    assert_eq!(closing(&signal(&[(0x35, 2, None)])), [false, true, false]);
    assert_eq!(closing(&signal(&[(0x31, 1, None)])), [false, true, true]);
    assert_eq!(closing(&signal(&[(0x11, 9, None)])), [true, true, true]);
    assert_eq!(closing(&insert(1, false, None)), [true, true, true]);
    assert_eq!(closing(&insert(2, false, None)), [true, true, false]);
}
