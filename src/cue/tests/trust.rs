//! What configurations choose to act on.

use scte35_splice::{
    commands::{SpliceInsert, TimeSignal},
    time::{BreakDuration, SpliceTime},
};

use super::*;

/// What lines before segment 102 say to whoever trusts so.
fn said(lines: &[String], trust: Trust) -> String {
    let lines: Vec<_> = lines.iter().map(|line| (102, line.as_str())).collect();
    cues(&window(6, &lines), trust).iter().map(shown_cue).collect()
}

fn oatcls(message: &str) -> String {
    format!("#EXT-OATCLS-SCTE35:{message}")
}

fn triggered_by(triggers: impl IntoIterator<Item = Trigger>) -> Trust {
    Trust { triggers: triggers.into_iter().collect(), ..Trust::ALL }
}

const STRICT: Trust = Trust { profile: Profile::DvbTa, ..Trust::ALL };

#[test]
fn only_what_is_chosen_begins_and_ends_breaks() {
    let every = || Trigger::EVERY.iter().copied();
    let messages = [0x22, 0x30, 0x32, 0x34, 0x36, 0x44, 0x46]
        .map(|kind| (signal(&[(kind, 1, Some(30))]), signal(&[(kind + 1, 1, None)])));
    let inserts = (insert(1, true, Some(30)), insert(1, false, None));
    let all: Vec<_> = std::iter::once(inserts).chain(messages).collect();
    for (trigger, (begin, end)) in every().zip(&all) {
        let others = triggered_by(every().filter(|other| *other != trigger));
        for (message, says) in [(begin, "out 30.0"), (end, "in")] {
            let told = format!("102 00:00:12.000 {says} #1 EXT-OATCLS-SCTE35 +message\n");
            assert_eq!(said(&[oatcls(message)], triggered_by([trigger])), told);
            assert_eq!(said(&[oatcls(message)], others), "", "{}", trigger.name());
        }
    }
}

#[test]
fn a_tag_begins_nothing_where_its_message_does_not() {
    let trust = triggered_by([Trigger::ProviderPlacementOpportunity]);
    let (ad, opportunity) = (signal(&[(0x30, 1, Some(30))]), signal(&[(0x34, 2, Some(60))]));
    let tag = |name: &str, value: &str| format!("#EXT-X-{name}:{value}");
    let out = tag("CUE-OUT", "30");
    for lines in [
        vec![out.clone(), oatcls(&ad)],
        vec![tag("CUE-OUT-CONT", &format!("ElapsedTime=6,Duration=30,SCTE35={ad}"))],
        vec![tag("SCTE35", &format!("CUE-OUT=YES,DURATION=30,CUE=\"{ad}\""))],
        vec![tag("SCTE35", &format!("CUE-IN=YES,CUE=\"{}\"", signal(&[(0x31, 1, None)])))],
        vec![tag(
            "DATERANGE",
            &format!("ID=\"1\",START-DATE=\"{}\",SCTE35-OUT={}", date(102), hexadecimal(&ad)),
        )],
    ] {
        assert_eq!(said(&lines, trust), "", "{lines:?}");
    }
    let both = [out, oatcls(&ad), oatcls(&opportunity)];
    assert_eq!(said(&both, trust), "102 00:00:12.000 out 30.0 #2 EXT-X-CUE-OUT +message\n");
}

#[test]
fn a_break_whose_beginning_was_refused_does_not_go_on() {
    let refused = oatcls(&signal(&[(0x30, 1, Some(30))]));
    let lines = [
        (101, "#EXT-X-CUE-OUT:30"),
        (101, refused.as_str()),
        (102, "#EXT-X-CUE-OUT-CONT:6/30"),
        (103, "#EXT-X-CUE-OUT-CONT"),
        (104, "#EXT-X-CUE-IN"),
        (105, "#EXT-X-CUE-OUT-CONT:0/12"),
        (106, "#EXT-X-CUE-OUT-CONT:6/12"),
    ];
    let trust = triggered_by([Trigger::ProviderPlacementOpportunity]);
    let told: String = cues(&window(8, &lines), trust).iter().map(shown_cue).collect();
    insta::assert_snapshot!(told, @"
    104 00:00:24.000 in EXT-X-CUE-OUT
    105 00:00:30.000 out 12.0 EXT-X-CUE-OUT
    106 00:00:36.000 on 6.0/12.0 EXT-X-CUE-OUT
    ");
}

#[test]
fn of_a_message_only_the_chosen_events_count() {
    let message = oatcls(&signal(&[(0x36, 1, Some(60)), (0x30, 2, Some(30)), (0x10, 3, None)]));
    let told = [Trigger::DistributorPlacementOpportunity, Trigger::ProviderAdvertisement]
        .map(|trigger| said(std::slice::from_ref(&message), triggered_by([trigger])));
    insta::assert_snapshot!(told.concat(), @"
    102 00:00:12.000 in EXT-OATCLS-SCTE35 +message
    102 00:00:12.000 out 60.0 #1 EXT-OATCLS-SCTE35 +message
    102 00:00:12.000 in EXT-OATCLS-SCTE35 +message
    102 00:00:12.000 out 30.0 #2 EXT-OATCLS-SCTE35 +message
    ");
}

/// An insert like [`insert`], changed.
fn changed(change: impl FnOnce(&mut SpliceInsert)) -> String {
    let mut command = written::insert(7, true, Some(30));
    change(&mut command);
    message(command)
}

/// What a profile would not begin a break with.
fn breaches() -> [(&'static str, String); 8] {
    let now = TimeSignal { splice_time: SpliceTime { pts_time: None } };
    let opportunity = segmentation(0x34, 7, Some(30), (0, 0));
    [
        ("cancelled", changed(|one| one.splice_event_cancel_indicator = true)),
        ("immediate", changed(|one| one.splice_immediate_flag = true)),
        ("endless", changed(|one| one.break_duration = None)),
        (
            "waiting",
            changed(|one| {
                one.break_duration =
                    Some(BreakDuration { auto_return: false, duration: 2_700_000 });
            }),
        ),
        ("an ad", signal(&[(0x30, 7, Some(30))])),
        ("a break", signal(&[(0x22, 7, Some(30))])),
        ("an endless opportunity", signal(&[(0x34, 7, None)])),
        ("an opportunity now", written::base64(now, &opportunity)),
    ]
}

#[test]
fn a_strict_channel_begins_breaks_as_dvb_ta_has_them_and_ends_them_anyhow() {
    for (what, message) in breaches() {
        assert_eq!(said(&["#EXT-X-CUE-OUT:30".to_owned(), oatcls(&message)], STRICT), "", "{what}");
        assert_ne!(said(&[oatcls(&message)], Trust::ALL), "", "{what}");
    }
    let good = [
        insert(7, true, Some(30)),
        signal(&[(0x36, 7, Some(30))]),
        insert(7, false, None),
        signal(&[(0x35, 7, None), (0x34, 8, None)]),
    ];
    insta::assert_snapshot!(good.map(|message| said(&[oatcls(&message)], STRICT)).concat(), @"
    102 00:00:12.000 out 30.0 #7 EXT-OATCLS-SCTE35 +message
    102 00:00:12.000 out 30.0 #7 EXT-OATCLS-SCTE35 +message
    102 00:00:12.000 in #7 EXT-OATCLS-SCTE35 +message
    102 00:00:12.000 in #7 EXT-OATCLS-SCTE35 +message
    ");
}

#[test]
fn what_a_strict_channel_refuses_is_told() {
    let told = breaches().map(|(what, message)| {
        let playlist = window(3, &[(101, &oatcls(&message))]);
        let kinds =
            oddities(playlist.body(), Profile::DvbTa).into_iter().map(|odd| odd.kind.to_string());
        format!("{what}: {}\n", kinds.collect::<Vec<_>>().join(", "))
    });
    insta::assert_snapshot!(told.concat(), @"
    cancelled: a marker's message takes an event back
    immediate: a marker's message is for at once
    endless: a marker's message has no duration
    waiting: a marker's message does not return by itself
    an ad: 
    a break: 
    an endless opportunity: a marker's message has no duration
    an opportunity now: a marker's message is for at once
    ");
}
