//! Messages as another crate writes them, for the tests of everything that reads messages.

use base64::{Engine, prelude::BASE64_STANDARD};
use broadcast_common::Serialize;
use scte35_splice::{
    SpliceInfoSection,
    commands::{AnyCommand, SpliceInsert, TimeSignal},
    descriptors::{SegmentationDescriptor, SegmentationTypeId},
    time::{BreakDuration, SpliceTime},
};

mod descriptors;

pub(crate) use descriptors::{opportunity, others, taken_back};

/// A section with this command and these descriptors.
pub(crate) fn bytes(command: impl Into<AnyCommand<'static>>, descriptors: &[u8]) -> Vec<u8> {
    SpliceInfoSection::new_clear(command.into(), descriptors).try_to_bytes().unwrap()
}

/// The same in base64.
pub(crate) fn base64(command: impl Into<AnyCommand<'static>>, descriptors: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes(command, descriptors))
}

/// A message in base64 in hexadecimal, as date ranges have it.
pub(crate) fn hexadecimal(message: &str) -> String {
    format!("0x{}", hex::encode_upper(BASE64_STANDARD.decode(message).unwrap()))
}

/// Out or back, ten seconds into the presentation; out for so many seconds if that is told, and back
/// by itself then.
pub(crate) fn insert(id: u32, out: bool, secs: Option<u64>) -> SpliceInsert {
    SpliceInsert {
        splice_event_id: id,
        out_of_network_indicator: out,
        splice_time: Some(SpliceTime::with_pts(900_000)),
        break_duration: secs
            .map(|secs| BreakDuration { auto_return: true, duration: secs * 90_000 }),
        ..SpliceInsert::default()
    }
}

/// An event is taken back.
pub(crate) fn cancelled(id: u32) -> SpliceInsert {
    SpliceInsert {
        splice_event_id: id,
        splice_event_cancel_indicator: true,
        ..SpliceInsert::default()
    }
}

/// For ten seconds into the presentation.
pub(crate) fn signal() -> TimeSignal {
    TimeSignal { splice_time: SpliceTime::with_pts(900_000) }
}

/// A descriptor of this type and event, for so many seconds, one number of how many are expected.
pub(crate) fn segmentation(
    kind: u8,
    id: u32,
    secs: Option<u64>,
    (num, expected): (u8, u8),
) -> Vec<u8> {
    let descriptor = SegmentationDescriptor {
        segmentation_event_id: id,
        segmentation_type_id: SegmentationTypeId::from_u8(kind),
        segmentation_duration: secs.map(|secs| secs * 90_000),
        segment_num: num,
        segments_expected: expected,
        ..SegmentationDescriptor::default()
    };
    descriptor.try_to_bytes().unwrap()
}
