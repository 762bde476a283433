//! Messages, each kind of everything at least once.

use broadcast_common::Serialize as _;
use scte35_splice::{
    SpliceInfoSection,
    commands::{
        AnyCommand, BandwidthReservation, PrivateCommand, SpliceInsert, SpliceSchedule,
        splice_insert::SpliceInsertComponent, splice_schedule::SpliceScheduleEvent,
    },
    time::{BreakDuration, SpliceTime},
};

use super::*;
use crate::scte35::tests::written;

fn shown(command: impl Into<AnyCommand<'static>>, descriptors: &[Vec<u8>]) -> String {
    let descriptors = descriptors.concat();
    run(written::bytes(command, &descriptors), false).unwrap()
}

#[test]
fn every_descriptor_is_shown() {
    let segmentations = [written::opportunity(), written::taken_back(8)];
    let unknown = [vec![0xF1, 4, 0, 0, 0, 1], [&[0x00, 5][..], b"CUEI", &[1]].concat()];
    let descriptors: Vec<_> = segmentations
        .iter()
        .map(|one| one.try_to_bytes().unwrap())
        .chain(written::others())
        .chain(unknown)
        .collect();
    insta::assert_snapshot!(shown(written::signal(), &descriptors), @"
    command            time_signal
    pts                900000 (10.0 s)
    pts adjustment     0
    tier               0x000
    segmentation       Provider Placement Opportunity Start (0x34)
      event id         7 (0x00000007)
      duration         30.0 s
      upid             ADS Information LA309
      upid             TI 777225345
      segment          1 of 2
      sub-segment      3 of 4
      delivery         web yes, all regions no, archive yes, not device group 1
      component        3 later by 1.0 s
    segmentation       cancelled
      event id         8 (0x00000008)
    provider avail id  309
    dtmf               `*12#`, ends 4.5 s before
    time               1767225637.500000000 s TAI (2026-01-01T00:00:00.500Z)
    audio              eng, mode 2, channels 9, component 255, full service
    descriptor         0xf0 of `XYZW` 0x0102
    descriptor         0xf1 of 0x00000001 0x
    oddity             a descriptor of tag 0x00 cannot be read
    ");
}

#[test]
fn every_insert_is_shown() {
    let components = vec![
        SpliceInsertComponent {
            component_tag: 1,
            splice_time: Some(SpliceTime::with_pts(900_000)),
        },
        SpliceInsertComponent { component_tag: 2, splice_time: Some(SpliceTime::default()) },
    ];
    let by_component = SpliceInsert {
        splice_event_id: 7,
        program_splice_flag: false,
        out_of_network_indicator: true,
        components,
        break_duration: Some(BreakDuration { auto_return: false, duration: 2_700_000 }),
        ..SpliceInsert::default()
    };
    let cancelled = SpliceInsert { splice_event_cancel_indicator: true, ..SpliceInsert::default() };
    let immediate = SpliceInsert { splice_immediate_flag: true, ..SpliceInsert::default() };
    let all = [shown(by_component, &[]), shown(cancelled, &[]), shown(immediate, &[])];
    insta::assert_snapshot!(all.join("\n"), @"
    command            splice_insert
    event id           7 (0x00000007)
    out of network     yes
    component          1 at 900000 (10.0 s)
    component          2 at now
    break duration     30.0 s
    auto return        no
    unique program id  0
    avail              0 of 0
    pts adjustment     0
    tier               0x000

    command            splice_insert
    event id           0 (0x00000000)
    cancelled          yes
    pts adjustment     0
    tier               0x000

    command            splice_insert
    event id           0 (0x00000000)
    out of network     no
    pts                now
    unique program id  0
    avail              0 of 0
    pts adjustment     0
    tier               0x000
    ");
}

#[test]
fn every_other_command_is_shown() {
    let event = SpliceScheduleEvent {
        utc_splice_time: Some(1_450_000_000),
        break_duration: Some(BreakDuration { auto_return: true, duration: 2_700_000 }),
        ..SpliceScheduleEvent::default()
    };
    let dropped = SpliceScheduleEvent { splice_event_cancel_indicator: true, ..event.clone() };
    let all = [
        shown(SpliceSchedule { events: vec![event, dropped] }, &[]),
        shown(BandwidthReservation, &[]),
        shown(PrivateCommand { identifier: 0x4142_4344, private_bytes: b"xyz" }, &[]),
        shown(AnyCommand::Unknown { command_type: 0x42, body: b"whatever" }, &[]),
    ];
    insta::assert_snapshot!(all.join("\n"), @"
    command            splice_schedule
    event id           0 (0x00000000)
    out of network     no
    time               1450000000 s of GPS time
    break duration     30.0 s
    auto return        yes
    unique program id  0
    avail              0 of 0
    event id           0 (0x00000000)
    cancelled          yes
    pts adjustment     0
    tier               0x000

    command            bandwidth_reservation
    pts adjustment     0
    tier               0x000

    command            private_command
    identifier         `ABCD`
    bytes              0x78797a
    pts adjustment     0
    tier               0x000

    command            unknown
    type               0x42
    pts adjustment     0
    tier               0x000
    ");
}

#[test]
fn an_encrypted_message_is_shown_as_such() {
    let section = SpliceInfoSection {
        encrypted_packet: true,
        encryption_algorithm: 1,
        cw_index: 7,
        clear: None,
        encrypted_payload: Some(&[5, 1, 2, 3, 4]),
        ..SpliceInfoSection::new_clear(BandwidthReservation.into(), &[])
    };
    insta::assert_snapshot!(run(section.try_to_bytes().unwrap(), false).unwrap(), @"
    command            encrypted
    algorithm          1
    key                7
    pts adjustment     0
    tier               0x000
    ");
}
