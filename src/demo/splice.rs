//! SCTE-35 messages as a packager would hand them on.

use broadcast_common::Serialize as _;
use scte35_splice::{
    SpliceInfoSection,
    commands::{AnyCommand, SpliceInsert},
    time::{BreakDuration, SpliceTime},
};

use crate::units::MediaDuration;

/// `splice_insert()` out of the network at `pts` (90 kHz ticks) for `length` (SCTE 35 §9.7.3).
pub(super) fn out(event_id: u32, pts: u64, length: MediaDuration) -> Vec<u8> {
    let ticks = u64::try_from(length.as_millis() * 90).unwrap_or(0);
    section(SpliceInsert {
        out_of_network_indicator: true,
        break_duration: Some(BreakDuration { auto_return: true, duration: ticks }),
        ..at(event_id, pts)
    })
}

/// `splice_insert()` back into the network at `pts` (90 kHz ticks).
pub(super) fn back(event_id: u32, pts: u64) -> Vec<u8> {
    section(at(event_id, pts))
}

fn at(event_id: u32, pts: u64) -> SpliceInsert {
    SpliceInsert {
        splice_event_id: event_id,
        splice_time: Some(SpliceTime::with_pts(pts)),
        unique_program_id: 1,
        ..SpliceInsert::default()
    }
}

fn section(command: SpliceInsert) -> Vec<u8> {
    let mut section = SpliceInfoSection::new_clear(AnyCommand::SpliceInsert(command), &[]);
    section.tier = IGNORED_TIER;
    section.try_to_bytes().expect("a break's ticks fit 33 bits")
}

/// The tier that downstream equipment ignores (SCTE 35 §9.6.1).
const IGNORED_TIER: u16 = 0xfff;
