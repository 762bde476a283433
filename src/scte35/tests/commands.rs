use scte35_splice::{
    commands::{
        SpliceInsert, SpliceSchedule,
        splice_insert::SpliceInsertComponent,
        splice_schedule::{SpliceScheduleComponent, SpliceScheduleEvent},
    },
    time::{BreakDuration, SpliceTime},
};

use super::*;

const NO_DESCRIPTORS: &[u8] = &[0, 0];

fn insert(insert: &SpliceInsert) -> String {
    told(&commanding(5, &insert.try_to_bytes().unwrap(), NO_DESCRIPTORS))
}

#[test]
fn inserts_of_every_mode_are_read() {
    let out = SpliceInsert {
        splice_event_id: 7,
        out_of_network_indicator: true,
        splice_time: Some(SpliceTime::with_pts(900_000)),
        break_duration: Some(BreakDuration { auto_return: true, duration: 2_700_000 }),
        unique_program_id: 3,
        avail_num: 1,
        avails_expected: 2,
        ..SpliceInsert::default()
    };
    let component = |component_tag, pts| SpliceInsertComponent {
        component_tag,
        splice_time: Some(SpliceTime { pts_time: pts }),
    };
    let inserts = [
        SpliceInsert { splice_event_cancel_indicator: true, ..out.clone() },
        SpliceInsert { out_of_network_indicator: false, break_duration: None, ..out.clone() },
        SpliceInsert { splice_immediate_flag: true, splice_time: None, ..out.clone() },
        SpliceInsert {
            program_splice_flag: false,
            splice_time: None,
            components: vec![component(1, Some(900_000)), component(2, None)],
            break_duration: Some(BreakDuration { auto_return: false, duration: 2_700_000 }),
            ..out.clone()
        },
        SpliceInsert {
            program_splice_flag: false,
            splice_immediate_flag: true,
            splice_time: None,
            components: vec![SpliceInsertComponent { component_tag: 5, splice_time: None }],
            break_duration: None,
            ..out.clone()
        },
        out,
    ];
    let read = inserts.each_ref().map(|one| insert(one) + "\n").concat();
    insta::assert_snapshot!(read, @r#"
    {"command":{"type":"insert","event_id":7,"cancelled":true,"out_of_network":false,"immediate":false,"pts":null,"duration":null,"auto_return":null,"unique_program_id":0,"avail_num":0,"avails_expected":0},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[]}
    {"command":{"type":"insert","event_id":7,"cancelled":false,"out_of_network":false,"immediate":false,"pts":900000,"duration":null,"auto_return":null,"unique_program_id":3,"avail_num":1,"avails_expected":2},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[]}
    {"command":{"type":"insert","event_id":7,"cancelled":false,"out_of_network":true,"immediate":true,"pts":null,"duration":2700000,"auto_return":true,"unique_program_id":3,"avail_num":1,"avails_expected":2},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[]}
    {"command":{"type":"insert","event_id":7,"cancelled":false,"out_of_network":true,"immediate":false,"pts":900000,"components":[{"tag":1,"pts":900000},{"tag":2,"pts":null}],"duration":2700000,"auto_return":false,"unique_program_id":3,"avail_num":1,"avails_expected":2},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[]}
    {"command":{"type":"insert","event_id":7,"cancelled":false,"out_of_network":true,"immediate":true,"pts":null,"components":[{"tag":5,"pts":null}],"duration":null,"auto_return":null,"unique_program_id":3,"avail_num":1,"avails_expected":2},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[]}
    {"command":{"type":"insert","event_id":7,"cancelled":false,"out_of_network":true,"immediate":false,"pts":900000,"duration":2700000,"auto_return":true,"unique_program_id":3,"avail_num":1,"avails_expected":2},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[]}
    "#);
}

#[test]
fn schedules_of_every_mode_are_read() {
    let event = SpliceScheduleEvent {
        splice_event_id: 7,
        out_of_network_indicator: true,
        utc_splice_time: Some(1_450_000_000),
        break_duration: Some(BreakDuration { auto_return: true, duration: 2_700_000 }),
        unique_program_id: 3,
        avail_num: 1,
        avails_expected: 2,
        ..SpliceScheduleEvent::default()
    };
    let by_component = SpliceScheduleEvent {
        program_splice_flag: false,
        utc_splice_time: None,
        components: vec![SpliceScheduleComponent {
            component_tag: 4,
            utc_splice_time: 1_450_000_001,
        }],
        break_duration: None,
        ..event.clone()
    };
    let cancelled = SpliceScheduleEvent { splice_event_cancel_indicator: true, ..event.clone() };
    let schedule = SpliceSchedule { events: vec![event, by_component, cancelled] };
    let read = told(&commanding(4, &schedule.try_to_bytes().unwrap(), NO_DESCRIPTORS));
    insta::assert_snapshot!(read, @r#"{"command":{"type":"schedule","events":[{"event_id":7,"cancelled":false,"out_of_network":true,"gps_seconds":1450000000,"duration":2700000,"auto_return":true,"unique_program_id":3,"avail_num":1,"avails_expected":2},{"event_id":7,"cancelled":false,"out_of_network":true,"gps_seconds":1450000001,"duration":null,"auto_return":null,"unique_program_id":3,"avail_num":1,"avails_expected":2},{"event_id":7,"cancelled":true,"out_of_network":false,"gps_seconds":null,"duration":null,"auto_return":null,"unique_program_id":0,"avail_num":0,"avails_expected":0}]},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[]}"#);
}

#[test]
fn the_other_commands_are_known_by_name() {
    let sections = [
        commanding(0, &[], NO_DESCRIPTORS),
        commanding(6, &[0x7F], NO_DESCRIPTORS),
        commanding(7, &[], NO_DESCRIPTORS),
        commanding(0xFF, b"ABCDxyz", NO_DESCRIPTORS),
        commanding(0x42, b"whatever", NO_DESCRIPTORS),
        commanding(0xFF, b"AB", NO_DESCRIPTORS),
        commanding(5, &[0, 0, 0, 7], NO_DESCRIPTORS),
    ];
    insta::assert_snapshot!(sections.map(|section| told(&section) + "\n").concat(), @r#"
    {"command":{"type":"null"},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[]}
    {"command":{"type":"time_signal","pts":null},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[]}
    {"command":{"type":"bandwidth_reservation"},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[]}
    {"command":{"type":"private","identifier":1094861636,"hex":"78797a"},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[]}
    {"command":{"type":"unknown","command_type":66},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[]}
    the command cannot be read: buffer too short: need 4 bytes, have 2 (while parsing private_command identifier)
    the command cannot be read: buffer too short: need 5 bytes, have 4 (while parsing splice_insert header)
    "#);
}

#[test]
fn an_encrypted_message_is_known_to_be_one() {
    let mut section =
        section_of(&[0xFC, 0x30, 0, 0, 0x82, 0, 0, 0, 0, 7, 0xFF, 0xF0, 5, 6, 1, 2, 3, 4, 5, 0, 0]);
    let info = SpliceInfo::parse(&section).unwrap();
    assert_eq!(info.command, Command::Encrypted { algorithm: 1, cw_index: 7 });
    section[14] ^= 1;
    assert!(matches!(SpliceInfo::parse(&section), Err(Error::Checksum { .. })));
}

#[test]
fn times_are_adjusted_and_wrap() {
    let (message, _) = vectors().find(|(text, _)| text.starts_with("/DBfAAHsGNoe")).unwrap();
    let SpliceInfo { command, .. } = decode_base64(message).unwrap();
    let adjusted = (391_061_513 + 8_256_018_974) % (1 << 33);
    assert_eq!(command, Command::TimeSignal { pts: Some(Ticks(adjusted)) });
}

#[test]
fn a_command_of_untold_length_ends_where_its_fields_do() {
    let untold = |command_type: u8, command: &[u8], rest: &[u8]| {
        let mut section = commanding(command_type, command, rest);
        section[11] |= 0x0F;
        section[12] = 0xFF;
        section.truncate(section.len() - 4);
        told(&section_of(&section))
    };
    let avail = [0, 10, 0, 8, b'C', b'U', b'E', b'I', 0, 0, 0, 9];
    let stuffed = [&avail[..], &[0xFF, 0xFF]].concat();
    let back = SpliceInsert {
        splice_event_id: 7,
        splice_time: Some(SpliceTime::with_pts(900_000)),
        ..SpliceInsert::default()
    };
    let read = [
        untold(6, &SpliceTime::with_pts(900_000).try_to_bytes().unwrap(), &stuffed),
        untold(5, &back.try_to_bytes().unwrap(), &avail),
        untold(0, &[], &avail),
        // These have no fields that would say where they end.
        untold(0xFF, b"ABCDxyz", &avail),
        untold(0x42, b"whatever", &avail),
    ];
    insta::assert_snapshot!(read.map(|one| one + "\n").concat(), @r#"
    {"command":{"type":"time_signal","pts":900000},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[{"descriptor":"avail","provider_avail_id":9}]}
    {"command":{"type":"insert","event_id":7,"cancelled":false,"out_of_network":false,"immediate":false,"pts":900000,"duration":null,"auto_return":null,"unique_program_id":0,"avail_num":0,"avails_expected":0},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[{"descriptor":"avail","provider_avail_id":9}]}
    {"command":{"type":"null"},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[{"descriptor":"avail","provider_avail_id":9}]}
    {"command":{"type":"private","identifier":1094861636,"hex":"78797a000a00084355454900000009"},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[],"oddities":["loop_length"]}
    {"command":{"type":"unknown","command_type":66},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[],"oddities":["loop_length"]}
    "#);
}

#[test]
fn lengths_that_cannot_be_right_are_noted() {
    let mut overlong =
        commanding(6, &SpliceTime::with_pts(900_000).try_to_bytes().unwrap(), &[0, 0]);
    overlong[12] = 200;
    overlong.truncate(overlong.len() - 4);
    let sections = [
        section_of(&overlong),
        commanding(0, &[], &[]),
        commanding(0, &[], &[0, 200, 0, 8, b'C', b'U', b'E', b'I', 0, 0, 0, 9]),
        commanding(0, &[], &[0, 3, 0, 8, b'C']),
        commanding(0, &[], &[0, 1, 0]),
    ];
    insta::assert_snapshot!(sections.map(|section| told(&section) + "\n").concat(), @r#"
    {"command":{"type":"time_signal","pts":900000},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[],"oddities":["command_length"]}
    {"command":{"type":"null"},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[],"oddities":["loop_length"]}
    {"command":{"type":"null"},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[{"descriptor":"avail","provider_avail_id":9}],"oddities":["loop_length"]}
    {"command":{"type":"null"},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[],"oddities":[{"bad_descriptor":{"tag":0}}]}
    {"command":{"type":"null"},"pts_adjustment":0,"tier":4095,"segmentations":[],"descriptors":[],"oddities":["loop_length"]}
    "#);
}
